/* What Parquet writes in Thrift's compact protocol: the headers of pages, and the footer.

   https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md, and parquet.thrift. */
#ifndef KPI_HEADERS_H
#define KPI_HEADERS_H

#include "kernels.h"

enum { NUMBERED = 9, DEEPEST = 15 };
enum { DATA = 0, WORDS = 2, DATA_2 = 3 };
enum { PLAIN = 0, PLAIN_DICTIONARY = 2, RLE = 3, RLE_DICTIONARY = 8 };
enum { YES = 1, NO, BYTE, SHORT, INTEGER, LONG, DOUBLE, BYTES, LIST, STRUCT = 12 };

typedef struct {
    const uint8_t *data;
    int64_t at, end;
} Wire;

/* Is told each truth, int32 and int64 with its path: the numbers of the fields down to it, four bits each. */
typedef void (*Taker)(void *taken, uint64_t path, int kind, int64_t value);

static int read_natural(Wire *wire, uint64_t *value) {
    *value = 0;
    for (int shift = 0; shift < 63 && wire->at < wire->end; shift += 7) {
        const uint8_t byte = wire->data[wire->at++];
        *value |= (uint64_t)(byte & 0x7F) << shift;
        if (byte < 0x80) return 1;
    }
    return 0;
}

static int pass_over(Wire *wire, uint64_t size) {
    if (size > (uint64_t)(wire->end - wire->at)) return 0;
    wire->at += (int64_t)size;
    return 1;
}

/* Reads a value of some kind and all that is in it; whether it is one, its fields in order. */
static int walk(Wire *wire, int kind, uint64_t path, int depth, Taker take, void *taken) {
    uint64_t natural;
    int number = 0;
    switch (depth < DEEPEST ? kind : -1) {
    case YES:
    case NO: take(taken, path, YES, kind == YES); return 1;
    case BYTE: return pass_over(wire, 1);
    case SHORT:
    case INTEGER:
    case LONG:
        if (!read_natural(wire, &natural) || (kind == INTEGER && natural > UINT32_MAX)) return 0;
        take(taken, path, kind, (int64_t)(natural >> 1) ^ -(int64_t)(natural & 1));
        return 1;
    case DOUBLE: return pass_over(wire, 8);
    case BYTES: return read_natural(wire, &natural) && pass_over(wire, natural);
    case LIST:
        if (wire->at == wire->end) return 0;
        kind = wire->data[wire->at++];
        natural = (uint64_t)kind >> 4;
        if (natural == 15 && !read_natural(wire, &natural)) return 0;
        kind &= 15;
        if (kind < YES || (kind > LIST && kind != STRUCT)) return 0;
        for (; natural; natural--) { /* truths are a byte each here */
            if (!walk(wire, kind == YES || kind == NO ? BYTE : kind, path, depth + 1, take, taken)) return 0;
        }
        return 1;
    case STRUCT:
        while (wire->at < wire->end) {
            kind = wire->data[wire->at++];
            if (kind == 0) return 1;
            if (kind >> 4 == 0) return 0; /* out of order */
            number = number + (kind >> 4) < 15 ? number + (kind >> 4) : 15;
            if (!walk(wire, kind & 15, path << 4 | (uint64_t)number, depth + 1, take, taken)) return 0;
        }
        return 0;
    default: return 0;
    }
}

/* In parquet.thrift `PageHeader`, and the header of the kind of page that it is, by the numbers of fields. */
typedef struct {
    int64_t page[NUMBERED], cells[NUMBERED];
} Header;

static void take_header(void *taken, uint64_t path, int kind, int64_t value) {
    Header *header = taken;
    const uint64_t page = header->page[1] == DATA ? 5 : header->page[1] == WORDS ? 7 : 8, number = path & 15;
    if (number >= NUMBERED || kind != (path == 0x87 ? YES : INTEGER)) return; /* the one truth: whether it is packed */
    if (path >> 4 == 0) header->page[number] = value;
    if (path >> 4 == page) header->cells[number] = value;
}

/* Reads a header; whether there was one. */
static int read_header(Wire *wire, Header *header) {
    for (int field = 0; field < NUMBERED; field++) header->page[field] = header->cells[field] = LACKING;
    return walk(wire, STRUCT, 0, 0, take_header, header);
}

/* Of column chunks what their `ColumnMetaData` say, by the numbers of fields, with a bit for each encoding. */
typedef struct {
    int64_t (*chunks)[TOLD];
    int64_t found, room;
} Footer;

static void take_chunk(void *taken, uint64_t path, int kind, int64_t value) {
    enum { TYPE = 1, ENCODINGS = 2, CODEC = 4 };
    Footer *footer = taken;
    const uint64_t number = path & 15;
    if (path >> 4 != 0x413 || number >= TOLD) return; /* `meta_data` of `columns` of `row_groups` */
    if (kind != (number <= CODEC ? INTEGER : LONG)) return;
    if (number == TYPE && ++footer->found <= footer->room) {
        for (int field = 0; field < TOLD; field++) footer->chunks[footer->found - 1][field] = LACKING;
        footer->chunks[footer->found - 1][ENCODINGS] = 0;
    }
    if (footer->found == 0 || footer->found > footer->room) return;
    int64_t *told = &footer->chunks[footer->found - 1][number];
    *told = number == ENCODINGS ? *told | INT64_C(1) << (value < 0 || value > 62 ? 62 : value) : value;
}

/* Reads what a footer says of each column chunk; whether there are as many. */
static int read_footer(const uint8_t *data, int64_t size, int64_t (*chunks)[TOLD], int64_t room) {
    Wire wire = {data, 0, size};
    Footer footer = {chunks, 0, room};
    return walk(&wire, STRUCT, 0, 0, take_chunk, &footer) && footer.found == room;
}

#endif
