/* boards -- what a network is spread over: FPGAs in a row, and the links
 * between them. */
#ifndef HEADRACE_PARTITION_BOARDS_H
#define HEADRACE_PARTITION_BOARDS_H

#include <stdbool.h>
#include <stdint.h>

#include "cost/capacity.h"
#include "partition/problem.h"

struct link_type;

struct partition_board {
    const char *name;
    const struct device *device;
    const char *device_word; /* by which the user named it */
    uint32_t fill_percent;   /* of each resource, that may be taken */
    uint64_t hz;
};

struct partition_link { /* from a board to the next */
    const char *name;
    const struct link_type *type;
    const char *type_word; /* by which the user named it */
    uint64_t cable_ps;
};

/* What may be taken. */
struct demand board_capacity(const struct partition_board *b);

/* Tokens of a stream in the words of a link (docs/links.md, Words). */
uint64_t link_words(const struct link_type *t, uint64_t tokens,
                    uint32_t token_bits);

/* How long these words take on the line, with headers, trailers, gearbox and
 * clock compensation, in thousandths of cycles of a clock, rounded up.  With
 * other streams beside, packets have a header of one word at least.  0 of a
 * crossing, whose streams do not share anything. */
uint64_t link_load(const struct link_type *t, uint64_t words, bool beside,
                   uint64_t hz);

#endif
