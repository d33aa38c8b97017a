/* simplifying -- what the files of graph_simplify share.
 *
 *   graph_simplify.c   the walk; quantisers, pads, what changes nothing
 *   simplify_affine.c  what scales and adds, into the products in front */
#ifndef HEADRACE_IMPORT_GRAPH_SIMPLIFYING_H
#define HEADRACE_IMPORT_GRAPH_SIMPLIFYING_H

#include "import/graph/graph.h"

/* While nodes are looked at in order: what stands for a value now. */
struct rewriting {
    struct graph *g;
    struct graph_value **now;   /* by index; NULL: itself */
    struct graph_node **joined; /* by index of integers: the first quant that
                                   gives the values they stand for */
    uint32_t room;              /* values that there were at first */
};

/* From here on `by` stands for `old`, for all of its readers. */
void simplify_replace(struct rewriting *r, const struct graph_value *old,
                      struct graph_value *by);
/* The node that computes v for nobody else; NULL: another kind, or there are
 * other readers. */
struct graph_node *simplify_sole(const struct graph_value *v, enum graph_op op);
/* Input i; NULL: it is not there. */
struct graph_value *simplify_input(const struct graph_node *n, uint32_t i);

/* A node that scales and adds constants of channels becomes one affine with
 * such a one in front of it, or part of the products there.  True: the node is
 * gone. */
bool simplify_affine(struct rewriting *r, struct graph_node *n);

#endif
