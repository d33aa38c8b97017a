#include "import/keras/keras_reader.h"

#include <math.h>

struct graph_value *keras_quant(struct keras_layer *l, const char *suffix,
                                struct graph_value *x, double step, double bits,
                                const struct graph_attributes *t)
{
    double zero = 0;
    struct graph_value *inputs[] = { x, keras_numbers(l, 1, &step),
                                     keras_numbers(l, 1, &zero),
                                     keras_numbers(l, 1, &bits) };
    return keras_add(l, GRAPH_QUANT, suffix, 4, inputs, t);
}

static struct graph_value *times(struct keras_layer *l, const char *suffix,
                                 struct graph_value *x, double factor)
{
    return keras_add(
        l, GRAPH_MUL, suffix, 2,
        (struct graph_value *[]){ x, keras_numbers(l, 1, &factor) }, NULL);
}

static struct graph_value *quantize_bits(struct keras_layer *l,
                                         const char *suffix,
                                         struct graph_value *x,
                                         const struct keras_quantizer *q)
{
    struct graph_attributes t = { .is_signed = q->keep_negative };
    double step = exp2(q->integer - (q->bits - q->keep_negative));
    if (q->alpha > ALPHA_NUMBER)
        return keras_error(l, DIAG_UNSUPPORTED,
                           "%s with alpha 'auto' of an activation: its scale "
                           "depends on the data",
                           q->name);
    /* Of one bit there is no more than the sign. */
    t.bipolar = q->bits == 1 && q->keep_negative;
    t.narrow = q->symmetric && q->keep_negative && !t.bipolar;
    bool is_inside = t.bipolar || q->kind == KERAS_LINEAR;
    if (t.bipolar)
        step = 1;
    if (is_inside)
        return keras_quant(l, suffix, x, step * q->factor, q->bits, &t);
    bool is_scaled = q->factor != 1;
    x = keras_quant(l, is_scaled ? "bits" : suffix, x, step, q->bits, &t);
    if (!is_scaled)
        return x;
    /* The values of a constant stay integers of the step times alpha. */
    bool is_constant = x != NULL && x->data != NULL;
    x = times(l, is_constant ? "alpha" : suffix, x, q->factor);
    return is_constant
               ? keras_quant(l, suffix, x, step * q->factor, q->bits, &t)
               : x;
}

/* With a slope: what lies below the range saturates before it is multiplied.
 * That is done by a format with the same lower end and more digits than
 * anything that is rounded here: exact for sums of up to SLOPE_WIDTH - 1 -
 * integer bits behind the point. */
enum { SLOPE_WIDTH = 31 };

static struct graph_value *quantize_relu(struct keras_layer *l,
                                         const char *suffix,
                                         struct graph_value *x,
                                         const struct keras_quantizer *q)
{
    bool has_slope = q->negative_slope != 0;
    struct graph_attributes t = { .is_signed = has_slope };
    double step = exp2(q->integer - (q->bits - has_slope));
    if (has_slope) {
        struct graph_attributes wide = { .is_signed = true };
        struct graph_attributes leaky = { .alpha = q->negative_slope };
        x = keras_quant(l, "range", x, exp2(q->integer - (SLOPE_WIDTH - 1)),
                        SLOPE_WIDTH, &wide);
        x = keras_add(l, GRAPH_LEAKY_RELU, "leaky", 1, &x, &leaky);
    }
    return keras_quant(l, suffix, x, step, q->bits, &t);
}

static struct graph_value *quantize_sigmoid(struct keras_layer *l,
                                            const char *suffix,
                                            struct graph_value *x,
                                            const struct keras_quantizer *q)
{
    struct graph_attributes t = { 0 };
    double half = 0.5;
    if (q->use_real) {
        x = keras_add(l, GRAPH_SIGMOID, "sigmoid", 1, &x, NULL);
    } else {
        x = times(l, "half", x, half);
        x = keras_add(l, GRAPH_ADD, "sigmoid", 2,
                      (struct graph_value *[]){ x, keras_numbers(l, 1, &half) },
                      NULL);
    }
    return keras_quant(l, suffix, x, exp2(-q->bits), q->bits, &t);
}

/* Those that are read of weights alone, each with what can take its place. */
static struct graph_value *refuse_activation(struct keras_layer *l,
                                             const struct keras_quantizer *q)
{
    keras_error(l, DIAG_UNSUPPORTED,
                "%s of an activation; it is read of weights", q->name);
    if (q->kind == KERAS_TERNARY)
        diag_hint(l->reader->diag,
                  "quantized_bits(2, 1, symmetric=1, alpha=1) has the values "
                  "-1, 0 and 1, too: train again with it");
    else if (q->kind == KERAS_BINARY)
        diag_hint(l->reader->diag,
                  "quantized_bits(2, 1, symmetric=1, alpha=1), whose values "
                  "are -1, 0 and 1, comes next to it: train again with it");
    else
        diag_hint(l->reader->diag,
                  "quantized_bits or quantized_relu with enough bits holds "
                  "powers of two, and more: train again with it");
    return NULL;
}

struct graph_value *keras_quantize(struct keras_layer *l, const char *suffix,
                                   struct graph_value *x,
                                   const struct keras_quantizer *q)
{
    struct graph_attributes t = { .is_signed = true, .narrow = q->symmetric };
    switch (q->kind) {
    case KERAS_BITS:
    case KERAS_LINEAR:
        return quantize_bits(l, suffix, x, q);
    case KERAS_RELU:
        return quantize_relu(l, suffix, x, q);
    case KERAS_SIGMOID:
        return quantize_sigmoid(l, suffix, x, q);
    case KERAS_TANH:
        if (q->use_real)
            x = keras_add(l, GRAPH_TANH, "tanh", 1, &x, NULL);
        return keras_quant(l, suffix, x, exp2(1 - q->bits), q->bits, &t);
    default:
        return refuse_activation(l, q);
    }
}
