#include "design/design.h"

#include "base/arena.h"
#include "design/fifo.h"
#include "design/kernel.h"

#include <stddef.h>
#include <string.h>

bool process_is(const struct process *p, const char *kernel)
{
    return strcmp(p->kernel->name, kernel) == 0;
}

bool design_has_links(const struct design *d)
{
    return d->board_count > 1;
}

const char *design_family_name(const struct design *d)
{
    return d->tool != NULL ? d->tool : family_name(d->family);
}

struct stream *design_stream(const struct design *d, const char *name)
{
    for (uint32_t i = 0; i < d->stream_count; i++)
        if (strcmp(d->streams[i].name, name) == 0)
            return &d->streams[i];
    return NULL;
}

struct process *design_process(const struct design *d, const char *name)
{
    for (uint32_t i = 0; i < d->process_count; i++)
        if (strcmp(d->processes[i].name, name) == 0)
            return &d->processes[i];
    return NULL;
}

static enum fifo_kind chosen_kind(const struct stream *s)
{
    return s->auto_kind ? FIFO_AUTO : s->kind;
}

bool design_set_depth(struct design *design, const char *stream, uint32_t depth,
                      struct place where, struct diag *d)
{
    struct stream *s = fifo_find(design, stream, where, d);
    if (s == NULL)
        return false;
    if (!fifo_check(s->name, chosen_kind(s), depth, where, d))
        return false;
    fifo_set(s, chosen_kind(s), depth);
    return true;
}

bool design_set_all_depths(struct design *design, uint32_t depth,
                           struct place where, struct diag *d)
{
    for (uint32_t i = 0; i < design->stream_count; i++) {
        const struct stream *s = &design->streams[i];
        if (fifo_is_chosen(s) &&
            !fifo_check(s->name, chosen_kind(s), depth, where, d))
            return false;
    }
    for (uint32_t i = 0; i < design->stream_count; i++) {
        struct stream *s = &design->streams[i];
        if (fifo_is_chosen(s))
            fifo_set(s, chosen_kind(s), depth);
    }
    return true;
}

/* The stream or process of the copy in the place of that of the original. */
static struct stream *same_stream(const struct design *copy,
                                  const struct stream *s)
{
    return s == NULL ? NULL : &copy->streams[s->index];
}

static struct process *same_process(const struct design *copy,
                                    const struct process *p)
{
    return p == NULL ? NULL : &copy->processes[p->index];
}

static struct stream **same_streams(struct arena *a, const struct design *copy,
                                    struct stream *const *streams,
                                    uint32_t count)
{
    struct stream **same = arena_new_array(a, struct stream *, count);
    for (uint32_t i = 0; i < count; i++)
        same[i] = same_stream(copy, streams[i]);
    return same;
}

struct design *design_copy(struct arena *a, const struct design *d)
{
    struct design *copy = arena_new_item(a, struct design);
    *copy = *d;
    copy->streams = arena_new_array(a, struct stream, d->stream_count);
    copy->processes = arena_new_array(a, struct process, d->process_count);
    for (uint32_t i = 0; i < d->stream_count; i++) {
        struct stream *s = &copy->streams[i];
        *s = d->streams[i];
        s->producer = same_process(copy, s->producer);
        s->consumer = same_process(copy, s->consumer);
    }
    for (uint32_t i = 0; i < d->process_count; i++) {
        struct process *p = &copy->processes[i];
        *p = d->processes[i];
        p->inputs = same_streams(a, copy, p->inputs, p->input_count);
        p->outputs = same_streams(a, copy, p->outputs, p->output_count);
    }
    copy->links = arena_new_array(a, struct link, d->link_count);
    for (uint32_t i = 0; i < d->link_count; i++) {
        struct link *l = &copy->links[i];
        *l = d->links[i];
        l->process = same_process(copy, l->process);
        if (l->process != NULL)
            l->process->link = l;
    }
    copy->input = same_stream(copy, d->input);
    copy->output = same_stream(copy, d->output);
    return copy;
}
