/* simd -- thirty-two 32-bit numbers at once, as wide as the instructions that
 * the file it is included in is compiled for: two registers of AVX-512, four of
 * AVX2, or eight vectors of four for any other machine.  The results are the
 * same.  Sums must not overflow. */
#ifndef HEADRACE_BASE_SIMD_H
#define HEADRACE_BASE_SIMD_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#if defined(__AVX512F__) || defined(__AVX2__)
#include <immintrin.h>
#endif

#include "base/inline.h"

enum { SIMD_LANES = 32 };

/* Some of the lanes, for simd_load_where. */
struct simd_where {
    uint32_t lanes;          /* a bit each */
    int32_t all[SIMD_LANES]; /* the same: -1 or 0 */
};

static inline void simd_where_set(struct simd_where *w, uint32_t lanes)
{
    w->lanes = lanes;
    for (uint32_t l = 0; l < SIMD_LANES; l++)
        w->all[l] = -(int32_t)(lanes >> l & 1);
}

#if defined(__AVX512F__)

struct simd {
    __m512i x[2];
};

/* What a comparison finds, lane by lane. */
struct simd_mask {
    __mmask16 x[2];
};

ALWAYS_INLINE struct simd simd_load(const int32_t *from)
{
    return (struct simd){ { _mm512_loadu_si512(from),
                            _mm512_loadu_si512(from + 16) } };
}

ALWAYS_INLINE void simd_store(int32_t *to, struct simd a)
{
    _mm512_storeu_si512(to, a.x[0]);
    _mm512_storeu_si512(to + 16, a.x[1]);
}

ALWAYS_INLINE struct simd simd_all(int32_t value)
{
    const __m512i x = _mm512_set1_epi32(value);
    return (struct simd){ { x, x } };
}

ALWAYS_INLINE struct simd simd_add(struct simd a, struct simd b)
{
    return (struct simd){ { _mm512_add_epi32(a.x[0], b.x[0]),
                            _mm512_add_epi32(a.x[1], b.x[1]) } };
}

ALWAYS_INLINE struct simd simd_sub(struct simd a, struct simd b)
{
    return (struct simd){ { _mm512_sub_epi32(a.x[0], b.x[0]),
                            _mm512_sub_epi32(a.x[1], b.x[1]) } };
}

ALWAYS_INLINE struct simd simd_max(struct simd a, struct simd b)
{
    return (struct simd){ { _mm512_max_epi32(a.x[0], b.x[0]),
                            _mm512_max_epi32(a.x[1], b.x[1]) } };
}

/* `old`, but what is at `from` in some lanes. */
ALWAYS_INLINE struct simd simd_load_where(struct simd old,
                                          const struct simd_where *w,
                                          const int32_t *from)
{
    const uint32_t lanes = w->lanes;
    return (struct simd){
        { _mm512_mask_loadu_epi32(old.x[0], (__mmask16)lanes, from),
          _mm512_mask_loadu_epi32(old.x[1], (__mmask16)(lanes >> 16),
                                  from + 16) }
    };
}

/* Where a > b. */
ALWAYS_INLINE struct simd_mask simd_greater(struct simd a, struct simd b)
{
    return (struct simd_mask){ { _mm512_cmpgt_epi32_mask(a.x[0], b.x[0]),
                                 _mm512_cmpgt_epi32_mask(a.x[1], b.x[1]) } };
}

ALWAYS_INLINE bool simd_any(struct simd_mask m)
{
    return (m.x[0] | m.x[1]) != 0;
}

/* a where m holds, else b. */
ALWAYS_INLINE struct simd simd_choose(struct simd_mask m, struct simd a,
                                      struct simd b)
{
    return (struct simd){ { _mm512_mask_mov_epi32(b.x[0], m.x[0], a.x[0]),
                            _mm512_mask_mov_epi32(b.x[1], m.x[1], a.x[1]) } };
}

#elif defined(__AVX2__)

enum { SIMD_EIGHTS = SIMD_LANES / 8 };

struct simd {
    __m256i x[SIMD_EIGHTS];
};

struct simd_mask {
    __m256i x[SIMD_EIGHTS];
};

ALWAYS_INLINE struct simd simd_load(const int32_t *from)
{
    const __m256i *const at = (const __m256i *)(const void *)from;
    struct simd a;
    for (uint32_t i = 0; i < SIMD_EIGHTS; i++)
        a.x[i] = _mm256_loadu_si256(at + i);
    return a;
}

ALWAYS_INLINE void simd_store(int32_t *to, struct simd a)
{
    __m256i *const at = (__m256i *)(void *)to;
    for (uint32_t i = 0; i < SIMD_EIGHTS; i++)
        _mm256_storeu_si256(at + i, a.x[i]);
}

ALWAYS_INLINE struct simd simd_all(int32_t value)
{
    struct simd a;
    for (uint32_t i = 0; i < SIMD_EIGHTS; i++)
        a.x[i] = _mm256_set1_epi32(value);
    return a;
}

ALWAYS_INLINE struct simd simd_add(struct simd a, struct simd b)
{
    for (uint32_t i = 0; i < SIMD_EIGHTS; i++)
        a.x[i] = _mm256_add_epi32(a.x[i], b.x[i]);
    return a;
}

ALWAYS_INLINE struct simd simd_sub(struct simd a, struct simd b)
{
    for (uint32_t i = 0; i < SIMD_EIGHTS; i++)
        a.x[i] = _mm256_sub_epi32(a.x[i], b.x[i]);
    return a;
}

ALWAYS_INLINE struct simd simd_max(struct simd a, struct simd b)
{
    for (uint32_t i = 0; i < SIMD_EIGHTS; i++)
        a.x[i] = _mm256_max_epi32(a.x[i], b.x[i]);
    return a;
}

ALWAYS_INLINE struct simd_mask simd_greater(struct simd a, struct simd b)
{
    struct simd_mask m;
    for (uint32_t i = 0; i < SIMD_EIGHTS; i++)
        m.x[i] = _mm256_cmpgt_epi32(a.x[i], b.x[i]);
    return m;
}

ALWAYS_INLINE bool simd_any(struct simd_mask m)
{
    __m256i x = m.x[0];
    for (uint32_t i = 1; i < SIMD_EIGHTS; i++)
        x = _mm256_or_si256(x, m.x[i]);
    return _mm256_movemask_epi8(x) != 0;
}

ALWAYS_INLINE struct simd simd_choose(struct simd_mask m, struct simd a,
                                      struct simd b)
{
    for (uint32_t i = 0; i < SIMD_EIGHTS; i++)
        a.x[i] = _mm256_blendv_epi8(b.x[i], a.x[i], m.x[i]);
    return a;
}

ALWAYS_INLINE struct simd simd_load_where(struct simd old,
                                          const struct simd_where *w,
                                          const int32_t *from)
{
    const struct simd all = simd_load(w->all);
    struct simd_mask m;
    for (uint32_t i = 0; i < SIMD_EIGHTS; i++)
        m.x[i] = all.x[i];
    return simd_choose(m, simd_load(from), old);
}

#else

typedef int32_t simd_four __attribute__((vector_size(16)));

enum { SIMD_FOURS = SIMD_LANES / 4 };

struct simd {
    simd_four x[SIMD_FOURS];
};

struct simd_mask {
    simd_four x[SIMD_FOURS];
};

ALWAYS_INLINE struct simd simd_load(const int32_t *from)
{
    struct simd a;
    memcpy(&a, from, sizeof a);
    return a;
}

ALWAYS_INLINE void simd_store(int32_t *to, struct simd a)
{
    memcpy(to, &a, sizeof a);
}

ALWAYS_INLINE struct simd simd_all(int32_t value)
{
    struct simd a;
    for (uint32_t i = 0; i < SIMD_FOURS; i++)
        a.x[i] = (simd_four){ value, value, value, value };
    return a;
}

ALWAYS_INLINE struct simd simd_add(struct simd a, struct simd b)
{
    for (uint32_t i = 0; i < SIMD_FOURS; i++)
        a.x[i] += b.x[i];
    return a;
}

ALWAYS_INLINE struct simd simd_sub(struct simd a, struct simd b)
{
    for (uint32_t i = 0; i < SIMD_FOURS; i++)
        a.x[i] -= b.x[i];
    return a;
}

ALWAYS_INLINE struct simd_mask simd_greater(struct simd a, struct simd b)
{
    struct simd_mask m;
    for (uint32_t i = 0; i < SIMD_FOURS; i++)
        m.x[i] = a.x[i] > b.x[i];
    return m;
}

ALWAYS_INLINE bool simd_any(struct simd_mask m)
{
    simd_four x = m.x[0];
    for (uint32_t i = 1; i < SIMD_FOURS; i++)
        x |= m.x[i];
    return (x[0] | x[1] | x[2] | x[3]) != 0;
}

ALWAYS_INLINE struct simd simd_choose(struct simd_mask m, struct simd a,
                                      struct simd b)
{
    for (uint32_t i = 0; i < SIMD_FOURS; i++)
        a.x[i] = (a.x[i] & m.x[i]) | (b.x[i] & ~m.x[i]);
    return a;
}

ALWAYS_INLINE struct simd simd_max(struct simd a, struct simd b)
{
    return simd_choose(simd_greater(a, b), a, b);
}

ALWAYS_INLINE struct simd simd_load_where(struct simd old,
                                          const struct simd_where *w,
                                          const int32_t *from)
{
    struct simd_mask m;
    memcpy(&m, w->all, sizeof m);
    return simd_choose(m, simd_load(from), old);
}

#endif

#endif
