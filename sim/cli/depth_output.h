/* depth_output -- chosen FIFO depths written to files, in our own form and in
 * those of other tools (docs/depth-files.md). */
#ifndef HEADRACE_CLI_DEPTH_OUTPUT_H
#define HEADRACE_CLI_DEPTH_OUTPUT_H

#include <stdbool.h>
#include <stdint.h>

struct arena;
struct design;
struct diag;
struct model;

struct depth_output {
    const char *model, *hls4ml, *finn; /* files; NULL: not wanted */
};

/* depths: by stream, legal ones.  Nothing is written if one of the forms cannot
 * be.  False: said why. */
bool depth_output_write(const struct depth_output *o, const struct model *m,
                        const struct design *design, const uint32_t *depths,
                        struct diag *d);

#endif
