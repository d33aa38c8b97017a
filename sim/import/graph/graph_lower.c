#include "import/graph/graph_lower.h"

#include "base/arena.h"
#include "import/graph/graph_lowering.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdarg.h>
#include <string.h>

enum { NAME_MAX_LENGTH = 64 }; /* of a model config */

bool graph_refuse(struct graph_lowering *l, const struct graph_node *n,
                  const char *format, ...)
{
    va_list args;
    va_start(args, format);
    const char *text = arena_vprintf(l->arena, format, args);
    va_end(args);
    graph_error(l->g, n, DIAG_UNSUPPORTED, "%s", text);
    l->failed = true;
    return false;
}

static bool is_taken(const struct sketch *s, const char *name)
{
    if (strcmp(name, "source") == 0 || strcmp(name, "sink") == 0 ||
        (s->input != NULL && strcmp(name, s->input->name) == 0))
        return true;
    for (uint32_t i = 0; i < s->count; i++)
        if (strcmp(name, s->layers[i]->output->name) == 0)
            return true;
    return false;
}

/* A name by the rule of model configs that nobody has yet: other characters
 * become '_', several of them one. */
static const char *new_name(const struct graph_lowering *l, const char *from)
{
    /* Room for a number behind it. */
    char name[NAME_MAX_LENGTH - 8];
    size_t length = 0;
    for (const char *c = from; *c != '\0' && length + 2 < sizeof name; c++) {
        bool fine = isalnum((unsigned char)*c) && (unsigned char)*c < 128;
        if (length == 0 && fine && isdigit((unsigned char)*c))
            name[length++] = 'n';
        if (fine)
            name[length++] = *c;
        else if (length > 0 && name[length - 1] != '_')
            name[length++] = '_';
    }
    while (length > 0 && name[length - 1] == '_')
        length--;
    name[length] = '\0';
    const char *base = length == 0 ? "layer" : name;
    const char *result = arena_strdup(l->arena, base);
    for (uint32_t i = 2; is_taken(l->sketch, result); i++)
        result = arena_printf(l->arena, "%s_%" PRIu32, base, i);
    return result;
}

static struct sketch_tensor *
new_tensor(struct graph_lowering *l, const char *name, const uint64_t shape[3])
{
    for (uint32_t i = 0; i < 3; i++)
        if (shape[i] < 1 || shape[i] > NETWORK_SIZE_MAX)
            return NULL;
    struct sketch_tensor *t = arena_new_item(l->arena, struct sketch_tensor);
    *t = (struct sketch_tensor){
        .name = new_name(l, name),
        .shape = { (uint32_t)shape[0], (uint32_t)shape[1], (uint32_t)shape[2] },
        .layer = UINT32_MAX,
    };
    return t;
}

struct sketch_layer *graph_new_layer(struct graph_lowering *l,
                                     const struct graph_node *n,
                                     const char *type,
                                     const struct sketch_tensor *input,
                                     const uint64_t shape[3])
{
    struct sketch *s = l->sketch;
    /* Those that a node needs in front of its own layer. */
    bool is_extra = strcmp(type, "flatten") == 0 ||
                    strcmp(type, "reshape") == 0 ||
                    (strcmp(type, "zeropad2d") == 0 && n->op != GRAPH_PAD);
    const char *name =
        is_extra ? arena_printf(l->arena, "%s_%s", n->name, type) : n->name;
    struct sketch_tensor *out = new_tensor(l, name, shape);
    if (out == NULL) {
        graph_refuse(l, n,
                     "a tensor of %" PRIu64 " x %" PRIu64 " x %" PRIu64
                     " has a size outside 1..%d",
                     shape[0], shape[1], shape[2], NETWORK_SIZE_MAX);
        return NULL;
    }
    struct sketch_layer *layer = arena_new_item(l->arena, struct sketch_layer);
    layer->type = type;
    layer->output = out;
    layer->input_count = 1;
    layer->inputs[0] = input;
    out->format = input->format;
    out->layer = s->count;
    s->layers = arena_grow(l->arena, s->layers, s->count,
                           sizeof(struct sketch_layer *));
    s->layers[s->count++] = layer;
    return layer;
}

struct sketch_array *graph_new_array(struct graph_lowering *l,
                                     struct sketch_layer *layer, uint32_t i,
                                     const char *key,
                                     const struct graph_value *from)
{
    struct sketch_array *a = &layer->arrays[i];
    a->key = key;
    a->file = arena_printf(l->arena, "%s_%s.npy", layer->output->name, key);
    a->from = from;
    a->factor = 1;
    a->step = from->grid.is_whole ? from->grid.scale : 0;
    return a;
}

/* Height, width and channels of a tensor of pixels with one or two spatial
 * axes, and the axes that they are; axis 0 stands for none. */
static bool pixel_axes(const struct graph_dims *d, bool channels_last,
                       uint32_t axes[3], uint64_t shape[3])
{
    if (d->rank < 2 || d->rank > 4 || d->size[0] != 1)
        return false;
    uint32_t first = channels_last ? 1 : 2;
    axes[0] = d->rank == 4 ? first : 0;
    axes[1] = d->rank == 4 ? first + 1 : d->rank == 3 ? first : 0;
    axes[2] = channels_last ? d->rank - 1 : 1;
    for (uint32_t i = 0; i < 3; i++)
        shape[i] = axes[i] == 0 ? 1 : d->size[axes[i]];
    return true;
}

bool graph_pixel_strides(const struct graph_dims *d, bool channels_last,
                         uint64_t strides[GRAPH_RANK_MAX], uint32_t axes[3],
                         uint64_t shape[3])
{
    if (!pixel_axes(d, channels_last, axes, shape))
        return false;
    memset(strides, 0, GRAPH_RANK_MAX * sizeof *strides);
    uint64_t steps[3] = { shape[1] * shape[2], shape[2], 1 };
    for (uint32_t i = 0; i < 3; i++)
        if (axes[i] != 0)
            strides[axes[i]] = steps[i];
    return true;
}

static bool pixel_order(const struct graph_dims *d, bool channels_last,
                        struct stream_order *out, uint64_t shape[3])
{
    uint32_t axes[3];
    uint64_t strides[GRAPH_RANK_MAX];
    if (!graph_pixel_strides(d, channels_last, strides, axes, shape))
        return false;
    *out = stream_order_new(d, strides);
    return true;
}

void graph_place_pixels(struct graph_lowering *l, const struct graph_node *n,
                        struct sketch_layer *layer, bool channels_last)
{
    struct placed *p = &l->placed[n->output->index];
    uint64_t shape[3];
    if (pixel_order(&n->output->dims, channels_last, &p->order, shape))
        p->tensor = layer->output;
}

void graph_place_like_pixels(struct graph_lowering *l,
                             const struct graph_node *n,
                             struct sketch_layer *layer, bool channels_last)
{
    struct placed *p = &l->placed[n->output->index];
    const struct graph_value *x = n->inputs[0];
    uint32_t axes[3];
    uint64_t strides[GRAPH_RANK_MAX], shape[3];
    if (!graph_pixel_strides(&n->output->dims, channels_last, strides, axes,
                             shape))
        return;
    p->order = stream_order_like(&l->placed[x->index].order, &x->dims, axes[2],
                                 &n->output->dims, strides);
    p->tensor = layer->output;
}

void graph_place_like(struct graph_lowering *l, const struct graph_node *n,
                      struct sketch_layer *layer,
                      const struct graph_value *like)
{
    struct placed *p = &l->placed[n->output->index];
    p->tensor = layer->output;
    p->order = l->placed[like->index].order;
}

const struct placed *graph_placed(struct graph_lowering *l,
                                  const struct graph_node *n, uint32_t input)
{
    const struct graph_value *v = n->inputs[input];
    const struct placed *p = &l->placed[v->index];
    if (v->data != NULL) {
        graph_refuse(l, n, "input '%.80s' is a constant, which it may not be",
                     v->name);
        return NULL;
    }
    /* Without a tensor its node was refused. */
    return p->tensor == NULL ? NULL : p;
}

bool graph_is_sole(const struct graph_value *v)
{
    while (v->readers == 1) {
        const struct graph_node *n = v->source;
        if (n == NULL || (n->op != GRAPH_RESHAPE && n->op != GRAPH_TRANSPOSE &&
                          n->op != GRAPH_CAST))
            return true;
        v = n->inputs[0];
    }
    return false;
}

bool graph_is_channels(struct graph_lowering *l, const struct graph_node *n,
                       const struct placed *p, uint32_t axis)
{
    (void)l;
    const struct graph_dims *d = &n->inputs[0]->dims;
    uint64_t strides[GRAPH_RANK_MAX];
    return d->size[axis] == p->tensor->shape.c &&
           (d->size[axis] == 1 ||
            (stream_order_strides(&p->order, d, strides) &&
             strides[axis] == 1));
}

/* The same values, otherwise numbered. */
static bool lower_move(struct graph_lowering *l, const struct graph_node *n)
{
    const struct placed *p = graph_placed(l, n, 0);
    if (p == NULL)
        return false;
    struct placed *out = &l->placed[n->output->index];
    out->order = p->order;
    if (n->op == GRAPH_TRANSPOSE &&
        !stream_order_transpose(&p->order, &n->inputs[0]->dims,
                                n->attributes.list, &out->order))
        return graph_refuse(l, n, "it reorders values of a stream");
    out->tensor = p->tensor;
    return true;
}

/* To floating point numbers are numbers; to integers only those of integer
 * products. */
static bool lower_cast(struct graph_lowering *l, const struct graph_node *n)
{
    if (!graph_type_is_float(n->output->type) && !n->attributes.keep)
        return graph_refuse(l, n, "a cast to %s inside a network",
                            graph_type_name(n->output->type));
    return lower_move(l, n);
}

static graph_lower_fn *const lowers[GRAPH_OP_COUNT] = {
    [GRAPH_CONV] = graph_lower_conv,
    [GRAPH_GEMM] = graph_lower_matrix,
    [GRAPH_MATMUL] = graph_lower_matrix,
    [GRAPH_MAXPOOL] = graph_lower_pool,
    [GRAPH_AVGPOOL] = graph_lower_pool,
    [GRAPH_GLOBAL_MAXPOOL] = graph_lower_global_pool,
    [GRAPH_GLOBAL_AVGPOOL] = graph_lower_global_pool,
    [GRAPH_MEAN] = graph_lower_mean,
    [GRAPH_AFFINE] = graph_lower_affine,
    [GRAPH_RELU] = graph_lower_relu,
    [GRAPH_CLIP] = graph_lower_clip,
    [GRAPH_LEAKY_RELU] = graph_lower_leaky_relu,
    [GRAPH_PRELU] = graph_lower_prelu,
    [GRAPH_SIGMOID] = graph_lower_table,
    [GRAPH_TANH] = graph_lower_table,
    [GRAPH_HARD_SIGMOID] = graph_lower_table,
    [GRAPH_SOFTMAX] = graph_lower_softmax,
    [GRAPH_ARGMAX] = graph_lower_argmax,
    [GRAPH_ADD] = graph_lower_pair,
    [GRAPH_SUB] = graph_lower_pair,
    [GRAPH_MUL] = graph_lower_pair,
    [GRAPH_MAX] = graph_lower_pair,
    [GRAPH_CONCAT] = graph_lower_concat,
    [GRAPH_PAD] = graph_lower_pad,
    [GRAPH_SLICE] = graph_lower_slice,
    [GRAPH_RESHAPE] = lower_move,
    [GRAPH_TRANSPOSE] = lower_move,
    [GRAPH_UPSAMPLE] = graph_lower_upsample,
    [GRAPH_CAST] = lower_cast,
    [GRAPH_QUANTIZE] = graph_lower_quant,
    [GRAPH_DEQUANTIZE] = graph_lower_dequantize,
    [GRAPH_QUANT] = graph_lower_quant,
};

/* Whether a reshape puts one channel from the end to the front: a transpose
 * that an exporter wrote so. */
static bool turns_one_channel(const struct graph_dims *x,
                              const struct graph_dims *y)
{
    bool fits = x->rank == y->rank && x->rank > 2 && x->size[x->rank - 1] == 1;
    for (uint32_t i = 1; fits && i < x->rank; i++)
        fits = y->size[i] == (i == 1 ? 1 : x->size[i - 1]);
    return fits;
}

/* Whether the input has its channels last: the first node that cares says
 * so. */
static bool input_is_last(const struct graph *g)
{
    const struct graph_value *v = g->input;
    for (uint32_t i = 0; i < g->node_count; i++) {
        const struct graph_node *n = g->nodes[i];
        if (n->inputs[0] != v)
            continue;
        const int64_t *axes = n->attributes.list;
        if (n->op == GRAPH_TRANSPOSE)
            return n->attributes.count >= 3 &&
                   axes[1] == n->attributes.count - 1 && axes[2] == 1;
        if (n->op == GRAPH_RESHAPE &&
            turns_one_channel(&v->dims, &n->output->dims))
            return true;
        /* A matrix is applied to the last axis. */
        if (n->attributes.channels_last ||
            (n->op == GRAPH_MATMUL && v->dims.rank > 2))
            return true;
        v = n->output;
    }
    return false;
}

bool graph_input_order(const struct graph *g, struct stream_order *order,
                       uint64_t shape[3])
{
    struct graph_dims d = g->input->dims;
    /* A vector without a batch. */
    if (d.rank == 1)
        d = (struct graph_dims){ 2, { 1, d.size[0] } };
    return pixel_order(&d, input_is_last(g), order, shape);
}

static bool place_input(struct graph_lowering *l)
{
    const struct graph_value *in = l->g->input;
    const struct graph_dims d = in->dims;
    struct placed *p = &l->placed[in->index];
    uint64_t shape[3];
    struct place place = graph_place(l->g);
    if (!graph_input_order(l->g, &p->order, shape)) {
        diag_error(l->g->diag, place, DIAG_SHAPE,
                   "input '%.80s' of %s is no vector, sequence or image in a "
                   "batch of 1",
                   in->name, graph_dims_text(&in->dims, l->arena));
        if (d.rank > 1 && d.size[0] != 1)
            diag_hint(l->g->diag,
                      "frames come one by one: --input-shape with 1 in front");
        return false;
    }
    struct sketch_tensor *t = new_tensor(l, in->name, shape);
    if (t == NULL) {
        diag_error(l->g->diag, place, DIAG_SHAPE,
                   "input '%.80s' of %s has a size outside 1..%d", in->name,
                   graph_dims_text(&in->dims, l->arena), NETWORK_SIZE_MAX);
        return false;
    }
    t->format = l->standard;
    /* Integers are what they are. */
    if (!graph_type_is_float(in->type) && graph_type_size(in->type) < 4) {
        uint8_t bits = (uint8_t)(8 * graph_type_size(in->type));
        t->format = (struct format){
            .width = in->type == GRAPH_BOOL ? 1 : bits,
            .integer = in->type == GRAPH_BOOL ? 1 : bits,
            .is_signed = graph_type_min(in->type) < 0,
        };
        t->format_given = true;
    }
    graph_choose_format(l, in, t);
    p->tensor = l->sketch->input = t;
    return true;
}

static void warn_of_scales(const struct graph_lowering *l)
{
    if (l->inexact == 0)
        return;
    diag_warning(l->g->diag, graph_place(l->g), DIAG_FORMAT,
                 "%" PRIu32 " quantiser%s no power of two as scale (the first "
                 "is '%.80s' with %.9g): their steps become the next power "
                 "below, so that results differ in the last bits",
                 l->inexact, l->inexact == 1 ? " has" : "s have",
                 l->inexact_name, l->inexact_scale);
}

static void warn_of_gaps(const struct graph_lowering *l)
{
    if (l->dilated == 0)
        return;
    diag_warning(l->g->diag, graph_place(l->g), DIAG_UNSUPPORTED,
                 "%" PRIu32 " convolution%s gaps in the kernel (the first is "
                 "'%.80s'): zeros fill them, which are stored and multiplied "
                 "like weights",
                 l->dilated, l->dilated == 1 ? " has" : "s have",
                 l->dilated_name);
}

/* What a layer can convert to, the ranges say. */
static void choose_output(struct graph_lowering *l, const struct graph_node *n)
{
    struct sketch_tensor *t = l->placed[n->output->index].tensor;
    if (t != NULL && t->layer != UINT32_MAX &&
        l->sketch->layers[t->layer]->can_convert)
        graph_choose_format(l, n->output, t);
}

struct sketch *graph_lower(struct graph *g, struct format standard)
{
    struct sketch *s = arena_new_item(g->arena, struct sketch);
    s->arena = g->arena;
    struct graph_lowering l = {
        .g = g,
        .sketch = s,
        .arena = g->arena,
        .standard = standard,
        .placed = arena_new_array(g->arena, struct placed, g->value_count),
    };
    s->name = new_name(&l, g->name);
    if (!place_input(&l))
        return NULL;
    for (uint32_t i = 0; i < g->node_count; i++) {
        const struct graph_node *n = g->nodes[i];
        if (lowers[n->op] == NULL)
            graph_refuse(&l, n, "there is no hardware for a %s on a stream",
                         graph_op_name(n->op));
        else if (lowers[n->op](&l, n))
            choose_output(&l, n);
    }
    if (l.failed)
        return NULL;
    const struct placed *out = &l.placed[g->output->index];
    if (g->output->data != NULL || out->tensor == NULL || s->count == 0) {
        diag_error(g->diag, graph_place(g), DIAG_UNSUPPORTED,
                   "nothing is computed from the input");
        return NULL;
    }
    s->output = out->tensor;
    if (!graph_sort_output(&l))
        return NULL;
    graph_set_accumulators(&l);
    s->input_scale = g->input_scale;
    s->input_zero = g->input_zero;
    s->output_scale = g->output_scale;
    graph_report_ranges(&l);
    warn_of_scales(&l);
    warn_of_gaps(&l);
    return s;
}
