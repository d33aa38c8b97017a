#include "report/partition_table.h"

#include <inttypes.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/text.h"
#include "design/link.h"
#include "partition/partition.h"
#include "report/table.h"

static const char *layers_text(const struct partition_share *s, struct arena *a)
{
    if (s->layer_count == 0)
        return "-";
    if (s->layer_count == 1)
        return s->layers[0];
    if (s->layer_count == 2)
        return arena_printf(a, "%s, %s", s->layers[0], s->layers[1]);
    return arena_printf(a, "%s .. %s (%u)", s->layers[0],
                        s->layers[s->layer_count - 1], s->layer_count);
}

static void print_boards(const struct partition *p, struct arena *a,
                         struct text *out)
{
    struct table *t = table_new(
        a, "<board|<device|<layers|LUT||FF||DSP||BRAM18||URAM||cycles/frame|"
           "<slowest");
    for (uint32_t b = 0; b < p->board_count; b++) {
        const struct partition_share *s = &p->shares[b];
        table_row(t);
        table_cell(t, "%s", s->board->name);
        table_cell(t, "%s", s->board->device->name);
        table_cell(t, "%s", layers_text(s, a));
        for (int r = 0; r < RESOURCE_COUNT; r++) {
            table_cell_number(t, s->used.of[r]);
            table_cell_percent(t, s->used.of[r],
                               resource_of(&s->board->device->capacity,
                                           (enum resource)r));
        }
        table_cell_number(t, s->cycles);
        table_cell(t, "%s", s->slowest == NULL ? "-" : s->slowest);
    }
    table_print(t, out);
}

static void print_links(const struct partition *p, struct arena *a,
                        struct text *out)
{
    enum { THOUSAND = 1000 };
    struct table *t = table_new(a, "<link|<type|<streams|words/frame|load");
    for (uint32_t i = 0; i + 1 < p->board_count; i++) {
        const struct partition_crossing *x = &p->crossings[i];
        struct text *names = text_new(a);
        for (uint32_t k = 0; k < x->stream_count; k++)
            text_printf(names, "%s%s", k == 0 ? "" : ", ", x->streams[k]);
        table_row(t);
        table_cell(t, "%s", x->link->name);
        table_cell(t, "%s", x->link->type->name);
        table_cell(t, "%s", x->stream_count == 0 ? "-" : text_string(names));
        table_cell_number(t, x->words);
        table_cell_percent(t, x->load, p->interval * THOUSAND);
    }
    text_add(out, "\n");
    table_print(t, out);
}

/* Cycles as time: "250.94 us". */
static const char *time_text(struct arena *a, uint64_t cycles, uint64_t hz)
{
    enum { MILLION = 1000000, HUNDRED = 100 };
    const uint64_t whole = cycles / hz * MILLION;
    const uint64_t part = cycles % hz * MILLION;
    const uint64_t hundredths = part % hz * HUNDRED / hz;
    return arena_printf(a, "%s.%02" PRIu64 " us",
                        number_text(a, whole + part / hz), hundredths);
}

static void print_figures(const struct partition *p, struct arena *a,
                          struct text *out)
{
    enum { THOUSAND = 1000 };
    text_printf(out, "\ninterval     %s cycles (%s)",
                number_text(a, p->interval),
                p->certified ? "certified" : "measured");
    if (p->interval != 0) {
        const uint64_t millihertz =
            p->hz / p->interval * THOUSAND +
            p->hz % p->interval * THOUSAND / p->interval;
        text_printf(out, ", %s.%03" PRIu64 " frames/s",
                    number_text(a, millihertz / THOUSAND),
                    millihertz % THOUSAND);
    }
    text_printf(out, "\nlatency      %s cycles, %s\n",
                number_text(a, p->latency), time_text(a, p->latency, p->hz));
    text_printf(out, "planned      %s cycles", number_text(a, p->planned));
    if (p->optimal)
        text_add(out, ": optimal, no cut and no folding with these lanes is "
                      "faster\n");
    else
        text_printf(out, ", lower bound with these lanes %s\n",
                    number_text(a, p->bound));
}

void partition_print(const struct partition_report *r, struct arena *a,
                     struct text *out)
{
    const struct partition *p = r->partition;
    text_printf(out, "%s: ", r->name);
    if (p->outcome == PARTITION_INFEASIBLE) {
        text_printf(out, "cannot be done: %s\n", partition_shortage_text(r, a));
        return;
    }
    text_printf(out, "%u of %u boards, each up to %u %% full%s\n\n",
                p->board_count, r->options->board_count,
                r->options->boards[0].fill_percent,
                p->outcome == PARTITION_STOPPED ? "; search interrupted" : "");
    print_boards(p, a, out);
    if (p->board_count > 1)
        print_links(p, a, out);
    print_figures(p, a, out);
}

const char *partition_shortage_text(const struct partition_report *r,
                                    struct arena *a)
{
    const struct shortage *s = &r->partition->shortage;
    const char *needed = number_text(a, s->needed);
    const char *available = number_text(a, s->available);
    switch (s->kind) {
    case SHORTAGE_LAYER:
        return arena_printf(
            a,
            "layer '%s' alone needs %s %s, %s more than the %s that the "
            "largest board may give",
            s->name, needed, resource_name(s->resource),
            number_text(a, s->needed - s->available), available);
    case SHORTAGE_CYCLES:
        return arena_printf(a,
                            "'%s' takes %s cycles per frame in its fastest "
                            "form, more than the %s asked for",
                            s->name, needed, available);
    case SHORTAGE_TOTAL:
        return arena_printf(a,
                            "all layers together need %s %s, %s more than "
                            "the %s that all boards may give",
                            needed, resource_name(s->resource),
                            number_text(a, s->needed - s->available),
                            available);
    case SHORTAGE_LINK:
        return arena_printf(a,
                            "whatever is cut where takes a link %s cycles "
                            "per frame at least, more than the %s asked for",
                            needed, available);
    case SHORTAGE_STOPPED:
        return "nothing was found before the search was interrupted";
    case SHORTAGE_BOARDS:
        break;
    }
    return "boards, links and pins leave no cut, though each layer fits by "
           "itself and all of them fit together";
}
