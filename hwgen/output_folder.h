/* output_folder -- a folder of generated files that appears as a whole.
 *
 * Files are written to a staging folder first; only output_folder_commit
 * moves them into place.  A file of the list (OUTPUT_FOLDER_LIST) in the
 * folder names all others; a folder that holds anything else is not ours and
 * is never touched.  If anything fails, what was there before is still there
 * and nothing is left behind. */
#ifndef HEADRACE_HWGEN_OUTPUT_FOLDER_H
#define HEADRACE_HWGEN_OUTPUT_FOLDER_H

#include <stdbool.h>
#include <stddef.h>

struct arena;
struct diag;
struct output_folder;
struct text;

#define OUTPUT_FOLDER_LIST "headrace-files.txt"

/* NULL: the folder is not ours to write, or cannot be written (said why). */
struct output_folder *output_folder_open(struct arena *a, const char *path,
                                         struct diag *d);

/* Adds a file; its name has no folder and is new.  False: the folder is
 * abandoned already. */
bool output_folder_add(struct output_folder *f, const char *name,
                       const void *bytes, size_t count, struct diag *d);
bool output_folder_add_text(struct output_folder *f, const char *name,
                            const struct text *t, struct diag *d);

/* Puts the files in place of those generated before. */
bool output_folder_commit(struct output_folder *f, struct diag *d);

/* Gives up: removes what was written. */
void output_folder_abandon(struct output_folder *f);

/* Names of the generated files in a folder, in the order of generation;
 * the length goes to *count.  NULL: said why. */
const char **output_folder_list(struct arena *a, const char *path,
                                size_t *count, struct diag *d);

#endif
