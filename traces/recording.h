/* recording -- what was seen of a design in a simulation, whoever simulated
 * it: the cycles of all handshakes of its streams and of the starts and ends
 * of its processes.
 *
 * recording_read knows the kind of a file by its content: VCD (vcd.h), FST
 * (fst.h), events as text (events.h), our own compact form (compact.h); all
 * but FST may be packed with gzip or xz.  From waveforms, streams and
 * processes are found by the names of their handshake signals (handshake.h)
 * or as a mapping file says (mapping.h), and times become cycles (sampler.h).
 *
 * Cycles are counted per clock; see README.md for where they begin. */
#ifndef HEADRACE_TRACES_RECORDING_H
#define HEADRACE_TRACES_RECORDING_H

#include <stdbool.h>
#include <stdint.h>

#include "traces/token_times.h"

struct arena;
struct diag;

enum stream_kind {
    STREAM_UNTOLD,      /* a file of events does not say */
    STREAM_AXI,         /* AXI4-Stream: one handshake, writes are reads */
    STREAM_HLS_FIFO,    /* if_write ... of a FIFO instance */
    STREAM_HLS_START,   /* the same, of a FIFO that carries starts */
    STREAM_READY_VALID, /* NAME_valid, NAME_ready; NAME_in_*, NAME_out_* */
    STREAM_MAPPED       /* as the mapping file says */
};

enum { NO_CLOCK = UINT32_MAX };

/* Where the times of a stream are from. */
struct stream_source {
    enum stream_kind kind;
    uint32_t write_clock, read_clock; /* NO_CLOCK: the file does not say */
};

/* A process with the block protocol of HLS (ap_start, ap_ready, ap_done). */
struct process_times {
    const char *name;
    uint64_t start_count, ready_count, done_count;
    const uint64_t *starts; /* first cycle of ap_start for each frame */
    const uint64_t *readys; /* ap_start and ap_ready: has read its frame */
    const uint64_t *dones;  /* first cycle of ap_done for each frame */
    uint32_t clock;
};

struct clock_seen {
    const char *name;
    uint64_t cycles;    /* that were counted */
    uint64_t period_fs; /* the most frequent one; 0: not known */
    uint64_t zero_fs;   /* time of cycle 0; valid if the period is known */
};

struct recording {
    uint32_t stream_count;
    struct token_times *streams;   /* in the order of their names */
    struct stream_source *sources; /* by stream */
    uint32_t process_count;
    struct process_times *processes; /* in the order of their names */
    uint32_t clock_count;
    struct clock_seen *clocks;
    const char *run;    /* of a file with several runs; NULL: it has none */
    uint32_t run_count; /* in the file */
    const char **runs;  /* their names */
    bool is_truncated;  /* the file broke off: told by a warning */
};

struct recording_options {
    const char *mapping; /* path of a mapping file; NULL: none */
    const char *clock;   /* signal, for all streams; NULL: by its name */
    const char *reset;   /* signal, '!' in front: active low; of all clocks;
                            NULL: by its name, beside the clock */
    const char *scope;   /* look for streams only in and below; NULL: all */
    const char *run;     /* of a file with several; NULL: the first */
};

/* Writes streams whose clocks are not told: as a compact trace if the name of
 * the file ends in .hrt, else as events (packed if it ends in .gz).  All or
 * nothing; false: said why in d (file-write). */
bool recording_write(const char *path, const struct token_times *streams,
                     uint32_t count, struct diag *d);

/* True if the content is of one of the kinds above; false also if the file
 * cannot be read. */
bool recording_known(const char *path);

/* NULL: said why in d.  Warnings: trace-cut, trace-clock, trace-token.
 * o may be NULL. */
struct recording *recording_read(struct arena *a, const char *path,
                                 const struct recording_options *o,
                                 struct diag *d);

#endif
