/* written_words -- how a model that is written names the files of devices and
 * links: by their paths in its own folder. */
#ifndef HEADRACE_CLI_WRITTEN_WORDS_H
#define HEADRACE_CLI_WRITTEN_WORDS_H

struct arena;
struct diag;

/* What the model in file `path` has to say for a device or link, of which
 * `word` is the name in the catalogue or the path of its file; the arena's.
 * NULL: the file is not in that model's folder, which is said in d. */
const char *written_word(struct arena *a, const char *path, const char *word,
                         struct diag *d);

#endif
