#include "kernels/kernels.h"

#include "design/design.h"
#include "kernels/tokens.h"

#include <stddef.h>

/* As many frames as outputs: frame f goes to output f. */
static void dispatch_schedule(const struct process *p, struct schedule *s)
{
    for (uint32_t o = 0; o < p->output_count; o++) {
        struct step step = tokens_step(1, UINT32_C(1) << o, 1);
        schedule_step(s, p->inputs[0]->tokens_per_frame, &step);
    }
}

static void dispatch_compute(const struct process *p, const int32_t *const *in,
                             int32_t *const *outputs)
{
    for (uint32_t o = 0; o < p->output_count; o++)
        if (outputs[o] != NULL)
            tokens_copy(p->inputs[0], in[0], outputs[o]);
}

static void dispatch_compute_float(const struct process *p,
                                   const double *const *in,
                                   double *const *outputs)
{
    for (uint32_t o = 0; o < p->output_count; o++)
        if (outputs[o] != NULL)
            tokens_copy_float(p->inputs[0], in[0], outputs[o]);
}

const struct kernel kernel_dispatch = {
    .name = "dispatch",
    .schedule = dispatch_schedule,
    .compute = dispatch_compute,
    .compute_float = dispatch_compute_float,
};
