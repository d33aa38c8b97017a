/* calibration -- what the processes of other tools take, from
 * models/calibration, which is part of the program. */
#ifndef HEADRACE_IMPORT_CALIBRATION_H
#define HEADRACE_IMPORT_CALIBRATION_H

struct arena;
struct diag;
struct hardware;

/* Gives the hardware the rows of its family; none if it is "headrace". */
void calibration_read(struct arena *a, struct hardware *h, struct diag *d);

#endif
