#include "import/schedule_model.h"

#include <assert.h>
#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "base/nearest.h"
#include "base/text.h"
#include "design/fifo.h"
#include "design/kernel.h"
#include "import/model_parts.h"
#include "import/schedule_file.h"

enum {
    PROCESSES_MAX = 10000,
    DEFAULT_DEPTH = 2 /* the least at which a FIFO moves a token a cycle */
};

static const struct kernel schedule_kernel = { .name = "schedule" };

static bool read_inputs(struct model_reader *r, struct json j,
                        struct model_process *p)
{
    const uint32_t count = p->file->input_count;
    struct json list = json_need(j, "inputs");
    if (!json_exists(list) || !json_is_array(list, 1, DESIGN_PORTS_MAX))
        return false;
    if (json_length(list) != count) {
        json_error(list, DIAG_SCHEDULE, "'%s' has %u inputs, not %zu",
                   p->file->name, count, json_length(list));
        return false;
    }
    p->input_count = count;
    p->inputs = arena_new_array(r->arena, const char *, count);
    p->input_places = arena_new_array(r->arena, struct place, count);
    for (uint32_t i = 0; i < count; i++) {
        p->inputs[i] = json_read_string(json_at(list, i));
        p->input_places[i] = json_place(json_at(list, i));
        if (p->inputs[i] == NULL)
            return false;
    }
    return true;
}

static bool read_process(struct model_reader *r, struct json j,
                         struct model_process *p)
{
    static const char *const keys[] = { "name", "schedule", "inputs", NULL };
    if (!json_is_object(j) || !model_check_keys(j, keys))
        return false;
    p->place = json_place(j);
    struct json name = model_need(j, keys, "name");
    if (!json_exists(name) || !model_read_name(r, name, &p->name))
        return false;
    if (strcmp(p->name, "source") == 0 || strcmp(p->name, "sink") == 0) {
        json_error(name, DIAG_NAME, "'%s' is an end of the design", p->name);
        return false;
    }
    struct json file = model_need(j, keys, "schedule");
    if (!json_exists(file))
        return false;
    const char *path = model_read_path(r, file, DIAG_SCHEDULE);
    if (path == NULL)
        return false;
    p->file = schedule_file_read(
        r->arena, file_join(r->arena, r->model->folder, path), r->diag);
    return p->file != NULL && read_inputs(r, j, p);
}

void schedule_model_read(struct model_reader *r, struct json j)
{
    if (!json_is_array(j, 1, PROCESSES_MAX))
        return;
    struct model *m = r->model;
    const size_t count = json_length(j);
    struct model_process *all =
        arena_new_array(r->arena, struct model_process, count);
    m->processes = all;
    for (size_t i = 0; i < count; i++) {
        if (!read_process(r, json_at(j, i), &all[i]))
            continue;
        for (size_t k = 0; k < i; k++)
            if (all[k].name != NULL && strcmp(all[k].name, all[i].name) == 0)
                json_error(json_at(j, i), DIAG_NAME,
                           "there is another process '%s'", all[i].name);
    }
    m->process_count = (uint32_t)count;
}

struct building {
    struct arena *arena;
    const struct model *model;
    struct diag *diag;
    struct design *design;
    struct stream **first; /* by process: its file's first stream that is no
                              input, in design.streams */
};

/* Streams of the file that are the process's own: all but its inputs. */
static uint32_t own_streams(const struct schedule_file *f)
{
    return f->stream_count - f->input_count;
}

static struct stream *add_stream(struct building *b, const char *name,
                                 const struct schedule_stream *from)
{
    struct design *d = b->design;
    struct stream *s = &d->streams[d->stream_count];
    *s = (struct stream){
        .name = name,
        .index = d->stream_count++,
        .shape = { 1, (uint32_t)from->tokens_per_frame, 1 },
        .lanes = 1,
        .tokens_per_frame = from->tokens_per_frame,
        .width_bits = from->width_bits,
        .copies = 1,
    };
    fifo_set(s, FIFO_AUTO, DEFAULT_DEPTH);
    return s;
}

static void add_own_streams(struct building *b, uint32_t process)
{
    const struct model_process *p = &b->model->processes[process];
    const struct schedule_file *f = p->file;
    b->first[process] = &b->design->streams[b->design->stream_count];
    for (uint32_t i = f->input_count; i < f->stream_count; i++) {
        const struct schedule_stream *from = &f->streams[i];
        const char *name = from->name;
        if (from->kind == SCHEDULE_OUTPUT)
            name = f->output_count == 1
                       ? "out"
                       : arena_printf(b->arena, "out%u", i - f->input_count);
        struct stream *s =
            add_stream(b, arena_printf(b->arena, "%s.%s", p->name, name), from);
        if (from->kind != SCHEDULE_INNER)
            continue;
        s->inner = true;
        s->kind = FIFO_SRL;
        s->auto_kind = false;
        s->depth = from->capacity;
        s->latency = from->latency;
        s->initial = from->initial;
    }
}

/* The stream that a process reads; NULL: said why. */
static struct stream *input_of(struct building *b,
                               const struct model_process *p, uint32_t input)
{
    struct design *d = b->design;
    const struct schedule_stream *port = &p->file->streams[input];
    const char *name = p->inputs[input];
    struct stream *s =
        strcmp(name, d->input->name) == 0 ? d->input : design_stream(d, name);
    if (s == NULL || s->inner) {
        fifo_report_unknown(d, name, p->input_places[input], b->diag);
        return NULL;
    }
    if (s == d->input && s->tokens_per_frame == 0) {
        s->tokens_per_frame = port->tokens_per_frame;
        s->shape.w = (uint32_t)port->tokens_per_frame;
        s->width_bits = port->width_bits;
    }
    if (s->tokens_per_frame != port->tokens_per_frame) {
        diag_error(b->diag, p->input_places[input], DIAG_SCHEDULE,
                   "'%s' carries %" PRIu64 " tokens a frame, input '%s' of "
                   "'%s' takes %" PRIu64,
                   name, s->tokens_per_frame, port->name, p->name,
                   port->tokens_per_frame);
        return NULL;
    }
    if (s->consumer != NULL) {
        diag_error(b->diag, p->input_places[input], DIAG_SCHEDULE,
                   "'%s' is read by '%s' already", name, s->consumer->name);
        return NULL;
    }
    return s;
}

static void add_process(struct building *b, const struct model_process *p,
                        const struct schedule_stage *stage,
                        struct stream **streams)
{
    struct design *d = b->design;
    struct process *q = &d->processes[d->process_count];
    *q = (struct process){
        .name = p->file->stage_count == 1
                    ? p->name
                    : arena_printf(b->arena, "%s.%s", p->name, stage->name),
        .index = d->process_count++,
        .kernel = &schedule_kernel,
        .copies = 1,
        .reuse_factor = 1,
        .schedule = stage->schedule,
        .trust = p->file->trust,
        .input_count = stage->input_count,
        .output_count = stage->output_count,
    };
    q->inputs = arena_new_array(b->arena, struct stream *, q->input_count);
    q->outputs = arena_new_array(b->arena, struct stream *, q->output_count);
    for (uint32_t i = 0; i < q->input_count; i++) {
        q->inputs[i] = streams[stage->inputs[i]];
        q->inputs[i]->consumer = q;
    }
    for (uint32_t i = 0; i < q->output_count; i++) {
        q->outputs[i] = streams[stage->outputs[i]];
        q->outputs[i]->producer = q;
    }
}

static bool add_processes(struct building *b)
{
    bool ok = true;
    for (uint32_t i = 0; i < b->model->process_count; i++) {
        const struct model_process *p = &b->model->processes[i];
        const struct schedule_file *f = p->file;
        struct stream *streams[SCHEDULE_STREAMS_MAX];
        bool known = true;
        for (uint32_t k = 0; k < f->input_count; k++) {
            streams[k] = input_of(b, p, k);
            known &= streams[k] != NULL;
        }
        for (uint32_t k = 0; k < own_streams(f); k++)
            streams[f->input_count + k] = b->first[i] + k;
        if (known)
            for (uint32_t k = 0; k < f->stage_count; k++)
                add_process(b, p, &f->stages[k], streams);
        ok &= known;
    }
    return ok;
}

/* One end of the design: what the source writes, and what nobody reads. */
static bool find_ends(struct building *b)
{
    struct design *d = b->design;
    const struct place where = { b->model->path, 0, 0 };
    if (d->input->consumer == NULL) {
        diag_error(b->diag, where, DIAG_SCHEDULE,
                   "no process reads '%s', the input of the design",
                   d->input->name);
        return false;
    }
    for (uint32_t i = 0; i < d->stream_count; i++) {
        struct stream *s = &d->streams[i];
        if (s->consumer != NULL)
            continue;
        if (d->output != NULL) {
            diag_error(b->diag, where, DIAG_SCHEDULE,
                       "'%s' and '%s' are read by nobody; a design has one "
                       "output",
                       d->output->name, s->name);
            return false;
        }
        d->output = s;
    }
    if (d->output == NULL)
        diag_error(b->diag, where, DIAG_SCHEDULE,
                   "every stream is read by a process; the design has no "
                   "output");
    return d->output != NULL;
}

static bool set_fifos(struct building *b)
{
    const struct hardware *h = &b->model->hardware;
    struct design *d = b->design;
    bool ok = true;
    for (uint32_t i = 0; i < d->stream_count; i++) {
        struct stream *s = &d->streams[i];
        const uint32_t depth = h->fifo_depth != 0 ? h->fifo_depth : s->depth;
        if (s->inner)
            continue;
        if (!fifo_check(s->name, h->fifo_kind, depth, h->fifo_place, b->diag))
            return false;
        fifo_set(s, h->fifo_kind, depth);
    }
    for (uint32_t i = 0; i < h->fifo_count; i++) {
        const struct fifo_options *o = &h->fifos[i];
        struct stream *s = design_stream(d, o->stream);
        if (s == NULL || s->inner) {
            fifo_report_unknown(d, o->stream, o->place, b->diag);
            ok = false;
            continue;
        }
        const enum fifo_kind kind =
            o->kind != FIFO_AUTO ? o->kind : h->fifo_kind;
        const uint32_t depth = o->depth != 0 ? o->depth : s->depth;
        ok &= fifo_check(s->name, kind, depth, o->place, b->diag);
        if (ok)
            fifo_set(s, kind, depth);
    }
    return ok;
}

struct design *schedule_model_design(struct arena *a, const struct model *m,
                                     struct diag *d)
{
    struct building b = { .arena = a, .model = m, .diag = d };
    uint32_t streams = 1, stages = 0;
    for (uint32_t i = 0; i < m->process_count; i++) {
        streams += own_streams(m->processes[i].file);
        stages += m->processes[i].file->stage_count;
    }
    b.design = arena_new_item(a, struct design);
    *b.design = (struct design){
        .name = m->network.name,
        .network = &m->network,
        .family = FAMILY_SCHEDULE,
        .clock_hz = m->hardware.clock_hz,
        .source = m->hardware.source,
        .sink = m->hardware.sink,
    };
    b.design->streams = arena_new_array(a, struct stream, streams);
    b.design->processes = arena_new_array(a, struct process, stages);
    b.first = arena_new_array(a, struct stream *, m->process_count);
    b.design->input =
        add_stream(&b, "source.out", &(struct schedule_stream){ 0 });
    for (uint32_t i = 0; i < m->process_count; i++)
        add_own_streams(&b, i);
    if (!add_processes(&b) || !find_ends(&b) || !set_fifos(&b))
        return NULL;
    return b.design;
}
