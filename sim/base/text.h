/* text -- a string that grows; also the one way to write a file whole. */
#ifndef HEADRACE_BASE_TEXT_H
#define HEADRACE_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;
struct diag;
struct text;

struct text *text_new(struct arena *a);
void text_add(struct text *t, const char *s);
void text_addn(struct text *t, const void *bytes, size_t count);
void text_printf(struct text *t, const char *format, ...)
    __attribute__((format(printf, 2, 3), nonnull(2)));
const char *text_string(const struct text *t); /* lent, NUL at the end */
size_t text_length(const struct text *t);

/* True for "conv1.json" and ".json", but not for ".json" alone. */
bool text_ends_in(const char *s, const char *end);

/* Reads a whole regular file of at most max_bytes; a NUL follows the last
 * byte (not counted).  NULL: said why in d (file-open). */
char *file_read(struct arena *a, const char *path, size_t max_bytes,
                size_t *length, struct diag *d);
/* Writes all or nothing: a temporary file beside it, then a rename.  An
 * existing file keeps its permissions; anything but a regular file is
 * refused (file-write).  A symbolic link is replaced, not followed. */
bool file_write(const char *path, const void *bytes, size_t count,
                struct diag *d);
bool file_write_text(const char *path, const struct text *t, struct diag *d);
/* The same of a file that is made in parts: each call gives the next one, of
 * *count bytes, which is lent until the next call; NULL: there are no more,
 * or, with *count FILE_PART_STOP, nothing is to be written after all. */
#define FILE_PART_STOP SIZE_MAX
typedef const void *file_part_fn(void *context, size_t *count);
bool file_write_parts(const char *path, file_part_fn *next, void *context,
                      struct diag *d);
bool file_is_folder(const char *path);
/* Creates the folder and its parents; fine if it is already there. */
bool file_make_folder(const char *path, struct diag *d);
/* The folder that a file is in: "a/b" of "a/b/c", "/" of "/c", "" of "c". */
char *file_folder(struct arena *a, const char *path);
/* "folder/name"; name alone if it is absolute or folder is NULL or "". */
char *file_join(struct arena *a, const char *folder, const char *name);

/* What is wrong with a path that should stay below a model's folder: "is
 * absolute"; NULL: nothing. */
const char *file_path_fault(const char *path);
/* Whether a file that is there lies, symbolic links followed, in the folder of
 * another one or below: that of the other's name, or that of the file which it
 * is in the end. */
bool file_is_beside(struct arena *a, const char *path, const char *other);

#endif
