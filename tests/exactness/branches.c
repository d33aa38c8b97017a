#include "tests/exactness/branches.h"

#include <stdbool.h>
#include <string.h>

#include "base/arena.h"
#include "design/design.h"
#include "design/kernel.h"

/* By process, in topological order. */
struct analysis {
    const struct design *design;
    uint32_t *start;   /* the last process on all ways to this one, + 1;
                          0: the source */
    uint32_t *depth;   /* of those, so many behind each other */
    uint32_t *longest; /* processes on the longest way from the source */
    bool **reaches;    /* [from][to] */
};

static bool is_join(const struct process *p)
{
    return strcmp(p->kernel->name, "elementwise") == 0 ||
           strcmp(p->kernel->name, "concat") == 0;
}

/* Index + 1 of the producer; 0: the source. */
static uint32_t before(const struct process *p, uint32_t input)
{
    const struct process *producer = p->inputs[input]->producer;
    return producer == NULL ? 0 : producer->index + 1;
}

/* The last that is on all ways to x and to y (indices + 1). */
static uint32_t common_start(const struct analysis *n, uint32_t x, uint32_t y)
{
    while (x != y) {
        uint32_t depth_x = x == 0 ? 0 : n->depth[x - 1];
        uint32_t depth_y = y == 0 ? 0 : n->depth[y - 1];
        if (depth_x >= depth_y)
            x = n->start[x - 1];
        else
            y = n->start[y - 1];
    }
    return x;
}

static void analyse(struct analysis *n, uint32_t index)
{
    const struct design *d = n->design;
    const struct process *p = &d->processes[index];
    uint32_t start = before(p, 0);
    for (uint32_t i = 0; i < p->input_count; i++) {
        uint32_t from = before(p, i);
        start = common_start(n, start, from);
        uint32_t length = from == 0 ? 1 : n->longest[from - 1] + 1;
        if (length > n->longest[index])
            n->longest[index] = length;
        if (from == 0)
            continue;
        for (uint32_t k = 0; k < d->process_count; k++)
            n->reaches[k][index] |= k == from - 1 || n->reaches[k][from - 1];
    }
    n->start[index] = start;
    n->depth[index] = start == 0 ? 1 : n->depth[start - 1] + 1;
}

static bool has_unequal_branches(const struct analysis *n,
                                 const struct process *p)
{
    for (uint32_t i = 1; i < p->input_count; i++) {
        uint32_t x = before(p, 0), y = before(p, i);
        uint32_t length_x = x == 0 ? 0 : n->longest[x - 1];
        uint32_t length_y = y == 0 ? 0 : n->longest[y - 1];
        if (length_x != length_y)
            return true;
    }
    return false;
}

/* Whether the block of another join lies in that of p: begins behind its
 * start and ends before p. */
static bool holds_another(const struct analysis *n, const struct process *p)
{
    uint32_t start = n->start[p->index];
    for (uint32_t i = 0; i < n->design->process_count; i++) {
        const struct process *q = &n->design->processes[i];
        if (!is_join(q) || !n->reaches[q->index][p->index])
            continue;
        uint32_t inner = n->start[q->index];
        if (inner != 0 && inner != start &&
            (start == 0 || n->reaches[start - 1][inner - 1]))
            return true;
    }
    return false;
}

struct branches branches_of(struct arena *a, const struct design *d)
{
    uint32_t count = d->process_count;
    struct analysis n = {
        .design = d,
        .start = arena_new_array(a, uint32_t, count),
        .depth = arena_new_array(a, uint32_t, count),
        .longest = arena_new_array(a, uint32_t, count),
        .reaches = arena_new_array(a, bool *, count),
    };
    for (uint32_t i = 0; i < count; i++)
        n.reaches[i] = arena_new_array(a, bool, count);
    struct branches b = { 0 };
    for (uint32_t i = 0; i < count; i++) {
        const struct process *p = &d->processes[i];
        analyse(&n, i);
        if (!is_join(p))
            continue;
        b.joins++;
        b.concats += strcmp(p->kernel->name, "concat") == 0;
        b.unequal += has_unequal_branches(&n, p);
        b.nested += holds_another(&n, p);
    }
    return b;
}
