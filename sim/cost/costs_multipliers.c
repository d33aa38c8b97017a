/* Kernels with multipliers and folding: conv2d, depthwise_conv2d, dense. */
#include "base/bits.h"
#include "cost/bill.h"
#include "cost/kernel_costs.h"
#include "cost/macs.h"
#include "cost/parts.h"
#include "design/design.h"

/* conv_front.sv: pixels, their position, line buffer and window. */
static void add_front(struct bill *b, const struct process *p)
{
    const struct stream *in = p->inputs[0];
    const struct window *w = &p->window;
    uint64_t pixel = (uint64_t)in->shape.c * in->format.width;
    parts_gather(b, stream_tokens_per_pixel(in), in->width_bits);
    parts_window_axis(b, in->shape.w, w->kernel_w, w->stride_w);
    parts_window_axis(b, in->shape.h, w->kernel_h, w->stride_h);
    parts_registers(b, 1); /* slot_valid */
    bill_add(b, PART_PROCESS, 1);
    bill_add(b, PART_PORT, 3); /* a pixel is taken, shifted, completes */
    if (w->kernel_h > 1) {
        parts_row_memory(b, (w->kernel_h - 1) * pixel, in->shape.w);
        if (in->shape.w > 1) /* the next address */
            bill_add(b, PART_MUX_BIT, bits_log2_ceil(in->shape.w));
    }
    parts_registers(b, (uint64_t)w->kernel_h * w->kernel_w * pixel);
}

static void add_conv2d(struct bill *b, const struct process *p)
{
    const struct stream *in = p->inputs[0];
    uint32_t inputs = p->window.kernel_h * p->window.kernel_w * in->shape.c;
    struct macs m = { .nf = p->outputs[0]->shape.c / p->pe,
                      .sf = inputs / p->simd,
                      .operand_sets = 1 };
    add_front(b, p);
    parts_choice(b, (uint64_t)p->simd * in->format.width, m.sf);
    macs_add(b, p, &m);
}

static void add_depthwise_conv2d(struct bill *b, const struct process *p)
{
    const struct stream *in = p->inputs[0];
    uint32_t taps = p->window.kernel_h * p->window.kernel_w;
    struct macs m = { .nf = in->shape.c / p->pe,
                      .sf = taps / p->simd,
                      .operand_sets = p->pe };
    uint64_t element = (uint64_t)p->pe * in->format.width;
    add_front(b, p);
    /* One behind the other, of which mappers make one. */
    parts_choice(b, p->simd * element, (uint64_t)m.nf * m.sf);
    macs_add(b, p, &m);
}

static void add_dense(struct bill *b, const struct process *p)
{
    const struct stream *in = p->inputs[0];
    uint64_t inputs = shape_count(in->shape);
    struct macs m = { .nf =
                          (uint32_t)(shape_count(p->outputs[0]->shape) / p->pe),
                      .sf = (uint32_t)(inputs / p->simd),
                      .operand_sets = 1 };
    uint32_t lanes = p->simd > in->lanes ? p->simd : in->lanes;
    uint32_t parts = lanes / p->simd;
    uint64_t fold = (uint64_t)p->simd * in->format.width;
    bill_add(b, PART_PROCESS, 1);
    bill_add(b, PART_PORT, 3); /* a word is taken, its last fold, replay */
    parts_gather(b, lanes / in->lanes, in->width_bits);
    parts_counter(b, parts);
    parts_registers(b, 1 + parts * fold);
    if (parts > 1) /* folds move down, or a word comes in */
        bill_add(b, PART_MUX_BIT, parts * fold);
    if (m.nf > 1) {
        parts_row_memory(b, fold, m.sf);
        bill_add(b, PART_MUX_BIT, fold + bits_log2_ceil(m.sf));
    }
    macs_add(b, p, &m);
}

const struct kernel_cost costs_multipliers[] = {
    { "conv2d", add_conv2d },
    { "depthwise_conv2d", add_depthwise_conv2d },
    { "dense", add_dense },
    { 0 },
};
