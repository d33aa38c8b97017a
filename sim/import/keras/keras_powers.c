#include "import/keras/keras_reader.h"

#include "base/arena.h"

#include <math.h>

/* Weights as QKeras 0.9 makes powers of two of them (_clip_power_of_two), in
 * single precision as there: sign(x) * 2^e, 0 being +, with e = log2 |x|
 * rounded and clipped to -2^n .. 2^n - 1.  n are the bits without one for the
 * sign of x (not of quantized_relu_po2) and without one for the sign of e (not
 * where max_value is at most 1).  |x| is at most max_value; below Keras's
 * epsilon e is the least.  quadratic_approximation: e is twice the logarithm
 * of the root, clipped before it is doubled.  quantized_relu_po2 takes
 * negative x times the slope, or as 0 without one. */
static const float epsilon = 1e-7F;

/* Of a format; of normal floats. */
enum { BITS_MAX = 32, EXPONENT_MIN = -126, EXPONENT_MAX = 127 };

struct range {
    double least, most; /* exponents */
};

/* False: the bits are no more than the signs need. */
static bool range_of(const struct keras_quantizer *q, struct range *r)
{
    double bits = q->bits - (q->kind == KERAS_PO2) - (q->max_value > 1);
    *r = (struct range){ -exp2(bits), exp2(bits) - 1 };
    if (q->is_quadratic)
        r->most = 2 * floor(r->most / 2);
    return bits >= 0;
}

static double exponent(const struct keras_quantizer *q, struct range r, float x)
{
    if (x < epsilon)
        return r.least;
    if ((double)x > q->max_value)
        x = (float)q->max_value;
    double e = rintf(logf(q->is_quadratic ? sqrtf(x) : x) / logf(2));
    e = fmin(fmax(e, r.least), r.most);
    return q->is_quadratic ? 2 * e : e;
}

struct graph_value *keras_quantize_powers(struct keras_layer *l,
                                          const struct keras_quantizer *q,
                                          const struct graph_value *w)
{
    struct graph *g = l->reader->graph;
    struct range r, used = { INFINITY, -INFINITY };
    if (!range_of(q, &r))
        return keras_error(l, DIAG_UNSUPPORTED,
                           "%s: no bit is left for the exponent", q->name);
    uint64_t count = graph_dims_count(&w->dims);
    float *values = arena_new_array(g->arena, float, count);
    bool is_signed = false, has_slope = q->negative_slope > 0;
    for (uint64_t i = 0; i < count; i++) {
        float x = (float)graph_element(w, i), size = fabsf(x);
        bool is_negative = x < 0;
        if (is_negative && q->kind == KERAS_RELU_PO2) {
            size = has_slope ? size * (float)q->negative_slope : 0;
            is_negative = has_slope;
        }
        double e = exponent(q, r, size);
        used.least = fmin(used.least, e);
        used.most = fmax(used.most, e);
        is_signed = is_signed || is_negative;
        values[i] = is_negative ? -exp2f((float)e) : exp2f((float)e);
    }
    struct graph_value *v =
        graph_add_constant(g, w->name, &w->dims, GRAPH_FLOAT32, values, false);
    double bits = used.most - used.least + 1 + is_signed;
    bool fits = bits <= BITS_MAX && used.least >= EXPONENT_MIN &&
                used.most <= EXPONENT_MAX;
    /* The four tensors of a normalisation become a factor and an offset, in
     * which their formats are lost; what is below all floats is 0. */
    bool is_lost =
        l->type->read == keras_read_batchnorm && used.most <= EXPONENT_MAX;
    if (count == 0 || (!fits && is_lost))
        return v;
    if (!fits) {
        keras_error(l, DIAG_UNSUPPORTED,
                    "%s: weights from 2^%.0f to 2^%.0f are in no format of "
                    "at most %d bits",
                    q->name, used.least, used.most, BITS_MAX);
        diag_hint(l->reader->diag, "fewer 'bits' of the quantiser make the "
                                   "range smaller: train again with them");
        return NULL;
    }
    struct graph_attributes t = { .is_signed = is_signed };
    return keras_quant(l, "weights", v, exp2(used.least), bits, &t);
}
