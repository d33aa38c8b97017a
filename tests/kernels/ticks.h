/* ticks -- the ticks at which a schedule reads and writes when nothing but
 * late input tokens holds it up. */
#ifndef HEADRACE_TESTS_KERNELS_TICKS_H
#define HEADRACE_TESTS_KERNELS_TICKS_H

#include <stddef.h>
#include <stdint.h>

struct arena;
struct process;

struct ticks {
    size_t read_count, write_count;
    uint64_t *reads;  /* per token of the input */
    uint64_t *writes; /* per token of the output */
};

/* `frames` frames of the process's schedule.  Token k is there from tick
 * available[k] on; NULL: all from tick 0 on.  Checks on the way that due
 * ticks never decrease and that no two are equal. */
struct ticks *ticks_of(struct arena *a, const struct process *p,
                       uint32_t frames, const uint64_t *available);

/* As "reads 0 1 2 | writes 5 6"; the arena's. */
char *ticks_text(struct arena *a, const struct ticks *t);

/* Fails with the first difference. */
void ticks_check_equal(const struct ticks *got, const struct ticks *expected,
                       const char *what);

/* Ticks at which random tokens come, mostly close after each other. */
struct rng;
uint64_t *ticks_random_arrivals(struct arena *a, struct rng *r, size_t count);

/* A list that a test's own model of a kernel writes down. */
struct ticks *ticks_new(struct arena *a, size_t reads_max, size_t writes_max);
void ticks_add_read(struct ticks *t, uint64_t tick);
void ticks_add_write(struct ticks *t, uint64_t tick);

#endif
