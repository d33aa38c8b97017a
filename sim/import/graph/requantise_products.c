#include "import/graph/requantising.h"

#include "base/arena.h"

#include <math.h>

enum {
    BIAS_GUARD = 8,    /* bits of a bias below the step of the sum */
    SUM_BITS_MOST = 32 /* of a tensor */
};

/* The weights of a node: units along `axis`, each of scale[unit]. */
struct product {
    const struct graph_value *weights;
    uint32_t axis;
    uint64_t units, inner; /* elements between one unit and the next */
    bool is_power;         /* all scales are powers of two */
    double *scale;         /* one for each unit */
};

static uint32_t unit_axis(const struct graph_node *n)
{
    const struct graph_dims *d = &n->inputs[1]->dims;
    return n->op == GRAPH_CONV ||
                   (n->op == GRAPH_GEMM && n->attributes.transpose_b)
               ? 0
               : d->rank - 1;
}

/* False: its weights are no integers that are known. */
static bool read_product(struct requantising *r, const struct graph_node *n,
                         struct product *out)
{
    const struct graph_value *w = n->inputs[1];
    const struct graph_grid *g = &w->grid;
    if (w->data == NULL || g->bits == 0 || g->is_bipolar || g->is_mixed ||
        w->dims.rank < 2)
        return false;
    uint32_t axis = unit_axis(n);
    *out = (struct product){ .weights = w, .axis = axis, .inner = 1 };
    out->units = w->dims.size[axis];
    for (uint32_t i = axis + 1; i < w->dims.rank; i++)
        out->inner *= w->dims.size[i];
    if (out->units == 0 || out->inner == 0 ||
        (g->scales != NULL && g->scale_axis != axis))
        return false;
    out->is_power = true;
    out->scale = arena_new_array(r->g->arena, double, out->units);
    for (uint64_t i = 0; i < out->units; i++) {
        int exponent;
        out->scale[i] = g->scales == NULL ? g->scale : g->scales[i];
        if (!(out->scale[i] > 0) || !isfinite(out->scale[i]))
            return false;
        out->is_power =
            out->is_power && requantise_is_power(out->scale[i], &exponent);
    }
    return true;
}

static uint64_t unit_of(const struct product *p, uint64_t i)
{
    return i / p->inner % p->units;
}

/* What the sums of each unit can be, of inputs between two limits and pads. */
struct sums {
    double *weights; /* the sum of a unit's */
    double *low, *high;
};

static struct sums sums_of(struct requantising *r, const struct product *p,
                           const struct graph_value *w, double low, double high)
{
    struct arena *a = r->g->arena;
    struct sums s = { arena_new_array(a, double, p->units),
                      arena_new_array(a, double, p->units),
                      arena_new_array(a, double, p->units) };
    low = fmin(low, 0);
    high = fmax(high, 0);
    for (uint64_t i = 0; i < graph_dims_count(&w->dims); i++) {
        double x = graph_element(w, i);
        uint64_t unit = unit_of(p, i);
        s.weights[unit] += x;
        s.low[unit] += x * (x > 0 ? low : high);
        s.high[unit] += x * (x > 0 ? high : low);
    }
    return s;
}

/* The integers of the weights; powers of two stay the format they are.
 * *step: of their format; *scale: what each unit's are times. */
static struct graph_value *whole_weights(struct requantising *r,
                                         const struct graph_node *n,
                                         const struct product *p, int *step)
{
    struct graph_value *w = n->inputs[1];
    if (p->is_power) {
        requantise_is_power(w->grid.scale, step);
        for (uint64_t i = 0; i < p->units; i++)
            p->scale[i] = 1;
        return w;
    }
    *step = 0;
    uint64_t count = graph_dims_count(&w->dims);
    double *values = arena_new_array(r->g->arena, double, count);
    double least = 0, most = 0;
    for (uint64_t i = 0; i < count; i++) {
        values[i] = rint(graph_element(w, i) / p->scale[unit_of(p, i)]);
        least = fmin(least, values[i]);
        most = fmax(most, values[i]);
    }
    return requantise_constant(r, w->name, &w->dims, values, false,
                               requantise_bits(least, most, 0), 0);
}

static bool has_pads(const struct graph_node *n)
{
    const struct graph_window *w = &n->attributes.window;
    bool has = false;
    for (uint32_t i = 0; n->op == GRAPH_CONV && i < w->rank; i++)
        has = has || w->before[i] != 0 || w->behind[i] != 0;
    return has;
}

/* Biases by unit, NULL: there are none; false: no constants one a unit. */
static bool read_biases(struct requantising *r, const struct graph_node *n,
                        uint64_t units, double **out)
{
    const struct graph_value *b = n->input_count > 2 ? n->inputs[2] : NULL;
    double beta = n->op == GRAPH_GEMM ? n->attributes.beta : 1;
    *out = arena_new_array(r->g->arena, double, units);
    if (b == NULL)
        return true;
    uint64_t count = graph_dims_count(&b->dims);
    if (b->data == NULL || (count != 1 && count != units))
        return false;
    for (uint64_t i = 0; i < units; i++)
        (*out)[i] = graph_element(b, count == 1 ? 0 : i) * beta;
    return true;
}

/* Biases become multiples of the step of the sums if they were integers of
 * that scale, else of less.  What they were is written in 24 bits. */
static int round_biases(double *bias, uint64_t units, int step, bool is_whole)
{
    for (uint64_t i = 0; i < units; i++) {
        double x = ldexp(bias[i], -step);
        is_whole = is_whole && fabs(x - rint(x)) <= 1e-3 + ldexp(fabs(x), -22);
    }
    if (!is_whole)
        step -= BIAS_GUARD;
    for (uint64_t i = 0; i < units; i++)
        bias[i] = ldexp(rint(ldexp(bias[i], -step)), step);
    return step;
}

static bool any(const double *numbers, uint64_t count)
{
    for (uint64_t i = 0; i < count; i++)
        if (numbers[i] != 0)
            return true;
    return false;
}

/* Whether formats say all: nothing has another scale, and the quantiser
 * behind gives the sum its format. */
static bool is_of_formats(const struct requantising *r,
                          const struct graph_node *n, const struct product *p,
                          const struct held *x)
{
    const struct graph_value *b = n->input_count > 2 ? n->inputs[2] : NULL;
    const struct graph_node *q = requantise_ahead(r, n->output, false);
    struct target t;
    int exponent;
    return p->is_power && requantise_is_plain(x) && q != NULL &&
           requantise_target(q, &t) && t.fits_format &&
           (b == NULL || b->grid.bits == 0 || b->grid.is_mixed ||
            requantise_is_power(b->grid.scale, &exponent));
}

bool requantise_product(struct requantising *r, const struct graph_node *n,
                        struct held *out)
{
    struct arena *a = r->g->arena;
    struct held x = *requantise_held(r, n->inputs[0]);
    struct product p;
    double *bias = NULL;
    bool is_matrix = n->op == GRAPH_MATMUL && n->inputs[0]->dims.rank > 2;
    if (!read_product(r, n, &p) || is_of_formats(r, n, &p, &x) ||
        x.count != 1 || x.is_clipped || x.scale[0] == 0 ||
        (n->op != GRAPH_CONV && n->inputs[1]->dims.rank != 2) ||
        !read_biases(r, n, p.units, &bias))
        return false;
    /* What the tensor lacks; no integer if something was added that is no
     * multiple of its scale. */
    double zero = x.offset[0] == 0 ? 0 : x.offset[0] / x.scale[0];
    if (fabs(zero - rint(zero)) <= 1e-9 * fmax(1, fabs(zero)))
        zero = rint(zero);
    if (zero != 0 && (has_pads(n) || is_matrix)) {
        if (!requantise_centre(r, n, &x, &x))
            return false;
        zero = 0;
    }
    int weight_step;
    struct graph_value *w = whole_weights(r, n, &p, &weight_step);
    int step = x.step + weight_step, bias_step = step;
    double alpha = n->op == GRAPH_GEMM ? n->attributes.alpha : 1;
    double *scale = arena_new_array(a, double, p.units);
    struct sums s = sums_of(r, &p, w, x.low, x.high);
    for (uint64_t i = 0; i < p.units; i++) {
        scale[i] = x.scale[0] * p.scale[i] * alpha;
        if (scale[i] == 0)
            return false;
        bias[i] /= scale[i];
    }
    struct graph_value *inputs[3] = { x.tensor, w, NULL };
    bool is_whole = zero == rint(zero);
    for (uint64_t i = 0; !is_whole && i < p.units; i++)
        bias[i] += zero * s.weights[i];
    if (any(bias, p.units))
        bias_step = round_biases(bias, p.units, step,
                                 is_whole && n->inputs[2]->grid.bits != 0);
    zero = is_whole ? zero : 0;
    double low = 0, high = 0;
    for (uint64_t i = 0; i < p.units; i++) {
        bias[i] += zero * s.weights[i];
        low = fmin(low, s.low[i] + bias[i]);
        high = fmax(high, s.high[i] + bias[i]);
    }
    struct graph_node copy = *n;
    struct graph_attributes t = n->attributes;
    if (any(bias, p.units)) {
        struct graph_dims dims = { 1, { p.units } };
        inputs[2] =
            requantise_constant(r, n->name, &dims, bias, false, 2, bias_step);
        if (n->op == GRAPH_MATMUL)
            copy.op = GRAPH_GEMM;
    }
    t.alpha = t.beta = 1;
    int sum_step = bias_step < step ? bias_step : step;
    while (requantise_bits(low, high, sum_step) > SUM_BITS_MOST)
        sum_step++;
    struct graph_value *y =
        requantise_copy(r, &copy, inputs, inputs[2] == NULL ? 2 : 3, &t);
    if (y == NULL)
        return true;
    y = requantise_format(r, n, y, requantise_bits(low, high, sum_step), true,
                          false, sum_step, 0);
    *out = (struct held){ .tensor = y,
                          .count = (uint32_t)p.units,
                          .axis = n->op == GRAPH_CONV
                                      ? graph_channel_axis(n, y->dims.rank)
                                      : y->dims.rank - 1,
                          .scale = scale,
                          .offset = arena_new_array(a, double, p.units),
                          .is_whole = true,
                          .step = sum_step,
                          .low = low,
                          .high = high };
    bool is_one = true;
    for (uint64_t i = 1; i < p.units; i++)
        is_one = is_one && scale[i] == scale[0];
    if (is_one)
        out->count = 1;
    return true;
}
