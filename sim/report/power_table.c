#include "report/power_table.h"

#include "base/arena.h"
#include "base/json_write.h"
#include "base/text.h"
#include "cost/capacity.h"
#include "cost/hls_cost.h"
#include "design/design.h"
#include "engine/analysis.h"
#include "report/table.h"

#include <inttypes.h>

static uint32_t share_ppm(uint64_t part, uint64_t whole)
{
    if (whole == 0)
        return 0;
    if (part >= whole)
        return POWER_BUSY_ALWAYS;
    while (part > UINT64_MAX / POWER_BUSY_ALWAYS) {
        part /= 2;
        whole /= 2;
    }
    return (uint32_t)(part * POWER_BUSY_ALWAYS / whole);
}

static uint32_t process_busy(const struct analysis *x, uint32_t process)
{
    const struct run_process *r = &x->run->processes[process];
    const struct process_time *t = x->run->frames < 2 ? &r->total : &r->steady;
    return share_ppm(t->busy, t->busy + t->starved + t->blocked);
}

/* A FIFO works in the cycles in which a token enters it. */
static uint32_t stream_busy(const struct analysis *x, uint32_t stream)
{
    const struct run *r = x->run;
    const struct stream *s = &x->design->streams[stream];
    if (r->period == 0)
        return share_ppm(r->streams[stream].written, r->cycles);
    return share_ppm(s->tokens_per_frame * r->period,
                     r->domains == NULL ? r->period_cycles
                                        : r->domains->period_cycles[s->board]);
}

static bool is_on_board(const struct stream *s, const bool *processes)
{
    const struct process *p = s->producer != NULL ? s->producer : s->consumer;
    return processes == NULL || processes[p->index];
}

struct loads {
    const struct design *design;
    uint64_t clock_hz;
    struct power_load *items;
    uint32_t count;
    struct cost reported; /* of all items, as HLS reports it */
};

/* What HLS reports shrinks in implementation: by percents of the sum, for most
 * processes have less than a hundred of anything. */
static struct cost implemented(struct loads *l, struct cost reported)
{
    const struct cost before = hls_cost_implemented(l->design, l->reported);
    l->reported = cost_sum(l->reported, reported);
    const struct cost after = hls_cost_implemented(l->design, l->reported);
    return (struct cost){ .lut = after.lut - before.lut,
                          .ff = after.ff - before.ff,
                          .dsp = after.dsp - before.dsp,
                          .bram18 = after.bram18 - before.bram18,
                          .uram = after.uram - before.uram };
}

static void add_load(struct loads *l, struct cost cost, uint32_t busy_ppm)
{
    if (family_is_hls(l->design->family))
        cost = implemented(l, cost);
    l->items[l->count++] = (struct power_load){ .cost = cost,
                                                .clock_hz = l->clock_hz,
                                                .busy_ppm = busy_ppm };
}

struct power power_of_processes(const struct analysis *x,
                                const struct power_model *m,
                                const bool *processes,
                                uint64_t lane_bits_per_second, struct arena *a)
{
    const struct design *d = x->design;
    struct loads loads = { .design = d, .clock_hz = d->clock_hz };
    loads.items = arena_new_array(a, struct power_load,
                                  d->process_count + d->stream_count);
    for (uint32_t i = 0; i < d->process_count; i++)
        if (processes == NULL || processes[i])
            add_load(&loads, cost_of_process(d, &d->processes[i]),
                     process_busy(x, i));
    for (uint32_t i = 0; i < d->stream_count; i++)
        if (is_on_board(&d->streams[i], processes))
            add_load(&loads, cost_of_stream(d, &d->streams[i]),
                     stream_busy(x, i));
    return power_of_board(m, loads.items, loads.count, lane_bits_per_second);
}

/* What a process has on a board: of a link its end there. */
static void add_process(struct loads *l, const struct analysis *x,
                        uint32_t process, uint32_t board)
{
    const struct process *p = &l->design->processes[process];
    const uint32_t busy = process_busy(x, process);
    if (p->link == NULL && p->board == board)
        add_load(l, cost_of_process(l->design, p), busy);
    if (p->link != NULL && p->link->from == board)
        add_load(l, cost_of_link_end(p, false), busy);
    if (p->link != NULL && p->link->to == board)
        add_load(l, cost_of_link_end(p, true), busy);
}

/* Bits a second of the lines that begin or end there: a line keeps its rate
 * while it has nothing to say. */
static uint64_t line_rate(const struct design *d, uint32_t board)
{
    uint64_t bits = 0;
    for (uint32_t i = 0; i < d->link_count; i++) {
        const struct link *l = &d->links[i];
        if (l->process != NULL && l->type->kind == LINK_FRAMED &&
            (l->from == board || l->to == board))
            bits += l->type->word_bits * l->type->hz_numerator /
                    l->type->hz_denominator;
    }
    return bits;
}

struct power power_of_boards_part(const struct analysis *x, uint32_t board,
                                  const struct power_model *m, struct arena *a)
{
    const struct design *d = x->design;
    const struct board *b = &d->boards[board];
    struct loads loads = { .design = d,
                           .clock_hz = b->hz_numerator / b->hz_denominator };
    loads.items =
        arena_new_array(a, struct power_load,
                        2 * (size_t)d->process_count + d->stream_count);
    for (uint32_t i = 0; i < d->process_count; i++)
        add_process(&loads, x, i, board);
    for (uint32_t i = 0; i < d->stream_count; i++)
        if (d->streams[i].board == board)
            add_load(&loads, cost_of_stream(d, &d->streams[i]),
                     stream_busy(x, i));
    return power_of_board(m, loads.items, loads.count, line_rate(d, board));
}

uint64_t power_operations(const struct analysis *x)
{
    /* No hardware comes near the 1e16 a second at which this wraps around. */
    const uint64_t operations = 2 * network_products(x->design->network);
    return operations * analysis_millihertz(x) / 1000;
}

/* NULL: nothing can be said. */
static const struct power_model *known_model(const struct analysis *x,
                                             const struct device *device)
{
    if (device == NULL || x->run->outcome != RUN_DONE)
        return NULL;
    return device->power;
}

static double watts(uint64_t microwatts)
{
    return (double)microwatts / 1e6;
}

static double gops_per_watt(uint64_t operations, uint64_t microwatts)
{
    return (double)operations / 1e9 / watts(microwatts);
}

static void print_watts(const struct power *p, const char *name,
                        struct text *out)
{
    text_printf(out, "%-14s %.1f W, estimated (%.1f to %.1f)", name,
                watts(p->total_uw), watts(p->least_uw), watts(p->most_uw));
}

static void print_efficiency(const struct analysis *x, const struct power *p,
                             struct text *out)
{
    const uint64_t operations = power_operations(x);
    if (operations != 0)
        text_printf(out,
                    "efficiency     %.1f GOPS, %.2f GOPS/W "
                    "(%.2f to %.2f)\n",
                    (double)operations / 1e9,
                    gops_per_watt(operations, p->total_uw),
                    gops_per_watt(operations, p->most_uw),
                    gops_per_watt(operations, p->least_uw));
}

void power_table_print(const struct analysis *x, const struct device *device,
                       struct arena *a, struct text *out)
{
    const struct power_model *m = known_model(x, device);
    if (m == NULL)
        return;
    const struct power p = power_of_processes(x, m, NULL, 0, a);
    print_watts(&p, "power", out);
    const char *comma = ":";
    for (int i = 0; i < POWER_PART_COUNT; i++) {
        if (p.parts_uw[i] == 0)
            continue;
        /* What does not depend on the design, then what does. */
        const bool breaks = i == POWER_CLOCKS;
        text_printf(out, "%s%s%s %.2f", comma,
                    breaks ? "\n              " : " ",
                    power_part_name((enum power_part)i), watts(p.parts_uw[i]));
        comma = ",";
    }
    text_add(out, "\n");
    print_efficiency(x, &p, out);
}

void power_table_print_boards(const struct analysis *x,
                              const struct device *const *devices,
                              struct arena *a, struct text *out)
{
    const struct design *d = x->design;
    struct power sum = { .total_uw = 0 };
    uint32_t known = 0;
    struct table *t = table_new(a, "<board|power, W|least|most|static|"
                                   "processors|clocks|logic|nets|DSP|"
                                   "BRAM|URAM|links");
    for (uint32_t b = 0; b < d->board_count; b++) {
        const struct power_model *m = known_model(x, devices[b]);
        if (m == NULL)
            continue;
        const struct power p = power_of_boards_part(x, b, m, a);
        sum = power_sum(sum, p);
        known++;
        table_row(t);
        table_cell(t, "%s", d->boards[b].name);
        table_cell(t, "%.2f", watts(p.total_uw));
        table_cell(t, "%.2f", watts(p.least_uw));
        table_cell(t, "%.2f", watts(p.most_uw));
        for (int i = 0; i < POWER_PART_COUNT; i++)
            table_cell(t, "%.2f", watts(p.parts_uw[i]));
    }
    if (known == 0)
        return;
    text_add(out, "\n");
    table_print(t, out);
    if (known != d->board_count)
        return; /* the sum would be that of some */
    text_add(out, "\n");
    print_watts(&sum, "power", out);
    text_add(out, "\n");
    print_efficiency(x, &sum, out);
}

static void add_milliwatts(struct json_out *o, const char *key, uint64_t uw)
{
    json_add_u64(o, key, (uw + 500) / 1000);
}

static void add_power(struct json_out *o, const struct power *p)
{
    add_milliwatts(o, "total_mw", p->total_uw);
    add_milliwatts(o, "least_mw", p->least_uw);
    add_milliwatts(o, "most_mw", p->most_uw);
    struct json_out *parts = json_add_object(o, "parts_mw");
    static const char *const keys[] = {
        [POWER_STATIC] = "static", [POWER_PROCESSORS] = "processors",
        [POWER_CLOCKS] = "clocks", [POWER_LOGIC] = "logic",
        [POWER_NETS] = "nets",     [POWER_DSP] = "dsp",
        [POWER_BRAM] = "bram",     [POWER_URAM] = "uram",
        [POWER_LINKS] = "links",
    };
    for (int i = 0; i < POWER_PART_COUNT; i++)
        add_milliwatts(parts, keys[i], p->parts_uw[i]);
}

/* Of the device, or of all boards; false: not known. */
static bool power_in_all(const struct analysis *x,
                         const struct device *const *devices, struct arena *a,
                         struct power *out)
{
    const uint32_t boards =
        x->run->domains == NULL ? 0 : x->design->board_count;
    for (uint32_t b = 0; b < (boards == 0 ? 1 : boards); b++)
        if (known_model(x, devices[b]) == NULL)
            return false;
    *out = (struct power){ .total_uw = 0 };
    if (boards == 0)
        *out = power_of_processes(x, devices[0]->power, NULL, 0, a);
    for (uint32_t b = 0; b < boards; b++)
        *out =
            power_sum(*out, power_of_boards_part(x, b, devices[b]->power, a));
    return true;
}

void power_table_add_json(struct json_out *root, const struct analysis *x,
                          const struct device *const *devices, struct arena *a)
{
    struct power all;
    if (!power_in_all(x, devices, a, &all)) {
        json_add_null(root, "power");
        return;
    }
    struct json_out *o = json_add_object(root, "power");
    add_power(o, &all);
    const uint64_t operations = power_operations(x);
    if (operations != 0) {
        json_add_u64(o, "operations_per_second", operations);
        json_add_ratio(o, "gops_per_watt", operations / 1000, all.total_uw);
    } else {
        json_add_null(o, "operations_per_second");
    }
    if (x->run->domains == NULL)
        return;
    struct json_out *boards = json_add_array(o, "boards");
    for (uint32_t b = 0; b < x->design->board_count; b++) {
        const struct power p = power_of_boards_part(x, b, devices[b]->power, a);
        struct json_out *board = json_add_object(boards, NULL);
        json_add_string(board, "name", x->design->boards[b].name);
        add_power(board, &p);
    }
}
