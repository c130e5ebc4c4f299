/* Cells of text: one after another, or as words by number, in the order in which they first stand. */
#ifndef KPI_WORDS_H
#define KPI_WORDS_H

#include <stdlib.h>

#include "cells.h"

/* In place of numbers: none, one for no data, and why there is none: no memory is left, or too many words are alike. */
enum { NONE = -1, NOTHING = -2, UNNUMBERED = -3 };

enum { FIRST_SLOTS = 256, LONGEST_WALK = 1000 };

/* No text is longer than its block, and so none too long for an int32. */
static inline int reserve(Text *text, int64_t more) {
    if (text->size + more <= text->room) return 1;
    const int64_t room = 2 * (text->size + more) + 4096;
    uint8_t *bytes = realloc(text->bytes, (size_t)room);
    if (!bytes) return 0;
    text->bytes = bytes;
    text->room = room;
    return 1;
}

/* Puts a cell behind the text; a quote that was doubled stands once. */
static inline int append(Text *text, Cell cell) {
    if (!reserve(text, cell.size + WORD)) return 0;
    if (!cell.quoted) {
        memcpy(text->bytes + text->size, cell.at, (size_t)cell.size);
        text->size += cell.size;
        return 1;
    }
    for (int64_t place = 0; place < cell.size; place++) {
        text->bytes[text->size++] = cell.at[place];
        place += cell.at[place] == QUOTE;
    }
    return 1;
}

static inline uint64_t hashed(Cell cell, uint64_t first, uint64_t last) {
    uint64_t mixed = first ^ (last * UINT64_C(0x9E3779B97F4A7C15));
    mixed = (mixed ^ (mixed >> 32)) * UINT64_C(0xFF51AFD7ED558CCD);
    for (int64_t place = WORD; place < cell.size - WORD; place += WORD)
        mixed = (mixed ^ (mixed >> 32) ^ load(cell.at + place)) * UINT64_C(0xFF51AFD7ED558CCD);
    return mixed >> 32;
}

/* The first and the last eight bytes of a text; of a shorter one itself and its size. */
static inline void edges_of(Cell cell, const uint8_t *limit, uint64_t *first, uint64_t *last) {
    if (cell.size > WORD) {
        *first = load(cell.at);
        *last = load(cell.at + cell.size - WORD);
    } else {
        *first = word(cell.at, cell.size, limit);
        *last = (uint64_t)cell.size;
    }
}

static inline Cell word_at(const Words *words, int64_t number) {
    const int32_t start = number ? words->ends[number - 1] : 0;
    const Cell cell = {words->text.bytes + start, words->ends[number] - start, 0};
    return cell;
}

static int grow(Words *words) {
    const int64_t size = words->size ? 4 * words->size : FIRST_SLOTS;
    int32_t *slots = realloc(words->slots, (size_t)size * sizeof *slots);
    if (slots) words->slots = slots;
    uint64_t *edges = realloc(words->edges, (size_t)size * sizeof *edges); /* two for every second slot */
    if (edges) words->edges = edges;
    int32_t *ends = realloc(words->ends, (size_t)size / 2 * sizeof *ends);
    if (ends) words->ends = ends;
    if (!slots || !edges || !ends) return 0;
    words->size = size;
    memset(slots, 0xFF, (size_t)size * sizeof *slots); /* NONE in all of them */
    for (int64_t number = 0; number < words->known; number++) {
        const Cell cell = word_at(words, number);
        uint64_t slot = hashed(cell, edges[2 * number], edges[2 * number + 1]) & (uint64_t)(size - 1);
        while (slots[slot] != NONE) slot = (slot + 1) & (uint64_t)(size - 1);
        slots[slot] = (int32_t)number;
    }
    return 1;
}

/* The number of a word, which is taken up where it is new; NOTHING where it means no data; UNNUMBERED.
   Who makes words of one hash on purpose, to have long walks among them, is refused. */
static inline int32_t number_of(Words *words, Cell cell, const uint8_t *limit, Missing missing) {
    uint64_t first, last;
    edges_of(cell, limit, &first, &last);
    if (2 * words->known >= words->size && !grow(words)) return UNNUMBERED;
    const uint64_t mask = (uint64_t)(words->size - 1);
    uint64_t slot = hashed(cell, first, last) & mask;
    for (int walked = 0; words->slots[slot] != NONE; slot = (slot + 1) & mask) {
        if (++walked > LONGEST_WALK) return UNNUMBERED;
        const int32_t number = words->slots[slot];
        if (words->edges[2 * number] != first || words->edges[2 * number + 1] != last) continue;
        if (cell.size <= WORD) return number; /* no eight bytes of text are as small a number as its size */
        const Cell known = word_at(words, number);
        if (known.size != cell.size) continue;
        if (cell.size <= 2 * WORD || memcmp(known.at, cell.at, (size_t)cell.size) == 0) return number;
    }
    if (is_missing(cell, limit, missing)) return NOTHING;
    if (!append(&words->text, cell)) return UNNUMBERED;
    words->edges[2 * words->known] = first;
    words->edges[2 * words->known + 1] = last;
    words->ends[words->known] = (int32_t)words->text.size;
    words->slots[slot] = (int32_t)words->known;
    return (int32_t)words->known++;
}

/* A cell with doubled quotes as it is meant, its bytes in `scratch`. */
static inline int unquoted(Text *scratch, Cell *cell, const uint8_t **limit) {
    scratch->size = 0;
    if (!append(scratch, *cell)) return 0;
    const Cell plain = {scratch->bytes, scratch->size, 0};
    *cell = plain;
    *limit = scratch->bytes + scratch->room;
    return 1;
}

static inline int holds_quotes(Cell cell) {
    return cell.quoted && memchr(cell.at, QUOTE, (size_t)cell.size) != NULL;
}

/* Numbers cells. With a sieve those that begin with two bytes that it does not let by are all one word, of a single
   letter that means nothing. */
static int encode(const Fields *fields, int32_t column, const uint8_t *sieve, Missing missing, Words *words,
                  int32_t *codes, Presence *presence, int64_t done) {
    static const Cell other = {(const uint8_t *)"\x7F", 1, 0};
    int32_t number_of_other = NONE;
    for (int64_t row = 0; row < fields->rows; row++) {
        const uint8_t *limit = fields->limit;
        Cell cell = cell_of(fields, column, row);
        int32_t number;
        const int doubled = holds_quotes(cell);
        if (sieve && !doubled && cell.size > 1 && !sieve[cell.at[0] << 8 | cell.at[1]]) {
            if (number_of_other == NONE) number_of_other = number_of(words, other, other.at + other.size, missing);
            number = number_of_other;
        } else {
            if (doubled && !unquoted(&words->scratch, &cell, &limit)) return 0;
            number = number_of(words, cell, limit, missing);
        }
        if (number == UNNUMBERED) return 0;
        codes[done + row] = number < 0 ? 0 : number;
        note(presence, done + row, number >= 0);
    }
    return 1;
}

/* Puts cells one after another; `ends` notes where each ends. */
static int join(const Fields *fields, int32_t column, Missing missing, Text *text, int32_t *ends, Presence *presence,
                int64_t done) {
    for (int64_t row = 0; row < fields->rows; row++) {
        const Cell cell = cell_of(fields, column, row);
        const int there = !is_missing(cell, fields->limit, missing);
        if (there && !append(text, cell)) return 0;
        ends[done + row] = (int32_t)text->size;
        note(presence, done + row, there);
    }
    return 1;
}

#endif
