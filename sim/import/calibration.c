#include "import/calibration.h"

#include "base/arena.h"
#include "base/json.h"
#include "design/hardware.h"
#include "import/calibration_files.h"
#include "import/cost_laws.h"

#include <string.h>

enum { NUMBER_MAX = 1000000000, ROWS_MAX = 100000 };

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

static const char *read_text(struct json row, const char *key)
{
    const char *text = json_read_string(json_need(row, key));
    return text == NULL ? "" : text;
}

static void read_strategy(struct json row, bool *any, enum strategy *out)
{
    struct json value = json_get(row, "strategy");
    *any = !json_exists(value);
    const char *word = *any ? NULL : json_read_string(value);
    if (word == NULL)
        return;
    if (strcmp(word, "resource") == 0)
        *out = STRATEGY_RESOURCE;
    else if (strcmp(word, "latency") != 0)
        json_error(value, DIAG_VALUE,
                   "strategy '%s' is neither \"latency\" nor \"resource\"",
                   word);
}

static void read_row(struct json j, enum family family, struct hls_row *row)
{
    if (!json_is_object(j))
        return;
    row->family = family;
    row->kernel = read_text(j, "kernel");
    row->design = read_text(j, "design");
    read_text(j, "layers");
    read_text(j, "residual");
    read_strategy(j, &row->any_strategy, &row->strategy);
    read_flag(j, "pointwise", &row->pointwise);
    read_flag(j, "one_token", &row->one_token);
    read_flag(j, "one_row", &row->one_row);
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
        { "reuse", &row->reuse },
        { "ii_per_reuse", &row->ii_per_reuse },
        { "ii_max", &row->ii_max },
        { "fire_per_reuse", &row->fire_per_reuse },
        { "latency_per_reuse", &row->latency_per_reuse },
        { "latency_per_token", &row->latency_per_token },
        { "latency_per_channel", &row->latency_per_channel },
        { "bound_cycles", &row->bound_cycles },
        { "bound_ppm", &row->bound_ppm },
    };
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        read_number(j, numbers[i].key, numbers[i].to);
    json_no_more_keys(j);
}

static void read_rows(struct arena *a, struct json file, enum family family,
                      struct hardware *h)
{
    if (!json_exists(file) || !json_is_object(file))
        return;
    struct json rows = json_get(file, family_name(family));
    if (!json_exists(rows) || !json_is_array(rows, 0, ROWS_MAX))
        return;
    const size_t count = json_length(rows);
    struct hls_row *out = arena_new_array(a, struct hls_row, count);
    for (size_t i = 0; i < count; i++)
        read_row(json_at(rows, i), family, &out[i]);
    h->rows = out;
    h->row_count = (uint32_t)count;
}

/* Whatever rows a user has, the laws of the cost are those of the program. */
static void read_files(struct arena *a, enum family family, bool rows,
                       struct hardware *h, struct diag *d)
{
    for (size_t i = 0; i < calibration_file_count; i++) {
        const struct calibration_file *f = &calibration_files[i];
        if (strcmp(f->name, COST_LAWS_FILE) == 0)
            h->laws = cost_laws_read(a, json_parse(a, f->name, f->text,
                                                   f->length, d));
        else if (rows)
            read_rows(a, json_parse(a, f->name, f->text, f->length, d), family,
                      h);
    }
}

void calibration_read(struct arena *a, struct hardware *h, const char *path,
                      struct diag *d)
{
    enum family family;
    if (!family_find(h->family, &family) || !family_is_hls(family))
        return;
    read_files(a, family, path == NULL, h, d);
    if (path != NULL)
        read_rows(a, json_load(a, path, d), family, h);
}
