/* manpage -- headrace(1), from the same tables as parsing and --help.  The
 * build runs the hidden `headrace --man` and installs what it prints. */
#ifndef HEADRACE_CLI_MANPAGE_H
#define HEADRACE_CLI_MANPAGE_H

#include "cli/command.h"

struct text;

void manpage_write(struct text *t, const struct command *table);

#endif
