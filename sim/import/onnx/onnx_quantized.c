#include "import/onnx/onnx_reader.h"

#include "base/arena.h"

#include <math.h>
#include <string.h>

#include <onnx.pb-c.h>

struct graph_value *onnx_read_quantize(struct onnx_node *n)
{
    struct graph_attributes t = { .axis = onnx_int(n, "axis", 1) };
    onnx_ignore(n, "saturate"); /* of floats of eight bits */
    int32_t number = (int32_t)onnx_int(n, "output_dtype", 0);
    const struct graph_value *zero = onnx_input(n, 2);
    t.type = zero != NULL ? zero->type : GRAPH_UINT8;
    if (onnx_int(n, "block_size", 0) != 0 || onnx_int(n, "precision", 0) != 0 ||
        (number != 0 && (!onnx_type(number, &t.type))) ||
        t.type == GRAPH_BOOL || graph_type_is_float(t.type) ||
        graph_type_size(t.type) > 2)
        return onnx_error(n, DIAG_UNSUPPORTED,
                          "quantising to %s, or in blocks, is not supported",
                          number != 0 ? onnx_type_name(number)
                                      : graph_type_name(t.type));
    return onnx_add(n, GRAPH_QUANTIZE, NULL, n->input_count, n->inputs, &t);
}

struct graph_value *onnx_read_dequantize(struct onnx_node *n)
{
    struct graph_attributes t = { .axis = onnx_int(n, "axis", 1) };
    if (onnx_int(n, "block_size", 0) != 0 ||
        onnx_int(n, "output_dtype", 0) != 0)
        return onnx_error(n, DIAG_UNSUPPORTED, "blocks are not supported");
    return onnx_add(n, GRAPH_DEQUANTIZE, NULL, n->input_count, n->inputs, &t);
}

struct graph_value *onnx_real(struct onnx_node *n, const char *suffix,
                              struct graph_value *x, struct graph_value *scale,
                              struct graph_value *zero, int64_t axis)
{
    if (scale == NULL) {
        double one = 1;
        scale = graph_add_numbers(n->reader->graph,
                                  arena_printf(n->reader->arena, "%s%s.scale",
                                               n->output, suffix),
                                  GRAPH_FLOAT32, 1, &one);
    }
    struct graph_value *inputs[] = { x, scale, zero };
    struct graph_attributes t = { .axis = axis };
    return onnx_add(n, GRAPH_DEQUANTIZE, suffix, 3, inputs, &t);
}

struct graph_value *onnx_quantized(struct onnx_node *n, struct graph_value *x,
                                   struct graph_value *scale,
                                   struct graph_value *zero)
{
    struct graph_value *inputs[] = { x, scale, zero };
    struct graph_attributes t = { .axis = 1, .type = zero->type };
    return onnx_add(n, GRAPH_QUANTIZE, NULL, 3, inputs, &t);
}

/* Biases are integers of the scale that products have. */
static struct graph_value *bias_scale(struct onnx_node *n)
{
    struct graph_value *pair[] = { n->inputs[1], n->inputs[4] };
    return onnx_add(n, GRAPH_MUL, ".bias_scale", 2, pair, NULL);
}

static bool read_conv(struct onnx_node *n, const struct graph_dims *x,
                      const struct graph_dims *w, struct graph_attributes *t)
{
    int64_t groups = onnx_int(n, "group", 1);
    t->groups = groups < 1 ? 0 : (uint64_t)groups;
    if (groups < 1)
        onnx_error(n, DIAG_SHAPE, "it has fewer than 1 group");
    return groups >= 1 && onnx_window(n, x, w, &t->window);
}

/* x, its scale and zero; weights, their scale and zero; scale and zero of the
 * output; biases. */
struct graph_value *onnx_read_qlinear_conv(struct onnx_node *n)
{
    struct graph_value **in = n->inputs;
    struct graph_attributes t = { 0 };
    if (!read_conv(n, &in[0]->dims, &in[3]->dims, &t))
        return NULL;
    struct graph_value *parts[3] = { onnx_real(n, ".x", in[0], in[1], in[2],
                                               1) };
    if (parts[0] != NULL)
        parts[1] = onnx_real(n, ".weights", in[3], in[4], in[5], 0);
    if (parts[0] == NULL || parts[1] == NULL)
        return NULL;
    if (onnx_input(n, 8) != NULL) {
        struct graph_value *scale = bias_scale(n);
        parts[2] =
            scale == NULL ? NULL : onnx_real(n, ".bias", in[8], scale, NULL, 0);
        if (parts[2] == NULL)
            return NULL;
    }
    struct graph_value *sum =
        onnx_add(n, GRAPH_CONV, ".sum", parts[2] == NULL ? 2 : 3, parts, &t);
    return sum == NULL ? NULL : onnx_quantized(n, sum, in[6], in[7]);
}

struct graph_value *onnx_read_qlinear_matmul(struct onnx_node *n)
{
    struct graph_value **in = n->inputs;
    struct graph_value *parts[2] = { onnx_real(n, ".a", in[0], in[1], in[2],
                                               0) };
    if (parts[0] != NULL)
        parts[1] = onnx_real(n, ".b", in[3], in[4], in[5], -1);
    if (parts[0] == NULL || parts[1] == NULL)
        return NULL;
    struct graph_value *sum = onnx_add(n, GRAPH_MATMUL, ".sum", 2, parts, NULL);
    return sum == NULL ? NULL : onnx_quantized(n, sum, in[6], in[7]);
}

/* Products of integers are int32. */
static struct graph_value *integer(struct onnx_node *n, struct graph_value *x)
{
    if (x == NULL)
        return NULL;
    struct graph_attributes t = { .type = GRAPH_INT32, .keep = true };
    return onnx_add(n, GRAPH_CAST, NULL, 1, &x, &t);
}

static bool read_integers(struct onnx_node *n, struct graph_value *parts[2])
{
    parts[0] = onnx_real(n, ".a", n->inputs[0], NULL, onnx_input(n, 2), 0);
    if (parts[0] != NULL)
        parts[1] = onnx_real(n, ".b", n->inputs[1], NULL, onnx_input(n, 3), 0);
    return parts[0] != NULL && parts[1] != NULL;
}

struct graph_value *onnx_read_conv_integer(struct onnx_node *n)
{
    struct graph_attributes t = { 0 };
    struct graph_value *parts[2];
    if (!read_conv(n, &n->inputs[0]->dims, &n->inputs[1]->dims, &t) ||
        !read_integers(n, parts))
        return NULL;
    return integer(n, onnx_add(n, GRAPH_CONV, ".sum", 2, parts, &t));
}

struct graph_value *onnx_read_matmul_integer(struct onnx_node *n)
{
    struct graph_value *parts[2];
    if (!read_integers(n, parts))
        return NULL;
    return integer(n, onnx_add(n, GRAPH_MATMUL, ".sum", 2, parts, NULL));
}

/* Of QONNX: ROUND is to even, as NumPy's. */
static bool read_rounding(struct onnx_node *n, const char *otherwise,
                          uint8_t *out)
{
    static const char *const words[] = { "ROUND", "FLOOR", "CEIL",
                                         "ROUND_TO_ZERO" };
    static const uint8_t modes[] = { GRAPH_ROUND_EVEN, GRAPH_ROUND_FLOOR,
                                     GRAPH_ROUND_CEIL, GRAPH_ROUND_ZERO };
    const char *word = onnx_string(n, "rounding_mode");
    word = word == NULL ? otherwise : word;
    for (uint32_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (strcmp(word, words[i]) == 0) {
            *out = modes[i];
            return true;
        }
    }
    onnx_error(n, DIAG_UNSUPPORTED, "rounding_mode '%s' is not supported",
               word);
    return false;
}

/* Scale, zero point and the like are constants, the bits one number. */
static bool check_constants(struct onnx_node *n)
{
    for (uint32_t i = 1; i < n->input_count; i++)
        if (n->inputs[i]->data == NULL ||
            graph_dims_count(&n->inputs[i]->dims) == 0) {
            onnx_error(n, DIAG_UNSUPPORTED, "input %u ('%.80s') is no constant",
                       (unsigned)i + 1, n->inputs[i]->name);
            return false;
        }
    return true;
}

static bool check_bits(struct onnx_node *n, uint32_t i)
{
    double bits = onnx_input_number(n, i, 0);
    if (n->failed)
        return false;
    if (bits >= 1 && bits <= 32 && bits == floor(bits))
        return true;
    onnx_error(n, DIAG_UNSUPPORTED, "%g bits are no whole number in 1..32",
               bits);
    return false;
}

struct graph_value *onnx_read_quant(struct onnx_node *n)
{
    struct graph_attributes t = {
        .is_signed = onnx_int(n, "signed", 1) != 0,
        .narrow = onnx_int(n, "narrow", 0) != 0,
    };
    if (!read_rounding(n, "ROUND", &t.rounding) || !check_constants(n) ||
        !check_bits(n, 3))
        return NULL;
    return onnx_add(n, GRAPH_QUANT, NULL, 4, n->inputs, &t);
}

struct graph_value *onnx_read_bipolar_quant(struct onnx_node *n)
{
    struct graph_attributes t = { .is_signed = true, .bipolar = true };
    double zero = 0, one = 1;
    if (!check_constants(n))
        return NULL;
    struct graph *g = n->reader->graph;
    struct graph_value *inputs[] = {
        n->inputs[0],
        n->inputs[1],
        graph_add_numbers(g, "zero", GRAPH_FLOAT32, 1, &zero),
        graph_add_numbers(g, "bits", GRAPH_FLOAT32, 1, &one),
    };
    return onnx_add(n, GRAPH_QUANT, NULL, 4, inputs, &t);
}

/* x, scale, zero, bits in, bits out: the last bits of the integers are cut
 * off, and what is left has the scale that they had. */
struct graph_value *onnx_read_trunc(struct onnx_node *n)
{
    struct graph_attributes t = {
        .is_signed = onnx_int(n, "signed", 1) != 0,
        .narrow = onnx_int(n, "narrow", 0) != 0,
    };
    if (!read_rounding(n, "FLOOR", &t.rounding) || !check_constants(n) ||
        !check_bits(n, 3) || !check_bits(n, 4))
        return NULL;
    double cut = exp2(onnx_input_number(n, 4, 0) - onnx_input_number(n, 3, 0));
    struct graph_value *pair[] = {
        n->inputs[0],
        graph_add_numbers(n->reader->graph, "cut", GRAPH_FLOAT32, 1, &cut),
    };
    struct graph_value *less = onnx_add(n, GRAPH_MUL, ".cut", 2, pair, NULL);
    if (less == NULL)
        return NULL;
    struct graph_value *inputs[] = { less, n->inputs[1], n->inputs[2],
                                     n->inputs[4] };
    return onnx_add(n, GRAPH_QUANT, NULL, 4, inputs, &t);
}
