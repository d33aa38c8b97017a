#include "kernels/hls_design.h"

#include <assert.h>

#include "design/design.h"

static enum hls_tool tool_of(enum family f)
{
    switch (f) {
    case FAMILY_HLS4ML_VIVADO_2019_2:
        return HLS_VIVADO_2019_2;
    case FAMILY_HLS4ML_VIVADO_2020_1:
        return HLS_VIVADO_2020_1;
    case FAMILY_HLS4ML_VITIS_2023_2:
        return HLS_VITIS_2023_2;
    case FAMILY_HLS4ML_VITIS_2024_2:
        return HLS_VITIS_2024_2;
    case FAMILY_HEADRACE:
    case FAMILY_SCHEDULE:
    case FAMILY_COUNT:
        break;
    }
    assert(false && "not an HLS family");
    return HLS_VITIS_2023_2;
}

static void set_window(struct hls_process *h, const struct window *w)
{
    h->kernel_h = w->kernel_h;
    h->kernel_w = w->kernel_w;
    h->stride_h = w->stride_h;
    h->stride_w = w->stride_w;
    h->body = HLS_WINDOW;
    if (w->kernel_h * w->kernel_w * w->stride_h * w->stride_w == 1)
        h->body = HLS_MAP;
}

/* A token is written with the last one of the frame. */
static void set_whole_frame(struct hls_process *h, enum hls_body body)
{
    h->body = body;
    h->kernel_h = h->height;
    h->kernel_w = h->width;
}

static void set_body(struct hls_process *h, const struct process *p)
{
    const struct hls_timing *t = &p->timing;
    const bool one_token = p->inputs[0]->tokens_per_frame == 1;
    if (process_is(p, "zeropad2d") || process_is(p, "crop2d")) {
        h->body = process_is(p, "crop2d") ? HLS_CROP : HLS_PAD;
        h->top = p->window.pad_top;
        h->bottom = p->window.pad_bottom;
        h->left = p->window.pad_left;
        h->right = p->window.pad_right;
    } else if (process_is(p, "upsample2d")) {
        h->body = HLS_UPSAMPLE;
        h->factor = p->scale_w;
        h->factor_h = p->scale_h;
    } else if (process_is(p, "conv2d") || process_is(p, "depthwise_conv2d") ||
               process_is(p, "maxpool2d") || process_is(p, "avgpool2d")) {
        set_window(h, &p->window);
        h->separable = process_is(p, "depthwise_conv2d");
    } else if (process_is(p, "global_maxpool") ||
               process_is(p, "global_avgpool")) {
        set_whole_frame(h, HLS_WINDOW);
    } else if (process_is(p, "dense") && !one_token) {
        set_whole_frame(h, HLS_GATHER);
    } else if (process_is(p, "dense") && t->ii != 0) {
        h->body = HLS_REUSE;
    } else if (process_is(p, "softmax") && one_token) {
        h->body = HLS_REDUCE_EXP;
    } else {
        h->body = HLS_MAP;
    }
    /* One token, and no loop to work on it. */
    if ((h->body == HLS_MAP || h->body == HLS_WINDOW) && one_token &&
        t->ii == 0 && t->fire == 0)
        h->body = process_is(p, "clone") ? HLS_MAP : HLS_ONCE;
}

struct hls_process hls_process_of(const struct design *d,
                                  const struct process *p)
{
    struct hls_process h = {
        .tool = tool_of(d->family),
        .numbers = {
            .ii = p->timing.ii,
            .depth = p->timing.depth,
            .idle = p->timing.idle,
            .fire = p->timing.fire,
            .latency = p->timing.latency,
        },
        .height = p->inputs[0]->shape.h,
        .width = p->inputs[0]->shape.w,
        .kernel_h = 1,
        .kernel_w = 1,
        .stride_h = 1,
        .stride_w = 1,
    };
    for (uint32_t i = 0; i < p->input_count; i++)
        h.from_port |= p->inputs[i]->producer == NULL;
    for (uint32_t o = 0; o < p->output_count; o++)
        h.to_port |= p->outputs[o]->consumer == NULL;
    set_body(&h, p);
    if (process_is(p, "clone")) {
        h.numbers.ii = 1;
        h.numbers.depth = 1;
    }
    return h;
}
