#include "import/model_parts.h"

#include "base/arena.h"
#include "base/nearest.h"
#include "base/text.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* Hints cost a search through all names. */
enum { HINTS_MAX = 8, SHOWN_LAYERS_MAX = 6 };

/* A tensor by its name; index as in layer_draft.source. */
struct named {
    const char *name;
    int32_t index;
};

struct graph {
    struct model_reader *reader;
    struct network_draft *net;
    uint32_t name_count;
    struct named *names; /* sorted by name, then by index */
    /* True if every tensor has a name of its own.  If not, a reference that
     * leads nowhere is no news. */
    bool names_clear;
    bool sources_clear; /* every layer's input is known */
    bool is_chain;      /* no forks, no cycles */
    uint32_t hints;
    /* Readers of tensor t: reader[reader_first[t + 1] ..], in file order;
     * t + 1 because t counts from SOURCE_INPUT. */
    uint32_t *reader_first;
    uint32_t *readers;
    bool *ambiguous; /* by t + 1: another tensor has the same name */
    bool *in_cycle;  /* by t + 1 */
};

static int compare_named(const void *a, const void *b)
{
    const struct named *x = a, *y = b;
    int order = strcmp(x->name, y->name);
    return order != 0 ? order : (x->index > y->index) - (x->index < y->index);
}

static const char *tensor_name(const struct graph *g, int32_t index)
{
    const char *name = index == SOURCE_INPUT ? g->net->input.name
                                             : g->net->layers[index].layer.name;
    return name != NULL ? model_shown(g->reader, name) : "";
}

static void collect_names(struct graph *g)
{
    const struct network_draft *n = g->net;
    struct arena *a = g->reader->arena;
    g->names = arena_new_array(a, struct named, n->count + 1);
    g->ambiguous = arena_new_array(a, bool, n->count + 1);
    g->in_cycle = arena_new_array(a, bool, n->count + 1);
    g->names_clear = n->input.name != NULL;
    if (n->input.name != NULL)
        g->names[g->name_count++] =
            (struct named){ n->input.name, SOURCE_INPUT };
    for (uint32_t i = 0; i < n->count; i++) {
        const char *name = n->layers[i].layer.name;
        if (name != NULL)
            g->names[g->name_count++] = (struct named){ name, (int32_t)i };
        else
            g->names_clear = false;
    }
    qsort(g->names, g->name_count, sizeof *g->names, compare_named);
}

/* In file order, however the names are sorted. */
static void report_repeated_names(struct graph *g)
{
    const struct network_draft *n = g->net;
    int32_t *first_of = arena_new_array(g->reader->arena, int32_t, n->count);
    bool *repeated = arena_new_array(g->reader->arena, bool, n->count);
    for (uint32_t i = 1, first = 0; i < g->name_count; i++) {
        if (strcmp(g->names[i].name, g->names[first].name) != 0) {
            first = i;
            continue;
        }
        first_of[g->names[i].index] = g->names[first].index;
        repeated[g->names[i].index] = true;
        g->ambiguous[g->names[first].index + 1] = true;
        g->names_clear = false;
    }
    for (uint32_t i = 0; i < n->count; i++) {
        if (!repeated[i])
            continue;
        int32_t first = first_of[i];
        struct json other =
            first == SOURCE_INPUT ? n->input_json : n->layers[first].json;
        json_error(json_get(n->layers[i].json, "name"), DIAG_NAME,
                   "name '%s' is taken by the %s in line %u",
                   tensor_name(g, (int32_t)i),
                   first == SOURCE_INPUT ? "input" : "layer",
                   json_place(other).line);
    }
}

/* The first tensor of that name. */
static bool find_tensor(const struct graph *g, const char *name, int32_t *index)
{
    uint32_t low = 0, high = g->name_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (strcmp(g->names[middle].name, name) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == g->name_count || strcmp(g->names[low].name, name) != 0)
        return false;
    *index = g->names[low].index;
    return true;
}

/* except: the layer that asks; it cannot mean itself. */
static void hint_tensor(struct graph *g, const char *name, int32_t except)
{
    if (g->hints++ >= HINTS_MAX)
        return;
    const char **words =
        arena_new_array(g->reader->arena, const char *, g->name_count + 1);
    uint32_t count = 0;
    for (uint32_t i = 0; i < g->name_count; i++) {
        if (g->names[i].index != except)
            words[count++] = g->names[i].name;
    }
    const char *nearest = nearest_word(words, name);
    if (nearest != NULL)
        diag_hint(g->reader->diag, "did you mean '%s'?", nearest);
}

static void find_sources(struct graph *g)
{
    g->sources_clear = true;
    for (uint32_t i = 0; i < g->net->count; i++) {
        struct layer_draft *l = &g->net->layers[i];
        if (l->input != NULL && find_tensor(g, l->input, &l->source))
            continue;
        g->sources_clear = false;
        if (l->input == NULL || !g->names_clear)
            continue;
        json_error(json_get(l->json, "input"), DIAG_GRAPH_INPUT,
                   "input '%s' is neither a layer nor the network's input",
                   model_shown(g->reader, l->input));
        hint_tensor(g, l->input, (int32_t)i);
    }
}

/* Counting sort of the layers by what they read. */
static void collect_readers(struct graph *g)
{
    const struct network_draft *n = g->net;
    struct arena *a = g->reader->arena;
    g->reader_first = arena_new_array(a, uint32_t, n->count + 2);
    g->readers = arena_new_array(a, uint32_t, n->count);
    for (uint32_t i = 0; i < n->count; i++) {
        if (n->layers[i].source != SOURCE_UNKNOWN)
            g->reader_first[n->layers[i].source + 2]++;
    }
    for (uint32_t t = 0; t <= n->count; t++)
        g->reader_first[t + 1] += g->reader_first[t];
    uint32_t *next = arena_new_array(a, uint32_t, n->count + 1);
    memcpy(next, g->reader_first, (n->count + 1) * sizeof *next);
    for (uint32_t i = 0; i < n->count; i++) {
        if (n->layers[i].source != SOURCE_UNKNOWN)
            g->readers[next[n->layers[i].source + 1]++] = i;
    }
}

static uint32_t reader_count(const struct graph *g, int32_t index)
{
    return g->reader_first[index + 2] - g->reader_first[index + 1];
}

/* Layers reached from the input, each after the one it reads. */
static void sort_layers(struct graph *g)
{
    struct network_draft *n = g->net;
    n->order = arena_new_array(g->reader->arena, uint32_t, n->count);
    int32_t tensor = SOURCE_INPUT;
    for (uint32_t next = 0;; next++) {
        for (uint32_t i = g->reader_first[tensor + 1];
             i < g->reader_first[tensor + 2]; i++)
            n->order[n->order_count++] = g->readers[i];
        if (next == n->order_count)
            return;
        tensor = (int32_t)n->order[next];
    }
}

static void report_cycle(struct graph *g, uint32_t member)
{
    const struct network_draft *n = g->net;
    uint32_t first = member, length = 0;
    uint32_t i = member;
    do {
        if (i < first)
            first = i;
        g->in_cycle[i + 1] = true;
        length++;
        i = (uint32_t)n->layers[i].source;
    } while (i != member);
    struct json input = json_get(n->layers[first].json, "input");
    if (length == 1) {
        json_error(input, DIAG_GRAPH_CYCLE, "layer '%s' reads its own output",
                   tensor_name(g, (int32_t)first));
        return;
    }
    /* Sources lead backwards; the data's way is what one wants to read. */
    uint32_t *way = arena_new_array(g->reader->arena, uint32_t, length);
    i = first;
    for (uint32_t k = length; k-- > 0;) {
        i = (uint32_t)n->layers[i].source;
        way[k] = i;
    }
    struct text *names = text_new(g->reader->arena);
    text_printf(names, "'%s'", tensor_name(g, (int32_t)first));
    for (uint32_t k = 1; k < length; k++) {
        if (k == SHOWN_LAYERS_MAX && k + 1 < length) {
            text_printf(names, " -> (%u more)", length - 1 - k);
            k = length - 1;
        }
        text_printf(names, " -> '%s'", tensor_name(g, (int32_t)way[k]));
    }
    text_printf(names, " -> '%s'", tensor_name(g, (int32_t)first));
    json_error(input, DIAG_GRAPH_CYCLE, "layers feed each other in a cycle: %s",
               text_string(names));
}

/* Every layer reads one tensor, so from any layer there is one way back: it
 * ends at the input, at an unknown source, or in a cycle. */
static void report_cycles(struct graph *g)
{
    const struct network_draft *n = g->net;
    uint32_t *walk = arena_new_array(g->reader->arena, uint32_t, n->count);
    for (uint32_t start = 0; start < n->count; start++) {
        int32_t i = (int32_t)start;
        while (i >= 0 && walk[i] == 0) {
            walk[i] = start + 1;
            i = n->layers[i].source;
        }
        if (i >= 0 && walk[i] == start + 1) {
            g->is_chain = false;
            report_cycle(g, (uint32_t)i);
        }
    }
}

static void report_forks(struct graph *g)
{
    for (int32_t t = SOURCE_INPUT; t < (int32_t)g->net->count; t++) {
        uint32_t count = reader_count(g, t);
        if (count < 2)
            continue;
        g->is_chain = false;
        /* Who reads which of two of the same name is not known, and what
         * leaves a cycle is not the mistake. */
        if (g->ambiguous[t + 1] || g->in_cycle[t + 1])
            continue;
        const uint32_t *readers = &g->readers[g->reader_first[t + 1]];
        struct text *names = text_new(g->reader->arena);
        for (uint32_t i = 0; i < count; i++) {
            if (i == SHOWN_LAYERS_MAX) {
                text_printf(names, " and %u more", count - i);
                break;
            }
            text_printf(names, "%s'%s'",
                        i == 0           ? ""
                        : i + 1 == count ? " and "
                                         : ", ",
                        tensor_name(g, (int32_t)readers[i]));
        }
        const struct layer_draft *second = &g->net->layers[readers[1]];
        json_error(json_get(second->json, "input"), DIAG_GRAPH_FORK,
                   "'%s' is read by %s; a tensor with several readers is not "
                   "supported yet",
                   tensor_name(g, t), text_string(names));
    }
}

static void find_output(struct graph *g)
{
    struct network_draft *n = g->net;
    n->output = SOURCE_UNKNOWN;
    struct json value = json_get(n->json, "output");
    const char *name = NULL;
    if (json_exists(value)) {
        name = json_read_string(value);
        if (name == NULL)
            return;
        int32_t named;
        if (!find_tensor(g, name, &named)) {
            if (g->names_clear) {
                json_error(value, DIAG_GRAPH_INPUT, "output '%s' is no layer",
                           model_shown(g->reader, name));
                hint_tensor(g, name, SOURCE_INPUT);
            }
            return;
        }
        if (named == SOURCE_INPUT) {
            json_error(value, DIAG_GRAPH_INPUT,
                       "output '%s' is the network's input, not a layer",
                       tensor_name(g, named));
            return;
        }
        n->output = named;
    }
    /* With all sources known, no forks and no cycles, the layers are one
     * chain, and the last is the only one without a reader. */
    if (!g->names_clear || !g->sources_clear || !g->is_chain)
        return;
    assert(n->order_count == n->count);
    int32_t last = (int32_t)n->order[n->count - 1];
    if (name == NULL) {
        n->output = last;
    } else if (n->output != last) {
        json_error(n->layers[last].json, DIAG_GRAPH_UNUSED,
                   "the output of layer '%s' is read by nobody, and the "
                   "network's output is '%s'",
                   tensor_name(g, last), tensor_name(g, n->output));
        diag_hint(g->reader->diag,
                  "remove the layers behind '%s', or name '%s' as the output",
                  tensor_name(g, n->output), tensor_name(g, last));
    }
}

void network_draft_connect(struct model_reader *r, struct network_draft *n)
{
    struct graph g = { .reader = r, .net = n, .is_chain = true };
    collect_names(&g);
    report_repeated_names(&g);
    find_sources(&g);
    collect_readers(&g);
    report_cycles(&g);
    report_forks(&g);
    sort_layers(&g);
    find_output(&g);
    /* From here on names are only for messages. */
    for (uint32_t i = 0; i < n->count; i++) {
        struct layer_draft *l = &n->layers[i];
        if (!l->well_named)
            l->layer.name = json_path(l->json, r->arena);
    }
}
