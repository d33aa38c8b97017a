/* schedule_file -- a kernel of the family `schedule`: the timing of a process
 * as a file describes it (docs/calibrate.md, models/schema/
 * schedule.schema.json).
 *
 * A process is one or more stages, each with a schedule of its own
 * (kernels/schedule.h), joined by streams inside the process.  Its inputs are
 * read, and its outputs written, by one stage each. */
#ifndef HEADRACE_IMPORT_SCHEDULE_FILE_H
#define HEADRACE_IMPORT_SCHEDULE_FILE_H

#include <stdint.h>

#include "design/design.h"
#include "design/trust.h"

struct arena;
struct diag;
struct schedule;

enum {
    SCHEDULE_STAGES_MAX = 16,
    SCHEDULE_STREAMS_MAX = 64 /* of one process: ports, and as many inner
                                 streams as a process may have ports */
};

enum schedule_stream_kind { SCHEDULE_INPUT, SCHEDULE_OUTPUT, SCHEDULE_INNER };

struct schedule_stream {
    const char *name;
    struct place place;
    enum schedule_stream_kind kind;
    uint64_t tokens_per_frame; /* of an inner stream: as its stages say */
    uint32_t width_bits;       /* ports: 0: not told */
    /* Inner streams. */
    uint32_t capacity, latency, initial;
    uint32_t writer, reader; /* stages; of a port the one that there is */
};

struct schedule_stage {
    const char *name;
    const struct schedule *schedule;
    uint32_t input_count, output_count; /* at most DESIGN_PORTS_MAX each */
    uint32_t inputs[SCHEDULE_STREAMS_MAX], outputs[SCHEDULE_STREAMS_MAX];
};

struct schedule_file {
    const char *path, *name;
    uint32_t stream_count;
    struct schedule_stream *streams; /* inputs, outputs, inner ones */
    uint32_t input_count, output_count;
    uint32_t stage_count;
    struct schedule_stage *stages; /* in the order of the file */
    struct trust trust;
};

/* NULL: said why in d.  `path` is read as it is. */
const struct schedule_file *
schedule_file_read(struct arena *a, const char *path, struct diag *d);

#endif
