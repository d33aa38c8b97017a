/* Reports in JSON: which of them is it?  And hls4ml's own: its report
 * dictionary and the results of its FIFO optimisers. */
#include "traces/report_readers.h"

#include "base/arena.h"
#include "base/json.h"
#include "traces/report_json.h"

#include <inttypes.h>
#include <string.h>

/* Numbers, also as strings ("2374", "3.647"): the dictionary is filled from
 * the text of XML files. */

bool report_json_count(struct report_in *in, struct json j, uint64_t *out)
{
    if (!json_exists(j) || json_kind(j) == JSON_NULL)
        return true;
    if (json_kind(j) == JSON_STRING)
        return report_cell(in, json_place(j), json_path(j, in->arena),
                           json_read_string(j), out);
    double value;
    if (!json_read_double(j, 0, 1e15, &value))
        return false;
    *out = (uint64_t)(value + 0.5); /* estimates may have fractions */
    return true;
}

bool report_json_scaled(struct report_in *in, struct json j, bool time,
                        uint64_t *out)
{
    if (!json_exists(j) || json_kind(j) == JSON_NULL)
        return true;
    if (json_kind(j) == JSON_STRING)
        return (time ? report_time : report_decimal)(in, json_place(j),
                                                     json_path(j, in->arena),
                                                     json_read_string(j), out);
    double value;
    if (!json_read_double(j, 0, 1e12, &value))
        return false;
    *out = (uint64_t)(value * 1000 + 0.5);
    return true;
}

/* NULL unless it is a string, which may be missing. */
static const char *text_of(struct json j)
{
    return json_exists(j) && json_kind(j) == JSON_STRING ? json_read_string(j)
                                                         : NULL;
}

static bool read_range(struct report_in *in, struct json object,
                       const char *min, const char *max,
                       struct report_range *out)
{
    struct json first = json_get(object, min);
    return report_json_count(in, first, &out->min) &&
           report_json_count(in, json_get(object, max), &out->max) &&
           (!json_exists(first) ||
            report_check_range(in, json_place(first), min, out));
}

/* The members that are named after resources, behind a prefix. */
bool report_json_resources(struct report_in *in, struct json object,
                           const char *prefix, struct report_resources *out)
{
    size_t skip = strlen(prefix);
    for (size_t i = 0; i < json_length(object); i++) {
        struct json member = json_at(object, i);
        const char *key = json_key(member);
        if (strncmp(key, prefix, skip) != 0)
            continue;
        uint64_t *value = report_resource(out, key + skip);
        if (value != NULL && !report_json_count(in, member, value))
            return false;
    }
    return true;
}

static bool read_synthesis(struct report_in *in, struct json j)
{
    struct report *r = in->report;
    return report_json_scaled(in, json_get(j, "TargetClockPeriod"), true,
                              &r->clock_target_ps) &&
           report_json_scaled(in, json_get(j, "EstimatedClockPeriod"), true,
                              &r->clock_estimate_ps) &&
           read_range(in, j, "BestLatency", "WorstLatency",
                      &r->estimate.latency) &&
           read_range(in, j, "IntervalMin", "IntervalMax",
                      &r->estimate.interval) &&
           report_json_resources(in, j, "", &r->resources) &&
           report_json_resources(in, j, "Available", &r->available);
}

/* Keys of the flat dictionary of early versions begin with "Cosim". */
static bool read_cosimulation(struct report_in *in, struct json j,
                              const char *prefix)
{
    struct report *r = in->report;
    struct report_timing *m = &r->measured;
#define KEY(name) arena_printf(in->arena, "%s" name, prefix)
    r->language = text_of(json_get(j, KEY("RTL")));
    struct json status = json_get(j, KEY("Status"));
    r->status = text_of(status);
    if (!read_range(in, j, KEY("LatencyMin"), KEY("LatencyMax"), &m->latency) ||
        !read_range(in, j, KEY("IntervalMin"), KEY("IntervalMax"),
                    &m->interval) ||
        !report_json_scaled(in, json_get(j, KEY("LatencyAvg")), false,
                            &m->latency_average_milli) ||
        !report_json_scaled(in, json_get(j, KEY("IntervalAvg")), false,
                            &m->interval_average_milli))
        return false;
#undef KEY
    if (r->status == NULL || strcmp(r->status, "Pass") == 0)
        return true;
    bool open = report_is_open(r->status);
    report_run(in, json_place(status), open ? REPORT_UNFINISHED : REPORT_FAILED,
               "the co-simulation has the status '%.40s', not 'Pass'",
               r->status);
    return true;
}

bool report_read_hls4ml(struct report_in *in, struct json root)
{
    struct report *r = in->report;
    r->kind = REPORT_HLS4ML;
    struct json synthesis = json_get(root, "CSynthesisReport");
    struct json cosimulation = json_get(root, "CosimReport");
    struct json logic = json_get(root, "VivadoSynthReport");
    if (!json_exists(synthesis) && !json_exists(cosimulation) &&
        !json_exists(logic)) /* flat */
        return read_synthesis(in, root) && read_cosimulation(in, root, "Cosim");
    if (json_exists(synthesis) &&
        (!json_is_object(synthesis) || !read_synthesis(in, synthesis)))
        return false;
    if (json_exists(cosimulation) && (!json_is_object(cosimulation) ||
                                      !read_cosimulation(in, cosimulation, "")))
        return false;
    if (!json_exists(logic))
        return true;
    /* BRAM_18K holds what Vivado calls a block RAM tile, which is two of
     * them and may be a half. */
    uint64_t tiles_milli = REPORT_NONE;
    if (!json_is_object(logic) ||
        !report_json_scaled(in, json_get(logic, "BRAM_18K"), false,
                            &tiles_milli))
        return false;
    struct report_resources *s = &r->synthesised;
    if (!report_json_count(in, json_get(logic, "LUT"), &s->lut) ||
        !report_json_count(in, json_get(logic, "FF"), &s->ff) ||
        !report_json_count(in, json_get(logic, "DSP48E"), &s->dsp) ||
        !report_json_count(in, json_get(logic, "URAM"), &s->uram))
        return false;
    if (tiles_milli != REPORT_NONE)
        s->bram18 = tiles_milli / 500;
    return true;
}

/* max_depth.json: [{"name": ..., "max": 57, "depth": 100000}, ...] */
bool report_read_fifo_peaks(struct report_in *in, struct json root)
{
    in->report->kind = REPORT_FIFO_PEAKS;
    for (size_t i = 0; i < json_length(root); i++) {
        struct json j = json_at(root, i);
        if (!json_is_object(j))
            return false;
        const char *name = json_read_string(json_need(j, "name"));
        struct json max = json_need(j, "max");
        if (name == NULL || !json_exists(max))
            return false;
        struct report_fifo *f = report_add_fifo(in, name);
        if (!report_json_count(in, max, &f->peak) ||
            !report_json_count(in, json_get(j, "depth"), &f->depth))
            return false;
        if (f->peak != REPORT_NONE)
            f->depth_new = f->peak + 1; /* the optimiser's rule */
    }
    return true;
}

/* fifo_depths.json: {"layer2_out": {"initial": 576, "optimized": 2}, ...} */
bool report_read_fifo_depths(struct report_in *in, struct json root)
{
    in->report->kind = REPORT_FIFO_DEPTHS;
    uint32_t open = 0;
    for (size_t i = 0; i < json_length(root); i++) {
        struct json j = json_at(root, i);
        if (!json_is_object(j))
            return false;
        struct report_fifo *f = report_add_fifo(in, json_key(j));
        if (!report_json_count(in, json_get(j, "initial"), &f->depth) ||
            !report_json_count(in, json_get(j, "optimized"), &f->depth_new))
            return false;
        f->peak = f->depth_new; /* the new depth is what was needed */
        open += f->depth_new == REPORT_NONE;
    }
    if (open > 0)
        report_run(in, (struct place){ .file = in->path }, REPORT_UNFINISHED,
                   "%u of %u FIFOs have no 'optimized' depth: their profile "
                   "was not made",
                   open, in->report->fifo_count);
    return true;
}

/* Which one is it? */

static bool has(struct json object, const char *key)
{
    return json_exists(json_get(object, key));
}

/* All members of that kind, and at least one. */
static bool all_are(struct json j, enum json_kind kind)
{
    for (size_t i = 0; i < json_length(j); i++)
        if (json_kind(json_at(j, i)) != kind)
            return false;
    return json_length(j) > 0;
}

static bool is_hls4ml(struct json root)
{
    static const char *const keys[] = { "CSynthesisReport",  "CosimReport",
                                        "VivadoSynthReport", "BestLatency",
                                        "CosimStatus",       NULL };
    for (int i = 0; keys[i] != NULL; i++)
        if (has(root, keys[i]))
            return true;
    return false;
}

bool report_read_json(struct report_in *in)
{
    struct json root =
        json_parse(in->arena, in->path, in->bytes, in->length, in->diag);
    if (!json_exists(root))
        return false;
    if (json_kind(root) == JSON_ARRAY) {
        if (all_are(root, JSON_OBJECT) && has(json_at(root, 0), "max"))
            return report_read_fifo_peaks(in, root);
        return report_unknown(in, json_place(root));
    }
    if (json_kind(root) != JSON_OBJECT || json_length(root) == 0)
        return report_unknown(in, json_place(root));
    if (is_hls4ml(root))
        return report_read_hls4ml(in, root);
    if (has(root, "critical_path_cycles") && has(root, "max_cycles"))
        return report_read_finn_network(in, root);
    if (has(root, "cycles") && has(root, "latency_cycles"))
        return report_read_finn_rtlsim(in, root);
    if (all_are(root, JSON_NUMBER))
        return report_read_finn_cycles(in, root);
    if (!all_are(root, JSON_OBJECT))
        return report_unknown(in, json_place(root));
    if (has(json_at(root, 0), "initial") || has(json_at(root, 0), "optimized"))
        return report_read_fifo_depths(in, root);
    if (has(json_at(root, 0), "LUT"))
        return report_read_finn_resources(in, root);
    return report_unknown(in, json_place(root));
}
