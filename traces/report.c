#include "traces/report.h"

#include "base/arena.h"
#include "base/text.h"
#include "traces/report_readers.h"

#include <assert.h>
#include <string.h>

static const struct {
    const char *name;
    bool (*read)(struct report_in *in); /* NULL: not by its first bytes */
} kinds[REPORT_KIND_COUNT] = {
    [REPORT_CSYNTH_XML] = { "synthesis report (XML)", report_read_csynth_xml },
    [REPORT_CSYNTH_RPT] = { "synthesis report", report_read_csynth_rpt },
    [REPORT_CSYNTH_SUMMARY] = { "synthesis summary", report_read_summary },
    [REPORT_CSYNTH_FOLDER] = { "folder of synthesis reports", NULL },
    [REPORT_COSIM] = { "co-simulation report", report_read_cosim },
    [REPORT_COSIM_LATENCY] = { "co-simulation latencies",
                               report_read_cosim_latency },
    [REPORT_TRANSACTIONS] = { "co-simulation transactions",
                              report_read_transactions },
    [REPORT_HLS4ML] = { "hls4ml report", NULL },
    [REPORT_FIFO_PEAKS] = { "FIFO peaks (max_depth.json)", NULL },
    [REPORT_FIFO_DEPTHS] = { "FIFO depths (fifo_depths.json)", NULL },
    [REPORT_CHANNELS] = { "FIFO profile (channel_info.csv)",
                          report_read_channels },
    [REPORT_CHANNEL] = { "profile of one FIFO", report_read_channel },
    [REPORT_FINN_RTLSIM] = { "FINN simulation", NULL },
    [REPORT_FINN_NETWORK] = { "FINN estimate", NULL },
    [REPORT_FINN_CYCLES] = { "FINN cycle estimates", NULL },
    [REPORT_FINN_RESOURCES] = { "FINN resource estimates", NULL },
};

const char *report_kind_name(enum report_kind kind)
{
    assert(kind < REPORT_KIND_COUNT);
    return kinds[kind].name;
}

/* Words that only one kind of text has; all of a row must be there. */
static const struct {
    enum report_kind kind;
    const char *words[2];
} signs[] = {
    { REPORT_CSYNTH_RPT, { "HLS Report for '", "" } },
    { REPORT_CSYNTH_SUMMARY, { "Synthesis Summary Report of '", "" } },
    { REPORT_COSIM_LATENCY, { "_LATENCY = \"", "" } },
    { REPORT_COSIM, { "Status", "Verilog" } },
    { REPORT_COSIM, { "Status", "VHDL" } },
    { REPORT_TRANSACTIONS, { "latency", "interval" } },
    { REPORT_CHANNELS, { "chan_status", ".csv" } },
};

/* Lines of one number each, as of a single FIFO. */
static bool is_channel(const char *text)
{
    return strspn(text, "0123456789xX \t\r\n") == strlen(text);
}

static bool find_text_kind(const char *text, enum report_kind *kind)
{
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++) {
        if (strstr(text, signs[i].words[0]) != NULL &&
            strstr(text, signs[i].words[1]) != NULL) {
            *kind = signs[i].kind;
            return true;
        }
    }
    *kind = REPORT_CHANNEL;
    return is_channel(text);
}

static bool read_content(struct report_in *in)
{
    struct place whole = { .file = in->path };
    const char *text = in->bytes;
    text += strspn(text, " \t\r\n");
    if (*text == '\0' && strlen(in->bytes) == in->length)
        return report_error(in, whole, "the report is empty");
    if (strlen(in->bytes) != in->length)
        return report_error(in, whole,
                            "not a report: byte %zu is NUL, text has none",
                            strlen(in->bytes) + 1);
    if (*text == '{' || *text == '[')
        return report_read_json(in);
    enum report_kind kind = REPORT_CSYNTH_XML;
    if (*text != '<' && !find_text_kind(text, &kind))
        return report_unknown(in, whole);
    in->report->kind = kind;
    return kinds[kind].read(in);
}

struct report *report_parse(struct arena *a, const char *path,
                            const char *bytes, size_t length, struct diag *d)
{
    struct report *r = arena_new_item(a, struct report);
    *r = (struct report){
        .path = arena_strdup(a, path),
        .clock_target_ps = REPORT_NONE,
        .clock_estimate_ps = REPORT_NONE,
        .clock_uncertainty_ps = REPORT_NONE,
        .frames = REPORT_NONE,
        .resources = report_no_resources,
        .synthesised = report_no_resources,
        .available = report_no_resources,
    };
    r->estimate = r->measured =
        (struct report_timing){ report_no_range, report_no_range, REPORT_NONE,
                                REPORT_NONE, REPORT_NONE };
    if (length > REPORT_BYTES_MAX) {
        diag_error(d, (struct place){ .file = path }, DIAG_REPORT,
                   "%zu bytes are more than a report has (64 MiB)", length);
        return NULL;
    }
    /* Without the byte order mark that editors may put in front. */
    if (length >= 3 && memcmp(bytes, "\xef\xbb\xbf", 3) == 0) {
        bytes += 3;
        length -= 3;
    }
    char *text = arena_alloc(a, length + 1, 1);
    memcpy(text, bytes, length);
    struct report_in in = { .arena = a,
                            .diag = d,
                            .path = r->path,
                            .bytes = text,
                            .length = length,
                            .report = r };
    return read_content(&in) ? r : NULL;
}

struct report *report_read(struct arena *a, const char *path, struct diag *d)
{
    size_t length;
    if (file_is_folder(path))
        return report_read_folder(a, path, d);
    char *bytes = file_read(a, path, REPORT_BYTES_MAX, &length, d);
    return bytes == NULL ? NULL : report_parse(a, path, bytes, length, d);
}

const struct report_module *report_module_find(const struct report *r,
                                               const char *name)
{
    for (uint32_t i = 0; i < r->module_count; i++)
        if (strcmp(r->modules[i].name, name) == 0)
            return &r->modules[i];
    return NULL;
}
