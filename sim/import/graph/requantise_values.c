#include "import/graph/requantising.h"

#include "base/arena.h"
#include "import/graph/graph_fold.h"

#include <math.h>

bool requantise_target(const struct graph_node *n, struct target *out)
{
    struct graph_grid g;
    int exponent;
    if ((n->op != GRAPH_QUANT && n->op != GRAPH_QUANTIZE) ||
        !graph_grid_of(n, &g) || g.is_bipolar || g.bits > 31 ||
        graph_dims_count(&n->inputs[1]->dims) != 1 || !(g.scale > 0) ||
        !isfinite(g.scale) || g.zero != rint(g.zero) ||
        fabs(g.zero) > ldexp(1, 30))
        return false;
    double half = ldexp(1, (int)g.bits - 1);
    bool narrow = n->op == GRAPH_QUANT && n->attributes.narrow;
    *out = (struct target){
        .scale = g.scale,
        .zero = g.zero,
        .low = g.is_signed ? narrow - half : 0,
        .high = g.is_signed ? half - 1 : 2 * half - 1 - narrow,
        .rounding = g.rounding,
        .fits_format = g.zero == 0 && requantise_is_power(g.scale, &exponent),
    };
    return true;
}

static bool is_rectifier(const struct graph_node *n)
{
    const struct graph_value *c = n->op == GRAPH_MAX ? n->inputs[1] : NULL;
    return n->op == GRAPH_RELU || n->op == GRAPH_CLIP ||
           (c != NULL && c->data != NULL && graph_dims_count(&c->dims) == 1 &&
            graph_element(c, 0) == 0);
}

const struct graph_node *requantise_ahead(const struct requantising *r,
                                          const struct graph_value *v,
                                          bool clips_only)
{
    const struct graph_node *n = r->next[v->index];
    while (n != NULL && n->inputs[0] == v) {
        bool is_view = n->op == GRAPH_MAXPOOL || n->op == GRAPH_RESHAPE ||
                       n->op == GRAPH_TRANSPOSE;
        if (!is_rectifier(n) && (clips_only || !is_view))
            break;
        v = n->output;
        n = r->next[v->index];
    }
    struct target t;
    return n != NULL && n->inputs[0] == v && requantise_target(n, &t) ? n
                                                                      : NULL;
}

/* The graph's input is given as the integers that it is quantised to. */
static bool take_input(struct requantising *r, const struct graph_node *n,
                       const struct held *x, const struct target *t,
                       struct held *out)
{
    struct arena *a = r->g->arena;
    bool is_signed = t->low < 0;
    uint32_t bits = (uint32_t)ilogb(t->high + 1) + is_signed;
    struct graph_value *y =
        requantise_format(r, n, x->tensor, bits, is_signed,
                          t->low == 1 - (t->high + 1), 0, 0);
    double *numbers = arena_new_array(a, double, 2);
    numbers[0] = t->scale;
    numbers[1] = -t->zero * t->scale;
    *out = (struct held){ .tensor = y,
                          .count = 1,
                          .scale = &numbers[0],
                          .offset = &numbers[1],
                          .is_whole = true,
                          .low = t->low,
                          .high = t->high };
    r->g->input_scale = t->scale;
    r->g->input_zero = t->zero;
    return y != NULL;
}

/* To integers: those less their zero point are kept, and stand for
 * themselves. */
static void become_integers(struct requantising *r, const struct graph_node *n,
                            const struct target *t, struct held *h)
{
    if (n->op != GRAPH_QUANTIZE)
        return;
    double *numbers = arena_new_array(r->g->arena, double, 2);
    numbers[0] = 1;
    numbers[1] = h->offset[0] / t->scale + t->zero;
    h->scale = &numbers[0];
    h->offset = &numbers[1];
}

static bool quantise(struct requantising *r, const struct graph_node *n,
                     struct held *out)
{
    struct held *x = requantise_held(r, n->inputs[0]);
    struct target t;
    if (!requantise_target(n, &t) || r->failed)
        return false;
    if (n->op == GRAPH_QUANT && t.fits_format && requantise_is_plain(x)) {
        struct graph_value *inputs[] = { x->tensor, n->inputs[1], n->inputs[2],
                                         n->inputs[3] };
        struct graph_value *y = requantise_copy(r, n, inputs, 4, NULL);
        if (y == NULL)
            return true;
        *out = requantise_plain_held(r, y);
        out->is_whole = true;
        requantise_is_power(t.scale, &out->step);
        out->low = t.low * t.scale;
        out->high = t.high * t.scale;
        return true;
    }
    if (x->is_input && t.high == ldexp(1, ilogb(t.high + 1)) - 1 &&
        n->op == GRAPH_QUANT)
        return take_input(r, n, x, &t, out);
    if (!requantise_to(r, n, x, &t, out))
        return false;
    become_integers(r, n, &t, out);
    return true;
}

/* Says beside the tensor what its integers stand for. */
bool requantise_quantiser(struct requantising *r, const struct graph_node *n,
                          struct held *out)
{
    if (!quantise(r, n, out))
        return false;
    struct graph_grid g;
    if (out->tensor != NULL && graph_grid_of(n, &g)) {
        g.scale = out->scale[0];
        g.zero = rint(-out->offset[0] / out->scale[0]);
        out->tensor->grid = g;
    }
    return true;
}

bool requantise_dequantiser(struct requantising *r, const struct graph_node *n,
                            struct held *out)
{
    const struct held *x = requantise_held(r, n->inputs[0]);
    struct graph_grid g;
    int exponent;
    if (!graph_grid_of(n, &g) || graph_dims_count(&n->inputs[1]->dims) != 1 ||
        !x->is_whole || x->count != 1 ||
        (x->is_input && g.zero == 0 && requantise_is_power(g.scale, &exponent)))
        return false;
    double *numbers = arena_new_array(r->g->arena, double, 2);
    numbers[0] = x->scale[0] * g.scale;
    numbers[1] = (x->offset[0] - g.zero) * g.scale;
    *out = *x;
    out->scale = &numbers[0];
    out->offset = &numbers[1];
    if (x->is_input) {
        r->g->input_scale = g.scale;
        r->g->input_zero = g.zero;
    }
    out->is_input = false;
    return true;
}

/* Whether a greater integer is no smaller value. */
static bool keeps_order(const struct held *h)
{
    for (uint32_t i = 0; i < h->count; i++)
        if (!(h->scale[i] >= 0))
            return false;
    return true;
}

static bool all_centred(const struct held *h)
{
    for (uint32_t i = 0; i < h->count; i++)
        if (h->offset[i] != 0)
            return false;
    return true;
}

bool requantise_clip(struct requantising *r, const struct graph_node *n,
                     struct held *out)
{
    if (!is_rectifier(n))
        return requantise_pair(r, n, out);
    struct held x = *requantise_held(r, n->inputs[0]);
    if (requantise_is_plain(&x))
        return false;
    bool is_clip = n->op == GRAPH_CLIP;
    double low = is_clip ? n->attributes.low : 0;
    double high = is_clip ? n->attributes.high : INFINITY;
    if (requantise_ahead(r, n->output, !keeps_order(&x)) != NULL) {
        *out = x;
        /* The upper limit counts if the two contradict each other; what this
         * clip makes of the limits of the one in front are those of both. */
        double first = x.is_clipped ? x.clip_low : -INFINITY;
        double last = x.is_clipped ? x.clip_high : INFINITY;
        out->is_clipped = true;
        out->clip_low = fmin(fmax(first, low), high);
        out->clip_high = fmin(fmax(last, low), high);
        return true;
    }
    if (is_clip || x.is_clipped || !keeps_order(&x) ||
        (!all_centred(&x) && !requantise_centre(r, n, &x, &x)))
        return false;
    *out = x;
    out->tensor = requantise_copy(
        r, n,
        (struct graph_value *[]){ x.tensor,
                                  n->op == GRAPH_MAX ? n->inputs[1] : NULL },
        n->input_count, NULL);
    out->low = fmax(x.low, 0);
    out->high = fmax(x.high, 0);
    return true;
}

/* What pads is the value 0, so the tensor's 0 has to be that. */
bool requantise_pad(struct requantising *r, const struct graph_node *n,
                    struct held *out)
{
    struct held x = *requantise_held(r, n->inputs[0]);
    if (n->attributes.mode != GRAPH_PAD_CONSTANT || n->attributes.value != 0 ||
        x.is_clipped || !x.is_whole ||
        (!all_centred(&x) && !requantise_centre(r, n, &x, &x)))
        return false;
    *out = x;
    out->low = fmin(x.low, 0);
    out->high = fmax(x.high, 0);
    out->tensor = requantise_copy(r, n, &x.tensor, 1, NULL);
    out->is_input = false;
    return true;
}

/* Reshapes and the like. */
bool requantise_view(struct requantising *r, const struct graph_node *n,
                     struct held *out)
{
    const struct held *x = requantise_held(r, n->inputs[0]);
    uint32_t axis = x->axis;
    const struct graph_dims *from = &n->inputs[0]->dims, *to = &n->output->dims;
    if (n->op == GRAPH_CAST && !graph_type_is_float(n->output->type) &&
        !n->attributes.keep)
        return false;
    if (x->count > 1 && n->op == GRAPH_SLICE)
        return false;
    if (x->count > 1 && n->op == GRAPH_RESHAPE) {
        /* The channels stay where they are. */
        uint64_t a = 1, b = 1;
        if (to->rank <= axis || to->size[axis] != x->count)
            return false;
        for (uint32_t i = 0; i < axis; i++) {
            a *= from->size[i];
            b *= to->size[i];
        }
        if (a != b)
            return false;
    }
    for (uint32_t i = 0; n->op == GRAPH_TRANSPOSE && i < to->rank; i++)
        if (n->attributes.list[i] == x->axis)
            axis = i;
    *out = *x;
    out->axis = axis;
    out->is_input = x->is_input && n->op != GRAPH_SLICE;
    out->tensor = requantise_copy(r, n, &x->tensor, 1, NULL);
    return true;
}

/* Largest values and copies. */
bool requantise_pool(struct requantising *r, const struct graph_node *n,
                     struct held *out)
{
    const struct held *x = requantise_held(r, n->inputs[0]);
    if (!keeps_order(x))
        return false;
    *out = *x;
    out->is_input = false;
    out->tensor = requantise_copy(r, n, &x->tensor, 1, NULL);
    return true;
}

/* Whether the quantiser behind a mean has the scale of its input already: every
 * second or fourth mean may be a tie then, which it has to break as the
 * quantiser does, whose integers are even or odd as those without zero
 * point. */
static bool rounds_means(const struct held *x, const struct target *t)
{
    return x->count == 1 && x->step == 0 && t->scale == x->scale[0] &&
           t->rounding == GRAPH_ROUND_EVEN;
}

static bool is_odd(double zero)
{
    return rint(zero / 2) * 2 != rint(zero);
}

bool requantise_mean(struct requantising *r, const struct graph_node *n,
                     struct held *out)
{
    struct held x = *requantise_held(r, n->inputs[0]);
    const struct graph_window *w = &n->attributes.window;
    bool has_pads = false; /* that count */
    for (uint32_t i = 0; n->attributes.count_pads && i < w->rank; i++)
        has_pads = has_pads || w->before[i] != 0 || w->behind[i] != 0;
    const struct graph_node *q = requantise_ahead(r, n->output, true);
    struct target t = { 0 };
    bool is_quantised = q != NULL && requantise_target(q, &t);
    if (!x.is_whole || x.is_clipped || (n->op == GRAPH_MEAN && x.count != 1) ||
        (requantise_is_plain(&x) && is_quantised && t.fits_format))
        return false;
    bool rounds = is_quantised && rounds_means(&x, &t);
    bool centres = has_pads || (rounds && is_odd(x.offset[0] / x.scale[0]));
    if (centres && !all_centred(&x) && !requantise_centre(r, n, &x, &x))
        return false;
    int step = rounds ? x.step : x.step - REQUANTISE_GUARD;
    while (requantise_bits(x.low, x.high, step) > 32)
        step++;
    struct graph_value *y = requantise_copy(r, n, &x.tensor, 1, NULL);
    if (y != NULL)
        y = requantise_format(r, n, y, requantise_bits(x.low, x.high, step),
                              true, false, step, GRAPH_ROUND_EVEN);
    *out = x;
    out->tensor = y;
    out->step = step;
    out->is_input = false;
    return true;
}

/* Scale and offset by channels go into those that the tensor has already. */
bool requantise_norm(struct requantising *r, const struct graph_node *n,
                     struct held *out)
{
    struct arena *a = r->g->arena;
    const struct held *x = requantise_held(r, n->inputs[0]);
    const struct graph_attributes *t = &n->attributes;
    uint64_t slices = n->inputs[0]->dims.size[t->axis];
    if (!x->is_whole || x->is_clipped ||
        (x->count > 1 && !t->flat && x->axis != t->axis))
        return false;
    *out = *x;
    if (!t->flat) {
        out->axis = (uint32_t)t->axis;
        out->count = (uint32_t)slices;
    }
    double *scale = arena_new_array(a, double, out->count);
    double *offset = arena_new_array(a, double, out->count);
    for (uint32_t i = 0; i < out->count; i++) {
        double m = graph_element(n->inputs[1], t->flat ? 0 : i);
        double b = graph_element(n->inputs[2], t->flat ? 0 : i);
        uint32_t k = x->count == 1 ? 0 : i;
        scale[i] = x->scale[k] * m;
        offset[i] = x->offset[k] * m + b;
        /* A channel may be cut off by a scale of 0; a tensor has one. */
        if (!isfinite(scale[i]) || !isfinite(offset[i]) ||
            (scale[i] == 0 && (m != 0 || out->count == 1)))
            return false;
    }
    out->scale = scale;
    out->offset = offset;
    out->is_input = false;
    return true;
}
