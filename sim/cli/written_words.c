#define _XOPEN_SOURCE 700 /* realpath */
#include "cli/written_words.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/text.h"
#include "import/device.h"

/* The folder of a file, without symbolic links; NULL: there is none. */
static const char *real_folder(struct arena *a, const char *path)
{
    const char *folder = file_folder(a, path);
    char *real = realpath(folder[0] == '\0' ? "." : folder, NULL);
    const char *kept = real == NULL ? NULL : arena_printf(a, "%s", real);
    free(real);
    return kept;
}

/* Of a file in `from` by its path from the folder `in`; NULL: it is not in it.
 */
static const char *path_within(struct arena *a, const char *in,
                               const char *from, const char *name)
{
    const size_t length = strcmp(in, "/") == 0 ? 0 : strlen(in);
    if (strncmp(from, in, length) != 0 ||
        (from[length] != '\0' && from[length] != '/'))
        return NULL;
    const char *rest = from + length;
    while (*rest == '/')
        rest++;
    const char *path = file_join(a, rest, name);
    /* "kria" would be a name of the catalogue. */
    return device_is_path(path) ? path : arena_printf(a, "./%s", path);
}

const char *written_word(struct arena *a, const char *path, const char *word,
                         struct diag *d)
{
    if (!device_is_path(word))
        return word;
    const char *in = real_folder(a, path), *from = real_folder(a, word);
    if (in == NULL || from == NULL)
        return word; /* writing will fail, and say why */
    const char *slash = strrchr(word, '/');
    const char *found =
        path_within(a, in, from, slash == NULL ? word : slash + 1);
    if (found != NULL)
        return found;
    diag_error(d, (struct place){ .file = path }, DIAG_FILE_WRITE,
               "'%s' is not in the folder of the model to be written, where "
               "all files are that a model names",
               word);
    diag_hint(d, "put a copy of it there, and name that one");
    return NULL;
}
