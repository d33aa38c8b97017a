#include "design/design.h"

#include "base/arena.h"
#include "base/diag.h"
#include "base/text.h"
#include "design/kernel.h"
#include "kernels/kernels.h"
#include "tests/design/chain.h"

#include <check.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* --- what comes out ----------------------------------------------------- */

static const struct layer example[] = {
    { .name = "conv1",
      .type = LAYER_CONV2D,
      .units = 6,
      .relu = true,
      .window = { 3, 3, 1, 1, 1, 0, 1, 1 },
      .accumulator = { .width = 24, .integer = 8, .is_signed = true } },
    { .name = "pool1",
      .type = LAYER_MAXPOOL2D,
      .window = { 2, 2, 2, 2, 0, 0, 0, 0 } },
    { .name = "act", .type = LAYER_RELU },
    { .name = "pad", .type = LAYER_ZEROPAD2D, .window = { .pad_left = 1 } },
    { .name = "flat", .type = LAYER_FLATTEN },
    { .name = "fc1", .type = LAYER_DENSE, .units = 10 },
    { .name = "act2", .type = LAYER_RELU },
    { .name = "fc2", .type = LAYER_DENSE, .units = 4 },
};
enum { EXAMPLE_COUNT = sizeof example / sizeof example[0] };

static void print_stream(struct text *t, const struct stream *s)
{
    text_printf(t, "%s %ux%ux%u /%u %" PRIu64 " %ub %s%u %s>%s\n", s->name,
                s->shape.h, s->shape.w, s->shape.c, s->lanes,
                s->tokens_per_frame, s->width_bits, fifo_kind_name(s->kind),
                s->depth, s->producer != NULL ? s->producer->name : "",
                s->consumer != NULL ? s->consumer->name : "");
}

static void print_process(struct text *t, const struct process *p)
{
    char accumulator[FORMAT_TEXT_SIZE] = "";
    if (p->accumulator.width != 0)
        format_print(p->accumulator, accumulator);
    text_printf(t, "%s %s %s>%s pe%u simd%u rf%u%s %s\n", p->name,
                p->kernel->name, p->inputs[0]->name, p->outputs[0]->name, p->pe,
                p->simd, p->reuse_factor, p->relu ? " relu" : "", accumulator);
}

static const char *print_design(struct arena *a, const struct design *d)
{
    struct text *t = text_new(a);
    for (uint32_t i = 0; i < d->stream_count; i++) {
        ck_assert_uint_eq(d->streams[i].index, i);
        print_stream(t, &d->streams[i]);
    }
    for (uint32_t i = 0; i < d->process_count; i++) {
        ck_assert_uint_eq(d->processes[i].index, i);
        print_process(t, &d->processes[i]);
    }
    return text_string(t);
}

static struct design *lower(struct arena *a, uint32_t count,
                            const struct layer *layers,
                            const struct hardware *h, struct diag *d)
{
    struct network *n = chain_new(a, (struct shape){ 7, 6, 2 }, count, layers);
    return design_lower(a, n, h, kernels_headrace(), d);
}

START_TEST(test_defaults)
{
    struct arena *a = arena_new();
    struct diag *d = diag_new(a);
    const struct hardware h = { 0 };
    const struct design *design = lower(a, EXAMPLE_COUNT, example, &h, d);
    ck_assert_uint_eq(diag_count(d), 0);
    ck_assert_str_eq(
        print_design(a, design),
        "source.out 7x6x2 /2 42 16b srl16 >conv1.pad\n"
        "conv1.pad.out 8x8x2 /2 64 16b srl16 conv1.pad>conv1\n"
        "conv1.out 6x6x6 /6 36 48b srl16 conv1>pool1\n"
        "pool1.out 3x3x6 /6 9 48b srl16 pool1>act\n"
        "act.out 3x3x6 /6 9 48b srl16 act>pad\n"
        "pad.out 3x4x6 /6 12 48b srl16 pad>fc1\n"
        "fc1.out 1x1x10 /10 1 80b srl16 fc1>act2\n"
        "act2.out 1x1x10 /10 1 80b srl16 act2>fc2\n"
        "fc2.out 1x1x4 /4 1 32b srl16 fc2>\n"
        "conv1.pad zeropad2d source.out>conv1.pad.out pe0 simd0 rf1 \n"
        "conv1 conv2d conv1.pad.out>conv1.out pe1 simd1 rf108 relu "
        "fixed<24,8>\n"
        "pool1 maxpool2d conv1.out>pool1.out pe0 simd0 rf1 \n"
        "act relu pool1.out>act.out pe0 simd0 rf1 relu \n"
        "pad zeropad2d act.out>pad.out pe0 simd0 rf1 \n"
        "fc1 dense pad.out>fc1.out pe1 simd1 rf720 fixed<22,12>\n"
        "act2 relu fc1.out>act2.out pe0 simd0 rf1 relu \n"
        "fc2 dense act2.out>fc2.out pe1 simd1 rf40 fixed<19,9>\n");
    ck_assert_ptr_eq(design->input, &design->streams[0]);
    ck_assert_ptr_eq(design->output, design_stream(design, "fc2.out"));
    ck_assert_uint_eq(design->clock_hz, 200000000);
    ck_assert_str_eq(design->name, "chain");

    /* The pads are the padding unit's, all else is the convolution's. */
    const struct process *pad = design_process(design, "conv1.pad");
    const struct process *conv = design_process(design, "conv1");
    ck_assert_ptr_eq(pad->layer, conv->layer);
    ck_assert_uint_eq(pad->window.pad_top, 1);
    ck_assert_uint_eq(pad->window.pad_bottom, 0);
    ck_assert_uint_eq(pad->window.pad_left, 1);
    ck_assert_uint_eq(pad->window.pad_right, 1);
    ck_assert_uint_eq(pad->window.kernel_h, 0);
    ck_assert_uint_eq(conv->window.pad_top + conv->window.pad_left +
                          conv->window.pad_right,
                      0);
    ck_assert_uint_eq(conv->window.kernel_h, 3);
    ck_assert_ptr_eq(conv->weights, conv->layer->weights);
    ck_assert(format_equal(conv->bias, conv->weight));
    arena_free(a);
}
END_TEST

START_TEST(test_options)
{
    struct arena *a = arena_new();
    struct diag *d = diag_new(a);
    const struct layer_options layers[] = {
        { .layer = "fc1", .pe = 5, .simd = 12, .lanes = 5 },
        { .layer = "conv1", .reuse_factor = 9, .lanes = 3 },
    };
    const struct fifo_options fifos[] = {
        { .stream = "conv1.pad.out", .kind = FIFO_SRL },
        { .stream = "fc2.out", .depth = 2 },
    };
    const struct hardware h = {
        .clock_hz = 1000,
        .family = "headrace",
        .input_lanes = 1,
        .fifo_depth = 100,
        .layer_count = 2,
        .layers = layers,
        .fifo_count = 2,
        .fifos = fifos,
        .source = { .gap = 3 },
        .sink = { .random = 5 },
    };
    const struct design *design = lower(a, EXAMPLE_COUNT, example, &h, d);
    ck_assert_uint_eq(diag_count(d), 0);
    ck_assert_str_eq(
        print_design(a, design),
        "source.out 7x6x2 /1 84 8b bram100 >conv1.pad\n"
        "conv1.pad.out 8x8x2 /1 128 8b srl100 conv1.pad>conv1\n"
        "conv1.out 6x6x6 /3 72 24b bram100 conv1>pool1\n"
        "pool1.out 3x3x6 /3 18 24b bram100 pool1>act\n"
        "act.out 3x3x6 /3 18 24b bram100 act>pad\n"
        "pad.out 3x4x6 /3 24 24b bram100 pad>fc1\n"
        "fc1.out 1x1x10 /5 2 40b bram100 fc1>act2\n"
        "act2.out 1x1x10 /5 2 40b bram100 act2>fc2\n"
        "fc2.out 1x1x4 /4 1 32b srl2 fc2>\n"
        "conv1.pad zeropad2d source.out>conv1.pad.out pe0 simd0 rf1 \n"
        "conv1 conv2d conv1.pad.out>conv1.out pe6 simd2 rf9 relu "
        "fixed<24,8>\n"
        "pool1 maxpool2d conv1.out>pool1.out pe0 simd0 rf1 \n"
        "act relu pool1.out>act.out pe0 simd0 rf1 relu \n"
        "pad zeropad2d act.out>pad.out pe0 simd0 rf1 \n"
        "fc1 dense pad.out>fc1.out pe5 simd12 rf12 fixed<22,12>\n"
        "act2 relu fc1.out>act2.out pe0 simd0 rf1 relu \n"
        "fc2 dense act2.out>fc2.out pe1 simd1 rf40 fixed<19,9>\n");
    ck_assert_uint_eq(design->clock_hz, 1000);
    ck_assert_uint_eq(design->source.gap, 3);
    ck_assert_uint_eq(design->sink.random, 5);
    arena_free(a);
}
END_TEST

/* The output stream of a network that ends with a flatten is that of the
 * layer in front of it. */
/* No more than a frame, but 16 of short frames. */
START_TEST(test_slack)
{
    static const struct {
        uint32_t slack, source, act, fc;
    } cases[] = {
        { 3, 3, 3, 3 },
        { 20, 20, 16, 16 },
        { 40, 40, 16, 16 },
        { 1000, 42, 16, 16 },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct arena *a = arena_new();
        struct diag *d = diag_new(a);
        const struct hardware h = { .fifo_slack = cases[i].slack };
        const struct design *design = lower(a, EXAMPLE_COUNT, example, &h, d);
        ck_assert_uint_eq(diag_count(d), 0);
        ck_assert_uint_eq(design_stream(design, "source.out")->depth,
                          cases[i].source);
        ck_assert_uint_eq(design_stream(design, "act.out")->depth,
                          cases[i].act);
        ck_assert_uint_eq(design_stream(design, "fc2.out")->depth, cases[i].fc);
        arena_free(a);
    }
}
END_TEST

START_TEST(test_flatten_at_the_end)
{
    struct arena *a = arena_new();
    struct diag *d = diag_new(a);
    const struct hardware h = { 0 };
    const struct layer layers[] = { { .name = "act", .type = LAYER_RELU },
                                    { .name = "a", .type = LAYER_FLATTEN },
                                    { .name = "b", .type = LAYER_FLATTEN } };
    const struct design *design = lower(a, 3, layers, &h, d);
    ck_assert_str_eq(print_design(a, design),
                     "source.out 7x6x2 /2 42 16b srl16 >act\n"
                     "act.out 7x6x2 /2 42 16b srl16 act>\n"
                     "act relu source.out>act.out pe0 simd0 rf1 relu \n");
    ck_assert_ptr_eq(design->output, design_stream(design, "act.out"));
    arena_free(a);
}
END_TEST

/* A relu works on single values: behind a flatten, too. */
START_TEST(test_relu_behind_flatten)
{
    struct arena *a = arena_new();
    struct diag *d = diag_new(a);
    const struct hardware h = { 0 };
    const struct layer layers[] = { { .name = "flat", .type = LAYER_FLATTEN },
                                    { .name = "act", .type = LAYER_RELU } };
    const struct design *design = lower(a, 2, layers, &h, d);
    ck_assert_str_eq(print_design(a, design),
                     "source.out 7x6x2 /2 42 16b srl16 >act\n"
                     "act.out 1x1x84 /2 42 16b srl42 act>\n"
                     "act relu source.out>act.out pe0 simd0 rf1 relu \n");
    arena_free(a);
}
END_TEST

/* The pool behind the padding unit knows of pads if they do not count. */
START_TEST(test_pads_of_a_mean)
{
    static const struct layer layers[] = {
        { .name = "counted",
          .type = LAYER_AVGPOOL2D,
          .window = { 3, 3, 2, 2, 1, 2, 0, 1 } },
        { .name = "skipped",
          .type = LAYER_AVGPOOL2D,
          .skips_pads = true,
          .window = { 3, 3, 2, 2, 1, 2, 0, 1 } },
    };
    struct arena *a = arena_new();
    const struct hardware h = { 0 };
    const struct design *design = lower(a, 2, layers, &h, diag_new(a));
    const struct window *w = &design_process(design, "counted")->window;
    ck_assert_uint_eq(w->pad_top | w->pad_bottom | w->pad_left | w->pad_right,
                      0);
    const struct process *p = design_process(design, "skipped");
    ck_assert_uint_eq(p->window.pad_top, 1);
    ck_assert_uint_eq(p->window.pad_bottom, 2);
    ck_assert_uint_eq(p->window.pad_left, 0);
    ck_assert_uint_eq(p->window.pad_right, 1);
    ck_assert_str_eq(p->inputs[0]->producer->name, "skipped.pad");
    arena_free(a);
}
END_TEST

/* --- what is refused ---------------------------------------------------- */

/* The place of what is wrong stands in each option. */
enum {
    LINE_LAYER = 1,
    LINE_REUSE,
    LINE_PE,
    LINE_SIMD,
    LINE_LANES,
    LINE_FIFO,
    LINE_INPUT,
    LINE_NETWORK
};

static const struct layer flat_only[] = {
    { .name = "flat", .type = LAYER_FLATTEN, .place = { "f", LINE_NETWORK, 1 } }
};
/* A window needs pixels of the new shape: a reshape makes them. */
static const struct layer pool_behind_flatten[] = {
    { .name = "flat", .type = LAYER_FLATTEN },
    { .name = "pool",
      .type = LAYER_MAXPOOL2D,
      .place = { "f", LINE_NETWORK, 1 },
      .window = { 1, 1, 1, 1, 0, 0, 0, 0 } },
};
START_TEST(test_pool_behind_flatten)
{
    struct arena *a = arena_new();
    const struct hardware h = { 0 };
    const struct design *design =
        lower(a, 2, pool_behind_flatten, &h, diag_new(a));
    ck_assert_str_eq(
        print_design(a, design),
        "source.out 7x6x2 /2 42 16b srl16 >pool.in0.reshape\n"
        "pool.in0.reshape.out 1x1x84 /2 42 16b srl42 pool.in0.reshape>pool\n"
        "pool.out 1x1x84 /2 42 16b srl42 pool>\n"
        "pool.in0.reshape reshape source.out>pool.in0.reshape.out pe0 simd0 "
        "rf1 \n"
        "pool maxpool2d pool.in0.reshape.out>pool.out pe0 simd0 rf1 \n");
    arena_free(a);
}
END_TEST
static const struct layer pads_skipped[] = {
    { .name = "pool",
      .type = LAYER_AVGPOOL2D,
      .skips_pads = true,
      .place = { "f", LINE_NETWORK, 1 },
      .window = { 2, 2, 2, 2, 0, 1, 0, 0 } },
};
static const struct layer bad_accumulator[] = {
    { .name = "conv1",
      .type = LAYER_CONV2D,
      .units = 6,
      .place = { "f", LINE_NETWORK, 1 },
      .window = { 3, 3, 1, 1, 0, 0, 0, 0 },
      .accumulator = { .width = 24, .integer = 8 } },
};

static const struct bad {
    const struct layer *layers; /* NULL: the example */
    uint32_t layer_count;
    struct layer_options layer;
    struct fifo_options fifo;
    struct hardware hardware;
    enum diag_code code;
    uint32_t line;
    const char *text, *hint;
} bad[] = {
    { .hardware = { .family = "hls4ml" },
      .code = DIAG_UNSUPPORTED,
      .text =
          "kernel family 'hls4ml' is not supported; these are: headrace, "
          "hls4ml/vivado-2019.2, hls4ml/vivado-2020.1, hls4ml/vitis-2023.2, "
          "hls4ml/vitis-2024.2, schedule" },
    { .layer = { .layer = "conv2", .reuse_factor = 1 },
      .code = DIAG_NAME,
      .line = LINE_LAYER,
      .text = "the network has no layer 'conv2' that these options could be "
              "for",
      .hint = "did you mean 'conv1'?" },
    { .layer = { .layer = "conv1.pad", .lanes = 1 },
      .code = DIAG_NAME,
      .line = LINE_LAYER,
      .text = "the network has no layer 'conv1.pad' that these options could "
              "be for" },
    { .layer = { .layer = "pool1", .reuse_factor = 2 },
      .code = DIAG_FOLDING,
      .line = LINE_REUSE,
      .text = "'pool1' is of type maxpool2d, which cannot be folded" },
    { .layer = { .layer = "act", .pe = 2, .simd = 1 },
      .code = DIAG_FOLDING,
      .line = LINE_PE,
      .text = "'act' is of type relu, which cannot be folded" },
    { .layer = { .layer = "flat", .simd = 1 },
      .code = DIAG_FOLDING,
      .line = LINE_SIMD,
      .text = "'flat' is of type flatten, which cannot be folded" },
    { .layer = { .layer = "flat", .lanes = 1 },
      .code = DIAG_LANES,
      .line = LINE_LANES,
      .text = "'flat' is of type flatten, whose lanes cannot be set" },
    { .layer = { .layer = "conv1", .lanes = 4 },
      .code = DIAG_LANES,
      .line = LINE_LANES,
      .text = "4 lanes do not divide the 6 channels of 'conv1'",
      .hint = "3 and 6 do" },
    { .layer = { .layer = "fc1", .lanes = 11 },
      .code = DIAG_LANES,
      .line = LINE_LANES,
      .text = "11 lanes do not divide the 10 channels of 'fc1'",
      .hint = "at most 10 do" },
    { .layer = { .layer = "act", .lanes = 4 },
      .code = DIAG_LANES,
      .line = LINE_LANES,
      .text = "4 lanes do not divide the 6 channels of 'act'",
      .hint = "3 and 6 do" },
    { .hardware = { .input_lanes = 3 },
      .code = DIAG_LANES,
      .line = LINE_INPUT,
      .text = "3 lanes do not divide the 2 channels of 'image'",
      .hint = "at most 2 do" },
    /* One token of 3 * 4 * 6 inputs at a time, 6 lanes: SIMD 4 is no part. */
    { .layer = { .layer = "fc1", .pe = 1, .simd = 4 },
      .code = DIAG_FOLDING,
      .line = LINE_SIMD,
      .text = "pe 1 and simd 4 are impossible for 'fc1' (10 outputs of 72 "
              "inputs each): simd and the input lanes are not multiples of one "
              "another" },
    { .layer = { .layer = "conv1", .reuse_factor = 7 },
      .code = DIAG_FOLDING,
      .line = LINE_REUSE,
      .text = "reuse factor 7 is impossible for 'conv1' (6 outputs of 18 "
              "inputs each); the nearest legal ones are 6 and 9",
      .hint = "a reuse factor is (outputs / PE) * (inputs / SIMD)" },
    /* Groups of 3 outputs leave as 3 tokens: with SIMD 9 there are 2 folds,
     * with SIMD 2 there are 9, but the input comes as 2 tokens a pixel. */
    { .layer = { .layer = "conv1", .pe = 3, .simd = 9, .lanes = 1 },
      .hardware = { .input_lanes = 1 },
      .code = DIAG_FOLDING,
      .line = LINE_PE,
      .text = "pe 3 and simd 9 are impossible for 'conv1' (6 outputs of 18 "
              "inputs each): a group of pe outputs takes more tokens than it "
              "has folds" },
    { .layer = { .layer = "conv1", .pe = 3, .simd = 2, .lanes = 1 },
      .hardware = { .input_lanes = 1 },
      .code = DIAG_FOLDING,
      .line = LINE_PE,
      .text = "pe 3 and simd 2 are impossible for 'conv1' (6 outputs of 18 "
              "inputs each): output groups cannot be split into tokens while "
              "input tokens are staged" },
    { .fifo = { .stream = "conv1.pads.out", .depth = 4 },
      .code = DIAG_FIFO,
      .line = LINE_FIFO,
      .text = "there is no stream 'conv1.pads.out'; there are: source.out, "
              "conv1.pad.out, conv1.out, pool1.out, act.out, pad.out, fc1.out, "
              "act2.out, fc2.out",
      .hint = "did you mean 'conv1.pad.out'?" },
    /* A flatten is no process: it has no stream either. */
    { .fifo = { .stream = "flat.out", .depth = 4 },
      .code = DIAG_FIFO,
      .line = LINE_FIFO,
      .text = "there is no stream 'flat.out'; there are: source.out, "
              "conv1.pad.out, conv1.out, pool1.out, act.out, pad.out, fc1.out, "
              "act2.out, fc2.out",
      .hint = "did you mean 'act.out'?" },
    { .fifo = { .stream = "act.out", .depth = 1, .kind = FIFO_BRAM },
      .code = DIAG_FIFO,
      .line = LINE_FIFO,
      .text = "depth 1 of 'act.out' is outside 2..16777216 for FIFO kind "
              "'bram'",
      .hint = "kind 'srl' or 'auto' can be 1 token deep" },
    { .fifo = { .stream = "act.out", .depth = UINT32_MAX },
      .code = DIAG_FIFO,
      .line = LINE_FIFO,
      .text = "depth 4294967295 of 'act.out' is outside 1..16777216 for FIFO "
              "kind 'auto'" },
    { .layers = flat_only,
      .layer_count = 1,
      .code = DIAG_UNSUPPORTED,
      .line = LINE_NETWORK,
      .text = "the network has no layer that becomes hardware" },
    { .layers = pads_skipped,
      .layer_count = 1,
      .hardware = { .family = "hls4ml/vitis-2024.2" },
      .code = DIAG_UNSUPPORTED,
      .line = LINE_NETWORK,
      .text = "'pool' is a mean in which pads do not count, which family "
              "hls4ml/vitis-2024.2 does not have" },
    { .layers = bad_accumulator,
      .layer_count = 1,
      .code = DIAG_FORMAT,
      .line = LINE_NETWORK,
      .text = "accumulator ufixed<24,8> of 'conv1' is not signed with overflow "
              "WRAP" },
};

/* Exactly the one diagnostic, nothing else. */
START_TEST(test_bad)
{
    const struct bad *b = &bad[_i];
    struct arena *a = arena_new();
    struct diag *d = diag_new(a);
    struct layer_options layer = b->layer;
    layer.place = (struct place){ "f", LINE_LAYER, 1 };
    layer.reuse_factor_place = (struct place){ "f", LINE_REUSE, 1 };
    layer.pe_place = (struct place){ "f", LINE_PE, 1 };
    layer.simd_place = (struct place){ "f", LINE_SIMD, 1 };
    layer.lanes_place = (struct place){ "f", LINE_LANES, 1 };
    struct fifo_options fifo = b->fifo;
    fifo.place = (struct place){ "f", LINE_FIFO, 1 };
    struct hardware h = b->hardware;
    h.input_lanes_place = (struct place){ "f", LINE_INPUT, 1 };
    h.layer_count = layer.layer != NULL;
    h.layers = &layer;
    h.fifo_count = fifo.stream != NULL;
    h.fifos = &fifo;
    const struct design *design =
        b->layers == NULL ? lower(a, EXAMPLE_COUNT, example, &h, d)
                          : lower(a, b->layer_count, b->layers, &h, d);
    ck_assert_ptr_null(design);
    ck_assert_uint_eq(diag_count(d), 1);
    const struct diag_message *m = diag_at(d, 0);
    ck_assert_str_eq(m->text, b->text);
    ck_assert_int_eq(m->code, b->code);
    ck_assert_int_eq(m->severity, DIAG_ERROR);
    ck_assert_uint_eq(m->place.line, b->line);
    ck_assert_pstr_eq(m->hint, b->hint);
    arena_free(a);
}
END_TEST

/* Independent faults are reported together. */
START_TEST(test_several)
{
    struct arena *a = arena_new();
    struct diag *d = diag_new(a);
    const struct layer_options layers[] = {
        { .layer = "conv1", .lanes = 4 },
        { .layer = "fc1", .reuse_factor = 11 },
        { .layer = "none" },
    };
    const struct hardware h = {
        .fifo_kind = FIFO_BRAM,
        .fifo_depth = 1,
        .fifo_place = { "f", LINE_FIFO, 1 },
        .layer_count = 3,
        .layers = layers,
    };
    ck_assert_ptr_null(lower(a, EXAMPLE_COUNT, example, &h, d));
    ck_assert_uint_eq(diag_count(d), 3 + 9);
    uint32_t placed = 0;
    for (size_t i = 0; i < diag_count(d); i++)
        placed += diag_at(d, i)->code == DIAG_FIFO &&
                  diag_at(d, i)->place.line == LINE_FIFO;
    ck_assert_uint_eq(placed, 9);
    arena_free(a);
}
END_TEST

/* A diag that holds an older error does not stop a design. */
START_TEST(test_older_error)
{
    struct arena *a = arena_new();
    struct diag *d = diag_new(a);
    const struct hardware h = { 0 };
    diag_error(d, (struct place){ 0 }, DIAG_OPTION, "an older one");
    ck_assert_ptr_nonnull(lower(a, EXAMPLE_COUNT, example, &h, d));
    arena_free(a);
}
END_TEST

static Suite *lower_suite(void)
{
    Suite *s = suite_create("lower");
    TCase *t = tcase_create("lower");
    tcase_add_test(t, test_defaults);
    tcase_add_test(t, test_options);
    tcase_add_test(t, test_slack);
    tcase_add_test(t, test_flatten_at_the_end);
    tcase_add_test(t, test_relu_behind_flatten);
    tcase_add_test(t, test_pool_behind_flatten);
    tcase_add_test(t, test_pads_of_a_mean);
    tcase_add_loop_test(t, test_bad, 0, sizeof bad / sizeof bad[0]);
    tcase_add_test(t, test_several);
    tcase_add_test(t, test_older_error);
    suite_add_tcase(s, t);
    return s;
}

int main(void)
{
    SRunner *sr = srunner_create(lower_suite());
    srunner_run_all(sr, CK_ENV);
    int failed = srunner_ntests_failed(sr);
    srunner_free(sr);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
