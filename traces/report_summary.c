/* csynth.rpt of Vitis HLS: all functions and loops of a design as one tree.
 *
 *     |+ myproject*             |     -|  0.00|   2374| ...
 *     | + conv_2d_cl_config2_s  |     -|  0.28|   2355| ...
 *     |  o ReadInputHeight      |    II|  3.65|   2353| ...
 *
 * '+' is a function, 'o' a loop of the function above it; the indent is the
 * level.  Latencies are the greatest ones. */
#include "traces/report_readers.h"

#include "base/arena.h"
#include "traces/text_table.h"

#include <string.h>

enum {
    NAME,
    ISSUE,
    SLACK,
    LATENCY,
    LATENCY_NS,
    ITERATION,
    INTERVAL,
    TRIPS,
    PIPELINED,
    BRAM,
    DSP,
    FF,
    LUT,
    URAM,
    COLUMNS
};

static const char estimates[] = "Performance & Resource Estimates";

static bool read_module(struct report_in *in, const struct text_cell *c,
                        const char *name, uint32_t level)
{
    size_t length = strlen(name);
    if (length > 0 && name[length - 1] == '*') /* marks dataflow */
        length--;
    struct report_module *m =
        report_add_module(in,
                          arena_printf(in->arena, "%.*s", (int)length, name));
    m->level = level;
    m->pipeline = c[PIPELINED].text;
    if (!report_range(in, c[LATENCY].place, "the latency", c[LATENCY].text,
                      &m->latency) ||
        !report_range(in, c[INTERVAL].place, "the interval", c[INTERVAL].text,
                      &m->interval))
        return false;
    struct report_resources *r = &m->resources;
    uint64_t *const out[] = { &r->bram18, &r->dsp, &r->ff, &r->lut, &r->uram };
    for (int i = 0; i < 5; i++) {
        const struct text_cell *cell = &c[BRAM + i];
        if (!report_cell(in, cell->place, "a resource", cell->text, out[i]))
            return false;
        /* Of a function "-" means that it takes none. */
        if (*out[i] == REPORT_NONE)
            *out[i] = 0;
    }
    return true;
}

static bool read_loop(struct report_in *in, const struct text_cell *c,
                      const char *name, uint32_t level)
{
    struct report *r = in->report;
    if (r->module_count == 0)
        return report_error(in, c[NAME].place,
                            "a loop stands before the first function");
    struct report_module *m = &r->modules[r->module_count - 1];
    if (level <= m->level)
        return report_error(in, c[NAME].place,
                            "the loop '%.60s' is not inside '%.60s' above it",
                            name, m->name);
    struct report_loop *l = report_add_loop(in, m, name);
    l->level = level - m->level - 1;
    l->pipelined = report_yes_no(c[PIPELINED].text);
    struct report_range interval;
    if (!report_range(in, c[LATENCY].place, "the latency", c[LATENCY].text,
                      &l->latency) ||
        !report_range(in, c[ITERATION].place, "the iteration latency",
                      c[ITERATION].text, &l->iteration_latency) ||
        !report_range(in, c[INTERVAL].place, "the interval", c[INTERVAL].text,
                      &interval) ||
        !report_range(in, c[TRIPS].place, "the trip count", c[TRIPS].text,
                      &l->trip_count))
        return false;
    if (l->pipelined == REPORT_YES)
        l->ii = interval.max;
    return true;
}

static bool read_row(struct report_in *in, const struct text_row *row)
{
    const struct text_cell *c = row->cells;
    if (!row->whole || row->cell_count != COLUMNS)
        return report_error(in, row->place,
                            "a row of the summary has %u cells, not 14",
                            row->cell_count);
    const char *name = c[NAME].text;
    bool loop = name[0] == 'o';
    if ((name[0] != '+' && !loop) || name[1] != ' ')
        return report_error(in, c[NAME].place,
                            "'%.60s' begins neither with + for a function "
                            "nor with o for a loop",
                            name);
    return loop ? read_loop(in, c, name + 2, c[NAME].indent)
                : read_module(in, c, name + 2, c[NAME].indent);
}

/* The functions one level below the top are its processes. */
static void find_instances(struct report_in *in)
{
    struct report *r = in->report;
    for (uint32_t i = 1; i < r->module_count; i++) {
        const struct report_module *m = &r->modules[i];
        if (m->level != 1)
            continue;
        struct report_instance *inst =
            report_add_instance(in, r->top, m->name, m->name);
        inst->latency = m->latency;
        inst->interval = m->interval;
        inst->pipeline = m->pipeline;
        inst->resources = m->resources;
    }
}

bool report_read_summary(struct report_in *in)
{
    const struct text_tables *all =
        text_tables_read(in->arena, in->path, in->bytes, "HW Interfaces");
    struct report *r = in->report;
    const struct text_table *t = all->tables;
    while (t != NULL && strcmp(t->group, estimates) != 0)
        t = t->next;
    if (t == NULL || t->rows == NULL)
        return report_error(in, (struct place){ .file = in->path },
                            "there is no table of performance and resource "
                            "estimates");
    for (const struct text_row *row = t->rows; row != NULL; row = row->next)
        if (!read_row(in, row))
            return false;
    if (!t->whole || all->too_long)
        return report_error(in, t->place, "the table has no last line");
    r->tool = "Vitis HLS"; /* Vivado HLS writes no such file */
    r->version = text_fact_word(in->arena, all, "Version");
    r->part = text_fact_word(in->arena, all, "Target device");
    if (r->module_count == 0 || r->modules[0].level != 0)
        return report_error(in, t->place, "the tree has no function on top");
    r->top = r->modules[0].name;
    r->estimate.latency = r->modules[0].latency;
    r->estimate.interval = r->modules[0].interval;
    r->resources = r->modules[0].resources;
    find_instances(in);
    return true;
}
