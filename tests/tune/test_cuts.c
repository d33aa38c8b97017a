/* The cheapest depths under cuts, against all of them. */
#include "tune/cuts.h"

#include "base/arena.h"
#include "base/rng.h"
#include "design/design.h"
#include "tests/check_main.h"
#include "tests/tune/block_case.h"
#include "tune/what_if.h"

#include <stdio.h>

static struct arena *a;
static struct what_if *w;

static void setup(void)
{
    const struct block_case c = { 3, 3, { 3, 0 }, .depth = 1 };
    a = arena_new();
    w = what_if_new(a, block_case_design(a, &c));
    ck_assert_uint_ge(w->design->stream_count, 6);
}

static void teardown(void)
{
    arena_free(a);
}

START_TEST(no_cut_changes_nothing)
{
    const struct cuts none = { 0, NULL };
    uint32_t *depths = arena_new_array(a, uint32_t, w->design->stream_count);
    uint64_t added = 1;
    ck_assert(cuts_solve(&none, w, depths, &added));
    ck_assert_uint_eq(added, 0);
    for (uint32_t i = 0; i < w->design->stream_count; i++)
        ck_assert_uint_eq(depths[i], 1);
}
END_TEST

/* 5 tokens of the first, or 3 of the second; and 2 of the first, or 9 of the
 * third: the first alone does both. */
START_TEST(one_fifo_for_two_cuts)
{
    struct cuts c = { 0, NULL };
    cuts_add(&c, a, 2, (const struct cut_term[]){ { 0, 5 }, { 1, 3 } });
    cuts_add(&c, a, 2, (const struct cut_term[]){ { 0, 5 }, { 2, 9 } });
    uint32_t *depths = arena_new_array(a, uint32_t, w->design->stream_count);
    uint64_t added;
    ck_assert(cuts_solve(&c, w, depths, &added));
    ck_assert_uint_eq(depths[0], 5);
    ck_assert_uint_eq(depths[1], 1);
    ck_assert_uint_eq(added, UINT64_C(4) * 8);
}
END_TEST

enum { TERM_DEPTH_MAX = 5, STREAMS = 5 };

static bool satisfies(const struct cuts *c, const uint32_t *depths)
{
    for (uint32_t i = 0; i < c->count; i++) {
        bool satisfied = false;
        for (uint32_t k = 0; k < c->items[i].count; k++)
            satisfied |= depths[c->items[i].terms[k].stream] >=
                         c->items[i].terms[k].depth;
        if (!satisfied)
            return false;
    }
    return true;
}

/* All depths 1 .. TERM_DEPTH_MAX of the first STREAMS FIFOs. */
static uint64_t least_of_all(const struct cuts *c)
{
    uint32_t depths[STREAMS] = { 1, 1, 1, 1, 1 };
    uint64_t least = UINT64_MAX;
    for (;;) {
        uint64_t size = 0;
        for (uint32_t i = 0; i < STREAMS; i++)
            size += what_if_size(w, i, depths[i]) - what_if_size(w, i, 1);
        if (size < least && satisfies(c, depths))
            least = size;
        uint32_t at = 0;
        while (at < STREAMS && depths[at] == TERM_DEPTH_MAX)
            depths[at++] = 1;
        if (at == STREAMS)
            return least;
        depths[at]++;
    }
}

START_TEST(random_cuts)
{
    enum { SEED = 7, CASES = 200 };
    struct rng rng = { SEED };
    printf("cuts: seed %d\n", SEED);
    uint32_t *depths = arena_new_array(a, uint32_t, w->design->stream_count);
    for (uint32_t i = 0; i < CASES; i++) {
        struct cuts c = { 0, NULL };
        const uint32_t count = 1 + rng_below(&rng, 6);
        for (uint32_t k = 0; k < count; k++) {
            struct cut_term terms[3];
            const uint32_t used = 1 + rng_below(&rng, 3);
            for (uint32_t t = 0; t < used; t++)
                terms[t] =
                    (struct cut_term){ rng_below(&rng, STREAMS),
                                       2 + rng_below(&rng,
                                                     TERM_DEPTH_MAX - 1) };
            cuts_add(&c, a, used, terms);
        }
        uint64_t added;
        ck_assert(cuts_solve(&c, w, depths, &added));
        ck_assert(satisfies(&c, depths));
        ck_assert_msg(added == least_of_all(&c), "case %u", i);
    }
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        no_cut_changes_nothing,
        one_fifo_for_two_cuts,
        random_cuts,
        NULL,
    };
    return check_main_with("cuts", tests, setup, teardown);
}
