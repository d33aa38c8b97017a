/* measured_design -- an hls4ml design of tests/accuracy/data, as a region of
 * processes with the numbers of its synthesis reports. */
#ifndef HEADRACE_TESTS_ACCURACY_MEASURED_DESIGN_H
#define HEADRACE_TESTS_ACCURACY_MEASURED_DESIGN_H

#include <stdint.h>

#include "engine/timing.h"
#include "kernels/hls4ml.h"

struct arena;
struct table_file;

struct measured_design {
    const char *name, *folder, *tool;
    struct timing data; /* streams of data; processes without schedules */
    struct hls_process *processes;
    uint32_t input, output; /* streams */
    struct table_file *runs, *frames, *peaks;
};

/* The designs there are; NULL ends. */
extern const char *const measured_design_names[];

struct measured_design *measured_design_load(struct arena *a, const char *name);

#endif
