#include "kernels/kernels.h"

#include "design/design.h"
#include "kernels/pool.h"

/* Ticks from the last token of a window to its output. */
enum { DELAY = 4 };

static bool global_avgpool_check(const struct process *p, struct diag *d)
{
    struct window whole = pool_whole(p);
    return pool_check_average(p, &whole, d);
}

static void global_avgpool_schedule(const struct process *p, struct schedule *s)
{
    struct window whole = pool_whole(p);
    pool_schedule(p, &whole, s, DELAY);
}

static void global_avgpool_compute(const struct process *p,
                                   const int32_t *const *in,
                                   int32_t *const *outputs)
{
    struct window whole = pool_whole(p);
    pool_average(p, &whole, in[0], outputs[0]);
}

static void global_avgpool_compute_float(const struct process *p,
                                         const double *const *in,
                                         double *const *outputs)
{
    struct window whole = pool_whole(p);
    pool_average_float(p, &whole, in[0], outputs[0]);
}

const struct kernel kernel_global_avgpool = {
    .name = "global_avgpool",
    .shape = pool_whole_shape,
    .check = global_avgpool_check,
    .schedule = global_avgpool_schedule,
    .compute = global_avgpool_compute,
    .compute_float = global_avgpool_compute_float,
};
