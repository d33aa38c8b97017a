#include "import/model_parts.h"

#include "base/text.h"
#include "import/stall_pattern.h"

enum { IDLE_CYCLES_MAX = 1000000000, RANDOM_MAX = 95 };

/* An optional number of a stimulus, which may be 0. */
static bool read_cycles(struct json j, const char *key, uint32_t max,
                        uint32_t *out)
{
    struct json value = json_get(j, key);
    return !json_exists(value) || json_read_u32(value, 0, max, out);
}

static bool read_pattern(struct model_reader *r, struct json j,
                         struct stimulus *out)
{
    struct json value = json_get(j, "pattern");
    if (!json_exists(value))
        return true;
    const char *name = model_read_path(r, value, DIAG_STIMULUS);
    return name != NULL &&
           stall_pattern_read(r->arena,
                              file_join(r->arena, r->model->folder, name),
                              model_shown(r, name), json_place(value), out,
                              r->diag);
}

void model_read_stimulus(struct model_reader *r, struct json j,
                         struct stimulus *out)
{
    if (!json_exists(j) || !json_is_object(j))
        return;
    bool ok = read_cycles(j, "gap", IDLE_CYCLES_MAX, &out->gap);
    ok &= read_cycles(j, "burst", IDLE_CYCLES_MAX, &out->burst);
    ok &= read_cycles(j, "pause", IDLE_CYCLES_MAX, &out->pause);
    ok &= read_cycles(j, "frame_gap", IDLE_CYCLES_MAX, &out->frame_gap);
    ok &= read_cycles(j, "random", RANDOM_MAX, &out->random);
    ok &= read_cycles(j, "grid", IDLE_CYCLES_MAX, &out->grid);
    ok &= read_cycles(j, "phase", IDLE_CYCLES_MAX, &out->phase);
    ok &= read_cycles(j, "frame_period", IDLE_CYCLES_MAX, &out->frame_period);
    ok &= read_pattern(r, j, out);
    struct json seed = json_get(j, "seed");
    if (json_exists(seed))
        ok &= json_read_u64(seed, 0, UINT64_MAX, &out->seed);
    ok &= json_no_more_keys(j);
    if (!ok)
        return;
    if (out->pattern != NULL && out->grid > 1)
        json_error(json_get(j, "grid"), DIAG_STIMULUS,
                   "there is a pattern already, of which grid %u would be "
                   "another",
                   out->grid);
    if (out->phase != 0 && out->phase >= out->grid)
        json_error(json_get(j, "phase"), DIAG_STIMULUS,
                   "phase %u is not below the grid, %u", out->phase, out->grid);
    if (out->pause != 0 && out->burst == 0)
        json_error(json_get(j, "pause"), DIAG_STIMULUS,
                   "pause %u follows each burst, but no 'burst' is given",
                   out->pause);
    if (out->burst != 0 && out->pause == 0)
        json_error(json_get(j, "burst"), DIAG_STIMULUS,
                   "burst %u is followed by a pause, but no 'pause' is given",
                   out->burst);
}
