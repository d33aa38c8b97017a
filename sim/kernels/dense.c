#include "kernels/kernels.h"

#include "base/diag.h"
#include "design/design.h"
#include "design/folding.h"
#include "kernels/groups.h"
#include "kernels/mac.h"
#include "kernels/schedule.h"
#include "kernels/window.h"

#include <assert.h>

static bool dense_shape(const struct layer *layer, const struct shape *inputs,
                        struct shape *out, struct diag *d)
{
    struct shape in = inputs[0];
    if (in.h != 1 || in.w != 1) {
        diag_error(d, layer->place, DIAG_SHAPE,
                   "the input of '%s' is %ux%ux%u, a dense needs a vector",
                   layer->name, in.h, in.w, in.c);
        diag_hint(d, "put a flatten in front of it");
        return false;
    }
    if (layer->units == 0) {
        diag_error(d, layer->place, DIAG_SHAPE, "'%s' has no units",
                   layer->name);
        return false;
    }
    return window_store_shape(layer, 1, 1, layer->units, out, d) &&
           mac_check_weights(layer, in.c, d);
}

/* The input stream may still have the shape in front of a flatten. */
static uint32_t inputs_of(const struct process *p)
{
    uint64_t inputs = shape_count(p->inputs[0]->shape);
    assert(inputs <= UINT32_MAX);
    return (uint32_t)inputs;
}

static bool dense_fold(struct process *p, const struct layer_options *options,
                       struct diag *d)
{
    struct folding_rule rule = {
        .outputs = p->outputs[0]->shape.c,
        .inputs = inputs_of(p),
        .output_lanes = p->outputs[0]->lanes,
        .input_lanes = p->inputs[0]->lanes,
    };
    return folding_choose(p, &rule, options, d);
}

static void dense_schedule(const struct process *p, struct schedule *s)
{
    uint32_t lanes = p->inputs[0]->lanes;
    uint32_t sf = groups_sf(p, inputs_of(p));
    /* Folds of a token, or else tokens of a fold. */
    uint32_t folds = p->simd <= lanes ? lanes / p->simd : 1;
    uint32_t tokens = p->simd <= lanes ? 1 : p->simd / lanes;
    struct step staged = { .reads = 1, .gap = 1 };
    struct step issue = {
        .reads = 1, .gap = 1, .needs_datapath = true, .hold = folds
    };
    struct step last = issue;
    last.hold = folds + (uint64_t)(groups_nf(p) - 1) * sf;

    if (tokens == 1) {
        schedule_step(s, sf / folds - 1, &issue);
    } else {
        schedule_loop(s, sf - 1);
        schedule_step(s, tokens - 1, &staged);
        schedule_step(s, 1, &issue);
        schedule_end(s);
        schedule_step(s, tokens - 1, &staged);
    }
    groups_schedule(p, s, &last, folds + groups_latency(p), sf);
}

static struct mac_window window_of(const struct process *p)
{
    return (struct mac_window){ .rows = 1, .values = inputs_of(p) };
}

static void dense_compute(const struct process *p, const int32_t *const *in,
                          int32_t *const *outputs)
{
    int32_t *out = outputs[0];
    struct mac_window window = window_of(p);
    mac_compute(p, &window, in[0], out);
}

static void dense_compute_float(const struct process *p,
                                const double *const *in, double *const *outputs)
{
    double *out = outputs[0];
    struct mac_window window = window_of(p);
    mac_compute_float(p, &window, in[0], out);
}

const struct kernel kernel_dense = {
    .name = "dense",
    .shape = dense_shape,
    .fold = dense_fold,
    .check = mac_check,
    .schedule = dense_schedule,
    .compute = dense_compute,
    .compute_float = dense_compute_float,
};
