/* Operators on integers that ONNX Runtime adds to those of ONNX
 * (docs/ContribOperators.md of ONNX Runtime): each is one of ONNX with
 * dequantisers in front and a quantiser behind. */
#include "import/onnx/onnx_reader.h"

#include "base/arena.h"

/* Integers, scale and zero point from input i on; NULL: said why, or one of
 * them is not there. */
static struct graph_value *part(struct onnx_node *n, uint32_t i,
                                const char *suffix, int64_t axis)
{
    struct graph_value *x = onnx_input(n, i), *scale = onnx_input(n, i + 1);
    if (x == NULL || scale == NULL)
        return onnx_error(n, DIAG_SHAPE, "input %u or its scale is missing",
                          (unsigned)i + 1);
    return onnx_real(n, suffix, x, scale, onnx_input(n, i + 2), axis);
}

/* The output, with scale and zero point at input i; without a zero point it is
 * 0 in the type of `like`. */
static struct graph_value *whole(struct onnx_node *n, struct graph_value *x,
                                 uint32_t i, const struct graph_value *like)
{
    struct graph_value *scale = onnx_input(n, i), *zero = onnx_input(n, i + 1);
    double none = 0;
    if (x == NULL)
        return NULL;
    if (scale == NULL)
        return onnx_error(n, DIAG_UNSUPPORTED, "its output has no scale");
    if (zero == NULL)
        zero =
            graph_add_numbers(n->reader->graph, "zero", like->type, 1, &none);
    if (graph_type_is_float(zero->type) || graph_type_size(zero->type) > 2)
        return onnx_error(n, DIAG_UNSUPPORTED, "its output is %s",
                          graph_type_name(zero->type));
    return onnx_quantized(n, x, scale, zero);
}

static struct graph_value *read_pair(struct onnx_node *n, enum graph_op op)
{
    struct graph_value *parts[2] = { part(n, 0, ".a", 1), NULL };
    if (parts[0] != NULL)
        parts[1] = part(n, 3, ".b", 1);
    if (parts[0] == NULL || parts[1] == NULL)
        return NULL;
    return whole(n, onnx_add(n, op, ".sum", 2, parts, NULL), 6, n->inputs[0]);
}

struct graph_value *onnx_read_qlinear_add(struct onnx_node *n)
{
    return read_pair(n, GRAPH_ADD);
}

struct graph_value *onnx_read_qlinear_mul(struct onnx_node *n)
{
    return read_pair(n, GRAPH_MUL);
}

/* Scale and zero of the output, then three for each input. */
struct graph_value *onnx_read_qlinear_concat(struct onnx_node *n)
{
    uint32_t count = (n->input_count - 2) / 3;
    struct graph_attributes t = { .axis = onnx_int(n, "axis", 1) };
    struct graph_value **parts =
        arena_new_array(n->reader->arena, struct graph_value *, count);
    if (n->input_count != 2 + 3 * count)
        return onnx_error(n, DIAG_SHAPE,
                          "%u inputs are not two and three for each tensor",
                          (unsigned)n->input_count);
    for (uint32_t i = 0; i < count; i++) {
        parts[i] = part(n, 2 + 3 * i,
                        arena_printf(n->reader->arena, ".%u", (unsigned)i), 1);
        if (parts[i] == NULL)
            return NULL;
    }
    return whole(n, onnx_add(n, GRAPH_CONCAT, ".all", count, parts, &t), 0,
                 n->inputs[2]);
}

static bool is_last(struct onnx_node *n)
{
    if (onnx_int(n, "channels_last", 0) == 0)
        return false;
    onnx_error(n, DIAG_UNSUPPORTED, "channels_last is not supported");
    return true;
}

struct graph_value *onnx_read_qlinear_avgpool(struct onnx_node *n)
{
    struct graph_attributes t = {
        .ceil = onnx_int(n, "ceil_mode", 0) != 0,
        .count_pads = onnx_int(n, "count_include_pad", 0) != 0,
    };
    struct graph_value *x = is_last(n) ? NULL : part(n, 0, ".x", 1);
    if (x == NULL || !onnx_window(n, &x->dims, NULL, &t.window))
        return NULL;
    return whole(n, onnx_add(n, GRAPH_AVGPOOL, ".mean", 1, &x, &t), 3,
                 n->inputs[0]);
}

struct graph_value *onnx_read_qlinear_global_avgpool(struct onnx_node *n)
{
    struct graph_value *x = is_last(n) ? NULL : part(n, 0, ".x", 1);
    if (x == NULL)
        return NULL;
    return whole(n, onnx_add(n, GRAPH_GLOBAL_AVGPOOL, ".mean", 1, &x, NULL), 3,
                 n->inputs[0]);
}

/* a and b with scale and zero, biases of the scale that products have, scale
 * and zero of the output. */
struct graph_value *onnx_read_qgemm(struct onnx_node *n)
{
    struct graph_attributes t = {
        .alpha = onnx_float(n, "alpha", 1),
        .beta = 1,
        .transpose_a = onnx_int(n, "transA", 0) != 0,
        .transpose_b = onnx_int(n, "transB", 0) != 0,
    };
    struct graph_value *parts[3] = { part(n, 0, ".a", 0), NULL, NULL };
    if (parts[0] != NULL)
        parts[1] = part(n, 3, ".b", t.transpose_b ? 0 : -1);
    if (parts[0] == NULL || parts[1] == NULL)
        return NULL;
    if (onnx_input(n, 6) != NULL) {
        struct graph_value *pair[] = { n->inputs[1], n->inputs[4] };
        struct graph_value *scale =
            onnx_add(n, GRAPH_MUL, ".bias_scale", 2, pair, NULL);
        if (scale != NULL)
            parts[2] = onnx_real(n, ".bias", n->inputs[6], scale, NULL, -1);
        if (parts[2] == NULL)
            return NULL;
    }
    struct graph_value *sum =
        onnx_add(n, GRAPH_GEMM, ".sum", parts[2] == NULL ? 2 : 3, parts, &t);
    return whole(n, sum, 7, n->inputs[0]);
}
