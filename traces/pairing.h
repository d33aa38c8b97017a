/* pairing -- which stream of A is which of B.
 *
 * Rules, in this order; each for what is left, and only where it is one to
 * one:
 *   file      the user's file says so (pair_file.h)
 *   name      the names are equal
 *   letters   equal with '_' for '.', as headrace's RTL writes them
 *   ending    equal without the scopes in front ("tb.dut.conv1_out") and
 *             without what HLS tools hang on ("_U", "_V_data_0_V_U")
 *   position  only if nothing is paired so far, both have as many streams, and
 *             those with the same numbers of tokens (in whole frames) are as
 *             many on both sides: these by their dataflow order, which in a
 *             recording is that of their last handshakes.  Not for the FIFOs
 *             of a report, nor for streams of which several carry the frames
 *             in turn */
#ifndef HEADRACE_TRACES_PAIRING_H
#define HEADRACE_TRACES_PAIRING_H

#include <stdbool.h>
#include <stdint.h>

struct arena;
struct diag;
struct side;

enum pairing_rule {
    PAIRED_BY_FILE,
    PAIRED_BY_NAME,
    PAIRED_BY_LETTERS,
    PAIRED_BY_ENDING,
    PAIRED_BY_POSITION,
    PAIRING_RULE_COUNT
};

/* "name"; in sentences: "by name" */
const char *pairing_rule_name(enum pairing_rule rule);

struct pair {
    uint32_t a, b; /* streams */
    enum pairing_rule rule;
};

struct pairing {
    uint32_t count;
    struct pair *pairs; /* in the order of A's streams, or of B's if only B
                           is a model */
    uint32_t by_rule[PAIRING_RULE_COUNT];
    uint32_t only_a_count, only_b_count; /* streams without a partner */
    uint32_t *only_a, *only_b;
};

/* `file` NULL: none.  Maybe without a pair.  NULL: said why in d (json-*, name,
 * all for the file). */
struct pairing *pairing_new(struct arena *a, const struct side *left,
                            const struct side *right, const char *file,
                            struct diag *d);

/* False if there is no pair: reports `compare` with near matches then. */
bool pairing_need(struct arena *a, const struct pairing *p,
                  const struct side *left, const struct side *right,
                  struct diag *d);

/* The pair of a stream of A (or of B); NULL: it has none. */
const struct pair *pairing_of_a(const struct pairing *p, uint32_t stream);
const struct pair *pairing_of_b(const struct pairing *p, uint32_t stream);

#endif
