#include "design/token_words.h"

#include "design/design.h"

#include <string.h>

enum { WORD_BITS = 32 };

uint32_t token_words(const struct stream *s)
{
    return (s->width_bits + WORD_BITS - 1) / WORD_BITS;
}

static uint64_t value_mask(const struct stream *s)
{
    return (UINT64_C(1) << s->format.width) - 1;
}

void token_pack(const struct stream *s, const int32_t *values, uint64_t count,
                uint32_t *words)
{
    uint32_t width = s->format.width, per_token = token_words(s);
    memset(words, 0, count * per_token * sizeof *words);
    for (uint64_t token = 0; token < count; token++, words += per_token) {
        for (uint32_t lane = 0; lane < s->lanes; lane++) {
            uint64_t first = (uint64_t)lane * width;
            uint64_t bits = ((uint64_t)*values++ & value_mask(s))
                            << (first % WORD_BITS);
            words[first / WORD_BITS] |= (uint32_t)bits;
            if (first % WORD_BITS + width > WORD_BITS)
                words[first / WORD_BITS + 1] |= (uint32_t)(bits >> WORD_BITS);
        }
    }
}

void token_unpack(const struct stream *s, const uint32_t *words, uint64_t count,
                  int32_t *values)
{
    uint32_t width = s->format.width, per_token = token_words(s);
    for (uint64_t token = 0; token < count; token++, words += per_token) {
        for (uint32_t lane = 0; lane < s->lanes; lane++) {
            uint64_t first = (uint64_t)lane * width;
            uint64_t bits = words[first / WORD_BITS];
            if (first % WORD_BITS + width > WORD_BITS)
                bits |= (uint64_t)words[first / WORD_BITS + 1] << WORD_BITS;
            uint64_t raw = bits >> (first % WORD_BITS) & value_mask(s);
            uint64_t sign = UINT64_C(1) << (width - 1);
            int64_t value = (int64_t)raw;
            if (s->format.is_signed && (raw & sign) != 0)
                value -= (int64_t)(sign << 1);
            *values++ = (int32_t)value;
        }
    }
}
