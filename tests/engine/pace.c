#include "tests/engine/pace.h"

#include <assert.h>

#include "base/arena.h"

static const char *const names[PACE_PROCESSES_MAX] = { "p0", "p1", "p2",
                                                       "p3", "p4", "p5" };
static const char *const streams[PACE_PROCESSES_MAX + 1] = {
    "source.out", "p0.out", "p1.out", "p2.out", "p3.out", "p4.out", "p5.out",
};

static struct timing_stream stream_of(const char *name, uint64_t tokens,
                                      uint32_t capacity, uint32_t producer,
                                      uint32_t consumer)
{
    return (struct timing_stream){
        .name = name,
        .capacity = capacity,
        .write_latency = 1,
        .read_latency = 1,
        .tokens_per_frame = tokens,
        .producer = producer,
        .consumer = consumer,
    };
}

static const uint32_t *ports(struct arena *a, uint32_t first, uint32_t second)
{
    uint32_t *p = arena_new_array(a, uint32_t, 2);
    p[0] = first;
    p[1] = second;
    return p;
}

static struct timing_process
process_of(const char *name, const struct schedule *s, uint32_t input_count,
           const uint32_t *inputs, uint32_t output_count,
           const uint32_t *outputs)
{
    return (struct timing_process){
        .name = name,
        .schedule = s,
        .input_count = input_count,
        .output_count = output_count,
        .inputs = inputs,
        .outputs = outputs,
    };
}

static struct step one_to_one(uint32_t pace)
{
    return (struct step){
        .reads = 1,
        .writes = 1,
        .gap = 1,
        .hold = pace,
        .needs_datapath = true,
        .delay = 1,
        .count = 1,
    };
}

struct timing *pace_chain(struct arena *a, uint64_t tokens, uint32_t capacity,
                          uint32_t count, const uint32_t *paces)
{
    assert(count <= PACE_PROCESSES_MAX);
    struct timing *t = arena_new_item(a, struct timing);
    t->process_count = count;
    t->stream_count = count + 1;
    t->processes = arena_new_array(a, struct timing_process, count);
    t->streams = arena_new_array(a, struct timing_stream, count + 1);
    for (uint32_t i = 0; i <= count; i++)
        t->streams[i] = stream_of(streams[i], tokens, capacity,
                                  i == 0 ? TIMING_EDGE : i - 1,
                                  i == count ? TIMING_EDGE : i);
    for (uint32_t i = 0; i < count; i++) {
        struct schedule *s = schedule_new(a);
        struct step step = one_to_one(paces[i]);
        schedule_step(s, tokens, &step);
        t->processes[i] =
            process_of(names[i], s, 1, ports(a, i, 0), 1, ports(a, i + 1, 0));
    }
    return t;
}

struct timing *pace_fork_join(struct arena *a, uint64_t tokens, uint32_t lag,
                              uint32_t bypass_capacity)
{
    assert(lag < tokens);
    enum { FORK, LONG, JOIN, PROCESSES };
    enum { IN, LONG_IN, BYPASS, LONG_OUT, OUT, STREAMS };
    struct timing *t = arena_new_item(a, struct timing);
    t->process_count = PROCESSES;
    t->stream_count = STREAMS;
    t->processes = arena_new_array(a, struct timing_process, PROCESSES);
    t->streams = arena_new_array(a, struct timing_stream, STREAMS);
    t->streams[IN] = stream_of("in", tokens, 4, TIMING_EDGE, FORK);
    t->streams[LONG_IN] = stream_of("long.in", tokens, 2, FORK, LONG);
    t->streams[BYPASS] =
        stream_of("bypass", tokens, bypass_capacity, FORK, JOIN);
    t->streams[LONG_OUT] = stream_of("long.out", tokens, 2, LONG, JOIN);
    t->streams[OUT] = stream_of("out", tokens, 4, JOIN, TIMING_EDGE);

    struct schedule *fork = schedule_new(a), *held = schedule_new(a),
                    *join = schedule_new(a);
    struct step both = one_to_one(1);
    both.writes = 3;
    schedule_step(fork, tokens, &both);
    struct step swallow = { .reads = 1, .gap = 1 };
    struct step pass = one_to_one(1);
    struct step emit = { .writes = 1, .gap = 1, .delay = 1, .count = 1 };
    schedule_step(held, lag, &swallow);
    schedule_step(held, tokens - lag, &pass);
    schedule_step(held, lag, &emit);
    struct step meet = one_to_one(1);
    meet.reads = 3;
    schedule_step(join, tokens, &meet);

    t->processes[FORK] = process_of("fork", fork, 1, ports(a, IN, 0), 2,
                                    ports(a, LONG_IN, BYPASS));
    t->processes[LONG] = process_of("long", held, 1, ports(a, LONG_IN, 0), 1,
                                    ports(a, LONG_OUT, 0));
    t->processes[JOIN] = process_of("join", join, 2, ports(a, LONG_OUT, BYPASS),
                                    1, ports(a, OUT, 0));
    return t;
}
