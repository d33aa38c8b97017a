#include "tune/cuts.h"

#include "base/arena.h"
#include "design/design.h"
#include "tune/what_if.h"

/* Ways to satisfy the cuts that are looked at: about a tenth of a second. */
enum { NODES_MAX = 1 << 20 };

/* The search in one group of cuts that share no FIFO with others. */
struct solver {
    const struct cuts *cuts;
    const struct what_if *what_if;
    const uint32_t *group_of; /* by stream */
    uint32_t group;
    uint32_t *depths; /* by stream, as far as decided */
    uint64_t added;
    uint32_t *best; /* by stream */
    uint64_t best_added;
    uint32_t nodes;
};

void cuts_add(struct cuts *c, struct arena *a, uint32_t count,
              const struct cut_term *terms)
{
    struct cut_term *copy = arena_new_array(a, struct cut_term, count);
    for (uint32_t i = 0; i < count; i++)
        copy[i] = terms[i];
    c->items = arena_grow(a, c->items, c->count, sizeof *c->items);
    c->items[c->count++] = (struct cut){ count, copy };
}

static bool is_satisfied(const struct solver *s, const struct cut *c)
{
    for (uint32_t i = 0; i < c->count; i++)
        if (s->depths[c->terms[i].stream] >= c->terms[i].depth)
            return true;
    return false;
}

static void keep(struct solver *s)
{
    for (uint32_t i = 0; i < s->what_if->design->stream_count; i++)
        if (s->group_of[i] == s->group)
            s->best[i] = s->depths[i];
    s->best_added = s->added;
}

/* Tries each way to satisfy the first cut, from number `at` on, that is not
 * satisfied. */
static void branch(struct solver *s, uint32_t at)
{
    const struct cuts *c = s->cuts;
    while (at < c->count &&
           (s->group_of[c->items[at].terms[0].stream] != s->group ||
            is_satisfied(s, &c->items[at])))
        at++;
    if (at == c->count) {
        keep(s);
        return;
    }
    const struct cut *cut = &c->items[at];
    for (uint32_t i = 0; i < cut->count && s->nodes < NODES_MAX; i++) {
        const struct cut_term *t = &cut->terms[i];
        const uint32_t before = s->depths[t->stream];
        const uint64_t more = what_if_size(s->what_if, t->stream, t->depth) -
                              what_if_size(s->what_if, t->stream, before);
        s->nodes++;
        if (s->added + more >= s->best_added)
            continue;
        s->depths[t->stream] = t->depth;
        s->added += more;
        branch(s, at + 1);
        s->added -= more;
        s->depths[t->stream] = before;
    }
}

static uint32_t root_of(const uint32_t *group_of, uint32_t stream)
{
    while (group_of[stream] != stream)
        stream = group_of[stream];
    return stream;
}

/* FIFOs of one cut are in one group. */
static uint32_t *find_groups(struct arena *a, const struct cuts *c,
                             uint32_t streams)
{
    uint32_t *group_of = arena_new_array(a, uint32_t, streams);
    for (uint32_t i = 0; i < streams; i++)
        group_of[i] = i;
    for (uint32_t i = 0; i < c->count; i++)
        for (uint32_t k = 1; k < c->items[i].count; k++) {
            const struct cut_term *t = c->items[i].terms;
            group_of[root_of(group_of, t[k].stream)] =
                root_of(group_of, t[0].stream);
        }
    for (uint32_t i = 0; i < streams; i++)
        group_of[i] = root_of(group_of, i);
    return group_of;
}

bool cuts_solve(const struct cuts *c, const struct what_if *w, uint32_t *depths,
                uint64_t *added)
{
    struct arena *scratch = arena_new();
    const uint32_t streams = w->design->stream_count;
    struct solver s = { .cuts = c,
                        .what_if = w,
                        .group_of = find_groups(scratch, c, streams),
                        .depths = arena_new_array(scratch, uint32_t, streams),
                        .best = depths };
    for (uint32_t i = 0; i < streams; i++)
        s.depths[i] = depths[i] = w->design->streams[i].depth;
    *added = 0;
    for (uint32_t i = 0; i < streams; i++) {
        if (s.group_of[i] != i)
            continue;
        s.group = i;
        s.best_added = UINT64_MAX;
        branch(&s, 0);
        *added += s.best_added;
    }
    arena_free(scratch);
    return s.nodes < NODES_MAX;
}
