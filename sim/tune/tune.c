#include "tune/tune.h"

#include "base/arena.h"
#include "base/parallel.h"
#include "design/design.h"
#include "design/fifo.h"
#include "engine/slack.h"
#include "engine/timing.h"
#include "tune/fifo_bound.h"
#include "tune/just_in_time.h"
#include "tune/prove.h"
#include "tune/search.h"

#include <assert.h>
#include <stddef.h>
#include <string.h>

/* Frames of a run at most.  With FIFOs hardly deeper than they must be the
 * state recurs after two or three, in small designs always soon; in large ones
 * a process that is faster than the goal by little may catch up over dozens of
 * frames, and what counts is whether frames come at the pace of the goal.  What
 * is chosen in the end is run longer, at that pace and back to back. */
enum {
    SMALL_FRAMES = 16,
    STALLED_FRAMES = 32, /* bursts and copies have rhythms of their own */
    TRIAL_FRAMES = 4,
    PACED_FRAMES = 32,
    BACK_TO_BACK_FRAMES = 12
};

/* Tokens to go through in relaxed runs: for the bounds of single FIFOs, a
 * second or so; for the proof of a small design, some hundredths of one. */
enum { BOUND_TOKENS = 60000000, PROOF_TOKENS = 4000000, THOROUGH_FACTOR = 100 };

bool tune_looks_for(const struct stream *s)
{
    return fifo_is_chosen(s) && s->kind != FIFO_FRAME;
}

static uint32_t least_depth(const struct stream *s)
{
    return s->kind == FIFO_BRAM && !s->auto_kind ? 2 : 1;
}

/* As deep as makes sense: all tokens of the frames that are in the design at
 * once, and of one more at either end. */
static uint32_t most_depth(const struct stream *s, uint32_t frames)
{
    const uint64_t tokens =
        s->tokens_per_frame * (frames + UINT64_C(2)) + s->initial;
    const uint64_t most = tokens < FIFO_DEPTH_MAX ? tokens : FIFO_DEPTH_MAX;
    return most > 2 ? (uint32_t)most : 2;
}

/* How many frames are in the design at once, with unlimited FIFOs and frames
 * that come no faster than they leave. */
static uint32_t frames_at_once(const struct tuning *r)
{
    uint64_t most = 0;
    for (uint32_t k = 0; k < r->scenario_count; k++) {
        const struct figures *f = &r->references[k].figures;
        const uint64_t interval = figures_interval(f);
        if (interval != 0 && f->isolated / interval > most)
            most = f->isolated / interval;
    }
    return most < FIFO_DEPTH_MAX ? (uint32_t)most : FIFO_DEPTH_MAX;
}

static void add_fifos(struct trials *t, struct arena *a,
                      const struct tune_options *o, uint32_t frames)
{
    const struct design *d = t->design;
    t->fifos = arena_new_array(a, struct storage, d->stream_count);
    for (uint32_t i = 0; i < d->stream_count; i++) {
        const struct stream *s = &d->streams[i];
        if (!tune_looks_for(s))
            continue;
        uint32_t least = least_depth(s), most = most_depth(s, frames);
        for (uint32_t k = 0; k < o->limit_count; k++) {
            if (o->limits[k].stream != i)
                continue;
            least = o->limits[k].least;
            most = o->limits[k].most;
        }
        storage_init(&t->fifos[t->fifo_count++], a, d, s, least, most,
                     &o->pricing);
    }
}

static struct goals goals_of(const struct reference *r,
                             const struct tune_options *o)
{
    struct goals g = {
        .period_cycles = r->figures.period_cycles,
        .period = r->figures.period,
        .isolated = r->figures.isolated,
        .back_to_back = r->figures.back_to_back,
        .back_to_back_frames = r->latency_frames,
    };
    if (g.period != 0 && g.period_cycles % g.period == 0) {
        g.period_cycles /= g.period;
        g.period = 1;
    }
    if (o->any_interval)
        g.period = 0;
    if (o->interval != 0) {
        g.period_cycles = o->interval;
        g.period = 1;
    }
    if (o->isolated != 0 || o->any_isolated)
        g.isolated = o->isolated;
    if (o->back_to_back != 0 || o->any_back_to_back) {
        g.back_to_back = o->back_to_back;
        g.back_to_back_frames = 0;
    }
    return g;
}

/* A goal that no depth can reach. */
static bool is_unreachable(const struct reference *r, const struct goals *g,
                           enum verdict *missed)
{
    if (r->bound_cycles * g->period > g->period_cycles * r->bound_frames)
        *missed = VERDICT_INTERVAL;
    else
        return false;
    return true;
}

struct tuner {
    struct tuning *result;
    struct trials trials;
    struct search search;
    uint32_t *bounds;
    bool is_optimal;
};

static bool set_goals(struct tuner *w, struct arena *a,
                      const struct tune_options *o)
{
    struct tuning *r = w->result;
    struct trials *t = &w->trials;
    t->timings = arena_new_array(a, struct timing *, t->scenario_count);
    t->goals = arena_new_array(a, struct goals, t->scenario_count);
    t->paced = arena_new_array(a, bool, t->scenario_count);
    r->goals = t->goals;
    r->references = arena_new_array(a, struct reference, t->scenario_count);
    for (uint32_t k = 0; k < t->scenario_count; k++) {
        t->timings[k] = trials_timing(a, t->design, &t->scenarios[k]);
        r->references[k] = reference_find(a, t->design, t->timings[k]);
        if (r->references[k].figures.verdict == VERDICT_DEADLOCK) {
            r->outcome = TUNE_DEADLOCK;
            r->missed_in = k;
            return false;
        }
        t->goals[k] = goals_of(&r->references[k], o);
        if (is_unreachable(&r->references[k], &t->goals[k], &r->missed)) {
            r->outcome = TUNE_UNREACHABLE;
            r->missed_in = k;
            return false;
        }
        search_tell(&w->search, "unlimited FIFOs", k + 1, t->scenario_count);
    }
    return true;
}

/* Where the search starts: enough for tokens that come just in time, in every
 * scenario; the least depths where that cannot be said. */
static void start(struct tuner *w, struct arena *a)
{
    struct trials *t = &w->trials;
    w->search.choices = arena_new_array(a, uint32_t, t->fifo_count);
    for (uint32_t k = 0; k < t->scenario_count; k++) {
        struct arena *scratch = arena_new();
        const struct reference *r = &w->result->references[k];
        const struct goals *g = &t->goals[k];
        uint64_t *ends = arena_new_array(scratch, uint64_t, r->frames);
        for (uint32_t f = 0; f < r->frames; f++) {
            ends[f] = r->frame_end[f];
            const uint64_t due =
                g->period == 0
                    ? 0
                    : r->frame_end[0] + f * g->period_cycles / g->period;
            if (due > ends[f])
                ends[f] = due;
        }
        const uint32_t *capacities =
            just_in_time_capacities(scratch, t->timings[k], ends, r->frames);
        for (uint32_t i = 0; capacities != NULL && i < t->fifo_count; i++) {
            const uint32_t choice =
                storage_holding(&t->fifos[i],
                                capacities[t->fifos[i].stream->index]);
            if (choice > w->search.choices[i])
                w->search.choices[i] = choice;
        }
        arena_free(scratch);
    }
}

/* A whole run takes a millisecond or two. */
enum { SMALL_TOKENS = 30000 };

static bool is_small(const struct trials *t)
{
    uint64_t tokens = 0;
    for (uint32_t i = 0; i < t->design->stream_count; i++)
        tokens += t->design->streams[i].tokens_per_frame;
    return tokens <= SMALL_TOKENS;
}

/* Depths that go up from the least end at another minimum, often a cheaper one,
 * after many more runs. */
static void search_from_least(struct tuner *w, struct arena *a)
{
    struct search other = w->search;
    other.choices = arena_new_array(a, uint32_t, w->trials.fifo_count);
    if (!search_up(&other))
        return;
    search_down(&other);
    w->search.stopped = other.stopped;
    if (other.price < w->search.price)
        w->search = other;
}

/* Some FIFOs whose bounds are looked for at once. */
struct bound_round {
    const struct tuner *tuner;
    const uint32_t *fifos;
    struct bound_log *logs;
};

static void follow_bound(void *context, uint32_t piece)
{
    const struct bound_round *r = context;
    const struct search *s = &r->tuner->search;
    const uint32_t fifo = r->fifos[piece];
    fifo_bound_follow(&r->tuner->trials, fifo, s->floors[fifo],
                      s->choices[fifo], &r->logs[piece]);
}

/* From what was chosen down, for the windows are cheap that miss the goal at
 * the next depth; the dearest FIFOs first, as long as there is time. */
static void find_bounds(struct tuner *w, struct arena *a, bool thorough)
{
    struct trials *t = &w->trials;
    const uint32_t at_once = t->threads == 0 ? 1 : t->threads;
    uint32_t *order = arena_new_array(a, uint32_t, t->fifo_count);
    struct bound_log *logs = arena_new_array(a, struct bound_log, at_once);
    search_order(&w->search, order);
    w->bounds = arena_new_array(a, uint32_t, t->fifo_count);
    uint64_t tokens = BOUND_TOKENS * (uint64_t)(thorough ? THOROUGH_FACTOR : 1);
    for (uint32_t first = 0; first < t->fifo_count; first += at_once) {
        const uint32_t left = t->fifo_count - first;
        const uint32_t n = left < at_once ? left : at_once;
        for (uint32_t i = 0; i < n; i++)
            logs[i] = (struct bound_log){ .arena = arena_new(),
                                          .tokens_max = tokens };
        parallel_run(at_once, n, follow_bound,
                     &(struct bound_round){ w, order + first, logs });
        for (uint32_t i = 0; i < n; i++) {
            w->bounds[order[first + i]] = fifo_bound_within(&logs[i], &tokens);
            arena_free(logs[i].arena);
        }
        if (!search_tell(&w->search, "bound each FIFO", first, t->fifo_count))
            return;
    }
}

/* Each FIFO a step cheaper, the others as chosen: the search ended with that.
 */
static void certify(struct tuner *w, struct arena *a)
{
    struct tuning *r = w->result;
    const struct trials *t = &w->trials;
    r->fifos = arena_new_array(a, struct tuned_fifo, t->fifo_count);
    for (uint32_t k = 0; k < w->search.certified_count; k++) {
        const struct certified *c = &w->search.certified[k];
        struct tuned_fifo *f = &r->fifos[c->fifo];
        assert(c->miss.verdict != VERDICT_MET);
        f->has_cheaper = true;
        f->cheaper = storage_choice(&t->fifos[c->fifo], c->cheaper);
        f->scenario = c->miss.scenario;
        f->without = c->miss.figures;
    }
}

/* Looks for a proof that nothing is cheaper; and takes what it finds that is.
 */

static bool keep_on(void *context)
{
    struct tuner *w = context;
    return search_tell(&w->search, "prove", w->trials.runs, 0);
}

static void find_proof(struct tuner *w, struct arena *a, bool thorough)
{
    const uint32_t count = w->trials.fifo_count;
    struct proof p = {
        .trials = &w->trials,
        .tokens_max = (uint64_t)PROOF_TOKENS * (thorough ? THOROUGH_FACTOR : 1),
        .keep_on = keep_on,
        .context = w,
        .bounds = arena_new_array(a, uint32_t, count),
        .best_price = w->search.price,
        .best = w->search.choices,
    };
    memcpy(p.bounds, w->bounds, count * sizeof *p.bounds);
    w->is_optimal = prove(&p, a);
    w->result->bound_price = p.bound_price;
    if (p.best_price == w->search.price)
        return;
    w->search.price = p.best_price;
    search_down(&w->search);
    w->is_optimal = w->search.price == p.bound_price;
}

static void set_result(struct tuner *w, struct arena *a)
{
    struct tuning *r = w->result;
    const struct trials *t = &w->trials;
    r->fifo_count = t->fifo_count;
    if (r->fifos == NULL)
        r->fifos = arena_new_array(a, struct tuned_fifo, t->fifo_count);
    for (uint32_t i = 0; i < t->fifo_count; i++) {
        struct tuned_fifo *f = &r->fifos[i];
        const struct choice least =
            storage_choice(&t->fifos[i], w->bounds == NULL ? 0 : w->bounds[i]);
        f->stream = t->fifos[i].stream;
        f->chosen = storage_choice(&t->fifos[i], w->search.choices[i]);
        f->bound_depth = least.depth;
        r->price += f->chosen.price;
    }
}

static uint32_t *find_floors(struct tuner *w, struct arena *a)
{
    const struct trials *t = &w->trials;
    uint32_t *floors = arena_new_array(a, uint32_t, t->fifo_count);
    if (!family_is_ours(t->design->family))
        return floors;
    const uint64_t *needs = slack_needs(a, t->design);
    for (uint32_t i = 0; i < t->fifo_count; i++) {
        const uint64_t need = needs[t->fifos[i].stream->index];
        floors[i] =
            storage_holding(&t->fifos[i],
                            need < UINT32_MAX ? (uint32_t)need : UINT32_MAX);
    }
    return floors;
}

/* Up, down, and up and down again.  False: a goal is missed at the deepest
 * choices. */
static bool find_depths(struct tuner *w, struct arena *a, bool thorough)
{
    start(w, a);
    w->search.floors = find_floors(w, a);
    if (!search_up(&w->search))
        return false;
    search_down(&w->search);
    if (thorough || is_small(&w->trials))
        search_from_least(w, a);
    if (w->search.stopped)
        return true;
    find_bounds(w, a, thorough);
    find_proof(w, a, thorough);
    return true;
}

/* What is run once the depths are chosen, each by itself. */
enum final_run { RUN_PACED, RUN_BACK_TO_BACK, FINAL_RUNS };

struct final_runs {
    struct tuner *tuner;
    struct arena *arena;
    struct figures *figures; /* by scenario */
    bool *paced;             /* by scenario: certified at the pace */
    bool is_paced;           /* the search was */
    struct trials beside[FINAL_RUNS];
};

static void run_final(void *context, uint32_t piece)
{
    struct final_runs *f = context;
    const uint32_t *choices = f->tuner->search.choices;
    struct trials *t = &f->beside[piece];
    if (piece == RUN_PACED) {
        if (f->is_paced)
            t->frames = PACED_FRAMES;
        for (uint32_t k = 0; k < t->scenario_count; k++)
            f->paced[k] =
                t->paced[k] && trials_figures(t, choices, k).certified;
        return;
    }
    trials_pace(t, false);
    if (f->is_paced)
        t->frames = BACK_TO_BACK_FRAMES;
    for (uint32_t k = 0; k < t->scenario_count; k++)
        f->figures[k] = trials_figures(t, choices, k);
}

/* The certificate, and what the design does with the chosen depths: at the pace
 * of the goals and then back to back.  False: it misses a goal that it meets at
 * the pace.  If the search was stopped, only as it was run last. */
static bool run_chosen(struct tuner *w, struct arena *a)
{
    struct tuning *r = w->result;
    struct trials *t = &w->trials;
    const uint32_t *choices = w->search.choices;
    r->figures = arena_new_array(a, struct figures, t->scenario_count);
    struct final_runs f = {
        .tuner = w,
        .figures = r->figures,
        .paced = arena_new_array(a, bool, t->scenario_count),
        .is_paced = t->frames == TRIAL_FRAMES,
    };
    if (w->search.stopped) {
        for (uint32_t k = 0; k < t->scenario_count; k++)
            r->figures[k] = trials_figures(t, choices, k);
    } else {
        certify(w, a);
        for (uint32_t i = 0; i < FINAL_RUNS; i++)
            f.beside[i] = trials_beside(t);
        parallel_run(t->threads, FINAL_RUNS, run_final, &f);
        for (uint32_t i = 0; i < FINAL_RUNS; i++) {
            t->runs += f.beside[i].runs;
            trials_drop(&f.beside[i]);
        }
        trials_pace(t, false);
        if (f.is_paced)
            t->frames = BACK_TO_BACK_FRAMES;
    }
    bool met = true;
    for (uint32_t k = 0; k < t->scenario_count; k++) {
        r->figures[k].paced = f.paced[k];
        met &= r->figures[k].verdict == VERDICT_MET;
    }
    return met;
}

/* Every frame is like the one before it. */
static bool has_no_rhythm(const struct trials *t)
{
    for (uint32_t k = 0; k < t->scenario_count; k++)
        if (!stimulus_is_always(&t->scenarios[k].source) ||
            !stimulus_is_always(&t->scenarios[k].sink) ||
            timing_round(t->timings[k], 2) > 1)
            return false;
    return true;
}

struct tuning *tune_design(struct arena *a, const struct design *d,
                           const struct tune_options *o)
{
    struct tuning *r = arena_new_item(a, struct tuning);
    struct scenario *own = arena_new_item(a, struct scenario);
    *own = (struct scenario){ "as the design says", d->source, d->sink };
    r->design = d;
    r->pricing = o->pricing;
    r->scenario_count = o->scenario_count == 0 ? 1 : o->scenario_count;
    r->scenarios = o->scenario_count == 0 ? own : o->scenarios;
    struct tuner w = { .result = r };
    w.trials = (struct trials){ .arena = a,
                                .design = d,
                                .scenario_count = r->scenario_count,
                                .scenarios = r->scenarios,
                                .frames = STALLED_FRAMES,
                                .threads = o->threads };
    w.search = (struct search){ .arena = a,
                                .trials = &w.trials,
                                .observer = o->observer };
    if (!set_goals(&w, a, o))
        return r;
    add_fifos(&w.trials, a, o, frames_at_once(r));
    if (has_no_rhythm(&w.trials))
        w.trials.frames = SMALL_FRAMES;
    w.search.careful = is_small(&w.trials) || o->thorough;
    const bool paced = !is_small(&w.trials) && o->back_to_back == 0;
    if (paced)
        w.trials.frames = TRIAL_FRAMES;
    trials_pace(&w.trials, paced);
    bool found = find_depths(&w, a, o->thorough);
    if (found && !run_chosen(&w, a) && paced && !w.search.stopped) {
        /* It keeps the pace, but not with frames back to back. */
        found = find_depths(&w, a, o->thorough);
        if (found)
            run_chosen(&w, a);
    }
    trials_end(&w.trials);
    r->runs = w.trials.runs;
    if (!found) {
        r->outcome = w.search.stopped ? TUNE_STOPPED : TUNE_LIMITED;
        r->missed = w.search.miss.verdict;
        r->missed_in = w.search.miss.scenario;
        return r;
    }
    set_result(&w, a);
    r->outcome = w.search.stopped ? TUNE_STOPPED : TUNE_DONE;
    if (r->outcome == TUNE_DONE)
        r->certificate = w.is_optimal ? CERTIFICATE_OPTIMAL : CERTIFICATE_LOCAL;
    return r;
}

void tuning_apply(const struct tuning *t, struct design *d)
{
    for (uint32_t i = 0; i < t->fifo_count; i++) {
        struct stream *s = &d->streams[t->fifos[i].stream->index];
        fifo_set(s, s->auto_kind ? FIFO_AUTO : s->kind,
                 t->fifos[i].chosen.depth);
    }
}
