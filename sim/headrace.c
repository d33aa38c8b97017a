#include "headrace.h"

#include "api.h"
#include "base/arena.h"
#include "base/diag.h"
#include "base/text.h"
#include "design/design.h"
#include "engine/analysis.h"
#include "engine/run.h"
#include "engine/slack.h"
#include "engine/timing.h"
#include "import/model.h"
#include "kernels/kernels.h"

#include <assert.h>
#include <string.h>

struct headrace_run {
    struct arena *arena;
    const struct design *design;
    const struct analysis *analysis;
    const struct run *run; /* the analysis's */
    const char *deadlock;  /* NULL: none */
};

static const struct place caller = { .file = "options" };

const char *headrace_version(void)
{
    return HEADRACE_VERSION;
}

void api_messages(const struct diag *d, char *messages, size_t size)
{
    if (size == 0)
        return;
    struct arena *a = arena_new();
    size_t used = 0;
    for (size_t i = 0; i < diag_count(d); i++) {
        const char *line =
            arena_printf(a, "%s\n", diag_format(diag_at(d, i), a));
        size_t length = strlen(line);
        if (length >= size - used)
            break;
        memcpy(messages + used, line, length);
        used += length;
    }
    messages[used] = '\0';
    arena_free(a);
}

struct headrace_model *headrace_open(const char *path, char *messages,
                                     size_t size)
{
    struct arena *a = arena_new();
    struct diag *d = diag_new(a);
    struct headrace_model *m = arena_new_item(a, struct headrace_model);
    m->arena = a;
    m->model = model_load(a, path, kernels_headrace(), d);
    /* Lowering tells whether the hardware options fit the network. */
    const struct design *design =
        m->model != NULL ? model_design(a, m->model, kernels_headrace(), d)
                         : NULL;
    bool good = design != NULL;
    if (good && design_has_links(design)) {
        diag_error(d, caller, DIAG_UNSUPPORTED,
                   "'%s' is on %u boards, which the library does not support "
                   "yet",
                   design->name, design->board_count);
        good = false;
    }
    api_messages(d, messages, size);
    if (good)
        return m;
    arena_free(a);
    return NULL;
}

void headrace_close(struct headrace_model *m)
{
    if (m != NULL)
        arena_free(m->arena);
}

const char *headrace_model_name(const struct headrace_model *m)
{
    return m->model->network.name;
}

static bool set_depths(struct design *design,
                       const struct headrace_options *options, struct diag *d)
{
    bool good = options->fifo_depth == 0 ||
                design_set_all_depths(design, options->fifo_depth, caller, d);
    for (size_t i = 0; i < options->fifo_count; i++)
        good = design_set_depth(design, options->fifos[i].stream,
                                options->fifos[i].depth, caller, d) &&
               good;
    return good;
}

struct design *api_design(struct arena *a, const struct headrace_model *m,
                          const struct headrace_options *options,
                          struct diag *d)
{
    struct design *design = model_design(a, m->model, kernels_headrace(), d);
    assert(design != NULL); /* headrace_open has tried it */
    slack_fit(design);
    return set_depths(design, options, d) ? design : NULL;
}

static const char *party(const struct design *design, const struct run_wait *w)
{
    if (w->process != TIMING_EDGE)
        return design->processes[w->process].name;
    return &design->streams[w->stream] == design->input ? "the source"
                                                        : "the sink";
}

static const char *deadlock_text(struct arena *a, const struct design *design,
                                 const struct run *run)
{
    struct text *t = text_new(a);
    for (uint32_t i = 0; i < run->wait_count; i++) {
        const struct run_wait *w = &run->waits[i];
        text_printf(t, "%s%s waits for %s '%s', which holds %ju",
                    i == 0 ? "" : "; ", party(design, w),
                    w->for_room ? "room in" : "a token of",
                    design->streams[w->stream].name, (uintmax_t)w->held);
    }
    return text_string(t);
}

struct headrace_run *headrace_simulate(const struct headrace_model *m,
                                       const struct headrace_options *options,
                                       char *messages, size_t size)
{
    static const struct headrace_options defaults = { 0 };
    if (options == NULL)
        options = &defaults;
    struct arena *a = arena_new();
    struct diag *d = diag_new(a);
    struct design *design = api_design(a, m, options, d);
    api_messages(d, messages, size);
    if (design == NULL) {
        arena_free(a);
        return NULL;
    }
    struct headrace_run *r = arena_new_item(a, struct headrace_run);
    r->arena = a;
    r->design = design;
    r->analysis = analyse_design(a, design, options->frames);
    r->run = r->analysis->run;
    if (r->run->outcome == RUN_DEADLOCK)
        r->deadlock = deadlock_text(a, design, r->run);
    return r;
}

void headrace_run_free(struct headrace_run *r)
{
    if (r != NULL)
        arena_free(r->arena);
}

const char *headrace_deadlock(const struct headrace_run *r)
{
    return r->deadlock;
}

uint32_t headrace_frames(const struct headrace_run *r)
{
    return r->run->frames;
}

uint64_t headrace_latency_cycles(const struct headrace_run *r)
{
    return r->analysis->isolated_latency;
}

uint64_t headrace_latency_back_to_back_cycles(const struct headrace_run *r)
{
    return r->analysis->back_to_back_latency;
}

uint64_t headrace_interval_cycles(const struct headrace_run *r)
{
    return analysis_interval(r->analysis);
}

uint32_t headrace_period_frames(const struct headrace_run *r)
{
    return r->run->period;
}

uint64_t headrace_period_cycles(const struct headrace_run *r)
{
    return r->run->period_cycles;
}

bool headrace_interval_certified(const struct headrace_run *r)
{
    return r->run->certified;
}

const char *headrace_limiting_process(const struct headrace_run *r)
{
    const struct analysis *x = r->analysis;
    if (x->limit != LIMIT_PROCESS && x->limit != LIMIT_FIFO)
        return NULL;
    return r->design->processes[x->limiting_process].name;
}

const char *headrace_limiting_fifo(const struct headrace_run *r)
{
    const struct stream *s = analysis_limiting_fifo(r->analysis);
    return s == NULL ? NULL : s->name;
}

uint64_t headrace_clock_hz(const struct headrace_run *r)
{
    return r->design->clock_hz;
}

size_t headrace_fifo_count(const struct headrace_run *r)
{
    return r->design->stream_count;
}

struct headrace_fifo headrace_fifo(const struct headrace_run *r, size_t i)
{
    assert(i < r->design->stream_count);
    const struct stream *s = &r->design->streams[i];
    return (struct headrace_fifo){
        .stream = s->name,
        .depth = s->depth,
        .width_bits = s->width_bits,
        .peak = r->run->streams[i].peak,
    };
}
