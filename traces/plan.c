#include "traces/plan.h"

#include "base/arena.h"
#include "traces/waveform.h"

#include <stdlib.h>
#include <string.h>

struct plan *plan_new(struct arena *a, const struct waveform *w)
{
    struct plan *p = arena_new_item(a, struct plan);
    p->arena = a;
    p->waveform = w;
    return p;
}

void plan_add_stream(struct plan *p, const struct stream_plan *s)
{
    p->streams = arena_grow(p->arena, p->streams, p->stream_count, sizeof *s);
    p->streams[p->stream_count++] = *s;
}

void plan_add_process(struct plan *p, const struct process_plan *s)
{
    p->processes =
        arena_grow(p->arena, p->processes, p->process_count, sizeof *s);
    p->processes[p->process_count++] = *s;
}

bool net_bit_same(const struct waveform *w, struct net_bit a, struct net_bit b)
{
    return w->signals[a.signal].code == w->signals[b.signal].code &&
           a.from_right == b.from_right && a.inverted == b.inverted;
}

uint32_t plan_add_clock(struct plan *p, const struct clock_plan *c)
{
    for (uint32_t i = 0; i < p->clock_count; i++) {
        const struct clock_plan *old = &p->clocks[i];
        if (net_bit_same(p->waveform, old->clock, c->clock) &&
            old->has_reset == c->has_reset &&
            (!c->has_reset || net_bit_same(p->waveform, old->reset, c->reset)))
            return i;
    }
    p->clocks = arena_grow(p->arena, p->clocks, p->clock_count, sizeof *c);
    p->clocks[p->clock_count] = *c;
    return p->clock_count++;
}

/* By name */

static const char *const clock_names[] = { "ap_clk", "aclk", "clk", "clock",
                                           "clk_i",  "ACLK", "CLK" };

static const struct {
    const char *name;
    bool is_low;
} reset_names[] = {
    { "ap_rst", false }, { "ap_rst_n", true }, { "aresetn", true },
    { "areset", false }, { "rst", false },     { "rst_n", true },
    { "reset", false },  { "reset_n", true },  { "resetn", true },
    { "rstn", true },    { "rst_i", false },   { "rst_ni", true },
    { "ARESETN", true }, { "RST", false },     { "RESET", false },
};

static bool one_bit_in(const struct waveform *w, const char *path,
                       size_t scope_length, const char *leaf, uint32_t *signal)
{
    int64_t found = waveform_find_in(w, path, scope_length, leaf);
    if (found == WAVEFORM_NONE || w->signals[found].bits != 1)
        return false;
    *signal = (uint32_t)found;
    return true;
}

bool plan_reset_of_scope(const struct plan *p, const char *path,
                         size_t scope_length, struct net_bit *reset)
{
    for (size_t i = 0; i < sizeof reset_names / sizeof *reset_names; i++) {
        *reset = (struct net_bit){ .inverted = reset_names[i].is_low };
        if (one_bit_in(p->waveform, path, scope_length, reset_names[i].name,
                       &reset->signal))
            return true;
    }
    return false;
}

bool plan_reset_is_low(const char *leaf)
{
    for (size_t i = 0; i < sizeof reset_names / sizeof *reset_names; i++)
        if (strcmp(reset_names[i].name, leaf) == 0)
            return reset_names[i].is_low;
    return false;
}

static bool clock_in_scope(struct plan *p, const char *path,
                           size_t scope_length, uint32_t *index)
{
    for (size_t i = 0; i < sizeof clock_names / sizeof *clock_names; i++) {
        struct clock_plan c = { .clock = { 0 } };
        if (!one_bit_in(p->waveform, path, scope_length, clock_names[i],
                        &c.clock.signal))
            continue;
        c.has_reset = plan_reset_of_scope(p, path, scope_length, &c.reset);
        *index = plan_add_clock(p, &c);
        return true;
    }
    return false;
}

uint32_t plan_clock_of_scope(struct plan *p, const char *path,
                             size_t scope_length)
{
    uint32_t index = NO_CLOCK;
    for (;;) {
        if (clock_in_scope(p, path, scope_length, &index))
            return index;
        if (scope_length == 0)
            return NO_CLOCK;
        while (scope_length > 0 && path[--scope_length] != '.')
            continue;
    }
}

/* Names */

/* The side `b` of a stream watches what `a` does. */
static bool same_condition(const struct waveform *w, const struct condition *a,
                           const struct condition *b)
{
    if (a->count != b->count || a->count == 0)
        return false;
    for (uint32_t i = 0; i < a->count; i++)
        if (!net_bit_same(w, a->bits[i], b->bits[i]))
            return false;
    return true;
}

static bool is_side_of_another(const struct plan *p,
                               const struct stream_plan *s)
{
    for (uint32_t i = 0; i < p->stream_count; i++) {
        const struct stream_plan *other = &p->streams[i];
        if (!other->is_point && other->kind != STREAM_MAPPED &&
            (same_condition(p->waveform, &other->write, &s->write) ||
             same_condition(p->waveform, &other->read, &s->write)))
            return true;
    }
    return false;
}

static void drop_doubles(struct plan *p)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < p->stream_count; i++) {
        struct stream_plan s = p->streams[i];
        if (!s.is_point || s.kind == STREAM_MAPPED ||
            !is_side_of_another(p, &s))
            p->streams[kept++] = s;
    }
    p->stream_count = kept;
}

static int stream_order(const void *a, const void *b)
{
    const struct stream_plan *left = a, *right = b;
    int order = strcmp(left->name, right->name);
    return order != 0 ? order : strcmp(left->path, right->path);
}

static int process_order(const void *a, const void *b)
{
    const struct process_plan *left = a, *right = b;
    int order = strcmp(left->name, right->name);
    return order != 0 ? order : strcmp(left->path, right->path);
}

void plan_finish(struct plan *p)
{
    drop_doubles(p);
    if (p->stream_count > 0)
        qsort(p->streams, p->stream_count, sizeof *p->streams, stream_order);
    if (p->process_count > 0)
        qsort(p->processes, p->process_count, sizeof *p->processes,
              process_order);
    for (uint32_t i = 0, end; i < p->stream_count; i = end) {
        const char *name = p->streams[i].name;
        for (end = i + 1;
             end < p->stream_count && strcmp(p->streams[end].name, name) == 0;)
            end++;
        for (uint32_t j = i; j < end && end - i > 1; j++)
            p->streams[j].name = p->streams[j].path;
    }
    for (uint32_t i = 0, end; i < p->process_count; i = end) {
        const char *name = p->processes[i].name;
        for (end = i + 1; end < p->process_count &&
                          strcmp(p->processes[end].name, name) == 0;)
            end++;
        for (uint32_t j = i; j < end && end - i > 1; j++)
            p->processes[j].name = p->processes[j].path;
    }
}
