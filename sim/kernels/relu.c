#include "kernels/kernels.h"

#include "design/design.h"
#include "kernels/mac.h"
#include "kernels/schedule.h"

static bool relu_shape(const struct layer *layer, const struct shape *inputs,
                       struct shape *out, struct diag *d)
{
    struct shape in = inputs[0];
    (void)layer;
    (void)d;
    *out = in;
    return true;
}

static void relu_schedule(const struct process *p, struct schedule *s)
{
    struct step step = {
        .reads = 1, .writes = 1, .gap = 1, .delay = 1, .count = 1, .spacing = 1
    };
    schedule_step(s, p->inputs[0]->tokens_per_frame, &step);
}

static void relu_compute(const struct process *p, const int32_t *const *in,
                         int32_t *const *outputs)
{
    int32_t *out = outputs[0];
    struct format from = p->inputs[0]->format;
    uint64_t count = shape_count(p->inputs[0]->shape);
    for (uint64_t i = 0; i < count; i++) {
        int64_t x = mac_value(in[0][i], from.is_signed);
        out[i] = (int32_t)fixed_cast(x > 0 ? x : 0, format_fraction(from),
                                     p->outputs[0]->format);
    }
}

static void relu_compute_float(const struct process *p, const double *const *in,
                               double *const *outputs)
{
    double *out = outputs[0];
    uint64_t count = shape_count(p->inputs[0]->shape);
    for (uint64_t i = 0; i < count; i++)
        out[i] = in[0][i] > 0 ? in[0][i] : 0;
}

const struct kernel kernel_relu = {
    .name = "relu",
    .shape = relu_shape,
    .schedule = relu_schedule,
    .compute = relu_compute,
    .compute_float = relu_compute_float,
};
