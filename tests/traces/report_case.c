#include "tests/traces/report_case.h"

#include <check.h>
#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/text.h"

const char *sample_path(struct arena *a, const char *name)
{
    return arena_printf(a, "%s/tests/traces/reports/%s", HEADRACE_SOURCE_DIR,
                        name);
}

char *sample_text(struct arena *a, const char *name, size_t *length)
{
    char *text =
        file_read(a, sample_path(a, name), 1 << 20, length, diag_new(a));
    ck_assert_msg(text != NULL, "there is no %s", name);
    return text;
}

const struct report_fifo *fifo_of(const struct report *r, const char *name)
{
    for (uint32_t i = 0; i < r->fifo_count; i++)
        if (strcmp(r->fifos[i].name, name) == 0)
            return &r->fifos[i];
    ck_abort_msg("there is no FIFO %s", name);
    return NULL;
}

struct report *sample(struct arena *a, const char *name, size_t warnings)
{
    struct diag *d = diag_new(a);
    struct report *r = report_read(a, sample_path(a, name), d);
    const char *first = diag_count(d) == 0 ? "" : diag_format(diag_at(d, 0), a);
    ck_assert_msg(r != NULL, "%s: %s", name, first);
    ck_assert_msg(diag_error_count(d) == 0, "%s: %s", name, first);
    ck_assert_msg(diag_count(d) == warnings, "%s: %zu warnings: %s", name,
                  diag_count(d), first);
    return r;
}

struct report *edited(struct arena *a, const char *name, const char *from,
                      const char *to, struct diag *d)
{
    size_t length;
    const char *text = sample_text(a, name, &length);
    const char *found = strstr(text, from);
    ck_assert_msg(found != NULL, "%s has no '%s'", name, from);
    const char *whole = arena_printf(a, "%.*s%s%s", (int)(found - text), text,
                                     to, found + strlen(from));
    return report_parse(a, name, whole, strlen(whole), d);
}

static void expect_only(struct arena *a, const struct report *r,
                        const struct diag *d, const char *message)
{
    ck_assert_msg(r == NULL, "accepted; expected: %s", message);
    ck_assert_uint_eq(diag_count(d), 1);
    const char *text = diag_format(diag_at(d, 0), a);
    const char *end = strchr(text, '\n');
    ck_assert_str_eq(
        end == NULL ? text : arena_printf(a, "%.*s", (int)(end - text), text),
        message);
    ck_assert_msg(diag_at(d, 0)->code != DIAG_REPORT ||
                      diag_at(d, 0)->hint != NULL,
                  "no remedy: %s", text);
}

void expect_fault(const char *name, const char *from, const char *to,
                  const char *message)
{
    struct arena *a = arena_new();
    struct diag *d = diag_new(a);
    expect_only(a, edited(a, name, from, to, d), d, message);
    arena_free(a);
}

void expect_text_fault(const char *text, const char *message)
{
    struct arena *a = arena_new();
    struct diag *d = diag_new(a);
    expect_only(a, report_parse(a, "r", text, strlen(text), d), d, message);
    arena_free(a);
}

const char *range_text(struct arena *a, struct report_range r)
{
    if (r.min == REPORT_NONE && r.max == REPORT_NONE)
        return "-";
    if (r.min == REPORT_NONE || r.max == REPORT_NONE)
        return r.min == REPORT_NONE ? "? ~ some" : "some ~ ?";
    return r.min == r.max
               ? arena_printf(a, "%" PRIu64, r.min)
               : arena_printf(a, "%" PRIu64 " ~ %" PRIu64, r.min, r.max);
}
