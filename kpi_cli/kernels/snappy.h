/* Bytes packed by Snappy: https://github.com/google/snappy/blob/main/format_description.txt. */
#ifndef KPI_SNAPPY_H
#define KPI_SNAPPY_H

#include "machine.h"

enum { SLACK = 16, SNAPPY_MOST = 22 }; /* bytes behind the unpacked ones that may be written; most of them from one */

static inline void copy16(uint8_t *to, const uint8_t *from) {
    const uint64_t first = load(from);
    memcpy(to, &first, WORD);
    const uint64_t second = load(from + WORD); /* which may be what was just written */
    memcpy(to + WORD, &second, WORD);
}

/* Copies up to 64 bytes that may be among those it writes, and up to SLACK more. */
static inline void repeat(uint8_t *to, int64_t back, int64_t size) {
    const uint8_t *from = to - back;
    if (back >= WORD) {
        copy16(to, from);
        for (int64_t place = 16; place < size; place += 16) copy16(to + place, from + place);
    } else {
        for (int64_t place = 0; place < size; place++) to[place] = from[place];
    }
}

/* A number in so many bytes, the lowest first. */
static inline int64_t number_in(const uint8_t *at, int64_t bytes) {
    int64_t found = 0;
    for (int64_t place = 0; place < bytes; place++) found |= (int64_t)at[place] << 8 * place;
    return found;
}

/* Unpacks as many as there are of what columns of numbers come to: up to four bytes as they are, then up to 16 again
   from less than 64 KiB back. All that is said of both stands in eight bytes, and whether the distance has one byte or
   two is worked out both ways, for no processor could foresee it. */
static inline void unpack_pairs(const uint8_t *packed, int64_t end, uint8_t *bytes, int64_t size, int64_t *at_,
                                int64_t *done_) {
    int64_t at = *at_, done = *done_;
    while (end - at >= WORD && size - done >= 2 * SLACK) {
        const uint64_t eight = load(packed + at), tag = eight & 0xFF, plain = eight >> 8;
        if (tag > 12 || tag & 3) break;
        const uint64_t copy = plain >> (2 * tag + 8), kind = copy & 3;
        const int64_t few = (int64_t)(tag >> 2) + 1;
        if (kind - 1 > 1) break;
        const uint64_t is_far = 1 - kind; /* all bits or none */
        const uint64_t near = (copy >> 8 & 0xFF) | (copy << 3 & 0x700), far = copy >> 8 & 0xFFFF;
        const uint64_t short_one = 4 + (copy >> 2 & 7), long_one = 1 + (copy >> 2 & 0x3F);
        const int64_t back = (int64_t)(near ^ ((near ^ far) & is_far));
        const int64_t more = (int64_t)(short_one ^ ((short_one ^ long_one) & is_far));
        if ((back < WORD) | (back > done + few) | (more > SLACK)) break;
        memcpy(bytes + done, &plain, WORD);
        done += few;
        copy16(bytes + done, bytes + done - back);
        done += more;
        at += few + 2 + (int64_t)kind;
    }
    *at_ = at;
    *done_ = done;
}

/* Unpacks exactly `size` bytes, with room for SLACK more; whether that is what they come to. */
static int unpack_snappy(const uint8_t *packed, int64_t end, uint8_t *bytes, int64_t size) {
    int64_t at = 0, done = 0, told = 0;
    for (int shift = 0;; shift += 7) {
        if (at >= end || shift > 28) return 0;
        told |= (int64_t)(packed[at] & 0x7F) << shift;
        if (packed[at++] < 0x80) break;
    }
    if (told != size) return 0;
    for (;;) {
        unpack_pairs(packed, end, bytes, size, &at, &done);
        if (at >= end) return done == size;
        const uint8_t tag = packed[at++], kind = tag & 3;
        int64_t more = (tag >> 2) + 1;
        if (kind == 0) { /* bytes as they are */
            if (more > 60) { /* in so many bytes more than 60 the size itself */
                const int64_t behind = more - 60;
                if (behind > end - at) return 0;
                more = number_in(packed + at, behind) + 1;
                at += behind;
            }
            if (more > size - done || more > end - at) return 0;
            if (more <= 16 && end - at >= 16) {
                copy16(bytes + done, packed + at);
            } else {
                memcpy(bytes + done, packed + at, (size_t)more);
            }
            at += more;
        } else { /* again what stands so far back */
            const int64_t behind = kind == 1 ? 1 : kind == 2 ? 2 : 4;
            if (behind > end - at) return 0;
            int64_t back = number_in(packed + at, behind);
            if (kind == 1) {
                back |= (int64_t)(tag >> 5) << 8;
                more = 4 + ((tag >> 2) & 7);
            }
            if (back == 0 || back > done || more > size - done) return 0;
            repeat(bytes + done, back, more);
            at += behind;
        }
        done += more;
    }
}

#endif
