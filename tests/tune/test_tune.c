/* The tuner against all vectors of depths of small designs: residual blocks,
 * and random chains and blocks of every kernel.
 *
 *   HEADRACE_TUNE_SEEDS  how many designs of each (40)
 *   HEADRACE_TUNE_FIRST  the first seed (1) */
#include "tune/tune.h"

#include "base/arena.h"
#include "base/rng.h"
#include "design/design.h"
#include "design/fifo.h"
#include "engine/run.h"
#include "engine/timing.h"
#include "tests/check_main.h"
#include "tests/exactness/random_design.h"
#include "tests/tune/block_case.h"
#include "tests/tune/every_vector.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    TRIED_MAX = 6000, /* vectors of a design; with more it is left out */
    FIFOS_MAX = 9,
    TOKENS_MAX = 600, /* of a frame, on all streams */
    DEEP_DRAWS = 12
};

static uint64_t number_from(const char *variable, uint64_t otherwise)
{
    const char *text = getenv(variable);
    return text == NULL ? otherwise : strtoull(text, NULL, 10);
}

static const struct scenario stalls[] = {
    { .name = "stalling source", .source = { .burst = 5, .pause = 7 } },
    { .name = "stalling sink", .sink = { .burst = 3, .pause = 11 } },
};

struct sums {
    uint32_t designs, left_out, limited, optimal, at_optimum;
    uint64_t tried;
    double gap; /* in all, as parts of the true optimum */
};

/* A case, for messages. */
struct tuned {
    const char *name;
    uint64_t seed;
    const struct tuning *tuning;
};

#define assert_case(c, condition)                                              \
    ck_assert_msg(condition, "%s, seed %" PRIu64 ": " #condition, (c)->name,   \
                  (c)->seed)

static uint32_t choice_of_depth(const struct storage *s, uint32_t depth)
{
    for (uint32_t c = 0; c < s->count; c++)
        if (storage_choice(s, c).depth == depth)
            return c;
    ck_abort_msg("depth %u is no choice", depth);
    return 0;
}

static uint32_t *choices_of(struct arena *a, const struct tuning *r,
                            const struct trials *t)
{
    uint32_t *choices = arena_new_array(a, uint32_t, t->fifo_count);
    for (uint32_t i = 0; i < t->fifo_count; i++)
        choices[i] = choice_of_depth(&t->fifos[i], r->fifos[i].chosen.depth);
    return choices;
}

static bool keeps(const struct timing *t, const struct run *alone,
                  const struct run *r, const struct goals *g)
{
    if (r->outcome == RUN_DEADLOCK ||
        (g->isolated != 0 && run_latency(alone, 0) > g->isolated))
        return false;
    uint32_t frames = r->frames;
    if (g->back_to_back_frames != 0 && g->back_to_back_frames < frames)
        frames = g->back_to_back_frames;
    for (uint32_t f = 0; g->back_to_back != 0 && f < frames; f++)
        if (run_latency(r, f) > g->back_to_back)
            return false;
    struct figures f = { .period = r->period,
                         .period_cycles = r->period_cycles };
    if (t->region != NULL && !r->certified)
        reference_measure_region(r, t, &f);
    return g->period == 0 || f.period == 0 ||
           f.period_cycles * g->period <= g->period_cycles * f.period;
}

/* (a) A design with these depths does what was said, run until its interval is
 * certain, which one by HLS may never be. */
static void check_goals(struct arena *a, const struct tuned *c)
{
    const struct tuning *r = c->tuning;
    struct design d = *r->design;
    d.streams = arena_new_array(a, struct stream, d.stream_count);
    memcpy(d.streams, r->design->streams, d.stream_count * sizeof *d.streams);
    tuning_apply(r, &d);
    for (uint32_t k = 0; k < r->scenario_count; k++) {
        const struct timing *t = trials_timing(a, &d, &r->scenarios[k]);
        const struct run *alone =
            run_timing(a, t, &(struct run_options){ .frames = 1 });
        const struct run_options o = {
            .frames = t->region != NULL ? EVERY_FRAMES : 0,
        };
        const struct run *run = run_timing(a, t, &o);
        assert_case(c, keeps(t, alone, run, &r->goals[k]));
        assert_case(c, r->figures[k].verdict == VERDICT_MET);
        assert_case(c, r->figures[k].isolated == run_latency(alone, 0));
        if (run->certified && r->figures[k].certified)
            assert_case(c, run->period_cycles * r->figures[k].period ==
                               r->figures[k].period_cycles * run->period);
    }
}

/* (b) Each FIFO at the deepest depth that is cheaper, found by looking at all
 * of them. */
static void check_certificate(struct arena *a, const struct tuned *c,
                              struct trials *t)
{
    const struct tuning *r = c->tuning;
    uint32_t *choices = choices_of(a, r, t);
    for (uint32_t i = 0; i < t->fifo_count; i++) {
        const struct tuned_fifo *f = &r->fifos[i];
        const struct storage *s = &t->fifos[i];
        const uint32_t chosen = choices[i];
        const uint64_t price = storage_price(s, chosen);
        bool found = false;
        for (uint32_t k = s->count; k-- > 0 && !found;) {
            if (storage_price(s, k) >= price)
                continue;
            found = true;
            choices[i] = k;
            const struct miss miss = trials_run_one(t, choices);
            assert_case(c, miss.verdict != VERDICT_MET);
            assert_case(c, f->has_cheaper);
            assert_case(c, f->cheaper.depth == storage_choice(s, k).depth);
            assert_case(c, f->scenario == miss.scenario);
            assert_case(c, f->without.verdict == miss.verdict);
        }
        assert_case(c, found == f->has_cheaper);
        choices[i] = chosen;
    }
}

struct bounds {
    const struct tuned *c;
    const struct trials *trials;
};

/* (c), (e) */
static void check_bounds(void *context, const uint32_t *choices, uint64_t price)
{
    const struct bounds *b = context;
    const struct tuned *c = b->c;
    assert_case(c, price >= c->tuning->bound_price);
    for (uint32_t i = 0; i < b->trials->fifo_count; i++)
        assert_case(c, storage_choice(&b->trials->fifos[i], choices[i]).depth >=
                           c->tuning->fifos[i].bound_depth);
}

/* (e) among the vectors that cost more: one FIFO just below its bound, the
 * others as deep as can be or anywhere. */
static void check_deep_ones(struct arena *a, const struct tuned *c,
                            struct trials *t)
{
    const struct tuning *r = c->tuning;
    struct rng rng = { c->seed };
    uint32_t *choices = arena_new_array(a, uint32_t, t->fifo_count);
    for (uint32_t i = 0; i < t->fifo_count; i++) {
        const uint32_t bound =
            choice_of_depth(&t->fifos[i], r->fifos[i].bound_depth);
        for (uint32_t n = 0; bound != 0 && n < DEEP_DRAWS; n++) {
            for (uint32_t k = 0; k < t->fifo_count; k++)
                choices[k] = t->fifos[k].count - 1 -
                             (n == 0 ? 0 : rng_below(&rng, t->fifos[k].count));
            choices[i] = bound - 1;
            assert_case(c, trials_run_one(t, choices).verdict != VERDICT_MET);
        }
    }
}

/* Even the deepest choices miss a goal. */
static void check_deepest(struct arena *a, const struct tuned *c,
                          struct trials *t)
{
    uint32_t *choices = arena_new_array(a, uint32_t, t->fifo_count);
    for (uint32_t i = 0; i < t->fifo_count; i++)
        choices[i] = t->fifos[i].count - 1;
    assert_case(c, trials_run_one(t, choices).verdict != VERDICT_MET);
}

/* False: there are too many vectors to try. */
static bool check(struct arena *a, const struct tuned *c,
                  const struct tune_options *o, struct sums *sums)
{
    const struct tuning *r = c->tuning;
    struct trials *t = every_trials(a, r->design, o, 0);
    t->goals = r->goals;
    if (r->outcome == TUNE_LIMITED) {
        /* Frames of few tokens are out of a deep pipeline only after others
         * have come in. */
        check_deepest(a, c, t);
        sums->limited++;
        return true;
    }
    assert_case(c, r->outcome == TUNE_DONE);
    assert_case(c, r->certificate != CERTIFICATE_NONE);
    assert_case(c, r->fifo_count == t->fifo_count);
    assert_case(c, r->price == every_price(t, choices_of(a, r, t)));
    assert_case(c, r->bound_price <= r->price);
    check_goals(a, c);
    check_certificate(a, c, t);
    check_deep_ones(a, c, t);
    struct bounds bounds = { c, t };
    struct every_vector e = { .trials = t,
                              .below = r->price,
                              .tried_max = TRIED_MAX,
                              .met = check_bounds,
                              .context = &bounds };
    if (!every_vector_run(&e)) {
        sums->left_out++;
        return false;
    }
    const bool is_optimal = r->certificate == CERTIFICATE_OPTIMAL;
    assert_case(c, !is_optimal || e.met_count == 0);
    assert_case(c, !is_optimal || r->bound_price == r->price);
    sums->designs++;
    sums->tried += e.tried;
    sums->optimal += is_optimal;
    sums->at_optimum += e.met_count == 0;
    if (e.cheapest != 0)
        sums->gap += (double)(r->price - e.cheapest) / (double)e.cheapest;
    return true;
}

/* The ways to ask. */
enum { WAYS = 6 };
static const char *const way_names[WAYS] = {
    "as it is",        "two scenarios", "LUTs and block RAM",
    "looser interval", "any latency",   "limits"
};

static struct tune_options options_of(struct arena *a, const struct design *d,
                                      uint32_t way)
{
    struct tune_options o = { .pricing = pricing_bits() };
    if (way == 1 || way == 2) {
        o.scenario_count = 2;
        o.scenarios = stalls;
    }
    if (way == 2)
        o.pricing =
            (struct pricing){ .lut = 1000000, .bram18 = UINT64_C(50000000) };
    if (way == 3) {
        const struct scenario own = { "own", d->source, d->sink };
        const struct reference ref =
            reference_find(a, d, trials_timing(a, d, &own));
        o.interval = figures_interval(&ref.figures) * 5 / 4 + 1;
        o.any_isolated = o.any_back_to_back = true;
    }
    if (way == 4)
        o.any_isolated = o.any_back_to_back = true;
    if (way == 5) {
        struct depth_limit *limits = arena_new_array(a, struct depth_limit, 2);
        uint32_t count = 0;
        for (uint32_t i = 0; i < d->stream_count && count < 2; i++) {
            const struct stream *s = &d->streams[i];
            if (tune_looks_for(s))
                limits[count++] = (struct depth_limit){ i, 2 + count, 40 };
        }
        o.limits = limits;
        o.limit_count = count;
    }
    return o;
}

static void check_design(struct arena *a, const char *name, uint64_t seed,
                         const struct design *d, struct sums *sums)
{
    const uint32_t way = (uint32_t)(seed % WAYS);
    struct tune_options o = options_of(a, d, way);
    for (uint32_t thorough = 0; thorough < 2; thorough++) {
        o.thorough = thorough != 0;
        const struct tuned c = { arena_printf(a, "%s, %s%s", name,
                                              way_names[way],
                                              thorough ? ", thorough" : ""),
                                 seed, tune_design(a, d, &o) };
        /* Whether that is so is checked where it is known. */
        if (c.tuning->outcome == TUNE_DEADLOCK)
            return;
        if (!check(a, &c, &o, &sums[thorough]))
            return; /* and thoroughly it would take long */
    }
}

static void print(const char *name, uint64_t first, uint64_t count,
                  const struct sums *sums)
{
    for (uint32_t thorough = 0; thorough < 2; thorough++) {
        const struct sums *s = &sums[thorough];
        printf("%s, seeds %" PRIu64 "..%" PRIu64 "%s: %u tuned (%u more "
               "with too many vectors, %u beyond the deepest FIFOs), %u proven "
               "optimal, %u at the optimum, mean gap "
               "%.2f %%, %" PRIu64 " vectors tried\n",
               name, first, first + count - 1, thorough ? ", thorough" : "",
               s->designs, s->left_out, s->limited, s->optimal, s->at_optimum,
               s->designs == 0 ? 0 : 100 * s->gap / s->designs, s->tried);
    }
    ck_assert_uint_gt(sums[0].designs, 0);
    ck_assert_uint_le(sums[0].optimal, sums[0].at_optimum);
}

START_TEST(residual_blocks)
{
    const uint64_t first = number_from("HEADRACE_TUNE_FIRST", 1);
    const uint64_t count = number_from("HEADRACE_TUNE_SEEDS", 40);
    struct sums sums[2] = { 0 };
    for (uint64_t seed = first; seed < first + count; seed++) {
        struct arena *a = arena_new();
        struct rng rng = { seed };
        const struct block_case c = {
            .h = 2 + rng_below(&rng, 3),
            .w = 2 + rng_below(&rng, 3),
            .kernels = { rng_below(&rng, 3) == 0 ? 1 : 3,
                         rng_below(&rng, 3) == 0 ? 1 : 0 },
            .depth = 1 + rng_below(&rng, 4),
            .shortcut = rng_below(&rng, 2),
        };
        check_design(a, "block", seed, block_case_design(a, &c), sums);
        arena_free(a);
    }
    print("blocks", first, count, sums);
}
END_TEST

/* By HLS: where frames leave things inside until others come, the goals are
 * those of a frame that is alone. */
START_TEST(blocks_by_hls)
{
    static const enum family families[] = { FAMILY_HLS4ML_VIVADO_2019_2,
                                            FAMILY_HLS4ML_VIVADO_2020_1,
                                            FAMILY_HLS4ML_VITIS_2023_2,
                                            FAMILY_HLS4ML_VITIS_2024_2 };
    const uint64_t first = number_from("HEADRACE_TUNE_FIRST", 1);
    const uint64_t count = number_from("HEADRACE_TUNE_SEEDS", 40);
    struct sums sums[2] = { 0 };
    for (uint64_t seed = first; seed < first + count; seed++) {
        struct arena *a = arena_new();
        struct rng rng = { seed };
        const struct block_case c = {
            .h = 1 + rng_below(&rng, 3),
            .w = 2 + rng_below(&rng, 2),
            .kernels = { rng_below(&rng, 3) == 0 ? 3 : 1,
                         rng_below(&rng, 3) == 0 ? 1 : 0 },
            .depth = 1 + rng_below(&rng, 4),
            .family = families[rng_below(&rng, 4)],
            .ii = rng_below(&rng, 4),
        };
        check_design(a, "block by HLS", seed, block_case_design(a, &c), sums);
        arena_free(a);
    }
    print("blocks by HLS", first, count, sums);
}
END_TEST

static bool is_small(const struct design *d)
{
    uint64_t tokens = 0;
    uint32_t fifos = 0;
    for (uint32_t i = 0; i < d->stream_count; i++) {
        fifos += tune_looks_for(&d->streams[i]);
        tokens += d->streams[i].tokens_per_frame;
    }
    return fifos >= 2 && fifos <= FIFOS_MAX && tokens <= TOKENS_MAX;
}

START_TEST(random_designs)
{
    const uint64_t first = number_from("HEADRACE_TUNE_FIRST", 1);
    const uint64_t count = number_from("HEADRACE_TUNE_SEEDS", 40);
    struct sums sums[2] = { 0 };
    uint64_t seed = first;
    for (uint64_t done = 0; done < count; seed++) {
        struct arena *a = arena_new();
        struct random_design r = random_design_new(a, seed);
        /* Goals are met for ever or not only if nothing is left to chance. */
        r.design->source.random = r.design->sink.random = 0;
        if (is_small(r.design)) {
            check_design(a, "random design", seed, r.design, sums);
            done++;
        }
        arena_free(a);
    }
    print("random designs", first, seed - first, sums);
}
END_TEST

static struct design *block(struct arena *a)
{
    return block_case_design(a, &(struct block_case){
                                    4, 4, { 3, 0 }, .depth = 2 });
}

START_TEST(goals_below_the_bound_are_unreachable)
{
    struct arena *a = arena_new();
    struct design *d = block(a);
    struct tune_options o = { .pricing = pricing_bits() };
    const struct tuning *r = tune_design(a, d, &o);
    ck_assert_int_eq(r->outcome, TUNE_DONE);
    o.interval = reference_bound(&r->references[0]);
    ck_assert_int_eq(tune_design(a, d, &o)->outcome, TUNE_DONE);
    o.interval--;
    r = tune_design(a, d, &o);
    ck_assert_int_eq(r->outcome, TUNE_UNREACHABLE);
    ck_assert_int_eq(r->missed, VERDICT_INTERVAL);
    ck_assert_int_eq(r->certificate, CERTIFICATE_NONE);
    o = (struct tune_options){ .pricing = pricing_bits(), .isolated = 1 };
    r = tune_design(a, d, &o);
    ck_assert_int_ne(r->outcome, TUNE_DONE);
    ck_assert_int_eq(r->missed, VERDICT_ISOLATED);
    arena_free(a);
}
END_TEST

/* A shortcut that may hold one token stops the block. */
START_TEST(limits_that_forbid_are_told)
{
    struct arena *a = arena_new();
    struct design *d = block(a);
    struct depth_limit limit = { .least = 1, .most = 1 };
    while (strcmp(d->streams[limit.stream].name, "source.clone.out1") != 0)
        limit.stream++;
    const struct tuning *r =
        tune_design(a, d,
                    &(struct tune_options){ .pricing = pricing_bits(),
                                            .limits = &limit,
                                            .limit_count = 1 });
    ck_assert_int_eq(r->outcome, TUNE_LIMITED);
    ck_assert_int_eq(r->missed, VERDICT_DEADLOCK);
    arena_free(a);
}
END_TEST

/* With any number of threads. */
START_TEST(threads_change_nothing)
{
    struct arena *a = arena_new();
    struct tune_options o = { .pricing = pricing_bits(),
                              .scenario_count = 2,
                              .scenarios = stalls };
    const struct tuning *one = tune_design(a, block(a), &o);
    for (uint32_t threads = 2; threads <= 5; threads++) {
        o.threads = threads;
        const struct tuning *r = tune_design(a, block(a), &o);
        ck_assert_uint_eq(r->price, one->price);
        ck_assert_uint_eq(r->bound_price, one->bound_price);
        ck_assert_int_eq(r->certificate, one->certificate);
        ck_assert_uint_eq(r->runs, one->runs);
        ck_assert_uint_eq(r->fifo_count, one->fifo_count);
        for (uint32_t i = 0; i < r->fifo_count; i++) {
            const struct tuned_fifo *x = &r->fifos[i], *y = &one->fifos[i];
            ck_assert_uint_eq(x->chosen.depth, y->chosen.depth);
            ck_assert_uint_eq(x->bound_depth, y->bound_depth);
            ck_assert_int_eq(x->has_cheaper, y->has_cheaper);
            ck_assert_int_eq(x->without.verdict, y->without.verdict);
        }
    }
    arena_free(a);
}
END_TEST

static bool stops(void *context, const char *stage, uint64_t done,
                  uint64_t total, uint64_t best_price)
{
    uint32_t *left = context;
    (void)stage;
    (void)done;
    (void)total;
    (void)best_price;
    if (*left == 0)
        return false;
    (*left)--;
    return true;
}

/* Wherever it is stopped: what it has by then works. */
START_TEST(a_stopped_search_gives_what_works)
{
    bool done = false;
    uint32_t feasible = 0;
    for (uint32_t calls = 0; !done; calls++) {
        ck_assert_uint_lt(calls, 10000);
        struct arena *a = arena_new();
        uint32_t left = calls;
        const struct tune_observer observer = { stops, &left };
        const struct tune_options o = { .pricing = pricing_bits(),
                                        .scenario_count = 2,
                                        .scenarios = stalls,
                                        .observer = &observer };
        const struct tuned c = { "stopped", calls,
                                 tune_design(a, block(a), &o) };
        done = c.tuning->outcome == TUNE_DONE;
        if (!done) {
            assert_case(&c, c.tuning->outcome == TUNE_STOPPED);
            assert_case(&c, c.tuning->certificate == CERTIFICATE_NONE);
        }
        feasible += c.tuning->fifo_count != 0;
        if (c.tuning->fifo_count != 0)
            check_goals(a, &c);
        arena_free(a);
    }
    ck_assert_uint_gt(feasible, 1);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        residual_blocks,
        blocks_by_hls,
        random_designs,
        goals_below_the_bound_are_unreachable,
        limits_that_forbid_are_told,
        threads_change_nothing,
        a_stopped_search_gives_what_works,
        NULL,
    };
    return check_main("tune", tests);
}
