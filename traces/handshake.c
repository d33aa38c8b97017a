#include "traces/handshake.h"

#include "base/arena.h"
#include "traces/plan.h"
#include "traces/waveform.h"

#include <stdlib.h>
#include <string.h>

/* A pair of signals that may be a stream. */
struct pair {
    uint32_t valid, ready; /* signals */
    size_t scope_length;   /* of the name of valid */
    size_t name_length;    /* of the name of valid, up to its suffix */
};

struct pairs {
    uint32_t count;
    struct pair *items;
};

struct search {
    struct plan *plan;
    const struct waveform *waveform;
    const char *scope; /* NULL: everywhere */
    uint32_t clock;    /* NO_CLOCK: of the scope */
    uint32_t without_clock;
    struct pairs axi, ready_valid;
};

static const char *name_of(const struct search *s, uint32_t signal)
{
    return s->waveform->signals[signal].name;
}

static bool clock_for(struct search *s, const char *path, size_t scope_length,
                      uint32_t *clock)
{
    *clock = s->clock != NO_CLOCK
                 ? s->clock
                 : plan_clock_of_scope(s->plan, path, scope_length);
    s->without_clock += *clock == NO_CLOCK;
    return *clock != NO_CLOCK;
}

static bool add_sibling(const struct search *s, const char *path,
                        size_t scope_length, const char *leaf,
                        struct condition *c)
{
    int64_t found = waveform_find_in(s->waveform, path, scope_length, leaf);
    if (found == WAVEFORM_NONE || s->waveform->signals[found].bits != 1)
        return false;
    c->bits[c->count++] = (struct net_bit){ .signal = (uint32_t)found };
    return true;
}

static char *part(struct arena *a, const char *text, size_t from, size_t to)
{
    return arena_printf(a, "%.*s", (int)(to - from), text + from);
}

/* Where the last name of a scope begins. */
static size_t leaf_start(const char *path, size_t scope_length)
{
    size_t at = scope_length;
    while (at > 0 && path[at - 1] != '.')
        at--;
    return at;
}

static bool ends_in(const char *text, size_t length, const char *end)
{
    size_t n = strlen(end);
    return length > n && memcmp(text + length - n, end, n) == 0;
}

/* `signal` is if_write. */
static void try_hls_fifo(struct search *s, uint32_t signal)
{
    static const char start[] = "start_for_";
    const char *name = name_of(s, signal);
    size_t scope = waveform_scope_length(name);
    struct stream_plan p = { .kind = STREAM_HLS_FIFO };
    if (scope == 0 || !add_sibling(s, name, scope, "if_write", &p.write) ||
        !add_sibling(s, name, scope, "if_full_n", &p.write) ||
        !add_sibling(s, name, scope, "if_read", &p.read) ||
        !add_sibling(s, name, scope, "if_empty_n", &p.read))
        return;
    add_sibling(s, name, scope, "if_write_ce", &p.write);
    add_sibling(s, name, scope, "if_read_ce", &p.read);
    size_t from = leaf_start(name, scope), to = scope;
    if (ends_in(name + from, scope - from, "_U"))
        to -= 2;
    p.name = part(s->plan->arena, name, from, to);
    p.path = part(s->plan->arena, name, 0, to);
    if (strncmp(p.name, start, sizeof start - 1) == 0)
        p.kind = STREAM_HLS_START;
    if (!clock_for(s, name, scope, &p.write_clock))
        return;
    p.read_clock = p.write_clock;
    plan_add_stream(s->plan, &p);
}

/* `signal` is ap_start. */
static void try_process(struct search *s, uint32_t signal)
{
    const char *name = name_of(s, signal);
    size_t scope = waveform_scope_length(name);
    struct process_plan p = { 0 };
    if (scope == 0 || !add_sibling(s, name, scope, "ap_start", &p.start) ||
        !add_sibling(s, name, scope, "ap_ready", &p.ready) ||
        !add_sibling(s, name, scope, "ap_done", &p.done))
        return;
    add_sibling(s, name, scope, "ap_continue", &p.go_on);
    p.name = part(s->plan->arena, name, leaf_start(name, scope), scope);
    p.path = part(s->plan->arena, name, 0, scope);
    if (clock_for(s, name, scope, &p.clock))
        plan_add_process(s->plan, &p);
}

static void add_pair(struct search *s, struct pairs *list, struct pair pair)
{
    list->items = arena_grow(s->plan->arena, list->items, list->count,
                             sizeof *list->items);
    list->items[list->count++] = pair;
}

static void try_pair(struct search *s, uint32_t signal, size_t scope)
{
    static const struct {
        const char *valid, *ready;
        bool is_axi;
    } rules[] = { { "_tvalid", "_tready", true },
                  { "_TVALID", "_TREADY", true },
                  { "_valid", "_ready", false } };
    const char *name = name_of(s, signal);
    size_t length = strlen(name), from = scope == 0 ? 0 : scope + 1;
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
        if (!ends_in(name + from, length - from, rules[i].valid))
            continue;
        size_t stem = length - strlen(rules[i].valid);
        const char *ready =
            arena_printf(s->plan->arena, "%.*s%s", (int)(stem - from),
                         name + from, rules[i].ready);
        int64_t found = waveform_find_in(s->waveform, name, scope, ready);
        if (found == WAVEFORM_NONE || s->waveform->signals[found].bits != 1)
            continue;
        add_pair(s, rules[i].is_axi ? &s->axi : &s->ready_valid,
                 (struct pair){ signal, (uint32_t)found, scope, stem });
        return;
    }
}

/* Of the scopes that have pairs, the one with most of them.  The pairs come
 * in the order of their names, so those of a scope are not all together. */
static bool same_scope(const struct search *s, const struct pair *a,
                       const struct pair *b)
{
    return a->scope_length == b->scope_length &&
           memcmp(name_of(s, a->valid), name_of(s, b->valid),
                  a->scope_length) == 0;
}

static const struct pair *fullest_scope(const struct search *s,
                                        const struct pairs *list)
{
    /* Heads of scopes, with how many pairs they have. */
    struct arena *a = arena_new();
    uint32_t *heads = arena_new_array(a, uint32_t, list->count);
    uint32_t *counts = arena_new_array(a, uint32_t, list->count);
    uint32_t head_count = 0;
    for (uint32_t i = 0; i < list->count; i++) {
        uint32_t h = head_count; /* look at the latest ones first */
        while (h > 0 &&
               !same_scope(s, &list->items[heads[h - 1]], &list->items[i]))
            h--;
        if (h == 0) {
            heads[head_count] = i;
            counts[head_count++] = 1;
        } else {
            counts[h - 1]++;
        }
    }
    const struct pair *best = NULL;
    uint32_t most = 0, depth = 0;
    for (uint32_t h = 0; h < head_count; h++) {
        const struct pair *p = &list->items[heads[h]];
        uint32_t at = s->waveform->signals[p->valid].depth;
        if (counts[h] > most || (counts[h] == most && at < depth)) {
            best = p;
            most = counts[h];
            depth = at;
        }
    }
    arena_free(a);
    return best;
}

static struct condition condition_of(const struct pair *p)
{
    return (struct condition){
        .count = 2, .bits = { { .signal = p->valid }, { .signal = p->ready } }
    };
}

/* The pair of the same scope called `stem` with another ending. */
static const struct pair *partner(const struct search *s,
                                  const struct pairs *list,
                                  const struct pair *of, size_t stem,
                                  const char *ending)
{
    size_t n = strlen(ending);
    const char *name = name_of(s, of->valid);
    for (uint32_t i = 0; i < list->count; i++) {
        const struct pair *p = &list->items[i];
        const char *other = name_of(s, p->valid);
        if (p->name_length == stem + n && memcmp(other, name, stem) == 0 &&
            memcmp(other + stem, ending, n) == 0 && same_scope(s, p, of))
            return p;
    }
    return NULL;
}

static void add_pair_stream(struct search *s, const struct pairs *list,
                            const struct pair *p, enum stream_kind kind)
{
    const char *name = name_of(s, p->valid);
    size_t from = p->scope_length == 0 ? 0 : p->scope_length + 1;
    size_t to = p->name_length;
    struct stream_plan plan = { .kind = kind,
                                .is_point = true,
                                .write = condition_of(p) };
    const struct pair *read = NULL;
    if (kind == STREAM_READY_VALID && ends_in(name + from, to - from, "_out") &&
        partner(s, list, p, to - strlen("_out"), "_in") != NULL)
        return; /* comes with its other side */
    if (kind == STREAM_READY_VALID && ends_in(name + from, to - from, "_in"))
        read = partner(s, list, p, to - strlen("_in"), "_out");
    if (read != NULL) {
        plan.is_point = false;
        plan.read = condition_of(read);
        to -= strlen("_in");
    }
    if (!clock_for(s, name, p->scope_length, &plan.write_clock))
        return;
    plan.read_clock = plan.write_clock;
    plan.name = part(s->plan->arena, name, from, to);
    plan.path = part(s->plan->arena, name, 0, to);
    plan_add_stream(s->plan, &plan);
}

static void add_pairs(struct search *s, const struct pairs *list,
                      enum stream_kind kind)
{
    const struct pair *best = fullest_scope(s, list);
    for (uint32_t i = 0; i < list->count; i++)
        if (same_scope(s, &list->items[i], best))
            add_pair_stream(s, list, &list->items[i], kind);
}

uint32_t handshake_find(struct plan *p, const char *scope, uint32_t clock)
{
    struct search s = {
        .plan = p, .waveform = p->waveform, .scope = scope, .clock = clock
    };
    for (uint32_t i = 0; i < p->waveform->count; i++) {
        const char *name = name_of(&s, i);
        if (p->waveform->signals[i].bits != 1 ||
            !waveform_is_within(name, scope))
            continue;
        size_t length = waveform_scope_length(name);
        const char *leaf = length == 0 ? name : name + length + 1;
        if (strcmp(leaf, "if_write") == 0)
            try_hls_fifo(&s, i);
        else if (strcmp(leaf, "ap_start") == 0)
            try_process(&s, i);
        else
            try_pair(&s, i, length);
    }
    if (s.axi.count > 0)
        add_pairs(&s, &s.axi, STREAM_AXI);
    if (s.ready_valid.count > 0)
        add_pairs(&s, &s.ready_valid, STREAM_READY_VALID);
    return s.without_clock;
}
