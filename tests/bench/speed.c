/* speed -- how fast the token-time engine is, against other ways to simulate
 * the same designs.
 *
 *   speed FOLDER [ROUNDS [SUBJECTS]]   prints tables in Markdown
 *   speed --models MODEL...            how long the engine alone takes for
 *                                      networks as users run them
 *   speed --depths                     how many vectors of FIFO depths are
 *                                      evaluated in a second
 *   speed --memory N FOLDER            only runs the engine on subject N and
 *                                      prints how much memory that took
 *
 * FOLDER keeps what is built, so that a second run need not build it again.
 * The contenders take turns, round after round, and the best round of each
 * counts: what other programs do to the machine then hits all alike. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/text.h"
#include "engine/run.h"
#include "hwgen/cosim/tool.h"
#include "tests/bench/contender.h"
#include "tests/bench/depths.h"
#include "tests/bench/models.h"
#include "tests/bench/speed_table.h"
#include "tests/bench/subject.h"

enum { ROUNDS = 7, ROUNDS_MAX = 1000, FILE_BYTES_MAX = 1 << 16 };

static bool fail(struct arena *a, const struct diag *d)
{
    for (size_t i = 0; i < diag_count(d); i++)
        fprintf(stderr, "%s\n", diag_format(diag_at(d, i), a));
    return false;
}

static struct subject *load(struct arena *a, uint32_t i, const char *folder,
                            struct diag *d)
{
    const char *name = arena_printf(a, "subject%" PRIu32, i);
    return subject_load(a, &subjects[i], file_join(a, folder, name), d);
}

static bool competes(const struct contender *c, const struct subject *s)
{
    return !c->needs_rtl || s->desc->rtl;
}

static bool prepare(struct arena *a, const struct subject *s, struct diag *d)
{
    for (uint32_t k = 0; k < contender_count; k++) {
        const struct contender *c = &contenders[k];
        if (c->prepare == NULL || !competes(c, s))
            continue;
        fprintf(stderr, "%s: preparing %s\n", s->name, c->name);
        if (!c->prepare(s, d))
            return fail(a, d);
    }
    return true;
}

static bool measure_once(struct result *r, uint32_t k)
{
    const struct contender *c = &contenders[k];
    struct arena *scratch = arena_new();
    struct diag *d = diag_new(scratch);
    struct sample sample;
    bool ok = c->measure(scratch, r->subject, &sample, d);
    if (!ok)
        fail(scratch, d);
    arena_free(scratch);
    if (!ok)
        return false;
    if (c->exact && sample.cycles != r->subject->cycles) {
        fprintf(stderr,
                "%s: %s says %" PRIu64 " cycles, the engine %" PRIu64 "\n",
                r->subject->name, c->name, sample.cycles, r->subject->cycles);
        return false;
    }
    if (r->best[k].ns == 0 || sample.ns < r->best[k].ns)
        r->best[k] = sample;
    return true;
}

static bool measure_all(struct result *r, uint32_t rounds)
{
    for (uint32_t round = 0; round < rounds; round++) {
        fprintf(stderr, "%s: round %" PRIu32 " of %" PRIu32 "\n",
                r->subject->name, round + 1, rounds);
        for (uint32_t k = 0; k < contender_count; k++) {
            if (competes(&contenders[k], r->subject) && !measure_once(r, k))
                return false;
        }
    }
    return true;
}

/* Memory */

/* The most memory this program ever had.  getrusage is of no use for that:
 * its figure survives exec and includes what the parent had. */
static uint64_t peak_kb(void)
{
    uint64_t peak = 0;
    char line[256];
    FILE *f = fopen("/proc/self/status", "r");
    while (f != NULL && peak == 0 && fgets(line, sizeof line, f) != NULL) {
        if (sscanf(line, "VmHWM: %" SCNu64, &peak) != 1)
            peak = 0;
    }
    if (f != NULL)
        fclose(f);
    return peak;
}

static bool print_memory(struct arena *a, uint32_t i, const char *folder)
{
    struct diag *d = diag_new(a);
    const struct subject *s = load(a, i, folder, d);
    if (s == NULL)
        return fail(a, d);
    struct arena *run = arena_new();
    const struct run_options o = { .frames = s->desc->frames };
    run_timing(run, s->timing, &o);
    printf("%" PRIu64 " %zu\n", peak_kb(), arena_used(run));
    arena_free(run);
    return true;
}

static bool measure_memory(struct arena *a, struct result *r, uint32_t i,
                           const char *folder, struct diag *d)
{
    const char *log = file_join(a, r->subject->folder, "memory.txt");
    const char *const arguments[] = {
        "/proc/self/exe", "--memory", arena_printf(a, "%" PRIu32, i),
        folder,           NULL,
    };
    const struct tool self = { .arguments = arguments,
                               .folder = r->subject->folder,
                               .log = log };
    if (!tool_run(&self, d))
        return fail(a, d);
    size_t length = 0;
    const char *text = file_read(a, log, FILE_BYTES_MAX, &length, d);
    if (text == NULL)
        return fail(a, d);
    return sscanf(text, "%" SCNu64 " %" SCNu64, &r->memory_kb,
                  &r->arena_bytes) == 2;
}

/* The machine */

static double load_average(void)
{
    double load = 0;
    FILE *f = fopen("/proc/loadavg", "r");
    if (f != NULL && fscanf(f, "%lf", &load) != 1)
        load = 0;
    if (f != NULL)
        fclose(f);
    return load;
}

/* "5.006": the second word of `verilator --version`. */
static const char *verilator_version(struct arena *a, const char *folder)
{
    const char *log = file_join(a, folder, "verilator.txt");
    const char *const arguments[] = { "verilator", "--version", NULL };
    const struct tool verilator = { .arguments = arguments,
                                    .folder = folder,
                                    .log = log };
    struct diag *d = diag_new(a);
    size_t length = 0;
    char version[32];
    if (!tool_run(&verilator, d))
        return "?";
    const char *text = file_read(a, log, FILE_BYTES_MAX, &length, d);
    if (text == NULL || sscanf(text, "%*s %31s", version) != 1)
        return "?";
    return arena_strdup(a, version);
}

static bool measure_and_print(struct arena *a, const char *folder,
                              uint32_t rounds, uint32_t count)
{
    struct diag *d = diag_new(a);
    struct result *results = arena_new_array(a, struct result, count);
    for (uint32_t i = 0; i < count; i++) {
        struct subject *s = load(a, i, folder, d);
        if (s == NULL)
            return fail(a, d);
        if (s->desc->rtl)
            subject_add_inputs(a, s);
        results[i].subject = s;
        if (!prepare(a, s, d))
            return false;
    }
    struct machine m = { .rounds = rounds, .load_before = load_average() };
    for (uint32_t i = 0; i < count; i++) {
        if (!measure_all(&results[i], rounds) ||
            !measure_memory(a, &results[i], i, folder, d))
            return false;
    }
    m.load_after = load_average();
    m.systemc = contender_systemc_version(a, results[0].subject);
    m.verilator = verilator_version(a, folder);
    speed_table_print(results, count, &m);
    return true;
}

static bool run(struct arena *a, int argc, char **argv)
{
    if (argc == 4 && strcmp(argv[1], "--memory") == 0) {
        unsigned long i = strtoul(argv[2], NULL, 10);
        if (i < subject_count)
            return print_memory(a, (uint32_t)i, argv[3]);
    } else if (argc >= 3 && strcmp(argv[1], "--models") == 0) {
        struct diag *d = diag_new(a);
        return models_measure((const char *const *)(argv + 2), argc - 2, d) ||
               fail(a, d);
    } else if (argc == 2 && strcmp(argv[1], "--depths") == 0) {
        struct diag *d = diag_new(a);
        return depths_measure(d) || fail(a, d);
    } else if (argc >= 2 && argc <= 4 && argv[1][0] == '/') {
        unsigned long rounds = argc > 2 ? strtoul(argv[2], NULL, 10) : ROUNDS;
        unsigned long count =
            argc > 3 ? strtoul(argv[3], NULL, 10) : subject_count;
        if (rounds > 0 && rounds <= ROUNDS_MAX && count > 0 &&
            count <= subject_count)
            return measure_and_print(a, argv[1], (uint32_t)rounds,
                                     (uint32_t)count);
    }
    fprintf(stderr,
            "usage: speed /FOLDER [ROUNDS [SUBJECTS]]\n"
            "       speed --models MODEL...\n"
            "       speed --depths\n"
            "1 to %d rounds, 1 to %" PRIu32 " subjects\n",
            ROUNDS_MAX, subject_count);
    return false;
}

int main(int argc, char **argv)
{
    struct arena *a = arena_new();
    bool ok = run(a, argc, argv);
    arena_free(a);
    return ok ? EXIT_SUCCESS : EXIT_FAILURE;
}
