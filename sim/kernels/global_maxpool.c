#include "kernels/kernels.h"

#include "design/design.h"
#include "kernels/pool.h"

/* Ticks from the last token of a window to its output. */
enum { DELAY = 2 };

static void global_maxpool_schedule(const struct process *p, struct schedule *s)
{
    struct window whole = pool_whole(p);
    pool_schedule(p, &whole, s, DELAY);
}

static void global_maxpool_compute(const struct process *p,
                                   const int32_t *const *in,
                                   int32_t *const *outputs)
{
    struct window whole = pool_whole(p);
    pool_max(p, &whole, in[0], outputs[0]);
}

static void global_maxpool_compute_float(const struct process *p,
                                         const double *const *in,
                                         double *const *outputs)
{
    struct window whole = pool_whole(p);
    pool_max_float(p, &whole, in[0], outputs[0]);
}

const struct kernel kernel_global_maxpool = {
    .name = "global_maxpool",
    .shape = pool_whole_shape,
    .schedule = global_maxpool_schedule,
    .compute = global_maxpool_compute,
    .compute_float = global_maxpool_compute_float,
};
