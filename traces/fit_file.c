#include "traces/fit_file.h"

#include <string.h>

#include "base/arena.h"
#include "base/json_write.h"
#include "base/text.h"
#include "traces/fit_loops.h"
#include "traces/fit_stages.h"

/* Streams without a limit that anybody saw: more than any run holds. */
enum { CAPACITY_UNLIMITED = 1 << 24 };

struct writing {
    struct arena *arena;
    const struct fit_report *report;
};

static const char *port_name(const struct writing *w, const char *stem,
                             uint32_t count, uint32_t port)
{
    return count == 1 ? stem : arena_printf(w->arena, "%s%u", stem, port);
}

static void add_ports(struct json_out *root, const struct writing *w,
                      const char *key, const char *stem, uint32_t count,
                      uint32_t tokens)
{
    struct json_out *list = json_add_array(root, key);
    for (uint32_t i = 0; i < count; i++) {
        struct json_out *o = json_add_object(list, NULL);
        json_add_string(o, "name", port_name(w, stem, count, i));
        json_add_u64(o, "tokens_per_frame", tokens);
    }
}

/* What a step of a stage moves, whatever its symbol; and what it moves of the
 * streams to and from the other side. */
struct stage {
    const char *name, *style;
    uint64_t start;
    uint32_t gap;
    bool reads_inputs, writes_outputs;
    const char *always_read, *always_written; /* NULL: nothing */
    const char *takes, *gives;
    const struct fit_loop *loops; /* of a unit */
    uint64_t count;               /* without loops: steps of a unit */
};

static void add_names(struct json_out *o, const char *key,
                      const struct writing *w, const char *stem,
                      uint32_t stem_count, const char *always,
                      const char *sometimes)
{
    if (stem_count == 0 && always == NULL && sometimes == NULL)
        return;
    struct json_out *list = json_add_array(o, key);
    for (uint32_t i = 0; i < stem_count; i++)
        json_add_string(list, NULL, port_name(w, stem, stem_count, i));
    if (always != NULL)
        json_add_string(list, NULL, always);
    if (sometimes != NULL)
        json_add_string(list, NULL, sometimes);
}

static void add_step(struct json_out *list, const struct writing *w,
                     const struct stage *s, uint64_t times, uint8_t symbol)
{
    const struct fit_report *f = w->report;
    struct json_out *o = json_add_object(list, NULL);
    if (times != 1)
        json_add_u64(o, "times", times);
    if (s->gap != 1)
        json_add_u64(o, "gap", s->gap);
    add_names(o, "read", w, "in", s->reads_inputs ? f->input_count : 0,
              s->always_read, (symbol & FIT_STEP_TAKES) != 0 ? s->takes : NULL);
    add_names(o, "write", w, "out", s->writes_outputs ? f->output_count : 0,
              s->always_written,
              (symbol & FIT_STEP_GIVES) != 0 ? s->gives : NULL);
}

/* Keys that have their default are left out (schedule.schema.json). */
static void add_number(struct json_out *o, const char *key, uint32_t value,
                       uint32_t normal)
{
    if (value != normal)
        json_add_u64(o, key, value);
}

static void add_frozen_step(struct json_out *list, const struct writing *w,
                            uint64_t times, const struct fit_frozen_step *f)
{
    const struct fit_report *r = w->report;
    const struct fit_tick_step *s = &f->step;
    struct json_out *o = json_add_object(list, NULL);
    if (times != 1)
        json_add_u64(o, "times", times);
    add_number(o, "gap", s->gap, 1);
    if (f->is_patient)
        json_add_bool(o, "patient", true);
    if (s->needs_datapath)
        json_add_bool(o, "needs_datapath", true);
    add_number(o, "hold", s->hold, 0);
    add_names(o, "read", w, "in", f->reads ? r->input_count : 0, NULL, NULL);
    if (s->writes == 0)
        return;
    add_names(o, "write", w, "out", r->output_count, NULL, NULL);
    add_number(o, "delay", s->delay, 1);
    add_number(o, "count", s->writes, 1);
    if (s->writes != 1)
        add_number(o, "spacing", s->spacing, 1);
}

static void add_times(struct json_out *list, const struct writing *w,
                      const struct stage *s, uint64_t times, uint8_t symbol)
{
    const struct fit_frozen_step *frozen = w->report->result->stages.frozen;
    if (frozen == NULL)
        add_step(list, w, s, times, symbol);
    else
        add_frozen_step(list, w, times, &frozen[symbol]);
}

static void add_loops(struct json_out *list, const struct writing *w,
                      const struct stage *s, const struct fit_loop *l)
{
    for (; l != NULL; l = l->next) {
        if (l->steps == NULL) {
            add_times(list, w, s, l->times, l->symbol);
            continue;
        }
        struct json_out *o = json_add_object(list, NULL);
        json_add_u64(o, "loop", l->times);
        add_loops(json_add_array(o, "steps"), w, s, l->steps);
    }
}

static void add_stage(struct json_out *stages, const struct writing *w,
                      const struct stage *s)
{
    struct json_out *o = json_add_object(stages, NULL);
    json_add_string(o, "name", s->name);
    json_add_string(o, "style", s->style);
    if (s->start != 0)
        json_add_u64(o, "start", s->start);
    struct json_out *program = json_add_array(o, "program");
    const uint32_t units = w->report->result->model.units;
    if (s->loops == NULL) {
        add_step(program, w, s, s->count * units, 0);
        return;
    }
    if (units != 1 && (s->loops->next != NULL || s->loops->steps != NULL)) {
        struct json_out *loop = json_add_object(program, NULL);
        json_add_u64(loop, "loop", units);
        program = json_add_array(loop, "steps");
        add_loops(program, w, s, s->loops);
    } else if (s->loops->steps == NULL && s->loops->next == NULL) {
        add_times(program, w, s, s->loops->times * units, s->loops->symbol);
    } else {
        add_loops(program, w, s, s->loops);
    }
}

static void add_stages(struct json_out *root, const struct writing *w)
{
    const struct fit_model *m = &w->report->result->model;
    const struct fit_stages *s = &w->report->result->stages;
    struct json_out *stages = json_add_array(root, "stages");
    if (fit_model_freezes(m)) {
        add_stage(stages, w,
                  &(struct stage){ .name = "step",
                                   .style = m->kind == FIT_BUBBLES ? "bubbles"
                                                                   : "rigid",
                                   .start = m->read_start,
                                   .loops = s->read_loops });
        return;
    }
    if (m->kind == FIT_JOINED) {
        add_stage(stages, w,
                  &(struct stage){ .name = "move",
                                   .style = "patient",
                                   .start = m->read_start,
                                   .gap = 1,
                                   .reads_inputs = true,
                                   .writes_outputs = true,
                                   .loops = s->read_loops });
        return;
    }
    add_stage(stages, w,
              &(struct stage){ .name = "read",
                               .style = "patient",
                               .start = m->read_start,
                               .gap = 1,
                               .reads_inputs = true,
                               .takes = "space",
                               .gives = "data",
                               .loops = s->read_loops });
    const bool worked = m->kind == FIT_WORKED;
    add_stage(stages, w,
              &(struct stage){ .name = worked ? "work" : "write",
                               .style = "patient",
                               .start = m->work_start,
                               .gap = m->work_gap,
                               .writes_outputs = !worked,
                               .always_written = worked ? "result" : NULL,
                               .takes = "data",
                               .gives = "space",
                               .loops = s->work_loops });
    if (worked)
        add_stage(stages, w,
                  &(struct stage){ .name = "write",
                                   .style = "patient",
                                   .gap = 1,
                                   .writes_outputs = true,
                                   .always_read = "result",
                                   .count = m->writes });
}

static void add_stream(struct json_out *list, const char *name,
                       uint64_t capacity, uint32_t latency, uint32_t initial)
{
    struct json_out *o = json_add_object(list, NULL);
    json_add_string(o, "name", name);
    json_add_u64(o, "capacity", capacity);
    json_add_u64(o, "latency", latency);
    if (initial != 0)
        json_add_u64(o, "initial", initial);
}

static void add_streams(struct json_out *root, const struct fit_result *r)
{
    const struct fit_model *m = &r->model;
    struct json_out *list = json_add_array(root, "streams");
    if (r->stages.data_tokens != 0)
        add_stream(list, "data", CAPACITY_UNLIMITED, m->data_latency,
                   r->stages.data_initial);
    if (r->stages.space_tokens != 0)
        add_stream(list, "space", CAPACITY_UNLIMITED, m->space_latency,
                   r->stages.space_initial);
    if (m->kind == FIT_WORKED)
        add_stream(list, "result",
                   m->buffer != 0 ? m->buffer : CAPACITY_UNLIMITED,
                   m->result_latency, 0);
}

void fit_file_add_measured(struct json_out *to, const struct fit_report *f)
{
    struct json_out *o = json_add_object(to, "measured");
    if (f->source != NULL)
        json_add_string(o, "source", f->source);
    struct json_out *runs = json_add_array(o, "runs");
    for (uint32_t i = 0; i < f->run_count; i++) {
        const struct fit_residual *x = &f->residuals[i];
        const char *slash = strrchr(f->runs[i].name, '/');
        struct json_out *run = json_add_object(runs, NULL);
        json_add_string(run, "run",
                        slash == NULL ? f->runs[i].name : slash + 1);
        json_add_string(run, "use", f->runs[i].is_check ? "check" : "fit");
        json_add_u64(run, "events", x->events);
        json_add_u64(run, "different", x->different);
        json_add_u64(run, "largest", x->largest);
    }
    struct json_out *open = json_add_array(o, "undetermined");
    for (uint32_t i = 0; i < f->open_count; i++)
        json_add_string(open, NULL, f->open[i]);
}

void fit_file_print(struct arena *a, const struct fit_report *f,
                    struct text *out)
{
    const struct writing w = { a, f };
    struct json_out *root = json_out_new(a);
    json_add_u64(root, "headrace_schedule", 1);
    json_add_string(root, "name", f->name);
    add_ports(root, &w, "inputs", "in", f->input_count, f->frame_reads);
    add_ports(root, &w, "outputs", "out", f->output_count, f->frame_writes);
    add_streams(root, f->result);
    add_stages(root, &w);
    fit_file_add_measured(root, f);
    json_out_print(root, out);
}

static uint32_t list_freeze(struct arena *a, const struct fit_result *r,
                            const char **list)
{
    uint32_t count = 0;
    if (r->is_room_open)
        list[count++] = "room inside: no run held up the output until the "
                        "process stopped reading; one with the output ready "
                        "every 100th cycle would tell (sink.grid=100)";
    if (r->is_style_open)
        list[count++] = "stall style: bubbles and rigid explain the runs as "
                        "well; one with other gaps at the input would tell "
                        "(source.grid=7)";
    if (r->is_tail_open)
        list[count++] = "whether the tail of a frame waits for the next one: "
                        "one with gaps between frames would tell "
                        "(source.frame_period=N)";
    if (r->first_gap.least != r->first_gap.most)
        list[count++] = arena_printf(
            a,
            "gap between frames: %u to %u explain the runs as well; one with "
            "frames back to back would tell",
            r->first_gap.least, r->first_gap.most);
    /* A rigid pipeline shifts with every step, whichever causes a write. */
    const bool shows = r->model.kind == FIT_BUBBLES || r->model.is_patient;
    if (shows && r->data_latency.least != r->data_latency.most)
        list[count++] = arena_printf(
            a,
            "delay: %u to %u explain the runs as well; one with other gaps at "
            "the input would tell (source.grid=7)",
            r->data_latency.least, r->data_latency.most);
    return count;
}

uint32_t fit_file_open(struct arena *a, const struct fit_result *r,
                       const char *const **out)
{
    enum { OPEN_MAX = 5 };
    const char **list = arena_new_array(a, const char *, OPEN_MAX);
    uint32_t count = 0;
    const struct fit_model *m = &r->model;
    *out = list;
    if (m->kind == FIT_JOINED)
        return 0;
    if (fit_model_freezes(m))
        return list_freeze(a, r, list);
    if (r->stages.space_tokens == 0)
        list[count++] = "room inside: no run held up the output until the "
                        "process stopped reading; one with the output ready "
                        "every 100th cycle would tell (sink.grid=100)";
    else if (m->kind == FIT_WORKED && m->buffer == 0)
        list[count++] = "room behind the work: no run held up the output until "
                        "the work stopped; one with the output ready every "
                        "100th cycle would tell (sink.grid=100)";
    if (r->stages.data_tokens == 0)
        list[count++] = "latency: no run let the process wait for input; one "
                        "with gaps at the input would tell (source.grid=3)";
    else if (r->data_latency.least != r->data_latency.most)
        list[count++] = arena_printf(
            a,
            "data latency: %u to %u explain the runs as well; one with "
            "gaps at the input would tell (source.grid=3)",
            r->data_latency.least, r->data_latency.most);
    if (r->stages.space_tokens != 0 &&
        r->space_latency.least != r->space_latency.most)
        list[count++] = arena_printf(
            a,
            "space latency: %u to %u explain the runs as well; one with the "
            "output ready every 5th cycle would tell (sink.grid=5)",
            r->space_latency.least, r->space_latency.most);
    return count;
}
