/* temp_folder -- a folder that a test may fill. */
#ifndef HEADRACE_TESTS_HWGEN_TEMP_FOLDER_H
#define HEADRACE_TESTS_HWGEN_TEMP_FOLDER_H

#include <stdbool.h>

struct arena;

/* A new folder; the path is the arena's.  It has a space in it: whatever we
 * build there has to cope with that. */
char *temp_folder_new(struct arena *a);
/* Without the space, for tools that cannot cope (verilator --binary). */
char *temp_folder_new_plain(struct arena *a);
/* Removes it and all that is in it. */
void temp_folder_remove(const char *path);

/* A file's text, the arena's; aborts the test if it cannot be read. */
char *temp_folder_text(struct arena *a, const char *folder, const char *name);
bool temp_folder_has(const char *folder, const char *name);
/* Entries of the folder, those with a dot in front included. */
int temp_folder_count(const char *folder);

#endif
