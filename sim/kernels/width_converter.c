#include "kernels/kernels.h"

#include "design/design.h"
#include "kernels/tokens.h"

#include <assert.h>

/* `group` tokens become one, with the last of them. */
static void widen(struct schedule *s, uint64_t outputs, uint32_t group)
{
    struct step gather = tokens_step(1, 0, 0);
    struct step last = tokens_step(1, 1, 1);
    schedule_loop(s, outputs);
    schedule_step(s, group - 1, &gather);
    schedule_step(s, 1, &last);
    schedule_end(s);
}

/* One token becomes `parts`, and none is read while they leave. */
static void narrow(struct schedule *s, uint64_t inputs, uint32_t parts)
{
    struct step split = tokens_step(1, 1, 1);
    split.gap = parts;
    split.count = parts;
    schedule_step(s, inputs, &split);
}

static void width_converter_schedule(const struct process *p,
                                     struct schedule *s)
{
    const struct stream *in = p->inputs[0];
    const struct stream *out = p->outputs[0];
    if (out->lanes >= in->lanes) {
        assert(out->lanes % in->lanes == 0);
        widen(s, out->tokens_per_frame, out->lanes / in->lanes);
    } else {
        assert(in->lanes % out->lanes == 0);
        narrow(s, in->tokens_per_frame, in->lanes / out->lanes);
    }
}

static void width_converter_compute(const struct process *p,
                                    const int32_t *const *in,
                                    int32_t *const *outputs)
{
    tokens_copy(p->inputs[0], in[0], outputs[0]);
}

static void width_converter_compute_float(const struct process *p,
                                          const double *const *in,
                                          double *const *outputs)
{
    tokens_copy_float(p->inputs[0], in[0], outputs[0]);
}

const struct kernel kernel_width_converter = {
    .name = "width_converter",
    .schedule = width_converter_schedule,
    .compute = width_converter_compute,
    .compute_float = width_converter_compute_float,
};
