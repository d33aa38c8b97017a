#include "kernels/kernels.h"

#include "design/design.h"
#include "kernels/pool.h"

/* Ticks from the last token of a window to its output. */
enum { DELAY = 2 };

static void maxpool2d_schedule(const struct process *p, struct schedule *s)
{
    pool_schedule(p, &p->window, s, DELAY);
}

static void maxpool2d_compute(const struct process *p, const int32_t *const *in,
                              int32_t *const *outputs)
{
    pool_max(p, &p->window, in[0], outputs[0]);
}

static void maxpool2d_compute_float(const struct process *p,
                                    const double *const *in,
                                    double *const *outputs)
{
    pool_max_float(p, &p->window, in[0], outputs[0]);
}

const struct kernel kernel_maxpool2d = {
    .name = "maxpool2d",
    .shape = pool_shape,
    .schedule = maxpool2d_schedule,
    .compute = maxpool2d_compute,
    .compute_float = maxpool2d_compute_float,
};
