#include "engine/lanes_group.h"

#include <assert.h>

#include "base/arena.h"
#include "base/bits.h"
#include "engine/timing.h"

/* What lies ahead of a front is hardly ever more than a few freezes, but could
 * be as many as a step has tokens to write; beyond this, the group gives up. */
enum { AHEAD_MAX = 1 << 10, ROWS_MIN = 16, ROW_BYTES = 64 };

static uint32_t power_of_two(uint64_t least)
{
    return UINT32_C(1) << bits_log2_ceil(least);
}

/* Each in a cache line of its own. */
static struct lane_row *new_rows(struct arena *a, uint64_t count)
{
    char *bytes =
        arena_new_array(a, char, count * sizeof(struct lane_row) + ROW_BYTES);
    const uintptr_t over = (uintptr_t)bytes % ROW_BYTES;
    return (struct lane_row *)(void *)(bytes + (ROW_BYTES - over));
}

/* What is supported */

/* Sums up to GROUP_VISIT_MAX; more is as bad as that. */
static void add(uint64_t *sum, uint64_t times, uint64_t cycles)
{
    const uint64_t rest = GROUP_VISIT_MAX - *sum;
    if (cycles != 0 && times > rest / cycles)
        *sum = GROUP_VISIT_MAX;
    else
        *sum += times * cycles;
}

/* Ticks from a step to its last write. */
static uint64_t ahead_of(const struct step *step)
{
    if (step->writes == 0)
        return 0;
    uint64_t ticks = 0;
    add(&ticks, 1, step->delay);
    add(&ticks, step->count - 1, step->spacing);
    return ticks;
}

static bool is_schedule_short(const struct schedule *s)
{
    uint64_t factor = 1, sum = 0;
    add(&sum, 1, s->start);
    for (uint32_t i = 0; i < s->count; i++) {
        const struct instruction *in = &s->instructions[i];
        if (in->kind == INSTRUCTION_LOOP) {
            factor *= in->times;
        } else if (in->kind == INSTRUCTION_END) {
            factor /= s->instructions[in->loop].times;
        } else if (in->kind == INSTRUCTION_STEP) {
            uint64_t cycles = ahead_of(&in->step);
            add(&cycles, 1, in->step.gap);
            add(&cycles, 1, in->step.hold);
            add(&sum, factor * in->times, cycles);
        }
    }
    return sum < GROUP_VISIT_MAX;
}

static bool is_stimulus_short(const struct stimulus *s, uint64_t tokens)
{
    uint64_t sum = 0;
    add(&sum, tokens, UINT64_C(1) + s->gap + s->grid);
    add(&sum, tokens, s->pause);
    add(&sum, 1, (uint64_t)s->frame_gap + s->frame_period);
    return sum < GROUP_VISIT_MAX;
}

/* The most freezes that can lie ahead of a front, or tokens wait to be placed:
 * no two are in the same tick. */
static uint64_t ahead_max(const struct schedule *s)
{
    uint64_t most = 0;
    for (uint32_t i = 0; i < s->count; i++) {
        if (s->instructions[i].kind != INSTRUCTION_STEP)
            continue;
        const uint64_t ticks = ahead_of(&s->instructions[i].step);
        most = ticks > most ? ticks : most;
    }
    return most + 2 < AHEAD_MAX ? most + 2 : AHEAD_MAX;
}

static bool is_stream_plain(const struct timing_stream *s)
{
    return s->initial == 0 && s->frame_tokens == 0 && s->copies <= 1 &&
           s->tokens_per_frame != 0 && stimulus_is_periodic(&s->stimulus) &&
           is_stimulus_short(&s->stimulus, s->tokens_per_frame) &&
           s->read_latency < GROUP_WRITE_LATENCY_MAX;
}

static bool is_process_plain(const struct timing_process *p)
{
    return p->schedule->style == STALL_BUBBLES &&
           p->schedule->overlap == OVERLAP_PIPELINED && !p->turns &&
           p->copies <= 1 && p->input_count <= GROUP_PORTS_MAX &&
           p->output_count <= GROUP_PORTS_MAX && is_schedule_short(p->schedule);
}

static bool is_plain(const struct timing *t)
{
    bool sink = false;
    for (uint32_t i = 0; i < t->stream_count; i++) {
        if (!is_stream_plain(&t->streams[i]))
            return false;
        sink |= t->streams[i].consumer == TIMING_EDGE;
    }
    for (uint32_t i = 0; i < t->process_count; i++)
        if (!is_process_plain(&t->processes[i]))
            return false;
    return sink && t->region == NULL;
}

/* Making one */

static enum lane_ports ports_of(const struct timing_process *p)
{
    if (p->input_count == 1 && p->output_count == 1)
        return LANE_PORTS_1_TO_1;
    if (p->input_count == 1 && p->output_count == 2)
        return LANE_PORTS_1_TO_2;
    if (p->input_count == 2 && p->output_count == 1)
        return LANE_PORTS_2_TO_1;
    return LANE_PORTS_MANY;
}

static void init_process(struct lane_process *p, struct arena *a,
                         const struct timing_process *t, struct group *g)
{
    const uint32_t ring = power_of_two(ahead_max(t->schedule));
    *p = (struct lane_process){
        .schedule = t->schedule,
        .input_count = t->input_count,
        .output_count = t->output_count,
        .ports = ports_of(t),
        .freeze_mask = ring - 1,
        .pending_mask = ring - 1,
    };
    p->inputs = arena_new_array(a, struct lane_stream *, t->input_count);
    p->outputs = arena_new_array(a, struct lane_stream *, t->output_count);
    for (uint32_t i = 0; i < t->input_count; i++)
        p->inputs[i] = &g->streams[t->inputs[i]];
    for (uint32_t i = 0; i < t->output_count; i++)
        p->outputs[i] = &g->streams[t->outputs[i]];
    p->freezes = arena_new_array(a, struct lane_freeze, ring);
    p->pending = arena_new_array(a, struct lane_pending, ring);
    schedule_start(&p->cursor, p->schedule);
    p->before =
        (int32_t)p->schedule->start - (int32_t)schedule_peek(&p->cursor)->gap;
}

/* Sources, then sinks, as run_timing has them: the last one is the
 * reference. */
static void add_edges(struct group *g, const struct timing *t, bool sources)
{
    for (uint32_t i = 0; i < t->stream_count; i++) {
        const struct timing_stream *s = &t->streams[i];
        if ((sources ? s->producer : s->consumer) != TIMING_EDGE)
            continue;
        g->edges[g->edge_count++] = (struct lane_edge){
            .stream = &g->streams[i],
            .is_source = sources,
            .always = stimulus_is_always(&s->stimulus),
            .stimulus = &s->stimulus,
            .tokens_per_frame = s->tokens_per_frame,
        };
    }
}

struct group *group_new(struct arena *a, const struct timing *t)
{
    if (!is_plain(t))
        return NULL;
    struct group *g = arena_new_item(a, struct group);
    g->stream_count = t->stream_count;
    g->process_count = t->process_count;
    g->streams = arena_new_array(a, struct lane_stream, t->stream_count);
    g->processes = arena_new_array(a, struct lane_process, t->process_count);
    g->edges =
        arena_new_array(a, struct lane_edge, 2 * (size_t)t->stream_count);
    for (uint32_t i = 0; i < t->stream_count; i++)
        g->streams[i].read_latency = (int32_t)t->streams[i].read_latency;
    for (uint32_t i = 0; i < t->process_count; i++)
        init_process(&g->processes[i], a, &t->processes[i], g);
    add_edges(g, t, true);
    add_edges(g, t, false);
    return g;
}

void group_reset(struct group *g)
{
    g->late = false;
    for (uint32_t i = 0; i < g->stream_count; i++)
        g->streams[i].written = g->streams[i].read = 0;
    for (uint32_t i = 0; i < g->process_count; i++) {
        struct lane_process *p = &g->processes[i];
        schedule_start(&p->cursor, p->schedule);
        p->frames = 0;
        p->at_frame_start = true;
        p->freeze_head = p->freeze_count = 0;
        p->pending_head = p->pending_count = 0;
        p->full = false;
    }
    for (uint32_t i = 0; i < g->edge_count; i++) {
        struct lane_edge *e = &g->edges[i];
        stimulus_start(&e->cursor, e->stimulus, e->tokens_per_frame);
        e->tokens = e->in_frame = 0;
        e->idle = -1;
    }
}

/* Lanes come and go */

static uint64_t rows_for(uint32_t capacity)
{
    return power_of_two(capacity < ROWS_MIN ? ROWS_MIN : capacity);
}

uint64_t group_more_rows(const struct group *g, uint32_t stream,
                         uint32_t capacity)
{
    const struct lane_stream *s = &g->streams[stream];
    const uint64_t old = s->rows == NULL ? 0 : s->mask + 1;
    const uint64_t size = rows_for(capacity);
    return size > old ? size - old : 0;
}

static void grow(struct group *g, struct arena *a, uint32_t stream,
                 uint32_t capacity)
{
    struct lane_stream *s = &g->streams[stream];
    const uint64_t more = group_more_rows(g, stream, capacity);
    if (more == 0)
        return;
    const uint64_t size = rows_for(capacity), old = size - more;
    struct lane_row *rows = new_rows(a, size);
    /* No lane looks back further than it did before. */
    for (uint64_t i = 1; i <= old; i++)
        rows[(s->read - i) & (size - 1)] = s->rows[(s->read - i) & s->mask];
    s->rows = rows;
    s->mask = size - 1;
    g->row_count += more;
}

static void begin_stream(struct lane_stream *s, uint32_t lane)
{
    for (uint64_t i = 1; i <= s->capacity[lane]; i++)
        s->rows[(s->read - i) & s->mask].at[lane] = GROUP_NEVER;
    s->last_write.at[lane] = GROUP_NEVER;
}

void group_begin_lane(struct group *g, struct arena *a, uint32_t lane,
                      const struct lane_setting *setting)
{
    for (uint32_t i = 0; i < g->stream_count; i++) {
        struct lane_stream *s = &g->streams[i];
        assert(s->read == s->written);
        grow(g, a, i, setting->capacities[i]);
        s->capacity[lane] = setting->capacities[i];
        s->write_latency.at[lane] = (int32_t)setting->write_latencies[i];
        begin_stream(s, lane);
    }
    for (uint32_t i = 0; i < g->process_count; i++) {
        struct lane_process *p = &g->processes[i];
        p->time.at[lane] = p->before;
        p->free.at[lane] = 0;
        p->skew.at[lane] = 0;
        for (uint32_t k = 0; k < p->freeze_count; k++) {
            struct lane_freeze *const z =
                &p->freezes[(p->freeze_head + k) & p->freeze_mask];
            z->at.at[lane] = GROUP_NEVER;
            z->cycles.at[lane] = 0;
        }
    }
    for (uint32_t i = 0; i < g->edge_count; i++) {
        struct lane_edge *e = &g->edges[i];
        /* Nothing is idle before the first token of a lane, whatever is
         * before the first token of any later frame. */
        if (e->idle < 0 && !e->always)
            e->idle = stimulus_next(&e->cursor);
        e->previous.at[lane] = e->always ? -1 : -1 - (int32_t)e->idle;
        e->frame_first.at[lane] = -GROUP_TIME_MAX;
    }
}

void group_follow_lane(struct group *g, uint32_t lane, uint32_t other)
{
    for (uint32_t i = 0; i < g->stream_count; i++) {
        struct lane_stream *s = &g->streams[i];
        /* Further back than this lane ever looked. */
        const uint64_t rows = s->mask + 1 - (s->written - s->read);
        for (uint64_t k = s->capacity[lane] + UINT64_C(1);
             k <= s->capacity[other] && k <= rows; k++)
            s->rows[(s->read - k) & s->mask].at[lane] = GROUP_NEVER;
        s->capacity[lane] = s->capacity[other];
        s->write_latency.at[lane] = s->write_latency.at[other];
    }
}

static void update_stream(struct lane_stream *s)
{
    uint32_t lanes[GROUP_LANES];
    uint32_t count = 0;
    s->least = UINT64_MAX;
    for (uint32_t l = 0; l < GROUP_LANES; l++) {
        const uint32_t capacity = s->capacity[l];
        uint32_t i = 0;
        while (i < count && s->alike[i].capacity != capacity)
            i++;
        if (i == count) {
            s->alike[count].capacity = capacity;
            lanes[count++] = 0;
        }
        lanes[i] |= UINT32_C(1) << l;
        s->least = capacity < s->least ? capacity : s->least;
    }
    for (uint32_t i = 0; i < count; i++)
        simd_where_set(&s->alike[i].where, lanes[i]);
    s->alike_count = count;
}

void group_update(struct group *g)
{
    for (uint32_t i = 0; i < g->stream_count; i++)
        update_stream(&g->streams[i]);
    for (uint32_t i = 0; i < g->process_count; i++)
        g->processes[i].lack = NULL;
}

bool group_can_refill(const struct group *g)
{
    for (uint32_t i = 0; i < g->edge_count; i++) {
        const struct lane_edge *e = &g->edges[i];
        if (!e->always && e->stimulus->burst != 0 &&
            e->tokens_per_frame % e->stimulus->burst != 0)
            return false;
    }
    return true;
}

/* Frames */

void group_set_limits(struct group *g, uint64_t frames)
{
    for (uint32_t i = 0; i < g->process_count; i++) {
        g->processes[i].frame_limit = frames;
        g->processes[i].lack = NULL;
    }
    for (uint32_t i = 0; i < g->edge_count; i++)
        g->edges[i].token_limit = frames * g->edges[i].tokens_per_frame;
}

bool group_is_complete(const struct group *g)
{
    for (uint32_t i = 0; i < g->edge_count; i++)
        if (g->edges[i].tokens < g->edges[i].token_limit)
            return false;
    for (uint32_t i = 0; i < g->process_count; i++) {
        const struct lane_process *p = &g->processes[i];
        if (p->frames < p->frame_limit || p->pending_count != 0)
            return false;
    }
    return true;
}

int32_t group_latest(const struct group *g, uint32_t lane)
{
    int32_t latest = 0;
    for (uint32_t i = 0; i < g->process_count; i++) {
        const struct lane_process *p = &g->processes[i];
        const int32_t time = p->time.at[lane] + p->skew.at[lane];
        latest = time > latest ? time : latest;
    }
    for (uint32_t i = 0; i < g->edge_count; i++) {
        const int32_t time = g->edges[i].previous.at[lane];
        latest = time > latest ? time : latest;
    }
    return latest;
}
