/* foreign -- model files of other tools: which they are, and how they become
 * a sketch of a model config.
 *
 * ONNX and Keras have a reader that makes a graph (import/onnx, import/keras);
 * what follows is the same for both.  A project of hls4ml is resolved already
 * (import/hls4ml). */
#ifndef HEADRACE_IMPORT_FOREIGN_H
#define HEADRACE_IMPORT_FOREIGN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/fixed.h"
#include "import/foreign_ranges.h"

struct arena;
struct diag;
struct sketch;

enum { FOREIGN_RANK_MAX = 8 };

struct foreign_options {
    struct format precision; /* where the file gives none; width 0:
                                fixed<16,6>, that of hls4ml */
    uint32_t rank;           /* of the input's shape; 0: that of the file */
    uint64_t shape[FOREIGN_RANK_MAX];
    struct foreign_calibration calibration;
};

/* Whether nothing is said of how the file is read. */
bool foreign_options_are_none(const struct foreign_options *o);

/* Whether a path names a file of another tool, by its ending, or for .json
 * by how it begins; or a folder that is a project of hls4ml, by what is in
 * it. */
bool foreign_is(const char *path);
/* Whether a path is a file of another tool that is not read, but known by its
 * ending or by what is in a folder; then it was said in d what to do. */
bool foreign_is_unread(const char *path, struct diag *d);

/* NULL: said why in d; also of a path that is none. */
struct sketch *foreign_load(struct arena *a, const char *path,
                            const struct foreign_options *o, struct diag *d);

#endif
