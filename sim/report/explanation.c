#include "report/explanation.h"

#include "base/arena.h"
#include "base/text.h"
#include "design/design.h"
#include "engine/analysis.h"
#include "report/content.h"
#include "report/explanation_deadlock.h"
#include "report/explanation_figures.h"
#include "report/table.h"
#include "tune/repair.h"
#include "tune/stalls.h"

#include <inttypes.h>
#include <string.h>

enum { WAITS_MAX = 12 }; /* processes whose waits are told in words */

static const char *process_name(const struct explanation *e, uint32_t process,
                                bool is_source)
{
    if (process == TIMING_EDGE)
        return is_source ? "source" : "sink";
    return e->design->processes[process].name;
}

static const char *stream_name(const struct explanation *e, uint32_t stream)
{
    return e->analysis->timing->streams[stream].name;
}

static void print_now(const struct explanation *e, struct arena *a,
                      struct text *out)
{
    const struct what_if_figures *now = &e->stalls->now;
    text_printf(out, "%s: %s\n", e->design->name,
                explanation_figures_text(a, now));
    text_printf(out, "over %" PRIu32 " frame%s%s\n\n", e->frames,
                e->frames == 1 ? "" : "s",
                now->certified ? "; the interval is certified to last" : "");
}

static void print_chain(const struct explanation *e, struct arena *a,
                        struct text *out)
{
    const struct chain *c = e->analysis->chain;
    if (e->stop_count == 0)
        return;
    const uint32_t frames = e->analysis->run->period;
    struct table *t =
        table_new(a,
                  arena_printf(a,
                               "<critical chain of %s frame%s|cycles|share|"
                               "waits for tokens|for room",
                               number_text(a, frames), frames == 1 ? "" : "s"));
    for (uint32_t i = 0; i < e->stop_count; i++) {
        const struct link_stop *s = &e->stops[i];
        table_row(t);
        if (s->is_stream)
            table_cell(t, "  in %s", stream_name(e, s->index));
        else
            table_cell(t, "%s", process_name(e, s->index, s->is_source));
        table_cell_number(t, s->cycles);
        table_cell_percent(t, s->cycles, c->cycles);
        if (!s->is_stream)
            continue;
        table_cell_number(t, s->tokens);
        table_cell_number(t, s->rooms);
    }
    table_print(t, out);
    text_add(out, "\n");
}

static uint64_t percent(uint64_t part, uint64_t whole)
{
    return whole == 0 ? 0 : (200 * part + whole) / (2 * whole);
}

/* ", in the end for ..."; nothing if that is who was named before. */
static void print_cause(const struct explanation *e, uint32_t process,
                        const struct stream *s, struct text *out)
{
    const struct cause *c = &e->causes[process];
    if (s->producer == NULL || c->kind == CAUSE_MIXED)
        return;
    if (c->kind == CAUSE_SOURCE) {
        text_add(out, ", in the end for the source");
        return;
    }
    const struct process_time *t = explanation_time(e, c->process);
    const uint64_t span = t->busy + t->starved + t->blocked;
    if (c->process != s->producer->index)
        text_printf(out, ", in the end for '%s'",
                    process_name(e, c->process, true));
    if (c->kind == CAUSE_PACE)
        text_printf(out, ", which is busy %" PRIu64 " %%",
                    percent(t->busy, span));
    else
        text_printf(out, ", which waits %" PRIu64 " %% for room, most in '%s'",
                    percent(t->blocked, span), stream_name(e, c->stream));
}

static uint32_t largest(const uint64_t *cycles, uint32_t count)
{
    uint32_t best = 0;
    for (uint32_t i = 1; i < count; i++)
        if (cycles[i] > cycles[best])
            best = i;
    return best;
}

static void print_waits_of(const struct explanation *e, uint32_t process,
                           struct arena *a, struct text *out)
{
    const struct process *p = &e->design->processes[process];
    const struct process_time *t = explanation_time(e, process);
    const uint64_t span = t->busy + t->starved + t->blocked;
    text_printf(out, "  '%s' is busy %" PRIu64 " %%\n", p->name,
                percent(t->busy, span));
    for (uint32_t i = 0; i < p->output_count; i++) {
        const struct stream *s = p->outputs[i];
        const uint64_t share = percent(t->blocked_by[i], span);
        if (share == 0)
            continue;
        text_printf(out, "    %3" PRIu64 " %% waits for room in '%s', ", share,
                    s->name);
        if (s->inner)
            text_add(out, "inside of a process\n");
        else
            text_printf(out, "whose depth of %s is %s\n",
                        number_text(a, s->depth),
                        content_depth_text(a, s, s->depth));
    }
    for (uint32_t i = 0; i < p->input_count; i++) {
        const struct stream *s = p->inputs[i];
        const uint64_t share = percent(t->starved_by[i], span);
        if (share == 0)
            continue;
        text_printf(out, "    %3" PRIu64 " %% waits for tokens from '%s'",
                    share, s->producer == NULL ? "source" : s->producer->name);
        if (i == largest(t->starved_by, p->input_count))
            print_cause(e, process, s, out);
        text_add(out, "\n");
    }
}

/* Processes of the chain, then those that wait most. */
static uint32_t choose_waits(const struct explanation *e, uint32_t *chosen,
                             struct arena *a)
{
    const uint32_t processes = e->design->process_count;
    bool *taken = arena_new_array(a, bool, processes);
    uint32_t count = 0;
    for (uint32_t i = 0; i < e->stop_count && count < WAITS_MAX; i++) {
        const struct link_stop *s = &e->stops[i];
        if (s->is_stream || s->index == TIMING_EDGE)
            continue;
        taken[s->index] = true;
        chosen[count++] = s->index;
    }
    while (count < WAITS_MAX) {
        uint64_t most = 0;
        uint32_t best = processes;
        for (uint32_t i = 0; i < processes; i++) {
            const struct process_time *t = explanation_time(e, i);
            if (!taken[i] && t->blocked > most) {
                most = t->blocked;
                best = i;
            }
        }
        if (best == processes)
            break;
        taken[best] = true;
        chosen[count++] = best;
    }
    return count;
}

static void print_waits(const struct explanation *e, struct arena *a,
                        struct text *out)
{
    uint32_t chosen[WAITS_MAX];
    const uint32_t count = choose_waits(e, chosen, a);
    if (count == 0)
        return;
    text_add(out, "who waits, of the time of the last frames:\n");
    for (uint32_t i = 0; i < count; i++)
        print_waits_of(e, chosen[i], a, out);
    text_add(out, "\n");
}

static void figure_cells(struct table *t, struct arena *a,
                         const struct what_if_figures *f)
{
    table_cell(t, "%s", explanation_interval_text(a, f));
    table_cell_number(t, f->isolated_latency);
    table_cell_number(t, f->back_to_back_latency);
}

static void print_stall(const struct explanation *e, struct table *t,
                        struct arena *a, const struct stall *s)
{
    table_row(t);
    table_cell(t, "%s", stream_name(e, s->stream));
    table_cell(t, "%s", process_name(e, s->process, true));
    table_cell_percent(t, s->blocked, s->span);
    table_cell_number(t, s->depth);
    if (s->free_depth != 0)
        table_cell_number(t, s->free_depth);
    else
        table_cell(t, "%s", s->fills ? "never" : "-");
    if (s->gain_depth == 0) {
        table_cell(t, "none");
        return;
    }
    table_cell_number(t, s->gain_depth);
    figure_cells(t, a, &s->gain);
}

static void print_stalls(const struct explanation *e, struct arena *a,
                         struct text *out)
{
    const struct stalls *s = e->stalls;
    if (s->count == 0) {
        text_add(out, "nobody waits for room in a FIFO\n");
        return;
    }
    struct table *t = table_new(
        a, "<deeper alone|<waits for room|share|depth|ends at|gains all at|"
           "interval|isolated|back to back");
    table_row(t);
    table_cell(t, "(as it is)");
    for (uint32_t i = 0; i < 5; i++)
        table_cell(t, "%s", "");
    figure_cells(t, a, &s->now);
    for (uint32_t i = 0; i < s->count; i++)
        if (s->items[i].tried)
            print_stall(e, t, a, &s->items[i]);
    table_print(t, out);
    if (s->tried < s->count)
        text_printf(out,
                    "%" PRIu32 " more FIFOs hold somebody up and were not "
                    "tried alone\n",
                    s->count - s->tried);
    text_add(out, "\n");
}

static void print_together(const struct explanation *e, struct arena *a,
                           struct text *out)
{
    const struct stalls *s = e->stalls;
    if (s->together_count == 0) {
        text_add(out, "depths         all FIFOs as deep as they would ever be "
                      "full, two frames at most,\n"
                      "               gain nothing");
        text_add(out, s->count > 0 && s->items[0].gain_depth != 0
                          ? ", only what is said above of one alone\n"
                          : ": no depth is to blame\n");
        return;
    }
    text_printf(out, "depths         FIFOs cost %s\n",
                explanation_gain_text(a, &s->now, &s->together_figures));
    struct table *t = table_new(a, "<repair|depth|new depth|<which holds");
    for (uint32_t i = 0; i < s->together_count; i++) {
        const struct stall_depth *d = &s->together[i];
        table_row(t);
        table_cell(t, "%s", stream_name(e, d->stream));
        table_cell_number(t, d->depth_before);
        table_cell_number(t, d->depth);
        table_cell(t, "%s",
                   content_depth_text(a, &e->design->streams[d->stream],
                                      d->depth));
    }
    text_add(out, "\n");
    table_print(t, out);
    text_add(out, "\n");
    text_printf(out, "with it        %s\n",
                explanation_figures_text(a, &s->together_figures));
    explanation_print_switches(e, a, out);
}

static uint32_t deepened(const struct explanation *e, uint32_t i,
                         uint32_t *stream)
{
    if (e->repair != NULL) {
        *stream = e->repair->items[i].stream;
        return e->repair->items[i].depth;
    }
    *stream = e->stalls->together[i].stream;
    return e->stalls->together[i].depth;
}

void explanation_print_switches(const struct explanation *e, struct arena *a,
                                struct text *out)
{
    enum { COLUMN = 15, WIDTH = 100 };
    const uint32_t count =
        e->repair != NULL ? e->repair->count : e->stalls->together_count;
    size_t width = 0;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t stream;
        const uint32_t depth = deepened(e, i, &stream);
        const char *each = arena_printf(a, " --fifo-depth %s=%" PRIu32,
                                        stream_name(e, stream), depth);
        if (i > 0 && width + strlen(each) > WIDTH) {
            text_add(out, " \\\n");
            width = 0;
        }
        if (width == 0)
            text_printf(out, "%*s", COLUMN - 1, "");
        width = (width == 0 ? COLUMN - 1 : width) + strlen(each);
        text_add(out, each);
    }
    if (count > 0)
        text_add(out, "\n");
}

static void print_limit(const struct explanation *e, struct arena *a,
                        struct text *out)
{
    const struct analysis *x = e->analysis;
    if (x->limit == LIMIT_PROCESS)
        text_printf(out,
                    "interval       set by '%s', which needs %s cycles for a "
                    "frame: no depth shortens it\n",
                    process_name(e, x->limiting_process, true),
                    number_text(a, x->ticks_per_frame[x->limiting_process]));
    else if (x->limit == LIMIT_SOURCE)
        text_add(out, "interval       set by the source\n");
    else if (x->limit == LIMIT_SINK)
        text_add(out, "interval       set by the sink\n");
}

void explanation_print(const struct explanation *e, struct arena *a,
                       struct text *out)
{
    if (e->repair != NULL) {
        explanation_print_deadlock(e, a, out);
        return;
    }
    print_now(e, a, out);
    print_chain(e, a, out);
    print_waits(e, a, out);
    print_stalls(e, a, out);
    print_limit(e, a, out);
    print_together(e, a, out);
    text_printf(out, "simulated      %s runs\n",
                number_text(a, e->what_if->runs));
}
