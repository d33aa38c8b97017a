/* report_case -- reading sample reports in tests. */
#ifndef HEADRACE_TESTS_TRACES_REPORT_CASE_H
#define HEADRACE_TESTS_TRACES_REPORT_CASE_H

#include <stddef.h>

#include "traces/report.h"

struct arena;
struct diag;

/* The path of a file of tests/traces/reports, the arena's. */
const char *sample_path(struct arena *a, const char *name);
/* Its bytes, NUL at the end. */
char *sample_text(struct arena *a, const char *name, size_t *length);
/* Expected to be there. */
const struct report_fifo *fifo_of(const struct report *r, const char *name);
/* Reads a sample and expects `warnings` warnings and nothing else. */
struct report *sample(struct arena *a, const char *name, size_t warnings);

/* The sample with its first `from` replaced by `to`, parsed. */
struct report *edited(struct arena *a, const char *name, const char *from,
                      const char *to, struct diag *d);
/* Expects that the sample so edited is refused with one message. */
void expect_fault(const char *name, const char *from, const char *to,
                  const char *message);
/* The same for a whole text. */
void expect_text_fault(const char *text, const char *message);

/* A range in a comparison: "2374", "4 ~ 79", "-". */
const char *range_text(struct arena *a, struct report_range r);

#endif
