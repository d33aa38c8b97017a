/* grid -- what a run of random designs has reached and compared: a row per
 * kernel, per way of using one and per kind of FIFO, and counts of designs.
 * Printed as Markdown, which later runs read back and add to. */
#ifndef HEADRACE_TESTS_EXACTNESS_GRID_H
#define HEADRACE_TESTS_EXACTNESS_GRID_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct design;
struct verification;

enum { GRID_ROWS_MAX = 96, GRID_COUNTS_MAX = 48, GRID_NAME_MAX = 48 };

struct grid_row {
    char name[GRID_NAME_MAX]; /* "conv2d", "conv2d, packed", "fifo_srl" */
    uint64_t configurations;  /* processes or FIFOs */
    /* On the streams of a process, and through a FIFO. */
    uint64_t handshakes, handshakes_different;
    /* That a process writes, and through a FIFO. */
    uint64_t values, values_different;
};

struct grid_count {
    char name[GRID_NAME_MAX];
    uint64_t count;
};

struct grid {
    uint32_t row_count, count_count;
    struct grid_row rows[GRID_ROWS_MAX];       /* by name */
    struct grid_count counts[GRID_COUNTS_MAX]; /* as they came */
};

/* With a row for every kernel, also for those that no design reaches. */
void grid_init(struct grid *g);

/* Counts the processes and FIFOs of d; v NULL: nothing is compared. */
void grid_add_design(struct grid *g, const struct design *d,
                     const struct verification *v);

uint64_t grid_configurations(const struct grid *g, const char *row);

void grid_add(struct grid *g, const char *count, uint64_t by);
uint64_t grid_get(const struct grid *g, const char *count); /* 0: no such */

/* Adds b to g. */
void grid_merge(struct grid *g, const struct grid *b);

void grid_print(const struct grid *g, FILE *to);

/* Adds what grid_print wrote. */
void grid_read(struct grid *g, FILE *from);

#endif
