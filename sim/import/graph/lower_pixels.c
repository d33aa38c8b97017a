#include "import/graph/graph_lowering.h"

#include "import/graph/graph_ranges.h"

#include <assert.h>
#include <inttypes.h>

#include "base/arena.h"

/* Pads behind an axis that the last window of a pool reaches: more than there
 * are if it rounds up, fewer if it rounds down. */
static uint64_t pads_behind(const struct graph_node *n, uint32_t i, uint64_t in,
                            uint64_t out)
{
    const struct graph_window *w = &n->attributes.window;
    uint64_t reach = (out - 1) * w->stride[i] + w->kernel[i];
    uint64_t ahead = in + w->before[i];
    return reach > ahead ? reach - ahead : 0;
}

/* [top, bottom, left, right] of sides by axes, of which a sequence has one. */
static void set_pads(struct window *out, uint32_t rank, const uint64_t *before,
                     const uint64_t *behind)
{
    bool is_flat = rank == 1;
    out->pad_top = is_flat ? 0 : (uint32_t)before[0];
    out->pad_bottom = is_flat ? 0 : (uint32_t)behind[0];
    out->pad_left = (uint32_t)before[!is_flat];
    out->pad_right = (uint32_t)behind[!is_flat];
}

/* Pads of a mean that count, in front of others that do not: a layer of their
 * own.  NULL: said why. */
static struct sketch_tensor *add_counted_pads(struct graph_lowering *l,
                                              const struct graph_node *n,
                                              struct sketch_tensor *x,
                                              const uint64_t *before,
                                              const uint64_t *behind)
{
    struct window sides = { 0 };
    set_pads(&sides, n->attributes.window.rank, before, behind);
    if ((sides.pad_top | sides.pad_bottom | sides.pad_left | sides.pad_right) ==
        0)
        return x;
    uint64_t shape[3] = {
        (uint64_t)x->shape.h + sides.pad_top + sides.pad_bottom,
        (uint64_t)x->shape.w + sides.pad_left + sides.pad_right, x->shape.c
    };
    struct sketch_layer *layer = graph_new_layer(l, n, "zeropad2d", x, shape);
    if (layer == NULL)
        return NULL;
    layer->has_pads = true;
    layer->window = sides;
    return layer->output;
}

bool graph_lower_pool(struct graph_lowering *l, const struct graph_node *n)
{
    const struct graph_window *w = &n->attributes.window;
    bool is_max = n->op == GRAPH_MAXPOOL, is_last = n->attributes.channels_last;
    if (w->rank > 2)
        return graph_refuse(l, n, "three spatial dimensions");
    const uint64_t *order = NULL; /* of the channels: the output's, too */
    struct sketch_tensor *x = graph_pixels_of(l, n, 0, is_last, &order);
    if (x == NULL)
        return false;
    const struct graph_dims *in = &n->inputs[0]->dims, *y = &n->output->dims;
    uint32_t s = is_last ? 1 : 2;
    uint64_t before[2] = { 0 }, behind[2] = { 0 }, counted[2] = { 0 };
    bool has_pads = false, is_beyond = false;
    for (uint32_t i = 0; i < w->rank; i++) {
        if (w->dilation[i] != 1)
            return graph_refuse(l, n, "dilation %" PRIu64, w->dilation[i]);
        before[i] = w->before[i];
        behind[i] = pads_behind(n, i, in->size[s + i], y->size[s + i]);
        counted[i] = behind[i] < w->behind[i] ? behind[i] : w->behind[i];
        has_pads = has_pads || before[i] != 0 || behind[i] != 0;
        is_beyond = is_beyond || behind[i] > w->behind[i];
    }
    /* What lies beyond the pads never counts. */
    bool are_split = !is_max && n->attributes.count_pads && is_beyond;
    if (are_split) {
        x = add_counted_pads(l, n, x, before, counted);
        if (x == NULL)
            return false;
        for (uint32_t i = 0; i < w->rank; i++) {
            before[i] = 0;
            behind[i] -= counted[i];
        }
    }
    bool is_flat = w->rank == 1;
    uint64_t shape[3] = { is_flat ? 1 : y->size[s],
                          y->size[is_flat ? s : s + 1], x->shape.c };
    struct sketch_layer *layer =
        graph_new_layer(l, n, is_max ? "maxpool2d" : "avgpool2d", x, shape);
    if (layer == NULL)
        return false;
    layer->can_convert = !is_max;
    layer->has_kernel = layer->has_pads = true;
    layer->window = (struct window){
        .kernel_h = is_flat ? 1 : (uint32_t)w->kernel[0],
        .kernel_w = (uint32_t)w->kernel[!is_flat],
        .stride_h = is_flat ? 1 : (uint32_t)w->stride[0],
        .stride_w = (uint32_t)w->stride[!is_flat],
    };
    set_pads(&layer->window, w->rank, before, behind);
    layer->skips_pads =
        !is_max && has_pads && (are_split || !n->attributes.count_pads);
    graph_place_like_pixels(l, n, layer, is_last);
    return true;
}

/* One value a channel. */
static struct sketch_layer *add_global(struct graph_lowering *l,
                                       const struct graph_node *n, bool is_max,
                                       struct sketch_tensor *x)
{
    struct sketch_layer *layer =
        graph_new_layer(l, n, is_max ? "global_maxpool" : "global_avgpool", x,
                        (uint64_t[]){ 1, 1, x->shape.c });
    if (layer != NULL)
        layer->can_convert = !is_max;
    return layer;
}

bool graph_lower_global_pool(struct graph_lowering *l,
                             const struct graph_node *n)
{
    bool is_last = n->attributes.channels_last;
    const uint64_t *order = NULL; /* of the channels: the output's, too */
    struct sketch_tensor *x = graph_pixels_of(l, n, 0, is_last, &order);
    if (x == NULL)
        return false;
    struct sketch_layer *layer =
        add_global(l, n, n->op == GRAPH_GLOBAL_MAXPOOL, x);
    if (layer == NULL)
        return false;
    graph_place_like_pixels(l, n, layer, is_last);
    return true;
}

/* A mean over height or width alone is a pool of one column or row. */
static bool lower_line_mean(struct graph_lowering *l,
                            const struct graph_node *n, const struct placed *p,
                            const bool gone[GRAPH_RANK_MAX])
{
    const struct graph_dims *d = &n->inputs[0]->dims, *y = &n->output->dims;
    struct shape s = p->tensor->shape;
    uint64_t strides[GRAPH_RANK_MAX], left[GRAPH_RANK_MAX] = { 0 };
    uint64_t shape[3] = { s.h, s.w, s.c };
    bool fits = stream_order_strides(&p->order, d, strides);
    for (uint32_t i = 0; fits && i < d->rank; i++) {
        if (!gone[i] || d->size[i] == 1)
            continue;
        if (strides[i] == s.c && d->size[i] == s.w)
            shape[1] = 1;
        else if (strides[i] == (uint64_t)s.w * s.c && d->size[i] == s.h)
            shape[0] = 1;
        else
            fits = false;
    }
    if (!fits)
        return graph_refuse(l, n,
                            "a mean over other axes than height and "
                            "width");
    struct sketch_layer *layer =
        graph_new_layer(l, n, "avgpool2d", p->tensor, shape);
    if (layer == NULL)
        return false;
    layer->can_convert = layer->has_kernel = true;
    struct window *w = &layer->window;
    w->kernel_h = w->stride_h = shape[0] == 1 ? s.h : 1;
    w->kernel_w = w->stride_w = shape[1] == 1 ? s.w : 1;
    for (uint32_t i = 0, k = 0; i < d->rank; i++) {
        if (gone[i] && !n->attributes.keep)
            continue;
        /* Rows are one pixel long then. */
        bool is_row = strides[i] == (uint64_t)s.w * s.c && shape[1] == 1;
        left[k++] = gone[i] ? 0 : is_row ? s.c : strides[i];
    }
    struct placed *out = &l->placed[n->output->index];
    out->tensor = layer->output;
    out->order = stream_order_new(y, left);
    return true;
}

/* A mean over all axes but that of the channels is a global pool. */
bool graph_lower_mean(struct graph_lowering *l, const struct graph_node *n)
{
    const struct graph_dims *d = &n->inputs[0]->dims;
    const struct placed *p = graph_placed(l, n, 0);
    if (p == NULL)
        return false;
    bool gone[GRAPH_RANK_MAX] = { false };
    for (uint32_t i = 0; i < n->attributes.count; i++) {
        int64_t axis = n->attributes.list[i];
        gone[axis < 0 ? axis + d->rank : axis] = true;
    }
    uint32_t kept = 0, channels = 0;
    for (uint32_t i = 0; i < d->rank; i++)
        if (!gone[i] && d->size[i] > 1) {
            kept++;
            channels = i;
        }
    if (kept != 1 || !graph_is_channels(l, n, p, channels))
        return lower_line_mean(l, n, p, gone);
    struct sketch_layer *layer = add_global(l, n, false, p->tensor);
    if (layer == NULL)
        return false;
    uint64_t strides[GRAPH_RANK_MAX] = { 0 };
    const struct graph_dims *y = &n->output->dims;
    for (uint32_t i = 0; i < y->rank; i++)
        strides[i] = y->size[i] > 1;
    struct placed *out = &l->placed[n->output->index];
    out->tensor = layer->output;
    out->order = stream_order_new(y, strides);
    return true;
}

/* Zeros around, or a part cut out. */
bool graph_lower_pad(struct graph_lowering *l, const struct graph_node *n)
{
    const struct graph_attributes *t = &n->attributes;
    const struct graph_dims *d = &n->inputs[0]->dims;
    uint32_t first = graph_spatial_axis(n), spatial = d->rank - 2;
    if (t->mode != GRAPH_PAD_CONSTANT || t->value != 0)
        return graph_refuse(l, n, "pads that are not zeros");
    const uint64_t *order = NULL; /* of the channels: the output's, too */
    struct sketch_tensor *x =
        graph_pixels_of(l, n, 0, t->channels_last, &order);
    if (x == NULL)
        return false;
    int64_t sides[4] = { 0 }; /* top, bottom, left, right */
    bool pads = false, cuts = false;
    for (uint32_t i = 0; i < d->rank; i++) {
        int64_t before = t->list[i], behind = t->list[d->rank + i];
        bool is_spatial = i >= first && i < first + spatial;
        if (!is_spatial && (before != 0 || behind != 0))
            return graph_refuse(l, n,
                                "pads on other axes than height and width");
        pads = pads || before > 0 || behind > 0;
        cuts = cuts || before < 0 || behind < 0;
        if (is_spatial) {
            bool is_width = i + 1 == first + spatial;
            sides[is_width ? 2 : 0] = before;
            sides[is_width ? 3 : 1] = behind;
        }
    }
    if (pads && cuts)
        return graph_refuse(l, n, "pads and negative ones at once");
    struct sketch_layer *layer = graph_new_layer(
        l, n, cuts ? "crop2d" : "zeropad2d", x,
        (uint64_t[]){ x->shape.h + (uint64_t)(sides[0] + sides[1]),
                      x->shape.w + (uint64_t)(sides[2] + sides[3]),
                      x->shape.c });
    if (layer == NULL)
        return false;
    layer->has_pads = true;
    int64_t sign = cuts ? -1 : 1;
    layer->window = (struct window){
        .pad_top = (uint32_t)(sign * sides[0]),
        .pad_bottom = (uint32_t)(sign * sides[1]),
        .pad_left = (uint32_t)(sign * sides[2]),
        .pad_right = (uint32_t)(sign * sides[3]),
    };
    graph_place_like_pixels(l, n, layer, t->channels_last);
    return true;
}

/* Some of the channels of pixels. */
bool graph_lower_slice(struct graph_lowering *l, const struct graph_node *n)
{
    const struct graph_dims *d = &n->inputs[0]->dims, *y = &n->output->dims;
    uint32_t axis = 0;
    for (uint32_t i = 0; i < d->rank; i++)
        if (n->attributes.list[(size_t)2 * i] != 0 ||
            y->size[i] != d->size[i] ||
            n->attributes.list[(size_t)2 * i + 1] != 1) {
            if (axis != 0 || i == 0)
                return graph_refuse(l, n, "a slice of several axes");
            axis = i;
        }
    bool is_last = axis != 1;
    if (is_last && axis != d->rank - 1)
        return graph_refuse(l, n, "a slice that is not of channels");
    const uint64_t *order = NULL;
    struct sketch_tensor *x = graph_pixels_of(l, n, 0, is_last, &order);
    if (x == NULL)
        return false;
    struct arena *own = arena_new();
    uint64_t *places = arena_new_array(own, uint64_t, x->shape.c);
    for (uint64_t k = 0; k < x->shape.c; k++)
        places[order == NULL ? k : order[k]] = k;
    uint64_t count = y->size[axis];
    uint64_t *from = arena_new_array(own, uint64_t, count);
    int64_t channel = n->attributes.list[(size_t)2 * axis];
    for (uint64_t k = 0; k < count; k++) {
        from[k] = places[channel];
        channel += n->attributes.list[(size_t)2 * axis + 1];
    }
    const struct sketch_tensor *t = graph_select(l, n, x, count, from);
    arena_free(own);
    if (t == NULL)
        return false;
    graph_place_pixels(l, n, l->sketch->layers[t->layer], is_last);
    return true;
}

bool graph_lower_upsample(struct graph_lowering *l, const struct graph_node *n)
{
    const int64_t *list = n->attributes.list;
    bool is_last = n->attributes.channels_last;
    uint32_t rank = n->inputs[0]->dims.rank, s = is_last ? 1 : 2;
    const uint64_t *order = NULL; /* of the channels: the output's, too */
    struct sketch_tensor *x = graph_pixels_of(l, n, 0, is_last, &order);
    if (x == NULL)
        return false;
    if (rank < 3 || list[0] != 1 || list[is_last ? rank - 1 : 1] != 1)
        return graph_refuse(l, n,
                            "factors on other axes than height and "
                            "width");
    uint64_t h = rank == 4 ? (uint64_t)list[s] : 1;
    uint64_t w = (uint64_t)list[rank == 4 ? s + 1 : s];
    struct sketch_layer *layer = graph_new_layer(
        l, n, "upsample2d", x,
        (uint64_t[]){ x->shape.h * h, x->shape.w * w, x->shape.c });
    if (layer == NULL)
        return false;
    layer->scale_h = (uint32_t)h;
    layer->scale_w = (uint32_t)w;
    graph_place_like_pixels(l, n, layer, is_last);
    return true;
}

/* A format that holds what both hold; the standard if that is too wide. */
static struct format join_formats(const struct graph_lowering *l,
                                  struct format a, struct format b)
{
    if (a.width == b.width && a.integer == b.integer &&
        a.is_signed == b.is_signed)
        return a;
    bool is_signed = a.is_signed || b.is_signed;
    int ia = a.integer + (is_signed && !a.is_signed);
    int ib = b.integer + (is_signed && !b.is_signed);
    int integer = ia > ib ? ia : ib;
    int fa = format_fraction(a), fb = format_fraction(b);
    int width = integer + (fa > fb ? fa : fb);
    if (width < 1 || width > FIXED_TENSOR_WIDTH_MAX - !is_signed)
        return l->standard;
    a.width = (uint8_t)width;
    a.integer = (int16_t)integer;
    a.is_signed = is_signed;
    return a;
}

bool graph_lower_concat(struct graph_lowering *l, const struct graph_node *n)
{
    const struct graph_dims *d = &n->output->dims;
    int64_t axis = n->attributes.axis;
    axis = axis < 0 ? axis + d->rank : axis;
    bool is_last = axis != 1; /* else graph_pixels tells otherwise */
    if (axis == 0 || (is_last && axis != d->rank - 1))
        return graph_refuse(l, n, "a concatenation that is not of channels");
    if (n->input_count > SKETCH_INPUTS_MAX)
        return graph_refuse(l, n, "%u inputs are more than %d",
                            (unsigned)n->input_count, SKETCH_INPUTS_MAX);
    struct sketch_tensor *inputs[SKETCH_INPUTS_MAX] = { NULL };
    assert(n->input_count > 0);
    uint64_t channels = 0;
    struct format format = { 0 };
    bool are_given = true;
    for (uint32_t i = 0; i < n->input_count; i++) {
        inputs[i] = graph_pixels(l, n, i, is_last);
        if (inputs[i] == NULL)
            return false;
        are_given = are_given && inputs[i]->format_given;
        channels += inputs[i]->shape.c;
        format = i == 0 ? inputs[i]->format
                        : join_formats(l, format, inputs[i]->format);
    }
    bool is_chosen = l->g->ranges != NULL && !are_given;
    if (is_chosen)
        format = graph_ranges_tensor(l->g->ranges, n->output).format;
    for (uint32_t i = 0; i < n->input_count; i++) {
        inputs[i] =
            graph_convert(l, n, inputs[i], graph_is_sole(n->inputs[i]), format);
        if (inputs[i] == NULL)
            return false;
        if (is_chosen)
            inputs[i]->chosen = n->output;
    }
    struct sketch_layer *layer = graph_new_layer(
        l, n, "concat", inputs[0],
        (uint64_t[]){ inputs[0]->shape.h, inputs[0]->shape.w, channels });
    if (layer == NULL)
        return false;
    layer->input_count = n->input_count;
    for (uint32_t i = 0; i < n->input_count; i++)
        layer->inputs[i] = inputs[i];
    graph_place_pixels(l, n, layer, is_last);
    return true;
}
