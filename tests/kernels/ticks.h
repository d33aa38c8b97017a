/* ticks -- the ticks at which a schedule reads and writes when nothing but
 * late input tokens holds it up. */
#ifndef HEADRACE_TESTS_KERNELS_TICKS_H
#define HEADRACE_TESTS_KERNELS_TICKS_H

#include <stddef.h>
#include <stdint.h>

struct arena;
struct process;
struct rng;
struct stream;

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
uint64_t *ticks_random_arrivals(struct arena *a, struct rng *r, size_t count);

/* The same for processes with several streams: a list for each. */
enum { TICKS_PORTS_MAX = 8 };
struct tick_list {
    size_t count;
    uint64_t *at; /* per token */
};
struct port_ticks {
    uint32_t input_count, output_count;
    struct tick_list reads[TICKS_PORTS_MAX], writes[TICKS_PORTS_MAX];
};

/* `rounds` rounds of the schedule: a frame each, or of a dispatch or collect
 * as many frames as it has copies.  Token k of input i is there from tick
 * available[i][k] on; NULL: all from tick 0 on. */
struct port_ticks *port_ticks_of(struct arena *a, const struct process *p,
                                 uint32_t rounds,
                                 const uint64_t *const *available);

/* As "in0 0 1 | in1 0 1 | out0 2 3"; the arena's. */
char *port_ticks_text(struct arena *a, const struct port_ticks *t);

/* Fails with the first difference. */
void port_ticks_check_equal(const struct port_ticks *got,
                            const struct port_ticks *expected,
                            const char *what);

/* Empty lists, with room for the tokens of so many rounds of p. */
struct port_ticks *port_ticks_new(struct arena *a, const struct process *p,
                                  uint32_t rounds);
void port_ticks_add(struct tick_list *list, uint64_t tick);

/* Tokens of one round of p's schedule on a stream of p. */
uint64_t port_ticks_tokens(const struct process *p, const struct stream *s);
/* Random arrivals for the inputs of p. */
const uint64_t *const *port_ticks_arrivals(struct arena *a, struct rng *r,
                                           const struct process *p,
                                           uint32_t rounds);

/* Fails unless p works token by token, under random late inputs: in a tick in
 * which all inputs have a token it reads one of each, and it writes one to
 * each output `delay` ticks later. */
void ticks_check_token_by_token(struct arena *a, struct rng *r,
                                const struct process *p, uint32_t delay,
                                const char *what);

/* Fails unless the schedule of p, however large its frames are, is a few
 * instructions that move all tokens of a round. */
void ticks_check_compact(struct arena *a, const struct process *p);

/* A list that a test's own model of a kernel writes down. */
struct ticks *ticks_new(struct arena *a, size_t reads_max, size_t writes_max);
void ticks_add_read(struct ticks *t, uint64_t tick);
void ticks_add_write(struct ticks *t, uint64_t tick);

#endif
