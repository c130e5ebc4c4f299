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

/* Is told each truth and each int32 with its path: the numbers of the fields down to it, four bits each. */
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
    case LONG: return read_natural(wire, &natural);
    case INTEGER:
        if (!read_natural(wire, &natural) || natural > UINT32_MAX) return 0;
        take(taken, path, INTEGER, (int64_t)(natural >> 1) ^ -(int64_t)(natural & 1));
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
    if (number >= NUMBERED || (kind == YES) != (path == 0x87)) return; /* whether a DATA_2 is packed is the one truth */
    if (path >> 4 == 0) header->page[number] = value;
    if (path >> 4 == page) header->cells[number] = value;
}

/* Reads a header; whether there was one. */
static int read_header(Wire *wire, Header *header) {
    for (int field = 0; field < NUMBERED; field++) header->page[field] = header->cells[field] = LACKING;
    return walk(wire, STRUCT, 0, 0, take_header, header);
}

/* Numbers of codecs, for which there is some room. */
typedef struct {
    uint8_t *codecs;
    int64_t found, room;
} Codecs;

static void take_codec(void *taken, uint64_t path, int kind, int64_t value) {
    Codecs *codecs = taken;
    if (path != 0x4134 || kind != INTEGER) return; /* of `meta_data` in `columns` in `row_groups` */
    if (codecs->found < codecs->room) codecs->codecs[codecs->found] = (uint8_t)(value < 0 || value > 255 ? 255 : value);
    codecs->found++;
}

/* Reads from a footer how each column chunk is packed; whether there are as many. */
static int read_codecs(const uint8_t *footer, int64_t size, uint8_t *found, int64_t chunks) {
    Wire wire = {footer, 0, size};
    Codecs codecs = {found, 0, chunks};
    return walk(&wire, STRUCT, 0, 0, take_codec, &codecs) && codecs.found == chunks;
}

#endif
