/* Whether bytes are UTF-8 (RFC 3629): no overlong forms, no surrogates, nothing beyond U+10FFFF. */
#ifndef KPI_UTF8_H
#define KPI_UTF8_H

#include "machine.h"

/* The size of the character beyond ASCII that begins at `at`, 0 where none does. */
static inline int64_t character(const uint8_t *at, int64_t left) {
    const uint8_t lead = at[0];
    const int64_t size = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
    if (lead < 0xC2 || lead > 0xF4 || size > left) return 0;
    const uint8_t low = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
    const uint8_t high = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
    if (at[1] < low || at[1] > high) return 0;
    for (int64_t place = 2; place < size; place++) {
        if ((at[place] & 0xC0) != 0x80) return 0;
    }
    return size;
}

static int is_utf8(const uint8_t *data, int64_t size) {
    int64_t place = 0;
    while (place < size) {
        for (; place + WORD <= size; place += WORD) { /* eight letters of ASCII at a time */
            const uint64_t beyond = load(data + place) & UINT64_C(0x8080808080808080);
            if (beyond) {
                place += lowest(beyond) / 8;
                break;
            }
        }
        while (place < size && data[place] >= 0x80) {
            const int64_t more = character(data + place, size - place);
            if (more == 0) return 0;
            place += more;
        }
        if (place < size && place + WORD > size) place++;
    }
    return 1;
}

#endif
