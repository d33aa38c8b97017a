#include "hwgen/memory_file.h"

#include "base/arena.h"
#include "base/fixed.h"
#include "base/text.h"
#include "design/design.h"
#include "design/tables.h"

#include <assert.h>
#include <stddef.h>
#include <string.h>

/* A word under construction, lowest digit first. */
struct word {
    uint8_t *digits; /* 0 .. 15 */
    char *line;      /* the same as text */
    size_t digit_count;
    uint32_t element_bits;
};

static struct word word_new(struct arena *a, uint64_t elements,
                            uint32_t element_bits)
{
    size_t count = (size_t)(elements * element_bits + 3) / 4;
    return (struct word){
        .digits = arena_new_array(a, uint8_t, count),
        .line = arena_new_array(a, char, count + 1),
        .digit_count = count,
        .element_bits = element_bits,
    };
}

static void word_set(struct word *w, uint64_t element, int64_t value)
{
    uint64_t first = element * w->element_bits;
    for (uint32_t i = 0; i < w->element_bits; i++) {
        uint64_t bit = first + i;
        if (((uint64_t)value >> i & 1) != 0)
            w->digits[bit / 4] |= (uint8_t)(1U << (bit % 4));
    }
}

/* Appends the word and clears it. */
static void word_flush(struct word *w, struct text *t)
{
    for (size_t i = 0; i < w->digit_count; i++)
        w->line[i] = "0123456789abcdef"[w->digits[w->digit_count - 1 - i]];
    w->line[w->digit_count] = '\n';
    text_addn(t, w->line, w->digit_count + 1);
    memset(w->digits, 0, w->digit_count);
}

/* In a window as in a vector, the weights lie as [element][output]. */
struct text *memory_file_weights(struct arena *a, const struct process *p)
{
    uint32_t outputs = p->outputs[0]->shape.c;
    assert(p->weights != NULL && outputs % p->pe == 0);
    uint32_t groups = outputs / p->pe;
    uint32_t folds = p->reuse_factor / groups;
    struct text *t = text_new(a);
    struct word w = word_new(a, (uint64_t)p->pe * p->simd, p->weight.width);
    for (uint32_t group = 0; group < groups; group++) {
        for (uint32_t fold = 0; fold < folds; fold++) {
            for (uint32_t pe = 0; pe < p->pe; pe++) {
                for (uint32_t lane = 0; lane < p->simd; lane++) {
                    uint64_t element = (uint64_t)fold * p->simd + lane;
                    uint32_t output = group * p->pe + pe;
                    word_set(&w, (uint64_t)pe * p->simd + lane,
                             p->weights[element * outputs + output]);
                }
            }
            word_flush(&w, t);
        }
    }
    return t;
}

struct text *memory_file_biases(struct arena *a, const struct process *p)
{
    uint32_t outputs = p->outputs[0]->shape.c;
    struct text *t = text_new(a);
    struct word w = word_new(a, p->pe, p->accumulator.width);
    for (uint32_t output = 0; output < outputs; output++) {
        int64_t bias = p->biases == NULL ? 0
                                         : fixed_cast(p->biases[output],
                                                      format_fraction(p->bias),
                                                      p->accumulator);
        word_set(&w, output % p->pe, bias);
        if (output % p->pe == p->pe - 1)
            word_flush(&w, t);
    }
    return t;
}

/* Words of `elements` values, one after the other. */
static struct text *words_of(struct arena *a, const int32_t *values,
                             uint64_t count, uint32_t elements, uint32_t bits)
{
    assert(values != NULL && count % elements == 0);
    struct text *t = text_new(a);
    struct word w = word_new(a, elements, bits);
    for (uint64_t i = 0; i < count; i++) {
        word_set(&w, i % elements, values[i]);
        if (i % elements == elements - 1)
            word_flush(&w, t);
    }
    return t;
}

/* A value a channel: a pixel's tokens one after the other. */
static struct text *channel_words(struct arena *a, const struct process *p,
                                  const int32_t *values, struct format f)
{
    const struct stream *in = p->inputs[0];
    return words_of(a, values, in->shape.c, in->lanes, f.width);
}

struct text *memory_file_scales(struct arena *a, const struct process *p)
{
    return channel_words(a, p, p->weights, p->weight);
}

struct text *memory_file_offsets(struct arena *a, const struct process *p)
{
    return channel_words(a, p, p->biases, p->bias);
}

struct text *memory_file_alphas(struct arena *a, const struct process *p)
{
    if (p->units == 1)
        return words_of(a, p->weights, 1, 1, p->weight.width);
    return channel_words(a, p, p->weights, p->weight);
}

struct text *memory_file_table(struct arena *a, const struct process *p)
{
    return words_of(a, p->lookup->values, p->lookup->count, 1,
                    p->outputs[0]->format.width);
}

/* An exponential is SOFTMAX_ONE = 2^15 at the most, an inverse is below
 * 2^16. */
enum { SOFTMAX_ENTRY_BITS = 16 };

struct text *memory_file_exp(struct arena *a, const struct process *p)
{
    return words_of(a, p->softmax->exp, UINT64_C(1) << p->softmax->bits, 1,
                    SOFTMAX_ENTRY_BITS);
}

struct text *memory_file_inverse(struct arena *a, const struct process *p)
{
    return words_of(a, p->softmax->inverse, UINT64_C(1) << p->softmax->bits, 1,
                    SOFTMAX_ENTRY_BITS);
}

struct text *memory_file_tokens(struct arena *a, const struct stream *s,
                                const int32_t *values, uint32_t frames)
{
    return words_of(a, values,
                    (uint64_t)frames * s->tokens_per_frame * s->lanes, s->lanes,
                    s->format.width);
}
