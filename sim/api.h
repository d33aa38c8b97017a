/* api -- what the files of the public interface share. */
#ifndef HEADRACE_API_H
#define HEADRACE_API_H

#include <stddef.h>

struct arena;
struct design;
struct diag;
struct headrace_options;
struct platform;

struct headrace_model {
    struct arena *arena;
    const struct model *model;
};

struct headrace_platform {
    struct arena *arena;
    const struct platform *inside;
};

/* All diagnostics that fit, whole lines only. */
void api_messages(const struct diag *d, char *messages, size_t size);

/* The design of a model with these options.  NULL: one of them does not fit,
 * said why in d. */
struct design *api_design(struct arena *a, const struct headrace_model *m,
                          const struct headrace_options *options,
                          struct diag *d);

#endif
