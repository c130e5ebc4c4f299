/* The same kernels for processors that compare 32 bytes at once (AVX2). */
#if defined(__GNUC__) && !defined(__clang__) && defined(__x86_64__)
#pragma GCC target("avx2,bmi,lzcnt,popcnt")
#define WIDE
#include "reading.h"

const Kernels *wide_kernels(void) {
    static const Kernels kernels = {feeds_in, last_end, read_block, is_utf8};
    const int there = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") &&
                      __builtin_cpu_supports("lzcnt") && __builtin_cpu_supports("popcnt");
    return there ? &kernels : 0;
}
#else
#include "kernels.h"

const Kernels *wide_kernels(void) { return 0; }
#endif
