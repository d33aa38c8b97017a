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
#include "import/model.h"
#include "kernels/kernels.h"
#include "tests/engine/pace.h"
#include "tests/fuzz/timing_build.h"
#include "tests/fuzz/timing_random.h"

typedef unsigned long long ull;

enum { SEEDS = 1500, CONFIGURATIONS_MAX = 40 };

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

static void check_lane(const struct timing *t, const struct lanes_options *o,
                       const struct lane *l, const char *what,
                       struct seen *seen)
{
    struct arena *scratch = arena_new();
    const struct timing own = own_timing(scratch, t, l);
    const struct run *r = run_timing(scratch, &own,
                                     &(struct run_options){ .frames = o->frames,
                                                            .no_stats = true });
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
    arena_free(scratch);
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
                                 const struct lanes_options *o, uint32_t count,
                                 uint32_t modes)
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
        lanes[k].frame_start =
            arena_new_array(a, uint64_t, lanes_frames_max(o));
        lanes[k].frame_end = arena_new_array(a, uint64_t, lanes_frames_max(o));
    }
    return lanes;
}

static void check_lanes(const struct timing *t, const struct lanes_options *o,
                        struct lane *lanes, uint32_t count, const char *name,
                        struct seen *seen)
{
    static const enum lanes_code codes[] = { LANES_PLAIN, LANES_AVX2,
                                             LANES_AVX512 };
    char what[160];
    for (uint32_t c = 0; c < sizeof codes / sizeof *codes; c++) {
        struct lanes *x = lanes_new(a, t, o);
        if (!lanes_use_code(x, codes[c]))
            continue;
        /* In two parts, so that the object is used again. */
        lanes_run(x, lanes, count / 3);
        lanes_run(x, lanes + count / 3, count - count / 3);
        for (uint32_t k = 0; k < count; k++) {
            snprintf(what, sizeof what, "%s, code %d, configuration %u", name,
                     (int)codes[c], k);
            check_lane(t, o, &lanes[k], what, seen);
        }
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
            struct lane *lanes = random_lanes(&rng, t, &o, count, MODES);
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

int main(void)
{
    const TTest *const tests[] = {
        random_timings_agree,
        NULL,
    };
    return check_main_with("lanes", tests, setup, teardown);
}
