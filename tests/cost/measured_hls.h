/* measured_hls -- the measured hls4ml designs, for tests of their cost. */
#ifndef HEADRACE_TESTS_COST_MEASURED_HLS_H
#define HEADRACE_TESTS_COST_MEASURED_HLS_H

struct arena;
struct design;

/* That of models/hls4ml with this name; fails the test if it is not good. */
struct design *measured_hls_design(struct arena *a, const char *name);

#endif
