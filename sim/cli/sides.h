/* sides -- what `headrace compare` is called with, opened: a model's folder or
 * file (a network of another tool as well), a trace, or a report, known by its
 * content. */
#ifndef HEADRACE_CLI_SIDES_H
#define HEADRACE_CLI_SIDES_H

#include <stdbool.h>
#include <stdint.h>

#include "cli/load.h"
#include "traces/recording.h"

struct arena;
struct design;
struct diag;
struct side;

struct side_request {
    const char *path;
    struct design_switches design;      /* if it is a model */
    struct recording_options recording; /* if it is a trace */
};

struct opened_side {
    struct side *side;
    const struct design *design; /* NULL: it is no model */
};

/* Of a model only the graph: it is run when the other side has told how many
 * frames.  False: said why in d. */
bool sides_open(struct arena *a, const struct side_request *q,
                struct opened_side *out, struct diag *d);

/* Simulates side->frames frames of a model, and keeps every handshake.
 * False: said why in d (data, if they are too many). */
bool sides_run(struct arena *a, struct opened_side *s, struct diag *d);

#endif
