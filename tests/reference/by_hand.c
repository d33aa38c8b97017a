#include "tests/reference/by_hand.h"

#include "base/arena.h"

#include <check.h>
#include <stdarg.h>
#include <stdbool.h>

enum { CYCLE_LIMIT = 100000 };

static bool same_times(const uint64_t *a, const uint64_t *b, uint64_t count)
{
    for (uint64_t k = 0; k < count; k++)
        if (a[k] != b[k])
            return false;
    return true;
}

struct reference *run_by_hand(struct arena *a, const struct timing *t,
                              uint32_t frames)
{
    struct reference *r = reference_run(a, t, frames, CYCLE_LIMIT);
    for (uint64_t seed = 1; seed <= 5; seed++) {
        struct reference *s = reference_run_with(a, t,
                                                 &(struct reference_options){
                                                     .frames = frames,
                                                     .cycle_limit = CYCLE_LIMIT,
                                                     .shuffle = seed });
        ck_assert_int_eq(r->outcome, s->outcome);
        ck_assert_uint_eq(r->last_event, s->last_event);
        for (uint32_t i = 0; i < t->stream_count; i++) {
            const struct reference_stream *x = &r->streams[i];
            const struct reference_stream *y = &s->streams[i];
            ck_assert_uint_eq(x->written, y->written);
            ck_assert_uint_eq(x->read, y->read);
            ck_assert_uint_eq(x->peak, y->peak);
            ck_assert(same_times(x->write_times, y->write_times, x->written));
            ck_assert(same_times(x->read_times, y->read_times, x->read));
        }
    }
    return r;
}

static void check_times(const char *what, const uint64_t *got,
                        uint64_t got_count, uint32_t count, va_list expected)
{
    ck_assert_msg(got_count == count, "%s: %llu tokens instead of %u", what,
                  (unsigned long long)got_count, count);
    for (uint32_t k = 0; k < count; k++) {
        unsigned cycle = va_arg(expected, unsigned);
        ck_assert_msg(got[k] == cycle, "%s: token %u in cycle %llu, not %u",
                      what, k, (unsigned long long)got[k], cycle);
    }
}

void check_writes(const struct reference *r, uint32_t stream, uint32_t count,
                  ...)
{
    const struct reference_stream *s = &r->streams[stream];
    va_list expected;
    va_start(expected, count);
    check_times("writes", s->write_times, s->written, count, expected);
    va_end(expected);
}

void check_reads(const struct reference *r, uint32_t stream, uint32_t count,
                 ...)
{
    const struct reference_stream *s = &r->streams[stream];
    va_list expected;
    va_start(expected, count);
    check_times("reads", s->read_times, s->read, count, expected);
    va_end(expected);
}
