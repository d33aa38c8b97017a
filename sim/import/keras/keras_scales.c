#include "import/keras/keras_reader.h"

#include "base/arena.h"

#include <math.h>

/* Scales of weights, as QKeras 0.9 finds them at inference.  All of it is in
 * single precision, as there: where x / scale lies near the middle of two
 * integers, its rounding decides.
 *
 *   quantized_bits   channels (the last axis; a vector is one channel): the
 *     first scale maps the largest |x| to the largest integer L = 2^(bits-1)-1
 *     of x / 2^integer.  'auto': that is it.  'auto_po2': the nearest power of
 *     two (of log2), then five times: integers by that scale, and the scale
 *     that fits them best in the least squares, sum(x q) / sum(q q), again to
 *     the nearest power.
 *     q = sign(x) * min(L, floor(|x| / scale + 1/2)).
 *   ternary          'auto*': scale = 2/3 of the largest |x| (exact for evenly
 *     spread weights), then number_of_unrolls times: q = sign(x) where the
 *     rounded x / scale is not 0, and the scale of least squares.  Otherwise
 *     q = sign(x) where |x| >= threshold.
 *   binary           q = sign(x), 0 being +1; 'auto*': the scale of least
 *     squares, mean |x|.
 *
 * In the least squares every element of a vector is a channel of its own.
 * The 1e-7 are Keras's epsilon.  A channel of zeros has no scale; it takes
 * the least of the others, so that no format grows with it. */
static const float epsilon = 1e-7F;

struct scaling {
    struct arena *arena;
    bool is_po2;
    uint64_t count, channels;
    bool is_vector;
    const float *x;
    float *q, *scale; /* scale: of each channel */
};

static float power_of_two(float x)
{
    return exp2f(rintf(logf(x + epsilon) / logf(2)));
}

/* The largest |x| of each channel, times a factor. */
static void scale_by_largest(struct scaling *s, float factor)
{
    for (uint64_t i = 0; i < s->count; i++) {
        float *most = &s->scale[s->is_vector ? 0 : i % s->channels];
        *most = fmaxf(*most, fabsf(s->x[i]));
    }
    for (uint64_t c = 1; s->is_vector && c < s->channels; c++)
        s->scale[c] = s->scale[0];
    for (uint64_t c = 0; c < s->channels; c++) {
        s->scale[c] *= factor;
        if (s->is_po2)
            s->scale[c] = power_of_two(s->scale[c]);
    }
}

static void scale_by_squares(struct scaling *s)
{
    double *xq = arena_new_array(s->arena, double, s->channels);
    double *qq = arena_new_array(s->arena, double, s->channels);
    uint64_t elements = s->count / s->channels; /* of a channel */
    double each = (double)elements;
    for (uint64_t i = 0; i < s->count; i++) {
        xq[i % s->channels] += (double)s->x[i] * (double)s->q[i];
        qq[i % s->channels] += (double)s->q[i] * (double)s->q[i];
    }
    for (uint64_t c = 0; c < s->channels; c++) {
        s->scale[c] = (float)(xq[c] / each) / ((float)(qq[c] / each) + epsilon);
        if (s->is_po2)
            s->scale[c] = power_of_two(s->scale[c]);
    }
}

/* Without a scale all integers are 0. */
static void round_to(struct scaling *s, float most)
{
    for (uint64_t i = 0; i < s->count; i++) {
        float scale = s->scale[i % s->channels];
        float v = scale > 0 ? floorf(fabsf(s->x[i]) / scale + 0.5F) : 0;
        s->q[i] = copysignf(v < most ? v : most, s->x[i]);
    }
}

static void find_bits(struct scaling *s, const struct keras_quantizer *q)
{
    float most = exp2f((float)q->bits - 1) - 1, unit = exp2f((float)q->integer);
    float *parts = arena_new_array(s->arena, float, s->count);
    for (uint64_t i = 0; i < s->count; i++)
        parts[i] = s->x[i] / unit;
    s->x = parts;
    scale_by_largest(s, 1 / most);
    round_to(s, most);
    for (uint32_t i = 0; s->is_po2 && i < 5; i++) {
        if (i > 0)
            round_to(s, most);
        scale_by_squares(s);
    }
    for (uint64_t c = 0; c < s->channels; c++)
        s->scale[c] *= unit;
}

static void find_ternary(struct scaling *s, const struct keras_quantizer *q)
{
    if (q->alpha <= ALPHA_NUMBER) {
        for (uint64_t i = 0; i < s->count; i++)
            s->q[i] = fabsf(s->x[i]) >= (float)q->threshold
                          ? copysignf(s->x[i] != 0, s->x[i])
                          : 0;
        return;
    }
    scale_by_largest(s, 2.0F / 3);
    for (uint32_t k = 0; k < q->unrolls; k++) {
        for (uint64_t i = 0; i < s->count; i++) {
            float scale = s->scale[i % s->channels];
            bool is_zero = !(scale > 0) || rintf(s->x[i] / scale) == 0;
            s->q[i] = is_zero ? 0 : copysignf(1, s->x[i]);
        }
        scale_by_squares(s);
    }
}

static void find_binary(struct scaling *s, const struct keras_quantizer *q)
{
    for (uint64_t i = 0; i < s->count; i++)
        s->q[i] = s->x[i] < 0 ? (q->use_01 ? 0 : -1) : 1;
    if (q->alpha > ALPHA_NUMBER)
        scale_by_squares(s);
}

/* Channels without a scale, or of zeros. */
static void fill_scales(struct scaling *s)
{
    bool *used = arena_new_array(s->arena, bool, s->channels);
    float least = INFINITY;
    for (uint64_t i = 0; i < s->count; i++)
        used[i % s->channels] = used[i % s->channels] || s->q[i] != 0;
    for (uint64_t c = 0; c < s->channels; c++)
        if (used[c] && s->scale[c] > 0)
            least = fminf(least, s->scale[c]);
    for (uint64_t c = 0; c < s->channels; c++)
        if (!used[c] || !(s->scale[c] > 0))
            s->scale[c] = isinf(least) ? 1 : least;
}

/* The integers times their scales, and a quant node on them that says so. */
static struct graph_value *as_quant(struct keras_layer *l,
                                    const struct scaling *s,
                                    const struct keras_quantizer *q,
                                    const struct graph_value *w)
{
    struct graph *g = l->reader->graph;
    double zero = 0;
    double bits = q->kind == KERAS_BITS      ? q->bits
                  : q->kind == KERAS_TERNARY ? 2
                                             : 1;
    struct graph_attributes t = {
        .is_signed = !q->use_01,
        .narrow = q->kind != KERAS_BINARY,
        .bipolar = q->kind == KERAS_BINARY && !q->use_01,
    };
    float *values = arena_new_array(g->arena, float, s->count);
    for (uint64_t i = 0; i < s->count; i++)
        values[i] = s->q[i] * s->scale[i % s->channels];
    struct graph_dims dims = { .rank = w->dims.rank };
    for (uint32_t i = 0; i < dims.rank; i++)
        dims.size[i] = i + 1 == dims.rank ? s->channels : 1;
    struct graph_value *inputs[] = {
        graph_add_constant(g, w->name, &w->dims, GRAPH_FLOAT32, values, false),
        graph_add_constant(g, w->name, &dims, GRAPH_FLOAT32, s->scale, false),
        keras_numbers(l, 1, &zero),
        keras_numbers(l, 1, &bits),
    };
    if (inputs[1] == NULL)
        return NULL;
    return keras_add(l, GRAPH_QUANT, "weights", 4, inputs, &t);
}

/* As elements of one list: the node sees one scale if all are the same. */
static void join_scales(struct scaling *s)
{
    for (uint64_t c = 1; c < s->channels; c++)
        if (s->scale[c] != s->scale[0])
            return;
    s->channels = 1;
}

struct graph_value *keras_quantize_weights(struct keras_layer *l,
                                           const char *key, bool is_kernel,
                                           struct graph_value *w)
{
    struct keras_quantizer q;
    if (w == NULL)
        return NULL;
    enum keras_found found = keras_quantizer(l, key, &q);
    if (found != KERAS_FOUND)
        return found == KERAS_NONE ? w : NULL;
    if (q.kind == KERAS_PO2 || q.kind == KERAS_RELU_PO2)
        return keras_quantize_powers(l, &q, w);
    bool has_auto = q.kind == KERAS_BITS || q.kind == KERAS_TERNARY ||
                    q.kind == KERAS_BINARY;
    if (is_kernel && has_auto && q.alpha == ALPHA_NONE)
        q.alpha = ALPHA_AUTO_PO2;
    if ((q.kind == KERAS_BITS && q.alpha <= ALPHA_NUMBER) || !has_auto)
        return keras_quantize(l, "weights", w, &q);
    if (q.kind == KERAS_BITS && q.bits < 2)
        return keras_error(l, DIAG_UNSUPPORTED,
                           "%s with one bit and alpha 'auto': all weights "
                           "would be 0",
                           q.name);
    uint64_t count = graph_dims_count(&w->dims);
    if (count == 0)
        return w;
    struct arena *a = l->reader->arena;
    float *x = arena_new_array(a, float, count);
    for (uint64_t i = 0; i < count; i++)
        x[i] = (float)graph_element(w, i);
    struct scaling s = {
        .arena = a,
        .is_po2 = q.alpha == ALPHA_AUTO_PO2,
        .count = count,
        .channels = w->dims.size[w->dims.rank - 1],
        .is_vector = w->dims.rank == 1,
        .x = x,
        .q = arena_new_array(a, float, count),
    };
    s.scale = arena_new_array(a, float, s.channels);
    if (q.alpha <= ALPHA_NUMBER)
        for (uint64_t c = 0; c < s.channels; c++)
            s.scale[c] = (float)q.factor;
    if (q.kind == KERAS_BITS)
        find_bits(&s, &q);
    else if (q.kind == KERAS_TERNARY)
        find_ternary(&s, &q);
    else
        find_binary(&s, &q);
    fill_scales(&s);
    join_scales(&s);
    return as_quant(l, &s, &q, w);
}
