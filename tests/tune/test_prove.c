/* Proofs against all vectors of depths. */
#include "tune/prove.h"

#include "base/arena.h"
#include "base/rng.h"
#include "design/design.h"
#include "tests/check_main.h"
#include "tests/tune/block_case.h"
#include "tests/tune/every_vector.h"

#include <stdio.h>

static struct arena *a;

static void setup(void)
{
    a = arena_new();
}

static void teardown(void)
{
    arena_free(a);
}

enum { MOST = 24, TOKENS = 4000000, TRIED_MAX = 8000 };

static const struct scenario scenarios[] = {
    { .name = "source", .source = { .burst = 5, .pause = 7 } },
    { .name = "sink", .sink = { .burst = 3, .pause = 11 } },
};

static struct trials *trials(uint64_t seed)
{
    struct rng rng = { seed };
    const struct block_case c = {
        .h = 2 + rng_below(&rng, 2),
        .w = 2 + rng_below(&rng, 3),
        .kernels = { rng_below(&rng, 3) == 0 ? 1 : 3, 0 },
        .depth = 2,
        .shortcut = rng_below(&rng, 2),
    };
    struct tune_options o = { .pricing = pricing_bits() };
    if (rng_below(&rng, 2) == 0) {
        o.scenario_count = 2;
        o.scenarios = scenarios;
    }
    if (rng_below(&rng, 3) == 0)
        o.pricing =
            (struct pricing){ .lut = 1000000, .bram18 = UINT64_C(50000000) };
    struct trials *t = every_trials(a, block_case_design(a, &c), &o, MOST);
    for (uint32_t k = 0; k < t->scenario_count; k++)
        t->goals[k].back_to_back = 0;
    return t;
}

/* The deepest choices, if they meet the goals. */
static bool start(struct proof *p, struct trials *t)
{
    *p = (struct proof){
        .trials = t,
        .tokens_max = TOKENS,
        .bounds = arena_new_array(a, uint32_t, t->fifo_count),
        .best = arena_new_array(a, uint32_t, t->fifo_count),
    };
    for (uint32_t i = 0; i < t->fifo_count; i++)
        p->best[i] = t->fifos[i].count - 1;
    p->best_price = every_price(t, p->best);
    return trials_run_one(t, p->best).verdict == VERDICT_MET;
}

/* From the worst there is, a proof is a search of its own: what it calls the
 * best is the best of all. */
START_TEST(what_is_proven_is_the_best)
{
    enum { FIRST = 1, COUNT = 40 };
    uint32_t proven = 0, tried = 0;
    for (uint64_t seed = FIRST; seed < FIRST + COUNT; seed++) {
        struct trials *t = trials(seed);
        struct proof p;
        if (!start(&p, t))
            continue;
        const bool yes = prove(&p, a);
        ck_assert_int_eq(yes, p.bound_price == p.best_price);
        ck_assert_uint_eq(p.best_price, every_price(t, p.best));
        ck_assert_int_eq(trials_run_one(t, p.best).verdict, VERDICT_MET);
        struct every_vector e = { .trials = t,
                                  .below = p.best_price,
                                  .tried_max = TRIED_MAX };
        if (!every_vector_run(&e))
            continue;
        tried++;
        proven += yes;
        ck_assert_msg(e.cheapest >= p.bound_price, "seed %u", (unsigned)seed);
        ck_assert_msg(!yes || e.met_count == 0, "seed %u", (unsigned)seed);
    }
    printf("prove: seeds %d..%d, %u proven of %u tried\n", FIRST,
           FIRST + COUNT - 1, proven, tried);
    ck_assert_uint_gt(proven, 5);
}
END_TEST

static bool never(void *context)
{
    (void)context;
    return false;
}

/* Without a run all that is known is what the bounds cost. */
START_TEST(what_is_cut_short_still_holds)
{
    struct trials *t = trials(1);
    struct proof p;
    ck_assert(start(&p, t));
    p.keep_on = never;
    ck_assert(!prove(&p, a));
    const uint32_t *least = arena_new_array(a, uint32_t, t->fifo_count);
    ck_assert_uint_eq(p.bound_price, every_price(t, least));
    uint64_t before = p.bound_price;
    for (uint64_t tokens = 1; tokens < TOKENS; tokens *= 8) {
        ck_assert(start(&p, t));
        p.tokens_max = tokens;
        const bool yes = prove(&p, a);
        ck_assert_int_eq(yes, p.bound_price == p.best_price);
        ck_assert_uint_ge(p.bound_price, before);
        ck_assert_int_eq(trials_run_one(t, p.best).verdict, VERDICT_MET);
        before = p.bound_price;
    }
}
END_TEST

int main(void)
{
    const TTest *const tests[] = { what_is_proven_is_the_best,
                                   what_is_cut_short_still_holds, NULL };
    return check_main_with("prove", tests, setup, teardown);
}
