#include "report/simulation.h"

#include <inttypes.h>

#include "base/arena.h"
#include "base/text.h"
#include "design/clock.h"
#include "design/design.h"
#include "design/kernel.h"
#include "report/table.h"
#include "report/trust_table.h"

static const char *entity_name(const struct analysis *x,
                               const struct run_wait *w)
{
    if (w->process != TIMING_EDGE)
        return x->design->processes[w->process].name;
    return w->for_room ? "source" : "sink";
}

void simulation_print_deadlock(const struct analysis *x, struct text *out)
{
    const struct run *r = x->run;
    text_printf(out,
                "deadlock: nothing moves after cycle %" PRIu64 ", %" PRIu32
                " frames complete\n",
                r->deadlock_cycle, r->frames);
    for (uint32_t i = 0; i < r->wait_count; i++) {
        const struct run_wait *w = &r->waits[i];
        const struct stream *s = &x->design->streams[w->stream];
        text_printf(out,
                    "  '%s' waits for %s '%s', which holds %" PRIu64
                    " of %" PRIu32 " tokens\n",
                    entity_name(x, w), w->for_room ? "room in" : "a token from",
                    s->name, w->held, stream_capacity(s));
    }
}

/* Cycles of a link's clock in the time that its busy ones are counted over. */
static uint64_t link_cycles(const struct analysis *x, uint32_t process)
{
    const struct run_domains *d = x->run->domains;
    const struct link *l = x->design->processes[process].link;
    const struct clock *c = l->type->kind == LINK_FRAMED
                                ? &l->type->clock
                                : &x->design->boards[l->to].clock;
    if (d->last < 0)
        return 0;
    return (uint64_t)clock_edge_from(
        c, x->run->frames < 2 || !x->run->apart ? d->last : d->period_time);
}

/* The whole run in cycles of a stream's clock. */
static uint64_t run_cycles(const struct analysis *x, const struct stream *s)
{
    const struct run *r = x->run;
    if (r->domains == NULL)
        return r->cycles;
    return (uint64_t)clock_edge_from(&x->design->boards[s->board].clock,
                                     r->domains->last) +
           1;
}

static const char *shape_text(struct arena *a, struct shape s)
{
    if (s.h == 1 && s.w == 1)
        return arena_printf(a, "%" PRIu32, s.c);
    return arena_printf(a, "%" PRIu32 "x%" PRIu32 "x%" PRIu32, s.h, s.w, s.c);
}

static struct trust_total total_trust(const struct analysis *x)
{
    return trust_of_design(x->design, x->ticks_per_frame);
}

static void optional_cell(struct table *t, bool given, uint32_t number)
{
    if (given)
        table_cell_number(t, number);
    else
        table_cell(t, "-");
}

/* The share of cycles in which a link has a word on the line; what its ports
 * wait for is no part of that. */
static void add_link_cells(struct table *t, const struct analysis *x,
                           uint32_t process, const struct process_time *time)
{
    table_cell_percent(t, time->busy, link_cycles(x, process));
    table_cell(t, "-");
    table_cell(t, "-");
}

static void print_processes(const struct analysis *x, struct arena *a,
                            struct text *out)
{
    const struct design *d = x->design;
    const bool exact = total_trust(x).level == TRUST_EXACT;
    const bool is_hls = family_is_hls(d->family);
    struct table *t = table_new(a, exact ? "<process|<kernel|<output|PE|SIMD|"
                                           "reuse|cycles/frame|busy|starved|"
                                           "blocked|<"
                                         : "<process|<kernel|<output|PE|SIMD|"
                                           "reuse|cycles/frame|busy|starved|"
                                           "blocked|<trust|<");
    for (uint32_t i = 0; i < d->process_count; i++) {
        const struct process *p = &d->processes[i];
        const struct run_process *r = &x->run->processes[i];
        const struct process_time *time =
            x->run->frames < 2 ? &r->total : &r->steady;
        uint64_t span = time->busy + time->starved + time->blocked;
        table_row(t);
        table_cell(t, "%s", p->name);
        table_cell(t, "%s", p->kernel->name);
        table_cell(t, "%s", shape_text(a, p->outputs[0]->shape));
        /* What HLS made of a reuse factor has no PE and SIMD. */
        optional_cell(t, p->pe != 0 && !is_hls, p->pe);
        optional_cell(t, p->pe != 0 && !is_hls, p->simd);
        optional_cell(t, p->pe != 0, p->reuse_factor);
        table_cell_number(t, x->ticks_per_frame[i]);
        if (p->link != NULL) {
            add_link_cells(t, x, i, time);
        } else {
            table_cell_percent(t, time->busy, span);
            table_cell_percent(t, time->starved, span);
            table_cell_percent(t, time->blocked, span);
        }
        if (!exact)
            table_cell(t, "%s", trust_short(x, i, a));
        bool limits = (x->limit == LIMIT_PROCESS || x->limit == LIMIT_FIFO) &&
                      x->limiting_process == i;
        table_cell(t, "%s", limits ? "<- limits" : "");
    }
    table_print(t, out);
}

static void print_fifos(const struct analysis *x, struct arena *a,
                        struct text *out)
{
    const struct design *d = x->design;
    struct table *t =
        table_new(a, "<fifo|<kind|depth|bits|lanes|tokens/frame|peak|mean|<");
    for (uint32_t i = 0; i < d->stream_count; i++) {
        const struct stream *s = &d->streams[i];
        const struct run_stream *r = &x->run->streams[i];
        if (s->inner)
            continue;
        table_row(t);
        table_cell(t, "%s", s->name);
        table_cell(t, "%s", fifo_kind_name(s->kind));
        table_cell_number(t, s->depth);
        table_cell_number(t, s->width_bits);
        table_cell_number(t, s->lanes);
        table_cell_number(t, s->tokens_per_frame);
        table_cell_number(t, r->peak);
        const uint64_t cycles = run_cycles(x, s);
        table_cell(t, "%.1f",
                   cycles == 0 ? 0.0 : (double)r->fill_cycles / (double)cycles);
        table_cell(t, "%s", r->peak >= stream_capacity(s) ? "full" : "");
    }
    table_print(t, out);
}

/* A process can wait for a token in cycles in which it would have to wait for
 * its own datapath anyway. */
static bool is_held_up(const struct analysis *x, uint32_t process)
{
    const struct process_time *t = &x->run->processes[process].steady;
    return t->starved + t->blocked != 0;
}

static void print_limiting_fifo(const struct analysis *x, struct text *out)
{
    const struct stream *s = analysis_limiting_fifo(x);
    text_printf(out,
                "limited by     FIFOs: no process is busy all the time; "
                "'%s' has most to do,\n",
                x->design->processes[x->limiting_process].name);
    if (s != NULL)
        text_printf(out,
                    "               a deeper '%s' helps most "
                    "(depth now %" PRIu32 ")\n",
                    s->name, s->depth);
    else
        text_add(out, "               twice the depth of any one FIFO alone "
                      "does not help\n");
}

static void print_limit(const struct analysis *x, struct text *out)
{
    const struct design *d = x->design;
    switch (x->limit) {
    case LIMIT_NONE:
        break;
    case LIMIT_PROCESS:
        text_printf(out, "limited by     '%s', which %s\n",
                    d->processes[x->limiting_process].name,
                    is_held_up(x, x->limiting_process) ? "cannot go faster"
                                                       : "is never held up");
        break;
    case LIMIT_FIFO:
        print_limiting_fifo(x, out);
        break;
    case LIMIT_SOURCE:
        text_add(out, "limited by     the source\n");
        break;
    case LIMIT_SINK:
        text_add(out, "limited by     the sink\n");
        break;
    }
}

static void print_chain(const struct analysis *x, struct arena *a,
                        struct text *out)
{
    const struct chain *c = x->chain;
    const struct design *d = x->design;
    struct table *t = table_new(a, "<critical chain|cycles|share");
    for (uint32_t i = 0; i < d->process_count; i++) {
        if (c->process_cycles[i] == 0)
            continue;
        table_row(t);
        table_cell(t, "%s", d->processes[i].name);
        table_cell_number(t, c->process_cycles[i]);
        table_cell_percent(t, c->process_cycles[i], c->cycles);
    }
    for (uint32_t i = 0; i < d->stream_count; i++) {
        if (c->stream_cycles[i] == 0)
            continue;
        table_row(t);
        table_cell(t, "%s (%s tokens, %s room)", d->streams[i].name,
                   number_text(a, c->token_hops[i]),
                   number_text(a, c->room_hops[i]));
        table_cell_number(t, c->stream_cycles[i]);
        table_cell_percent(t, c->stream_cycles[i], c->cycles);
    }
    if (c->source_cycles + c->sink_cycles != 0) {
        table_row(t);
        table_cell(t, "source and sink");
        table_cell_number(t, c->source_cycles + c->sink_cycles);
        table_cell_percent(t, c->source_cycles + c->sink_cycles, c->cycles);
    }
    table_print(t, out);
}

static double microseconds(const struct analysis *x, uint64_t cycles,
                           int64_t time)
{
    if (x->run->domains != NULL)
        return (double)time / 1e9;
    return (double)cycles * 1e6 / (double)x->design->clock_hz;
}

/* Of a design on several boards: of which the cycles are. */
static const char *whose_cycles(const struct analysis *x, struct arena *a)
{
    const struct run_domains *d = x->run->domains;
    return d == NULL ? "cycles"
                     : arena_printf(a, "cycles of '%s'",
                                    x->design->boards[d->sink].name);
}

static void print_interval(const struct analysis *x, struct arena *a,
                           struct text *out)
{
    const struct run *r = x->run;
    if (r->period == 0)
        return;
    if (r->period_cycles % r->period == 0)
        text_printf(out, "interval       %s %s",
                    number_text(a, r->period_cycles / r->period),
                    whose_cycles(x, a));
    else
        text_printf(out, "interval       %.2f %s",
                    (double)r->period_cycles / r->period, whose_cycles(x, a));
    if (r->certified)
        text_printf(out,
                    ", certified: the state recurs every %" PRIu32 " frame%s\n",
                    r->period, r->period == 1 ? "" : "s");
    else
        text_printf(out, ", measured over the last %" PRIu32 " frame%s\n",
                    r->period, r->period == 1 ? "" : "s");
    if (r->domains == NULL)
        text_printf(out, "throughput     %.1f frames/s at %.6g MHz\n",
                    (double)analysis_millihertz(x) / 1e3,
                    (double)x->design->clock_hz / 1e6);
    else
        text_printf(out, "throughput     %.1f frames/s, one in %.3f us\n",
                    (double)analysis_millihertz(x) / 1e3,
                    (double)r->domains->period_time / 1e9 / r->period);
}

static uint32_t fifo_count(const struct design *d)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < d->stream_count; i++)
        count += d->streams[i].inner ? 0 : 1;
    return count;
}

static const char *clock_text(const struct design *d, struct arena *a)
{
    if (design_has_links(d))
        return arena_printf(a, "%" PRIu32 " boards", d->board_count);
    return arena_printf(a, "%.6g MHz", (double)d->clock_hz / 1e6);
}

void simulation_print(const struct analysis *x, struct arena *a,
                      struct text *out)
{
    const struct run *r = x->run;
    text_printf(out,
                "%s: %" PRIu32 " processes, %" PRIu32
                " FIFOs, %s, %s (%s kernels%s%s)\n\n",
                x->design->name, x->design->process_count,
                fifo_count(x->design), clock_text(x->design, a),
                trust_level_name(total_trust(x).level),
                design_family_name(x->design),
                x->design->tool == NULL ? "" : ", taken to be like ",
                x->design->tool == NULL ? "" : family_name(x->design->family));
    print_processes(x, a, out);
    text_add(out, "\n");
    print_fifos(x, a, out);
    text_add(out, "\n");
    if (r->outcome == RUN_DEADLOCK) {
        simulation_print_deadlock(x, out);
        return;
    }
    if (x->chain != NULL) {
        print_chain(x, a, out);
        text_add(out, "\n");
    }
    text_printf(out,
                "latency        %s %s (%.3f us) isolated, "
                "%s cycles (%.3f us) back to back\n",
                number_text(a, x->isolated_latency), whose_cycles(x, a),
                microseconds(x, x->isolated_latency, x->isolated_time),
                number_text(a, x->back_to_back_latency),
                microseconds(x, x->back_to_back_latency, x->back_to_back_time));
    print_interval(x, a, out);
    print_limit(x, out);
    trust_table_print(x, a, out);
}
