/* Bytes of CSV -> where its fields and records end (RFC 4180), 64 bytes at a time.

   Refused is what takes more than counting quotes: quotes within bare fields, carriage returns that stand alone, and
   bytes that are nothing. */
#ifndef KPI_SEPARATORS_H
#define KPI_SEPARATORS_H

#include "machine.h"

enum { QUOTE = '"', FEED = '\n', RETURN = '\r' };

/* What the bytes before say: inside quotes (all bits), and as lowest bits whether a field begins, a quote has closed,
   and a return has been seen. */
typedef struct {
    uint64_t inside, begins, closed, returned;
} Carried;

static const Carried START = {0, 1, 0, 0};

typedef struct {
    uint64_t marks, feeds; /* which bytes end fields, and which of these records too */
    int odd;
} Looked;

static inline Looked look(const uint8_t *at, uint8_t delimiter, Carried *carried) {
    const uint64_t quotes = equal64(at, QUOTE), feeds = equal64(at, FEED), delimiters = equal64(at, delimiter);
    const uint64_t returns = equal64(at, RETURN), nothing = equal64(at, 0);
    Looked found = {delimiters | feeds, feeds, 0};
    if (!(quotes | carried->inside | returns | nothing | carried->closed | carried->returned)) {
        carried->begins = found.marks >> 63;
        return found;
    }
    const uint64_t within = parity(quotes) ^ carried->inside; /* from an opening quote up to the closing one */
    const uint64_t bare_returns = returns & ~within, closing = quotes & ~within;
    found.marks &= ~within;
    found.feeds &= ~within;
    uint64_t odd = (quotes & within) & ~(((found.marks | closing) << 1) | carried->begins);
    odd |= ((closing << 1) | carried->closed) & ~(found.marks | bare_returns | quotes);
    odd |= ((bare_returns << 1) | carried->returned) & ~found.feeds;
    odd |= nothing;
    found.odd = odd != 0;
    carried->inside = 0 - (within >> 63);
    carried->begins = (found.marks | closing) >> 63;
    carried->closed = closing >> 63;
    carried->returned = bare_returns >> 63;
    return found;
}

/* Looks at the bytes after the last whole 64 as if line feeds followed: a quote or a return may come last. None of
   these feeds is told of but the first, where it is `lacking`. */
static inline Looked look_at_rest(const uint8_t *data, int64_t size, int lacking, uint8_t delimiter, Carried *carried) {
    const int64_t rest = size % LANES;
    const uint64_t told = (UINT64_C(1) << lacking << rest) - 1;
    uint8_t tail[LANES];
    memset(tail, FEED, LANES);
    memcpy(tail, data + size - rest, (size_t)rest);
    const Looked here = look(tail, delimiter, carried);
    const Looked found = {here.marks & told, here.feeds & told, here.odd};
    return found;
}

/* The number of line feeds, in quotes or not. */
static inline int64_t feeds_in(const uint8_t *data, int64_t size) {
    int64_t found = 0, place = 0;
    for (; place + LANES <= size; place += LANES) found += count(equal64(data + place, FEED));
    for (; place < size; place++) found += data[place] == FEED;
    return found;
}

/* The end of the last record that ends in the bytes, -1 where none does or quotes stand where they should not. */
static inline int64_t last_end(const uint8_t *data, int64_t size, uint8_t delimiter) {
    Carried carried = START;
    int64_t found = -1, base = 0;
    for (; base < size; base += LANES) {
        const Looked here = base + LANES <= size ? look(data + base, delimiter, &carried)
                                                 : look_at_rest(data, size, 0, delimiter, &carried);
        if (here.odd) return -1;
        if (here.feeds) found = base + highest(here.feeds) + 1;
    }
    return found;
}

/* Notes where fields end. `ends` has room for as many as there are bytes, and 64 more. */
typedef struct {
    uint32_t *ends;
    int64_t held, feeds;
    Carried carried;
} Scanner;

static inline int take(Scanner *scanner, Looked here, int64_t base) {
    uint64_t marks = here.marks;
    uint32_t *next = scanner->ends + scanner->held;
    const int size = count(marks);
    for (int done = 0; done < size; done += 8) { /* eight at a time: no branch for each */
        for (int one = 0; one < 8; one++) {
            next[done + one] = (uint32_t)(base + lowest(marks | (UINT64_C(1) << 63)));
            marks &= marks - 1;
        }
    }
    scanner->held += size;
    scanner->feeds += count(here.feeds);
    return !here.odd;
}

#endif
