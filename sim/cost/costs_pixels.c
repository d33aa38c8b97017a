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

/* What mean.sv multiplies by. */
struct factor {
    uint32_t width, least_width; /* of the largest and of the smallest one */
    uint32_t fraction;
    bool is_shift; /* a constant power of two */
    bool varies;   /* from window to window */
};

static uint32_t width_of(uint64_t number)
{
    return bits_log2_ceil(number + 1);
}

/* The reciprocal of `count` values. */
static struct factor constant_factor(uint64_t count)
{
    struct average average = average_of(count);
    uint32_t width = width_of(average.reciprocal);
    bool is_shift = average.reciprocal == 1U << (width - 1);
    return (struct factor){
        .width = width,
        .least_width = width,
        .fraction = average.shift - (is_shift ? width - 1 : 0),
        .is_shift = is_shift,
    };
}

/* mean.sv, behind a register that holds a sum and, if `sums_alone`, that
 * nothing else looks at; in front of `stages` registers of the mean. */
static void add_mean(struct bill *b, const struct process *p,
                     const struct factor *factor, uint32_t sum_width,
                     bool sums_alone, uint32_t stages)
{
    const struct stream *in = p->inputs[0];
    struct format to = p->outputs[0]->format;
    bool is_shift = factor->is_shift;
    struct number product = { .width = sum_width,
                              .fraction = format_fraction(in->format) +
                                          (int32_t)factor->fraction,
                              .is_signed = in->format.is_signed };
    if (!is_shift) {
        product.width =
            multiplier_product_width(sum_width, in->format.is_signed,
                                     factor->least_width, false);
        /* Without signs that of the product is 0, which shows with one factor
         * only. */
        product.is_signed = in->format.is_signed || factor->varies;
        product.width -= !product.is_signed;
        multiplier_add_low(b, in->lanes, sum_width + !in->format.is_signed,
                           factor->width + 1,
                           parts_convert_is_wires(product, to)
                               ? parts_convert_needs(product, to)
                               : product.width);
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

/* Pads in the window that begins at `first` of an axis whose places `from` to
 * `end` are none. */
static uint32_t pads_in(uint32_t first, uint32_t kernel, uint32_t from,
                        uint32_t end)
{
    return (first < from ? from - first : 0) +
           (first + kernel > end ? first + kernel - end : 0);
}

/* window_pads.sv and the register behind it: a comparison for each place at
 * which a window with pads may end.  Returns the most pads of a window. */
static uint32_t add_window_pads(struct bill *b, uint32_t size, uint32_t kernel,
                                uint32_t stride, uint32_t before,
                                uint32_t behind)
{
    uint32_t last = (size - kernel) / stride * stride, most = 0;
    uint64_t places = 0;
    for (uint32_t first = 0; first <= last; first += stride) {
        uint32_t pads = pads_in(first, kernel, before, size - behind);
        most = pads > most ? pads : most;
        places += pads > 0;
    }
    bill_add(b, PART_PORT, places);
    parts_registers(b, width_of(most));
    return most;
}

/* Bits of the factor's register: those of the table that are neither the same
 * for all of its `count` words nor like another one's, which a mapper finds. */
static uint32_t different_bits(const uint64_t *words, uint32_t count,
                               uint32_t width)
{
    uint32_t different = 0;
    for (uint32_t i = 0; i < width; i++) {
        bool is_new = true, is_constant = true;
        for (uint32_t k = 0; k < count; k++)
            is_constant =
                is_constant && (words[k] >> i & 1) == (words[0] >> i & 1);
        for (uint32_t j = 0; j < i && is_new; j++) {
            is_new = false;
            for (uint32_t k = 0; k < count; k++)
                is_new = is_new || (words[k] >> i & 1) != (words[k] >> j & 1);
        }
        different += is_new && !is_constant;
    }
    return different;
}

/* counted_reciprocal.sv, and the factors that come out of it. */
static struct factor add_counted_factor(struct bill *b, const struct process *p)
{
    enum { WORDS_MAX = 64 }; /* of a table whose bits are compared */
    struct shape in = p->inputs[0]->shape;
    const struct window *w = &p->window;
    uint32_t most_h = add_window_pads(b, in.h, w->kernel_h, w->stride_h,
                                      w->pad_top, w->pad_bottom);
    uint32_t most_w = add_window_pads(b, in.w, w->kernel_w, w->stride_w,
                                      w->pad_left, w->pad_right);
    uint64_t size = (uint64_t)w->kernel_h * w->kernel_w;
    uint32_t shift = average_of(size).shift, count = 0, zeros = 0;
    uint64_t words[WORDS_MAX], any = 0;
    for (uint32_t y = 0; y <= most_h; y++)
        for (uint32_t x = 0; x <= most_w; x++) {
            uint64_t left = (uint64_t)(w->kernel_h - y) * (w->kernel_w - x);
            uint64_t word = average_reciprocal(left, shift);
            any |= word;
            if (count < WORDS_MAX)
                words[count++] = word;
        }
    while ((any >> zeros & 1) == 0)
        zeros++;
    uint64_t largest = average_reciprocal(
        (uint64_t)(w->kernel_h - most_h) * (w->kernel_w - most_w), shift);
    struct factor f = {
        .width = width_of(largest >> zeros),
        .least_width = width_of(average_reciprocal(size, shift) >> zeros),
        .fraction = shift - zeros,
        .varies = true,
    };
    uint32_t bits = different_bits(words, count, f.width + zeros);
    parts_registers(b, bits);
    bill_add(b, PART_PORT, bits); /* of a few bits that say how many pads */
    return f;
}

static void add_avgpool2d(struct bill *b, const struct process *p)
{
    const struct stream *in = p->inputs[0];
    const struct window *w = &p->window;
    uint32_t count = w->kernel_h * w->kernel_w;
    bool skips_pads =
        (w->pad_top | w->pad_bottom | w->pad_left | w->pad_right) != 0;
    uint32_t row_bits = in->format.width + bits_log2_ceil(w->kernel_w);
    uint32_t sum_bits = in->format.width + bits_log2_ceil(count);
    bill_add(b, PART_PROCESS, 1);
    add_pool_window(b, p, row_bits, add_pool_position(b, p));
    parts_sum(b, w->kernel_w, in->lanes, in->format.width);
    parts_sum(b, w->kernel_h, in->lanes, row_bits);
    struct factor factor =
        skips_pads ? add_counted_factor(b, p) : constant_factor(count);
    add_mean(b, p, &factor, sum_bits, true, 1);
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
    struct factor factor = constant_factor(pixels);
    add_mean(b, p, &factor, sum_bits, false, 2);
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
