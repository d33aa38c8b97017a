/* clocked -- the parts of a timing as clocked machines with valid and ready:
 * processes, FIFOs, sources and sinks.
 *
 * All four kinds answer the same two calls.  Between two clock edges,
 * clocked_look says what a machine drives, given what its neighbours drive; it
 * may be asked as often as signals change.  At the edge, clocked_clock lets
 * time pass.  stepper.h has the signals, and the rules for what may depend on
 * what. */
#ifndef HEADRACE_ENGINE_CLOCKED_H
#define HEADRACE_ENGINE_CLOCKED_H

#include <stdbool.h>
#include <stdint.h>

#include "engine/stepper.h"

struct arena;
struct clocked;
struct timing_process;
struct timing_stream;

/* `frames` of the run; 0: without end.  What they describe is lent. */
struct clocked *clocked_process(struct arena *a, const struct timing_process *p,
                                uint32_t frames);
struct clocked *clocked_fifo(struct arena *a, const struct timing_stream *s);
/* The source, or the sink, at an end of a stream. */
struct clocked *clocked_source(struct arena *a, const struct timing_stream *s,
                               uint32_t frames);
struct clocked *clocked_sink(struct arena *a, const struct timing_stream *s,
                             uint32_t frames);

struct port_signals clocked_look(const struct clocked *c,
                                 struct port_signals given);
/* False: it need not be clocked again before a signal changes (which it may
 * be all the same). */
bool clocked_clock(struct clocked *c, struct port_signals given);

/* It has nothing left to do: of a process all frames are taken and written, of
 * a source or sink all tokens have passed, a FIFO holds no more than at first.
 */
bool clocked_done(const struct clocked *c);

#endif
