/* One column of some records: where its cells are, and what is read of them. */
#ifndef KPI_CELLS_H
#define KPI_CELLS_H

#include "kernels.h"
#include "separators.h"

/* Records one after another: field `row * width + column` goes up to its place in `ends`. */
typedef struct {
    const uint8_t *data, *limit;
    const uint32_t *ends;
    int64_t first, rows;
    int32_t width;
} Fields;

typedef struct {
    const uint8_t *at;
    int64_t size;
    int quoted;
} Cell;

/* A field without its quotes, and without the return of a record's end. */
static inline Cell cell_of(const Fields *fields, int32_t column, int64_t row) {
    const int64_t place = row * fields->width + column;
    const int64_t start = place ? (int64_t)fields->ends[place - 1] + 1 : fields->first;
    int64_t end = fields->ends[place];
    end -= column == fields->width - 1 && end > start && fields->data[end - 1] == RETURN;
    const int quoted = end - start >= 2 && fields->data[start] == QUOTE;
    const Cell cell = {fields->data + start + quoted, end - start - 2 * quoted, quoted};
    return cell;
}

static inline int is_missing(Cell cell, const uint8_t *limit, Missing missing) {
    if (missing.size == 0 || cell.size > WORD) return 0;
    if (cell.size == 0) return 1;
    const uint64_t written = word(cell.at, cell.size, limit);
    int found = 0;
    for (int64_t known = 0; known < missing.size; known++) found |= load(missing.words + WORD * known) == written;
    return found;
}

static inline void note(Presence *presence, int64_t row, int there) {
    presence->bits[row >> 3] |= (uint8_t)(there << (row & 7));
    presence->nulls += !there;
}

#endif
