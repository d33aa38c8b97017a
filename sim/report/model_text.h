/* model_text -- where things stand in the text of a model file, so that parts
 * of it can be put into another one letter for letter. */
#ifndef HEADRACE_REPORT_MODEL_TEXT_H
#define HEADRACE_REPORT_MODEL_TEXT_H

#include <stddef.h>

#include "base/diag.h"

/* Of a place in the text: the number of characters in front of it. */
size_t model_text_offset(const char *text, struct place where);

/* Behind the value that begins at `from`.  The file has been read as a model,
 * so it is JSON. */
size_t model_text_end(const char *text, size_t from);

#endif
