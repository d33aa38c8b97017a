/* calibration -- what the processes of other tools take, from
 * models/calibration, which is part of the program. */
#ifndef HEADRACE_IMPORT_CALIBRATION_H
#define HEADRACE_IMPORT_CALIBRATION_H

struct arena;
struct diag;
struct hardware;

/* Gives the hardware the rows of all families if its own is one that HLS made;
 * from the file `path` instead if that is not NULL.  A family that only the
 * file knows (`tool`) gets the one that it is like as `family`.  What is wrong
 * with the file is said in d. */
void calibration_read(struct arena *a, struct hardware *h, const char *path,
                      struct diag *d);

#endif
