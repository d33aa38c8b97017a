/* device_files -- the files of models/devices, as the build put them into the
 * program.  They are sorted by name. */
#ifndef HEADRACE_IMPORT_DEVICE_FILES_H
#define HEADRACE_IMPORT_DEVICE_FILES_H

#include "base/embedded.h"

extern const struct embedded_file device_files[];
extern const size_t device_file_count;

#endif
