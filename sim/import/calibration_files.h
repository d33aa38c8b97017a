/* calibration_files -- the files of models/calibration, as the build put them
 * into the program. */
#ifndef HEADRACE_IMPORT_CALIBRATION_FILES_H
#define HEADRACE_IMPORT_CALIBRATION_FILES_H

#include <stddef.h>

struct calibration_file {
    const char *name; /* "hls4ml.json" */
    const char *text;
    size_t length;
};

extern const struct calibration_file calibration_files[];
extern const size_t calibration_file_count;

#endif
