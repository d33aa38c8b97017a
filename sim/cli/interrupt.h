/* interrupt -- the first Ctrl-C asks a command to stop and to say what it has;
 * the second one ends it at once, as if nothing had been caught.
 *
 *     interrupt_catch();
 *     while (!interrupt_seen() && more to do)
 *         ...
 *     interrupt_release();
 *
 * A command that only has to clean up ends with interrupt_obey instead.
 *
 * Where the caller of the program ignores interrupts (nohup), they stay
 * ignored. */
#ifndef HEADRACE_CLI_INTERRUPT_H
#define HEADRACE_CLI_INTERRUPT_H

#include <stdbool.h>

/* A progress bar has its own way with interrupts: begin after progress_start
 * and release before progress_end. */
void interrupt_catch(void);
/* The same of all that asks the program to end, where it has to clean up
 * first. */
void interrupt_catch_ends(void);
/* Since interrupt_catch; stays so after interrupt_release. */
bool interrupt_seen(void);
/* What an interrupt did before it does again. */
void interrupt_release(void);
/* The same, and then ends the program as the signal would have, so that its
 * caller learns of it, if there was one. */
void interrupt_obey(void);

#endif
