/* Streams that are wider than the values in them.  hls4ml's automatic types
 * hold whatever weights of their format could give; tensors here have 32
 * bits.  Where a stream has more, it gets the format of the values that its
 * actual weights can give, which changes none of them. */
#include "import/hls4ml/hls4ml_reader.h"

#include "import/graph/graph.h"

#include <math.h>

enum {
    /* What is cut has so many bits behind the point at least: as many as
     * activations have unless told otherwise, fixed<16,6>. */
    FRACTION_LEAST = 10
};

bool hls4ml_holds(struct format b, struct format a)
{
    int whole_a = a.integer - (a.is_signed ? 1 : 0);
    int whole_b = b.integer - (b.is_signed ? 1 : 0);
    return whole_b >= whole_a && format_fraction(b) >= format_fraction(a) &&
           (b.is_signed || !a.is_signed);
}

static bool fits(struct format f)
{
    return f.width <=
           (f.is_signed ? FIXED_TENSOR_WIDTH_MAX : FIXED_TENSOR_WIDTH_MAX - 1);
}

/* Of a tensor's format. */
static double largest(struct format f)
{
    double max = fabs(fixed_to_double(format_max(f), f));
    double min = fabs(fixed_to_double(format_min(f), f));
    return max > min ? max : min;
}

/* Gives the layer's output the least signed format for values of at most
 * `bound`, with `fraction` bits behind the point, if the stream's own holds
 * them.  Bits behind the point that are still too many are cut off, which what
 * cuts off more does not see: most activations of automatic types do. */
static void narrow(struct hls4ml_reader *r, const struct hls4ml_call *c,
                   struct sketch_layer *l, int fraction, double bound)
{
    struct format wide = l->output->format, f = wide;
    int integer = 1;
    while (integer < FIXED_WIDTH_MAX && ldexp(1, integer - 1) <= bound)
        integer++;
    if (fraction > format_fraction(wide))
        fraction = format_fraction(wide); /* its own mode cuts the rest */
    bool is_cut = integer + fraction > FIXED_TENSOR_WIDTH_MAX &&
                  integer + FRACTION_LEAST <= FIXED_TENSOR_WIDTH_MAX;
    if (is_cut) {
        fraction = FIXED_TENSOR_WIDTH_MAX - integer;
        f.quant = FIXED_TRN;
    }
    int width = integer + fraction;
    if (width < 1 || width > FIXED_TENSOR_WIDTH_MAX)
        return;
    f.width = (uint8_t)width;
    f.integer = (int16_t)integer;
    f.is_signed = true;
    if (!hls4ml_holds(wide, f))
        return;
    l->output->format = f;
    char text[FORMAT_TEXT_SIZE];
    if (is_cut) {
        hls4ml_warning(r, c, DIAG_FORMAT,
                       "a stream of %u bits is cut to %s, as tensors have at "
                       "most %d: outputs may differ in the last bits",
                       wide.width, format_print(f, text),
                       FIXED_TENSOR_WIDTH_MAX);
        diag_hint(r->diag, "give the layer a 'result' precision in hls4ml's "
                           "configuration");
        return;
    }
    hls4ml_warning(r, c, DIAG_FORMAT,
                   "a stream of %u bits, whose values are those of %s: it is "
                   "taken to be so wide, and costs less than hls4ml's",
                   wide.width, format_print(f, text));
}

void hls4ml_narrow_products(struct hls4ml_reader *r,
                            const struct hls4ml_call *c, struct sketch_layer *l)
{
    if (fits(l->output->format) || l->arrays[0].from == NULL ||
        l->arrays[1].from == NULL)
        return;
    struct format in = l->inputs[0]->format, sum = l->accumulator;
    const struct graph_value *weights = l->arrays[0].from;
    const struct graph_value *biases = l->arrays[1].from;
    uint64_t count = weights->dims.size[0], units = biases->dims.size[0];
    const double *w = weights->data, *b = biases->data;
    double most = 0;
    uint64_t terms = count / units;
    int fraction = format_fraction(in) + format_fraction(l->weight);
    if (format_fraction(l->bias) > fraction)
        fraction = format_fraction(l->bias);
    if (sum.width != 0 && format_fraction(sum) < fraction)
        fraction = format_fraction(sum);
    /* Where the weights of a unit stand: its stride is that of the last axis
     * (a depthwise kernel's too). */
    const struct sketch_array *a = &l->arrays[0];
    uint64_t stride = a->strides[a->rank - 1];
    for (uint64_t u = 0; u < units; u++) {
        double bound = fabs(b[u]);
        for (uint64_t t = 0; t < terms; t++)
            bound += fabs(w[stride == 1 ? u + t * units : u * stride + t]) *
                     largest(in);
        most = bound > most ? bound : most;
    }
    /* Each product, and the bias, may be rounded by a step. */
    most += ldexp((double)(terms + 1), -fraction);
    if (sum.width != 0 && ldexp(1, sum.integer - 1) <= most)
        most = ldexp(1, sum.integer - 1); /* it may wrap: all it can hold */
    narrow(r, c, l, fraction, most);
}

void hls4ml_narrow_sum(struct hls4ml_reader *r, const struct hls4ml_call *c,
                       struct sketch_layer *l, bool is_product)
{
    if (fits(l->output->format))
        return;
    struct format a = l->inputs[0]->format, b = l->inputs[1]->format;
    int fa = format_fraction(a), fb = format_fraction(b);
    if (is_product)
        narrow(r, c, l, fa + fb, largest(a) * largest(b));
    else
        narrow(r, c, l, fa > fb ? fa : fb, largest(a) + largest(b));
}

void hls4ml_narrow_mean(struct hls4ml_reader *r, const struct hls4ml_call *c,
                        struct sketch_layer *l)
{
    if (!fits(l->output->format))
        narrow(r, c, l, format_fraction(l->output->format),
               largest(l->inputs[0]->format));
}

void hls4ml_keep_format(struct sketch_layer *l)
{
    struct format in = l->inputs[0]->format, *out = &l->output->format;
    if (!fits(*out) && hls4ml_holds(*out, in)) {
        uint8_t quant = out->quant, overflow = out->overflow;
        *out = in;
        out->quant = quant;
        out->overflow = overflow;
    }
}

bool hls4ml_check_widths(struct hls4ml_reader *r)
{
    bool fine = true;
    for (uint32_t i = 0; i < r->call_count; i++) {
        const struct hls4ml_call *c = &r->calls[i];
        for (uint32_t k = 0; k < r->stream_count; k++) {
            const struct hls4ml_stream *s = &r->streams[k];
            if (s->source != i || s->tensor == NULL || fits(s->tensor->format))
                continue;
            hls4ml_error(r, c, DIAG_FORMAT,
                         "a stream of %u bits, tensors have at most %d",
                         s->tensor->format.width, FIXED_TENSOR_WIDTH_MAX);
            diag_hint(r->diag, "give the layer a 'result' precision in "
                               "hls4ml's configuration");
            fine = false;
        }
    }
    return fine;
}
