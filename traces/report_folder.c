/* syn/report of an HLS solution: the reports of a design's functions, joined
 * to one. */
#include "traces/report.h"

#include "base/arena.h"
#include "base/diag.h"
#include "base/text.h"
#include "traces/report_readers.h"

#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* Of one design; the largest of hls4ml have some hundreds.  Lists are searched
 * from end to end. */
enum { FUNCTIONS_MAX = 1 << 12, INSTANCES_MAX = 1 << 15 };

struct folder {
    struct report_in in; /* of the joined report */
    uint32_t name_count;
    const char **names;          /* of files, sorted */
    const struct report *design; /* csynth.xml; NULL: there is none */
    uint32_t part_count;
    const struct report **parts; /* of single functions */
};

static struct place whole(const struct folder *f)
{
    return (struct place){ .file = f->in.path };
}

/* Files */

static bool is_report(const char *name)
{
    return strcmp(name, "csynth.xml") == 0 ||
           text_ends_in(name, "_csynth.xml") ||
           text_ends_in(name, "_csynth.rpt");
}

static int name_order(const void *left, const void *right)
{
    return strcmp(*(const char *const *)left, *(const char *const *)right);
}

/* False: the folder cannot be read. */
static bool list_reports(struct folder *f, const char *path)
{
    DIR *entries = opendir(path);
    if (entries == NULL)
        return false;
    for (const struct dirent *e; (e = readdir(entries)) != NULL;) {
        if (!is_report(e->d_name))
            continue;
        f->names =
            arena_grow(f->in.arena, f->names, f->name_count, sizeof *f->names);
        f->names[f->name_count++] = arena_strdup(f->in.arena, e->d_name);
    }
    closedir(entries);
    if (f->name_count > 0)
        qsort(f->names, f->name_count, sizeof *f->names, name_order);
    return true;
}

/* In the folder or in its syn/report; false, without a word, if there are
 * none. */
static bool look_for_reports(struct folder *f)
{
    if (!list_reports(f, f->in.path) || f->name_count > 0)
        return f->name_count > 0;
    f->in.path = file_join(f->in.arena, f->in.path, "syn/report");
    return list_reports(f, f->in.path) && f->name_count > 0;
}

bool report_is_folder(const char *path)
{
    struct folder f = { .in = { .arena = arena_new(), .path = path } };
    bool is = look_for_reports(&f);
    arena_free(f.in.arena);
    return is;
}

static bool find_reports(struct folder *f)
{
    const struct place where = { .file = f->in.path };
    DIR *entries = opendir(f->in.path);
    if (entries == NULL) {
        diag_error(f->in.diag, where, DIAG_FILE_OPEN,
                   "cannot read the folder: %s", strerror(errno));
        return false;
    }
    closedir(entries);
    if (look_for_reports(f)) {
        f->in.report->path = f->in.path;
        return true;
    }
    diag_error(f->in.diag, where, DIAG_REPORT,
               "the folder has no synthesis report: neither csynth.xml nor "
               "NAME_csynth.rpt or NAME_csynth.xml");
    diag_hint(f->in.diag, "they are in syn/report of the solution's folder, "
                          "such as myproject_prj/solution1/syn/report");
    return false;
}

/* The .rpt of a function says all that its .xml does, and more. */
static bool has_rpt(const struct folder *f, const char *xml_name)
{
    const char *rpt = arena_printf(f->in.arena, "%.*srpt",
                                   (int)(strlen(xml_name) - 3), xml_name);
    return bsearch(&rpt, f->names, f->name_count, sizeof *f->names,
                   name_order) != NULL;
}

static bool read_reports(struct folder *f)
{
    struct arena *a = f->in.arena;
    f->parts = arena_new_array(a, const struct report *, f->name_count);
    for (uint32_t i = 0; i < f->name_count; i++) {
        const char *name = f->names[i];
        const char *path = file_join(a, f->in.path, name);
        if (text_ends_in(name, "_csynth.xml") && has_rpt(f, name))
            continue;
        const struct report *r = report_read(a, path, f->in.diag);
        if (r == NULL)
            return false;
        if (r->kind != REPORT_CSYNTH_XML && r->kind != REPORT_CSYNTH_RPT) {
            diag_error(f->in.diag, (struct place){ .file = path }, DIAG_REPORT,
                       "this is a %s, its name is that of a synthesis report",
                       report_kind_name(r->kind));
            return false;
        }
        if (strcmp(name, "csynth.xml") == 0)
            f->design = r;
        else
            f->parts[f->part_count++] = r;
    }
    return true;
}

/* NULL: there is no report of that function alone. */
static const struct report *part_of(const struct folder *f, const char *name)
{
    for (uint32_t i = 0; i < f->part_count; i++)
        if (strcmp(f->parts[i]->top, name) == 0)
            return f->parts[i];
    return NULL;
}

static bool check_sizes(struct folder *f)
{
    uint64_t functions = f->name_count, instances = 0;
    for (uint32_t i = 0; i < f->part_count; i++)
        instances += f->parts[i]->instance_count;
    if (f->design != NULL) {
        functions += f->design->module_count;
        instances += f->design->instance_count;
    }
    if (functions <= FUNCTIONS_MAX && instances <= INSTANCES_MAX)
        return true;
    diag_error(f->in.diag, whole(f), DIAG_REPORT,
               "%" PRIu64 " functions with %" PRIu64 " instances are more "
               "than a design has (%d, %d)",
               functions, instances, FUNCTIONS_MAX, INSTANCES_MAX);
    return false;
}

static bool check_parts(struct folder *f)
{
    for (uint32_t i = 0; i < f->part_count; i++) {
        const struct report *first = part_of(f, f->parts[i]->top);
        if (first != f->parts[i]) {
            diag_error(f->in.diag, (struct place){ .file = f->parts[i]->path },
                       DIAG_REPORT,
                       "it is a report of '%.100s', and so is '%s'", first->top,
                       first->path);
            diag_hint(f->in.diag, "leave the one of the last synthesis");
            return false;
        }
    }
    return true;
}

/* The top */

static bool is_used(const struct folder *f, const char *name)
{
    for (uint32_t i = 0; i < f->part_count; i++)
        for (uint32_t k = 0; k < f->parts[i]->instance_count; k++)
            if (strcmp(f->parts[i]->instances[k].module, name) == 0)
                return true;
    return false;
}

static bool is_dataflow(const struct report *r)
{
    return r->modules[0].pipeline != NULL &&
           strcmp(r->modules[0].pipeline, "dataflow") == 0;
}

/* NULL: said why. */
static const char *find_top(struct folder *f)
{
    const struct report *free = NULL, *flowing = NULL, *other = NULL;
    uint32_t free_count = 0, flowing_count = 0;
    if (f->design != NULL)
        return f->design->top;
    for (uint32_t i = 0; i < f->part_count; i++) {
        const struct report *r = f->parts[i];
        if (is_used(f, r->top))
            continue;
        other = free;
        free = r;
        free_count++;
        if (is_dataflow(r)) {
            flowing = r;
            flowing_count++;
        }
    }
    if (free_count == 1)
        return free->top;
    if (flowing_count == 1)
        return flowing->top;
    if (free_count == 0)
        report_error(&f->in, whole(f),
                     "every function is used by another one, so none is the "
                     "top");
    else
        report_error(&f->in, whole(f),
                     "which function is the top? '%.100s' and '%.100s' are "
                     "used by no other (%" PRIu32 " in all)",
                     other->top, free->top, free_count);
    diag_hint(f->in.diag, "csynth.xml of the same synthesis would tell; a "
                          "folder has the reports of one design");
    return NULL;
}

/* Joining */

/* The instances and FIFOs of the function `name`. */
static void add_inside(struct folder *f, const char *name)
{
    const struct report *from = part_of(f, name);
    /* The XML of a single function does not list them. */
    if (f->design != NULL &&
        (from == NULL || (from->kind == REPORT_CSYNTH_XML)))
        from = f->design;
    if (from == NULL)
        return;
    for (uint32_t i = 0; i < from->instance_count; i++) {
        const struct report_instance *x = &from->instances[i];
        if (strcmp(x->within, name) == 0)
            *report_add_instance(&f->in, x->within, x->name, x->module) = *x;
    }
    for (uint32_t i = 0; i < from->fifo_count; i++)
        *report_add_fifo(&f->in, from->fifos[i].name) = from->fifos[i];
}

/* Adds a function, its instances and its FIFOs unless it is there. */
static void add_function(struct folder *f, const char *name)
{
    struct report *r = f->in.report;
    const struct report *part = part_of(f, name);
    const struct report_module *m = part != NULL ? &part->modules[0]
                                    : f->design != NULL
                                        ? report_module_find(f->design, name)
                                        : NULL;
    if (m == NULL || report_module_find(r, name) != NULL)
        return;
    struct report_module *added = report_add_module(&f->in, name);
    *added = *m;
    added->level = 0;
    add_inside(f, name);
}

static int module_order(const void *left, const void *right)
{
    const struct report_module *const *a = left, *const *b = right;
    return strcmp((*a)->name, (*b)->name);
}

/* What nobody's instances led to. */
static void add_others(struct folder *f)
{
    uint32_t count =
        f->part_count + (f->design == NULL ? 0 : f->design->module_count);
    const struct report_module **rest =
        arena_new_array(f->in.arena, const struct report_module *, count);
    count = 0;
    for (uint32_t i = 0; i < f->part_count; i++)
        rest[count++] = &f->parts[i]->modules[0];
    for (uint32_t i = 0; f->design != NULL && i < f->design->module_count; i++)
        rest[count++] = &f->design->modules[i];
    if (count > 0)
        qsort(rest, count, sizeof *rest, module_order);
    for (uint32_t i = 0; i < count; i++)
        add_function(f, rest[i]->name);
}

static void join(struct folder *f, const char *top)
{
    struct report *r = f->in.report;
    const struct report *from = part_of(f, top);
    if (from == NULL)
        from = f->design;
    assert(from != NULL);
    const char *path = r->path;
    *r = *from;
    r->kind = REPORT_CSYNTH_FOLDER;
    r->path = path;
    r->top = top;
    r->modules = NULL;
    r->instances = NULL;
    r->fifos = NULL;
    r->module_count = r->instance_count = r->fifo_count = 0;
    add_function(f, top);
    /* The list grows while it is gone through: level by level. */
    for (uint32_t i = 0; i < r->instance_count; i++)
        add_function(f, r->instances[i].module);
    add_others(f);
}

struct report *report_read_folder(struct arena *a, const char *path,
                                  struct diag *d)
{
    struct report *r = arena_new_item(a, struct report);
    r->path = arena_strdup(a, path);
    struct folder f = {
        .in = { .arena = a, .diag = d, .path = r->path, .report = r }
    };
    if (!find_reports(&f) || !read_reports(&f) || !check_sizes(&f) ||
        !check_parts(&f))
        return NULL;
    const char *top = find_top(&f);
    if (top == NULL)
        return NULL;
    join(&f, top);
    return r;
}
