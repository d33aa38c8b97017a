/* kernel -- the table through which kernels describe themselves.
 *
 * A kernel is the kind of a process.  Its C file in sim/kernels fills one
 * struct kernel; nothing above that folder knows a kernel by name.  How to
 * add one: sim/kernels/README.md. */
#ifndef HEADRACE_DESIGN_KERNEL_H
#define HEADRACE_DESIGN_KERNEL_H

#include <stdbool.h>
#include <stdint.h>

#include "network/network.h"

struct diag;
struct process;
struct schedule;
struct layer_options;

struct kernel {
    const char *name; /* "conv2d"; also the stem of the RTL file */

    /* The output shape of a layer of this kernel for the given inputs
     * (layer->input_count of them), which are already padded where a padding
     * unit stands in front of the kernel.
     * False: the sizes do not fit, said why in d at layer->place.
     * NULL for kernels that are of no layer (clone, width_converter, ...). */
    bool (*shape)(const struct layer *layer, const struct shape *in,
                  struct shape *out, struct diag *d);

    /* Chooses and checks pe, simd and reuse_factor of a process whose other
     * fields and streams are set.  Options may be NULL (none given).
     * NULL for kernels without folding. */
    bool (*fold)(struct process *p, const struct layer_options *options,
                 struct diag *d);

    /* Whether the numbers of a process can be worked on exactly: formats,
     * tables.  All other fields and streams are set, fold has been called.
     * False: said why in d.  NULL: nothing to check. */
    bool (*check)(const struct process *p, struct diag *d);

    /* Appends the schedule of one frame; of dispatch and collect, of as many
     * frames as they have copies.  NULL for a link, which has none: two clocks
     * and several streams decide when it does what (docs/links.md). */
    void (*schedule)(const struct process *p, struct schedule *s);

    /* Bit-true arithmetic of one frame: in[i] are the raw values of input i
     * in (row, column, channel) order, out[o] has room for output o.  The
     * other inputs of a collect and outputs of a dispatch than those of this
     * frame are NULL. */
    void (*compute)(const struct process *p, const int32_t *const *in,
                    int32_t *const *out);

    /* The same in floating point, with the layer's float weights (or the
     * values of its raw ones) and without any rounding: the reference that
     * accuracy is compared with. */
    void (*compute_float)(const struct process *p, const double *const *in,
                          double *const *out);
};

struct kernel_table {
    uint32_t count;
    const struct kernel *const *kernels;
};

/* The kernel that does a layer of this type: "elementwise" for an add.  NULL
 * for a flatten, which is no hardware. */
const struct kernel *kernel_of_layer(const struct kernel_table *t,
                                     enum layer_type type);

/* NULL if the table has none of that name. */
const struct kernel *kernel_find(const struct kernel_table *t,
                                 const char *name);

#endif
