#include "kernels/mac.h"

#include "base/diag.h"
#include "design/design.h"

#include <assert.h>

/* Outputs summed side by side: their sums stay in registers. */
enum { BLOCK = 16 };

bool mac_check_weights(const struct layer *layer, uint64_t terms,
                       struct diag *d)
{
    if (terms * layer->units <= UINT64_C(1) << 31)
        return true;
    diag_error(d, layer->place, DIAG_SHAPE_OVERFLOW,
               "'%s' would have %u x %llu weights, more than 2^31", layer->name,
               layer->units, (unsigned long long)terms);
    return false;
}

/* Low `width` bits as a signed number. */
static int64_t wrap(uint64_t x, uint32_t width)
{
    uint64_t sign = UINT64_C(1) << (width - 1);
    uint64_t low = x & ((sign << 1) - 1);
    return (int64_t)((low ^ sign) - sign);
}

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
static void sum_32(const struct mac_window *w, const int32_t *in,
                   const int32_t *weights, size_t units, size_t count,
                   uint64_t *out)
{
    uint32_t sums[BLOCK] = { 0 };
    for (size_t r = 0; r < w->rows; r++, in += w->stride) {
        for (size_t i = 0; i < w->values; i++, weights += units) {
            if (in[i] == 0)
                continue; /* often so behind a ReLU */
            if (count == BLOCK)
                add_products_32(sums, (uint32_t)in[i], weights, BLOCK);
            else
                add_products_32(sums, (uint32_t)in[i], weights, count);
        }
    }
    for (size_t j = 0; j < count; j++)
        out[j] = sums[j];
}

/* The low 32 bits keep unsigned values, all bits signed ones. */
static uint64_t value_mask(struct format f)
{
    return f.is_signed ? UINT64_MAX : UINT32_MAX;
}

/* Modulo 2^64. */
static void sum_64(const struct process *p, const struct mac_window *w,
                   const int32_t *in, const int32_t *weights, size_t units,
                   size_t count, uint64_t *out)
{
    uint64_t sums[BLOCK] = { 0 };
    uint64_t in_mask = value_mask(p->inputs[0]->format);
    uint64_t weight_mask = value_mask(p->weight);
    for (size_t r = 0; r < w->rows; r++, in += w->stride) {
        for (size_t i = 0; i < w->values; i++, weights += units) {
            if (in[i] == 0)
                continue;
            uint64_t x = (uint64_t)in[i] & in_mask;
            if (count == BLOCK)
                add_products_64(sums, x, weights, weight_mask, BLOCK);
            else
                add_products_64(sums, x, weights, weight_mask, count);
        }
    }
    for (size_t j = 0; j < count; j++)
        out[j] = sums[j];
}

/* Each product rounded before it is added. */
static void sum_rounded(const struct process *p, const struct mac_window *w,
                        const int32_t *in, const int32_t *weights, size_t units,
                        size_t count, uint64_t *out)
{
    struct format in_format = p->inputs[0]->format;
    int fraction = format_fraction(in_format) + format_fraction(p->weight);
    for (size_t j = 0; j < count; j++)
        out[j] = 0;
    for (size_t r = 0; r < w->rows; r++, in += w->stride) {
        for (size_t i = 0; i < w->values; i++, weights += units) {
            int64_t x = mac_value(in[i], in_format.is_signed);
            if (x == 0)
                continue;
            for (size_t j = 0; j < count; j++) {
                int64_t product =
                    x * mac_value(weights[j], p->weight.is_signed);
                out[j] +=
                    (uint64_t)fixed_cast(product, fraction, p->accumulator);
            }
        }
    }
}

/* Sums of `count` outputs from `first` on, modulo 2^W of the accumulator. */
static void sum_block(const struct process *p, const struct mac_window *w,
                      const int32_t *in, size_t units, size_t first,
                      size_t count, uint64_t *out)
{
    const int32_t *weights = p->weights + first;
    int shift = format_fraction(p->accumulator) -
                format_fraction(p->inputs[0]->format) -
                format_fraction(p->weight);
    if (shift < 0) {
        sum_rounded(p, w, in, weights, units, count, out);
        return;
    }
    if (p->accumulator.width <= 32 + shift)
        sum_32(w, in, weights, units, count, out);
    else
        sum_64(p, w, in, weights, units, count, out);
    for (size_t j = 0; j < count; j++)
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
    if (p->relu && total < 0)
        total = 0;
    return (int32_t)fixed_cast(total, format_fraction(acc),
                               p->outputs[0]->format);
}

void mac_compute(const struct process *p, const struct mac_window *w,
                 const int32_t *in, int32_t *out)
{
    assert(p->accumulator.is_signed && p->accumulator.overflow == FIXED_WRAP);
    size_t units = p->outputs[0]->shape.c;
    for (size_t first = 0; first < units; first += BLOCK) {
        size_t count = units - first < BLOCK ? units - first : BLOCK;
        uint64_t sums[BLOCK];
        sum_block(p, w, in, units, first, count, sums);
        for (size_t j = 0; j < count; j++)
            out[first + j] = finish(p, first + j, sums[j]);
    }
}

/* What a raw weight has to be multiplied by; a power of two, so that nothing
 * is rounded. */
static double weight_scale(const struct process *p)
{
    return p->layer->weight_floats != NULL ? 1 : fixed_to_double(1, p->weight);
}

/* Adds x times the weights from k on to `count` sums. */
static void add_products_float(const struct process *p, double x, size_t k,
                               size_t count, double *sums)
{
    if (p->layer->weight_floats != NULL) {
        const double *weights = p->layer->weight_floats + k;
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

static double bias_of(const struct process *p, size_t k)
{
    if (p->layer->bias_floats != NULL)
        return p->layer->bias_floats[k];
    if (p->biases == NULL)
        return 0;
    return fixed_to_double(mac_value(p->biases[k], p->bias.is_signed), p->bias);
}

void mac_compute_float(const struct process *p, const struct mac_window *w,
                       const double *in, double *out)
{
    size_t units = p->outputs[0]->shape.c;
    for (size_t j = 0; j < units; j++)
        out[j] = bias_of(p, j);
    double scale = weight_scale(p);
    size_t k = 0;
    for (size_t r = 0; r < w->rows; r++, in += w->stride)
        for (size_t i = 0; i < w->values; i++, k += units)
            add_products_float(p, in[i] * scale, k, units, out);
    for (size_t j = 0; j < units; j++)
        if (p->relu && !(out[j] > 0))
            out[j] = 0;
}
