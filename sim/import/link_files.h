/* link_files -- the files of models/links, as the build put them into the
 * program.  They are sorted by name. */
#ifndef HEADRACE_IMPORT_LINK_FILES_H
#define HEADRACE_IMPORT_LINK_FILES_H

#include "base/embedded.h"

extern const struct embedded_file link_files[];
extern const size_t link_file_count;

#endif
