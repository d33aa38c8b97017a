#include "import/onnx/onnx_reader.h"

#include <inttypes.h>
#include <string.h>

/* One attribute of a window: a number for each spatial axis. */
static bool window_list(struct onnx_node *n, const char *name, uint32_t rank,
                        uint32_t most, int64_t *out, bool *given)
{
    int64_t count = onnx_ints(n, name, out, most);
    *given = count >= 0;
    if (!*given)
        return true;
    bool fits = count == most;
    for (uint32_t i = 0; fits && i < most; i++)
        fits = out[i] >= 0 && (uint64_t)out[i] <= GRAPH_ELEMENTS_MAX;
    if (!fits)
        onnx_error(n, DIAG_SHAPE,
                   "attribute '%s' is not %u numbers in 0..2^31, for %u "
                   "spatial dimensions",
                   name, (unsigned)most, (unsigned)rank);
    return fits;
}

/* 'SAME': as many outputs as strides begin on the input. */
static void pad_same(struct graph_window *w, uint32_t i, uint64_t size,
                     bool upper)
{
    if (w->stride[i] == 0 || w->kernel[i] == 0)
        return; /* graph_shape refuses it */
    uint64_t steps = (size + w->stride[i] - 1) / w->stride[i];
    uint64_t needed = (steps == 0 ? 0 : steps - 1) * w->stride[i] +
                      (w->kernel[i] - 1) * w->dilation[i] + 1;
    uint64_t pads = needed > size ? needed - size : 0;
    w->before[i] = upper ? pads / 2 : pads - pads / 2;
    w->behind[i] = pads - w->before[i];
}

bool onnx_window(struct onnx_node *n, const struct graph_dims *x,
                 const struct graph_dims *weights, struct graph_window *out)
{
    *out = (struct graph_window){ 0 };
    if (x->rank < 3 || x->rank > 2 + GRAPH_SPATIAL_MAX) {
        onnx_error(n, DIAG_SHAPE,
                   "its input is %s, which has not one to three spatial "
                   "dimensions",
                   graph_dims_text(x, n->reader->arena));
        return false;
    }
    uint32_t rank = x->rank - 2;
    int64_t kernel[GRAPH_SPATIAL_MAX], stride[GRAPH_SPATIAL_MAX];
    int64_t dilation[GRAPH_SPATIAL_MAX], pads[2 * GRAPH_SPATIAL_MAX];
    bool has_kernel, has_stride, has_dilation, has_pads;
    if (!window_list(n, "kernel_shape", rank, rank, kernel, &has_kernel) ||
        !window_list(n, "strides", rank, rank, stride, &has_stride) ||
        !window_list(n, "dilations", rank, rank, dilation, &has_dilation) ||
        !window_list(n, "pads", rank, 2 * rank, pads, &has_pads))
        return false;
    if (!has_kernel && (weights == NULL || weights->rank != x->rank)) {
        onnx_error(n, DIAG_ONNX, "the size of its kernel is not known");
        return false;
    }
    const char *auto_pad = onnx_string(n, "auto_pad");
    bool upper = auto_pad != NULL && strcmp(auto_pad, "SAME_UPPER") == 0;
    bool lower = auto_pad != NULL && strcmp(auto_pad, "SAME_LOWER") == 0;
    bool none = auto_pad != NULL && strcmp(auto_pad, "VALID") == 0;
    if (auto_pad != NULL && !upper && !lower && !none &&
        strcmp(auto_pad, "NOTSET") != 0) {
        onnx_error(n, DIAG_VALUE,
                   "auto_pad '%s' is none of NOTSET, SAME_UPPER, "
                   "SAME_LOWER and VALID",
                   auto_pad);
        return false;
    }
    out->rank = rank;
    for (uint32_t i = 0; i < rank; i++) {
        out->kernel[i] =
            has_kernel ? (uint64_t)kernel[i] : weights->size[2 + i];
        out->stride[i] = has_stride ? (uint64_t)stride[i] : 1;
        out->dilation[i] = has_dilation ? (uint64_t)dilation[i] : 1;
        if (upper || lower) {
            pad_same(out, i, x->size[2 + i], upper);
        } else if (has_pads && !none) {
            out->before[i] = (uint64_t)pads[i];
            out->behind[i] = (uint64_t)pads[rank + i];
        }
    }
    return true;
}

struct graph_value *onnx_read_conv(struct onnx_node *n)
{
    struct graph_attributes t = { 0 };
    int64_t groups = onnx_int(n, "group", 1);
    if (groups < 1)
        return onnx_error(n, DIAG_SHAPE, "%" PRId64 " groups", groups);
    t.groups = (uint64_t)groups;
    if (!onnx_window(n, &n->inputs[0]->dims, &n->inputs[1]->dims, &t.window))
        return NULL;
    return onnx_add(n, GRAPH_CONV, NULL, n->input_count, n->inputs, &t);
}

struct graph_value *onnx_read_gemm(struct onnx_node *n)
{
    struct graph_attributes t = {
        .alpha = onnx_float(n, "alpha", 1),
        .beta = onnx_float(n, "beta", 1),
        .transpose_a = onnx_int(n, "transA", 0) != 0,
        .transpose_b = onnx_int(n, "transB", 0) != 0,
    };
    if (n->reader->opset < ONNX_OPSET_NUMPY)
        onnx_ignore(n, "broadcast"); /* it does, whatever it says */
    return onnx_add(n, GRAPH_GEMM, NULL, n->input_count, n->inputs, &t);
}

struct graph_value *onnx_read_matmul(struct onnx_node *n)
{
    return onnx_add(n, GRAPH_MATMUL, NULL, 2, n->inputs, NULL);
}

static struct graph_value *read_pool(struct onnx_node *n, enum graph_op op)
{
    struct graph_attributes t = {
        .ceil = onnx_int(n, "ceil_mode", 0) != 0,
        .count_pads = onnx_int(n, "count_include_pad", 0) != 0,
    };
    if (!onnx_window(n, &n->inputs[0]->dims, NULL, &t.window))
        return NULL;
    return onnx_add(n, op, NULL, 1, n->inputs, &t);
}

struct graph_value *onnx_read_maxpool(struct onnx_node *n)
{
    /* The order of indices, which are not computed. */
    if (onnx_int(n, "storage_order", 0) != 0)
        return onnx_error(n, DIAG_UNSUPPORTED,
                          "column-major storage is not supported");
    return read_pool(n, GRAPH_MAXPOOL);
}

struct graph_value *onnx_read_avgpool(struct onnx_node *n)
{
    return read_pool(n, GRAPH_AVGPOOL);
}

struct graph_value *onnx_read_global_avgpool(struct onnx_node *n)
{
    return onnx_add(n, GRAPH_GLOBAL_AVGPOOL, NULL, 1, n->inputs, NULL);
}

struct graph_value *onnx_read_global_maxpool(struct onnx_node *n)
{
    return onnx_add(n, GRAPH_GLOBAL_MAXPOOL, NULL, 1, n->inputs, NULL);
}

struct graph_value *onnx_read_batchnorm(struct onnx_node *n)
{
    struct graph_attributes t = { .epsilon = onnx_float(n, "epsilon", 1e-5) };
    onnx_ignore(n, "momentum"); /* of training */
    bool is_old = n->reader->opset < ONNX_OPSET_NUMPY;
    if (is_old)
        onnx_ignore(n, "consumed_inputs");
    if ((is_old && onnx_int(n, "is_test", 0) == 0) ||
        onnx_int(n, "training_mode", 0) != 0 || onnx_int(n, "spatial", 1) != 1)
        return onnx_in_training(n,
                                "training mode, and statistics that are not of "
                                "channels, are not supported");
    return onnx_add(n, GRAPH_BATCHNORM, NULL, 5, n->inputs, &t);
}
