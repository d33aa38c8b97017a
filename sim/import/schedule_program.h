/* schedule_program -- one stage of a schedule file: its style, and its program
 * of nested loops over steps. */
#ifndef HEADRACE_IMPORT_SCHEDULE_PROGRAM_H
#define HEADRACE_IMPORT_SCHEDULE_PROGRAM_H

#include <stdbool.h>

#include "base/json.h"
#include "import/schedule_file.h"

struct arena;

/* Reads the stage of an object whose streams are known; sets all of *out.
 * Keys of the object that belong to no stage are not looked for.  False: said
 * why. */
bool schedule_program_read(struct arena *a, struct json j,
                           const struct schedule_file *file,
                           struct schedule_stage *out);

#endif
