/* diag -- what is wrong with the user's input, and what to do about it.
 *
 * A diagnostic has a place, a severity, a stable code and a message that
 * names the value and the rule it broke; a hint may follow.  Libraries
 * collect, only the command prints.  Codes are listed in diag_codes.def;
 * each has an entry in docs/diagnostics.md and a test. */
#ifndef HEADRACE_BASE_DIAG_H
#define HEADRACE_BASE_DIAG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;

enum diag_code {
#define DIAG_CODE(id, name) DIAG_##id,
#include "base/diag_codes.def"
#undef DIAG_CODE
    DIAG_CODE_COUNT
};

enum diag_severity { DIAG_WARNING, DIAG_ERROR };

/* Where: file may be NULL (command line), line and column count from 1;
 * 0 means unknown.  A diag keeps its own copy of the file name. */
struct place {
    const char *file;
    uint32_t line;
    uint32_t column;
};

struct diag_message {
    struct place place;
    enum diag_severity severity;
    enum diag_code code;
    const char *text; /* lower case, no full stop, names in 'quotes' */
    const char *hint; /* NULL: none */
};

struct diag;

struct diag *diag_new(struct arena *a);

void diag_error(struct diag *d, struct place where, enum diag_code code,
                const char *format, ...)
    __attribute__((format(printf, 4, 5), nonnull(4)));
void diag_warning(struct diag *d, struct place where, enum diag_code code,
                  const char *format, ...)
    __attribute__((format(printf, 4, 5), nonnull(4)));
/* Adds a hint to the message reported last; further ones are joined. */
void diag_hint(struct diag *d, const char *format, ...)
    __attribute__((format(printf, 2, 3), nonnull(2)));

size_t diag_count(const struct diag *d);
size_t diag_error_count(const struct diag *d);
const struct diag_message *diag_at(const struct diag *d, size_t i);

const char *diag_code_name(enum diag_code code);

/* "file:line:column: error[code]: text" and, on a second line,
 * "    hint: ...", without a final newline; the arena's.  Unknown parts of the
 * place are left out; control characters are shown as \xNN. */
char *diag_format(const struct diag_message *m, struct arena *a);

#endif
