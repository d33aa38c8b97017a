/* stall_pattern -- a recorded stimulus: a file of zeros and ones, one a cycle,
 * that says when things may begin; white space counts for nothing. */
#ifndef HEADRACE_IMPORT_STALL_PATTERN_H
#define HEADRACE_IMPORT_STALL_PATTERN_H

#include <stdbool.h>

#include "base/diag.h"

struct arena;
struct stimulus;

/* Sets `pattern` and `pattern_cycles`.  False: said why in d (file-open; or
 * stimulus, at `where`, which calls the file `shown`). */
bool stall_pattern_read(struct arena *a, const char *path, const char *shown,
                        struct place where, struct stimulus *out,
                        struct diag *d);

#endif
