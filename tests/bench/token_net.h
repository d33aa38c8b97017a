/* token_net -- a timing as plain text, for simulators in other languages.
 *
 *   streams N
 *   stream CAPACITY TOKENS PRODUCER CONSUMER            N times, in order
 *   processes N
 *   process INPUTS OUTPUTS RUNS                         N times, in order
 *   inputs STREAM...
 *   outputs STREAM...
 *   run TIMES READS WRITES GAP HOLD NEEDS_DATAPATH DELAY COUNT SPACING
 *                                                       RUNS times
 *
 * All are decimal numbers as in engine/timing.h and kernels/schedule.h;
 * TOKENS are those of a frame, a producer or consumer of -1 is an edge of the
 * design, always ready.  The runs of a process are one frame. */
#ifndef HEADRACE_TESTS_BENCH_TOKEN_NET_H
#define HEADRACE_TESTS_BENCH_TOKEN_NET_H

#include <stdbool.h>

struct diag;
struct timing;

/* False: said why in d (file-write). */
bool token_net_write(const struct timing *t, const char *path, struct diag *d);

#endif
