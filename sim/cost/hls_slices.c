#include "cost/hls_slices.h"

#include "cost/hls_sizes.h"
#include "design/design.h"

#include <stddef.h>

enum {
    /* Factors of a slice, without the sign; wider ones are cut. */
    SLICE_WIDE = 26,
    SLICE_NARROW = 17,
    /* Weights that wide or narrower are multiplied in LUTs if each has its
     * own multiplier: 8 bits were seen in LUTs, 16 in slices, nothing
     * between. */
    CONSTANT_LUT_BITS = 9,
    /* Of the wider ones the share in slices, the others are few-bit constants:
     * 71 % in the median of 27 layers of 16 bits. */
    CONSTANT_DSP_PERCENT = 71,
    /* Bits from which on weights are a ROM: seen not at 768, but at 2880;
     * with Vitis 2024.2 not at 120, but at 300. */
    ROM_BITS = 1024,
    ROM_BITS_2024 = 256,
    ROM_WIDTH = 36, /* of a BRAM18 as HLS counts weights */
    ROM_DEPTH = 512
};

static uint64_t slices_each(const struct process *p)
{
    const uint64_t a = p->inputs[0]->format.width, b = p->weight.width;
    const uint64_t wide = a > b ? a : b, narrow = a > b ? b : a;
    return hls_ceil_div(wide - 1, SLICE_WIDE) *
           hls_ceil_div(narrow - 1, SLICE_NARROW);
}

static bool is_narrow(const struct process *p)
{
    return p->weight.width <= CONSTANT_LUT_BITS;
}

static uint64_t product_slices(const struct process *p,
                               const struct hls_sizes *s, enum family family)
{
    const uint64_t used = s->terms - s->zeros;
    if (hls_way(p) == STRATEGY_RESOURCE) {
        const uint64_t count = hls_ceil_div(s->terms, p->reuse_factor);
        if (!is_narrow(p))
            return count * slices_each(p);
        if (family != FAMILY_HLS4ML_VITIS_2024_2)
            return 0;
        /* One multiplies and adds for each sum, the others are LUTs. */
        return count < s->outputs ? count : s->outputs;
    }
    /* What is shared multiplies variables.  Depthwise products are never
     * shared, whatever their reuse factor. */
    if (p->reuse_factor > 1 && !s->depthwise)
        return hls_ceil_div(used, p->reuse_factor) * slices_each(p);
    if (is_narrow(p))
        return 0;
    return hls_ceil_div(used * CONSTANT_DSP_PERCENT, 100) * slices_each(p);
}

static uint64_t batchnorm_slices(const struct process *p)
{
    if (is_narrow(p))
        return 0;
    const struct stream *in = p->inputs[0];
    const uint64_t channels = in->shape.c;
    /* The limit counts the values of a whole frame. */
    const uint64_t limit =
        hls_ceil_div(channels * in->tokens_per_frame, p->reuse_factor);
    return (channels < limit ? channels : limit) * slices_each(p);
}

uint64_t hls_dsp(const struct process *p, const struct hls_sizes *s,
                 enum family family)
{
    if (s->products)
        return product_slices(p, s, family);
    if (process_is(p, "batchnorm"))
        return batchnorm_slices(p);
    if (process_is(p, "softmax"))
        return hls_ceil_div(s->outputs, p->reuse_factor);
    if (process_is(p, "elementwise") && p->operation == OPERATION_MULTIPLY)
        return s->outputs;
    return 0;
}

static uint64_t rom_bram18(const struct process *p, const struct hls_sizes *s,
                           enum family family)
{
    const uint64_t width =
        hls_ceil_div(s->terms, p->reuse_factor) * p->weight.width;
    const uint64_t least =
        family == FAMILY_HLS4ML_VITIS_2024_2 ? ROM_BITS_2024 : ROM_BITS;
    if (width * p->reuse_factor < least)
        return 0;
    return hls_ceil_div(width, ROM_WIDTH) *
           hls_ceil_div(p->reuse_factor, ROM_DEPTH);
}

uint64_t hls_bram18(const struct process *p, const struct hls_sizes *s,
                    enum family family)
{
    if (s->products)
        return hls_way(p) == STRATEGY_RESOURCE ? rom_bram18(p, s, family) : 0;
    if (process_is(p, "softmax")) /* exponentials, with two ports; inverses */
        return hls_ceil_div(hls_ceil_div(s->outputs, p->reuse_factor), 2) + 1;
    if (p->layer->type == LAYER_TANH || p->layer->type == LAYER_SIGMOID)
        return hls_ceil_div(s->outputs, 2); /* two ports each */
    return 0;
}

uint64_t hls_fifo_bram18(uint64_t width_bits, uint64_t depth)
{
    /* The shape of 512 x 36 is not used. */
    static const struct {
        uint64_t width, depth;
    } shapes[] = {
        { 18, 1024 }, { 9, 2048 }, { 4, 4096 }, { 2, 8192 }, { 1, 16384 },
    };
    uint64_t least = UINT64_MAX;
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
        const uint64_t count = hls_ceil_div(width_bits, shapes[i].width) *
                               hls_ceil_div(depth, shapes[i].depth);
        if (count < least)
            least = count;
    }
    return least;
}
