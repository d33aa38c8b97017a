/* nearest -- the word that a user may have meant.
 *
 * For hints: the unknown key, option, command or name is compared with those
 * that exist. */
#ifndef HEADRACE_BASE_NEAREST_H
#define HEADRACE_BASE_NEAREST_H

/* The word of a NULL-ended list with the fewest edits (one letter put in,
 * left out or changed, or two neighbours swapped) from `text`, the first one
 * of several; NULL if even that takes more than a third of the letters. */
const char *nearest_word(const char *const *words, const char *text);

#endif
