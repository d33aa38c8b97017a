/* foreign_options -- the switches of every command that takes a model: how
 * another tool's file becomes one, what numbers of data mean, and how layers
 * are folded of which the file says nothing.
 *
 * They are a group of their own in a command's help (options.h), so that no
 * command repeats a row. */
#ifndef HEADRACE_CLI_FOREIGN_OPTIONS_H
#define HEADRACE_CLI_FOREIGN_OPTIONS_H

#include <stdbool.h>

#include "cli/options.h"

struct data_options;
struct diag;
struct foreign_options;

struct foreign_switches {
    const char *precision, *input_shape;
    /* Of all layers, whatever the file says (load_folding). */
    struct option_u32 reuse_factor, lanes;
    struct option_u64 target_cycles;
    const char *calibrate, *range;
    struct option_u32 width, weight_width, calibrate_frames;
    struct data_meaning {
        const char *scale, *layout, *label_column;
    } meaning;       /* of data on the command line */
    bool reads_data; /* no switch: the command has data besides that of
                        --calibrate */
};
extern const struct option_row foreign_switch_rows[];
/* Those of folding, for commands that do not choose it themselves. */
extern const struct option_row fold_switch_rows[];

/* All but the folding.  False: said why in d. */
bool foreign_options_read(const struct foreign_switches *s,
                          struct foreign_options *out, struct diag *d);
/* The option that says what data mean, "--data-scale"; NULL: none was given. */
const char *data_meaning_given(const struct data_meaning *m);
/* Whether any was given, folding included. */
bool foreign_switches_given(const struct foreign_switches *s);
/* False: said why in d. */
bool data_meaning_read(const struct data_meaning *m, struct data_options *out,
                       struct diag *d);

#endif
