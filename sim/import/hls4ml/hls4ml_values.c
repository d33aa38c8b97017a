/* What names and expressions are worth.  Names are looked up in their record
 * first; what refers to itself, or is too deep or too long, is worth
 * nothing. */
#include "import/hls4ml/hls4ml_reader.h"

#include "base/arena.h"
#include "base/text.h"
#include "network/network.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Where an expression is read, and how deep that is. */
struct cursor {
    struct hls4ml_reader *reader;
    const struct cpp_source *source;
    const char *record;
    uint32_t at, depth;
};

static const struct cpp_token *token(const struct cursor *c)
{
    return cpp_at(c->source, c->at);
}

static bool takes(struct cursor *c, const char *mark)
{
    if (!cpp_is(token(c), mark))
        return false;
    c->at++;
    return true;
}

/* Integers beyond this are not exact as doubles. */
static const double integer_max = 9007199254740992;

static bool sound(double x)
{
    return isfinite(x) && fabs(x) <= integer_max;
}

static bool ternary(struct cursor *c, double *out);

static const struct hls4ml_name *find_from(const struct cursor *c,
                                           const char *name)
{
    const struct hls4ml_name *n = NULL;
    if (c->record != NULL)
        n = hls4ml_find(c->reader, c->record, name);
    return n != NULL ? n : hls4ml_find(c->reader, NULL, name);
}

/* A copy on the stack of a word; names are no longer. */
enum { WORD_MAX = 256 };

static bool word_of(const struct cpp_token *t, char out[WORD_MAX])
{
    if (t->kind != CPP_WORD || t->length >= WORD_MAX)
        return false;
    memcpy(out, t->text, t->length);
    out[t->length] = '\0';
    return true;
}

static bool constant(struct cursor *c, const struct hls4ml_name *n, double *out)
{
    if (n == NULL || n->is_type || n->is_record)
        return false;
    struct cursor in = {
        .reader = c->reader,
        .source = n->source,
        .record = n->record,
        .at = n->at,
        .depth = c->depth + 1,
    };
    return ternary(&in, out);
}

/* DIV_ROUNDUP(a, b), MIN(a, b), MAX(a, b), behind the bracket. */
static bool macro(struct cursor *c, const char *name, double *out)
{
    double a, b;
    if (!ternary(c, &a) || !takes(c, ",") || !ternary(c, &b) || !takes(c, ")"))
        return false;
    if (strcmp(name, "DIV_ROUNDUP") == 0) {
        *out = b == 0 ? 0 : ceil(a / b);
        return b != 0;
    }
    bool is_min = strcmp(name, "MIN") == 0;
    if (!is_min && strcmp(name, "MAX") != 0)
        return false;
    *out = (a < b) == is_min ? a : b;
    return true;
}

static bool named(struct cursor *c, double *out)
{
    char name[WORD_MAX], field[WORD_MAX];
    if (!word_of(token(c), name))
        return false;
    c->at++;
    if (takes(c, "(")) /* also a cast: TYPE(value) is not read */
        return macro(c, name, out);
    if (takes(c, "::")) {
        if (!word_of(token(c), field))
            return false;
        c->at++;
        return constant(c, hls4ml_find(c->reader, name, field), out);
    }
    if (strcmp(name, "true") == 0 || strcmp(name, "false") == 0) {
        *out = name[0] == 't';
        return true;
    }
    return constant(c, find_from(c, name), out);
}

static bool literal(struct cursor *c, double *out)
{
    char text[64], *end;
    const struct cpp_token *t = token(c);
    if (t->length >= sizeof text)
        return false;
    memcpy(text, t->text, t->length);
    text[t->length] = '\0';
    *out = strtod(text, &end);
    if (end[strspn(end, "uUlLfF")] != '\0')
        return false;
    c->at++;
    return sound(*out);
}

static bool primary(struct cursor *c, double *out)
{
    if (++c->reader->steps > HLS4ML_STEPS_MAX || c->depth > HLS4ML_DEPTH_MAX)
        return false;
    c->depth++;
    bool fine;
    if (takes(c, "-")) {
        fine = primary(c, out);
        if (fine)
            *out = -*out;
    } else if (takes(c, "(")) {
        fine = ternary(c, out) && takes(c, ")");
    } else if (token(c)->kind == CPP_NUMBER) {
        fine = literal(c, out);
    } else {
        fine = named(c, out);
    }
    c->depth--;
    return fine;
}

static bool product(struct cursor *c, double *out)
{
    if (!primary(c, out))
        return false;
    for (;;) {
        double other;
        bool times = takes(c, "*");
        if (!times && !takes(c, "/"))
            return true;
        if (!primary(c, &other) || (!times && other == 0))
            return false;
        bool integers = *out == trunc(*out) && other == trunc(other);
        *out = times ? *out * other : *out / other;
        if (!times && integers)
            *out = trunc(*out);
        if (!sound(*out))
            return false;
    }
}

static bool sum(struct cursor *c, double *out)
{
    if (!product(c, out))
        return false;
    for (;;) {
        double other;
        bool adds = takes(c, "+");
        if (!adds && !takes(c, "-"))
            return true;
        if (!product(c, &other))
            return false;
        *out = adds ? *out + other : *out - other;
        if (!sound(*out))
            return false;
    }
}

/* A sum; or a == b ? x : y. */
static bool ternary(struct cursor *c, double *out)
{
    double right, x, y;
    if (!sum(c, out))
        return false;
    if (cpp_is(token(c), "=") && cpp_is(cpp_at(c->source, c->at + 1), "=")) {
        c->at += 2;
        if (!sum(c, &right))
            return false;
        *out = *out == right;
    }
    if (!takes(c, "?"))
        return true;
    if (c->depth > HLS4ML_DEPTH_MAX)
        return false;
    c->depth++;
    bool fine = ternary(c, &x) && takes(c, ":") && ternary(c, &y);
    c->depth--;
    if (fine)
        *out = *out != 0 ? x : y;
    return fine;
}

bool hls4ml_value(struct hls4ml_reader *r, const struct cpp_source *s,
                  const char *record, uint32_t *at, double *value)
{
    struct cursor c = { .reader = r, .source = s, .record = record, .at = *at };
    if (!ternary(&c, value))
        return false;
    *at = c.at;
    return true;
}

/* --- types ---------------------------------------------------------------- */

static bool read_type(struct cursor *c, struct hls4ml_type *out);

/* An alias of another type. */
static bool alias(struct cursor *c, const char *name, struct hls4ml_type *out)
{
    const struct hls4ml_name *n = find_from(c, name);
    if (n == NULL || !n->is_type)
        return false;
    struct cursor in = {
        .reader = c->reader,
        .source = n->source,
        .record = n->record,
        .at = n->at,
        .depth = c->depth + 1,
    };
    return read_type(&in, out);
}

/* A whole number. */
static bool whole(struct cursor *c, double min, double max, double *out)
{
    return ternary(c, out) && *out == trunc(*out) && *out >= min && *out <= max;
}

/* <W, I, Q, O, N> of a type of ap_fixed, behind the bracket. */
static bool fixed(struct cursor *c, bool is_signed, bool has_integer,
                  struct format *out)
{
    struct text *t = text_new(c->reader->arena);
    double width, integer;
    if (!whole(c, 1, 1024, &width))
        return false;
    integer = width;
    if (has_integer && (!takes(c, ",") || !whole(c, -1024, 1024, &integer)))
        return false;
    text_printf(t, "%sfixed<%d,%d", is_signed ? "" : "u", (int)width,
                (int)integer);
    for (int i = 0; i < 3 && takes(c, ","); i++) {
        text_add(t, ",");
        text_addn(t, token(c)->text, token(c)->length);
        c->at++;
    }
    text_add(t, ">");
    const char *error;
    /* What is wider than headrace's formats keeps its width, for the reader of
     * the layer to say so. */
    if (format_parse(text_string(t), out, &error))
        return takes(c, ">");
    *out = (struct format){
        .width = width > UINT8_MAX ? UINT8_MAX : (uint8_t)width,
        .integer = (int16_t)integer,
        .is_signed = is_signed,
    };
    return width > FIXED_WIDTH_MAX && takes(c, ">");
}

/* nnet::array<T, N>, behind the bracket. */
static bool array(struct cursor *c, struct hls4ml_type *out)
{
    double elements;
    if (!read_type(c, out) || out->elements != 0 || !takes(c, ",") ||
        !whole(c, 1, NETWORK_SIZE_MAX, &elements) || !takes(c, ">"))
        return false;
    out->elements = (uint64_t)elements;
    return true;
}

static bool read_type(struct cursor *c, struct hls4ml_type *out)
{
    static const struct {
        const char *name;
        bool is_signed, has_integer;
    } numbers[] = {
        { "ap_fixed", true, true },
        { "ap_ufixed", false, true },
        { "ap_int", true, false },
        { "ap_uint", false, false },
    };
    char name[WORD_MAX];
    if (++c->reader->steps > HLS4ML_STEPS_MAX || c->depth > HLS4ML_DEPTH_MAX)
        return false;
    takes(c, "typename");
    if (takes(c, "nnet") && !takes(c, "::"))
        return false;
    *out = (struct hls4ml_type){ .elements = 0 };
    if (!word_of(token(c), name))
        return false;
    c->at++;
    bool has_arguments = takes(c, "<");
    if (!has_arguments)
        return alias(c, name, out);
    c->depth++;
    bool fine = false;
    if (strcmp(name, "array") == 0)
        fine = array(c, out);
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        if (strcmp(name, numbers[i].name) == 0)
            fine = fixed(c, numbers[i].is_signed, numbers[i].has_integer,
                         &out->format);
    c->depth--;
    return fine;
}

bool hls4ml_type_at(struct hls4ml_reader *r, const struct cpp_source *s,
                    const char *record, uint32_t *at, struct hls4ml_type *out)
{
    struct cursor c = { .reader = r, .source = s, .record = record, .at = *at };
    if (!read_type(&c, out))
        return false;
    *at = c.at;
    return true;
}

/* --- fields --------------------------------------------------------------- */

struct place hls4ml_record_place(const struct hls4ml_reader *r,
                                 const char *record)
{
    const struct hls4ml_name *n = hls4ml_find(r, NULL, record);
    return n != NULL ? hls4ml_place(n->source, n->at)
                     : (struct place){ .file = r->parameters->path };
}

/* NULL: said that it is missing. */
static const struct hls4ml_name *field_of(struct hls4ml_reader *r,
                                          const char *record, const char *field)
{
    const struct hls4ml_name *n = hls4ml_find(r, record, field);
    if (n == NULL)
        diag_error(r->diag, hls4ml_record_place(r, record), DIAG_HLS4ML,
                   "'%s' has no '%s'", record, field);
    return n;
}

bool hls4ml_number(struct hls4ml_reader *r, const char *record,
                   const char *field, uint64_t min, uint64_t max, uint64_t *out)
{
    const struct hls4ml_name *n = field_of(r, record, field);
    if (n == NULL)
        return false;
    uint32_t at = n->at;
    double value;
    if (n->is_type || !hls4ml_value(r, n->source, record, &at, &value)) {
        diag_error(r->diag, hls4ml_place(n->source, n->at), DIAG_HLS4ML,
                   "the value of '%s' in '%s' cannot be computed", field,
                   record);
        return false;
    }
    if (value != trunc(value) || value < (double)min || value > (double)max) {
        diag_error(r->diag, hls4ml_place(n->source, n->at), DIAG_HLS4ML,
                   "'%s' of '%s' is %.9g, outside %llu..%llu", field, record,
                   value, (unsigned long long)min, (unsigned long long)max);
        return false;
    }
    *out = (uint64_t)value;
    return true;
}

bool hls4ml_size(struct hls4ml_reader *r, const char *record, const char *field,
                 uint32_t *out)
{
    uint64_t size;
    if (!hls4ml_number(r, record, field, 1, NETWORK_SIZE_MAX, &size))
        return false;
    *out = (uint32_t)size;
    return true;
}

bool hls4ml_format(struct hls4ml_reader *r, const char *record,
                   const char *field, struct format *out)
{
    const struct hls4ml_name *n = field_of(r, record, field);
    if (n == NULL)
        return false;
    struct hls4ml_type type;
    uint32_t at = n->at;
    if (!n->is_type || !hls4ml_type_at(r, n->source, NULL, &at, &type) ||
        type.elements != 0) {
        diag_error(r->diag, hls4ml_place(n->source, n->at), DIAG_FORMAT,
                   "'%s' of '%s' is no fixed-point format that is known", field,
                   record);
        return false;
    }
    *out = type.format;
    return true;
}

const char *hls4ml_word(struct hls4ml_reader *r, const char *record,
                        const char *field)
{
    const struct hls4ml_name *n = hls4ml_find(r, record, field);
    if (n == NULL)
        return NULL;
    uint32_t at = n->at;
    while (cpp_is(cpp_at(n->source, at + 1), "::"))
        at += 2;
    return cpp_text(r->arena, cpp_at(n->source, at));
}

const char *hls4ml_record_of(struct hls4ml_reader *r, const char *record,
                             const char *field)
{
    const char *word = hls4ml_word(r, record, field);
    const struct hls4ml_name *n =
        word == NULL ? NULL : hls4ml_find(r, NULL, word);
    return n != NULL && n->is_record ? n->name : NULL;
}
