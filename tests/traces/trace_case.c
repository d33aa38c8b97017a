#include "tests/traces/trace_case.h"

#include <check.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "tests/hwgen/temp_folder.h"

void trace_case_begin(struct trace_case *c)
{
    c->arena = arena_new();
    c->diag = diag_new(c->arena);
    c->folder = temp_folder_new(c->arena);
}

void trace_case_end(struct trace_case *c)
{
    temp_folder_remove(c->folder);
    arena_free(c->arena);
}

const char *trace_case_file(struct trace_case *c, const char *name,
                            const void *bytes, size_t count)
{
    const char *path = file_join(c->arena, c->folder, name);
    FILE *f = fopen(path, "wb");
    ck_assert_ptr_nonnull(f);
    ck_assert_uint_eq(fwrite(bytes, 1, count, f), count);
    ck_assert_int_eq(fclose(f), 0);
    return path;
}

const char *trace_case_text(struct trace_case *c, const char *name,
                            const char *text)
{
    return trace_case_file(c, name, text, strlen(text));
}

static void show(const struct trace_case *c)
{
    for (size_t i = 0; i < diag_count(c->diag); i++)
        fprintf(stderr, "%s\n", diag_format(diag_at(c->diag, i), c->arena));
}

void trace_case_expect_none(const struct trace_case *c)
{
    if (diag_count(c->diag) != 0)
        show(c);
    ck_assert_uint_eq(diag_count(c->diag), 0);
}

void trace_case_expect(struct trace_case *c, enum diag_severity severity,
                       enum diag_code code, const char *words)
{
    if (diag_count(c->diag) != 1)
        show(c);
    ck_assert_uint_eq(diag_count(c->diag), 1);
    const struct diag_message *m = diag_at(c->diag, 0);
    bool has = strstr(m->text, words) != NULL ||
               (m->hint != NULL && strstr(m->hint, words) != NULL);
    ck_assert_msg(m->severity == severity && m->code == code && has,
                  "expected %s '%s', got: %s", diag_code_name(code), words,
                  diag_format(m, c->arena));
    c->diag = diag_new(c->arena);
}

void expect_cycles(const uint64_t *got, uint64_t got_count,
                   const uint64_t *wanted, uint64_t wanted_count,
                   const char *what)
{
    ck_assert_msg(got_count == wanted_count,
                  "%s: %" PRIu64 " cycles, expected %" PRIu64, what, got_count,
                  wanted_count);
    for (uint64_t i = 0; i < wanted_count; i++)
        ck_assert_msg(got[i] == wanted[i],
                      "%s: number %" PRIu64 " is %" PRIu64
                      ", expected %" PRIu64,
                      what, i, got[i], wanted[i]);
}
