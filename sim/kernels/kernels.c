#include "kernels/kernels.h"

/* One a line, in alphabetical order. */
/* clang-format off */
static const struct kernel *const kernels[] = {
    &kernel_argmax,
    &kernel_avgpool2d,
    &kernel_batchnorm,
    &kernel_clone,
    &kernel_collect,
    &kernel_concat,
    &kernel_conv2d,
    &kernel_crop2d,
    &kernel_dense,
    &kernel_depthwise_conv2d,
    &kernel_dispatch,
    &kernel_elementwise,
    &kernel_global_avgpool,
    &kernel_global_maxpool,
    &kernel_link,
    &kernel_lookup,
    &kernel_maxpool2d,
    &kernel_prelu,
    &kernel_relu,
    &kernel_reshape,
    &kernel_softmax,
    &kernel_upsample2d,
    &kernel_width_converter,
    &kernel_zeropad2d,
};
/* clang-format on */

static const struct kernel_table table = {
    .count = sizeof kernels / sizeof kernels[0],
    .kernels = kernels,
};

const struct kernel_table *kernels_headrace(void)
{
    return &table;
}
