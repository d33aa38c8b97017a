/* csynth.xml: <profile> of one function, or of the whole design with every
 * function under ModuleInformation (Vitis HLS). */
#include "traces/report_readers.h"

#include "base/arena.h"
#include "traces/xml.h"

#include <string.h>

static const struct xml_node *at(const struct xml_node *n, const char *a,
                                 const char *b)
{
    return xml_child(xml_child(n, a), b);
}

/* <Latency>2353</Latency>, <Latency>4 ~ 79</Latency> or
 * <Latency><range><min>4</min><max>79</max></range></Latency>. */
static bool read_range(struct report_in *in, const struct xml_node *parent,
                       const char *name, struct report_range *out)
{
    const struct xml_node *n = xml_child(parent, name);
    if (n == NULL)
        return true;
    const struct xml_node *range = xml_child(n, "range");
    if (range == NULL)
        return report_range(in, n->place, name, n->text, out);
    const struct xml_node *min = xml_child(range, "min");
    const struct xml_node *max = xml_child(range, "max");
    if (min == NULL || max == NULL)
        return report_error(in, range->place,
                            "the range of %s has no 'min' or no 'max'", name);
    return report_cell(in, min->place, name, min->text, &out->min) &&
           report_cell(in, max->place, name, max->text, &out->max) &&
           report_check_range(in, range->place, name, out);
}

static bool read_cell(struct report_in *in, const struct xml_node *parent,
                      const char *name, uint64_t *out)
{
    const struct xml_node *n = xml_child(parent, name);
    return n == NULL || report_cell(in, n->place, name, n->text, out);
}

static bool read_time(struct report_in *in, const struct xml_node *parent,
                      const char *name, uint64_t *out)
{
    const struct xml_node *n = xml_child(parent, name);
    return n == NULL || report_time(in, n->place, name, n->text, out);
}

static bool is_loop(const struct xml_node *n)
{
    return xml_child(n, "TripCount") != NULL ||
           xml_child(n, "IterationLatency") != NULL;
}

static bool read_loop(struct report_in *in, struct report_module *m,
                      const struct xml_node *n, uint32_t level)
{
    const char *name = xml_text(n, "Name");
    struct report_loop *l = report_add_loop(in, m, name ? name : n->name);
    l->level = level;
    if (!read_range(in, n, "TripCount", &l->trip_count) ||
        !read_range(in, n, "Latency", &l->latency) ||
        !read_range(in, n, "IterationLatency", &l->iteration_latency) ||
        !read_cell(in, n, "PipelineII", &l->ii))
        return false;
    l->pipelined = l->ii != REPORT_NONE ? REPORT_YES : REPORT_NO;
    return l->pipelined == REPORT_NO ||
           read_range(in, n, "PipelineDepth", &l->iteration_latency);
}

/* Loops inside `n`, and those inside them; depth first without recursion. */
static bool read_loops(struct report_in *in, struct report_module *m,
                       const struct xml_node *n)
{
    if (n == NULL)
        return true;
    uint32_t level = 0;
    for (const struct xml_node *c = n->child; c != NULL;) {
        bool loop = is_loop(c);
        if (loop && !read_loop(in, m, c, level))
            return false;
        if (loop) { /* a loop has children: TripCount at least */
            level++;
            c = c->child;
            continue;
        }
        while (c->sibling == NULL && c->parent != n) {
            c = c->parent;
            level--;
        }
        c = c->sibling;
    }
    return true;
}

static bool read_resources(struct report_in *in, const struct xml_node *n,
                           struct report_resources *out)
{
    for (const struct xml_node *c = n == NULL ? NULL : n->child; c != NULL;
         c = c->sibling) {
        uint64_t *value = report_resource(out, c->name);
        if (value != NULL &&
            !report_cell(in, c->place, c->name, c->text, value))
            return false;
    }
    return true;
}

/* What <profile> and <Module> have in common. */
static bool read_module(struct report_in *in, const struct xml_node *n,
                        struct report_module *m)
{
    const struct xml_node *performance = xml_child(n, "PerformanceEstimates");
    const struct xml_node *overall =
        xml_child(performance, "SummaryOfOverallLatency");
    if (overall == NULL)
        return report_error(in, n->place,
                            "'%s' has no PerformanceEstimates/"
                            "SummaryOfOverallLatency",
                            m->name);
    const char *pipeline = xml_text(performance, "PipelineType");
    if (pipeline == NULL)
        pipeline = xml_text(overall, "PipelineType");
    if (pipeline != NULL)
        m->pipeline = arena_strdup(in->arena, pipeline);
    if (!read_cell(in, overall, "Best-caseLatency", &m->latency.min) ||
        !read_cell(in, overall, "Worst-caseLatency", &m->latency.max) ||
        !read_range(in, overall, "PipelineInitiationInterval", &m->interval) ||
        !read_cell(in, overall, "Interval-min", &m->interval.min) ||
        !read_cell(in, overall, "Interval-max", &m->interval.max))
        return false;
    return report_check_range(in, overall->place, "the latency", &m->latency) &&
           report_check_range(in, overall->place, "the interval",
                              &m->interval) &&
           read_time(in, xml_child(performance, "SummaryOfTimingAnalysis"),
                     "EstimatedClockPeriod", &m->clock_estimate_ps) &&
           read_resources(in, at(n, "AreaEstimates", "Resources"),
                          &m->resources) &&
           read_loops(in, m, xml_child(performance, "SummaryOfLoopLatency"));
}

/* <InstancesList> of a function. */
struct users_list {
    const struct xml_node *list;
    const char *user;
};

static bool read_instance(struct report_in *in, const struct xml_node *n,
                          const char *user, const struct report_names *names)
{
    const struct report *r = in->report;
    const char *name = xml_text(n, "InstName");
    const char *module = xml_text(n, "ModuleName");
    if (name == NULL || module == NULL)
        return report_error(in, n->place,
                            "an instance has no InstName or ModuleName");
    struct report_instance *i = report_add_instance(in, user, name, module);
    uint32_t found = report_names_find(names, module);
    if (found != UINT32_MAX) {
        const struct report_module *m = &r->modules[found];
        i->latency = m->latency;
        i->interval = m->interval;
        i->pipeline = m->pipeline;
        i->resources = m->resources;
    }
    return true;
}

/* What the top uses, what these use, and so on; only the report of the design
 * has them.  What is used twice is looked into once. */
static bool read_instances(struct report_in *in, const struct xml_node *root)
{
    const struct report *r = in->report;
    const struct report_names names =
        report_names_of(in->arena, r->modules, r->module_count,
                        sizeof *r->modules);
    bool *seen = arena_new_array(in->arena, bool, r->module_count);
    struct users_list *lists = arena_grow(in->arena, NULL, 0, sizeof *lists);
    uint32_t count = 1;
    lists[0] = (struct users_list){
        xml_child(at(root, "RTLDesignHierarchy", "TopModule"), "InstancesList"),
        r->top
    };
    for (uint32_t i = 0; i < count; i++) {
        const struct xml_node *list = lists[i].list;
        for (const struct xml_node *n = list == NULL ? NULL : list->child;
             n != NULL; n = n->sibling) {
            if (!read_instance(in, n, lists[i].user, &names))
                return false;
            const char *module = r->instances[r->instance_count - 1].module;
            const struct xml_node *inner = xml_child(n, "InstancesList");
            uint32_t found = report_names_find(&names, module);
            if (inner == NULL || (found != UINT32_MAX && seen[found]))
                continue;
            if (found != UINT32_MAX)
                seen[found] = true;
            lists = arena_grow(in->arena, lists, count, sizeof *lists);
            lists[count++] = (struct users_list){ inner, module };
        }
    }
    return true;
}

static bool read_design(struct report_in *in, const struct xml_node *root)
{
    const struct xml_node *list = xml_child(root, "ModuleInformation");
    for (const struct xml_node *n = list == NULL ? NULL : list->child;
         n != NULL; n = n->sibling) {
        if (strcmp(n->name, "Module") != 0)
            continue;
        const char *name = xml_text(n, "Name");
        if (name == NULL)
            return report_error(in, n->place, "a Module has no Name");
        if (strcmp(name, in->report->top) == 0)
            continue; /* the profile itself */
        if (!read_module(in, n, report_add_module(in, name)))
            return false;
    }
    return read_instances(in, root);
}

bool report_read_csynth_xml(struct report_in *in)
{
    const struct xml_node *root = xml_parse(in->arena, in->path, in->bytes,
                                            in->length, DIAG_REPORT, in->diag);
    if (root == NULL)
        return false;
    if (strcmp(root->name, "profile") != 0) {
        diag_error(in->diag, root->place, DIAG_REPORT,
                   "the root element is '%s', that of a synthesis report is "
                   "'profile'",
                   root->name);
        diag_hint(in->diag, "synthesis reports are in syn/report of the "
                            "solution's folder");
        return false;
    }
    struct report *r = in->report;
    const struct xml_node *user = xml_child(root, "UserAssignments");
    const char *top = xml_text(user, "TopModelName");
    if (top == NULL || *top == '\0')
        return report_error(in, root->place,
                            "there is no UserAssignments/TopModelName");
    r->top = arena_strdup(in->arena, top);
    r->version = xml_text(xml_child(root, "ReportVersion"), "Version");
    r->part = xml_text(user, "Part");
    if (!read_time(in, user, "TargetClockPeriod", &r->clock_target_ps) ||
        !read_time(in, user, "ClockUncertainty", &r->clock_uncertainty_ps) ||
        !read_module(in, root, report_add_module(in, top)) ||
        !read_resources(in, at(root, "AreaEstimates", "AvailableResources"),
                        &r->available))
        return false;
    r->clock_estimate_ps = r->modules[0].clock_estimate_ps;
    r->estimate.latency = r->modules[0].latency;
    r->estimate.interval = r->modules[0].interval;
    r->resources = r->modules[0].resources;
    return read_design(in, root);
}
