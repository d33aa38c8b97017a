/* schedule_random -- random legal schedules with given tokens per frame. */
#ifndef HEADRACE_TESTS_FUZZ_SCHEDULE_RANDOM_H
#define HEADRACE_TESTS_FUZZ_SCHEDULE_RANDOM_H

#include <stdint.h>

struct arena;
struct rng;
struct schedule;

enum { RANDOM_PORTS_MAX = 8 };

/* Tokens per frame, by port. */
struct schedule_ports {
    uint32_t input_count, output_count;
    uint32_t reads[RANDOM_PORTS_MAX], writes[RANDOM_PORTS_MAX];
};

struct schedule *schedule_random(struct arena *a, struct rng *rng,
                                 const struct schedule_ports *ports);
/* Stall style, frame overlap, restart and credits of an empty schedule. */
void schedule_random_manner(struct rng *rng, struct schedule *s);

#endif
