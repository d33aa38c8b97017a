/* contender -- a simulator that is measured: the token-time engine, and
 * everything it is compared with. */
#ifndef HEADRACE_TESTS_BENCH_CONTENDER_H
#define HEADRACE_TESTS_BENCH_CONTENDER_H

#include <stdbool.h>
#include <stdint.h>

struct arena;
struct diag;
struct subject;

/* One measurement. */
struct sample {
    uint64_t ns;     /* processor time of one run */
    uint64_t cycles; /* that the run says the subject takes */
};

struct contender {
    const char *name;
    bool needs_rtl; /* only for subjects with rtl */
    bool exact;     /* its cycles must be the subject's */
    /* Builds and writes what the measurements need.  NULL: nothing. */
    bool (*prepare)(const struct subject *s, struct diag *d);
    /* Runs for about as long as any other contender: what is short runs
     * several times in a row, and the mean counts.  Scratch is dropped after
     * the measurement. */
    bool (*measure)(struct arena *scratch, const struct subject *s,
                    struct sample *out, struct diag *d);
};

/* In the order of the tables; the first two are the engine, with and without
 * statistics. */
extern const struct contender contenders[];
extern const uint32_t contender_count;
enum { CONTENDER_ENGINE, CONTENDER_ENGINE_NO_STATS, CONTENDERS_MAX = 16 };

/* The version of SystemC that the contender ran with; after a measurement.
 * "?" if that cannot be told. */
const char *contender_systemc_version(struct arena *a, const struct subject *s);

#endif
