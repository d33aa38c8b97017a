#include "traces/clock_match.h"

#include "base/arena.h"
#include "tests/check_main.h"
#include "tests/traces/trace_case.h"
#include "traces/pairing.h"
#include "traces/recording.h"
#include "traces/side.h"

static struct trace_case c;

static void setup(void)
{
    trace_case_begin(&c);
}

static void teardown(void)
{
    trace_case_end(&c);
}

static const uint64_t cycles[] = { 3, 5 };
static struct clock_seen clocks[] = { { "p", 50, 0, 0 },
                                      { "q", 50, 0, 0 },
                                      { "r", 50, 0, 0 } };

/* Streams a, b, c, d on these clocks. */
static const struct side *on(uint32_t clock_count, const uint32_t (*of)[2])
{
    static const char *const names[] = { "a", "b", "c", "d" };
    struct recording *r = arena_new_item(c.arena, struct recording);
    *r = (struct recording){
        .stream_count = 4,
        .streams = arena_new_array(c.arena, struct token_times, 4),
        .sources = arena_new_array(c.arena, struct stream_source, 4),
        .clock_count = clock_count,
        .clocks = clocks,
    };
    for (int i = 0; i < 4; i++) {
        r->streams[i] = (struct token_times){ names[i], 2, 2, cycles, cycles };
        r->sources[i] =
            (struct stream_source){ clock_count == 0 ? STREAM_UNTOLD
                                                     : STREAM_HLS_FIFO,
                                    of[i][0], of[i][1] };
    }
    return side_from_recording(c.arena, "x", r, c.diag);
}

static uint32_t matches(const struct side *a, const struct side *b,
                        const struct clock_match **m)
{
    uint32_t count;
    const struct pairing *p = pairing_new(c.arena, a, b, NULL, c.diag);
    *m = clock_matches(c.arena, a, b, p, &count);
    return count;
}

#define NONE2                                                                  \
    {                                                                          \
        NO_CLOCK, NO_CLOCK                                                     \
    }
static const uint32_t untold[4][2] = { NONE2, NONE2, NONE2, NONE2 };
static const uint32_t one[4][2] = { { 0, 0 }, { 0, 0 }, { 0, 0 }, { 0, 0 } };
static const uint32_t three[4][2] = { { 0, 0 }, { 0, 2 }, { 2, 2 }, { 1, 1 } };
static const uint32_t other[4][2] = { { 1, 1 }, { 1, 0 }, { 0, 0 }, { 2, 2 } };

START_TEST(by_the_streams_on_them)
{
    const struct clock_match *m;
    ck_assert_uint_eq(matches(on(3, three), on(3, other), &m), 3);
    ck_assert(m[0].a == 0 && m[0].b == 1 && m[0].sides == 3);
    ck_assert(m[1].a == 2 && m[1].b == 0 && m[1].sides == 3);
    ck_assert(m[2].a == 1 && m[2].b == 2 && m[2].sides == 2);
}
END_TEST

/* One clock is one of several; text may be all of them. */
START_TEST(one_and_untold)
{
    const struct clock_match *m;
    ck_assert_uint_eq(matches(on(3, three), on(1, one), &m), 1);
    ck_assert(m[0].a == 0 && m[0].b == 0);
    ck_assert_uint_eq(matches(on(0, untold), on(3, three), &m), 3);
    ck_assert(m[0].a == 0 && m[0].b == 0 && m[0].sides == 3);
    ck_assert(m[1].a == 0 && m[1].b == 2 && m[1].sides == 3);
    ck_assert_uint_eq(matches(on(0, untold), on(0, untold), &m), 1);
    ck_assert_uint_eq(matches(on(1, one), on(1, one), &m), 1);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = { by_the_streams_on_them, one_and_untold,
                                   NULL };
    return check_main_with("clock_match", tests, setup, teardown);
}
