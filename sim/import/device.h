/* device -- devices from the catalogue (models/devices, which is part of the
 * program) or from a file of the same kind
 * (models/schema/device.schema.json). */
#ifndef HEADRACE_IMPORT_DEVICE_H
#define HEADRACE_IMPORT_DEVICE_H

#include "base/diag.h"
#include "cost/capacity.h"

struct arena;

/* The device of that name; or, if `name` holds a '/' or ends in ".json", the
 * one that the file describes.  NULL: said why in d; an unknown name at
 * `where`, with a list of those that there are. */
const struct device *device_load(struct arena *a, const char *name,
                                 struct place where, struct diag *d);

/* Whether the name is that of a file. */
bool device_is_path(const char *name);

/* Reports a clock that is faster than a device can have; NULL: none is named.
 */
bool device_check_clock(const struct device *device, uint64_t hz,
                        struct place where, struct diag *d);

/* "xc7a100t, xc7z020, ..."; the arena's. */
const char *device_names(struct arena *a);

#endif
