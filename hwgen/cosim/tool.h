/* tool -- runs another program and waits for it.
 *
 * No shell is involved, so no name or path is ever taken for a command.
 * What the program prints goes to a log file.  It runs in a process group
 * of its own, which is ended if we are: nobody builds on in a folder that the
 * next run takes for its own. */
#ifndef HEADRACE_HWGEN_COSIM_TOOL_H
#define HEADRACE_HWGEN_COSIM_TOOL_H

#include <stdbool.h>

struct diag;

struct tool {
    const char *const *arguments; /* the program first; NULL at the end.  A
                                     name without '/' is looked for in PATH */
    const char *folder;           /* to run in */
    const char *log;              /* created or replaced */
    const char *package;          /* of Debian, that has the program; NULL:
                                     the program is ours */
};

/* False: the program is missing, or did not end with status 0 (DIAG_TOOL,
 * with the first error of its log). */
bool tool_run(const struct tool *t, struct diag *d);

/* True if the program is in PATH and `program --version` ends well. */
bool tool_exists(const char *program);

#endif
