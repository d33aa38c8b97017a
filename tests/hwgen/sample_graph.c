#include "sample_graph.h"

#include "base/arena.h"
#include "base/fixed.h"
#include "base/rng.h"
#include "design/kernel.h"
#include "design/tables.h"
#include "sample_design.h"
#include "tests/kernels/kernel_case.h"

#include <check.h>
#include <stddef.h>

enum { PROCESSES_MAX = 32, STREAMS_MAX = 64, DEPTH = 4 };

struct sample_graph {
    struct arena *arena;
    struct design *design;
};

struct sample_graph *sample_graph_new(struct arena *a, const char *name)
{
    struct sample_graph *g = arena_new_item(a, struct sample_graph);
    struct design *d = arena_new_item(a, struct design);
    d->name = name;
    d->clock_hz = 200000000;
    d->processes = arena_new_array(a, struct process, PROCESSES_MAX);
    d->streams = arena_new_array(a, struct stream, STREAMS_MAX);
    g->arena = a;
    g->design = d;
    return g;
}

struct stream *sample_stream(struct sample_graph *g, const char *name,
                             struct shape shape, const char *format,
                             uint32_t lanes)
{
    struct design *d = g->design;
    ck_assert_uint_lt(d->stream_count, STREAMS_MAX);
    ck_assert_uint_eq(shape.c % lanes, 0);
    struct stream *s = &d->streams[d->stream_count];
    *s = (struct stream){
        .name = name,
        .index = d->stream_count++,
        .shape = shape,
        .format = make_format(format),
        .lanes = lanes,
        .tokens_per_frame = shape_count(shape) / lanes,
        .kind = FIFO_SRL,
        .depth = DEPTH,
        .copies = 1,
    };
    s->width_bits = lanes * s->format.width;
    return s;
}

static uint32_t copy_list(struct arena *a, struct stream *const *from,
                          struct stream ***to)
{
    uint32_t count = 0;
    while (from[count] != NULL)
        count++;
    *to = arena_new_array(a, struct stream *, count);
    for (uint32_t i = 0; i < count; i++)
        (*to)[i] = from[i];
    return count;
}

struct process *sample_process(struct sample_graph *g, const char *kernel,
                               const char *name, struct stream *const *inputs,
                               struct stream *const *outputs)
{
    struct design *d = g->design;
    ck_assert_uint_lt(d->process_count, PROCESSES_MAX);
    struct kernel *k = arena_new_item(g->arena, struct kernel);
    k->name = kernel;
    struct process *p = &d->processes[d->process_count];
    *p = (struct process){ .name = name,
                           .index = d->process_count++,
                           .kernel = k,
                           .copies = 1,
                           .reuse_factor = 1 };
    p->input_count = copy_list(g->arena, inputs, &p->inputs);
    p->output_count = copy_list(g->arena, outputs, &p->outputs);
    for (uint32_t i = 0; i < p->input_count; i++)
        p->inputs[i]->consumer = p;
    for (uint32_t i = 0; i < p->output_count; i++)
        p->outputs[i]->producer = p;
    return p;
}

struct design *sample_graph_design(struct sample_graph *g)
{
    struct design *d = g->design;
    for (uint32_t i = 0; i < d->stream_count; i++) {
        if (d->streams[i].producer == NULL)
            d->input = &d->streams[i];
        if (d->streams[i].consumer == NULL)
            d->output = &d->streams[i];
    }
    ck_assert_ptr_nonnull(d->input);
    ck_assert_ptr_nonnull(d->output);
    return d;
}

#define STREAMS(...)                                                           \
    (struct stream *[])                                                        \
    {                                                                          \
        __VA_ARGS__, NULL                                                      \
    }

struct design *sample_graph_forks(struct arena *a)
{
    const struct shape image = { 6, 5, 4 }, joined = { 6, 5, 8 };
    const char *narrow = "fixed<6,3>", *wide = "fixed<7,4>";
    struct sample_graph *g = sample_graph_new(a, "forks");
    struct stream *source = sample_stream(g, "source.out", image, narrow, 2);
    struct stream *split[3];
    static const char *const split_names[] = { "split.out0", "split.out1",
                                               "split.out2" };
    for (int i = 0; i < 3; i++)
        split[i] = sample_stream(g, split_names[i], image, narrow, 2);
    sample_process(g, "clone", "split", STREAMS(source),
                   STREAMS(split[0], split[1], split[2]));

    /* One branch is rectified; the other one goes two ways, frame by frame;
     * then both are added. */
    struct stream *cut = sample_stream(g, "cut.out", image, narrow, 2);
    struct process *p =
        sample_process(g, "relu", "cut", STREAMS(split[0]), STREAMS(cut));
    p->relu = true;
    p->relu_max = 2;
    static const char *const turn_names[] = { "turns.out0", "turns.out1",
                                              "way.copy0.out",
                                              "way.copy1.out" };
    struct stream *turns[4];
    for (uint32_t i = 0; i < 4; i++) {
        turns[i] = sample_stream(g, turn_names[i], image, narrow, 2);
        turns[i]->copies = 2;
        turns[i]->copy = i % 2;
    }
    sample_process(g, "dispatch", "turns", STREAMS(split[1]),
                   STREAMS(turns[0], turns[1]))
        ->copies = 2;
    sample_process(g, "relu", "way.copy0", STREAMS(turns[0]), STREAMS(turns[2]))
        ->copies = 2;
    p = sample_process(g, "reshape", "way.copy1", STREAMS(turns[1]),
                       STREAMS(turns[3]));
    p->copies = 2;
    p->copy = 1;
    struct stream *way = sample_stream(g, "way.out", image, narrow, 2);
    sample_process(g, "collect", "way", STREAMS(turns[2], turns[3]),
                   STREAMS(way))
        ->copies = 2;
    struct stream *sum = sample_stream(g, "sum.out", image, wide, 2);
    sample_process(g, "elementwise", "sum", STREAMS(cut, way), STREAMS(sum));

    /* The third branch waits for its whole frame; the sum waits for it. */
    struct stream *sums = sample_stream(g, "sum.width.out", image, wide, 4);
    sums->kind = FIFO_BRAM;
    sums->depth = 40;
    sample_process(g, "width_converter", "sum.width", STREAMS(sum),
                   STREAMS(sums));
    struct stream *plain =
        sample_stream(g, "plain.width.out", image, narrow, 4);
    plain->kind = FIFO_FRAME;
    plain->depth = 2;
    sample_process(g, "width_converter", "plain.width", STREAMS(split[2]),
                   STREAMS(plain));
    struct stream *grown = sample_stream(g, "plain.out", image, wide, 4);
    sample_process(g, "relu", "plain", STREAMS(plain), STREAMS(grown));
    struct stream *side = sample_stream(g, "side.out", joined, wide, 8);
    sample_process(g, "concat", "side", STREAMS(sums, grown), STREAMS(side));
    struct stream *thin = sample_stream(g, "thin.out", joined, wide, 2);
    sample_process(g, "width_converter", "thin", STREAMS(side), STREAMS(thin));

    /* The same channels twice. */
    struct stream *one = sample_stream(g, "twice.out0", joined, wide, 2);
    struct stream *two = sample_stream(g, "twice.out1", joined, wide, 2);
    sample_process(g, "clone", "twice", STREAMS(thin), STREAMS(one, two));
    struct shape shape = { 6, 5, 16 };
    struct stream *both = sample_stream(g, "both.out", shape, wide, 2);
    sample_process(g, "concat", "both", STREAMS(one, two), STREAMS(both));

    shape.h = 12;
    struct stream *tall = sample_stream(g, "tall.out", shape, wide, 2);
    p = sample_process(g, "upsample2d", "tall", STREAMS(both), STREAMS(tall));
    p->scale_h = 2;
    p->scale_w = 1;
    shape.h -= 1;
    shape.w -= 2;
    struct stream *last = sample_stream(g, "crop.out", shape, wide, 2);
    p = sample_process(g, "crop2d", "crop", STREAMS(tall), STREAMS(last));
    p->window.pad_top = 1;
    p->window.pad_left = 2;
    return sample_graph_design(g);
}

/* Seeded values in a format. */
static const int32_t *values(struct sample_graph *g, struct format f,
                             uint64_t count)
{
    struct rng rng = { count };
    return sample_values(g->arena, &rng, f, count);
}

static void set_multipliers(struct sample_graph *g, struct process *p,
                            uint32_t pe, uint32_t simd, uint64_t terms)
{
    uint32_t outputs = p->outputs[0]->shape.c;
    p->pe = pe;
    p->simd = simd;
    p->reuse_factor = outputs / pe * (uint32_t)(terms / simd);
    p->weight = make_format("fixed<5,2>");
    p->bias = make_format("fixed<6,3>");
    p->accumulator = make_format("fixed<24,12>");
    p->weights = values(g, p->weight, outputs * terms);
    p->biases = values(g, p->bias, outputs);
}

/* Behind the pools: multipliers, channels, tables; 2 x 2 x 4 comes out. */
static struct stream *add_layers(struct sample_graph *g, struct stream *s)
{
    const struct shape small = { 2, 2, 4 };
    const char *format = "fixed<8,3,RND,SAT>";
    struct stream *depth = sample_stream(g, "depth.out", small, format, 2);
    struct process *p = sample_process(g, "depthwise_conv2d", "depth",
                                       STREAMS(s), STREAMS(depth));
    p->window = (struct window){
        .kernel_h = 3, .kernel_w = 3, .stride_h = 1, .stride_w = 1
    };
    set_multipliers(g, p, 2, 3, 9);

    struct stream *norm = sample_stream(g, "norm.out", small, format, 2);
    p = sample_process(g, "batchnorm", "norm", STREAMS(depth), STREAMS(norm));
    p->weight = make_format("fixed<6,2>");
    p->bias = make_format("fixed<9,4>");
    p->weights = values(g, p->weight, small.c);
    p->biases = values(g, p->bias, small.c);
    p->units = small.c;

    struct stream *bent = sample_stream(g, "bend.out", small, format, 2);
    p = sample_process(g, "prelu", "bend", STREAMS(norm), STREAMS(bent));
    p->weight = make_format("ufixed<4,0>");
    p->weights = values(g, p->weight, small.c);
    p->units = small.c;

    struct stream *leaky = sample_stream(g, "leaky.out", small, format, 2);
    p = sample_process(g, "prelu", "leaky", STREAMS(bent), STREAMS(leaky));
    p->weight = make_format("ufixed<4,0>");
    p->weights = values(g, p->weight, 1);
    p->units = 1;

    struct stream *curve =
        sample_stream(g, "curve.out", small, "ufixed<7,0>", 2);
    struct lookup_table *table = arena_new_item(g->arena, struct lookup_table);
    table->index = make_format("fixed<5,3,TRN,SAT>");
    table->count = 32;
    table->values = values(g, curve->format, table->count);
    p = sample_process(g, "lookup", "curve", STREAMS(leaky), STREAMS(curve));
    p->lookup = table;
    return curve;
}

static struct stream *add_softmax(struct sample_graph *g, struct stream *s)
{
    enum { BITS = 4 };
    struct format entry = { .width = 16, .integer = 16 };
    struct softmax_tables *tables =
        arena_new_item(g->arena, struct softmax_tables);
    tables->bits = BITS;
    tables->drop = 1;
    tables->exp = values(g, entry, 1 << BITS);
    tables->inverse = values(g, entry, 1 << BITS);
    struct stream *soft =
        sample_stream(g, "soft.out", s->shape, "ufixed<8,0,RND,SAT>", s->lanes);
    sample_process(g, "softmax", "soft", STREAMS(s), STREAMS(soft))->softmax =
        tables;
    return soft;
}

struct design *sample_graph_kernels(struct arena *a)
{
    const char *format = "fixed<8,3>";
    struct sample_graph *g = sample_graph_new(a, "kernels");
    struct stream *s =
        sample_stream(g, "source.out", (struct shape){ 8, 8, 4 }, format, 2);
    struct stream *next =
        sample_stream(g, "pad.out", (struct shape){ 10, 10, 4 }, format, 2);
    struct process *p =
        sample_process(g, "zeropad2d", "pad", STREAMS(s), STREAMS(next));
    p->window = (struct window){
        .pad_top = 1, .pad_bottom = 1, .pad_left = 1, .pad_right = 1
    };
    p->pad_value = -128;
    s = next;
    next = sample_stream(g, "most.out", (struct shape){ 8, 8, 4 }, format, 2);
    p = sample_process(g, "maxpool2d", "most", STREAMS(s), STREAMS(next));
    p->window = (struct window){
        .kernel_h = 3, .kernel_w = 3, .stride_h = 1, .stride_w = 1
    };
    s = next;
    next = sample_stream(g, "mean.out", (struct shape){ 4, 4, 4 },
                         "fixed<9,3,RND>", 2);
    p = sample_process(g, "avgpool2d", "mean", STREAMS(s), STREAMS(next));
    p->window = (struct window){
        .kernel_h = 2, .kernel_w = 2, .stride_h = 2, .stride_w = 2
    };
    s = add_layers(g, next);

    next = sample_stream(g, "conv.out", (struct shape){ 2, 2, 6 }, format, 2);
    p = sample_process(g, "conv2d", "conv", STREAMS(s), STREAMS(next));
    p->window = (struct window){
        .kernel_h = 1, .kernel_w = 1, .stride_h = 1, .stride_w = 1
    };
    p->packed = true;
    p->relu = true;
    p->relu_max = 6;
    set_multipliers(g, p, 2, 2, 4);

    const struct shape vector = { 1, 1, 6 };
    struct stream *a_side =
        sample_stream(g, "fork.out0", next->shape, format, 2);
    struct stream *b_side =
        sample_stream(g, "fork.out1", next->shape, format, 2);
    sample_process(g, "clone", "fork", STREAMS(next), STREAMS(a_side, b_side));
    struct stream *mean = sample_stream(g, "all_mean.out", vector, format, 2);
    sample_process(g, "global_avgpool", "all_mean", STREAMS(a_side),
                   STREAMS(mean));
    struct stream *most = sample_stream(g, "all_most.out", vector, format, 2);
    sample_process(g, "global_maxpool", "all_most", STREAMS(b_side),
                   STREAMS(most));
    struct stream *product =
        sample_stream(g, "product.out", vector, "fixed<12,4>", 2);
    sample_process(g, "elementwise", "product", STREAMS(mean, most),
                   STREAMS(product))
        ->operation = OPERATION_MULTIPLY;

    next = sample_stream(g, "fc.out", (struct shape){ 1, 1, 5 }, format, 5);
    p = sample_process(g, "dense", "fc", STREAMS(product), STREAMS(next));
    set_multipliers(g, p, 1, 2, 6);
    s = add_softmax(g, next);
    next = sample_stream(g, "best.out", (struct shape){ 1, 1, 1 },
                         "ufixed<3,3>", 1);
    sample_process(g, "argmax", "best", STREAMS(s), STREAMS(next));
    return sample_graph_design(g);
}
