#include "partition/realise.h"

#include <string.h>

#include "base/arena.h"
#include "cost/cost.h"
#include "design/fifo.h"
#include "design/kernel.h"
#include "design/link.h"
#include "engine/run.h"
#include "engine/slack.h"
#include "engine/timing.h"
#include "kernels/schedule.h"
#include "tune/just_in_time.h"
#include "tune/reference.h"
#include "tune/tune.h"

/* --- FIFOs -----------------------------------------------------------------
 */

struct figures_of_run {
    uint64_t interval, latency;
    bool certified;
};

/* Cycles of the reference clock in so many femtoseconds, rounded up. */
static uint64_t cycles_in(int64_t fs, uint64_t hz)
{
    enum { MILLION = 1000000, BILLION = 1000000000 };
    const uint64_t ns = (uint64_t)fs / MILLION, rest = (uint64_t)fs % MILLION;
    /* hz is at most 2 * 10^9, so no product is above 2^63. */
    return ns / BILLION * hz +
           (ns % BILLION * hz + rest * hz / MILLION + BILLION - 1) / BILLION;
}

/* Across clock domains, where the run counts in cycles of the sink's. */
static void set_times(struct figures_of_run *f, const struct run *r,
                      uint64_t hz)
{
    f->interval =
        (cycles_in(r->domains->period_time, hz) + r->period - 1) / r->period;
    f->latency = cycles_in(run_latency_time(r, 0), hz);
}

/* In cycles of a clock.  Interval 0: it stands still. */
static struct figures_of_run run_design(const struct design *d, uint64_t hz)
{
    struct arena *a = arena_new();
    const struct timing *t = timing_from_design(a, d);
    const struct run_options o = { .no_stats = true };
    const struct run *r = run_timing(a, t, &o);
    struct figures_of_run f = { 0 };
    if (r->outcome == RUN_DONE && r->period != 0) {
        f.interval = (r->period_cycles + r->period - 1) / r->period;
        f.latency = run_latency(r, 0);
        f.certified = r->certified;
        if (r->domains != NULL)
            set_times(&f, r, hz);
    }
    arena_free(a);
    return f;
}

static void set_capacities(struct design *d, const uint32_t *capacities,
                           uint32_t times)
{
    for (uint32_t i = 0; i < d->stream_count; i++) {
        struct stream *s = &d->streams[i];
        if (!tune_looks_for(s) || !s->auto_depth)
            continue;
        uint64_t depth = (uint64_t)capacities[i] * times;
        if (depth > s->tokens_per_frame && times > 1)
            depth = capacities[i] > s->tokens_per_frame ? capacities[i]
                                                        : s->tokens_per_frame;
        fifo_set(s, s->auto_kind ? FIFO_AUTO : s->kind,
                 depth < 2 ? 2 : (uint32_t)depth);
    }
}

/* Deep enough for tokens that come just in time (just_in_time.h).  That is
 * reckoned from a few frames, and as if processes waited for tokens and room
 * only; where the interval is missed, twice as deep, and so on; the least of
 * these with the shortest one. */
static struct figures_of_run fit_depths(struct design *d, uint64_t interval)
{
    enum { TIMES_MAX = 16 };
    struct arena *a = arena_new();
    const struct timing *t = timing_from_design(a, d);
    const struct reference r = reference_find(a, d, t);
    const uint32_t *capacities = NULL;
    if (r.figures.verdict == VERDICT_MET)
        capacities = just_in_time_capacities(a, t, r.frame_end, r.frames);
    struct figures_of_run best = { 0 };
    uint32_t best_times = 0;
    if (capacities == NULL)
        best = run_design(d, d->clock_hz);
    for (uint32_t times = 1; capacities != NULL && times <= TIMES_MAX;
         times *= 2) {
        set_capacities(d, capacities, times);
        const struct figures_of_run f = run_design(d, d->clock_hz);
        if (f.interval != 0 &&
            (best.interval == 0 || f.interval < best.interval)) {
            best = f;
            best_times = times;
        }
        if (best.interval != 0 && best.interval <= interval)
            break;
    }
    if (best_times != 0)
        set_capacities(d, capacities, best_times);
    arena_free(a);
    return best;
}

/* --- boards and links ------------------------------------------------------
 */

static struct board_options *board_options(struct arena *a,
                                           const struct candidate *c,
                                           const struct partition_options *o)
{
    const struct space *s = c->space;
    struct board_options *boards =
        arena_new_array(a, struct board_options, c->board_count);
    for (uint32_t b = 0; b < c->board_count; b++) {
        const struct partition_board *of = &o->boards[b];
        struct named_place *layers =
            arena_new_array(a, struct named_place, s->item_count);
        boards[b] = (struct board_options){
            .name = of->name,
            .device = of->device_word,
            .hz_numerator = of->hz,
            .hz_denominator = 1,
            .clock = clock_of_hz(of->hz, 1),
            .layers = layers,
        };
        for (uint32_t i = 0; i < s->item_count; i++)
            if (c->board_of[i] == b)
                layers[boards[b].layer_count++].name = s->items[i].layer->name;
    }
    return boards;
}

static struct link_options *link_options(struct arena *a,
                                         const struct candidate *c,
                                         const struct partition_options *o)
{
    struct link_options *links =
        arena_new_array(a, struct link_options, c->board_count);
    for (uint32_t i = 0; i + 1 < c->board_count; i++)
        links[i] = (struct link_options){ .name = o->links[i].name,
                                          .type = o->links[i].type,
                                          .cable_ps = o->links[i].cable_ps,
                                          .from = i,
                                          .to = i + 1 };
    return links;
}

/* The depths of the design on one board, for the FIFOs of the same streams; on
 * each board that a stream comes to it has a FIFO as deep. */
static void set_depths(struct design *many, const struct design *one)
{
    for (uint32_t i = 0; i < many->stream_count; i++) {
        struct stream *s = &many->streams[i];
        for (uint32_t k = 0; k < one->stream_count; k++) {
            const struct stream *t = &one->streams[k];
            const size_t length = strlen(s->name), tail = strlen(t->name);
            if (length < tail ||
                strcmp(s->name + length - tail, t->name) != 0 ||
                (length > tail && s->name[length - tail - 1] != '.'))
                continue;
            fifo_set(s, t->kind, t->depth);
            s->auto_kind = t->auto_kind;
            break;
        }
    }
}

/* --- what boards and links bear --------------------------------------------
 */

static void find_slowest(const struct design *d, struct partition_share *shares)
{
    struct arena *a = arena_new();
    for (uint32_t i = 0; i < d->process_count; i++) {
        const struct process *p = &d->processes[i];
        if (p->link != NULL)
            continue;
        struct partition_share *s = &shares[p->board];
        struct schedule *schedule = schedule_new(a);
        p->kernel->schedule(p, schedule);
        const uint64_t cycles = schedule_ticks_per_frame(schedule);
        if (s->slowest != NULL && cycles <= s->cycles)
            continue;
        s->cycles = cycles;
        s->slowest = p->name;
    }
    arena_free(a);
}

static struct partition_share *shares_of(struct arena *a,
                                         const struct candidate *c,
                                         const struct partition_options *o,
                                         const struct design *d)
{
    struct partition_share *shares =
        arena_new_array(a, struct partition_share, c->board_count);
    const struct space *space = c->space;
    for (uint32_t b = 0; b < c->board_count; b++) {
        const char **layers =
            arena_new_array(a, const char *, space->item_count);
        shares[b].board = &o->boards[b];
        for (uint32_t i = 0; i < space->item_count; i++)
            if (c->board_of[i] == b)
                layers[shares[b].layer_count++] = space->items[i].layer->name;
        shares[b].layers = layers;
    }
    for (uint32_t b = 0; b < c->board_count; b++) {
        const struct cost cost = cost_of_board(d, b);
        shares[b].used = demand_of_cost(&cost);
    }
    find_slowest(d, shares);
    return shares;
}

static struct partition_crossing *
crossings_of(struct arena *a, const struct candidate *c,
             const struct partition_options *o, const struct design *d)
{
    struct partition_crossing *all =
        arena_new_array(a, struct partition_crossing, c->board_count);
    for (uint32_t i = 0; i + 1 < c->board_count; i++) {
        const struct process *p = d->links[i].process;
        const struct link_type *type = o->links[i].type;
        struct partition_crossing *x = &all[i];
        x->link = &o->links[i];
        const char **names =
            arena_new_array(a, const char *, p == NULL ? 0 : p->input_count);
        for (uint32_t k = 0; p != NULL && k < p->input_count; k++) {
            const struct stream *s = p->inputs[k];
            const uint64_t words =
                link_words(type, s->tokens_per_frame, s->width_bits);
            names[x->stream_count++] = s->name;
            x->words += words;
            x->load += link_load(type, words, p->input_count > 1,
                                 c->space->design->clock_hz);
        }
        x->streams = names;
    }
    return all;
}

static void double_depths(struct design *d)
{
    for (uint32_t i = 0; i < d->stream_count; i++) {
        struct stream *s = &d->streams[i];
        const uint64_t depth = UINT64_C(2) * s->depth;
        if (s->kind == FIFO_FRAME || s->depth >= s->tokens_per_frame)
            continue;
        fifo_set(s, s->auto_kind ? FIFO_AUTO : s->kind,
                 (uint32_t)(depth < s->tokens_per_frame ? depth
                                                        : s->tokens_per_frame));
    }
}

/* With its links.  Words come in packets, and links pause now and then: where
 * that costs more than a hundredth of the interval, FIFOs get twice as deep,
 * twice at most. */
static struct figures_of_run run_boards(struct design *d, uint64_t hz,
                                        uint64_t interval)
{
    enum { TRIES = 3, SHARE = 100 };
    struct figures_of_run f = { 0 };
    for (uint32_t i = 0; i < TRIES; i++) {
        if (i > 0)
            double_depths(d);
        f = run_design(d, hz);
        if (f.interval != 0 && f.interval <= interval + interval / SHARE)
            break;
    }
    return f;
}

bool realise(struct arena *a, const struct candidate *c,
             const struct partition_options *o, struct partition *out,
             struct diag *d)
{
    struct hardware *h = space_hardware(c->space, a, c->lanes, c->foldings);
    struct design *one = space_lower(c->space, a, h, d);
    if (one == NULL)
        return false;
    slack_fit(one);
    struct figures_of_run figures = fit_depths(one, out->planned);
    h->board_count = c->board_count;
    h->boards = board_options(a, c, o);
    h->link_count = c->board_count - 1;
    h->links = link_options(a, c, o);
    struct design *many = space_lower(c->space, a, h, d);
    if (many == NULL)
        return false;
    set_depths(many, one);
    if (c->board_count > 1)
        figures = run_boards(many, one->clock_hz, out->planned);
    out->interval = figures.interval;
    out->latency = figures.latency;
    out->certified = figures.certified;
    out->design = many;
    out->hardware = h;
    out->shares = shares_of(a, c, o, many);
    out->crossings = crossings_of(a, c, o, many);
    out->board_count = c->board_count;
    return true;
}
