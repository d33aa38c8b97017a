/* byte_input -- the bytes of a file, as they stand or unpacked.
 *
 * Gzip (zlib) and xz (liblzma) are known by their first bytes, not by the
 * name of the file.  Memory does not grow with the file.  Of a compressed
 * file that breaks off, all bytes in front of the break come and are right;
 * of one that is damaged, the last ones may be wrong. */
#ifndef HEADRACE_TRACES_BYTE_INPUT_H
#define HEADRACE_TRACES_BYTE_INPUT_H

#include <stdbool.h>
#include <stddef.h>

struct arena;
struct byte_input;
struct diag;

/* How many times smaller deflate makes anything, rounded up (1032). */
enum { DEFLATE_AT_MOST = 1100 };

/* NULL: said why in d (file-open); only regular files are read. */
struct byte_input *byte_input_open(struct arena *a, const char *path,
                                   struct diag *d);
void byte_input_close(struct byte_input *in); /* accepts NULL */

/* As many of the next `count` bytes as there are; less only at the end. */
size_t byte_input_read(struct byte_input *in, void *to, size_t count);

/* Why the bytes ended before the file's end: the rest of a sentence such as
 * "breaks off within its gzip data"; NULL: they did not. */
const char *byte_input_problem(const struct byte_input *in);
/* True if that is not a break, so that the bytes may be wrong. */
bool byte_input_is_damaged(const struct byte_input *in);

#endif
