/* keras_h5 -- the tensors of an HDF5 file, read in a process of its own.
 *
 * HDF5's library does not survive damaged files.  It runs in a child
 * (base/isolated.h) with KERAS_H5_SECONDS of processor time and memory for
 * what it may hand back, on the bytes in memory: it opens no file, follows no
 * link to another one, loads no plugin.  What the child says is checked
 * again. */
#ifndef HEADRACE_IMPORT_KERAS_KERAS_H5_H
#define HEADRACE_IMPORT_KERAS_KERAS_H5_H

#include <stddef.h>
#include <stdint.h>

#include "import/graph/graph.h"

struct arena;
struct diag;

/* Of processor time, and one more for each 16 MiB of the file (reading takes a
 * hundredth of that).  Damaged files can keep the library in a loop. */
enum { KERAS_H5_SECONDS = 2, KERAS_H5_OBJECTS_MAX = 10000 };

struct h5_tensor {
    const char *path; /* "conv1/conv1/kernel:0" */
    struct graph_dims dims;
    const float *data;
};

/* An attribute that is a text: model_config and keras_version of the file,
 * and the `name` of groups. */
struct h5_text {
    const char *path; /* of the group; "" for the file */
    const char *name, *text;
};

struct h5 {
    uint32_t tensor_count, text_count;
    struct h5_tensor *tensors;
    struct h5_text *texts;
};

/* NULL: said why.  All but the bytes is the arena's. */
struct h5 *keras_h5_read(struct arena *a, const char *path,
                         const uint8_t *bytes, size_t length, struct diag *d);

/* NULL: there is none. */
const char *keras_h5_text(const struct h5 *h, const char *path,
                          const char *name);
const struct h5_tensor *keras_h5_tensor(const struct h5 *h, const char *path);

#endif
