/* sampler -- carries out a plan: changes of signals become cycles of
 * handshakes.
 *
 * At a rising edge of its clock (0 to 1 between one time and the next) a
 * condition holds if all its signals were 1 just before, that is, after all
 * changes of earlier times.  Changes at the time of the edge are its effects
 * and belong to the next one, in whatever order the file lists them.
 *
 * Cycle 0 of a clock is its first rising edge at which the reset is known to
 * be inactive; without a reset it is the first rising edge.  Every later
 * rising edge is one more cycle.  Handshakes while the reset is active again
 * are not counted. */
#ifndef HEADRACE_TRACES_SAMPLER_H
#define HEADRACE_TRACES_SAMPLER_H

struct diag;
struct plan;
struct recording;
struct waveform;

/* NULL: said why in d: what waveform_read says; trace-unknown: an x or z that
 * leaves open whether there was a handshake; trace-clock: no clock runs.
 * Warnings: trace-clock for clocks that pause, stay in reset or are reset
 * again. */
struct recording *sampler_run(const struct plan *p, struct waveform *w,
                              struct diag *d);

#endif
