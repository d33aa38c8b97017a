/* model_depths -- a model file with the depths of all its FIFOs set: what a
 * search chose, in the form that this program reads (docs/depth-files.md).
 *
 * The file is the user's own, letter for letter, but for `hardware.fifos`. */
#ifndef HEADRACE_REPORT_MODEL_DEPTHS_H
#define HEADRACE_REPORT_MODEL_DEPTHS_H

#include <stdbool.h>
#include <stdint.h>

struct arena;
struct design;
struct diag;
struct text;

/* path: the model.json that the design comes from; depths: by stream, as in
 * struct stream, legal ones.  The result belongs into the same folder, where
 * the files that it names are.  False: said why in diag. */
bool model_depths_print(struct arena *a, const struct design *d,
                        const uint32_t *depths, const char *path,
                        struct text *out, struct diag *diag);

#endif
