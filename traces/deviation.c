#include "traces/deviation.h"

#include "traces/pairing.h"
#include "traces/side.h"

#include <stddef.h>

struct search {
    const struct side *graph;
    bool graph_is_a;
    const struct pairing *pairing;
    const struct stream_errors *errors;
    struct deviation found;
};

/* What one process, source or sink does itself, and what it meets. */
struct view {
    struct divergence own, met;
    uint32_t pair; /* of own */
    uint32_t unseen;
};

/* UINT32_MAX: was not compared. */
static uint32_t pair_of(const struct search *s, uint32_t stream)
{
    const struct pair *p = s->graph_is_a ? pairing_of_a(s->pairing, stream)
                                         : pairing_of_b(s->pairing, stream);
    return p == NULL ? UINT32_MAX : (uint32_t)(p - s->pairing->pairs);
}

static void look(const struct search *s, struct view *v, uint32_t stream,
                 bool is_input)
{
    uint32_t pair = pair_of(s, stream);
    if (pair == UINT32_MAX) {
        v->unseen++;
        return;
    }
    const struct stream_errors *e = &s->errors[pair];
    const struct divergence *own = is_input ? &e->read : &e->write;
    const struct divergence *met = is_input ? &e->write : &e->read;
    if (divergence_first(&v->own, own) == own) {
        v->own = *own;
        v->pair = pair;
    }
    v->met = *divergence_first(&v->met, met);
}

static void judge(struct search *s, const struct view *v,
                  enum deviation_kind kind, const char *process)
{
    if (!v->own.there || (v->met.there && v->met.time < v->own.time))
        return;
    if (s->found.kind != DEVIATION_NONE) {
        s->found.others++;
        return;
    }
    s->found = (struct deviation){ .kind = kind,
                                   .process = process,
                                   .pair = v->pair,
                                   .event = v->own,
                                   .unseen = v->unseen };
}

static void judge_edges(struct search *s, bool sources)
{
    for (uint32_t i = 0; i < s->graph->stream_count; i++) {
        const struct side_stream *stream = &s->graph->streams[i];
        struct view v = { .unseen = 0 };
        if ((sources ? stream->writer : stream->reader) != SIDE_EDGE)
            continue;
        look(s, &v, i, !sources);
        judge(s, &v, sources ? DEVIATION_SOURCE : DEVIATION_SINK, NULL);
    }
}

static void judge_processes(struct search *s)
{
    for (uint32_t i = 0; i < s->graph->process_count; i++) {
        const struct side_process *p = &s->graph->processes[i];
        struct view v = { .unseen = 0 };
        for (uint32_t k = 0; k < p->input_count; k++)
            look(s, &v, p->inputs[k], true);
        for (uint32_t k = 0; k < p->output_count; k++)
            look(s, &v, p->outputs[k], false);
        judge(s, &v, DEVIATION_PROCESS, p->name);
    }
}

static struct deviation first_stream(const struct pairing *p,
                                     const struct stream_errors *errors)
{
    for (int reads = 0; reads < 2; reads++) {
        for (uint32_t i = 0; i < p->count; i++) {
            const struct divergence *e =
                reads ? &errors[i].read : &errors[i].write;
            if (e->there)
                return (struct deviation){ .kind = DEVIATION_STREAM,
                                           .pair = i,
                                           .event = *e };
        }
    }
    return (struct deviation){ .kind = DEVIATION_NONE };
}

struct deviation deviation_first(const struct side *graph, bool graph_is_a,
                                 const struct pairing *p,
                                 const struct stream_errors *errors)
{
    if (graph == NULL)
        return first_stream(p, errors);
    struct search s = {
        .graph = graph, .graph_is_a = graph_is_a, .pairing = p, .errors = errors
    };
    judge_edges(&s, true);
    judge_processes(&s);
    judge_edges(&s, false);
    return s.found;
}
