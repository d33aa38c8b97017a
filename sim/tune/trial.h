/* trial -- a design run with other FIFO depths and held against goals.
 *
 * A scenario is how source and sink behave.  The goals are to be met in all of
 * them, each with its own figures: no depth makes a source faster.
 *
 * In one run all frames are offered back to back; of frame 0 the latency is
 * that of a frame alone, as later frames do not hold up earlier ones. */
#ifndef HEADRACE_TUNE_TRIAL_H
#define HEADRACE_TUNE_TRIAL_H

#include <stdbool.h>
#include <stdint.h>

#include "design/stimulus.h"
#include "tune/storage.h"

struct arena;
struct design;
struct batch;
struct timing;

struct scenario {
    const char *name; /* "always", as the user said */
    struct stimulus source, sink;
};

/* At most these. */
struct goals {
    uint64_t period_cycles; /* cycles for `period` frames; period 0: any */
    uint32_t period;
    uint64_t isolated;            /* cycles of one frame alone; 0: any */
    uint64_t back_to_back;        /* of a frame among others; 0: any */
    uint32_t back_to_back_frames; /* of the first so many; 0: of all */
};

enum verdict {
    VERDICT_MET,
    VERDICT_DEADLOCK,
    VERDICT_ISOLATED, /* the goal that is missed */
    VERDICT_BACK_TO_BACK,
    VERDICT_INTERVAL,
    VERDICT_COUNT
};
const char *verdict_name(enum verdict v); /* "interval" */

struct figures {
    enum verdict verdict;
    uint64_t isolated, back_to_back; /* cycles */
    uint64_t period_cycles;
    uint32_t period;
    uint32_t frames; /* that were run */
    bool certified;  /* the state recurred: the interval holds for ever */
    bool paced;      /* it does for a source that sends a frame every so many
                        cycles, as the goal says */
};

/* Cycles per frame, rounded up; 0: unknown. */
uint64_t figures_interval(const struct figures *f);

/* The FIFOs of a design whose depths are looked for: of each the choices, and
 * the design's timing in each scenario, with the depths last set. */
struct trials {
    struct arena *arena;
    const struct design *design;
    uint32_t fifo_count;
    struct storage *fifos;
    uint32_t scenario_count;
    const struct scenario *scenarios;
    struct timing **timings; /* by scenario */
    struct goals *goals;     /* by scenario */
    bool *paced; /* by scenario: the timing's source sends frames at the pace of
                    the goal, see trials_pace */
    uint32_t frames;        /* most of a run; fewer if the state recurs */
    uint32_t threads;       /* at most; 0: one.  Results are the same */
    uint64_t runs;          /* so far */
    struct batch **batches; /* by scenario; NULL: not used yet */
};

/* The first goal that a vector misses: in which scenario, and with what. */
struct miss {
    enum verdict verdict; /* VERDICT_MET: no goal is missed */
    uint32_t scenario;
    struct figures figures; /* there; met: in the last scenario */
};

/* Frees what threads needed.  What is in the arena is the arena's. */
void trials_end(struct trials *t);
/* One to be run beside `t` by another thread: nothing of it changes what `t`
 * has.  It has its own arena, one thread, and has run nothing; trials_drop
 * frees it. */
struct trials trials_beside(const struct trials *t);
void trials_drop(struct trials *t);

/* Runs `count` vectors of choices, each with FIFO i at choice vectors[v][i], in
 * one scenario after the other until a goal is missed. */
void trials_run(struct trials *t, const uint32_t *const *vectors,
                uint32_t count, struct miss *misses);
/* Runs one. */
struct miss trials_run_one(struct trials *t, const uint32_t *choices);
/* The figures of one in a scenario, whatever it misses in others. */
struct figures trials_figures(struct trials *t, const uint32_t *choices,
                              uint32_t scenario);
/* From now on sources that are always ready send a frame as often as the goal
 * asks for and no more; those of other scenarios, and all of them if not `on`,
 * go on as they do.
 *
 * With frames as fast as they are taken, FIFOs in front of a process that is
 * slower by little fill up over dozens of frames before the state can recur;
 * at the pace of the goal it recurs as soon as the first frame is out.  As far
 * as processes are monotone, tokens that come earlier make nothing later: what
 * keeps the pace keeps it with frames back to back as well.  That is not so
 * for all processes (kernels/schedule.h), so what was found is run with frames
 * back to back in the end. */
void trials_pace(struct trials *t, bool on);
/* Sets the depths of the timings. */
void trials_set(struct trials *t, const uint32_t *choices);

/* The timing with the stimuli of a scenario. */
struct timing *trials_timing(struct arena *a, const struct design *d,
                             const struct scenario *s);

#endif
