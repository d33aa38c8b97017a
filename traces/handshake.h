/* handshake -- finds streams and processes in a waveform by the names of
 * their signals.
 *
 *   HLS FIFO      if_write, if_full_n, if_read, if_empty_n in one scope (and
 *                 if_write_ce, if_read_ce where there are such): the scope
 *                 is the instance; "_U" at its end is no part of the name
 *   AXI4-Stream   NAME_tvalid, NAME_tready, or in capitals: a point, that is
 *                 writes and reads are the same handshakes
 *   ready/valid   NAME_valid, NAME_ready: a point; NAME_in_* together with
 *                 NAME_out_* are the two sides of a FIFO called NAME, as
 *                 headrace's own RTL has them
 *   process       ap_start, ap_ready, ap_done (and ap_continue) in one scope
 *
 * A port is seen in the scopes on both its sides, and blocks have more such
 * pairs inside them.  Of AXI4-Stream, and of ready/valid, only those of one
 * scope are taken: of the one that has most of them, of several the outermost.
 * What the user wants besides is named in a mapping (mapping.h). */
#ifndef HEADRACE_TRACES_HANDSHAKE_H
#define HEADRACE_TRACES_HANDSHAKE_H

#include <stdint.h>

struct plan;

/* Adds to the plan what lies in and below `scope` (a whole path; NULL:
 * everywhere).  `clock` is that of all streams, NO_CLOCK: each has that of its
 * scope.  What has no clock is left out; the number of those is returned. */
uint32_t handshake_find(struct plan *p, const char *scope, uint32_t clock);

#endif
