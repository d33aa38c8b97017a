#include "kernels/kernels.h"

#include "base/diag.h"
#include "design/design.h"
#include "kernels/convolution.h"
#include "kernels/mac.h"
#include "kernels/window.h"

#include <assert.h>
#include <stddef.h>

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

/* Inputs of one output: KH * KW * C. */
static uint32_t terms_of(const struct process *p)
{
    uint64_t terms = (uint64_t)p->window.kernel_h * p->window.kernel_w *
                     p->inputs[0]->shape.c;
    assert(terms <= UINT32_MAX);
    return (uint32_t)terms;
}

static bool conv2d_fold(struct process *p, const struct layer_options *options,
                        struct diag *d)
{
    return convolution_fold(p, terms_of(p), options, d);
}

static void conv2d_schedule(const struct process *p, struct schedule *s)
{
    convolution_schedule(p, terms_of(p), s);
}

static void conv2d_compute(const struct process *p, const int32_t *const *in,
                           int32_t *const *outputs)
{
    int32_t *out = outputs[0];
    struct mac_window window = convolution_window(p);
    struct shape shape = p->outputs[0]->shape;
    for (size_t y = 0; y < shape.h; y++)
        for (size_t x = 0; x < shape.w; x++, out += shape.c)
            mac_compute(p, &window, in[0] + convolution_start(p, y, x), out);
}

static void conv2d_compute_float(const struct process *p,
                                 const double *const *in,
                                 double *const *outputs)
{
    double *out = outputs[0];
    struct mac_window window = convolution_window(p);
    struct shape shape = p->outputs[0]->shape;
    for (size_t y = 0; y < shape.h; y++)
        for (size_t x = 0; x < shape.w; x++, out += shape.c)
            mac_compute_float(p, &window, in[0] + convolution_start(p, y, x),
                              out);
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
