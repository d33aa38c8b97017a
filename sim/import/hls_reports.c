#include "import/hls_reports.h"

#include "base/arena.h"
#include "base/text.h"
#include "design/hardware.h"
#include "design/hls_module.h"
#include "traces/report.h"

#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { FILES_MAX = 4096 };

struct reader {
    struct arena *arena;
    struct diag *diag;
    struct hls_module *modules;
    bool *is_own; /* by module: from its own report */
    uint32_t count, room;
    /* Of any report that says so. */
    const char *tool, *version;
    uint64_t clock_ps;
};

static uint32_t number(uint64_t value)
{
    return value == REPORT_NONE || value > UINT32_MAX ? 0 : (uint32_t)value;
}

static struct hls_module module_of(const struct report_module *m)
{
    struct hls_module out = { .name = m->name,
                              .has_latency = m->latency.max != REPORT_NONE,
                              .latency = number(m->latency.max) };
    if (m->loop_count == 0)
        return out;
    const struct report_loop *l = &m->loops[0];
    out.has_loop = true;
    out.pipelined = l->pipelined == REPORT_YES ||
                    (l->pipelined == REPORT_UNKNOWN && l->ii != REPORT_NONE);
    out.trips = number(l->trip_count.max);
    out.ii = number(l->ii);
    out.iteration_min = number(l->iteration_latency.min);
    out.iteration_max = number(l->iteration_latency.max);
    return out;
}

static uint32_t slot_of(struct reader *r, const char *name)
{
    for (uint32_t i = 0; i < r->count; i++)
        if (strcmp(r->modules[i].name, name) == 0)
            return i;
    if (r->count == r->room) {
        const uint32_t room = r->room == 0 ? 64 : 2 * r->room;
        struct hls_module *modules =
            arena_new_array(r->arena, struct hls_module, room);
        bool *is_own = arena_new_array(r->arena, bool, room);
        for (uint32_t i = 0; i < r->count; i++) {
            modules[i] = r->modules[i];
            is_own[i] = r->is_own[i];
        }
        r->modules = modules;
        r->is_own = is_own;
        r->room = room;
    }
    r->modules[r->count].name = NULL;
    return r->count++;
}

static void add_report(struct reader *r, const struct report *from)
{
    if (from->kind != REPORT_CSYNTH_XML && from->kind != REPORT_CSYNTH_RPT &&
        from->kind != REPORT_CSYNTH_SUMMARY)
        return;
    for (uint32_t i = 0; i < from->module_count; i++) {
        const struct report_module *m = &from->modules[i];
        const bool is_own =
            from->top != NULL && strcmp(from->top, m->name) == 0;
        const uint32_t slot = slot_of(r, m->name);
        const bool is_new = r->modules[slot].name == NULL;
        if (!is_new && (r->is_own[slot] || !is_own))
            continue;
        r->modules[slot] = module_of(m);
        r->is_own[slot] = is_own;
    }
    if (from->tool != NULL)
        r->tool = from->tool;
    if (from->version != NULL)
        r->version = from->version;
    if (from->clock_target_ps != REPORT_NONE)
        r->clock_ps = from->clock_target_ps;
}

static bool ends_in(const char *name, const char *end)
{
    const size_t n = strlen(name), e = strlen(end);
    return n >= e && strcmp(name + n - e, end) == 0;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The names in a folder that end so, in order; there are *count. */
static const char **names_in(struct arena *a, DIR *folder, const char *end,
                             size_t *count)
{
    const char **names = arena_new_array(a, const char *, FILES_MAX);
    *count = 0;
    rewinddir(folder);
    for (struct dirent *e; (e = readdir(folder)) != NULL;)
        if (ends_in(e->d_name, end) && *count < FILES_MAX)
            names[(*count)++] = arena_printf(a, "%s", e->d_name);
    qsort(names, *count, sizeof *names, by_name);
    return names;
}

/* XML if there is any: the same numbers, and the names are never cut. */
static void read_folder(struct reader *r, const char *path, struct place where)
{
    DIR *folder = opendir(path);
    if (folder == NULL) {
        diag_error(r->diag, where, DIAG_FILE_OPEN,
                   "cannot read folder '%s': %s", path, strerror(errno));
        return;
    }
    size_t count;
    const char **names = names_in(r->arena, folder, "csynth.xml", &count);
    if (count == 0)
        names = names_in(r->arena, folder, "csynth.rpt", &count);
    closedir(folder);
    for (size_t i = 0; i < count; i++) {
        const struct report *from =
            report_read(r->arena, file_join(r->arena, path, names[i]), r->diag);
        if (from == NULL)
            return;
        add_report(r, from);
    }
    if (count != 0)
        return;
    diag_error(r->diag, where, DIAG_REPORT,
               "folder '%s' has no file that ends in csynth.xml or csynth.rpt",
               path);
    diag_hint(r->diag, "in a project of the tool they are in "
                       "SOLUTION/syn/report");
}

/* Reports of another tool or clock than the design's are a mix-up. */
static void check_source(const struct reader *r, const struct hardware *h,
                         struct place where)
{
    const char *family = hardware_family_name(h);
    /* Processes of 2023.1 were seen to be those of 2023.2. */
    if (r->version != NULL && strstr(family, r->version) == NULL &&
        !(strcmp(r->version, "2023.1") == 0 &&
          strstr(family, "2023.2") != NULL))
        diag_warning(r->diag, where, DIAG_REPORT,
                     "the reports are of %s %s, the family is %s",
                     r->tool == NULL ? "version" : r->tool, r->version, family);
    const uint64_t picoseconds = UINT64_C(1000000000000);
    if (r->clock_ps != 0 && h->clock_hz != 0 &&
        picoseconds / h->clock_hz != r->clock_ps)
        diag_warning(r->diag, where, DIAG_REPORT,
                     "the reports are for a clock of %.6g ns, the design's is "
                     "%.6g ns",
                     (double)r->clock_ps / 1000, 1e9 / (double)h->clock_hz);
}

void hls_reports_read(struct arena *a, struct hardware *h, const char *path,
                      struct place where, struct diag *d)
{
    struct reader r = { .arena = a, .diag = d };
    const size_t errors = diag_error_count(d);
    struct stat s;
    if (stat(path, &s) != 0) {
        diag_error(d, where, DIAG_FILE_OPEN, "cannot open '%s': %s", path,
                   strerror(errno));
    } else if (S_ISDIR(s.st_mode)) {
        read_folder(&r, path, where);
    } else {
        const struct report *from = report_read(a, path, d);
        if (from != NULL)
            add_report(&r, from);
    }
    if (diag_error_count(d) != errors)
        return;
    if (r.count == 0)
        diag_error(d, where, DIAG_REPORT,
                   "'%s' is no synthesis report with functions", path);
    check_source(&r, h, where);
    h->modules = r.modules;
    h->module_count = r.count;
    h->reports_place = where;
}
