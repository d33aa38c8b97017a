/* fst_check -- is a file an FST with all its parts?
 *
 * FST is a chain of blocks, each a type of one byte and a length of eight.
 * Between the header in front and the list of signals behind stand the
 * blocks of changes.  The chain and the counts that size the library's tables
 * are checked here; what is inside the packed blocks is not.  Source of the
 * format: the FST library (fstapi.c, 2023) and what it writes. */
#ifndef HEADRACE_TRACES_FST_CHECK_H
#define HEADRACE_TRACES_FST_CHECK_H

#include <stdbool.h>
#include <stdint.h>

struct diag;

struct fst_parts {
    uint64_t file_bytes;
    uint64_t handles; /* different nets; 0: the list is not packed in */
    uint64_t geometry_bytes;
    bool is_truncated; /* the chain ends before it should */
};

/* False: said why in d (file-open, trace-syntax, trace-cut). */
bool fst_check(const char *path, struct fst_parts *parts, struct diag *d);

#endif
