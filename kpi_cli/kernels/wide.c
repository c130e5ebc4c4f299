/* The same kernels for processors that compare 32 bytes at once (AVX2). */
#include "kernels.h"

#if defined(__GNUC__) && !defined(__clang__) && defined(__x86_64__)
/* Before the pragma: what asks must itself run on every processor. */
static int is_there(void) {
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") && __builtin_cpu_supports("popcnt");
}

#pragma GCC push_options
#pragma GCC target("avx2,bmi,popcnt")
#define WIDE
#include "chunks.h"
#include "reading.h"
static const Kernels kernels = {feeds_in, last_end, read_block, is_utf8, read_footer, read_chunk};
#pragma GCC pop_options

const Kernels *wide_kernels(void) { return is_there() ? &kernels : 0; }
#else
const Kernels *wide_kernels(void) { return 0; }
#endif
