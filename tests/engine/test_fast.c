/* The fast path on small pipelines of plain processes, in all combinations of
 * a few depths, paces and stalls: token times, waits, peaks and fills against
 * the reference simulator. */
#include "engine/process.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/arena.h"
#include "engine/run.h"
#include "tests/fuzz/timing_build.h"
#include "tests/reference/agreement.h"

typedef unsigned long long ull;

static struct arena *a;

static void setup(void)
{
    a = arena_new();
}

static void teardown(void)
{
    arena_free(a);
}

/* The layers whose rows the fast path takes apart. */
enum layer {
    POOL,    /* a row of reads, then one of reads and writes */
    WINDOW,  /* staged reads, then one that causes several writes */
    BORDER,  /* writes without reads, then one in, one out */
    PASS,    /* one in, one out, at a pace of its own */
    SLOW_GAP /* the same, the pace in the gap and writes far behind */
};

struct layer_row {
    enum layer layer;
    uint32_t n; /* length of a row */
    uint32_t m; /* of the other; or the pace, or the tokens written */
};

/* Rounds of one frame. */
enum { ROUNDS = 3 };

static const struct layer_row layers[] = {
    { POOL, 2, 3 },   { POOL, 4, 4 },   { POOL, 7, 1 },     { WINDOW, 2, 3 },
    { WINDOW, 5, 4 }, { WINDOW, 1, 2 }, { BORDER, 3, 2 },   { BORDER, 1, 5 },
    { PASS, 6, 1 },   { PASS, 6, 3 },   { SLOW_GAP, 5, 2 },
};
enum { LAYERS = sizeof layers / sizeof *layers };

static struct step pass_step(uint32_t pace)
{
    return (struct step){
        .reads = 1,
        .writes = 1,
        .gap = 1,
        .hold = pace,
        .needs_datapath = true,
        .delay = 1,
        .count = 1,
    };
}

static struct schedule *layer_schedule(const struct layer_row *l)
{
    struct schedule *s = schedule_new(a);
    struct step step = { .gap = 1, .delay = 2, .count = 1 };
    schedule_loop(s, ROUNDS);
    switch (l->layer) {
    case POOL:
        step.reads = 1;
        schedule_step(s, l->n, &(struct step){ .reads = 1, .gap = 1 });
        step.writes = 1;
        schedule_step(s, l->m, &step);
        break;
    case WINDOW:
        schedule_step(s, l->n - 1, &(struct step){ .reads = 1, .gap = 1 });
        step = pass_step(2 * l->m);
        step.count = l->m;
        step.spacing = 2;
        step.delay = 3;
        schedule_step(s, 1, &step);
        break;
    case BORDER:
        step.writes = 1;
        schedule_step(s, l->n, &step);
        step.reads = 1;
        schedule_step(s, l->m, &step);
        break;
    case PASS:
        step = pass_step(l->m);
        schedule_step(s, l->n, &step);
        break;
    case SLOW_GAP:
        step.reads = step.writes = 1;
        step.gap = l->m;
        step.delay = 9;
        schedule_step(s, l->n, &step);
        break;
    }
    schedule_end(s);
    return s;
}

static uint32_t add_pass(struct timing_builder *b, uint32_t in, uint32_t pace)
{
    struct schedule *s = schedule_new(a);
    const struct step step = pass_step(pace);
    schedule_step(s, b->streams[in].tokens_per_frame, &step);
    return timing_build_process(b, "pass", s, 1, &in, 1);
}

static void expect_agreement(const struct timing *t, const char *what)
{
    struct agreement_counts counts = { 0 };
    struct arena *scratch = arena_new();
    const char *why = agreement_check(scratch, t, 4, 1, &counts);
    if (why != NULL)
        timing_dump(stderr, t);
    ck_assert_msg(why == NULL, "%s: %s", what, why);
    arena_free(scratch);
}

/* How the layer is surrounded. */
struct setting {
    uint32_t before, after; /* places in the FIFOs around it */
    uint32_t feed, drain;   /* paces of the processes around these */
    bool bursts;            /* source and sink stop now and then */
    bool frame;             /* the FIFO before it is a frame buffer */
};

static void check_layer(const struct layer_row *l, const struct setting *s)
{
    struct timing_builder *b = arena_new_item(a, struct timing_builder);
    timing_build_start(b, a);
    const struct schedule *schedule = layer_schedule(l);
    const uint32_t source = timing_build_source(b, schedule_reads(schedule, 0));
    const uint32_t before = add_pass(b, source, s->feed);
    const uint32_t after =
        timing_build_process(b, l->layer == POOL ? "pool" : "layer", schedule,
                             1, &before, 1);
    const uint32_t sink = add_pass(b, after, s->drain);
    struct timing *t = timing_build_end(b);
    t->streams[source].capacity = t->streams[sink].capacity = 3;
    t->streams[before].capacity = s->before;
    t->streams[after].capacity = s->after;
    if (l->layer == WINDOW && s->after < l->m)
        t->streams[after].capacity = l->m; /* else it is not plain */
    if (s->frame) {
        const uint64_t frame = t->streams[before].tokens_per_frame;
        t->streams[before].frame_tokens = frame;
        t->streams[before].capacity = (uint32_t)frame * (1 + s->before % 2);
        t->streams[before].write_latency = 2;
    }
    if (s->bursts) {
        t->streams[source].stimulus.burst = 7;
        t->streams[source].stimulus.pause = 11;
        t->streams[sink].stimulus.burst = 5;
        t->streams[sink].stimulus.pause = 13;
    }
    char what[160];
    snprintf(what, sizeof what,
             "layer %d (%u, %u), places %u and %u, paces %u and %u, bursts %d, "
             "frame %d",
             (int)l->layer, l->n, l->m, s->before, s->after, s->feed, s->drain,
             s->bursts, s->frame);
    expect_agreement(t, what);
}

/* _i: the layer. */
START_TEST(a_layer_agrees_with_the_reference)
{
    static const uint32_t places[] = { 1, 2, 3, 5, 8, 20 };
    enum { PLACES = sizeof places / sizeof *places };
    for (uint32_t i = 0; i < PLACES * PLACES; i++)
        for (uint32_t k = 0; k < 16; k++) {
            const struct setting s = {
                .before = places[i % PLACES],
                .after = places[i / PLACES],
                .feed = 1 + (k & 1),
                .drain = (k >> 1 & 1) != 0 ? 3 : 1,
                .bursts = (k >> 2 & 1) != 0,
                .frame = (k >> 3 & 1) != 0,
            };
            if (!s.frame || i < PLACES)
                check_layer(&layers[_i], &s);
            arena_free(a);
            a = arena_new();
        }
}
END_TEST

/* A clone, a way through a process and a short one, joined side by side or one
 * after the other. */
static void check_ways(uint32_t places, uint32_t bypass, uint32_t pace,
                       bool concat)
{
    enum { TOKENS = 12, PIXEL = 3 };
    struct timing_builder *b = arena_new_item(a, struct timing_builder);
    timing_build_start(b, a);
    const uint32_t source = timing_build_source(b, TOKENS);
    struct schedule *clone = schedule_new(a), *join = schedule_new(a);
    struct step step = {
        .reads = 1, .writes = 3, .gap = 1, .delay = 1, .count = 1
    };
    schedule_step(clone, TOKENS, &step);
    const uint32_t ways =
        timing_build_process(b, "clone", clone, 1, &source, 2);
    const uint32_t both[] = { add_pass(b, ways, pace), ways + 1 };
    step.writes = 1;
    schedule_loop(join, TOKENS / PIXEL);
    for (uint32_t k = 0; k < (concat ? 2 : 1); k++) {
        step.reads = concat ? 1U << k : 3;
        schedule_step(join, PIXEL, &step);
    }
    schedule_end(join);
    const uint32_t sink = timing_build_process(b, "join", join, 2, both, 1);
    struct timing *t = timing_build_end(b);
    for (uint32_t i = 0; i < t->stream_count; i++)
        t->streams[i].capacity = places;
    t->streams[ways + 1].capacity = bypass;
    t->streams[sink].stimulus.gap = places % 3;
    char what[100];
    snprintf(what, sizeof what, "ways: places %u, bypass %u, pace %u, %s",
             places, bypass, pace, concat ? "concat" : "add");
    expect_agreement(t, what);
}

START_TEST(forks_and_joins_agree_with_the_reference)
{
    for (uint32_t places = 1; places <= 5; places++)
        for (uint32_t bypass = 1; bypass <= 9; bypass += 2)
            for (uint32_t pace = 1; pace <= 3; pace++) {
                check_ways(places, bypass, pace, false);
                check_ways(places, bypass, pace, true);
                arena_free(a);
                a = arena_new();
            }
}
END_TEST

/* Written at 0 .. 11 and read at 1 .. 4; the last of these takes the datapath
 * for 10 ticks, and the step behind it waits for that, so that the next read
 * is at 15.  At 11, when all twelve are written, eight are held. */
START_TEST(the_peak_of_a_row_by_hand)
{
    static const struct {
        uint32_t places, peak;
    } rows[] = { { 1, 1 }, { 3, 3 }, { 8, 8 }, { 11, 8 }, { 40, 8 } };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct timing_builder *b = arena_new_item(a, struct timing_builder);
        timing_build_start(b, a);
        const uint32_t in = timing_build_source(b, 12);
        struct schedule *s = schedule_new(a);
        struct step last = pass_step(10);
        schedule_loop(s, 3);
        schedule_step(s, 3, &(struct step){ .reads = 1, .gap = 1 });
        schedule_step(s, 1, &last);
        schedule_step(s, 1, &(struct step){ .gap = 1, .needs_datapath = true });
        schedule_end(s);
        timing_build_process(b, "window", s, 1, &in, 1);
        struct timing *t = timing_build_end(b);
        t->streams[in].capacity = rows[i].places;
        const struct run *r =
            run_timing(a, t, &(struct run_options){ .frames = 1 });
        ck_assert_uint_eq(r->streams[in].peak, rows[i].peak);
    }
}
END_TEST

/* All the processes here are of the kind that the fast path takes. */
START_TEST(these_processes_are_plain)
{
    for (uint32_t i = 0; i < LAYERS; i++) {
        struct channel in = { .capacity = 8 }, out = { .capacity = 8 };
        struct channel *const channels[] = { &in, &out };
        const uint32_t ports[] = { 0, 1 };
        const struct timing_process t = {
            .schedule = layer_schedule(&layers[i]),
            .input_count = 1,
            .output_count = 1,
            .inputs = &ports[0],
            .outputs = &ports[1],
        };
        struct process_state p;
        process_init(&p, a, &t, channels);
        ck_assert(p.advance_fast != NULL);
    }
}
END_TEST

int main(void)
{
    Suite *s = suite_create("fast");
    TCase *c = tcase_create("fast");
    tcase_add_checked_fixture(c, setup, teardown);
    tcase_add_test(c, these_processes_are_plain);
    tcase_add_test(c, the_peak_of_a_row_by_hand);
    tcase_add_loop_test(c, a_layer_agrees_with_the_reference, 0, LAYERS);
    tcase_add_test(c, forks_and_joins_agree_with_the_reference);
    suite_add_tcase(s, c);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_ENV);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
