#include "tests/bench/contender.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/text.h"
#include "engine/run.h"
#include "hwgen/cosim/cosim.h"
#include "hwgen/cosim/cosim_build.h"
#include "hwgen/cosim/tool.h"
#include "hwgen/farm.h"
#include "tests/bench/cycle_stepper.h"
#include "tests/bench/subject.h"
#include "tests/bench/token_net.h"
#include "tests/reference/reference.h"

/* What runs inside this program is repeated for so long. */
static const uint64_t sample_ns = 200 * 1000 * 1000;

static uint64_t cpu_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

/* Inside this program */

static uint64_t run_engine(const struct subject *s, bool no_stats)
{
    struct arena *a = arena_new();
    const struct run_options o = { .frames = s->desc->frames,
                                   .no_stats = no_stats };
    uint64_t cycles = run_timing(a, s->timing, &o)->cycles;
    arena_free(a);
    return cycles;
}

static bool measure_engine(struct arena *scratch, const struct subject *s,
                           bool no_stats, struct sample *out)
{
    (void)scratch;
    uint64_t runs = 0, start = cpu_ns(), took;
    do {
        out->cycles = run_engine(s, no_stats);
        runs++;
        took = cpu_ns() - start;
    } while (took < sample_ns);
    out->ns = took / runs;
    return true;
}

static bool measure_stats(struct arena *scratch, const struct subject *s,
                          struct sample *out, struct diag *d)
{
    (void)d;
    return measure_engine(scratch, s, false, out);
}

static bool measure_no_stats(struct arena *scratch, const struct subject *s,
                             struct sample *out, struct diag *d)
{
    (void)d;
    return measure_engine(scratch, s, true, out);
}

static bool measure_stepper(struct arena *scratch, const struct subject *s,
                            struct sample *out, struct diag *d)
{
    (void)d;
    struct cycle_stepper *stepper = cycle_stepper_new(scratch, s->timing);
    assert(stepper != NULL);
    uint64_t runs = 0, start = cpu_ns(), took;
    do {
        out->cycles = cycle_stepper_run(stepper, s->desc->frames,
                                        (uint32_t)(2 * s->cycles));
        runs++;
        took = cpu_ns() - start;
    } while (took < sample_ns);
    out->ns = took / runs;
    return true;
}

static bool measure_reference(struct arena *scratch, const struct subject *s,
                              struct sample *out, struct diag *d)
{
    (void)d;
    uint64_t start = cpu_ns();
    const struct reference *r =
        reference_run(scratch, s->timing, s->desc->frames, 0);
    out->ns = cpu_ns() - start;
    out->cycles = r->outcome == REFERENCE_DONE ? r->last_event + 1 : 0;
    return true;
}

/* SystemC */

static const char *net_path(struct arena *a, const struct subject *s)
{
    return file_join(a, s->folder, "net.txt");
}

static const char *systemc_result_path(struct arena *a, const struct subject *s)
{
    return file_join(a, s->folder, "systemc.txt");
}

static bool prepare_systemc(const struct subject *s, struct diag *d)
{
    struct arena *a = arena_new();
    bool ok = token_net_write(s->timing, net_path(a, s), d);
    arena_free(a);
    return ok;
}

/* What token_systemc wrote; false if it is not there. */
static bool read_systemc(struct arena *a, const struct subject *s,
                         struct sample *out, const char **version)
{
    enum { RESULT_BYTES_MAX = 1000 };
    size_t length = 0;
    char *text = file_read(a, systemc_result_path(a, s), RESULT_BYTES_MAX,
                           &length, diag_new(a));
    char word[16];
    if (text == NULL || sscanf(text, "%" SCNu64 " %" SCNu64 " %15s",
                               &out->cycles, &out->ns, word) != 3)
        return false;
    *version = arena_strdup(a, word);
    return true;
}

static bool measure_systemc(struct arena *scratch, const struct subject *s,
                            struct sample *out, struct diag *d)
{
    const char *const arguments[] = {
        HEADRACE_TOKEN_SYSTEMC,
        net_path(scratch, s),
        arena_printf(scratch, "%" PRIu32, s->desc->frames),
        systemc_result_path(scratch, s),
        NULL,
    };
    const struct tool token_systemc = {
        .arguments = arguments,
        .folder = s->folder,
        .log = file_join(scratch, s->folder, "systemc.log"),
    };
    const char *version;
    if (!tool_run(&token_systemc, d))
        return false;
    bool ok = read_systemc(scratch, s, out, &version);
    assert(ok);
    return ok;
}

const char *contender_systemc_version(struct arena *a, const struct subject *s)
{
    struct sample sample;
    const char *version;
    return read_systemc(a, s, &sample, &version) ? version : "?";
}

/* Verilator */

static const char *farm_folder(struct arena *a, const struct subject *s,
                               bool control_only)
{
    return file_join(a, s->folder, control_only ? "control" : "full");
}

static bool prepare_rtl(const struct subject *s, bool control_only,
                        struct diag *d)
{
    static const char *const defines[] = { "HEADRACE_CONTROL_ONLY" };
    const struct cosim_build_options o = {
        .fast_run = true,
        .defines = defines,
        .define_count = control_only,
    };
    struct arena *a = arena_new();
    const char *folder = farm_folder(a, s, control_only);
    bool ok = hwgen_farm_write(&s->design, 1, folder, d) &&
              cosim_build(folder, &o, d);
    arena_free(a);
    return ok;
}

static bool prepare_full(const struct subject *s, struct diag *d)
{
    return prepare_rtl(s, false, d);
}

static bool prepare_control(const struct subject *s, struct diag *d)
{
    return prepare_rtl(s, true, d);
}

/* Processor time of all children that have ended. */
static uint64_t children_ns(void)
{
    struct rusage u;
    getrusage(RUSAGE_CHILDREN, &u);
    uint64_t us = (uint64_t)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) * 1000000 +
                  (uint64_t)(u.ru_utime.tv_usec + u.ru_stime.tv_usec);
    return us * 1000;
}

static bool measure_rtl(struct arena *scratch, const struct subject *s,
                        bool control_only, struct sample *out, struct diag *d)
{
    const struct cosim_job job = {
        .design = s->design,
        .frames = s->desc->frames,
        .inputs = s->inputs,
        .cycle_limit = 2 * s->cycles,
        .drain = 1,
        .no_log = true,
    };
    uint64_t before = children_ns();
    const struct cosim_run *r =
        cosim_run(scratch, farm_folder(scratch, s, control_only), &job, 1, d);
    if (r == NULL)
        return false;
    uint64_t took = children_ns() - before;
    /* Time on the wall has in it what other programs took, the child's
     * processor time what it needed to start and to read and write files:
     * the lesser one is nearer the truth. */
    out->ns = took < r->wall_ns ? took : r->wall_ns;
    out->cycles = r->results[0].complete ? r->cycles - job.drain : 0;
    return true;
}

static bool measure_full(struct arena *scratch, const struct subject *s,
                         struct sample *out, struct diag *d)
{
    return measure_rtl(scratch, s, false, out, d);
}

static bool measure_control(struct arena *scratch, const struct subject *s,
                            struct sample *out, struct diag *d)
{
    return measure_rtl(scratch, s, true, out, d);
}

const struct contender contenders[] = {
    { "engine", false, true, NULL, measure_stats },
    { "engine, no FIFO statistics", false, true, NULL, measure_no_stats },
    { "(a) Verilator, full design", true, true, prepare_full, measure_full },
    { "(b) Verilator, control only", true, true, prepare_control,
      measure_control },
    { "(c) SystemC, `sc_fifo` tokens", false, false, prepare_systemc,
      measure_systemc },
    { "(d) reference, cycle-stepped", false, true, NULL, measure_reference },
    { "(e) cycle stepper for speed", false, true, NULL, measure_stepper },
};
const uint32_t contender_count = sizeof contenders / sizeof *contenders;
