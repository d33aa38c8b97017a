/* keras_fixture -- an arena and diagnostics for each test, and what is
 * expected of a file. */
#ifndef HEADRACE_TESTS_IMPORT_KERAS_KERAS_FIXTURE_H
#define HEADRACE_TESTS_IMPORT_KERAS_KERAS_FIXTURE_H

#include <check.h>
#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "import/keras/keras.h"

static struct arena *arena;
static struct diag *diag;

static inline void setup(void)
{
    arena = arena_new();
    diag = diag_new(arena);
}

static inline void teardown(void)
{
    arena_free(arena);
}

static inline struct graph *parse(const char *path, const void *bytes,
                                  size_t length, bool without_weights)
{
    struct keras_options *o = arena_new_item(arena, struct keras_options);
    o->without_weights = without_weights;
    return keras_parse(arena, path, bytes, length, o, diag);
}

static inline void expect(enum diag_code code, const char *text)
{
    ck_assert_msg(diag_count(diag) > 0, "nothing is said of '%s'", text);
    const struct diag_message *m = diag_at(diag, 0);
    ck_assert_msg(m->code == code && strstr(m->text, text) != NULL,
                  "instead of '%s': %s", text, diag_format(m, arena));
}

#endif
