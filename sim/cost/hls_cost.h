/* hls_cost -- what processes and FIFOs that HLS made are charged in its
 * synthesis report.
 *
 * DSP slices and block RAMs by rules, LUTs and flip-flops by the laws of the
 * design (design/hls_laws.h; without laws: 0).  The evidence for each rule and
 * the errors of the laws are in docs/cost.md. */
#ifndef HEADRACE_COST_HLS_COST_H
#define HEADRACE_COST_HLS_COST_H

#include "cost/cost.h"

struct design;
struct process;
struct stream;

struct cost hls_cost_of_process(const struct design *d,
                                const struct process *p);
struct cost hls_cost_of_stream(const struct design *d, const struct stream *s);

/* What is left of a report's cost after implementation, about: the median of
 * published designs. */
struct cost hls_cost_implemented(const struct design *d, struct cost report);

#endif
