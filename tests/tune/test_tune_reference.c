/* What unlimited FIFOs reach, and what no depth can change, where it is known
 * by reasoning. */
#include "tune/reference.h"

#include "base/arena.h"
#include "design/design.h"
#include "engine/run.h"
#include "engine/timing.h"
#include "tests/check_main.h"
#include "tests/tune/block_case.h"

static struct arena *a;
static struct design *design;

static void setup(void)
{
    a = arena_new();
    design =
        block_case_design(a,
                          &(struct block_case){ 4, 4, { 3, 0 }, .depth = 1 });
}

static void teardown(void)
{
    arena_free(a);
}

static struct reference reference_with(struct stimulus source,
                                       struct stimulus sink)
{
    const struct scenario s = { "s", source, sink };
    return reference_find(a, design, trials_timing(a, design, &s));
}

static const struct stimulus always;

/* Depths of 1 deadlock; without them it is the slowest process that counts. */
START_TEST(depths_of_the_design_do_not_matter)
{
    const struct timing *t = timing_from_design(a, design);
    const struct run_options o = { .frames = 6 };
    ck_assert_int_eq(run_timing(a, t, &o)->outcome, RUN_DEADLOCK);
    const struct reference r = reference_with(always, always);
    ck_assert_int_eq(r.figures.verdict, VERDICT_MET);
    uint64_t slowest = 0;
    for (uint32_t i = 0; i < t->process_count; i++) {
        const uint64_t ticks =
            schedule_ticks_per_frame(t->processes[i].schedule);
        slowest = ticks > slowest ? ticks : slowest;
    }
    ck_assert_uint_eq(reference_bound(&r), slowest);
    ck_assert_uint_ne(r.pacing, REFERENCE_EDGE);
    ck_assert_uint_eq(schedule_ticks_per_frame(t->processes[r.pacing].schedule),
                      slowest);
    ck_assert_uint_eq(figures_interval(&r.figures), slowest);
    /* What is so deep is block RAM. */
    struct timing *deep = timing_from_design(a, design);
    for (uint32_t i = 0; i < deep->stream_count; i++) {
        deep->streams[i].capacity = 1000;
        deep->streams[i].write_latency = 2;
    }
    const struct run *run =
        run_timing(a, deep, &(struct run_options){ .frames = r.frames });
    ck_assert_uint_eq(run_latency(run, 0), r.figures.isolated);
    for (uint32_t f = 0; f < r.frames; f++)
        ck_assert_uint_eq(run->frame_end[f], r.frame_end[f]);
}
END_TEST

static const struct {
    struct stimulus edge;
    uint64_t cycles; /* for 16 tokens, at least */
} edges[] = {
    { { .gap = 99 }, 1600 },         { { .gap = 99, .joined = true }, 1501 },
    { { .grid = 90 }, 1440 },        { { .burst = 4, .pause = 500 }, 2016 },
    { { .frame_gap = 3000 }, 3016 }, { { .frame_period = 5000 }, 5000 },
};

START_TEST(an_edge_can_set_the_pace)
{
    const struct stimulus edge = edges[_i / 2].edge;
    const struct reference r = _i % 2 == 0 ? reference_with(edge, always)
                                           : reference_with(always, edge);
    ck_assert_uint_eq(reference_bound(&r), edges[_i / 2].cycles);
    ck_assert_uint_eq(r.pacing, REFERENCE_EDGE);
    ck_assert_uint_eq(figures_interval(&r.figures), edges[_i / 2].cycles);
}
END_TEST

/* Bursts of 6 in frames of 16 begin anew after three frames: 8 bursts in 48
 * tokens, the pauses now two, now three in a frame. */
START_TEST(bursts_that_do_not_fit_frames)
{
    const struct reference r =
        reference_with((struct stimulus){ .burst = 6, .pause = 500 }, always);
    ck_assert_uint_eq(r.figures.period_cycles, 48 + 8 * 500);
    ck_assert_uint_eq(r.figures.period, 3);
    ck_assert_uint_eq(reference_bound(&r), 16 + 2 * 500);
}
END_TEST

/* Whatever the source does, FIFOs of many frames reach what was measured. */
START_TEST(what_is_measured_can_be_reached)
{
    for (uint32_t burst = 3; burst < 8; burst++)
        for (uint32_t pause = 1; pause < 70; pause += 2) {
            const struct scenario s = { "s",
                                        { .burst = burst, .pause = pause },
                                        { 0 } };
            struct timing *t = trials_timing(a, design, &s);
            const struct figures f = reference_find(a, design, t).figures;
            for (uint32_t i = 0; i < t->stream_count; i++) {
                t->streams[i].capacity = 10 * 16;
                t->streams[i].write_latency = 2;
            }
            const struct run *r =
                run_timing(a, t, &(struct run_options){ .no_stats = true });
            ck_assert_msg(!r->certified || r->period_cycles * f.period <=
                                               f.period_cycles * r->period,
                          "burst %u, pause %u", burst, pause);
        }
}
END_TEST

int main(void)
{
    Suite *s = suite_create("tune_reference");
    TCase *c = tcase_create("tune_reference");
    tcase_add_checked_fixture(c, setup, teardown);
    tcase_add_test(c, depths_of_the_design_do_not_matter);
    tcase_add_loop_test(c, an_edge_can_set_the_pace, 0,
                        2 * sizeof edges / sizeof *edges);
    tcase_add_test(c, what_is_measured_can_be_reached);
    tcase_add_test(c, bursts_that_do_not_fit_frames);
    suite_add_tcase(s, c);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_ENV);
    const int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
