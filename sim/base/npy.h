/* npy -- arrays in NumPy's .npy files (format 1.0 to 3.0, C order).
 *
 * Accepted types: signed and unsigned integers of 8 to 32 bits, int64,
 * float32, float64, bool; little endian.  Anything else, a truncated file,
 * Fortran order or trailing bytes is a diagnostic ('weights' or 'data',
 * whatever code the caller gives).  Source of the format: NumPy
 * Enhancement Proposal 1. */
#ifndef HEADRACE_BASE_NPY_H
#define HEADRACE_BASE_NPY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/diag.h"

struct arena;

enum { NPY_DIMS_MAX = 8 };

struct npy {
    uint32_t dims;
    uint64_t shape[NPY_DIMS_MAX];
    uint64_t count; /* product of shape */
    bool is_float;
    bool is_signed;    /* of integers: the file's type */
    uint8_t bits;      /* of an element in the file; bool: 1 */
    int64_t *integers; /* count values if !is_float, else NULL */
    double *floats;    /* count values if is_float, else NULL */
};

/* NULL: said why in d; a file that cannot be read at all is file-open,
 * whatever the code.  Allocates at most 8 bytes of `a` per byte of the
 * file. */
struct npy *npy_load(struct arena *a, const char *path, enum diag_code code,
                     struct diag *d);
/* The same from memory; `path` stands for the file in messages. */
struct npy *npy_parse(struct arena *a, const char *path, const void *bytes,
                      size_t length, enum diag_code code, struct diag *d);
/* "(3, 3, 16, 24)"; the arena's. */
char *npy_shape_text(const struct npy *n, struct arena *a);

#endif
