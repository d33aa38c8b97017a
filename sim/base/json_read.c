#include "base/json.h"

#include "base/arena.h"
#include "base/json_node.h"

#include <assert.h>
#include <math.h>
#include <stdarg.h>

enum { VALUE_SHOWN = 40 }; /* bytes of a value in a message */

/* The value as it stands in the file, or what it is if that is long. */
static const char *shown(struct json j)
{
    const struct json_node *n = json_node(j);
    if (n->kind == JSON_OBJECT)
        return "an object";
    if (n->kind == JSON_ARRAY)
        return "an array";
    const char *text = j.file->text + n->span.start;
    size_t length = n->span.end - n->span.start;
    int cut = json_clip(text, length, VALUE_SHOWN);
    return arena_printf(j.file->arena, "%.*s%s", cut, text,
                        (size_t)cut < length ? "..." : "");
}

/* False after reporting if there is a value and it is of another kind. */
static bool check_kind(struct json j, enum json_kind kind, const char *wanted)
{
    if (!json_exists(j))
        return false;
    if (json_kind(j) == kind)
        return true;
    json_error(j, DIAG_JSON_TYPE, "%s is %s, not %s", json_describe(j),
               shown(j), wanted);
    return false;
}

/* A number as digits * 10^exponent, without zeros at either end. */
struct decimal {
    bool negative;
    char digits[64]; /* cJSON reads numbers of at most 63 characters */
    int count;       /* of digits; 0: zero */
    int exponent;
};

static struct decimal decimal_of(const char *at, const char *end)
{
    /* No exponent that long could be made up for by 63 digits. */
    enum { EXPONENT_MAX = 100000 };
    struct decimal d = { 0 };
    if (*at == '-') {
        d.negative = true;
        at++;
    }
    bool fraction = false;
    for (; at < end && *at != 'e' && *at != 'E'; at++) {
        if (*at == '.') {
            fraction = true;
            continue;
        }
        if (d.count > 0 || *at != '0')
            d.digits[d.count++] = *at;
        d.exponent -= fraction;
    }
    if (at < end) {
        at++;
        bool down = *at == '-';
        if (*at == '-' || *at == '+')
            at++;
        int exponent = 0;
        for (; at < end; at++)
            if (exponent < EXPONENT_MAX)
                exponent = 10 * exponent + (*at - '0');
        d.exponent += down ? -exponent : exponent;
    }
    while (d.count > 0 && d.digits[d.count - 1] == '0') {
        d.count--;
        d.exponent++;
    }
    return d;
}

static bool is_whole(const struct decimal *d)
{
    return d->count == 0 || d->exponent >= 0;
}

/* False if the whole number is negative or above 2^64 - 1. */
static bool to_u64(const struct decimal *d, uint64_t *out)
{
    *out = 0;
    if (d->count == 0)
        return true;
    if (d->negative || d->count + d->exponent > 20)
        return false;
    for (int i = 0; i < d->count + d->exponent; i++) {
        uint64_t digit = i < d->count ? (uint64_t)(d->digits[i] - '0') : 0;
        if (*out > (UINT64_MAX - digit) / 10)
            return false;
        *out = 10 * *out + digit;
    }
    return true;
}

bool json_read_u32(struct json j, uint32_t min, uint32_t max, uint32_t *out)
{
    uint64_t value;
    if (!json_read_u64(j, min, max, &value))
        return false;
    *out = (uint32_t)value;
    return true;
}

bool json_read_u64(struct json j, uint64_t min, uint64_t max, uint64_t *out)
{
    if (!check_kind(j, JSON_NUMBER, "a whole number"))
        return false;
    const struct json_span *span = &json_node(j)->span;
    struct decimal d =
        decimal_of(j.file->text + span->start, j.file->text + span->end);
    if (!is_whole(&d)) {
        json_error(j, DIAG_JSON_TYPE, "%s is %s, not a whole number",
                   json_describe(j), shown(j));
        return false;
    }
    uint64_t value;
    if (to_u64(&d, &value) && value >= min && value <= max) {
        *out = value;
        return true;
    }
    if (min == max)
        json_error(j, DIAG_JSON_RANGE, "%s is %s, not %ju", json_describe(j),
                   shown(j), (uintmax_t)min);
    else
        json_error(j, DIAG_JSON_RANGE, "%s is %s, outside %ju..%ju",
                   json_describe(j), shown(j), (uintmax_t)min, (uintmax_t)max);
    return false;
}

bool json_read_double(struct json j, double min, double max, double *out)
{
    if (!check_kind(j, JSON_NUMBER, "a number"))
        return false;
    double value = json_node(j)->number;
    if (!isfinite(value) || value < min || value > max) {
        json_error(j, DIAG_JSON_RANGE, "%s is %s, outside %.10g..%.10g",
                   json_describe(j), shown(j), min, max);
        return false;
    }
    *out = value;
    return true;
}

bool json_read_decimal(struct json j, double min, double max,
                       uint64_t *numerator, uint64_t *denominator)
{
    enum { BEHIND_MAX = 9 };
    double rounded;
    if (!json_read_double(j, min, max, &rounded))
        return false;
    const struct json_span *span = &json_node(j)->span;
    struct decimal d =
        decimal_of(j.file->text + span->start, j.file->text + span->end);
    int behind = d.count == 0 || d.exponent >= 0 ? 0 : -d.exponent;
    if (behind > BEHIND_MAX) {
        json_error(j, DIAG_JSON_RANGE,
                   "%s is %s, which has more than %d digits behind the point",
                   json_describe(j), shown(j), BEHIND_MAX);
        return false;
    }
    d.exponent += behind;
    *denominator = 1;
    while (behind-- > 0)
        *denominator *= 10;
    bool fits = to_u64(&d, numerator);
    assert(fits); /* below 2^30 * 10^9 */
    return fits;
}

bool json_read_bool(struct json j, bool *out)
{
    if (!check_kind(j, JSON_BOOL, "true or false"))
        return false;
    *out = json_node(j)->number != 0;
    return true;
}

const char *json_read_string(struct json j)
{
    return check_kind(j, JSON_STRING, "a string") ? json_node(j)->string : NULL;
}

bool json_is_object(struct json j)
{
    return check_kind(j, JSON_OBJECT, "an object");
}

bool json_is_array(struct json j, size_t min, size_t max)
{
    if (!check_kind(j, JSON_ARRAY, "an array"))
        return false;
    size_t length = json_length(j);
    if (length >= min && length <= max)
        return true;
    if (min == max)
        json_error(j, DIAG_JSON_RANGE, "%s has %zu elements, not %zu",
                   json_describe(j), length, min);
    else if (length < min)
        json_error(j, DIAG_JSON_RANGE, "%s has %zu elements, fewer than %zu",
                   json_describe(j), length, min);
    else
        json_error(j, DIAG_JSON_RANGE, "%s has %zu elements, more than %zu",
                   json_describe(j), length, max);
    return false;
}

void json_error(struct json j, enum diag_code code, const char *format, ...)
{
    assert(j.file != NULL);
    va_list args;
    va_start(args, format);
    const char *text = arena_vprintf(j.file->arena, format, args);
    va_end(args);
    diag_error(j.file->diag, json_place(j), code, "%s", text);
}
