/* The streams between boards: each takes the way over the fewest links, and
 * every link that carries something becomes a process (docs/links.md,
 * Placement). */
#include "base/arena.h"
#include "base/diag.h"
#include "base/nearest.h"
#include "design/lowering.h"

#include <assert.h>
#include <stddef.h>
#include <string.h>

/* One stream of a link, on both sides of it. */
struct crossing {
    struct stream *sent, *received;
    uint32_t rank; /* in the link's list, else behind it */
};

/* What a link carries so far. */
struct carried {
    uint32_t count;
    struct crossing *crossings;
    uint64_t asked; /* a bit for each name of its list that was found */
};

struct crossings {
    struct lowering *lowering;
    struct carried *links; /* by link */
    uint32_t *hops;        /* by board: links from there to where we go */
};

/* Where the name is in the list of streams of a link; their number if it is
 * not. */
static uint32_t rank_of(const struct link_options *o, const char *name)
{
    uint32_t i = 0;
    while (i < o->stream_count && strcmp(o->streams[i].name, name) != 0)
        i++;
    return i;
}

static bool is_listed(const struct link_options *o, const char *name)
{
    return rank_of(o, name) < o->stream_count;
}

/* Whether a link may carry a stream: one with a list carries only these. */
static bool may_carry(const struct link_options *o, const char *name)
{
    return o->stream_count == 0 || is_listed(o, name);
}

/* Sets hops to the fewest links between each board and `to`. */
static void count_hops(struct crossings *x, const char *name, uint32_t to)
{
    const struct hardware *h = x->lowering->hardware;
    for (uint32_t i = 0; i < h->board_count; i++)
        x->hops[i] = i == to ? 0 : UINT32_MAX;
    for (bool changed = true; changed;) {
        changed = false;
        for (uint32_t i = 0; i < h->link_count; i++) {
            const struct link_options *o = &h->links[i];
            if (!may_carry(o, name) || x->hops[o->to] == UINT32_MAX ||
                x->hops[o->from] <= x->hops[o->to] + 1)
                continue;
            x->hops[o->from] = x->hops[o->to] + 1;
            changed = true;
        }
    }
}

/* The next link on the way: the first one, but rather one that names the
 * stream. */
static struct link *next_link(const struct crossings *x, const char *name,
                              uint32_t board)
{
    const struct hardware *h = x->lowering->hardware;
    struct link *next = NULL;
    for (uint32_t i = 0; i < h->link_count; i++) {
        const struct link_options *o = &h->links[i];
        if (o->from != board || !may_carry(o, name) ||
            x->hops[o->to] != x->hops[board] - 1)
            continue;
        if (is_listed(o, name))
            return &x->lowering->design->links[i];
        if (next == NULL)
            next = &x->lowering->design->links[i];
    }
    assert(next != NULL);
    return next;
}

/* Over one link.  Returns the stream on its far side. */
static struct stream *hop(struct crossings *x, struct link *l,
                          struct stream *sent, const struct stream *origin)
{
    struct lowering *w = x->lowering;
    const struct link_options *o = &w->hardware->links[l->index];
    struct carried *c = &x->links[l->index];
    const char *name = arena_printf(w->arena, "%s.%s", l->name, origin->name);
    const char *base =
        arena_printf(w->arena, "%s.%s", l->name, w->base_names[origin->index]);
    w->board = l->to;
    struct stream *received = lowering_stream(w, name, base, sent->shape,
                                              sent->format, sent->lanes, NULL);
    received->copies = sent->copies;
    received->copy = sent->copy;

    const uint32_t rank = rank_of(o, origin->name);
    if (rank < o->stream_count)
        c->asked |= UINT64_C(1) << rank;
    c->crossings =
        arena_grow(w->arena, c->crossings, c->count, sizeof *c->crossings);
    c->crossings[c->count++] = (struct crossing){ sent, received, rank };
    return received;
}

/* Leads stream s, which stays as it is up to the first link, to its
 * consumer. */
static void cross(struct crossings *x, struct stream *s)
{
    struct lowering *w = x->lowering;
    struct process *consumer = s->consumer;
    const struct board *boards = w->design->boards;
    count_hops(x, s->name, consumer->board);
    if (x->hops[s->board] == UINT32_MAX) {
        diag_error(w->diag, w->hardware->boards[s->board].place, DIAG_LINK,
                   "'%s' goes from board '%s' to board '%s', and no links that "
                   "may carry it lead from one to the other",
                   s->name, boards[s->board].name,
                   boards[consumer->board].name);
        diag_hint(w->diag, "add a link from '%s' to '%s', or put '%s' on '%s'",
                  boards[s->board].name, boards[consumer->board].name,
                  consumer->layer->name, boards[s->board].name);
        return;
    }
    struct stream *at = s;
    for (uint32_t board = s->board; board != consumer->board;) {
        struct link *l = next_link(x, s->name, board);
        at = hop(x, l, at, s);
        board = l->to;
    }
    for (uint32_t i = 0; i < consumer->input_count; i++)
        if (consumer->inputs[i] == s)
            consumer->inputs[i] = at;
    at->consumer = consumer;
}

static void report_size(const struct lowering *w, const struct link *l,
                        enum link_fault fault, uint32_t at, uint32_t bound)
{
    const struct link_options *o = &w->hardware->links[l->index];
    const struct link_sizes *z = &o->sizes;
    const char *stream = l->process->inputs[at]->name;
    const uint32_t flight = l->streams[at].in_flight;
    if (fault == LINK_SEND_WORDS) {
        diag_error(w->diag, o->send_place, DIAG_LINK,
                   "the send FIFOs of '%s' have %u words, fewer than two "
                   "packets of %u: %u are needed",
                   l->name, l->streams[at].send_words, l->packet_words, bound);
        diag_hint(w->diag, "give it smaller packets (packet_words), or leave "
                           "send_words out");
    } else if (fault == LINK_RECEIVE_WORDS) {
        diag_error(w->diag, o->receive_place, DIAG_LINK,
                   "a receive buffer of %u words is too small for '%s' on "
                   "'%s': with stop_at %u and %u words in flight it needs %u",
                   z->receive_words, stream, l->name,
                   z->stop_at != 0 ? z->stop_at : 1, flight, bound);
        diag_hint(w->diag, "receive_words %u, or a smaller stop_at", bound);
    } else {
        diag_error(w->diag, o->go_place, DIAG_LINK,
                   "go_at %u of '%s' is not below stop_at %u: %u is the most",
                   z->go_at, l->name, l->streams[at].stop_at, bound);
    }
}

static int by_rank(const struct crossing *a, const struct crossing *b)
{
    return a->rank < b->rank ? -1 : a->rank > b->rank;
}

/* In the order of the link's list, what is not in it behind that, else as they
 * came: a few dozens at most. */
static void sort(struct carried *c)
{
    for (uint32_t i = 1; i < c->count; i++)
        for (uint32_t k = i;
             k > 0 && by_rank(&c->crossings[k - 1], &c->crossings[k]) > 0;
             k--) {
            struct crossing swap = c->crossings[k];
            c->crossings[k] = c->crossings[k - 1];
            c->crossings[k - 1] = swap;
        }
}

/* A link that carries several streams sends whole packets, which begin with a
 * word that names the stream: its type has one more word of header then, if it
 * had none. */
static void share(const struct lowering *w, struct link *l)
{
    struct link_type *shared;
    if (l->type->kind != LINK_FRAMED)
        return;
    l->store_and_forward = true;
    if (l->type->header_words > 0)
        return;
    shared = arena_new_item(w->arena, struct link_type);
    *shared = *l->type;
    shared->header_words = 1;
    l->type = shared;
}

static bool check_count(const struct lowering *w, const struct link *l,
                        uint32_t count)
{
    if (count <= DESIGN_PORTS_MAX)
        return true;
    diag_error(w->diag, w->hardware->links[l->index].place, DIAG_LINK,
               "link '%s' would carry %u streams; %d is the most", l->name,
               count, DESIGN_PORTS_MAX);
    diag_hint(w->diag, "cut the network elsewhere, or add a second link and "
                       "say which streams it carries (streams)");
    return false;
}

static void add_process(struct crossings *x, struct link *l)
{
    struct lowering *w = x->lowering;
    struct carried *c = &x->links[l->index];
    if (c->count == 0 || !check_count(w, l, c->count))
        return;
    if (c->count > 1)
        share(w, l);
    sort(c);
    const struct stream *first = c->crossings[0].sent;
    const struct layer *layer = first->producer != NULL
                                    ? first->producer->layer
                                    : w->design->input->consumer->layer;
    w->board = l->from;
    struct process *p =
        lowering_process(w, l->name, "link", layer, c->count, c->count);
    p->inserted = true;
    p->link = l;
    l->process = p;
    l->streams = arena_new_array(w->arena, struct link_stream, c->count);
    for (uint32_t i = 0; i < c->count; i++) {
        c->crossings[i].sent->consumer = p;
        c->crossings[i].received->producer = p;
        p->inputs[i] = c->crossings[i].sent;
        p->outputs[i] = c->crossings[i].received;
    }
    uint32_t at, bound;
    enum link_fault fault =
        link_size(l, &w->hardware->links[l->index].sizes, &at, &bound);
    if (fault != LINK_FITS)
        report_size(w, l, fault, at, bound);
}

/* Names in the list of a link that are of nothing it carries. */
static void check_list(const struct crossings *x, uint32_t link)
{
    const struct lowering *w = x->lowering;
    const struct link_options *o = &w->hardware->links[link];
    struct arena *scratch = arena_new();
    for (uint32_t i = 0; i < o->stream_count; i++) {
        if ((x->links[link].asked >> i & 1) != 0)
            continue;
        const struct named_place *s = &o->streams[i];
        const bool exists = design_stream(w->design, s->name) != NULL;
        diag_error(w->diag, s->place, DIAG_LINK,
                   exists ? "'%s' does not cross link '%s'"
                          : "there is no stream '%s' that link '%s' could "
                            "carry",
                   s->name, o->name);
        const char **names =
            arena_new_array(scratch, const char *, w->design->stream_count + 1);
        for (uint32_t k = 0; k < w->design->stream_count; k++)
            names[k] = w->design->streams[k].name;
        const char *nearest = exists ? NULL : nearest_word(names, s->name);
        if (nearest != NULL)
            diag_hint(w->diag, "did you mean '%s'?", nearest);
    }
    arena_free(scratch);
}

/* Boards that nothing is on and nothing passes. */
static void warn_of_idle(const struct crossings *x)
{
    const struct lowering *w = x->lowering;
    const struct design *d = w->design;
    for (uint32_t b = 0; b < d->board_count; b++) {
        bool used = false;
        for (uint32_t i = 0; i < d->stream_count; i++)
            used |= d->streams[i].board == b;
        if (used)
            continue;
        diag_warning(w->diag, w->hardware->boards[b].place, DIAG_BOARD,
                     "no layer is on board '%s'", d->boards[b].name);
        diag_hint(w->diag, "name layers for it (layers), or leave it out");
    }
}

/* How many links lead to each board at most, by board: links have no loops. */
static uint32_t *depths_of(const struct lowering *w)
{
    const struct hardware *h = w->hardware;
    uint32_t *depths = arena_new_array(w->arena, uint32_t, h->board_count);
    for (uint32_t round = 0; round < h->board_count; round++)
        for (uint32_t i = 0; i < h->link_count; i++) {
            const struct link_options *o = &h->links[i];
            if (depths[o->to] < depths[o->from] + 1)
                depths[o->to] = depths[o->from] + 1;
        }
    return depths;
}

/* Puts the processes in a topological order again: a link is behind all that
 * is on boards as far from the first as the one that sends, and in front of
 * all that is farther. */
static void order(struct lowering *w)
{
    struct design *d = w->design;
    const uint32_t *depths = depths_of(w);
    const uint32_t count = d->process_count;
    struct process *sorted = arena_new_array(w->arena, struct process, count);
    struct process **places =
        arena_new_array(w->arena, struct process *, count);
    uint32_t next = 0;
    for (uint32_t key = 0; next < count; key++)
        for (uint32_t i = 0; i < count; i++) {
            const struct process *p = &d->processes[i];
            if (2 * depths[p->board] + (p->link != NULL) != key)
                continue;
            sorted[next] = *p;
            sorted[next].index = next;
            places[i] = &sorted[next++];
        }
    for (uint32_t i = 0; i < d->stream_count; i++) {
        struct stream *s = &d->streams[i];
        if (s->producer != NULL)
            s->producer = places[s->producer->index];
        if (s->consumer != NULL)
            s->consumer = places[s->consumer->index];
    }
    for (uint32_t i = 0; i < d->link_count; i++)
        if (d->links[i].process != NULL)
            d->links[i].process = places[d->links[i].process->index];
    d->processes = sorted;
}

void lowering_cross(struct lowering *w)
{
    struct design *d = w->design;
    const size_t errors = diag_error_count(w->diag);
    struct crossings x = {
        .lowering = w,
        .links = arena_new_array(w->arena, struct carried, d->link_count),
        .hops = arena_new_array(w->arena, uint32_t, d->board_count),
    };
    for (uint32_t i = 0, count = d->stream_count; i < count; i++) {
        struct stream *s = &d->streams[i];
        if (s->consumer != NULL && s->consumer->board != s->board)
            cross(&x, s);
    }
    for (uint32_t i = 0; i < d->link_count; i++) {
        check_list(&x, i);
        add_process(&x, &d->links[i]);
    }
    if (diag_error_count(w->diag) != errors)
        return;
    warn_of_idle(&x);
    order(w);
}
