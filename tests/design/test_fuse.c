#include "design/fuse.h"

#include "base/arena.h"
#include "base/diag.h"
#include "base/text.h"
#include "design/design.h"
#include "design/limit.h"
#include "engine/infer.h"
#include "kernels/kernels.h"
#include "tests/check_main.h"
#include "tests/design/chain.h"
#include "tests/kernels/kernel_case.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static struct arena *arena;
static struct diag *diag;

static void setup(void)
{
    arena = arena_new();
    diag = diag_new(arena);
}

static void teardown(void)
{
    arena_free(arena);
}

/* NULL: an accumulator that is exact. */
static struct layer conv(const char *output, const char *accumulator)
{
    struct layer l = {
        .name = "front",
        .type = LAYER_CONV2D,
        .units = 2,
        .window = make_window(1, 1, 1, 1),
        .output = { .format = make_format(output) },
    };
    if (accumulator != NULL)
        l.accumulator = make_format(accumulator);
    return l;
}

static struct layer of_two(enum layer_type type, const char *output)
{
    return (struct layer){
        .name = "front",
        .type = type,
        .output = { .format = make_format(output) },
    };
}

static struct layer relu(uint32_t max)
{
    return (struct layer){
        .name = "act", .type = LAYER_RELU, .relu = true, .relu_max = max
    };
}

/* Of layers behind an input of 2x1x2 values. */
static struct network *chain(const char *input, uint32_t count,
                             const struct layer *layers)
{
    struct network *n =
        chain_new(arena, (struct shape){ 2, 1, 2 }, count, layers);
    n->input.format = make_format(input);
    return n;
}

/* "front<relu6> act": the layers that are left. */
static const char *fused(const struct network *n, const struct hardware *h)
{
    static const struct hardware none = { 0 };
    n = fuse_layers(arena, n, h != NULL ? h : &none, diag);
    ck_assert_uint_eq(diag_count(diag), 0);
    struct text *t = text_new(arena);
    for (uint32_t i = 0; i < n->layer_count; i++) {
        const struct layer *l = &n->layers[i];
        text_printf(t, "%s%s", i == 0 ? "" : " ", l->name);
        if (l->relu && l->type != LAYER_RELU && l->relu_max != 0)
            text_printf(t, "<relu%u>", l->relu_max);
        else if (l->relu && l->type != LAYER_RELU)
            text_add(t, "<relu>");
        ck_assert_ptr_eq(l->inputs[0],
                         i == 0 ? &n->input : &n->layers[i - 1].output);
    }
    ck_assert_ptr_eq(n->output, &n->layers[n->layer_count - 1].output);
    return text_string(t);
}

/* --- relu ----------------------------------------------------------------- */

static const struct {
    enum layer_type front;
    const char *input, *output, *accumulator;
    uint32_t max;
    bool folded;
} relus[] = {
    { LAYER_CONV2D, "fixed<8,8>", "fixed<8,4,RND,SAT>", NULL, 0, true },
    { LAYER_CONV2D, "fixed<8,8>", "ufixed<8,4,TRN,SAT_SYM>", NULL, 0, true },
    { LAYER_CONV2D, "fixed<8,8>", "fixed<8,4,TRN,SAT_ZERO>", NULL, 0, true },
    /* What wraps changes its sign. */
    { LAYER_CONV2D, "fixed<8,8>", "fixed<8,4>", NULL, 0, false },
    { LAYER_CONV2D, "fixed<8,8>", "fixed<8,4,TRN,WRAP_SM>", NULL, 0, false },
    { LAYER_CONV2D, "fixed<8,8>", "fixed<8,4,RND,SAT>", NULL, 6, true },
    { LAYER_CONV2D, "fixed<8,8>", "fixed<8,4,RND,SAT_SYM>", NULL, 6, true },
    /* 100 becomes 0 by the conversion, but 6 if it is cut before. */
    { LAYER_CONV2D, "fixed<8,8>", "fixed<8,4,RND,SAT_ZERO>", NULL, 6, false },
    /* Sums in steps of 2 have a 6, in steps of 4 they have none. */
    { LAYER_CONV2D, "fixed<8,8>", "fixed<8,4,RND,SAT>", "fixed<20,21>", 6,
      true },
    { LAYER_CONV2D, "fixed<8,8>", "fixed<8,4,RND,SAT>", "fixed<20,22>", 6,
      false },
    /* No sum reaches it: nothing to cut. */
    { LAYER_CONV2D, "fixed<8,8>", "fixed<8,4,RND,SAT>", "fixed<2,4>", 6, true },
    { LAYER_CONV2D, "fixed<8,8>", "fixed<8,4,RND,SAT>", "fixed<8,3>", 6, true },
    /* 6 between values 4 and 8 of the output is cut off to 4 by a ReLU
     * behind it, and rounded to 8 if it is there before. */
    { LAYER_CONV2D, "fixed<8,8>", "fixed<8,10,RND,SAT>", NULL, 6, false },
    { LAYER_CONV2D, "fixed<8,8>", "fixed<8,10,RND,SAT>", NULL, 8, true },
    { LAYER_CONV2D, "fixed<8,8>", "fixed<1,3,RND,SAT>", NULL, 6, true },
    { LAYER_ADD, "fixed<8,8>", "fixed<8,4,RND,SAT>", NULL, 6, true },
    { LAYER_SUBTRACT, "fixed<8,8>", "fixed<8,4,RND,SAT>", NULL, 0, true },
    { LAYER_MAXIMUM, "fixed<8,8>", "fixed<8,4>", NULL, 6, false },
    /* Both inputs, and so the sums, in steps of 4. */
    { LAYER_ADD, "fixed<8,10>", "fixed<8,4,RND,SAT>", NULL, 0, true },
    { LAYER_ADD, "fixed<8,10>", "fixed<8,4,RND,SAT>", NULL, 6, false },
    { LAYER_ADD, "fixed<8,10>", "fixed<8,5,RND,SAT>", NULL, 8, true },
    /* Products of steps of 2 are steps of 4. */
    { LAYER_MULTIPLY, "fixed<8,9>", "fixed<8,4,RND,SAT>", NULL, 6, false },
    { LAYER_MAXIMUM, "fixed<8,9>", "fixed<8,4,RND,SAT>", NULL, 6, true },
};

START_TEST(test_relu)
{
    for (size_t i = 0; i < sizeof relus / sizeof relus[0]; i++) {
        struct layer layers[] = {
            relus[i].front == LAYER_CONV2D
                ? conv(relus[i].output, relus[i].accumulator)
                : of_two(relus[i].front, relus[i].output),
            relu(relus[i].max),
        };
        const char *got = fused(chain(relus[i].input, 2, layers), NULL);
        const char *expected = "front act";
        if (relus[i].folded && relus[i].max != 0)
            expected = arena_printf(arena, "front<relu%u>", relus[i].max);
        else if (relus[i].folded)
            expected = "front<relu>";
        ck_assert_msg(strcmp(got, expected) == 0, "case %zu: %s, not %s", i,
                      got, expected);
    }
}
END_TEST

/* Other formats, other fronts, and ReLUs that are there already. */
START_TEST(test_relu_stays)
{
    struct layer layers[] = { conv("fixed<8,4,RND,SAT>", NULL), relu(0),
                              relu(6) };
    layers[2].name = "again";
    ck_assert_str_eq(fused(chain("fixed<8,8>", 3, layers), NULL),
                     "front<relu> again");
    layers[1].output.format = make_format("fixed<8,4,TRN,SAT>");
    ck_assert_str_eq(fused(chain("fixed<8,8>", 2, layers), NULL), "front act");

    struct layer pooled[] = {
        { .name = "pool",
          .type = LAYER_MAXPOOL2D,
          .window = make_window(1, 1, 1, 1),
          .output = { .format = make_format("fixed<8,4,RND,SAT>") } },
        relu(0)
    };
    ck_assert_str_eq(fused(chain("fixed<8,8>", 2, pooled), NULL), "pool act");
    ck_assert_str_eq(fused(chain("fixed<8,8>", 1, pooled + 1), NULL), "act");
}
END_TEST

/* Somebody else sees what lies between the two. */
START_TEST(test_relu_of_a_fork)
{
    const struct layer layers[] = { conv("fixed<8,4,RND,SAT>", NULL), relu(0) };
    struct network *n = chain("fixed<8,8>", 2, layers);
    n->output = &n->layers[0].output;
    const struct hardware none = { 0 };
    ck_assert_ptr_eq(fuse_layers(arena, n, &none, diag), n);

    struct layer joined[] = { layers[0], layers[1],
                              of_two(LAYER_ADD, "fixed<8,4>") };
    joined[2].name = "sum";
    n = chain("fixed<8,8>", 3, joined);
    const struct tensor *const both[] = { &n->layers[1].output,
                                          &n->layers[0].output };
    n->layers[2].inputs = both;
    ck_assert_ptr_eq(fuse_layers(arena, n, &none, diag), n);

    /* Both by the same reader, of the ReLU: no matter. */
    const struct tensor *const twice[] = { &n->layers[1].output,
                                           &n->layers[1].output };
    n->layers[2].inputs = twice;
    const struct network *f = fuse_layers(arena, n, &none, diag);
    ck_assert_uint_eq(f->layer_count, 2);
    ck_assert_ptr_eq(f->layers[1].inputs[0], &f->layers[0].output);
    ck_assert_ptr_eq(f->layers[1].inputs[1], &f->layers[0].output);
    /* The network as it was read does not change. */
    ck_assert(!n->layers[0].relu);
    ck_assert_uint_eq(n->layer_count, 3);
}
END_TEST

/* Options for a layer are for a process of its own. */
START_TEST(test_options)
{
    const struct layer layers[] = { conv("fixed<8,4,RND,SAT>", NULL), relu(0) };
    const struct network *n = chain("fixed<8,8>", 2, layers);
    const struct layer_options of_relu = { .layer = "act", .lanes = 1 };
    const struct layer_options of_front = { .layer = "front", .lanes = 1 };
    struct hardware h = { .layer_count = 1, .layers = &of_relu };
    ck_assert_str_eq(fused(n, &h), "front act");
    h.layers = &of_front;
    ck_assert_str_eq(fused(n, &h), "front<relu>");
}
END_TEST

/* --- whole designs ---------------------------------------------------------
 */

static const struct design *lower(const struct network *n, bool keep_layers)
{
    const struct hardware h = { .keep_layers = keep_layers };
    const struct design *d =
        design_lower(arena, n, &h, kernels_headrace(), diag);
    ck_assert_msg(d != NULL, "%s",
                  d != NULL ? "" : diag_format(diag_at(diag, 0), arena));
    return d;
}

START_TEST(test_keep_layers)
{
    const struct layer layers[] = { conv("fixed<8,4,RND,SAT>", NULL), relu(6) };
    const struct network *n = chain("fixed<8,8>", 2, layers);
    ck_assert_uint_eq(lower(n, false)->process_count, 1);
    ck_assert_uint_eq(lower(n, false)->processes[0].relu_max, 6);
    ck_assert_uint_eq(lower(n, true)->process_count, 2);
    ck_assert(!lower(n, true)->processes[0].relu);
}
END_TEST

/* A limit that the sums do not have used to be an error, with no way out. */
START_TEST(test_limit_between_sums)
{
    const struct layer layers[] = { conv("fixed<8,4,RND,SAT>", "fixed<20,22>"),
                                    relu(6) };
    const struct design *d = lower(chain("fixed<8,8>", 2, layers), false);
    ck_assert_uint_eq(d->process_count, 2);
    ck_assert_uint_eq(d->processes[1].relu_max, 6);

    /* As the activation of the layer itself it cannot be helped. */
    struct layer with = layers[0];
    with.relu = true;
    with.relu_max = 6;
    const struct hardware none = { 0 };
    ck_assert_ptr_null(design_lower(arena, chain("fixed<8,8>", 1, &with), &none,
                                    kernels_headrace(), diag));
    check_one_error(diag, DIAG_FORMAT,
                    "the limit 6 of the ReLU in 'front' is no value of its "
                    "accumulator fixed<20,22>",
                    "give it an accumulator_format with no more integer bits "
                    "than bits, or make the ReLU a layer of its own");
}
END_TEST

/* Sums below 1/4, whose fraction is longer than any shift. */
START_TEST(test_limit_above_all_sums)
{
    struct layer with = conv("fixed<8,-30,RND,SAT>", "fixed<30,-60>");
    with.relu = true;
    with.relu_max = 6;
    const struct design *d = lower(chain("fixed<8,-30>", 1, &with), false);
    ck_assert(d->processes[0].relu);
    ck_assert_uint_eq(d->processes[0].relu_max, 0);
}
END_TEST

static struct format random_sums(struct rng *r)
{
    uint32_t width = random_between(r, 2, 20);
    return (struct format){
        .width = (uint8_t)width,
        .integer = (int16_t)random_between(r, 1, width + 5),
        .is_signed = true,
        .quant = (uint8_t)rng_below(r, FIXED_RND_CONV + 1),
    };
}

static struct network *random_network(struct rng *r)
{
    static const enum layer_type fronts[] = {
        LAYER_CONV2D,   LAYER_DEPTHWISE_CONV2D, LAYER_ADD,
        LAYER_SUBTRACT, LAYER_MULTIPLY,         LAYER_MAXIMUM,
    };
    struct layer layers[] = {
        { .name = "first",
          .type = LAYER_LINEAR,
          .output = { .format = random_format(r, 8, false) } },
        { .name = "front",
          .type = fronts[rng_below(r, sizeof fronts / sizeof fronts[0])],
          .window = make_window(1, 1, 1, 1),
          .units = 2,
          .output = { .format = random_format(r, 8, false) } },
        relu(rng_below(r, 4) != 0 ? random_between(r, 1, 20) : 0),
    };
    struct layer *front = &layers[1];
    front->output.format.integer =
        (int16_t)(front->output.format.integer + (int)rng_below(r, 3));
    if (rng_below(r, 2) != 0)
        front->output.format.overflow = FIXED_SAT;
    if (front->type == LAYER_CONV2D || front->type == LAYER_DEPTHWISE_CONV2D) {
        front->weight = random_format(r, 6, true);
        front->weights = random_values(r, arena, front->weight, 4);
        if (rng_below(r, 2) != 0)
            front->accumulator = random_sums(r);
    }
    /* A ReLU by itself with another limit is an error. */
    if (!limit_fits(layers[2].relu_max, front->output.format))
        layers[2].relu_max = 0;
    struct network *n = chain_new(arena, (struct shape){ 8, 8, 2 }, 3, layers);
    n->input.format = random_format(r, 8, false);
    return n;
}

/* The same bits, folded or not. */
START_TEST(test_same_bits)
{
    enum { SEED = 31, NETWORKS = 3000 };
    printf("fuse: seed %d\n", SEED);
    struct rng r = { SEED };
    uint32_t folded = 0, folded_limits = 0, kept_limits = 0;
    for (uint32_t i = 0; i < NETWORKS; i++) {
        teardown();
        setup();
        const struct network *n = random_network(&r);
        const struct design *plain = lower(n, true), *fold = lower(n, false);
        uint64_t count = infer_output_count(plain);
        const int32_t *in =
            random_values(&r, arena, n->input.format, infer_input_count(plain));
        const int32_t *a = infer_run(arena, plain, in, 1, NULL);
        const int32_t *b = infer_run(arena, fold, in, 1, NULL);
        for (uint64_t k = 0; k < count; k++)
            ck_assert_msg(a[k] == b[k],
                          "network %u, value %" PRIu64 ": %d, folded %d", i, k,
                          a[k], b[k]);
        bool limited = n->layers[2].relu_max != 0;
        folded += fold->process_count == 2;
        folded_limits += limited && fold->process_count == 2;
        kept_limits += limited && fold->process_count == 3;
    }
    ck_assert_uint_ge(folded, 500);
    ck_assert_uint_ge(folded_limits, 300);
    ck_assert_uint_ge(kept_limits, 300);
}
END_TEST

/* --- batch normalisation ---------------------------------------------------
 */

static const double weights[] = { 0.5, -1, 2, 0.25 };
static const double biases[] = { 1, -0.5 };
static const double scales[] = { 2, -0.5 };
static const double offsets[] = { 0.25, 3 };

static struct layer front_with_floats(void)
{
    struct layer l = conv("fixed<16,8>", NULL);
    l.weight = make_format("fixed<8,4>");
    l.bias = make_format("fixed<8,4>");
    l.weight_floats = weights;
    l.bias_floats = biases;
    return l;
}

static struct layer norm(void)
{
    static const int32_t raw_offsets[] = { 4, 48 };
    return (struct layer){
        .name = "norm",
        .type = LAYER_BATCHNORM,
        .units = 2,
        .weight = make_format("fixed<8,4>"),
        .bias = make_format("fixed<8,4>"),
        .weights = raw_offsets,
        .biases = raw_offsets,
        .weight_floats = scales,
        .bias_floats = offsets,
        .output = { .format = make_format("fixed<12,6,RND,SAT>") },
    };
}

static const struct layer *fused_front(const struct layer *layers,
                                       uint32_t count)
{
    const struct hardware none = { 0 };
    const struct network *n =
        fuse_layers(arena, chain("fixed<8,8>", count, layers), &none, diag);
    return n->layer_count == 1 ? &n->layers[0] : NULL;
}

START_TEST(test_batchnorm)
{
    const struct layer layers[] = { front_with_floats(), norm(), relu(0) };
    const struct layer *l = fused_front(layers, 3);
    ck_assert_uint_eq(diag_count(diag), 0);
    ck_assert_ptr_nonnull(l);
    ck_assert_str_eq(l->name, "front");
    ck_assert(l->relu);
    ck_assert(format_equal(l->output.format, layers[1].output.format));
    /* w * scale and b * scale + offset, in steps of 1/16. */
    static const double w[] = { 1, 0.5, 4, -0.125 };
    static const double b[] = { 2.25, 3.25 };
    for (uint32_t i = 0; i < 4; i++) {
        ck_assert_double_eq(l->weight_floats[i], w[i]);
        ck_assert_int_eq(l->weights[i], (int32_t)(w[i] * 16));
    }
    for (uint32_t i = 0; i < 2; i++) {
        ck_assert_double_eq(l->bias_floats[i], b[i]);
        ck_assert_int_eq(l->biases[i], (int32_t)(b[i] * 16));
    }
}
END_TEST

/* Biases and offsets may be left out, or raw: they are numbers all the same.
 */
START_TEST(test_batchnorm_without_floats_for_biases)
{
    struct layer layers[] = { front_with_floats(), norm() };
    layers[0].bias_floats = NULL;
    const struct layer *l = fused_front(layers, 2);
    ck_assert_ptr_nonnull(l);
    ck_assert_int_eq(l->biases[0], 4);
    ck_assert_int_eq(l->biases[1], 48);

    static const int32_t raw[] = { 16, -8 };
    layers[0].biases = raw;
    layers[1].bias_floats = NULL;
    l = fused_front(layers, 2);
    ck_assert_ptr_nonnull(l);
    ck_assert_int_eq(l->biases[0], 36);
    ck_assert_int_eq(l->biases[1], 52);
}
END_TEST

START_TEST(test_batchnorm_stays)
{
    struct layer layers[] = { front_with_floats(), norm() };
    layers[0].weight_floats = NULL;
    ck_assert_ptr_null(fused_front(layers, 2));
    layers[0] = front_with_floats();
    layers[0].relu = true;
    ck_assert_ptr_null(fused_front(layers, 2));
    layers[0] = front_with_floats();
    layers[0].weight = make_format("ternary");
    ck_assert_ptr_null(fused_front(layers, 2));
    layers[0] = front_with_floats();
    layers[1].weight_floats = NULL;
    ck_assert_ptr_null(fused_front(layers, 2));
}
END_TEST

/* 8 does not fit fixed<8,4>; neither do -8.5 and 2 * 1 + 20. */
START_TEST(test_batchnorm_beyond_the_format)
{
    static const double large[] = { 8, 1, 1, 17 };
    static const double far_offsets[] = { 20, 0 };
    struct layer layers[] = { front_with_floats(), norm() };
    layers[0].weight_floats = large;
    layers[1].bias_floats = far_offsets;
    const struct layer *l = fused_front(layers, 2);
    ck_assert_ptr_nonnull(l);
    ck_assert_int_eq(l->weights[0], 127);
    ck_assert_int_eq(l->weights[3], -128);
    ck_assert_int_eq(l->biases[0], 127);
    ck_assert_uint_eq(diag_count(diag), 1);
    const struct diag_message *m = diag_at(diag, 0);
    ck_assert_int_eq(m->severity, DIAG_WARNING);
    ck_assert_str_eq(m->text,
                     "with batchnorm 'norm' folded in, 3 weights and biases of "
                     "'front' are beyond their formats and were cut");
    ck_assert_str_eq(m->hint, "more integer bits in weight_format or "
                              "bias_format, or \"fold_layers\": false");
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_relu,
        test_relu_stays,
        test_relu_of_a_fork,
        test_options,
        test_keep_layers,
        test_limit_between_sums,
        test_limit_above_all_sums,
        test_same_bits,
        test_batchnorm,
        test_batchnorm_without_floats_for_biases,
        test_batchnorm_stays,
        test_batchnorm_beyond_the_format,
        NULL,
    };
    return check_main_with("fuse", tests, setup, teardown);
}
