/* Lanes against run_timing, one configuration after the other: random timings
 * and real networks, with random capacities and latencies, so that some
 * deadlock.
 *
 * HEADRACE_LANES_SEEDS: how many random timings, HEADRACE_LANES_SEED: the
 * first. */
#include "engine/lanes.h"

#include "tests/check_main.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/rng.h"
#include "base/text.h"
#include "design/design.h"
#include "engine/run.h"
#include "engine/slack.h"
#include "import/model.h"
#include "kernels/kernels.h"
#include "tests/engine/pace.h"
#include "tests/fuzz/timing_build.h"
#include "tests/fuzz/timing_random.h"

typedef unsigned long long ull;

enum { SEEDS = 200, CONFIGURATIONS_MAX = 80 };

static struct arena *a;

static void setup(void)
{
    a = arena_new();
}

static void teardown(void)
{
    arena_free(a);
}

/* What was seen, so that the test knows that it saw something. */
struct seen {
    uint32_t supported, done, certified, deadlocks, too_slow;
};

static uint64_t setting(const char *name, uint64_t otherwise)
{
    const char *text = getenv(name);
    return text == NULL ? otherwise : strtoull(text, NULL, 10);
}

static struct timing own_timing(struct arena *to, const struct timing *t,
                                const struct lane *l)
{
    struct timing own = *t;
    own.streams = arena_new_array(to, struct timing_stream, t->stream_count);
    for (uint32_t i = 0; i < t->stream_count; i++) {
        own.streams[i] = t->streams[i];
        own.streams[i].capacity = l->capacities[i];
        if (l->write_latencies != NULL)
            own.streams[i].write_latency = l->write_latencies[i];
    }
    return own;
}

static void check_times(const struct lane *l, const struct run *r,
                        const char *what)
{
    for (uint32_t f = 0; f < l->frames; f++) {
        ck_assert_msg(l->frame_start[f] == r->frame_start[f],
                      "%s: frame %u starts at %llu, not %llu", what, f,
                      (ull)l->frame_start[f], (ull)r->frame_start[f]);
        ck_assert_msg(l->frame_end[f] == r->frame_end[f],
                      "%s: frame %u ends at %llu, not %llu", what, f,
                      (ull)l->frame_end[f], (ull)r->frame_end[f]);
    }
    if (l->frames == 0)
        return;
    ck_assert_msg(l->first_latency == run_latency(r, 0), "%s: first latency",
                  what);
    ck_assert_msg(l->last_latency == run_latency(r, l->frames - 1),
                  "%s: last latency", what);
}

static void check_lane(const struct lanes_options *o, const struct run *r,
                       const struct lane *l, const char *what,
                       struct seen *seen)
{
    check_times(l, r, what);
    if (o->first_latency_max != 0 && r->frames != 0 &&
        run_latency(r, 0) > o->first_latency_max) {
        ck_assert_msg(l->outcome == LANE_TOO_SLOW, "%s: not too slow", what);
        ck_assert_uint_eq(l->frames, 1);
        seen->too_slow++;
    } else {
        ck_assert_msg((l->outcome == LANE_DONE) == (r->outcome == RUN_DONE),
                      "%s: outcome %d, not %d", what, (int)l->outcome,
                      (int)r->outcome);
        ck_assert_msg(l->outcome != LANE_TOO_SLOW, "%s: too slow", what);
        ck_assert_msg(l->frames == r->frames, "%s: %u frames, not %u", what,
                      l->frames, r->frames);
        ck_assert_msg(l->certified == r->certified, "%s: certified %d", what,
                      l->certified);
        ck_assert_msg(
            l->period == r->period && l->period_cycles == r->period_cycles,
            "%s: %llu cycles for %u frames, not %llu for %u", what,
            (ull)l->period_cycles, l->period, (ull)r->period_cycles, r->period);
        seen->done += l->outcome == LANE_DONE;
        seen->deadlocks += l->outcome == LANE_DEADLOCK;
        seen->certified += l->certified;
    }
}

/* Around what the timing has, small everywhere, or anything. */
static uint32_t random_capacity(struct rng *rng, uint32_t mode, uint32_t now)
{
    switch (mode) {
    case 0:
        return now;
    case 1:
        return rng_below(rng, 6) != 0 ? now : 1 + rng_below(rng, now);
    case 2:
        return 1 + rng_below(rng, 4);
    case 3:
        return 1 + now / 2 + rng_below(rng, now);
    case 4:
        return 1 + rng_below(rng, 40);
    default:
        return rng_below(rng, 8) == 0 ? UINT32_MAX : 1 + rng_below(rng, 300);
    }
}

enum { MODES = 6 };

static struct lane *random_lanes(struct rng *rng, const struct timing *t,
                                 uint32_t count, uint32_t modes)
{
    struct lane *lanes = arena_new_array(a, struct lane, count);
    const bool alike = rng_below(rng, 2) != 0;
    for (uint32_t k = 0; k < count; k++) {
        uint32_t *capacities = arena_new_array(a, uint32_t, t->stream_count);
        uint32_t *latencies = arena_new_array(a, uint32_t, t->stream_count);
        const uint32_t mode = rng_below(rng, modes);
        for (uint32_t i = 0; i < t->stream_count; i++) {
            const struct timing_stream *s = &t->streams[i];
            capacities[i] = random_capacity(rng, mode, s->capacity);
            if (s->frame_tokens != 0)
                capacities[i] = s->capacity;
            latencies[i] = 1 + rng_below(rng, 3);
        }
        lanes[k].capacities = capacities;
        if (!alike)
            lanes[k].write_latencies = latencies;
    }
    return lanes;
}

static struct lane *copy_lanes(const struct lanes_options *o,
                               const struct lane *lanes, uint32_t count)
{
    struct lane *copies = arena_new_array(a, struct lane, count);
    for (uint32_t k = 0; k < count; k++) {
        copies[k] = lanes[k];
        copies[k].frame_start =
            arena_new_array(a, uint64_t, lanes_frames_max(o));
        copies[k].frame_end = arena_new_array(a, uint64_t, lanes_frames_max(o));
    }
    return copies;
}

/* With all the instructions that this machine has. */
static void check_lanes(const struct timing *t, const struct lanes_options *o,
                        const struct lane *lanes, uint32_t count,
                        const char *name, struct seen *seen)
{
    static const enum lanes_code codes[] = { LANES_PLAIN, LANES_AVX2,
                                             LANES_AVX512 };
    enum { CODES = sizeof codes / sizeof *codes };
    struct lane *results[CODES] = { NULL };
    for (uint32_t c = 0; c < CODES; c++) {
        struct lanes *x = lanes_new(a, t, o);
        if (!lanes_use_code(x, codes[c]))
            continue;
        results[c] = copy_lanes(o, lanes, count);
        /* In two parts, so that the object is used again. */
        lanes_run(x, results[c], count / 3);
        lanes_run(x, results[c] + count / 3, count - count / 3);
    }
    for (uint32_t k = 0; k < count; k++) {
        struct arena *scratch = arena_new();
        const struct timing own = own_timing(scratch, t, &lanes[k]);
        const struct run *r = run_timing(
            scratch, &own,
            &(struct run_options){ .frames = o->frames, .no_stats = true });
        for (uint32_t c = 0; c < CODES; c++) {
            char what[160];
            snprintf(what, sizeof what, "%s, code %d, configuration %u", name,
                     (int)codes[c], k);
            if (results[c] != NULL)
                check_lane(o, r, &results[c][k], what, seen);
        }
        arena_free(scratch);
    }
}

/* Nearer to what is supported than most of these are. */
static void simplify(struct rng *rng, struct timing *t)
{
    if (rng_below(rng, 8) == 0)
        return;
    for (uint32_t i = 0; i < t->stream_count; i++) {
        struct timing_stream *s = &t->streams[i];
        s->frame_tokens = 0;
        s->stimulus.random = 0;
        if (rng_below(rng, 10) == 0)
            s->stimulus.frame_period = 1 + rng_below(rng, 400);
        if (rng_below(rng, 4) == 0)
            s->stimulus.joined = true;
        if (rng_below(rng, 3) == 0 && s->stimulus.burst != 0)
            s->stimulus.burst = (uint32_t)s->tokens_per_frame;
    }
}

START_TEST(random_timings_agree)
{
    const uint64_t first = setting("HEADRACE_LANES_SEED", 1);
    const uint64_t seeds = setting("HEADRACE_LANES_SEEDS", SEEDS);
    struct seen seen = { 0 };
    for (uint64_t seed = first; seed < first + seeds; seed++) {
        uint32_t frames;
        struct timing *t = timing_random(a, seed, &frames);
        struct rng rng = { seed };
        simplify(&rng, t);
        const bool supported = lanes_supported(t);
        /* Of the others a few, for they are all evaluated alone. */
        if (supported || seed % 16 == 0) {
            struct lanes_options o = { .frames = frames };
            if (rng_below(&rng, 2) == 0)
                o.frames = 0;
            if (rng_below(&rng, 5) == 0)
                o.first_latency_max = 1 + rng_below(&rng, 400);
            const uint32_t count = 1 + rng_below(&rng, CONFIGURATIONS_MAX);
            struct lane *lanes = random_lanes(&rng, t, count, MODES);
            char name[64];
            snprintf(name, sizeof name, "seed %llu", (ull)seed);
            check_lanes(t, &o, lanes, count, name, &seen);
            seen.supported += supported;
        }
        arena_free(a);
        a = arena_new();
    }
    printf("seeds %llu to %llu: %u supported; lanes done %u (certified %u), "
           "deadlocked %u, too slow %u\n",
           (ull)first, (ull)(first + seeds - 1), seen.supported, seen.done,
           seen.certified, seen.deadlocks, seen.too_slow);
    if (seeds >= SEEDS) {
        ck_assert_uint_gt(seen.supported, seeds / 5);
        ck_assert_uint_gt(seen.certified, 1000);
        ck_assert_uint_gt(seen.deadlocks, 1000);
        ck_assert_uint_gt(seen.too_slow, 100);
    }
}
END_TEST

static void check_some(const struct timing *t, const struct lanes_options *o,
                       uint32_t count, uint32_t modes, const char *name,
                       struct seen *seen)
{
    struct rng rng = { setting("HEADRACE_LANES_SEED", 1) };
    struct lane *lanes = random_lanes(&rng, t, count, modes);
    check_lanes(t, o, lanes, count, name, seen);
}

/* Networks as users have them: name, and how many configurations. */
static const struct network_row {
    const char *name;
    uint32_t count;
    bool deadlocks; /* it has branches that can be too shallow */
} networks[] = {
    { "svhn", 70, false },
    { "lenet5", 70, false },
    { "digits", 100, false },
    { "resnet8", 40, true },
};
enum { NETWORKS = sizeof networks / sizeof *networks };

static const struct timing *network_timing(const char *name)
{
    const struct kernel_table *kernels = kernels_headrace();
    struct diag *d = diag_new(a);
    const char *path = file_join(a, HEADRACE_SOURCE_DIR "/models", name);
    struct model *m = model_load(a, path, kernels, d);
    ck_assert_ptr_nonnull(m);
    struct design *design =
        design_lower(a, &m->network, &m->hardware, kernels, d);
    ck_assert_ptr_nonnull(design);
    slack_fit(design);
    return timing_from_design(a, design);
}

/* _i: the network. */
START_TEST(networks_agree)
{
    /* Near the depths that they have, so that most do not deadlock. */
    enum { NETWORK_MODES = 2 };
    const struct network_row *n = &networks[_i];
    const struct timing *t = network_timing(n->name);
    const struct lanes_options o = { .frames = 0 };
    struct seen seen = { 0 };
    ck_assert(lanes_supported(t));
    check_some(t, &o, n->count, NETWORK_MODES, n->name, &seen);
    ck_assert_uint_gt(seen.certified, 0);
    if (n->deadlocks)
        ck_assert_uint_gt(seen.deadlocks, 0);
}
END_TEST

/* Some lanes stop for ever, at different places; the others go on. */
START_TEST(a_lane_that_deadlocks_does_not_hold_up_the_others)
{
    enum { LANES = 64, LAG = 20 };
    struct timing *t = pace_fork_join(a, 100, LAG, LAG + 1);
    struct lane lanes[LANES] = { { 0 } };
    const struct lanes_options o = { .frames = 3 };
    for (uint32_t k = 0; k < LANES; k++) {
        uint32_t *capacities = arena_new_array(a, uint32_t, t->stream_count);
        for (uint32_t i = 0; i < t->stream_count; i++)
            capacities[i] = t->streams[i].capacity == LAG + 1
                                ? 1 + k
                                : t->streams[i].capacity;
        lanes[k].capacities = capacities;
    }
    lanes_run(lanes_new(a, t, &o), lanes, LANES);
    for (uint32_t k = 0; k < LANES; k++) {
        const bool fits = 1 + k > LAG;
        ck_assert_int_eq(lanes[k].outcome, fits ? LANE_DONE : LANE_DEADLOCK);
        ck_assert_uint_eq(lanes[k].frames, fits ? 3 : 0);
    }
}
END_TEST

/* A step that writes `count` tokens, for each one that it reads. */
static uint32_t add_burst(struct timing_builder *b, uint32_t in, uint32_t count)
{
    struct schedule *s = schedule_new(a);
    schedule_step(s, b->streams[in].tokens_per_frame,
                  &(struct step){ .reads = 1,
                                  .writes = 1,
                                  .gap = count,
                                  .delay = 3,
                                  .count = count,
                                  .spacing = 1 });
    return timing_build_process(b, "burst", s, 1, &in, 1);
}

static uint32_t add_pass(struct timing_builder *b, uint32_t in, uint32_t pace)
{
    struct schedule *s = schedule_new(a);
    schedule_step(
        s, b->streams[in].tokens_per_frame,
        &(struct step){
            .reads = 1, .writes = 1, .gap = pace, .delay = 1, .count = 1 });
    return timing_build_process(b, "pass", s, 1, &in, 1);
}

/* More freezes lie ahead of the front than there is room for. */
START_TEST(many_freezes_at_once)
{
    struct timing_builder *b = arena_new_item(a, struct timing_builder);
    timing_build_start(b, a);
    const uint32_t in = timing_build_source(b, 3);
    add_pass(b, add_burst(b, in, 3000), 3);
    struct timing *t = timing_build_end(b);
    for (uint32_t i = 0; i < t->stream_count; i++)
        t->streams[i].capacity = 2;
    const struct lanes_options o = { .frames = 0 };
    struct seen seen = { 0 };
    ck_assert(lanes_supported(t));
    check_some(t, &o, 10, MODES, "many freezes", &seen);
}
END_TEST

/* A FIFO that takes many frames to fill, so that nothing recurs before the
 * cycles need more than 32 bits. */
START_TEST(many_cycles)
{
    enum { TOKENS = 100, PACE = 1 << 20, FRAMES = 30 };
    static const uint32_t paces[] = { 1, PACE };
    const struct timing *t = pace_chain(a, TOKENS, 4, 2, paces);
    const struct lanes_options o = { .frames = FRAMES };
    enum { LANES = 6 };
    struct lane *lanes = arena_new_array(a, struct lane, LANES);
    for (uint32_t k = 0; k < LANES; k++) {
        uint32_t *capacities = arena_new_array(a, uint32_t, t->stream_count);
        for (uint32_t i = 0; i < t->stream_count; i++)
            capacities[i] = k % 2 == 0 && i == 1 ? TOKENS * (FRAMES - 5) : 2;
        lanes[k].capacities = capacities;
    }
    struct seen seen = { 0 };
    check_lanes(t, &o, lanes, LANES, "many cycles", &seen);
    ck_assert_uint_gt(seen.certified, 0);
    ck_assert_uint_gt((uint64_t)PACE * TOKENS * FRAMES, INT32_MAX);
}
END_TEST

/* Some lanes are too large to be evaluated with the others. */
START_TEST(many_places)
{
    enum { TOKENS = 20000 };
    static const uint32_t paces[] = { 1, 3 };
    const struct timing *t = pace_chain(a, TOKENS, 4, 2, paces);
    const struct lanes_options o = { .frames = 0 };
    enum { LANES = 5 };
    struct lane *lanes = arena_new_array(a, struct lane, LANES);
    for (uint32_t k = 0; k < LANES; k++) {
        uint32_t *capacities = arena_new_array(a, uint32_t, t->stream_count);
        for (uint32_t i = 0; i < t->stream_count; i++)
            capacities[i] = k == 2 ? UINT32_MAX : 2 + k;
        lanes[k].capacities = capacities;
    }
    struct seen seen = { 0 };
    check_lanes(t, &o, lanes, LANES, "many places", &seen);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("lanes");
    TCase *c = tcase_create("lanes");
    tcase_add_checked_fixture(c, setup, teardown);
    tcase_add_test(c, random_timings_agree);
    tcase_add_loop_test(c, networks_agree, 0, NETWORKS);
    tcase_add_test(c, a_lane_that_deadlocks_does_not_hold_up_the_others);
    tcase_add_test(c, many_freezes_at_once);
    tcase_add_test(c, many_cycles);
    tcase_add_test(c, many_places);
    suite_add_tcase(s, c);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_ENV);
    const int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
