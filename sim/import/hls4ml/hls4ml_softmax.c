/* Softmax: the two tables that hls4ml's library fills when its C simulation
 * starts.  Source: nnet_activation.h of hls4ml 1.3, which computes in single
 * precision where this does. */
#include "import/hls4ml/hls4ml_reader.h"

#include "base/arena.h"

#include <math.h>
#include <string.h>

/* The number whose first bits are address i. */
static float number_at(uint32_t i, uint32_t bits, struct format f)
{
    int64_t raw = f.width >= bits ? (int64_t)i << (f.width - bits)
                                  : (int64_t)(i >> (bits - f.width));
    if (f.is_signed && raw >> (f.width - 1) != 0)
        raw -= INT64_C(1) << f.width;
    return (float)fixed_to_double(raw, f);
}

static double *exponentials(struct hls4ml_reader *r, uint32_t bits,
                            struct format from, bool is_negative, double scale,
                            struct format entry, struct format sum)
{
    uint32_t count = UINT32_C(1) << bits;
    double *entries = arena_new_array(r->arena, double, count);
    for (uint32_t i = 0; i < count; i++) {
        float x = number_at(i, bits, from) * (float)scale;
        double y = (double)expf(is_negative ? -x : x);
        entries[i] = hls4ml_in_format(hls4ml_in_format(y, entry), sum);
    }
    return entries;
}

static double *inverses(struct hls4ml_reader *r, uint32_t bits,
                        struct format from, struct format entry)
{
    uint32_t count = UINT32_C(1) << bits;
    double *entries = arena_new_array(r->arena, double, count);
    for (uint32_t i = 0; i < count; i++)
        entries[i] =
            hls4ml_in_format((double)(1 / number_at(i, bits, from)), entry);
    return entries;
}

/* Formats and sizes of the tables. */
struct softmax {
    bool is_stable;
    struct format difference, exp, sum, index, inverse;
    uint32_t exp_bits, inverse_bits;
    double scale;
};

/* The bits in front are the address of the table; those that are too many
 * behind are not seen, unless they are rounded away first. */
static void narrow_difference(struct format input, struct format *f)
{
    int most = FIXED_TENSOR_WIDTH_MAX - (f->is_signed ? 0 : 1);
    bool is_cut =
        f->quant == FIXED_TRN || format_fraction(input) <= most - f->integer;
    if (f->width > most && is_cut)
        f->width = (uint8_t)most;
}

static bool read_softmax(struct hls4ml_reader *r, const struct hls4ml_call *c,
                         struct format input, struct softmax *s)
{
    const char *kind = hls4ml_word(r, c->config, "implementation");
    bool is_latency = kind != NULL && strcmp(kind, "latency") == 0;
    s->is_stable = kind == NULL || strcmp(kind, "stable") == 0;
    if (!is_latency && !s->is_stable) {
        hls4ml_error(r, c, DIAG_UNSUPPORTED,
                     "the implementation '%s' of a softmax is not supported",
                     kind);
        return false;
    }
    s->scale = 1;
    const struct hls4ml_name *scale = hls4ml_find(r, c->config, "exp_scale");
    uint32_t at = scale == NULL ? 0 : scale->at;
    if (scale != NULL &&
        !hls4ml_value(r, scale->source, c->config, &at, &s->scale))
        s->scale = 1;
    /* Before version 1.2 one size, no sum and index types of their own, and
     * the difference in the format of the input. */
    bool is_old = hls4ml_find(r, c->config, "accum_t") == NULL;
    const char *exp_size = is_old ? "table_size" : "exp_table_size";
    const char *inv_size = is_old ? "table_size" : "inv_table_size";
    if (!hls4ml_table_bits(r, c, exp_size, &s->exp_bits) ||
        !hls4ml_table_bits(r, c, inv_size, &s->inverse_bits) ||
        !hls4ml_format(r, c->config, "exp_table_t", &s->exp) ||
        !hls4ml_format(r, c->config, "inv_table_t", &s->inverse))
        return false;
    s->sum = s->index = s->exp;
    s->difference = input;
    if (is_old)
        /* Differences of two values are not positive there. */
        hls4ml_warning(r, c, DIAG_FORMAT,
                       "a softmax of this version of hls4ml may differ in the "
                       "last bits");
    else if (!hls4ml_format(r, c->config, "accum_t", &s->sum) ||
             !hls4ml_format(r, c->config, "inv_inp_t", &s->index) ||
             (s->is_stable &&
              !hls4ml_format(r, c->config, "inp_norm_t", &s->difference)))
        return false;
    narrow_difference(input, &s->difference);
    return hls4ml_check_format(r, c, s->sum) &&
           hls4ml_check_format(r, c, s->exp) &&
           hls4ml_check_format(r, c, s->index) &&
           hls4ml_check_format(r, c, s->inverse) &&
           hls4ml_check_format(r, c, s->difference);
}

bool hls4ml_softmax(struct hls4ml_reader *r, const struct hls4ml_call *c,
                    struct sketch_tensor *input)
{
    struct softmax s;
    if (!read_softmax(r, c, input->format, &s))
        return false;
    const struct sketch_tensor *inputs[] = { input };
    struct sketch_layer *l =
        hls4ml_add(r, c, "softmax", 1, input->shape, 1, inputs);
    if (l == NULL)
        return false;
    l->can_convert = true;
    if (s.is_stable)
        l->difference = s.difference;
    l->sum = s.sum;
    l->index = s.index;
    l->inverse = s.inverse;
    uint64_t exps = UINT64_C(1) << s.exp_bits;
    uint64_t inverse_count = UINT64_C(1) << s.inverse_bits;
    const double *e =
        exponentials(r, s.exp_bits, s.is_stable ? s.difference : input->format,
                     s.is_stable, s.scale, s.exp, s.sum);
    const double *v = inverses(r, s.inverse_bits, s.index, s.inverse);
    hls4ml_set_array(r, l, 0, "exp", hls4ml_constant(r, e, exps), 1, &exps);
    hls4ml_set_array(r, l, 1, "inverse", hls4ml_constant(r, v, inverse_count),
                     1, &inverse_count);
    return hls4ml_number(r, c->config, "reuse_factor", 1, UINT32_MAX,
                         &l->reuse_factor);
}
