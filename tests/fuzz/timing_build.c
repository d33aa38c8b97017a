#include "tests/fuzz/timing_build.h"

#include <assert.h>
#include <string.h>

#include "base/arena.h"
#include "tests/fuzz/schedule_legal.h"
#include "tests/reference/expand.h"

void timing_build_start(struct timing_builder *b, struct arena *a)
{
    memset(b, 0, sizeof *b);
    b->arena = a;
}

static uint32_t add_stream(struct timing_builder *b, uint32_t producer,
                           uint64_t tokens)
{
    assert(b->stream_count < BUILD_STREAMS_MAX);
    uint32_t stream = b->stream_count++;
    b->streams[stream] = (struct timing_stream){
        .name = arena_printf(b->arena, "s%u", stream),
        .capacity = 1,
        .write_latency = 1,
        .read_latency = 1,
        .tokens_per_frame = tokens,
        .copies = b->copies,
        .copy = b->copy,
        .producer = producer,
        .consumer = TIMING_EDGE,
    };
    return stream;
}

uint32_t timing_build_source(struct timing_builder *b, uint64_t tokens)
{
    return add_stream(b, TIMING_EDGE, tokens);
}

/* Tokens of one frame on a port, by the list of its steps. */
static uint64_t count_tokens(struct arena *a, const struct schedule *s,
                             uint32_t port, bool output)
{
    const struct expansion *e = expand(a, s->instructions, s->count);
    uint64_t tokens = 0;
    for (uint64_t i = 0; i < e->count; i++) {
        const struct step *step = &s->instructions[e->at[i]].step;
        if (output)
            tokens += (step->writes >> port & 1) * step->count;
        else
            tokens += step->reads >> port & 1;
    }
    return tokens;
}

uint32_t timing_build_process(struct timing_builder *b, const char *name,
                              const struct schedule *s, uint32_t input_count,
                              const uint32_t *inputs, uint32_t output_count)
{
    assert(b->process_count < BUILD_PROCESSES_MAX);
    uint32_t process = b->process_count++;
    uint32_t first = b->stream_count;
    uint32_t *ports =
        arena_new_array(b->arena, uint32_t, input_count + output_count);
    for (uint32_t i = 0; i < input_count; i++) {
        assert(b->streams[inputs[i]].consumer == TIMING_EDGE);
        b->streams[inputs[i]].consumer = process;
        ports[i] = inputs[i];
    }
    for (uint32_t o = 0; o < output_count; o++)
        ports[input_count + o] =
            add_stream(b, process, count_tokens(b->arena, s, o, true));
    b->processes[process] = (struct timing_process){
        .name = arena_printf(b->arena, "%s%u", name, process),
        .schedule = s,
        .copies = b->copies,
        .copy = b->copy,
        .input_count = input_count,
        .output_count = output_count,
        .inputs = ports,
        .outputs = ports + input_count,
    };
    return first;
}

uint32_t timing_build_turns(struct timing_builder *b, const char *name,
                            const struct schedule *s, uint32_t input_count,
                            const uint32_t *inputs, uint32_t output_count)
{
    assert(b->copies == 0 && (input_count == 1) != (output_count == 1));
    uint32_t first =
        timing_build_process(b, name, s, input_count, inputs, output_count);
    struct timing_process *p = &b->processes[b->process_count - 1];
    p->turns = true;
    p->copies = input_count == 1 ? output_count : input_count;
    if (output_count == 1)
        b->streams[first].tokens_per_frame /= p->copies;
    for (uint32_t o = 0; output_count > 1 && o < output_count; o++) {
        b->streams[first + o].copies = p->copies;
        b->streams[first + o].copy = o;
    }
    return first;
}

struct timing *timing_build_end(struct timing_builder *b)
{
    struct timing *t = arena_new_item(b->arena, struct timing);
    t->stream_count = b->stream_count;
    t->streams =
        arena_new_array(b->arena, struct timing_stream, b->stream_count);
    memcpy(t->streams, b->streams, b->stream_count * sizeof *t->streams);
    t->process_count = b->process_count;
    t->processes =
        arena_new_array(b->arena, struct timing_process, b->process_count);
    memcpy(t->processes, b->processes, b->process_count * sizeof *t->processes);
    assert(timing_is_legal(b->arena, t));
    return t;
}

/* Tokens on a port of the steps from `from` up to `to` of a frame. */
static uint64_t count_part(const struct schedule *s, const struct expansion *e,
                           uint64_t from, uint64_t to, uint32_t port,
                           bool output)
{
    uint64_t tokens = 0;
    for (uint64_t i = from; i < to; i++) {
        const struct step *step = &s->instructions[e->at[i]].step;
        if (output)
            tokens += (step->writes >> port & 1) * step->count;
        else
            tokens += step->reads >> port & 1;
    }
    return tokens;
}

/* The frames of the run that a process works on, one after the other: does
 * each of them move its tokens on the streams that carry it, and none on the
 * others? */
static bool moves_its_frames(struct arena *a, const struct timing *t,
                             const struct timing_process *p)
{
    const struct schedule *s = p->schedule;
    const struct expansion *e = expand(a, s->instructions, s->count);
    uint32_t turns = p->turns ? p->copies : 1;
    uint32_t ports = p->input_count + p->output_count;
    if (turns == 0 || e->count % turns != 0)
        return false;
    uint64_t steps = e->count / turns;
    for (uint32_t k = 0; k < ports * turns; k++) {
        uint32_t port = k / turns, turn = k % turns;
        bool output = port >= p->input_count;
        uint32_t bit = output ? port - p->input_count : port;
        const struct timing_stream *x =
            &t->streams[output ? p->outputs[bit] : p->inputs[bit]];
        bool carries =
            p->turns ? x->copies <= 1 || (x->copies == turns && x->copy == turn)
                     : x->copies == p->copies && x->copy == p->copy;
        if (!p->turns && !carries)
            return false;
        if (count_part(s, e, turn * steps, (turn + 1) * steps, bit, output) !=
            (carries ? x->tokens_per_frame : 0))
            return false;
    }
    return true;
}

/* The frames of a schedule with turns begin with an instruction outside of
 * loops. */
static bool turns_are_apart(const struct timing_process *p)
{
    const struct schedule *s = p->schedule;
    if (!p->turns)
        return true;
    uint64_t each = schedule_steps(s) / p->copies, done = 0, factor = 1;
    uint32_t begun = 0, depth = 0;
    for (uint32_t i = 0; i < s->count; i++) {
        const struct instruction *in = &s->instructions[i];
        if (depth == 0 && done == begun * each)
            begun++;
        if (in->kind == INSTRUCTION_STEP) {
            done += in->times * factor;
        } else if (in->kind == INSTRUCTION_LOOP) {
            factor *= in->times;
            depth++;
        } else {
            factor /= s->instructions[in->loop].times;
            depth--;
        }
    }
    return begun == p->copies;
}

static bool stream_is_legal(const struct timing_stream *s)
{
    if (s->tokens_per_frame == 0 || s->capacity == 0 ||
        (s->stimulus.phase != 0 && s->stimulus.phase >= s->stimulus.grid) ||
        (s->copies > 0 && s->copy >= s->copies) ||
        (s->producer == TIMING_EDGE && s->consumer == TIMING_EDGE))
        return false;
    return s->frame_tokens == 0 ||
           (s->tokens_per_frame % s->frame_tokens == 0 &&
            s->capacity % s->frame_tokens == 0);
}

bool timing_is_legal(struct arena *a, const struct timing *t)
{
    if (t->process_count == 0)
        return false;
    for (uint32_t p = 0; p < t->process_count; p++) {
        const struct timing_process *process = &t->processes[p];
        if (process->input_count == 0 || process->output_count == 0 ||
            !schedule_is_legal(a, process->schedule) ||
            !moves_its_frames(a, t, process) || !turns_are_apart(process))
            return false;
    }
    for (uint32_t i = 0; i < t->stream_count; i++)
        if (!stream_is_legal(&t->streams[i]))
            return false;
    return true;
}

struct timing *timing_copy(struct arena *a, const struct timing *t)
{
    struct timing *c = arena_new_item(a, struct timing);
    *c = *t;
    c->streams = arena_new_array(a, struct timing_stream, t->stream_count);
    memcpy(c->streams, t->streams, t->stream_count * sizeof *c->streams);
    c->processes = arena_new_array(a, struct timing_process, t->process_count);
    for (uint32_t p = 0; p < t->process_count; p++) {
        const struct timing_process *from = &t->processes[p];
        struct schedule *s = arena_new_item(a, struct schedule);
        *s = *from->schedule;
        s->arena = a;
        s->instructions = arena_new_array(a, struct instruction, s->count);
        memcpy(s->instructions, from->schedule->instructions,
               s->count * sizeof *s->instructions);
        uint32_t *ports =
            arena_new_array(a, uint32_t,
                            from->input_count + from->output_count);
        memcpy(ports, from->inputs, from->input_count * sizeof *ports);
        memcpy(ports + from->input_count, from->outputs,
               from->output_count * sizeof *ports);
        c->processes[p] = *from;
        c->processes[p].schedule = s;
        c->processes[p].inputs = ports;
        c->processes[p].outputs = ports + from->input_count;
    }
    return c;
}

/* Takes bit `port` out of a mask, the ones above it come down. */
static uint32_t without_bit(uint32_t mask, uint32_t port)
{
    uint32_t below = (UINT32_C(1) << port) - 1;
    return (mask & below) | (mask >> 1 & ~below);
}

/* Takes the stream out of the ports of a process of a copy. */
static void drop_port(struct timing_process *p, uint32_t stream, bool output)
{
    /* The copy is ours to change. */
    uint32_t *ports = (uint32_t *)(output ? p->outputs : p->inputs);
    struct schedule *s = (struct schedule *)p->schedule;
    uint32_t *count = output ? &p->output_count : &p->input_count;
    uint32_t port = 0;
    while (ports[port] != stream)
        port++;
    for (uint32_t i = port; i + 1 < *count; i++)
        ports[i] = ports[i + 1];
    --*count;
    for (uint32_t i = 0; i < s->count; i++) {
        struct step *step = &s->instructions[i].step;
        if (output) {
            step->writes = without_bit(step->writes, port);
            if (step->writes == 0)
                step->count = 0;
        } else {
            step->reads = without_bit(step->reads, port);
        }
    }
}

/* Removes a stream of a copy that is no longer on any port. */
static void drop_stream(struct timing *t, uint32_t stream)
{
    for (uint32_t i = stream; i + 1 < t->stream_count; i++)
        t->streams[i] = t->streams[i + 1];
    t->stream_count--;
    for (uint32_t p = 0; p < t->process_count; p++) {
        struct timing_process *process = &t->processes[p];
        uint32_t *inputs = (uint32_t *)process->inputs;
        uint32_t *outputs = (uint32_t *)process->outputs;
        for (uint32_t i = 0; i < process->input_count; i++)
            inputs[i] -= inputs[i] > stream ? 1 : 0;
        for (uint32_t o = 0; o < process->output_count; o++)
            outputs[o] -= outputs[o] > stream ? 1 : 0;
    }
}

struct timing *timing_without_stream(struct arena *a, const struct timing *t,
                                     uint32_t stream)
{
    struct timing *c = timing_copy(a, t);
    struct timing_stream s = c->streams[stream];
    if (s.producer != TIMING_EDGE)
        drop_port(&c->processes[s.producer], stream, true);
    if (s.consumer != TIMING_EDGE)
        drop_port(&c->processes[s.consumer], stream, false);
    drop_stream(c, stream);
    return timing_is_legal(a, c) ? c : NULL;
}

struct timing *timing_without_process(struct arena *a, const struct timing *t,
                                      uint32_t process)
{
    struct timing *c = timing_copy(a, t);
    for (uint32_t p = process; p + 1 < c->process_count; p++)
        c->processes[p] = c->processes[p + 1];
    c->process_count--;
    for (uint32_t i = c->stream_count; i-- > 0;) {
        struct timing_stream *s = &c->streams[i];
        uint32_t *ends[] = { &s->producer, &s->consumer };
        for (int e = 0; e < 2; e++) {
            if (*ends[e] == process)
                *ends[e] = TIMING_EDGE;
            else if (*ends[e] != TIMING_EDGE && *ends[e] > process)
                --*ends[e];
        }
        if (s->producer == TIMING_EDGE && s->consumer == TIMING_EDGE)
            drop_stream(c, i);
    }
    return timing_is_legal(a, c) ? c : NULL;
}

static void dump_end(FILE *to, const struct timing *t, uint32_t process)
{
    if (process == TIMING_EDGE)
        fputs("edge", to);
    else
        fputs(t->processes[process].name, to);
}

static void dump_stream(FILE *to, const struct timing *t, uint32_t stream)
{
    const struct timing_stream *s = &t->streams[stream];
    const struct stimulus *x = &s->stimulus;
    fprintf(to, "  stream %u '%s' ", stream, s->name);
    dump_end(to, t, s->producer);
    fputs(" -> ", to);
    dump_end(to, t, s->consumer);
    fprintf(to, ": capacity %u, write_latency %u, read_latency %u, %llu tokens",
            s->capacity, s->write_latency, s->read_latency,
            (unsigned long long)s->tokens_per_frame);
    if (s->frame_tokens != 0)
        fprintf(to, " in frames of %llu", (unsigned long long)s->frame_tokens);
    if (s->copies > 1)
        fprintf(to, ", copy %u of %u", s->copy, s->copies);
    if (!stimulus_is_always(x))
        fprintf(to,
                ", stimulus gap %u burst %u pause %u frame_gap %u random %u "
                "seed %llu grid %u phase %u",
                x->gap, x->burst, x->pause, x->frame_gap, x->random,
                (unsigned long long)x->seed, x->grid, x->phase);
    fputc('\n', to);
}

static void dump_step(FILE *to, const struct instruction *in)
{
    const struct step *s = &in->step;
    fprintf(to, "step x%llu gap %u", (unsigned long long)in->times, s->gap);
    if (s->reads != 0)
        fprintf(to, ", reads 0x%x", s->reads);
    if (s->patient)
        fputs(", patient", to);
    if (s->needs_datapath)
        fputs(", needs datapath", to);
    if (s->hold != 0)
        fprintf(to, ", hold %llu", (unsigned long long)s->hold);
    if (s->writes != 0)
        fprintf(to, ", writes 0x%x delay %llu count %u spacing %u", s->writes,
                (unsigned long long)s->delay, s->count, s->spacing);
    fputc('\n', to);
}

static void dump_process(FILE *to, const struct timing *t, uint32_t process)
{
    static const char *const styles[] = { "bubbles", "rigid", "elastic" };
    const struct timing_process *p = &t->processes[process];
    const struct schedule *s = p->schedule;
    fprintf(to, "  process %u '%s' %s", process, p->name, styles[s->style]);
    if (s->style == STALL_ELASTIC)
        fprintf(to, " (%u credits)", s->credits);
    if (s->held != 0)
        fprintf(to, " held 0x%x after %u", s->held, s->held_ticks);
    if (s->overlap == OVERLAP_SEQUENTIAL)
        fprintf(to, " sequential (restart %u)", s->restart);
    if (p->turns)
        fprintf(to, ", %u turns", p->copies);
    else if (p->copies > 1)
        fprintf(to, ", copy %u of %u", p->copy, p->copies);
    fputs(", in", to);
    for (uint32_t i = 0; i < p->input_count; i++)
        fprintf(to, " %u", p->inputs[i]);
    fputs(", out", to);
    for (uint32_t o = 0; o < p->output_count; o++)
        fprintf(to, " %u", p->outputs[o]);
    fputc('\n', to);
    uint32_t depth = 2;
    for (uint32_t i = 0; i < s->count; i++) {
        const struct instruction *in = &s->instructions[i];
        if (in->kind == INSTRUCTION_END) {
            depth--;
            continue;
        }
        fprintf(to, "%*s", (int)(2 * depth), "");
        if (in->kind == INSTRUCTION_STEP) {
            dump_step(to, in);
        } else {
            fprintf(to, "loop x%llu\n", (unsigned long long)in->times);
            depth++;
        }
    }
}

void timing_dump(FILE *to, const struct timing *t)
{
    for (uint32_t i = 0; i < t->stream_count; i++)
        dump_stream(to, t, i);
    for (uint32_t p = 0; p < t->process_count; p++)
        dump_process(to, t, p);
}
