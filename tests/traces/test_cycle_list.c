#include "traces/cycle_list.h"

#include "base/arena.h"
#include "tests/check_main.h"

START_TEST(keeps_what_is_added)
{
    enum { COUNT = 1000 };
    struct arena *a = arena_new();
    struct cycle_list l = { 0 };
    for (uint64_t i = 0; i < COUNT; i++)
        cycle_list_add(&l, a, i * i);
    ck_assert_uint_eq(l.count, COUNT);
    for (uint64_t i = 0; i < COUNT; i++)
        ck_assert_uint_eq(l.cycles[i], i * i);
    ck_assert_uint_lt(arena_used(a), 4 * COUNT * sizeof(uint64_t));
    arena_free(a);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = { keeps_what_is_added, NULL };
    return check_main("cycle_list", tests);
}
