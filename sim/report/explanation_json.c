#include "report/explanation.h"

#include "base/json_write.h"
#include "base/text.h"
#include "design/design.h"
#include "engine/analysis.h"
#include "tune/repair.h"
#include "tune/stalls.h"

static const char *edge_or_process(const struct explanation *e,
                                   uint32_t process, const char *edge)
{
    return process == TIMING_EDGE ? edge : e->design->processes[process].name;
}

static const char *stream_name(const struct explanation *e, uint32_t stream)
{
    return e->analysis->timing->streams[stream].name;
}

static void add_figures(struct json_out *to, const char *key,
                        const struct what_if_figures *f)
{
    struct json_out *o = json_add_object(to, key);
    if (f->period != 0)
        json_add_ratio(o, "interval_cycles", f->period_cycles, f->period);
    else
        json_add_null(o, "interval_cycles");
    json_add_bool(o, "interval_certified", f->certified);
    json_add_u64(o, "latency_cycles", f->isolated_latency);
    json_add_u64(o, "latency_back_to_back_cycles", f->back_to_back_latency);
}

static void add_chain(struct json_out *root, const struct explanation *e)
{
    if (e->stop_count == 0) {
        json_add_null(root, "chain");
        return;
    }
    struct json_out *o = json_add_object(root, "chain");
    json_add_u64(o, "cycles", e->analysis->chain->cycles);
    json_add_u64(o, "frames", e->analysis->run->period);
    struct json_out *list = json_add_array(o, "stops");
    for (uint32_t i = 0; i < e->stop_count; i++) {
        const struct link_stop *s = &e->stops[i];
        struct json_out *stop = json_add_object(list, NULL);
        if (s->is_stream) {
            json_add_string(stop, "fifo", stream_name(e, s->index));
            json_add_u64(stop, "token_waits", s->tokens);
            json_add_u64(stop, "room_waits", s->rooms);
        } else {
            json_add_string(stop, "process",
                            edge_or_process(e, s->index,
                                            s->is_source ? "source" : "sink"));
        }
        json_add_u64(stop, "cycles", s->cycles);
    }
}

static void add_cause(struct json_out *o, const struct explanation *e,
                      const struct cause *c)
{
    static const char *const names[] = {
        [CAUSE_PACE] = "busy",
        [CAUSE_ROOM] = "room",
        [CAUSE_SOURCE] = "source",
        [CAUSE_MIXED] = "mixed",
    };
    struct json_out *to = json_add_object(o, "starved_because");
    json_add_string(to, "of", names[c->kind]);
    if (c->kind != CAUSE_SOURCE)
        json_add_string(to, "process", e->design->processes[c->process].name);
    if (c->kind == CAUSE_ROOM)
        json_add_string(to, "fifo", stream_name(e, c->stream));
}

static void add_ports(struct json_out *to, const char *key,
                      const uint64_t *cycles, uint32_t count,
                      struct stream *const *streams)
{
    struct json_out *by = json_add_object(to, key);
    for (uint32_t i = 0; i < count; i++)
        json_add_u64(by, streams[i]->name, cycles[i]);
}

static void add_processes(struct json_out *root, const struct explanation *e)
{
    struct json_out *list = json_add_array(root, "processes");
    for (uint32_t i = 0; i < e->design->process_count; i++) {
        const struct process *p = &e->design->processes[i];
        const struct process_time *t = explanation_time(e, i);
        struct json_out *o = json_add_object(list, NULL);
        json_add_string(o, "name", p->name);
        json_add_u64(o, "busy", t->busy);
        json_add_u64(o, "starved", t->starved);
        json_add_u64(o, "blocked", t->blocked);
        add_ports(o, "starved_by", t->starved_by, p->input_count, p->inputs);
        add_ports(o, "blocked_by", t->blocked_by, p->output_count, p->outputs);
        if (t->starved != 0)
            add_cause(o, e, &e->causes[i]);
    }
}

static void add_stall(struct json_out *list, const struct explanation *e,
                      const struct stall *s)
{
    struct json_out *o = json_add_object(list, NULL);
    json_add_string(o, "fifo", stream_name(e, s->stream));
    json_add_string(o, "process", edge_or_process(e, s->process, "source"));
    json_add_u64(o, "depth", s->depth);
    json_add_u64(o, "blocked", s->blocked);
    json_add_u64(o, "of_cycles", s->span);
    json_add_u64(o, "critical_rooms", s->critical_rooms);
    json_add_bool(o, "tried", s->tried);
    if (!s->tried)
        return;
    json_add_bool(o, "fills_up", s->fills);
    if (s->free_depth != 0) {
        json_add_u64(o, "wait_ends_at_depth", s->free_depth);
        add_figures(o, "wait_ended", &s->free);
    }
    if (s->gain_depth != 0) {
        json_add_u64(o, "gains_all_at_depth", s->gain_depth);
        add_figures(o, "gained", &s->gain);
    }
}

static void add_stalls(struct json_out *root, const struct explanation *e)
{
    const struct stalls *s = e->stalls;
    add_figures(root, "now", &s->now);
    add_figures(root, "fifos_deep", &s->ideal);
    struct json_out *list = json_add_array(root, "stalls");
    for (uint32_t i = 0; i < s->count; i++)
        add_stall(list, e, &s->items[i]);
    if (s->together_count == 0) {
        json_add_null(root, "together");
        return;
    }
    struct json_out *o = json_add_object(root, "together");
    struct json_out *depths = json_add_array(o, "depths");
    for (uint32_t i = 0; i < s->together_count; i++) {
        struct json_out *to = json_add_object(depths, NULL);
        json_add_string(to, "fifo", stream_name(e, s->together[i].stream));
        json_add_u64(to, "depth_before", s->together[i].depth_before);
        json_add_u64(to, "depth", s->together[i].depth);
    }
    add_figures(o, "figures", &s->together_figures);
}

static void add_waits(struct json_out *to, const char *key,
                      const struct explanation *e, const struct run *r)
{
    struct json_out *list = json_add_array(to, key);
    for (uint32_t i = 0; i < r->wait_count; i++) {
        const struct run_wait *w = &r->waits[i];
        const struct stream *s = &e->design->streams[w->stream];
        struct json_out *wait = json_add_object(list, NULL);
        json_add_string(wait, "process",
                        edge_or_process(e, w->process,
                                        w->for_room ? "source" : "sink"));
        json_add_string(wait, "waits_for", w->for_room ? "room" : "token");
        json_add_string(wait, "fifo", s->name);
        json_add_u64(wait, "held", w->held);
        json_add_u64(wait, "capacity", stream_capacity(s));
        json_add_u64(wait, "depth", s->depth);
    }
}

static void add_repair(struct json_out *to, const struct explanation *e)
{
    const struct repair *r = e->repair;
    struct json_out *o = json_add_object(to, "repair");
    struct json_out *list = json_add_array(o, "depths");
    for (uint32_t i = 0; i < r->count; i++) {
        const struct deepening *d = &r->items[i];
        struct json_out *item = json_add_object(list, NULL);
        json_add_string(item, "fifo", stream_name(e, d->stream));
        json_add_u64(item, "depth_before", d->depth_before);
        json_add_u64(item, "depth", d->depth);
        json_add_bool(item, "one_less_deadlocks", d->one_less_deadlocks);
    }
    json_add_string(o, "unit",
                    what_if_counts_tokens(e->what_if) ? "token" : "bit");
    json_add_u64(o, "cost", r->size);
    json_add_bool(o, "cheapest", r->cheapest);
    json_add_u64(o, "cost_at_least", r->size_at_least);
    add_figures(o, "figures", &r->figures);
}

static void add_deadlock(struct json_out *root, const struct explanation *e)
{
    const struct repair *r = e->repair;
    struct json_out *o = json_add_object(root, "deadlock");
    json_add_u64(o, "cycle", r->stuck->deadlock_cycle);
    json_add_u64(o, "frames_complete", r->stuck->frames);
    add_waits(o, "waits", e, r->stuck);
    if (r->possible) {
        add_repair(o, e);
        return;
    }
    json_add_null(o, "repair");
    add_waits(o, "waits_unbounded", e, r->stuck_unbounded);
    json_add_string(o, "because", explanation_hopeless(e));
}

void explanation_print_json(const struct explanation *e, struct arena *a,
                            struct text *out)
{
    struct json_out *root = json_out_new(a);
    json_add_string(root, "name", e->design->name);
    json_add_u64(root, "frames", e->frames);
    json_add_u64(root, "runs", e->what_if->runs);
    if (e->repair != NULL) {
        add_deadlock(root, e);
        if (e->repair->possible)
            add_figures(root, "fifos_deep", &e->deep);
    } else {
        json_add_null(root, "deadlock");
        add_chain(root, e);
        add_processes(root, e);
        add_stalls(root, e);
    }
    json_out_print(root, out);
}
