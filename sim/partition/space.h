/* space -- all that can be chosen for a network on boards: the lanes of its
 * streams and the folding of its layers.
 *
 * Lanes.  Streams on both sides of a process that passes values on as they come
 * (pools, paddings, clones, concats, elementwise) have the same lanes: they are
 * a *lane group*, and no width converter is ever needed.  Convolutions, dense
 * and argmax part groups.  A group may have any lanes that divide the channels
 * of all its streams.
 *
 * Foldings.  With the lanes of all groups given, the cost of each process
 * follows from its own folding, and so do its cycles per frame.  A product
 * layer may have every legal pair of PE and SIMD, its multipliers packed or
 * not.
 *
 * Costs are those of sim/cost and cycles those of sim/kernels: processes are
 * set to a form and asked. */
#ifndef HEADRACE_PARTITION_SPACE_H
#define HEADRACE_PARTITION_SPACE_H

#include <stdbool.h>
#include <stdint.h>

#include "design/design.h"
#include "partition/problem.h"

struct arena;
struct diag;
struct kernel_table;

struct folding_form {
    uint32_t pe, simd; /* 0: the process has no folding */
    bool packed;
};

/* The forms of a process with certain lanes, none with another that takes no
 * more of anything. */
struct forms {
    uint32_t count;
    const struct item_choice *choices; /* form: index in `forms` */
    const struct folding_form *forms;
};

struct lane_group {
    uint32_t option_count;
    const uint32_t *options; /* ascending */
    uint32_t process_count;
    const uint32_t *processes; /* that read or write it */
};

struct space_item {
    const struct layer *layer;
    uint32_t process;       /* the layer's own; UINT32_MAX: none (its streams
                               are all that there is) */
    uint32_t process_count; /* with those that lowering inserted */
    const uint32_t *processes;
};

struct space {
    struct arena *arena;
    const struct kernel_table *kernels;
    const struct network *network;
    const struct hardware *hardware; /* the user's */
    struct design *design; /* one process each, whose lanes are set in turn */
    uint32_t item_count;   /* layers with a process, in topological order */
    const struct space_item *items;
    const uint32_t *item_of; /* by process */
    uint32_t group_count;
    const struct lane_group *groups;
    const uint32_t *group_of; /* by stream */
    struct demand ceiling;    /* the largest board has */
    struct space_cache *cache;
};

/* Forms that demand more than SPACE_EXCESS times the ceiling of anything are
 * left out, and with them those of a larger SIMD: a demand hardly ever falls
 * with SIMD, and never by so much. */
enum { SPACE_EXCESS = 4 };

/* NULL: said why in d. */
struct space *space_new(struct arena *a, const struct network *n,
                        const struct hardware *h,
                        const struct kernel_table *kernels,
                        const struct demand *ceiling, struct diag *d);

/* Of a process, with the lanes by group. */
const struct forms *space_forms(struct space *s, uint32_t process,
                                const uint32_t *lanes);

/* The hardware options of a choice: lanes by group, foldings by process.  No
 * FIFO has a depth. */
struct hardware *space_hardware(struct space *s, struct arena *a,
                                const uint32_t *lanes,
                                const struct folding_form *foldings);

/* The design of such options; without boards, its processes and streams are
 * those of s->design, in that order. */
struct design *space_lower(struct space *s, struct arena *a,
                           const struct hardware *h, struct diag *d);

#endif
