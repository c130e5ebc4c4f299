/* What the rows of each agent come to. Codes and masks may hold anything, and buffers to be read may lie anywhere: a
   code that is no agent's ends the work before anything is written by it. Without vectors: a row costs its one store. */
#include <string.h>

#include "kernels.h"

static inline int64_t agent_at(const Fold *fold, int64_t row) {
    uint32_t agent; /* a negative code is a large one */
    memcpy(&agent, fold->agents + row * (int64_t)sizeof agent, sizeof agent);
    return agent;
}

static inline int64_t number_at(const Fold *fold, int64_t row) {
    int64_t number;
    memcpy(&number, fold->numbers + row * (int64_t)sizeof number, sizeof number);
    return number;
}

static void fill(const Fold *fold, int64_t number) {
    for (int64_t agent = 0; agent < fold->size; agent++) fold->found[agent] = number;
}

/* The largest magnitude found, where none is that of the least of all numbers. */
static int64_t most(const Fold *fold) {
    int64_t largest = 0;
    for (int64_t agent = 0; agent < fold->size; agent++) {
        const int64_t one = fold->found[agent] < 0 ? -fold->found[agent] : fold->found[agent];
        if (one > largest) largest = one;
    }
    return largest;
}

int64_t count_rows(const Fold *fold) {
    const uint8_t *mask = fold->mask;
    const int64_t rows = fold->rows, size = fold->size;
    int64_t *found = fold->found;
    fill(fold, 0);
    for (int64_t row = 0; row < rows; row++) {
        const int64_t agent = agent_at(fold, row);
        if (agent >= size) return NO_AGENT;
        found[agent] += !mask || mask[row];
    }
    return most(fold);
}

/* Sums wrap, as unsigned numbers may; then the magnitudes tell that they might have. */
int64_t add_rows(const Fold *fold) {
    const uint8_t *mask = fold->mask;
    const int64_t rows = fold->rows, size = fold->size;
    uint64_t *found = (uint64_t *)fold->found, bits = 0;
    fill(fold, 0);
    for (int64_t row = 0; row < rows; row++) {
        const int64_t agent = agent_at(fold, row);
        if (agent >= size) return NO_AGENT;
        const uint64_t number = (uint64_t)number_at(fold, row) & -(uint64_t)(!mask || mask[row]);
        bits |= number ^ -(number >> 63);
        found[agent] += number;
    }
    if (rows && bits + 1 > (uint64_t)INT64_MAX / (uint64_t)rows) return NO_ROOM; /* no magnitude is beyond bits + 1 */
    return most(fold);
}

int64_t raise_rows(const Fold *fold) {
    const uint8_t *mask = fold->mask;
    const int64_t rows = fold->rows, size = fold->size;
    int64_t *found = fold->found;
    fill(fold, INT64_MIN);
    for (int64_t row = 0; row < rows; row++) {
        const int64_t agent = agent_at(fold, row);
        if (agent >= size) return NO_AGENT;
        const int64_t number = number_at(fold, row);
        if (number > found[agent] && (!mask || mask[row])) found[agent] = number;
    }
    return 0;
}

int64_t lower_rows(const Fold *fold) {
    const uint8_t *mask = fold->mask;
    const int64_t rows = fold->rows, size = fold->size;
    int64_t *found = fold->found;
    fill(fold, INT64_MAX);
    for (int64_t row = 0; row < rows; row++) {
        const int64_t agent = agent_at(fold, row);
        if (agent >= size) return NO_AGENT;
        const int64_t number = number_at(fold, row);
        if (number < found[agent] && (!mask || mask[row])) found[agent] = number;
    }
    return 0;
}
