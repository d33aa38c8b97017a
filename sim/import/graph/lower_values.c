#include "import/graph/graph_lowering.h"

#include "base/arena.h"

#include <math.h>

/* A layer that keeps the shape and the order. */
static struct sketch_layer *
add_same(struct graph_lowering *l, const struct graph_node *n, const char *type)
{
    const struct placed *p = graph_placed(l, n, 0);
    if (p == NULL)
        return NULL;
    struct shape s = p->tensor->shape;
    struct sketch_layer *layer =
        graph_new_layer(l, n, type, p->tensor, (uint64_t[]){ s.h, s.w, s.c });
    if (layer == NULL)
        return NULL;
    layer->can_convert = true;
    graph_place_like(l, n, layer, n->inputs[0]);
    return layer;
}

/* A ReLU becomes part of the layer in front if nobody else reads that; max 0:
 * it has no limit. */
static bool lower_rectifier(struct graph_lowering *l,
                            const struct graph_node *n, uint32_t max)
{
    const struct placed *p = graph_placed(l, n, 0);
    if (p == NULL)
        return false;
    struct sketch_tensor *t = p->tensor;
    struct sketch_layer *ahead =
        t->layer == UINT32_MAX ? NULL : l->sketch->layers[t->layer];
    if (ahead != NULL && ahead->can_activate && ahead->activation == NULL &&
        !t->format_given && graph_is_sole(n->inputs[0]) &&
        (max == 0 || max == 6)) {
        ahead->activation = max == 0 ? "relu" : "relu6";
        l->placed[n->output->index] = *p;
        return true;
    }
    struct sketch_layer *layer = add_same(l, n, "relu");
    if (layer == NULL)
        return false;
    layer->relu_max = max;
    return true;
}

bool graph_lower_relu(struct graph_lowering *l, const struct graph_node *n)
{
    return lower_rectifier(l, n, 0);
}

/* Numbers of a layer that are the same for all channels. */
static void add_number(struct graph_lowering *l, struct sketch_layer *layer,
                       uint32_t i, const char *key, double x)
{
    struct sketch_array *a =
        graph_new_array(l, layer, i, key,
                        graph_add_numbers(l->g, key, GRAPH_FLOAT64, 1, &x));
    a->rank = 1;
    a->size[0] = layer->output->shape.c;
    a->strides[0] = 0;
}

/* low + (high - low) * max(0, min(1, (x - low) / (high - low))): a hard
 * sigmoid that begins and ends at the limits, and its values put back. */
static bool lower_limits(struct graph_lowering *l, const struct graph_node *n,
                         double low, double high)
{
    const struct placed *p = graph_placed(l, n, 0);
    if (p == NULL)
        return false;
    struct shape s = p->tensor->shape;
    uint64_t shape[3] = { s.h, s.w, s.c };
    double reach = high - low;
    bool is_tanh = low == -1 && high == 1;
    struct sketch_layer *hard =
        graph_new_layer(l, n, is_tanh ? "hard_tanh" : "hard_sigmoid", p->tensor,
                        shape);
    if (hard == NULL)
        return false;
    hard->can_convert = hard->has_alpha = hard->has_beta = true;
    hard->alpha = 1 / reach;
    hard->beta = -low / reach;
    hard->output->format = l->standard;
    if (is_tanh) {
        graph_place_like(l, n, hard, n->inputs[0]);
        return true;
    }
    /* 0 to 1, both of them included. */
    hard->output->format.is_signed = false;
    hard->output->format.integer = 1;
    struct sketch_layer *layer =
        graph_new_layer(l, n, "batchnorm", hard->output, shape);
    if (layer == NULL)
        return false;
    add_number(l, layer, 0, "scale", reach);
    add_number(l, layer, 1, "offset", low);
    layer->can_convert = true;
    layer->output->format = l->standard;
    layer->weight = graph_fitted_number(l, reach);
    layer->bias = graph_fitted_number(l, low);
    graph_trim_biases(l, layer);
    graph_place_like(l, n, layer, n->inputs[0]);
    return true;
}

bool graph_lower_clip(struct graph_lowering *l, const struct graph_node *n)
{
    double low = n->attributes.low, high = n->attributes.high;
    if (low == 0 && isinf(high))
        return lower_rectifier(l, n, 0);
    if (low == 0 && high >= 1 && high <= 1 << 20 && high == floor(high))
        return lower_rectifier(l, n, (uint32_t)high);
    if (!(low < high) || !isfinite(high - low))
        return graph_refuse(l, n,
                            "limits %g and %g; read are 0 alone, and a lower "
                            "and a higher one",
                            low, high);
    return lower_limits(l, n, low, high);
}

bool graph_lower_leaky_relu(struct graph_lowering *l,
                            const struct graph_node *n)
{
    struct sketch_layer *layer = add_same(l, n, "leaky_relu");
    if (layer == NULL)
        return false;
    layer->has_alpha = true;
    layer->alpha = n->attributes.alpha;
    layer->weight = graph_fitted_number(l, layer->alpha);
    return true;
}

bool graph_lower_prelu(struct graph_lowering *l, const struct graph_node *n)
{
    const struct graph_value *slopes = n->inputs[1];
    const struct placed *p = graph_placed(l, n, 0);
    if (p == NULL)
        return false;
    const struct graph_dims *x = &n->inputs[0]->dims, *d = &slopes->dims;
    uint64_t count = graph_dims_count(d);
    bool fits = slopes->data != NULL;
    const uint64_t *order = NULL;
    for (uint32_t i = 0; fits && count > 1 && i < d->rank; i++)
        if (d->size[i] > 1)
            fits = d->size[i] == count &&
                   graph_has_channels(l, n, p, x->rank - d->rank + i, &order);
    if (!fits)
        return graph_refuse(l, n, "its slopes are no constants of channels");
    struct sketch_layer *layer = add_same(l, n, "prelu");
    if (layer == NULL)
        return false;
    struct sketch_array *a = graph_new_array(l, layer, 0, "alpha", slopes);
    a->rank = 1;
    a->size[0] = layer->output->shape.c;
    a->strides[0] = count == 1 ? 0 : 1;
    a->rows = order;
    layer->weight = l->g->ranges != NULL ? graph_weight_format(l, n, slopes)
                                         : graph_fitted_format(l, slopes);
    return true;
}

bool graph_lower_table(struct graph_lowering *l, const struct graph_node *n)
{
    struct sketch_layer *layer = add_same(l, n, graph_op_name(n->op));
    if (layer == NULL)
        return false;
    layer->output->format = l->standard;
    if (n->op == GRAPH_HARD_SIGMOID) {
        layer->has_alpha = layer->has_beta = true;
        layer->alpha = n->attributes.alpha;
        layer->beta = n->attributes.beta;
    }
    return true;
}

bool graph_lower_softmax(struct graph_lowering *l, const struct graph_node *n)
{
    const struct graph_dims *x = &n->inputs[0]->dims;
    const struct placed *p = graph_placed(l, n, 0);
    if (p == NULL)
        return false;
    int64_t axis = n->attributes.axis;
    axis = axis < 0 ? axis + x->rank : axis;
    /* Of all axes behind only one may be larger than 1. */
    bool fits = true;
    for (uint32_t i = (uint32_t)axis + 1;
         n->attributes.flat && fits && i < x->rank; i++) {
        fits = x->size[i] == 1 || x->size[axis] == 1;
        axis = x->size[i] > 1 ? i : axis;
    }
    if (!fits || !graph_is_channels(l, n, p, (uint32_t)axis))
        return graph_refuse(l, n, "a softmax that is not over channels");
    struct sketch_layer *layer = add_same(l, n, "softmax");
    if (layer != NULL)
        layer->output->format = l->standard;
    return layer != NULL;
}

bool graph_lower_argmax(struct graph_lowering *l, const struct graph_node *n)
{
    const struct graph_dims *x = &n->inputs[0]->dims, *y = &n->output->dims;
    const struct placed *p = graph_placed(l, n, 0);
    if (p == NULL)
        return false;
    int64_t axis = n->attributes.axis;
    axis = axis < 0 ? axis + x->rank : axis;
    uint64_t strides[GRAPH_RANK_MAX], left[GRAPH_RANK_MAX] = { 0 };
    if (!graph_is_channels(l, n, p, (uint32_t)axis) || n->attributes.last ||
        !stream_order_strides(&p->order, x, strides))
        return graph_refuse(l, n,
                            "an argmax that is not over channels, or of "
                            "the last of equal values");
    struct shape s = p->tensor->shape;
    struct sketch_layer *layer =
        graph_new_layer(l, n, "argmax", p->tensor, (uint64_t[]){ s.h, s.w, 1 });
    if (layer == NULL)
        return false;
    uint32_t k = 0;
    for (uint32_t i = 0; i < x->rank; i++) {
        if (i == axis && !n->attributes.keep)
            continue;
        left[k++] = i == axis ? 0 : strides[i] / s.c;
    }
    struct placed *out = &l->placed[n->output->index];
    out->tensor = layer->output;
    out->order = stream_order_new(y, left);
    return true;
}

/* max(x, 0) */
static bool is_rectifier(const struct graph_node *n)
{
    const struct graph_value *c = n->inputs[1];
    return n->op == GRAPH_MAX && c->data != NULL &&
           graph_dims_count(&c->dims) == 1 && graph_element(c, 0) == 0;
}

static const char *const pair_types[GRAPH_OP_COUNT] = {
    [GRAPH_ADD] = "add",
    [GRAPH_SUB] = "subtract",
    [GRAPH_MUL] = "multiply",
    [GRAPH_MAX] = "maximum",
};

/* Whether `one` is one value a channel of the pixels `all`. */
static bool is_value_a_channel(const struct graph_dims *one,
                               const struct graph_dims *all, bool channels_last)
{
    uint32_t axis = channels_last ? all->rank - 1 : 1;
    return one->rank == all->rank && all->rank > 2 &&
           one->size[axis] == all->size[axis] &&
           graph_dims_count(one) == one->size[axis];
}

/* One value a channel with each pixel: it is repeated as a pixel is that is
 * made larger. */
static bool lower_repeated(struct graph_lowering *l, const struct graph_node *n,
                           uint32_t one, bool channels_last)
{
    struct sketch_tensor *t[2];
    for (uint32_t i = 0; i < 2; i++) {
        t[i] = graph_pixels(l, n, i, channels_last);
        if (t[i] == NULL)
            return false;
    }
    struct shape s = t[!one]->shape;
    uint64_t shape[3] = { s.h, s.w, s.c };
    struct sketch_layer *repeat =
        graph_new_layer(l, n, "upsample2d", t[one], shape);
    if (repeat == NULL)
        return false;
    repeat->scale_h = s.h;
    repeat->scale_w = s.w;
    t[one] = repeat->output;
    struct sketch_layer *layer =
        graph_new_layer(l, n, pair_types[n->op], t[0], shape);
    if (layer == NULL)
        return false;
    layer->input_count = 2;
    layer->inputs[1] = t[1];
    layer->can_convert = layer->can_activate = true;
    layer->output->format = l->standard;
    graph_place_pixels(l, n, layer, channels_last);
    return true;
}

bool graph_lower_pair(struct graph_lowering *l, const struct graph_node *n)
{
    if (is_rectifier(n))
        return lower_rectifier(l, n, 0);
    const struct placed *a = graph_placed(l, n, 0);
    const struct placed *b = a == NULL ? NULL : graph_placed(l, n, 1);
    if (b == NULL)
        return false;
    for (uint32_t k = 0; k < 4; k++) {
        const struct graph_value *one = n->inputs[k / 2];
        const struct graph_value *all = n->inputs[1 - k / 2];
        if (!graph_dims_equal(&one->dims, &all->dims) &&
            is_value_a_channel(&one->dims, &all->dims, k % 2 == 1))
            return lower_repeated(l, n, k / 2, k % 2 == 1);
    }
    struct shape s = a->tensor->shape, t = b->tensor->shape;
    if (!graph_dims_equal(&n->inputs[0]->dims, &n->inputs[1]->dims))
        return graph_refuse(l, n,
                            "tensors of %s and %s; a stream cannot be "
                            "repeated",
                            graph_dims_text(&n->inputs[0]->dims, l->arena),
                            graph_dims_text(&n->inputs[1]->dims, l->arena));
    if (!stream_order_equal(&a->order, &b->order))
        return graph_refuse(l, n,
                            "the values of its inputs come in different "
                            "orders");
    struct sketch_tensor *other = b->tensor;
    if (s.h != t.h || s.w != t.w || s.c != t.c) {
        struct sketch_layer *shaped =
            graph_new_layer(l, n, "reshape", other,
                            (uint64_t[]){ s.h, s.w, s.c });
        if (shaped == NULL)
            return false;
        shaped->has_shape = true;
        other = shaped->output;
    }
    struct sketch_layer *layer =
        graph_new_layer(l, n, pair_types[n->op], a->tensor,
                        (uint64_t[]){ s.h, s.w, s.c });
    if (layer == NULL)
        return false;
    layer->input_count = 2;
    layer->inputs[1] = other;
    layer->can_convert = layer->can_activate = true;
    layer->output->format = l->standard;
    graph_place_like(l, n, layer, n->inputs[0]);
    return true;
}
