#include "traces/times_difference.h"

#include "tests/check_main.h"

static struct token_times times_of(const uint64_t *writes, uint64_t write_count,
                                   const uint64_t *reads, uint64_t read_count)
{
    return (struct token_times){ "s", write_count, read_count, writes, reads };
}

START_TEST(equal_records)
{
    const uint64_t w[] = { 1, 2, 3 }, r[] = { 2, 3, 4 };
    struct token_times a = times_of(w, 3, r, 3);
    struct times_difference d;
    times_compare(&a, &a, &d);
    ck_assert_uint_eq(d.compared, 6);
    ck_assert_uint_eq(d.different, 0);
    ck_assert_uint_eq(d.further, 0);
    ck_assert_int_eq(d.largest, 0);
}
END_TEST

START_TEST(the_first_difference_is_the_first_in_time)
{
    const uint64_t wa[] = { 1, 2, 30 }, ra[] = { 2, 13, 14 };
    const uint64_t wb[] = { 1, 2, 25 }, rb[] = { 2, 15, 14 };
    struct token_times a = times_of(wa, 3, ra, 3), b = times_of(wb, 3, rb, 3);
    struct times_difference d;
    times_compare(&a, &b, &d);
    ck_assert_uint_eq(d.different, 2);
    ck_assert_uint_eq(d.missing, 0);
    ck_assert_int_eq(d.event, TOKEN_READ);
    ck_assert_uint_eq(d.token, 1);
    ck_assert_uint_eq(d.cycle_a, 13);
    ck_assert_uint_eq(d.cycle_b, 15);
    ck_assert_int_eq(d.largest, -5);
}
END_TEST

START_TEST(missing_handshakes_differ_further_ones_do_not)
{
    const uint64_t w[] = { 1, 2, 3 };
    struct token_times whole = times_of(w, 3, w, 3),
                       part = times_of(w, 3, w, 1);
    struct times_difference d;
    times_compare(&whole, &part, &d);
    ck_assert_uint_eq(d.different, 2);
    ck_assert_uint_eq(d.missing, 2);
    ck_assert_uint_eq(d.cycle_a, 2);
    ck_assert_uint_eq(d.cycle_b, UINT64_MAX);
    times_compare(&part, &whole, &d);
    ck_assert_uint_eq(d.different, 0);
    ck_assert_uint_eq(d.further, 2);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        equal_records,
        the_first_difference_is_the_first_in_time,
        missing_handshakes_differ_further_ones_do_not,
        NULL,
    };
    return check_main("compare", tests);
}
