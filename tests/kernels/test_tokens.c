#include "kernels/tokens.h"

#include "base/arena.h"
#include "design/design.h"
#include "tests/check_main.h"

START_TEST(test_mask)
{
    ck_assert_uint_eq(tokens_mask(1), 1);
    ck_assert_uint_eq(tokens_mask(2), 3);
    ck_assert_uint_eq(tokens_mask(31), 0x7fffffff);
    ck_assert_uint_eq(tokens_mask(DESIGN_PORTS_MAX), 0xffffffff);
}
END_TEST

START_TEST(test_step)
{
    struct step step = tokens_step(5, 2, 3);
    ck_assert_uint_eq(step.reads, 5);
    ck_assert_uint_eq(step.writes, 2);
    ck_assert_uint_eq(step.gap, 1);
    ck_assert_uint_eq(step.delay, 3);
    ck_assert_uint_eq(step.count, 1);
    ck_assert(!step.needs_datapath);
    ck_assert_uint_eq(step.hold, 0);
    /* One that writes nothing causes no token. */
    step = tokens_step(1, 0, 3);
    ck_assert_uint_eq(step.writes, 0);
    ck_assert_uint_eq(step.count, 0);
}
END_TEST

START_TEST(test_copy)
{
    const struct stream s = { .shape = { 2, 1, 4 }, .lanes = 2 };
    int32_t from[9], to[9] = { 0 };
    double from_float[9], to_float[9] = { 0 };
    for (int i = 0; i < 9; i++) {
        from[i] = i + 1;
        from_float[i] = i + 1;
    }
    tokens_copy(&s, from, to);
    tokens_copy_float(&s, from_float, to_float);
    for (int i = 0; i < 9; i++) {
        ck_assert_int_eq(to[i], i < 8 ? i + 1 : 0);
        ck_assert(to_float[i] == (i < 8 ? i + 1 : 0));
    }
}
END_TEST

int main(void)
{
    const TTest *const tests[] = { test_mask, test_step, test_copy, NULL };
    return check_main("tokens", tests);
}
