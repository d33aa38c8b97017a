#include "report/cost_table.h"

#include "base/json_write.h"
#include "base/text.h"
#include "cost/capacity.h"
#include "cost/cost.h"
#include "cost/hls_cost.h"
#include "design/design.h"
#include "design/hls_laws.h"
#include "report/table.h"

#include <inttypes.h>
#include <stddef.h>

static void add_row(struct table *t, const char *name, const struct cost *c)
{
    table_row(t);
    table_cell(t, "%s", name);
    for (int r = 0; r < RESOURCE_COUNT; r++)
        table_cell_number(t, resource_of(c, (enum resource)r));
}

static void add_share(struct table *t, const struct cost *c,
                      const struct device *device)
{
    table_row(t);
    table_cell(t, "share");
    for (int r = 0; r < RESOURCE_COUNT; r++)
        table_cell_percent(t, resource_of(c, (enum resource)r),
                           resource_of(&device->capacity, (enum resource)r));
}

/* Instead of the index of a board. */
enum { ALL_BOARDS = UINT32_MAX };

static bool is_on(uint32_t board, uint32_t asked)
{
    return asked == ALL_BOARDS || board == asked;
}

static struct cost cost_of_fifos(const struct design *d, uint32_t board)
{
    struct cost sum = { 0 };
    for (uint32_t i = 0; i < d->stream_count; i++)
        if (is_on(d->streams[i].board, board))
            sum = cost_sum(sum, cost_of_stream(d, &d->streams[i]));
    return sum;
}

/* The process on a board that takes the most of a resource; NULL: the FIFOs
 * together take more than each of them. */
static const struct process *largest_user(const struct design *d,
                                          uint32_t board, enum resource r,
                                          uint64_t *amount)
{
    const struct process *largest = NULL;
    struct cost fifos = cost_of_fifos(d, board);
    *amount = resource_of(&fifos, r);
    for (uint32_t i = 0; i < d->process_count; i++) {
        if (!is_on(d->processes[i].board, board))
            continue;
        struct cost c = cost_of_process(d, &d->processes[i]);
        if (resource_of(&c, r) > *amount) {
            *amount = resource_of(&c, r);
            largest = &d->processes[i];
        }
    }
    return largest;
}

/* What makes the user smaller. */
static const char *remedy(enum resource r, const struct process *user, bool hls)
{
    if (user == NULL)
        return "make them shallower";
    if (hls)
        return "raise its reuse_factor, or give it narrower weights";
    if (user->pe == 0)
        return "give it fewer lanes";
    if (r == RESOURCE_DSP && !user->packed)
        return "raise its reuse_factor, or pack its multipliers";
    if (r == RESOURCE_BRAM18)
        return "raise its reuse_factor, or give it narrower weights";
    return "raise its reuse_factor";
}

/* Of which resources there are too few, how many more are needed, and where
 * to save them. */
static void print_verdict(const struct design *d, uint32_t board,
                          const struct device *device, const struct cost *c,
                          struct arena *a, struct text *out)
{
    if (capacity_fits(device, c)) {
        text_printf(out, "fits           %s\n", device->name);
        return;
    }
    text_printf(out, "does not fit   %s\n", device->name);
    for (int i = 0; i < RESOURCE_COUNT; i++) {
        enum resource r = (enum resource)i;
        uint64_t needed = resource_of(c, r);
        uint64_t there = resource_of(&device->capacity, r);
        if (needed <= there)
            continue;
        uint64_t amount;
        const struct process *user = largest_user(d, board, r, &amount);
        text_printf(out, "%-14s %s too many; ", resource_name(r),
                    number_text(a, needed - there));
        if (user != NULL)
            text_printf(out, "'%s'", user->name);
        else
            text_add(out, "the FIFOs");
        text_printf(out, " take%s %s: %s\n", user != NULL ? "s" : "",
                    number_text(a, amount),
                    remedy(r, user, family_is_hls(d->family)));
    }
}

void cost_table_print(const struct design *d, const struct device *device,
                      struct arena *a, struct text *out)
{
    const bool hls = family_is_hls(d->family);
    struct table *t =
        table_new(a, hls ? "<cost, as HLS reports it|LUT|FF|DSP|BRAM18|URAM"
                         : "<cost, estimated|LUT|FF|DSP|BRAM18|URAM");
    for (uint32_t i = 0; i < d->process_count; i++) {
        struct cost c = cost_of_process(d, &d->processes[i]);
        add_row(t, d->processes[i].name, &c);
    }
    struct cost fifos = cost_of_fifos(d, ALL_BOARDS), all = cost_of_design(d);
    add_row(t, "all FIFOs", &fifos);
    add_row(t, "in all", &all);
    if (hls) {
        struct cost implemented = hls_cost_implemented(d, all);
        add_row(t, "implemented, about", &implemented);
    }
    if (device != NULL) {
        add_row(t, device->name, &device->capacity);
        add_share(t, &all, device);
    }
    table_print(t, out);
    if (hls && d->laws != NULL)
        text_printf(out,
                    "\nLUT and FF follow laws fitted to reports; designs left "
                    "out of the fit\nwere off by %" PRIu32 " %% and %" PRIu32
                    " %% (median; docs/cost.md)\n",
                    d->laws->lut_residual_percent,
                    d->laws->ff_residual_percent);
    if (device != NULL) {
        text_add(out, "\n");
        print_verdict(d, ALL_BOARDS, device, &all, a, out);
    }
}

void cost_table_print_verdict(const struct design *d, uint32_t board,
                              const struct device *device, struct arena *a,
                              struct text *out)
{
    const struct cost c = cost_of_board(d, board);
    print_verdict(d, board, device, &c, a, out);
}

static void add_resources(struct json_out *o, const struct cost *c)
{
    json_add_u64(o, "lut", c->lut);
    json_add_u64(o, "ff", c->ff);
    json_add_u64(o, "dsp", c->dsp);
    json_add_u64(o, "bram18", c->bram18);
    json_add_u64(o, "uram", c->uram);
}

void cost_add_json(struct json_out *to, const char *key, const struct cost *c)
{
    add_resources(json_add_object(to, key), c);
}

void cost_table_add_device(struct json_out *o, const struct device *device,
                           const struct cost *c)
{
    if (device == NULL) {
        json_add_null(o, "device");
        return;
    }
    struct json_out *there = json_add_object(o, "device");
    json_add_string(there, "name", device->name);
    json_add_bool(there, "fits", capacity_fits(device, c));
    add_resources(there, &device->capacity);
}

void cost_table_add_json(struct json_out *root, const struct design *d,
                         const struct device *device)
{
    struct cost all = cost_of_design(d);
    cost_add_json(root, "cost", &all);
    if (family_is_hls(d->family)) {
        struct cost implemented = hls_cost_implemented(d, all);
        cost_add_json(root, "cost_implemented", &implemented);
    }
    if (d->laws != NULL) {
        struct json_out *o = json_add_object(root, "cost_residual_percent");
        json_add_u64(o, "lut", d->laws->lut_residual_percent);
        json_add_u64(o, "ff", d->laws->ff_residual_percent);
    }
    cost_table_add_device(root, device, &all);
}
