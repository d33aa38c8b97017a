/* zeropad2d -- a border of one value; also the padding unit in front of
 * convolutions (zero) and max pools (the smallest value). */
#include "kernels/kernels.h"

#include "base/diag.h"
#include "design/design.h"
#include "kernels/mac.h"
#include "kernels/tokens.h"
#include "kernels/window.h"

#include <stddef.h>
#include <string.h>

static bool zeropad2d_shape(const struct layer *layer,
                            const struct shape *inputs, struct shape *out,
                            struct diag *d)
{
    struct shape in = inputs[0];
    const struct window *w = &layer->window;
    return window_store_shape(layer,
                              (uint64_t)in.h + w->pad_top + w->pad_bottom,
                              (uint64_t)in.w + w->pad_left + w->pad_right, in.c,
                              out, d);
}

/* One step per output token; only those inside read one. */
static void zeropad2d_schedule(const struct process *p, struct schedule *s)
{
    const struct window *w = &p->window;
    struct shape in = p->inputs[0]->shape;
    uint64_t n = stream_tokens_per_pixel(p->inputs[0]);
    uint64_t out_w = p->outputs[0]->shape.w;
    struct step border = tokens_step(0, 1, 1);
    struct step inside = tokens_step(1, 1, 1);

    schedule_step(s, w->pad_top * out_w * n, &border);
    schedule_loop(s, in.h);
    schedule_step(s, w->pad_left * n, &border);
    schedule_step(s, in.w * n, &inside);
    schedule_step(s, w->pad_right * n, &border);
    schedule_end(s);
    schedule_step(s, w->pad_bottom * out_w * n, &border);
}

/* Where row `y` of the input begins in the output. */
static size_t inside_row(const struct process *p, size_t y)
{
    const struct stream *out = p->outputs[0];
    return ((p->window.pad_top + y) * out->shape.w + p->window.pad_left) *
           out->shape.c;
}

static void zeropad2d_compute(const struct process *p, const int32_t *const *in,
                              int32_t *const *outputs)
{
    int32_t *out = outputs[0];
    struct shape shape = p->inputs[0]->shape;
    size_t row = (size_t)shape.w * shape.c;
    uint64_t count = shape_count(p->outputs[0]->shape);
    for (uint64_t i = 0; i < count; i++)
        out[i] = p->pad_value;
    for (size_t y = 0; y < shape.h; y++)
        memcpy(out + inside_row(p, y), in[0] + y * row, row * sizeof *out);
}

static void zeropad2d_compute_float(const struct process *p,
                                    const double *const *in,
                                    double *const *outputs)
{
    double *out = outputs[0];
    struct shape shape = p->inputs[0]->shape;
    size_t row = (size_t)shape.w * shape.c;
    struct format format = p->outputs[0]->format;
    double pad =
        fixed_to_double(mac_value(p->pad_value, format.is_signed), format);
    uint64_t count = shape_count(p->outputs[0]->shape);
    for (uint64_t i = 0; i < count; i++)
        out[i] = pad;
    for (size_t y = 0; y < shape.h; y++)
        memcpy(out + inside_row(p, y), in[0] + y * row, row * sizeof *out);
}

const struct kernel kernel_zeropad2d = {
    .name = "zeropad2d",
    .shape = zeropad2d_shape,
    .schedule = zeropad2d_schedule,
    .compute = zeropad2d_compute,
    .compute_float = zeropad2d_compute_float,
};
