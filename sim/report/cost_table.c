#include "report/cost_table.h"

#include "base/json_write.h"
#include "base/text.h"
#include "cost/capacity.h"
#include "cost/cost.h"
#include "design/design.h"
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

static struct cost cost_of_fifos(const struct design *d)
{
    struct cost sum = { 0 };
    for (uint32_t i = 0; i < d->stream_count; i++)
        sum = cost_sum(sum, cost_of_stream(&d->streams[i]));
    return sum;
}

/* Names the resources of which the device has too few. */
static void print_verdict(const struct device *device, const struct cost *c,
                          struct text *out)
{
    if (capacity_fits(device, c)) {
        text_printf(out, "fits           %s\n", device->name);
        return;
    }
    text_printf(out, "does not fit   %s: too few", device->name);
    const char *separator = " ";
    for (int r = 0; r < RESOURCE_COUNT; r++)
        if (resource_of(c, (enum resource)r) >
            resource_of(&device->capacity, (enum resource)r)) {
            text_printf(out, "%s%s", separator,
                        resource_name((enum resource)r));
            separator = ", ";
        }
    text_add(out, "\n");
}

void cost_table_print(const struct design *d, const struct device *device,
                      struct arena *a, struct text *out)
{
    struct table *t = table_new(a, "<cost, estimated|LUT|FF|DSP|BRAM18|URAM");
    for (uint32_t i = 0; i < d->process_count; i++) {
        struct cost c = cost_of_process(&d->processes[i]);
        add_row(t, d->processes[i].name, &c);
    }
    struct cost fifos = cost_of_fifos(d), all = cost_of_design(d);
    add_row(t, "all FIFOs", &fifos);
    add_row(t, "in all", &all);
    if (device != NULL) {
        add_row(t, device->name, &device->capacity);
        add_share(t, &all, device);
    }
    table_print(t, out);
    if (device != NULL) {
        text_add(out, "\n");
        print_verdict(device, &all, out);
    }
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

void cost_table_add_json(struct json_out *root, const struct design *d,
                         const struct device *device)
{
    struct cost all = cost_of_design(d);
    cost_add_json(root, "cost", &all);
    if (device == NULL) {
        json_add_null(root, "device");
        return;
    }
    struct json_out *o = json_add_object(root, "device");
    json_add_string(o, "name", device->name);
    json_add_bool(o, "fits", capacity_fits(device, &all));
    add_resources(o, &device->capacity);
}
