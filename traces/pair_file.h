/* pair_file -- a user's file that says which streams are the same:
 *
 *     { "streams": { "conv1.out": "layer2_out_U", "relu1.out": "layer4_out_U" }
 * }
 *
 * the name in A first, the one in B behind it. */
#ifndef HEADRACE_TRACES_PAIR_FILE_H
#define HEADRACE_TRACES_PAIR_FILE_H

#include <stdbool.h>
#include <stdint.h>

struct arena;
struct diag;

enum { PAIR_NONE = UINT32_MAX };

/* Names of one side; `partner` is set to the index on the other side, and
 * left alone for those that the file does not name. */
struct pair_names {
    uint32_t count;
    const char **names;
    uint32_t *partner; /* in b for those of a, in a for those of b */
};

/* False: said why in d (json-*, name). */
bool pair_file_read(struct arena *a, const char *path, struct pair_names *left,
                    struct pair_names *right, struct diag *d);

#endif
