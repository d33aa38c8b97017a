/* hls_reports -- the synthesis reports of a design that HLS made, for the
 * numbers of its processes (docs/hls4ml.md). */
#ifndef HEADRACE_IMPORT_HLS_REPORTS_H
#define HEADRACE_IMPORT_HLS_REPORTS_H

#include "base/diag.h"

struct arena;
struct hardware;

/* Gives the hardware the functions of the reports at `path`: one csynth.xml or
 * csynth.rpt, or a folder with one of each function (syn/report).  What a
 * function's own report says goes before what that of the whole design says of
 * it.  A fault is said in d, at `where` if it is not in a file. */
void hls_reports_read(struct arena *a, struct hardware *h, const char *path,
                      struct place where, struct diag *d);

#endif
