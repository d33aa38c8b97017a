/* build_folder -- where `verify` keeps RTL and build between runs: the one
 * the user names, or one per model file in the user's cache. */
#ifndef HEADRACE_CLI_BUILD_FOLDER_H
#define HEADRACE_CLI_BUILD_FOLDER_H

#include <stdbool.h>

struct arena;
struct diag;

struct build_folder {
    const char *path;
    int lock; /* file descriptor; held while the folder is in use, so that
                 two runs on one model wait for each other (and say
                 so on standard error) */
};

/* `chosen` may be NULL.  False: said why in d. */
bool build_folder_open(struct build_folder *f, struct arena *a,
                       const char *chosen, const char *model_file,
                       const char *design, struct diag *d);
void build_folder_close(struct build_folder *f);

#endif
