/* block_case -- residual blocks, small enough to try all their depths. */
#ifndef HEADRACE_TESTS_TUNE_BLOCK_CASE_H
#define HEADRACE_TESTS_TUNE_BLOCK_CASE_H

#include <stdint.h>

#include "design/hardware.h"

struct arena;
struct design;

enum { BLOCK_CONVS_MAX = 2 };

struct block_case {
    uint32_t h, w;
    uint32_t kernels[BLOCK_CONVS_MAX]; /* 0: no such convolution */
    uint32_t depth;                    /* of every FIFO */
    uint32_t blocks;                   /* one after the other; 0: one */
    uint32_t shortcut;                 /* 1x1 convolutions on the way around */
    /* By HLS, if not ours: convolutions with loops of that interval; 0: that
     * are not pipelined. */
    enum family family;
    uint32_t ii;
};

/* Each block: convolutions one after the other, with the padding that keeps the
 * picture, and the block's input added to them.  All tokens are one value of 8
 * bits. */
struct design *block_case_design(struct arena *a, const struct block_case *c);

/* A model in the folder `models`, or by a way from there; weights and stalls as
 * it says. */
struct design *model_case_design(struct arena *a, const char *name);

#endif
