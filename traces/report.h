/* report -- what a vendor's tool says about a design, whatever file it is in.
 *
 * One struct for all: synthesis estimates (csynth.xml, .rpt), co-simulation
 * results (cosim.rpt, lat.rpt, transactions), hls4ml's report dictionary,
 * FIFO profiles, FINN's estimates and simulation results.  A report fills
 * what it states; every other number is REPORT_NONE, every other text NULL,
 * every other list empty.  So two reports of different kinds can be compared
 * member by member.
 *
 * The file's kind is found from its content, never from its name.  A value
 * that the tool itself left open ("?", "-", "NA", "undef", "x", "inf") is
 * REPORT_NONE; anything else that is no number is an error with its place.
 *
 * Numbers are whole: times in picoseconds, averages in thousandths of a
 * cycle. */
#ifndef HEADRACE_TRACES_REPORT_H
#define HEADRACE_TRACES_REPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;
struct diag;

#define REPORT_NONE UINT64_MAX /* not stated */

enum report_kind {
    REPORT_CSYNTH_XML,     /* <function>_csynth.xml, csynth.xml */
    REPORT_CSYNTH_RPT,     /* <function>_csynth.rpt */
    REPORT_CSYNTH_SUMMARY, /* csynth.rpt of Vitis HLS: the tree of functions */
    REPORT_CSYNTH_FOLDER,  /* syn/report: all of these as one */
    REPORT_COSIM,          /* <top>_cosim.rpt */
    REPORT_COSIM_LATENCY,  /* lat.rpt */
    REPORT_TRANSACTIONS,   /* *.performance.result.transaction.xml, .rpt */
    REPORT_HLS4ML,         /* hls4ml's report dictionary as JSON */
    REPORT_FIFO_PEAKS,     /* max_depth.json of hls4ml's Vivado backend */
    REPORT_FIFO_DEPTHS,    /* fifo_depths.json of its Vitis backend */
    REPORT_CHANNELS,       /* channel_info.csv */
    REPORT_CHANNEL,        /* one chan_status<N>.csv */
    REPORT_FINN_RTLSIM,    /* rtlsim_performance.json */
    REPORT_FINN_NETWORK,   /* estimate_network_performance.json */
    REPORT_FINN_CYCLES,    /* estimate_layer_cycles.json */
    REPORT_FINN_RESOURCES, /* estimate_layer_resources.json */
    REPORT_KIND_COUNT
};

enum report_outcome {
    REPORT_DONE,      /* the run behind the report ended well */
    REPORT_FAILED,    /* it ran and failed: wrong results, deadlock */
    REPORT_UNFINISHED /* it did not run, or did not end */
};

enum report_answer { REPORT_UNKNOWN, REPORT_NO, REPORT_YES };

struct report_range {
    uint64_t min, max; /* both REPORT_NONE: not stated */
};

struct report_timing {
    struct report_range latency;  /* cycles of a frame */
    struct report_range interval; /* cycles between frames */
    uint64_t latency_average_milli, interval_average_milli;
    uint64_t total; /* cycles of the whole run */
};

struct report_resources {
    uint64_t bram18, dsp, ff, lut, uram;
};

/* Loops of a function follow each other as in the file: an inner one comes
 * after the one it is in. */
struct report_loop {
    const char *name;
    uint32_t level; /* 0: not inside another loop */
    struct report_range trip_count;
    struct report_range latency;           /* cycles of all iterations */
    struct report_range iteration_latency; /* cycles of one; the depth of the
                                              pipeline if it is pipelined */
    uint64_t ii, ii_target;                /* initiation interval */
    enum report_answer pipelined;
};

/* A function that became hardware: the top, a process of it, a helper.
 *
 * Vitis HLS gives other intervals for it in the report of the whole design
 * (csynth.xml, csynth.rpt) than in the one of the function itself if it is a
 * rewinding loop; the function's own is to be trusted. */
struct report_module {
    const char *name;
    uint32_t level; /* in the tree of a summary; 0: the top */
    struct report_range latency, interval;
    const char *pipeline; /* "no", "dataflow", "loop auto-rewind ..." */
    uint64_t clock_estimate_ps;
    struct report_resources resources;
    uint32_t loop_count;
    struct report_loop *loops;
};

/* A function as used by another one, which is `top` unless the report is of a
 * whole design. */
struct report_instance {
    const char *name;   /* "conv_2d_cl_..._U0" */
    const char *within; /* the function that uses it */
    const char *module; /* whose instance it is */
    struct report_range latency, interval;
    const char *pipeline;
    struct report_resources resources;
};

/* Names are as in the file: hls4ml's "layer2_out", with "_U" behind it in the
 * tool's own files. */
struct report_fifo {
    const char *name;
    const char *within;                   /* function; NULL: not stated */
    uint64_t depth;                       /* entries; as profiled or as built */
    uint64_t bits;                        /* of an entry */
    uint64_t peak;                        /* largest number of entries held */
    uint64_t depth_new;                   /* what the optimiser chose */
    uint64_t write_blocked, read_blocked; /* cycles */
    uint64_t bram18, ff, lut, uram;
};

struct report_frame {
    uint64_t latency;  /* start to done, cycles */
    uint64_t interval; /* start to next start; none for the last frame */
};

struct report {
    enum report_kind kind;
    const char *path;
    enum report_outcome outcome;
    const char *status;   /* the tool's word for it: "Pass", "Fail", "NA" */
    const char *language; /* simulated: "Verilog", "VHDL" */

    const char *tool;    /* "Vitis HLS" */
    const char *version; /* "2023.2" */
    const char *part;
    const char *top; /* what the report is about; function or node */
    uint64_t clock_target_ps, clock_estimate_ps, clock_uncertainty_ps;

    struct report_timing estimate; /* what the tool expects */
    struct report_timing measured; /* what a simulation of the RTL gave */
    uint64_t frames;               /* simulated */

    struct report_resources resources;   /* estimated for the whole */
    struct report_resources synthesised; /* after logic synthesis */
    struct report_resources available;   /* in the part */

    uint32_t module_count; /* [0] is `top` if the report has modules */
    struct report_module *modules;
    uint32_t instance_count; /* those of `top` first */
    struct report_instance *instances;
    uint32_t fifo_count;
    struct report_fifo *fifos;
    uint32_t frame_count;
    struct report_frame *frame;
};

/* Reads any of the files above, at most 64 MiB each; a folder as
 * report_read_folder.  NULL: said why in d (file-open, report, json-*).  A
 * report of a run that failed or did not end is read all the same, with its
 * outcome and a warning (report-run).
 *
 * channel_info.csv names one file per FIFO; they are looked for in
 * channel_depth_info/ beside it, and those that are not there leave `peak`
 * open, with one warning. */
struct report *report_read(struct arena *a, const char *path, struct diag *d);
/* Reads a folder of synthesis reports, syn/report of an HLS solution or the
 * solution itself, as one report of a design (REPORT_CSYNTH_FOLDER): csynth.xml
 * and every NAME_csynth.rpt, or NAME_csynth.xml where there is no .rpt.
 *
 * modules: the top, then what it uses, in the order of its instances, then all
 * others by name.  Each is as its own report says if there is one, else as
 * csynth.xml does.  instances and fifos: those of every function, in the order
 * of modules; `within` says whose.  A function without a report is an instance
 * only.  Names are as they stand in the files.
 *
 * Without csynth.xml the top is the one function that no other uses, of several
 * the one that is a dataflow region. */
struct report *report_read_folder(struct arena *a, const char *path,
                                  struct diag *d);
/* True for a folder that has any of these files, itself or in syn/report. */
bool report_is_folder(const char *path);
/* The same as report_read from memory, `path` for messages and for the files
 * beside it. */
struct report *report_parse(struct arena *a, const char *path,
                            const char *bytes, size_t length, struct diag *d);

/* NULL: none of that name. */
const struct report_module *report_module_find(const struct report *r,
                                               const char *name);
const char *report_kind_name(enum report_kind kind);

#endif
