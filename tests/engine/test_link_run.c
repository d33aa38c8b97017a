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

static Suite *link_run_suite(void)
{
    Suite *s = suite_create("link_run");
    TCase *t = tcase_create("random");
    tcase_set_timeout(t, SUITE_SECONDS);
    tcase_add_test(t, test_every_token);
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
