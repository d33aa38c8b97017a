#include "traces/report_readers.h"

#include "base/arena.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#define NONE REPORT_NONE

const struct report_range report_no_range = { NONE, NONE };
const struct report_resources report_no_resources = { NONE, NONE, NONE, NONE,
                                                      NONE };

struct report_module *report_add_module(struct report_in *in, const char *name)
{
    struct report *r = in->report;
    r->modules =
        arena_grow(in->arena, r->modules, r->module_count, sizeof *r->modules);
    struct report_module *m = &r->modules[r->module_count++];
    *m = (struct report_module){
        .name = arena_strdup(in->arena, name),
        .latency = report_no_range,
        .interval = report_no_range,
        .clock_estimate_ps = NONE,
        .resources = report_no_resources,
    };
    return m;
}

struct report_loop *report_add_loop(struct report_in *in,
                                    struct report_module *m, const char *name)
{
    m->loops = arena_grow(in->arena, m->loops, m->loop_count, sizeof *m->loops);
    struct report_loop *l = &m->loops[m->loop_count++];
    *l = (struct report_loop){
        .name = arena_strdup(in->arena, name),
        .trip_count = report_no_range,
        .latency = report_no_range,
        .iteration_latency = report_no_range,
        .ii = NONE,
        .ii_target = NONE,
        .pipelined = REPORT_UNKNOWN,
    };
    return l;
}

struct report_instance *report_add_instance(struct report_in *in,
                                            const char *within,
                                            const char *name,
                                            const char *module)
{
    struct report *r = in->report;
    r->instances = arena_grow(in->arena, r->instances, r->instance_count,
                              sizeof *r->instances);
    struct report_instance *i = &r->instances[r->instance_count++];
    *i = (struct report_instance){
        .name = arena_strdup(in->arena, name),
        .within = within,
        .module = arena_strdup(in->arena, module),
        .latency = report_no_range,
        .interval = report_no_range,
        .resources = report_no_resources,
    };
    return i;
}

struct report_fifo *report_add_fifo(struct report_in *in, const char *name)
{
    struct report *r = in->report;
    r->fifos = arena_grow(in->arena, r->fifos, r->fifo_count, sizeof *r->fifos);
    struct report_fifo *f = &r->fifos[r->fifo_count++];
    *f = (struct report_fifo){
        .name = arena_strdup(in->arena, name),
        .depth = NONE,
        .bits = NONE,
        .peak = NONE,
        .depth_new = NONE,
        .write_blocked = NONE,
        .read_blocked = NONE,
        .bram18 = NONE,
        .ff = NONE,
        .lut = NONE,
        .uram = NONE,
    };
    return f;
}

struct report_frame *report_add_frame(struct report_in *in)
{
    struct report *r = in->report;
    r->frame =
        arena_grow(in->arena, r->frame, r->frame_count, sizeof *r->frame);
    struct report_frame *f = &r->frame[r->frame_count++];
    *f = (struct report_frame){ NONE, NONE };
    return f;
}

static int compare_names(const void *a, const void *b)
{
    const struct report_name *p = a, *q = b;
    int order = strcmp(p->name, q->name);
    return order != 0 ? order : (p->index > q->index) - (p->index < q->index);
}

struct report_names report_names_of(struct arena *a, const void *items,
                                    uint32_t count, size_t size)
{
    struct report_names n = { .count = count };
    n.sorted = arena_new_array(a, struct report_name, count);
    for (uint32_t i = 0; i < count; i++) {
        const char *const *name =
            (const void *)((const char *)items + i * size);
        n.sorted[i] = (struct report_name){ *name, i };
    }
    if (count > 0)
        qsort(n.sorted, count, sizeof *n.sorted, compare_names);
    return n;
}

uint32_t report_names_find(const struct report_names *n, const char *name)
{
    uint32_t low = 0, high = n->count; /* the first not below `name` */
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (strcmp(n->sorted[middle].name, name) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low < n->count && strcmp(n->sorted[low].name, name) == 0
               ? n->sorted[low].index
               : UINT32_MAX;
}

uint64_t *report_resource(struct report_resources *r, const char *name)
{
    if (strcmp(name, "BRAM_18K") == 0 || strcmp(name, "BRAM") == 0)
        return &r->bram18;
    if (strcmp(name, "DSP") == 0 || strcmp(name, "DSP48E") == 0 ||
        strcmp(name, "DSP48") == 0)
        return &r->dsp;
    if (strcmp(name, "FF") == 0)
        return &r->ff;
    if (strcmp(name, "LUT") == 0)
        return &r->lut;
    if (strcmp(name, "URAM") == 0)
        return &r->uram;
    return NULL;
}

bool report_error(struct report_in *in, struct place where, const char *format,
                  ...)
{
    va_list args;
    va_start(args, format);
    const char *text = arena_vprintf(in->arena, format, args);
    va_end(args);
    diag_error(in->diag, where, DIAG_REPORT, "%s", text);
    diag_hint(in->diag, "the file may be damaged or cut off: let the tool "
                        "write it again");
    return false;
}

bool report_unknown(struct report_in *in, struct place where)
{
    diag_error(in->diag, where, DIAG_REPORT,
               "not a report of a kind that is known");
    diag_hint(in->diag, "known are csynth.xml and .rpt, cosim.rpt, lat.rpt, "
                        "transaction files, hls4ml's JSON, FIFO profiles and "
                        "FINN's JSON");
    return false;
}

void report_run(struct report_in *in, struct place where,
                enum report_outcome outcome, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    const char *text = arena_vprintf(in->arena, format, args);
    va_end(args);
    in->report->outcome = outcome;
    diag_warning(in->diag, where, DIAG_REPORT_RUN, "%s", text);
    diag_hint(in->diag, "run the tool again until it ends well; figures that "
                        "are missing here are treated as not stated");
}
