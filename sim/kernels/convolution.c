#include "kernels/convolution.h"

#include "design/design.h"
#include "design/folding.h"
#include "kernels/groups.h"
#include "kernels/schedule.h"
#include "kernels/window.h"

bool convolution_fold(struct process *p, uint32_t terms,
                      const struct layer_options *options, struct diag *d)
{
    struct folding_rule rule = {
        .outputs = p->outputs[0]->shape.c,
        .inputs = terms,
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

void convolution_schedule(const struct process *p, uint32_t terms,
                          struct schedule *s)
{
    struct pixels pixels = { p, terms };
    struct window_steps steps = { skip_pixels, complete_pixel, &pixels };
    window_schedule(s, &p->window, p->inputs[0]->shape, &steps);
}

struct mac_window convolution_window(const struct process *p)
{
    struct shape in = p->inputs[0]->shape;
    return (struct mac_window){
        .rows = p->window.kernel_h,
        .values = (size_t)p->window.kernel_w * in.c,
        .stride = (size_t)in.w * in.c,
    };
}

size_t convolution_start(const struct process *p, size_t y, size_t x)
{
    struct shape in = p->inputs[0]->shape;
    return (y * p->window.stride_h * in.w + x * p->window.stride_w) * in.c;
}
