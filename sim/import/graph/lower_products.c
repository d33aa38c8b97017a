#include "import/graph/graph_lowering.h"

#include "base/arena.h"

#include <inttypes.h>
#include <string.h>

/* A kernel of 3 x 3 with gaps has up to 32 times as many weights then. */
enum { DILATION_MAX = 8 };

/* Biases: one a unit, or one for all; order[k]: which is at place k. */
static bool add_biases(struct graph_lowering *l, const struct graph_node *n,
                       struct sketch_layer *layer, uint64_t units,
                       double factor, const uint64_t *order)
{
    const struct graph_value *b = n->input_count > 2 ? n->inputs[2] : NULL;
    if (b == NULL || factor == 0)
        return true;
    uint64_t count = graph_dims_count(&b->dims);
    if (b->data == NULL || (count != 1 && count != units))
        return graph_refuse(
            l, n, "its biases are no constants of %" PRIu64 " units", units);
    struct sketch_array *a = graph_new_array(l, layer, 1, "bias", b);
    a->rank = 1;
    a->size[0] = units;
    a->strides[0] = count == 1 ? 0 : 1;
    a->rows = order;
    a->factor = factor;
    layer->bias = graph_bias_format(l, n, b);
    if (b->grid.bits == 0)
        graph_trim_biases(l, layer);
    return true;
}

/* Zeros take weights and, in a kernel that is multiplied in turn, time. */
static void count_gaps(struct graph_lowering *l, const struct graph_node *n)
{
    if (l->dilated++ == 0)
        l->dilated_name = n->name;
}

bool graph_lower_conv(struct graph_lowering *l, const struct graph_node *n)
{
    const struct graph_value *w = n->inputs[1];
    const struct graph_window *win = &n->attributes.window;
    bool is_last = n->attributes.channels_last;
    if (w->data == NULL)
        return graph_refuse(l, n, "its weights are no constants");
    if (win->rank > 2)
        return graph_refuse(l, n, "three spatial dimensions");
    for (uint32_t i = 0; i < win->rank; i++)
        if (win->dilation[i] > DILATION_MAX)
            return graph_refuse(l, n,
                                "dilation %" PRIu64 "; kernels with gaps get "
                                "zeros there, up to a dilation of %d",
                                win->dilation[i], DILATION_MAX);
    const uint64_t *order = NULL;
    struct sketch_tensor *x = graph_pixels_of(l, n, 0, is_last, &order);
    if (x == NULL)
        return false;
    uint64_t units = w->dims.size[0], channels = x->shape.c;
    uint64_t groups = n->attributes.groups == 0 ? 1 : n->attributes.groups;
    bool is_flat = win->rank == 1; /* of height 1 */
    uint64_t kh = is_flat ? 1 : win->kernel[0], kw = win->kernel[!is_flat];
    uint64_t gaps[2] = { is_flat ? 1 : win->dilation[0],
                         win->dilation[!is_flat] };
    uint32_t sy = is_last ? 1 : 2;
    const struct graph_dims *y = &n->output->dims;
    uint64_t shape[3] = { is_flat ? 1 : y->size[sy],
                          y->size[is_flat ? sy : sy + 1], units };
    bool is_depthwise = groups > 1 && groups == channels && units == channels;
    struct sketch_layer *layer =
        graph_new_layer(l, n, is_depthwise ? "depthwise_conv2d" : "conv2d", x,
                        shape);
    if (layer == NULL)
        return false;
    layer->can_convert = layer->can_activate = true;
    layer->has_kernel = layer->has_pads = true;
    layer->units = is_depthwise ? 0 : (uint32_t)units;
    layer->window = (struct window){
        .kernel_h = (uint32_t)((kh - 1) * gaps[0] + 1),
        .kernel_w = (uint32_t)((kw - 1) * gaps[1] + 1),
        .stride_h = is_flat ? 1 : (uint32_t)win->stride[0],
        .stride_w = (uint32_t)win->stride[!is_flat],
        .pad_top = is_flat ? 0 : (uint32_t)win->before[0],
        .pad_bottom = is_flat ? 0 : (uint32_t)win->behind[0],
        .pad_left = (uint32_t)win->before[!is_flat],
        .pad_right = (uint32_t)win->behind[!is_flat],
    };
    layer->output->format = l->standard;
    layer->weight = graph_weight_format(l, n, w);
    struct sketch_array *a = graph_new_array(l, layer, 0, "kernel", w);
    uint64_t each = channels / groups;
    a->rank = is_depthwise ? 3 : 4;
    a->size[0] = layer->window.kernel_h;
    a->size[1] = layer->window.kernel_w;
    a->size[2] = channels;
    a->size[3] = units;
    a->strides[0] = kw;
    a->strides[1] = 1;
    a->strides[2] = kh * kw;
    a->strides[3] = each * kh * kw;
    a->channels = order;
    if (gaps[0] > 1 || gaps[1] > 1) {
        memcpy(a->gaps, gaps, sizeof gaps);
        count_gaps(l, n);
    }
    if (groups > 1 && !is_depthwise) {
        a->group_channels = each;
        a->group_units = units / groups;
    }
    if (!add_biases(l, n, layer, units, 1, is_depthwise ? order : NULL))
        return false;
    if (is_depthwise)
        graph_place_like_pixels(l, n, layer, is_last);
    else
        graph_place_pixels(l, n, layer, is_last);
    return true;
}

/* A matrix for each step of a sequence, or for each pixel. */
static bool lower_pointwise(struct graph_lowering *l,
                            const struct graph_node *n)
{
    const struct graph_value *w = n->inputs[1];
    struct sketch_tensor *x = graph_pixels(l, n, 0, true);
    if (x == NULL)
        return false;
    uint64_t units = w->dims.size[1];
    uint64_t shape[3] = { x->shape.h, x->shape.w, units };
    struct sketch_layer *layer = graph_new_layer(l, n, "conv2d", x, shape);
    if (layer == NULL)
        return false;
    layer->can_convert = layer->can_activate = layer->has_kernel = true;
    layer->units = (uint32_t)units;
    layer->window = (struct window){
        .kernel_h = 1, .kernel_w = 1, .stride_h = 1, .stride_w = 1
    };
    layer->output->format = l->standard;
    layer->weight = graph_weight_format(l, n, w);
    struct sketch_array *a = graph_new_array(l, layer, 0, "kernel", w);
    *a = (struct sketch_array){
        .key = a->key,
        .file = a->file,
        .from = w,
        .rank = 4,
        .size = { 1, 1, x->shape.c, units },
        .strides = { 0, 0, units, 1 },
        .factor = 1,
        .step = a->step,
    };
    graph_place_pixels(l, n, layer, true);
    return true;
}

/* The rows of a matrix in the order of the stream; NULL: as they are. */
static const uint64_t *stream_rows(struct graph_lowering *l,
                                   const struct stream_order *o, uint64_t count)
{
    if (count == 1 || (o->count == 1 && o->factors[0].stride == 1))
        return NULL;
    uint64_t *rows = arena_new_array(l->arena, uint64_t, count);
    for (uint64_t i = 0; i < count; i++)
        rows[stream_order_place(o, i)] = i;
    return rows;
}

bool graph_lower_matrix(struct graph_lowering *l, const struct graph_node *n)
{
    const struct graph_value *w = n->inputs[1];
    const struct graph_attributes *t = &n->attributes;
    const struct graph_dims *x = &n->inputs[0]->dims;
    const struct placed *p = graph_placed(l, n, 0);
    if (p == NULL)
        return false;
    if (w->data == NULL || w->dims.rank != 2)
        return graph_refuse(l, n, "its second matrix is no constant matrix");
    if (n->op == GRAPH_MATMUL && x->rank > 2 && x->size[0] == 1)
        return lower_pointwise(l, n);
    if (t->transpose_a || x->rank > 2 || (x->rank == 2 && x->size[0] != 1))
        return graph_refuse(l, n, "its input of %s is no vector",
                            graph_dims_text(x, l->arena));
    uint64_t inputs = graph_dims_count(x);
    uint64_t units = w->dims.size[t->transpose_b ? 0 : 1];
    const struct sketch_tensor *in = p->tensor;
    if (in->shape.h != 1 || in->shape.w != 1) {
        struct sketch_layer *flat =
            graph_new_layer(l, n, "flatten", in, (uint64_t[]){ 1, 1, inputs });
        if (flat == NULL)
            return false;
        in = flat->output;
    }
    struct sketch_layer *layer =
        graph_new_layer(l, n, "dense", in, (uint64_t[]){ 1, 1, units });
    if (layer == NULL)
        return false;
    layer->can_convert = layer->can_activate = true;
    layer->units = (uint32_t)units;
    layer->output->format = l->standard;
    layer->weight = graph_weight_format(l, n, w);
    struct sketch_array *a = graph_new_array(l, layer, 0, "kernel", w);
    a->rank = 2;
    a->size[0] = inputs;
    a->size[1] = units;
    a->strides[0] = t->transpose_b ? 1 : units;
    a->strides[1] = t->transpose_b ? inputs : 1;
    a->rows = stream_rows(l, &p->order, inputs);
    a->factor = n->op == GRAPH_GEMM ? t->alpha : 1;
    if (!add_biases(l, n, layer, units, n->op == GRAPH_GEMM ? t->beta : 1,
                    NULL))
        return false;
    uint64_t one[GRAPH_RANK_MAX] = { 0 };
    if (n->output->dims.rank > 0)
        one[n->output->dims.rank - 1] = 1;
    struct placed *out = &l->placed[n->output->index];
    out->tensor = layer->output;
    out->order = stream_order_new(&n->output->dims, one);
    return true;
}

/* Of scales and offsets: that which they were given, or one that fits. */
static struct format constant_format(struct graph_lowering *l,
                                     const struct graph_node *n,
                                     const struct graph_value *v)
{
    return v->grid.is_whole ? graph_weight_format(l, n, v)
                            : graph_fitted_format(l, v);
}

bool graph_lower_affine(struct graph_lowering *l, const struct graph_node *n)
{
    const struct placed *p = graph_placed(l, n, 0);
    if (p == NULL)
        return false;
    const uint64_t *order = NULL;
    if (!n->attributes.flat &&
        !graph_has_channels(l, n, p, (uint32_t)n->attributes.axis, &order))
        return graph_refuse(l, n, "its constants are not those of channels");
    struct shape in = p->tensor->shape;
    struct sketch_layer *layer =
        graph_new_layer(l, n, "batchnorm", p->tensor,
                        (uint64_t[]){ in.h, in.w, in.c });
    if (layer == NULL)
        return false;
    /* Folded into quantised weights it would round them anew. */
    const struct graph_node *front = n->inputs[0]->source;
    if (front != NULL && (front->op == GRAPH_QUANT ||
                          (front->input_count > 1 && front->inputs[1] != NULL &&
                           front->inputs[1]->grid.bits != 0)))
        l->sketch->hardware.keep_layers = true;
    static const char *const keys[] = { "scale", "offset" };
    for (uint32_t i = 0; i < 2; i++) {
        struct sketch_array *a =
            graph_new_array(l, layer, i, keys[i], n->inputs[1 + i]);
        a->rank = 1;
        a->size[0] = in.c;
        a->strides[0] = n->attributes.flat ? 0 : 1;
        a->rows = order;
    }
    layer->can_convert = true;
    layer->output->format = l->standard;
    bool is_chosen = l->g->ranges != NULL;
    layer->weight = is_chosen ? graph_weight_format(l, n, n->inputs[1])
                              : constant_format(l, n, n->inputs[1]);
    layer->bias = is_chosen ? graph_bias_format(l, n, n->inputs[2])
                            : constant_format(l, n, n->inputs[2]);
    if (n->inputs[2]->grid.bits == 0)
        graph_trim_biases(l, layer);
    graph_place_like(l, n, layer, n->inputs[0]);
    return true;
}
