#include "import/graph/requantising.h"

#include "base/arena.h"

#include <math.h>

static bool same_scale(const struct held *a, const struct held *b)
{
    return a->count == 1 && b->count == 1 && a->scale[0] == b->scale[0];
}

/* Every value of a tensor, rounded to 2^-REQUANTISE_GUARD of the scale that
 * the sum is for. */
static bool align(struct requantising *r, const struct graph_node *n,
                  const struct held *h, double scale, double zero,
                  struct held *out)
{
    struct arena *a = r->g->arena;
    double *scales = arena_new_array(a, double, h->count);
    double *offsets = arena_new_array(a, double, h->count);
    double *one = arena_new_array(a, double, 2);
    one[0] = scale;
    *out = (struct held){ .count = 1,
                          .scale = &one[0],
                          .offset = &one[1],
                          .is_whole = true,
                          .step = -REQUANTISE_GUARD };
    for (uint32_t i = 0; i < h->count; i++) {
        scales[i] = h->scale[i] / scale;
        offsets[i] = h->offset[i] / scale + zero;
        double ends[] = { h->low * scales[i] + offsets[i],
                          h->high * scales[i] + offsets[i] };
        /* A unit more, for what rounding does to them. */
        out->low = fmin(out->low, fmin(ends[0], ends[1]) - 1);
        out->high = fmax(out->high, fmax(ends[0], ends[1]) + 1);
    }
    while (requantise_bits(out->low, out->high, out->step) > 31)
        if (++out->step > 0)
            return false;
    out->tensor = requantise_affine(
        r, n, h->tensor,
        &(struct rescaling){ .like = h,
                             .scale = scales,
                             .offset = offsets,
                             .most = fmax(fabs(h->low), fabs(h->high)),
                             .range = INFINITY,
                             .unit = out->step });
    if (out->tensor != NULL)
        out->tensor =
            requantise_format(r, n, out->tensor,
                              requantise_bits(out->low, out->high, out->step),
                              true, false, out->step, 0);
    return out->tensor != NULL;
}

/* The sum or difference of two tensors of one scale. */
static bool combine(struct requantising *r, const struct graph_node *n,
                    const struct held *x, const struct held *y, double offset,
                    struct held *out)
{
    bool is_sum = n->op == GRAPH_ADD;
    double *offsets = arena_new_item(r->g->arena, double);
    *offsets = offset;
    *out = *x;
    out->offset = offsets;
    out->is_input = false;
    out->step = x->step < y->step ? x->step : y->step;
    out->low = x->low + (is_sum ? y->low : -y->high);
    out->high = x->high + (is_sum ? y->high : -y->low);
    uint32_t bits = requantise_bits(out->low, out->high, out->step);
    if (bits > 32)
        return false;
    out->tensor =
        requantise_copy(r, n, (struct graph_value *[]){ x->tensor, y->tensor },
                        2, NULL);
    if (out->tensor != NULL)
        out->tensor = requantise_format(r, n, out->tensor, bits, true, false,
                                        out->step, 0);
    return true;
}

static bool lower_sum(struct requantising *r, const struct graph_node *n,
                      struct held *out)
{
    struct held x = *requantise_held(r, n->inputs[0]);
    struct held y = *requantise_held(r, n->inputs[1]);
    if (!x.is_whole || !y.is_whole || x.is_clipped || y.is_clipped)
        return false;
    double sign = n->op == GRAPH_ADD ? 1 : -1;
    if (same_scale(&x, &y))
        return combine(r, n, &x, &y, x.offset[0] + sign * y.offset[0], out);
    const struct graph_node *q = requantise_ahead(r, n->output, false);
    struct target t;
    struct held a, b;
    if (q == NULL || !requantise_target(q, &t))
        return false;
    /* The zero point of the result comes with the first; the quantiser then
     * only rounds. */
    return align(r, n, &x, t.scale, t.zero, &a) &&
           align(r, n, &y, t.scale, 0, &b) &&
           combine(r, n, &a, &b, -t.zero * t.scale, out);
}

static bool lower_product(struct requantising *r, const struct graph_node *n,
                          struct held *out)
{
    struct held x = *requantise_held(r, n->inputs[0]);
    struct held y = *requantise_held(r, n->inputs[1]);
    if (!x.is_whole || !y.is_whole || x.is_clipped || y.is_clipped ||
        x.count != 1 || y.count != 1 || !requantise_centre(r, n, &x, &x) ||
        !requantise_centre(r, n, &y, &y))
        return false;
    double *numbers = arena_new_array(r->g->arena, double, 2);
    numbers[0] = x.scale[0] * y.scale[0];
    double ends[] = { x.low * y.low, x.low * y.high, x.high * y.low,
                      x.high * y.high };
    *out = (struct held){
        .count = 1,
        .scale = &numbers[0],
        .offset = &numbers[1],
        .is_whole = true,
        .step = x.step + y.step,
        .low = fmin(fmin(ends[0], ends[1]), fmin(ends[2], ends[3])),
        .high = fmax(fmax(ends[0], ends[1]), fmax(ends[2], ends[3]))
    };
    uint32_t bits = requantise_bits(out->low, out->high, out->step);
    if (bits > 32)
        return false;
    out->tensor =
        requantise_copy(r, n, (struct graph_value *[]){ x.tensor, y.tensor }, 2,
                        NULL);
    if (out->tensor != NULL)
        out->tensor = requantise_format(r, n, out->tensor, bits, true, false,
                                        out->step, 0);
    return true;
}

static bool lower_maximum(struct requantising *r, const struct graph_node *n,
                          struct held *out)
{
    const struct held *x = requantise_held(r, n->inputs[0]);
    const struct held *y = requantise_held(r, n->inputs[1]);
    if (!x->is_whole || !y->is_whole || x->is_clipped || y->is_clipped ||
        !same_scale(x, y) || x->offset[0] != y->offset[0] ||
        !(x->scale[0] > 0) || x->step != y->step)
        return false;
    struct held a = *x, b = *y;
    *out = *x;
    out->low = fmax(a.low, b.low);
    out->high = fmax(a.high, b.high);
    out->is_input = false;
    out->tensor =
        requantise_copy(r, n, (struct graph_value *[]){ x->tensor, y->tensor },
                        2, NULL);
    if (out->tensor != NULL)
        out->tensor = requantise_format(r, n, out->tensor,
                                        requantise_bits(fmin(a.low, b.low),
                                                        out->high, out->step),
                                        true, false, out->step, 0);
    return true;
}

bool requantise_pair(struct requantising *r, const struct graph_node *n,
                     struct held *out)
{
    const struct graph_value *a = n->inputs[0], *b = n->inputs[1];
    if (a->data != NULL || b->data != NULL ||
        !graph_dims_equal(&a->dims, &b->dims))
        return false;
    const struct held *x = requantise_held(r, a), *y = requantise_held(r, b);
    const struct graph_node *q = requantise_ahead(r, n->output, false);
    struct target t;
    /* Formats say all. */
    if (requantise_is_plain(x) && requantise_is_plain(y) &&
        (q == NULL || (requantise_target(q, &t) && t.fits_format)))
        return false;
    switch (n->op) {
    case GRAPH_ADD:
    case GRAPH_SUB:
        return lower_sum(r, n, out);
    case GRAPH_MUL:
        return lower_product(r, n, out);
    case GRAPH_MAX:
        return lower_maximum(r, n, out);
    default:
        return false;
    }
}

/* Whether all inputs are kept alike; *out is the first. */
static bool are_alike(const struct requantising *r, const struct graph_node *n)
{
    const struct held *first = requantise_held(r, n->inputs[0]);
    for (uint32_t i = 0; i < n->input_count; i++) {
        const struct held *h = requantise_held(r, n->inputs[i]);
        if (h->count != 1 || h->is_clipped || !h->is_whole ||
            h->scale[0] != first->scale[0] || h->offset[0] != first->offset[0])
            return false;
    }
    return true;
}

bool requantise_concat(struct requantising *r, const struct graph_node *n,
                       struct held *out)
{
    struct arena *a = r->g->arena;
    const struct graph_node *q = requantise_ahead(r, n->output, false);
    struct target t;
    struct held *parts = arena_new_array(a, struct held, n->input_count);
    struct graph_value **inputs =
        arena_new_array(a, struct graph_value *, n->input_count);
    bool is_plain = true;
    for (uint32_t i = 0; i < n->input_count; i++) {
        if (n->inputs[i]->data != NULL)
            return false;
        parts[i] = *requantise_held(r, n->inputs[i]);
        is_plain = is_plain && requantise_is_plain(&parts[i]);
    }
    bool is_quantised = q != NULL && requantise_target(q, &t);
    if (is_plain && (!is_quantised || t.fits_format))
        return false;
    /* Rounding first is the same as rounding behind. */
    if (!are_alike(r, n)) {
        if (!is_quantised)
            return false;
        for (uint32_t i = 0; i < n->input_count; i++)
            if (!requantise_to(r, q, &parts[i], &t, &parts[i]))
                return false;
    }
    /* A clip may have given one of them another zero point. */
    for (uint32_t i = 1; i < n->input_count; i++)
        if (parts[i].offset[0] != parts[0].offset[0])
            return false;
    *out = parts[0];
    out->is_input = false;
    for (uint32_t i = 0; i < n->input_count; i++) {
        inputs[i] = parts[i].tensor;
        out->low = fmin(out->low, parts[i].low);
        out->high = fmax(out->high, parts[i].high);
        out->step = parts[i].step < out->step ? parts[i].step : out->step;
    }
    out->tensor = requantise_copy(r, n, inputs, n->input_count, NULL);
    return true;
}
