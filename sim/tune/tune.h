/* tune -- the smallest FIFOs with which a design meets its goals.
 *
 * How.  The goals are what unlimited FIFOs reach (reference.h), or what the
 * user asks for.  The search starts where tokens come just in time
 * (just_in_time.h).  If a goal is missed there, the critical chain
 * (engine/chain.h) names the FIFOs whose room is waited for, one of which has
 * to be deeper; then all go down again, together, as far as the goals allow
 * (search.h).  Small designs are searched from the least depths up as well.  In
 * the end each FIFO is run at its next cheaper depth, the others as chosen: the
 * certificate.
 *
 * What is proven.  Each FIFO has a lower bound that holds whatever the others
 * are (fifo_bound.h); prove.h raises these bounds for all vectors that are
 * cheaper than the best.  *Optimal*: no such vector is left.  Else *locally
 * minimal*: no FIFO alone can be one step cheaper; and no vector at all is
 * cheaper than the bound. */
#ifndef HEADRACE_TUNE_TUNE_H
#define HEADRACE_TUNE_TUNE_H

#include <stdbool.h>
#include <stdint.h>

#include "tune/reference.h"
#include "tune/trial.h"

struct arena;
struct design;

/* What the user wants of one FIFO. */
struct depth_limit {
    uint32_t stream;      /* of the design */
    uint32_t least, most; /* depths */
};

/* Told what goes on; false: stop and take the best so far. */
struct tune_observer {
    bool (*progress)(void *context, const char *stage, uint64_t done,
                     uint64_t total, uint64_t best_price);
    void *context;
};

struct tune_options {
    uint32_t scenario_count; /* 0: source and sink as the design says */
    const struct scenario *scenarios;
    struct pricing pricing;
    /* Goals in place of what unlimited FIFOs reach; 0: those. */
    uint64_t interval, isolated, back_to_back;
    bool any_interval, any_isolated, any_back_to_back; /* no goal there */
    uint32_t limit_count;
    const struct depth_limit *limits;
    bool thorough; /* search from the least depths as well, and look longer for
                      a proof, whatever it takes; else only where that is a
                      matter of a tenth of a second */
    uint32_t threads; /* at most; 0: one.  The result is the same */
    const struct tune_observer *observer; /* NULL: nobody */
};

enum tune_outcome {
    TUNE_DONE,
    TUNE_STOPPED,     /* by the observer: feasible, but not certified */
    TUNE_UNREACHABLE, /* the interval is less than the slowest process, or the
                         source or sink, takes for a frame alone */
    TUNE_DEADLOCK,    /* even unlimited FIFOs deadlock */
    TUNE_LIMITED      /* a goal is missed at the deepest depths that there are,
                         or that the user allows */
};

enum certificate_kind {
    CERTIFICATE_NONE,
    CERTIFICATE_LOCAL,
    CERTIFICATE_OPTIMAL
};

struct tuned_fifo {
    const struct stream *stream;
    struct choice chosen;
    bool has_cheaper; /* else it is at the least depth there is, or allowed */
    struct choice cheaper;
    uint32_t scenario;      /* in which the cheaper one misses a goal */
    struct figures without; /* that it reaches there */
    uint32_t bound_depth;   /* no vector that meets the goals has less here */
};

struct tuning {
    enum tune_outcome outcome;
    enum verdict missed; /* TUNE_UNREACHABLE, TUNE_LIMITED: the goal */
    uint32_t missed_in;  /* the scenario */
    const struct design *design;
    struct pricing pricing;
    uint32_t scenario_count;
    const struct scenario *scenarios;
    struct reference *references; /* by scenario */
    struct goals *goals;          /* by scenario */
    struct figures *figures;      /* reached, by scenario */
    uint32_t fifo_count;
    struct tuned_fifo *fifos;
    uint64_t price;       /* of all FIFOs that are tuned */
    uint64_t bound_price; /* no vector that meets the goals is cheaper */
    enum certificate_kind certificate;
    uint64_t runs; /* of the whole design */
};

/* Whether the depth of a stream's FIFO is looked for. */
bool tune_looks_for(const struct stream *s);

struct tuning *tune_design(struct arena *a, const struct design *d,
                           const struct tune_options *o);

/* Gives the design the depths that were found. */
void tuning_apply(const struct tuning *t, struct design *d);

#endif
