#include "report/comparison_table.h"

#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "report/table.h"
#include "traces/comparison.h"
#include "traces/figures.h"
#include "traces/pairing.h"
#include "traces/report.h"
#include "traces/side.h"

enum { NAMES_SHOWN = 6, FRAMES_SHOWN = 20 };

static const char *signed_text(struct arena *a, int64_t value)
{
    if (value == 0)
        return "0";
    uint64_t size = value < 0 ? (uint64_t)-value : (uint64_t)value;
    return arena_printf(a, "%c%s", value < 0 ? '-' : '+', number_text(a, size));
}

/* Thousandths, without zeros behind the point. */
static const char *milli_text(struct arena *a, uint64_t milli)
{
    if (milli == FIGURE_NONE)
        return "-";
    const char *whole = number_text(a, milli / 1000);
    uint64_t rest = milli % 1000;
    return rest == 0         ? whole
           : rest % 100 == 0 ? arena_printf(a, "%s.%" PRIu64, whole, rest / 100)
                             : arena_printf(a, "%s.%03" PRIu64, whole, rest);
}

static const char *difference_text(struct arena *a, uint64_t from, uint64_t to)
{
    if (from == FIGURE_NONE || to == FIGURE_NONE)
        return "";
    if (from == to)
        return "0";
    return arena_printf(a, "%c%s", to < from ? '-' : '+',
                        milli_text(a, to < from ? from - to : to - from));
}

static const char *cycles_text(struct arena *a, uint64_t cycles)
{
    return cycles == FRAME_NEVER ? "-" : number_text(a, cycles);
}

/* Head */

static void print_side(const char *letter, const struct side *s,
                       struct arena *a, struct text *out)
{
    text_printf(out, "%s  %s: %s", letter, s->path,
                s->report != NULL ? report_kind_name(s->report->kind)
                                  : side_kind_name(s->kind));
    if (s->report == NULL && s->frames > 0)
        text_printf(out, ", %s frame%s", number_text(a, s->frames),
                    s->frames == 1 ? "" : "s");
    if (s->trust != NULL)
        text_printf(out, ", %s", s->trust);
    if (s->note != NULL)
        text_printf(out, ", %s", s->note);
    if (s->clock != NULL)
        text_printf(out, ", on the clock %s", s->clock);
    if (s->bundle_count > 0)
        text_printf(out, ", %" PRIu32 " %s of FIFOs, one a channel",
                    s->bundle_count,
                    s->bundle_count == 1 ? "bundle" : "bundles");
    if (s->is_stuck)
        text_printf(out, "; deadlock: nothing moves after cycle %s",
                    number_text(a, s->stuck_cycle));
    text_add(out, "\n");
}

static void print_only(const struct side *s, const char *letter,
                       const uint32_t *streams, uint32_t count,
                       struct text *out)
{
    if (count == 0)
        return;
    text_printf(out, "           only in %s:", letter);
    for (uint32_t i = 0; i < count && i < NAMES_SHOWN; i++)
        text_printf(out, "%s %s", i == 0 ? "" : ",",
                    s->streams[streams[i]].times.name);
    if (count > NAMES_SHOWN)
        text_printf(out, " and %" PRIu32 " more", count - NAMES_SHOWN);
    text_add(out, "\n");
}

static void print_pairing(const struct comparison *c, struct text *out)
{
    const struct pairing *p = c->pairing;
    const char *what = c->by_handshake ? "streams" : "FIFOs";
    if (p->count == 0)
        return;
    text_printf(out, "%-9s  %" PRIu32 " in common", what, p->count);
    const char *mark = ":";
    for (int r = 0; r < PAIRING_RULE_COUNT; r++) {
        if (p->by_rule[r] == 0)
            continue;
        text_printf(out, "%s %" PRIu32 " by %s", mark, p->by_rule[r],
                    pairing_rule_name((enum pairing_rule)r));
        mark = ",";
    }
    text_add(out, "\n");
    if (c->by_handshake) {
        print_only(c->a, "A", p->only_a, p->only_a_count, out);
        print_only(c->b, "B", p->only_b, p->only_b_count, out);
    }
}

static void print_offset(const struct comparison *c, struct arena *a,
                         struct text *out)
{
    text_add(out, "offset     ");
    if (c->alignment == ALIGN_NONE)
        text_add(out, "none taken out\n");
    else if (c->offset == 0)
        text_add(out, "none: both begin in the same cycle\n");
    else
        text_printf(out, "B begins %s cycles %s: taken out of differences\n",
                    signed_text(a, c->offset) + 1,
                    c->offset > 0 ? "later" : "earlier");
    if (c->tolerance > 0)
        text_printf(out, "tolerance  %s cycles\n",
                    number_text(a, c->tolerance));
}

/* Differences */

static const char *divergence_text(const struct comparison *c,
                                   const struct divergence *x, struct arena *a)
{
    if (x->cycle_a == ERROR_NEVER)
        return arena_printf(a, "A never, B in %s", number_text(a, x->cycle_b));
    if (x->cycle_b == ERROR_NEVER)
        return arena_printf(a, "A in %s, B never", number_text(a, x->cycle_a));
    return arena_printf(a, "A in %s, B in %s (%s)", number_text(a, x->cycle_a),
                        number_text(a, x->cycle_b),
                        signed_text(a, (int64_t)(x->cycle_b - x->cycle_a) -
                                           c->offset));
}

static const char *stream_name(const struct comparison *c, uint32_t pair)
{
    return c->a->streams[c->pairing->pairs[pair].a].times.name;
}

static const char *actor(const struct deviation *d, struct arena *a)
{
    switch (d->kind) {
    case DEVIATION_PROCESS:
        return arena_printf(a, "'%s'", d->process);
    case DEVIATION_SOURCE:
        return "the source";
    case DEVIATION_SINK:
        return "the sink";
    case DEVIATION_NONE:
    case DEVIATION_STREAM:
        break;
    }
    return NULL;
}

/* Models know how much their FIFOs hold. */
static void print_room(const struct comparison *c, struct arena *a,
                       struct text *out)
{
    const struct pair *p = &c->pairing->pairs[c->deviation.pair];
    uint32_t in_a = c->a->streams[p->a].capacity;
    uint32_t in_b = c->b->streams[p->b].capacity;
    if (in_a != 0 && in_b != 0 && in_a != in_b &&
        c->deviation.event.event == TOKEN_WRITE)
        text_printf(out, "  '%s' holds %s tokens in A and %s in B\n",
                    stream_name(c, c->deviation.pair), number_text(a, in_a),
                    number_text(a, in_b));
}

static void print_deviation(const struct comparison *c, struct arena *a,
                            struct text *out)
{
    const struct deviation *d = &c->deviation;
    bool writes = d->event.event == TOKEN_WRITE;
    text_printf(
        out, "\nfirst in dataflow order%s\n",
        c->has_graph
            ? ""
            : ", a guess: by when five eighths of the tokens have passed");
    if (d->kind == DEVIATION_STREAM) {
        text_printf(out, "  token %s of '%s' is %s: %s\n",
                    number_text(a, d->event.token), stream_name(c, d->pair),
                    writes ? "written" : "read",
                    divergence_text(c, &d->event, a));
        text_printf(out, "  the first stream that is %s at another time\n",
                    writes ? "written" : "read");
        return;
    }
    text_printf(out, "  %s %s token %s %s '%s': %s\n", actor(d, a),
                writes ? "writes" : "reads", number_text(a, d->event.token),
                writes ? "to" : "from", stream_name(c, d->pair),
                divergence_text(c, &d->event, a));
    text_add(out, "  the first that deviates although its inputs and the room "
                  "behind it agree");
    if (d->unseen > 0)
        text_printf(out, " (%" PRIu32 " stream%s around it not compared)",
                    d->unseen, d->unseen == 1 ? "" : "s");
    text_add(out, "\n");
    print_room(c, a, out);
    if (d->others > 0)
        text_printf(out, "  %" PRIu32 " more deviate%s by %s\n", d->others,
                    d->others == 1 ? "s" : "",
                    d->others == 1 ? "itself" : "themselves");
}

static void print_first(const struct comparison *c, struct arena *a,
                        struct text *out)
{
    if (!c->first.there)
        return;
    text_printf(out, "\nfirst in time\n  token %s of '%s' is %s: %s\n",
                number_text(a, c->first.token), stream_name(c, c->first_pair),
                c->first.event == TOKEN_WRITE ? "written" : "read",
                divergence_text(c, &c->first, a));
    print_deviation(c, a, out);
}

static const char *mean_text(struct arena *a, const struct stream_errors *s)
{
    uint64_t count = s->compared - s->missing_a - s->missing_b;
    if (count == 0)
        return "-";
    uint64_t tenths = s->sum / count * 10 + s->sum % count * 10 / count;
    return arena_printf(a, "%s.%" PRIu64, number_text(a, tenths / 10),
                        tenths % 10);
}

static void print_streams(const struct comparison *c, struct arena *a,
                          struct text *out)
{
    bool renamed = c->pairing->by_rule[PAIRED_BY_NAME] != c->pairing->count;
    struct table *t = table_new(
        a, renamed ? "<stream|<in B|<by|handshakes|different|missing|largest|"
                     "mean|<first difference"
                   : "<stream|handshakes|different|missing|largest|mean|"
                     "<first difference");
    for (uint32_t i = 0; i < c->pairing->count; i++) {
        const struct pair *p = &c->pairing->pairs[i];
        const struct stream_errors *s = &c->streams[i];
        if (!comparison_has(c, i))
            continue;
        table_row(t);
        table_cell(t, "%s", stream_name(c, i));
        if (renamed) {
            table_cell(t, "%s", c->b->streams[p->b].times.name);
            table_cell(t, "%s", pairing_rule_name(p->rule));
        }
        table_cell_number(t, s->compared);
        table_cell_number(t, s->different);
        table_cell_number(t, s->missing_a + s->missing_b);
        table_cell(t, "%s", signed_text(a, s->largest));
        table_cell(t, "%s", mean_text(a, s));
        const struct divergence *x = divergence_first(&s->write, &s->read);
        if (x->there)
            table_cell(t, "%s %s: %s", x->event == TOKEN_WRITE ? "w" : "r",
                       number_text(a, x->token), divergence_text(c, x, a));
    }
    text_add(out, "\n");
    table_print(t, out);
}

static void print_drift(const struct comparison *c, struct arena *a,
                        struct text *out)
{
    struct table *t = table_new(
        a, c->frame_count > 0
               ? "<drift over the frame|frame|first|10 %|20 %|30 %|40 %|50 %|"
                 "60 %|70 %|80 %|90 %|last"
               : "<drift over the run|first|10 %|20 %|30 %|40 %|50 %|60 %|"
                 "70 %|80 %|90 %|last");
    bool any = false;
    for (uint32_t i = 0; i < c->pairing->count; i++) {
        const struct stream_errors *s = &c->streams[i];
        const struct side_stream *at = &c->a->streams[c->pairing->pairs[i].a];
        if (s->different == 0 || s->largest == 0 || !s->has_deciles)
            continue;
        any = true;
        table_row(t);
        table_cell(t, "%s", stream_name(c, i));
        if (c->frame_count > 0)
            table_cell_number(t, (uint64_t)s->drift_frame *
                                         (at->copies > 1 ? at->copies : 1) +
                                     at->copy);
        for (int k = 0; k < ERROR_DECILES; k++)
            table_cell(t, "%s", signed_text(a, s->deciles[k]));
    }
    if (!any)
        return;
    text_add(out, "\n");
    table_print(t, out);
}

/* Frames and figures */

static void print_frames(const struct comparison *c, struct arena *a,
                         struct text *out)
{
    const struct figures *f = c->figures;
    if (f->frame_count == 0)
        return;
    struct table *t =
        table_new(a, c->by_handshake
                         ? "frame|latency A|B|interval A|B|handshakes|"
                           "different|largest|at its end"
                         : "frame|latency A|B|interval A|B");
    for (uint32_t i = 0; i < f->frame_count && i < FRAMES_SHOWN; i++) {
        table_row(t);
        table_cell_number(t, i);
        table_cell(t, "%s", cycles_text(a, f->frames_a[i].latency));
        table_cell(t, "%s", cycles_text(a, f->frames_b[i].latency));
        table_cell(t, "%s", cycles_text(a, f->frames_a[i].interval));
        table_cell(t, "%s", cycles_text(a, f->frames_b[i].interval));
        if (!c->by_handshake)
            continue;
        table_cell_number(t, c->frames[i].compared);
        table_cell_number(t, c->frames[i].different);
        table_cell(t, "%s", signed_text(a, c->frames[i].largest));
        table_cell(t, "%s", signed_text(a, c->frames[i].last));
    }
    text_add(out, "\n");
    table_print(t, out);
    if (f->frame_count > FRAMES_SHOWN)
        text_printf(out, "and %s more frames\n",
                    number_text(a, f->frame_count - FRAMES_SHOWN));
}

static void print_figures(const struct comparison *c, struct arena *a,
                          struct text *out)
{
    const struct figures *f = c->figures;
    if (f->count == 0)
        return;
    struct table *t = table_new(a, "<figure|<|<|A|B|B - A");
    for (uint32_t i = 0; i < f->count; i++) {
        const struct figure *x = &f->rows[i];
        table_row(t);
        table_cell(t, "%s", x->group);
        table_cell(t, "%s", x->name);
        table_cell(t, "%s", x->unit == FIGURE_CYCLES ? "cycles" : "tokens");
        table_cell(t, "%s", milli_text(a, x->a_milli));
        table_cell(t, "%s", milli_text(a, x->b_milli));
        table_cell(t, "%s", difference_text(a, x->a_milli, x->b_milli));
    }
    text_add(out, "\n");
    table_print(t, out);
    if (strcmp(f->basis_a, f->basis_b) == 0)
        text_printf(out, "latency and interval: %s\n", f->basis_a);
    else
        text_printf(out, "latency and interval: in A %s, in B %s\n", f->basis_a,
                    f->basis_b);
}

static void print_different(const struct comparison *c, struct arena *a,
                            struct text *out)
{
    text_printf(out, "DIFFERENT: %s of %s handshakes",
                number_text(a, c->different), number_text(a, c->compared));
    if (c->missing > 0)
        text_printf(out, ", %s missing on one side",
                    number_text(a, c->missing));
    if (c->largest != 0)
        text_printf(out, ", by at most %s cycles", signed_text(a, c->largest));
    text_add(out, "\n");
}

static void print_verdict(const struct comparison *c, struct arena *a,
                          struct text *out)
{
    const char *within = c->tolerance == 0
                             ? ""
                             : arena_printf(a, " within %s cycles",
                                            number_text(a, c->tolerance));
    text_add(out, "\n");
    if (!c->by_handshake) {
        uint32_t different = 0;
        for (uint32_t i = 0; i < c->figures->count; i++)
            different += figure_differs(&c->figures->rows[i], c->tolerance);
        if (different == 0)
            text_printf(out, "equal%s: all %" PRIu32 " figures in common\n",
                        within, c->figures->common);
        else
            text_printf(out,
                        "DIFFERENT: %" PRIu32 " of %" PRIu32
                        " figures in common\n",
                        different, c->figures->common);
        return;
    }
    if (c->beyond > 0)
        text_printf(out,
                    "%s handshakes not compared: behind the last frame, or "
                    "when the other side was not watched\n",
                    number_text(a, c->beyond));
    if (c->different == 0)
        text_printf(out, "equal%s: all %s handshakes\n", within,
                    number_text(a, c->compared));
    else
        print_different(c, a, out);
}

/* Names are from files that anybody may have made: nothing in them is to
 * move the cursor of a terminal. */
static void add_visible(struct text *out, const char *words)
{
    for (; *words != '\0'; words++) {
        bool hidden =
            (*words >= 0 && *words < ' ' && *words != '\n') || *words == 0x7f;
        text_addn(out, hidden ? "?" : words, 1);
    }
}

static void print_one(const struct comparison *c, struct arena *a,
                      struct text *raw)
{
    print_side("A", c->a, a, raw);
    print_side("B", c->b, a, raw);
    print_pairing(c, raw);
    if (c->by_handshake) {
        print_offset(c, a, raw);
        print_first(c, a, raw);
        print_streams(c, a, raw);
        print_drift(c, a, raw);
    }
    print_frames(c, a, raw);
    print_figures(c, a, raw);
    print_verdict(c, a, raw);
}

void comparison_print(const struct comparison *const *list, uint32_t count,
                      struct arena *a, struct text *out)
{
    struct text *raw = text_new(a);
    for (uint32_t i = 0; i < count; i++) {
        text_add(raw, i == 0 ? "" : "\n");
        print_one(list[i], a, raw);
    }
    add_visible(out, text_string(raw));
}
