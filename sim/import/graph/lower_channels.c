#include "import/graph/graph_lowering.h"

#include "base/arena.h"

#include <inttypes.h>

/* Counts the bytes of what is made for channels in another order.  False: said
 * that they are too many. */
static bool count_reordered(struct graph_lowering *l,
                            const struct graph_node *n, uint64_t bytes)
{
    if (bytes > GRAPH_REORDERED_MAX - l->reordered)
        return graph_refuse(l, n,
                            "%" PRIu64 " bytes more to put channels in "
                            "another order; all together may have %d",
                            bytes, GRAPH_REORDERED_MAX);
    l->reordered += bytes;
    return true;
}

/* Which of a tensor's channels is at which place of the stream; NULL: each at
 * its own.  False: the order is none of pixels.  (Too many: said so, and
 * NULL.) */
static bool channels_of(struct graph_lowering *l, const struct graph_node *n,
                        const struct stream_order *o,
                        const struct graph_dims *d, uint32_t axis,
                        const uint64_t strides[GRAPH_RANK_MAX],
                        const uint64_t **channels)
{
    struct stream_order plain = stream_order_new(d, strides);
    *channels = NULL;
    if (stream_order_equal(&plain, o))
        return true;
    uint64_t count = d->size[axis];
    struct arena *own = arena_new();
    uint64_t *places = arena_new_array(own, uint64_t, count);
    bool fits = stream_order_permuted(o, d, strides, axis, places);
    if (fits && count_reordered(l, n, count * sizeof *places)) {
        uint64_t *out = arena_new_array(l->arena, uint64_t, count);
        for (uint64_t i = 0; i < count; i++)
            out[places[i]] = i;
        *channels = out;
    }
    arena_free(own);
    return fits;
}

struct sketch_tensor *graph_pixels_of(struct graph_lowering *l,
                                      const struct graph_node *n,
                                      uint32_t input, bool channels_last,
                                      const uint64_t **channels)
{
    const struct placed *p = graph_placed(l, n, input);
    if (p == NULL)
        return NULL;
    const struct graph_dims *d = &n->inputs[input]->dims;
    uint32_t axes[3];
    uint64_t strides[GRAPH_RANK_MAX], shape[3];
    if (!graph_pixel_strides(d, channels_last, strides, axes, shape)) {
        graph_refuse(l, n,
                     "a tensor of %s is no image or sequence in a batch of 1",
                     graph_dims_text(d, l->arena));
        return NULL;
    }
    if (!channels_of(l, n, &p->order, d, axes[2], strides, channels)) {
        graph_refuse(l, n,
                     "the values of its input '%.80s' come in another order; "
                     "a stream cannot be reordered",
                     n->inputs[input]->name);
        return NULL;
    }
    struct shape is = p->tensor->shape;
    if (is.h == shape[0] && is.w == shape[1] && is.c == shape[2])
        return p->tensor;
    struct sketch_layer *layer =
        graph_new_layer(l, n, "reshape", p->tensor, shape);
    if (layer == NULL)
        return NULL;
    layer->has_shape = true;
    return layer->output;
}

struct sketch_tensor *graph_select(struct graph_lowering *l,
                                   const struct graph_node *n,
                                   struct sketch_tensor *t, uint64_t count,
                                   const uint64_t *from)
{
    struct shape in = t->shape;
    if (!count_reordered(l, n, in.c * count))
        return NULL;
    struct sketch_layer *layer =
        graph_new_layer(l, n, "conv2d", t, (uint64_t[]){ in.h, in.w, count });
    if (layer == NULL)
        return NULL;
    int8_t *ones = arena_new_array(l->arena, int8_t, in.c * count);
    for (uint64_t k = 0; k < count; k++)
        ones[from[k] * count + k] = 1;
    struct graph_dims d = { 4, { 1, 1, in.c, count } };
    const struct graph_value *w =
        graph_add_constant(l->g, layer->output->name, &d, GRAPH_INT8, ones,
                           false);
    if (w == NULL) {
        l->failed = true;
        return NULL;
    }
    layer->can_convert = layer->can_activate = layer->has_kernel = true;
    layer->units = (uint32_t)count;
    layer->window = (struct window){
        .kernel_h = 1, .kernel_w = 1, .stride_h = 1, .stride_w = 1
    };
    /* Ones and zeros; the values pass as they are. */
    layer->weight =
        (struct format){ .width = 2, .integer = 2, .is_signed = true };
    struct sketch_array *a = graph_new_array(l, layer, 0, "kernel", w);
    a->rank = 4;
    for (uint32_t i = 0; i < 4; i++)
        a->size[i] = d.size[i];
    a->strides[2] = count;
    a->strides[3] = 1;
    return layer->output;
}

/* A tensor whose channels stand in their own order. */
static struct sketch_tensor *sorted(struct graph_lowering *l,
                                    const struct graph_node *n,
                                    struct sketch_tensor *t,
                                    const uint64_t *channels)
{
    if (!count_reordered(l, n, t->shape.c * sizeof *channels))
        return NULL;
    uint64_t *from = arena_new_array(l->arena, uint64_t, t->shape.c);
    for (uint64_t k = 0; k < t->shape.c; k++)
        from[channels[k]] = k;
    return graph_select(l, n, t, t->shape.c, from);
}

struct sketch_tensor *graph_pixels(struct graph_lowering *l,
                                   const struct graph_node *n, uint32_t input,
                                   bool channels_last)
{
    const uint64_t *channels = NULL;
    struct sketch_tensor *t =
        graph_pixels_of(l, n, input, channels_last, &channels);
    return t == NULL || channels == NULL ? t : sorted(l, n, t, channels);
}

bool graph_has_channels(struct graph_lowering *l, const struct graph_node *n,
                        const struct placed *p, uint32_t axis,
                        const uint64_t **channels)
{
    const struct graph_dims *d = &n->inputs[0]->dims;
    struct shape in = p->tensor->shape;
    *channels = NULL;
    if (graph_is_channels(l, n, p, axis))
        return true;
    if (d->size[axis] != in.c)
        return false;
    /* Pixels with channels first or last, numbered as the graph does. */
    uint32_t axes[3];
    uint64_t strides[GRAPH_RANK_MAX], shape[3];
    return graph_pixel_strides(d, axis != 1, strides, axes, shape) &&
           axes[2] == axis &&
           channels_of(l, n, &p->order, d, axis, strides, channels);
}

bool graph_sort_output(struct graph_lowering *l)
{
    const struct graph_value *v = l->g->output;
    const struct placed *p = &l->placed[v->index];
    uint32_t axes[3];
    uint64_t strides[GRAPH_RANK_MAX], shape[3];
    const uint64_t *channels = NULL;
    if (v->source == NULL ||
        !graph_pixel_strides(&v->dims, false, strides, axes, shape) ||
        shape[2] != p->tensor->shape.c ||
        !channels_of(l, v->source, &p->order, &v->dims, 1, strides, &channels))
        return true;
    if (l->failed)
        return false;
    if (channels != NULL)
        l->sketch->output = sorted(l, v->source, p->tensor, channels);
    return l->sketch->output != NULL;
}
