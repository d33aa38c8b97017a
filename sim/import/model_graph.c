#include "import/model_graph.h"

#include "base/arena.h"
#include "base/nearest.h"
#include "base/text.h"
#include "design/design.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* Hints cost a search through all names. */
enum { HINTS_MAX = 8 };

static int compare_named(const void *a, const void *b)
{
    const struct named *x = a, *y = b;
    int order = strcmp(x->name, y->name);
    return order != 0 ? order : (x->index > y->index) - (x->index < y->index);
}

const char *graph_tensor_name(const struct graph *g, int32_t index)
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
                   graph_tensor_name(g, (int32_t)i),
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

static void find_source(struct graph *g, struct input_draft *in, int32_t reader)
{
    if (in->name != NULL && find_tensor(g, in->name, &in->source)) {
        g->reads[in->source + 1]++;
        return;
    }
    g->sources_clear = false;
    if (in->name == NULL || !g->names_clear)
        return;
    json_error(in->json, DIAG_GRAPH_INPUT,
               "input '%s' is neither a layer nor the network's input",
               model_shown(g->reader, in->name));
    hint_tensor(g, in->name, reader);
}

static void find_sources(struct graph *g)
{
    g->reads = arena_new_array(g->reader->arena, uint32_t, g->net->count + 1);
    g->sources_clear = true;
    for (uint32_t i = 0; i < g->net->count; i++) {
        struct layer_draft *l = &g->net->layers[i];
        if (l->input_count == 0)
            g->sources_clear = false;
        for (uint32_t k = 0; k < l->input_count; k++)
            find_source(g, &l->inputs[k], (int32_t)i);
    }
}

/* A clone has a bounded number of outputs. */
static void report_fan_outs(struct graph *g)
{
    const struct network_draft *n = g->net;
    uint32_t *seen = arena_new_array(g->reader->arena, uint32_t, n->count + 1);
    for (uint32_t i = 0; i < n->count; i++) {
        for (uint32_t k = 0; k < n->layers[i].input_count; k++) {
            const struct input_draft *in = &n->layers[i].inputs[k];
            int32_t t = in->source;
            /* Who reads which of two of the same name is not known. */
            if (t == SOURCE_UNKNOWN || g->ambiguous[t + 1] ||
                seen[t + 1]++ != DESIGN_PORTS_MAX)
                continue;
            json_error(in->json, DIAG_GRAPH_FORK,
                       "'%s' is read %u times, but a tensor can have at most "
                       "%d readers",
                       graph_tensor_name(g, t), g->reads[t + 1],
                       DESIGN_PORTS_MAX);
            diag_hint(g->reader->diag,
                      "let some of them read a 'linear' layer behind it");
        }
    }
}

/* --- the network's output ------------------------------------------------- */

/* False: said why.  SOURCE_UNKNOWN if none is named. */
static bool find_named_output(struct graph *g, int32_t *out)
{
    struct json value = json_get(g->net->json, "output");
    *out = SOURCE_UNKNOWN;
    if (!json_exists(value))
        return true;
    const char *name = json_read_string(value);
    if (name == NULL)
        return false;
    if (!find_tensor(g, name, out)) {
        if (g->names_clear) {
            json_error(value, DIAG_GRAPH_INPUT, "output '%s' is no layer",
                       model_shown(g->reader, name));
            hint_tensor(g, name, SOURCE_INPUT);
        }
        return false;
    }
    if (*out == SOURCE_INPUT)
        json_error(value, DIAG_GRAPH_INPUT,
                   "output '%s' is the network's input, not a layer",
                   graph_tensor_name(g, *out));
    return *out != SOURCE_INPUT;
}

static void report_unread(struct graph *g, uint32_t layer, uint32_t count)
{
    const struct network_draft *n = g->net;
    json_error(n->layers[layer].json, DIAG_GRAPH_UNUSED,
               "the output of layer '%s' is read by nobody, and the network's "
               "output is '%s'",
               graph_tensor_name(g, (int32_t)layer),
               graph_tensor_name(g, n->output));
    if (count == 1 && g->reads[n->output + 1] > 0)
        diag_hint(g->reader->diag,
                  "remove the layers behind '%s', or name '%s' as the output",
                  graph_tensor_name(g, n->output),
                  graph_tensor_name(g, (int32_t)layer));
}

static void find_output(struct graph *g)
{
    struct network_draft *n = g->net;
    n->output = SOURCE_UNKNOWN;
    int32_t named;
    if (!find_named_output(g, &named))
        return;
    n->output = named;
    /* With all sources known and no cycles, at least one layer has no
     * reader. */
    if (!g->names_clear || !g->sources_clear || g->has_cycles)
        return;
    assert(n->order_count == n->count);
    uint32_t *unread = arena_new_array(g->reader->arena, uint32_t, n->count);
    uint32_t count = 0;
    for (uint32_t i = 0; i < n->count; i++)
        if (g->reads[i + 1] == 0 && (int32_t)i != named)
            unread[count++] = i;
    if (named != SOURCE_UNKNOWN) {
        for (uint32_t i = 0; i < count; i++)
            report_unread(g, unread[i], count);
        return;
    }
    if (count == 1) {
        n->output = (int32_t)unread[0];
        return;
    }
    json_error(n->layers[unread[1]].json, DIAG_GRAPH_UNUSED,
               "the outputs of '%s' and '%s' are both read by nobody, but a "
               "network has one output",
               graph_tensor_name(g, (int32_t)unread[0]),
               graph_tensor_name(g, (int32_t)unread[1]));
    diag_hint(g->reader->diag,
              "remove one of the two, or let another layer read it");
}

void network_draft_connect(struct model_reader *r, struct network_draft *n)
{
    struct graph g = { .reader = r, .net = n };
    collect_names(&g);
    report_repeated_names(&g);
    find_sources(&g);
    graph_sort_layers(&g);
    graph_report_cycles(&g);
    report_fan_outs(&g);
    find_output(&g);
    /* From here on names are only for messages. */
    for (uint32_t i = 0; i < n->count; i++) {
        struct layer_draft *l = &n->layers[i];
        if (!l->well_named)
            l->layer.name = json_path(l->json, r->arena);
        if (l->ahead != NULL)
            l->ahead->layer.name =
                arena_printf(r->arena, "%s.depthwise", l->layer.name);
    }
}
