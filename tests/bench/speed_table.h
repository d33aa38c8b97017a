/* speed_table -- the measurements as Markdown. */
#ifndef HEADRACE_TESTS_BENCH_SPEED_TABLE_H
#define HEADRACE_TESTS_BENCH_SPEED_TABLE_H

#include <stdint.h>

#include "tests/bench/contender.h"

struct subject;

/* Of one subject. */
struct result {
    const struct subject *subject;
    struct sample best[CONTENDERS_MAX]; /* ns 0: not measured */
    uint64_t memory_kb;   /* peak of a program that only runs the engine */
    uint64_t arena_bytes; /* of the run in it */
};

struct machine {
    const char *systemc, *verilator; /* versions */
    uint32_t rounds;
    double load_before, load_after; /* of the last minute */
};

void speed_table_print(const struct result *results, uint32_t count,
                       const struct machine *m);

#endif
