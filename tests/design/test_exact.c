#include "design/exact.h"

#include "base/arena.h"
#include "base/rng.h"
#include "tests/check_main.h"
#include "tests/kernels/kernel_case.h"

#include <math.h>
#include <stdlib.h>

START_TEST(test_formats)
{
    struct exact e = exact_of(make_format("fixed<8,3>"));
    ck_assert_uint_eq(e.low, 128);
    ck_assert_uint_eq(e.high, 127);
    ck_assert_int_eq(e.fraction, 5);
    e = exact_of(make_format("ufixed<31,40>"));
    ck_assert_uint_eq(e.low, 0);
    ck_assert_uint_eq(e.high, (UINT64_C(1) << 31) - 1);
    ck_assert_int_eq(e.fraction, -9);
}
END_TEST

/* Small formats, so that a long double holds every bound. */
static struct format small_format(struct rng *r)
{
    return (struct format){
        .width = (uint8_t)random_between(r, 1, 9),
        .integer = (int16_t)((int)random_between(r, 0, 20) - 10),
        .is_signed = rng_below(r, 2) != 0,
    };
}

struct bounds {
    long double low, high;
};

static struct bounds bounds_of(struct format f)
{
    return (struct bounds){ ldexpl(format_min(f), -format_fraction(f)),
                            ldexpl(format_max(f), -format_fraction(f)) };
}

static void check_bounds(struct exact e, long double low, long double high)
{
    ck_assert(-ldexpl(e.low, -e.fraction) == low);
    ck_assert(ldexpl(e.high, -e.fraction) == high);
    ck_assert_ptr_null(exact_fault(e));
}

START_TEST(test_random)
{
    struct rng r = { 1 };
    for (int i = 0; i < 20000; i++) {
        struct format f = small_format(&r), g = small_format(&r);
        struct bounds x = bounds_of(f), y = bounds_of(g);
        struct exact a = exact_of(f), b = exact_of(g);
        check_bounds(exact_add(a, b), x.low + y.low, x.high + y.high);
        check_bounds(exact_subtract(a, b), x.low - y.high, x.high - y.low);
        check_bounds(exact_either(a, b), fminl(x.low, y.low),
                     fmaxl(x.high, y.high));
        long double corners[] = { x.low * y.low, x.low * y.high, x.high * y.low,
                                  x.high * y.high };
        long double low = 0, high = 0; /* zero is always among the values */
        for (int k = 0; k < 4; k++) {
            low = fminl(low, corners[k]);
            high = fmaxl(high, corners[k]);
        }
        check_bounds(exact_multiply(a, b), low, high);
        check_bounds(exact_times(a, 1000), x.low * 1000, x.high * 1000);
    }
}
END_TEST

static struct exact range(uint64_t low, uint64_t high, int fraction)
{
    return (struct exact){ low, high, fraction };
}

START_TEST(test_fault)
{
    const uint64_t end = UINT64_C(1) << 61;
    ck_assert_ptr_null(exact_fault(range(end, end - 1, 126)));
    ck_assert_ptr_null(exact_fault(range(0, 0, -126)));
    ck_assert_str_eq(exact_fault(range(end + 1, 0, 0)),
                     "needs more than 62 bits");
    ck_assert_str_eq(exact_fault(range(0, end, 0)), "needs more than 62 bits");
    ck_assert_str_eq(exact_fault(range(1, 1, 127)),
                     "has more than 126 bits behind the point");
    ck_assert_str_eq(exact_fault(range(1, 1, -127)),
                     "ends more than 126 bits before the point");
}
END_TEST

/* What cannot be counted never wraps around to something that fits. */
START_TEST(test_too_large)
{
    struct exact one = range(1, 1, 0), most = range(UINT64_MAX, 3, 0);
    struct exact far = range(1, 1, 128), next = range(1, 1, 64);
    ck_assert_ptr_nonnull(exact_fault(exact_times(one, UINT64_MAX)));
    ck_assert_ptr_nonnull(exact_fault(
        exact_times(exact_times(one, UINT64_C(1) << 62), UINT64_C(1) << 2)));
    ck_assert_ptr_nonnull(exact_fault(exact_multiply(most, most)));
    ck_assert_ptr_nonnull(
        exact_fault(exact_add(exact_times(one, UINT64_C(1) << 63),
                              exact_times(one, UINT64_C(1) << 63))));
    ck_assert_str_eq(exact_fault(exact_add(one, far)),
                     "needs more than 62 bits");
    ck_assert_str_eq(exact_fault(exact_add(next, one)),
                     "needs more than 62 bits");
    ck_assert_str_eq(exact_fault(exact_either(one, next)),
                     "needs more than 62 bits");
}
END_TEST

int main(void)
{
    const TTest *const tests[] = { test_formats, test_random, test_fault,
                                   test_too_large, NULL };
    return check_main("exact", tests);
}
