#include "engine/domains.h"

#include "base/arena.h"
#include "design/clock.h"
#include "engine/run.h"
#include "engine/timing.h"

int64_t domains_time(const struct timing *t, uint32_t domain, int64_t cycle)
{
    if (t->domain_count == 0 || cycle < 0)
        return cycle;
    return clock_edge(&t->domains[domain], cycle);
}

int64_t domains_cycle(const struct timing *t, uint32_t domain, int64_t time)
{
    if (t->domain_count == 0 || time < 0)
        return time;
    return clock_edge_from(&t->domains[domain], time);
}

static uint32_t domain_of(const struct evaluation *e, const struct edge *edge)
{
    return e->timing->streams[edge->stream].domain;
}

static int64_t last_event(const struct evaluation *e)
{
    const struct timing *t = e->timing;
    int64_t last = -1;
    for (uint32_t i = 0; i < e->channel_count; i++) {
        const struct channel *c = &e->channels[i];
        const int64_t cycle =
            c->last_write > c->last_read ? c->last_write : c->last_read;
        const int64_t time = domains_time(t, t->streams[i].domain, cycle);
        last = time > last ? time : last;
    }
    for (uint32_t i = 0; i < e->process_count; i++) {
        const int64_t time =
            domains_time(t, t->processes[i].domain, e->processes[i].end);
        last = time > last ? time : last;
    }
    return last;
}

/* Before this, frame_start and frame_end are what the edges noted, each in its
 * own domain. */
static void set_frame(struct run *r, const struct evaluation *e, uint32_t frame)
{
    struct run_domains *d = r->domains;
    int64_t start = INT64_MAX, end = 0;
    for (uint32_t i = 0; i < e->edge_count; i++) {
        const struct edge *edge = &e->edges[i];
        const uint64_t *cycle = edge_frame_time(edge, frame);
        if (cycle == NULL || !edge_has_noted(edge, frame))
            continue;
        const int64_t time =
            domains_time(e->timing, domain_of(e, edge), (int64_t)*cycle);
        if (edge->is_source && time < start)
            start = time;
        if (!edge->is_source && time > end)
            end = time;
    }
    d->start[frame] = start == INT64_MAX ? 0 : start;
    d->end[frame] = end;
    r->frame_start[frame] =
        (uint64_t)domains_cycle(e->timing, d->source, d->start[frame]);
    r->frame_end[frame] = (uint64_t)domains_cycle(e->timing, d->sink, end);
    d->latency[frame] =
        r->frame_end[frame] -
        (uint64_t)domains_cycle(e->timing, d->sink, d->start[frame]);
}

void domains_set_frames(struct run *r, const struct evaluation *e)
{
    struct run_domains *d = r->domains;
    if (d == NULL) {
        d = r->domains = arena_new_item(e->arena, struct run_domains);
        d->source = domain_of(e, &e->edges[0]);
        d->sink = domain_of(e, &e->edges[e->edge_count - 1]);
        d->period_cycles =
            arena_new_array(e->arena, uint64_t, e->timing->domain_count);
    }
    d->start = arena_new_array(e->arena, int64_t, r->frames);
    d->end = arena_new_array(e->arena, int64_t, r->frames);
    d->latency = arena_new_array(e->arena, uint64_t, r->frames);
    for (uint32_t f = 0; f < r->frames; f++)
        set_frame(r, e, f);
    d->last = last_event(e);
    r->cycles = (uint64_t)(domains_cycle(e->timing, d->sink, d->last) + 1);
}

void domains_set_period(struct run *r, const struct evaluation *e)
{
    struct run_domains *d = r->domains;
    if (r->period == 0)
        return;
    const uint32_t last = r->frames - 1;
    d->period_time = d->end[last] - d->end[last - r->period];
    for (uint32_t i = 0; i < e->timing->domain_count; i++) {
        /* A period in lowest terms: so many whole cycles only if its numerator
         * divides the time; a drifting clock goes evenly only over whole
         * turns. */
        const struct clock *c = &e->timing->domains[i];
        const uint64_t time = (uint64_t)d->period_time;
        const bool drifts = c->drift_ppm != 0 && c->drift_cycles != 0;
        if (time % c->numerator == 0 && (r->certified || !drifts))
            d->period_cycles[i] = time / c->numerator * c->denominator;
    }
}
