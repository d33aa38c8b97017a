#include "engine/lanes_history.h"

#include <assert.h>
#include <string.h>

#include "base/arena.h"
#include "engine/evaluation.h"
#include "engine/lanes_group.h"

struct lane_moment {
    uint64_t hash; /* only to save comparisons */
    int32_t reference;
    size_t first, count; /* of its values */
};

struct lane_history {
    struct arena *arena;
    uint32_t count;
    struct lane_moment moments[RUN_FRAMES_MAX];
    int32_t *values; /* of all of them */
    size_t value_count, room;
    uint64_t snapshot_bytes; /* that run_timing needs for them */
};

struct lane_history *lane_history_new(struct arena *a)
{
    struct lane_history *h = arena_new_item(a, struct lane_history);
    h->arena = a;
    return h;
}

void lane_history_clear(struct lane_history *h)
{
    h->count = 0;
    h->value_count = 0;
    h->snapshot_bytes = 0;
}

static void put(struct lane_history *h, int32_t value)
{
    if (h->value_count == h->room) {
        h->room = h->room == 0 ? 256 : 2 * h->room;
        int32_t *values = arena_new_array(h->arena, int32_t, h->room);
        if (h->value_count != 0)
            memcpy(values, h->values, h->value_count * sizeof *values);
        h->values = values;
    }
    h->values[h->value_count++] = value;
}

static int32_t later(int32_t a, int32_t b)
{
    return a > b ? a : b;
}

/* From the place that becomes free last to the first one that holds nobody up;
 * those before it have the same value.  The values descend, so that two
 * streams have as many of them only if they have the same. */
static void put_stream(struct lane_history *h, const struct lane_stream *s,
                       uint32_t lane, int32_t reference)
{
    assert(s->written == s->read);
    const int32_t clip = s->last_write.at[lane] + 1;
    const size_t begin = h->value_count;
    put(h, 0);
    for (uint64_t i = 1; i <= s->capacity[lane]; i++) {
        const int32_t room = s->rows[(s->read - i) & s->mask].at[lane];
        put(h, later(room, clip) - reference);
        if (room <= clip)
            break;
    }
    h->values[begin] = (int32_t)(h->value_count - begin);
    h->snapshot_bytes += s->capacity[lane] * sizeof(int64_t);
}

static void put_process(struct lane_history *h, const struct lane_process *p,
                        uint32_t lane, int32_t reference)
{
    const int32_t time = p->time.at[lane];
    assert(p->pending_count == 0);
    put(h, time + p->skew.at[lane] - reference);
    put(h, later(p->free.at[lane], time) - time);
    const size_t begin = h->value_count;
    put(h, 0);
    for (uint32_t i = 0; i < p->freeze_count; i++) {
        const struct lane_freeze *const z =
            &p->freezes[(p->freeze_head + i) & p->freeze_mask];
        if (z->cycles.at[lane] == 0)
            continue;
        put(h, z->at.at[lane] - time);
        put(h, z->cycles.at[lane]);
    }
    h->values[begin] = (int32_t)(h->value_count - begin);
    h->snapshot_bytes += (h->value_count - begin + 2) * sizeof(int64_t);
}

static void put_edge(struct lane_history *h, const struct lane_edge *e,
                     uint32_t lane, int32_t reference)
{
    const struct stimulus *s = e->stimulus;
    h->snapshot_bytes += 4 * sizeof(int64_t);
    put(h, e->previous.at[lane] - reference);
    if (s->burst != 0)
        put(h, (int32_t)e->cursor.in_burst);
    if (s->grid > 1)
        put(h, (int32_t)((uint32_t)reference % s->grid));
    if (s->frame_period != 0)
        put(h, e->frame_first.at[lane] - reference);
}

static uint64_t hash_of(const int32_t *values, size_t count)
{
    uint64_t h = UINT64_C(0xcbf29ce484222325); /* FNV-1a, 32 bits a step */
    for (size_t i = 0; i < count; i++)
        h = (h ^ (uint32_t)values[i]) * UINT64_C(0x100000001b3);
    return h;
}

static bool same(const struct lane_history *h, const struct lane_moment *a,
                 const struct lane_moment *b)
{
    return a->hash == b->hash && a->count == b->count &&
           memcmp(&h->values[a->first], &h->values[b->first],
                  a->count * sizeof *h->values) == 0;
}

bool lane_history_add(struct lane_history *h, const struct group *g,
                      uint32_t lane, uint32_t *period, uint64_t *period_cycles)
{
    assert(h->count < RUN_FRAMES_MAX);
    const int32_t reference = g->edges[g->edge_count - 1].previous.at[lane];
    struct lane_moment *const now = &h->moments[h->count++];
    now->first = h->value_count;
    now->reference = reference;
    for (uint32_t i = 0; i < g->stream_count; i++)
        put_stream(h, &g->streams[i], lane, reference);
    for (uint32_t i = 0; i < g->process_count; i++)
        put_process(h, &g->processes[i], lane, reference);
    for (uint32_t i = 0; i < g->edge_count; i++)
        put_edge(h, &g->edges[i], lane, reference);
    now->count = h->value_count - now->first;
    now->hash = hash_of(&h->values[now->first], now->count);
    for (uint32_t back = 1; back < h->count; back++) {
        const struct lane_moment *then = now - back;
        if (same(h, then, now)) {
            *period = back;
            *period_cycles = (uint64_t)(now->reference - then->reference);
            return true;
        }
    }
    return false;
}

bool lane_history_is_whole(const struct lane_history *h)
{
    return h->snapshot_bytes <= SNAPSHOT_BYTES_MAX;
}
