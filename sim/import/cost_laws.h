/* cost_laws -- reads models/calibration/hls4ml_cost.json. */
#ifndef HEADRACE_IMPORT_COST_LAWS_H
#define HEADRACE_IMPORT_COST_LAWS_H

#include "base/json.h"

struct arena;
struct hls_laws;

#define COST_LAWS_FILE "hls4ml_cost.json"

/* The laws of a file; what is wrong with it is said in its diagnostics. */
const struct hls_laws *cost_laws_read(struct arena *a, struct json file);

#endif
