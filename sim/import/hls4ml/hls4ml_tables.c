/* Activations that are functions of one value: the tables that
 * hls4ml's library fills when its C simulation starts, and what it does with
 * them.  Source: nnet_activation.h and nnet_activation_stream.h of hls4ml
 * 1.3, which compute in single precision where this does. */
#include "import/hls4ml/hls4ml_reader.h"

#include "base/arena.h"
#include "design/tables.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

/* What a function does with a number, on the way to the output's format. */
struct function {
    const char *name, *type;
    /* Half of the range of its table: -reach to reach.  0: it has none, and is
     * computed for each value. */
    double reach;
    float (*entry)(float x);
};

static float sigmoid(float x)
{
    return (float)(1.0 / (1.0 + (double)expf(-x)));
}

static float softplus(float x)
{
    return (float)log((double)expf(x) + 1.);
}

static float softsign(float x)
{
    return (float)((double)x / ((double)fabsf(x) + 1.));
}

static const struct function functions[] = {
    { "sigmoid", "sigmoid", 8, sigmoid },
    { "softplus", "lookup", 8, softplus },
    { "softsign", "lookup", 8, softsign },
    { "tanh", "tanh", 4, NULL }, /* in double precision */
    { "hard_sigmoid", "hard_sigmoid", 0, NULL },
    { "hard_tanh", "hard_tanh", 0, NULL },
    { "elu", "lookup", 0, NULL },
    { "selu", "lookup", 0, NULL },
    { "thresholded_relu", "lookup", 0, NULL },
    { "ternary_tanh", "lookup", 0, NULL },
};

static const struct function *function_of(const char *name)
{
    const struct function *f = functions;
    while (strcmp(f->name, name) != 0)
        f++; /* the table of calls has no others */
    return f;
}

double hls4ml_in_format(double x, struct format f)
{
    return fixed_to_double(fixed_from_double(x, f), f);
}

static bool power_of_two(uint64_t n, uint32_t *bits)
{
    *bits = 0;
    while (n >> *bits > 1)
        ++*bits;
    return n == UINT64_C(1) << *bits;
}

bool hls4ml_table_bits(struct hls4ml_reader *r, const struct hls4ml_call *c,
                       const char *field, uint32_t *bits)
{
    uint64_t size;
    if (!hls4ml_number(r, c->config, field, 1, UINT32_MAX, &size))
        return false;
    if (power_of_two(size, bits) && *bits >= TABLE_BITS_MIN &&
        *bits <= TABLE_GIVEN_BITS_MAX)
        return true;
    hls4ml_error(r, c, DIAG_UNSUPPORTED,
                 "a table of %" PRIu64 " entries is no power of two from 4 to "
                 "2^%d",
                 size, TABLE_GIVEN_BITS_MAX);
    return false;
}

bool hls4ml_check_format(struct hls4ml_reader *r, const struct hls4ml_call *c,
                         struct format f)
{
    int most = FIXED_TENSOR_WIDTH_MAX - (f.is_signed ? 0 : 1);
    if (f.width <= most)
        return true;
    hls4ml_error(r, c, DIAG_FORMAT, "a format of %u bits, at most %d", f.width,
                 most);
    diag_hint(r->diag, "give the layer and the one in front of it a precision "
                       "of their own in hls4ml's configuration");
    return false;
}

static struct sketch_layer *add_table(struct hls4ml_reader *r,
                                      const struct hls4ml_call *c,
                                      const struct function *f, uint32_t output,
                                      const struct sketch_tensor *input,
                                      struct format index, double *entries)
{
    struct sketch_layer *l =
        hls4ml_add(r, c, f->type, output, input->shape, 1, &input);
    if (l == NULL || !hls4ml_check_format(r, c, l->output->format))
        return NULL;
    uint64_t count = UINT64_C(1) << index.width;
    for (uint64_t i = 0; i < count; i++)
        entries[i] = hls4ml_in_format(entries[i], l->output->format);
    l->can_convert = true;
    l->index = index;
    hls4ml_set_array(r, l, 0, "table", hls4ml_constant(r, entries, count), 1,
                     &count);
    return l;
}

/* --- tables of the library ------------------------------------------------ */

/* index = x * size / (2 * reach) towards zero, + size / 2, cut to the table:
 * the address of headrace's table is that of the signed number in front. */
static bool tabled(struct hls4ml_reader *r, const struct hls4ml_call *c,
                   const struct function *f, const struct sketch_tensor *input)
{
    uint32_t bits;
    struct format entry;
    if (!hls4ml_table_bits(r, c, "table_size", &bits) ||
        !hls4ml_format(r, c->config, "table_t", &entry) ||
        !hls4ml_check_format(r, c, entry))
        return false;
    struct format index = {
        .width = (uint8_t)bits,
        .integer = f->reach == 8 ? 4 : 3,
        .is_signed = true,
        .quant = FIXED_TRN_ZERO,
        .overflow = FIXED_SAT,
    };
    uint32_t size = UINT32_C(1) << bits;
    double *entries = arena_new_array(r->arena, double, size);
    for (uint32_t i = 0; i < size; i++) {
        float x =
            (float)(2 * f->reach * ((double)i - (double)((float)size / 2.0F)) /
                    (double)(float)size);
        double y = f->entry != NULL ? (double)f->entry(x) : tanh((double)x);
        entries[(i + size / 2) % size] = hls4ml_in_format(y, entry);
    }
    return add_table(r, c, f, 1, input, index, entries) != NULL;
}

/* --- computed for each value ---------------------------------------------- */

/* What such a function needs. */
struct computed {
    const struct function *function;
    struct format input;
    double slope, shift; /* of the hard ones; slope: alpha, theta */
    struct format output;
    struct format table;             /* elu, selu */
    uint32_t table_size, table_bits; /* 0: it has none */
};

/* An entry of the table of elu or selu for x < 0. */
static double exponential(const struct computed *k, double x, bool is_selu)
{
    static const double selu_scale = 1.0507009873554804934193349852946;
    static const double selu_alpha = 1.6732632423543772848170429916717;
    double index = trunc(x * k->table_size / -8);
    double last = k->table_size - 1;
    index = index > last ? last : index;
    float at = (float)(-8.0 * index / (double)(float)k->table_size);
    double y = is_selu ? (double)(float)(selu_scale *
                                         (selu_alpha * ((double)expf(at) - 1.)))
                       : (double)(float)((double)expf(at) - 1.);
    return hls4ml_in_format(y, k->table);
}

static double value_of(const struct computed *k, double x)
{
    const char *name = k->function->name;
    double y;
    if (strcmp(name, "elu") == 0)
        return x >= 0 ? x : k->slope * exponential(k, x, false);
    if (strcmp(name, "selu") == 0) {
        /* The factor is cut to the input's format. */
        double factor =
            hls4ml_in_format(1.0507009873554804934193349852946, k->input);
        return x >= 0 ? factor * x : exponential(k, x, true);
    }
    if (strcmp(name, "thresholded_relu") == 0)
        return x > k->slope ? x : 0;
    if (strcmp(name, "ternary_tanh") == 0)
        return x > 1 ? 1 : x <= -1 ? -1 : 0;
    y = k->slope * x + k->shift;
    y = y > 1 ? 1 : y < 0 ? 0 : y;
    return strcmp(name, "hard_tanh") == 0 ? 2 * y - 1 : y;
}

/* A constant of the record with its type: `static const T slope` and its
 * value outside. */
static bool read_factor(struct hls4ml_reader *r, const struct hls4ml_call *c,
                        const char *field, double *out)
{
    const struct hls4ml_name *n = hls4ml_find(r, c->config, field);
    uint32_t at = n == NULL ? 0 : n->at;
    struct hls4ml_type type;
    if (n == NULL || n->is_type ||
        !hls4ml_value(r, n->source, c->config, &at, out)) {
        hls4ml_error(r, c, DIAG_HLS4ML, "its '%s' cannot be told", field);
        return false;
    }
    /* `const TYPE RECORD::FIELD = value`: the type stands five words in
     * front. */
    uint32_t type_at = n->at >= 5 ? n->at - 5 : 0;
    if (!hls4ml_type_at(r, n->source, NULL, &type_at, &type) ||
        !hls4ml_check_format(r, c, type.format)) {
        hls4ml_error(r, c, DIAG_HLS4ML, "the type of its '%s' is not known",
                     field);
        return false;
    }
    *out = hls4ml_in_format(*out, type.format);
    return true;
}

static bool read_computed(struct hls4ml_reader *r, const struct hls4ml_call *c,
                          struct computed *k, uint32_t *output)
{
    const char *name = k->function->name;
    *output = 1;
    if (strncmp(name, "hard_", 5) == 0)
        return read_factor(r, c, "slope", &k->slope) &&
               read_factor(r, c, "shift", &k->shift);
    bool has_factor = c->argument_count == 3;
    struct format format;
    *output = has_factor ? 2 : 1;
    k->slope = 1;
    if (has_factor && !hls4ml_factor(r, c, k->input, &format, &k->slope))
        return false;
    if (strstr(name, "elu") == NULL || name[0] == 't')
        return true;
    if (!hls4ml_table_bits(r, c, "table_size", &k->table_bits) ||
        !hls4ml_format(r, c->config, "table_t", &k->table))
        return false;
    k->table_size = UINT32_C(1) << k->table_bits;
    return hls4ml_check_format(r, c, k->table);
}

/* Integer bits of the numbers in which the function is not flat; those of the
 * input if it never is. */
static int16_t integer_of(const struct computed *k)
{
    int16_t all = k->input.integer;
    const char *name = k->function->name;
    double reach = 0;
    if (strcmp(name, "ternary_tanh") == 0)
        reach = 1;
    if (strncmp(name, "hard_", 5) == 0 && k->slope > 0)
        reach =
            fmax(fabs((1 - k->shift) / k->slope), fabs(k->shift / k->slope));
    if (reach == 0)
        return all;
    int16_t bits = k->input.is_signed ? 1 : 0;
    for (double top = 1; top <= reach && bits < all; top *= 2)
        bits++;
    return bits < all ? bits : all;
}

/* --- elu and selu of many bits -------------------------------------------- */

/* x, or a multiple of it, where x is not below zero; nothing where it is. */
static const struct sketch_tensor *upper_half(struct hls4ml_reader *r,
                                              const struct hls4ml_call *c,
                                              const struct computed *k,
                                              const struct sketch_tensor *input,
                                              struct format output)
{
    const bool is_elu = strcmp(k->function->name, "elu") == 0;
    const struct shape shape = input->shape;
    struct sketch_layer *l =
        hls4ml_add_inner(r, arena_printf(r->arena, "%.50s_upper", c->layer),
                         "relu", shape, is_elu ? output : input->format, input);
    l->can_convert = true;
    if (is_elu)
        return l->output;
    const uint64_t channels = shape.c;
    double *scales = arena_new_array(r->arena, double, channels);
    double *zeros = arena_new_array(r->arena, double, channels);
    for (uint64_t i = 0; i < channels; i++)
        scales[i] = value_of(k, 1);
    l = hls4ml_add_inner(r, arena_printf(r->arena, "%.50s_scaled", c->layer),
                         "batchnorm", shape, output, l->output);
    l->can_convert = true;
    l->weight = l->bias = k->input;
    hls4ml_set_array(r, l, 0, "scale", hls4ml_constant(r, scales, channels), 1,
                     &channels);
    hls4ml_set_array(r, l, 1, "offset", hls4ml_constant(r, zeros, channels), 1,
                     &channels);
    return l->output;
}

/* The table for x below zero, which hls4ml looks up at x * size / -8 towards
 * zero; nothing where x is not. */
static const struct sketch_tensor *lower_half(struct hls4ml_reader *r,
                                              const struct hls4ml_call *c,
                                              const struct computed *k,
                                              const struct sketch_tensor *input,
                                              struct format output)
{
    struct sketch_layer *l =
        hls4ml_add_inner(r, arena_printf(r->arena, "%.50s_lower", c->layer),
                         "lookup", input->shape, output, input);
    const struct format index = { .width = (uint8_t)(k->table_bits + 1),
                                  .integer = 4,
                                  .is_signed = true,
                                  .quant = FIXED_TRN_ZERO,
                                  .overflow = FIXED_SAT };
    const uint64_t count = UINT64_C(2) << k->table_bits;
    double *entries = arena_new_array(r->arena, double, count);
    for (uint64_t i = count / 2; i < count; i++) {
        const int64_t raw = (int64_t)i - (int64_t)count;
        entries[i] =
            hls4ml_in_format(value_of(k, fixed_to_double(raw, index)), output);
    }
    l->can_convert = true;
    l->index = index;
    hls4ml_set_array(r, l, 0, "table", hls4ml_constant(r, entries, count), 1,
                     &count);
    return l->output;
}

/* One table would be too large: the sum of two halves, of which one is zero. */
static bool in_halves(struct hls4ml_reader *r, const struct hls4ml_call *c,
                      const struct computed *k, uint32_t output,
                      const struct sketch_tensor *input)
{
    const struct hls4ml_stream *s = hls4ml_argument(r, c, output);
    if (s == NULL || !hls4ml_check_format(r, c, s->type.format))
        return false;
    const struct sketch_tensor *halves[] = {
        upper_half(r, c, k, input, s->type.format),
        lower_half(r, c, k, input, s->type.format),
    };
    struct sketch_layer *l =
        hls4ml_add(r, c, "add", output, input->shape, 2, halves);
    if (l == NULL)
        return false;
    l->can_convert = true;
    hls4ml_warning(r, c, DIAG_UNSUPPORTED,
                   "for its %u bits of input it is made of several processes, "
                   "where hls4ml's hardware has one",
                   input->format.width);
    return true;
}

static bool computed(struct hls4ml_reader *r, const struct hls4ml_call *c,
                     const struct function *f,
                     const struct sketch_tensor *input)
{
    struct computed k = { .function = f, .input = input->format };
    uint32_t output;
    if (!read_computed(r, c, &k, &output))
        return false;
    struct format index = k.input;
    int width = format_fraction(k.input) + integer_of(&k);
    const bool has_table = k.table_size != 0;
    if (has_table && width > TABLE_GIVEN_BITS_MAX &&
        k.table_bits < TABLE_GIVEN_BITS_MAX)
        return in_halves(r, c, &k, output, input);
    const bool is_hard = strncmp(f->name, "hard_", 5) == 0;
    if (is_hard && width > TABLE_GIVEN_BITS_MAX) {
        hls4ml_warning(r, c, DIAG_FORMAT,
                       "the table of its %d bits of input is cut to %d: "
                       "outputs may differ in the last bit",
                       width, TABLE_GIVEN_BITS_MAX);
        width = TABLE_GIVEN_BITS_MAX;
    }
    if (width > TABLE_GIVEN_BITS_MAX || width < 1) {
        hls4ml_error(r, c, DIAG_UNSUPPORTED,
                     "a table of its %d bits of input is too large (%d)", width,
                     TABLE_GIVEN_BITS_MAX);
        diag_hint(r->diag, "give the layer in front a 'result' precision of "
                           "fewer bits in hls4ml's configuration");
        return false;
    }
    index.width = (uint8_t)width;
    index.integer = integer_of(&k);
    index.quant = FIXED_TRN;
    index.overflow = FIXED_SAT;
    uint32_t count = UINT32_C(1) << width;
    double *entries = arena_new_array(r->arena, double, count);
    for (uint32_t i = 0; i < count; i++) {
        int64_t raw = i;
        if (index.is_signed && i >= count / 2)
            raw -= count;
        entries[i] = value_of(&k, fixed_to_double(raw, index));
    }
    struct sketch_layer *l = add_table(r, c, f, output, input, index, entries);
    if (l == NULL)
        return false;
    l->has_alpha = l->has_beta = is_hard;
    l->alpha = k.slope;
    l->beta = k.shift;
    return true;
}

bool hls4ml_lookup(struct hls4ml_reader *r, const struct hls4ml_call *c,
                   struct sketch_tensor *input)
{
    const struct function *f = function_of(c->function);
    return f->reach != 0 ? tabled(r, c, f, input) : computed(r, c, f, input);
}
