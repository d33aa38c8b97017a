#include "import/cost_laws.h"

#include "base/arena.h"
#include "design/hls_laws.h"

#include <string.h>

enum { MILLI_MAX = 1000000000, PERCENT_MAX = 10000, LAWS_MAX = 1000 };

static void read_number(struct json object, const char *key, uint32_t max,
                        uint32_t *out)
{
    struct json value = json_get(object, key);
    if (json_exists(value))
        json_read_u32(value, 0, max, out);
}

/* Whether the member is the first of two words. */
static bool read_choice(struct json object, const char *key, const char *first,
                        const char *second)
{
    struct json value = json_need(object, key);
    const char *word = json_read_string(value);
    if (word == NULL || strcmp(word, first) == 0)
        return true;
    if (strcmp(word, second) != 0)
        json_error(value, DIAG_VALUE, "%s '%s' is neither \"%s\" nor \"%s\"",
                   key, word, first, second);
    return false;
}

static void read_kernels(struct json j, struct hls_law *law)
{
    if (!json_is_array(j, 1, HLS_LAW_KERNELS_MAX))
        return;
    for (size_t i = 0; i < json_length(j); i++) {
        const char *name = json_read_string(json_at(j, i));
        if (name != NULL)
            law->kernels[law->kernel_count++] = name;
    }
}

static void read_law(struct json j, struct hls_law *law)
{
    if (!json_is_object(j))
        return;
    law->ff = read_choice(j, "resource", "ff", "lut");
    read_kernels(json_need(j, "kernels"), law);
    law->any_strategy = !json_exists(json_get(j, "strategy"));
    if (!law->any_strategy)
        law->strategy = read_choice(j, "strategy", "latency", "resource")
                            ? STRATEGY_LATENCY
                            : STRATEGY_RESOURCE;
    for (int f = 0; f < HLS_FEATURE_COUNT; f++)
        read_number(j, hls_feature_name((enum hls_feature)f), MILLI_MAX,
                    &law->milli[f]);
    json_read_string(json_need(j, "designs"));
    json_read_string(json_need(j, "residual"));
    json_no_more_keys(j);
}

static void read_fifo_law(struct json j, struct hls_fifo_law *law)
{
    if (!json_is_object(j))
        return;
    law->vitis = read_choice(j, "tool", "vitis", "vivado");
    law->ram = read_choice(j, "kind", "ram", "srl");
    read_number(j, "ff_address_bit", MILLI_MAX, &law->ff_address_bit_milli);
    read_number(j, "ff_constant", MILLI_MAX, &law->ff_constant_milli);
    read_number(j, "lut_constant", MILLI_MAX, &law->lut_constant_milli);
    json_read_string(json_need(j, "designs"));
    json_read_string(json_need(j, "residual"));
    json_no_more_keys(j);
}

static void read_percents(struct json file, struct hls_laws *laws)
{
    struct json j = json_need(file, "implemented_percent");
    if (json_exists(j) && json_is_object(j)) {
        read_number(j, "lut", PERCENT_MAX, &laws->lut_percent);
        read_number(j, "ff", PERCENT_MAX, &laws->ff_percent);
        read_number(j, "dsp", PERCENT_MAX, &laws->dsp_percent);
        read_number(j, "bram18", PERCENT_MAX, &laws->bram18_percent);
        json_no_more_keys(j);
    }
    j = json_need(file, "left_out_percent");
    if (json_exists(j) && json_is_object(j)) {
        read_number(j, "lut", PERCENT_MAX, &laws->lut_residual_percent);
        read_number(j, "ff", PERCENT_MAX, &laws->ff_residual_percent);
        json_no_more_keys(j);
    }
}

const struct hls_laws *cost_laws_read(struct arena *a, struct json file)
{
    struct hls_laws *laws = arena_new_item(a, struct hls_laws);
    if (!json_exists(file) || !json_is_object(file))
        return laws;
    struct json j = json_need(file, "processes");
    if (json_exists(j) && json_is_array(j, 0, LAWS_MAX)) {
        const size_t count = json_length(j);
        struct hls_law *list = arena_new_array(a, struct hls_law, count);
        for (size_t i = 0; i < count; i++)
            read_law(json_at(j, i), &list[i]);
        laws->laws = list;
        laws->law_count = (uint32_t)count;
    }
    j = json_need(file, "fifos");
    if (json_exists(j) && json_is_array(j, 0, LAWS_MAX)) {
        const size_t count = json_length(j);
        struct hls_fifo_law *list =
            arena_new_array(a, struct hls_fifo_law, count);
        for (size_t i = 0; i < count; i++)
            read_fifo_law(json_at(j, i), &list[i]);
        laws->fifos = list;
        laws->fifo_count = (uint32_t)count;
    }
    read_percents(file, laws);
    json_no_more_keys(file);
    return laws;
}
