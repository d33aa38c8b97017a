#include "kernels/kernels.h"

#include "base/diag.h"
#include "design/design.h"
#include "design/folding.h"
#include "kernels/groups.h"
#include "kernels/mac.h"
#include "kernels/schedule.h"
#include "kernels/window.h"

#include <assert.h>
#include <stddef.h>

/* `in` is padded already if the layer is: a zeropad2d in front does that. */
static bool conv2d_shape(const struct layer *layer, const struct shape *inputs,
                         struct shape *out, struct diag *d)
{
    struct shape in = inputs[0];
    if (layer->units == 0) {
        diag_error(d, layer->place, DIAG_SHAPE, "'%s' has no filters",
                   layer->name);
        return false;
    }
    if (!window_shape(layer, in, layer->units, out, d))
        return false;
    return mac_check_weights(
        layer, (uint64_t)layer->window.kernel_h * layer->window.kernel_w * in.c,
        d);
}

/* Inputs of one output: KH * KW * C. */
static uint32_t terms_of(const struct process *p)
{
    uint64_t terms = (uint64_t)p->window.kernel_h * p->window.kernel_w *
                     p->inputs[0]->shape.c;
    assert(terms <= UINT32_MAX);
    return (uint32_t)terms;
}

static uint32_t tokens_of_pixel(const struct process *p)
{
    return p->inputs[0]->shape.c / p->inputs[0]->lanes;
}

static bool conv2d_fold(struct process *p, const struct layer_options *options,
                        struct diag *d)
{
    struct folding_rule rule = {
        .outputs = p->outputs[0]->shape.c,
        .inputs = terms_of(p),
        .output_lanes = p->outputs[0]->lanes,
        .staged = tokens_of_pixel(p) > 1,
    };
    return folding_choose(p, &rule, options, d);
}

/* All tokens of a pixel but the last go to the staging register. */
static void stage_pixel(const struct process *p, struct schedule *s)
{
    struct step staged = { .reads = 1, .gap = 1 };
    schedule_step(s, tokens_of_pixel(p) - 1, &staged);
}

/* The last token shifts the pixel into the window. */
static struct step shift_step(uint64_t hold)
{
    return (struct step){
        .reads = 1, .gap = 1, .needs_datapath = true, .hold = hold
    };
}

static void skip_pixels(const void *context, struct schedule *s,
                        uint64_t pixels)
{
    const struct process *p = context;
    struct step shift = shift_step(1);
    if (tokens_of_pixel(p) == 1) {
        schedule_step(s, pixels, &shift);
        return;
    }
    schedule_loop(s, pixels);
    stage_pixel(p, s);
    schedule_step(s, 1, &shift);
    schedule_end(s);
}

static void complete_pixel(const void *context, struct schedule *s)
{
    const struct process *p = context;
    uint32_t sf = groups_sf(p, terms_of(p));
    struct step shift = shift_step(p->reuse_factor);
    stage_pixel(p, s);
    groups_schedule(p, s, &shift, sf + groups_latency(p), sf);
}

static void conv2d_schedule(const struct process *p, struct schedule *s)
{
    struct window_steps steps = { skip_pixels, complete_pixel, p };
    window_schedule(s, &p->window, p->inputs[0]->shape, &steps);
}

static struct mac_window window_of(const struct process *p)
{
    struct shape in = p->inputs[0]->shape;
    return (struct mac_window){
        .rows = p->window.kernel_h,
        .values = (size_t)p->window.kernel_w * in.c,
        .stride = (size_t)in.w * in.c,
    };
}

/* Index of the first value of the window at output position (y, x). */
static size_t window_start(const struct process *p, size_t y, size_t x)
{
    struct shape in = p->inputs[0]->shape;
    return (y * p->window.stride_h * in.w + x * p->window.stride_w) * in.c;
}

static void conv2d_compute(const struct process *p, const int32_t *const *in,
                           int32_t *const *outputs)
{
    int32_t *out = outputs[0];
    struct mac_window window = window_of(p);
    struct shape shape = p->outputs[0]->shape;
    for (size_t y = 0; y < shape.h; y++)
        for (size_t x = 0; x < shape.w; x++, out += shape.c)
            mac_compute(p, &window, in[0] + window_start(p, y, x), out);
}

static void conv2d_compute_float(const struct process *p,
                                 const double *const *in,
                                 double *const *outputs)
{
    double *out = outputs[0];
    struct mac_window window = window_of(p);
    struct shape shape = p->outputs[0]->shape;
    for (size_t y = 0; y < shape.h; y++)
        for (size_t x = 0; x < shape.w; x++, out += shape.c)
            mac_compute_float(p, &window, in[0] + window_start(p, y, x), out);
}

const struct kernel kernel_conv2d = {
    .name = "conv2d",
    .shape = conv2d_shape,
    .fold = conv2d_fold,
    .schedule = conv2d_schedule,
    .compute = conv2d_compute,
    .compute_float = conv2d_compute_float,
};
