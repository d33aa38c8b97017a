/* process -- one process in token time: takes the steps of its schedule and
 * places its writes, as far as the times it needs are known.
 *
 * Bubbles and rigid.  Everything is kept in ticks; the cycle of a tick is
 * tick + the cycles frozen before it.  Writes are placed as soon as their
 * tick is certain, which may be ahead of the front: the freezes they cause
 * then wait in `ahead` until the front comes to their tick.
 *
 * Elastic.  Ticks are cycles; each output keeps the times of its last
 * `credits` writes. */
#ifndef HEADRACE_ENGINE_PROCESS_H
#define HEADRACE_ENGINE_PROCESS_H

#include <stdbool.h>
#include <stdint.h>

#include "engine/channel.h"
#include "engine/timing.h"
#include "engine/trace.h"

struct arena;
struct link_state;

/* Tokens that one step caused and that are not yet placed. */
struct pending {
    int64_t due;   /* tick of the next one */
    uint32_t left; /* tokens per output to go */
    uint32_t spacing;
    uint32_t outputs; /* mask */
    int64_t caused;   /* cycle of the step; only for the trace */
};

/* A freeze that a write placed ahead of the front will cause. */
struct freeze {
    int64_t tick;
    int64_t cycles;
};

/* A queue in a ring that grows; size is a power of two. */
struct pending_queue {
    struct pending *items;
    uint32_t size, head, count;
};
struct freeze_queue {
    struct freeze *items;
    uint32_t size, head, count;
};

struct elastic_output {
    struct pending_queue queue;
    int64_t *written_at; /* times of the last `credits` writes, a ring */
    uint32_t at;         /* slot of the next write */
    uint64_t caused, written;
};

/* What a process waits for in the evaluation. */
struct waiting {
    struct channel *token; /* NULL: not for a token */
    struct channel *room;  /* NULL: not for room */
};

/* What a plain process lacks to go on fast. */
struct lack {
    const struct channel *channel; /* NULL: nothing, as far as is known */
    bool is_room;
    uint32_t places; /* that it needs there; is_room */
};

struct process_times {
    uint64_t *starved_by, *blocked_by; /* per port */
};

struct process_state {
    struct arena *arena;
    const struct schedule *schedule;
    struct schedule_cursor cursor;
    uint32_t input_count, output_count;
    struct channel **inputs, **outputs;
    uint32_t turns;        /* frames of the run in one of its schedule */
    uint32_t frames;       /* complete, as far as the front is concerned; of the
                              run if it takes turns, else of its own */
    uint32_t frame_limit;  /* the front stops there */
    bool at_frame_start;   /* the next step is the first of a frame */
    int64_t previous;      /* tick of the step before */
    int64_t free;          /* tick from which the datapath is free */
    int64_t last_due;      /* last tick for which a write was caused */
    int64_t front_frozen;  /* cycles frozen, as the front sees them */
    int64_t write_frozen;  /* the same at the next write to be placed */
    int64_t end;           /* cycle of its last event so far */
    int64_t patient_since; /* a patient step has come due: cycles from here on
                              are not counted yet; PROCESS_NOT_DUE: none */
    /* Only for the trace: the cycles of the steps that set `free` and
     * `last_due`, and of the last one that waited. */
    int64_t free_since, due_since, last_wait;
    struct pending_queue pending;
    struct freeze_queue ahead;
    /* The output of the schedule's held ones that was written to last, and the
     * tick that waits until that is read; NULL: nothing waits. */
    struct channel *held;
    uint32_t held_port;
    int64_t held_tick;
    int64_t held_until; /* cycle in which the last such wait ended */
    int64_t held_wait;  /* cycles it took */
    struct elastic_output *elastic; /* per output; NULL: not elastic */
    struct waiting waiting;
    struct process_times times; /* so far */
    struct trace *trace;        /* NULL: none */
    /* For process_advance_fast; NULL: not for this one. */
    bool (*advance_fast)(struct process_state *p);
    struct lack lack;
    /* Only if relaxed: the ticks of a process that is never held up, at the
     * last step and when it leaves the datapath.  `previous` and `free` are
     * cycles then; the frozen cycles are the most by which a write, and of
     * those the front comes after, was late. */
    bool relaxed;
    bool clock_is_whole; /* its differences are certain */
    int64_t clock, clock_free;
    /* Of a link, which has no schedule: all it does; else NULL. */
    struct link_state *link;
};

void process_init(struct process_state *p, struct arena *a,
                  const struct timing_process *t,
                  struct channel *const *channels);

/* Goes on as far as possible; true if it got anywhere.  Sets p->waiting;
 * both NULL there means that its frames are complete. */
bool process_advance(struct process_state *p);

/* A patient step waits for what is not known, and a write could be placed if it
 * were known to come before that: true, and the cycle of this write.  If all
 * processes and edges are stuck, whatever comes next comes after the earliest
 * such write, for nothing else is left that anything could follow from. */
bool process_could_drain(const struct process_state *p, int64_t *cycle);
/* Places it. */
void process_drain(struct process_state *p);

/* From here on only the rules hold that no depth of a FIFO can take away
 * (process_relaxed.c): times are then lower bounds of the real ones, monotone
 * in the depths.  Before the first step.  An elastic process stays as it is:
 * it is monotone by itself. */
void process_relax(struct process_state *p);

/* A process that is stuck for ever: counts the wait for a token that began
 * before its last event, while the pipeline still drained. */
void process_count_last_wait(struct process_state *p);

/* The common kind of process made fast: bubbles, frames without a break, no
 * trace, and streams that hold all that one step writes.  Takes only steps
 * whose tokens and places are all known, so that some that process_advance can
 * take are left to it.  True if it got anywhere. */
bool process_advance_fast(struct process_state *p);

/* Inside the engine: what fast.c shares with the other kinds. */
/* The function for these ports, and for what is wanted of their channels. */
bool (*process_fast_for(const struct process_state *p))(struct process_state *);
/* Places what earlier steps have caused; false: not all could be. */
bool process_place_pending(struct process_state *p, bool *moved);
/* A write at `tick`, ahead of the front, froze everything for `cycles`. */
void process_freeze_ahead(struct process_state *p, int64_t tick,
                          int64_t cycles);
/* The cycles frozen up to `tick`, given those that the front knew of. */
int64_t process_catch_up(struct process_state *p, int64_t frozen, int64_t tick);

#endif
