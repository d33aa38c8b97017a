#include "tests/exactness/random_design.h"

#include <assert.h>
#include <inttypes.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/rng.h"
#include "base/text.h"
#include "design/design.h"
#include "design/fifo.h"
#include "design/kernel.h"
#include "engine/slack.h"
#include "kernels/kernels.h"
#include "tests/exactness/random_layer.h"
#include "tests/exactness/draw.h"

enum {
    SIZE_MAX_INPUT = 12,
    LENGTH_MAX_INPUT = 48, /* of one dimension */
    CHANNELS_MAX = 8,
    OPERATIONS_MAX = 6,
    LAYERS_MAX = 64,
    TRIES = 8
};

struct builder {
    struct arena *arena;
    struct rng rng;
    const struct kernel_table *kernels;
    struct network *network;
    struct hardware hardware;
    struct layer_options *layer_options;
    bool read[LAYERS_MAX + 1]; /* by tensor: somebody reads it */
};

static uint32_t between(struct builder *b, uint32_t low, uint32_t high)
{
    return draw_between(&b->rng, low, high);
}

static bool chance(struct builder *b, uint32_t percent)
{
    return draw_chance(&b->rng, percent);
}

/* --- the network -----------------------------------------------------------
 */

/* Tensor 0 is the input, i + 1 the output of layer i. */
static const struct tensor *tensor(const struct builder *b, uint32_t i)
{
    return i == 0 ? &b->network->input : &b->network->layers[i - 1].output;
}

static uint32_t newest(const struct builder *b)
{
    return b->network->layer_count;
}

/* Appends a layer that reads these tensors; false: it does not fit. */
static bool add_layer(struct builder *b, enum layer_type type,
                      const uint32_t *inputs, uint32_t count, bool same)
{
    struct network *n = b->network;
    if (n->layer_count == LAYERS_MAX)
        return false;
    struct layer *l = &n->layers[n->layer_count];
    struct layer_options *o = &b->layer_options[n->layer_count];
    for (int i = 0; i < TRIES; i++) {
        *l = (struct layer){
            .name = arena_printf(b->arena, "l%" PRIu32, n->layer_count),
            .type = type,
            .input_count = count,
        };
        const struct tensor **tensors =
            arena_new_array(b->arena, const struct tensor *, count);
        for (uint32_t k = 0; k < count; k++)
            tensors[k] = tensor(b, inputs[k]);
        l->inputs = tensors;
        l->output.name = l->name;
        *o = (struct layer_options){ .layer = l->name };
        if (!random_layer(b->arena, &b->rng, b->kernels, l, o, same))
            continue;
        for (uint32_t k = 0; k < count; k++)
            b->read[inputs[k]] = true;
        n->layer_count++;
        return true;
    }
    return false;
}

static bool add_single(struct builder *b, enum layer_type type, uint32_t input,
                       bool same)
{
    return add_layer(b, type, &input, 1, same);
}

/* Most formats in these networks have a range in which only the largest of
 * the inputs counts; half of the softmaxes get one in which all do, and an
 * output format that shows it. */
static bool add_softmax(struct builder *b, uint32_t at)
{
    bool usual = chance(b, 50);
    if (usual) {
        if (!add_single(b, LAYER_LINEAR, at, false))
            return false;
        at = newest(b);
        struct format *in = &b->network->layers[at - 1].output.format;
        in->width = (uint8_t)between(b, 7, 12);
        in->integer = (int16_t)between(b, 4, 5);
    }
    if (!add_single(b, LAYER_SOFTMAX, at, false))
        return false;
    if (usual) {
        struct layer *l = &b->network->layers[newest(b) - 1];
        struct format *out = &l->output.format;
        l->table_bits = between(b, 6, 10);
        out->width = (uint8_t)between(b, 8, 16);
        out->integer = (int16_t)(out->is_signed + 1);
    }
    return true;
}

static enum layer_type random_type(struct builder *b)
{
    static const enum layer_type types[] = {
        LAYER_CONV2D,           LAYER_CONV2D,
        LAYER_CONV2D,           LAYER_DEPTHWISE_CONV2D,
        LAYER_DEPTHWISE_CONV2D, LAYER_MAXPOOL2D,
        LAYER_MAXPOOL2D,        LAYER_AVGPOOL2D,
        LAYER_GLOBAL_MAXPOOL,   LAYER_GLOBAL_AVGPOOL,
        LAYER_BATCHNORM,        LAYER_RELU,
        LAYER_LINEAR,           LAYER_PRELU,
        LAYER_SIGMOID,          LAYER_TANH,
        LAYER_HARD_SIGMOID,     LAYER_HARD_TANH,
        LAYER_SOFTMAX,          LAYER_ARGMAX,
        LAYER_UPSAMPLE2D,       LAYER_CROP2D,
        LAYER_ZEROPAD2D,        LAYER_RESHAPE,
        LAYER_TRANSPOSE,
    };
    return types[rng_below(&b->rng, sizeof types / sizeof *types)];
}

static void add_any(struct builder *b, uint32_t at)
{
    enum layer_type type = random_type(b);
    if (type == LAYER_SOFTMAX)
        add_softmax(b, at);
    else
        add_single(b, type, at, false);
}

static enum layer_type same_shape_type(struct builder *b)
{
    static const enum layer_type types[] = {
        LAYER_CONV2D,    LAYER_CONV2D, LAYER_DEPTHWISE_CONV2D,
        LAYER_MAXPOOL2D, LAYER_RELU,   LAYER_BATCHNORM,
        LAYER_PRELU,     LAYER_TANH,   LAYER_AVGPOOL2D,
    };
    return types[rng_below(&b->rng, sizeof types / sizeof *types)];
}

static bool equal_shapes(struct shape a, struct shape b)
{
    return a.h == b.h && a.w == b.w && a.c == b.c;
}

/* A layer that joins tensors a and b, if their shapes allow one. */
static bool add_join(struct builder *b, uint32_t x, uint32_t y)
{
    static const enum layer_type types[] = { LAYER_ADD, LAYER_SUBTRACT,
                                             LAYER_MULTIPLY, LAYER_MAXIMUM };
    const struct tensor *s = tensor(b, x), *t = tensor(b, y);
    const uint32_t inputs[] = { x, y };
    if (equal_shapes(s->shape, t->shape) && chance(b, 60))
        return add_layer(b, types[rng_below(&b->rng, 4)], inputs, 2, false);
    if (s->shape.h != t->shape.h || s->shape.w != t->shape.w)
        return false;
    uint32_t converted = y;
    if (!format_equal(s->format, t->format)) {
        /* To the other's format. */
        if (!add_single(b, LAYER_LINEAR, y, false))
            return false;
        converted = newest(b);
        b->network->layers[converted - 1].output.format = s->format;
    }
    const uint32_t alike[] = { x, converted };
    return add_layer(b, LAYER_CONCAT, alike, 2, false);
}

/* A tensor and what one to three layers make of it meet again; so may what
 * is in between, with a branch of its own. */
static void add_block(struct builder *b, uint32_t start, uint32_t nesting)
{
    uint32_t at = start;
    uint32_t length = between(b, 1, 3);
    for (uint32_t i = 0; i < length; i++) {
        if (nesting > 0 && chance(b, 25))
            add_block(b, at, nesting - 1);
        else if (!add_single(b, same_shape_type(b), at, true))
            continue;
        at = newest(b);
    }
    if (at != start)
        add_join(b, start, at);
}

/* Brings tensors that nobody reads together, by way of global pools where
 * nothing else fits. */
static void join_ends(struct builder *b)
{
    for (;;) {
        uint32_t ends[2], count = 0;
        for (uint32_t i = 0; i <= newest(b) && count < 2; i++)
            if (!b->read[i])
                ends[count++] = i;
        if (count < 2 || b->network->layer_count >= LAYERS_MAX - 3)
            return;
        if (add_join(b, ends[0], ends[1]))
            continue;
        for (uint32_t i = 0; i < 2; i++)
            if (!add_single(b, LAYER_GLOBAL_MAXPOOL, ends[i], false))
                return;
    }
}

static void add_dense(struct builder *b)
{
    if (!add_single(b, LAYER_FLATTEN, newest(b), false))
        return;
    uint32_t dense = between(b, 1, 2);
    for (uint32_t i = 0; i < dense; i++)
        add_single(b, LAYER_DENSE, newest(b), false);
    if (chance(b, 15))
        add_softmax(b, newest(b));
    else if (chance(b, 15))
        add_single(b, LAYER_RELU, newest(b), false);
}

static bool make_network(struct builder *b)
{
    struct network *n = b->network;
    n->name = "random";
    n->input.name = "image";
    bool is_1d = chance(b, 15);
    n->input.shape = (struct shape){
        is_1d ? 1 : between(b, 1, SIZE_MAX_INPUT),
        between(b, is_1d ? 2 : 1, is_1d ? LENGTH_MAX_INPUT : SIZE_MAX_INPUT),
        between(b, 1, CHANNELS_MAX),
    };
    n->input.format = draw_format(&b->rng, 10);
    n->layers = arena_new_array(b->arena, struct layer, LAYERS_MAX);
    uint32_t operations = between(b, 1, OPERATIONS_MAX);
    for (uint32_t i = 0; i < operations; i++) {
        uint32_t at = chance(b, 75) ? newest(b) : between(b, 0, newest(b));
        switch (between(b, 0, 5)) {
        case 0:
            add_block(b, at, 2);
            break;
        case 1:
            add_join(b, at, between(b, 0, newest(b)));
            break;
        default:
            add_any(b, at);
            break;
        }
    }
    join_ends(b);
    if (chance(b, 35))
        add_dense(b);
    uint32_t unread = 0;
    for (uint32_t i = 0; i <= newest(b); i++)
        unread += !b->read[i];
    if (n->layer_count == 0 || unread != 1 || b->read[newest(b)])
        return false;
    n->output = &n->layers[n->layer_count - 1].output;
    return true;
}

/* --- the hardware ----------------------------------------------------------
 */

static struct stimulus random_stimulus(struct builder *b)
{
    struct stimulus s = { 0 };
    switch (draw_between(&b->rng, 0, 5)) {
    case 0:
        s.gap = draw_between(&b->rng, 1, 9);
        break;
    case 1:
        s.burst = draw_between(&b->rng, 1, 7);
        s.pause = draw_between(&b->rng, 1, 40);
        break;
    case 2:
        s.random = draw_between(&b->rng, 5, 80);
        s.seed = rng_next(&b->rng);
        break;
    case 3:
        s.grid = draw_between(&b->rng, 2, 7);
        s.phase = rng_below(&b->rng, s.grid);
        break;
    case 4:
        s.frame_gap = draw_between(&b->rng, 1, 200);
        break;
    default:
        break; /* always ready */
    }
    return s;
}

/* Depths from starving, where the design may deadlock, to ample. */
static void set_fifos(struct builder *b, struct design *d)
{
    const uint64_t *needs = slack_needs(b->arena, d);
    bool sufficient = chance(b, 45);
    for (uint32_t i = 0; i < d->stream_count; i++) {
        struct stream *s = &d->streams[i];
        if (s->kind != FIFO_FRAME || chance(b, 50)) {
            uint32_t draw = between(b, 0, 99);
            fifo_set(s,
                     draw < 55   ? FIFO_SRL
                     : draw < 92 ? FIFO_BRAM
                                 : FIFO_FRAME,
                     2);
        }
    }
    needs = slack_needs(b->arena, d); /* of these kinds */
    for (uint32_t i = 0; i < d->stream_count; i++) {
        struct stream *s = &d->streams[i];
        uint32_t least = s->kind == FIFO_BRAM ? 2 : 1;
        uint32_t depth = between(b, least,
                                 s->kind == FIFO_FRAME ? 3
                                 : chance(b, 60)       ? 4
                                                       : 64);
        if (sufficient && depth < needs[i])
            depth = (uint32_t)needs[i];
        fifo_set(s, s->kind, depth);
    }
}

static struct design *try_design(struct builder *b, uint64_t seed)
{
    struct arena *a = b->arena;
    b->network = arena_new_item(a, struct network);
    b->layer_options = arena_new_array(a, struct layer_options, LAYERS_MAX);
    for (uint32_t i = 0; i <= LAYERS_MAX; i++)
        b->read[i] = false;
    b->hardware =
        (struct hardware){ .clock_hz = 200000000, .family = "headrace" };
    if (!make_network(b))
        return NULL;
    b->hardware.layer_count = b->network->layer_count;
    b->hardware.layers = b->layer_options;
    b->hardware.keep_layers = chance(b, 50);
    b->hardware.multipliers =
        chance(b, 45) ? MULTIPLIERS_PACKED : MULTIPLIERS_PLAIN;
    b->hardware.buffering = chance(b, 8) ? BUFFERING_FRAME : BUFFERING_STREAM;
    if (chance(b, 6)) {
        b->hardware.copies = between(b, 2, 3);
        for (uint32_t i = 0; i < b->hardware.layer_count; i++)
            b->layer_options[i].copies = 0;
    }
    if (chance(b, 50))
        b->hardware.input_lanes =
            draw_divisor(&b->rng, b->network->input.shape.c);
    b->hardware.source = random_stimulus(b);
    b->hardware.sink = random_stimulus(b);
    struct design *d =
        design_lower(a, b->network, &b->hardware, b->kernels, diag_new(a));
    if (d == NULL)
        return NULL;
    set_fifos(b, d);
    d->name = arena_printf(a, "random%" PRIu64, seed);
    return d;
}

struct random_design random_design_new(struct arena *a, uint64_t seed)
{
    struct builder b = {
        .arena = a,
        .rng = { seed },
        .kernels = kernels_headrace(),
    };
    /* A number drawn from the seed, or the sequences of seeds that are not
     * far apart would overlap. */
    b.rng.state = rng_next(&b.rng);
    struct random_design r = { .seed = seed };
    while (r.design == NULL)
        r.design = try_design(&b, seed);
    struct hardware *h = arena_new_item(a, struct hardware);
    *h = b.hardware;
    r.hardware = h;
    r.frames = between(&b, 1, RANDOM_FRAMES_MAX);
    r.inputs = draw_values(a, &b.rng, b.network->input.format,
                           r.frames * shape_count(b.network->input.shape));
    return r;
}

const char *random_design_text(struct arena *a, const struct random_design *r)
{
    const struct design *d = r->design;
    struct text *t = text_new(a);
    const struct shape in = d->input->shape;
    text_printf(t, "seed %" PRIu64 ": %" PRIu32 "x%" PRIu32 "x%" PRIu32,
                r->seed, in.h, in.w, in.c);
    for (uint32_t i = 0; i < d->stream_count; i++) {
        const struct stream *s = &d->streams[i];
        if (s->producer != NULL) {
            const struct process *p = s->producer;
            text_printf(t, " %s", p->kernel->name);
            if (p->window.kernel_h != 0)
                text_printf(t, " %" PRIu32 "x%" PRIu32 "/%" PRIu32 "x%" PRIu32,
                            p->window.kernel_h, p->window.kernel_w,
                            p->window.stride_h, p->window.stride_w);
            if (p->pe != 0)
                text_printf(t, " pe %" PRIu32 " simd %" PRIu32 " rf %" PRIu32,
                            p->pe, p->simd, p->reuse_factor);
        }
        text_printf(t, " -[%s %" PRIu32 ", %" PRIu32 " lanes]->",
                    fifo_kind_name(s->kind), s->depth, s->lanes);
    }
    text_printf(t, " %" PRIu32 " frames", r->frames);
    return text_string(t);
}
