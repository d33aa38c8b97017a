/* The reference simulator against cycles worked out by hand from the text of
 * schedule.h, timing.h and stimulus.h. */
#include "tests/reference/by_hand.h"
#include "tests/reference/expand.h"
#include "tests/reference/reference.h"

#include "base/arena.h"

#include <check.h>
#include <stdlib.h>

/* A chain source -> process -> sink, and what tests change in it. */
struct chain {
    struct arena *arena;
    struct schedule *schedule;
    struct timing timing;
    struct timing_stream streams[2];
    struct timing_process process;
    uint32_t ports[2];
    uint32_t frames;
};

static void chain_start(struct chain *c, enum stall_style style)
{
    *c = (struct chain){ .arena = arena_new(), .ports = { 0, 1 } };
    c->schedule = schedule_new(c->arena);
    c->schedule->style = style;
    c->frames = 1;
    c->streams[0] = (struct timing_stream){
        .name = "in",
        .capacity = 4,
        .write_latency = 1,
        .read_latency = 1,
        .producer = TIMING_EDGE,
        .consumer = 0,
    };
    c->streams[1] = c->streams[0];
    c->streams[1].name = "out";
    c->streams[1].producer = 0;
    c->streams[1].consumer = TIMING_EDGE;
    c->process = (struct timing_process){
        .name = "process",
        .schedule = c->schedule,
        .input_count = 1,
        .output_count = 1,
        .inputs = &c->ports[0],
        .outputs = &c->ports[1],
    };
    c->timing = (struct timing){
        .stream_count = 2,
        .streams = c->streams,
        .process_count = 1,
        .processes = &c->process,
    };
}

/* Every token read makes one that is written `delay` ticks later. */
static void chain_map(struct chain *c, uint32_t tokens, uint64_t delay)
{
    schedule_step(c->schedule, tokens,
                  &(struct step){ .reads = 1,
                                  .writes = 1,
                                  .gap = 1,
                                  .delay = delay,
                                  .count = 1,
                                  .spacing = 1 });
    c->streams[0].tokens_per_frame = tokens;
    c->streams[1].tokens_per_frame = tokens;
}

static struct reference *chain_run(struct chain *c)
{
    return run_by_hand(c->arena, &c->timing, c->frames);
}

START_TEST(test_relu)
{
    struct chain c;
    chain_start(&c, STALL_BUBBLES);
    chain_map(&c, 4, 1);
    struct reference *r = chain_run(&c);
    ck_assert_int_eq(r->outcome, REFERENCE_DONE);
    check_writes(r, 0, 4, 0, 1, 2, 3);
    check_reads(r, 0, 4, 1, 2, 3, 4);
    check_writes(r, 1, 4, 2, 3, 4, 5);
    check_reads(r, 1, 4, 3, 4, 5, 6);
    ck_assert_uint_eq(r->streams[0].peak, 1);
    ck_assert_uint_eq(r->streams[1].peak, 1);
    ck_assert_uint_eq(r->frames, 1);
    ck_assert_uint_eq(r->frame_start[0], 0);
    ck_assert_uint_eq(r->frame_end[0], 6);
    ck_assert_uint_eq(r->last_event, 6);
    /* Cycle 0 lacks a token; 1 to 5 do something. */
    ck_assert_uint_eq(r->processes[0].end, 5);
    ck_assert_uint_eq(r->processes[0].starved, 1);
    ck_assert_uint_eq(r->processes[0].busy, 5);
    ck_assert_uint_eq(r->processes[0].blocked, 0);
    arena_free(c.arena);
}
END_TEST

START_TEST(test_fifo_of_one_place)
{
    struct chain c;
    chain_start(&c, STALL_BUBBLES);
    chain_map(&c, 4, 1);
    c.streams[0].capacity = 1;
    struct reference *r = chain_run(&c);
    /* Read one cycle after the write, written one cycle after the read. */
    check_writes(r, 0, 4, 0, 2, 4, 6);
    check_reads(r, 0, 4, 1, 3, 5, 7);
    check_writes(r, 1, 4, 2, 4, 6, 8);
    check_reads(r, 1, 4, 3, 5, 7, 9);
    arena_free(c.arena);
}
END_TEST

START_TEST(test_fifo_write_latency)
{
    struct chain c;
    chain_start(&c, STALL_BUBBLES);
    chain_map(&c, 4, 1);
    c.streams[0].capacity = 2;
    c.streams[0].write_latency = 2;
    struct reference *r = chain_run(&c);
    check_writes(r, 0, 4, 0, 1, 3, 4);
    check_reads(r, 0, 4, 2, 3, 5, 6);
    ck_assert_uint_eq(r->streams[0].peak, 2);
    arena_free(c.arena);
}
END_TEST

START_TEST(test_fifo_read_latency)
{
    struct chain c;
    chain_start(&c, STALL_BUBBLES);
    chain_map(&c, 3, 1);
    c.streams[0].capacity = 1;
    c.streams[0].read_latency = 2;
    struct reference *r = chain_run(&c);
    check_writes(r, 0, 3, 0, 3, 6);
    check_reads(r, 0, 3, 1, 4, 7);
    arena_free(c.arena);
}
END_TEST

START_TEST(test_hold)
{
    struct chain c;
    chain_start(&c, STALL_BUBBLES);
    /* Two pixels that complete no window, one that makes two outputs. */
    schedule_step(
        c.schedule, 2,
        &(struct step){
            .reads = 1, .gap = 1, .needs_datapath = true, .hold = 1 });
    schedule_step(c.schedule, 1,
                  &(struct step){ .reads = 1,
                                  .writes = 1,
                                  .gap = 1,
                                  .needs_datapath = true,
                                  .hold = 4,
                                  .delay = 5,
                                  .count = 2,
                                  .spacing = 2 });
    c.streams[0].tokens_per_frame = 3;
    c.streams[1].tokens_per_frame = 2;
    c.frames = 2;
    struct reference *r = chain_run(&c);
    check_writes(r, 0, 6, 0, 1, 2, 3, 4, 5);
    check_reads(r, 0, 6, 1, 2, 3, 7, 8, 9);
    check_writes(r, 1, 4, 8, 10, 14, 16);
    check_reads(r, 1, 4, 9, 11, 15, 17);
    ck_assert_uint_eq(r->streams[0].peak, 3);
    ck_assert_uint_eq(r->frames, 2);
    ck_assert_uint_eq(r->frame_start[0], 0);
    ck_assert_uint_eq(r->frame_start[1], 3);
    ck_assert_uint_eq(r->frame_end[0], 11);
    ck_assert_uint_eq(r->frame_end[1], 17);
    arena_free(c.arena);
}
END_TEST

/* The staging reads of a convolution go on while the datapath is taken. */
START_TEST(test_read_during_hold)
{
    struct chain c;
    chain_start(&c, STALL_BUBBLES);
    schedule_loop(c.schedule, 2);
    schedule_step(c.schedule, 1, &(struct step){ .reads = 1, .gap = 1 });
    schedule_step(c.schedule, 1,
                  &(struct step){ .reads = 1,
                                  .writes = 1,
                                  .gap = 1,
                                  .needs_datapath = true,
                                  .hold = 6,
                                  .delay = 1,
                                  .count = 1 });
    schedule_end(c.schedule);
    c.streams[0].tokens_per_frame = 4;
    c.streams[1].tokens_per_frame = 2;
    struct reference *r = chain_run(&c);
    check_reads(r, 0, 4, 1, 2, 3, 8);
    check_writes(r, 1, 2, 3, 9);
    arena_free(c.arena);
}
END_TEST

/* A hold of a later step replaces an earlier one, even by a shorter time. */
START_TEST(test_hold_replaced)
{
    struct chain c;
    chain_start(&c, STALL_BUBBLES);
    struct step step = { .reads = 1, .gap = 1, .hold = 20 };
    schedule_step(c.schedule, 1, &step);
    step.hold = 3;
    schedule_step(c.schedule, 1, &step);
    step = (struct step){ .reads = 1,
                          .writes = 1,
                          .gap = 1,
                          .needs_datapath = true,
                          .delay = 1,
                          .count = 1 };
    schedule_step(c.schedule, 1, &step);
    c.streams[0].tokens_per_frame = 3;
    c.streams[1].tokens_per_frame = 1;
    struct reference *r = chain_run(&c);
    check_reads(r, 0, 3, 1, 2, 5);
    arena_free(c.arena);
}
END_TEST

START_TEST(test_bubbles_drain)
{
    struct chain c;
    chain_start(&c, STALL_BUBBLES);
    chain_map(&c, 3, 2);
    c.streams[0].stimulus.gap = 2;
    struct reference *r = chain_run(&c);
    check_writes(r, 0, 3, 0, 3, 6);
    check_reads(r, 0, 3, 1, 4, 7);
    check_writes(r, 1, 3, 3, 6, 9);
    arena_free(c.arena);
}
END_TEST

START_TEST(test_rigid_stops)
{
    struct chain c;
    chain_start(&c, STALL_RIGID);
    chain_map(&c, 3, 2);
    c.streams[0].stimulus.gap = 2;
    struct reference *r = chain_run(&c);
    check_reads(r, 0, 3, 1, 4, 7);
    /* Ticks 0, 1, 2 are cycles 1, 4, 7; after the last step it drains. */
    check_writes(r, 1, 3, 7, 8, 9);
    ck_assert_uint_eq(r->processes[0].end, 9);
    ck_assert_uint_eq(r->processes[0].busy, 5);
    ck_assert_uint_eq(r->processes[0].starved, 5);
    arena_free(c.arena);
}
END_TEST

START_TEST(test_rigid_without_delay)
{
    struct chain c;
    chain_start(&c, STALL_RIGID);
    chain_map(&c, 3, 0);
    c.streams[1].capacity = 1;
    struct reference *r = chain_run(&c);
    check_reads(r, 0, 3, 1, 3, 5);
    check_writes(r, 1, 3, 1, 3, 5);
    check_reads(r, 1, 3, 2, 4, 6);
    arena_free(c.arena);
}
END_TEST

START_TEST(test_full_output_stops_the_front)
{
    for (int style = STALL_BUBBLES; style <= STALL_RIGID; style++) {
        struct chain c;
        chain_start(&c, (enum stall_style)style);
        chain_map(&c, 4, 1);
        c.streams[1].capacity = 1;
        c.streams[1].stimulus.gap = 2;
        struct reference *r = chain_run(&c);
        check_reads(r, 0, 4, 1, 2, 4, 7);
        check_writes(r, 1, 4, 2, 4, 7, 10);
        check_reads(r, 1, 4, 3, 6, 9, 12);
        /* Blocked in 3, 5, 6, 8, 9. */
        ck_assert_uint_eq(r->processes[0].blocked, 5);
        arena_free(c.arena);
    }
}
END_TEST

START_TEST(test_elastic_credits)
{
    struct chain c;
    chain_start(&c, STALL_ELASTIC);
    chain_map(&c, 5, 3);
    c.schedule->credits = 2;
    c.streams[0].capacity = 8;
    c.streams[1].capacity = 1;
    c.streams[1].stimulus.gap = 4;
    struct reference *r = chain_run(&c);
    /* A place of the buffer counts again the cycle after its write. */
    check_reads(r, 0, 5, 1, 2, 5, 7, 12);
    check_writes(r, 1, 5, 4, 6, 11, 16, 21);
    check_reads(r, 1, 5, 5, 10, 15, 20, 25);
    arena_free(c.arena);
}
END_TEST

START_TEST(test_sequential)
{
    for (int style = STALL_BUBBLES; style <= STALL_ELASTIC; style++) {
        struct chain c;
        chain_start(&c, (enum stall_style)style);
        chain_map(&c, 1, 3);
        c.schedule->overlap = OVERLAP_SEQUENTIAL;
        c.schedule->restart = 2;
        c.schedule->credits = 2;
        c.frames = 3;
        struct reference *r = chain_run(&c);
        check_reads(r, 0, 3, 1, 6, 11);
        check_writes(r, 1, 3, 4, 9, 14);
        c.schedule->restart = 0;
        r = chain_run(&c);
        check_reads(r, 0, 3, 1, 4, 7);
        check_writes(r, 1, 3, 4, 7, 10);
        arena_free(c.arena);
    }
}
END_TEST

/* The wait of a sequential process for its restart is not a missing token:
 * the frame leaves before the next one comes. */
START_TEST(test_sequential_rigid_drains)
{
    struct chain c;
    chain_start(&c, STALL_RIGID);
    chain_map(&c, 1, 2);
    c.schedule->overlap = OVERLAP_SEQUENTIAL;
    c.schedule->restart = 1;
    c.streams[0].stimulus.gap = 9;
    c.frames = 2;
    struct reference *r = chain_run(&c);
    check_writes(r, 0, 2, 0, 10);
    check_reads(r, 0, 2, 1, 11);
    check_writes(r, 1, 2, 3, 13);
    /* Pipelined, the first frame stays inside until the second one comes. */
    c.schedule->overlap = OVERLAP_PIPELINED;
    r = chain_run(&c);
    check_reads(r, 0, 2, 1, 11);
    check_writes(r, 1, 2, 12, 13);
    arena_free(c.arena);
}
END_TEST

/* The last write of an elastic process is when it leaves, not when due. */
START_TEST(test_sequential_elastic_last_write)
{
    struct chain c;
    chain_start(&c, STALL_ELASTIC);
    chain_map(&c, 1, 1);
    c.schedule->overlap = OVERLAP_SEQUENTIAL;
    c.schedule->restart = 1;
    c.schedule->credits = 4;
    c.streams[1].capacity = 1;
    c.streams[1].stimulus.gap = 9;
    c.frames = 4;
    struct reference *r = chain_run(&c);
    /* Token 2 is due in 6 and leaves in 14, after the read in 13. */
    check_reads(r, 0, 4, 1, 3, 5, 15);
    check_writes(r, 1, 4, 2, 4, 14, 24);
    check_reads(r, 1, 4, 3, 13, 23, 33);
    arena_free(c.arena);
}
END_TEST

START_TEST(test_step_without_read)
{
    struct chain c;
    chain_start(&c, STALL_BUBBLES);
    struct step pad = { .writes = 1, .gap = 1, .delay = 1, .count = 1 };
    schedule_step(c.schedule, 1, &pad);
    chain_map(&c, 2, 1);
    c.streams[1].tokens_per_frame = 3;
    c.streams[0].stimulus.gap = 5;
    struct reference *r = chain_run(&c);
    check_writes(r, 0, 2, 0, 6);
    check_reads(r, 0, 2, 1, 7);
    check_writes(r, 1, 3, 1, 2, 8);
    ck_assert_uint_eq(r->frame_end[0], 9);
    arena_free(c.arena);
}
END_TEST

START_TEST(test_grid)
{
    struct chain c;
    chain_start(&c, STALL_BUBBLES);
    chain_map(&c, 3, 1);
    c.streams[0].stimulus.grid = 4;
    c.streams[0].stimulus.phase = 1;
    c.streams[1].stimulus.grid = 3;
    c.streams[1].stimulus.phase = 2;
    struct reference *r = chain_run(&c);
    check_writes(r, 0, 3, 1, 5, 9);
    check_reads(r, 0, 3, 2, 6, 10);
    check_writes(r, 1, 3, 3, 7, 11);
    check_reads(r, 1, 3, 5, 8, 14);
    arena_free(c.arena);
}
END_TEST

/* A token that is readable soon but taken late is no deadlock. */
START_TEST(test_grid_is_awaited)
{
    struct chain c;
    chain_start(&c, STALL_BUBBLES);
    chain_map(&c, 1, 1);
    c.streams[1].stimulus.grid = 50;
    c.streams[1].stimulus.phase = 2;
    struct reference *r = chain_run(&c);
    ck_assert_int_eq(r->outcome, REFERENCE_DONE);
    check_writes(r, 1, 1, 2);
    check_reads(r, 1, 1, 52);
    arena_free(c.arena);
}
END_TEST

/* So are long delays, holds and idle times, one after the other. */
START_TEST(test_time_is_awaited)
{
    struct chain c;
    chain_start(&c, STALL_BUBBLES);
    schedule_step(c.schedule, 1,
                  &(struct step){ .reads = 1, .gap = 1, .hold = 1000 });
    schedule_step(c.schedule, 1,
                  &(struct step){ .reads = 1,
                                  .writes = 1,
                                  .gap = 1,
                                  .needs_datapath = true,
                                  .delay = 2000,
                                  .count = 2,
                                  .spacing = 3000 });
    c.streams[0].tokens_per_frame = c.streams[1].tokens_per_frame = 2;
    c.streams[0].stimulus.frame_gap = 9000;
    c.streams[1].stimulus.gap = 4000;
    c.frames = 2;
    struct reference *r = chain_run(&c);
    ck_assert_int_eq(r->outcome, REFERENCE_DONE);
    check_writes(r, 0, 4, 0, 1, 9002, 9003);
    check_reads(r, 0, 4, 1, 1001, 9003, 10003);
    check_writes(r, 1, 4, 3001, 6001, 12003, 15003);
    check_reads(r, 1, 4, 3002, 7003, 12004, 16005);
    arena_free(c.arena);
}
END_TEST

/* The source begins to offer on the grid; it is accepted in any cycle. */
START_TEST(test_grid_of_offer)
{
    struct chain c;
    chain_start(&c, STALL_BUBBLES);
    schedule_step(
        c.schedule, 3,
        &(struct step){
            .reads = 1, .writes = 1, .gap = 7, .delay = 1, .count = 1 });
    c.streams[0].tokens_per_frame = c.streams[1].tokens_per_frame = 3;
    c.streams[0].capacity = 1;
    c.streams[0].stimulus.grid = 4;
    c.streams[0].stimulus.phase = 1;
    struct reference *r = chain_run(&c);
    check_reads(r, 0, 3, 2, 9, 16);
    check_writes(r, 0, 3, 1, 5, 10);
    arena_free(c.arena);
}
END_TEST

START_TEST(test_stimulus_gaps)
{
    struct chain c;
    chain_start(&c, STALL_BUBBLES);
    chain_map(&c, 3, 1);
    c.frames = 2;
    c.streams[0].stimulus = (struct stimulus){
        .gap = 1, .burst = 2, .pause = 10, .frame_gap = 100
    };
    struct reference *r = chain_run(&c);
    /* Idle: 0, 1, 11, 101, 11, 1. */
    check_writes(r, 0, 6, 0, 2, 14, 116, 128, 130);
    ck_assert_uint_eq(r->frame_start[1], 116);
    arena_free(c.arena);
}
END_TEST

START_TEST(test_cycle_limit)
{
    struct chain c;
    chain_start(&c, STALL_BUBBLES);
    chain_map(&c, 4, 1);
    struct reference *r = reference_run(c.arena, &c.timing, 1, 3);
    ck_assert_int_eq(r->outcome, REFERENCE_CYCLE_LIMIT);
    ck_assert_uint_eq(r->stopped, 3);
    check_writes(r, 0, 3, 0, 1, 2);
    check_writes(r, 1, 1, 2);
    ck_assert_uint_eq(r->frames, 0);
    arena_free(c.arena);
}
END_TEST

START_TEST(test_expand)
{
    struct arena *a = arena_new();
    struct schedule *s = schedule_new(a);
    struct step step = { .gap = 1 };
    schedule_step(s, 1, &step); /* instruction 0 */
    schedule_loop(s, 2);        /* 1 */
    schedule_step(s, 2, &step); /* 2 */
    schedule_loop(s, 2);        /* 3 */
    schedule_step(s, 1, &step); /* 4 */
    schedule_step(s, 1, &step); /* 5 */
    schedule_end(s);            /* 6 */
    schedule_end(s);            /* 7 */
    schedule_step(s, 1, &step); /* 8 */
    const struct expansion *e = expand(a, s->instructions, s->count);
    const uint32_t expected[] = { 0, 2, 2, 4, 5, 4, 5, 2, 2, 4, 5, 4, 5, 8 };
    ck_assert_uint_eq(e->count, 14);
    ck_assert_mem_eq(e->at, expected, sizeof expected);
    arena_free(a);
}
END_TEST

static Suite *reference_suite(void)
{
    Suite *s = suite_create("reference");
    TCase *fifo = tcase_create("fifo");
    tcase_add_test(fifo, test_relu);
    tcase_add_test(fifo, test_fifo_of_one_place);
    tcase_add_test(fifo, test_fifo_write_latency);
    tcase_add_test(fifo, test_fifo_read_latency);
    suite_add_tcase(s, fifo);
    TCase *front = tcase_create("front");
    tcase_add_test(front, test_hold);
    tcase_add_test(front, test_read_during_hold);
    tcase_add_test(front, test_hold_replaced);
    tcase_add_test(front, test_step_without_read);
    tcase_add_test(front, test_sequential);
    tcase_add_test(front, test_sequential_rigid_drains);
    tcase_add_test(front, test_sequential_elastic_last_write);
    tcase_add_test(front, test_expand);
    suite_add_tcase(s, front);
    TCase *stall = tcase_create("stall");
    tcase_add_test(stall, test_bubbles_drain);
    tcase_add_test(stall, test_rigid_stops);
    tcase_add_test(stall, test_rigid_without_delay);
    tcase_add_test(stall, test_full_output_stops_the_front);
    tcase_add_test(stall, test_elastic_credits);
    suite_add_tcase(s, stall);
    TCase *edge = tcase_create("edge");
    tcase_add_test(edge, test_grid);
    tcase_add_test(edge, test_grid_is_awaited);
    tcase_add_test(edge, test_time_is_awaited);
    tcase_add_test(edge, test_grid_of_offer);
    tcase_add_test(edge, test_stimulus_gaps);
    tcase_add_test(edge, test_cycle_limit);
    suite_add_tcase(s, edge);
    return s;
}

int main(void)
{
    SRunner *runner = srunner_create(reference_suite());
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
