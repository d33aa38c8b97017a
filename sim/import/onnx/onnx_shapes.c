#include "import/onnx/onnx_reader.h"

#include "base/arena.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include <onnx.pb-c.h>

static struct graph_value *reshape(struct onnx_node *n,
                                   const struct graph_dims *dims)
{
    struct graph_attributes t = { .dims = *dims };
    return onnx_add(n, GRAPH_RESHAPE, NULL, 1, n->inputs, &t);
}

/* An axis of a tensor of `rank` dimensions; false: said that it is outside. */
static bool axis_of(struct onnx_node *n, int64_t axis, uint32_t rank,
                    uint32_t *out)
{
    if (axis < -(int64_t)rank || axis >= (int64_t)rank) {
        onnx_error(n, DIAG_SHAPE,
                   "axis %" PRId64 " is outside a tensor of %u dimensions",
                   axis, (unsigned)rank);
        return false;
    }
    *out = (uint32_t)(axis < 0 ? axis + rank : axis);
    return true;
}

struct graph_value *onnx_read_flatten(struct onnx_node *n)
{
    const struct graph_dims *x = &n->inputs[0]->dims;
    int64_t axis = onnx_int(n, "axis", 1);
    if (axis < -(int64_t)x->rank || axis > (int64_t)x->rank)
        return onnx_error(n, DIAG_SHAPE, "axis %" PRId64 " is outside", axis);
    axis = axis < 0 ? axis + x->rank : axis;
    struct graph_dims dims = { 2, { 1, 1 } };
    for (uint32_t i = 0; i < x->rank; i++)
        dims.size[i >= axis] *= x->size[i];
    return reshape(n, &dims);
}

struct graph_value *onnx_read_reshape(struct onnx_node *n)
{
    const struct graph_dims *x = &n->inputs[0]->dims;
    int64_t list[GRAPH_RANK_MAX];
    bool keep_zero = onnx_int(n, "allowzero", 0) != 0;
    int64_t count = onnx_input_ints(n, 1, list, GRAPH_RANK_MAX);
    if (count < 0)
        return NULL;
    struct graph_dims dims = { .rank = (uint32_t)count };
    uint64_t known = 1;
    int64_t open = -1;
    for (uint32_t i = 0; i < dims.rank; i++) {
        bool copied = list[i] == 0 && !keep_zero;
        if (list[i] < -1 || (list[i] == -1 && open >= 0) ||
            (copied && i >= x->rank) ||
            (list[i] > 0 && (uint64_t)list[i] > GRAPH_ELEMENTS_MAX))
            return onnx_error(n, DIAG_SHAPE,
                              "size %" PRId64 " of axis %u cannot be", list[i],
                              (unsigned)i);
        if (list[i] == -1) {
            open = i;
            continue;
        }
        dims.size[i] = copied ? x->size[i] : (uint64_t)list[i];
        if (dims.size[i] != 0 && known > GRAPH_ELEMENTS_MAX / dims.size[i])
            return onnx_error(n, DIAG_SHAPE_OVERFLOW,
                              "its shape has more than 2^31 elements");
        known *= dims.size[i];
    }
    if (open >= 0)
        dims.size[open] = known == 0 ? 0 : graph_dims_count(x) / known;
    return reshape(n, &dims);
}

struct graph_value *onnx_read_squeeze(struct onnx_node *n)
{
    const struct graph_dims *x = &n->inputs[0]->dims;
    int64_t axes[GRAPH_RANK_MAX];
    int64_t count = onnx_list(n, "axes", 1, 13, axes, GRAPH_RANK_MAX);
    if (n->failed)
        return NULL;
    bool gone[GRAPH_RANK_MAX] = { false };
    for (uint32_t i = 0; i < x->rank; i++)
        gone[i] = count < 0 && x->size[i] == 1;
    for (int64_t i = 0; i < count; i++) {
        uint32_t axis;
        if (!axis_of(n, axes[i], x->rank, &axis))
            return NULL;
        if (x->size[axis] != 1)
            return onnx_error(n, DIAG_SHAPE,
                              "axis %u has size %" PRIu64 ", not 1",
                              (unsigned)axis, x->size[axis]);
        gone[axis] = true;
    }
    struct graph_dims dims = { 0 };
    for (uint32_t i = 0; i < x->rank; i++)
        if (!gone[i])
            dims.size[dims.rank++] = x->size[i];
    return reshape(n, &dims);
}

struct graph_value *onnx_read_unsqueeze(struct onnx_node *n)
{
    const struct graph_dims *x = &n->inputs[0]->dims;
    int64_t axes[GRAPH_RANK_MAX];
    int64_t count = onnx_list(n, "axes", 1, 13, axes, GRAPH_RANK_MAX);
    if (n->failed)
        return NULL;
    if (count < 0 || x->rank + count > GRAPH_RANK_MAX)
        return onnx_error(n, DIAG_SHAPE, "it does not make 1 to 8 dimensions");
    struct graph_dims dims = { .rank = x->rank + (uint32_t)count };
    bool added[GRAPH_RANK_MAX] = { false };
    for (int64_t i = 0; i < count; i++) {
        uint32_t axis;
        if (!axis_of(n, axes[i], dims.rank, &axis))
            return NULL;
        if (added[axis])
            return onnx_error(n, DIAG_SHAPE, "axis %u stands twice",
                              (unsigned)axis);
        added[axis] = true;
    }
    uint32_t from = 0;
    for (uint32_t i = 0; i < dims.rank; i++)
        dims.size[i] = added[i] ? 1 : x->size[from++];
    return reshape(n, &dims);
}

struct graph_value *onnx_read_transpose(struct onnx_node *n)
{
    uint32_t rank = n->inputs[0]->dims.rank;
    struct graph_attributes t = { .count = rank };
    int64_t count = onnx_ints(n, "perm", t.list, GRAPH_RANK_MAX);
    if (count >= 0 && count != rank)
        return onnx_error(n, DIAG_SHAPE,
                          "a permutation of %" PRId64 " axes for %u", count,
                          (unsigned)rank);
    if (count < 0)
        for (uint32_t i = 0; i < rank; i++)
            t.list[i] = rank - 1 - i;
    return onnx_add(n, GRAPH_TRANSPOSE, NULL, 1, n->inputs, &t);
}

struct graph_value *onnx_read_concat(struct onnx_node *n)
{
    struct graph_attributes t = { .axis = onnx_int(n, "axis", 1) };
    for (uint32_t i = 0; i < n->input_count; i++)
        if (n->inputs[i] == NULL)
            return onnx_error(n, DIAG_ONNX, "input %u is not there",
                              (unsigned)i + 1);
    return onnx_add(n, GRAPH_CONCAT, NULL, n->input_count, n->inputs, &t);
}

/* Pads may be of some axes only. */
static bool spread_pads(struct onnx_node *n, struct graph_attributes *t)
{
    uint32_t rank = n->inputs[0]->dims.rank;
    int64_t axes[GRAPH_RANK_MAX], pads[2 * GRAPH_RANK_MAX];
    int64_t count = onnx_input_ints(n, 3, axes, GRAPH_RANK_MAX);
    if (count < 0)
        return !n->failed;
    if (t->count != 2 * count) {
        onnx_error(n, DIAG_SHAPE, "%u pads for %" PRId64 " axes",
                   (unsigned)t->count, count);
        return false;
    }
    memcpy(pads, t->list, sizeof pads);
    memset(t->list, 0, sizeof t->list);
    for (int64_t i = 0; i < count; i++) {
        uint32_t axis;
        if (!axis_of(n, axes[i], rank, &axis))
            return false;
        t->list[axis] = pads[i];
        t->list[rank + axis] = pads[count + i];
    }
    t->count = 2 * rank;
    return true;
}

struct graph_value *onnx_read_pad(struct onnx_node *n)
{
    struct graph_attributes t = { 0 };
    int64_t count = onnx_list(n, "pads", 1, 11, t.list, 2 * GRAPH_RANK_MAX);
    if (n->failed)
        return NULL;
    if (count < 0)
        return onnx_error(n, DIAG_ONNX, "it has no pads");
    t.count = (uint32_t)count;
    t.value = n->reader->opset < 11 ? onnx_float(n, "value", 0)
                                    : onnx_input_number(n, 2, 0);
    const char *mode = onnx_string(n, "mode");
    if (mode != NULL && strcmp(mode, "reflect") == 0)
        t.mode = GRAPH_PAD_REFLECT;
    else if (mode != NULL && strcmp(mode, "edge") == 0)
        t.mode = GRAPH_PAD_EDGE;
    else if (mode != NULL && strcmp(mode, "constant") != 0)
        return onnx_error(n, DIAG_UNSUPPORTED, "mode '%s' is not supported",
                          mode);
    if (n->failed || !spread_pads(n, &t))
        return NULL;
    return onnx_add(n, GRAPH_PAD, NULL, 1, n->inputs, &t);
}

/* One axis of a slice, as NumPy has it: first, step and how many. */
static void slice_axis(int64_t start, int64_t end, int64_t step, int64_t size,
                       int64_t *first, uint64_t *count)
{
    int64_t low = step > 0 ? 0 : -1, high = step > 0 ? size : size - 1;
    start = start < 0 ? start + size : start;
    end = end < 0 ? end + size : end;
    start = start < low ? low : start > high ? high : start;
    end = end < low ? low : end > high ? high : end;
    int64_t way = step > 0 ? end - start : start - end;
    int64_t stride = step > 0 ? step : -step;
    *first = start;
    *count = way <= 0 ? 0 : (uint64_t)((way - 1) / stride + 1);
}

struct graph_value *onnx_read_slice(struct onnx_node *n)
{
    enum { MOST = GRAPH_RANK_MAX };
    const struct graph_dims *x = &n->inputs[0]->dims;
    int64_t starts[MOST], ends[MOST], axes[MOST], steps[MOST];
    int64_t count = onnx_list(n, "starts", 1, 10, starts, MOST);
    int64_t end_count = onnx_list(n, "ends", 2, 10, ends, MOST);
    int64_t axis_count = onnx_list(n, "axes", 3, 10, axes, MOST);
    int64_t step_count =
        n->reader->opset < 10 ? -1 : onnx_input_ints(n, 4, steps, MOST);
    if (n->failed)
        return NULL;
    if (count < 0 || end_count != count || count > x->rank ||
        (axis_count >= 0 && axis_count != count) ||
        (step_count >= 0 && step_count != count))
        return onnx_error(n, DIAG_SHAPE,
                          "its starts, ends, axes and steps do not fit "
                          "together");
    struct graph_attributes t = { .dims = *x };
    for (uint32_t i = 0; i < x->rank; i++)
        t.list[(size_t)2 * i + 1] = 1;
    /* Beyond that all numbers mean the end. */
    const int64_t limit = INT64_C(1) << 40;
    for (int64_t i = 0; i < count; i++) {
        uint32_t axis;
        int64_t step = step_count < 0 ? 1 : steps[i];
        if (!axis_of(n, axis_count < 0 ? i : axes[i], x->rank, &axis))
            return NULL;
        if (step == 0)
            return onnx_error(n, DIAG_SHAPE, "a step is 0");
        int64_t start = starts[i], end = ends[i];
        start = start < -limit ? -limit : start > limit ? limit : start;
        end = end < -limit ? -limit : end > limit ? limit : end;
        step = step < -limit ? -limit : step > limit ? limit : step;
        slice_axis(start, end, step, (int64_t)x->size[axis],
                   &t.list[(size_t)2 * axis], &t.dims.size[axis]);
        /* Where there is no second value its step does not count. */
        t.list[(size_t)2 * axis + 1] = t.dims.size[axis] < 2 ? 1 : step;
    }
    return onnx_add(n, GRAPH_SLICE, NULL, 1, n->inputs, &t);
}

/* The sizes of the parts: given, or equal but for the last.  False: said
 * why. */
static bool split_sizes(struct onnx_node *n, uint64_t size, uint32_t parts,
                        int64_t sizes[GRAPH_INPUTS_MAX])
{
    int64_t given = onnx_list(n, "split", 1, 13, sizes, GRAPH_INPUTS_MAX);
    int64_t asked = onnx_int(n, "num_outputs", parts), sum = 0;
    if (n->failed)
        return false;
    uint64_t each = (size + parts - 1) / parts;
    bool fits = given < 0 ? asked == parts && (parts - 1) * each <= size
                          : given == parts;
    for (uint32_t i = 0; fits && i < parts; i++) {
        if (given < 0)
            sizes[i] =
                (int64_t)(i + 1 < parts ? each : size - (parts - 1) * each);
        fits = sizes[i] >= 0 && sizes[i] <= (int64_t)size;
        sum += sizes[i];
    }
    if (!fits || sum != (int64_t)size)
        onnx_error(n, DIAG_SHAPE,
                   "its sizes do not make %" PRIu64 " in %u outputs", size,
                   (unsigned)parts);
    return fits && sum == (int64_t)size;
}

/* Each part is a slice. */
struct graph_value *onnx_read_split(struct onnx_node *n)
{
    const struct graph_dims *x = &n->inputs[0]->dims;
    int64_t sizes[GRAPH_INPUTS_MAX];
    uint32_t axis, parts = n->output_count;
    if (!axis_of(n, onnx_int(n, "axis", 0), x->rank, &axis))
        return NULL;
    if (parts > GRAPH_INPUTS_MAX)
        return onnx_error(n, DIAG_UNSUPPORTED, "%u outputs are more than %d",
                          (unsigned)parts, GRAPH_INPUTS_MAX);
    if (!split_sizes(n, x->size[axis], parts, sizes))
        return NULL;
    struct graph_attributes t = { .dims = *x };
    for (uint32_t i = 0; i < x->rank; i++)
        t.list[(size_t)2 * i + 1] = 1;
    struct graph_value *first = NULL;
    for (uint32_t i = 0; i < parts; i++) {
        t.dims.size[axis] = (uint64_t)sizes[i];
        const char *suffix =
            i == 0 ? NULL : arena_printf(n->reader->arena, "part%u", i + 1);
        struct graph_value *v =
            onnx_add(n, GRAPH_SLICE, suffix, 1, n->inputs, &t);
        if (v == NULL)
            return NULL;
        first = i == 0 ? v : first;
        n->further[i] = v;
        t.list[(size_t)2 * axis] += sizes[i];
    }
    return first;
}

struct graph_value *onnx_read_gather(struct onnx_node *n)
{
    struct graph_attributes t = { .axis = onnx_int(n, "axis", 0) };
    return onnx_add(n, GRAPH_GATHER, NULL, 2, n->inputs, &t);
}

struct graph_value *onnx_read_shape(struct onnx_node *n)
{
    const struct graph_dims *x = &n->inputs[0]->dims;
    int64_t start = onnx_int(n, "start", 0), end = onnx_int(n, "end", x->rank);
    int64_t first;
    uint64_t count;
    int64_t limit = (int64_t)2 * GRAPH_RANK_MAX;
    start = start < -limit ? -limit : start > limit ? limit : start;
    end = end < -limit ? -limit : end > limit ? limit : end;
    slice_axis(start, end, 1, x->rank, &first, &count);
    double sizes[GRAPH_RANK_MAX];
    for (uint64_t i = 0; i < count; i++)
        sizes[i] = (double)x->size[first + (int64_t)i];
    return graph_add_numbers(n->reader->graph, n->output, GRAPH_INT64, count,
                             sizes);
}

struct graph_value *onnx_read_constant(struct onnx_node *n)
{
    const Onnx__TensorProto *t = onnx_tensor_attribute(n, "value");
    if (t != NULL)
        return onnx_tensor(n->reader, t, n->output);
    struct graph *g = n->reader->graph;
    static const struct graph_dims one = { 0 };
    double x = onnx_float(n, "value_float", NAN);
    if (!isnan(x)) {
        double *data = arena_new_item(g->arena, double);
        graph_store(GRAPH_FLOAT32, data, 0, x);
        return graph_add_constant(g, n->output, &one, GRAPH_FLOAT32, data,
                                  false);
    }
    enum { LIST_MAX = 64 }; /* a longer one is a tensor */
    int64_t integers[LIST_MAX];
    double numbers[LIST_MAX];
    int64_t count = onnx_ints(n, "value_ints", integers, LIST_MAX);
    if (count >= 0 && count <= LIST_MAX) {
        for (int64_t i = 0; i < count; i++)
            numbers[i] = (double)integers[i];
        return graph_add_numbers(g, n->output, GRAPH_INT64, (uint64_t)count,
                                 numbers);
    }
    count = onnx_floats(n, "value_floats", numbers, LIST_MAX);
    if (count >= 0 && count <= LIST_MAX)
        return graph_add_numbers(g, n->output, GRAPH_FLOAT32, (uint64_t)count,
                                 numbers);
    int64_t *integer = arena_new_item(g->arena, int64_t);
    *integer = onnx_int(n, "value_int", INT64_MIN);
    if (*integer == INT64_MIN)
        return onnx_error(n, DIAG_UNSUPPORTED,
                          "it is no tensor of numbers, and no list of at most "
                          "64");
    return graph_add_constant(g, n->output, &one, GRAPH_INT64, integer, false);
}

struct graph_value *onnx_read_constant_of_shape(struct onnx_node *n)
{
    int64_t list[GRAPH_RANK_MAX];
    struct graph *g = n->reader->graph;
    const Onnx__TensorProto *t = onnx_tensor_attribute(n, "value");
    int64_t count = onnx_input_ints(n, 0, list, GRAPH_RANK_MAX);
    if (count < 0)
        return NULL;
    struct graph_dims dims = { .rank = (uint32_t)count };
    for (uint32_t i = 0; i < dims.rank; i++) {
        if (list[i] < 0)
            return onnx_error(n, DIAG_SHAPE, "size %" PRId64 " is negative",
                              list[i]);
        dims.size[i] = (uint64_t)list[i];
    }
    float *zero = arena_new_item(g->arena, float);
    const void *data = zero;
    enum graph_type type = GRAPH_FLOAT32;
    if (t != NULL) {
        const struct graph_value *v =
            onnx_tensor(n->reader, t,
                        arena_printf(g->arena, "%s.value", n->output));
        if (v == NULL)
            return NULL;
        if (graph_dims_count(&v->dims) != 1)
            return onnx_error(n, DIAG_SHAPE, "its value is no single one");
        data = v->data;
        type = v->type;
    }
    return graph_add_constant(g, n->output, &dims, type, data, true);
}
