#include "kernels/kernels.h"

#include "base/diag.h"
#include "design/design.h"
#include "kernels/tokens.h"

#include <stddef.h>
#include <string.h>

static bool crop2d_shape(const struct layer *layer, const struct shape *inputs,
                         struct shape *out, struct diag *d)
{
    struct shape in = inputs[0];
    const struct window *w = &layer->window;
    uint64_t rows = (uint64_t)w->pad_top + w->pad_bottom;
    uint64_t columns = (uint64_t)w->pad_left + w->pad_right;
    if (rows >= in.h || columns >= in.w) {
        diag_error(d, layer->place, DIAG_SHAPE,
                   "'%s' cuts %llu rows and %llu columns off its input of "
                   "%ux%u: nothing is left",
                   layer->name, (unsigned long long)rows,
                   (unsigned long long)columns, in.h, in.w);
        return false;
    }
    *out =
        (struct shape){ in.h - (uint32_t)rows, in.w - (uint32_t)columns, in.c };
    return true;
}

/* Every token is read; those inside are written. */
static void crop2d_schedule(const struct process *p, struct schedule *s)
{
    const struct window *w = &p->window;
    struct shape in = p->inputs[0]->shape;
    struct shape out = p->outputs[0]->shape;
    uint64_t n = stream_tokens_per_pixel(p->inputs[0]);
    struct step drop = tokens_step(1, 0, 0);
    struct step keep = tokens_step(1, 1, 1);

    schedule_step(s, w->pad_top * (in.w * n), &drop);
    schedule_loop(s, out.h);
    schedule_step(s, w->pad_left * n, &drop);
    schedule_step(s, out.w * n, &keep);
    schedule_step(s, w->pad_right * n, &drop);
    schedule_end(s);
    schedule_step(s, w->pad_bottom * (in.w * n), &drop);
}

/* Index of the first input value of row `y` of the output. */
static size_t row_start(const struct process *p, size_t y)
{
    struct shape in = p->inputs[0]->shape;
    return ((p->window.pad_top + y) * in.w + p->window.pad_left) * in.c;
}

static void crop2d_compute(const struct process *p, const int32_t *const *in,
                           int32_t *const *outputs)
{
    struct shape shape = p->outputs[0]->shape;
    size_t row = (size_t)shape.w * shape.c;
    for (size_t y = 0; y < shape.h; y++)
        memcpy(outputs[0] + y * row, in[0] + row_start(p, y),
               row * sizeof **outputs);
}

static void crop2d_compute_float(const struct process *p,
                                 const double *const *in,
                                 double *const *outputs)
{
    struct shape shape = p->outputs[0]->shape;
    size_t row = (size_t)shape.w * shape.c;
    for (size_t y = 0; y < shape.h; y++)
        memcpy(outputs[0] + y * row, in[0] + row_start(p, y),
               row * sizeof **outputs);
}

const struct kernel kernel_crop2d = {
    .name = "crop2d",
    .shape = crop2d_shape,
    .schedule = crop2d_schedule,
    .compute = crop2d_compute,
    .compute_float = crop2d_compute_float,
};
