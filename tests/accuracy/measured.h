/* measured -- an hls4ml design of tests/accuracy/data, as a region of processes
 * with the numbers of its synthesis reports. */
#ifndef HEADRACE_TESTS_ACCURACY_MEASURED_H
#define HEADRACE_TESTS_ACCURACY_MEASURED_H

#include <stdint.h>

#include "engine/timing.h"
#include "kernels/hls4ml.h"

struct arena;
struct table_file;

struct measured {
    const char *name, *folder, *tool;
    struct timing data; /* streams of data; processes without schedules */
    struct hls_process *processes;
    uint32_t input, output; /* streams */
    struct table_file *runs, *frames, *peaks;
};

/* The designs there are; NULL ends. */
extern const char *const measured_designs[];

struct measured *measured_load(struct arena *a, const char *name);

#endif
