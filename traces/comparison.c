#include "traces/comparison.h"

#include "base/arena.h"
#include "base/bits.h"
#include "base/diag.h"
#include "traces/figures.h"
#include "traces/pairing.h"
#include "traces/report.h"
#include "traces/side.h"

/* The offset */

struct earliest {
    bool there;
    uint64_t cycle_a, cycle_b;
};

static void meet(struct earliest *e, const uint64_t *a, uint64_t a_count,
                 const uint64_t *b, uint64_t b_count)
{
    if (a_count > 0 && b_count > 0 && (!e->there || a[0] < e->cycle_a))
        *e = (struct earliest){ true, a[0], b[0] };
}

static struct earliest first_in_common(const struct comparison *c)
{
    struct earliest e = { .there = false };
    for (uint32_t i = 0; i < c->pairing->count; i++) {
        const struct pair *p = &c->pairing->pairs[i];
        const struct token_times *a = &c->a->streams[p->a].times;
        const struct token_times *b = &c->b->streams[p->b].times;
        meet(&e, a->writes, a->write_count, b->writes, b->write_count);
        meet(&e, a->reads, a->read_count, b->reads, b->read_count);
    }
    return e;
}

/* Frames */

/* The edges of the design among the pairs, the same on both sides. */
static void find_edges(struct arena *arena, const struct comparison *c,
                       struct frame_edges *a, struct frame_edges *b)
{
    const struct pairing *p = c->pairing;
    struct frame_edges *all[] = { a, b };
    for (int side = 0; side < 2; side++) {
        all[side]->inputs = arena_new_array(arena, uint32_t, p->count);
        all[side]->outputs = arena_new_array(arena, uint32_t, p->count);
    }
    for (uint32_t i = 0; i < p->count; i++) {
        const struct pair *pair = &p->pairs[i];
        const struct side_stream *known = c->a->process_count > 0
                                              ? &c->a->streams[pair->a]
                                              : &c->b->streams[pair->b];
        if (c->has_graph ? known->writer == SIDE_EDGE : i == 0) {
            a->inputs[a->input_count++] = pair->a;
            b->inputs[b->input_count++] = pair->b;
        }
        if (c->has_graph ? known->reader == SIDE_EDGE : i == p->count - 1) {
            a->outputs[a->output_count++] = pair->a;
            b->outputs[b->output_count++] = pair->b;
        }
    }
}

static void add_frames(struct comparison *c, uint32_t pair)
{
    const struct side_stream *s = &c->a->streams[c->pairing->pairs[pair].a];
    const struct stream_errors *e = &c->streams[pair];
    uint32_t copies = s->copies > 1 ? s->copies : 1;
    for (uint32_t k = 0; k < e->frame_count; k++) {
        uint64_t frame = (uint64_t)k * copies + s->copy;
        if (frame >= c->frame_count)
            break;
        struct frame_errors *to = &c->frames[frame];
        const struct frame_errors *from = &e->frames[k];
        to->compared += from->compared;
        to->different += from->different;
        if (bits_magnitude(from->largest) > bits_magnitude(to->largest))
            to->largest = from->largest;
        if (from->compared > 0)
            to->last = from->last;
    }
}

static void set_frames(struct arena *arena, struct comparison *c)
{
    struct frame_edges a = { 0 }, b = { 0 };
    c->frame_count = c->a->frames;
    if (c->frame_count == 0)
        return;
    find_edges(arena, c, &a, &b);
    c->times_a = frame_times_of(arena, c->a, &a);
    c->times_b = frame_times_of(arena, c->b, &b);
    c->frames = arena_new_array(arena, struct frame_errors, c->frame_count);
    for (uint32_t i = 0; i < c->pairing->count; i++)
        add_frames(c, i);
}

/* All streams */

static void add_stream(struct comparison *c, uint32_t pair)
{
    const struct stream_errors *s = &c->streams[pair];
    c->compared += s->compared;
    c->different += s->different;
    c->missing += s->missing_a + s->missing_b;
    c->beyond += s->beyond;
    if (bits_magnitude(s->largest) > bits_magnitude(c->largest))
        c->largest = s->largest;
    const struct divergence *first = divergence_first(&s->write, &s->read);
    if (first->there && divergence_first(&c->first, first) == first) {
        c->first = *first;
        c->first_pair = pair;
    }
}

static bool compare_handshakes(struct arena *arena, struct comparison *c,
                               struct diag *d)
{
    const struct earliest e = first_in_common(c);
    if (e.there && c->alignment == ALIGN_FIRST)
        c->offset = (int64_t)(e.cycle_b - e.cycle_a);
    const struct side *graph = c->a->process_count > 0   ? c->a
                               : c->b->process_count > 0 ? c->b
                                                         : NULL;
    c->has_graph = graph != NULL;
    c->streams =
        arena_new_array(arena, struct stream_errors, c->pairing->count);
    for (uint32_t i = 0; i < c->pairing->count; i++) {
        const struct pair *p = &c->pairing->pairs[i];
        c->streams[i] = stream_errors(arena, &(struct errors_desc){
                                                 .a = c->a,
                                                 .b = c->b,
                                                 .stream_a = p->a,
                                                 .stream_b = p->b,
                                                 .offset = c->offset,
                                                 .tolerance = c->tolerance,
                                             });
        add_stream(c, i);
    }
    c->deviation =
        deviation_first(graph, graph == c->a, c->pairing, c->streams);
    if (c->compared > 0)
        return true;
    diag_error(d, (struct place){ .file = c->b->path }, DIAG_COMPARE,
               "none of its handshakes can be compared with '%s': of no "
               "stream in common are the same sides watched in both",
               c->a->path);
    return false;
}

/* Of a run beside a report: its own edges. */
static const struct frame_times *
own_times(struct arena *arena, const struct side *s, struct frame_times *times)
{
    if (s->report != NULL || s->frames == 0)
        return NULL;
    struct frame_edges e = frame_edges_of(arena, s);
    *times = frame_times_of(arena, s, &e);
    return times;
}

static bool compare_figures(struct arena *arena, struct comparison *c,
                            struct diag *d)
{
    c->figures = figures_new(arena, c->a, c->b, c->pairing,
                             own_times(arena, c->a, &c->times_a),
                             own_times(arena, c->b, &c->times_b));
    if (c->figures->common > 0)
        return true;
    const struct report *r = c->b->report != NULL ? c->b->report : c->a->report;
    diag_error(d, (struct place){ .file = c->b->path }, DIAG_COMPARE,
               "no latency, interval or FIFO peak is stated both here and in "
               "'%s'",
               c->a->path);
    if (r->fifo_count > 0 && c->pairing->count == 0)
        diag_hint(d, "no FIFO has the name of a stream: say in a pairing file "
                     "which are the same");
    else
        diag_hint(d, "'%s' is taken as %s", r->path, report_kind_name(r->kind));
    return false;
}

struct comparison *comparison_new(struct arena *arena,
                                  const struct comparison_desc *desc,
                                  struct diag *d)
{
    struct comparison *c = arena_new_item(arena, struct comparison);
    *c = (struct comparison){
        .a = desc->a,
        .b = desc->b,
        .pairing = desc->pairing,
        .alignment = desc->alignment,
        .tolerance = desc->tolerance,
        .by_handshake = desc->a->report == NULL && desc->b->report == NULL,
    };
    if (!c->by_handshake)
        return compare_figures(arena, c, d) ? c : NULL;
    if (!compare_handshakes(arena, c, d))
        return NULL;
    set_frames(arena, c);
    bool cut = c->frame_count > 0;
    c->figures =
        figures_new(arena, c->a, c->b, c->pairing, cut ? &c->times_a : NULL,
                    cut ? &c->times_b : NULL);
    return c;
}

bool comparison_has(const struct comparison *c, uint32_t pair)
{
    const struct pair *p = &c->pairing->pairs[pair];
    return !c->a->streams[p->a].elsewhere && !c->b->streams[p->b].elsewhere;
}

bool comparison_equal(const struct comparison *c)
{
    if (c->by_handshake)
        return c->different == 0;
    for (uint32_t i = 0; i < c->figures->count; i++)
        if (figure_differs(&c->figures->rows[i], c->tolerance))
            return false;
    return true;
}
