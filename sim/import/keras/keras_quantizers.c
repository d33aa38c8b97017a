#include "import/keras/keras_reader.h"

#include "base/arena.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Quantisers of QKeras 0.9.  With m = 2^(bits - sign) and 2^integer the upper
 * end of the range, an integer is q = round(x * m / 2^integer), ties to even,
 * saturated:
 *   quantized_bits    -m (symmetric: -m + 1; not keep_negative: 0) .. m - 1,
 *                     times alpha; of one signed bit the sign, 0 being +1
 *   quantized_linear  the same with alpha inside: the step is times alpha
 *   quantized_relu    0 .. m - 1; with a negative slope s negative x are
 *                     multiplied by it and end at -s * m
 *   quantized_tanh    of max(-1, min(1, x)), integer 0
 *   quantized_sigmoid of max(0, min(1, x / 2 + 1/2)), unsigned, integer 0
 *   ternary, binary   keras_scales.c
 *   ..._po2           keras_powers.c
 * Stochastic ones do the same at inference. */
enum parameter {
    P_BITS,
    P_INTEGER,
    P_SYMMETRIC,
    P_KEEP_NEGATIVE,
    P_ALPHA,
    P_USE_SIGMOID,
    P_SLOPE,
    P_UPPER,
    P_IS_CLIP,
    P_REAL_TANH,
    P_REAL_SIGMOID,
    P_01,
    P_THRESHOLD,
    P_UNROLLS,
    P_SCALE_AXIS,
    P_NOISE,
    P_MAX_VALUE,
    P_QUADRATIC,
    P_LOG2,
    P_OTHER, /* means nothing at inference */
    P_COUNT
};
static const char *const parameter_names[P_COUNT] = {
    "bits",
    "integer",
    "symmetric",
    "keep_negative",
    "alpha",
    "use_sigmoid",
    "negative_slope",
    "relu_upper_bound",
    "is_quantized_clip",
    "use_real_tanh",
    "use_real_sigmoid",
    "use_01",
    "threshold",
    "number_of_unrolls",
    "scale_axis",
    "qnoise_factor",
    "max_value",
    "quadratic_approximation",
    "log2_rounding",
    "",
};

enum { POSITIONS_MAX = 8 };
struct quantizer_type {
    const char *name;
    bool is_read;
    enum keras_quantizer_kind kind;
    uint32_t count;
    enum parameter order[POSITIONS_MAX]; /* of arguments without a name */
    const char *limits;
};

static const char powers[] =
    "of weights, which need at most 32 bits; log2_rounding 'rnd'";

static const struct quantizer_type types[] = {
    { "bernoulli", false, KERAS_BINARY, 0, { 0 }, "not read" },
    { "binary",
      true,
      KERAS_BINARY,
      3,
      { P_01, P_ALPHA, P_OTHER },
      "of weights" },
    { "quantized_bits",
      true,
      KERAS_BITS,
      8,
      { P_BITS, P_INTEGER, P_SYMMETRIC, P_KEEP_NEGATIVE, P_ALPHA, P_OTHER,
        P_SCALE_AXIS, P_NOISE },
      "alpha 'auto' and 'auto_po2' of weights; no scale_axis" },
    { "quantized_hswish", false, KERAS_BITS, 0, { 0 }, "not read" },
    { "quantized_linear",
      true,
      KERAS_LINEAR,
      7,
      { P_BITS, P_INTEGER, P_SYMMETRIC, P_KEEP_NEGATIVE, P_ALPHA, P_OTHER,
        P_SCALE_AXIS },
      "alpha None or a number; no scale_axis" },
    { "quantized_po2",
      true,
      KERAS_PO2,
      6,
      { P_BITS, P_MAX_VALUE, P_OTHER, P_QUADRATIC, P_LOG2, P_NOISE },
      powers },
    { "quantized_relu",
      true,
      KERAS_RELU,
      8,
      { P_BITS, P_INTEGER, P_USE_SIGMOID, P_SLOPE, P_OTHER, P_UPPER, P_IS_CLIP,
        P_NOISE },
      "no use_sigmoid; relu_upper_bound only with is_quantized_clip, which "
      "has precedence" },
    { "quantized_relu_po2",
      true,
      KERAS_RELU_PO2,
      7,
      { P_BITS, P_MAX_VALUE, P_SLOPE, P_OTHER, P_QUADRATIC, P_LOG2, P_NOISE },
      powers },
    { "quantized_sigmoid",
      true,
      KERAS_SIGMOID,
      4,
      { P_BITS, P_SYMMETRIC, P_REAL_SIGMOID, P_OTHER },
      "not symmetric" },
    { "quantized_tanh",
      true,
      KERAS_TANH,
      4,
      { P_BITS, P_OTHER, P_SYMMETRIC, P_REAL_TANH },
      "" },
    { "quantized_ulaw", false, KERAS_BITS, 0, { 0 }, "not read" },
    { "stochastic_binary",
      true,
      KERAS_BINARY,
      3,
      { P_ALPHA, P_OTHER, P_OTHER },
      "of weights" },
    { "stochastic_ternary",
      true,
      KERAS_TERNARY,
      5,
      { P_ALPHA, P_THRESHOLD, P_OTHER, P_OTHER, P_UNROLLS },
      "of weights" },
    { "ternary",
      true,
      KERAS_TERNARY,
      4,
      { P_ALPHA, P_THRESHOLD, P_OTHER, P_UNROLLS },
      "of weights" },
};
enum { TYPE_COUNT = sizeof types / sizeof *types };

struct argument {
    enum { ARGUMENT_NONE, ARGUMENT_NUMBER, ARGUMENT_TEXT, ARGUMENT_BAD } kind;
    double number;
    const char *text;
};

const struct keras_row *keras_quantizer_rows(struct arena *a, uint32_t *count)
{
    struct keras_row *rows = arena_new_array(a, struct keras_row, TYPE_COUNT);
    for (uint32_t i = 0; i < TYPE_COUNT; i++)
        rows[i] = (struct keras_row){ types[i].name, types[i].limits };
    *count = TYPE_COUNT;
    return rows;
}

/* By a name that ends, or goes on with arguments. */
static const struct quantizer_type *find_type(const char *name)
{
    size_t length = strcspn(name, "(");
    for (uint32_t i = 0; i < TYPE_COUNT; i++)
        if (strlen(types[i].name) == length &&
            strncmp(types[i].name, name, length) == 0)
            return &types[i];
    return NULL;
}

bool keras_is_quantizer(const char *name)
{
    return find_type(name) != NULL || strchr(name, '(') != NULL;
}

static struct argument number_argument(double x)
{
    return (struct argument){ ARGUMENT_NUMBER, x, NULL };
}

static struct argument word_argument(const char *word, struct arena *a)
{
    size_t length = strlen(word);
    if (strcmp(word, "None") == 0)
        return (struct argument){ 0 };
    if (strcmp(word, "True") == 0 || strcmp(word, "False") == 0)
        return number_argument(word[0] == 'T');
    if (length >= 2 && (word[0] == '\'' || word[0] == '"') &&
        word[length - 1] == word[0])
        return (struct argument){
            ARGUMENT_TEXT, 0, arena_printf(a, "%.*s", (int)length - 2, word + 1)
        };
    char *end;
    double x = strtod(word, &end);
    if (length == 0 || *end != '\0' || !isfinite(x))
        return (struct argument){ .kind = ARGUMENT_BAD };
    return number_argument(x);
}

/* "quantized_bits(4, 0, alpha='auto')"; false: it is not of this form. */
static bool parse_call(const struct quantizer_type *t, const char *text,
                       struct argument *out, struct arena *a)
{
    const char *s = text + strcspn(text, "(");
    if (*s == '\0')
        return true;
    s++;
    for (uint32_t i = 0; *s != ')'; i++) {
        size_t length = strcspn(s, ",)");
        if (s[length] == '\0')
            return false;
        char *part = arena_new_array(a, char, length + 1);
        size_t kept = 0;
        for (size_t k = 0; k < length; k++)
            if (s[k] != ' ')
                part[kept++] = s[k];
        s += length + (s[length] == ',');
        char *value = strchr(part, '=');
        enum parameter p = P_OTHER;
        if (value == NULL) {
            if (i >= t->count)
                return false;
            p = t->order[i];
            value = part;
        } else {
            *value++ = '\0';
            for (uint32_t k = 0; k < P_OTHER; k++)
                if (strcmp(parameter_names[k], part) == 0)
                    p = (enum parameter)k;
        }
        out[p] = word_argument(value, a);
        if (out[p].kind == ARGUMENT_BAD)
            return false;
    }
    return s[1] == '\0';
}

static void read_arguments(struct json config, struct argument *out)
{
    for (uint32_t i = 0; i < P_OTHER; i++) {
        struct json j = json_get(config, parameter_names[i]);
        if (!json_exists(j) || json_kind(j) == JSON_NULL)
            continue;
        out[i].kind = ARGUMENT_BAD;
        bool flag;
        if (json_kind(j) == JSON_STRING)
            out[i] = (struct argument){ ARGUMENT_TEXT, 0, json_read_string(j) };
        else if (json_kind(j) == JSON_BOOL && json_read_bool(j, &flag))
            out[i] = number_argument(flag);
        else if (keras_number_in(j, -1e9, 1e9, &out[i].number))
            out[i].kind = ARGUMENT_NUMBER;
    }
}

/* A number; false: it is something else. */
static bool number_of(const struct argument *a, double otherwise, double *out)
{
    *out = a->kind == ARGUMENT_NUMBER ? a->number : otherwise;
    return a->kind <= ARGUMENT_NUMBER;
}

static bool flag_of(const struct argument *a, bool otherwise)
{
    return a->kind == ARGUMENT_NUMBER ? a->number != 0 : otherwise;
}

static bool alpha_of(const struct argument *a, struct keras_quantizer *q)
{
    q->factor = a->kind == ARGUMENT_NUMBER ? a->number : 1;
    switch (a->kind) {
    case ARGUMENT_NONE:
        q->alpha = ALPHA_NONE;
        return true;
    case ARGUMENT_NUMBER:
        q->alpha = ALPHA_NUMBER;
        return q->factor > 0 && isfinite(q->factor);
    case ARGUMENT_TEXT:
        q->alpha = strcmp(a->text, "auto") == 0 ? ALPHA_AUTO : ALPHA_AUTO_PO2;
        return q->alpha == ALPHA_AUTO || strcmp(a->text, "auto_po2") == 0;
    default:
        return false;
    }
}

/* What is wrong with the arguments; NULL: nothing. */
static const char *set(struct keras_quantizer *q, const struct argument *a)
{
    double unrolls, noise;
    if (!number_of(&a[P_BITS], 8, &q->bits) || q->bits < 1 || q->bits > 32 ||
        q->bits != floor(q->bits))
        return "'bits' is not in 1..32";
    if (!number_of(&a[P_INTEGER], 0, &q->integer) || q->integer < -32 ||
        q->integer > 32 || q->integer != floor(q->integer))
        return "'integer' is not in -32..32";
    if (!number_of(&a[P_SLOPE], 0, &q->negative_slope) ||
        q->negative_slope < 0 || q->negative_slope > 1)
        return "'negative_slope' is not in 0..1";
    if (!alpha_of(&a[P_ALPHA], q))
        return "'alpha' is none of None, a positive number, 'auto' and "
               "'auto_po2'";
    if (!number_of(&a[P_THRESHOLD], 0.33, &q->threshold) || q->threshold < 0)
        return "'threshold' is no number";
    if (!number_of(&a[P_UNROLLS], 5, &unrolls) || unrolls < 0 || unrolls > 100)
        return "'number_of_unrolls' is not in 0..100";
    if (!number_of(&a[P_NOISE], 1, &noise) || noise != 1)
        return "'qnoise_factor' is not 1: the tensor is not quantised in full";
    if (a[P_SCALE_AXIS].kind != ARGUMENT_NONE)
        return "'scale_axis' is given";
    if (flag_of(&a[P_USE_SIGMOID], false))
        return "'use_sigmoid' is set";
    if (a[P_UPPER].kind != ARGUMENT_NONE && !flag_of(&a[P_IS_CLIP], true))
        return "'relu_upper_bound' is given";
    if (!number_of(&a[P_MAX_VALUE], INFINITY, &q->max_value) ||
        q->max_value < 0)
        return "'max_value' is no number of at least 0";
    if (a[P_LOG2].kind != ARGUMENT_NONE &&
        (a[P_LOG2].kind != ARGUMENT_TEXT || strcmp(a[P_LOG2].text, "rnd") != 0))
        return "'log2_rounding' is not 'rnd'";
    q->is_quadratic = flag_of(&a[P_QUADRATIC], false);
    q->unrolls = (uint32_t)unrolls;
    q->symmetric = flag_of(&a[P_SYMMETRIC], q->kind == KERAS_LINEAR);
    q->keep_negative = flag_of(&a[P_KEEP_NEGATIVE], true);
    q->use_real =
        flag_of(&a[P_REAL_TANH], false) || flag_of(&a[P_REAL_SIGMOID], false);
    q->use_01 = flag_of(&a[P_01], false);
    if (q->kind == KERAS_SIGMOID && q->symmetric)
        return "'symmetric' is set";
    if (q->kind == KERAS_LINEAR && q->alpha > ALPHA_NUMBER)
        return "'alpha' is no number";
    return NULL;
}

enum keras_found keras_quantizer(struct keras_layer *l, const char *key,
                                 struct keras_quantizer *out)
{
    struct json j = json_get(l->config, key);
    if (!json_exists(j) || json_kind(j) == JSON_NULL)
        return KERAS_NONE;
    struct argument arguments[P_COUNT] = { 0 };
    const char *name = NULL;
    bool is_call = json_kind(j) == JSON_STRING;
    if (is_call) {
        name = json_read_string(j);
    } else if (json_kind(j) == JSON_OBJECT) {
        struct json class = json_get(j, "class_name");
        if (json_exists(class) && json_kind(class) == JSON_STRING)
            name = json_read_string(class);
    }
    const struct quantizer_type *t = name == NULL ? NULL : find_type(name);
    const char *why = NULL;
    *out = (struct keras_quantizer){ 0 };
    if (t == NULL || !t->is_read) {
        why = "is not read";
    } else {
        out->kind = t->kind;
        out->name = t->name;
        struct json config = { 0 };
        if (!is_call)
            config = json_get(j, "config");
        if (is_call && !parse_call(t, name, arguments, l->reader->arena))
            why = "has arguments that are not understood";
        else if (json_exists(config) && json_kind(config) == JSON_OBJECT)
            read_arguments(config, arguments);
        if (why == NULL)
            why = set(out, arguments);
    }
    if (why == NULL)
        return KERAS_FOUND;
    keras_error(l, DIAG_UNSUPPORTED, "%s '%.80s': %s", key,
                name == NULL ? "?" : name, why);
    diag_hint(l->reader->diag,
              "docs/keras-layers.md lists the quantisers that are read: train "
              "again with one of them");
    return KERAS_WRONG;
}
