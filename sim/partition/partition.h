/* partition -- the board of every layer and the folding of every one.
 *
 * How.  For an interval, lanes are chosen (lane_choice.h); with them every
 * layer has a table of foldings with cost and cycles (space.h), and which
 * layers go on which board in which form is decided exactly (cutting.h).  The
 * interval is first halved with lanes of its own each time, then with the lanes
 * of the best.  FIFOs get the depths that tokens need which come just in time;
 * if with these a board is too full, it is planned again with as much less
 * room.  What is reported is simulated.
 *
 * What is proven.  *Optimal*: for these lanes, FIFOs of these sizes and boards
 * in this order no cut and no folding has a shorter interval, by cycles of the
 * processes and load of the links.  Else the interval is between `bound` and
 * what was found. */
#ifndef HEADRACE_PARTITION_PARTITION_H
#define HEADRACE_PARTITION_PARTITION_H

#include <stdbool.h>
#include <stdint.h>

#include "partition/boards.h"
#include "partition/problem.h"
#include "partition/space.h"

struct arena;
struct design;
struct diag;
struct hardware;
struct kernel_table;
struct network;

enum partition_goal {
    PARTITION_INTERVAL, /* the shortest interval */
    PARTITION_LATENCY,  /* the shortest latency of a frame alone, of cuts that
                           keep max_interval */
    PARTITION_BOARDS,   /* the fewest boards that keep max_interval, and the
                           shortest interval on them */
    PARTITION_GOAL_COUNT
};
const char *partition_goal_name(enum partition_goal g); /* "interval" */

/* A layer that the user wants on a board. */
struct partition_pin {
    const char *layer;
    uint32_t board;
};

/* Told what goes on; false: stop and take the best so far. */
struct partition_observer {
    bool (*progress)(void *context, const char *stage, uint64_t interval);
    void *context;
};

struct partition_options {
    enum partition_goal goal;
    uint64_t max_interval; /* cycles of the design's clock; 0: any */
    uint32_t board_count;
    const struct partition_board *boards;
    const struct partition_link *links; /* one less */
    uint32_t pin_count;
    const struct partition_pin *pins;          /* layers that have a process */
    const struct partition_observer *observer; /* NULL: nobody */
};

enum partition_outcome {
    PARTITION_DONE,
    PARTITION_STOPPED,    /* by the observer: the best so far, not proven */
    PARTITION_INFEASIBLE, /* `shortage` says why */
};

enum shortage_kind {
    SHORTAGE_LAYER,   /* `item` alone needs more of `resource` than any board
                         has, in each form that keeps the interval */
    SHORTAGE_CYCLES,  /* `process` takes longer than the interval in any form */
    SHORTAGE_TOTAL,   /* all layers together need more than all boards have */
    SHORTAGE_LINK,    /* every cut, on any link, loads it with more than the
                         interval */
    SHORTAGE_BOARDS,  /* each of these is met, but no cut meets all of them */
    SHORTAGE_STOPPED, /* nothing was found before the search was stopped */
};

struct shortage {
    enum shortage_kind kind;
    const char *name; /* of the layer or process; else NULL */
    enum resource resource;
    uint64_t needed, available; /* units; SHORTAGE_CYCLES, _LINK: cycles */
};

/* One board of the result. */
struct partition_share {
    const struct partition_board *board;
    uint32_t layer_count;
    const char *const *layers;
    struct demand used;  /* processes, FIFOs, ends of links */
    uint64_t cycles;     /* of its slowest process */
    const char *slowest; /* NULL: the board is empty */
};

/* A link of the result. */
struct partition_crossing {
    const struct partition_link *link;
    uint32_t stream_count;
    const char *const *streams; /* "LAYER.out" */
    uint64_t words;             /* per frame */
    uint64_t load; /* thousandths of cycles of the design's clock */
};

struct partition {
    enum partition_outcome outcome;
    struct shortage shortage; /* if infeasible */
    uint64_t hz;              /* of the reference clock, for cycles below */
    uint32_t board_count;     /* used, from the first on */
    struct partition_share *shares;
    struct partition_crossing *crossings; /* one less */
    uint64_t planned;                     /* interval by cycles and loads */
    uint64_t bound; /* no shorter one is possible with these lanes */
    bool optimal;   /* planned is the shortest with these lanes */
    uint64_t interval, latency; /* simulated; cycles */
    bool certified;             /* the interval holds for ever */
    struct design *design;      /* as simulated */
    struct hardware *hardware;  /* its options, without depths of FIFOs */
};

/* NULL: said why in d (what cannot be partitioned at all). */
struct partition *partition_network(struct arena *a, const struct network *n,
                                    const struct hardware *h,
                                    const struct kernel_table *kernels,
                                    const struct partition_options *o,
                                    struct diag *d);

#endif
