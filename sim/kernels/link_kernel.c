#include "kernels/kernels.h"

#include "design/design.h"
#include "kernels/tokens.h"

#include <stddef.h>

/* What goes in on one board comes out on the other.  When depends on two
 * clocks and the other streams of the link, which no schedule says: the engine
 * does (docs/links.md). */
static void link_compute(const struct process *p, const int32_t *const *in,
                         int32_t *const *outputs)
{
    for (uint32_t i = 0; i < p->input_count; i++)
        if (in[i] != NULL)
            tokens_copy(p->inputs[i], in[i], outputs[i]);
}

static void link_compute_float(const struct process *p, const double *const *in,
                               double *const *outputs)
{
    for (uint32_t i = 0; i < p->input_count; i++)
        if (in[i] != NULL)
            tokens_copy_float(p->inputs[i], in[i], outputs[i]);
}

const struct kernel kernel_link = {
    .name = "link",
    .compute = link_compute,
    .compute_float = link_compute_float,
};
