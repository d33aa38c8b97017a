/* Deadlocks and what comes close to them, worked out by hand: forks and joins,
 * and who waits for what in the end. */
#include "tests/reference/by_hand.h"
#include "tests/reference/reference.h"

#include "base/arena.h"
#include "kernels/schedule.h"

#include <check.h>
#include <stdlib.h>

/* A fork writes every token to `a` and `b`; a join reads both tokens of a
 * before those of b. */
struct fork_join {
    struct timing timing;
    struct timing_stream streams[4];
    struct timing_process processes[2];
    uint32_t ports[6];
};

static void fork_join_start(struct fork_join *f, struct arena *a,
                            enum stall_style style, uint32_t capacity_b)
{
    struct step step = {
        .reads = 1, .writes = 3, .gap = 1, .delay = 1, .count = 1
    };
    struct schedule *fork = schedule_new(a), *join = schedule_new(a);
    fork->style = join->style = style;
    fork->credits = join->credits = 1;
    schedule_step(fork, 2, &step);
    schedule_step(join, 2, &(struct step){ .reads = 1, .gap = 1 });
    step.reads = 2;
    step.writes = 1;
    schedule_step(join, 2, &step);

    *f = (struct fork_join){
        .timing = { .stream_count = 4, .process_count = 2 },
        .ports = { 0, 1, 2, 3 },
    };
    f->timing.streams = f->streams;
    f->timing.processes = f->processes;
    for (uint32_t i = 0; i < 4; i++)
        f->streams[i] = (struct timing_stream){
            .name = (const char *[]){ "in", "a", "b", "out" }[i],
            .capacity = i == 2 ? capacity_b : 2,
            .write_latency = 1,
            .read_latency = 1,
            .tokens_per_frame = 2,
            .producer = i == 0   ? TIMING_EDGE
                        : i == 3 ? 1
                                 : 0,
            .consumer = i == 3   ? TIMING_EDGE
                        : i == 0 ? 0
                                 : 1,
        };
    f->processes[0] = (struct timing_process){ .name = "fork",
                                               .schedule = fork,
                                               .input_count = 1,
                                               .output_count = 2,
                                               .inputs = &f->ports[0],
                                               .outputs = &f->ports[1] };
    f->processes[1] = (struct timing_process){ .name = "join",
                                               .schedule = join,
                                               .input_count = 2,
                                               .output_count = 1,
                                               .inputs = &f->ports[1],
                                               .outputs = &f->ports[3] };
}

START_TEST(test_fork_join)
{
    struct arena *a = arena_new();
    struct fork_join f;
    fork_join_start(&f, a, STALL_BUBBLES, 2);
    struct reference *r = run_by_hand(a, &f.timing, 1);
    ck_assert_int_eq(r->outcome, REFERENCE_DONE);
    check_reads(r, 0, 2, 1, 2);
    check_writes(r, 1, 2, 2, 3);
    check_writes(r, 2, 2, 2, 3);
    check_reads(r, 1, 2, 3, 4);
    check_reads(r, 2, 2, 5, 6);
    check_writes(r, 3, 2, 6, 7);
    check_reads(r, 3, 2, 7, 8);
    ck_assert_uint_eq(r->wait_count, 0);
    arena_free(a);
}
END_TEST

START_TEST(test_fork_join_deadlock)
{
    for (int style = STALL_BUBBLES; style <= STALL_RIGID; style++) {
        struct arena *a = arena_new();
        struct fork_join f;
        fork_join_start(&f, a, (enum stall_style)style, 1);
        struct reference *r = run_by_hand(a, &f.timing, 1);
        ck_assert_int_eq(r->outcome, REFERENCE_DEADLOCK);
        check_writes(r, 1, 1, 2);
        check_writes(r, 2, 1, 2);
        check_reads(r, 1, 1, 3);
        check_reads(r, 2, 0);
        check_reads(r, 3, 0);
        ck_assert_uint_eq(r->last_event, 3);
        ck_assert_uint_eq(r->frames, 0);
        ck_assert_uint_eq(r->wait_count, 3);
        ck_assert(reference_waits_for(r, 0, 2, true));
        ck_assert(reference_waits_for(r, 1, 1, false));
        ck_assert(reference_waits_for(r, TIMING_EDGE, 3, false));
        ck_assert(!reference_waits_for(r, 0, 1, true));
        ck_assert_uint_eq(r->waits[0].held, 1);
        arena_free(a);
    }
}
END_TEST

/* With a buffer behind each output the fork writes to a alone: no deadlock
 * with two credits, although b holds one token only. */
START_TEST(test_fork_join_elastic)
{
    struct arena *a = arena_new();
    struct fork_join f;
    fork_join_start(&f, a, STALL_ELASTIC, 1);
    struct reference *r = run_by_hand(a, &f.timing, 1);
    ck_assert_int_eq(r->outcome, REFERENCE_DONE);
    /* The second step of the fork waits for its one credit until 3. */
    check_reads(r, 0, 2, 1, 3);
    check_writes(r, 1, 2, 2, 4);
    check_reads(r, 1, 2, 3, 5);
    check_writes(r, 2, 2, 2, 7);
    check_reads(r, 2, 2, 6, 8);
    arena_free(a);
}
END_TEST

/* An output that is held up holds up the other one by its credits only: with
 * b full, a goes on for three more tokens. */
START_TEST(test_elastic_outputs_apart)
{
    struct arena *a = arena_new();
    struct fork_join f;
    fork_join_start(&f, a, STALL_ELASTIC, 1);
    struct schedule *fork = (struct schedule *)f.processes[0].schedule;
    struct schedule *join = (struct schedule *)f.processes[1].schedule;
    fork->credits = 3;
    fork->instructions[0].times = 4;
    join->instructions[0].times = join->instructions[1].times = 4;
    join->credits = 4;
    for (int i = 0; i < 4; i++)
        f.streams[i].tokens_per_frame = 4;
    struct reference *r = run_by_hand(a, &f.timing, 1);
    ck_assert_int_eq(r->outcome, REFERENCE_DONE);
    check_reads(r, 0, 4, 1, 2, 3, 4);
    check_writes(r, 1, 4, 2, 3, 4, 5);
    check_reads(r, 1, 4, 3, 4, 5, 6);
    check_writes(r, 2, 4, 2, 8, 10, 12);
    check_reads(r, 2, 4, 7, 9, 11, 13);
    /* With two credits the join lacks its fourth token for ever. */
    fork->credits = 2;
    r = run_by_hand(a, &f.timing, 1);
    ck_assert_int_eq(r->outcome, REFERENCE_DEADLOCK);
    check_writes(r, 1, 3, 2, 3, 4);
    check_writes(r, 2, 1, 2);
    ck_assert(reference_waits_for(r, 0, 2, true));
    ck_assert(reference_waits_for(r, 1, 1, false));
    arena_free(a);
}
END_TEST

/* Two processes in a ring, no edges: p cannot write its third token of a, and
 * its next step lacks one of b.  With bubbles only the former holds it up; a
 * rigid process needs both. */
START_TEST(test_waits_of_a_stopped_process)
{
    for (int style = STALL_BUBBLES; style <= STALL_RIGID; style++) {
        struct arena *a = arena_new();
        struct schedule *p = schedule_new(a), *q = schedule_new(a);
        p->style = (enum stall_style)style;
        schedule_step(
            p, 1,
            &(struct step){
                .writes = 1, .gap = 1, .delay = 1, .count = 3, .spacing = 1 });
        schedule_step(
            p, 1,
            &(struct step){
                .reads = 1, .writes = 2, .gap = 3, .delay = 1, .count = 1 });
        schedule_step(q, 1, &(struct step){ .reads = 1, .gap = 1 });
        schedule_step(q, 1, &(struct step){ .reads = 2, .gap = 1 });
        schedule_step(q, 1, &(struct step){ .reads = 1, .gap = 1 });
        schedule_step(
            q, 1,
            &(struct step){
                .reads = 1, .writes = 1, .gap = 1, .delay = 1, .count = 1 });
        struct timing_stream streams[3];
        for (uint32_t i = 0; i < 3; i++)
            streams[i] = (struct timing_stream){
                .name = (const char *[]){ "a", "c", "b" }[i],
                .capacity = 1,
                .write_latency = 1,
                .read_latency = 1,
                .tokens_per_frame = i == 0 ? 3 : 1,
                .producer = i == 2 ? 1 : 0,
                .consumer = i == 2 ? 0 : 1,
            };
        const uint32_t ports[] = { 2, 0, 1, 2 };
        struct timing_process processes[] = {
            { .name = "p",
              .schedule = p,
              .input_count = 1,
              .output_count = 2,
              .inputs = &ports[0],
              .outputs = &ports[1] },
            { .name = "q",
              .schedule = q,
              .input_count = 2,
              .output_count = 1,
              .inputs = &ports[1],
              .outputs = &ports[3] },
        };
        struct timing t = { .stream_count = 3,
                            .streams = streams,
                            .process_count = 2,
                            .processes = processes };
        struct reference *r = run_by_hand(a, &t, 1);
        ck_assert_int_eq(r->outcome, REFERENCE_DEADLOCK);
        check_writes(r, 0, 2, 1, 3);
        check_reads(r, 0, 1, 2);
        check_writes(r, 1, 0);
        check_writes(r, 2, 0);
        ck_assert(reference_waits_for(r, 0, 0, true));
        ck_assert(reference_waits_for(r, 1, 1, false));
        ck_assert(reference_waits_for(r, 0, 2, false) ==
                  (style == STALL_RIGID));
        ck_assert_uint_eq(r->wait_count, style == STALL_RIGID ? 3 : 2);
        arena_free(a);
    }
}
END_TEST

static Suite *reference_deadlock_suite(void)
{
    Suite *s = suite_create("reference_deadlock");
    TCase *tc = tcase_create("forks_and_joins");
    tcase_add_test(tc, test_fork_join);
    tcase_add_test(tc, test_fork_join_deadlock);
    tcase_add_test(tc, test_fork_join_elastic);
    tcase_add_test(tc, test_elastic_outputs_apart);
    tcase_add_test(tc, test_waits_of_a_stopped_process);
    suite_add_tcase(s, tc);
    return s;
}

int main(void)
{
    SRunner *runner = srunner_create(reference_deadlock_suite());
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
