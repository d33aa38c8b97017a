/* kernels -- all kernels of the headrace family. */
#ifndef HEADRACE_KERNELS_KERNELS_H
#define HEADRACE_KERNELS_KERNELS_H

#include "design/kernel.h"

extern const struct kernel kernel_argmax;
extern const struct kernel kernel_avgpool2d;
extern const struct kernel kernel_batchnorm;
extern const struct kernel kernel_clone;
extern const struct kernel kernel_collect;
extern const struct kernel kernel_concat;
extern const struct kernel kernel_conv2d;
extern const struct kernel kernel_crop2d;
extern const struct kernel kernel_dense;
extern const struct kernel kernel_depthwise_conv2d;
extern const struct kernel kernel_dispatch;
extern const struct kernel kernel_elementwise;
extern const struct kernel kernel_global_avgpool;
extern const struct kernel kernel_global_maxpool;
extern const struct kernel kernel_link;
extern const struct kernel kernel_lookup;
extern const struct kernel kernel_maxpool2d;
extern const struct kernel kernel_prelu;
extern const struct kernel kernel_relu;
extern const struct kernel kernel_reshape;
extern const struct kernel kernel_softmax;
extern const struct kernel kernel_upsample2d;
extern const struct kernel kernel_width_converter;
extern const struct kernel kernel_zeropad2d;

const struct kernel_table *kernels_headrace(void);

#endif
