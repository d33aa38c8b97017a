/* history -- how far everything had come at the last frame boundaries: what
 * happened in a span of frames, and the same once more without evaluating it.
 *
 * Leaps.  Let the complete relative state at boundary f be that at boundary
 * f - period (evaluation.h), and C the cycles between the two.  All that
 * comes after f is then what came after f - period, C cycles later: so frames
 * f + 1 .. f + period end in that state again, and by induction so do all
 * further periods.  The state after q of them is that at f with q * C added
 * to every time and q times the difference of both boundaries added to every
 * count.  That is all history_leap does.
 * - Times too old to matter were clipped before they were compared, so they
 *   may differ from what an evaluation would have found; moved by the same
 *   q * C they are still too old to matter.
 * - Peaks stay: the most tokens held after a write is decided by the reads
 *   that are later than it, which are times that matter, and each period
 *   repeats those of the period before.
 * - Logs and the times of frames are those of the period before, C later.
 * - A trace (of waits) is not continued: whoever wants one evaluates all. */
#ifndef HEADRACE_ENGINE_HISTORY_H
#define HEADRACE_ENGINE_HISTORY_H

#include <stdint.h>

struct evaluation;
struct run;

struct history;

struct history *history_new(const struct evaluation *e);

/* Everything has done exactly `frame` frames. */
void history_add(struct history *h, const struct evaluation *e, uint32_t frame);

/* What the processes did in the `period` frames before `frame`, each in the
 * time that these took there, as run_process.steady; period is at most
 * RUN_FRAMES_MAX. */
void history_steady(const struct history *h, const struct evaluation *e,
                    uint32_t frame, uint32_t period, struct run *r);

/* The state is that at boundary `frame` and recurred after `period` frames and
 * `cycles` cycles; goes on by `times` periods. */
struct recurrence {
    uint32_t frame, period;
    uint64_t cycles;
};
void history_leap(const struct history *h, struct evaluation *e,
                  const struct recurrence *r, uint32_t times);

#endif
