#include "engine/line.h"

#include "base/rng.h"
#include "design/link.h"
#include "tests/check_main.h"

#include <stdint.h>

static struct link_type random_type(struct rng *rng)
{
    struct link_type t = { .kind = LINK_FRAMED };
    t.active_of = 1 + rng_below(rng, 40);
    t.active = 1 + rng_below(rng, t.active_of);
    if (rng_below(rng, 2) != 0) {
        t.compensation_period = 2 + rng_below(rng, 50);
        t.compensation_cycles = rng_below(rng, t.compensation_period);
    }
    return t;
}

/* A pattern can have no usable cycle at all; such types are refused. */
static bool is_ever_usable(const struct link_type *t)
{
    for (uint64_t n = 0; n < link_type_pattern(t); n++)
        if (link_type_is_usable(t, n))
            return true;
    return false;
}

/* By steps and jumps of all sizes, forth and back. */
START_TEST(the_next_usable_cycle_is_that_of_the_pattern)
{
    for (uint64_t seed = 1; seed <= 2000; seed++) {
        struct rng rng = { seed };
        const struct link_type t = random_type(&rng);
        struct line l;
        int64_t at = 0;
        if (!is_ever_usable(&t))
            continue;
        line_init(&l, &t);
        for (int i = 0; i < 100; i++) {
            int64_t expected = at;
            while (!link_type_is_usable(&t, (uint64_t)expected))
                expected++;
            ck_assert_msg(line_usable_from(&l, at) == expected,
                          "seed %ju, cycle %jd", (uintmax_t)seed, (intmax_t)at);
            at = rng_below(&rng, 8) == 0
                     ? (int64_t)rng_below(&rng, 100000)
                     : expected + rng_below(&rng, i % 20 + 1);
        }
    }
}
END_TEST

/* One cycle in a million: in steps that would take minutes. */
START_TEST(long_gaps_take_no_time)
{
    const struct link_type t = { .kind = LINK_FRAMED,
                                 .active = 1,
                                 .active_of = 1 << 20 };
    struct line l;
    int64_t at = 0;
    line_init(&l, &t);
    for (int64_t i = 0; i < 100000; i++) {
        at = line_usable_from(&l, at);
        ck_assert_int_eq(at, i << 20);
        at++;
    }
}
END_TEST

int main(void)
{
    const TTest *const tests[] = { the_next_usable_cycle_is_that_of_the_pattern,
                                   long_gaps_take_no_time, NULL };
    return check_main("line", tests);
}
