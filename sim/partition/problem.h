/* problem -- which items go on which board, and in which form: the question of
 * partitioning without networks, so that tests can ask it directly.
 *
 * Items stand in topological order; an item is a layer with all that lowering
 * inserts for it.  Each has choices (foldings), of which each has a demand on
 * the board and takes some cycles per frame.  Boards stand in a row, joined by
 * links from each to the next; a net goes from an item to items on the same
 * board or later ones, over all links between.
 *
 * At an interval of T cycles of the reference clock, an item on a board takes
 * at most T cycles, counted on the board's clock; the demands on a board add up
 * to at most its capacity; and what the nets load a link with is at most T.
 * The rule for nets that are cloned is that of docs/links.md, Placement: one
 * copy crosses if all its readers are on one other board, else one for each
 * reader. */
#ifndef HEADRACE_PARTITION_PROBLEM_H
#define HEADRACE_PARTITION_PROBLEM_H

#include <stdbool.h>
#include <stdint.h>

#include "cost/capacity.h"

struct arena;

struct demand {
    uint64_t of[RESOURCE_COUNT];
};

struct demand demand_of_cost(const struct cost *c);
void demand_add(struct demand *to, const struct demand *d);
void demand_subtract(struct demand *from, const struct demand *d);
bool demand_fits(const struct demand *d, const struct demand *capacity);

struct item_choice {
    struct demand demand;
    uint64_t cycles; /* per frame, at least 1 */
    uint32_t form;   /* the caller's */
};

enum { ITEM_ANYWHERE = UINT32_MAX };

struct item {
    const char *name;
    uint32_t choice_count;
    const struct item_choice *choices;
    uint32_t pin; /* the board it has to be on; or ITEM_ANYWHERE */
};

struct net {
    const char *name;
    uint32_t from; /* item */
    bool stays;    /* it is cloned where it is written, whoever reads it */
    uint32_t reader_count;
    const uint32_t *readers; /* items behind `from`, ascending; one that reads
                                twice is there twice */
    /* By link: thousandths of cycles of the reference clock that one copy of a
     * frame takes there, alone on the link and beside other streams (of which
     * packets then tell in a header). */
    const uint64_t *loads, *loads_beside;
};

struct slot { /* a board */
    const char *name;
    struct demand capacity; /* within the limit of how full it may be */
    uint64_t hz;
};

struct problem {
    uint64_t hz;                                /* of the reference clock */
    uint32_t item_count, net_count, slot_count; /* links: one less */
    const struct item *items;
    const struct net *nets;
    const struct slot *slots;
};

/* Cycles that an item may take on a board at this interval. */
uint64_t problem_limit(const struct problem *p, uint32_t slot,
                       uint64_t interval);

/* Copies of a net on the link behind `slot`, for items that are on the boards
 * board_of. */
uint32_t problem_copies(const struct net *n, const uint32_t *board_of,
                        uint32_t slot);

/* What crosses the link behind a board. */
struct crossing {
    uint64_t alone, beside; /* loads of all streams, either way */
    uint32_t streams;
};

struct crossing problem_crossing(const struct problem *p,
                                 const uint32_t *board_of, uint32_t slot);

/* Adds copies of a net. */
void crossing_add(struct crossing *x, const struct net *n, uint32_t copies,
                  uint32_t slot);
/* The load of what was added, in thousandths of cycles. */
uint64_t crossing_load(const struct crossing *x);

#endif
