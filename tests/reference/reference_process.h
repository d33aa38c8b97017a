/* reference_process -- a process as the text of schedule.h has it, one cycle
 * at a time.
 *
 * eval decides from committed state what happens in a cycle, commit makes it
 * happen; neither sees what another process does in the same cycle. */
#ifndef HEADRACE_TESTS_REFERENCE_PROCESS_H
#define HEADRACE_TESTS_REFERENCE_PROCESS_H

#include <stdbool.h>
#include <stdint.h>

#include "tests/reference/reference_fifo.h"

struct arena;
struct expansion;
struct schedule;
struct step;
struct timing_process;

/* Does frame `frame` of the run pass through a stream or process with these
 * copies? */
static inline bool reference_carries(uint32_t copies, uint32_t copy,
                                     uint32_t frame)
{
    return copies <= 1 || frame % copies == copy;
}
/* How many of the first `frames` do. */
uint32_t reference_frames(uint32_t copies, uint32_t copy, uint32_t frames);

struct reference_process {
    const struct schedule *schedule;
    const struct expansion *frame; /* its steps, written out */
    uint64_t run_frame_steps;      /* how many of them are for one frame of the
                                      run */
    uint32_t input_count, output_count;
    struct reference_fifo **inputs, **outputs; /* by port */

    /* Committed state. */
    uint64_t tick;      /* the one that comes next */
    uint64_t at;        /* next step, within the frame */
    uint32_t frames;    /* of the run to go, the present one included */
    bool started;       /* the first step of the run was taken */
    uint64_t last_step; /* its tick */
    uint64_t datapath_free;
    uint64_t last_event;     /* tick of the last step or write; in order to
                                begin the next frame */
    struct cycle_list *due;  /* per output: due ticks of caused tokens that
                                were not written yet */
    bool any_due;            /* the next is valid (legality only) */
    uint64_t last_due;       /* of all outputs (legality only) */
    uint64_t *last_due_port; /* per output (legality only) */
    bool *due_port_used;     /* the above is valid (legality only) */
    uint32_t held;           /* output that a tick waits for; if is_held */
    bool is_held;
    uint64_t held_tick;

    /* What eval found for this cycle. */
    bool passes;      /* the tick passes */
    uint32_t steps;   /* so many steps are taken: one, or several of a tick */
    uint32_t writes;  /* outputs with a write */
    uint32_t blocked; /* outputs that lack room and stop something */
    uint32_t starved; /* inputs that lack a token and stop the front */

    /* Cycles up to the last event. */
    bool any_event;
    uint64_t end; /* cycle of the last event */
    uint64_t busy_cycles, starved_cycles, blocked_cycles;
    uint64_t now_busy, now_starved, now_blocked; /* up to the present */
};

/* `frames` are those of the run. */
void reference_process_start(struct reference_process *p, struct arena *a,
                             const struct timing_process *t,
                             struct reference_fifo *fifos, uint32_t frames);
void reference_process_eval(struct reference_process *p, uint64_t cycle);
/* True if it took a step or wrote. */
bool reference_process_commit(struct reference_process *p, uint64_t cycle);
/* All frames taken and nothing left inside. */
bool reference_process_done(const struct reference_process *p);
/* Outputs with a caused token that is due but finds no room. */
uint32_t reference_process_stuck_writes(const struct reference_process *p,
                                        uint64_t cycle);
/* The longest time in ticks that can pass inside between one event and the
 * next if no FIFO stops it. */
uint64_t reference_process_patience(const struct reference_process *p);

#endif
