/* tune_options -- the options of `headrace tune` whose value has parts: stall
 * patterns in pairs, prices, limits of depths. */
#ifndef HEADRACE_CLI_TUNE_OPTIONS_H
#define HEADRACE_CLI_TUNE_OPTIONS_H

#include <stdbool.h>

#include "cli/options.h"
#include "tune/tune.h"

struct arena;
struct design;
struct device;
struct diag;

/* --source and --sink, each as often as there are scenarios: the first source
 * goes with the first sink, and so on; one without the other goes with
 * `always`.  None at all: source and sink as the model says (*count 0).  NULL,
 * with *count not 0: said why. */
const struct scenario *tune_scenarios(struct arena *a,
                                      const struct option_list *sources,
                                      const struct option_list *sinks,
                                      uint32_t *count, struct diag *d);

/* --max-latency: a number of cycles, "any", or NULL for what unlimited FIFOs
 * reach.  False: said why. */
bool tune_latency(const char *option, const char *text, uint64_t *cycles,
                  bool *any, struct diag *d);

/* --price: "bits" (or NULL), "device", or weights: "lut=1,bram18=150.5".
 * device NULL: none was named.  False: said why. */
bool tune_pricing(struct arena *a, const char *text,
                  const struct device *device, struct pricing *out,
                  struct diag *d);

/* A schedule need not say how wide its tokens are.  FIFOs of such a stream get
 * a width of 1 bit, with a warning, so that they are compared by the tokens
 * that they hold. */
void tune_unknown_widths(struct design *design, struct diag *d);

/* --limit FIFO=N or FIFO=MIN..MAX, at most one for each FIFO.  NULL: said
 * why, or there are none. */
const struct depth_limit *tune_limits(struct arena *a, const struct design *d,
                                      const struct option_list *list,
                                      struct diag *diag);

#endif
