#include "tests/fuzz/timing_random.h"

#include <assert.h>
#include <stdbool.h>

#include "base/arena.h"
#include "base/rng.h"
#include "tests/fuzz/schedule_cnn.h"
#include "tests/fuzz/schedule_legal.h"
#include "tests/fuzz/schedule_random.h"
#include "tests/fuzz/timing_build.h"

enum {
    TOKENS_MAX = 150,      /* per stream and frame */
    DENSE_TOKENS_MAX = 40, /* a dense layer takes that many times its groups */
    OPEN_MAX = 6,          /* streams that nobody reads yet */
    WAYS_MAX = 3,          /* between a clone and its join */
    COPIES_MAX = 4,
    BIG = 12, /* processes from which on nothing is nested */
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

/* One process with a random schedule behind `stream`. */
static uint32_t add_way(struct draft *d, uint32_t stream, uint32_t tokens)
{
    struct timing_builder *b = &d->builder;
    struct schedule_ports ports = {
        .input_count = 1,
        .output_count = 1,
        .reads = { (uint32_t)b->streams[stream].tokens_per_frame },
        .writes = { tokens },
    };
    return timing_build_process(
        b, "way", schedule_random(b->arena, &d->rng, &ports), 1, &stream, 1);
}

static bool is_big(const struct draft *d)
{
    return d->builder.process_count > BIG;
}

/* Joins ways of `tokens` each pixel by pixel, perhaps with a process more on
 * some that makes more or fewer channels of it; where that fits. */
static bool add_concat(struct draft *d, uint32_t count, uint32_t *ways,
                       uint32_t tokens, uint32_t *out)
{
    struct timing_builder *b = &d->builder;
    uint32_t per_pixel[WAYS_MAX], all = 0;
    uint32_t same = tokens % 2 == 0 && percent(d, 50) ? 2 : 1;
    uint32_t pixels = tokens / same;
    for (uint32_t k = 0; k < count; k++) {
        per_pixel[k] = percent(d, 50) ? same : between(d, 1, 4);
        all += per_pixel[k];
    }
    if (all * pixels > TOKENS_MAX)
        return false;
    for (uint32_t k = 0; k < count; k++)
        if (per_pixel[k] != same)
            ways[k] = add_way(d, ways[k], per_pixel[k] * pixels);
    *out = timing_build_process(
        b, "concat", cnn_concat(b->arena, &d->rng, pixels, count, per_pixel),
        count, ways, 1);
    return true;
}

/* A clone, a random number of processes on each way, perhaps forks and joins
 * again, and a join that reads the ways side by side or one after the other. */
static uint32_t add_fork(struct draft *d, uint32_t in, uint32_t depth)
{
    struct timing_builder *b = &d->builder;
    uint32_t tokens = (uint32_t)b->streams[in].tokens_per_frame;
    struct image image = { 1, tokens, 1 };
    uint32_t count = percent(d, 75) ? 2 : WAYS_MAX, ways[WAYS_MAX];
    uint32_t first = timing_build_process(
        b, "clone", cnn_clone(b->arena, &d->rng, image, count), 1, &in, count);
    for (uint32_t k = 0; k < count; k++) {
        ways[k] = first + k;
        uint32_t most = k == 0 ? 3 : percent(d, 30) ? 1 : 0;
        for (uint32_t i = most == 0 ? 0 : between(d, 1, most); i > 0; i--)
            ways[k] = depth > 0 && !is_big(d) && percent(d, 25)
                          ? add_fork(d, ways[k], depth - 1)
                          : add_way(d, ways[k], tokens);
        if (b->streams[ways[k]].tokens_per_frame != tokens)
            ways[k] = add_way(d, ways[k], tokens);
    }
    uint32_t joined;
    if (percent(d, 40) && add_concat(d, count, ways, tokens, &joined))
        return joined;
    return timing_build_process(
        b, "add", cnn_add(b->arena, &d->rng, image, count), count, ways, 1);
}

static void add_residual(struct draft *d)
{
    uint32_t in = take_open(d);
    d->open[d->open_count++] = add_fork(d, in, 2);
}

/* The streams of `copies` copies, which are `streams` in the beginning, behind
 * a few processes each, joined by a collect; or left to a sink each. */
static void add_branches(struct draft *d, uint32_t copies, uint32_t *streams,
                         bool joins)
{
    struct timing_builder *b = &d->builder;
    uint32_t tokens = (uint32_t)b->streams[streams[0]].tokens_per_frame;
    uint32_t least = percent(d, 60) ? 1 : 0;
    if (percent(d, 30) && least == 1)
        tokens = between(d, 1, 40);
    for (uint32_t k = 0; k < copies; k++) {
        b->copies = copies;
        b->copy = k;
        /* A stream does not go straight from the dispatch to a sink. */
        uint32_t count = between(d, joins ? least : 1, 2);
        for (uint32_t i = 0; i < count; i++)
            streams[k] = !is_big(d) && percent(d, 20)
                             ? add_fork(d, streams[k], 1)
                             : add_way(d, streams[k], tokens);
        if (b->streams[streams[k]].tokens_per_frame != tokens)
            streams[k] = add_way(d, streams[k], tokens);
    }
    b->copies = b->copy = 0;
    if (!joins)
        return;
    struct image image = { 1, tokens, 1 };
    d->open[d->open_count++] =
        timing_build_turns(b, "collect",
                           cnn_collect(b->arena, &d->rng, image, copies),
                           copies, streams, 1);
}

static void add_copies(struct draft *d)
{
    struct timing_builder *b = &d->builder;
    uint32_t in = take_open(d);
    struct image image = { 1, (uint32_t)b->streams[in].tokens_per_frame, 1 };
    if (image.columns % 2 == 0)
        image = (struct image){ 2, image.columns / 2, 1 };
    uint32_t copies = between(d, 2, COPIES_MAX), streams[COPIES_MAX];
    uint32_t first =
        timing_build_turns(b, "dispatch",
                           cnn_dispatch(b->arena, &d->rng, image, copies), 1,
                           &in, copies);
    for (uint32_t k = 0; k < copies; k++)
        streams[k] = first + k;
    /* Somebody has to carry all frames. */
    add_branches(d, copies, streams, d->open_count == 0 || percent(d, 85));
}

/* Copies with a source each. */
static void add_copies_of_sources(struct draft *d, uint32_t tokens)
{
    struct timing_builder *b = &d->builder;
    uint32_t copies = between(d, 2, COPIES_MAX), streams[COPIES_MAX];
    b->copies = copies;
    for (b->copy = 0; b->copy < copies; b->copy++)
        streams[b->copy] = timing_build_source(b, tokens);
    add_branches(d, copies, streams, true);
}

static void draft_graph(struct draft *d)
{
    struct timing_builder *b = &d->builder;
    uint32_t sources = percent(d, 80) ? 1 : 2;
    uint32_t tokens = between(d, 1, percent(d, 50) ? 24 : TOKENS_MAX);
    for (uint32_t i = 0; i < sources; i++)
        if (i == 0 && percent(d, 5))
            add_copies_of_sources(d, tokens);
        else
            d->open[d->open_count++] =
                timing_build_source(b, random_tokens(d, tokens));
    for (uint32_t i = between(d, 1, percent(d, 40) ? 2 : 7); i > 0; i--) {
        if (percent(d, 20)) {
            add_residual(d);
            continue;
        }
        if (percent(d, 8) && !is_big(d)) {
            add_copies(d);
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

/* A frame buffer of one to three frames; sometimes smaller ones than those of
 * the network. */
static void make_frame_buffer(struct draft *d, struct timing_stream *s)
{
    uint32_t tokens = (uint32_t)s->tokens_per_frame;
    uint32_t parts = percent(d, 75) ? 1 : between(d, 2, 5);
    s->frame_tokens = tokens % parts == 0 ? tokens / parts : tokens;
    s->capacity = (uint32_t)s->frame_tokens * between(d, 1, 3);
    if (percent(d, 70)) {
        s->write_latency = 2;
        s->read_latency = 1;
    }
}

static void fill_in_streams(struct draft *d)
{
    uint32_t frame_buffers = percent(d, 75) ? 0 : percent(d, 30) ? 100 : 35;
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
        if (percent(d, frame_buffers))
            make_frame_buffer(d, s);
        if (s->producer == TIMING_EDGE || s->consumer == TIMING_EDGE)
            s->stimulus = random_stimulus(d, s->tokens_per_frame);
    }
}

/* Whether a patient step writes on output o. */
static bool is_patient(const struct schedule *s, uint32_t o)
{
    for (uint32_t i = 0; i < s->count; i++) {
        const struct instruction *in = &s->instructions[i];
        if (in->kind == INSTRUCTION_STEP && in->step.patient &&
            (in->step.writes >> o & 1) != 0)
            return true;
    }
    return false;
}

/* A register slice at some sinks. */
static void hold_outputs(struct draft *d)
{
    for (uint32_t i = 0; i < d->builder.process_count; i++) {
        const struct timing_process *p = &d->builder.processes[i];
        struct schedule *s = (struct schedule *)p->schedule;
        for (uint32_t o = 0; o < p->output_count; o++) {
            const struct timing_stream *of = &d->builder.streams[p->outputs[o]];
            if (s->style == STALL_RIGID && of->consumer == TIMING_EDGE &&
                of->frame_tokens == 0 && !is_patient(s, o) && percent(d, 40)) {
                s->held = UINT32_C(1) << o;
                s->held_ticks = 1; /* then the next write comes no earlier */
            }
        }
    }
}

static bool has_copies(const struct draft *d)
{
    for (uint32_t i = 0; i < d->builder.stream_count; i++)
        if (d->builder.streams[i].copies > 1)
            return true;
    return false;
}

/* All processes as the kernels are that RTL is generated for. */
static void make_plain(struct draft *d)
{
    for (uint32_t p = 0; p < d->builder.process_count; p++) {
        /* It was made here and nobody else has it. */
        struct schedule *s =
            (struct schedule *)d->builder.processes[p].schedule;
        s->style = STALL_BUBBLES;
        s->overlap = OVERLAP_PIPELINED;
        schedule_make_legal(d->builder.arena, &d->rng, s);
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
    if (percent(d, 40))
        make_plain(d);
    fill_in_streams(d);
    hold_outputs(d);
    /* Few, or enough for the state to recur and then some. */
    *frames =
        between(d, 1,
                has_copies(d) || percent(d, 15) ? TIMING_RANDOM_FRAMES_MAX : 4);
    return timing_build_end(&d->builder);
}
