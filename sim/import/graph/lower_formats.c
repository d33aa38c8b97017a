#include "import/graph/graph_lowering.h"

#include "import/graph/graph_fold.h"

#include <math.h>

static double greatest(const struct graph_value *v)
{
    uint64_t count = v->is_splat ? 1 : graph_dims_count(&v->dims);
    double most = 0;
    for (uint64_t i = 0; i < count; i++)
        most = fmax(most, fabs(graph_element(v, i)));
    return most;
}

struct format graph_fitted_number(const struct graph_lowering *l, double x)
{
    struct format f = l->standard;
    int exponent = 0;
    /* |x| < 2^exponent; the sign takes a bit more. */
    if (x != 0 && isfinite(x))
        frexp(x, &exponent);
    exponent = exponent < -40 ? -40 : exponent > 40 ? 40 : exponent;
    f.integer = (int16_t)(exponent + 1);
    return f;
}

struct format graph_fitted_format(const struct graph_lowering *l,
                                  const struct graph_value *v)
{
    return graph_fitted_number(l, greatest(v));
}

/* The exponent of the step of a grid: its scale, or the next power of two
 * below.  False: there is none. */
static bool step_of(struct graph_lowering *l, const char *name, double scale,
                    int *exponent, bool *is_exact)
{
    if (!(scale > 0) || !isfinite(scale))
        return false;
    *is_exact = frexp(scale, exponent) == 0.5;
    *exponent -= 1;
    if (!*is_exact && l->inexact++ == 0) {
        l->inexact_name = name;
        l->inexact_scale = scale;
    }
    return *exponent > -64 && *exponent < 64;
}

static enum fixed_quant quant_mode(uint8_t rounding)
{
    switch (rounding) {
    case GRAPH_ROUND_FLOOR:
        return FIXED_TRN;
    case GRAPH_ROUND_ZERO:
        return FIXED_TRN_ZERO;
    default:
        return FIXED_RND_CONV;
    }
}

/* Whether all values are integers of so many bits times 2^step. */
static bool fits(const struct graph_value *v, int width, int step)
{
    uint64_t count = v->is_splat ? 1 : graph_dims_count(&v->dims);
    double low = ldexp(-1, width - 1 + step);
    double high = -low - ldexp(1, step);
    for (uint64_t i = 0; i < count; i++) {
        double x = graph_element(v, i);
        if (x < low || x > high)
            return false;
    }
    return true;
}

struct format graph_weight_format(struct graph_lowering *l,
                                  const struct graph_node *n,
                                  const struct graph_value *v)
{
    const struct graph_grid *g = &v->grid;
    int step;
    bool is_exact;
    if (g->bits == 0 || !step_of(l, n->name, g->scale, &step, &is_exact))
        return l->standard;
    if (g->is_bipolar && g->scale == 1)
        return (struct format){ .width = 2,
                                .integer = 2,
                                .is_signed = true,
                                .kind = FIXED_KIND_BINARY };
    /* The declared bits, or more if the values of some channel need it: each
     * may have a scale of its own, and none below the smallest.  Biases are
     * declared as wide as their sums, which says nothing about them. */
    int width = g->bits == 32 ? 2 : (int)g->bits + (g->is_signed ? 0 : 1);
    while (width < FIXED_TENSOR_WIDTH_MAX && !fits(v, width, step))
        width++;
    return (struct format){ .width = (uint8_t)width,
                            .integer = (int16_t)(width + step),
                            .is_signed = true,
                            .quant = FIXED_RND_CONV,
                            .overflow = FIXED_SAT };
}

struct sketch_tensor *graph_convert(struct graph_lowering *l,
                                    const struct graph_node *n,
                                    struct sketch_tensor *t, bool sole_reader,
                                    struct format f)
{
    if (format_same_values(t->format, f))
        return t;
    struct sketch_layer *layer =
        t->layer == UINT32_MAX ? NULL : l->sketch->layers[t->layer];
    if (sole_reader && !t->format_given &&
        (layer == NULL || layer->can_convert)) {
        t->format = f;
        return t;
    }
    struct shape s = t->shape;
    layer = graph_new_layer(l, n, "linear", t, (uint64_t[]){ s.h, s.w, s.c });
    if (layer == NULL)
        return NULL;
    layer->can_convert = true;
    layer->output->format = f;
    return layer->output;
}

/* The format that holds the values of a quantiser. */
static bool grid_format(struct graph_lowering *l, const struct graph_node *n,
                        const struct graph_grid *g, struct format *out)
{
    int step;
    bool is_exact;
    if (!step_of(l, n->name, g->scale, &step, &is_exact))
        return graph_refuse(l, n, "its scale %g is none in 2^-63..2^63",
                            g->scale);
    if (g->is_bipolar)
        return graph_refuse(l, n, "activations of one bit");
    if (g->rounding == GRAPH_ROUND_CEIL)
        return graph_refuse(l, n, "rounding upwards");
    bool is_signed = g->is_signed || g->zero != 0;
    int width = (int)g->bits + !is_exact;
    if (g->zero != 0) {
        /* Values reach from one side of zero to the other. */
        width++;
        diag_warning(l->g->diag, graph_place(l->g), DIAG_FORMAT,
                     "node '%.80s' (%.40s): zero point %g is not 0: the "
                     "format holds more values than the quantiser",
                     n->name, n->kind, g->zero);
    }
    if (width > FIXED_TENSOR_WIDTH_MAX - !is_signed)
        return graph_refuse(l, n, "%d bits are more than 32", width);
    *out = (struct format){ .width = (uint8_t)width,
                            .integer = (int16_t)(width + step),
                            .is_signed = is_signed,
                            .quant = (uint8_t)quant_mode(g->rounding),
                            .overflow = n->attributes.narrow && is_signed
                                            ? FIXED_SAT_SYM
                                            : FIXED_SAT };
    return true;
}

bool graph_lower_quant(struct graph_lowering *l, const struct graph_node *n)
{
    const struct placed *p = graph_placed(l, n, 0);
    struct graph_grid grid;
    struct format f = { 0 };
    if (p == NULL)
        return false;
    if (!graph_grid_of(n, &grid))
        return graph_refuse(l, n,
                            "its scale, zero point and bits are no "
                            "constants of at most 32 bits");
    const struct graph_dims *scales = &n->inputs[1]->dims;
    if (graph_dims_count(scales) != 1)
        return graph_refuse(l, n,
                            "a scale for each channel of a tensor that "
                            "is computed");
    if (!grid_format(l, n, &grid, &f))
        return false;
    struct sketch_tensor *t =
        graph_convert(l, n, p->tensor, graph_is_sole(n->inputs[0]), f);
    if (t == NULL)
        return false;
    /* Modes count where the format was already the right one. */
    if (graph_is_sole(n->inputs[0]) && !t->format_given)
        t->format = f;
    t->format_given = true;
    l->placed[n->output->index] =
        (struct placed){ .tensor = t, .order = p->order };
    return true;
}

/* Integers that come in are read as what they stand for. */
bool graph_lower_dequantize(struct graph_lowering *l,
                            const struct graph_node *n)
{
    const struct placed *p = graph_placed(l, n, 0);
    struct graph_grid grid;
    int step;
    bool is_exact;
    if (p == NULL)
        return false;
    if (n->inputs[0] != l->g->input || n->inputs[0]->readers != 1 ||
        !graph_grid_of(n, &grid) || graph_dims_count(&n->inputs[1]->dims) != 1)
        return graph_refuse(l, n,
                            "there is no quantiser in front of it with "
                            "the same scale and zero point");
    if (grid.zero != 0 || !step_of(l, n->name, grid.scale, &step, &is_exact) ||
        !is_exact)
        return graph_refuse(l, n,
                            "the input has scale %g and zero point %g; "
                            "only a power of two and 0 are a format",
                            grid.scale, grid.zero);
    struct format *f = &p->tensor->format;
    f->integer = (int16_t)(f->width + step);
    l->placed[n->output->index] = *p;
    return true;
}
