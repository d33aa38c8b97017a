/* <function>_csynth.rpt: tables of one function, its loops, the functions it
 * uses and the FIFOs between them. */
#include "traces/report_readers.h"

#include "base/arena.h"
#include "traces/text_table.h"

#include <string.h>

static const char performance[] = "Performance Estimates";
static const char utilization[] = "Utilization Estimates";

/* A row has the cells of its header. */
static bool check_row(struct report_in *in, const struct text_table *t,
                      const struct text_row *row)
{
    if (row->whole && t->header != NULL &&
        row->cell_count == t->header->cell_count)
        return true;
    return report_error(in, row->place,
                        "a row of %u cells in a table of %u columns",
                        row->cell_count,
                        t->header == NULL ? 0 : t->header->cell_count);
}

static bool check_table(struct report_in *in, const struct text_table *t)
{
    for (const struct text_row *r = t->rows; r != NULL; r = r->next)
        if (!check_row(in, t, r))
            return false;
    return t->whole || report_error(in, t->place, "the table has no last line");
}

static bool read_cell(struct report_in *in, const struct text_cell *c,
                      const char *what, uint64_t *out)
{
    return report_cell(in, c->place, what, c->text, out);
}

/* Columns: least and greatest latency, as time as well since 2019.2, least
 * and greatest interval, type; they begin at `first`. */
static bool read_figures(struct report_in *in, const struct text_row *row,
                         uint32_t first, struct report_range *latency,
                         struct report_range *interval, const char **pipeline)
{
    const struct text_cell *c = row->cells + first;
    uint32_t count = row->cell_count - first;
    if (row->cell_count < first || (count != 5 && count != 7))
        return report_error(in, row->place,
                            "a row of latencies has %u cells, not %u or %u",
                            row->cell_count, first + 5, first + 7);
    const struct text_cell *later = c + (count == 7 ? 4 : 2);
    *pipeline = later[2].text;
    return read_cell(in, &c[0], "the least latency", &latency->min) &&
           read_cell(in, &c[1], "the greatest latency", &latency->max) &&
           read_cell(in, &later[0], "the least interval", &interval->min) &&
           read_cell(in, &later[1], "the greatest interval", &interval->max) &&
           report_check_range(in, c[0].place, "the latency", latency) &&
           report_check_range(in, later[0].place, "the interval", interval);
}

static bool read_latency(struct report_in *in, const struct text_tables *all,
                         struct report_module *m)
{
    const struct text_table *t =
        text_table_find(all, performance, "Latency", "Summary");
    if (t == NULL || t->rows == NULL)
        return report_error(in, (struct place){ .file = in->path },
                            "there is no summary of the latency");
    return check_table(in, t) && read_figures(in, t->rows, 0, &m->latency,
                                              &m->interval, &m->pipeline);
}

static bool read_clock(struct report_in *in, const struct text_tables *all)
{
    struct report *r = in->report;
    const struct text_table *t =
        text_table_find(all, performance, "Timing", "Summary");
    if (t == NULL || t->rows == NULL)
        t = text_table_find(all, performance, "Timing (ns)", "Summary");
    if (t == NULL || t->rows == NULL)
        return true;
    const struct text_cell *c = t->rows->cells;
    if (!check_table(in, t))
        return false;
    if (t->rows->cell_count != 4)
        return report_error(in, t->rows->place,
                            "the row of the clock has %u cells, not 4",
                            t->rows->cell_count);
    return report_time(in, c[1].place, "the target clock", c[1].text,
                       &r->clock_target_ps) &&
           report_time(in, c[2].place, "the estimated clock", c[2].text,
                       &r->clock_estimate_ps) &&
           report_time(in, c[3].place, "the uncertainty", c[3].text,
                       &r->clock_uncertainty_ps);
}

static bool read_instances(struct report_in *in, const struct text_tables *all)
{
    const struct text_table *t =
        text_table_find(all, performance, "Detail", "Instance");
    if (t == NULL)
        return true;
    if (!check_table(in, t))
        return false;
    for (const struct text_row *row = t->rows; row != NULL; row = row->next) {
        if (row->cell_count < 2)
            return report_error(in, row->place, "an instance has no module");
        struct report_instance *i =
            report_add_instance(in, in->report->top, row->cells[0].text,
                                row->cells[1].text);
        if (!read_figures(in, row, 2, &i->latency, &i->interval, &i->pipeline))
            return false;
    }
    return true;
}

/* "- Loop 1", " + Loop 1.1", "  ++ Loop 1.1.1" */
static bool read_loop_name(struct report_in *in, const struct text_cell *c,
                           const char **name, uint32_t *level)
{
    size_t marks = strspn(c->text, "-+");
    if (marks == 0 || c->text[marks] != ' ' || marks > 100)
        return report_error(in, c->place,
                            "'%.60s' does not begin with - or + as the name "
                            "of a loop does",
                            c->text);
    *level = c->text[0] == '-' ? 0 : (uint32_t)marks;
    *name = c->text + marks + strspn(c->text + marks, " ");
    return true;
}

static bool read_loops(struct report_in *in, const struct text_tables *all,
                       struct report_module *m)
{
    enum { NAME, MIN, MAX, ITERATION, II, TARGET, TRIPS, PIPELINED, COLUMNS };
    const struct text_table *t =
        text_table_find(all, performance, "Detail", "Loop");
    if (t == NULL)
        return true;
    if (!check_table(in, t))
        return false;
    for (const struct text_row *row = t->rows; row != NULL; row = row->next) {
        const struct text_cell *c = row->cells;
        const char *name = "";
        uint32_t level = 0;
        if (row->cell_count != COLUMNS)
            return report_error(in, row->place,
                                "a row of loops has %u cells, not 8",
                                row->cell_count);
        if (!read_loop_name(in, &c[NAME], &name, &level))
            return false;
        struct report_loop *l = report_add_loop(in, m, name);
        l->level = level;
        l->pipelined = report_yes_no(c[PIPELINED].text);
        if (!read_cell(in, &c[MIN], "the least latency", &l->latency.min) ||
            !read_cell(in, &c[MAX], "the greatest latency", &l->latency.max) ||
            !report_check_range(in, c[MIN].place, "the latency", &l->latency) ||
            !report_range(in, c[ITERATION].place, "the iteration latency",
                          c[ITERATION].text, &l->iteration_latency) ||
            !read_cell(in, &c[II], "the achieved interval", &l->ii) ||
            !read_cell(in, &c[TARGET], "the target interval", &l->ii_target) ||
            !report_range(in, c[TRIPS].place, "the trip count", c[TRIPS].text,
                          &l->trip_count))
            return false;
    }
    return true;
}

/* The cells of a row whose columns are named after resources. */
static bool read_row_resources(struct report_in *in, const struct text_table *t,
                               const struct text_row *row,
                               struct report_resources *out)
{
    for (uint32_t i = 0; i < row->cell_count; i++) {
        uint64_t *value = report_resource(out, t->header->cells[i].text);
        if (value != NULL &&
            !read_cell(in, &row->cells[i], t->header->cells[i].text, value))
            return false;
    }
    return true;
}

static bool read_resources(struct report_in *in, const struct text_tables *all,
                           struct report_module *m)
{
    const struct text_table *t =
        text_table_find(all, utilization, "", "Summary");
    if (t == NULL || t->header == NULL)
        return report_error(in, (struct place){ .file = in->path },
                            "there is no summary of the utilization");
    if (!check_table(in, t))
        return false;
    for (const struct text_row *row = t->rows; row != NULL; row = row->next) {
        const char *name = row->cells[0].text;
        struct report_resources *out = NULL;
        if (strcmp(name, "Total") == 0)
            out = &m->resources;
        else if (strcmp(name, "Available") == 0)
            out = &in->report->available;
        if (out != NULL && !read_row_resources(in, t, row, out))
            return false;
    }
    return true;
}

static bool read_instance_resources(struct report_in *in,
                                    const struct text_tables *all)
{
    const struct text_table *t =
        text_table_find(all, utilization, "Detail", "Instance");
    if (t == NULL)
        return true;
    if (!check_table(in, t))
        return false;
    struct report *r = in->report;
    struct report_names names =
        report_names_of(in->arena, r->instances, r->instance_count,
                        sizeof *r->instances);
    for (const struct text_row *row = t->rows; row != NULL && !row->footer;
         row = row->next) {
        uint32_t i = report_names_find(&names, row->cells[0].text);
        if (i != UINT32_MAX &&
            !read_row_resources(in, t, row, &r->instances[i].resources))
            return false;
    }
    return true;
}

static bool read_fifos(struct report_in *in, const struct text_tables *all)
{
    const struct text_table *t =
        text_table_find(all, utilization, "Detail", "FIFO");
    if (t == NULL)
        return true;
    if (!check_table(in, t))
        return false;
    uint32_t depth = text_table_column(t, "Depth");
    uint32_t bits = text_table_column(t, "Bits");
    if (depth == UINT32_MAX || bits == UINT32_MAX)
        return report_error(in, t->place, "the table of FIFOs has no column %s",
                            depth == UINT32_MAX ? "Depth" : "Bits");
    for (const struct text_row *row = t->rows; row != NULL && !row->footer;
         row = row->next) {
        struct report_resources cost = report_no_resources;
        struct report_fifo *f = report_add_fifo(in, row->cells[0].text);
        f->within = in->report->top;
        if (!read_cell(in, &row->cells[depth], "the depth", &f->depth) ||
            !read_cell(in, &row->cells[bits], "the width", &f->bits) ||
            !read_row_resources(in, t, row, &cost))
            return false;
        f->bram18 = cost.bram18;
        f->ff = cost.ff;
        f->lut = cost.lut;
        f->uram = cost.uram;
    }
    return true;
}

/* "== Vitis HLS Report for 'myproject'" */
static bool read_subject(struct report_in *in, const struct text_tables *all)
{
    static const char words[] = " Report for '";
    for (const struct text_fact *s = all->sections; s != NULL; s = s->next) {
        const char *found = strstr(s->key, words);
        if (found == NULL)
            continue;
        const char *name = found + strlen(words);
        const char *end = strchr(name, '\'');
        if (end == NULL || end == name)
            return report_error(in, s->place, "the heading names no function");
        in->report->tool =
            arena_printf(in->arena, "%.*s", (int)(found - s->key), s->key);
        in->report->top =
            arena_printf(in->arena, "%.*s", (int)(end - name), name);
        return true;
    }
    return report_error(in, (struct place){ .file = in->path },
                        "no heading says whose report it is");
}

bool report_read_csynth_rpt(struct report_in *in)
{
    const struct text_tables *all =
        text_tables_read(in->arena, in->path, in->bytes, "Interface");
    struct report *r = in->report;
    if (!read_subject(in, all))
        return false;
    r->version = text_fact_word(in->arena, all, "Version");
    r->part = text_fact_word(in->arena, all, "Target device");
    struct report_module *m = report_add_module(in, r->top);
    if (!read_clock(in, all) || !read_latency(in, all, m) ||
        !read_instances(in, all) || !read_loops(in, all, m) ||
        !read_resources(in, all, m) || !read_instance_resources(in, all) ||
        !read_fifos(in, all))
        return false;
    m->clock_estimate_ps = r->clock_estimate_ps;
    r->estimate.latency = m->latency;
    r->estimate.interval = m->interval;
    r->resources = m->resources;
    if (all->too_long)
        return report_error(in, (struct place){ .file = in->path },
                            "its tables have more than %d rows", TEXT_ROWS_MAX);
    if (!text_tables_have_section(all, "Interface"))
        return report_error(in, (struct place){ .file = in->path },
                            "it ends before its section 'Interface'");
    return true;
}
