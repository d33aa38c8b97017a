/* device_files -- the files of models/devices, as the build put them into the
 * program.  They are sorted by name. */
#ifndef HEADRACE_IMPORT_DEVICE_FILES_H
#define HEADRACE_IMPORT_DEVICE_FILES_H

#include <stddef.h>

struct device_file {
    const char *name; /* "xczu9eg.json" */
    const char *text;
    size_t length;
};

extern const struct device_file device_files[];
extern const size_t device_file_count;

#endif
