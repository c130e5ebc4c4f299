/* Runs of small numbers in the pages of Parquet: the same one many times, or each in as few bits as it takes.

   https://github.com/apache/parquet-format/blob/master/Encodings.md, "Run Length Encoding / Bit-Packing Hybrid". */
#ifndef KPI_RUNS_H
#define KPI_RUNS_H

#include "kernels.h"
#include "machine.h"

enum { WIDEST = 32, MOST_BITS = 56 };

static inline int64_t least(int64_t one, int64_t other) { return one < other ? one : other; }

/* Up to eight bytes as one number, those from `end` on 0. */
static inline uint64_t peek(const uint8_t *data, int64_t at, int64_t end) {
    return at < end ? word(data + at, least(end - at, WORD), data + end) : 0;
}

/* Begins the next run; whether there is one. */
static int begin_run(Runs *runs, const uint8_t *data) {
    uint64_t header = 0;
    uint8_t byte = 0x80;
    for (int shift = 0; byte & 0x80; shift += 7) {
        if (runs->at >= runs->end || shift > 28) return 0;
        byte = data[runs->at++];
        header |= (uint64_t)(byte & 0x7F) << shift;
    }
    runs->packed = (int32_t)(header & 1);
    int64_t left = (int64_t)(header >> 1);
    if (runs->packed) { /* in whole groups of eight, though there may be fewer numbers */
        const int64_t bytes = left * runs->width;
        if (bytes > runs->end - runs->at) return 0;
        runs->bit = 8 * runs->at;
        runs->at += bytes;
        left *= 8;
    } else {
        const int64_t bytes = (runs->width + 7) / 8;
        if (bytes > runs->end - runs->at) return 0;
        runs->value = peek(data, runs->at, runs->at + bytes);
        runs->at += bytes;
        if (runs->value >> runs->width) return 0;
    }
    runs->left = left;
    return left > 0;
}

/* Reads numbers, `some` of them out of eight bytes at once, as long as these can be loaded; returns how many. */
static inline int64_t unpack_by(int64_t some, Runs *runs, const uint8_t *data, int64_t size, uint32_t *numbers) {
    const int64_t width = runs->width, whole = 8 * (runs->end - WORD);
    const uint64_t mask = (UINT64_C(1) << width) - 1;
    int64_t bit = runs->bit, place = 0;
    for (; size - place >= some && bit <= whole; place += some, bit += some * width) {
        const uint64_t found = load(data + (bit >> 3)) >> (bit & 7);
        for (int64_t more = 0; more < some; more++) numbers[place + more] = (uint32_t)(found >> width * more & mask);
    }
    runs->bit = bit;
    return place;
}

static void unpack(Runs *runs, const uint8_t *data, int64_t size, uint32_t *numbers) {
    const int64_t width = runs->width;
    const uint64_t mask = (UINT64_C(1) << width) - 1;
    int64_t done = 0; /* how many at once is known while it is compiled */
    if (width <= MOST_BITS / 8) done = unpack_by(8, runs, data, size, numbers);
    else if (width <= MOST_BITS / 4) done = unpack_by(4, runs, data, size, numbers);
    else if (width <= MOST_BITS / 2) done = unpack_by(2, runs, data, size, numbers);
    done += unpack_by(1, runs, data, size - done, numbers + done);
    for (; done < size; done++, runs->bit += width) {
        numbers[done] = (uint32_t)(peek(data, runs->bit >> 3, runs->end) >> (runs->bit & 7) & mask);
    }
}

/* Reads the next numbers; whether there were as many. */
static int read_runs(Runs *runs, const uint8_t *data, int64_t wanted, uint32_t *numbers) {
    for (int64_t done = 0; done < wanted;) {
        if (runs->left == 0 && !begin_run(runs, data)) return 0;
        const int64_t now = least(runs->left, wanted - done);
        if (runs->packed) {
            unpack(runs, data, now, numbers + done);
        } else {
            for (int64_t place = 0; place < now; place++) numbers[done + place] = (uint32_t)runs->value;
        }
        runs->left -= now;
        done += now;
    }
    return 1;
}

/* Reads runs of one bit and puts them where there are none yet, from place `at` on; how many are set, or REFUSED.
   Eight bytes from the last one on may be written. */
static int64_t read_bits(Runs *runs, const uint8_t *data, int64_t wanted, uint8_t *bits, int64_t at) {
    int64_t there = 0;
    for (const int64_t end = at + wanted; at < end;) {
        if (runs->left == 0 && !begin_run(runs, data)) return REFUSED;
        const int64_t now = least(least(runs->left, end - at), MOST_BITS);
        uint64_t found = runs->value ? UINT64_MAX : 0;
        if (runs->packed) {
            found = peek(data, runs->bit >> 3, runs->end) >> (runs->bit & 7);
            runs->bit += now;
        }
        found &= UINT64_MAX >> (64 - now);
        there += count(found);
        found = load(bits + (at >> 3)) | found << (at & 7);
        memcpy(bits + (at >> 3), &found, WORD);
        runs->left -= now;
        at += now;
    }
    return there;
}

#endif
