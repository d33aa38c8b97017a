/* explanation_deadlock -- a deadlock in words: who waits for whom, and what
 * cures it, or why nothing does. */
#ifndef HEADRACE_REPORT_EXPLANATION_DEADLOCK_H
#define HEADRACE_REPORT_EXPLANATION_DEADLOCK_H

struct arena;
struct explanation;
struct text;

void explanation_print_deadlock(const struct explanation *e, struct arena *a,
                                struct text *out);

#endif
