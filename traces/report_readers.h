/* report_readers -- what the readers of reports share.  Private to traces.
 *
 * Each reader fills in->report and returns false after reporting why it
 * cannot.  Numbers go through the functions here, so that what a tool leaves
 * open and what is damaged are told apart in one place. */
#ifndef HEADRACE_TRACES_REPORT_READERS_H
#define HEADRACE_TRACES_REPORT_READERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/diag.h"
#include "traces/report.h"

struct json;

enum { REPORT_BYTES_MAX = 64 << 20 };

struct report_in {
    struct arena *arena;
    struct diag *diag;
    const char *path;
    const char *bytes; /* NUL at the end */
    size_t length;
    struct report *report;
};

bool report_read_csynth_xml(struct report_in *in);
bool report_read_csynth_rpt(struct report_in *in);
bool report_read_summary(struct report_in *in);
bool report_read_cosim(struct report_in *in);
bool report_read_cosim_latency(struct report_in *in);
bool report_read_transactions(struct report_in *in);
bool report_read_channels(struct report_in *in);
bool report_read_channel(struct report_in *in);
/* Tells the kinds of JSON apart itself. */
bool report_read_json(struct report_in *in);
bool report_read_hls4ml(struct report_in *in, struct json root);
bool report_read_fifo_peaks(struct report_in *in, struct json root);
bool report_read_fifo_depths(struct report_in *in, struct json root);
bool report_read_finn_rtlsim(struct report_in *in, struct json root);
bool report_read_finn_network(struct report_in *in, struct json root);
bool report_read_finn_cycles(struct report_in *in, struct json root);
bool report_read_finn_resources(struct report_in *in, struct json root);

/* Nothing known. */
extern const struct report_range report_no_range;
extern const struct report_resources report_no_resources;

/* New items with every number open; valid until the next one is added. */
struct report_module *report_add_module(struct report_in *in, const char *name);
struct report_loop *report_add_loop(struct report_in *in,
                                    struct report_module *m, const char *name);
/* `within` is kept, not copied. */
struct report_instance *report_add_instance(struct report_in *in,
                                            const char *within,
                                            const char *name,
                                            const char *module);
struct report_fifo *report_add_fifo(struct report_in *in, const char *name);
struct report_frame *report_add_frame(struct report_in *in);

/* Items by name, for lists too long to be searched one by one. */
struct report_names {
    uint32_t count;
    struct report_name {
        const char *name;
        uint32_t index; /* in the list */
    } * sorted;
};
/* `items` have their name as first member; they must stay as they are. */
struct report_names report_names_of(struct arena *a, const void *items,
                                    uint32_t count, size_t size);
/* The first item of that name; UINT32_MAX: none. */
uint32_t report_names_find(const struct report_names *n, const char *name);

const char *report_skip_spaces(const char *s); /* blanks, tabs, "\r" */
enum report_answer report_yes_no(const char *text);

/* Numbers as reports write them.  `what` names the value in messages.  False
 * after reporting at `where`; *out stays then.
 *   cell    "2374", "?"                       a count
 *   range   "2374", "4 ~ 79", "?"             a range
 *   time    "5.00 ns", "0.492 ms", "3.647"    picoseconds; ns without unit
 *   decimal "3177.667"                        thousandths
 * Spaces around them and a percentage behind ("1216 (~0%)") do not matter. */
bool report_cell(struct report_in *in, struct place where, const char *what,
                 const char *text, uint64_t *out);
bool report_range(struct report_in *in, struct place where, const char *what,
                  const char *text, struct report_range *out);
bool report_time(struct report_in *in, struct place where, const char *what,
                 const char *text, uint64_t *out);
bool report_decimal(struct report_in *in, struct place where, const char *what,
                    const char *text, uint64_t *out);
/* True for the marks that leave a value open: "", "-", "?", "NA", ... */
bool report_is_open(const char *text);
/* False if the two ends are in the wrong order; said why.  One end may be
 * open. */
bool report_check_range(struct report_in *in, struct place where,
                        const char *what, const struct report_range *range);
/* A resource by the tool's name for it (DSP48E, DSP, ...); NULL: unknown. */
uint64_t *report_resource(struct report_resources *r, const char *name);

/* Reports `report` errors. */
bool report_error(struct report_in *in, struct place where, const char *format,
                  ...) __attribute__((format(printf, 3, 4), nonnull(3)));
/* The file is of no kind that is known; returns false. */
bool report_unknown(struct report_in *in, struct place where);
/* The run behind the report did not end well: sets outcome and warns. */
void report_run(struct report_in *in, struct place where,
                enum report_outcome outcome, const char *format, ...)
    __attribute__((format(printf, 4, 5), nonnull(4)));

#endif
