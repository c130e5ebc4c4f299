/* The headers of Parquet's pages: structs in Thrift's compact protocol.

   https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md, and parquet.thrift. */
#ifndef KPI_HEADERS_H
#define KPI_HEADERS_H

#include <stdint.h>
#include <string.h>

enum { NUMBERED = 9, DEEPEST = 4, LACKING = -1 };
enum { DATA = 0, WORDS = 2, DATA_2 = 3 };
enum { PLAIN = 0, PLAIN_DICTIONARY = 2, RLE = 3, RLE_DICTIONARY = 8 };

/* In parquet.thrift `PageHeader`, and the header of the kind of page that it is: int32s, and in place 7 a truth. */
typedef struct {
    int64_t page[NUMBERED], cells[NUMBERED];
} Header;

typedef struct {
    const uint8_t *data;
    int64_t at, end;
} Wire;

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

static int read_struct(Wire *wire, int depth, int64_t *fields, Header *header);

/* Reads one field into `value` if it is of a kind that is wanted there, else passes it over; whether that could be. */
static int read_field(Wire *wire, int kind, int depth, int64_t number, Header *header, int64_t *value) {
    enum { YES = 1, NO, BYTE, SHORT, INTEGER, LONG, DOUBLE, BYTES, STRUCT = 12 };
    const int64_t page = header->page[1];
    const int of_cells = depth == 0 && number == (page == DATA ? 5 : page == WORDS ? 7 : 8);
    uint64_t natural;
    switch (kind) {
    case YES:
    case NO:
        if (number == 7) *value = kind == YES;
        return 1;
    case SHORT:
    case LONG: return read_natural(wire, &natural);
    case INTEGER:
        if (!read_natural(wire, &natural) || natural > UINT32_MAX) return 0;
        if (number != 7) *value = (int64_t)(natural >> 1) ^ -(int64_t)(natural & 1);
        return 1;
    case BYTE: return pass_over(wire, 1);
    case DOUBLE: return pass_over(wire, 8);
    case BYTES: return read_natural(wire, &natural) && pass_over(wire, natural);
    case STRUCT: return read_struct(wire, depth + 1, of_cells ? header->cells : NULL, header);
    default: return 0;
    }
}

static int read_struct(Wire *wire, int depth, int64_t *fields, Header *header) {
    int64_t number = 0;
    while (depth <= DEEPEST && wire->at < wire->end) {
        const uint8_t byte = wire->data[wire->at++];
        if (byte == 0) return 1;
        if (byte >> 4 == 0) return 0; /* what comes next in no order */
        int64_t value = LACKING;
        number += byte >> 4;
        if (!read_field(wire, byte & 15, depth, number, header, &value)) return 0;
        if (fields && number < NUMBERED) fields[number] = value;
    }
    return 0;
}

/* Reads a header; whether there was one. */
static int read_header(Wire *wire, Header *header) {
    for (int field = 0; field < NUMBERED; field++) header->page[field] = header->cells[field] = LACKING;
    return read_struct(wire, 0, header->page, header);
}

#endif
