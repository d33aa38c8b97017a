/* tuning_words -- what came of a tuning in sentences, and its numbers as people
 * read them. */
#ifndef HEADRACE_REPORT_TUNING_WORDS_H
#define HEADRACE_REPORT_TUNING_WORDS_H

#include <stdint.h>

struct arena;
struct figures;
struct text;
struct tuning_report;

/* The price and the certificate; or which goal is missed and what is in the
 * way. */
void tuning_print_verdict(const struct tuning_report *r, struct arena *a,
                          struct text *out);

/* A goal is missed: what was reached in that scenario by the depths of another
 * tool, else at the user's limits, else with FIFOs that are never full. */
const struct figures *tuning_report_best(const struct tuning_report *r);

/* A price: "1,504 bits", "0.0123 % of xczu9eg"; the arena's. */
const char *tuning_price_text(const struct tuning_report *r, uint64_t price,
                              struct arena *a);

/* Cycles per frame, with two decimals if it is not whole; "-" for 0 frames. */
const char *tuning_ratio_text(struct arena *a, uint64_t cycles,
                              uint32_t frames);

#endif
