/* region -- an HLS dataflow region: processes that start each other.
 *
 * The region is started, once per frame; who reads its inputs begins then,
 * every other process when the one it reads from has begun.  A start waits in
 * a FIFO of its own (two deep) until its process has begun and is ready for
 * the next one.  In token time a start is two tokens, written in the same
 * cycle: one is read as the frame begins, the other when the process is ready,
 * which keeps its place until then.
 *
 * A process that reads from several others is started by the first of them. */
#ifndef HEADRACE_ENGINE_REGION_H
#define HEADRACE_ENGINE_REGION_H

#include <stdint.h>

#include "engine/timing.h"
#include "kernels/hls4ml.h"

struct arena;

struct design;

/* Joins the processes; `data` has the streams of data, and processes with all
 * but schedules.  There is one input and one output.  The streams and
 * processes that were given keep their places; those of starts follow. */
struct timing *region_timing(struct arena *a, const struct timing *data,
                             const struct hls_process *processes);

/* The same of a design of an HLS family (design/hardware.h). */
struct timing *region_of_design(struct arena *a, const struct design *d,
                                struct timing *data);

#endif
