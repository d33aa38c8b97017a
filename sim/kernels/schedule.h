/* schedule -- when a process reads and writes over one frame if it is never
 * held up, and how it behaves when it is.
 *
 * A process has a front that takes *steps* one after the other, and a
 * pipeline behind it.  Time inside a process is counted in ticks; one cycle
 * is at most one tick.
 *
 * Front.  Let a(s) be the tick of step s.  Step s is taken at the first tick
 *   a(s) >= a(s-1) + gap(s)
 *   a(s) >= datapath_free            if needs_datapath(s)
 * in which every stream in reads(s) has a readable token; all of them are
 * read in that cycle.  Then, if hold(s) > 0, datapath_free = a(s) + hold(s).
 * The first step of a run may be taken at tick `start`.  Frames follow each
 * other without a break (OVERLAP_PIPELINED), or the first step of a frame waits
 * until `restart` ticks after the last write or step of the frame before,
 * whichever is later (OVERLAP_SEQUENTIAL).
 *
 * Writes.  Step s causes tokens i = 0 .. count-1 on every stream in
 * writes(s), due at tick a(s) + delay + i * spacing.  Due ticks strictly
 * increase from step to step: the tokens of a later step are due after all
 * tokens of an earlier one (so only tokens that one step causes on several
 * streams are ever due in the same tick).
 *
 * Stall styles:
 *   STALL_BUBBLES  In a cycle in which any due write finds no room, nothing
 *     happens: no due write of this process takes place, no step is taken
 *     and the tick does not pass.  Otherwise the due writes take place, a
 *     step is taken if the front's rules allow one, and the tick passes.
 *     Needs delay >= 1.
 *   STALL_RIGID  As bubbles, but a missing token also stops everything: in
 *     a cycle in which the next step is due (its tick by gap and hold alone
 *     has come) and a token it reads is missing, nothing happens either.
 *     After the last frame of a run the front is due no more and the
 *     pipeline drains.  delay >= 0.
 *       A step with gap 0 may be taken in the tick of the step before it,
 *     even in the same cycle.  If it cannot yet, the tick goes on for more
 *     cycles; its due writes have then taken place in the first of them.
 *       A *patient* step stops nothing: while it lacks a token, or room for
 *     what it writes with delay 0, it is not taken and the tick passes (unless
 *     a due write finds no room).  It may write in a tick in which tokens
 *     of earlier steps are due, on other outputs and with delay 0 only.
 *       *Held* outputs (of a register slice at a port of the design): the tick
 *     `held_ticks` after a write on one of them does not come before the cycle
 *     in which what was written is read; in that very cycle it can.  No other
 *     write on it comes before that tick.  A step writes to one of them at
 *     most.
 *   STALL_ELASTIC  Ticks are cycles, nothing stops.  Tokens that are due
 *     wait in an output buffer and leave in order, one per stream and
 *     cycle, each in the first cycle from its due tick on with room.  The
 *     buffer has `credits` places per stream: a step that causes `count`
 *     tokens on a stream is taken only in a cycle in which
 *     caused - written_before + count <= credits, where written_before
 *     counts the writes in earlier cycles.  count <= credits.  The order of
 *     due ticks needs to hold per stream only.  delay >= 1.
 *
 * Streams.  Token k written in cycle w is readable from w + write_latency
 * on; there is room for it from r + read_latency on, where r is the cycle in
 * which token k - capacity was read.  One token per stream and cycle.
 *
 * A deeper FIFO is not always at least as fast: a freeze also stops gaps and
 * holds that count down, so a process that is blocked earlier may be ready
 * later.  Do not search depths as if intervals were monotone in them.
 *
 * A schedule is a program of nested loops over steps: a row of a
 * convolution is a few instructions, not thousands of entries. */
#ifndef HEADRACE_KERNELS_SCHEDULE_H
#define HEADRACE_KERNELS_SCHEDULE_H

#include <stdbool.h>
#include <stdint.h>

struct arena;

enum stall_style { STALL_BUBBLES, STALL_RIGID, STALL_ELASTIC };
enum frame_overlap { OVERLAP_PIPELINED, OVERLAP_SEQUENTIAL };

struct step {
    uint32_t reads;      /* bit i: one token of input i */
    uint32_t writes;     /* bit o: tokens on output o */
    uint32_t gap;        /* ticks since the step before; at least 1, in a
                            rigid process 0 */
    uint64_t hold;       /* ticks the datapath stays taken; 0: untouched */
    bool needs_datapath; /* waits until the datapath is free */
    bool patient;        /* STALL_RIGID: waits without stopping anything */
    uint64_t delay;      /* ticks from this step to its first write */
    uint32_t count;      /* tokens per stream in writes */
    uint32_t spacing;    /* ticks between them; at least 1 if count > 1 */
};

enum instruction_kind {
    INSTRUCTION_STEP,
    INSTRUCTION_LOOP,
    INSTRUCTION_END,
    INSTRUCTION_TURN /* outside of loops: the next frame of the run begins */
};

struct instruction {
    enum instruction_kind kind;
    uint64_t times; /* STEP: how often in a row; LOOP: how often; >= 1 */
    uint32_t loop;  /* END: index of its LOOP */
    struct step step;
};

enum { SCHEDULE_DEPTH_MAX = 8 }; /* of nested loops */

struct schedule {
    struct arena *arena;
    enum stall_style style;
    enum frame_overlap overlap;
    uint32_t restart; /* OVERLAP_SEQUENTIAL */
    uint32_t credits; /* STALL_ELASTIC */
    uint32_t start;   /* tick before which the first step of a run is not
                         taken */
    uint32_t held;    /* mask of outputs; STALL_RIGID */
    uint32_t held_ticks;
    uint32_t count;
    struct instruction *instructions;
    uint32_t open[SCHEDULE_DEPTH_MAX]; /* LOOPs not yet ended */
    uint32_t open_count;
};

struct schedule *schedule_new(struct arena *a);
/* Steps with times 0 and loops with times 0 are left out. */
void schedule_step(struct schedule *s, uint64_t times, const struct step *step);
void schedule_loop(struct schedule *s, uint64_t times);
void schedule_end(struct schedule *s);

/* A schedule over `turns` frames of the run with equally many steps each, the
 * first of them an instruction outside of loops: the same with a TURN between
 * every two. */
struct schedule *schedule_in_turns(struct arena *a, const struct schedule *s,
                                   uint32_t turns);

/* Walks through the steps of one frame after the other, for ever; TURNs end
 * a frame as well. */
struct schedule_cursor {
    const struct schedule *schedule;
    uint32_t at;                       /* instruction */
    uint64_t left[SCHEDULE_DEPTH_MAX]; /* rounds to go of open loops */
    uint32_t depth;
    uint64_t repeat; /* times to go of the present STEP */
};
void schedule_start(struct schedule_cursor *c, const struct schedule *s);
/* The step that the cursor stands on; never NULL. */
static inline const struct step *schedule_peek(const struct schedule_cursor *c)
{
    return &c->schedule->instructions[c->at].step;
}
/* Leaves the present instruction; schedule_advance does all that is needed. */
bool schedule_next_instruction(struct schedule_cursor *c);
/* The same, quickly where it is one step of a loop after the other. */
static inline bool schedule_next_quick(struct schedule_cursor *c)
{
    const struct instruction *const all = c->schedule->instructions;
    uint32_t next = c->at + 1;
    if (next < c->schedule->count) {
        if (all[next].kind == INSTRUCTION_END && c->left[c->depth - 1] > 1) {
            next = all[next].loop + 1;
            if (all[next].kind == INSTRUCTION_STEP)
                c->left[c->depth - 1]--;
        }
        if (all[next].kind == INSTRUCTION_STEP) {
            c->at = next;
            c->repeat = all[next].times;
            return false;
        }
    }
    return schedule_next_instruction(c);
}
/* Goes `steps` steps on, no further than to the end of the present STEP's
 * repeats; true if the next step is the first one of a frame. */
static inline bool schedule_advance_by(struct schedule_cursor *c,
                                       uint64_t steps)
{
    c->repeat -= steps;
    return c->repeat == 0 && schedule_next_quick(c);
}
/* Goes to the next step; true if that is the first one of a frame. */
static inline bool schedule_advance(struct schedule_cursor *c)
{
    return schedule_advance_by(c, 1);
}

/* Tokens of one frame on input or output `port`. */
uint64_t schedule_reads(const struct schedule *s, uint32_t port);
uint64_t schedule_writes(const struct schedule *s, uint32_t port);
uint64_t schedule_steps(const struct schedule *s);
/* Ticks from the first step of a frame to the first step of the next when
 * nothing ever holds it up: the least interval of this process. */
uint64_t schedule_ticks_per_frame(const struct schedule *s);

#endif
