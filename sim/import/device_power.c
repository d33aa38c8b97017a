#include "import/device_power.h"

#include "base/arena.h"
#include "cost/power.h"

/* A microjoule a cycle, a kilowatt, a hundred times: beyond all that is. */
enum { ENERGY_MAX = 1000000000, MILLIWATTS_MAX = 1000000, PERCENT_MAX = 10000 };

static bool read_energy(struct json j, const char *key, uint64_t *out)
{
    return json_read_u64(json_need(j, key), 0, ENERGY_MAX, out);
}

static bool read_milliwatts(struct json j, const char *key, uint64_t *out)
{
    return json_read_u64(json_need(j, key), 1, MILLIWATTS_MAX, out);
}

/* Two numbers around 100. */
static bool read_range(struct json j, const char *key, struct power_range *out)
{
    struct json pair = json_need(j, key);
    if (!json_exists(pair) || !json_is_array(pair, 2, 2))
        return false;
    bool has_least = json_read_u32(json_at(pair, 0), 0, 100, &out->least);
    bool has_most =
        json_read_u32(json_at(pair, 1), 100, PERCENT_MAX, &out->most);
    return has_least && has_most;
}

static bool read_processors(struct json j, struct power_model *m)
{
    if (!json_exists(j))
        return true;
    if (!json_is_object(j))
        return false;
    bool good = json_read_bool(json_need(j, "on"), &m->processors_on);
    good &= read_milliwatts(j, "mw", &m->processors_mw);
    good &= read_range(j, "percent", &m->processors_range);
    return json_no_more_keys(j) && good;
}

static bool read_lane(struct json j, struct power_model *m)
{
    if (!json_exists(j))
        return true;
    if (!json_is_object(j))
        return false;
    bool good = read_energy(j, "fj_per_bit", &m->lane_fj);
    good &= read_range(j, "percent", &m->lane_range);
    return json_no_more_keys(j) && good;
}

bool device_sources_read(struct json j)
{
    enum { SOURCES_MAX = 100 };
    struct json sources = json_need(j, "sources");
    if (!json_exists(sources) || !json_is_array(sources, 1, SOURCES_MAX))
        return false;
    bool good = true;
    for (size_t i = 0; i < json_length(sources); i++)
        good &= json_read_string(json_at(sources, i)) != NULL;
    return good;
}

bool device_power_read(struct arena *a, struct json j,
                       const struct power_model **out)
{
    *out = NULL;
    if (!json_exists(j))
        return true;
    if (!json_is_object(j))
        return false;
    struct power_model *m = arena_new_item(a, struct power_model);
    bool good = read_energy(j, "clock_fj", &m->clock_fj);
    good &= read_energy(j, "lut_fj", &m->lut_fj);
    good &= read_energy(j, "net_fj", &m->net_fj);
    good &= read_energy(j, "dsp_fj", &m->dsp_fj);
    good &= read_energy(j, "bram18_fj", &m->bram18_fj);
    good &= read_energy(j, "uram_fj", &m->uram_fj);
    good &= read_range(j, "dynamic_percent", &m->dynamic_range);
    good &= read_milliwatts(j, "static_mw", &m->static_mw);
    good &= read_range(j, "static_percent", &m->static_range);
    good &= read_processors(json_get(j, "processors"), m);
    good &= read_lane(json_get(j, "lane"), m);
    good &= device_sources_read(j);
    good &= json_no_more_keys(j);
    *out = m;
    return good;
}
