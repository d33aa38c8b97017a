/* The fast path for plain pipelines against the general one: a run that
 * looks for its critical chain takes the general path. */
#include "engine/run.h"

#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "tests/check_main.h"
#include "tests/fuzz/timing_random.h"

enum { SEEDS = 400 };

static void compare(const struct timing *t, const struct run *x,
                    const struct run *y)
{
    ck_assert_int_eq(x->outcome, y->outcome);
    ck_assert_uint_eq(x->cycles, y->cycles);
    for (uint32_t i = 0; i < x->stream_count; i++) {
        const struct run_stream *s = &x->streams[i], *u = &y->streams[i];
        ck_assert_uint_eq(s->written, u->written);
        ck_assert_uint_eq(s->tokens, u->tokens);
        ck_assert_uint_eq(s->peak, u->peak);
        ck_assert_uint_eq(s->fill_cycles, u->fill_cycles);
        ck_assert(memcmp(s->write_times, u->write_times,
                         s->written * sizeof(uint64_t)) == 0);
        ck_assert(memcmp(s->read_times, u->read_times,
                         s->tokens * sizeof(uint64_t)) == 0);
    }
    for (uint32_t i = 0; i < x->process_count; i++) {
        const struct process_time *p = &x->processes[i].total;
        const struct process_time *q = &y->processes[i].total;
        ck_assert_uint_eq(p->busy, q->busy);
        ck_assert_uint_eq(p->starved, q->starved);
        ck_assert_uint_eq(p->blocked, q->blocked);
        for (uint32_t k = 0; k < t->processes[i].input_count; k++)
            ck_assert_uint_eq(p->starved_by[k], q->starved_by[k]);
        for (uint32_t k = 0; k < t->processes[i].output_count; k++)
            ck_assert_uint_eq(p->blocked_by[k], q->blocked_by[k]);
    }
}

START_TEST(fast_and_general_path_agree)
{
    printf("seeds 1 to %d\n", SEEDS);
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        struct arena *a = arena_new();
        uint32_t frames;
        const struct timing *t = timing_random(a, seed, &frames);
        struct run_options fast = { .frames = frames, .log = true };
        struct run_options general = { .frames = frames, .chain = true };
        compare(t, run_timing(a, t, &fast), run_timing(a, t, &general));
        arena_free(a);
    }
}
END_TEST

int main(void)
{
    const TTest *const tests[] = { fast_and_general_path_agree, NULL };
    return check_main("pipeline", tests);
}
