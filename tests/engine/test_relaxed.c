/* What relaxed runs promise, on random timings: no token of a real run is
 * earlier, and none of the relaxed run is later with deeper FIFOs.
 *
 *   HEADRACE_RELAXED_SEEDS  how many (2000)
 *   HEADRACE_RELAXED_FIRST  the first seed (1) */
#include "engine/run.h"

#include "base/arena.h"
#include "base/rng.h"
#include "tests/check_main.h"
#include "tests/fuzz/timing_build.h"
#include "tests/fuzz/timing_random.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

static uint64_t number_from(const char *variable, uint64_t otherwise)
{
    const char *text = getenv(variable);
    return text == NULL ? otherwise : strtoull(text, NULL, 10);
}

struct sums {
    uint64_t tokens, equal, deadlocks, relaxed_deadlocks;
};

/* The first stream on which a token of `later` is earlier than in `sooner`, or
 * is not there in it; NULL: none. */
static const char *first_violation(const struct timing *t,
                                   const struct run *sooner,
                                   const struct run *later, struct sums *sums)
{
    for (uint32_t i = 0; i < t->stream_count; i++) {
        const struct run_stream *a = &sooner->streams[i];
        const struct run_stream *b = &later->streams[i];
        if (a->written < b->written || a->tokens < b->tokens)
            return t->streams[i].name;
        for (uint64_t k = t->streams[i].initial; k < b->written; k++)
            if (a->write_times[k] > b->write_times[k])
                return t->streams[i].name;
        for (uint64_t k = 0; k < b->tokens; k++) {
            if (a->read_times[k] > b->read_times[k])
                return t->streams[i].name;
            sums->tokens++;
            sums->equal += a->read_times[k] == b->read_times[k];
        }
    }
    return NULL;
}

static void deepen(struct timing *t, uint64_t seed)
{
    struct rng rng = { seed };
    for (uint32_t i = 0; i < t->stream_count; i++) {
        struct timing_stream *s = &t->streams[i];
        const uint32_t unit =
            s->frame_tokens == 0 ? 1 : (uint32_t)s->frame_tokens;
        if (rng_below(&rng, 3) == 0)
            s->capacity += unit * (1 + rng_below(&rng, 8));
    }
}

static void check_seed(uint64_t seed, struct sums *real, struct sums *deeper)
{
    struct arena *a = arena_new();
    uint32_t frames;
    struct timing *t = timing_random(a, seed, &frames);
    const struct run_options exact = { .frames = frames, .log = true };
    struct run_options relaxed = exact;
    relaxed.relaxed = true;
    const struct run *r = run_timing(a, t, &exact);
    const struct run *bound = run_timing(a, t, &relaxed);
    real->deadlocks += r->outcome == RUN_DEADLOCK;
    real->relaxed_deadlocks += bound->outcome == RUN_DEADLOCK;
    const char *where = first_violation(t, bound, r, real);
    ck_assert_msg(where == NULL, "seed %" PRIu64 ": relaxed is later on '%s'",
                  seed, where);
    ck_assert_msg(bound->outcome == RUN_DONE || r->outcome == RUN_DEADLOCK,
                  "seed %" PRIu64 ": only the relaxed run deadlocks", seed);

    struct timing *more = timing_copy(a, t);
    deepen(more, seed);
    const struct run *deep = run_timing(a, more, &relaxed);
    where = first_violation(t, deep, bound, deeper);
    ck_assert_msg(where == NULL,
                  "seed %" PRIu64 ": deeper FIFOs are later on '%s'", seed,
                  where);
    arena_free(a);
}

START_TEST(bounds_every_token_and_is_monotone)
{
    const uint64_t first = number_from("HEADRACE_RELAXED_FIRST", 1);
    const uint64_t count = number_from("HEADRACE_RELAXED_SEEDS", 2000);
    struct sums real = { 0 }, deeper = { 0 };
    for (uint64_t seed = first; seed < first + count; seed++)
        check_seed(seed, &real, &deeper);
    printf("seeds %" PRIu64 "..%" PRIu64 ": %" PRIu64 " tokens, %.1f %% of "
           "them at the real time; %" PRIu64 " deadlocks, %" PRIu64
           " of them relaxed ones too; deeper: %.1f %% unchanged\n",
           first, first + count - 1, real.tokens,
           100.0 * (double)real.equal / (double)real.tokens, real.deadlocks,
           real.relaxed_deadlocks,
           100.0 * (double)deeper.equal / (double)deeper.tokens);
    /* A bound that never bites would be none. */
    ck_assert_uint_gt(2 * real.equal, real.tokens);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = { bounds_every_token_and_is_monotone, NULL };
    return check_main("relaxed", tests);
}
