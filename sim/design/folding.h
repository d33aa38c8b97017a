/* folding -- how many multipliers a convolution or dense layer gets, and
 * whether two outputs can share one.
 *
 * PE outputs and SIMD inputs are worked on in parallel: NF = outputs / PE
 * groups of SF = inputs / SIMD folds, in all RF = NF * SF slots per output
 * position (the reuse factor).  Which pairs exist: docs/hardware.md. */
#ifndef HEADRACE_DESIGN_FOLDING_H
#define HEADRACE_DESIGN_FOLDING_H

#include <stdbool.h>
#include <stdint.h>

#include "base/diag.h"

struct arena;
struct layer_options;
struct process;

/* What the pair has to fit.  All numbers are at least 1. */
struct folding_rule {
    uint32_t outputs;      /* PE divides these */
    uint32_t inputs;       /* SIMD divides these */
    uint32_t output_lanes; /* a multiple of PE; or PE = q * lanes, q <= SF */
    uint32_t input_lanes;  /* SIMD divides these or is a multiple of them;
                              0: SIMD is free of them (convolutions) */
    bool staged;           /* tokens wait in a staging register whatever SIMD
                              is (convolutions with n > 1) */
};

struct folding {
    uint32_t pe, simd;
    uint32_t reuse_factor;
};

/* NULL if the pair exists; else the rule that it breaks, for a sentence
 * that names PE and SIMD: "pe does not divide ...".  A static text. */
const char *folding_fault(const struct folding_rule *r, uint32_t pe,
                          uint32_t simd);

/* The pair of the given reuse factor with the largest PE; false: none. */
bool folding_find(const struct folding_rule *r, uint32_t reuse_factor,
                  struct folding *out);

/* The legal reuse factors next to `reuse_factor` (itself left out); 0 where
 * there is none. */
void folding_nearest(const struct folding_rule *r, uint32_t reuse_factor,
                     uint32_t *below, uint32_t *above);

/* Sets pe, simd and reuse_factor of p as the options (may be NULL) say, or
 * PE 1 and SIMD 1 if they say nothing.  False: said why in d. */
bool folding_choose(struct process *p, const struct folding_rule *r,
                    const struct layer_options *options, struct diag *d);

/* NULL if p, which is folded, can have packed multipliers (docs/hardware.md,
 * Packed multipliers); else why not, with the remedy: "pe is odd ...". A
 * static text. */
const char *folding_packing_fault(const struct process *p);

#endif
