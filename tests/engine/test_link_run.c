/* Links in the engine against the slow reference simulator, on random timings
 * cut over random clock domains.
 *
 *   HEADRACE_FUZZ_SEEDS  how many (1500)
 *   HEADRACE_FUZZ_FIRST  the first seed (1)
 */
#include "engine/link_run.h"

#include "base/arena.h"
#include "design/clock.h"
#include "design/link.h"
#include "engine/run.h"
#include "tests/fuzz/timing_build.h"
#include "tests/fuzz/timing_links.h"
#include "tests/fuzz/timing_random.h"
#include "tests/reference/reference.h"
#include "tests/reference/reference_link.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>

enum { SEEDS = 1500, SUITE_SECONDS = 1800, STEPS_MAX = 4000000 };

typedef unsigned long long ull;

struct counts {
    uint64_t cut, done, deadlocks, through_links, shared, crossings, tokens,
        words, certified, measured, halted_short, full, skipped;
};

struct pair {
    uint64_t seed;
    const struct timing *timing;
    const struct reference *reference;
    const struct run *run;
};

static uint64_t number_from(const char *variable, uint64_t otherwise)
{
    const char *text = getenv(variable);
    return text == NULL ? otherwise : strtoull(text, NULL, 10);
}

#define SAME(what, engine, reference)                                          \
    ck_assert_msg((uint64_t)(engine) == (uint64_t)(reference),                 \
                  "seed %llu: %s: %llu, reference %llu", (ull)p->seed, what,   \
                  (ull)(engine), (ull)(reference))

static void compare_stream(const struct pair *p, uint32_t i)
{
    const struct run_stream *e = &p->run->streams[i];
    const struct reference_stream *r = &p->reference->streams[i];
    char what[80];
    for (uint64_t k = 0; k < r->written && k < e->written; k++) {
        if (e->write_times[k] == r->write_times[k])
            continue;
        snprintf(what, sizeof what, "stream %u, token %llu written", i, (ull)k);
        SAME(what, e->write_times[k], r->write_times[k]);
    }
    for (uint64_t k = 0; k < r->read && k < e->tokens; k++) {
        if (e->read_times[k] == r->read_times[k])
            continue;
        snprintf(what, sizeof what, "stream %u, token %llu read", i, (ull)k);
        SAME(what, e->read_times[k], r->read_times[k]);
    }
    snprintf(what, sizeof what, "stream %u, tokens", i);
    SAME(what, e->written, r->written);
    SAME(what, e->tokens, r->read);
    snprintf(what, sizeof what, "stream %u, peak", i);
    SAME(what, e->peak, r->peak);
}

static void compare_links(const struct pair *p, struct counts *counts)
{
    for (uint32_t i = 0; i < p->run->link_count; i++) {
        const struct run_link *e = &p->run->links[i];
        const struct reference_link *r = p->reference->links[e->process];
        SAME("ways", e->stream_count, r->way_count);
        counts->shared += r->way_count > 1 ? 1 : 0;
        counts->crossings += r->crossing ? 1 : 0;
        /* The reference stops with the last token, perhaps before the end of
         * its packet. */
        const bool ends = r->inside && r->headers == 0 && r->words == 0;
        if (!r->crossing)
            SAME("words on the line", e->line_words,
                 r->line_count + (ends ? r->trailers : 0));
        for (uint32_t k = 0; k < r->way_count; k++) {
            const struct reference_way *w = &r->ways[k];
            SAME("words", e->streams[k].words,
                 r->crossing ? w->unpacked : w->send_read);
            SAME("send peak", e->streams[k].send_peak, w->send_peak);
            SAME("receive peak", e->streams[k].receive_peak, w->receive_peak);
            counts->words += w->written;
            if (!r->crossing && w->receive_peak > w->stream->stop_at)
                counts->halted_short++;
            if (!r->crossing && w->receive_peak == w->stream->receive_words)
                counts->full++;
        }
    }
}

static void compare_processes(const struct pair *p)
{
    for (uint32_t i = 0; i < p->timing->process_count; i++) {
        if (p->timing->processes[i].link != NULL)
            continue;
        const struct run_process *e = &p->run->processes[i];
        const struct reference_process_result *r = &p->reference->processes[i];
        SAME("end", e->end, r->end);
        if (p->run->outcome == RUN_DEADLOCK)
            continue; /* what it waits for ever, see agreement.c */
        SAME("busy", e->total.busy, r->busy);
        SAME("starved", e->total.starved, r->starved);
        SAME("blocked", e->total.blocked, r->blocked);
    }
}

static void compare_waits(const struct pair *p, struct counts *counts)
{
    const struct run *e = p->run;
    ck_assert_msg(e->wait_count != 0, "seed %llu: no waits", (ull)p->seed);
    bool through = false;
    for (uint32_t i = 0; i < e->wait_count; i++) {
        const struct run_wait *w = &e->waits[i];
        const struct run_wait *next = &e->waits[(i + 1) % e->wait_count];
        const struct timing_stream *s = &p->timing->streams[w->stream];
        ck_assert_msg(reference_waits_for(p->reference, w->process, w->stream,
                                          w->for_room),
                      "seed %llu: wait %u: process %d does not wait for %s "
                      "stream %u",
                      (ull)p->seed, i, (int)w->process,
                      w->for_room ? "room in" : "a token of", w->stream);
        SAME("next in the cycle", next->process,
             w->for_room ? s->consumer : s->producer);
        if (w->process != TIMING_EDGE)
            through |= p->timing->processes[w->process].link != NULL;
    }
    counts->through_links += through ? 1 : 0;
}

static void compare(const struct pair *p, struct counts *counts)
{
    const struct run *e = p->run;
    const struct reference *r = p->reference;
    for (uint32_t i = 0; i < r->stream_count; i++)
        compare_stream(p, i);
    SAME("deadlock", e->outcome == RUN_DEADLOCK,
         r->outcome == REFERENCE_DEADLOCK);
    SAME("frames", e->frames, r->frames);
    for (uint32_t f = 0; f < r->frames; f++) {
        const uint64_t start = r->frame_start[f];
        SAME("frame start", e->domains->start[f],
             start == UINT64_MAX ? 0 : start);
        SAME("frame end", e->domains->end[f], r->frame_end[f]);
    }
    if (r->any_event)
        SAME("last event", e->domains->last, r->last_event);
    compare_links(p, counts);
    compare_processes(p);
    if (r->outcome == REFERENCE_DEADLOCK)
        compare_waits(p, counts);
}

static void check_seed(uint64_t seed, struct counts *counts)
{
    struct arena *a = arena_new();
    uint32_t frames;
    struct timing *whole = timing_random(a, seed, &frames);
    struct pair pair = { .seed = seed, .timing = timing_cut(a, whole, ~seed) };
    if (pair.timing == NULL) {
        arena_free(a);
        return;
    }
    pair.reference = reference_run_with(
        a, pair.timing,
        &(struct reference_options){
            .frames = frames, .cycle_limit = STEPS_MAX, .shuffle = seed | 1 });
    if (pair.reference->outcome == REFERENCE_CYCLE_LIMIT) {
        counts->skipped++;
        arena_free(a);
        return;
    }
    counts->cut++;
    const struct run_options options[] = {
        { .frames = frames, .log = true },
        { .frames = frames, .log = true, .shuffle = seed | 1 },
        { .frames = frames, .log = true, .shuffle = ~seed | 1 },
    };
    for (size_t i = 0; i < sizeof options / sizeof options[0]; i++) {
        pair.run = run_timing(a, pair.timing, &options[i]);
        compare(&pair, counts);
    }
    const bool done = pair.reference->outcome == REFERENCE_DONE;
    counts->done += done ? 1 : 0;
    counts->deadlocks += done ? 0 : 1;
    for (uint32_t i = 0; i < pair.timing->stream_count; i++)
        counts->tokens += pair.reference->streams[i].written;
    arena_free(a);
}

START_TEST(test_every_token)
{
    uint64_t first = number_from("HEADRACE_FUZZ_FIRST", 1);
    uint64_t count = number_from("HEADRACE_FUZZ_SEEDS", SEEDS);
    struct counts all = { 0 };
    for (uint64_t seed = first; seed < first + count; seed++)
        check_seed(seed, &all);
    printf("seeds %llu..%llu: %llu cut, %llu ran through, %llu deadlocked "
           "(%llu around links), %llu too long\n",
           (ull)first, (ull)(first + count - 1), (ull)all.cut, (ull)all.done,
           (ull)all.deadlocks, (ull)all.through_links, (ull)all.skipped);
    printf("%llu shared links, %llu crossings; %llu tokens, %llu words; "
           "%llu buffers filled beyond the stop, %llu to the last place\n",
           (ull)all.shared, (ull)all.crossings, (ull)all.tokens, (ull)all.words,
           (ull)all.halted_short, (ull)all.full);
}
END_TEST

/* Clocks that come to the same phases soon. */
static void relate_clocks(struct timing *t)
{
    /* They were made here and nobody else has them. */
    struct clock *clocks = (struct clock *)t->domains;
    for (uint32_t i = 0; i < t->domain_count; i++)
        clocks[i] = (struct clock){ UINT64_C(500) * (i + 2), 1, 0, 0 };
    for (uint32_t i = 0; i < t->process_count; i++) {
        if (t->processes[i].link == NULL)
            continue;
        struct link_type *type = (struct link_type *)t->processes[i].link->type;
        type->clock = (struct clock){ 1000, 3, 0, 0 };
    }
}

/* A run until certified: what recurs does so in the reference as well, to the
 * femtosecond and for further frames. */
static void check_certified(uint64_t seed, struct counts *counts)
{
    struct arena *a = arena_new();
    uint32_t frames;
    struct timing *whole = timing_random(a, seed, &frames);
    struct timing *t = timing_cut(a, whole, ~seed);
    if (t != NULL && seed % 4 != 0)
        relate_clocks(t);
    /* By far more frames than simulate takes. */
    const struct run *r =
        t == NULL ? NULL
                  : run_timing(a, t, &(struct run_options){ .frames = 32 });
    if (r == NULL || r->outcome == RUN_DEADLOCK) {
        arena_free(a);
        return;
    }
    counts->certified += r->certified ? 1 : 0;
    counts->measured += r->certified ? 0 : 1;
    if (r->certified) {
        const uint32_t further = r->frames + 2 * r->period;
        const struct reference *f = reference_run_with(
            a, t,
            &(struct reference_options){ .frames = further + 8,
                                         .cycle_limit = STEPS_MAX });
        ck_assert_int_eq(f->outcome, REFERENCE_DONE);
        for (uint32_t k = r->frames - 1; k + r->period < further; k++)
            ck_assert_msg(f->frame_end[k + r->period] - f->frame_end[k] ==
                              (uint64_t)r->domains->period_time,
                          "seed %llu: certified %lld fs, frame %u takes %llu",
                          (ull)seed, (long long)r->domains->period_time, k,
                          (ull)(f->frame_end[k + r->period] - f->frame_end[k]));
        for (uint32_t d = 0; d < t->domain_count; d++)
            ck_assert_uint_ne(r->domains->period_cycles[d], 0);
    }
    arena_free(a);
}

START_TEST(test_certificates)
{
    uint64_t first = number_from("HEADRACE_FUZZ_FIRST", 1);
    uint64_t count = number_from("HEADRACE_FUZZ_SEEDS", SEEDS);
    struct counts all = { 0 };
    for (uint64_t seed = first; seed < first + count; seed++)
        check_certified(seed, &all);
    printf("seeds %llu..%llu: %llu certified, %llu measured\n", (ull)first,
           (ull)(first + count - 1), (ull)all.certified, (ull)all.measured);
    if (count >= SEEDS)
        ck_assert_uint_gt(all.certified, count / 200);
}
END_TEST

static Suite *link_run_suite(void)
{
    Suite *s = suite_create("link_run");
    TCase *t = tcase_create("random");
    tcase_set_timeout(t, SUITE_SECONDS);
    tcase_add_test(t, test_every_token);
    tcase_add_test(t, test_certificates);
    suite_add_tcase(s, t);
    return s;
}

int main(void)
{
    SRunner *sr = srunner_create(link_run_suite());
    srunner_run_all(sr, CK_ENV);
    int failed = srunner_ntests_failed(sr);
    srunner_free(sr);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
