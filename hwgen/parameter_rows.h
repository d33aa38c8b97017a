/* parameter_rows -- what the families of kernels in parameters_*.c share:
 * their tables, and rows of parameters that many modules have. */
#ifndef HEADRACE_HWGEN_PARAMETER_ROWS_H
#define HEADRACE_HWGEN_PARAMETER_ROWS_H

#include <stdint.h>

#include "base/fixed.h"
#include "hwgen/parameters.h"

/* One table a family; a row without a name ends it. */
extern const struct module modules_multipliers[];
extern const struct module modules_values[];
extern const struct module modules_streams[];
extern const struct module modules_pixels[];

void parameters_number(struct parameters *l, const char *name, int64_t value);

/* Appends one item to the module's list, which begins with the first one. */
void parameters_item(struct parameters *l, const char *name, uint32_t item);

void parameters_file(struct parameters *l, const char *name,
                     const char *suffix);

/* PREFIX_WIDTH, _FRAC and _SIGNED. */
void parameters_format(struct parameters *l, const char *prefix,
                       struct format f);
/* The same and the modes of a conversion, _QUANT and _OVERFLOW. */
void parameters_target(struct parameters *l, const char *prefix,
                       struct format f);

/* Of input 0: H and W; TOKENS (of one pixel); LANES; WIDTH and IS_SIGNED; the
 * format IN_. */
void parameters_image(const struct process *p, struct parameters *l);
void parameters_tokens(const struct process *p, struct parameters *l);
void parameters_lanes(const struct process *p, struct parameters *l);
void parameters_value(const struct process *p, struct parameters *l);
void parameters_input_format(const struct process *p, struct parameters *l);

/* Of output 0: TOKEN_WIDTH; the target OUT_. */
void parameters_token_width(const struct process *p, struct parameters *l);
void parameters_output_format(const struct process *p, struct parameters *l);

/* KERNEL_* and STRIDE_*; RELU and RELU_MAX. */
void parameters_kernel_window(const struct process *p, struct parameters *l);
void parameters_relu(const struct process *p, struct parameters *l);

#endif
