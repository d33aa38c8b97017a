/* stepper -- one process as a clocked machine: the same schedule that the
 * engine evaluates to token times, taken one cycle after the other.
 *
 * For simulators that have a clock of their own (SystemC, headrace_step.h).
 * What happens in a cycle follows from the state before it, the valid signals
 * of the inputs and the ready signals of the outputs; schedule.h has the rules.
 *
 * Handshakes.  A token passes port i in a cycle in which valid and ready of
 * that port are both high at its end.  What a stepper says of its own half of
 * a port never depends on the other half of the same port: in_ready of input i
 * is whether it would read it if in_valid of i were high, out_valid of output
 * o whether it would write if out_ready of o were high.  It may depend on the
 * other ports, as in docs/hardware.md: a step that reads two inputs is ready
 * for one of them only while the other is valid.  Between two steppers there
 * is always a FIFO, which lets nothing of this through but `drained`. */
#ifndef HEADRACE_ENGINE_STEPPER_H
#define HEADRACE_ENGINE_STEPPER_H

#include <stdbool.h>
#include <stdint.h>

#include "kernels/schedule.h"

struct arena;
struct timing_process;

/* Signals of all ports in a cycle; bit i is port i.  Beside valid and ready
 * there is `drained`, which a FIFO tells its writer: all that was written has
 * been read, or is in this very cycle.  It follows from the state of the FIFO
 * and from ready at its output; a register slice at a port of a design has this
 * signal, and only processes with held outputs look at it. */
struct port_signals {
    uint32_t in, out;
    uint32_t drained; /* driven: by input; given: by output */
};

/* Tokens that a step caused on one output and that were not yet written. */
struct due_tokens {
    uint64_t due; /* tick of the next one */
    uint32_t left, spacing;
};

/* A ring that grows; size is a power of two. */
struct due_queue {
    struct due_tokens *items;
    uint32_t size, head, count;
    uint64_t tokens; /* in all items */
};

struct stepper {
    struct arena *arena;
    const struct schedule *schedule;
    uint32_t input_count, output_count;
    uint64_t run_frame_steps; /* of one frame of the run */

    struct schedule_cursor cursor; /* the next step */
    bool endless;                  /* frames never run out */
    uint64_t steps_left;           /* else: to be taken */
    bool started;                  /* the first step was taken */
    bool at_frame_start;           /* the next step is the first of a frame */
    uint64_t tick;                 /* that comes next */
    uint64_t previous;             /* tick of the step before */
    uint64_t free;                 /* tick from which the datapath is free */
    uint64_t last_event;           /* tick of the last step or write */
    uint32_t held;                 /* output written to and not seen drained */
    uint64_t held_tick;            /* that waits for it; held != 0 */
    struct due_queue *queues;      /* by output */
};

/* `frames` of the run; 0: without end, as hardware does (a rigid process then
 * never drains behind its last frame). */
void stepper_start(struct stepper *s, struct arena *a,
                   const struct timing_process *p, uint32_t frames);

/* in: in_ready, out: out_valid; of `given` in is in_valid, out out_ready.
 * drained: none is driven; given at held outputs. */
struct port_signals stepper_look(const struct stepper *s,
                                 struct port_signals given);

/* The clock edge that ends the cycle.  False: no token passed, and none will
 * before a signal changes; until then it need not be clocked. */
bool stepper_clock(struct stepper *s, struct port_signals given);

/* All frames are taken, and nothing is left inside. */
bool stepper_done(const struct stepper *s);

#endif
