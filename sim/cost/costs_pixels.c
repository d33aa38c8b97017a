/* Kernels that change the image: pools, padding, cropping, upsampling. */
#include "base/bits.h"
#include "cost/bill.h"
#include "cost/kernel_costs.h"
#include "cost/multiplier.h"
#include "cost/parts.h"
#include "design/average.h"
#include "design/design.h"

/* pool_front.sv but for pool_window: the position and, where `places` is kept
 * for a stage, its register. */
static uint64_t add_pool_position(struct bill *b, const struct process *p)
{
    struct shape in = p->inputs[0]->shape;
    const struct window *w = &p->window;
    uint32_t tokens = stream_tokens_per_pixel(p->inputs[0]);
    uint64_t places = (uint64_t)p->outputs[0]->shape.w * tokens;
    bill_add(b, PART_PORT, 2); /* a token is taken, a window is complete */
    parts_counter(b, tokens);
    parts_window_axis(b, in.w, w->kernel_w, w->stride_w);
    parts_window_axis(b, in.h, w->kernel_h, w->stride_h);
    if (w->kernel_h > 1) { /* else nothing has a place */
        parts_counter(b, places);
        parts_registers(b, bits_log2_ceil(places));
    }
    return places;
}

/* pool_window.sv; `row_bits` of a value that comes out of a row. */
static void add_pool_window(struct bill *b, const struct process *p,
                            uint32_t row_bits, uint64_t places)
{
    const struct stream *in = p->inputs[0];
    uint64_t row = (uint64_t)in->lanes * row_bits;
    parts_registers(b, row);
    for (uint32_t i = 1; i < p->window.kernel_w; i++)
        parts_shift_register(b, in->width_bits, stream_tokens_per_pixel(in));
    if (p->window.kernel_h > 1)
        parts_row_memory(b, (p->window.kernel_h - 1) * row, places);
}

static void add_maxpool2d(struct bill *b, const struct process *p)
{
    const struct stream *in = p->inputs[0];
    bill_add(b, PART_PROCESS, 1);
    add_pool_window(b, p, in->format.width, add_pool_position(b, p));
    parts_largest(b, p->window.kernel_w, in->lanes, in->format.width);
    parts_largest(b, p->window.kernel_h, in->lanes, in->format.width);
    /* Row and window done, output. */
    parts_registers(b, (p->window.kernel_h > 1) + 2 + in->width_bits);
}

/* mean.sv, behind a register that holds a sum of `count` values and, if
 * `sums_alone`, that nothing else looks at; in front of `stages` registers of
 * the mean. */
static void add_mean(struct bill *b, const struct process *p, uint64_t count,
                     uint32_t sum_width, bool sums_alone, uint32_t stages)
{
    const struct stream *in = p->inputs[0];
    struct format to = p->outputs[0]->format;
    struct average average = average_of(count);
    uint32_t factor_width = bits_log2_ceil((uint64_t)average.reciprocal + 1);
    bool is_shift = average.reciprocal == 1U << (factor_width - 1);
    struct number product = { .width = sum_width,
                              .fraction = format_fraction(in->format) +
                                          (int32_t)average.shift,
                              .is_signed = in->format.is_signed };
    if (is_shift) {
        product.fraction -= (int32_t)factor_width - 1;
    } else {
        product.width =
            multiplier_product_width(sum_width, in->format.is_signed,
                                     factor_width, false) -
            !in->format.is_signed; /* the sign, which is always 0 */
        multiplier_add(b, in->lanes, sum_width, in->format.is_signed,
                       factor_width, false);
    }
    uint64_t yields = (uint64_t)in->lanes * parts_convert_yields(product, to);
    if (is_shift && parts_convert_is_wires(product, to)) {
        /* Sum, product and means in a row. */
        parts_shift_register(b, yields, sums_alone + 1U + stages);
        if (!sums_alone)
            parts_registers(b, (uint64_t)in->lanes * sum_width);
        return;
    }
    uint32_t kept = parts_convert_needs(product, to);
    uint32_t unseen = parts_convert_drops(product, to);
    kept -= unseen < kept ? unseen : kept;
    bool sum_is_product = is_shift && sums_alone;
    parts_registers(b, (uint64_t)in->lanes * kept);
    parts_registers(b,
                    (uint64_t)in->lanes * (sum_is_product ? kept : sum_width));
    parts_registers(b, stages * yields);
    parts_convert(b, in->lanes, product, to);
}

static void add_avgpool2d(struct bill *b, const struct process *p)
{
    const struct stream *in = p->inputs[0];
    const struct window *w = &p->window;
    uint32_t count = w->kernel_h * w->kernel_w;
    uint32_t row_bits = in->format.width + bits_log2_ceil(w->kernel_w);
    uint32_t sum_bits = in->format.width + bits_log2_ceil(count);
    bill_add(b, PART_PROCESS, 1);
    add_pool_window(b, p, row_bits, add_pool_position(b, p));
    parts_sum(b, w->kernel_w, in->lanes, in->format.width);
    parts_sum(b, w->kernel_h, in->lanes, row_bits);
    add_mean(b, p, count, sum_bits, true, 1);
    parts_registers(b, (w->kernel_h > 1) + 4);
}

/* frame_position.sv, and what is kept of the channels of a frame but for the
 * last ones, which the caller holds. */
static void add_frame(struct bill *b, const struct process *p, uint64_t width)
{
    struct shape in = p->inputs[0]->shape;
    uint32_t tokens = stream_tokens_per_pixel(p->inputs[0]);
    bill_add(b, PART_PROCESS, 1);
    bill_add(b, PART_PORT, 3); /* a token is taken; first and last pixel */
    parts_counter(b, tokens);
    parts_counter(b, (uint64_t)in.h * in.w);
    parts_delay_line(b, width, tokens - 1);
}

static void add_global_maxpool(struct bill *b, const struct process *p)
{
    const struct stream *in = p->inputs[0];
    add_frame(b, p, in->width_bits);
    parts_comparison(b, in->lanes, in->format.width);
    if (stream_tokens_per_pixel(in) > 1)
        bill_add(b, PART_MUX_BIT, in->width_bits);
    else /* registers that keep their values */
        bill_add(b, PART_PORT, in->lanes);
    parts_registers(b, 2 + 2 * (uint64_t)in->width_bits);
}

static void add_global_avgpool(struct bill *b, const struct process *p)
{
    const struct stream *in = p->inputs[0];
    uint64_t pixels = (uint64_t)in->shape.h * in->shape.w;
    uint32_t sum_bits = in->format.width + bits_log2_ceil(pixels);
    uint64_t width = (uint64_t)in->lanes * sum_bits;
    add_frame(b, p, width);
    /* Measured: without signs a mapper finds how to add with one LUT a bit. */
    bill_add(b, in->format.is_signed ? PART_ACCUMULATOR_BIT : PART_ADDER_BIT,
             width);
    add_mean(b, p, pixels, sum_bits, false, 2);
    parts_registers(b, 4);
}

static void add_zeropad2d(struct bill *b, const struct process *p)
{
    const struct stream *in = p->inputs[0];
    const struct window *w = &p->window;
    bill_add(b, PART_PROCESS, 1);
    bill_add(b, PART_PORT, 2); /* inside of the border, a token comes in */
    parts_counter(b, stream_tokens_per_pixel(in));
    parts_pad_axis(b, in->shape.w, w->pad_left, w->pad_right);
    parts_pad_axis(b, in->shape.h, w->pad_top, w->pad_bottom);
    parts_registers(b, 1 + in->width_bits);
    /* Measured: a border of ones and zeros is set and reset of the registers
     * and costs no LUTs, one of zeros alone is a LUT a bit. */
    if (p->pad_value == 0 || p->pad_value == -1)
        bill_add(b, PART_MUX_BIT, in->width_bits);
}

static void add_crop2d(struct bill *b, const struct process *p)
{
    const struct stream *in = p->inputs[0];
    const struct window *w = &p->window;
    bill_add(b, PART_PROCESS, 1);
    bill_add(b, PART_PORT, 2); /* inside of the border, a token comes in */
    parts_counter(b, stream_tokens_per_pixel(in));
    parts_pad_axis(b, in->shape.w - w->pad_left - w->pad_right, w->pad_left,
                   w->pad_right);
    parts_pad_axis(b, in->shape.h - w->pad_top - w->pad_bottom, w->pad_top,
                   w->pad_bottom);
    parts_registers(b, 1 + in->width_bits);
}

static void add_upsample2d(struct bill *b, const struct process *p)
{
    const struct stream *in = p->inputs[0];
    uint32_t tokens = stream_tokens_per_pixel(in);
    uint64_t places = (uint64_t)in->shape.w * tokens;
    bill_add(b, PART_PROCESS, 1);
    parts_counter(b, tokens);
    parts_counter(b, p->scale_w);
    parts_counter(b, in->shape.w);
    parts_counter(b, p->scale_h);
    bill_add(b, PART_PORT, 2); /* a token comes in, the next place */
    parts_registers(b, 2);
    if (places > 1) {
        /* The place, and that of the step before. */
        parts_registers(b, UINT64_C(2) * bits_log2_ceil(places));
        bill_add(b, PART_ACCUMULATOR_BIT, bits_log2_ceil(places));
        parts_row_memory(b, in->width_bits, places);
    } else {
        parts_registers(b, 2 * (uint64_t)in->width_bits);
    }
}

const struct kernel_cost costs_pixels[] = {
    { "maxpool2d", add_maxpool2d },
    { "avgpool2d", add_avgpool2d },
    { "global_maxpool", add_global_maxpool },
    { "global_avgpool", add_global_avgpool },
    { "zeropad2d", add_zeropad2d },
    { "crop2d", add_crop2d },
    { "upsample2d", add_upsample2d },
    { 0 },
};
