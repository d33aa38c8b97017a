#include "design/hls_rules.h"

#include <stdbool.h>
#include <stddef.h>

#include "design/design.h"

enum {
    LOG_ONE = 1024, /* a logarithm of 1 */
    LOG_BITS = 10,
    MANTISSA_BITS = 16
};

/* The logarithm to base 2 of n > 0 in units of 1 / LOG_ONE, rounded down. */
static int64_t logarithm(uint32_t n)
{
    uint32_t whole = 0;
    while (n >> whole > 1)
        whole++;
    uint64_t x = ((uint64_t)n << MANTISSA_BITS) >> whole;
    int64_t fraction = 0;
    for (int bit = 0; bit < LOG_BITS; bit++) {
        x = x * x >> MANTISSA_BITS;
        fraction *= 2;
        if (x >= UINT64_C(2) << MANTISSA_BITS) {
            x >>= 1;
            fraction++;
        }
    }
    return (int64_t)whole * LOG_ONE + fraction;
}

uint32_t hls_inputs_of(const struct process *p)
{
    if (!layer_type_has_products(p->layer->type))
        return 1;
    const uint64_t terms = layer_terms(p->layer);
    const uint64_t outputs = p->outputs[0]->shape.c;
    uint64_t count = terms * outputs;
    if (p->weights != NULL) {
        uint64_t zeros = 0;
        for (uint64_t i = 0; i < count; i++)
            zeros += p->weights[i] == 0 ? 1 : 0;
        count -= zeros;
    }
    const uint64_t each = (count + outputs / 2) / outputs;
    return each == 0 ? 1 : each < UINT32_MAX ? (uint32_t)each : UINT32_MAX;
}

/* States that a path takes between registers. */
static uint32_t states(int64_t path_ps, int64_t usable_ps)
{
    return path_ps <= 0 || usable_ps <= 0 ? 0 : (uint32_t)(path_ps / usable_ps);
}

/* Rounds after the first in which the multipliers of a batch norm, one for
 * each reuse factor of channels, go through those of a token. */
static uint32_t turns_of(const struct process *p)
{
    const uint32_t channels = p->inputs[0]->shape.c;
    const uint32_t multipliers =
        (channels + p->reuse_factor - 1) / p->reuse_factor;
    return (channels + multipliers - 1) / multipliers - 1;
}

/* A multiplier, and a tree of adders as deep as the logarithm of its inputs;
 * the first levels fit into the state of the multiplier. */
static int64_t product_path(const struct process *p,
                            const struct hls_delays *delays)
{
    const int64_t path = delays->product_ps +
                         delays->add_ps * logarithm(hls_inputs_of(p)) / LOG_ONE;
    return path > delays->product_least_ps ? path : delays->product_least_ps;
}

/* The depth of a tree over n inputs. */
static uint32_t tree_depth(uint32_t n)
{
    uint32_t depth = 0;
    while (depth < 32 && (UINT64_C(1) << depth) < n)
        depth++;
    return depth;
}

/* Adders that sum what is multiplied for one output in one round. */
static int64_t adders_path(const struct process *p,
                           const struct hls_delays *delays)
{
    const uint32_t each =
        (hls_inputs_of(p) + p->reuse_factor - 1) / p->reuse_factor;
    return delays->loop_add_ps * tree_depth(each);
}

/* Vivado makes a chain of comparisons, Vitis a tree. */
static int64_t compares_path(const struct process *p, enum family family,
                             const struct hls_delays *delays)
{
    const uint32_t values = p->window.kernel_h * p->window.kernel_w;
    if (values <= 1)
        return 0;
    return delays->compare_ps *
           (family_is_vitis(family) ? tree_depth(values) : values - 1);
}

struct hls_terms hls_terms_of(const struct process *p, enum family family,
                              const struct hls_delays *delays,
                              uint32_t clock_ps)
{
    const int64_t usable = (int64_t)clock_ps * delays->usable_permille / 1000;
    const uint32_t product = states(product_path(p, delays), usable);
    const uint32_t stages = states(delays->multiply_ps, usable);
    const uint64_t tokens = p->inputs[0]->tokens_per_frame;
    return (struct hls_terms){ {
        [HLS_TERM_REUSE] = p->reuse_factor,
        [HLS_TERM_TOKENS] = tokens < UINT32_MAX ? (uint32_t)tokens : UINT32_MAX,
        [HLS_TERM_PRODUCT] = product,
        [HLS_TERM_HELPER] = product + (product >= 2 ? 1 : 0),
        [HLS_TERM_STAGES] = stages == 0 ? 1 : stages,
        [HLS_TERM_LEVELS] = states(adders_path(p, delays), usable),
        [HLS_TERM_COMPARES] = states(compares_path(p, family, delays), usable),
        [HLS_TERM_TURNS] = turns_of(p),
    } };
}

static uint32_t sum_of(const struct hls_sum *s, const struct hls_terms *terms,
                       uint32_t least)
{
    if (!s->given)
        return 0;
    int64_t sum = s->base;
    for (uint32_t i = 0; i < HLS_TERM_COUNT; i++)
        if ((s->terms >> i & 1) != 0)
            sum += terms->values[i];
    return sum < least            ? least
           : sum > UINT32_MAX / 2 ? UINT32_MAX / 2
                                  : (uint32_t)sum;
}

struct hls_timing hls_timing_by(const struct hls_row *row,
                                const struct hls_terms *terms)
{
    struct hls_timing t = {
        .given = true,
        .fitted = true,
        .ii = sum_of(&row->ii, terms, 1),
        .depth = sum_of(&row->depth, terms, 1),
        .idle = sum_of(&row->idle, terms, 1),
        .fire = sum_of(&row->fire, terms, 1),
        .latency = sum_of(&row->latency, terms, 0),
    };
    /* A body as a whole repeats no later than when it is over, and no later
     * than it was asked to. */
    if (row->reuses == HLS_YES && t.ii > terms->values[HLS_TERM_REUSE])
        t.ii = terms->values[HLS_TERM_REUSE];
    return t;
}
