/* trace_case -- what the tests of trace reading share: a folder, files in it,
 * and the diagnostics that come of reading them. */
#ifndef HEADRACE_TESTS_TRACES_TRACE_CASE_H
#define HEADRACE_TESTS_TRACES_TRACE_CASE_H

#include <stddef.h>
#include <stdint.h>

#include "base/diag.h"

struct arena;
struct token_times;

struct trace_case {
    struct arena *arena;
    struct diag *diag;
    char *folder;
};

void trace_case_begin(struct trace_case *c);
void trace_case_end(struct trace_case *c); /* removes the folder */

/* The path of the file it writes; the arena's. */
const char *trace_case_file(struct trace_case *c, const char *name,
                            const void *bytes, size_t count);
const char *trace_case_text(struct trace_case *c, const char *name,
                            const char *text);

/* There are no diagnostics.  Shows them if there are. */
void trace_case_expect_none(const struct trace_case *c);
/* There is exactly one, of this severity and code, and `words` are in its
 * text or hint.  It is forgotten then. */
void trace_case_expect(struct trace_case *c, enum diag_severity severity,
                       enum diag_code code, const char *words);

void expect_cycles(const uint64_t *got, uint64_t got_count,
                   const uint64_t *wanted, uint64_t wanted_count,
                   const char *what);

#endif
