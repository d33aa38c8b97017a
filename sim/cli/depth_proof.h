/* depth_proof -- chosen FIFO depths as Verilated RTL: when frames come out with
 * them, and with each single FIFO at a cheaper depth, held against the model.
 *
 * The RTL is built once, with the chosen depths; a run with one FIFO at a
 * lower limit needs no other build.  A FIFO whose kind is another one at the
 * cheaper depth (a kind that follows the depth, 64 tokens and 65) is not the
 * same RTL: it gets a build of its own if that is asked for. */
#ifndef HEADRACE_CLI_DEPTH_PROOF_H
#define HEADRACE_CLI_DEPTH_PROOF_H

#include <stdbool.h>
#include <stdint.h>

struct arena;
struct design;
struct diag;
struct text;

/* One FIFO at another depth, all others as the design has them. */
struct depth_step {
    uint32_t stream;
    uint32_t depth;  /* legal; and unless that makes it another kind, at most
                        that of the design */
    uint32_t frames; /* to run at least; 0: as the options say */
};

/* What one side says of a design. */
struct depth_times {
    bool stood_still;        /* before all frames were out */
    uint32_t frames;         /* that came out */
    uint64_t *starts, *ends; /* per frame of them: cycle of its first token at
                                the source, of its last at the sink */
    bool alone_done;
    uint64_t alone; /* latency of one frame alone; 0 if it stood still */
};

struct depth_trial {
    const struct depth_step *step; /* NULL: all depths as chosen */
    bool other_kind;               /* than chosen: other RTL, see above */
    bool run;                      /* at RTL */
    uint32_t frames;               /* run back to back */
    bool certified;                /* `period` frames take period_cycles for
                                      ever, in the model; else as measured */
    uint32_t period;               /* 0: it stands still, or one frame only */
    uint64_t period_cycles;
    struct depth_times model, rtl;
};

struct depth_proof {
    const struct design *design;
    uint32_t count; /* 1 + steps; the first one is the design as chosen */
    struct depth_trial *trials;
    uint64_t rtl_cycles; /* simulated in all */
    uint64_t rtl_ns;     /* that this took, the build apart */
};

struct depth_proof_options {
    const char *folder; /* as of struct verification_options */
    /* The design as built: the same but for larger or equal depths of the
     * same kinds.  NULL: the design itself. */
    const struct design *built;
    bool other_kinds; /* build those that need it, too */
    /* 0: as many as the model takes to certify the interval, at most
     * DEPTH_PROOF_FRAMES (then it is measured). */
    uint32_t frames;
    const int32_t *inputs; /* raw, frame by frame, given again from the first
                              one when they are used up */
    uint32_t input_frames;
    /* Called between the steps; may be NULL. */
    void (*progress)(void *context, const char *what, uint64_t done,
                     uint64_t total);
    void *context;
};
enum { DEPTH_PROOF_FRAMES = 12 };

/* NULL: said why in diag. */
struct depth_proof *depth_proof_run(struct arena *a, const struct design *d,
                                    const struct depth_step *steps,
                                    uint32_t count,
                                    const struct depth_proof_options *o,
                                    struct diag *diag);

/* The RTL did what the model said, to the cycle: every frame, and the one
 * alone.  True where it was not run. */
bool depth_trial_equal(const struct depth_trial *t);
bool depth_proof_equal(const struct depth_proof *p);
/* Cycles of the last period in what one side brought out: with equal times
 * the model's period_cycles.  0: unknown. */
uint64_t depth_trial_interval(const struct depth_trial *t,
                              const struct depth_times *side);

/* A table: each FIFO with its step, interval and latency on both sides. */
void depth_proof_print(const struct depth_proof *p, struct arena *a,
                       struct text *out);

#endif
