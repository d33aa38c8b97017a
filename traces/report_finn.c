/* FINN's reports: estimates per node and for the network, and the result of
 * simulating the stitched RTL. */
#include "traces/report_readers.h"

#include "base/arena.h"
#include "base/json.h"
#include "traces/report_json.h"

#include <inttypes.h>
#include <string.h>

static bool read_both(struct report_in *in, struct json j,
                      struct report_range *out)
{
    if (!report_json_count(in, j, &out->min))
        return false;
    out->max = out->min;
    return true;
}

/* Zero, false or absent. */
static bool is_set(struct report_in *in, struct json j, bool *out)
{
    uint64_t value = 0;
    *out = false;
    if (!json_exists(j) || json_kind(j) == JSON_NULL)
        return true;
    if (json_kind(j) == JSON_BOOL)
        return json_read_bool(j, out);
    if (!report_json_count(in, j, &value))
        return false;
    *out = value != 0;
    return true;
}

/* fclk[mhz] as a period. */
static bool read_clock(struct report_in *in, struct json j)
{
    uint64_t kilohertz = REPORT_NONE;
    if (!report_json_scaled(in, j, false, &kilohertz))
        return false;
    if (kilohertz != REPORT_NONE && kilohertz != 0)
        in->report->clock_target_ps =
            (UINT64_C(1000000000) + kilohertz / 2) / kilohertz;
    return true;
}

bool report_read_finn_rtlsim(struct report_in *in, struct json root)
{
    struct report *r = in->report;
    struct report_timing *m = &r->measured;
    r->kind = REPORT_FINN_RTLSIM;
    r->tool = "FINN";
    if (!report_json_count(in, json_get(root, "cycles"), &m->total) ||
        !report_json_count(in, json_get(root, "N"), &r->frames) ||
        !read_both(in, json_get(root, "latency_cycles"), &m->latency) ||
        !read_both(in, json_get(root, "interval_cycles"), &m->interval) ||
        !read_clock(in, json_get(root, "fclk[mhz]")))
        return false;
    /* Of one frame it is the time between its first and last output. */
    if (r->frames == 1)
        m->interval = report_no_range;
    static const struct {
        const char *key, *what;
    } faults[] = {
        { "TIMEOUT", "the simulation timed out" },
        { "UNFINISHED_INS", "inputs were left over" },
        { "UNFINISHED_OUTS", "outputs are missing" },
    };
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
        struct json j = json_get(root, faults[i].key);
        bool set;
        if (!is_set(in, j, &set))
            return false;
        if (set && r->outcome == REPORT_DONE)
            report_run(in, json_place(j), REPORT_UNFINISHED, "%s ('%s')",
                       faults[i].what, faults[i].key);
    }
    return true;
}

bool report_read_finn_network(struct report_in *in, struct json root)
{
    struct report *r = in->report;
    r->kind = REPORT_FINN_NETWORK;
    r->tool = "FINN";
    uint64_t latency_ps = REPORT_NONE;
    if (!read_both(in, json_get(root, "critical_path_cycles"),
                   &r->estimate.latency) ||
        !read_both(in, json_get(root, "max_cycles"), &r->estimate.interval) ||
        !report_json_scaled(in, json_get(root, "estimated_latency_ns"), true,
                            &latency_ps))
        return false;
    uint64_t cycles = r->estimate.latency.max;
    if (latency_ps != REPORT_NONE && cycles != REPORT_NONE && cycles != 0)
        r->clock_target_ps = (latency_ps + cycles / 2) / cycles;
    struct json node = json_get(root, "max_cycles_node_name");
    if (json_exists(node) && json_kind(node) == JSON_STRING)
        report_add_module(in, json_read_string(node))->interval =
            r->estimate.interval;
    return true;
}

bool report_read_finn_cycles(struct report_in *in, struct json root)
{
    in->report->kind = REPORT_FINN_CYCLES;
    in->report->tool = "FINN";
    struct report_range *slowest = &in->report->estimate.interval;
    for (size_t i = 0; i < json_length(root); i++) {
        struct json j = json_at(root, i);
        struct report_module *m = report_add_module(in, json_key(j));
        if (!read_both(in, j, &m->interval))
            return false;
        if (slowest->max == REPORT_NONE || m->interval.max > slowest->max)
            *slowest = m->interval;
    }
    return true;
}

bool report_read_finn_resources(struct report_in *in, struct json root)
{
    in->report->kind = REPORT_FINN_RESOURCES;
    in->report->tool = "FINN";
    for (size_t i = 0; i < json_length(root); i++) {
        struct json j = json_at(root, i);
        bool total = strcmp(json_key(j), "total") == 0;
        struct report_resources *out =
            total ? &in->report->resources
                  : &report_add_module(in, json_key(j))->resources;
        if (!report_json_resources(in, j, "", out))
            return false;
    }
    return true;
}
