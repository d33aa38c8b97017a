#include "cost/hls_cost.h"

#include "base/bits.h"
#include "cost/hls_sizes.h"
#include "cost/hls_slices.h"
#include "design/design.h"
#include "design/hls_laws.h"
#include "design/kernel.h"

#include <stddef.h>

/* Bits of one channel from which on Vivado HLS charges a FIFO as RAM: seen not
 * at 400, but at 576. */
enum { VIVADO_RAM_BITS = 512 };

static uint64_t rounded(uint64_t milli)
{
    return (milli + 500) / 1000;
}

/* HLS_FEATURE_COUNT numbers. */
static void features_of(const struct process *p, const struct hls_sizes *s,
                        uint64_t *f)
{
    const uint64_t used = s->terms - s->zeros;
    const uint64_t held = s->stages > 2 ? s->stages - 2 : 0;
    f[HLS_PRODUCT] = used;
    f[HLS_SHARED_PRODUCT] = p->reuse_factor > 1 ? used : 0;
    f[HLS_HELD_PRODUCT] = used * held;
    f[HLS_MULTIPLIER] = hls_ceil_div(s->terms, p->reuse_factor);
    f[HLS_INPUT_BIT] = s->inputs * p->inputs[0]->format.width;
    f[HLS_INPUT_BIT_STAGE] = f[HLS_INPUT_BIT] * s->stages;
    f[HLS_OUTPUT_BIT] = s->outputs * p->outputs[0]->format.width;
    f[HLS_HELD_BIT] = f[HLS_OUTPUT_BIT] * held;
    f[HLS_CONSTANT] = 1;
}

static uint64_t by_law(const struct hls_law *law, const uint64_t *features)
{
    uint64_t milli = 0;
    for (int f = 0; law != NULL && f < HLS_FEATURE_COUNT; f++)
        milli += law->milli[f] * features[f];
    return rounded(milli);
}

struct cost hls_cost_of_process(const struct design *d, const struct process *p)
{
    const struct hls_sizes s = hls_sizes_of(p);
    uint64_t features[HLS_FEATURE_COUNT];
    features_of(p, &s, features);
    const char *kernel = p->kernel->name;
    return (struct cost){
        .lut =
            by_law(hls_law_find(d->laws, false, kernel, hls_way(p)), features),
        .ff = by_law(hls_law_find(d->laws, true, kernel, hls_way(p)), features),
        .dsp = hls_dsp(p, &s, d->family),
        .bram18 = hls_bram18(p, &s, d->family),
    };
}

/* Whether the report charges it as RAM, which it may do for a FIFO that is
 * built as a shift register in the end. */
static bool is_ram(const struct stream *s, bool vitis)
{
    if (vitis)
        return s->kind == FIFO_RAM || s->kind == FIFO_BRAM;
    return s->depth > 1 &&
           (uint64_t)s->depth * s->format.width >= VIVADO_RAM_BITS;
}

struct cost hls_cost_of_stream(const struct design *d, const struct stream *s)
{
    struct cost c = { 0 };
    if (s->producer == NULL || s->consumer == NULL)
        return c; /* a port */
    const bool vitis = family_is_vitis(d->family);
    const bool ram = is_ram(s, vitis);
    /* Vivado HLS builds a FIFO for each channel. */
    const uint64_t fifos = vitis ? 1 : s->lanes;
    const uint64_t width = vitis ? s->width_bits : s->format.width;
    if (ram)
        c.bram18 = fifos * hls_fifo_bram18(width, s->depth);
    const struct hls_fifo_law *law = hls_fifo_law_find(d->laws, vitis, ram);
    if (law != NULL) {
        c.ff = rounded(fifos * (law->ff_constant_milli +
                                (uint64_t)law->ff_address_bit_milli *
                                    bits_log2_ceil(s->depth)));
        c.lut = rounded(fifos * law->lut_constant_milli);
    }
    return c;
}

struct cost hls_cost_implemented(const struct design *d, struct cost report)
{
    const struct hls_laws *l = d->laws;
    if (l == NULL)
        return report;
    return (struct cost){
        .lut = report.lut * l->lut_percent / 100,
        .ff = report.ff * l->ff_percent / 100,
        .dsp = report.dsp * l->dsp_percent / 100,
        .bram18 = report.bram18 * l->bram18_percent / 100,
    };
}
