/* Cells -> microseconds since 1970 and days since 1970, of ISO 8601 as exports write it. */
#ifndef KPI_MOMENTS_H
#define KPI_MOMENTS_H

#include "cells.h"

enum { DATE = 10, MINUTES = 16, SECONDS = 19, SHORTEST_FRACTION = 21, LONGEST_FRACTION = 26 };
#define SECOND INT64_C(1000000)
#define NEVER INT64_C(-1000000) /* takes any sum with it below nought */

/* The number that two digits spell, NEVER where they spell none or one too large. */
static inline int64_t two(const uint8_t *at, int64_t most) {
    const unsigned tens = (unsigned)at[0] - '0', ones = (unsigned)at[1] - '0';
    const int64_t value = (int64_t)tens * 10 + ones;
    return tens <= 9 && ones <= 9 && value <= most ? value : NEVER;
}

static inline int64_t length_of(int64_t year, int64_t month) {
    if (month == 2) return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28;
    return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

/* A month as it is written with its hyphens, `2026-10-`, the days since 1970 before its first, and how many it has. */
typedef struct {
    uint64_t written;
    int64_t before, length;
} Month;

/* Reads a month. Days are counted as Howard Hinnant's `days_from_civil` does. */
static int read_month(uint64_t written, Month *month) {
    const uint64_t plain = written ^ UINT64_C(0x1D00001D00000000); /* hyphens to zeros */
    if ((written & UINT64_C(0xFF0000FF00000000)) != UINT64_C(0x2D00002D00000000) || !are_digits(plain)) return 0;
    const int64_t number = digits(plain); /* 20260100 */
    const int64_t year = number / 10000, of_year = number / 10 % 100;
    if (of_year < 1 || of_year > 12) return 0;
    const int64_t march = of_year < 3 ? of_year + 9 : of_year - 3, years = year - (of_year < 3); /* since March */
    const int64_t leaps = years < 0 ? -1 : years / 4 - years / 100 + years / 400;
    const Month found = {written, years * 365 + leaps + (153 * march + 2) / 5 - 719469, length_of(year, of_year)};
    *month = found;
    return 1;
}

/* Reads `2026-10-05`; there must be as many bytes. `month` is that of the date before, most often the same. */
static inline int read_date(const uint8_t *at, Month *month, int64_t *days) {
    const uint64_t written = load(at);
    if (written != month->written && !read_month(written, month)) return 0;
    const int64_t day = two(at + WORD, month->length);
    *days = month->before + day;
    return day >= 1;
}

/* Reads `16:03:08` as seconds, NEVER where it is no time of day. */
static inline int64_t read_clock(const uint8_t *at) {
    const uint64_t values = load(at) ^ UINT64_C(0x30303A30303A3030); /* digits by what they mean, colons as nought */
    const uint64_t beyond = (values + UINT64_C(0x76767F76767F7676)) | values;
    const uint64_t pairs = values * 10 + (values >> 8);
    const int64_t hour = pairs & 0xFF, minute = (pairs >> 24) & 0xFF, second = (pairs >> 48) & 0xFF;
    const int plain = !(beyond & UINT64_C(0x8080808080808080)) & (hour < 24) & (minute < 60) & (second < 60);
    return plain ? hour * 3600 + minute * 60 + second : NEVER;
}

/* The microseconds that `.25` spells, NEVER where it spells none. */
static inline int64_t fraction_of(const uint8_t *at, int64_t size) {
    int64_t value = 0;
    if (at[0] != '.') return NEVER;
    for (int64_t place = 1; place < size; place++) {
        if (at[place] < '0' || at[place] > '9') return NEVER;
        value = value * 10 + (at[place] - '0');
    }
    for (int64_t place = size; place < 7; place++) value *= 10;
    return value;
}

/* Reads a date, or a date and a clock to the minute, the second or up to six places of it. */
static inline int read_moment(const uint8_t *at, int64_t size, Month *month, int64_t *micros) {
    int64_t days = 0, clock = 0, fraction = 0;
    if (size != SECONDS && size != DATE && size != MINUTES && (size < SHORTEST_FRACTION || size > LONGEST_FRACTION))
        return 0;
    if (!read_date(at, month, &days)) return 0;
    if (size != DATE) {
        if (at[DATE] != ' ' && at[DATE] != 'T') return 0;
        if (size >= SECONDS) {
            clock = read_clock(at + DATE + 1);
        } else {
            clock = at[13] == ':' ? two(at + 11, 23) * 3600 + two(at + 14, 59) * 60 : NEVER;
        }
        if (size > SECONDS) fraction = fraction_of(at + SECONDS, size - SECONDS);
    }
    *micros = (days * 86400 + clock) * SECOND + fraction;
    return clock >= 0 && fraction >= 0;
}

static inline int64_t zone_size(const uint8_t *at, int64_t size) {
    if (size > DATE + 1 && at[size - 1] == 'Z') return 1;
    for (int64_t zone = 3; zone <= 6; zone += zone == 3 ? 2 : 1) {
        if (size > zone + DATE && (at[size - zone] == '+' || at[size - zone] == '-'))
            return zone < 6 || at[size - 3] == ':' ? zone : 0;
    }
    return 0;
}

/* Reads a time with `Z`, `+08`, `+0800` or `+08:00` behind it, as UTC. */
static inline int read_zoned(const uint8_t *at, int64_t size, Month *month, int64_t *micros) {
    const int64_t zone = zone_size(at, size);
    if (zone == 0 || !read_moment(at, size - zone, month, micros)) return 0;
    if (zone == 1) return 1;
    const int64_t offset = two(at + size - zone + 1, 23) * 60 + (zone > 3 ? two(at + size - 2, 59) : 0);
    *micros -= (at[size - zone] == '+' ? offset : -offset) * 60 * SECOND;
    return offset >= 0;
}

/* Reads times, with a zone or without, as microseconds; whether all can be read. */
static int read_moments(const Fields *fields, int32_t column, int zoned, Missing missing, int64_t *values,
                        Presence *presence, int64_t done) {
    Month month = {0, 0, 0};
    for (int64_t row = 0; row < fields->rows; row++) {
        const Cell cell = cell_of(fields, column, row);
        int64_t value = 0;
        const int there = zoned ? read_zoned(cell.at, cell.size, &month, &value)
                                : read_moment(cell.at, cell.size, &month, &value);
        if (!there && !is_missing(cell, fields->limit, missing)) return 0;
        values[done + row] = value; /* of a word for no data, which is shorter than any time, 0 */
        note(presence, done + row, there);
    }
    return 1;
}

/* Reads dates as days; whether all can be read. */
static int read_days(const Fields *fields, int32_t column, Missing missing, int32_t *values, Presence *presence,
                     int64_t done) {
    Month month = {0, 0, 0};
    for (int64_t row = 0; row < fields->rows; row++) {
        const Cell cell = cell_of(fields, column, row);
        int64_t value = 0;
        const int there = cell.size == DATE && read_date(cell.at, &month, &value);
        if (!there && !is_missing(cell, fields->limit, missing)) return 0;
        values[done + row] = (int32_t)value;
        note(presence, done + row, there);
    }
    return 1;
}

#endif
