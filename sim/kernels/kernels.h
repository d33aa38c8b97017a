/* kernels -- all kernels of the headrace family. */
#ifndef HEADRACE_KERNELS_KERNELS_H
#define HEADRACE_KERNELS_KERNELS_H

#include "design/kernel.h"

extern const struct kernel kernel_conv2d;
extern const struct kernel kernel_dense;
extern const struct kernel kernel_maxpool2d;
extern const struct kernel kernel_relu;
extern const struct kernel kernel_zeropad2d;

const struct kernel_table *kernels_headrace(void);

#endif
