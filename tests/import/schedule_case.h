/* schedule_case -- broken schedule files with every diagnostic that they
 * give. */
#ifndef HEADRACE_TESTS_IMPORT_SCHEDULE_CASE_H
#define HEADRACE_TESTS_IMPORT_SCHEDULE_CASE_H

#include "import/schedule_file.h"
#include "tests/import/expect.h"

/* Writes the text, whose ' become ", as model.json and reads that. */
static inline const struct schedule_file *
schedule_case_read(const struct example *e, const char *text)
{
    const char *json = expect_quoted(e, text);
    example_write(e, "model.json", json, strlen(json));
    return schedule_file_read(e->arena, example_path(e, "model.json"), e->diag);
}

static inline void schedule_case_check(const char *good, const struct broken *b)
{
    struct example e = example_new();
    const char *json = good;
    for (size_t i = 0; b->edits[i].find != NULL; i++)
        json = example_change(e.arena, json, b->edits[i].find,
                              b->edits[i].replace);
    ck_assert_ptr_null(schedule_case_read(&e, json));
    expect_check(&e, b->expects, json);
    example_free(&e);
}

#endif
