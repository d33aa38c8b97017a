#include "engine/roc.h"

#include "base/arena.h"

#include <stdbool.h>
#include <stdlib.h>

/* One frame: its score as the number that the caller has. */
struct scored {
    int64_t integer;
    double number;
    bool is_hit;
};

/* Highest first; one of the two is 0 in all frames. */
static int by_score(const void *a, const void *b)
{
    const struct scored *x = a, *y = b;
    if (x->integer != y->integer)
        return x->integer < y->integer ? 1 : -1;
    return (x->number < y->number) - (x->number > y->number);
}

static struct roc walk(struct arena *a, struct scored *s, uint32_t frames)
{
    if (frames > 0)
        qsort(s, frames, sizeof *s, by_score);
    struct roc r = { .count = 1 };
    struct roc_point *points =
        arena_new_array(a, struct roc_point, (size_t)frames + 1);
    for (uint32_t i = 0; i < frames;) {
        const struct roc_point from = points[r.count - 1];
        struct roc_point to = from;
        uint32_t first = i;
        for (; i < frames && by_score(&s[first], &s[i]) == 0; i++) {
            to.hits += s[i].is_hit;
            to.others += !s[i].is_hit;
        }
        /* Others of this score against the hits above it, and half against
         * those beside it. */
        r.half_pairs += (uint64_t)(to.others - from.others) *
                        ((uint64_t)from.hits + to.hits);
        points[r.count++] = to;
    }
    r.positives = points[r.count - 1].hits;
    r.negatives = points[r.count - 1].others;
    r.points = points;
    return r;
}

static struct scored *new_scored(struct arena *a, const int32_t *labels,
                                 int32_t label, uint32_t frames)
{
    struct scored *s = arena_new_array(a, struct scored, frames);
    for (uint32_t i = 0; i < frames; i++)
        s[i].is_hit = labels[i] == label;
    return s;
}

struct roc roc_of_integers(struct arena *a, const int64_t *scores,
                           const int32_t *labels, int32_t label,
                           uint32_t frames)
{
    struct arena *own = arena_new();
    struct scored *s = new_scored(own, labels, label, frames);
    for (uint32_t i = 0; i < frames; i++)
        s[i].integer = scores[i];
    struct roc r = walk(a, s, frames);
    arena_free(own);
    return r;
}

struct roc roc_of_numbers(struct arena *a, const double *scores,
                          const int32_t *labels, int32_t label, uint32_t frames)
{
    struct arena *own = arena_new();
    struct scored *s = new_scored(own, labels, label, frames);
    for (uint32_t i = 0; i < frames; i++)
        s[i].number = scores[i];
    struct roc r = walk(a, s, frames);
    arena_free(own);
    return r;
}

double roc_area(const struct roc *r)
{
    if (r->positives == 0 || r->negatives == 0)
        return 0.5;
    return (double)r->half_pairs /
           (2.0 * (double)r->positives * (double)r->negatives);
}
