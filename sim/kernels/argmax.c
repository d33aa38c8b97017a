/* argmax -- per pixel the index of its largest channel. */
#include "kernels/kernels.h"

#include "base/bits.h"
#include "base/diag.h"
#include "design/design.h"
#include "kernels/mac.h"
#include "kernels/schedule.h"
#include "kernels/tokens.h"

#include <stddef.h>

static bool argmax_shape(const struct layer *layer, const struct shape *in,
                         struct shape *out, struct diag *d)
{
    (void)layer;
    (void)d;
    *out = (struct shape){ in[0].h, in[0].w, 1 };
    return true;
}

static bool argmax_check(const struct process *p, struct diag *d)
{
    uint32_t channels = p->inputs[0]->shape.c;
    uint32_t bits = channels > 1 ? bits_log2_ceil(channels) : 1;
    struct format f = p->outputs[0]->format;
    if (!f.is_signed && f.width == bits && f.integer == (int)bits)
        return true;
    char text[FORMAT_TEXT_SIZE];
    diag_error(d, p->layer->place, DIAG_FORMAT,
               "the output of argmax '%s' is %s; the index of one of %u "
               "channels is ufixed<%u,%u>",
               p->layer->name, format_print(f, text), channels, bits, bits);
    return false;
}

static void argmax_schedule(const struct process *p, struct schedule *s)
{
    uint64_t n = stream_tokens_per_pixel(p->inputs[0]);
    struct step staged = tokens_step(1, 0, 0);
    struct step last =
        tokens_step(1, 1, 2 + bits_log2_ceil(p->inputs[0]->lanes));
    struct shape shape = p->inputs[0]->shape;
    schedule_loop(s, (uint64_t)shape.h * shape.w);
    schedule_step(s, n - 1, &staged);
    schedule_step(s, 1, &last);
    schedule_end(s);
}

static void argmax_compute(const struct process *p, const int32_t *const *in,
                           int32_t *const *outputs)
{
    bool is_signed = p->inputs[0]->format.is_signed;
    uint32_t channels = p->inputs[0]->shape.c;
    uint64_t pixels = shape_count(p->outputs[0]->shape);
    for (uint64_t i = 0; i < pixels; i++) {
        const int32_t *x = in[0] + i * channels;
        uint32_t best = 0;
        for (uint32_t c = 1; c < channels; c++)
            if (mac_value(x[c], is_signed) > mac_value(x[best], is_signed))
                best = c;
        outputs[0][i] = (int32_t)best;
    }
}

static void argmax_compute_float(const struct process *p,
                                 const double *const *in,
                                 double *const *outputs)
{
    uint32_t channels = p->inputs[0]->shape.c;
    uint64_t pixels = shape_count(p->outputs[0]->shape);
    for (uint64_t i = 0; i < pixels; i++) {
        const double *x = in[0] + i * channels;
        uint32_t best = 0;
        for (uint32_t c = 1; c < channels; c++)
            if (x[c] > x[best])
                best = c;
        outputs[0][i] = best;
    }
}

const struct kernel kernel_argmax = {
    .name = "argmax",
    .shape = argmax_shape,
    .check = argmax_check,
    .schedule = argmax_schedule,
    .compute = argmax_compute,
    .compute_float = argmax_compute_float,
};
