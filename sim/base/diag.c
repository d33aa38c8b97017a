#include "base/diag.h"

#include "base/arena.h"
#include "base/text.h"

#include <assert.h>
#include <stdarg.h>
#include <string.h>

struct diag {
    struct arena *arena;
    size_t count;
    size_t errors; /* among them */
    struct diag_message *messages;
};

struct diag *diag_new(struct arena *a)
{
    struct diag *d = arena_new_item(a, struct diag);
    d->arena = a;
    return d;
}

/* A copy of the file name, shared by messages in a row on one file. */
static const char *keep_file(struct diag *d, const char *file)
{
    if (file == NULL)
        return NULL;
    if (d->count > 0) {
        const char *last = d->messages[d->count - 1].place.file;
        if (last != NULL && strcmp(last, file) == 0)
            return last;
    }
    return arena_strdup(d->arena, file);
}

static void add(struct diag *d, struct diag_message m)
{
    assert(m.code < DIAG_CODE_COUNT);
    d->messages =
        arena_grow(d->arena, d->messages, d->count, sizeof *d->messages);
    m.place.file = keep_file(d, m.place.file);
    d->messages[d->count++] = m;
    if (m.severity == DIAG_ERROR)
        d->errors++;
}

void diag_error(struct diag *d, struct place where, enum diag_code code,
                const char *format, ...)
{
    va_list args;
    va_start(args, format);
    const char *text = arena_vprintf(d->arena, format, args);
    va_end(args);
    add(d, (struct diag_message){ .place = where,
                                  .severity = DIAG_ERROR,
                                  .code = code,
                                  .text = text });
}

void diag_warning(struct diag *d, struct place where, enum diag_code code,
                  const char *format, ...)
{
    va_list args;
    va_start(args, format);
    const char *text = arena_vprintf(d->arena, format, args);
    va_end(args);
    add(d, (struct diag_message){ .place = where,
                                  .severity = DIAG_WARNING,
                                  .code = code,
                                  .text = text });
}

void diag_hint(struct diag *d, const char *format, ...)
{
    assert(d->count > 0);
    va_list args;
    va_start(args, format);
    const char *hint = arena_vprintf(d->arena, format, args);
    va_end(args);
    struct diag_message *m = &d->messages[d->count - 1];
    m->hint = m->hint == NULL ? hint
                              : arena_printf(d->arena, "%s; %s", m->hint, hint);
}

size_t diag_count(const struct diag *d)
{
    return d->count;
}

size_t diag_error_count(const struct diag *d)
{
    return d->errors;
}

const struct diag_message *diag_at(const struct diag *d, size_t i)
{
    assert(i < d->count);
    return &d->messages[i];
}

const char *diag_code_name(enum diag_code code)
{
    static const char *const names[DIAG_CODE_COUNT] = {
#define DIAG_CODE(id, name) [DIAG_##id] = name,
#include "base/diag_codes.def"
#undef DIAG_CODE
    };
    assert(code < DIAG_CODE_COUNT);
    return names[code];
}

/* Control characters come from the user's files and would reach the
 * terminal; they are shown as \xNN. */
static void add_visible(struct text *t, const char *s)
{
    for (; *s != '\0'; s++) {
        unsigned char c = (unsigned char)*s;
        if (c < 0x20 || c == 0x7f)
            text_printf(t, "\\x%02x", c);
        else
            text_addn(t, s, 1);
    }
}

char *diag_format(const struct diag_message *m, struct arena *a)
{
    struct text *t = text_new(a);
    if (m->place.file != NULL) {
        add_visible(t, m->place.file);
        if (m->place.line != 0)
            text_printf(t, ":%u", m->place.line);
        if (m->place.line != 0 && m->place.column != 0)
            text_printf(t, ":%u", m->place.column);
        text_add(t, ": ");
    }
    text_printf(t, "%s[%s]: ", m->severity == DIAG_ERROR ? "error" : "warning",
                diag_code_name(m->code));
    add_visible(t, m->text);
    if (m->hint != NULL) {
        text_add(t, "\n    hint: ");
        add_visible(t, m->hint);
    }
    return arena_strdup(a, text_string(t));
}
