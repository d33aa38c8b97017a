#include "report/explanation_deadlock.h"

#include "base/arena.h"
#include "base/text.h"
#include "design/design.h"
#include "engine/timing.h"
#include "report/content.h"
#include "report/explanation.h"
#include "report/explanation_figures.h"
#include "report/table.h"
#include "tune/repair.h"

#include <inttypes.h>

static const char *waiter_name(const struct explanation *e,
                               const struct run_wait *w)
{
    if (w->process != TIMING_EDGE)
        return e->design->processes[w->process].name;
    return w->for_room ? "source" : "sink";
}

/* Who would have to go on: the reader of a full FIFO, the writer of one that
 * lacks a token. */
static const char *awaited_name(const struct explanation *e,
                                const struct run_wait *w)
{
    const struct stream *s = &e->design->streams[w->stream];
    const struct process *p = w->for_room ? s->consumer : s->producer;
    if (p != NULL)
        return p->name;
    return w->for_room ? "sink" : "source";
}

/* "holds 16 of 16 tokens, 4 of the 32 pixels of a row" */
static void print_content(const struct explanation *e, const struct run_wait *w,
                          struct arena *a, struct text *out)
{
    const struct stream *s = &e->design->streams[w->stream];
    const uint32_t capacity = stream_capacity(s);
    if (w->held == 0)
        text_add(out, "is empty");
    else if (s->inner)
        text_printf(out, "holds %s tokens", number_text(a, w->held));
    else
        text_printf(out, "holds %s of %s token%s, %s", number_text(a, w->held),
                    number_text(a, capacity), capacity == 1 ? "" : "s",
                    content_text(a, s, w->held));
    if (s->inner)
        text_add(out, ", inside of a process");
    else
        text_printf(out, " (depth %s)", number_text(a, s->depth));
}

static void print_wait(const struct explanation *e, const struct run_wait *w,
                       struct arena *a, struct text *out)
{
    const struct stream *s = &e->design->streams[w->stream];
    text_printf(out, "  '%s' waits for ", waiter_name(e, w));
    if (w->for_room)
        text_printf(out, "room in '%s', until '%s' reads;\n", s->name,
                    awaited_name(e, w));
    else
        text_printf(out, "a token of '%s', until '%s' writes;\n", s->name,
                    awaited_name(e, w));
    text_add(out, "      it ");
    print_content(e, w, a, out);
    text_add(out, "\n");
}

static void print_waits(const struct explanation *e, const struct run *r,
                        struct arena *a, struct text *out)
{
    for (uint32_t i = 0; i < r->wait_count; i++)
        print_wait(e, &r->waits[i], a, out);
    if (r->wait_count > 0)
        text_printf(out, "  so the circle closes at '%s'\n",
                    waiter_name(e, &r->waits[0]));
}

const char *explanation_hopeless(const struct explanation *e)
{
    const struct run *r = e->repair->stuck_unbounded;
    for (uint32_t i = 0; i < r->wait_count; i++) {
        const struct run_wait *w = &r->waits[i];
        const struct stream *s = &e->design->streams[w->stream];
        if (w->for_room && s->inner)
            return "the room that is waited for is inside of a process, where "
                   "its schedule sets it";
        if (w->for_room)
            return "the source has sent all that there is";
    }
    return "each waits for a token that comes only after one that it has to "
           "write itself: it is not room that lacks";
}

static void print_hopeless(const struct explanation *e, struct arena *a,
                           struct text *out)
{
    text_printf(out,
                "no FIFO depth cures that: with FIFOs that are never full, "
                "simulated, nothing\nmoves after cycle %s either:\n",
                number_text(a, e->repair->stuck_unbounded->deadlock_cycle));
    print_waits(e, e->repair->stuck_unbounded, a, out);
    text_printf(out, "because %s\n", explanation_hopeless(e));
}

static const char *unit(const struct explanation *e, uint64_t count)
{
    if (what_if_counts_tokens(e->what_if))
        return count == 1 ? "token" : "tokens";
    return count == 1 ? "bit" : "bits";
}

static void print_items(const struct explanation *e, struct arena *a,
                        struct text *out)
{
    const struct repair *r = e->repair;
    struct table *t =
        table_new(a, "<repair|depth|new depth|<which holds|<one less deep");
    for (uint32_t i = 0; i < r->count; i++) {
        const struct deepening *d = &r->items[i];
        const struct stream *s = &e->design->streams[d->stream];
        table_row(t);
        table_cell(t, "%s", s->name);
        table_cell_number(t, d->depth_before);
        table_cell_number(t, d->depth);
        table_cell(t, "%s", content_depth_text(a, s, d->depth));
        table_cell(t, "%s", d->one_less_deadlocks ? "deadlocks" : "runs, too");
    }
    table_print(t, out);
}

static void print_proof(const struct explanation *e, struct arena *a,
                        struct text *out)
{
    const struct repair *r = e->repair;
    text_printf(out, "cost           %s %s more; ", number_text(a, r->size),
                unit(e, r->size));
    if (r->cheapest)
        text_add(out, "proven: whatever costs less deadlocks\n");
    else
        text_printf(out, "the cheapest found; every repair costs %s at least\n",
                    number_text(a, r->size_at_least));
}

void explanation_print_deadlock(const struct explanation *e, struct arena *a,
                                struct text *out)
{
    const struct repair *r = e->repair;
    text_printf(out,
                "%s: deadlock: nothing moves after cycle %s, %s frame%s "
                "complete\n\n",
                e->design->name, number_text(a, r->stuck->deadlock_cycle),
                number_text(a, r->stuck->frames),
                r->stuck->frames == 1 ? "" : "s");
    text_add(out, "who waits for whom:\n");
    print_waits(e, r->stuck, a, out);
    text_add(out, "\n");
    if (!r->possible) {
        print_hopeless(e, a, out);
        return;
    }
    print_items(e, a, out);
    text_add(out, "\n");
    print_proof(e, a, out);
    text_printf(out, "with it        %s\n",
                explanation_figures_text(a, &r->figures));
    text_printf(out, "               over %s frame%s, simulated%s\n",
                number_text(a, e->frames), e->frames == 1 ? "" : "s",
                r->figures.certified ? "; certified to last" : "");
    explanation_print_switches(e, a, out);
    text_printf(out, "deep FIFOs     %s\n",
                explanation_figures_text(a, &e->deep));
    text_printf(out, "simulated      %s runs\n",
                number_text(a, e->what_if->runs));
}
