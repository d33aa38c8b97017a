#include "kernels/kernels.h"

#include "base/diag.h"
#include "design/design.h"
#include "kernels/convolution.h"
#include "kernels/mac.h"
#include "kernels/window.h"

/* `in` is padded already if the layer is: a zeropad2d in front does that. */
static bool conv2d_shape(const struct layer *layer, const struct shape *inputs,
                         struct shape *out, struct diag *d)
{
    struct shape in = inputs[0];
    if (layer->units == 0) {
        diag_error(d, layer->place, DIAG_SHAPE, "'%s' has no filters",
                   layer->name);
        return false;
    }
    if (!window_shape(layer, in, layer->units, out, d))
        return false;
    return mac_check_weights(
        layer, (uint64_t)layer->window.kernel_h * layer->window.kernel_w * in.c,
        d);
}

static bool conv2d_fold(struct process *p, const struct layer_options *options,
                        struct diag *d)
{
    return convolution_fold(p, p->inputs[0]->shape.c, options, d);
}

static void conv2d_schedule(const struct process *p, struct schedule *s)
{
    convolution_schedule(p, p->inputs[0]->shape.c, s);
}

static void conv2d_compute(const struct process *p, const int32_t *const *in,
                           int32_t *const *outputs)
{
    convolution_compute(p, in[0], outputs[0], mac_compute);
}

static void conv2d_compute_float(const struct process *p,
                                 const double *const *in,
                                 double *const *outputs)
{
    convolution_compute_float(p, in[0], outputs[0], mac_compute_float);
}

const struct kernel kernel_conv2d = {
    .name = "conv2d",
    .shape = conv2d_shape,
    .fold = conv2d_fold,
    .check = mac_check,
    .schedule = conv2d_schedule,
    .compute = conv2d_compute,
    .compute_float = conv2d_compute_float,
};
