#include "engine/slack.h"

#include "base/arena.h"
#include "design/design.h"
#include "design/fifo.h"
#include "design/kernel.h"
#include "kernels/schedule.h"

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>

/* A stream in lazy evaluation. */
struct lazy_stream {
    uint64_t written, read;
    uint64_t frame_tokens; /* 0: a FIFO */
    uint64_t need;
};

/* A process in lazy evaluation. */
struct lazy_process {
    struct schedule_cursor cursor;
    uint64_t to_write; /* tokens left of the steps that it is in */
    uint32_t writes;   /* and the outputs that get them */
};

/* So many tokens are asked of a stream. */
struct request {
    struct stream *stream;
    uint64_t tokens;
};

struct lazy {
    const struct design *design;
    struct lazy_stream *streams;
    struct lazy_process *processes;
    /* Who waits for whom: each request is to be met, the last one first. */
    struct request *stack;
    uint32_t stack_size;
};

static uint64_t least(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

/* How many tokens are still to be written before all those of a request can
 * be read: those of a frame buffer once their frame is complete. */
static uint64_t missing(const struct lazy *z, const struct request *r)
{
    const struct lazy_stream *s = &z->streams[r->stream->index];
    uint64_t end = s->read + r->tokens;
    if (s->frame_tokens != 0)
        end = (end + s->frame_tokens - 1) / s->frame_tokens * s->frame_tokens;
    return end > s->written ? end - s->written : 0;
}

/* `tokens` are written one after the other.  One that is asked for is read at
 * once, before the next one is asked for: a FIFO then never holds more than
 * it. */
static void write_tokens(struct lazy_stream *s, uint64_t tokens, bool asked)
{
    uint64_t held = 1;
    s->written += tokens;
    if (s->frame_tokens != 0)
        /* The frame begun, and all before it that are not read whole. */
        held =
            (s->written - 1) / s->frame_tokens + 1 - s->read / s->frame_tokens;
    else if (!asked)
        held = s->written - s->read;
    if (held > s->need)
        s->need = held;
}

/* How often the next step of a process is taken in a row to write `tokens`
 * more of stream s.  One that reads several inputs is taken once at a time,
 * because it asks for a token of each in turn. */
static uint64_t steps_in_row(const struct process *p,
                             const struct schedule_cursor *c,
                             const struct stream *s, uint64_t tokens)
{
    const struct step *step = schedule_peek(c);
    if ((step->reads & (step->reads - 1)) != 0)
        return 1;
    for (uint32_t o = 0; o < p->output_count; o++)
        if ((step->writes >> o & 1) != 0 && p->outputs[o] == s)
            return least(c->repeat, (tokens + step->count - 1) / step->count);
    return c->repeat;
}

/* Pushes a request for what process p misses to take its next step so many
 * times, or fewer; false if it misses nothing. */
static bool ask_for_inputs(struct lazy *z, const struct process *p,
                           const struct step *step, uint64_t *steps)
{
    for (uint32_t i = 0; i < p->input_count; i++) {
        if ((step->reads >> i & 1) == 0)
            continue;
        const struct lazy_stream *s = &z->streams[p->inputs[i]->index];
        /* A frame is read before the next one is asked for. */
        if (s->frame_tokens != 0)
            *steps = least(*steps, s->frame_tokens - s->read % s->frame_tokens);
        const struct request r = { p->inputs[i], *steps };
        if (missing(z, &r) != 0) {
            z->stack[z->stack_size++] = r;
            return true;
        }
    }
    return false;
}

/* Tokens of a frame that a link has to read before it delivers the first
 * `tokens` of them: those that share a word, and a packet if it is stored. */
static uint64_t link_reads(const struct link *l, const struct link_stream *s,
                           uint64_t tokens, uint64_t tokens_per_frame)
{
    const uint64_t g = s->tokens_per_word, q = s->words_per_token;
    if (l->type->kind == LINK_CROSSING)
        return tokens;
    uint64_t words = (tokens + g - 1) / g * q;
    if (l->store_and_forward)
        words =
            (words + l->packet_words - 1) / l->packet_words * l->packet_words;
    return least((words + q - 1) / q * g, tokens_per_frame);
}

/* The same of a link, whose streams go through it each on its own.  What it
 * reads beyond what it is asked for stays in its buffers. */
static void advance_link(struct lazy *z, const struct process *p,
                         const struct stream *s, uint64_t tokens)
{
    uint32_t port = 0;
    while (p->outputs[port] != s)
        port++;
    struct lazy_stream *in = &z->streams[p->inputs[port]->index];
    struct lazy_stream *out = &z->streams[s->index];
    const uint64_t frame = s->tokens_per_frame;
    const uint64_t done = out->written % frame;
    tokens = least(tokens, frame - done);
    const uint64_t reads =
        out->written - done +
        link_reads(p->link, &p->link->streams[port], done + tokens, frame);
    if (in->read < reads) {
        const struct request r = { p->inputs[port], reads - in->read };
        if (missing(z, &r) != 0) {
            z->stack[z->stack_size++] = r;
            return;
        }
        in->read = reads;
    }
    write_tokens(out, tokens, true);
}

/* Writes what the steps it is in have left, or takes steps; for `tokens` more
 * of stream s.  If inputs are missing, pushes a request for them instead. */
static void advance(struct lazy *z, const struct process *p,
                    const struct stream *s, uint64_t tokens)
{
    struct lazy_process *lazy = &z->processes[p->index];
    if (lazy->to_write > 0) {
        uint64_t count = lazy->to_write;
        for (uint32_t o = 0; o < p->output_count; o++)
            if ((lazy->writes >> o & 1) != 0 && p->outputs[o] == s)
                count = least(count, tokens);
        lazy->to_write -= count;
        for (uint32_t o = 0; o < p->output_count; o++)
            if ((lazy->writes >> o & 1) != 0)
                write_tokens(&z->streams[p->outputs[o]->index], count,
                             p->outputs[o] == s);
        return;
    }
    const struct step *step = schedule_peek(&lazy->cursor);
    uint64_t steps = steps_in_row(p, &lazy->cursor, s, tokens);
    if (ask_for_inputs(z, p, step, &steps))
        return;
    for (uint32_t i = 0; i < p->input_count; i++)
        if ((step->reads >> i & 1) != 0)
            z->streams[p->inputs[i]->index].read += steps;
    lazy->to_write = step->writes != 0 ? steps * step->count : 0;
    lazy->writes = step->writes;
    schedule_advance_by(&lazy->cursor, steps);
}

/* Lets processes take steps until `tokens` of s can be read. */
static void demand(struct lazy *z, struct stream *s, uint64_t tokens)
{
    z->stack_size = 0;
    z->stack[z->stack_size++] = (struct request){ s, tokens };
    while (z->stack_size > 0) {
        const struct request *top = &z->stack[z->stack_size - 1];
        uint64_t more = missing(z, top);
        if (more == 0)
            z->stack_size--;
        else if (top->stream->producer == NULL)
            /* The source has whatever is asked of it. */
            write_tokens(&z->streams[top->stream->index], more, true);
        else if (top->stream->producer->link != NULL)
            advance_link(z, top->stream->producer, top->stream, more);
        else
            advance(z, top->stream->producer, top->stream, more);
        assert(z->stack_size <= z->design->stream_count);
    }
}

static struct lazy *start(struct arena *a, const struct design *d)
{
    struct lazy *z = arena_new_item(a, struct lazy);
    z->design = d;
    z->streams = arena_new_array(a, struct lazy_stream, d->stream_count);
    z->processes = arena_new_array(a, struct lazy_process, d->process_count);
    z->stack = arena_new_array(a, struct request, d->stream_count + 1);
    for (uint32_t i = 0; i < d->stream_count; i++)
        if (d->streams[i].kind == FIFO_FRAME)
            z->streams[i].frame_tokens = d->streams[i].tokens_per_frame;
    for (uint32_t i = 0; i < d->process_count; i++) {
        if (d->processes[i].link != NULL)
            continue;
        struct schedule *s = schedule_new(a);
        d->processes[i].kernel->schedule(&d->processes[i], s);
        schedule_start(&z->processes[i].cursor, s);
    }
    return z;
}

/* Frames after which the state has recurred, and one more of each copy. */
static uint64_t frames_to_see(const struct design *d)
{
    uint64_t copies = 1;
    for (uint32_t i = 0; i < d->stream_count; i++)
        if (d->streams[i].copies > copies)
            copies = d->streams[i].copies;
    /* Copies of single layers may differ in number, and take turns in a
     * rhythm of their own; within one of them frames are alike. */
    return 2 * copies + 1;
}

uint64_t *slack_needs(struct arena *a, const struct design *d)
{
    struct arena *scratch = arena_new();
    struct lazy *z = start(scratch, d);
    uint64_t frames = frames_to_see(d);
    struct lazy_stream *sink = &z->streams[d->output->index];
    for (uint64_t i = 0; i < frames; i++) {
        demand(z, d->output, d->output->tokens_per_frame);
        sink->read += d->output->tokens_per_frame;
    }
    uint64_t *needs = arena_new_array(a, uint64_t, d->stream_count);
    for (uint32_t i = 0; i < d->stream_count; i++)
        needs[i] = z->streams[i].need;
    arena_free(scratch);
    return needs;
}

/* Without branches that meet again every need is 1. */
static bool has_joins(const struct design *d)
{
    for (uint32_t i = 0; i < d->process_count; i++)
        if (d->processes[i].input_count > 1)
            return true;
    return false;
}

void slack_fit(struct design *d)
{
    /* HLS makes every FIFO as deep as it was told to. */
    if (!has_joins(d) || !family_is_ours(d->family))
        return;
    struct arena *scratch = arena_new();
    const uint64_t *needs = slack_needs(scratch, d);
    for (uint32_t i = 0; i < d->stream_count; i++) {
        struct stream *s = &d->streams[i];
        if (!s->auto_depth)
            continue;
        uint64_t depth = s->depth;
        if (s->kind != FIFO_FRAME && needs[i] > 1)
            depth += needs[i] - 1;
        else if (s->kind == FIFO_FRAME && needs[i] > depth)
            depth = needs[i];
        if (depth > FIFO_DEPTH_MAX)
            depth = FIFO_DEPTH_MAX;
        fifo_set(s, s->auto_kind ? FIFO_AUTO : s->kind, (uint32_t)depth);
    }
    arena_free(scratch);
}
