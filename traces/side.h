/* side -- one of the two things that `headrace compare` holds against each
 * other: a simulated model, a recording, or a report.
 *
 * A model knows its graph and how many tokens a frame has; of a recording
 * both are found out (frame_fit.h, pairing.h) or stay unknown.  A report has
 * figures only; its FIFOs are streams without handshakes. */
#ifndef HEADRACE_TRACES_SIDE_H
#define HEADRACE_TRACES_SIDE_H

#include <stdbool.h>
#include <stdint.h>

#include "traces/token_times.h"

struct arena;
struct diag;
struct recording;
struct report;

enum side_kind { SIDE_MODEL, SIDE_RECORDING, SIDE_REPORT };

const char *side_kind_name(enum side_kind kind); /* "model" */

enum { SIDE_EDGE = UINT32_MAX }; /* no process, or it is not known */

struct side_stream {
    struct token_times times;     /* of a model: empty until it is run */
    bool writes_seen, reads_seen; /* else that side was not watched */
    uint64_t tokens_per_frame;    /* 0: not known */
    uint32_t copies, copy;        /* carries frames f, f % copies == copy; 0
                                     copies count as 1 */
    uint32_t capacity;            /* tokens; 0: not known */
    uint32_t writer, reader;      /* processes, or SIDE_EDGE */
    uint32_t channels;            /* FIFOs it is a bundle of (bundle.h); 0 and
                                     1: it is none */
    uint32_t write_clock, read_clock; /* of a recording, or NO_CLOCK */
    bool elsewhere; /* on other clocks only, so nothing of it is here */
    uint32_t fifo;  /* of a report: which one of its list */
};

struct side_process {
    const char *name;
    uint32_t input_count, output_count;
    const uint32_t *inputs, *outputs; /* streams */
};

struct side {
    enum side_kind kind;
    const char *path;
    const char *note;  /* what else was asked of it, "FIFO depth 1"; or NULL */
    const char *trust; /* of a model that is not exact: "calibrated", or
                          "extrapolated: " and why; else NULL */
    const char *clock; /* whose cycles these are; NULL: of all there are */
    uint32_t clock_index; /* of the recording; valid if clock is not NULL */
    uint32_t bundle_count;
    uint32_t stream_count;
    struct side_stream *streams;
    uint32_t *order; /* streams: of a model in dataflow order, of a recording
                        in that in which five eighths of their
                        tokens have passed */
    uint32_t process_count;         /* 0: the graph is not known */
    struct side_process *processes; /* in dataflow order */
    uint32_t frames;                /* 0: not known */
    uint64_t end;  /* first cycle that was not watched; UINT64_MAX: none */
    bool is_stuck; /* a model that deadlocks */
    uint64_t stuck_cycle;              /* its last handshake */
    const struct recording *recording; /* NULL: not of that kind */
    const struct report *report;       /* NULL: not of that kind */
};

/* All streams, whatever their clocks; FIFOs of a bundle are one stream if all
 * have the same cycles, else each is its own, with a warning (trace-token). */
struct side *side_from_recording(struct arena *a, const char *path,
                                 const struct recording *r, struct diag *d);
/* What happened in cycles of one clock: those of others mean another time.
 * All streams stay, in the same order, without what is on other clocks.  The
 * side itself if its recording has not several clocks. */
const struct side *side_on_clock(struct arena *a, const struct side *s,
                                 uint32_t clock);
/* FIFOs of a bundle are one stream, that with the greatest peak. */
struct side *side_from_report(struct arena *a, const struct report *r);
/* Clocks that its cycles are told apart by; 0: none are told. */
uint32_t side_clock_count(const struct side *s);

static inline uint64_t side_copies(const struct side_stream *s)
{
    return s->copies > 1 ? s->copies : 1;
}
/* Of the side that saw more of them. */
static inline uint64_t side_tokens_seen(const struct side_stream *s)
{
    const struct token_times *t = &s->times;
    return t->write_count > t->read_count ? t->write_count : t->read_count;
}
/* How many tokens the first `frames` frames of the run have there; UINT64_MAX
 * if that is not known. */
uint64_t side_tokens(const struct side_stream *s, uint64_t frames);

#endif
