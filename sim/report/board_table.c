#include "report/board_table.h"

#include "base/json_write.h"
#include "base/text.h"
#include "cost/capacity.h"
#include "cost/cost.h"
#include "design/design.h"
#include "engine/run.h"
#include "report/cost_table.h"
#include "report/table.h"

#include <stddef.h>

static double clock_mhz(uint64_t hz_numerator, uint64_t hz_denominator)
{
    return (double)hz_numerator / (double)hz_denominator / 1e6;
}

/* Cycles of a board between one frame and the next; whole where they are. */
static void add_interval(struct table *t, const struct run *r,
                         const struct board *b)
{
    if (r->period == 0) {
        table_cell(t, "-");
        return;
    }
    const uint64_t cycles = r->domains->period_cycles[b->index];
    if (cycles != 0 && cycles % r->period == 0)
        table_cell_number(t, cycles / r->period);
    else
        table_cell(t, "%.2f",
                   (double)r->domains->period_time / r->period *
                       (double)b->clock.denominator /
                       (double)b->clock.numerator);
}

/* The run of a link; NULL: it carries nothing. */
static const struct run_link *run_of(const struct run *r, const struct link *l)
{
    for (uint32_t i = 0; i < r->link_count; i++)
        if (r->links[i].link == l)
            return &r->links[i];
    return NULL;
}

static void add_share(struct table *t, const struct cost *c,
                      const struct device *device)
{
    table_row(t);
    table_cell(t, "  of %s", device->name);
    table_cell(t, "%s", "");
    table_cell(t, "%s", "");
    for (int r = 0; r < RESOURCE_COUNT; r++)
        table_cell_percent(t, resource_of(c, (enum resource)r),
                           resource_of(&device->capacity, (enum resource)r));
}

static void print_boards(const struct design *d,
                         const struct device *const *devices,
                         const struct run *run, struct arena *a,
                         struct text *out)
{
    struct table *t =
        table_new(a, "<board|MHz|cycles/frame|LUT|FF|DSP|BRAM18|URAM");
    for (uint32_t i = 0; i < d->board_count; i++) {
        const struct board *b = &d->boards[i];
        const struct cost c = cost_of_board(d, i);
        table_row(t);
        table_cell(t, "%s", b->name);
        table_cell(t, "%.6g", clock_mhz(b->hz_numerator, b->hz_denominator));
        add_interval(t, run, b);
        for (int r = 0; r < RESOURCE_COUNT; r++)
            table_cell_number(t, resource_of(&c, (enum resource)r));
        if (devices[i] != NULL)
            add_share(t, &c, devices[i]);
    }
    table_print(t, out);
}

/* One row a stream: several share a link. */
static void print_links(const struct design *d, const struct run *run,
                        struct arena *a, struct text *out)
{
    struct table *t =
        table_new(a, "<link|<stream|<from|<to|bits/token|words/frame|send|peak|"
                     "receive|stop|in flight|peak");
    for (uint32_t i = 0; i < d->link_count; i++) {
        const struct link *l = &d->links[i];
        const struct run_link *found = run_of(run, l);
        const uint32_t count = found == NULL ? 0 : found->stream_count;
        for (uint32_t k = 0; k < count; k++) {
            const struct stream *s = l->process->inputs[k];
            const struct link_stream *z = &l->streams[k];
            const struct run_link_stream *peaks = &found->streams[k];
            table_row(t);
            table_cell(t, "%s", k == 0 ? l->name : "");
            table_cell(t, "%s", s->name);
            table_cell(t, "%s", d->boards[l->from].name);
            table_cell(t, "%s", d->boards[l->to].name);
            table_cell_number(t, s->width_bits);
            table_cell_number(t, link_words_per_frame(s, z));
            table_cell_number(t, z->send_words);
            table_cell_number(t, peaks->send_peak);
            table_cell_number(t, z->receive_words);
            table_cell_number(t, z->stop_at);
            table_cell_number(t, z->in_flight);
            table_cell_number(t, peaks->receive_peak);
        }
    }
    table_print(t, out);
}

static bool fits(const struct design *d, uint32_t board,
                 const struct device *device)
{
    const struct cost c = cost_of_board(d, board);
    return device == NULL || capacity_fits(device, &c);
}

bool board_table_fits(const struct design *d,
                      const struct device *const *devices)
{
    bool all = true;
    for (uint32_t i = 0; i < d->board_count; i++)
        all &= fits(d, i, devices[i]);
    return all;
}

void board_table_print(const struct design *d,
                       const struct device *const *devices, const struct run *r,
                       struct arena *a, struct text *out)
{
    print_boards(d, devices, r, a, out);
    text_add(out, "\n");
    print_links(d, r, a, out);
    text_add(out, "\n");
    for (uint32_t i = 0; i < d->board_count; i++) {
        if (devices[i] == NULL)
            continue;
        text_printf(out, "%s: ", d->boards[i].name);
        cost_table_print_verdict(d, i, devices[i], a, out);
    }
}

static void add_clock(struct json_out *o, uint64_t hz_numerator,
                      uint64_t hz_denominator)
{
    json_add_ratio(o, "clock_mhz", hz_numerator, hz_denominator * 1000000);
}

static void add_board(struct json_out *list, const struct design *d,
                      const struct board *b, const struct device *device,
                      const struct run *r)
{
    const struct cost c = cost_of_board(d, b->index);
    struct json_out *o = json_add_object(list, NULL);
    json_add_string(o, "name", b->name);
    add_clock(o, b->hz_numerator, b->hz_denominator);
    const uint64_t cycles = r->domains->period_cycles[b->index];
    if (r->period != 0 && cycles != 0)
        json_add_ratio(o, "interval_cycles", cycles, r->period);
    else
        json_add_null(o, "interval_cycles");
    cost_add_json(o, "cost", &c);
    cost_table_add_device(o, device, &c);
}

static void add_link_stream(struct json_out *list, const struct stream *s,
                            const struct link_stream *z,
                            const struct run_link_stream *peaks)
{
    struct json_out *o = json_add_object(list, NULL);
    json_add_string(o, "name", s->name);
    json_add_u64(o, "tokens_per_word", z->tokens_per_word);
    json_add_u64(o, "words_per_token", z->words_per_token);
    json_add_u64(o, "words_per_frame", link_words_per_frame(s, z));
    json_add_u64(o, "send_words", z->send_words);
    json_add_u64(o, "receive_words", z->receive_words);
    json_add_u64(o, "stop_at", z->stop_at);
    json_add_u64(o, "go_at", z->go_at);
    json_add_u64(o, "in_flight", z->in_flight);
    json_add_u64(o, "send_peak", peaks->send_peak);
    json_add_u64(o, "receive_peak", peaks->receive_peak);
}

static void add_link(struct json_out *list, const struct design *d,
                     const struct link *l, const struct run_link *found)
{
    const struct link_type *t = l->type;
    struct json_out *o = json_add_object(list, NULL);
    json_add_string(o, "name", l->name);
    json_add_string(o, "type", t->name);
    json_add_string(o, "from", d->boards[l->from].name);
    json_add_string(o, "to", d->boards[l->to].name);
    if (t->kind == LINK_FRAMED) {
        add_clock(o, t->hz_numerator, t->hz_denominator);
        json_add_u64(o, "word_bits", t->word_bits);
        json_add_u64(o, "latency", l->latency);
        json_add_u64(o, "return_latency", l->return_latency);
        json_add_u64(o, "packet_words", l->packet_words);
        json_add_bool(o, "store_and_forward", l->store_and_forward);
    }
    struct json_out *streams = json_add_array(o, "streams");
    const uint32_t count = found == NULL ? 0 : found->stream_count;
    for (uint32_t i = 0; i < count; i++)
        add_link_stream(streams, l->process->inputs[i], &l->streams[i],
                        &found->streams[i]);
}

void board_table_add_json(struct json_out *root, const struct design *d,
                          const struct device *const *devices,
                          const struct run *r)
{
    struct json_out *boards = json_add_array(root, "boards");
    for (uint32_t i = 0; i < d->board_count; i++)
        add_board(boards, d, &d->boards[i], devices[i], r);
    struct json_out *links = json_add_array(root, "links");
    for (uint32_t i = 0; i < d->link_count; i++)
        add_link(links, d, &d->links[i], run_of(r, &d->links[i]));
}
