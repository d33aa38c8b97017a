#include "import/graph/graph_kernels.h"

#include <assert.h>
#include <math.h>

/* A window node in three spatial dimensions; those in front of fewer ones
 * have size 1.  The strides tell apart where the channels stand. */
struct sliding {
    uint64_t batch, channels;
    uint64_t in[3], out[3], kernel[3], stride[3], dilation[3];
    int64_t before[3], behind[3];
    uint64_t in_batch, in_channel, in_axis[3]; /* strides */
    uint64_t out_batch, out_channel, out_axis[3];
};

static void set_strides(const struct graph_dims *d, uint32_t channel_axis,
                        uint32_t spatial_axis, uint64_t *batch,
                        uint64_t *channel, uint64_t axes[3])
{
    uint64_t strides[GRAPH_RANK_MAX];
    graph_strides(d, d, strides);
    uint32_t missing = 5 - d->rank;
    *batch = strides[0];
    *channel = strides[channel_axis];
    for (uint32_t i = 0; i < 3; i++)
        axes[i] = i < missing ? 0 : strides[spatial_axis + i - missing];
}

static struct sliding sliding(const struct graph_node *n)
{
    const struct graph_dims *x = &n->inputs[0]->dims, *y = &n->output->dims;
    const struct graph_window *w = &n->attributes.window;
    uint32_t channel = graph_channel_axis(n, x->rank);
    uint32_t spatial = graph_spatial_axis(n);
    uint32_t missing = 5 - x->rank;
    struct sliding s = { .batch = x->size[0], .channels = x->size[channel] };
    for (uint32_t i = 0; i < 3; i++) {
        s.in[i] = s.out[i] = s.kernel[i] = s.stride[i] = s.dilation[i] = 1;
        if (i < missing)
            continue;
        uint32_t k = i - missing;
        s.in[i] = x->size[spatial + k];
        s.out[i] = y->size[spatial + k];
        s.kernel[i] = w->kernel[k];
        s.stride[i] = w->stride[k];
        s.dilation[i] = w->dilation[k];
        s.before[i] = (int64_t)w->before[k];
        s.behind[i] = (int64_t)w->behind[k];
    }
    set_strides(x, channel, spatial, &s.in_batch, &s.in_channel, s.in_axis);
    set_strides(y, channel, spatial, &s.out_batch, &s.out_channel, s.out_axis);
    return s;
}

/* The outputs [*from, *to) along an axis for which kernel element k lies on
 * the input and not on a pad. */
static void on_input(const struct sliding *s, uint32_t axis, uint64_t k,
                     uint64_t *from, uint64_t *to)
{
    int64_t offset = (int64_t)(k * s->dilation[axis]) - s->before[axis];
    int64_t stride = (int64_t)s->stride[axis];
    int64_t size = (int64_t)s->in[axis];
    int64_t first = offset >= 0 ? 0 : (-offset + stride - 1) / stride;
    int64_t end = size - offset <= 0 ? 0 : (size - offset - 1) / stride + 1;
    int64_t count = (int64_t)s->out[axis];
    *from = (uint64_t)first;
    *to = (uint64_t)(end > count ? count : end);
}

/* Index of the input that kernel element k of output o reads. */
static uint64_t source(const struct sliding *s, uint32_t axis, uint64_t o,
                       uint64_t k)
{
    return (uint64_t)((int64_t)(o * s->stride[axis] + k * s->dilation[axis]) -
                      s->before[axis]);
}

/* Adds one weight times one plane of the input to one plane of the output. */
static void add_plane(const struct sliding *s, const uint64_t k[3],
                      double weight, const double *x, double *y)
{
    uint64_t from[3], to[3];
    for (uint32_t i = 0; i < 3; i++)
        on_input(s, i, k[i], &from[i], &to[i]);
    uint64_t step = s->stride[2] * s->in_axis[2];
    for (uint64_t d = from[0]; d < to[0]; d++) {
        for (uint64_t h = from[1]; h < to[1]; h++) {
            if (from[2] >= to[2])
                continue;
            const double *in = x + source(s, 0, d, k[0]) * s->in_axis[0] +
                               source(s, 1, h, k[1]) * s->in_axis[1] +
                               source(s, 2, from[2], k[2]) * s->in_axis[2];
            double *out = y + d * s->out_axis[0] + h * s->out_axis[1] +
                          from[2] * s->out_axis[2];
            uint64_t count = to[2] - from[2];
            if (step == 1 && s->out_axis[2] == 1) { /* by vectors */
                for (uint64_t i = 0; i < count; i++)
                    out[i] += weight * in[i];
                continue;
            }
            for (uint64_t i = 0; i < count; i++)
                out[i * s->out_axis[2]] += weight * in[i * step];
        }
    }
}

static void fill_plane(const struct sliding *s, double value, double *y)
{
    for (uint64_t d = 0; d < s->out[0]; d++)
        for (uint64_t h = 0; h < s->out[1]; h++)
            for (uint64_t w = 0; w < s->out[2]; w++)
                y[d * s->out_axis[0] + h * s->out_axis[1] +
                  w * s->out_axis[2]] = value;
}

void graph_run_conv(const struct graph_node *n, const double *const *inputs,
                    double *out, struct arena *scratch)
{
    (void)scratch;
    struct sliding s = sliding(n);
    const double *biases = n->input_count > 2 ? inputs[2] : NULL;
    uint64_t groups = n->attributes.groups == 0 ? 1 : n->attributes.groups;
    uint64_t units = n->inputs[1]->dims.size[0];
    uint64_t units_each = units / groups, inputs_each = s.channels / groups;
    for (uint64_t b = 0; b < s.batch; b++) {
        for (uint64_t m = 0; m < units; m++) {
            double *y = out + b * s.out_batch + m * s.out_channel;
            const double *w = inputs[1] + m * inputs_each * s.kernel[0] *
                                              s.kernel[1] * s.kernel[2];
            fill_plane(&s, biases == NULL ? 0 : biases[m], y);
            for (uint64_t c = 0; c < inputs_each; c++) {
                const double *x =
                    inputs[0] + b * s.in_batch +
                    (m / units_each * inputs_each + c) * s.in_channel;
                uint64_t k[3];
                for (k[0] = 0; k[0] < s.kernel[0]; k[0]++)
                    for (k[1] = 0; k[1] < s.kernel[1]; k[1]++)
                        for (k[2] = 0; k[2] < s.kernel[2]; k[2]++)
                            add_plane(&s, k, *w++, x, y);
            }
        }
    }
}

/* The elements of a window's kernel along an axis that lie on the input. */
static void clip_kernel(const struct sliding *s, uint32_t axis, uint64_t o,
                        uint64_t *from, uint64_t *to)
{
    int64_t dilation = (int64_t)s->dilation[axis];
    int64_t start = (int64_t)(o * s->stride[axis]) - s->before[axis];
    int64_t first = start >= 0 ? 0 : (-start + dilation - 1) / dilation;
    int64_t room = (int64_t)s->in[axis] - start;
    int64_t end = room <= 0 ? 0 : (room - 1) / dilation + 1;
    int64_t kernel = (int64_t)s->kernel[axis];
    *from = (uint64_t)first;
    *to = (uint64_t)(end > kernel ? kernel : end);
}

/* Those on the padded input: with `ceil` a window may reach beyond that. */
static uint64_t padded_kernel(const struct sliding *s, uint32_t axis,
                              uint64_t o)
{
    int64_t room = (int64_t)s->in[axis] + s->before[axis] + s->behind[axis] -
                   (int64_t)(o * s->stride[axis]);
    int64_t dilation = (int64_t)s->dilation[axis];
    int64_t end = room <= 0 ? 0 : (room - 1) / dilation + 1;
    int64_t kernel = (int64_t)s->kernel[axis];
    return (uint64_t)(end > kernel ? kernel : end);
}

static double pool(const struct sliding *s, const struct graph_node *n,
                   const double *x, const uint64_t o[3])
{
    bool is_max = n->op == GRAPH_MAXPOOL;
    uint64_t from[3], to[3], k[3], padded = 1, count = 0;
    for (uint32_t i = 0; i < 3; i++) {
        clip_kernel(s, i, o[i], &from[i], &to[i]);
        padded *= padded_kernel(s, i, o[i]);
    }
    double result = is_max ? -HUGE_VAL : 0;
    for (k[0] = from[0]; k[0] < to[0]; k[0]++) {
        for (k[1] = from[1]; k[1] < to[1]; k[1]++) {
            for (k[2] = from[2]; k[2] < to[2]; k[2]++) {
                double value = x[source(s, 0, o[0], k[0]) * s->in_axis[0] +
                                 source(s, 1, o[1], k[1]) * s->in_axis[1] +
                                 source(s, 2, o[2], k[2]) * s->in_axis[2]];
                result = is_max ? fmax(result, value) : result + value;
                count++;
            }
        }
    }
    if (is_max)
        return result;
    if (n->attributes.count_pads)
        count = padded;
    return count == 0 ? 0 : result / (double)count;
}

void graph_run_pool(const struct graph_node *n, const double *const *inputs,
                    double *out, struct arena *scratch)
{
    (void)scratch;
    struct sliding s = sliding(n);
    for (uint64_t b = 0; b < s.batch; b++) {
        for (uint64_t c = 0; c < s.channels; c++) {
            const double *x = inputs[0] + b * s.in_batch + c * s.in_channel;
            double *y = out + b * s.out_batch + c * s.out_channel;
            uint64_t o[3];
            for (o[0] = 0; o[0] < s.out[0]; o[0]++)
                for (o[1] = 0; o[1] < s.out[1]; o[1]++)
                    for (o[2] = 0; o[2] < s.out[2]; o[2]++)
                        y[o[0] * s.out_axis[0] + o[1] * s.out_axis[1] +
                          o[2] * s.out_axis[2]] = pool(&s, n, x, o);
        }
    }
}

void graph_run_global_pool(const struct graph_node *n,
                           const double *const *inputs, double *out,
                           struct arena *scratch)
{
    (void)scratch;
    const struct graph_dims *x = &n->inputs[0]->dims;
    uint32_t channel = graph_channel_axis(n, x->rank);
    uint64_t batch = x->size[0], channels = x->size[channel], pixels = 1;
    for (uint32_t i = 0; i < x->rank - 2; i++)
        pixels *= x->size[graph_spatial_axis(n) + i];
    bool is_last = n->attributes.channels_last;
    bool is_max = n->op == GRAPH_GLOBAL_MAXPOOL;
    for (uint64_t b = 0; b < batch; b++) {
        for (uint64_t c = 0; c < channels; c++) {
            double result = is_max ? -HUGE_VAL : 0;
            for (uint64_t p = 0; p < pixels; p++) {
                double value =
                    inputs[0][b * channels * pixels +
                              (is_last ? p * channels + c : c * pixels + p)];
                result = is_max ? fmax(result, value) : result + value;
            }
            out[b * channels + c] =
                is_max ? result : result / (double)(pixels == 0 ? 1 : pixels);
        }
    }
}
