/* sample_graph -- designs with forks and joins, built by hand: no lowering
 * and no kernel of sim/kernels takes part, so that what hwgen makes of them
 * can be checked against docs/hardware.md alone. */
#ifndef HEADRACE_TESTS_HWGEN_SAMPLE_GRAPH_H
#define HEADRACE_TESTS_HWGEN_SAMPLE_GRAPH_H

#include "design/design.h"

struct arena;
struct sample_graph;

struct sample_graph *sample_graph_new(struct arena *a, const char *name);

/* A stream with a FIFO of kind srl and depth 4; the caller may change it. */
struct stream *sample_stream(struct sample_graph *g, const char *name,
                             struct shape shape, const char *format,
                             uint32_t lanes);

/* A process between streams; both lists end with NULL. */
struct process *sample_process(struct sample_graph *g, const char *kernel,
                               const char *name, struct stream *const *inputs,
                               struct stream *const *outputs);

/* The design; one stream has no producer, one no consumer. */
struct design *sample_graph_design(struct sample_graph *g);

/* Streams that split and join in every way: clone, dispatch and collect,
 * elementwise, both kinds of concat, both directions of width_converter, a
 * frame buffer; then upsample2d and crop2d.  With x the value of input pixel
 * (row, column), channel c, output pixel (r, k), channel c is made from that of
 * input pixel ((r + 1) / 2, k + 2):
 *   c % 8 < 4   min(max(x, 0), 16) + x, of channel c % 4
 *   else        x, of channel c % 4
 * in raw values. */
struct design *sample_graph_forks(struct arena *a);

/* Every kernel that the other one does not have. */
struct design *sample_graph_kernels(struct arena *a);

#endif
