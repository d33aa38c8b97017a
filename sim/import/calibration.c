#include "import/calibration.h"

#include "base/arena.h"
#include "base/json.h"
#include "design/hardware.h"
#include "import/calibration_files.h"

#include <string.h>

enum { NUMBER_MAX = 1000000000 };

static void read_number(struct json row, const char *key, uint32_t *out)
{
    struct json value = json_get(row, key);
    if (json_exists(value))
        json_read_u32(value, 0, NUMBER_MAX, out);
}

static void read_flag(struct json row, const char *key, bool *out)
{
    struct json value = json_get(row, key);
    if (json_exists(value))
        json_read_bool(value, out);
}

static void read_row(struct json j, enum family family, struct hls_row *row)
{
    row->family = family;
    row->kernel = json_read_string(json_need(j, "kernel"));
    row->design = json_read_string(json_need(j, "design"));
    json_mark_known(json_need(j, "layers"));
    json_mark_known(json_need(j, "residual"));
    struct json strategy = json_get(j, "strategy");
    row->any_strategy = !json_exists(strategy);
    if (!row->any_strategy &&
        strcmp(json_read_string(strategy), "resource") == 0)
        row->strategy = STRATEGY_RESOURCE;
    read_flag(j, "pointwise", &row->pointwise);
    read_flag(j, "one_token", &row->one_token);
    const struct {
        const char *key;
        uint32_t *to;
    } numbers[] = {
        { "inputs_max", &row->inputs_max },
        { "channels", &row->channels },
        { "clock_ps", &row->clock_ps },
        { "ii", &row->timing.ii },
        { "depth", &row->timing.depth },
        { "idle", &row->timing.idle },
        { "fire", &row->timing.fire },
        { "latency", &row->timing.latency },
        { "ii_per_reuse", &row->ii_per_reuse },
        { "fire_per_reuse", &row->fire_per_reuse },
        { "latency_per_reuse", &row->latency_per_reuse },
        { "latency_per_token", &row->latency_per_token },
        { "latency_per_channel", &row->latency_per_channel },
    };
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        read_number(j, numbers[i].key, numbers[i].to);
    json_no_more_keys(j);
}

static void read_family(struct arena *a, struct json rows, enum family family,
                        struct hardware *h)
{
    const size_t count = json_length(rows);
    struct hls_row *out = arena_new_array(a, struct hls_row, count);
    for (size_t i = 0; i < count; i++)
        read_row(json_at(rows, i), family, &out[i]);
    h->rows = out;
    h->row_count = (uint32_t)count;
}

void calibration_read(struct arena *a, struct hardware *h, struct diag *d)
{
    enum family family;
    if (!family_find(h->family, &family) || !family_is_hls(family))
        return;
    for (size_t i = 0; i < calibration_file_count; i++) {
        const struct calibration_file *f = &calibration_files[i];
        struct json rows =
            json_get(json_parse(a, f->name, f->text, f->length, d), h->family);
        if (json_exists(rows))
            read_family(a, rows, family, h);
    }
}
