#include "kernels/window.h"

#include "base/diag.h"
#include "kernels/schedule.h"

#include <assert.h>

bool window_store_shape(const struct layer *layer, uint64_t h, uint64_t w,
                        uint64_t c, struct shape *out, struct diag *d)
{
    if (h > NETWORK_SIZE_MAX || w > NETWORK_SIZE_MAX || c > NETWORK_SIZE_MAX ||
        h * w * c > NETWORK_VALUES_MAX) {
        diag_error(d, layer->place, DIAG_SHAPE_OVERFLOW,
                   "a tensor of '%s' would be %llux%llux%llu: at most %u each "
                   "and 2^31 values",
                   layer->name, (unsigned long long)h, (unsigned long long)w,
                   (unsigned long long)c, (unsigned)NETWORK_SIZE_MAX);
        return false;
    }
    *out = (struct shape){ (uint32_t)h, (uint32_t)w, (uint32_t)c };
    return true;
}

bool window_shape(const struct layer *layer, struct shape in, uint32_t channels,
                  struct shape *out, struct diag *d)
{
    const struct window *w = &layer->window;
    if (w->stride_h == 0 || w->stride_w == 0) {
        diag_error(d, layer->place, DIAG_SHAPE,
                   "stride %ux%u of '%s' is not at least 1x1", w->stride_h,
                   w->stride_w, layer->name);
        return false;
    }
    if (w->kernel_h == 0 || w->kernel_w == 0 || w->kernel_h > in.h ||
        w->kernel_w > in.w) {
        diag_error(d, layer->place, DIAG_SHAPE,
                   "kernel %ux%u of '%s' does not fit into its input of %ux%u",
                   w->kernel_h, w->kernel_w, layer->name, in.h, in.w);
        return false;
    }
    return window_store_shape(layer, (in.h - w->kernel_h) / w->stride_h + 1,
                              (in.w - w->kernel_w) / w->stride_w + 1, channels,
                              out, d);
}

size_t window_start(const struct window *w, struct shape in, size_t y, size_t x)
{
    return (y * w->stride_h * in.w + x * w->stride_w) * in.c;
}

static void skip(const struct window_steps *steps, struct schedule *s,
                 uint64_t pixels)
{
    if (pixels > 0)
        steps->skip(steps->context, s, pixels);
}

/* A row whose pixels complete windows. */
static void append_row(struct schedule *s, const struct window *w,
                       uint32_t in_w, const struct window_steps *steps)
{
    uint32_t strides = (in_w - w->kernel_w) / w->stride_w;
    skip(steps, s, w->kernel_w - 1);
    if (strides > 0) {
        schedule_loop(s, strides);
        steps->complete(steps->context, s);
        skip(steps, s, w->stride_w - 1);
        schedule_end(s);
    }
    steps->complete(steps->context, s);
    skip(steps, s, (in_w - w->kernel_w) % w->stride_w);
}

void window_schedule(struct schedule *s, const struct window *w,
                     struct shape in, const struct window_steps *steps)
{
    assert(in.h >= w->kernel_h && in.w >= w->kernel_w);
    uint32_t strides = (in.h - w->kernel_h) / w->stride_h;
    skip(steps, s, (uint64_t)(w->kernel_h - 1) * in.w);
    if (strides > 0) {
        schedule_loop(s, strides);
        append_row(s, w, in.w, steps);
        skip(steps, s, (uint64_t)(w->stride_h - 1) * in.w);
        schedule_end(s);
    }
    append_row(s, w, in.w, steps);
    skip(steps, s, (uint64_t)((in.h - w->kernel_h) % w->stride_h) * in.w);
}
