/* explanation_figures -- what a run is judged by, in words. */
#ifndef HEADRACE_REPORT_EXPLANATION_FIGURES_H
#define HEADRACE_REPORT_EXPLANATION_FIGURES_H

struct arena;
struct what_if_figures;

/* "6,434" or "6,434.50"; "-" without two frames.  All texts are the arena's. */
const char *explanation_interval_text(struct arena *a,
                                      const struct what_if_figures *f);
/* "interval 6,434 cycles, latency 18,359 isolated, 18,769 back to back" */
const char *explanation_figures_text(struct arena *a,
                                     const struct what_if_figures *f);
/* "120 cycles of the interval (2 %) and 40 of the isolated latency" */
const char *explanation_gain_text(struct arena *a,
                                  const struct what_if_figures *now,
                                  const struct what_if_figures *better);

#endif
