/* terminal -- the three standard streams: results out, messages and progress
 * to the side.
 *
 * A result that could not be written whole is an error like any other; a
 * reader that closes its pipe early ends nothing by surprise. */
#ifndef HEADRACE_CLI_TERMINAL_H
#define HEADRACE_CLI_TERMINAL_H

#include <stdbool.h>
#include <stddef.h>

struct diag;
struct text;

/* Before anything is opened: a standard stream that the caller closed is
 * replaced, so that no other file gets its number, and SIGPIPE becomes an
 * error of the write. */
void terminal_prepare(void);

/* Writes a result to the file `path`, all or nothing, or to standard output
 * if it is NULL or "-".  False: said why in d. */
bool terminal_write(const char *path, const struct text *t, struct diag *d);
/* At the end: what standard output still holds.  False: said why in d. */
bool terminal_flush(struct diag *d);

/* Prints the diagnostics from number `from` on to standard error, in colour
 * if that is a terminal.  Returns their number, the next `from`. */
size_t terminal_print_diagnostics(const struct diag *d, size_t from);

#endif
