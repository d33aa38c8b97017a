/* events -- token times as a text file: one line per handshake.
 *
 *     stream,event,token_index,cycle
 *     conv1.out,w,0,31
 *     conv1.out,r,0,32
 *
 * 'w': the token entered the stream, 'r': it left it; token_index counts from
 * 0 over all frames.  Streams come one after the other, within a stream all
 * writes before all reads.  A file name that ends in .gz is compressed. */
#ifndef HEADRACE_TRACES_EVENTS_H
#define HEADRACE_TRACES_EVENTS_H

#include <stdbool.h>
#include <stdint.h>

#include "traces/compare.h"

struct diag;

/* Writes all or nothing.  False: said why in d (file-write). */
bool events_write(const char *path, const struct token_times *streams,
                  uint32_t count, struct diag *d);

#endif
