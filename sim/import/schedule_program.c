#include "import/schedule_program.h"

#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "base/nearest.h"
#include "kernels/schedule.h"

enum {
    CYCLES_MAX = 1000000000,
    PROGRAM_DEPTH_MAX = SCHEDULE_DEPTH_MAX,
    CREDITS_MAX = 1 << 20
};

/* Steps of one frame in all, so that a file cannot ask for hours. */
#define STEPS_MAX (UINT64_C(1) << 32)

struct reading {
    struct arena *arena;
    const struct schedule_file *file;
    struct schedule_stage *stage;
    struct schedule *schedule;
    bool is_patient;
    uint64_t factor; /* how often the present list of steps is gone through */
    uint64_t steps;
};

static bool read_word(struct json j, const char *what, const char *const *words,
                      uint32_t *out)
{
    const char *s = json_read_string(j);
    if (s == NULL)
        return false;
    for (uint32_t i = 0; words[i] != NULL; i++) {
        if (strcmp(words[i], s) == 0) {
            *out = i;
            return true;
        }
    }
    json_error(j, DIAG_VALUE, "%s '%s' is none of: %s, %s%s%s%s%s", what, s,
               words[0], words[1], words[2] == NULL ? "" : ", ",
               words[2] == NULL ? "" : words[2], words[2] == NULL ? "" : ", ",
               words[2] == NULL ? "" : words[3]);
    return false;
}

/* An optional number: *out stays as it is if there is none. */
static bool read_number(struct json j, const char *key, uint32_t min,
                        uint32_t max, uint32_t *out)
{
    struct json value = json_get(j, key);
    return !json_exists(value) || json_read_u32(value, min, max, out);
}

static bool read_long(struct json j, const char *key, uint64_t *out)
{
    struct json value = json_get(j, key);
    return !json_exists(value) || json_read_u64(value, 0, CYCLES_MAX, out);
}

static bool find_stream(const struct reading *r, struct json j, bool is_read,
                        uint32_t *out)
{
    const char *name = json_read_string(j);
    if (name == NULL)
        return false;
    const struct schedule_file *f = r->file;
    const enum schedule_stream_kind wrong =
        is_read ? SCHEDULE_OUTPUT : SCHEDULE_INPUT;
    for (uint32_t i = 0; i < f->stream_count; i++) {
        if (strcmp(f->streams[i].name, name) != 0)
            continue;
        *out = i;
        if (f->streams[i].kind != wrong)
            return true;
        json_error(j, DIAG_SCHEDULE, "%s '%s' cannot be %s",
                   is_read ? "output" : "input", name,
                   is_read ? "read" : "written");
        return false;
    }
    json_error(j, DIAG_SCHEDULE, "the process has no stream '%s'", name);
    return false;
}

/* The bit of a stream among the ports of the stage, which is added if it is
 * new. */
static uint32_t port_bit(uint32_t *ports, uint32_t *count, uint32_t stream)
{
    uint32_t i = 0;
    while (i < *count && ports[i] != stream)
        i++;
    if (i == *count)
        ports[(*count)++] = stream;
    return i;
}

static bool read_ports(struct reading *r, struct json j, bool is_read,
                       uint32_t *mask)
{
    *mask = 0;
    if (!json_exists(j))
        return true;
    if (!json_is_array(j, 1, DESIGN_PORTS_MAX))
        return false;
    struct schedule_stage *s = r->stage;
    for (size_t i = 0; i < json_length(j); i++) {
        uint32_t stream;
        if (!find_stream(r, json_at(j, i), is_read, &stream))
            return false;
        const uint32_t port =
            is_read ? port_bit(s->inputs, &s->input_count, stream)
                    : port_bit(s->outputs, &s->output_count, stream);
        if (port >= DESIGN_PORTS_MAX) {
            json_error(j, DIAG_SCHEDULE,
                       "stage '%s' has more than %d streams on one side",
                       s->name, (int)DESIGN_PORTS_MAX);
            return false;
        }
        if ((*mask >> port & 1) != 0) {
            json_error(j, DIAG_SCHEDULE, "'%s' stands here twice",
                       r->file->streams[stream].name);
            return false;
        }
        *mask |= UINT32_C(1) << port;
    }
    return true;
}

/* The rules of kernels/schedule.h for one step. */
static bool check_step(const struct reading *r, struct json j,
                       const struct step *s, uint64_t times)
{
    const enum stall_style style = r->schedule->style;
    if (s->gap == 0 && style != STALL_RIGID) {
        json_error(j, DIAG_SCHEDULE,
                   "gap 0 is only possible in a rigid or patient stage");
        return false;
    }
    if (s->patient && style != STALL_RIGID) {
        json_error(j, DIAG_SCHEDULE,
                   "a patient step is only possible in a rigid stage");
        return false;
    }
    if (s->patient && (s->delay != 0 || s->count > 1)) {
        json_error(j, DIAG_SCHEDULE,
                   "a patient step writes one token, at once");
        return false;
    }
    if (s->writes != 0 && s->delay == 0 && style != STALL_RIGID) {
        json_error(j, DIAG_SCHEDULE,
                   "delay 0 is only possible in a rigid or patient stage");
        return false;
    }
    if (style == STALL_ELASTIC && s->count > r->schedule->credits) {
        json_error(j, DIAG_SCHEDULE, "count %u is more than the %u credits",
                   s->count, r->schedule->credits);
        return false;
    }
    if (r->factor > STEPS_MAX / times ||
        r->steps > STEPS_MAX - r->factor * times) {
        json_error(j, DIAG_SCHEDULE, "a frame has more than 2^32 steps");
        return false;
    }
    return true;
}

static bool read_step(struct reading *r, struct json j)
{
    struct step s = { .gap = 1, .patient = r->is_patient };
    uint64_t times = 1;
    bool ok = read_ports(r, json_get(j, "read"), true, &s.reads) &&
              read_ports(r, json_get(j, "write"), false, &s.writes);
    struct json n = json_get(j, "times");
    ok = ok && (!json_exists(n) || json_read_u64(n, 1, STEPS_MAX, &times));
    ok = ok && read_number(j, "gap", 0, CYCLES_MAX, &s.gap);
    struct json patient = json_get(j, "patient");
    ok = ok && (!json_exists(patient) || json_read_bool(patient, &s.patient));
    if (s.writes != 0) {
        s.count = s.spacing = 1;
        s.delay = s.patient ? 0 : 1;
        ok = ok && read_long(j, "delay", &s.delay) &&
             read_number(j, "count", 1, CREDITS_MAX, &s.count) &&
             read_number(j, "spacing", 1, CYCLES_MAX, &s.spacing);
    }
    struct json datapath = json_get(j, "needs_datapath");
    ok =
        ok && read_long(j, "hold", &s.hold) &&
        (!json_exists(datapath) || json_read_bool(datapath, &s.needs_datapath));
    /* After a fault not all keys have been asked for. */
    if (!ok || !json_no_more_keys(j) || !check_step(r, j, &s, times))
        return false;
    schedule_step(r->schedule, times, &s);
    r->steps += r->factor * times;
    return true;
}

static bool read_steps(struct reading *r, struct json list, uint32_t depth);

static bool read_loop(struct reading *r, struct json j, uint32_t depth)
{
    uint64_t times;
    if (depth == PROGRAM_DEPTH_MAX) {
        json_error(j, DIAG_SCHEDULE, "loops are nested more than %d deep",
                   (int)PROGRAM_DEPTH_MAX);
        return false;
    }
    if (!json_read_u64(json_get(j, "loop"), 1, STEPS_MAX, &times))
        return false;
    struct json steps = json_need(j, "steps");
    if (!json_exists(steps) || !json_no_more_keys(j))
        return false;
    if (r->factor > STEPS_MAX / times) {
        json_error(j, DIAG_SCHEDULE, "a frame has more than 2^32 steps");
        return false;
    }
    const uint64_t factor = r->factor;
    r->factor *= times;
    schedule_loop(r->schedule, times);
    const bool ok = read_steps(r, steps, depth + 1);
    schedule_end(r->schedule);
    r->factor = factor;
    return ok;
}

static bool read_steps(struct reading *r, struct json list, uint32_t depth)
{
    if (!json_is_array(list, 1, UINT32_MAX))
        return false;
    for (size_t i = 0; i < json_length(list); i++) {
        struct json j = json_at(list, i);
        if (!json_is_object(j))
            return false;
        const bool ok = json_exists(json_get(j, "loop"))
                            ? read_loop(r, j, depth)
                            : read_step(r, j);
        if (!ok)
            return false;
    }
    return true;
}

static bool read_style(struct reading *r, struct json j)
{
    static const char *const styles[] = { "patient", "bubbles", "rigid",
                                          "elastic", NULL };
    static const enum stall_style values[] = { STALL_RIGID, STALL_BUBBLES,
                                               STALL_RIGID, STALL_ELASTIC };
    static const char *const overlaps[] = { "pipelined", "sequential", NULL };
    struct schedule *s = r->schedule;
    struct json style = json_need(j, "style");
    uint32_t word = 0;
    if (!json_exists(style) || !read_word(style, "style", styles, &word))
        return false;
    s->style = values[word];
    r->is_patient = word == 0;
    uint32_t overlap = 0;
    struct json o = json_get(j, "overlap");
    if (json_exists(o) && !read_word(o, "overlap", overlaps, &overlap))
        return false;
    s->overlap = overlap == 0 ? OVERLAP_PIPELINED : OVERLAP_SEQUENTIAL;
    if (!read_number(j, "restart", 0, CYCLES_MAX, &s->restart) ||
        !read_number(j, "start", 0, CYCLES_MAX, &s->start))
        return false;
    if (s->style != STALL_ELASTIC)
        return true;
    struct json credits = json_need(j, "credits");
    return json_exists(credits) &&
           json_read_u32(credits, 1, CREDITS_MAX, &s->credits);
}

/* Due ticks increase from step to step, of the frame after this one too; by
 * gap alone, which is the least that may lie between two steps.  Loops whose
 * rounds end as they began are gone through twice. */
struct order {
    uint64_t tick, due; /* of the step before, of its last write */
    bool any, ok;
};

static void order_step(struct order *o, const struct step *s, uint64_t times)
{
    for (uint64_t i = 0; i < times && i < 2; i++) {
        if (o->any)
            o->tick += s->gap;
        o->any = true;
        if (s->writes == 0)
            continue;
        const uint64_t first = o->tick + s->delay;
        if (!s->patient && first <= o->due && o->due != 0)
            o->ok = false;
        o->due = first + (uint64_t)(s->count - 1) * s->spacing;
    }
    if (times > 2) {
        o->tick += (times - 2) * s->gap;
        if (s->writes != 0)
            o->due += (times - 2) * s->gap;
    }
}

static void order_part(struct order *o, const struct schedule *s,
                       uint32_t begin, uint32_t end)
{
    for (uint32_t i = begin; i < end; i++) {
        const struct instruction *in = &s->instructions[i];
        if (in->kind == INSTRUCTION_STEP)
            order_step(o, &in->step, in->times);
        if (in->kind != INSTRUCTION_LOOP)
            continue;
        uint32_t last = i + 1;
        while (s->instructions[last].kind != INSTRUCTION_END ||
               s->instructions[last].loop != i)
            last++;
        order_part(o, s, i + 1, last);
        if (in->times > 1)
            order_part(o, s, i + 1, last);
        i = last;
    }
}

static bool check_order(const struct reading *r, struct json j)
{
    const struct schedule *s = r->schedule;
    struct order o = { .ok = true };
    order_part(&o, s, 0, s->count);
    if (s->overlap == OVERLAP_SEQUENTIAL && o.due > o.tick)
        o.tick = o.due;
    order_part(&o, s, 0, s->count);
    if (!o.ok)
        json_error(j, DIAG_SCHEDULE,
                   "in stage '%s' a token of a later step is due no later than "
                   "one of an earlier step",
                   r->stage->name);
    return o.ok;
}

bool schedule_program_read(struct arena *a, struct json j,
                           const struct schedule_file *file,
                           struct schedule_stage *out)
{
    struct reading r = { .arena = a,
                         .file = file,
                         .stage = out,
                         .schedule = schedule_new(a),
                         .factor = 1 };
    out->schedule = r.schedule;
    if (!read_style(&r, j))
        return false;
    struct json program = json_need(j, "program");
    return json_exists(program) && read_steps(&r, program, 0) &&
           check_order(&r, program);
}
