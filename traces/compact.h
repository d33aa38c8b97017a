/* compact -- a recording in a small binary file, headrace's own.
 *
 * All numbers are little endian:
 *   8 bytes  magic: 0x89 'H' 'R' 'T' 'R' '\r' '\n' version (1)
 *   8 bytes  length of the body
 *   4 bytes  CRC-32 of the body (that of zlib)
 *   the body, compressed by zlib
 *
 * The body is a row of numbers of 7 bits a byte, lowest first, the high bit
 * set in all but the last byte of a number (LEB128), and of names, each a
 * number of bytes and the bytes:
 *   clocks:    count, then of each: name, cycles, period_fs, zero_fs
 *   streams:   count, then of each, in the order of their names: name,
 *              kind, write clock, read clock (0: none, else index + 1), 1 if
 *              the reads are the writes, list of writes, and of reads unless
 *              they are the writes
 *   processes: count, then of each: name, clock, lists of starts, readys,
 *              dones
 *   run:       name, empty if there is none
 * A list is its count, the first cycle, then each difference minus 1, as
 * cycles rise.  The magic shows a transfer as text, as that of PNG does. */
#ifndef HEADRACE_TRACES_COMPACT_H
#define HEADRACE_TRACES_COMPACT_H

#include <stdbool.h>
#include <stddef.h>

struct arena;
struct diag;
struct recording;

/* True if a file that begins with these bytes means to be a compact one. */
bool compact_begin(const char *bytes, size_t count);

/* Writes all or nothing.  False: said why in d (file-write). */
bool compact_write(const char *path, const struct recording *r, struct diag *d);
/* NULL: said why in d (file-open, trace-syntax, trace-cut): nothing of
 * a damaged file is used. */
struct recording *compact_read(struct arena *a, const char *path,
                               struct diag *d);

#endif
