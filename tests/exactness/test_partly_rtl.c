/* Random designs in SystemC with some processes as Verilated RTL and all else
 * modelled: every handshake, and the values of what the RTL wrote.
 *
 * The designs of a daily run are those in which several kernels come that no
 * design before them had at RTL.
 *   HEADRACE_PARTS_DESIGNS  so many designs with random processes instead
 *   HEADRACE_PARTS_FIRST    the first seed (1000) */
#include "cli/verification.h"

#include "base/arena.h"
#include "base/diag.h"
#include "base/rng.h"
#include "design/design.h"
#include "design/kernel.h"
#include "engine/run.h"
#include "tests/exactness/random_design.h"
#include "tests/hwgen/temp_folder.h"

#include <check.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    FIRST_SEED = 1000,
    SEEDS_LOOKED_AT = 200,
    PARTS_MAX = 5, /* of a design: a build each */
    WORTH_IT = 3,
    SECONDS = 1800,
};

/* Kernels that were at RTL. */
struct seen {
    const char *kernels[64];
    uint32_t count;
};

static bool is_seen(const struct seen *s, const char *kernel)
{
    for (uint32_t i = 0; i < s->count; i++)
        if (strcmp(s->kernels[i], kernel) == 0)
            return true;
    return false;
}

static void see(struct seen *s, const char *kernel)
{
    if (is_seen(s, kernel))
        return;
    ck_assert_uint_lt(s->count, sizeof s->kernels / sizeof *s->kernels);
    s->kernels[s->count++] = kernel;
}

/* A process of each kernel that was not seen, in the order of the design; none
 * if there are too few to be worth a build. */
static uint32_t choose_new(const struct design *d, struct seen *seen,
                           uint32_t *processes)
{
    struct seen more = *seen;
    uint32_t count = 0;
    for (uint32_t i = 0; i < d->process_count && count < PARTS_MAX; i++) {
        if (is_seen(&more, d->processes[i].kernel->name))
            continue;
        see(&more, d->processes[i].kernel->name);
        processes[count++] = i;
    }
    if (count < WORTH_IT)
        return 0;
    *seen = more;
    return count;
}

static uint32_t choose_random(const struct design *d, uint64_t seed,
                              struct seen *seen, uint32_t *processes)
{
    struct rng rng = { seed };
    uint32_t count = 0, last = UINT32_MAX;
    uint32_t wanted = 1 + rng_below(&rng, PARTS_MAX);
    for (uint32_t i = 0; i < d->process_count && count < wanted; i++)
        if (rng_below(&rng, d->process_count) < wanted) {
            processes[count++] = last = i;
            see(seen, d->processes[i].kernel->name);
        }
    if (last == UINT32_MAX)
        processes[count++] = rng_below(&rng, d->process_count);
    return count;
}

static void print_difference(const struct verification *v)
{
    for (uint32_t i = 0; i < v->stream_count; i++) {
        const struct times_difference *t = &v->streams[i];
        const struct values_difference *n = &v->inner[i];
        if (t->different != 0 || n->different != 0)
            printf("    %s: %" PRIu64 " handshakes differ, first %s %" PRIu64
                   ": model %" PRIu64 ", RTL %" PRId64 "; %" PRIu64
                   " values differ, first %" PRIu64 ": infer %" PRId32
                   ", RTL %" PRId32 "\n",
                   v->design->streams[i].name, t->different,
                   t->event == TOKEN_WRITE ? "write" : "read", t->token,
                   t->cycle_a, (int64_t)t->cycle_b, n->different, n->first,
                   n->expected, n->got);
    }
    printf("    %" PRIu64 " handshakes beyond, deadlock in the model %d, "
           "complete %d\n",
           v->handshakes_beyond, v->deadlock, v->rtl_complete);
}

struct totals {
    uint64_t designs, parts, deadlocks, handshakes, values, different;
};

static void print_parts(const struct verification_job *job, bool equal,
                        uint64_t seed)
{
    printf("%s seed %" PRIu64 ", at RTL:", equal ? "equal    " : "DIFFERENT",
           seed);
    for (uint32_t i = 0; i < job->rtl_count; i++) {
        const struct process *p = &job->design->processes[job->rtl[i]];
        printf(" %s (%s)", p->name, p->kernel->name);
    }
    printf("\n");
    fflush(stdout);
}

static void run(const struct random_design *r, const uint32_t *processes,
                uint32_t count, const char *folder, struct arena *a,
                struct totals *t)
{
    struct diag *d = diag_new(a);
    const struct verification_job job = {
        .design = r->design,
        .frames = r->frames,
        .inputs = r->inputs,
        .rtl_count = count,
        .rtl = processes,
    };
    const struct verification *v = verify_in_systemc(
        a, &job, &(struct verification_options){ .folder = folder }, d);
    for (size_t i = 0; i < diag_count(d); i++)
        fprintf(stderr, "%s\n", diag_format(diag_at(d, i), a));
    ck_assert_ptr_nonnull(v);
    bool equal = verification_equal(v) && v->deadlock != v->rtl_complete;
    print_parts(&job, equal, r->seed);
    if (!equal)
        print_difference(v);
    t->designs++;
    t->parts += count;
    t->deadlocks += v->deadlock;
    t->handshakes += v->handshakes;
    t->values += v->values;
    t->different += !equal;
}

START_TEST(parts_of_random_designs)
{
    const char *designs = getenv("HEADRACE_PARTS_DESIGNS");
    const char *first = getenv("HEADRACE_PARTS_FIRST");
    uint64_t seed = first == NULL ? FIRST_SEED : strtoull(first, NULL, 10);
    uint64_t seeds =
        designs == NULL ? SEEDS_LOOKED_AT : strtoull(designs, NULL, 10);
    struct seen seen = { .count = 0 };
    struct totals t = { 0 };
    struct arena *names = arena_new();
    const char *folder = temp_folder_new(names);
    for (uint64_t last = seed + seeds; seed < last; seed++) {
        struct arena *a = arena_new();
        struct random_design r = random_design_new(a, seed);
        uint32_t *processes =
            arena_new_array(a, uint32_t, r.design->process_count);
        uint32_t count = designs == NULL
                             ? choose_new(r.design, &seen, processes)
                             : choose_random(r.design, seed, &seen, processes);
        if (count != 0)
            run(&r, processes, count, folder, a, &t);
        arena_free(a);
    }
    temp_folder_remove(folder);
    arena_free(names);
    printf("%" PRIu64 " designs, %" PRIu64 " processes of %u kernels at RTL, "
           "%" PRIu64 " deadlocks, %" PRIu64 " handshakes, %" PRIu64
           " values, %" PRIu64 " designs different\n",
           t.designs, t.parts, seen.count, t.deadlocks, t.handshakes, t.values,
           t.different);
    ck_assert_uint_eq(t.different, 0);
    ck_assert_uint_gt(t.handshakes, 100 * t.designs);
    ck_assert_uint_gt(t.values, 10 * t.designs);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("partly_rtl");
    TCase *c = tcase_create("partly_rtl");
    tcase_set_timeout(c, SECONDS);
    tcase_add_test(c, parts_of_random_designs);
    suite_add_tcase(s, c);
    SRunner *r = srunner_create(s);
    srunner_set_fork_status(r, CK_NOFORK);
    srunner_run_all(r, CK_ENV);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
