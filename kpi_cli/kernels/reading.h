/* A block of whole records -> columns as Arrow lays them out, a stretch of bytes after another while it is at hand. */
#ifndef KPI_READING_H
#define KPI_READING_H

#include "kernels.h"
#include "moments.h"
#include "numbers.h"
#include "utf8.h"
#include "words.h"

enum { STRETCH = 64 * 1024 };

static int read_column(const Block *block, const Fields *fields, Column *column, int64_t done) {
    const Missing missing = block->missing;
    Presence *presence = &column->presence;
    switch (column->kind) {
    case WHOLE: return read_numbers(fields, column->place, 0, 1, missing, column->values, presence, done);
    case CENTS: return read_numbers(fields, column->place, 2, 2, missing, column->values, presence, done);
    case MICROS: return read_numbers(fields, column->place, 6, 2, missing, column->values, presence, done);
    case NAIVE: return read_moments(fields, column->place, 0, missing, column->values, presence, done);
    case ZONED: return read_moments(fields, column->place, 1, missing, column->values, presence, done);
    case DAY: return read_days(fields, column->place, missing, column->values, presence, done);
    case TEXT: return join(fields, column->place, missing, &column->words.text, column->values, presence, done);
    case CODED: return encode(fields, column->place, NULL, missing, &column->words, column->values, presence, done);
    case SIEVED:
        return encode(fields, column->place, block->sieve, missing, &column->words, column->values, presence, done);
    default: return 0;
    }
}

/* Scans a stretch that begins at `base`, and what follows the last whole 64 bytes; whether all is plain. */
static int scan_stretch(const Block *block, Scanner *scanner, int64_t base) {
    const int64_t whole = block->size - block->size % LANES;
    const int64_t stop = base + STRETCH < whole ? base + STRETCH : whole;
    const int is_last = base + STRETCH >= block->size;
    int plain = 1;
    Carried *carried = &scanner->carried;
    for (; base < stop; base += LANES) {
        plain &= take(scanner, look(block->data + base, block->delimiter, carried), base);
    }
    if (is_last) {
        const int lacking = block->data[block->size - 1] != FEED; /* the last record its line feed */
        plain &= take(scanner, look_at_rest(block->data, block->size, lacking, block->delimiter, carried), whole);
    }
    return plain;
}

/* Whether each record has as many fields as the header, and all else is fields of one that goes on. */
static int is_regular(const Block *block, const Scanner *scanner, int64_t rows) {
    int plain = scanner->feeds == rows;
    for (int64_t row = 1; row <= rows; row++) {
        const uint32_t end = scanner->ends[row * block->width - 1];
        plain &= end == block->size || block->data[end] == FEED;
    }
    return plain;
}

static int64_t read_stretches(const Block *block, Scanner *scanner, Column *columns, int64_t count_of_columns) {
    int64_t first = 0, done = 0;
    for (int64_t base = 0; base < block->size; base += STRETCH) { /* the last one takes the tail as well */
        scanner->feeds = 0;
        const int plain = scan_stretch(block, scanner, base);
        const int64_t rows = scanner->held / block->width, ended = rows * block->width;
        if (!plain || !is_regular(block, scanner, rows) || rows > block->room - done) return REFUSED;
        const Fields fields = {block->data, block->data + block->size, scanner->ends, first, rows, block->width};
        for (int64_t place = 0; place < count_of_columns; place++) {
            if (!read_column(block, &fields, &columns[place], done)) return REFUSED;
        }
        if (rows) first = (int64_t)scanner->ends[ended - 1] + 1;
        done += rows;
        scanner->held -= ended;
        memmove(scanner->ends, scanner->ends + ended, (size_t)scanner->held * sizeof *scanner->ends);
    }
    return scanner->held || scanner->carried.inside ? REFUSED : done;
}

/* Reads a block; returns how many records there are, or REFUSED, or NO_ROOM. */
static int64_t read_block(const Block *block, Column *columns, int64_t count_of_columns) {
    const size_t room = STRETCH + 4 * LANES + (size_t)block->width;
    Scanner scanner = {malloc(room * sizeof(uint32_t)), 0, 0, START};
    if (!scanner.ends) return NO_ROOM;
    const int64_t rows = read_stretches(block, &scanner, columns, count_of_columns);
    free(scanner.ends);
    return rows;
}

#endif
