/* reshape -- the same tokens under another shape: the layers reshape and
 * transpose.  A stream carries its values in one order, so a transpose is
 * possible only where it does not change that order. */
#include "kernels/kernels.h"

#include "base/diag.h"
#include "design/design.h"
#include "kernels/tokens.h"

#include <assert.h>
#include <stddef.h>
#include <stdio.h>

static bool keep_count(const struct layer *layer, struct shape in,
                       struct shape *out, struct diag *d)
{
    struct shape target = layer->output.shape;
    if (shape_count(target) == shape_count(in)) {
        *out = target;
        return true;
    }
    diag_error(d, layer->place, DIAG_SHAPE,
               "'%s' cannot make %ux%ux%u of %ux%ux%u: these are %llu values, "
               "not %llu",
               layer->name, target.h, target.w, target.c, in.h, in.w, in.c,
               (unsigned long long)shape_count(in),
               (unsigned long long)shape_count(target));
    return false;
}

enum { AXES = 3, PERMUTATIONS = 6 };

static const uint32_t permutations[PERMUTATIONS][AXES] = {
    { 0, 1, 2 }, { 0, 2, 1 }, { 1, 0, 2 }, { 1, 2, 0 }, { 2, 0, 1 }, { 2, 1, 0 }
};

static bool is_permutation(const uint32_t *axes)
{
    for (uint32_t k = 0; k < PERMUTATIONS; k++) {
        const uint32_t *p = permutations[k];
        if (p[0] == axes[0] && p[1] == axes[1] && p[2] == axes[2])
            return true;
    }
    return false;
}

/* Axes of one element have no order: all others must keep theirs. */
static bool keeps_order(const uint32_t *axes, const uint32_t *sizes)
{
    int last = -1;
    for (uint32_t i = 0; i < AXES; i++) {
        if (sizes[axes[i]] == 1)
            continue;
        if ((int)axes[i] < last)
            return false;
        last = (int)axes[i];
    }
    return true;
}

/* "[0, 1, 2]" for each transpose of these sizes that can be streamed. */
static void hint_possible(const uint32_t *sizes, struct diag *d)
{
    char text[PERMUTATIONS * 16];
    size_t length = 0;
    for (uint32_t k = 0; k < PERMUTATIONS; k++) {
        const uint32_t *p = permutations[k];
        if (!keeps_order(p, sizes))
            continue;
        int added =
            snprintf(text + length, sizeof text - length, "%s[%u, %u, %u]",
                     length == 0 ? "" : ", ", p[0], p[1], p[2]);
        length += (size_t)added;
        assert(length < sizeof text);
    }
    diag_hint(d, "possible for %ux%ux%u: %s", sizes[0], sizes[1], sizes[2],
              text);
}

static bool transpose(const struct layer *layer, struct shape in,
                      struct shape *out, struct diag *d)
{
    const uint32_t sizes[AXES] = { in.h, in.w, in.c };
    const uint32_t *axes = layer->permutation;
    if (!is_permutation(axes)) {
        diag_error(d, layer->place, DIAG_SHAPE,
                   "permutation [%u, %u, %u] of '%s' does not name each of the "
                   "axes 0, 1 and 2 once",
                   axes[0], axes[1], axes[2], layer->name);
        return false;
    }
    if (!keeps_order(axes, sizes)) {
        diag_error(d, layer->place, DIAG_UNSUPPORTED,
                   "permutation [%u, %u, %u] of '%s' would change the order of "
                   "the values of %ux%ux%u, which a stream cannot: only axes "
                   "of size 1 can be moved",
                   axes[0], axes[1], axes[2], layer->name, in.h, in.w, in.c);
        hint_possible(sizes, d);
        return false;
    }
    *out = (struct shape){ sizes[axes[0]], sizes[axes[1]], sizes[axes[2]] };
    return true;
}

static bool reshape_shape(const struct layer *layer, const struct shape *in,
                          struct shape *out, struct diag *d)
{
    return layer->type == LAYER_TRANSPOSE ? transpose(layer, in[0], out, d)
                                          : keep_count(layer, in[0], out, d);
}

static void reshape_schedule(const struct process *p, struct schedule *s)
{
    assert(p->inputs[0]->lanes == p->outputs[0]->lanes);
    tokens_schedule(p, s, 1);
}

static void reshape_compute(const struct process *p, const int32_t *const *in,
                            int32_t *const *outputs)
{
    tokens_copy(p->inputs[0], in[0], outputs[0]);
}

static void reshape_compute_float(const struct process *p,
                                  const double *const *in,
                                  double *const *outputs)
{
    tokens_copy_float(p->inputs[0], in[0], outputs[0]);
}

const struct kernel kernel_reshape = {
    .name = "reshape",
    .shape = reshape_shape,
    .schedule = reshape_schedule,
    .compute = reshape_compute,
    .compute_float = reshape_compute_float,
};
