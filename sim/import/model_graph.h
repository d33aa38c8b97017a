/* model_graph -- who reads whom: what the two files that connect layers share.
 *
 * model_graph.c finds names, sources, readers and the output; model_order.c
 * sorts the layers and finds cycles.  Both take time proportional to layers
 * and inputs, apart from sorting names. */
#ifndef HEADRACE_IMPORT_MODEL_GRAPH_H
#define HEADRACE_IMPORT_MODEL_GRAPH_H

#include <stdbool.h>
#include <stdint.h>

#include "import/model_parts.h"

/* A tensor by its name; index as in input_draft.source. */
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
    bool sources_clear; /* every layer's inputs are known */
    bool has_cycles;
    uint32_t hints;
    /* By t + 1, as t counts from SOURCE_INPUT: */
    uint32_t *reads; /* how often the tensor is read */
    bool *ambiguous; /* another tensor has the same name */
    /* By layer: which of the strongly connected parts of the graph it is in;
     * layers of a part of their own are in no cycle, or read themselves. */
    uint32_t *part;
};

/* As it may stand in a message. */
const char *graph_tensor_name(const struct graph *g, int32_t index);

/* Sets the order of the draft, part and has_cycles. */
void graph_sort_layers(struct graph *g);
/* One cycle of each part. */
void graph_report_cycles(struct graph *g);

#endif
