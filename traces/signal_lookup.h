/* signal_lookup -- finds the signal that a user has named.
 *
 * A name is a whole path ("tb.dut.clk") or the end of one, from any of its
 * scopes on ("dut.clk", "clk"); of several that end alike, the outermost is
 * meant, if there is only one of it.  "name[3]" is the element of that name,
 * else bit 3 of the signal `name`.  '!' in front inverts it. */
#ifndef HEADRACE_TRACES_SIGNAL_LOOKUP_H
#define HEADRACE_TRACES_SIGNAL_LOOKUP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/diag.h"

struct net_bit;
struct waveform;

/* Looks in `scope` (a whole path; NULL: nowhere) before it looks everywhere.
 * False: said why in d (trace-signal), with the names that are near. */
bool lookup_bit(const struct waveform *w, const char *scope, const char *name,
                struct net_bit *bit, struct place where, struct diag *d);

/* The whole path of a scope given by the end of its path; the arena's.  NULL:
 * said why in d (trace-signal). */
struct arena;
const char *lookup_scope(struct arena *a, const struct waveform *w,
                         const char *name, struct place where, struct diag *d);

#endif
