/* data_fuzz -- any bytes as data: an archive of arrays, text or an image. */
#ifndef HEADRACE_TESTS_FUZZ_DATA_FUZZ_H
#define HEADRACE_TESTS_FUZZ_DATA_FUZZ_H

#include "tests/fuzz/read_fuzz.h"

/* The first byte says what the rest is read as: 'z' .npz, 'c' .csv of frames
 * of four values, 'l' .csv of labels, 'g' a .pgm, 'p' a .ppm, 'n' a grey .png,
 * 'r' a coloured one (images of 2 x 3 pixels); else nothing.  Also wrong is
 * more memory than the readers' headers allow. */
enum read_fuzz data_fuzz(const char *path, const uint8_t *bytes, size_t count);

#endif
