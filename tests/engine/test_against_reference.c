/* The engine against the slow reference simulator, on random timings.
 *
 *   HEADRACE_FUZZ_SEEDS  how many (3000)
 *   HEADRACE_FUZZ_FIRST  the first seed (1)
 *
 * The runs are done in a child, so that a crash or a hang of the engine is a
 * failure of one seed like any other.  The smallest timing that failed is made
 * smaller still and printed. */
#include "tests/reference/agreement.h"

#include "base/arena.h"
#include "kernels/schedule.h"
#include "tests/fuzz/timing_build.h"
#include "tests/fuzz/timing_random.h"
#include "tests/fuzz/timing_shrink.h"
#include "tests/reference/expand.h"

#include <check.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    SEEDS = 3000,
    SEEDS_PER_CHILD = 500,
    FAILURES_MAX = 10, /* enough to find a small one among them */
    SEED_SECONDS = 30, /* a seed takes milliseconds; else it hangs */
    SUITE_SECONDS = 1800,
};

typedef unsigned long long ull;

static uint64_t number_from(const char *variable, uint64_t otherwise)
{
    const char *text = getenv(variable);
    return text == NULL ? otherwise : strtoull(text, NULL, 10);
}

/* What a child tells its parent before and after every seed. */
struct report {
    uint64_t seed;
    bool finished, agrees;
    char why[200];                  /* if it does not agree */
    struct agreement_counts counts; /* of the child so far */
};

static void child_runs_seeds(int to, uint64_t first, uint64_t count)
{
    struct report report = { 0 };
    for (uint64_t seed = first; seed < first + count; seed++) {
        report.seed = seed;
        report.finished = false;
        if (write(to, &report, sizeof report) != sizeof report)
            _exit(EXIT_FAILURE);
        alarm(SEED_SECONDS);
        struct arena *a = arena_new();
        uint32_t frames;
        struct timing *t = timing_random(a, seed, &frames);
        const char *why = agreement_check(a, t, frames, seed, &report.counts);
        report.agrees = why == NULL;
        if (why != NULL)
            snprintf(report.why, sizeof report.why, "%s", why);
        arena_free(a);
        report.finished = true;
        if (write(to, &report, sizeof report) != sizeof report)
            _exit(EXIT_FAILURE);
        if (!report.agrees)
            break;
    }
    _exit(EXIT_SUCCESS);
}

/* Runs seeds in a child up to the first one that fails; false if one did. */
static bool run_seeds(uint64_t first, uint64_t count, struct report *last)
{
    int ends[2];
    ck_assert_int_eq(pipe(ends), 0);
    fflush(NULL);
    pid_t child = fork();
    ck_assert_int_ge(child, 0);
    if (child == 0) {
        close(ends[0]);
        child_runs_seeds(ends[1], first, count);
    }
    close(ends[1]);
    struct report report;
    while (read(ends[0], &report, sizeof report) == sizeof report)
        *last = report;
    close(ends[0]);
    int status;
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    return status == 0 && last->finished && last->agrees;
}

/* How to try a timing while it is made smaller. */
struct trial {
    uint64_t seed; /* of the shuffle */
    bool aloud;    /* say what is wrong */
};

/* timing_fails: in a child, so that a crash counts as well. */
static bool disagrees(const struct timing *t, uint32_t frames, void *context)
{
    const struct trial *trial = context;
    fflush(NULL);
    pid_t child = fork();
    ck_assert_int_ge(child, 0);
    if (child == 0) {
        /* The message of a crash is wanted once, not from every try. */
        if (!trial->aloud && freopen("/dev/null", "w", stderr) == NULL)
            _exit(EXIT_FAILURE);
        alarm(SEED_SECONDS);
        struct agreement_counts counts = { 0 };
        const char *why =
            agreement_check(arena_new(), t, frames, trial->seed, &counts);
        if (why != NULL)
            fprintf(stderr, "%s\n", why);
        _exit(why == NULL ? EXIT_SUCCESS : EXIT_FAILURE);
    }
    int status;
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    if (trial->aloud && WIFSIGNALED(status))
        fprintf(stderr, "ended by signal %d\n", WTERMSIG(status));
    return status != 0;
}

static uint64_t size_of(const struct timing *t)
{
    uint64_t size = 1000 * t->process_count;
    for (uint32_t p = 0; p < t->process_count; p++)
        size += 10 * t->processes[p].schedule->count;
    for (uint32_t i = 0; i < t->stream_count; i++)
        size += t->streams[i].tokens_per_frame;
    return size;
}

static void print_smallest(const uint64_t *seeds, uint32_t count)
{
    struct arena *a = arena_new();
    struct timing *smallest = NULL;
    uint32_t smallest_frames = 0;
    uint64_t smallest_seed = 0;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t frames;
        struct timing *t = timing_random(a, seeds[i], &frames);
        if (smallest == NULL || size_of(t) < size_of(smallest)) {
            smallest = t;
            smallest_frames = frames;
            smallest_seed = seeds[i];
        }
    }
    struct trial trial = { .seed = smallest_seed };
    smallest = timing_shrink(a, smallest, &smallest_frames, disagrees, &trial);
    fprintf(stderr, "seed %llu, made smaller, %u frames:\n", (ull)smallest_seed,
            smallest_frames);
    timing_dump(stderr, smallest);
    trial.aloud = true;
    disagrees(smallest, smallest_frames, &trial);
    arena_free(a);
}

static void add_counts(struct agreement_counts *sum,
                       const struct agreement_counts *more)
{
    sum->done += more->done;
    sum->deadlocks += more->deadlocks;
    sum->tokens += more->tokens;
    sum->certified += more->certified;
    sum->not_certified += more->not_certified;
    sum->not_certified_periodic += more->not_certified_periodic;
    sum->long_period += more->long_period;
    sum->framed += more->framed;
    sum->framed_deadlocks += more->framed_deadlocks;
    sum->copied += more->copied;
    sum->copied_deadlocks += more->copied_deadlocks;
    sum->copied_certified += more->copied_certified;
    sum->leapt += more->leapt;
    sum->waits_named += more->waits_named;
    if (more->longest_wait > sum->longest_wait)
        sum->longest_wait = more->longest_wait;
    sum->forks += more->forks;
    sum->joins += more->joins;
}

START_TEST(test_every_token)
{
    uint64_t first = number_from("HEADRACE_FUZZ_FIRST", 1);
    uint64_t count = number_from("HEADRACE_FUZZ_SEEDS", SEEDS);
    uint64_t failed[FAILURES_MAX];
    uint32_t failures = 0;
    struct agreement_counts all = { 0 };
    for (uint64_t seed = first; seed < first + count;) {
        uint64_t left = first + count - seed;
        struct report last = { .seed = seed };
        bool fine =
            run_seeds(seed, left < SEEDS_PER_CHILD ? left : SEEDS_PER_CHILD,
                      &last);
        add_counts(&all, &last.counts);
        seed = last.seed + 1;
        if (fine)
            continue;
        failed[failures++] = last.seed;
        fprintf(stderr, "seed %llu: %s\n", (ull)last.seed,
                last.finished ? last.why : "crashed or hung");
        if (failures == FAILURES_MAX)
            break;
    }
    printf("seeds %llu..%llu: %llu ran through, %llu deadlocked, %llu tokens; "
           "%llu intervals certified (%llu over several frames), %llu not "
           "(%llu without chance)\n",
           (ull)first, (ull)(first + count - 1), (ull)all.done,
           (ull)all.deadlocks, (ull)all.tokens, (ull)all.certified,
           (ull)all.long_period, (ull)all.not_certified,
           (ull)all.not_certified_periodic);
    printf("with frame buffers %llu (%llu deadlocked), with copies %llu "
           "(%llu deadlocked, %llu certified)\n",
           (ull)all.framed, (ull)all.framed_deadlocks, (ull)all.copied,
           (ull)all.copied_deadlocks, (ull)all.copied_certified);
    printf("with forks %llu, with joins %llu; %llu went on after the state "
           "recurred; %llu wait-for cycles named, of up to %llu waits\n",
           (ull)all.forks, (ull)all.joins, (ull)all.leapt, (ull)all.waits_named,
           (ull)all.longest_wait);
    if (failures > 0)
        print_smallest(failed, failures);
    ck_assert_msg(failures == 0, "%u seeds failed, the first is %llu", failures,
                  (ull)failed[0]);
    /* The random timings must not become dull. */
    if (count >= SEEDS) {
        ck_assert_uint_gt(all.done, count / 2);
        ck_assert_uint_gt(all.deadlocks, count / 20);
        ck_assert_uint_gt(all.certified, count / 8);
        ck_assert_uint_gt(all.long_period, count / 1000);
        ck_assert_uint_gt(all.framed, count / 8);
        ck_assert_uint_gt(all.framed - all.framed_deadlocks, count / 20);
        ck_assert_uint_gt(all.copied, count / 20);
        ck_assert_uint_gt(all.copied_deadlocks, count / 500);
        ck_assert_uint_gt(all.copied_certified, count / 100);
        ck_assert_uint_gt(all.forks, count / 3);
        ck_assert_uint_gt(all.joins, count / 3);
        ck_assert_uint_gt(all.leapt, count / 20);
        ck_assert_uint_eq(all.waits_named, all.deadlocks);
    }
}
END_TEST

/* Tokens that a process moves on a stream in a frame of its schedule. */
static uint64_t tokens_of(const struct timing *t, uint32_t process,
                          uint32_t stream)
{
    const struct timing_process *p = &t->processes[process];
    const struct timing_stream *s = &t->streams[stream];
    uint64_t frames = p->turns && s->copies <= 1 ? p->copies : 1;
    return frames * s->tokens_per_frame;
}

/* The cursor that the engine walks with, against the list of the steps. */
START_TEST(test_schedule_cursor)
{
    for (uint64_t seed = 1; seed <= 300; seed++) {
        struct arena *a = arena_new();
        uint32_t frames;
        struct timing *t = timing_random(a, seed, &frames);
        for (uint32_t p = 0; p < t->process_count; p++) {
            const struct schedule *s = t->processes[p].schedule;
            const struct expansion *e = expand(a, s->instructions, s->count);
            ck_assert_uint_eq(schedule_steps(s), e->count);
            struct schedule_cursor c;
            schedule_start(&c, s);
            for (uint64_t i = 0; i < 2 * e->count; i++) {
                const struct step *step =
                    &s->instructions[e->at[i % e->count]].step;
                ck_assert_msg(schedule_peek(&c) == step,
                              "seed %llu, process %u, step %llu", (ull)seed, p,
                              (ull)i);
                ck_assert_int_eq(schedule_advance(&c), (i + 1) % e->count == 0);
            }
            for (uint32_t i = 0; i < t->processes[p].input_count; i++)
                ck_assert_uint_eq(schedule_reads(s, i),
                                  tokens_of(t, p, t->processes[p].inputs[i]));
            for (uint32_t o = 0; o < t->processes[p].output_count; o++)
                ck_assert_uint_eq(schedule_writes(s, o),
                                  tokens_of(t, p, t->processes[p].outputs[o]));
        }
        arena_free(a);
    }
}
END_TEST

/* schedule_ticks_per_frame, one step after the other. */
static uint64_t ticks_step_by_step(const struct schedule *s)
{
    struct schedule_cursor c;
    schedule_start(&c, s);
    int64_t previous = 0, free = 0, last_due = -1, start[3] = { 0 };
    bool first = true;
    for (int frame = 0; frame < 3;) {
        const struct step *step = schedule_peek(&c);
        int64_t at = first && frame == 0 ? 0 : previous + step->gap;
        if (step->needs_datapath && at < free)
            at = free;
        if (first && frame > 0 && s->overlap == OVERLAP_SEQUENTIAL) {
            int64_t last = last_due > previous ? last_due : previous;
            if (at < last + s->restart)
                at = last + s->restart;
        }
        if (first)
            start[frame] = at;
        if (step->hold != 0)
            free = at + (int64_t)step->hold;
        if (step->writes != 0)
            last_due = at + (int64_t)step->delay +
                       (int64_t)(step->count - 1) * step->spacing;
        previous = at;
        first = schedule_advance(&c);
        frame += first ? 1 : 0;
    }
    return (uint64_t)(start[2] - start[1]);
}

START_TEST(test_ticks_per_frame)
{
    for (uint64_t seed = 1; seed <= 600; seed++) {
        struct arena *a = arena_new();
        uint32_t frames;
        struct timing *t = timing_random(a, seed, &frames);
        for (uint32_t p = 0; p < t->process_count; p++) {
            const struct schedule *s = t->processes[p].schedule;
            ck_assert_msg(schedule_ticks_per_frame(s) == ticks_step_by_step(s),
                          "seed %llu, process %u", (ull)seed, p);
        }
        arena_free(a);
    }
}
END_TEST

static Suite *against_reference_suite(void)
{
    Suite *s = suite_create("against_reference");
    TCase *schedules = tcase_create("schedules");
    tcase_add_test(schedules, test_schedule_cursor);
    tcase_add_test(schedules, test_ticks_per_frame);
    suite_add_tcase(s, schedules);
    TCase *random = tcase_create("random");
    tcase_set_timeout(random, SUITE_SECONDS);
    tcase_add_test(random, test_every_token);
    suite_add_tcase(s, random);
    return s;
}

int main(void)
{
    SRunner *runner = srunner_create(against_reference_suite());
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
