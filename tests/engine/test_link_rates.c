/* What is published of links, from the model.
 *
 * Sources: AMD PG074, Aurora 64B/66B LogiCORE IP Product Guide (the user clock
 * runs at line rate / 64; a transmit pause of one cycle in 33 by the gearbox; a
 * compensation sequence of up to 8 cycles in 4,992; a latency of 54 to 55 user
 * clocks; efficiency by frame length: table in chapter 2);  AuroraFlow, HEART
 * 2025, doi 10.1145/3728179.3728190 (four lanes of 25.78125 Gbit/s: 95.03
 * Gbit/s, 0.51 us, about 250 words of 32 bytes after a stop);  the mapping of
 * SqueezeNet onto six FPGAs (392 Kbit in at most 40 us at 10 Gbit/s). */
#include "base/arena.h"
#include "base/diag.h"
#include "design/clock.h"
#include "design/link.h"
#include "engine/run.h"
#include "import/link_type.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>

/* A source and a sink at every end, on boards so fast that only the link
 * matters. */
struct bench {
    struct arena *arena;
    struct link_type type;
    struct link link;
    struct link_stream stream;
    struct clock clocks[2];
    struct timing_stream streams[2];
    struct timing_process process;
    uint32_t ports[2];
    struct timing timing;
};

static const struct link_type *type_of(struct arena *a, const char *name)
{
    struct diag *d = diag_new(a);
    const struct link_type *t = link_type_load(a, name, (struct place){ 0 }, d);
    ck_assert_msg(t != NULL, "no link type '%s'", name);
    return t;
}

static struct bench *bench_new(const char *type, uint64_t board_hz,
                               uint64_t tokens)
{
    struct arena *a = arena_new();
    struct bench *b = arena_new_item(a, struct bench);
    b->arena = a;
    b->type = *type_of(a, type);
    b->clocks[0] = b->clocks[1] = clock_of_hz(board_hz, 1);
    const uint32_t flight =
        link_type_most_usable(&b->type, b->type.latency +
                                            b->type.return_latency + 2 +
                                            link_type_longest_pause(&b->type));
    b->stream = (struct link_stream){
        .tokens_per_word = 1,
        .words_per_token = 1,
        .send_words = 64,
        .receive_words = 1024,
        .stop_at = 1024 - flight,
        .go_at = flight,
        .in_flight = flight,
    };
    b->link = (struct link){
        .name = "link",
        .type = &b->type,
        .latency = b->type.latency,
        .return_latency = b->type.return_latency,
        .packet_words = b->type.packet_words,
        .streams = &b->stream,
    };
    for (uint32_t i = 0; i < 2; i++)
        b->streams[i] = (struct timing_stream){
            .name = i == 0 ? "in" : "out",
            .capacity = 4,
            .write_latency = 1,
            .read_latency = 1,
            .tokens_per_frame = tokens,
            .producer = i == 0 ? TIMING_EDGE : 0,
            .consumer = i == 0 ? 0 : TIMING_EDGE,
            .domain = i,
        };
    b->ports[1] = 1;
    b->process = (struct timing_process){
        .name = "link",
        .link = &b->link,
        .input_count = 1,
        .output_count = 1,
        .inputs = &b->ports[0],
        .outputs = &b->ports[1],
    };
    b->timing = (struct timing){
        .stream_count = 2,
        .streams = b->streams,
        .process_count = 1,
        .processes = &b->process,
        .domain_count = 2,
        .domains = b->clocks,
    };
    return b;
}

static const struct run *bench_run(struct bench *b, uint32_t frames)
{
    const struct run *r =
        run_timing(b->arena, &b->timing,
                   &(struct run_options){ .frames = frames, .log = true });
    ck_assert_int_eq(r->outcome, RUN_DONE);
    return r;
}

/* Within 2 %, the bound. */
static void check_near(const char *what, double value, double published)
{
    printf("%-48s %10.4f, published %10.4f, %+.2f %%\n", what, value, published,
           (value / published - 1) * 100);
    ck_assert_msg(value >= published * 0.98 && value <= published * 1.02,
                  "%s: %f, published %f", what, value, published);
}

/* Link cycles from the first to the last of `words` words, per word; the first
 * thousand fill the buffers. */
static double cycles_per_word(struct bench *b, uint64_t words)
{
    const struct run *r = bench_run(b, 1);
    const uint64_t *times = r->streams[1].read_times;
    const uint64_t from = 1000, to = words - 1;
    const int64_t time = clock_edge(&b->clocks[1], (int64_t)times[to]) -
                         clock_edge(&b->clocks[1], (int64_t)times[from]);
    return (double)clock_edge_from(&b->type.clock, time) / (double)(to - from);
}

START_TEST(test_pauses)
{
    const uint64_t words = 200000;
    struct bench *b = bench_new("aurora-64b66b-10g", 500000000, words);
    b->type.trailer_words = 0;
    b->type.compensation_period = 0;
    check_near("pause of the gearbox, cycles in 33",
               33 * (1 - 1 / cycles_per_word(b, words)), 1);
    b->type = *type_of(b->arena, "aurora-64b66b-10g");
    b->type.trailer_words = 0;
    b->type.active = b->type.active_of = 1;
    check_near("compensation, cycles in 4,992",
               4992 * (1 - 1 / cycles_per_word(b, words)), 8);
    arena_free(b->arena);
}
END_TEST

/* A word alone, less what the asynchronous FIFOs at both ends and the packer
 * and unpacker take, which are no part of the vendor's core: from its place in
 * the send FIFO, seen by the framer, to its place in the receive buffer. */
START_TEST(test_latency)
{
    struct bench *b = bench_new("aurora-64b66b-10g", 500000000, 1);
    const struct run *r = bench_run(b, 1);
    const double link = 1e15 / 161132812.5, board = 2e6;
    const double time = (double)r->domains->end[0];
    /* Written to the stream FIFO in cycle 0, read in 1, written to the send
     * FIFO in 2; seen 2 registers and up to one link cycle later; read from the
     * receive buffer 2 registers and up to one board cycle after it is there,
     * written to the stream FIFO 1 later, taken 1 later. */
    const double ends = 2 * board + 2.5 * link + 2.5 * board + 2 * board;
    check_near("latency, user clocks", (time - ends) / link, 54.5);
    arena_free(b->arena);
}
END_TEST

/* Frames of so many bytes end with a separator block of 8 bytes, which carries
 * up to 7 of them. */
static const struct {
    uint32_t bytes;
    double efficiency;
} efficiencies[] = { { 100, 96.12 }, { 1000, 99.18 }, { 10000, 99.89 } };

START_TEST(test_efficiency)
{
    const uint32_t bytes = efficiencies[_i].bytes;
    const uint32_t words = bytes / 8, frames = 4000000 / bytes;
    struct bench *b =
        bench_new("aurora-64b66b-10g", 500000000, (uint64_t)words * frames);
    b->link.packet_words = words;
    b->type.active = b->type.active_of = 1;
    b->type.compensation_period = 0;
    ck_assert_uint_eq(b->type.trailer_words, 1);
    ck_assert_uint_le(bytes - 8 * words, 7); /* these are in the trailer */
    const double cycles = cycles_per_word(b, (uint64_t)words * frames);
    char what[60];
    snprintf(what, sizeof what, "efficiency at %u bytes, percent", bytes);
    check_near(what, 100 * bytes / (8 * cycles * words),
               efficiencies[_i].efficiency);
    arena_free(b->arena);
}
END_TEST

START_TEST(test_aurora_flow)
{
    const uint64_t words = 400000;
    struct bench *b = bench_new("aurora-64b66b-4x25g", 500000000, words);
    const double rate = 402.83203125e6 * 256 / cycles_per_word(b, words);
    check_near("AuroraFlow, Gbit/s", rate / 1e9, 95.03);
    arena_free(b->arena);

    b = bench_new("aurora-64b66b-4x25g", 300000000, 1);
    const struct run *r = bench_run(b, 1);
    check_near("AuroraFlow latency, us", (double)r->domains->end[0] / 1e9,
               0.51);
    arena_free(b->arena);

    /* What must be kept free for words after a stop; and what comes if the
     * sink takes nothing meanwhile, which is less by a pause of the line where
     * the stop does not come just before one. */
    b = bench_new("aurora-64b66b-4x25g", 500000000, 1500);
    check_near("AuroraFlow, words in flight", b->stream.in_flight, 250);
    b->streams[1].stimulus.gap = 100000;
    r = bench_run(b, 1);
    const uint32_t came =
        r->links[0].streams[0].receive_peak - b->stream.stop_at;
    printf("%-48s %10u\n", "  in this run", came);
    ck_assert_uint_le(came, b->stream.in_flight);
    ck_assert_uint_ge(came + link_type_longest_pause(&b->type) + 1,
                      b->stream.in_flight);
    arena_free(b->arena);
}
END_TEST

START_TEST(test_transfer)
{
    const uint64_t words = 50176 / 8;
    struct bench *b = bench_new("serial-10g", 200000000, words);
    const struct run *r = bench_run(b, 1);
    const uint64_t *times = r->streams[1].read_times;
    const double us = (double)(times[words - 1] - times[0]) * 5e-3;
    check_near("392 Kbit at 10 Gbit/s, us", us, 40);
    arena_free(b->arena);
}
END_TEST

static Suite *link_rates_suite(void)
{
    Suite *s = suite_create("link_rates");
    TCase *t = tcase_create("published");
    tcase_set_timeout(t, 60);
    tcase_add_test(t, test_pauses);
    tcase_add_test(t, test_latency);
    tcase_add_loop_test(t, test_efficiency, 0,
                        sizeof efficiencies / sizeof efficiencies[0]);
    tcase_add_test(t, test_aurora_flow);
    tcase_add_test(t, test_transfer);
    suite_add_tcase(s, t);
    return s;
}

int main(void)
{
    SRunner *sr = srunner_create(link_rates_suite());
    srunner_run_all(sr, CK_ENV);
    int failed = srunner_ntests_failed(sr);
    srunner_free(sr);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
