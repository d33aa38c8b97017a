/* The sets in front of cuts, against all sets. */
#include "partition/downsets.h"

#include <stdio.h>

#include "base/arena.h"
#include "tests/check_main.h"
#include "tests/partition/random_problem.h"

static bool is_downset(const struct problem *p, uint64_t set)
{
    for (uint32_t i = 0; i < p->net_count; i++)
        for (uint32_t k = 0; k < p->nets[i].reader_count; k++)
            if ((set >> p->nets[i].readers[k] & 1) != 0 &&
                (set >> p->nets[i].from & 1) == 0)
                return false;
    return true;
}

START_TEST(all_of_them)
{
    const struct problem_shape shape = { .items_most = 10,
                                         .choices_most = 1,
                                         .slots_most = 1 };
    struct rng rng = { 31 };
    for (int round = 0; round < 100; round++) {
        struct arena *a = arena_new();
        const struct problem *p = random_problem(a, &rng, &shape);
        const struct downsets *d = downsets_list(a, p, 2000);
        uint32_t count = 0;
        for (uint64_t set = 0; set >> p->item_count == 0; set++)
            count += is_downset(p, set);
        ck_assert(d->complete);
        ck_assert_uint_eq(d->count, count);
        uint32_t items[16];
        for (uint32_t i = 0; i < d->count; i++) {
            ck_assert(is_downset(p, d->sets[i].bits[0]));
            ck_assert(i == 0 || d->sets[i].size >= d->sets[i - 1].size);
            ck_assert(downset_is_within(d, &d->sets[0], &d->sets[i]));
            for (uint32_t k = 0; k < d->sets[i].next_count; k++) {
                const struct downset *next = &d->sets[d->sets[i].next[k]];
                ck_assert_uint_eq(downset_between(d, &d->sets[i], next, items),
                                  1);
                ck_assert_uint_eq(items[0], d->sets[i].item[k]);
            }
        }
        arena_free(a);
    }
}
END_TEST

/* With room for no more, those that cut the list in two. */
START_TEST(cuts_of_the_list)
{
    enum { ITEMS = 100 };
    const struct item item = { .name = "item" };
    struct item items[ITEMS];
    for (int i = 0; i < ITEMS; i++)
        items[i] = item;
    const struct problem p = { .item_count = ITEMS, .items = items };
    struct arena *a = arena_new();
    const struct downsets *d = downsets_list(a, &p, 1000);
    ck_assert(!d->complete);
    ck_assert_uint_eq(d->count, ITEMS + 1);
    for (uint32_t i = 0; i <= ITEMS; i++) {
        ck_assert_uint_eq(d->sets[i].size, i);
        ck_assert(i == 0 || downset_has(&d->sets[i], i - 1));
        ck_assert(i == ITEMS || d->sets[i].next[0] == i + 1);
    }
    arena_free(a);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = { all_of_them, cuts_of_the_list, NULL };
    printf("seed 31\n");
    return check_main("downsets", tests);
}
