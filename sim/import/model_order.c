#include "import/model_graph.h"

#include "base/arena.h"
#include "base/text.h"

#include <assert.h>
#include <stddef.h>

enum { SHOWN_LAYERS_MAX = 6 };

/* Tarjan's search for strongly connected parts, without recursion.  Source:
 * R. Tarjan, "Depth-first search and linear graph algorithms", SIAM J.
 * Comput. 1 (1972).  Edges lead from a layer to those it reads, so a part is
 * complete after all that it reads: the order in which parts are completed
 * is the order of the layers. */
struct search {
    uint32_t clock;      /* layers seen so far */
    uint32_t *seen_at;   /* by layer: its number in that order, from 1 */
    uint32_t *reaches;   /* the least such number it is known to reach */
    uint32_t *next_edge; /* the first input not followed yet */
    uint32_t *path, path_length;
    uint32_t *open, open_count; /* seen, their part not complete */
    bool *is_open;
    bool *is_ordered;
};

static void enter(struct search *s, uint32_t layer)
{
    s->seen_at[layer] = s->reaches[layer] = ++s->clock;
    s->path[s->path_length++] = layer;
    s->open[s->open_count++] = layer;
    s->is_open[layer] = true;
}

static bool reads_itself(const struct network_draft *n, uint32_t layer)
{
    const struct layer_draft *l = &n->layers[layer];
    for (uint32_t k = 0; k < l->input_count; k++)
        if (l->inputs[k].source == (int32_t)layer)
            return true;
    return false;
}

/* A layer comes into the order if all that it reads is there. */
static bool can_be_ordered(const struct network_draft *n,
                           const struct search *s, uint32_t layer)
{
    const struct layer_draft *l = &n->layers[layer];
    for (uint32_t k = 0; k < l->input_count; k++) {
        int32_t source = l->inputs[k].source;
        if (source == SOURCE_UNKNOWN ||
            (source != SOURCE_INPUT && !s->is_ordered[source]))
            return false;
    }
    return l->input_count > 0;
}

/* The part whose first layer is `root` is complete. */
static void leave_part(struct graph *g, struct search *s, uint32_t root)
{
    struct network_draft *n = g->net;
    bool is_cyclic =
        s->open[s->open_count - 1] != root || reads_itself(n, root);
    g->has_cycles |= is_cyclic;
    uint32_t layer;
    do {
        layer = s->open[--s->open_count];
        s->is_open[layer] = false;
        g->part[layer] = root;
    } while (layer != root);
    if (!is_cyclic && can_be_ordered(n, s, root)) {
        s->is_ordered[root] = true;
        n->order[n->order_count++] = root;
    }
}

static void search_from(struct graph *g, struct search *s, uint32_t start)
{
    const struct network_draft *n = g->net;
    enter(s, start);
    while (s->path_length > 0) {
        uint32_t layer = s->path[s->path_length - 1];
        const struct layer_draft *l = &n->layers[layer];
        if (s->next_edge[layer] < l->input_count) {
            int32_t source = l->inputs[s->next_edge[layer]++].source;
            if (source < 0)
                continue;
            if (s->seen_at[source] == 0)
                enter(s, (uint32_t)source);
            else if (s->is_open[source] &&
                     s->seen_at[source] < s->reaches[layer])
                s->reaches[layer] = s->seen_at[source];
            continue;
        }
        s->path_length--;
        if (s->path_length > 0) {
            uint32_t reader = s->path[s->path_length - 1];
            if (s->reaches[layer] < s->reaches[reader])
                s->reaches[reader] = s->reaches[layer];
        }
        if (s->reaches[layer] == s->seen_at[layer])
            leave_part(g, s, layer);
    }
}

void graph_sort_layers(struct graph *g)
{
    struct network_draft *n = g->net;
    struct arena *a = g->reader->arena;
    n->order = arena_new_array(a, uint32_t, n->count);
    g->part = arena_new_array(a, uint32_t, n->count);
    struct search s = {
        .seen_at = arena_new_array(a, uint32_t, n->count),
        .reaches = arena_new_array(a, uint32_t, n->count),
        .next_edge = arena_new_array(a, uint32_t, n->count),
        .path = arena_new_array(a, uint32_t, n->count),
        .open = arena_new_array(a, uint32_t, n->count),
        .is_open = arena_new_array(a, bool, n->count),
        .is_ordered = arena_new_array(a, bool, n->count),
    };
    for (uint32_t i = 0; i < n->count; i++)
        if (s.seen_at[i] == 0)
            search_from(g, &s, i);
}

/* The first input of a layer that comes from its own part of the graph; in a
 * cyclic part every layer has one. */
static const struct input_draft *input_in_part(const struct graph *g,
                                               uint32_t layer)
{
    const struct layer_draft *l = &g->net->layers[layer];
    for (uint32_t k = 0; k < l->input_count; k++) {
        int32_t source = l->inputs[k].source;
        if (source >= 0 && g->part[source] == g->part[layer])
            return &l->inputs[k];
    }
    assert(false && "a layer in a cycle that reads none of it");
    return NULL;
}

static uint32_t source_in_part(const struct graph *g, uint32_t layer)
{
    return (uint32_t)input_in_part(g, layer)->source;
}

/* One cycle of the part that `member` is in. */
static void report_cycle(struct graph *g, uint32_t member, bool *walked)
{
    while (!walked[member]) {
        walked[member] = true;
        member = source_in_part(g, member);
    }
    uint32_t first = member, length = 0, i = member;
    do {
        first = i < first ? i : first;
        length++;
        i = source_in_part(g, i);
    } while (i != member);
    struct json input = input_in_part(g, first)->json;
    if (length == 1) {
        json_error(input, DIAG_GRAPH_CYCLE, "layer '%s' reads its own output",
                   graph_tensor_name(g, (int32_t)first));
        return;
    }
    /* Sources lead backwards; the data's way is what one wants to read. */
    uint32_t *way = arena_new_array(g->reader->arena, uint32_t, length);
    i = first;
    for (uint32_t k = length; k-- > 0;) {
        i = source_in_part(g, i);
        way[k] = i;
    }
    struct text *names = text_new(g->reader->arena);
    text_printf(names, "'%s'", graph_tensor_name(g, (int32_t)first));
    for (uint32_t k = 1; k < length; k++) {
        if (k == SHOWN_LAYERS_MAX && k + 1 < length) {
            text_printf(names, " -> (%u more)", length - 1 - k);
            k = length - 1;
        }
        text_printf(names, " -> '%s'", graph_tensor_name(g, (int32_t)way[k]));
    }
    text_printf(names, " -> '%s'", graph_tensor_name(g, (int32_t)first));
    json_error(input, DIAG_GRAPH_CYCLE, "layers feed each other in a cycle: %s",
               text_string(names));
}

void graph_report_cycles(struct graph *g)
{
    const struct network_draft *n = g->net;
    bool *reported = arena_new_array(g->reader->arena, bool, n->count);
    bool *walked = arena_new_array(g->reader->arena, bool, n->count);
    uint32_t *size = arena_new_array(g->reader->arena, uint32_t, n->count);
    for (uint32_t i = 0; i < n->count; i++)
        size[g->part[i]]++;
    for (uint32_t i = 0; i < n->count; i++) {
        uint32_t part = g->part[i];
        if (reported[part] || (size[part] == 1 && !reads_itself(n, i)))
            continue;
        reported[part] = true;
        report_cycle(g, i, walked);
    }
}
