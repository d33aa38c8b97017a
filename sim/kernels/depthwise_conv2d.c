#include "kernels/kernels.h"

#include "base/diag.h"
#include "design/design.h"
#include "kernels/convolution.h"
#include "kernels/mac.h"
#include "kernels/window.h"

/* `in` is padded already if the layer is: a zeropad2d in front does that. */
static bool depthwise_conv2d_shape(const struct layer *layer,
                                   const struct shape *inputs,
                                   struct shape *out, struct diag *d)
{
    struct shape in = inputs[0];
    if (layer->units != in.c) {
        diag_error(d, layer->place, DIAG_SHAPE,
                   "'%s' has weights for %u channels, its input has %u",
                   layer->name, layer->units, in.c);
        return false;
    }
    if (!window_shape(layer, in, in.c, out, d))
        return false;
    return mac_check_weights(
        layer, (uint64_t)layer->window.kernel_h * layer->window.kernel_w, d);
}

static bool depthwise_conv2d_fold(struct process *p,
                                  const struct layer_options *options,
                                  struct diag *d)
{
    return convolution_fold(p, 1, options, d);
}

static void depthwise_conv2d_schedule(const struct process *p,
                                      struct schedule *s)
{
    convolution_schedule(p, 1, s);
}

static void depthwise_conv2d_compute(const struct process *p,
                                     const int32_t *const *in,
                                     int32_t *const *outputs)
{
    convolution_compute(p, in[0], outputs[0], mac_compute_each);
}

static void depthwise_conv2d_compute_float(const struct process *p,
                                           const double *const *in,
                                           double *const *outputs)
{
    convolution_compute_float(p, in[0], outputs[0], mac_compute_each_float);
}

const struct kernel kernel_depthwise_conv2d = {
    .name = "depthwise_conv2d",
    .shape = depthwise_conv2d_shape,
    .fold = depthwise_conv2d_fold,
    .check = mac_check,
    .schedule = depthwise_conv2d_schedule,
    .compute = depthwise_conv2d_compute,
    .compute_float = depthwise_conv2d_compute_float,
};
