#include "kernels/kernels.h"

#include "base/diag.h"
#include "design/design.h"
#include "kernels/mac.h"
#include "kernels/schedule.h"
#include "kernels/window.h"

#include <stddef.h>

static bool maxpool2d_shape(const struct layer *layer, const struct shape *in,
                            struct shape *out, struct diag *d)
{
    return window_shape(layer, in[0], in[0].c, out, d);
}

static uint64_t tokens_of_pixel(const struct process *p)
{
    return p->inputs[0]->shape.c / p->inputs[0]->lanes;
}

static void skip_pixels(const void *context, struct schedule *s,
                        uint64_t pixels)
{
    struct step step = { .reads = 1, .gap = 1 };
    schedule_step(s, pixels * tokens_of_pixel(context), &step);
}

static void complete_pixel(const void *context, struct schedule *s)
{
    struct step step = {
        .reads = 1, .writes = 1, .gap = 1, .delay = 2, .count = 1, .spacing = 1
    };
    schedule_step(s, tokens_of_pixel(context), &step);
}

static void maxpool2d_schedule(const struct process *p, struct schedule *s)
{
    struct window_steps steps = { skip_pixels, complete_pixel, p };
    window_schedule(s, &p->window, p->inputs[0]->shape, &steps);
}

/* Index of the first value of the window at output position (y, x). */
static size_t window_start(const struct process *p, size_t y, size_t x)
{
    struct shape in = p->inputs[0]->shape;
    return (y * p->window.stride_h * in.w + x * p->window.stride_w) * in.c;
}

static int64_t largest(const struct process *p, const int32_t *in)
{
    struct shape shape = p->inputs[0]->shape;
    bool is_signed = p->inputs[0]->format.is_signed;
    int64_t max = mac_value(in[0], is_signed);
    for (size_t y = 0; y < p->window.kernel_h; y++) {
        for (size_t x = 0; x < p->window.kernel_w; x++) {
            int64_t v = mac_value(in[(y * shape.w + x) * shape.c], is_signed);
            max = v > max ? v : max;
        }
    }
    return max;
}

static void maxpool2d_compute(const struct process *p, const int32_t *const *in,
                              int32_t *const *outputs)
{
    int32_t *out = outputs[0];
    struct shape shape = p->outputs[0]->shape;
    for (size_t y = 0; y < shape.h; y++)
        for (size_t x = 0; x < shape.w; x++)
            for (size_t c = 0; c < shape.c; c++)
                *out++ = (int32_t)largest(p, in[0] + window_start(p, y, x) + c);
}

static double largest_float(const struct process *p, const double *in)
{
    struct shape shape = p->inputs[0]->shape;
    double max = in[0];
    for (size_t y = 0; y < p->window.kernel_h; y++) {
        for (size_t x = 0; x < p->window.kernel_w; x++) {
            double v = in[(y * shape.w + x) * shape.c];
            max = v > max ? v : max;
        }
    }
    return max;
}

static void maxpool2d_compute_float(const struct process *p,
                                    const double *const *in,
                                    double *const *outputs)
{
    double *out = outputs[0];
    struct shape shape = p->outputs[0]->shape;
    for (size_t y = 0; y < shape.h; y++)
        for (size_t x = 0; x < shape.w; x++)
            for (size_t c = 0; c < shape.c; c++)
                *out++ = largest_float(p, in[0] + window_start(p, y, x) + c);
}

const struct kernel kernel_maxpool2d = {
    .name = "maxpool2d",
    .shape = maxpool2d_shape,
    .schedule = maxpool2d_schedule,
    .compute = maxpool2d_compute,
    .compute_float = maxpool2d_compute_float,
};
