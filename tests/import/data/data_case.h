/* data_case -- bytes for one reader of data, and what it said of them. */
#ifndef HEADRACE_TESTS_IMPORT_DATA_DATA_CASE_H
#define HEADRACE_TESTS_IMPORT_DATA_DATA_CASE_H

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "import/data/data_readers.h"

struct data_case {
    struct arena *arena;
    struct diag *diag;
};

static inline struct data_case data_case_new(void)
{
    struct arena *a = arena_new();
    return (struct data_case){ a, diag_new(a) };
}

/* The only message is an error that is placed and worded so. */
static inline void data_case_said(struct data_case *c, const char *text)
{
    ck_assert_uint_eq(diag_count(c->diag), 1);
    struct diag_message m = *diag_at(c->diag, 0);
    m.hint = NULL;
    ck_assert_str_eq(diag_format(&m, c->arena), text);
    arena_free(c->arena);
}

static inline void data_case_quiet(struct data_case *c)
{
    ck_assert_msg(diag_count(c->diag) == 0, "%s",
                  diag_count(c->diag) == 0
                      ? ""
                      : diag_format(diag_at(c->diag, 0), c->arena));
    arena_free(c->arena);
}

static inline int data_case_run(Suite *s)
{
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_ENV);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

#endif
