#include "traces/clock_match.h"

#include "base/arena.h"
#include "traces/pairing.h"
#include "traces/recording.h"
#include "traces/side.h"

#include <stdbool.h>
#include <string.h>

struct votes {
    uint32_t a_count, b_count;
    uint32_t *sides; /* by clock of A, then of B */
};

static void vote(struct votes *v, uint32_t a, uint32_t b)
{
    /* Of a side without clocks all is on the only one. */
    if (v->a_count == 1)
        a = 0;
    if (v->b_count == 1)
        b = 0;
    if (a < v->a_count && b < v->b_count)
        v->sides[(size_t)a * v->b_count + b]++;
}

static uint32_t clocks_of(const struct side *s)
{
    uint32_t count = side_clock_count(s);
    return count == 0 ? 1 : count;
}

/* The match with most sides; of several the first. */
static struct clock_match best(const struct votes *v)
{
    struct clock_match m = { 0, 0, 0 };
    for (uint32_t a = 0; a < v->a_count; a++) {
        for (uint32_t b = 0; b < v->b_count; b++) {
            uint32_t sides = v->sides[(size_t)a * v->b_count + b];
            if (sides > m.sides)
                m = (struct clock_match){ a, b, sides };
        }
    }
    return m;
}

/* Untold clocks may stand for every one; all others are used up. */
static void use_up(struct votes *v, const struct clock_match *m, bool untold_a,
                   bool untold_b)
{
    for (uint32_t a = 0; a < v->a_count; a++)
        for (uint32_t b = 0; b < v->b_count; b++)
            if ((a == m->a && (!untold_a || b == m->b)) ||
                (b == m->b && (!untold_b || a == m->a)))
                v->sides[(size_t)a * v->b_count + b] = 0;
}

const struct clock_match *
clock_matches(struct arena *arena, const struct side *a, const struct side *b,
              const struct pairing *p, uint32_t *count)
{
    struct votes v = { clocks_of(a), clocks_of(b), NULL };
    struct clock_match *list = NULL;
    /* A model has one clock; text does not say how many there were. */
    bool untold_a = a->kind == SIDE_RECORDING && side_clock_count(a) == 0;
    bool untold_b = b->kind == SIDE_RECORDING && side_clock_count(b) == 0;
    v.sides = arena_new_array(arena, uint32_t, (size_t)v.a_count * v.b_count);
    for (uint32_t i = 0; i < p->count; i++) {
        const struct side_stream *l = &a->streams[p->pairs[i].a];
        const struct side_stream *r = &b->streams[p->pairs[i].b];
        if (l->writes_seen && r->writes_seen)
            vote(&v, l->write_clock, r->write_clock);
        if (l->reads_seen && r->reads_seen)
            vote(&v, l->read_clock, r->read_clock);
    }
    *count = 0;
    for (struct clock_match m; (m = best(&v)).sides > 0;) {
        list = arena_grow(arena, list, *count, sizeof *list);
        list[(*count)++] = m;
        use_up(&v, &m, untold_a, untold_b);
    }
    if (*count == 0) {
        list = arena_new_item(arena, struct clock_match);
        *count = 1;
    }
    return list;
}
