#include "engine/lanes.h"

#include <assert.h>
#include <stddef.h>
#include <string.h>

#include "base/arena.h"
#include "engine/lanes_group.h"
#include "engine/lanes_history.h"
#include "engine/lanes_stuck.h"
#include "engine/run.h"

/* Streams with more places in all, in any lane, would not fit into a cache of
 * any size: 128 bytes each. */
enum { ROWS_MAX = 1 << 20 };

struct slot {
    struct lane *lane; /* NULL: nobody wants to know about it */
    uint64_t number;   /* in the order of beginning */
    uint32_t frames;   /* complete */
    uint64_t *start, *end;
    struct lane_history *history;
};

struct lanes {
    struct arena *arena;
    const struct timing *timing;
    struct lanes_options options;
    const struct lanes_kernel *kernel;
    struct group *group; /* NULL: not supported */
    struct slot slots[GROUP_LANES];
    uint64_t begun;
    uint64_t group_frames;
    struct lane **queue; /* a ring of those that have not begun */
    uint32_t queue_room, queue_at, queue_count;
    const struct lane *items; /* of this run ... */
    bool *left_out;           /* ... and whether each had to begin again */
    uint32_t *capacities, *write_latencies; /* of the next lane */
};

uint32_t lanes_frames_max(const struct lanes_options *o)
{
    return o->frames != 0 ? o->frames : RUN_FRAMES_MAX;
}

bool lanes_supported(const struct timing *t)
{
    struct arena *scratch = arena_new();
    const bool supported = group_new(scratch, t) != NULL;
    arena_free(scratch);
    return supported;
}

static const struct lanes_kernel *kernel_for(enum lanes_code code)
{
    switch (code) {
    case LANES_PLAIN:
        return &lanes_kernel_plain;
    case LANES_AVX2:
        return lanes_kernel_avx2();
    case LANES_AVX512:
        return lanes_kernel_avx512();
    }
    return NULL;
}

bool lanes_use_code(struct lanes *x, enum lanes_code code)
{
    const struct lanes_kernel *kernel = kernel_for(code);
    if (kernel != NULL)
        x->kernel = kernel;
    return kernel != NULL;
}

struct lanes *lanes_new(struct arena *a, const struct timing *t,
                        const struct lanes_options *o)
{
    struct lanes *x = arena_new_item(a, struct lanes);
    x->arena = a;
    x->timing = t;
    x->options = *o;
    x->group = group_new(a, t);
    if (!lanes_use_code(x, LANES_AVX512) && !lanes_use_code(x, LANES_AVX2))
        x->kernel = &lanes_kernel_plain;
    x->capacities = arena_new_array(a, uint32_t, t->stream_count);
    x->write_latencies = arena_new_array(a, uint32_t, t->stream_count);
    for (uint32_t l = 0; l < GROUP_LANES; l++) {
        struct slot *s = &x->slots[l];
        s->start = arena_new_array(a, uint64_t, lanes_frames_max(o));
        s->end = arena_new_array(a, uint64_t, lanes_frames_max(o));
        s->history = lane_history_new(a);
    }
    return x;
}

/* Results */

static void set_frames(struct lane *lane, uint32_t frames,
                       const uint64_t *start, const uint64_t *end)
{
    lane->frames = frames;
    lane->first_latency = frames == 0 ? 0 : end[0] - start[0];
    lane->last_latency = frames == 0 ? 0 : end[frames - 1] - start[frames - 1];
    if (frames != 0 && lane->frame_start != NULL)
        memcpy(lane->frame_start, start, frames * sizeof *start);
    if (frames != 0 && lane->frame_end != NULL)
        memcpy(lane->frame_end, end, frames * sizeof *end);
}

static void set_period(struct lane *lane, bool certified, uint32_t period,
                       uint64_t cycles)
{
    lane->certified = certified;
    lane->period = period;
    lane->period_cycles = cycles;
}

static bool is_too_slow(const struct lanes *x, uint64_t latency)
{
    return x->options.first_latency_max != 0 &&
           latency > x->options.first_latency_max;
}

/* As run_timing measures it. */
static void measure_period(struct lane *lane, const uint64_t *end)
{
    if (lane->frames < 2)
        return;
    const uint32_t last = lane->frames - 1;
    uint32_t period = lane->frames / 2;
    if (period > RUN_FRAMES_MAX)
        period = RUN_FRAMES_MAX;
    set_period(lane, false, period, end[last] - end[last - period]);
}

/* By run_timing */

static void run_alone(const struct lanes *x, struct lane *lane)
{
    struct arena *scratch = arena_new();
    const struct timing *t = x->timing;
    struct timing own = *t;
    own.streams =
        arena_new_array(scratch, struct timing_stream, t->stream_count);
    for (uint32_t i = 0; i < t->stream_count; i++) {
        own.streams[i] = t->streams[i];
        own.streams[i].capacity = lane->capacities[i];
        if (lane->write_latencies != NULL)
            own.streams[i].write_latency = lane->write_latencies[i];
    }
    const struct run_options o = { .frames = x->options.frames,
                                   .no_stats = true };
    const struct run *r = run_timing(scratch, &own, &o);
    set_period(lane, false, 0, 0);
    if (r->frames != 0 && is_too_slow(x, run_latency(r, 0))) {
        lane->outcome = LANE_TOO_SLOW;
        set_frames(lane, 1, r->frame_start, r->frame_end);
    } else {
        lane->outcome = r->outcome == RUN_DONE ? LANE_DONE : LANE_DEADLOCK;
        set_frames(lane, r->frames, r->frame_start, r->frame_end);
        set_period(lane, r->certified, r->period, r->period_cycles);
    }
    arena_free(scratch);
}

/* The queue */

static void enqueue(struct lanes *x, struct lane *lane)
{
    x->queue[(x->queue_at + x->queue_count++) % x->queue_room] = lane;
}

static struct lane *dequeue(struct lanes *x)
{
    if (x->queue_count == 0)
        return NULL;
    struct lane *lane = x->queue[x->queue_at];
    x->queue_at = (x->queue_at + 1) % x->queue_room;
    x->queue_count--;
    return lane;
}

static void start_queue(struct lanes *x, struct lane *lanes, uint32_t count)
{
    if (x->queue_room < count) {
        x->queue = arena_new_array(x->arena, struct lane *, count);
        x->left_out = arena_new_array(x->arena, bool, count);
        x->queue_room = count;
    }
    x->items = lanes;
    for (uint32_t i = 0; i < count; i++)
        x->left_out[i] = false;
    x->queue_at = x->queue_count = 0;
    for (uint32_t i = 0; i < count; i++)
        enqueue(x, &lanes[i]);
}

/* Lanes come and go */

static uint32_t live_lanes(const struct lanes *x)
{
    uint32_t live = 0;
    for (uint32_t l = 0; l < GROUP_LANES; l++)
        if (x->slots[l].lane != NULL)
            live |= UINT32_C(1) << l;
    return live;
}

/* The one that began first. */
static uint32_t first_lane(const struct lanes *x)
{
    uint32_t first = GROUP_LANES;
    for (uint32_t l = 0; l < GROUP_LANES; l++)
        if (x->slots[l].lane != NULL &&
            (first == GROUP_LANES ||
             x->slots[l].number < x->slots[first].number))
            first = l;
    return first;
}

/* Sets what the next lane has; false: it is too large. */
static bool can_begin(struct lanes *x, const struct lane *lane)
{
    const struct timing *t = x->timing;
    const uint64_t frames = lanes_frames_max(&x->options);
    uint64_t rows = x->group->row_count;
    for (uint32_t i = 0; i < t->stream_count; i++) {
        const struct timing_stream *s = &t->streams[i];
        const uint64_t tokens = s->tokens_per_frame * frames;
        uint32_t capacity = lane->capacities[i];
        assert(capacity >= 1);
        /* More places than tokens are never used. */
        if (capacity > tokens)
            capacity = (uint32_t)tokens;
        const uint32_t latency = lane->write_latencies != NULL
                                     ? lane->write_latencies[i]
                                     : s->write_latency;
        assert(latency >= 1);
        if (latency > GROUP_WRITE_LATENCY_MAX)
            return false;
        x->capacities[i] = capacity;
        x->write_latencies[i] = latency;
        rows += group_more_rows(x->group, i, capacity);
    }
    return rows <= ROWS_MAX;
}

/* Begins with the next of the queue that fits; false: there is none. */
static bool begin_next(struct lanes *x, uint32_t l)
{
    struct slot *s = &x->slots[l];
    for (;;) {
        struct lane *lane = dequeue(x);
        if (lane == NULL)
            return false;
        if (!can_begin(x, lane)) {
            run_alone(x, lane);
            continue;
        }
        group_begin_lane(x->group, x->arena, l,
                         &(struct lane_setting){ x->capacities,
                                                 x->write_latencies });
        s->lane = lane;
        s->number = x->begun++;
        s->frames = 0;
        lane_history_clear(s->history);
        set_period(lane, false, 0, 0);
        return true;
    }
}

static void follow(struct lanes *x)
{
    const uint32_t first = first_lane(x);
    if (first == GROUP_LANES)
        return;
    for (uint32_t l = 0; l < GROUP_LANES; l++)
        if (x->slots[l].lane == NULL)
            group_follow_lane(x->group, l, first);
    group_update(x->group);
}

static bool begin_group(struct lanes *x)
{
    struct group *g = x->group;
    group_reset(g);
    x->group_frames = 0;
    for (uint32_t l = 0; l < GROUP_LANES; l++) {
        if (begin_next(x, l))
            continue;
        if (l == 0)
            return false;
        /* What the first one has, so that it has some. */
        const struct lane_stream *streams = g->streams;
        for (uint32_t i = 0; i < g->stream_count; i++) {
            x->capacities[i] = streams[i].capacity[0];
            x->write_latencies[i] = (uint32_t)streams[i].write_latency.at[0];
        }
        group_begin_lane(g, x->arena, l,
                         &(struct lane_setting){ x->capacities,
                                                 x->write_latencies });
    }
    group_update(g);
    return true;
}

static void finish(struct slot *s, enum lane_outcome outcome)
{
    s->lane->outcome = outcome;
    set_frames(s->lane, s->frames, s->start, s->end);
    s->lane = NULL;
}

static void finish_alone(struct lanes *x, struct slot *s)
{
    run_alone(x, s->lane);
    s->lane = NULL;
}

/* Some sink has to wait for ever for what is left of the frame.  Whatever else
 * is still possible upstream, with frames to come, it gets none of it. */
static bool misses_tokens(const struct group *g)
{
    for (uint32_t i = 0; i < g->edge_count; i++)
        if (!g->edges[i].is_source &&
            g->edges[i].tokens < g->edges[i].token_limit)
            return true;
    return false;
}

/* The lane that must not be left out; GROUP_LANES: any can be.  Those that
 * end in a deadlock hold up all others, so it is best if most go on; but one
 * that had to begin again goes on when it is the first, so that every run
 * ends. */
static uint32_t preferred_lane(const struct lanes *x)
{
    const uint32_t first = first_lane(x);
    return x->left_out[x->slots[first].lane - x->items] ? first : GROUP_LANES;
}

/* The group has come to a halt within a frame.  False: so has each lane. */
static bool unstick(struct lanes *x)
{
    const uint32_t live = live_lanes(x);
    const struct lanes_moves moves =
        lanes_find_moves(x->group, live, preferred_lane(x));
    if (moves.step_ahead != NULL) {
        x->kernel->step_ahead(moves.step_ahead);
        x->group->late |= moves.step_ahead->full;
        return true;
    }
    const bool missing = misses_tokens(x->group);
    for (uint32_t l = 0; l < GROUP_LANES; l++) {
        const uint32_t bit = UINT32_C(1) << l;
        struct slot *s = &x->slots[l];
        if ((live & bit) == 0 || (moves.most & bit) != 0)
            continue;
        if ((moves.any & bit) != 0) {
            x->left_out[s->lane - x->items] = true;
            enqueue(x, s->lane);
            s->lane = NULL;
        } else if (missing) {
            finish(s, LANE_DEADLOCK);
        } else {
            finish_alone(x, s);
        }
    }
    follow(x);
    return moves.most != 0;
}

static bool is_any_full(const struct group *g)
{
    for (uint32_t i = 0; i < g->process_count; i++)
        if (g->processes[i].full)
            return true;
    return false;
}

/* There are no bits left for some lane.  Those that are old themselves go on
 * alone; the others, whose group has to begin again, come sooner or later to
 * be in one without such a lane. */
static void leave_late_group(struct lanes *x)
{
    const bool full = is_any_full(x->group);
    for (uint32_t l = 0; l < GROUP_LANES; l++) {
        struct slot *s = &x->slots[l];
        if (s->lane == NULL)
            continue;
        if (full || group_latest(x->group, l) > GROUP_TIME_MAX / 2) {
            finish_alone(x, s);
        } else {
            enqueue(x, s->lane);
            s->lane = NULL;
        }
    }
}

/* False: no lane is left. */
static bool evaluate_frame(struct lanes *x)
{
    group_set_limits(x->group, ++x->group_frames);
    for (;;) {
        x->kernel->run(x->group);
        if (x->group->late) {
            leave_late_group(x);
            return false;
        }
        if (group_is_complete(x->group))
            return true;
        if (!unstick(x))
            return false;
    }
}

/* Frame boundaries */

static void note_frame(struct slot *s, const struct group *g, uint32_t lane)
{
    uint64_t start = UINT64_MAX, end = 0;
    for (uint32_t i = 0; i < g->edge_count; i++) {
        const struct lane_edge *e = &g->edges[i];
        const uint64_t time = (uint64_t)(e->is_source ? e->frame_first.at[lane]
                                                      : e->previous.at[lane]);
        if (e->is_source && time < start)
            start = time;
        if (!e->is_source && time > end)
            end = time;
    }
    s->start[s->frames] = start == UINT64_MAX ? 0 : start;
    s->end[s->frames] = end;
    s->frames++;
}

/* Every period is as the last one. */
static void repeat_frames(struct slot *s, uint32_t frames, uint32_t period,
                          uint64_t cycles)
{
    for (; s->frames < frames; s->frames++) {
        s->start[s->frames] = s->start[s->frames - period] + cycles;
        s->end[s->frames] = s->end[s->frames - period] + cycles;
    }
}

static void end_frame(struct lanes *x, uint32_t l)
{
    struct slot *s = &x->slots[l];
    const struct group *g = x->group;
    note_frame(s, g, l);
    uint32_t period = 0;
    uint64_t cycles = 0;
    const bool recurred = s->frames <= RUN_FRAMES_MAX &&
                          lane_history_add(s->history, g, l, &period, &cycles);
    if (s->frames == 1 && is_too_slow(x, s->end[0] - s->start[0])) {
        finish(s, LANE_TOO_SLOW);
    } else if (!lane_history_is_whole(s->history)) {
        finish_alone(x, s);
    } else if (recurred) {
        repeat_frames(s, x->options.frames, period, cycles);
        set_period(s->lane, true, period, cycles);
        finish(s, LANE_DONE);
    } else if (s->frames == lanes_frames_max(&x->options)) {
        s->lane->frames = s->frames;
        measure_period(s->lane, s->end);
        finish(s, LANE_DONE);
    }
}

/* A lane that nobody wants to know about grows older as well. */
static void renew(struct lanes *x, uint32_t l)
{
    struct group *g = x->group;
    if (group_latest(g, l) <= GROUP_TIME_MAX / 2)
        return;
    for (uint32_t i = 0; i < g->stream_count; i++) {
        x->capacities[i] = g->streams[i].capacity[l];
        x->write_latencies[i] = (uint32_t)g->streams[i].write_latency.at[l];
    }
    group_begin_lane(g, x->arena, l,
                     &(struct lane_setting){ x->capacities,
                                             x->write_latencies });
}

static void end_frames(struct lanes *x)
{
    bool changed = false;
    for (uint32_t l = 0; l < GROUP_LANES; l++) {
        if (x->slots[l].lane == NULL) {
            renew(x, l);
            continue;
        }
        end_frame(x, l);
        changed |= x->slots[l].lane == NULL;
    }
    if (group_can_refill(x->group)) {
        for (uint32_t l = 0; l < GROUP_LANES; l++)
            if (x->slots[l].lane == NULL)
                changed |= begin_next(x, l);
    }
    if (changed)
        follow(x);
}

void lanes_run(struct lanes *x, struct lane *lanes, uint32_t count)
{
    if (x->group == NULL) {
        for (uint32_t i = 0; i < count; i++)
            run_alone(x, &lanes[i]);
        return;
    }
    start_queue(x, lanes, count);
    while (x->queue_count > x->kernel->alone_max && begin_group(x)) {
        while (live_lanes(x) != 0 && evaluate_frame(x))
            end_frames(x);
    }
    for (struct lane *l = dequeue(x); l != NULL; l = dequeue(x))
        run_alone(x, l);
}
