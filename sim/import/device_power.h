/* device_power -- "power" of a device file: what cost/power.h calculates with.
 */
#ifndef HEADRACE_IMPORT_DEVICE_POWER_H
#define HEADRACE_IMPORT_DEVICE_POWER_H

#include <stdbool.h>

#include "base/json.h"

struct power_model;

/* *out is the arena's; NULL if the file has none.  False: said why. */
bool device_power_read(struct arena *a, struct json j,
                       const struct power_model **out);

/* "sources" of the object, which only people read. */
bool device_sources_read(struct json j);

#endif
