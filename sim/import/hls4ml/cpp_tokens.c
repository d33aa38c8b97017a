#include "import/hls4ml/cpp_tokens.h"

#include "base/arena.h"

#include <string.h>

struct scanner {
    const char *at, *end, *line_start;
    uint32_t line;
    bool in_directive;
};

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\v' || c == '\f';
}

static bool sees(const struct scanner *s, const char *text)
{
    size_t length = strlen(text);
    return (size_t)(s->end - s->at) >= length &&
           memcmp(s->at, text, length) == 0;
}

static void newline(struct scanner *s)
{
    s->at++;
    s->line++;
    s->line_start = s->at;
}

static void skip_long_comment(struct scanner *s)
{
    s->at += 2;
    while (s->at < s->end && !sees(s, "*/")) {
        if (*s->at == '\n')
            newline(s);
        else
            s->at++;
    }
    s->at = s->end - s->at >= 2 ? s->at + 2 : s->end;
}

/* Blanks, long comments, and lines that go on; ends of lines outside of
 * directives. */
static void skip(struct scanner *s)
{
    while (s->at < s->end) {
        if (is_blank(*s->at)) {
            s->at++;
        } else if (*s->at == '\n' && !s->in_directive) {
            newline(s);
        } else if (sees(s, "\\\n")) {
            s->at++;
            newline(s);
        } else if (sees(s, "/*")) {
            skip_long_comment(s);
        } else {
            return;
        }
    }
}

static struct cpp_token start(const struct scanner *s, enum cpp_kind kind)
{
    return (struct cpp_token){
        .text = s->at,
        .line = s->line,
        .column = (uint32_t)(s->at - s->line_start) + 1,
        .kind = (uint8_t)kind,
    };
}

static void finish(const struct scanner *s, struct cpp_token *t)
{
    t->length = (uint32_t)(s->at - t->text);
}

static struct cpp_token comment(struct scanner *s)
{
    s->at += 2;
    while (s->at < s->end && is_blank(*s->at))
        s->at++;
    struct cpp_token t = start(s, CPP_COMMENT);
    while (s->at < s->end && *s->at != '\n')
        s->at++;
    finish(s, &t);
    while (t.length > 0 && is_blank(t.text[t.length - 1]))
        t.length--;
    return t;
}

static struct cpp_token string(struct scanner *s)
{
    char quote = *s->at++;
    struct cpp_token t = start(s, CPP_STRING);
    while (s->at < s->end && *s->at != quote && *s->at != '\n')
        s->at +=
            *s->at == '\\' && s->end - s->at > 1 && s->at[1] != '\n' ? 2 : 1;
    finish(s, &t);
    if (s->at < s->end && *s->at == quote)
        s->at++;
    return t;
}

/* As the preprocessor reads numbers: an exponent may have a sign. */
static struct cpp_token number(struct scanner *s)
{
    struct cpp_token t = start(s, CPP_NUMBER);
    while (s->at < s->end) {
        char c = *s->at;
        bool is_sign = (c == '-' || c == '+') &&
                       (s->at[-1] == 'e' || s->at[-1] == 'E') && s->at > t.text;
        if (!is_letter(c) && !is_digit(c) && c != '.' && !is_sign)
            break;
        s->at++;
    }
    finish(s, &t);
    return t;
}

static struct cpp_token word(struct scanner *s)
{
    struct cpp_token t = start(s, CPP_WORD);
    while (s->at < s->end && (is_letter(*s->at) || is_digit(*s->at)))
        s->at++;
    finish(s, &t);
    return t;
}

static struct cpp_token directive(struct scanner *s)
{
    s->at++;
    s->in_directive = true;
    while (s->at < s->end && is_blank(*s->at))
        s->at++;
    struct cpp_token t = word(s);
    t.kind = CPP_DIRECTIVE;
    return t;
}

static struct cpp_token next(struct scanner *s)
{
    skip(s);
    struct cpp_token t = start(s, CPP_END);
    if (s->at >= s->end)
        return t;
    if (*s->at == '\n') {
        t.kind = CPP_LINE;
        s->in_directive = false;
        newline(s);
        return t;
    }
    if (sees(s, "//"))
        return comment(s);
    if (*s->at == '#' && !s->in_directive)
        return directive(s);
    if (*s->at == '"' || *s->at == '\'')
        return string(s);
    if (is_letter(*s->at))
        return word(s);
    if (is_digit(*s->at) ||
        (*s->at == '.' && s->end - s->at > 1 && is_digit(s->at[1])))
        return number(s);
    t.kind = CPP_MARK;
    s->at += sees(s, "::") ? 2 : 1;
    finish(s, &t);
    return t;
}

static uint32_t scan(const char *text, size_t length, struct cpp_token *out)
{
    struct scanner s = {
        .at = text, .end = text + length, .line_start = text, .line = 1
    };
    for (uint32_t count = 0;; count++) {
        struct cpp_token t = next(&s);
        if (out != NULL)
            out[count] = t;
        if (t.kind == CPP_END)
            return count;
    }
}

struct cpp_source *cpp_read(struct arena *a, const char *path, const char *text,
                            size_t length)
{
    struct cpp_source *s = arena_new_item(a, struct cpp_source);
    s->path = path;
    s->count = scan(text, length, NULL);
    struct cpp_token *tokens =
        arena_new_array(a, struct cpp_token, (size_t)s->count + 1);
    scan(text, length, tokens);
    s->tokens = tokens;
    return s;
}

const struct cpp_token *cpp_at(const struct cpp_source *s, uint32_t at)
{
    return &s->tokens[at < s->count ? at : s->count];
}

bool cpp_is(const struct cpp_token *t, const char *text)
{
    return (t->kind == CPP_WORD || t->kind == CPP_MARK ||
            t->kind == CPP_DIRECTIVE) &&
           strlen(text) == t->length && memcmp(t->text, text, t->length) == 0;
}

char *cpp_text(struct arena *a, const struct cpp_token *t)
{
    return arena_printf(a, "%.*s", (int)t->length, t->text);
}
