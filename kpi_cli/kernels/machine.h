/* What processors offer beyond C's integers: 64 bytes compared at once, 8 loaded as one number, bits counted.

   Bytes are little-endian, the first of eight the lowest: for other machines this is not built. WIDE code is for those
   that compare 32 bytes at once; who runs it has asked first. */
#ifndef KPI_MACHINE_H
#define KPI_MACHINE_H

#include <stdint.h>
#include <string.h>

#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "for little-endian processors"
#endif

#ifdef WIDE
#include <immintrin.h>
#elif defined(__SSE2__) || defined(_M_X64)
#include <emmintrin.h>
#elif defined(__aarch64__) || defined(_M_ARM64)
#include <arm_neon.h>
#endif
#ifdef _MSC_VER
#include <intrin.h>
#endif

enum { LANES = 64, WORD = 8 };

#define ZEROS UINT64_C(0x3030303030303030) /* eight digits 0 */

/* Which of 64 bytes are the one given, the first as the lowest bit. */
static inline uint64_t equal64(const uint8_t *at, uint8_t byte) {
    uint64_t found = 0;
#ifdef WIDE
    const __m256i wanted = _mm256_set1_epi8((char)byte);
    for (int part = 0; part < 2; part++) {
        const __m256i here = _mm256_loadu_si256((const __m256i *)(at + 32 * part));
        found |= (uint64_t)(uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(here, wanted)) << (32 * part);
    }
#elif defined(__SSE2__) || defined(_M_X64)
    const __m128i wanted = _mm_set1_epi8((char)byte);
    for (int part = 0; part < 4; part++) {
        const __m128i here = _mm_loadu_si128((const __m128i *)(at + 16 * part));
        found |= (uint64_t)(uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(here, wanted)) << (16 * part);
    }
#elif defined(__aarch64__) || defined(_M_ARM64)
    static const uint8_t powers[16] = {1, 2, 4, 8, 16, 32, 64, 128, 1, 2, 4, 8, 16, 32, 64, 128};
    const uint8x16_t wanted = vdupq_n_u8(byte), bits = vld1q_u8(powers);
    for (int part = 0; part < 4; part++) {
        const uint8x16_t same = vandq_u8(vceqq_u8(vld1q_u8(at + 16 * part), wanted), bits);
        found |= (uint64_t)vaddv_u8(vget_low_u8(same)) << (16 * part);
        found |= (uint64_t)vaddv_u8(vget_high_u8(same)) << (16 * part + 8);
    }
#else
    for (int place = 0; place < LANES; place++) found |= (uint64_t)(at[place] == byte) << place;
#endif
    return found;
}

/* The place of the lowest bit set; there must be one. */
static inline int lowest(uint64_t bits) {
#ifdef _MSC_VER
    unsigned long place;
    _BitScanForward64(&place, bits);
    return (int)place;
#else
    return __builtin_ctzll(bits);
#endif
}

/* The place of the highest bit set; there must be one. */
static inline int highest(uint64_t bits) {
#ifdef _MSC_VER
    unsigned long place;
    _BitScanReverse64(&place, bits);
    return (int)place;
#else
    return 63 - __builtin_clzll(bits);
#endif
}

static inline int count(uint64_t bits) {
#ifdef WIDE
    return __builtin_popcountll(bits);
#else
    bits -= (bits >> 1) & UINT64_C(0x5555555555555555);
    bits = (bits & UINT64_C(0x3333333333333333)) + ((bits >> 2) & UINT64_C(0x3333333333333333));
    bits = (bits + (bits >> 4)) & UINT64_C(0x0F0F0F0F0F0F0F0F);
    return (int)((bits * UINT64_C(0x0101010101010101)) >> 56);
#endif
}

/* For each place whether the number of bits up to it, itself included, is odd. */
static inline uint64_t parity(uint64_t bits) {
    for (int shift = 1; shift < 64; shift *= 2) bits ^= bits << shift;
    return bits;
}

static inline uint64_t load(const uint8_t *at) {
    uint64_t eight;
    memcpy(&eight, at, WORD);
    return eight;
}

static inline uint64_t backwards(uint64_t eight) {
#ifdef _MSC_VER
    return _byteswap_uint64(eight);
#else
    return __builtin_bswap64(eight);
#endif
}

/* Up to eight bytes as one number, those that are lacking 0; nothing from `limit` on is touched. */
static inline uint64_t word(const uint8_t *start, int64_t size, const uint8_t *limit) {
    if (size == 0) return 0;
    if (limit - start >= WORD) return load(start) & (UINT64_MAX >> (64 - 8 * size));
    uint64_t found = 0;
    memcpy(&found, start, (size_t)size);
    return found;
}

static inline int are_digits(uint64_t eight) {
    return ((eight & UINT64_C(0xF0F0F0F0F0F0F0F0)) |
            (((eight + UINT64_C(0x0606060606060606)) & UINT64_C(0xF0F0F0F0F0F0F0F0)) >> 4)) ==
           UINT64_C(0x3333333333333333);
}

/* The number that eight digits spell, three multiplications for all of them. */
static inline int64_t digits(uint64_t eight) {
    const uint64_t odd = UINT64_C(0x000000FF000000FF);
    uint64_t pairs = eight - ZEROS;
    pairs = pairs * 10 + (pairs >> 8);
    return (int64_t)(((pairs & odd) * UINT64_C(0x000F424000000064) +
                      ((pairs >> 16) & odd) * UINT64_C(0x0000271000000001)) >> 32);
}

#endif
