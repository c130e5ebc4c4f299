/* A column chunk of Parquet -> values as Arrow lays them out, some rows at a time.

   Nothing is read beyond a page, or beyond its dictionary: what is not as it should be is refused. */
#ifndef KPI_CHUNKS_H
#define KPI_CHUNKS_H

#include "headers.h"
#include "runs.h"
#include "snappy.h"
#include "utf8.h"
#include "words.h"

#define BEYOND INT64_C(1000000000000000000) /* the least number of 19 digits */

enum { BATCH = 1024 };

/* A number of `size` bytes, the highest first, in two's complement; of more than eight whether it has up to 18 digits. */
static inline int read_backwards(const uint8_t *at, int64_t size, int64_t *value) {
    const uint64_t sign = at[0] & 0x80 ? UINT64_MAX : 0;
    uint64_t found = sign;
    for (int64_t place = 0; place < size; place++) {
        if (place < size - WORD && at[place] != (uint8_t)sign) return 0;
        found = found << 8 | at[place];
    }
    *value = (int64_t)found;
    return size <= WORD || (found >> 63 == (sign & 1) && *value > -BEYOND && *value < BEYOND);
}

/* Integers out of 4 bytes each. */
static void widen(const uint8_t *at, int64_t wanted, uint8_t *values) {
    for (int64_t place = 0; place < wanted; place++) {
        int32_t narrow;
        memcpy(&narrow, at + 4 * place, sizeof narrow);
        const int64_t value = narrow;
        memcpy(values + WORD * place, &value, WORD);
    }
}

/* The same of many numbers. */
static int turn_round(const uint8_t *at, int64_t wanted, int64_t size, uint8_t *values) {
    int64_t value, place = 0;
    for (; size <= WORD && size * (wanted - place) >= WORD; place++) { /* as many bytes can be loaded at once */
        value = (int64_t)backwards(load(at + size * place)) >> 8 * (WORD - size);
        memcpy(values + WORD * place, &value, WORD);
    }
    for (; place < wanted; place++) {
        if (!read_backwards(at + size * place, size, &value)) return 0;
        memcpy(values + WORD * place, &value, WORD);
    }
    return 1;
}

/* Plain values, from `at` on; whether eight bytes hold them. */
static int convert(const Chunk *chunk, const uint8_t *at, int64_t wanted, uint8_t *values) {
    if (chunk->form == BACKWARDS) return turn_round(at, wanted, chunk->size, values);
    if (chunk->form == WIDENED) widen(at, wanted, values);
    else memmove(values, at, (size_t)(wanted * chunk->size));
    return 1;
}

static inline void gather(const uint8_t *words, int64_t width, const uint32_t *codes, int64_t size, uint8_t *values) {
    for (int64_t place = 0; place < size; place++) {
        memcpy(values + width * place, words + width * (int64_t)codes[place], (size_t)width);
    }
}

/* What codes stand for; of texts the codes themselves. */
static void look_up(const Chunk *chunk, const uint32_t *codes, int64_t size, uint8_t *values) {
    const uint8_t *words = chunk->words.bytes;
    if (chunk->form == TEXTS) memcpy(values, codes, (size_t)size * sizeof *codes);
    else if (chunk->width == 4) gather(words, 4, codes, size, values);
    else gather(words, WORD, codes, size, values);
}

/* Whether there is something for each code to stand for. */
static int are_known(const Chunk *chunk, const uint32_t *codes, int64_t size) {
    uint32_t last = 0;
    for (int64_t place = 0; place < size; place++) last = codes[place] > last ? codes[place] : last;
    return size == 0 || last < chunk->known;
}

static inline int bit_at(const uint8_t *bits, int64_t row) { return bits[row >> 3] >> (row & 7) & 1; }

/* MOST_BITS from one on; there must be eight bytes. */
static inline uint64_t bits_at(const uint8_t *bits, int64_t row) { return load(bits + (row >> 3)) >> (row & 7); }

static inline int64_t count_bits(const uint8_t *bits, int64_t row, int64_t rows) {
    int64_t found = 0;
    for (int64_t place = 0; place < rows; place += MOST_BITS) {
        const int64_t now = least(rows - place, MOST_BITS);
        found += count(bits_at(bits, row + place) & (UINT64_MAX >> (64 - now)));
    }
    return found;
}

/* Puts codes where the bits say, and another between them. */
static void spread_codes(const uint8_t *bits, int64_t row, int64_t rows, const uint32_t *codes, uint32_t nothing,
                         uint32_t *found) {
    int64_t from = 0;
    for (int64_t place = 0; place < rows;) {
        uint64_t here = bits_at(bits, row + place);
        for (const int64_t end = least(rows, place + MOST_BITS); place < end; place++, here >>= 1) {
            const uint32_t is_here = (uint32_t)here & 1;
            found[place] = nothing ^ ((nothing ^ codes[from]) & (0 - is_here));
            from += is_here;
        }
    }
}

/* Reads codes of rows, and what they stand for, or nothing where a row has none. */
static int read_codes(Chunk *chunk, const uint8_t *bits, int64_t row, int64_t rows, int64_t nulls, uint8_t *values) {
    uint32_t codes[BATCH + 1], spread[BATCH];
    const uint32_t nothing = chunk->form == TEXTS ? 0 : (uint32_t)chunk->known;
    for (int64_t done = 0; done < rows; done += BATCH) {
        const int64_t now = least(BATCH, rows - done), there = nulls ? count_bits(bits, row + done, now) : now;
        if (!read_runs(&chunk->codes, chunk->page, there, codes) || !are_known(chunk, codes, there)) return 0;
        if (there < now) {
            codes[there] = nothing;
            spread_codes(bits, row + done, now, codes, nothing, spread);
        }
        look_up(chunk, there < now ? spread : codes, now, values + chunk->width * done);
    }
    return 1;
}

static int read_values(Chunk *chunk, int64_t wanted, uint8_t *values) {
    Runs *runs = &chunk->codes;
    const uint8_t *at = chunk->page + runs->at;
    if (wanted > (runs->end - runs->at) / chunk->size) return 0;
    runs->at += wanted * chunk->size;
    return convert(chunk, at, wanted, values);
}

static inline void spread_wide(const uint8_t *bits, int64_t row, int64_t rows, int64_t there, int64_t width,
                               uint8_t *values) {
    for (int64_t place = rows - 1, from = there - 1; place > from && place >= 0; place--) {
        const uint64_t here = (uint64_t)bit_at(bits, row + place);
        uint64_t value = 0;
        memcpy(&value, values + width * (from < 0 ? 0 : from), (size_t)width);
        value &= 0 - here;
        memcpy(values + width * place, &value, (size_t)width);
        from -= (int64_t)here;
    }
}

/* Moves values that stand close to one another to where the bits say, 0 between them: the last ones first. */
static void spread(const Chunk *chunk, const uint8_t *bits, int64_t row, int64_t rows, int64_t there, uint8_t *values) {
    if (chunk->width == 4) spread_wide(bits, row, rows, there, 4, values); /* known while it is compiled */
    else spread_wide(bits, row, rows, there, WORD, values);
}

/* Splits texts, each behind its size in four bytes, into themselves and their ends; whether that is what is there. */
static int split(Chunk *chunk, const uint8_t *data, int64_t size, int64_t texts) {
    Text *words = &chunk->words, *ends = &chunk->ends;
    int64_t at = 0;
    int32_t end = 0;
    if (texts > size / 4 || !reserve(words, size) || !reserve(ends, 4 * texts + 4)) return 0;
    memcpy(ends->bytes, &end, 4);
    for (int64_t number = 0; number < texts; number++) {
        uint32_t more;
        if (size - at < 4) return 0;
        memcpy(&more, data + at, 4);
        at += 4;
        if (more > size - at || !is_utf8(data + at, more)) return 0;
        memcpy(words->bytes + end, data + at, more);
        at += more;
        end += (int32_t)more;
        memcpy(ends->bytes + 4 * number + 4, &end, 4);
    }
    words->size = end;
    ends->size = 4 * texts + 4;
    return 1;
}

/* Learns what codes stand for; whether that is what is there. */
static int learn(Chunk *chunk, const uint8_t *data, int64_t size, const int64_t *cells) {
    const int64_t known = cells[1];
    if (known < 0 || (cells[2] != PLAIN && cells[2] != PLAIN_DICTIONARY)) return 0;
    if (chunk->form == TEXTS) {
        if (!split(chunk, data, size, known)) return 0;
    } else {
        if (known > size / chunk->size || !reserve(&chunk->words, (known + 1) * chunk->width)) return 0;
        if (!convert(chunk, data, known, chunk->words.bytes)) return 0;
        memset(chunk->words.bytes + known * chunk->width, 0, (size_t)chunk->width); /* what no value is read as */
    }
    chunk->known = known;
    return 1;
}

/* Takes the packing off a page behind its levels, which have none; its bytes, or NULL. */
static const uint8_t *unpacked(Chunk *chunk, const uint8_t *raw, int64_t packed_size, int64_t plain, int64_t size) {
    Text *text = &chunk->text;
    if (plain > size || plain > packed_size || size / SNAPPY_MOST > packed_size || !reserve(text, size + SLACK)) {
        return NULL;
    }
    memcpy(text->bytes, raw, (size_t)plain);
    if (plain == size) return text->bytes;
    return unpack_snappy(raw + plain, packed_size - plain, text->bytes + plain, size - plain) ? text->bytes : NULL;
}

/* Makes a page of so many cells the one that is read, with levels from `at` to `values`; whether it is one that can be. */
static int open_page(Chunk *chunk, int64_t cells, int64_t encoding, int64_t at, int64_t values, int64_t size) {
    if (cells <= 0 || cells > chunk->rows || values > size || chunk->optional != (values > at)) return 0;
    const int coded = encoding == PLAIN_DICTIONARY || encoding == RLE_DICTIONARY;
    if (coded ? chunk->known == LACKING : encoding != PLAIN || chunk->form == TEXTS) return 0;
    const Runs levels = {at, values, 0, 0, 0, 1, 0};
    const int32_t width = coded && values < size ? chunk->page[values++] : 0;
    const Runs codes = {values, size, 0, 0, 0, width, 0};
    if (width > WIDEST) return 0;
    chunk->levels = levels;
    chunk->codes = codes;
    chunk->coded = coded;
    chunk->left = cells;
    return 1;
}

/* The same of a page whose levels stand behind their size. */
static int open_older_page(Chunk *chunk, const int64_t *cells, int64_t size) {
    uint32_t levels = 0;
    if (!chunk->optional) return open_page(chunk, cells[1], cells[2], 0, 0, size);
    if (size < 4 || cells[3] != RLE) return 0;
    memcpy(&levels, chunk->page, 4);
    return open_page(chunk, cells[1], cells[2], 4, 4 + (int64_t)levels, size);
}

/* Goes on to the next page; whether there is one. */
static int turn(Chunk *chunk) {
    Wire wire = {chunk->data, chunk->at, chunk->end};
    Header header;
    if (!read_header(&wire, &header)) return 0;
    const int64_t kind = header.page[1], size = header.page[2], packed_size = header.page[3], *cells = header.cells;
    if (size < 0 || packed_size < 0 || packed_size > chunk->end - wire.at) return 0;
    const int64_t plain = kind == DATA_2 ? cells[5] : 0; /* levels, which are not packed */
    const int packed = chunk->packed && !(kind == DATA_2 && cells[7] == 0);
    if (plain < 0 || (!packed && size != packed_size)) return 0;
    const uint8_t *raw = chunk->data + wire.at;
    const int is_first = chunk->at == 0;
    chunk->page = packed ? unpacked(chunk, raw, packed_size, plain, size) : raw;
    chunk->at = wire.at + packed_size;
    if (!chunk->page) return 0;
    if (kind == WORDS) return is_first && learn(chunk, chunk->page, size, cells);
    if (kind == DATA) return cells[3] >= 0 && cells[4] >= 0 && open_older_page(chunk, cells, size);
    return kind == DATA_2 && cells[2] >= 0 && cells[3] == cells[1] && cells[6] == 0 &&
           open_page(chunk, cells[1], cells[4], 0, plain, size);
}

/* Reads the next rows, the bits of which are nought; returns how many hold nothing, or REFUSED. */
static int64_t read_chunk(Chunk *chunk, int64_t rows, uint8_t *values, uint8_t *bits) {
    int64_t nulls = 0;
    for (int64_t row = 0; row < rows;) {
        while (chunk->left == 0) {
            if (!turn(chunk)) return REFUSED;
        }
        const int64_t now = least(chunk->left, rows - row);
        uint8_t *here = values + chunk->width * row;
        const int64_t there = chunk->optional ? read_bits(&chunk->levels, chunk->page, now, bits, row) : now;
        if (there == REFUSED) return REFUSED;
        if (chunk->coded) {
            if (!read_codes(chunk, bits, row, now, now - there, here)) return REFUSED;
        } else {
            if (!read_values(chunk, there, here)) return REFUSED;
            if (there < now) spread(chunk, bits, row, now, there, here);
        }
        nulls += now - there;
        chunk->left -= now;
        chunk->rows -= now;
        row += now;
    }
    return nulls;
}

#endif
