/* What a link is loaded with. */
#include "partition/boards.h"

#include <stddef.h>

#include "design/hardware.h"
#include "design/link.h"
#include "tests/check_main.h"

enum { HZ = 200000000 };

/* A word of 64 bits per cycle of 100 MHz, packets of 10 words. */
static struct link_type plain(void)
{
    return (struct link_type){ .kind = LINK_FRAMED,
                               .clock = clock_of_hz(HZ / 2, 1),
                               .word_bits = 64,
                               .active = 1,
                               .active_of = 1,
                               .packet_words = 10 };
}

static uint64_t load(const struct link_type *t,
                     const struct link_options *given, uint64_t words,
                     bool beside)
{
    const struct partition_link l = { .type = t, .given = given };
    return link_load(&l, words, beside, HZ);
}

START_TEST(by_hand)
{
    struct link_type t = plain();
    ck_assert_uint_eq(load(&t, NULL, 95, false), 190000);
    ck_assert_uint_eq(load(&t, NULL, 95, true), 210000); /* 10 headers */
    t.header_words = 2;
    t.trailer_words = 1;
    ck_assert_uint_eq(load(&t, NULL, 95, true), 250000);
    const struct link_options given = { .packet_words = 5 };
    ck_assert_uint_eq(load(&t, &given, 95, true), 304000); /* 19 packets */
    t.active = 5;
    t.active_of = 10;
    ck_assert_uint_eq(load(&t, NULL, 95, true), 500000);
    t.compensation_cycles = 1;
    t.compensation_period = 5;
    ck_assert_uint_eq(load(&t, NULL, 95, true), 626000); /* 313 of 250 */
    t.kind = LINK_CROSSING;
    ck_assert_uint_eq(load(&t, NULL, 95, true), 0);
}
END_TEST

/* The longest headers, the smallest packets, a gearbox and compensation that
 * hardly leave a cycle, the slowest clock: too long for any interval, and not
 * short because a product was cut off. */
START_TEST(does_not_wrap)
{
    struct link_type t = plain();
    t.header_words = t.trailer_words = 1024;
    t.packet_words = 1;
    t.active_of = LINK_PATTERN_MAX;
    const uint64_t words = UINT64_C(1) << 31;
    const uint64_t longest = (UINT64_C(1) << 40) * 1000;
    ck_assert_uint_gt(load(&t, NULL, words, false), longest);
    t.clock = clock_of_hz(1000, 1);
    t.compensation_period = LINK_PATTERN_MAX;
    t.compensation_cycles = LINK_PATTERN_MAX - 1;
    ck_assert_uint_gt(load(&t, NULL, words, true), longest);
    /* 2^16 words without any of this, at 1 kHz: 2^16 * 200,000 cycles. */
    t = plain();
    t.clock = clock_of_hz(1000, 1);
    ck_assert_uint_eq(load(&t, NULL, 1 << 16, false),
                      (UINT64_C(1) << 16) * 200000 * 1000);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = { by_hand, does_not_wrap, NULL };
    return check_main("partition boards", tests);
}
