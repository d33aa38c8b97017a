#include "traces/figures.h"

#include "base/arena.h"
#include "traces/frame_times.h"
#include "traces/occupancy.h"
#include "traces/pairing.h"
#include "traces/recording.h"
#include "traces/report.h"
#include "traces/side.h"

#include <string.h>

enum { LEAST, MEAN, MOST, RANGE_ROWS };

/* The numbers of one side. */
struct stated {
    const char *basis;
    uint64_t latency[RANGE_ROWS], interval[RANGE_ROWS]; /* thousandths */
    uint32_t frame_count;
    struct frame_figures *frames;
};

static uint64_t milli(uint64_t value)
{
    return value == REPORT_NONE || value > UINT64_MAX / 1000 - 1 ? FIGURE_NONE
                                                                 : value * 1000;
}

static void set_none(uint64_t *values)
{
    for (int i = 0; i < RANGE_ROWS; i++)
        values[i] = FIGURE_NONE;
}

/* Of a report */

static bool states_timing(const struct report_timing *t)
{
    return t->latency.max != REPORT_NONE || t->interval.max != REPORT_NONE ||
           t->latency_average_milli != REPORT_NONE ||
           t->interval_average_milli != REPORT_NONE;
}

static struct stated of_report(struct arena *a, const struct report *r)
{
    bool measured = states_timing(&r->measured);
    const struct report_timing *t = measured ? &r->measured : &r->estimate;
    struct stated s = {
        .basis = measured ? "as measured" : "estimate",
        .latency = { milli(t->latency.min), t->latency_average_milli,
                     milli(t->latency.max) },
        .interval = { milli(t->interval.min), t->interval_average_milli,
                      milli(t->interval.max) },
        .frame_count = r->frame_count,
        .frames = arena_new_array(a, struct frame_figures, r->frame_count),
    };
    if (!states_timing(t))
        s.basis = "not stated";
    for (uint32_t i = 0; i < r->frame_count; i++) {
        s.frames[i].latency = r->frame[i].latency;
        /* Between this start and the next one; of a run, intervals end with
         * their frame. */
        s.frames[i].interval = i == 0 ? FIGURE_NONE : r->frame[i - 1].interval;
    }
    return s;
}

/* Of a run */

static void set_range(uint64_t *values, const struct frame_range *r)
{
    set_none(values);
    if (r->count == 0)
        return;
    values[LEAST] = milli(r->min);
    values[MEAN] = r->average_milli;
    values[MOST] = milli(r->max);
}

static struct stated of_times(struct arena *a, const struct frame_times *t,
                              const char *basis)
{
    struct frame_range latency = frame_latencies(t);
    struct frame_range interval = frame_intervals(t);
    struct stated s = {
        .basis = basis,
        .frame_count = t->frames,
        .frames = arena_new_array(a, struct frame_figures, t->frames),
    };
    set_range(s.latency, &latency);
    set_range(s.interval, &interval);
    for (uint32_t f = 0; f < t->frames; f++)
        s.frames[f] =
            (struct frame_figures){ frame_latency(t, f), frame_interval(t, f) };
    return s;
}

/* The process that starts no later and ends no earlier than any other. */
static const struct process_times *enclosing(const struct side *s)
{
    const struct recording *r = s->recording;
    const struct process_times *found = NULL;
    for (uint32_t i = 0; i < r->process_count; i++) {
        const struct process_times *p = &r->processes[i];
        bool encloses = p->start_count > 0 && p->done_count > 0 &&
                        (s->clock == NULL || p->clock == s->clock_index);
        for (uint32_t k = 0; k < r->process_count && encloses; k++) {
            const struct process_times *o = &r->processes[k];
            if (o->clock != p->clock)
                continue;
            if (o->start_count > 0 && o->starts[0] < p->starts[0])
                encloses = false;
            if (o->done_count >= p->done_count &&
                o->dones[p->done_count - 1] > p->dones[p->done_count - 1])
                encloses = false;
        }
        /* Of several, the outermost has the shortest name. */
        if (encloses &&
            (found == NULL || strlen(p->name) < strlen(found->name)))
            found = p;
    }
    return found;
}

static struct stated of_run(struct arena *a, const struct side *s,
                            const struct frame_times *times, bool as_hls)
{
    const struct process_times *p =
        as_hls && s->recording != NULL ? enclosing(s) : NULL;
    if (p != NULL) {
        uint64_t frames =
            p->done_count < p->start_count ? p->done_count : p->start_count;
        struct frame_times t = { (uint32_t)frames, (uint64_t *)p->starts,
                                 (uint64_t *)p->dones };
        return of_times(a, &t, "start to done");
    }
    if (times != NULL)
        return of_times(a, times, "first token in to last token out");
    struct stated none = { .basis = "frames are not known" };
    set_none(none.latency);
    set_none(none.interval);
    return none;
}

/* The rows */

static void add(struct figures *f, const struct figure *row)
{
    if (row->a_milli == FIGURE_NONE && row->b_milli == FIGURE_NONE)
        return;
    f->common += row->a_milli != FIGURE_NONE && row->b_milli != FIGURE_NONE;
    f->rows[f->count++] = *row;
}

static void add_ranges(struct figures *f, const char *group, const uint64_t *a,
                       const uint64_t *b)
{
    static const char *const names[RANGE_ROWS] = { "least", "mean", "most" };
    for (int i = 0; i < RANGE_ROWS; i++)
        add(f, &(struct figure){ group, names[i], FIGURE_CYCLES, a[i], b[i] });
}

/* Of the tokens that are compared, so that a longer recording does not hold
 * more. */
static uint64_t peak_of(const struct side *s, uint32_t stream, uint64_t tokens)
{
    const struct side_stream *at = &s->streams[stream];
    if (s->report != NULL)
        return s->report->fifos[at->fifo].peak;
    if (!at->writes_seen || !at->reads_seen ||
        at->times.reads == at->times.writes)
        return FIGURE_NONE;
    return occupancy_peak(&at->times, tokens);
}

/* Those of the frames compared; where frames are not known, and in a report,
 * all. */
static uint64_t tokens_of(const struct side *s, uint32_t stream)
{
    const struct side_stream *at = &s->streams[stream];
    if (s->report != NULL)
        return UINT64_MAX;
    return s->frames > 0 && at->tokens_per_frame > 0
               ? side_tokens(at, s->frames)
               : at->times.write_count;
}

static void add_peaks(struct figures *f, const struct side *a,
                      const struct side *b, const struct pairing *p)
{
    for (uint32_t i = 0; i < p->count; i++) {
        const struct pair *pair = &p->pairs[i];
        uint64_t of_a = tokens_of(a, pair->a), of_b = tokens_of(b, pair->b);
        uint64_t tokens = of_a < of_b ? of_a : of_b;
        add(f,
            &(struct figure){ "FIFO peak", a->streams[pair->a].times.name,
                              FIGURE_TOKENS, milli(peak_of(a, pair->a, tokens)),
                              milli(peak_of(b, pair->b, tokens)) });
    }
}

/* Functions that both reports know; the top is in the rows above. */
static void add_modules(struct figures *f, const struct report *a,
                        const struct report *b)
{
    for (uint32_t i = 0; i < a->module_count; i++) {
        const struct report_module *l = &a->modules[i];
        const struct report_module *r = report_module_find(b, l->name);
        if (r == NULL || i == 0)
            continue;
        add(f,
            &(struct figure){ "module latency", l->name, FIGURE_CYCLES,
                              milli(l->latency.max), milli(r->latency.max) });
        add(f,
            &(struct figure){ "module interval", l->name, FIGURE_CYCLES,
                              milli(l->interval.max), milli(r->interval.max) });
    }
}

struct figures *figures_new(struct arena *arena, const struct side *a,
                            const struct side *b, const struct pairing *p,
                            const struct frame_times *times_a,
                            const struct frame_times *times_b)
{
    struct figures *f = arena_new_item(arena, struct figures);
    const struct report *left = a->report, *right = b->report;
    struct stated of_a = left != NULL
                             ? of_report(arena, left)
                             : of_run(arena, a, times_a, right != NULL);
    struct stated of_b = right != NULL
                             ? of_report(arena, right)
                             : of_run(arena, b, times_b, left != NULL);
    uint32_t modules =
        left != NULL && right != NULL ? 2 * left->module_count : 0;
    f->rows = arena_new_array(arena, struct figure,
                              (size_t)2 * RANGE_ROWS + p->count + modules);
    f->basis_a = of_a.basis;
    f->basis_b = of_b.basis;
    add_ranges(f, "latency", of_a.latency, of_b.latency);
    add_ranges(f, "interval", of_a.interval, of_b.interval);
    add_peaks(f, a, b, p);
    if (modules > 0)
        add_modules(f, left, right);
    f->frames_a = of_a.frames;
    f->frames_b = of_b.frames;
    f->frame_count = of_a.frame_count < of_b.frame_count ? of_a.frame_count
                                                         : of_b.frame_count;
    return f;
}

bool figure_differs(const struct figure *f, uint64_t tolerance)
{
    if (f->a_milli == FIGURE_NONE || f->b_milli == FIGURE_NONE)
        return false;
    uint64_t apart = f->a_milli > f->b_milli ? f->a_milli - f->b_milli
                                             : f->b_milli - f->a_milli;
    return apart > milli(tolerance);
}
