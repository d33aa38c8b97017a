#include "kernels/kernels.h"

#include "design/design.h"
#include "kernels/tokens.h"

static void clone_schedule(const struct process *p, struct schedule *s)
{
    tokens_schedule(p, s, 1);
}

static void clone_compute(const struct process *p, const int32_t *const *in,
                          int32_t *const *outputs)
{
    for (uint32_t o = 0; o < p->output_count; o++)
        tokens_copy(p->inputs[0], in[0], outputs[o]);
}

static void clone_compute_float(const struct process *p,
                                const double *const *in, double *const *outputs)
{
    for (uint32_t o = 0; o < p->output_count; o++)
        tokens_copy_float(p->inputs[0], in[0], outputs[o]);
}

const struct kernel kernel_clone = {
    .name = "clone",
    .schedule = clone_schedule,
    .compute = clone_compute,
    .compute_float = clone_compute_float,
};
