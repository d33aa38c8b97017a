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
    uint32_t to_write; /* tokens left of the step that it is in */
    uint32_t writes;   /* and the outputs that get them */
};

struct lazy {
    const struct design *design;
    struct lazy_stream *streams;
    struct lazy_process *processes;
    /* Who waits for whom: each is to fill a stream, the last one first. */
    struct stream **stack;
    uint32_t stack_size;
};

static bool can_read(const struct lazy_stream *s)
{
    if (s->frame_tokens == 0)
        return s->read < s->written;
    return s->written >= (s->read / s->frame_tokens + 1) * s->frame_tokens;
}

static void write_token(struct lazy_stream *s)
{
    uint64_t held;
    if (s->frame_tokens == 0) {
        held = s->written + 1 - s->read;
    } else {
        /* The frame begun, and all before it that are not read whole. */
        held = s->written / s->frame_tokens + 1 - s->read / s->frame_tokens;
    }
    s->written++;
    if (held > s->need)
        s->need = held;
}

/* What of its next step process p misses; NULL: nothing. */
static struct stream *missing_input(const struct lazy *z,
                                    const struct process *p,
                                    const struct step *step)
{
    for (uint32_t i = 0; i < p->input_count; i++)
        if ((step->reads >> i & 1) != 0 &&
            !can_read(&z->streams[p->inputs[i]->index]))
            return p->inputs[i];
    return NULL;
}

/* Writes one token or takes one step; returns the stream that is in the
 * way, or NULL if it was done. */
static struct stream *advance(struct lazy *z, const struct process *p)
{
    struct lazy_process *lazy = &z->processes[p->index];
    if (lazy->to_write > 0) {
        lazy->to_write--;
        for (uint32_t o = 0; o < p->output_count; o++)
            if ((lazy->writes >> o & 1) != 0)
                write_token(&z->streams[p->outputs[o]->index]);
        return NULL;
    }
    const struct step *step = schedule_peek(&lazy->cursor);
    struct stream *missing = missing_input(z, p, step);
    if (missing != NULL)
        return missing;
    for (uint32_t i = 0; i < p->input_count; i++)
        if ((step->reads >> i & 1) != 0)
            z->streams[p->inputs[i]->index].read++;
    lazy->to_write = step->writes != 0 ? step->count : 0;
    lazy->writes = step->writes;
    schedule_advance(&lazy->cursor);
    return NULL;
}

/* Lets processes take steps until s can be read. */
static void demand(struct lazy *z, struct stream *s)
{
    z->stack_size = 0;
    z->stack[z->stack_size++] = s;
    while (z->stack_size > 0) {
        struct stream *top = z->stack[z->stack_size - 1];
        struct lazy_stream *lazy = &z->streams[top->index];
        if (can_read(lazy)) {
            z->stack_size--;
        } else if (top->producer == NULL) {
            write_token(lazy); /* the source has whatever is asked of it */
        } else {
            struct stream *missing = advance(z, top->producer);
            if (missing != NULL)
                z->stack[z->stack_size++] = missing;
        }
        assert(z->stack_size <= z->design->stream_count);
    }
}

static struct lazy *start(struct arena *a, const struct design *d)
{
    struct lazy *z = arena_new_item(a, struct lazy);
    z->design = d;
    z->streams = arena_new_array(a, struct lazy_stream, d->stream_count);
    z->processes = arena_new_array(a, struct lazy_process, d->process_count);
    z->stack = arena_new_array(a, struct stream *, d->stream_count + 1);
    for (uint32_t i = 0; i < d->stream_count; i++)
        if (d->streams[i].kind == FIFO_FRAME)
            z->streams[i].frame_tokens = d->streams[i].tokens_per_frame;
    for (uint32_t i = 0; i < d->process_count; i++) {
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
    for (uint64_t i = 0; i < frames * d->output->tokens_per_frame; i++) {
        demand(z, d->output);
        sink->read++;
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
    if (!has_joins(d))
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
