/* partition_model -- a model file with the boards, links, foldings and FIFO
 * depths of a partition: the user's own, letter for letter, but for what of
 * `hardware` was chosen. */
#ifndef HEADRACE_REPORT_PARTITION_MODEL_H
#define HEADRACE_REPORT_PARTITION_MODEL_H

#include <stdbool.h>

struct arena;
struct diag;
struct partition;
struct text;

/* path: the model.json that the network comes from.  The result belongs into
 * the same folder.  False: said why in d. */
bool partition_model_print(struct arena *a, const struct partition *p,
                           const char *path, struct text *out, struct diag *d);

#endif
