#include "report/power_table.h"

#include "base/arena.h"
#include "base/json_write.h"
#include "base/text.h"
#include "cost/capacity.h"
#include "cost/hls_cost.h"
#include "design/design.h"
#include "engine/analysis.h"

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
    if (r->period == 0)
        return share_ppm(r->streams[stream].written, r->cycles);
    return share_ppm(x->design->streams[stream].tokens_per_frame * r->period,
                     r->period_cycles);
}

static bool is_on_board(const struct stream *s, const bool *processes)
{
    const struct process *p = s->producer != NULL ? s->producer : s->consumer;
    return processes == NULL || processes[p->index];
}

struct loads {
    const struct design *design;
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
                                                .clock_hz = l->design->clock_hz,
                                                .busy_ppm = busy_ppm };
}

struct power power_of_processes(const struct analysis *x,
                                const struct power_model *m,
                                const bool *processes,
                                uint64_t lane_bits_per_second, struct arena *a)
{
    const struct design *d = x->design;
    struct loads loads = { .design = d };
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

void power_table_print(const struct analysis *x, const struct device *device,
                       struct arena *a, struct text *out)
{
    const struct power_model *m = known_model(x, device);
    if (m == NULL)
        return;
    const struct power p = power_of_processes(x, m, NULL, 0, a);
    text_printf(out, "power          %.1f W, estimated (%.1f to %.1f):",
                watts(p.total_uw), watts(p.least_uw), watts(p.most_uw));
    const char *comma = "";
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
    const uint64_t operations = power_operations(x);
    if (operations != 0)
        text_printf(out,
                    "\nefficiency     %.1f GOPS, %.2f GOPS/W "
                    "(%.2f to %.2f)",
                    (double)operations / 1e9,
                    gops_per_watt(operations, p.total_uw),
                    gops_per_watt(operations, p.most_uw),
                    gops_per_watt(operations, p.least_uw));
    text_add(out, "\n");
}

static void add_milliwatts(struct json_out *o, const char *key, uint64_t uw)
{
    json_add_u64(o, key, (uw + 500) / 1000);
}

void power_table_add_json(struct json_out *root, const struct analysis *x,
                          const struct device *device, struct arena *a)
{
    const struct power_model *m = known_model(x, device);
    if (m == NULL) {
        json_add_null(root, "power");
        return;
    }
    const struct power p = power_of_processes(x, m, NULL, 0, a);
    struct json_out *o = json_add_object(root, "power");
    add_milliwatts(o, "total_mw", p.total_uw);
    add_milliwatts(o, "least_mw", p.least_uw);
    add_milliwatts(o, "most_mw", p.most_uw);
    struct json_out *parts = json_add_object(o, "parts_mw");
    static const char *const keys[] = {
        [POWER_STATIC] = "static", [POWER_PROCESSORS] = "processors",
        [POWER_CLOCKS] = "clocks", [POWER_LOGIC] = "logic",
        [POWER_NETS] = "nets",     [POWER_DSP] = "dsp",
        [POWER_BRAM] = "bram",     [POWER_URAM] = "uram",
        [POWER_LINKS] = "links",
    };
    for (int i = 0; i < POWER_PART_COUNT; i++)
        add_milliwatts(parts, keys[i], p.parts_uw[i]);
    const uint64_t operations = power_operations(x);
    if (operations == 0) {
        json_add_null(o, "operations_per_second");
        return;
    }
    json_add_u64(o, "operations_per_second", operations);
    json_add_ratio(o, "gops_per_watt", operations / 1000, p.total_uw);
}
