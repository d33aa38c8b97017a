/* clock_domain -- counts the cycles of one clock and notes what is odd about
 * it.  The rule for cycle 0 is that of sampler.h. */
#ifndef HEADRACE_TRACES_CLOCK_DOMAIN_H
#define HEADRACE_TRACES_CLOCK_DOMAIN_H

#include <stdbool.h>
#include <stdint.h>

#include "traces/recording.h"

struct diag;

enum level { LEVEL_0, LEVEL_1, LEVEL_UNKNOWN };

struct clock_domain {
    bool is_counting;      /* cycle 0 has been */
    uint64_t cycle;        /* the current one */
    uint64_t edges_before; /* rising edges in reset, before cycle 0 */
    uint64_t zero_time;    /* of cycle 0 */
    uint64_t last_time;    /* of the last edge */
    uint64_t hash;         /* of all times from cycle 0 on */
    /* The most frequent interval between edges, by majority vote: exact if
     * more than half of them are alike. */
    uint64_t interval, votes;
    uint64_t longest, longest_from; /* interval, and when it began */
    uint64_t resets;                /* times that reset came back */
    uint64_t reset_cycle;           /* at first */
    bool in_reset;
};

/* A rising edge at `time`, with the reset (LEVEL_1: active) as it was before.
 * True if the edge is a cycle out of reset: number c->cycle. */
bool clock_domain_edge(struct clock_domain *c, uint64_t time, uint8_t reset);

bool clock_domain_same(const struct clock_domain *a,
                       const struct clock_domain *b);
struct clock_seen clock_domain_seen(const struct clock_domain *c,
                                    const char *name, uint64_t unit_fs);
/* Warnings (trace-clock): the clock paused, never left reset, was reset
 * again. */
void clock_domain_report(const struct clock_domain *c, const char *name,
                         const char *path, struct diag *d);

#endif
