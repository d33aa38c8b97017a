#include "base/json_scan.h"

#include "base/arena.h"

#include <cjson/cJSON.h>

#include <assert.h>
#include <string.h>

enum { NUMBER_LENGTH_MAX = 63 }; /* cJSON's buffer without its NUL */

struct scanner {
    struct arena *arena;
    const char *text;
    const char *at; /* never behind the NUL at the text's end */
    int depth;      /* of arrays and objects around `at` */
    struct json_scan *out;
};

static bool scan_value(struct scanner *s, uint32_t key);

static uint32_t offset_of(const struct scanner *s)
{
    return (uint32_t)(s->at - s->text);
}

static bool fail(struct scanner *s, const char *rule)
{
    s->out->error = rule;
    s->out->error_offset = offset_of(s);
    return false;
}

static size_t add_span(struct scanner *s, uint32_t key)
{
    struct json_scan *out = s->out;
    out->spans =
        arena_grow(s->arena, out->spans, out->count, sizeof *out->spans);
    out->spans[out->count] =
        (struct json_span){ .start = offset_of(s), .key = key };
    return out->count++;
}

static void skip_blanks(struct scanner *s)
{
    s->at += strspn(s->at, " \t\r\n");
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static void skip_digits(struct scanner *s)
{
    while (is_digit(*s->at))
        s->at++;
}

static bool scan_number(struct scanner *s)
{
    const char *start = s->at;
    if (*s->at == '-')
        s->at++;
    if (!is_digit(*s->at))
        return fail(s, "a number needs digits");
    if (*s->at == '0' && is_digit(s->at[1]))
        return fail(s, "a number may not begin with 0");
    skip_digits(s);
    if (*s->at == '.') {
        s->at++;
        if (!is_digit(*s->at))
            return fail(s, "digits must follow the point of a number");
        skip_digits(s);
    }
    if (*s->at == 'e' || *s->at == 'E') {
        s->at++;
        if (*s->at == '+' || *s->at == '-')
            s->at++;
        if (!is_digit(*s->at))
            return fail(s, "digits must follow the 'e' of a number");
        skip_digits(s);
    }
    if (s->at - start > NUMBER_LENGTH_MAX) {
        s->at = start;
        return fail(s, "a number may have at most 63 characters");
    }
    return true;
}

/* Four digits behind \u; -1 if they are none. */
static int scan_hex(struct scanner *s)
{
    int value = 0;
    for (int i = 0; i < 4; i++, s->at++) {
        char c = *s->at;
        if (is_digit(c))
            value = 16 * value + (c - '0');
        else if (c >= 'a' && c <= 'f')
            value = 16 * value + (c - 'a' + 10);
        else if (c >= 'A' && c <= 'F')
            value = 16 * value + (c - 'A' + 10);
        else
            return -1;
    }
    return value;
}

/* At the backslash. */
static bool scan_escape(struct scanner *s)
{
    const char *start = s->at++;
    if (*s->at != '\0' && strchr("\"\\/bfnrt", *s->at) != NULL) {
        s->at++;
        return true;
    }
    if (*s->at != 'u')
        return fail(s, "an escape is one of \\\" \\\\ \\/ \\b \\f \\n \\r \\t "
                       "\\uXXXX");
    s->at++;
    int unit = scan_hex(s);
    if (unit < 0)
        return fail(s, "four hexadecimal digits must follow \\u");
    bool whole = unit < 0xd800 || unit > 0xdfff;
    if (unit >= 0xd800 && unit <= 0xdbff && s->at[0] == '\\' &&
        s->at[1] == 'u') {
        s->at += 2;
        int low = scan_hex(s);
        whole = low >= 0xdc00 && low <= 0xdfff;
    }
    if (!whole || unit == 0) {
        s->at = start;
        return fail(s, unit == 0 ? "a string may not contain \\u0000"
                                 : "half of a surrogate pair");
    }
    return true;
}

/* Bytes of the UTF-8 character that begins with a byte above 0x7f; 0: it
 * is none (Unicode Standard, table 3-7). */
static size_t utf8_bytes(const char *at)
{
    const unsigned char *p = (const unsigned char *)at;
    unsigned low = 0x80, high = 0xbf; /* bounds of the second byte */
    size_t count;
    if (p[0] >= 0xc2 && p[0] <= 0xdf)
        count = 2;
    else if (p[0] >= 0xe0 && p[0] <= 0xef)
        count = 3;
    else if (p[0] >= 0xf0 && p[0] <= 0xf4)
        count = 4;
    else
        return 0;
    if (p[0] == 0xe0)
        low = 0xa0;
    else if (p[0] == 0xed)
        high = 0x9f;
    else if (p[0] == 0xf0)
        low = 0x90;
    else if (p[0] == 0xf4)
        high = 0x8f;
    if (p[1] < low || p[1] > high)
        return 0;
    for (size_t i = 2; i < count; i++)
        if ((p[i] & 0xc0) != 0x80)
            return 0;
    return count;
}

/* At the opening quote. */
static bool scan_string(struct scanner *s)
{
    s->at++;
    while (*s->at != '"') {
        unsigned char c = (unsigned char)*s->at;
        if (c == '\\') {
            if (!scan_escape(s))
                return false;
        } else if (c < 0x20) {
            return fail(s, c == '\0' || c == '\n'
                               ? "a string must end with '\"' in its line"
                               : "a control character must be escaped");
        } else {
            size_t bytes = c < 0x80 ? 1 : utf8_bytes(s->at);
            if (bytes == 0)
                return fail(s, "text must be UTF-8");
            s->at += bytes;
        }
    }
    s->at++;
    return true;
}

static bool scan_word(struct scanner *s, const char *word)
{
    size_t length = strlen(word);
    if (strncmp(s->at, word, length) != 0)
        return fail(s, "expected a value");
    s->at += length;
    return true;
}

static bool enter(struct scanner *s)
{
    if (s->depth == CJSON_NESTING_LIMIT)
        return fail(s, "arrays and objects are nested too deeply");
    s->depth++;
    s->at++;
    skip_blanks(s);
    return true;
}

static void leave(struct scanner *s)
{
    s->depth--;
    s->at++;
}

static bool scan_array(struct scanner *s)
{
    if (!enter(s))
        return false;
    while (*s->at != ']') {
        if (!scan_value(s, JSON_NO_KEY))
            return false;
        skip_blanks(s);
        if (*s->at != ',' && *s->at != ']')
            return fail(s, "expected ',' or ']' after an element");
        if (*s->at == ',') {
            s->at++;
            skip_blanks(s);
            if (*s->at == ']')
                return fail(s, "no ',' may stand before ']'");
        }
    }
    leave(s);
    return true;
}

static bool scan_object(struct scanner *s)
{
    if (!enter(s))
        return false;
    while (*s->at != '}') {
        if (*s->at != '"')
            return fail(s, "expected a key in double quotes");
        uint32_t key = offset_of(s);
        if (!scan_string(s))
            return false;
        skip_blanks(s);
        if (*s->at != ':')
            return fail(s, "expected ':' after a key");
        s->at++;
        skip_blanks(s);
        if (!scan_value(s, key))
            return false;
        skip_blanks(s);
        if (*s->at != ',' && *s->at != '}')
            return fail(s, "expected ',' or '}' after a member");
        if (*s->at == ',') {
            s->at++;
            skip_blanks(s);
            if (*s->at == '}')
                return fail(s, "no ',' may stand before '}'");
        }
    }
    leave(s);
    return true;
}

static bool scan_content(struct scanner *s)
{
    switch (*s->at) {
    case '{':
        return scan_object(s);
    case '[':
        return scan_array(s);
    case '"':
        return scan_string(s);
    case 't':
        return scan_word(s, "true");
    case 'f':
        return scan_word(s, "false");
    case 'n':
        return scan_word(s, "null");
    case '/':
        return fail(s, "JSON has no comments");
    default:
        if (*s->at == '-' || is_digit(*s->at))
            return scan_number(s);
        return fail(s, "expected a value");
    }
}

static bool scan_value(struct scanner *s, uint32_t key)
{
    size_t span = add_span(s, key);
    if (!scan_content(s))
        return false;
    s->out->spans[span].end = offset_of(s);
    return true;
}

bool json_scan(struct arena *a, const char *text, size_t length,
               struct json_scan *out)
{
    assert(length < UINT32_MAX && text[length] == '\0');
    *out = (struct json_scan){ 0 };
    struct scanner s = { .arena = a, .text = text, .at = text, .out = out };
    if (strncmp(text, "\xef\xbb\xbf", 3) == 0)
        return fail(&s, "a file may not begin with a byte order mark");
    skip_blanks(&s);
    if (!scan_value(&s, JSON_NO_KEY))
        return false;
    skip_blanks(&s);
    if (s.at != text + length)
        return fail(&s, "nothing may follow the document");
    return true;
}
