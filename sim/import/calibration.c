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

static int32_t read_signed(struct json j)
{
    double value = 0;
    if (!json_read_double(j, -NUMBER_MAX, NUMBER_MAX, &value))
        return 0;
    if (value != (double)(int32_t)value)
        json_error(j, DIAG_JSON_TYPE, "%g is no whole number", value);
    return (int32_t)value;
}

/* {"base": 4, "reuse": 1}: a term is there once. */
static void read_sum(struct json row, const char *key, struct hls_sum *out)
{
    struct json sum = json_get(row, key);
    if (!json_exists(sum) || !json_is_object(sum))
        return;
    out->given = true;
    out->base = read_signed(json_need(sum, "base"));
    for (uint32_t i = 0; i < HLS_TERM_COUNT; i++) {
        uint32_t times = 0;
        struct json term = json_get(sum, hls_term_name((enum hls_term)i));
        if (json_exists(term) && json_read_u32(term, 1, 1, &times))
            out->terms |= UINT32_C(1) << i;
    }
    json_no_more_keys(sum);
}

static void read_span(struct json row, const char *key, uint32_t *min,
                      uint32_t *max)
{
    struct json span = json_get(row, key);
    if (!json_exists(span) || !json_is_array(span, 2, 2))
        return;
    json_read_u32(json_at(span, 0), 1, NUMBER_MAX, min);
    json_read_u32(json_at(span, 1), 1, NUMBER_MAX, max);
}

static void read_reuses(struct json row, enum hls_answer *out)
{
    bool reuses = false;
    struct json value = json_get(row, "reuses");
    if (json_exists(value) && json_read_bool(value, &reuses))
        *out = reuses ? HLS_YES : HLS_NO;
}

static void read_row(struct json j, enum family family, const char *tool,
                     struct hls_row *row)
{
    row->family = family;
    row->tool = tool;
    if (!json_is_object(j))
        return;
    row->kernel = read_text(j, "kernel");
    row->designs = read_text(j, "designs");
    read_strategy(j, &row->any_strategy, &row->strategy);
    read_reuses(j, &row->reuses);
    read_flag(j, "pointwise", &row->pointwise);
    read_flag(j, "one_token", &row->one_token);
    read_flag(j, "one_row", &row->one_row);
    read_number(j, "clock_ps", &row->clock_ps);
    read_span(j, "inputs", &row->inputs_min, &row->inputs_max);
    read_span(j, "channels", &row->channels_min, &row->channels_max);
    read_sum(j, "ii", &row->ii);
    read_sum(j, "depth", &row->depth);
    read_sum(j, "idle", &row->idle);
    read_sum(j, "fire", &row->fire);
    read_sum(j, "latency", &row->latency);
    read_number(j, "rows", &row->rows);
    read_number(j, "holds", &row->holds);
    read_number(j, "bound_ppm", &row->bound_ppm);
    read_flag(j, "measured", &row->measured);
    json_no_more_keys(j);
}

static void read_delays(struct json j, struct hls_delays *out)
{
    if (!json_is_object(j))
        return;
    json_read_u32(json_need(j, "usable_permille"), 1, 1000,
                  &out->usable_permille);
    out->add_ps = read_signed(json_need(j, "add_ps"));
    out->product_ps = read_signed(json_need(j, "product_ps"));
    out->product_least_ps = read_signed(json_need(j, "product_least_ps"));
    out->loop_add_ps = read_signed(json_need(j, "loop_add_ps"));
    out->compare_ps = read_signed(json_need(j, "compare_ps"));
    out->multiply_ps = read_signed(json_need(j, "multiply_ps"));
    json_no_more_keys(j);
}

static const char *hls_families(struct arena *a)
{
    const char *list = NULL;
    for (int f = 0; f < FAMILY_COUNT; f++)
        if (family_is_hls((enum family)f))
            list = list == NULL ? family_name((enum family)f)
                                : arena_printf(a, "%s, %s", list,
                                               family_name((enum family)f));
    return list;
}

/* Whose processes behave like those of an entry: the family that it is named
 * after, or one that the program knows and the entry says. */
static bool read_like(struct arena *a, struct json entry, enum family *out)
{
    const char *name = json_key(entry);
    if (family_find(name, out) && family_is_hls(*out))
        return true;
    if (!family_names_hls(name)) {
        json_error(entry, DIAG_UNSUPPORTED,
                   "'%s' is no family whose processes HLS made; these are "
                   "named hls4ml/TOOL",
                   name);
        return false;
    }
    struct json like = json_need(entry, "like");
    name = json_exists(like) ? json_read_string(like) : NULL;
    if (name == NULL)
        return false;
    if (family_find(name, out) && family_is_hls(*out))
        return true;
    json_error(like, DIAG_UNSUPPORTED,
               "'%s' is none of the families that others can be like: %s", name,
               hls_families(a));
    return false;
}

static void read_family(struct arena *a, struct json of, struct hardware *h)
{
    enum family family;
    if (!json_is_object(of) || !read_like(a, of, &family))
        return;
    const char *name = json_key(of);
    struct json rows = json_need(of, "rows");
    struct hls_delays delays = { 0 };
    read_delays(json_need(of, "delays"), &delays);
    if (strcmp(name, hardware_family_name(h)) == 0) {
        h->delays = delays;
        h->family = family_name(family);
    }
    if (!json_is_array(rows, 0, ROWS_MAX))
        return;
    const size_t count = json_length(rows);
    struct hls_row *out =
        arena_new_array(a, struct hls_row, h->row_count + count);
    if (h->row_count != 0)
        memcpy(out, h->rows, h->row_count * sizeof *out);
    for (size_t i = 0; i < count; i++)
        read_row(json_at(rows, i), family, name, &out[h->row_count + i]);
    h->rows = out;
    h->row_count += (uint32_t)count;
    json_no_more_keys(of);
}

/* All families: where one has no row that of another tool may do. */
static void read_file(struct arena *a, struct json file, struct hardware *h)
{
    if (!json_exists(file) || !json_is_object(file))
        return;
    for (size_t i = 0; i < json_length(file); i++) {
        json_mark_known(json_at(file, i));
        read_family(a, json_at(file, i), h);
    }
    if (h->tool != NULL && !json_exists(json_get(file, h->tool)))
        json_error(file, DIAG_UNSUPPORTED,
                   "there is no '%s' here, the family of the design", h->tool);
}

/* Whatever rows a user has, the laws of the cost are those of the program. */
static void read_own_files(struct arena *a, bool rows, struct hardware *h,
                           struct diag *d)
{
    for (size_t i = 0; i < calibration_file_count; i++) {
        const struct embedded_file *f = &calibration_files[i];
        const bool laws = strcmp(f->name, COST_LAWS_FILE) == 0;
        if (!laws && !rows)
            continue;
        struct json file = json_parse(a, f->name, f->text, f->length, d);
        if (laws)
            h->laws = cost_laws_read(a, file);
        else
            read_file(a, file, h);
    }
}

void calibration_read(struct arena *a, struct hardware *h, const char *path,
                      struct diag *d)
{
    enum family family;
    if (h->tool == NULL &&
        (!family_find(h->family, &family) || !family_is_hls(family)))
        return;
    read_own_files(a, path == NULL, h, d);
    if (path != NULL)
        read_file(a, json_load(a, path, d), h);
}
