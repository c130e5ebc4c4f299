/* What the rows of each agent come to. Codes and masks may hold anything, and buffers to be read may lie anywhere: a
   code that is no agent's ends the work before anything is written by it. Without vectors: a row costs its one store,
   and what goes around it if loops are not unrolled. */
#include <string.h>

#include "kernels.h"

#define SIGN (UINT64_C(1) << 63)

static inline int64_t agent_at(const Fold *fold, int64_t row) {
    uint32_t agent; /* a negative code is a large one */
    memcpy(&agent, fold->agents + row * (int64_t)sizeof agent, sizeof agent);
    return agent;
}

static inline uint64_t number_at(const Fold *fold, int64_t row) {
    uint64_t number;
    memcpy(&number, fold->numbers + row * (int64_t)sizeof number, sizeof number);
    return number;
}

static inline uint64_t counts(const uint8_t *mask, int64_t row) { return mask ? mask[row] & 1 : 1; }

static void fill(const Fold *fold, uint64_t number) {
    for (int64_t agent = 0; agent < fold->size; agent++) fold->found[agent] = number;
}

/* A magnitude that none found is beyond, where none is that of the least of all numbers. */
static int64_t bound(const Fold *fold) {
    uint64_t bits = 0;
    for (int64_t agent = 0; agent < fold->size; agent++) bits |= fold->found[agent] ^ -(fold->found[agent] >> 63);
    return bits < INT64_MAX ? (int64_t)bits + 1 : INT64_MAX;
}

int64_t count_rows(const Fold *fold) {
    const uint8_t *mask = fold->mask;
    const int64_t rows = fold->rows, size = fold->size;
    uint64_t *found = fold->found;
    fill(fold, 0);
#pragma GCC unroll 4
    for (int64_t row = 0; row < rows; row++) {
        const int64_t agent = agent_at(fold, row);
        if (agent >= size) return NO_AGENT;
        found[agent] += counts(mask, row);
    }
    return bound(fold);
}

/* A power of 2: as many numbers of its magnitude do not add up beyond int64. */
static uint64_t safe_magnitude(int64_t rows) {
    uint64_t magnitude = SIGN / 2;
    while (rows && magnitude > INT64_MAX / (uint64_t)rows) magnitude /= 2;
    return magnitude;
}

/* Sums may wrap; then some number less the least safe one has shown bits beyond those that safe ones show. */
int64_t add_rows(const Fold *fold) {
    const uint8_t *mask = fold->mask;
    const int64_t rows = fold->rows, size = fold->size;
    const uint64_t safe = safe_magnitude(rows);
    uint64_t *found = fold->found, bits = 0;
    fill(fold, 0);
#pragma GCC unroll 4
    for (int64_t row = 0; row < rows; row++) {
        const int64_t agent = agent_at(fold, row);
        if (agent >= size) return NO_AGENT;
        const uint64_t number = number_at(fold, row) & -counts(mask, row);
        bits |= number + safe;
        found[agent] += number;
    }
    return bits < 2 * safe ? bound(fold) : NO_ROOM;
}

/* The least of the numbers in an order of their bits. Of many rows of an agent few are less than all before, which a
   processor foresees; of few rows many are, and then it is quicker not to ask. */
static inline int64_t least_of(const Fold *fold, uint64_t turned, int many) {
    const uint8_t *mask = fold->mask;
    const int64_t rows = fold->rows, size = fold->size;
    uint64_t *found = fold->found;
    fill(fold, UINT64_MAX);
#pragma GCC unroll 4
    for (int64_t row = 0; row < rows; row++) {
        const int64_t agent = agent_at(fold, row);
        if (agent >= size) return NO_AGENT;
        const uint64_t number = (number_at(fold, row) ^ turned) | (counts(mask, row) - 1), least = found[agent];
        if (!many) found[agent] = number < least ? number : least;
        else if (number < least) found[agent] = number;
    }
    for (int64_t agent = 0; agent < size; agent++) found[agent] ^= turned;
    return 0;
}

int64_t extreme_of_rows(const Fold *fold) {
    const uint64_t turned = fold->sign > 0 ? ~SIGN : SIGN;
    return fold->rows / 32 >= fold->size ? least_of(fold, turned, 1) : least_of(fold, turned, 0);
}
