#include "tests/fuzz/timing_random.h"

#include <assert.h>
#include <stdbool.h>

#include "base/arena.h"
#include "base/rng.h"
#include "tests/fuzz/schedule_cnn.h"
#include "tests/fuzz/schedule_random.h"
#include "tests/fuzz/timing_build.h"

enum {
    TOKENS_MAX = 150,      /* per stream and frame */
    DENSE_TOKENS_MAX = 40, /* a dense layer takes that many times its groups */
    OPEN_MAX = 6,          /* streams that nobody reads yet */
};

struct draft {
    struct rng rng;
    struct timing_builder builder;
    uint32_t open[OPEN_MAX + RANDOM_PORTS_MAX]; /* streams without consumer */
    uint32_t open_count;
};

static bool percent(struct draft *d, uint32_t chance)
{
    return rng_below(&d->rng, 100) < chance;
}

static uint32_t between(struct draft *d, uint32_t least, uint32_t most)
{
    return least + rng_below(&d->rng, most - least + 1);
}

/* Takes a random stream out of the open ones. */
static uint32_t take_open(struct draft *d)
{
    uint32_t i = rng_below(&d->rng, d->open_count);
    uint32_t stream = d->open[i];
    d->open[i] = d->open[--d->open_count];
    return stream;
}

static uint32_t random_tokens(struct draft *d, uint32_t like)
{
    if (percent(d, 60))
        return like;
    switch (rng_below(&d->rng, 4)) {
    case 0:
        return 1 + like / between(d, 2, 9);
    case 1:
        return like * 2 < TOKENS_MAX ? like * 2 : like;
    case 2:
        return between(d, 1, 12);
    default:
        return between(d, 1, TOKENS_MAX);
    }
}

/* A process with a random schedule over `inputs` open streams. */
static void add_process(struct draft *d, uint32_t inputs, uint32_t outputs,
                        bool same_tokens)
{
    struct timing_builder *b = &d->builder;
    struct schedule_ports ports = {
        .input_count = inputs,
        .output_count = outputs,
    };
    uint32_t streams[RANDOM_PORTS_MAX];
    for (uint32_t i = 0; i < inputs; i++) {
        streams[i] = take_open(d);
        ports.reads[i] = (uint32_t)b->streams[streams[i]].tokens_per_frame;
    }
    for (uint32_t o = 0; o < outputs; o++)
        ports.writes[o] =
            same_tokens ? ports.reads[0] : random_tokens(d, ports.reads[0]);
    struct schedule *s = schedule_random(b->arena, &d->rng, &ports);
    uint32_t first = timing_build_process(b, "p", s, inputs, streams, outputs);
    for (uint32_t o = 0; o < outputs; o++)
        d->open[d->open_count++] = first + o;
}

/* A clone, one to three processes on one way and one on the other at most,
 * and a join that reads the two side by side. */
static void add_residual(struct draft *d)
{
    struct timing_builder *b = &d->builder;
    uint32_t in = take_open(d);
    struct image image = { 1, (uint32_t)b->streams[in].tokens_per_frame, 1 };
    struct image out;
    uint32_t way =
        timing_build_process(b, "clone", cnn_clone(b->arena, &d->rng, image, 2),
                             1, &in, 2);
    uint32_t bypass = way + 1;
    for (uint32_t i = between(d, 1, 3); i > 0; i--) {
        struct schedule_ports ports = {
            .input_count = 1,
            .output_count = 1,
            .reads = { image.columns },
            .writes = { image.columns },
        };
        way = timing_build_process(
            b, "way", schedule_random(b->arena, &d->rng, &ports), 1, &way, 1);
    }
    if (percent(d, 30))
        bypass = timing_build_process(b, "bypass",
                                      cnn_relu(b->arena, &d->rng, image, &out),
                                      1, &bypass, 1);
    const uint32_t both[] = { way, bypass };
    d->open[d->open_count++] =
        timing_build_process(b, "add", cnn_add(b->arena, &d->rng, image, 2), 2,
                             both, 1);
}

static void draft_graph(struct draft *d)
{
    struct timing_builder *b = &d->builder;
    uint32_t sources = percent(d, 80) ? 1 : 2;
    uint32_t tokens = between(d, 1, percent(d, 50) ? 24 : TOKENS_MAX);
    for (uint32_t i = 0; i < sources; i++)
        d->open[d->open_count++] =
            timing_build_source(b, random_tokens(d, tokens));
    for (uint32_t i = between(d, 1, percent(d, 40) ? 2 : 7); i > 0; i--) {
        if (percent(d, 20)) {
            add_residual(d);
            continue;
        }
        uint32_t inputs = percent(d, 60) ? 1 : between(d, 1, 3);
        uint32_t outputs = percent(d, 60) ? 1 : between(d, 1, 3);
        if (inputs > d->open_count)
            inputs = d->open_count;
        if (d->open_count - inputs + outputs > OPEN_MAX)
            outputs = 1;
        add_process(d, inputs, outputs, percent(d, 40));
    }
    /* Mostly one sink; no stream goes straight from a source to it. */
    bool join = d->open_count > 1 && percent(d, 60);
    for (uint32_t i = 0; i < d->open_count; i++)
        if (b->streams[d->open[i]].producer == TIMING_EDGE)
            join = true;
    if (join)
        add_process(d, d->open_count, 1, false);
}

static uint32_t image_tokens(struct image image)
{
    return image.rows * image.columns * image.per_pixel;
}

/* clone -> pad -> conv -> add, the other way straight to add. */
static uint32_t add_residual_block(struct draft *d, uint32_t in,
                                   struct image image)
{
    struct timing_builder *b = &d->builder;
    struct image padded, out;
    uint32_t way =
        timing_build_process(b, "clone", cnn_clone(b->arena, &d->rng, image, 2),
                             1, &in, 2);
    uint32_t bypass = way + 1;
    way = timing_build_process(
        b, "pad", cnn_pad_by(b->arena, &d->rng, image, 1, &padded), 1, &way, 1);
    way = timing_build_process(b, "conv",
                               cnn_conv_by(b->arena, &d->rng, padded, 3, 1,
                                           image.per_pixel, &out),
                               1, &way, 1);
    assert(image_tokens(out) == image_tokens(image));
    const uint32_t both[] = { way, bypass };
    return timing_build_process(b, "add", cnn_add(b->arena, &d->rng, image, 2),
                                2, both, 1);
}

static void draft_cnn(struct draft *d)
{
    struct timing_builder *b = &d->builder;
    struct image image = { between(d, 2, 7), between(d, 2, 7),
                           between(d, 1, 3) };
    uint32_t stream = timing_build_source(b, image_tokens(image));
    for (uint32_t i = between(d, 1, 6); i > 0; i--) {
        struct schedule *(*layer)(struct arena *, struct rng *, struct image,
                                  struct image *) = cnn_relu;
        const char *name = "relu";
        uint32_t tokens = image_tokens(image);
        uint32_t choice = rng_below(&d->rng, 100);
        if (choice < 15 && tokens < TOKENS_MAX / 2) {
            stream = add_residual_block(d, stream, image);
            continue;
        }
        if (choice < 30 && tokens < TOKENS_MAX / 2) {
            layer = cnn_pad;
            name = "pad";
        } else if (choice < 45) {
            layer = cnn_pool;
            name = "pool";
        } else if (choice < 80) {
            layer = cnn_conv;
            name = "conv";
        } else if (choice < 90 && tokens <= DENSE_TOKENS_MAX) {
            layer = cnn_dense;
            name = "dense";
        }
        struct image out;
        struct schedule *s = layer(b->arena, &d->rng, image, &out);
        stream = timing_build_process(b, name, s, 1, &stream, 1);
        image = out;
    }
}

static struct stimulus random_stimulus(struct draft *d, uint64_t tokens)
{
    struct stimulus s = { 0 };
    if (percent(d, 40))
        return s;
    if (percent(d, 30))
        s.gap = between(d, 0, 6);
    if (percent(d, 30)) {
        s.burst = between(d, 1, (uint32_t)tokens + 2);
        s.pause = between(d, 0, 25);
    }
    if (percent(d, 30))
        s.frame_gap = between(d, 0, 90);
    if (percent(d, 25)) {
        s.random = between(d, 1, percent(d, 80) ? 70 : 95);
        s.seed = rng_next(&d->rng);
    }
    if (percent(d, 25)) {
        s.grid = between(d, 1, 7);
        s.phase = rng_below(&d->rng, s.grid);
    }
    return s;
}

static void fill_in_streams(struct draft *d)
{
    /* Depth is what deadlocks of forks and joins hang on. */
    uint32_t roomy = percent(d, 60) ? between(d, 40, 100) : 10;
    uint32_t capacity_max = percent(d, 50) ? 4 : percent(d, 50) ? 16 : 64;
    bool same_kind = percent(d, 60);
    for (uint32_t i = 0; i < d->builder.stream_count; i++) {
        struct timing_stream *s = &d->builder.streams[i];
        s->capacity = between(d, 1, capacity_max);
        if (percent(d, roomy))
            s->capacity += (uint32_t)s->tokens_per_frame;
        if (!same_kind) {
            s->write_latency = between(d, 1, 3);
            s->read_latency = between(d, 1, 2);
        }
        if (s->producer == TIMING_EDGE || s->consumer == TIMING_EDGE)
            s->stimulus = random_stimulus(d, s->tokens_per_frame);
    }
}

struct timing *timing_random(struct arena *a, uint64_t seed, uint32_t *frames)
{
    struct draft *d = arena_new_item(a, struct draft);
    d->rng.state = seed;
    rng_next(&d->rng);
    timing_build_start(&d->builder, a);
    if (percent(d, 65))
        draft_graph(d);
    else
        draft_cnn(d);
    fill_in_streams(d);
    *frames = between(d, 1, TIMING_RANDOM_FRAMES_MAX);
    return timing_build_end(&d->builder);
}
