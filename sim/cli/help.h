/* help -- usage texts for a terminal, from the same tables as parsing. */
#ifndef HEADRACE_CLI_HELP_H
#define HEADRACE_CLI_HELP_H

#include "cli/command.h"

struct text;

/* What help and the man page both say: what headrace is for, what FILE may
 * be, and the exit status, and which stream is for what. */
extern const char help_purpose[];
extern const char help_file[];
extern const char help_status[];
extern const char help_streams[];

/* `headrace --help`: all commands. */
void help_overview(struct text *t, const struct command *table);
/* `headrace COMMAND --help`. */
void help_command(struct text *t, const struct command *command);

#endif
