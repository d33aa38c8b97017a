#include "import/graph/requantising.h"

#include "base/arena.h"

#include <math.h>

enum {
    SCALE_BITS = 18,     /* the narrower port of a DSP block */
    SCALE_BITS_MOST = 26 /* the wider one is 25 or 27 */
};
/* The part of a step that rounding a scale may move a result by. */
static const double SCALE_ERROR = 1.0 / 16;

bool requantise_is_power(double x, int *exponent)
{
    if (!(x > 0) || !isfinite(x) || frexp(x, exponent) != 0.5)
        return false;
    *exponent -= 1;
    return true;
}

struct held *requantise_held(const struct requantising *r,
                             const struct graph_value *v)
{
    return &r->held[v->index];
}

bool requantise_is_plain(const struct held *h)
{
    for (uint32_t i = 0; i < h->count; i++)
        if (h->scale[i] != 1 || h->offset[i] != 0)
            return false;
    return !h->is_clipped;
}

struct held requantise_plain_held(const struct requantising *r,
                                  struct graph_value *tensor)
{
    static const double one = 1, zero = 0;
    double high = ldexp(1, r->standard.integer - 1);
    return (struct held){ .tensor = tensor,
                          .count = 1,
                          .scale = &one,
                          .offset = &zero,
                          .step = -format_fraction(r->standard),
                          .low = -high,
                          .high = high };
}

struct graph_value *requantise_copy(struct requantising *r,
                                    const struct graph_node *n,
                                    struct graph_value *const *inputs,
                                    uint32_t count,
                                    const struct graph_attributes *t)
{
    struct graph_node_desc desc = {
        .op = n->op,
        .name = n->name,
        .kind = n->kind,
        .output = n->output->name,
        .input_count = count,
        .inputs = inputs,
        .attributes = t == NULL ? n->attributes : *t,
    };
    struct graph_value *v = graph_add(r->g, &desc);
    r->failed = r->failed || v == NULL;
    return v;
}

static struct graph_value *add(struct requantising *r,
                               const struct graph_node *n, enum graph_op op,
                               const char *suffix, uint32_t count,
                               struct graph_value *const *inputs,
                               struct graph_attributes t)
{
    struct graph_node copy = *n;
    copy.op = op;
    copy.name = arena_printf(r->g->arena, "%s%s", n->name, suffix);
    return requantise_copy(r, &copy, inputs, count, &t);
}

struct graph_value *requantise_constant(struct requantising *r,
                                        const char *name,
                                        const struct graph_dims *dims,
                                        const double *values, bool is_splat,
                                        uint32_t bits, int step)
{
    struct graph_value *v =
        graph_add_constant(r->g, name, dims, GRAPH_FLOAT64, values, is_splat);
    v->grid = (struct graph_grid){ .bits = bits,
                                   .is_signed = true,
                                   .is_whole = true,
                                   .scale = ldexp(1, step) };
    return v;
}

struct graph_value *requantise_format(struct requantising *r,
                                      const struct graph_node *n,
                                      struct graph_value *x, uint32_t bits,
                                      bool is_signed, bool narrow, int step,
                                      uint8_t rounding)
{
    double numbers[] = { ldexp(1, step), 0, bits };
    struct graph_value *inputs[4] = { x };
    for (uint32_t i = 0; i < 3; i++)
        inputs[1 + i] =
            graph_add_numbers(r->g, n->name, GRAPH_FLOAT64, 1, &numbers[i]);
    return add(r, n, GRAPH_QUANT, "_format", 4, inputs,
               (struct graph_attributes){ .is_signed = is_signed,
                                          .narrow = narrow,
                                          .rounding = rounding });
}

struct graph_value *requantise_clipped(struct requantising *r,
                                       const struct graph_node *n,
                                       struct graph_value *x, double low,
                                       double high)
{
    struct graph_attributes t = { .low = low, .high = high };
    return add(r, n, low == 0 && isinf(high) ? GRAPH_RELU : GRAPH_CLIP, "_clip",
               1, &x, t);
}

/* The step of scales with so many bits. */
static int scale_step(const double *scale, uint32_t count, int bits)
{
    int exponent = -60;
    for (uint32_t i = 0; i < count; i++) {
        int own = -60;
        double x = fabs(scale[i]);
        if (x > 0)
            frexp(x, &own);
        /* What rounds up to 2^own takes a bit more. */
        if (ldexp(rint(ldexp(x, bits - 1 - own)), own + 1 - bits) >=
            ldexp(1, own))
            own++;
        exponent = own > exponent ? own : exponent;
    }
    return exponent + 1 - bits;
}

/* How far rounding the scales to a step may move a result. */
static double scale_error(const struct rescaling *s, int step)
{
    double worst = 0;
    for (uint32_t i = 0; i < s->like->count; i++) {
        double exact = s->scale[i];
        double error = fabs(ldexp(rint(ldexp(exact, -step)), step) - exact);
        double range = s->range + fabs(s->offset[i]);
        double x = exact == 0 ? s->most : fmin(s->most, range / fabs(exact));
        worst = fmax(worst, error * x);
    }
    return worst;
}

/* The step of offsets: that of the results if they are multiples of it, else
 * the guard's below, or what 32 bits leave. */
static int offset_step(const struct rescaling *s)
{
    bool is_whole = true;
    double most = 0;
    for (uint32_t i = 0; i < s->like->count; i++) {
        double x = ldexp(s->offset[i], -s->unit);
        is_whole = is_whole && x == rint(x);
        most = fmax(most, fabs(s->offset[i]));
    }
    int step = s->unit - (is_whole ? 0 : REQUANTISE_GUARD);
    while (most >= ldexp(1, 30 + step))
        step++;
    return step;
}

/* False: said that a scale or offset is none. */
static bool check_numbers(struct requantising *r, const struct graph_node *n,
                          const struct rescaling *s)
{
    for (uint32_t i = 0; i < s->like->count && !r->failed; i++)
        if (!isfinite(s->scale[i]) || !isfinite(s->offset[i])) {
            graph_error(r->g, n, DIAG_UNSUPPORTED,
                        "its scale is too far from those in front of it: "
                        "times %g, plus %g",
                        s->scale[i], s->offset[i]);
            r->failed = true;
        }
    return !r->failed;
}

struct graph_value *requantise_affine(struct requantising *r,
                                      const struct graph_node *n,
                                      struct graph_value *x,
                                      const struct rescaling *s)
{
    struct arena *a = r->g->arena;
    if (!check_numbers(r, n, s))
        return NULL;
    uint32_t count = s->like->count;
    bool flat = count == 1;
    uint32_t axis = !flat ? s->like->axis : x->dims.rank > 1 ? 1 : 0;
    int bits = SCALE_BITS, steps[2];
    steps[0] = scale_step(s->scale, count, bits);
    while (bits < SCALE_BITS_MOST &&
           scale_error(s, steps[0]) > ldexp(SCALE_ERROR, s->unit))
        steps[0] = scale_step(s->scale, count, ++bits);
    steps[1] = offset_step(s);
    const double *numbers[] = { s->scale, s->offset };
    struct graph_dims dims = { 1, { x->dims.size[axis] } };
    struct graph_value *inputs[3] = { x };
    for (uint32_t k = 0; k < 2; k++) {
        double *rounded = arena_new_array(a, double, count);
        for (uint32_t i = 0; i < count; i++)
            rounded[i] = ldexp(rint(ldexp(numbers[k][i], -steps[k])), steps[k]);
        inputs[1 + k] =
            requantise_constant(r, n->name, &dims, rounded, flat,
                                k == 0 ? (uint32_t)bits : 2, steps[k]);
    }
    return add(r, n, GRAPH_AFFINE, "_scale", 3, inputs,
               (struct graph_attributes){ .axis = axis, .flat = flat });
}

static double greatest(const struct held *h)
{
    return fmax(fabs(h->low), fabs(h->high));
}

struct graph_value *requantise_plain(struct requantising *r,
                                     const struct graph_node *n,
                                     const struct graph_value *v)
{
    struct held *h = requantise_held(r, v);
    if (requantise_is_plain(h))
        return h->tensor;
    bool is_clipped = h->is_clipped;
    double low = h->clip_low, high = h->clip_high;
    h->is_clipped = false;
    struct graph_value *x = h->tensor;
    /* Of the standard format as far as that reaches. */
    if (!requantise_is_plain(h))
        x = requantise_affine(r, n, x,
                              &(struct rescaling){
                                  .like = h,
                                  .scale = h->scale,
                                  .offset = h->offset,
                                  .most = greatest(h),
                                  .range = ldexp(1, r->standard.integer - 1),
                                  .unit = -format_fraction(r->standard) });
    if (x != NULL && is_clipped)
        x = requantise_clipped(r, n, x, low, high);
    /* It is made once. */
    *h = requantise_plain_held(r, x);
    return x;
}

uint32_t requantise_bits(double low, double high, int step)
{
    uint32_t bits = 2;
    while (bits < 33 &&
           (low < -ldexp(1, (int)bits - 1 + step) ||
            high > ldexp(1, (int)bits - 1 + step) - ldexp(1, step)))
        bits++;
    return bits;
}

bool requantise_centre(struct requantising *r, const struct graph_node *n,
                       const struct held *h, struct held *out)
{
    struct arena *a = r->g->arena;
    *out = *h;
    double zero = h->offset[0] / h->scale[0], whole = rint(zero);
    if (whole == 0 && h->offset[0] == 0 && h->count == 1)
        return true;
    /* The quotient of what was a product. */
    if (h->count != 1 || !h->is_whole || h->step > 0 ||
        fabs(zero - whole) > 1e-9 * fmax(1, fabs(whole)))
        return false;
    double *numbers = arena_new_array(a, double, 2);
    numbers[0] = 1;
    numbers[1] = whole;
    double low = h->low + whole, high = h->high + whole;
    uint32_t bits = requantise_bits(low, high, h->step);
    if (bits > 32)
        return false;
    struct graph_value *x =
        requantise_affine(r, n, h->tensor,
                          &(struct rescaling){ .like = h,
                                               .scale = &numbers[0],
                                               .offset = &numbers[1],
                                               .most = greatest(h),
                                               .range = INFINITY });
    if (x != NULL)
        x = requantise_format(r, n, x, bits, true, false, h->step, 0);
    out->tensor = x;
    out->offset = arena_new_item(a, double);
    out->low = low;
    out->high = high;
    return x != NULL;
}
