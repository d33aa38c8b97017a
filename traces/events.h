/* events -- token times as a text file: one line per handshake.
 *
 *     stream,event,token_index,cycle
 *     conv1.out,w,0,31
 *     conv1.out,r,0,32
 *
 * 'w': the token entered the stream, 'r': it left it; token_index counts from
 * 0 over all frames.  Streams come one after the other, within a stream all
 * writes before all reads.  A file name that ends in .gz is compressed.
 *
 * The reader takes streams in any order and mixed, and also the form that
 * keeps several runs in a file:
 *
 *     run,stream,op,token_index,cycle
 *     isolated,layer2_out,W,0,353
 *
 * with W and R as above, I a beat at an input port of the design (a write)
 * and O one at an output port (a read).  For each stream and event the index
 * must count from 0 and the cycle must rise. */
#ifndef HEADRACE_TRACES_EVENTS_H
#define HEADRACE_TRACES_EVENTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "traces/token_times.h"

struct arena;
struct diag;
struct recording;

/* Writes all or nothing.  False: said why in d (file-write). */
bool events_write(const char *path, const struct token_times *streams,
                  uint32_t count, struct diag *d);

/* True if a file that begins with these bytes is one of the two forms. */
bool events_begin(const char *bytes, size_t count);
/* Plain, gzip or xz.  `run` as in recording_options.  A file that breaks off
 * gives what is whole (trace-cut, a warning).  NULL: said why in d
 * (file-open, trace-syntax, trace-token, trace-signal for an unknown run). */
struct recording *events_read(struct arena *a, const char *path,
                              const char *run, struct diag *d);

#endif
