#include "kernels/convolution.h"

#include "design/design.h"
#include "design/folding.h"
#include "kernels/groups.h"
#include "kernels/schedule.h"
#include "kernels/window.h"

#include <assert.h>
#include <stddef.h>

/* Inputs of one output: kernel height x kernel width x channels. */
static uint32_t terms_of(const struct process *p, uint32_t channels)
{
    uint64_t terms =
        (uint64_t)p->window.kernel_h * p->window.kernel_w * channels;
    assert(terms <= UINT32_MAX);
    return (uint32_t)terms;
}

bool convolution_fold(struct process *p, uint32_t channels,
                      const struct layer_options *options, struct diag *d)
{
    struct folding_rule rule = {
        .outputs = p->outputs[0]->shape.c,
        .inputs = terms_of(p, channels),
        .output_lanes = p->outputs[0]->lanes,
        .staged = stream_tokens_per_pixel(p->inputs[0]) > 1,
    };
    return folding_choose(p, &rule, options, d);
}

struct pixels {
    const struct process *process;
    uint32_t terms;
};

/* All tokens of a pixel but the last go to the staging register. */
static void stage_pixel(const struct process *p, struct schedule *s)
{
    struct step staged = { .reads = 1, .gap = 1 };
    schedule_step(s, stream_tokens_per_pixel(p->inputs[0]) - 1, &staged);
}

/* The last token shifts the pixel into the window. */
static struct step shift_step(uint64_t hold)
{
    return (struct step){
        .reads = 1, .gap = 1, .needs_datapath = true, .hold = hold
    };
}

static void skip_pixels(const void *context, struct schedule *s, uint64_t count)
{
    const struct process *p = ((const struct pixels *)context)->process;
    struct step shift = shift_step(1);
    if (stream_tokens_per_pixel(p->inputs[0]) == 1) {
        schedule_step(s, count, &shift);
        return;
    }
    schedule_loop(s, count);
    stage_pixel(p, s);
    schedule_step(s, 1, &shift);
    schedule_end(s);
}

static void complete_pixel(const void *context, struct schedule *s)
{
    const struct pixels *pixels = context;
    const struct process *p = pixels->process;
    uint32_t sf = groups_sf(p, pixels->terms);
    struct step shift = shift_step(p->reuse_factor);
    stage_pixel(p, s);
    groups_schedule(p, s, &shift, sf + groups_latency(p), sf);
}

void convolution_schedule(const struct process *p, uint32_t channels,
                          struct schedule *s)
{
    struct pixels pixels = { p, terms_of(p, channels) };
    struct window_steps steps = { skip_pixels, complete_pixel, &pixels };
    window_schedule(s, &p->window, p->inputs[0]->shape, &steps);
}

/* The values of a window, all channels of its pixels. */
static struct mac_window window_of(const struct process *p)
{
    struct shape in = p->inputs[0]->shape;
    return (struct mac_window){
        .rows = p->window.kernel_h,
        .values = (size_t)p->window.kernel_w * in.c,
        .stride = (size_t)in.w * in.c,
    };
}

void convolution_compute(const struct process *p, const int32_t *in,
                         int32_t *out,
                         void (*each)(const struct process *p,
                                      const struct mac_window *w,
                                      const int32_t *in, int32_t *out))
{
    struct mac_window window = window_of(p);
    struct shape from = p->inputs[0]->shape, shape = p->outputs[0]->shape;
    for (size_t y = 0; y < shape.h; y++)
        for (size_t x = 0; x < shape.w; x++, out += shape.c)
            each(p, &window, in + window_start(&p->window, from, y, x), out);
}

void convolution_compute_float(const struct process *p, const double *in,
                               double *out,
                               void (*each)(const struct process *p,
                                            const struct mac_window *w,
                                            const double *in, double *out))
{
    struct mac_window window = window_of(p);
    struct shape from = p->inputs[0]->shape, shape = p->outputs[0]->shape;
    for (size_t y = 0; y < shape.h; y++)
        for (size_t x = 0; x < shape.w; x++, out += shape.c)
            each(p, &window, in + window_start(&p->window, from, y, x), out);
}
