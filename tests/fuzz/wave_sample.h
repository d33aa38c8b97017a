/* wave_sample -- a small waveform with a stream of each kind and a process,
 * to be damaged. */
#ifndef HEADRACE_TESTS_FUZZ_WAVE_SAMPLE_H
#define HEADRACE_TESTS_FUZZ_WAVE_SAMPLE_H

struct arena;

/* Two streams, one process, a reset, a vector and an alias; 60 cycles. */
struct wave *wave_sample(struct arena *a);

#endif
