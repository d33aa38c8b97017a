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

/* False, and said so, of another tool's file: there is no config that could be
 * written again with what was chosen.  Asked before a search is begun. */
bool depth_output_has_config(const struct model *m, struct diag *d);

/* depths: by stream, legal ones.  Nothing is written if one of the forms cannot
 * be.  False: said why. */
bool depth_output_write(const struct depth_output *o, const struct model *m,
                        const struct design *design, const uint32_t *depths,
                        struct diag *d);

/* Warns if a model file at `path` would not find the files that it names, by
 * paths from its own folder. */
void depth_output_check_folder(const char *path, const struct model *m,
                               struct arena *a, struct diag *d);

#endif
