#include "kernels/kernels.h"

#include "design/design.h"
#include "kernels/tokens.h"

#include <stddef.h>

/* As many frames as inputs: frame f comes from input f. */
static void collect_schedule(const struct process *p, struct schedule *s)
{
    for (uint32_t i = 0; i < p->input_count; i++) {
        struct step step = tokens_step(UINT32_C(1) << i, 1, 1);
        schedule_step(s, p->outputs[0]->tokens_per_frame, &step);
    }
}

static void collect_compute(const struct process *p, const int32_t *const *in,
                            int32_t *const *outputs)
{
    for (uint32_t i = 0; i < p->input_count; i++)
        if (in[i] != NULL)
            tokens_copy(p->outputs[0], in[i], outputs[0]);
}

static void collect_compute_float(const struct process *p,
                                  const double *const *in,
                                  double *const *outputs)
{
    for (uint32_t i = 0; i < p->input_count; i++)
        if (in[i] != NULL)
            tokens_copy_float(p->outputs[0], in[i], outputs[0]);
}

const struct kernel kernel_collect = {
    .name = "collect",
    .schedule = collect_schedule,
    .compute = collect_compute,
    .compute_float = collect_compute_float,
};
