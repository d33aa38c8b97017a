#include "kernels/kernels.h"

#include "design/design.h"
#include "kernels/pool.h"

/* Ticks from the last token of a window to its output. */
enum { DELAY = 4 };

static bool avgpool2d_check(const struct process *p, struct diag *d)
{
    return pool_check_average(p, &p->window, d);
}

static void avgpool2d_schedule(const struct process *p, struct schedule *s)
{
    pool_schedule(p, &p->window, s, DELAY);
}

static void avgpool2d_compute(const struct process *p, const int32_t *const *in,
                              int32_t *const *outputs)
{
    pool_average(p, &p->window, in[0], outputs[0]);
}

static void avgpool2d_compute_float(const struct process *p,
                                    const double *const *in,
                                    double *const *outputs)
{
    pool_average_float(p, &p->window, in[0], outputs[0]);
}

const struct kernel kernel_avgpool2d = {
    .name = "avgpool2d",
    .shape = pool_shape,
    .check = avgpool2d_check,
    .schedule = avgpool2d_schedule,
    .compute = avgpool2d_compute,
    .compute_float = avgpool2d_compute_float,
};
