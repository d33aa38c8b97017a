#include "engine/analysis.h"

#include "base/arena.h"
#include "design/design.h"

/* A run is logged for its chain if that takes no more than this. */
enum { CHAIN_BYTES_MAX = 400 << 20 };

static bool worth_a_chain(const struct timing *t, uint64_t frames)
{
    uint64_t tokens = 0;
    for (uint32_t i = 0; i < t->stream_count; i++)
        tokens += t->streams[i].tokens_per_frame;
    /* Three logs of 8 bytes, and at most two waits of 32 bytes a token. */
    return tokens * frames <= CHAIN_BYTES_MAX / (3 * 8 + 2 * 32);
}

static void find_limit(struct analysis *x)
{
    const struct run *r = x->run;
    if (r->outcome == RUN_DEADLOCK || r->frames < 2)
        return;
    uint64_t period = r->period, cycles = r->period_cycles;
    uint32_t slowest = 0;
    for (uint32_t i = 1; i < r->process_count; i++) {
        if (x->ticks_per_frame[i] > x->ticks_per_frame[slowest])
            slowest = i;
    }
    x->limiting_process = slowest;
    if (r->process_count > 0 &&
        x->ticks_per_frame[slowest] * period == cycles) {
        x->limit = LIMIT_PROCESS;
        return;
    }
    if (x->chain == NULL)
        return;
    const struct chain *c = x->chain;
    if (2 * c->source_cycles > c->cycles) {
        x->limit = LIMIT_SOURCE;
    } else if (2 * c->sink_cycles > c->cycles) {
        x->limit = LIMIT_SINK;
    } else {
        x->limit = LIMIT_FIFO;
        for (uint32_t i = 0; i < r->process_count; i++) {
            if (c->process_cycles[i] > c->process_cycles[x->limiting_process])
                x->limiting_process = i;
        }
        for (uint32_t i = 0; i < r->stream_count; i++) {
            if (c->room_hops[i] > c->room_hops[x->limiting_stream])
                x->limiting_stream = i;
        }
    }
}

/* The chain of a run so much longer that the walk back gets past the last
 * frame's latency and still finds the steady state. */
static const struct chain *find_chain(const struct analysis *x, struct arena *a)
{
    const struct run *r = x->run;
    if (r->period == 0)
        return NULL;
    uint64_t periods = x->back_to_back_latency / r->period_cycles + 2;
    uint64_t frames = r->frames + periods * r->period;
    if (frames > UINT32_MAX || !worth_a_chain(x->timing, frames))
        return NULL;
    struct run_options o = {
        .frames = (uint32_t)frames,
        .chain = true,
        .chain_skip = x->back_to_back_latency,
    };
    return run_timing(a, x->timing, &o)->chain;
}

struct analysis *analyse_design(struct arena *a, const struct design *d,
                                uint32_t frames)
{
    struct analysis *x = arena_new_item(a, struct analysis);
    struct timing *t = timing_from_design(a, d);
    x->design = d;
    x->timing = t;
    x->ticks_per_frame = arena_new_array(a, uint64_t, t->process_count);
    for (uint32_t i = 0; i < t->process_count; i++) {
        x->ticks_per_frame[i] =
            schedule_ticks_per_frame(t->processes[i].schedule);
    }
    const struct run *r =
        run_timing(a, t, &(struct run_options){ .frames = frames });
    x->run = r;
    if (r->outcome == RUN_DEADLOCK)
        return x;
    x->back_to_back_latency = run_latency(r, r->frames - 1);
    const struct run *alone =
        run_timing(a, t,
                   &(struct run_options){ .frames = 1, .no_stats = true });
    x->isolated_latency = run_latency(alone, 0);
    x->chain = find_chain(x, a);
    find_limit(x);
    return x;
}

uint64_t analysis_interval(const struct analysis *x)
{
    const struct run *r = x->run;
    if (r->period == 0)
        return 0;
    return (r->period_cycles + r->period - 1) / r->period;
}

uint64_t analysis_millihertz(const struct analysis *x)
{
    const struct run *r = x->run;
    if (r->period_cycles == 0)
        return 0;
    /* clock_hz * 1000 * period fits: 2e9 * 1e3 * 64. */
    return x->design->clock_hz * 1000 * r->period / r->period_cycles;
}
