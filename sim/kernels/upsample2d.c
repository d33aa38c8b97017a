/* upsample2d -- nearest: every pixel and every row several times. */
#include "kernels/kernels.h"

#include "base/diag.h"
#include "design/design.h"
#include "kernels/tokens.h"
#include "kernels/window.h"

#include <stddef.h>
#include <string.h>

static bool upsample2d_shape(const struct layer *layer,
                             const struct shape *inputs, struct shape *out,
                             struct diag *d)
{
    struct shape in = inputs[0];
    if (layer->scale_h == 0 || layer->scale_w == 0) {
        diag_error(d, layer->place, DIAG_SHAPE,
                   "scale %ux%u of '%s' is not at least 1x1", layer->scale_h,
                   layer->scale_w, layer->name);
        return false;
    }
    return window_store_shape(layer, (uint64_t)in.h * layer->scale_h,
                              (uint64_t)in.w * layer->scale_w, in.c, out, d);
}

/* One step per output token; the first copy of a token reads it. */
static void upsample2d_schedule(const struct process *p, struct schedule *s)
{
    struct shape in = p->inputs[0]->shape;
    uint64_t n = stream_tokens_per_pixel(p->inputs[0]);
    uint64_t row = p->outputs[0]->shape.w * n;
    struct step first = tokens_step(1, 1, 2);
    struct step again = tokens_step(0, 1, 2);

    schedule_loop(s, in.h);
    schedule_loop(s, in.w);
    schedule_step(s, n, &first);
    schedule_step(s, (p->scale_w - 1) * n, &again);
    schedule_end(s);
    schedule_step(s, (p->scale_h - 1) * row, &again);
    schedule_end(s);
}

/* Copies frames of values of `size` bytes. */
static void repeat(const struct process *p, size_t size, const void *in,
                   void *out)
{
    struct shape shape = p->inputs[0]->shape;
    size_t pixel = shape.c * size;
    size_t row = p->outputs[0]->shape.w * pixel;
    const char *from = in;
    char *to = out;
    for (size_t y = 0; y < shape.h; y++) {
        const char *first_row = to;
        for (size_t x = 0; x < shape.w; x++, from += pixel)
            for (size_t i = 0; i < p->scale_w; i++, to += pixel)
                memcpy(to, from, pixel);
        for (size_t i = 1; i < p->scale_h; i++, to += row)
            memcpy(to, first_row, row);
    }
}

static void upsample2d_compute(const struct process *p,
                               const int32_t *const *in,
                               int32_t *const *outputs)
{
    repeat(p, sizeof **in, in[0], outputs[0]);
}

static void upsample2d_compute_float(const struct process *p,
                                     const double *const *in,
                                     double *const *outputs)
{
    repeat(p, sizeof **in, in[0], outputs[0]);
}

const struct kernel kernel_upsample2d = {
    .name = "upsample2d",
    .shape = upsample2d_shape,
    .schedule = upsample2d_schedule,
    .compute = upsample2d_compute,
    .compute_float = upsample2d_compute_float,
};
