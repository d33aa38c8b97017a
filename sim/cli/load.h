/* load -- what every command does first: model file to design, with the
 * switches that several of them share. */
#ifndef HEADRACE_CLI_LOAD_H
#define HEADRACE_CLI_LOAD_H

#include <stdbool.h>

#include "cli/foreign_options.h"
#include "cli/options.h"

struct arena;
struct design;
struct diag;
struct model;

/* The model at a path, its hardware as the switches say.  NULL: said why in
 * d. */
struct model *load_model(struct arena *a, const char *path,
                         const struct foreign_switches *s, struct diag *d);
/* The options of folding in h; false: said why in d. */
struct hardware;
struct network;
bool load_folding(struct arena *a, const struct network *n, struct hardware *h,
                  const struct foreign_switches *s, struct diag *d);

/* Data in the place of the model's. */
struct data_switches {
    const char *inputs, *labels;
};
extern const struct option_row data_switch_rows[];
/* The model's data is that of the command line, if that names some.  False:
 * said why in d. */
bool load_data_switches(const struct data_switches *s,
                        const struct foreign_switches *foreign, struct model *m,
                        struct diag *d);

struct design_switches {
    struct foreign_switches foreign;
    struct option_list fifo_depth;   /* N or NAME=N */
    struct option_u64 random_stalls; /* seed */
    bool numbers_only; /* no times are asked for: FIFOs are not fitted */
};
extern const struct option_row design_switch_rows[];

/* NULL: said why in d.  *model may be NULL. */
struct design *load_design(struct arena *a, const char *path,
                           const struct design_switches *s,
                           struct model **model, struct diag *d);

/* False, and said so, if a design is on several boards, which what the command
 * does ("tuning") cannot deal with yet. */
bool load_is_on_one_board(const struct design *design, const char *what,
                          struct diag *d);

/* False, and said so, if the inputs or outputs of so many frames are more
 * values than a command holds in memory. */
bool load_fits(const struct model *m, uint32_t frames, struct diag *d);

struct dataset;
/* The frames that a command works on: the first `frames` (0: all) of the
 * model's data, or with a seed random ones (0: one frame). */
bool load_data(struct arena *a, const struct model *m, uint32_t frames,
               const struct option_u64 *seed, struct dataset *out,
               struct diag *d);

#endif
