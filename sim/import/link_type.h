/* link_type -- kinds of links from the catalogue (models/links, which is part
 * of the program) or from a file of the same kind
 * (models/schema/link.schema.json). */
#ifndef HEADRACE_IMPORT_LINK_TYPE_H
#define HEADRACE_IMPORT_LINK_TYPE_H

#include "base/diag.h"
#include "base/json.h"
#include "design/link.h"

struct arena;

/* The type of that name; or, if `name` holds a '/' or ends in ".json", the one
 * that the file describes.  NULL: said why in d; an unknown name at `where`,
 * with a list of those that there are. */
const struct link_type *link_type_load(struct arena *a, const char *name,
                                       struct place where, struct diag *d);

/* Whether the name is that of a file. */
bool link_type_is_path(const char *name);

/* "100gbe-udp, aurora-64b66b-10g, ..."; the arena's. */
const char *link_type_names(struct arena *a);

/* A frequency in MHz, exactly, as a ratio in Hz: from 0.001 to 2000 MHz.
 * False: said why. */
bool clock_read(struct json j, uint64_t *hz_numerator,
                uint64_t *hz_denominator);

#endif
