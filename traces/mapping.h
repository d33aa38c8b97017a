/* mapping -- a user's file that says which signals are which stream.
 *
 *     {
 *       "scope": "tb.dut",            where names below are looked for first
 *       "clock": "clk", "reset": "!rst_n",
 *       "automatic": false,           also look by names (handshake.h)
 *       "streams": [
 *         { "name": "conv1.out",
 *           "write": ["wr_en", "!full"], "read": ["rd_en", "!empty"] },
 *         { "name": "*", "handshake": ["*_vld", "*_rdy"], "clock": "clk2" }
 *       ],
 *       "processes": [
 *         { "name": "conv1", "start": "u1.go", "ready": "u1.took",
 *           "done": "u1.fin", "continue": "u1.seen" } ]
 *     }
 *
 * All keys may be left out but names and one of write, read, handshake of a
 * stream.  A side is one signal or several that must all be 1; '!' inverts,
 * [i] takes a bit (signal_lookup.h).  "handshake" is a point: write and read at
 * once.  A '*' in the first signal stands for any letters but '.', and the
 * stream is repeated for all that match, with the same letters for the '*'
 * in its other signals and in its name.  "clock" and "reset" of a stream, and
 * "read_clock" and "read_reset" of its read side, go before those of the
 * file; without any, clock and reset are found by name in the scope of the
 * side's first signal or around it. */
#ifndef HEADRACE_TRACES_MAPPING_H
#define HEADRACE_TRACES_MAPPING_H

#include <stdbool.h>
#include <stdint.h>

struct diag;
struct plan;

struct mapping_result {
    bool automatic;    /* handshake_find is wanted as well */
    const char *scope; /* whole path; NULL: none given */
    uint32_t clock;    /* of the file; NO_CLOCK: none given */
};

/* Adds the streams and processes of the file to the plan.  False: said why in
 * d (json-*, name, trace-signal, trace-clock). */
bool mapping_read(struct plan *p, const char *path,
                  struct mapping_result *result, struct diag *d);

struct net_bit;
struct place;
/* A reset by the name of its signal, '!' in front: active low, as known names
 * are without it.  False: said why in d (trace-signal). */
bool mapping_reset(const struct plan *p, const char *scope, const char *reset,
                   const struct place *where, struct net_bit *bit,
                   struct diag *d);
/* A clock by the names of its signals; reset NULL: by its name, in the scope
 * of the clock.  False: said why in d (trace-signal). */
bool mapping_clock(struct plan *p, const char *scope, const char *clock,
                   const char *reset, const struct place *where,
                   uint32_t *index, struct diag *d);

#endif
