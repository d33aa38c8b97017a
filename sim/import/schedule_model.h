/* schedule_model -- the part of a model config that stands in the place of a
 * network: processes that files describe (schedule_file.h), joined by FIFOs.
 *
 * A stream is named after the process that writes it: "pad0.out", or
 * "fork.out0" and "fork.out1" where there are several outputs; "source.out" is
 * the design's input.  The one stream that nobody reads is its output. */
#ifndef HEADRACE_IMPORT_SCHEDULE_MODEL_H
#define HEADRACE_IMPORT_SCHEDULE_MODEL_H

#include "base/diag.h"

struct arena;
struct design;
struct diag;
struct model;
struct model_reader;
struct json;
struct schedule_file;

struct model_process {
    const char *name;
    struct place place;
    const struct schedule_file *file;
    uint32_t input_count;
    const char **inputs; /* names of streams, as many as the file has inputs */
    struct place *input_places;
};

/* model.processes of a config with "processes". */
void schedule_model_read(struct model_reader *r, struct json j);

/* The design of a model with processes; all of it is the arena's.  NULL: said
 * why in d. */
struct design *schedule_model_design(struct arena *a, const struct model *m,
                                     struct diag *d);

#endif
