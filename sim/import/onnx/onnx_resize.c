#include "import/onnx/onnx_reader.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

/* Factors that are whole numbers, as attributes of an upsample. */
static bool set_factors(struct onnx_node *n, const double *scales,
                        int64_t count, struct graph_attributes *t)
{
    uint32_t rank = n->inputs[0]->dims.rank;
    bool fits = count == rank;
    t->count = rank;
    for (uint32_t i = 0; fits && i < rank; i++) {
        fits = scales[i] >= 1 && scales[i] <= 1 << 20 &&
               scales[i] == floor(scales[i]);
        t->list[i] = fits ? (int64_t)scales[i] : 0;
    }
    if (!fits)
        onnx_error(n, DIAG_UNSUPPORTED,
                   "its factors are not %u whole numbers of at most 2^20",
                   (unsigned)rank);
    return fits;
}

static bool check_mode(struct onnx_node *n)
{
    const char *mode = onnx_string(n, "mode");
    if (mode == NULL || strcmp(mode, "nearest") == 0)
        return true;
    onnx_error(n, DIAG_UNSUPPORTED, "mode '%s' is not supported, only nearest",
               mode);
    return false;
}

/* The scales in input i; -1: not there, or said why (n->failed). */
static int64_t read_scales(struct onnx_node *n, uint32_t i, double *out)
{
    const struct graph_value *v = onnx_input(n, i);
    if (v == NULL || (v->data != NULL && graph_dims_count(&v->dims) == 0))
        return -1;
    uint64_t count = graph_dims_count(&v->dims);
    if (v->data == NULL || count > GRAPH_RANK_MAX) {
        onnx_error(n, DIAG_UNSUPPORTED, "its scales are no constants");
        return -1;
    }
    for (uint64_t k = 0; k < count; k++)
        out[k] = graph_element(v, k);
    return (int64_t)count;
}

struct graph_value *onnx_read_upsample(struct onnx_node *n)
{
    struct graph_attributes t = { 0 };
    double scales[GRAPH_RANK_MAX] = { 0 };
    int64_t count = n->reader->opset < 9
                        ? onnx_floats(n, "scales", scales, GRAPH_RANK_MAX)
                        : read_scales(n, 1, scales);
    if (n->failed || !check_mode(n) || !set_factors(n, scales, count, &t))
        return NULL;
    return onnx_add(n, GRAPH_UPSAMPLE, NULL, 1, n->inputs, &t);
}

/* Where value `o` of an axis that grows by `factor` comes from, before
 * rounding. */
static double original(int64_t o, double factor, uint64_t in_size,
                       const char *transform)
{
    double size = (double)in_size * factor;
    if (strcmp(transform, "asymmetric") == 0)
        return (double)o / factor;
    if (strcmp(transform, "align_corners") == 0)
        return size <= 1 ? 0 : (double)o * ((double)in_size - 1) / (size - 1);
    if (strcmp(transform, "pytorch_half_pixel") == 0 && size <= 1)
        return 0;
    if (strcmp(transform, "tf_half_pixel_for_nn") == 0)
        return ((double)o + 0.5) / factor;
    return ((double)o + 0.5) / factor - 0.5;
}

static double rounded(double x, const char *rule)
{
    if (strcmp(rule, "floor") == 0)
        return floor(x);
    if (strcmp(rule, "ceil") == 0)
        return ceil(x);
    if (strcmp(rule, "round_prefer_ceil") == 0)
        return floor(x + 0.5);
    return ceil(x - 0.5); /* round_prefer_floor */
}

/* Whether the rules of a resize come down to repeating each value. */
static bool repeats(double factor, uint64_t in_size, const char *transform,
                    const char *rule)
{
    if (factor == 1)
        return true;
    for (int64_t o = 0; o < (int64_t)((double)in_size * factor); o++) {
        double at = rounded(original(o, factor, in_size, transform), rule);
        double last = (double)in_size - 1;
        at = at < 0 ? 0 : at > last ? last : at;
        if (at != floor((double)o / factor))
            return false;
    }
    return true;
}

struct graph_value *onnx_read_resize(struct onnx_node *n)
{
    struct graph_attributes t = { 0 };
    const struct graph_dims *x = &n->inputs[0]->dims;
    bool is_first = n->reader->opset < 11; /* like an upsample */
    double scales[GRAPH_RANK_MAX] = { 0 };
    int64_t sizes[GRAPH_RANK_MAX];
    int64_t count = read_scales(n, is_first ? 1 : 2, scales);
    if (!n->failed && count < 0 && !is_first) {
        count = onnx_input_ints(n, 3, sizes, GRAPH_RANK_MAX);
        for (int64_t i = 0; i < count && i < x->rank; i++)
            scales[i] = (double)sizes[i] / (double)x->size[i];
    }
    int64_t axes[GRAPH_RANK_MAX];
    if (onnx_ints(n, "axes", axes, GRAPH_RANK_MAX) >= 0)
        return onnx_error(n, DIAG_UNSUPPORTED,
                          "attribute 'axes' is not supported");
    const char *policy = onnx_string(n, "keep_aspect_ratio_policy");
    if (policy != NULL && strcmp(policy, "stretch") != 0)
        return onnx_error(n, DIAG_UNSUPPORTED,
                          "keep_aspect_ratio_policy '%s' is not supported",
                          policy);
    onnx_ignore(n, "cubic_coeff_a"); /* of other modes */
    onnx_ignore(n, "exclude_outside");
    onnx_ignore(n, "extrapolation_value");
    onnx_ignore(n, "antialias");
    const char *transform = onnx_string(n, "coordinate_transformation_mode");
    const char *rule = onnx_string(n, "nearest_mode");
    transform = is_first            ? "asymmetric"
                : transform == NULL ? "half_pixel"
                                    : transform;
    rule = is_first ? "floor" : rule == NULL ? "round_prefer_floor" : rule;
    if (n->failed || !check_mode(n) || !set_factors(n, scales, count, &t))
        return NULL;
    for (uint32_t i = 0; i < x->rank; i++)
        if (strcmp(transform, "tf_crop_and_resize") == 0 ||
            !repeats(scales[i], x->size[i], transform, rule))
            return onnx_error(n, DIAG_UNSUPPORTED,
                              "coordinates by '%s' and '%s' do not repeat "
                              "each value %g times",
                              transform, rule, scales[i]);
    return onnx_add(n, GRAPH_UPSAMPLE, NULL, 1, n->inputs, &t);
}
