/* calibration -- what the processes of other tools take, from
 * models/calibration, which is part of the program. */
#ifndef HEADRACE_IMPORT_CALIBRATION_H
#define HEADRACE_IMPORT_CALIBRATION_H

struct arena;
struct diag;
struct hardware;

/* Gives the hardware the rows of its family, none if it is "headrace"; from
 * the file `path` instead if that is not NULL.  What is wrong with that file
 * is said in d. */
void calibration_read(struct arena *a, struct hardware *h, const char *path,
                      struct diag *d);

#endif
