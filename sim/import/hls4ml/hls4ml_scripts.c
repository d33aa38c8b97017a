/* What stands in a project besides the sources: the scripts of the tool
 * (project.tcl, build_prj.tcl: `set NAME VALUE` and NAME of commands), of
 * hls4ml_config.yml the lines `Key: value` that begin a line, and synthesis
 * reports.  All of it is optional. */
#include "import/hls4ml/hls4ml_reader.h"

#include "base/arena.h"
#include "base/text.h"
#include "import/device.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The rest of a line behind `key`, without blanks and quotes around it; NULL:
 * no line begins so. */
static const char *line_value(struct hls4ml_reader *r, const char *text,
                              const char *key)
{
    size_t length = strlen(key);
    for (const char *line = text; line != NULL && *line != '\0';) {
        const char *end = strchr(line, '\n');
        size_t all = end == NULL ? strlen(line) : (size_t)(end - line);
        if (all > length && strncmp(line, key, length) == 0) {
            const char *from = line + length;
            size_t count = all - length;
            static const char around[] = " \t\r\"'{}";
            while (count > 0 && strchr(around, *from) != NULL) {
                from++;
                count--;
            }
            while (count > 0 && strchr(around, from[count - 1]) != NULL)
                count--;
            return arena_printf(r->arena, "%.*s", (int)count, from);
        }
        line = end == NULL ? NULL : end + 1;
    }
    return NULL;
}

static const char *known(const char *before, const char *now)
{
    return before != NULL && before[0] != '\0' ? before : now;
}

static void read_tcl(struct hls4ml_reader *r, const char *file,
                     struct hls4ml_scripts *out)
{
    size_t length;
    const char *text = hls4ml_file(r, file, true, &length);
    if (text == NULL)
        return;
    out->name = known(out->name, line_value(r, text, "set project_name "));
    out->name = known(out->name, line_value(r, text, "set myproject "));
    out->tool = known(out->tool, line_value(r, text, "set backend "));
    out->part = known(out->part, line_value(r, text, "set part "));
    out->part = known(out->part, line_value(r, text, "set_part "));
    const char *clock = line_value(r, text, "set clock_period ");
    if (clock == NULL)
        clock = line_value(r, text, "create_clock -period ");
    if (clock != NULL && out->clock_ns == 0)
        out->clock_ns = strtod(clock, NULL);
}

static void read_yml(struct hls4ml_reader *r, struct hls4ml_scripts *out)
{
    size_t length;
    const char *text = hls4ml_file(r, "hls4ml_config.yml", true, &length);
    if (text == NULL)
        return;
    out->name = known(out->name, line_value(r, text, "ProjectName:"));
    out->tool = known(out->tool, line_value(r, text, "Backend:"));
    out->part = known(out->part, line_value(r, text, "Part:"));
    out->part = known(out->part, line_value(r, text, "XilinxPart:"));
    const char *clock = line_value(r, text, "ClockPeriod:");
    if (clock != NULL && out->clock_ns == 0)
        out->clock_ns = strtod(clock, NULL);
}

static const char *report_folder(struct hls4ml_reader *r, const char *name)
{
    return arena_printf(r->arena, "%s_prj/solution1/syn/report", name);
}

/* Of `<Version>2020.1</Version>` in the report of the whole design. */
static const char *report_version(struct hls4ml_reader *r, const char *name)
{
    size_t length;
    const char *file = arena_printf(r->arena, "%s/%s_csynth.xml",
                                    report_folder(r, name), name);
    const char *text = hls4ml_file(r, file, true, &length);
    const char *at = text == NULL ? NULL : strstr(text, "<Version>");
    if (at == NULL)
        return NULL;
    at += strlen("<Version>");
    size_t count = strspn(at, "0123456789.");
    return count == 0 || count > 16
               ? NULL
               : arena_printf(r->arena, "%.*s", (int)count, at);
}

void hls4ml_read_scripts(struct hls4ml_reader *r, struct hls4ml_scripts *out)
{
    *out = (struct hls4ml_scripts){ .name = NULL };
    read_tcl(r, "project.tcl", out);
    read_tcl(r, "build_prj.tcl", out);
    read_yml(r, out);
}

/* --- hardware ------------------------------------------------------------- */

static struct place script_place(struct hls4ml_reader *r)
{
    return (struct place){ .file = hls4ml_path(r, "project.tcl") };
}

/* The family of a tool's version; NULL: none is known. */
static const char *family_of(bool is_vitis, const char *version)
{
    static const struct {
        bool is_vitis;
        const char *version, *family;
    } families[] = {
        { false, "2019.2", "hls4ml/vivado-2019.2" },
        { false, "2020.1", "hls4ml/vivado-2020.1" },
        { true, "2023.1", "hls4ml/vitis-2023.2" },
        { true, "2023.2", "hls4ml/vitis-2023.2" },
        { true, "2024.2", "hls4ml/vitis-2024.2" },
    };
    for (size_t i = 0; i < sizeof families / sizeof *families; i++)
        if (families[i].is_vitis == is_vitis &&
            strncmp(version, families[i].version, strlen("2019.2")) == 0)
            return families[i].family;
    return NULL;
}

static bool has_word(const char *text, const char *a, const char *b)
{
    return text != NULL && (strstr(text, a) != NULL || strstr(text, b) != NULL);
}

static void set_family(struct hls4ml_reader *r, const struct hls4ml_scripts *s)
{
    bool is_vitis = has_word(s->tool, "vitis", "Vitis");
    if (s->tool == NULL)
        diag_warning(r->diag, script_place(r), DIAG_HLS4ML,
                     "the project names no backend: Vivado is assumed");
    else if (!is_vitis && !has_word(s->tool, "vivado", "Vivado"))
        diag_warning(r->diag, script_place(r), DIAG_HLS4ML,
                     "backend '%s' is neither Vivado nor Vitis: Vivado is "
                     "assumed",
                     s->tool);
    const char *fallback =
        is_vitis ? "hls4ml/vitis-2024.2" : "hls4ml/vivado-2020.1";
    const char *family =
        s->version == NULL ? NULL : family_of(is_vitis, s->version);
    if (s->version == NULL)
        diag_warning(r->diag, script_place(r), DIAG_HLS4ML,
                     "the project has no synthesis report that says the "
                     "version of the tool: %s is assumed",
                     fallback);
    else if (family == NULL)
        diag_warning(r->diag, script_place(r), DIAG_HLS4ML,
                     "version %s of the tool is not known: %s is assumed",
                     s->version, fallback);
    r->sketch->hardware.family = family != NULL ? family : fallback;
}

static void set_clock(struct hls4ml_reader *r, const struct hls4ml_scripts *s)
{
    /* 0.5 ps to 1 ms: what a model config takes, 0.001 to 2000 MHz. */
    if (s->clock_ns >= 0.5 && s->clock_ns <= 1e6) {
        r->sketch->hardware.clock_hz = (uint64_t)llround(1e9 / s->clock_ns);
        return;
    }
    diag_warning(r->diag, script_place(r), DIAG_HLS4ML,
                 "no clock period is given: 200 MHz are assumed");
}

/* The longest name of the catalogue that the part begins with: "xcu250" of
 * "xcu250-figd2104-2L-e". */
static void set_device(struct hls4ml_reader *r, const char *part)
{
    if (part == NULL)
        return;
    size_t longest = 0;
    const char *names = device_names(r->arena);
    while (*names != '\0') {
        size_t length = strcspn(names, ", ");
        if (length > longest && strncmp(part, names, length) == 0) {
            longest = length;
            r->sketch->hardware.device =
                arena_printf(r->arena, "%.*s", (int)length, names);
        }
        names += length;
        names += strspn(names, ", ");
    }
    if (longest == 0)
        diag_warning(r->diag, script_place(r), DIAG_HLS4ML,
                     "part '%s' is not in the catalogue of devices: the cost "
                     "is compared with none",
                     part);
}

void hls4ml_set_hardware(struct hls4ml_reader *r,
                         const struct hls4ml_scripts *s)
{
    struct hls4ml_scripts all = *s;
    struct sketch_hardware *h = &r->sketch->hardware;
    all.version = report_version(r, r->top);
    set_family(r, &all);
    set_clock(r, &all);
    if (all.version != NULL)
        h->reports = report_folder(r, r->top);
    set_device(r, all.part);
    h->fifo_count = r->fifo_count;
    h->fifos = r->fifos;
}
