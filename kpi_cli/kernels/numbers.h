/* Cells -> whole numbers, or decimals as integers of their last place. */
#ifndef KPI_NUMBERS_H
#define KPI_NUMBERS_H

#include "cells.h"

enum { MOST_DIGITS = 18 }; /* an int64 holds them whatever they are */

static const int64_t TENS[] = {1, 10, 100, 1000, 10000, 100000, 1000000};

/* Up to eight digits, or with a factor of 100 seven around the point before two places, all at once. */
static inline int read_plain(Cell cell, const uint8_t *limit, int64_t factor, int64_t *value) {
    if (cell.size == 0 || cell.size > WORD || limit - cell.at < WORD) return 0;
    int64_t size = cell.size;
    uint64_t aligned = load(cell.at) << (64 - 8 * size); /* the last digit highest */
    if (factor == 100 && size > 3 && ((aligned >> 40) & 0xFF) == '.') { /* `1.25` */
        const uint64_t places = UINT64_C(0xFFFF000000000000);
        aligned = (aligned & places) | ((aligned << 8) & ~places);
        size -= 1;
        factor = 1;
    }
    const uint64_t eight = aligned | ((ZEROS >> 4 * size) >> 4 * size); /* in two steps: 64 at once mean nothing */
    *value = digits(eight) * factor;
    return are_digits(eight);
}

static inline int read_walking(Cell cell, int scale, int64_t *value) {
    const int negative = cell.size > 0 && cell.at[0] == '-';
    int64_t total = 0;
    int seen = 0, places = 0, pointed = 0;
    for (int64_t place = negative; place < cell.size; place++) {
        const uint8_t byte = cell.at[place];
        if (byte >= '0' && byte <= '9') {
            if (++seen > MOST_DIGITS) return 0;
            total = total * 10 + (byte - '0');
            places += pointed;
        } else if (byte == '.' && !pointed && seen && place + 1 < cell.size) {
            pointed = 1;
        } else {
            return 0;
        }
    }
    if (!seen || places > scale || seen + scale - places > MOST_DIGITS) return 0;
    total *= TENS[scale - places];
    *value = negative ? -total : total;
    return 1;
}

/* Reads decimals of up to `scale` places, times 10**scale; whether all can be read. A `step` of 2 writes the upper
   halves of 128 bits as well. */
static int read_numbers(const Fields *fields, int32_t column, int scale, int step, Missing missing, int64_t *values,
                        Presence *presence, int64_t done) {
    for (int64_t row = 0; row < fields->rows; row++) {
        const Cell cell = cell_of(fields, column, row);
        int64_t value = 0;
        int there = read_plain(cell, fields->limit, TENS[scale], &value);
        if (!there) {
            value = 0;
            there = !(cell.size == 0 && missing.size) && read_walking(cell, scale, &value);
            if (!there && !is_missing(cell, fields->limit, missing)) return 0;
        }
        values[(done + row) * step] = value;
        if (step == 2) values[(done + row) * 2 + 1] = value >> 63;
        note(presence, done + row, there);
    }
    return 1;
}

#endif
