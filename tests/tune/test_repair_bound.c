/* The bound finds the cheapest repair by itself, from depths that are much
 * deeper than needed. */
#include "tune/repair_bound.h"

#include "base/arena.h"
#include "base/rng.h"
#include "design/design.h"
#include "tests/check_main.h"
#include "tests/tune/block_case.h"
#include "tune/repair.h"
#include "tune/repair_search.h"

#include <stdio.h>

enum { FRAMES = 1, DEEP = 40 };

/* With every FIFO as deep, which comes through. */
static struct repair_search search_from(struct arena *a, struct what_if *w,
                                        uint32_t depth)
{
    const uint32_t streams = w->design->stream_count;
    struct repair_search s = {
        .arena = a, .what_if = w, .streams = streams, .frames = FRAMES
    };
    s.hints = arena_new_array(a, uint32_t, streams);
    s.best = arena_new_array(a, uint32_t, streams);
    for (uint32_t i = 0; i < streams; i++) {
        s.best[i] = depth;
        s.best_added += what_if_size(w, i, depth) -
                        what_if_size(w, i, w->design->streams[i].depth);
    }
    repair_set_all(&s, s.best);
    ck_assert(!repair_is_stuck(&s));
    return s;
}

START_TEST(the_cheapest_is_found_from_any_repair)
{
    enum { SEED = 11, CASES = 40 };
    struct rng rng = { SEED };
    uint32_t deadlocks = 0;
    printf("repair_bound: seed %d\n", SEED);
    for (uint32_t i = 0; i < CASES; i++) {
        struct arena *a = arena_new();
        const struct block_case c = {
            .h = 3 + rng_below(&rng, 2),
            .w = 2 + rng_below(&rng, 3),
            .kernels = { 3, rng_below(&rng, 3) == 0 ? 3 : 0 },
            .depth = 1,
            .blocks = 1 + rng_below(&rng, 2),
            .shortcut = rng_below(&rng, 3),
        };
        struct what_if *w = what_if_new(a, block_case_design(a, &c));
        if (!what_if_runs(w, FRAMES)) {
            const struct repair *r = repair_find(a, w, FRAMES);
            struct repair_search s = search_from(a, w, DEEP);
            repair_prove(&s);
            ck_assert(s.proven);
            ck_assert_msg(s.best_added == r->size, "case %u", i);
            ck_assert_uint_eq(s.least_added, r->size);
            ck_assert(!repair_is_stuck(&s));
            deadlocks++;
        }
        arena_free(a);
    }
    printf("repair_bound: %u deadlocks\n", deadlocks);
    ck_assert_uint_gt(deadlocks, 15);
}
END_TEST

/* A design that runs as it is: the cheapest repair is none. */
START_TEST(nothing_to_repair)
{
    struct arena *a = arena_new();
    const struct block_case c = { 3, 3, { 1, 0 }, .depth = 30 };
    struct what_if *w = what_if_new(a, block_case_design(a, &c));
    struct repair_search s = search_from(a, w, DEEP);
    repair_prove(&s);
    ck_assert(s.proven);
    ck_assert_uint_eq(s.best_added, 0);
    arena_free(a);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        the_cheapest_is_found_from_any_repair,
        nothing_to_repair,
        NULL,
    };
    return check_main("repair_bound", tests);
}
