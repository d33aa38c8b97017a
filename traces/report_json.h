/* report_json -- numbers of reports in JSON, where they may be strings.
 * Private to traces.  Each returns false after reporting; a value that is
 * not there, null or left open leaves *out as it is or makes it
 * REPORT_NONE. */
#ifndef HEADRACE_TRACES_REPORT_JSON_H
#define HEADRACE_TRACES_REPORT_JSON_H

#include <stdbool.h>
#include <stdint.h>

#include "base/json.h"
#include "traces/report_readers.h"

bool report_json_count(struct report_in *in, struct json j, uint64_t *out);
/* Thousandths; a time in ns becomes picoseconds. */
bool report_json_scaled(struct report_in *in, struct json j, bool time,
                        uint64_t *out);
/* Members named after resources behind `prefix`; others are passed over. */
bool report_json_resources(struct report_in *in, struct json object,
                           const char *prefix, struct report_resources *out);

#endif
