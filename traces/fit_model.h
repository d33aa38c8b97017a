/* fit_model -- the schedules that a fit chooses from: what each handshake of a
 * process waits for.
 *
 * A process is read and write events, each no earlier than the cycle after the
 * one before it on the same side, and than the stimulus allows.  Besides,
 *   FIT_JOINED  one event reads and writes;
 *   FIT_DIRECT  write j waits for read data[j], read i for write space[i]:
 *                 write(j) >= read(data[j]) + data_latency
 *                 read(i)  >= write(space[i]) + space_latency
 *   FIT_WORKED  a third row of events lies between them, one for each write,
 *               which nobody sees:
 *                 work(j)  >= work(j-1) + work_gap
 *                 work(j)  >= read(data[j]) + data_latency
 *                 work(j)  >= write(j - buffer) + 1       (a buffer behind it)
 *                 write(j) >= work(j) + result_latency
 *                 read(i)  >= work(space[i]) + space_latency
 * and everything happens as early as these allow.
 *
 * This is how hardware with valid and ready on both sides and room inside
 * behaves, however many registers and counters it has: sliding windows,
 * width converters, pipelines with credits, vector units that replay.  What
 * freezes as a whole when its output is held is one of
 *   FIT_BUBBLES, FIT_RIGID  one row of steps in ticks (fit_ticks.h).
 *
 * What is waited for repeats from unit to unit; a frame is a whole number of
 * them.  data[j] and space[i] count from the beginning of the unit of j and i,
 * and may lie before it. */
#ifndef HEADRACE_TRACES_FIT_MODEL_H
#define HEADRACE_TRACES_FIT_MODEL_H

#include <stdbool.h>
#include <stdint.h>

#include "traces/token_times.h"
#include "traces/fit_run.h"
#include "traces/fit_ticks.h"

enum fit_kind { FIT_JOINED, FIT_DIRECT, FIT_WORKED, FIT_BUBBLES, FIT_RIGID };

enum { FIT_NONE = INT32_MIN }; /* waits for nothing of the other side */

struct fit_model {
    enum fit_kind kind;
    uint32_t reads, writes; /* of a unit; FIT_JOINED: 1 and 1 */
    uint32_t units;         /* of a frame */
    uint64_t read_start;    /* cycle before which nothing is read, ... */
    uint64_t work_start;    /* ... worked on, or written */
    uint32_t data_latency, space_latency, result_latency;
    uint32_t work_gap;
    uint32_t buffer;      /* 0: no limit was seen */
    const int32_t *data;  /* by write of a unit, or FIT_NONE */
    const int32_t *space; /* by read of a unit, or FIT_NONE */
    /* FIT_BUBBLES, FIT_RIGID; read_start is a tick, and data_latency the delay
     * that all writes have in common. */
    const struct fit_tick_step *steps; /* by read of a unit */
    bool is_patient; /* FIT_RIGID of one unit: its first step */
};

static inline bool fit_model_freezes(const struct fit_model *m)
{
    return m->kind == FIT_BUBBLES || m->kind == FIT_RIGID;
}

/* How a model and a run differ, each handshake held against those before. */
struct fit_residual {
    uint64_t events, different;
    uint64_t largest; /* cycles */
    /* The first in time; valid if different > 0. */
    enum token_event event;
    uint64_t token, measured, predicted;
};

/* Adds one event to a residual. */
void fit_residual_count(struct fit_residual *x, enum token_event event,
                        uint64_t token, uint64_t measured, uint64_t predicted);

/* Work times need room for all writes of the run. */
struct fit_residual fit_model_compare(const struct fit_model *m,
                                      const struct fit_run *r, uint64_t *work);

/* The work times of a run as far as they follow from what was measured; of
 * FIT_DIRECT the writes themselves.  False: a write came earlier or later than
 * the model can tell, and quick was asked for. */
bool fit_model_work(const struct fit_model *m, const struct fit_run *r,
                    uint64_t *work, bool quick);

#endif
