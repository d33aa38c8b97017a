#include "tests/exactness/random_design.h"

#include <assert.h>
#include <inttypes.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/rng.h"
#include "base/text.h"
#include "design/design.h"
#include "design/kernel.h"
#include "kernels/kernels.h"

/* Small enough that a design runs in a few thousand cycles, large enough
 * that rows, windows and folds have beginnings, middles and ends. */
enum {
    SIZE_MAX_INPUT = 12,
    CHANNELS_MAX = 8,
    LAYERS_MAX = 5,
    PAD_MAX = 3,
    WEIGHTS_MAX = 3000,
    REUSE_MAX = 600
};

struct builder {
    struct arena *arena;
    struct rng rng;
    const struct kernel_table *kernels;
    struct network *network;
    struct hardware hardware;
    struct layer_options *layer_options;
    struct fifo_options *fifo_options;
};

static uint32_t between(struct builder *b, uint32_t low, uint32_t high)
{
    return low + rng_below(&b->rng, high - low + 1);
}

static bool chance(struct builder *b, uint32_t percent)
{
    return rng_below(&b->rng, 100) < percent;
}

static uint32_t divisor_of(struct builder *b, uint32_t n)
{
    uint32_t d;
    do
        d = between(b, 1, n);
    while (n % d != 0);
    return d;
}

static uint32_t smaller(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

static struct format random_format(struct builder *b, uint32_t width_max)
{
    struct format f = { 0 };
    f.is_signed = chance(b, 60);
    f.width = (uint8_t)between(b, 1, width_max);
    f.integer = (int16_t)((int)between(b, 0, f.width + 3u) - 1);
    f.quant = (uint8_t)between(b, FIXED_TRN, FIXED_RND_CONV);
    f.overflow = (uint8_t)between(b, FIXED_WRAP,
                                  f.is_signed ? FIXED_WRAP_SM : FIXED_SAT_SYM);
    return f;
}

static struct format weight_format(struct builder *b)
{
    if (chance(b, 80))
        return random_format(b, 9);
    struct format f = { .width = 2, .integer = 2, .is_signed = true };
    f.kind = chance(b, 50) ? FIXED_KIND_BINARY : FIXED_KIND_TERNARY;
    return f;
}

static int32_t random_value(struct builder *b, struct format f)
{
    if (f.kind == FIXED_KIND_BINARY)
        return chance(b, 50) ? 1 : -1;
    if (f.kind == FIXED_KIND_TERNARY)
        return (int32_t)between(b, 0, 2) - 1;
    uint64_t range = (uint64_t)(format_max(f) - format_min(f)) + 1;
    /* Extremes are where arithmetic breaks. */
    if (chance(b, 10))
        return (int32_t)(chance(b, 50) ? format_min(f) : format_max(f));
    return (int32_t)(format_min(f) + (int64_t)(rng_next(&b->rng) % range));
}

static const int32_t *random_values(struct builder *b, struct format f,
                                    uint64_t count)
{
    int32_t *values = arena_new_array(b->arena, int32_t, count);
    for (uint64_t i = 0; i < count; i++)
        values[i] = random_value(b, f);
    return values;
}

/* Either exact, or narrower in range or fraction, so that wrapping and
 * rounding of products show. */
static struct format random_accumulator(struct builder *b,
                                        const struct layer *l,
                                        struct format input, uint64_t terms)
{
    struct format exact =
        design_exact_accumulator(input, l->weight, l->bias, terms);
    assert(exact.width != 0);
    if (chance(b, 50))
        return exact;
    struct format f = exact;
    int fraction = format_fraction(exact) - (int)between(b, 0, 4);
    f.width = (uint8_t)between(b, 4, exact.width);
    f.integer = (int16_t)((int)f.width - fraction);
    f.quant = (uint8_t)between(b, FIXED_TRN, FIXED_RND_CONV);
    return f;
}

static void set_weights(struct builder *b, struct layer *l, struct format input,
                        uint64_t terms)
{
    l->relu = chance(b, 50);
    l->weight = weight_format(b);
    l->bias = random_format(b, 9);
    l->accumulator = random_accumulator(b, l, input, terms);
    l->output.format = random_format(b, 12);
    l->weights = random_values(b, l->weight, terms * l->units);
    l->biases = random_values(b, l->bias, l->units);
}

/* A fold that the kernel accepts is found by trying: lowering says no to
 * what does not fit, and the caller draws again. */
static void set_folding(struct builder *b, struct layer_options *o,
                        uint32_t outputs, uint32_t inputs)
{
    do {
        o->pe = divisor_of(b, outputs);
        o->simd = divisor_of(b, inputs);
    } while ((uint64_t)(outputs / o->pe) * (inputs / o->simd) > REUSE_MAX);
    if (chance(b, 50))
        o->lanes = divisor_of(b, outputs);
}

static bool make_conv2d(struct builder *b, struct layer *l,
                        struct layer_options *o, struct shape in,
                        struct format format)
{
    struct window *w = &l->window;
    w->kernel_h = between(b, 1, smaller(4, in.h));
    w->kernel_w = between(b, 1, smaller(4, in.w));
    w->stride_h = between(b, 1, 3);
    w->stride_w = between(b, 1, 3);
    if (chance(b, 40)) {
        w->pad_top = between(b, 0, PAD_MAX);
        w->pad_bottom = between(b, 0, PAD_MAX);
        w->pad_left = between(b, 0, PAD_MAX);
        w->pad_right = between(b, 0, PAD_MAX);
    }
    l->units = between(b, 1, CHANNELS_MAX);
    uint32_t terms = w->kernel_h * w->kernel_w * in.c;
    if ((uint64_t)terms * l->units > WEIGHTS_MAX)
        return false;
    set_weights(b, l, format, terms);
    set_folding(b, o, l->units, terms);
    return true;
}

static bool make_dense(struct builder *b, struct layer *l,
                       struct layer_options *o, struct shape in,
                       struct format format)
{
    uint64_t terms = shape_count(in);
    l->units = between(b, 1, 12);
    if (terms * l->units > WEIGHTS_MAX)
        return false;
    set_weights(b, l, format, terms);
    set_folding(b, o, l->units, (uint32_t)terms);
    return true;
}

static void make_maxpool2d(struct builder *b, struct layer *l, struct shape in,
                           struct format format)
{
    struct window *w = &l->window;
    w->kernel_h = between(b, 1, smaller(4, in.h));
    w->kernel_w = between(b, 1, smaller(4, in.w));
    w->stride_h = between(b, 1, 4);
    w->stride_w = between(b, 1, 4);
    l->output.format = format;
}

static void make_zeropad2d(struct builder *b, struct layer *l,
                           struct format format)
{
    struct window *w = &l->window;
    w->pad_top = between(b, 0, PAD_MAX);
    w->pad_bottom = between(b, 0, PAD_MAX);
    w->pad_left = between(b, 0, PAD_MAX);
    w->pad_right = between(b, 0, PAD_MAX);
    l->output.format = format;
}

/* Shape of a layer's output; a padded conv2d sees the padded input. */
static bool set_shape(struct builder *b, struct layer *l, struct shape in)
{
    if (l->type == LAYER_FLATTEN) {
        l->output.shape = (struct shape){ 1, 1, (uint32_t)shape_count(in) };
        return true;
    }
    if (l->type == LAYER_CONV2D) {
        in.h += l->window.pad_top + l->window.pad_bottom;
        in.w += l->window.pad_left + l->window.pad_right;
    }
    struct arena *scratch = arena_new();
    const struct kernel *k = kernel_of_layer(b->kernels, l->type);
    bool fits = k->shape(l, &in, &l->output.shape, diag_new(scratch));
    arena_free(scratch);
    return fits;
}

static bool make_layer(struct builder *b, struct layer *l,
                       struct layer_options *o, enum layer_type type,
                       const struct tensor *input)
{
    *l = (struct layer){
        .name = arena_printf(b->arena, "l%" PRIu32, b->network->layer_count),
        .type = type,
        .input_count = 1,
    };
    const struct tensor **inputs =
        arena_new_array(b->arena, const struct tensor *, 1);
    inputs[0] = input;
    l->inputs = inputs;
    l->output.name = l->name;
    *o = (struct layer_options){ .layer = l->name };
    struct shape in = input->shape;
    bool made = true;
    switch (type) {
    case LAYER_CONV2D:
        made = make_conv2d(b, l, o, in, input->format);
        break;
    case LAYER_DENSE:
        made = make_dense(b, l, o, in, input->format);
        break;
    case LAYER_MAXPOOL2D:
        make_maxpool2d(b, l, in, input->format);
        break;
    case LAYER_ZEROPAD2D:
        make_zeropad2d(b, l, input->format);
        break;
    case LAYER_RELU:
        l->output.format = random_format(b, 12);
        break;
    default:
        l->output.format = input->format;
        break;
    }
    return made && set_shape(b, l, in);
}

static enum layer_type random_type(struct builder *b)
{
    static const enum layer_type types[] = {
        LAYER_CONV2D,    LAYER_CONV2D,    LAYER_CONV2D, LAYER_MAXPOOL2D,
        LAYER_MAXPOOL2D, LAYER_ZEROPAD2D, LAYER_RELU,
    };
    return types[rng_below(&b->rng, sizeof types / sizeof *types)];
}

static bool add_layer(struct builder *b, enum layer_type type,
                      uint32_t *option_count)
{
    struct network *n = b->network;
    const struct tensor *input =
        n->layer_count == 0 ? &n->input : &n->layers[n->layer_count - 1].output;
    struct layer_options *o = &b->layer_options[*option_count];
    if (!make_layer(b, &n->layers[n->layer_count], o, type, input))
        return false;
    n->layer_count++;
    if (type == LAYER_CONV2D || type == LAYER_DENSE)
        (*option_count)++;
    return true;
}

/* Convolutional layers, and behind them (often) flatten and dense ones. */
static void make_network(struct builder *b)
{
    struct network *n = b->network;
    n->name = "random";
    n->input.name = "image";
    n->input.shape = (struct shape){ between(b, 1, SIZE_MAX_INPUT),
                                     between(b, 1, SIZE_MAX_INPUT),
                                     between(b, 1, CHANNELS_MAX) };
    n->input.format = random_format(b, 10);
    n->layers = arena_new_array(b->arena, struct layer, LAYERS_MAX + 4);
    uint32_t options = 0;
    uint32_t layers = between(b, 0, LAYERS_MAX);
    for (uint32_t i = 0; i < layers; i++)
        add_layer(b, random_type(b), &options);
    if (n->layer_count == 0 || chance(b, 50)) {
        bool flat = add_layer(b, LAYER_FLATTEN, &options);
        assert(flat);
        (void)flat;
        uint32_t dense = between(b, 1, 2);
        for (uint32_t i = 0; i < dense; i++)
            add_layer(b, LAYER_DENSE, &options);
        if (chance(b, 30) || n->layer_count == 1)
            add_layer(b, LAYER_RELU, &options);
    }
    n->output = &n->layers[n->layer_count - 1].output;
    b->hardware.layer_count = options;
    b->hardware.layers = b->layer_options;
}

static struct stimulus random_stimulus(struct builder *b)
{
    struct stimulus s = { 0 };
    switch (between(b, 0, 5)) {
    case 0:
        s.gap = between(b, 1, 9);
        break;
    case 1:
        s.burst = between(b, 1, 7);
        s.pause = between(b, 1, 40);
        break;
    case 2:
        s.random = between(b, 5, 80);
        s.seed = rng_next(&b->rng);
        break;
    case 3:
        s.grid = between(b, 2, 7);
        s.phase = rng_below(&b->rng, s.grid);
        break;
    case 4:
        s.frame_gap = between(b, 1, 200);
        break;
    default:
        break; /* always ready */
    }
    return s;
}

static void set_fifos(struct builder *b, struct design *d)
{
    for (uint32_t i = 0; i < d->stream_count; i++) {
        struct stream *s = &d->streams[i];
        s->kind = chance(b, 60) ? FIFO_SRL : FIFO_BRAM;
        uint32_t least = s->kind == FIFO_BRAM ? 2 : 1;
        s->depth = chance(b, 60) ? between(b, least, 4) : between(b, least, 64);
    }
}

static struct design *try_design(struct builder *b, uint64_t seed)
{
    struct arena *a = b->arena;
    b->network = arena_new_item(a, struct network);
    b->layer_options = arena_new_array(a, struct layer_options, LAYERS_MAX + 4);
    b->hardware =
        (struct hardware){ .clock_hz = 200000000, .family = "headrace" };
    make_network(b);
    if (b->network->layer_count == 1 &&
        b->network->layers[0].type == LAYER_FLATTEN)
        return NULL; /* no process at all */
    if (chance(b, 50))
        b->hardware.input_lanes = divisor_of(b, b->network->input.shape.c);
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
    r.frames = between(&b, 1, 3);
    r.inputs = random_values(&b, b.network->input.format,
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
