/* calibration_files -- the files of models/calibration, as the build put them
 * into the program. */
#ifndef HEADRACE_IMPORT_CALIBRATION_FILES_H
#define HEADRACE_IMPORT_CALIBRATION_FILES_H

#include "base/embedded.h"

extern const struct embedded_file calibration_files[];
extern const size_t calibration_file_count;

#endif
