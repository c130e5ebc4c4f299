/* What the module hands to the kernels, and the kernels it may choose from: one set for every kind of processor. */
#ifndef KPI_KERNELS_H
#define KPI_KERNELS_H

#include <stdint.h>

enum { REFUSED = -1, NO_ROOM = -2, NO_AGENT = -3, LACKING = -1, TOLD = 12 };

/* Words that stand for no data, eight bytes for each, those that are lacking 0; an empty cell does, too, where there
   are any. */
typedef struct {
    const uint8_t *words;
    int64_t size;
} Missing;

/* Which rows hold something, a bit each, and how many do not. */
typedef struct {
    uint8_t *bits;
    int64_t nulls;
} Presence;

/* Bytes one after another that grow. */
typedef struct {
    uint8_t *bytes;
    int64_t size, room;
} Text;

/* Words met so far: by hash their numbers (-1: none); by number their first and last eight bytes, and in `ends` where
   each ends in `text`, after the one before. */
typedef struct {
    int32_t *slots;
    uint64_t *edges;
    int32_t *ends;
    Text text, scratch;
    int64_t known, size;
} Words;

/* In the order of `_KINDS` in kpi_cli/intake/cells/compiled.py. */
typedef enum { WHOLE, CENTS, MICROS, NAIVE, ZONED, DAY, TEXT, CODED, SIEVED, KINDS } Kind;

/* A column to be read; `values` and the bits of `presence` have room for all rows, the bits are nought. */
typedef struct {
    int32_t place;
    Kind kind;
    void *values;
    Presence presence;
    Words words; /* of TEXT its `text` alone */
} Column;

/* A block of whole records. `sieve` tells for each pair of bytes whether a SIEVED cell that begins with it matters. */
typedef struct {
    const uint8_t *data;
    int64_t size;
    int64_t room; /* of the columns, in rows */
    uint8_t delimiter;
    int32_t width;
    Missing missing;
    const uint8_t *sieve;
} Block;

/* Small numbers in a page of Parquet: of the run at hand how many are left, and its value or its next bit. */
typedef struct {
    int64_t at, end, left, bit;
    uint64_t value;
    int32_t width, packed; /* the first in bits */
} Runs;

/* How values are written: as they are read; as integers of four bytes, or of any number with the highest first, of
   decimals; as texts. In the order of `_AS_IS` and so on in kpi_cli/intake/files/columnchunks.py. */
typedef enum { AS_IS, WIDENED, BACKWARDS, TEXTS } Form;

/* A column chunk of Parquet, and how far it is read: `rows` are left, the next page is at `at`. Plain values have `size`
   bytes, and are read to `width`. Codes stand for `known` words: values, or texts between each of the `ends` and the next. */
typedef struct {
    const uint8_t *data;
    int64_t at, end, rows;
    Form form;
    int32_t size, width, optional, packed;
    Text text; /* the page unpacked */
    const uint8_t *page;
    int64_t left; /* of its cells */
    Runs levels, codes; /* from where the codes begin plain values, where it is not `coded` */
    int32_t coded;
    Text words, ends;
    int64_t known; /* LACKING before they have been read */
} Chunk;

typedef struct {
    int64_t (*feeds_in)(const uint8_t *data, int64_t size);
    int64_t (*last_end)(const uint8_t *data, int64_t size, uint8_t delimiter);
    int64_t (*read_block)(const Block *block, Column *columns, int64_t count_of_columns);
    int (*is_utf8)(const uint8_t *data, int64_t size);
    int (*read_footer)(const uint8_t *data, int64_t size, int64_t (*chunks)[TOLD], int64_t room);
    int64_t (*read_chunk)(Chunk *chunk, int64_t rows, uint8_t *values, uint8_t *bits);
} Kernels;

/* Rows with the code of an agent each, from 0 up to below `size`; only those count whose byte in `mask` is 1 (NULL:
   all). `found` is written: a number for each agent. `sign` is for extremes. */
typedef struct {
    const uint8_t *agents, *mask, *numbers;
    int64_t rows, size;
    uint64_t *found; /* of int64 */
    int sign;
} Fold;

/* How many rows count, and the sum of their numbers. Return a magnitude that none found is beyond, NO_AGENT for any
   other code, NO_ROOM where a sum might be beyond int64. */
int64_t count_rows(const Fold *fold);
int64_t add_rows(const Fold *fold);

/* The largest of their numbers where `sign` is positive, else the least (INT64_MIN, INT64_MAX: of no rows). Return 0,
   or NO_AGENT. */
int64_t extreme_of_rows(const Fold *fold);

const Kernels *plain_kernels(void);
const Kernels *wide_kernels(void); /* NULL where the processor, or the compiler, has none */

#endif
