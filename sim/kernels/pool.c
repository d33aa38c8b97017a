#include "kernels/pool.h"

#include "base/diag.h"
#include "design/average.h"
#include "design/design.h"
#include "design/exact.h"
#include "kernels/mac.h"
#include "kernels/tokens.h"
#include "kernels/window.h"

#include <assert.h>
#include <stddef.h>
#include <string.h>

/* Channels summed side by side. */
enum { BLOCK = 16 };

/* `in` is padded already if the layer is: a zeropad2d in front does that. */
bool pool_shape(const struct layer *layer, const struct shape *in,
                struct shape *out, struct diag *d)
{
    return window_shape(layer, in[0], in[0].c, out, d);
}

struct window pool_whole(const struct process *p)
{
    struct shape in = p->inputs[0]->shape;
    return (struct window){
        .kernel_h = in.h, .kernel_w = in.w, .stride_h = 1, .stride_w = 1
    };
}

bool pool_whole_shape(const struct layer *layer, const struct shape *in,
                      struct shape *out, struct diag *d)
{
    (void)layer;
    (void)d;
    *out = (struct shape){ 1, 1, in[0].c };
    return true;
}

/* --- schedule ----------------------------------------------------------- */

struct pool_steps {
    uint64_t tokens; /* of a pixel */
    uint32_t delay;
};

static void skip_pixels(const void *context, struct schedule *s,
                        uint64_t pixels)
{
    const struct pool_steps *pool = context;
    struct step step = tokens_step(1, 0, 0);
    schedule_step(s, pixels * pool->tokens, &step);
}

static void complete_pixel(const void *context, struct schedule *s)
{
    const struct pool_steps *pool = context;
    struct step step = tokens_step(1, 1, pool->delay);
    schedule_step(s, pool->tokens, &step);
}

void pool_schedule(const struct process *p, const struct window *w,
                   struct schedule *s, uint32_t delay)
{
    struct pool_steps pool = { stream_tokens_per_pixel(p->inputs[0]), delay };
    struct window_steps steps = { skip_pixels, complete_pixel, &pool };
    window_schedule(s, w, p->inputs[0]->shape, &steps);
}

/* --- windows ------------------------------------------------------------ */

/* Index of the first value of the window of output pixel i. */
static size_t start_of(const struct process *p, const struct window *w,
                       size_t i)
{
    uint32_t row = p->outputs[0]->shape.w;
    return window_start(w, p->inputs[0]->shape, i / row, i % row);
}

static size_t window_count(const struct process *p)
{
    struct shape out = p->outputs[0]->shape;
    return (size_t)out.h * out.w;
}

static uint64_t window_size(const struct window *w)
{
    return (uint64_t)w->kernel_h * w->kernel_w;
}

/* From the first value of a window to that of its pixel (y, x). */
static size_t pixel_offset(const struct process *p, size_t y, size_t x)
{
    struct shape in = p->inputs[0]->shape;
    return (y * in.w + x) * in.c;
}

/* --- the largest -------------------------------------------------------- */

static void raise_signed(int32_t *out, const int32_t *in, size_t count)
{
    for (size_t c = 0; c < count; c++)
        out[c] = in[c] > out[c] ? in[c] : out[c];
}

static void raise_unsigned(int32_t *out, const int32_t *in, size_t count)
{
    for (size_t c = 0; c < count; c++)
        out[c] = (uint32_t)in[c] > (uint32_t)out[c] ? in[c] : out[c];
}

void pool_max(const struct process *p, const struct window *w,
              const int32_t *in, int32_t *out)
{
    size_t channels = p->outputs[0]->shape.c;
    bool is_signed = p->inputs[0]->format.is_signed;
    for (size_t i = 0; i < window_count(p); i++, out += channels) {
        const int32_t *first = in + start_of(p, w, i);
        memcpy(out, first, channels * sizeof *out);
        for (size_t y = 0; y < w->kernel_h; y++) {
            for (size_t x = 0; x < w->kernel_w; x++) {
                const int32_t *pixel = first + pixel_offset(p, y, x);
                if (is_signed)
                    raise_signed(out, pixel, channels);
                else
                    raise_unsigned(out, pixel, channels);
            }
        }
    }
}

void pool_max_float(const struct process *p, const struct window *w,
                    const double *in, double *out)
{
    size_t channels = p->outputs[0]->shape.c;
    for (size_t i = 0; i < window_count(p); i++, out += channels) {
        const double *first = in + start_of(p, w, i);
        memcpy(out, first, channels * sizeof *out);
        for (size_t y = 0; y < w->kernel_h; y++) {
            for (size_t x = 0; x < w->kernel_w; x++) {
                const double *pixel = first + pixel_offset(p, y, x);
                for (size_t c = 0; c < channels; c++)
                    out[c] = pixel[c] > out[c] ? pixel[c] : out[c];
            }
        }
    }
}

/* --- the mean ----------------------------------------------------------- */

static bool skips_pads(const struct window *w)
{
    return (w->pad_top | w->pad_bottom | w->pad_left | w->pad_right) != 0;
}

/* Of the `kernel` places of a window from `first` on, those that are no pads of
 * an axis with `size` places. */
static uint64_t counted_along(uint64_t first, uint32_t kernel, uint32_t before,
                              uint32_t behind, uint32_t size)
{
    uint64_t from = first > before ? first : before;
    uint64_t to = first + kernel;
    uint64_t end = size - behind;
    to = to < end ? to : end;
    assert(from < to); /* pads are smaller than the kernel */
    return to - from;
}

/* The values of a channel in the window of output pixel i that count. */
static uint64_t counted(const struct process *p, const struct window *w,
                        size_t i)
{
    struct shape in = p->inputs[0]->shape;
    uint32_t row = p->outputs[0]->shape.w;
    return counted_along(i / row * w->stride_h, w->kernel_h, w->pad_top,
                         w->pad_bottom, in.h) *
           counted_along(i % row * w->stride_w, w->kernel_w, w->pad_left,
                         w->pad_right, in.w);
}

/* The products that are converted to the output format.  Where pads do not
 * count, n R is 2^shift, and off by n / 2 at the most, whatever n is. */
static struct exact product_of(const struct process *p, const struct window *w)
{
    uint64_t size = window_size(w);
    struct average average = average_of(size);
    uint64_t product = skips_pads(w) ? (UINT64_C(1) << average.shift) + size / 2
                                     : size * average.reciprocal;
    struct exact e = exact_times(exact_of(p->inputs[0]->format), product);
    e.fraction += (int)average.shift;
    return e;
}

/* Whether the mean is a division (docs/hardware.md, Numbers). */
static bool divides(const struct process *p)
{
    return p->layer->accumulator.width != 0;
}

bool pool_check_average(const struct process *p, const struct window *w,
                        struct diag *d)
{
    if (divides(p))
        return true;
    const char *fault = exact_fault(product_of(p, w));
    if (fault == NULL)
        return true;
    char text[FORMAT_TEXT_SIZE];
    diag_error(d, p->layer->place, DIAG_FORMAT,
               "the mean of %llu values of %s in '%s' %s before it is rounded",
               (unsigned long long)window_size(w),
               format_print(p->inputs[0]->format, text), p->layer->name, fault);
    diag_hint(d, "give the layer in front a narrower output_format, or put a "
                 "linear layer between");
    return false;
}

/* Sums of `count` channels. */
static void sum_block(const struct process *p, const struct window *w,
                      const int32_t *in, size_t count, int64_t *sums)
{
    bool is_signed = p->inputs[0]->format.is_signed;
    for (size_t c = 0; c < count; c++)
        sums[c] = 0;
    for (size_t y = 0; y < w->kernel_h; y++) {
        for (size_t x = 0; x < w->kernel_w; x++) {
            const int32_t *pixel = in + pixel_offset(p, y, x);
            for (size_t c = 0; c < count; c++)
                sums[c] += mac_value(pixel[c], is_signed);
        }
    }
}

/* Every value in the accumulator's format, their sum modulo its width, the
 * quotient towards zero. */
static int64_t quotient(const struct process *p, const struct window *w,
                        const int32_t *in)
{
    struct format from = p->inputs[0]->format;
    struct format f = p->layer->accumulator;
    int64_t sum = 0;
    for (size_t y = 0; y < w->kernel_h; y++)
        for (size_t x = 0; x < w->kernel_w; x++) {
            int64_t value =
                mac_value(in[pixel_offset(p, y, x)], from.is_signed);
            sum += fixed_cast(value, format_fraction(from), f);
            sum = fixed_cast(sum, format_fraction(f), f);
        }
    int64_t size = (int64_t)window_size(w);
    assert(size > 0);
    return sum / size;
}

static void divide(const struct process *p, const struct window *w,
                   const int32_t *in, int32_t *out)
{
    size_t channels = p->outputs[0]->shape.c;
    for (size_t i = 0; i < window_count(p); i++, out += channels) {
        const int32_t *first = in + start_of(p, w, i);
        for (size_t c = 0; c < channels; c++)
            out[c] = (int32_t)fixed_cast(quotient(p, w, first + c),
                                         format_fraction(p->layer->accumulator),
                                         p->outputs[0]->format);
    }
}

void pool_average(const struct process *p, const struct window *w,
                  const int32_t *in, int32_t *out)
{
    if (divides(p)) {
        divide(p, w, in, out);
        return;
    }
    assert(exact_fault(product_of(p, w)) == NULL);
    uint32_t shift = average_of(window_size(w)).shift;
    int fraction = product_of(p, w).fraction;
    size_t channels = p->outputs[0]->shape.c;
    for (size_t i = 0; i < window_count(p); i++, out += channels) {
        const int32_t *first = in + start_of(p, w, i);
        int64_t reciprocal =
            (int64_t)average_reciprocal(counted(p, w, i), shift);
        for (size_t c = 0; c < channels; c += BLOCK) {
            size_t count = channels - c < BLOCK ? channels - c : BLOCK;
            int64_t sums[BLOCK];
            sum_block(p, w, first + c, count, sums);
            for (size_t j = 0; j < count; j++)
                out[c + j] = (int32_t)fixed_cast(sums[j] * reciprocal, fraction,
                                                 p->outputs[0]->format);
        }
    }
}

void pool_average_float(const struct process *p, const struct window *w,
                        const double *in, double *out)
{
    size_t channels = p->outputs[0]->shape.c;
    for (size_t i = 0; i < window_count(p); i++, out += channels) {
        const double *first = in + start_of(p, w, i);
        double size = (double)counted(p, w, i);
        for (size_t c = 0; c < channels; c++)
            out[c] = 0;
        for (size_t y = 0; y < w->kernel_h; y++) {
            for (size_t x = 0; x < w->kernel_w; x++) {
                const double *pixel = first + pixel_offset(p, y, x);
                for (size_t c = 0; c < channels; c++)
                    out[c] += pixel[c];
            }
        }
        for (size_t c = 0; c < channels; c++)
            out[c] /= size;
    }
}
