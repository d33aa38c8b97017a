/* Cuts and foldings of random chains and graphs against all that there are. */
#include "partition/cutting.h"

#include <stdio.h>

#include "base/arena.h"
#include "tests/check_main.h"
#include "tests/partition/random_problem.h"

enum { LONGEST = 100000 };

/* What cutting_least says of problems of this shape, `times` of them. */
static void check_shape(const struct problem_shape *s, uint64_t seed,
                        uint32_t times)
{
    struct rng rng = { seed };
    uint32_t fit = 0, proven = 0;
    for (uint32_t i = 0; i < times; i++) {
        struct arena *a = arena_new();
        const struct problem *p = random_problem(a, &rng, s);
        const uint64_t best = try_everything(p);
        const struct plan plan =
            cutting_least(a, p, p->slot_count, 1, LONGEST, NULL);
        const char *where = arena_printf(a, "seed %llu, problem %u",
                                         (unsigned long long)seed, i);
        if (plan.fits) {
            uint64_t interval;
            ck_assert_msg(plan_is_right(p, plan.board_of, plan.chosen,
                                        &interval) &&
                              interval == plan.interval,
                          "%s: not what it says", where);
        }
        if (plan.proven) {
            ck_assert_msg((best != 0) == plan.fits, "%s: fits %d", where,
                          plan.fits);
            ck_assert_msg(!plan.fits || plan.interval == best,
                          "%s: %llu, best %llu", where,
                          (unsigned long long)plan.interval,
                          (unsigned long long)best);
        }
        ck_assert_msg(best == 0 ||
                          cutting_bound(p, p->slot_count, LONGEST) <= best,
                      "%s: bound", where);
        fit += plan.fits;
        proven += plan.proven;
        arena_free(a);
    }
    printf("seed %llu: %u problems, %u fit, %u proven\n",
           (unsigned long long)seed, times, fit, proven);
    ck_assert_uint_gt(fit, times / 4); /* that the shape is worth trying */
    ck_assert_uint_gt(proven, times * 9 / 10);
}

START_TEST(chains)
{
    const struct problem_shape s = {
        .items_most = 6, .choices_most = 3, .slots_most = 3, .chain = true
    };
    check_shape(&s, 1, 400);
}
END_TEST

START_TEST(chains_on_unequal_boards)
{
    const struct problem_shape s = { .items_most = 6,
                                     .choices_most = 3,
                                     .slots_most = 3,
                                     .chain = true,
                                     .unequal = true };
    check_shape(&s, 2, 400);
}
END_TEST

START_TEST(graphs)
{
    const struct problem_shape s = { .items_most = 6,
                                     .choices_most = 3,
                                     .slots_most = 3 };
    check_shape(&s, 3, 400);
}
END_TEST

START_TEST(graphs_on_unequal_boards)
{
    const struct problem_shape s = {
        .items_most = 6, .choices_most = 3, .slots_most = 3, .unequal = true
    };
    check_shape(&s, 4, 400);
}
END_TEST

/* Two items of which each fills a board, and three boards: the net between
 * them crosses one link only. */
START_TEST(as_few_boards_as_do)
{
    const struct item_choice choice = { .demand = { { 10 } }, .cycles = 7 };
    const struct item items[2] = { { "a", 1, &choice, ITEM_ANYWHERE },
                                   { "b", 1, &choice, ITEM_ANYWHERE } };
    const uint32_t reader = 1;
    const uint64_t loads[3] = { 9000, 9000, 9000 };
    const struct net net = { .name = "a",
                             .reader_count = 1,
                             .readers = &reader,
                             .loads = loads,
                             .loads_beside = loads };
    const struct slot slot = { "board", { { 15 } }, 1000 };
    const struct slot slots[3] = { slot, slot, slot };
    const struct problem p = { 1000, 2, 1, 3, items, &net, slots };
    struct arena *a = arena_new();
    const struct plan plan = cutting_least(a, &p, 3, 1, 100, NULL);
    ck_assert(plan.fits && plan.proven);
    ck_assert_uint_eq(plan.slots, 2);
    ck_assert_uint_eq(plan.interval, 9); /* the link's */
    ck_assert(!cutting_least(a, &p, 1, 1, 100, NULL).fits);
    ck_assert(!cutting_least(a, &p, 3, 1, 8, NULL).fits);
    arena_free(a);
}
END_TEST

static bool stop(void *context, uint64_t interval)
{
    (void)interval;
    uint32_t *left = context;
    return (*left)-- > 0;
}

START_TEST(stops_when_told)
{
    const struct problem_shape s = { .items_most = 6,
                                     .choices_most = 3,
                                     .slots_most = 3 };
    struct rng rng = { 3 };
    struct arena *a = arena_new();
    uint32_t left = 0;
    const struct cutting_observer o = { stop, &left };
    const struct problem *p = random_problem(a, &rng, &s);
    ck_assert(!cutting_least(a, p, p->slot_count, 1, LONGEST, &o).proven);
    arena_free(a);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        chains,
        chains_on_unequal_boards,
        graphs,
        graphs_on_unequal_boards,
        as_few_boards_as_do,
        stops_when_told,
        NULL,
    };
    return check_main("cutting", tests);
}
