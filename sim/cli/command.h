/* command -- what `headrace <command>` is made of.
 *
 * A command is one row in the table of main.c, one function in cmd_<name>.c
 * and one usage, whose option table yields parsing, --help and the man page.
 * main parses the command line before it calls the function, prints all
 * diagnostics, and sees to the exit status; a command computes and writes
 * its result with terminal_write. */
#ifndef HEADRACE_CLI_COMMAND_H
#define HEADRACE_CLI_COMMAND_H

#include "cli/options.h"

struct arena;
struct diag;
struct command;

/* The exit status of headrace. */
enum {
    COMMAND_DONE = 0,
    COMMAND_FOUND = 1,  /* done, and found something: mismatch, deadlock,
                           a device too small, a difference */
    COMMAND_FAILED = 2, /* could not do it; said why in the diagnostics */
};

/* One call of a command. */
struct invocation {
    struct arena *arena; /* of the whole call */
    struct diag *diag;   /* printed when the command is done */
    const struct command *command;
    struct operands operands; /* FILE and the like, as many as its usage
                                 allows */
};

/* `options` points to the struct that the rows of the usage fill.  Returns
 * an exit status; errors among the diagnostics make it COMMAND_FAILED. */
typedef int command_fn(struct invocation *in, const void *options);

struct command {
    const char *name;
    command_fn *run;
    const char *description; /* one line, lower case, no full stop */
    const struct usage *usage;
};

/* A table of commands ends with a row without a name. */
const struct command *command_find(const struct command *table,
                                   const char *name);

#endif
