#include "tests/fuzz/timing_shrink.h"

#include "base/arena.h"
#include "tests/fuzz/timing_build.h"
#include "tests/reference/expand.h"

enum { TRIES_MAX = 3000 };

struct shrink {
    struct arena *arena;
    struct timing *best;
    uint32_t frames;
    timing_fails fails;
    void *context;
    uint32_t tries;
};

/* Keeps the candidate if it is legal and fails as well. */
static bool keep(struct shrink *s, struct timing *candidate, uint32_t frames)
{
    if (candidate == NULL || s->tries == TRIES_MAX ||
        !timing_is_legal(s->arena, candidate))
        return false;
    s->tries++;
    if (!s->fails(candidate, frames, s->context))
        return false;
    s->best = candidate;
    s->frames = frames;
    return true;
}

static bool shrink_frames(struct shrink *s)
{
    bool any = false;
    while (s->frames > 1 &&
           keep(s, timing_copy(s->arena, s->best), s->frames - 1))
        any = true;
    return any;
}

static bool shrink_graph(struct shrink *s)
{
    bool any = false;
    for (uint32_t p = s->best->process_count; p-- > 0;)
        if (keep(s, timing_without_process(s->arena, s->best, p), s->frames))
            any = true;
    for (uint32_t i = s->best->stream_count; i-- > 0;) {
        if (i >= s->best->stream_count)
            continue;
        if (keep(s, timing_without_stream(s->arena, s->best, i), s->frames))
            any = true;
    }
    return any;
}

static bool keep_stream(struct shrink *s, uint32_t i,
                        const struct timing_stream *changed)
{
    struct timing *t = timing_copy(s->arena, s->best);
    t->streams[i] = *changed;
    return keep(s, t, s->frames);
}

/* Each property to its least value, or at least half way there. */
static bool shrink_stream(struct shrink *s, uint32_t i)
{
    struct timing_stream now = s->best->streams[i];
    struct stimulus *x = &now.stimulus;
    /* A frame buffer keeps whole banks, or becomes a FIFO. */
    if (now.frame_tokens != 0) {
        struct timing_stream plain = now;
        plain.frame_tokens = 0;
        if (keep_stream(s, i, &plain))
            return true;
    }
    const uint32_t bank =
        now.frame_tokens == 0 ? 1 : (uint32_t)now.frame_tokens;
    const struct {
        uint32_t *value;
        uint32_t least;
    } properties[] = {
        { &now.capacity, bank },  { &now.write_latency, 1 },
        { &now.read_latency, 1 }, { &x->gap, 0 },
        { &x->burst, 0 },         { &x->pause, 0 },
        { &x->frame_gap, 0 },     { &x->random, 0 },
        { &x->phase, 0 },         { &x->grid, 0 },
    };
    bool any = false;
    for (size_t k = 0; k < sizeof properties / sizeof properties[0]; k++) {
        uint32_t *value = properties[k].value;
        uint32_t was = *value, least = properties[k].least;
        if (was == least)
            continue;
        uint32_t half = least + (was - least) / 2;
        *value = least;
        if (keep_stream(s, i, &now)) {
            any = true;
            continue;
        }
        *value = half;
        if (half != least && keep_stream(s, i, &now))
            any = true;
        else
            *value = was;
    }
    return any;
}

static bool shrink_streams(struct shrink *s)
{
    bool any = false;
    for (uint32_t i = 0; i < s->best->stream_count; i++)
        any = shrink_stream(s, i) || any;
    return any;
}

static struct schedule *schedule_of(struct timing *t, uint32_t p)
{
    /* All timings here are copies of ours. */
    return (struct schedule *)t->processes[p].schedule;
}

static struct step *step_of(struct timing *t, uint32_t p, uint32_t i)
{
    return &schedule_of(t, p)->instructions[i].step;
}

/* What a process reads and writes in a frame, after its schedule changed.
 * False if its neighbours would have to change too. */
static bool recount(struct shrink *s, struct timing *t, uint32_t process)
{
    const struct timing_process *p = &t->processes[process];
    const struct schedule *of = p->schedule;
    const struct expansion *e = expand(s->arena, of->instructions, of->count);
    uint32_t ports = p->input_count + p->output_count;
    for (uint32_t port = 0; port < ports; port++) {
        bool output = port >= p->input_count;
        uint32_t bit = output ? port - p->input_count : port;
        struct timing_stream *stream =
            &t->streams[output ? p->outputs[bit] : p->inputs[port]];
        uint64_t tokens = 0;
        for (uint64_t i = 0; i < e->count; i++) {
            const struct step *step = &of->instructions[e->at[i]].step;
            if (output)
                tokens += (step->writes >> bit & 1) * step->count;
            else
                tokens += step->reads >> bit & 1;
        }
        if (p->turns && stream->copies <= 1)
            tokens /= p->copies;
        if (tokens == stream->tokens_per_frame)
            continue;
        if ((output ? stream->consumer : stream->producer) != TIMING_EDGE)
            return false;
        if (stream->frame_tokens != 0) {
            stream->capacity =
                (uint32_t)(stream->capacity / stream->frame_tokens * tokens);
            stream->frame_tokens = tokens;
        }
        stream->tokens_per_frame = tokens;
    }
    return true;
}

/* Fewer rounds of instruction i, down to `times`. */
static bool shrink_times(struct shrink *s, uint32_t process, uint32_t i,
                         uint64_t times)
{
    struct timing *t = timing_copy(s->arena, s->best);
    schedule_of(t, process)->instructions[i].times = times;
    return recount(s, t, process) && keep(s, t, s->frames);
}

/* Takes out one instruction, a LOOP with its END but not what is in it. */
static bool shrink_instruction(struct shrink *s, uint32_t process, uint32_t i)
{
    struct timing *t = timing_copy(s->arena, s->best);
    struct schedule *of = schedule_of(t, process);
    struct schedule *shorter = schedule_new(s->arena);
    shorter->style = of->style;
    shorter->overlap = of->overlap;
    shorter->restart = of->restart;
    shorter->credits = of->credits;
    shorter->held = of->held;
    shorter->held_ticks = of->held_ticks;
    for (uint32_t k = 0; k < of->count; k++) {
        const struct instruction *in = &of->instructions[k];
        if (k == i || (in->kind == INSTRUCTION_END && in->loop == i))
            continue;
        if (in->kind == INSTRUCTION_STEP)
            schedule_step(shorter, in->times, &in->step);
        else if (in->kind == INSTRUCTION_LOOP)
            schedule_loop(shorter, in->times);
        else
            schedule_end(shorter);
    }
    t->processes[process].schedule = shorter;
    return shorter->count > 0 && recount(s, t, process) &&
           keep(s, t, s->frames);
}

static bool same_step(const struct step *a, const struct step *b)
{
    return a->gap == b->gap && a->hold == b->hold &&
           a->needs_datapath == b->needs_datapath && a->delay == b->delay &&
           a->spacing == b->spacing && a->patient == b->patient;
}

/* One property of a step made plainer. */
static bool shrink_step(struct shrink *s, uint32_t p, uint32_t i)
{
    enum { VARIANTS = 8 };
    struct step now = *step_of(s->best, p, i), plain[VARIANTS];
    for (int k = 0; k < VARIANTS; k++)
        plain[k] = now;
    plain[0].gap = 1;
    plain[1].hold = 0;
    plain[2].needs_datapath = false;
    plain[3].delay = now.delay > 1 ? 1 : now.delay;
    plain[4].delay = now.delay / 2;
    plain[5].hold = now.hold / 2;
    plain[6].spacing = now.spacing > 1 ? 1 : now.spacing;
    plain[7].patient = false;
    for (int k = 0; k < VARIANTS; k++) {
        if (same_step(&plain[k], &now))
            continue;
        struct timing *t = timing_copy(s->arena, s->best);
        *step_of(t, p, i) = plain[k];
        if (keep(s, t, s->frames))
            return true;
    }
    return false;
}

static bool shrink_manner(struct shrink *s, uint32_t p)
{
    bool any = false;
    for (int k = 0; k < 4; k++) {
        struct timing *t = timing_copy(s->arena, s->best);
        struct schedule *of = schedule_of(t, p);
        struct schedule was = *of;
        if (k == 0)
            of->style = STALL_BUBBLES;
        if (k == 1)
            of->overlap = OVERLAP_PIPELINED;
        if (k == 2)
            of->restart /= 2;
        if (k == 3)
            of->credits = of->credits > 1 ? of->credits / 2 : of->credits;
        if (of->style != was.style || of->overlap != was.overlap ||
            of->restart != was.restart || of->credits != was.credits)
            any = keep(s, t, s->frames) || any;
    }
    return any;
}

static bool shrink_schedule(struct shrink *s, uint32_t p)
{
    bool any = shrink_manner(s, p);
    for (uint32_t i = schedule_of(s->best, p)->count; i-- > 0;) {
        /* An END goes with its LOOP, which takes two away. */
        if (i >= schedule_of(s->best, p)->count)
            continue;
        struct instruction in = schedule_of(s->best, p)->instructions[i];
        if (in.kind == INSTRUCTION_END)
            continue;
        if (shrink_instruction(s, p, i)) {
            any = true;
            continue;
        }
        if (in.times > 1 &&
            (shrink_times(s, p, i, 1) || shrink_times(s, p, i, in.times / 2) ||
             shrink_times(s, p, i, in.times - 1)))
            any = true;
        while (in.kind == INSTRUCTION_STEP && shrink_step(s, p, i))
            any = true;
    }
    return any;
}

static bool shrink_schedules(struct shrink *s)
{
    bool any = false;
    for (uint32_t p = 0; p < s->best->process_count; p++)
        any = shrink_schedule(s, p) || any;
    return any;
}

struct timing *timing_shrink(struct arena *a, const struct timing *t,
                             uint32_t *frames, timing_fails fails,
                             void *context)
{
    struct shrink s = {
        .arena = a,
        .best = timing_copy(a, t),
        .frames = *frames,
        .fails = fails,
        .context = context,
    };
    bool any;
    do {
        any = shrink_frames(&s);
        any = shrink_graph(&s) || any;
        any = shrink_streams(&s) || any;
        any = shrink_schedules(&s) || any;
    } while (any && s.tries < TRIES_MAX);
    *frames = s.frames;
    return s.best;
}
