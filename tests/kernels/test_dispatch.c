#include "base/arena.h"
#include "tests/check_main.h"
#include "tests/kernels/ticks.h"
#include "tests/kernels/turns_case.h"

/* Drawn by hand from docs/hardware.md. */
START_TEST(test_table)
{
    struct arena *a = arena_new();
    struct kernel_case c =
        turns_case("dispatch", (struct shape){ 1, 2, 2 }, 2, 3);
    const struct process *p = kernel_case_process(a, &c);
    ck_assert_str_eq(port_ticks_text(a, port_ticks_of(a, p, 2, NULL)),
                     "in0 0 1 2 3 4 5 6 7 8 9 10 11 | out0 1 2 7 8 | "
                     "out1 3 4 9 10 | out2 5 6 11 12");
    const uint64_t late[] = { 0, 4, 5, 6, 9, 10 };
    const uint64_t *const available[] = { late };
    ck_assert_str_eq(port_ticks_text(a, port_ticks_of(a, p, 1, available)),
                     "in0 0 4 5 6 9 10 | out0 1 5 | out1 6 7 | out2 10 11");
    arena_free(a);
}
END_TEST

START_TEST(test_random)
{
    turns_case_check_random("dispatch");
}
END_TEST

START_TEST(test_compact)
{
    turns_case_check_compact("dispatch");
}
END_TEST

int main(void)
{
    const TTest *const tests[] = { test_table, test_random, test_compact,
                                   NULL };
    return check_main("dispatch", tests);
}
