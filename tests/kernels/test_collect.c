#include "base/arena.h"
#include "tests/check_main.h"
#include "tests/kernels/ticks.h"
#include "tests/kernels/turns_case.h"

/* Drawn by hand from docs/hardware.md. */
START_TEST(test_table)
{
    struct arena *a = arena_new();
    struct kernel_case c =
        turns_case("collect", (struct shape){ 1, 2, 2 }, 2, 3);
    const struct process *p = kernel_case_process(a, &c);
    ck_assert_str_eq(port_ticks_text(a, port_ticks_of(a, p, 2, NULL)),
                     "in0 0 1 6 7 | in1 2 3 8 9 | in2 4 5 10 11 | "
                     "out0 1 2 3 4 5 6 7 8 9 10 11 12");
    /* Input 1 is late; what the others hold meanwhile stays unread. */
    const uint64_t early[] = { 0, 1 }, late[] = { 5, 9 };
    const uint64_t *const available[] = { early, late, early };
    ck_assert_str_eq(port_ticks_text(a, port_ticks_of(a, p, 1, available)),
                     "in0 0 1 | in1 5 9 | in2 10 11 | out0 1 2 6 10 11 12");
    arena_free(a);
}
END_TEST

START_TEST(test_random)
{
    turns_case_check_random("collect");
}
END_TEST

START_TEST(test_compact)
{
    turns_case_check_compact("collect");
}
END_TEST

int main(void)
{
    const TTest *const tests[] = { test_table, test_random, test_compact,
                                   NULL };
    return check_main("collect", tests);
}
