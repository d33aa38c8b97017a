/* The kind and depth of every FIFO. */
#include "base/diag.h"
#include "design/fifo.h"
#include "design/kernel.h"
#include "design/lowering.h"

#include <inttypes.h>
#include <stddef.h>
#include <string.h>

enum { DEFAULT_DEPTH = 16, DEFAULT_PIXELS = 4, DEFAULT_FRAMES = 2 };

/* Options for just this stream go before those for all copies of it. */
static const struct fifo_options *options_of(const struct lowering *w,
                                             const struct stream *s)
{
    const struct fifo_options *of_all = NULL;
    for (uint32_t i = 0; i < w->hardware->fifo_count; i++) {
        const struct fifo_options *o = &w->hardware->fifos[i];
        if (strcmp(o->stream, s->name) == 0)
            return o;
        if (strcmp(o->stream, w->base_names[s->index]) == 0)
            of_all = o;
    }
    return of_all;
}

static bool is_kernel(const struct process *p, const char *name)
{
    return p != NULL && strcmp(p->kernel->name, name) == 0;
}

/* Where frame buffers stand in a frame-buffered design: between layers.  What
 * lowering inserted streams between its layer and the buffer: the buffer is
 * in front of paddings and converters and behind clones and dispatchers. */
static bool is_buffered(const struct stream *s)
{
    if (s->consumer == NULL || is_kernel(s->consumer, "clone") ||
        is_kernel(s->consumer, "dispatch"))
        return false;
    /* Both ends of a link: a frame leaves, and is read, as a whole. */
    if (is_kernel(s->producer, "link"))
        return !is_kernel(s->consumer, "link");
    if (s->producer == NULL || !s->producer->inserted)
        return true;
    return is_kernel(s->producer, "clone") ||
           is_kernel(s->producer, "dispatch");
}

/* Where nobody asked for a depth.  Beside a dispatch or collect a whole frame:
 * a copy works on its frame while the others get and deliver theirs.  Else a
 * few pixels, or the slack asked for. */
static uint32_t default_depth(const struct hardware *h, const struct stream *s)
{
    bool beside_turns =
        is_kernel(s->producer, "dispatch") || is_kernel(s->consumer, "collect");
    if (beside_turns && s->tokens_per_frame > DEFAULT_DEPTH)
        return s->tokens_per_frame < FIFO_DEPTH_MAX
                   ? (uint32_t)s->tokens_per_frame
                   : FIFO_DEPTH_MAX;
    /* Convolutions take and deliver whole pixels. */
    uint64_t tokens = DEFAULT_PIXELS * (uint64_t)stream_tokens_per_pixel(s);
    if (tokens < DEFAULT_DEPTH)
        tokens = DEFAULT_DEPTH;
    if (h->fifo_slack != 0)
        tokens = h->fifo_slack;
    /* A frame is enough, but short frames may follow each other closely. */
    uint64_t most = s->tokens_per_frame > DEFAULT_DEPTH ? s->tokens_per_frame
                                                        : DEFAULT_DEPTH;
    return (uint32_t)(tokens < most ? tokens : most);
}

/* A buffer holds no larger frame than a FIFO can hold tokens. */
static bool check_frame(const struct lowering *w, const struct stream *s,
                        struct place where)
{
    if (s->tokens_per_frame <= FIFO_DEPTH_MAX)
        return true;
    const struct process *p = s->producer != NULL ? s->producer : s->consumer;
    if (where.line == 0 && p != NULL)
        where = p->layer->place;
    diag_error(w->diag, where, DIAG_FIFO,
               "a frame of '%s' is %" PRIu64 " tokens, more than the %d that a "
               "frame buffer can hold",
               s->name, s->tokens_per_frame, FIFO_DEPTH_MAX);
    diag_hint(w->diag, "a pixel of more lanes is fewer tokens; or a FIFO of "
                       "another kind");
    return false;
}

static void choose_fifo(const struct lowering *w, struct stream *s,
                        const struct fifo_options *o)
{
    const struct hardware *h = w->hardware;
    uint32_t depth = h->fifo_depth;
    enum fifo_kind kind = h->fifo_kind;
    struct place where = h->fifo_place;
    if (h->buffering == BUFFERING_FRAME && is_buffered(s)) {
        kind = FIFO_FRAME;
        depth = 0; /* that of FIFOs is in tokens */
    }
    if (o != NULL) {
        if (o->kind != FIFO_AUTO && o->kind != kind) {
            if ((o->kind == FIFO_FRAME) != (kind == FIFO_FRAME))
                depth = 0;
            kind = o->kind;
        }
        if (o->depth != 0)
            depth = o->depth;
        where = o->place;
    }
    s->auto_depth = depth == 0;
    if (depth == 0)
        depth = kind == FIFO_FRAME ? DEFAULT_FRAMES : default_depth(h, s);
    if (kind == FIFO_FRAME && !check_frame(w, s, where))
        return;
    if (fifo_check(s->name, kind, depth, where, w->diag))
        fifo_set(s, kind, depth);
}

void lowering_choose_fifos(const struct lowering *w)
{
    const bool is_hls = family_is_hls(w->design->family);
    for (uint32_t i = 0; i < w->design->stream_count; i++) {
        struct stream *s = &w->design->streams[i];
        const struct fifo_options *o = options_of(w, s);
        if (is_hls)
            lowering_choose_hls_fifo(w, s, o);
        else
            choose_fifo(w, s, o);
    }
    for (uint32_t i = 0; i < w->hardware->fifo_count; i++) {
        const struct fifo_options *o = &w->hardware->fifos[i];
        bool found = false;
        for (uint32_t k = 0; !found && k < w->design->stream_count; k++)
            found = strcmp(o->stream, w->design->streams[k].name) == 0 ||
                    strcmp(o->stream, w->base_names[k]) == 0;
        if (!found)
            fifo_report_unknown(w->design, o->stream, o->place, w->diag);
    }
}
