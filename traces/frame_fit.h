/* frame_fit -- how many frames the two sides have, and how many tokens of
 * each stream are one.
 *
 * A model says what a frame is; a recording beside it is cut accordingly, and
 * refused if its counts cannot be those of the model: no process can have
 * read many more frames than it has written, nor the other way round.  Of
 * two recordings the shorter one is cut into as many frames as the user says,
 * else as often as all processes have ended; else frames stay unknown. */
#ifndef HEADRACE_TRACES_FRAME_FIT_H
#define HEADRACE_TRACES_FRAME_FIT_H

#include <stdbool.h>
#include <stdint.h>

struct diag;
struct pairing;
struct side;

enum { FRAMES_DEFAULT = 3 }; /* of a model beside one */

/* Sets frames and tokens_per_frame of both sides; told 0: the user does not
 * say.  Models need not have been run.  False: said why in d (compare). */
bool frame_fit(struct side *a, struct side *b, const struct pairing *p,
               uint32_t told, struct diag *d);

/* The same for a recording alone: cuts all its streams into so many frames.
 * False, and nothing is changed, if some stream's tokens are not so many. */
bool frame_cut(struct side *recording, uint32_t frames);

#endif
