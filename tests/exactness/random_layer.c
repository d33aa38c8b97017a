#include "tests/exactness/random_layer.h"

#include "base/arena.h"
#include "base/diag.h"
#include "base/rng.h"
#include "design/design.h"
#include "tests/design/layer_shape.h"
#include "tests/exactness/draw.h"

#include <assert.h>

/* Large enough that rows, windows and folds have beginnings, middles and
 * ends. */
enum { CHANNELS_MAX = 8, KERNEL_MAX = 4, PAD_MAX = 3 };

/* So that 25 designs build and run in a minute or two.  An unfolded layer has
 * a multiplier a weight, and all are compiled; a folded one takes REUSE_MAX
 * cycles a position at the most, of which an image has a hundred or two. */
enum { WEIGHTS_MAX = 3000, REUSE_MAX = 600 };

struct maker {
    struct arena *arena;
    struct rng *rng;
    struct layer *layer;
    struct layer_options *options;
    struct shape in;
    struct format format; /* of input 0 */
    bool same;
};

static uint32_t between(struct maker *m, uint32_t low, uint32_t high)
{
    return draw_between(m->rng, low, high);
}

static bool chance(struct maker *m, uint32_t percent)
{
    return draw_chance(m->rng, percent);
}

static uint32_t smaller(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

/* Either exact, or narrower in range or fraction, so that wrapping and
 * rounding of products show. */
static struct format random_accumulator(struct maker *m, uint64_t terms)
{
    const struct layer *l = m->layer;
    struct format exact =
        design_exact_accumulator(m->format, l->weight, l->bias, terms);
    assert(exact.width != 0);
    if (chance(m, 50))
        return exact;
    struct format f = exact;
    int fraction = format_fraction(exact) - (int)between(m, 0, 4);
    f.width = (uint8_t)between(m, 4, exact.width < 4 ? 4 : exact.width);
    f.integer = (int16_t)((int)f.width - fraction);
    f.quant = (uint8_t)between(m, FIXED_TRN, FIXED_RND_CONV);
    return f;
}

static void set_relu(struct maker *m)
{
    m->layer->relu = chance(m, 50);
    if (m->layer->relu && chance(m, 40))
        m->layer->relu_max = between(m, 1, 7);
}

static void set_weights(struct maker *m)
{
    struct layer *l = m->layer;
    uint64_t terms = layer_terms(l);
    set_relu(m);
    l->weight = draw_weight_format(m->rng);
    l->bias = draw_format(m->rng, 9);
    l->accumulator = random_accumulator(m, terms);
    l->output.format = draw_format(m->rng, 12);
    l->weights = draw_values(m->arena, m->rng, l->weight, terms * l->units);
    l->biases = draw_values(m->arena, m->rng, l->bias, l->units);
}

/* A fold that the kernel accepts is found by trying: lowering says no to
 * what does not fit, and the caller draws again. */
static void set_folding(struct maker *m)
{
    struct layer_options *o = m->options;
    uint32_t outputs = m->layer->units;
    uint32_t inputs = (uint32_t)layer_terms(m->layer);
    /* Outputs are packed in pairs. */
    uint32_t pairs = outputs % 2 == 0 && chance(m, 40) ? 2 : 1;
    do {
        o->pe = pairs * draw_divisor(m->rng, outputs / pairs);
        o->simd = draw_divisor(m->rng, inputs);
    } while ((uint64_t)(outputs / o->pe) * (inputs / o->simd) > REUSE_MAX);
    if (chance(m, 50))
        o->lanes = draw_divisor(m->rng, outputs);
    if (chance(m, 10))
        o->multipliers = MULTIPLIERS_PLAIN; /* whatever the others have */
}

/* False: too many weights. */
static bool set_products(struct maker *m)
{
    if (layer_terms(m->layer) * m->layer->units > WEIGHTS_MAX)
        return false;
    set_weights(m);
    set_folding(m);
    return true;
}

/* Mostly a layer of one dimension stays one: windows and pads have no
 * height. */
static bool stays_1d(struct maker *m)
{
    return m->in.h == 1 && m->in.w > 1 && chance(m, 75);
}

static void set_window(struct maker *m, uint32_t stride_max)
{
    struct window *w = &m->layer->window;
    if (m->same) {
        w->kernel_h = stays_1d(m) ? 1 : 1 + 2 * between(m, 0, 1);
        w->kernel_w = 1 + 2 * between(m, 0, 1);
        w->stride_h = w->stride_w = 1;
        w->pad_top = w->pad_bottom = w->kernel_h / 2;
        w->pad_left = w->pad_right = w->kernel_w / 2;
        return;
    }
    w->kernel_h = between(m, 1, smaller(KERNEL_MAX, m->in.h));
    w->kernel_w = between(m, 1, smaller(KERNEL_MAX, m->in.w));
    w->stride_h = between(m, 1, stride_max);
    w->stride_w = between(m, 1, stride_max);
}

static void set_pads(struct maker *m, uint32_t most_h, uint32_t most_w)
{
    struct window *w = &m->layer->window;
    if (stays_1d(m))
        most_h = 0;
    w->pad_top = between(m, 0, most_h);
    w->pad_bottom = between(m, 0, most_h);
    w->pad_left = between(m, 0, most_w);
    w->pad_right = between(m, 0, most_w);
}

static bool make_convolution(struct maker *m)
{
    struct layer *l = m->layer;
    set_window(m, 3);
    if (!m->same && chance(m, 40))
        set_pads(m, PAD_MAX, PAD_MAX);
    bool keeps_channels = m->same || l->type == LAYER_DEPTHWISE_CONV2D;
    l->units = keeps_channels ? m->in.c : between(m, 1, CHANNELS_MAX);
    return set_products(m);
}

static bool make_dense(struct maker *m)
{
    m->layer->units = between(m, 1, 12);
    return m->in.h == 1 && m->in.w == 1 && set_products(m);
}

/* From a generator of its own, so that the designs of a seed stay those that
 * docs/validation.md counts. */
static bool skips_pads(const struct maker *m)
{
    struct rng own = { ~m->rng->state };
    return m->layer->type == LAYER_AVGPOOL2D && draw_chance(&own, 60);
}

static void make_pool(struct maker *m)
{
    struct window *w = &m->layer->window;
    set_window(m, 4);
    if (!m->same && chance(m, 30))
        set_pads(m, smaller(2, w->kernel_h - 1), smaller(2, w->kernel_w - 1));
    m->layer->skips_pads = skips_pads(m);
    m->layer->output.format =
        m->layer->type == LAYER_MAXPOOL2D ? m->format : draw_format(m->rng, 12);
}

/* Scale and offset, or slopes. */
static void make_per_channel(struct maker *m)
{
    struct layer *l = m->layer;
    l->units = m->in.c;
    if (l->type == LAYER_PRELU && chance(m, 40))
        l->units = 1;
    l->weight = draw_format(m->rng, 9);
    l->bias = draw_format(m->rng, 9);
    l->output.format = draw_format(m->rng, 12);
    l->weights = draw_values(m->arena, m->rng, l->weight, l->units);
    l->biases = draw_values(m->arena, m->rng, l->bias, l->units);
}

static void make_crop(struct maker *m)
{
    struct window *w = &m->layer->window;
    w->pad_top = between(m, 0, m->in.h - 1);
    w->pad_bottom = between(m, 0, m->in.h - 1 - w->pad_top);
    w->pad_left = between(m, 0, m->in.w - 1);
    w->pad_right = between(m, 0, m->in.w - 1 - w->pad_left);
}

static void make_reshape(struct maker *m)
{
    uint32_t count = (uint32_t)shape_count(m->in);
    uint32_t h = draw_divisor(m->rng, count);
    uint32_t w = draw_divisor(m->rng, count / h);
    m->layer->output.shape = (struct shape){ h, w, count / h / w };
}

static void make_transpose(struct maker *m)
{
    static const uint32_t orders[][3] = {
        { 0, 1, 2 }, { 0, 2, 1 }, { 1, 0, 2 },
        { 1, 2, 0 }, { 2, 0, 1 }, { 2, 1, 0 }
    };
    const uint32_t *order = orders[rng_below(m->rng, 6)];
    for (int i = 0; i < 3; i++)
        m->layer->permutation[i] = order[i];
}

static struct format index_format(uint32_t classes)
{
    uint8_t bits = 1;
    while (UINT32_C(1) << bits < classes)
        bits++;
    return (struct format){ .width = bits, .integer = bits };
}

static bool make(struct maker *m)
{
    struct layer *l = m->layer;
    l->output.format = m->format; /* unless it says otherwise */
    switch (l->type) {
    case LAYER_CONV2D:
    case LAYER_DEPTHWISE_CONV2D:
        return make_convolution(m);
    case LAYER_DENSE:
        return make_dense(m);
    case LAYER_MAXPOOL2D:
    case LAYER_AVGPOOL2D:
        make_pool(m);
        return true;
    case LAYER_GLOBAL_AVGPOOL:
    case LAYER_LINEAR:
    case LAYER_SOFTMAX:
    case LAYER_SIGMOID:
    case LAYER_TANH:
    case LAYER_HARD_SIGMOID:
    case LAYER_HARD_TANH:
        l->output.format = draw_format(m->rng, 12);
        l->table_bits = between(m, 3, 8);
        l->alpha = 0.2;
        l->beta = 0.5;
        return true;
    case LAYER_ADD:
    case LAYER_SUBTRACT:
    case LAYER_MULTIPLY:
    case LAYER_MAXIMUM:
        set_relu(m);
        l->output.format = draw_format(m->rng, 12);
        return true;
    case LAYER_BATCHNORM:
    case LAYER_PRELU:
        make_per_channel(m);
        return true;
    case LAYER_RELU:
        l->relu = true;
        if (chance(m, 40))
            l->relu_max = between(m, 1, 7);
        l->output.format = draw_format(m->rng, 12);
        return true;
    case LAYER_ARGMAX:
        l->output.format = index_format(m->in.c);
        return true;
    case LAYER_UPSAMPLE2D:
        l->scale_h = between(m, 1, 3);
        l->scale_w = between(m, 1, 3);
        return true;
    case LAYER_CROP2D:
        make_crop(m);
        return true;
    case LAYER_ZEROPAD2D:
        set_pads(m, PAD_MAX, PAD_MAX);
        return true;
    case LAYER_RESHAPE:
        make_reshape(m);
        return true;
    case LAYER_TRANSPOSE:
        make_transpose(m);
        return true;
    case LAYER_GLOBAL_MAXPOOL:
    case LAYER_LOOKUP: /* needs a table, and is not drawn */
    case LAYER_CONCAT:
    case LAYER_FLATTEN:
    case LAYER_TYPE_COUNT:
        break;
    }
    return true;
}

static bool set_shape(struct maker *m, const struct kernel_table *kernels)
{
    struct layer *l = m->layer;
    struct arena *scratch = arena_new();
    bool fits = layer_shape(l, kernels, &l->output.shape, diag_new(scratch)) &&
                shape_count(l->output.shape) <= RANDOM_VALUES_MAX;
    arena_free(scratch);
    return fits;
}

bool random_layer(struct arena *a, struct rng *r,
                  const struct kernel_table *kernels, struct layer *l,
                  struct layer_options *o, bool same)
{
    struct maker m = {
        .arena = a,
        .rng = r,
        .layer = l,
        .options = o,
        .in = l->inputs[0]->shape,
        .format = l->inputs[0]->format,
        .same = same,
    };
    if (!make(&m) || !set_shape(&m, kernels))
        return false;
    bool folded = o->pe != 0;
    bool flat = l->type == LAYER_FLATTEN;
    if (!folded && !flat && l->type != LAYER_ARGMAX && chance(&m, 15))
        o->lanes = draw_divisor(r, l->output.shape.c);
    if (!flat && l->input_count == 1 && chance(&m, 6))
        o->copies = between(&m, 2, 3);
    return true;
}
