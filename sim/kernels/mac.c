#include "kernels/mac.h"

#include "base/diag.h"
#include "design/design.h"
#include "design/limit.h"
#include "kernels/clip.h"

#include <assert.h>

/* Outputs summed side by side: their sums stay in registers. */
enum { BLOCK = 16 };

bool mac_check_weights(const struct layer *layer, uint64_t terms,
                       struct diag *d)
{
    if (terms * layer->units <= NETWORK_VALUES_MAX)
        return true;
    diag_error(d, layer->place, DIAG_SHAPE_OVERFLOW,
               "'%s' would have %u x %llu weights, more than 2^31", layer->name,
               layer->units, (unsigned long long)terms);
    return false;
}

bool mac_check(const struct process *p, struct diag *d)
{
    if (!p->relu || p->relu_max == 0 || limit_fits(p->relu_max, p->accumulator))
        return true;
    char text[FORMAT_TEXT_SIZE];
    diag_error(d, p->layer->place, DIAG_FORMAT,
               "the limit %u of the ReLU in '%s' is no value of its "
               "accumulator %s",
               p->relu_max, p->layer->name, format_print(p->accumulator, text));
    diag_hint(d, "give it an accumulator_format with no more integer bits "
                 "than bits, or make the ReLU a layer of its own");
    return false;
}

/* Low `width` bits as a signed number. */
static int64_t wrap(uint64_t x, uint32_t width)
{
    uint64_t sign = UINT64_C(1) << (width - 1);
    uint64_t low = x & ((sign << 1) - 1);
    return (int64_t)((low ^ sign) - sign);
}

/* Up to BLOCK outputs of one window position. */
struct block {
    const struct process *process;
    const struct mac_window *window;
    const int32_t *in;      /* first value; of a depthwise convolution, of
                               the block's first channel */
    const int32_t *weights; /* of the first value and the first output */
    size_t units;           /* weights from one value to the next, and of a
                               depthwise convolution values to the next pixel */
    size_t count;           /* outputs */
};

static inline void add_products_32(uint32_t *sums, uint32_t x,
                                   const int32_t *weights, size_t count)
{
    for (size_t j = 0; j < count; j++)
        sums[j] += x * (uint32_t)weights[j];
}

static inline void add_products_64(uint64_t *sums, uint64_t x,
                                   const int32_t *weights, uint64_t mask,
                                   size_t count)
{
    for (size_t j = 0; j < count; j++)
        sums[j] += x * ((uint64_t)weights[j] & mask);
}

/* Modulo 2^32. */
static void sum_32(const struct block *b, uint64_t *out)
{
    const struct mac_window *w = b->window;
    const int32_t *in = b->in;
    const int32_t *weights = b->weights;
    uint32_t sums[BLOCK] = { 0 };
    for (size_t r = 0; r < w->rows; r++, in += w->stride) {
        for (size_t i = 0; i < w->values; i++, weights += b->units) {
            if (in[i] == 0)
                continue; /* often so behind a ReLU */
            if (b->count == BLOCK)
                add_products_32(sums, (uint32_t)in[i], weights, BLOCK);
            else
                add_products_32(sums, (uint32_t)in[i], weights, b->count);
        }
    }
    for (size_t j = 0; j < b->count; j++)
        out[j] = sums[j];
}

/* The low 32 bits keep unsigned values, all bits signed ones. */
static uint64_t value_mask(struct format f)
{
    return f.is_signed ? UINT64_MAX : UINT32_MAX;
}

/* Modulo 2^64. */
static void sum_64(const struct block *b, uint64_t *out)
{
    const struct mac_window *w = b->window;
    const int32_t *in = b->in;
    const int32_t *weights = b->weights;
    uint64_t sums[BLOCK] = { 0 };
    uint64_t in_mask = value_mask(b->process->inputs[0]->format);
    uint64_t weight_mask = value_mask(b->process->weight);
    for (size_t r = 0; r < w->rows; r++, in += w->stride) {
        for (size_t i = 0; i < w->values; i++, weights += b->units) {
            if (in[i] == 0)
                continue;
            uint64_t x = (uint64_t)in[i] & in_mask;
            if (b->count == BLOCK)
                add_products_64(sums, x, weights, weight_mask, BLOCK);
            else
                add_products_64(sums, x, weights, weight_mask, b->count);
        }
    }
    for (size_t j = 0; j < b->count; j++)
        out[j] = sums[j];
}

static uint64_t rounded_product(const struct process *p, int32_t x,
                                int32_t weight)
{
    struct format in = p->inputs[0]->format;
    int64_t product =
        mac_value(x, in.is_signed) * mac_value(weight, p->weight.is_signed);
    int fraction = format_fraction(in) + format_fraction(p->weight);
    return (uint64_t)fixed_cast(product, fraction, p->accumulator);
}

/* Each product rounded before it is added. */
static void sum_rounded(const struct block *b, uint64_t *out)
{
    const struct mac_window *w = b->window;
    const int32_t *in = b->in;
    const int32_t *weights = b->weights;
    for (size_t j = 0; j < b->count; j++)
        out[j] = 0;
    for (size_t r = 0; r < w->rows; r++, in += w->stride)
        for (size_t i = 0; i < w->values; i++, weights += b->units)
            for (size_t j = 0; in[i] != 0 && j < b->count; j++)
                out[j] += rounded_product(b->process, in[i], weights[j]);
}

/* The same three for a depthwise convolution. */

static void sum_each_32(const struct block *b, uint64_t *out)
{
    const struct mac_window *w = b->window;
    const int32_t *in = b->in;
    const int32_t *weights = b->weights;
    uint32_t sums[BLOCK] = { 0 };
    for (size_t r = 0; r < w->rows; r++, in += w->stride) {
        for (size_t i = 0; i < w->values; i += b->units, weights += b->units) {
            if (b->count == BLOCK)
                for (size_t j = 0; j < BLOCK; j++)
                    sums[j] += (uint32_t)in[i + j] * (uint32_t)weights[j];
            else
                for (size_t j = 0; j < b->count; j++)
                    sums[j] += (uint32_t)in[i + j] * (uint32_t)weights[j];
        }
    }
    for (size_t j = 0; j < b->count; j++)
        out[j] = sums[j];
}

static void sum_each_64(const struct block *b, uint64_t *out)
{
    const struct mac_window *w = b->window;
    const int32_t *in = b->in;
    const int32_t *weights = b->weights;
    uint64_t in_mask = value_mask(b->process->inputs[0]->format);
    uint64_t weight_mask = value_mask(b->process->weight);
    for (size_t j = 0; j < b->count; j++)
        out[j] = 0;
    for (size_t r = 0; r < w->rows; r++, in += w->stride)
        for (size_t i = 0; i < w->values; i += b->units, weights += b->units)
            for (size_t j = 0; j < b->count; j++)
                out[j] += ((uint64_t)in[i + j] & in_mask) *
                          ((uint64_t)weights[j] & weight_mask);
}

static void sum_each_rounded(const struct block *b, uint64_t *out)
{
    const struct mac_window *w = b->window;
    const int32_t *in = b->in;
    const int32_t *weights = b->weights;
    for (size_t j = 0; j < b->count; j++)
        out[j] = 0;
    for (size_t r = 0; r < w->rows; r++, in += w->stride)
        for (size_t i = 0; i < w->values; i += b->units, weights += b->units)
            for (size_t j = 0; j < b->count; j++)
                out[j] += rounded_product(b->process, in[i + j], weights[j]);
}

/* Ways to form the sums of a block. */
struct summation {
    void (*in_32)(const struct block *b, uint64_t *out);
    void (*in_64)(const struct block *b, uint64_t *out);
    void (*rounded)(const struct block *b, uint64_t *out);
};

static const struct summation sum_of_all = { sum_32, sum_64, sum_rounded };
static const struct summation sum_of_each = { sum_each_32, sum_each_64,
                                              sum_each_rounded };

/* Sums modulo 2^W of the accumulator. */
static void sum_block(const struct block *b, const struct summation *way,
                      uint64_t *out)
{
    const struct process *p = b->process;
    int shift = format_fraction(p->accumulator) -
                format_fraction(p->inputs[0]->format) -
                format_fraction(p->weight);
    if (shift < 0) {
        way->rounded(b, out);
        return;
    }
    if (p->accumulator.width <= 32 + shift)
        way->in_32(b, out);
    else
        way->in_64(b, out);
    for (size_t j = 0; j < b->count; j++)
        out[j] = shift < 64 ? out[j] << shift : 0;
}

static int32_t finish(const struct process *p, size_t output, uint64_t sum)
{
    struct format acc = p->accumulator;
    if (p->biases != NULL) {
        int64_t bias = mac_value(p->biases[output], p->bias.is_signed);
        sum += (uint64_t)fixed_cast(bias, format_fraction(p->bias), acc);
    }
    int64_t total = wrap(sum, acc.width);
    if (p->relu)
        total = clip_relu(total, clip_limit(p->relu_max, format_fraction(acc)));
    return (int32_t)fixed_cast(total, format_fraction(acc),
                               p->outputs[0]->format);
}

void mac_compute(const struct process *p, const struct mac_window *w,
                 const int32_t *in, int32_t *out)
{
    assert(p->accumulator.is_signed && p->accumulator.overflow == FIXED_WRAP);
    size_t units = p->outputs[0]->shape.c;
    struct block b = { .process = p, .window = w, .in = in, .units = units };
    for (size_t first = 0; first < units; first += BLOCK) {
        b.count = units - first < BLOCK ? units - first : BLOCK;
        b.weights = p->weights + first;
        uint64_t sums[BLOCK];
        sum_block(&b, &sum_of_all, sums);
        for (size_t j = 0; j < b.count; j++)
            out[first + j] = finish(p, first + j, sums[j]);
    }
}

void mac_compute_each(const struct process *p, const struct mac_window *w,
                      const int32_t *in, int32_t *out)
{
    assert(p->accumulator.is_signed && p->accumulator.overflow == FIXED_WRAP);
    size_t units = p->outputs[0]->shape.c;
    struct block b = { .process = p, .window = w, .units = units };
    for (size_t first = 0; first < units; first += BLOCK) {
        b.count = units - first < BLOCK ? units - first : BLOCK;
        b.in = in + first;
        b.weights = p->weights + first;
        uint64_t sums[BLOCK];
        sum_block(&b, &sum_of_each, sums);
        for (size_t j = 0; j < b.count; j++)
            out[first + j] = finish(p, first + j, sums[j]);
    }
}

double mac_weight(const struct process *p, size_t k)
{
    if (p->weight_floats != NULL)
        return p->weight_floats[k];
    return fixed_to_double(mac_value(p->weights[k], p->weight.is_signed),
                           p->weight);
}

double mac_bias(const struct process *p, size_t k)
{
    if (p->bias_floats != NULL)
        return p->bias_floats[k];
    if (p->biases == NULL)
        return 0;
    return fixed_to_double(mac_value(p->biases[k], p->bias.is_signed), p->bias);
}

/* What a raw weight has to be multiplied by; a power of two, so that nothing
 * is rounded. */
static double weight_scale(const struct process *p)
{
    return p->weight_floats != NULL ? 1 : fixed_to_double(1, p->weight);
}

/* Adds x times the weights from k on to `count` sums. */
static void add_products_float(const struct process *p, double x, size_t k,
                               size_t count, double *sums)
{
    if (p->weight_floats != NULL) {
        const double *weights = p->weight_floats + k;
        for (size_t j = 0; j < count; j++)
            sums[j] += x * weights[j];
    } else if (p->weight.is_signed) {
        for (size_t j = 0; j < count; j++)
            sums[j] += x * p->weights[k + j];
    } else {
        for (size_t j = 0; j < count; j++)
            sums[j] += x * (uint32_t)p->weights[k + j];
    }
}

static void finish_float(const struct process *p, double *out)
{
    size_t units = p->outputs[0]->shape.c;
    for (size_t j = 0; p->relu && j < units; j++)
        out[j] = clip_relu_float(out[j], p->relu_max);
}

void mac_compute_float(const struct process *p, const struct mac_window *w,
                       const double *in, double *out)
{
    size_t units = p->outputs[0]->shape.c;
    for (size_t j = 0; j < units; j++)
        out[j] = mac_bias(p, j);
    double scale = weight_scale(p);
    size_t k = 0;
    for (size_t r = 0; r < w->rows; r++, in += w->stride)
        for (size_t i = 0; i < w->values; i++, k += units)
            add_products_float(p, in[i] * scale, k, units, out);
    finish_float(p, out);
}

void mac_compute_each_float(const struct process *p, const struct mac_window *w,
                            const double *in, double *out)
{
    size_t units = p->outputs[0]->shape.c;
    for (size_t j = 0; j < units; j++)
        out[j] = mac_bias(p, j);
    size_t k = 0;
    for (size_t r = 0; r < w->rows; r++, in += w->stride)
        for (size_t i = 0; i < w->values; i += units)
            for (size_t j = 0; j < units; j++, k++)
                out[j] += in[i + j] * mac_weight(p, k);
    finish_float(p, out);
}
