#include "engine/trace.h"

#include "base/arena.h"
#include "tests/check_main.h"

static struct wait_event at(int64_t cycle, uint64_t token)
{
    return (struct wait_event){ cycle, NULL, token, WAIT_TOKEN, false };
}

static const struct wait_event *last(const struct trace *t, int64_t cycle)
{
    size_t count = trace_until(t, cycle);
    return count == 0 ? NULL : trace_at(t, count - 1);
}

START_TEST(the_last_wait_is_found)
{
    struct arena *a = arena_new();
    struct trace t = { .arena = a };
    ck_assert_ptr_null(last(&t, 100));
    for (int64_t i = 0; i < 5000; i++)
        trace_wait(&t, at(10 + 2 * i, (uint64_t)i));
    ck_assert_ptr_null(last(&t, 9));
    ck_assert_uint_eq(last(&t, 10)->token, 0);
    ck_assert_uint_eq(last(&t, 11)->token, 0);
    ck_assert_uint_eq(last(&t, 13)->token, 1);
    for (uint64_t i = 0; i < 5000; i++)
        ck_assert_uint_eq(trace_at(&t, (size_t)i)->token, i);
    ck_assert_uint_eq(last(&t, 100000)->token, 4999);
    arena_free(a);
}
END_TEST

START_TEST(waits_that_come_late_are_put_in_order)
{
    struct arena *a = arena_new();
    struct trace t = { .arena = a };
    trace_wait(&t, at(5, 0));
    trace_wait(&t, at(20, 1));
    trace_wait(&t, at(30, 2));
    trace_wait(&t, at(10, 3));
    ck_assert_uint_eq(last(&t, 12)->token, 3);
    ck_assert_uint_eq(last(&t, 25)->token, 1);
    ck_assert_uint_eq(last(&t, 9)->token, 0);
    trace_wait(NULL, at(1, 1)); /* no trace: nothing happens */
    arena_free(a);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        the_last_wait_is_found,
        waits_that_come_late_are_put_in_order,
        NULL,
    };
    return check_main("trace", tests);
}
