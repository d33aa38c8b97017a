/* wave_build -- makes waveforms for tests: one list of changes, written as VCD
 * and as FST (with the FST library, as Verilator does). */
#ifndef HEADRACE_TESTS_TRACES_WAVE_BUILD_H
#define HEADRACE_TESTS_TRACES_WAVE_BUILD_H

#include <stdint.h>

struct arena;
struct wave;

struct wave *wave_new(struct arena *a);
/* A signal by its whole path, "tb.dut.clk"; a range may follow the name,
 * "tb.dut.data [3:0]".  Returns its number. */
uint32_t wave_signal(struct wave *w, const char *path, uint32_t bits);
/* A second name for the net of signal `of`. */
uint32_t wave_alias(struct wave *w, const char *path, uint32_t of);
/* Changes at the time that is set; `value` has as many letters as the signal
 * has bits. */
void wave_set(struct wave *w, uint32_t signal, const char *value);
void wave_time(struct wave *w, uint64_t time); /* at first 0 */

/* One period: the clock rises 5 after the current time and falls 5 later.
 * Between fall and rise the caller changes what the edge is to see. */
void wave_cycle(struct wave *w, uint32_t clock);

const char *wave_vcd(const struct wave *w); /* the arena's */
void wave_write_fst(const struct wave *w, const char *path);
/* As it stands on disk before the simulation closes it: `path`, and
 * `path`.hier with the list of signals. */
void wave_write_open_fst(struct wave *w, const char *path);

#endif
