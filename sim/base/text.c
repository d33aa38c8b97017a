#define _XOPEN_SOURCE 700 /* realpath */
#include "base/text.h"

#include "base/arena.h"
#include "base/diag.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct text {
    struct arena *arena;
    char *bytes;   /* always NUL-terminated */
    size_t length; /* without the NUL */
    size_t room;   /* with it */
};

struct text *text_new(struct arena *a)
{
    struct text *t = arena_new_item(a, struct text);
    t->arena = a;
    t->room = 64;
    t->bytes = arena_new_array(a, char, t->room);
    return t;
}

bool text_ends_in(const char *s, const char *end)
{
    size_t length = strlen(s), end_length = strlen(end);
    return length > end_length && strcmp(s + length - end_length, end) == 0;
}

/* Room for `count` more bytes and the NUL. */
static void reserve(struct text *t, size_t count)
{
    if (count < t->room - t->length)
        return;
    size_t room = t->room;
    while (count >= room - t->length) {
        assert(room <= SIZE_MAX / 2);
        room *= 2;
    }
    char *grown = arena_new_array(t->arena, char, room);
    memcpy(grown, t->bytes, t->length);
    t->bytes = grown;
    t->room = room;
}

void text_add(struct text *t, const char *s)
{
    text_addn(t, s, strlen(s));
}

void text_addn(struct text *t, const void *bytes, size_t count)
{
    if (count == 0)
        return;
    reserve(t, count);
    memcpy(t->bytes + t->length, bytes, count);
    t->length += count;
    t->bytes[t->length] = '\0';
}

void text_printf(struct text *t, const char *format, ...)
{
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    size_t left = t->room - t->length;
    int length = vsnprintf(t->bytes + t->length, left, format, args);
    assert(length >= 0);
    if ((size_t)length >= left) {
        reserve(t, (size_t)length);
        vsnprintf(t->bytes + t->length, (size_t)length + 1, format, again);
    }
    t->length += (size_t)length;
    va_end(again);
    va_end(args);
}

const char *text_string(const struct text *t)
{
    return t->bytes;
}

size_t text_length(const struct text *t)
{
    return t->length;
}

/* Files */

static struct place file_place(const char *path)
{
    return (struct place){ .file = path };
}

/* As many bytes as there are, at most count; -1 and errno on failure. */
static ssize_t read_fully(int fd, char *bytes, size_t count)
{
    size_t done = 0;
    while (done < count) {
        size_t part = count - done;
        ssize_t n = read(fd, bytes + done, part < SSIZE_MAX ? part : SSIZE_MAX);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return -1;
        if (n == 0)
            break;
        done += (size_t)n;
    }
    return (ssize_t)done;
}

static bool write_fully(int fd, const char *bytes, size_t count)
{
    while (count > 0) {
        ssize_t n = write(fd, bytes, count < SSIZE_MAX ? count : SSIZE_MAX);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return false;
        bytes += n;
        count -= (size_t)n;
    }
    return true;
}

static char *read_open_file(struct arena *a, int fd, const char *path,
                            size_t max_bytes, size_t *length, struct diag *d)
{
    struct stat st;
    if (fstat(fd, &st) != 0) {
        diag_error(d, file_place(path), DIAG_FILE_OPEN, "cannot read: %s",
                   strerror(errno));
        return NULL;
    }
    if (!S_ISREG(st.st_mode)) {
        diag_error(d, file_place(path), DIAG_FILE_OPEN, "cannot read: it is %s",
                   S_ISDIR(st.st_mode) ? "a folder" : "not a regular file");
        return NULL;
    }
    if ((uintmax_t)st.st_size > max_bytes ||
        (uintmax_t)st.st_size >= SSIZE_MAX) {
        diag_error(d, file_place(path), DIAG_FILE_OPEN,
                   "cannot read: %jd bytes are more than the %zu allowed",
                   (intmax_t)st.st_size, max_bytes);
        return NULL;
    }
    /* The place of the NUL shows whether there is more than was said. */
    size_t size = (size_t)st.st_size;
    char *bytes = arena_new_array(a, char, size + 1);
    ssize_t got = read_fully(fd, bytes, size + 1);
    if (got < 0) {
        diag_error(d, file_place(path), DIAG_FILE_OPEN, "cannot read: %s",
                   strerror(errno));
        return NULL;
    }
    if ((size_t)got > size) {
        diag_error(d, file_place(path), DIAG_FILE_OPEN,
                   "cannot read: more than its %zu bytes came out of it", size);
        return NULL;
    }
    *length = (size_t)got;
    return bytes;
}

char *file_read(struct arena *a, const char *path, size_t max_bytes,
                size_t *length, struct diag *d)
{
    /* O_NONBLOCK: opening a FIFO without a writer would hang otherwise. */
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (fd < 0) {
        diag_error(d, file_place(path), DIAG_FILE_OPEN, "cannot open: %s",
                   strerror(errno));
        return NULL;
    }
    char *bytes = read_open_file(a, fd, path, max_bytes, length, d);
    close(fd);
    return bytes;
}

/* Creates a new file in the folder of `path`; its name goes to *name. */
static int open_temporary(struct arena *a, const char *path, char **name)
{
    enum { ATTEMPTS = 100 };
    const mode_t mode =
        S_IRUSR | S_IWUSR | S_IRGRP | S_IWGRP | S_IROTH | S_IWOTH;
    const char *folder = file_folder(a, path);
    for (int i = 0; i < ATTEMPTS; i++) {
        *name = file_join(a, folder,
                          arena_printf(a, ".headrace-%ld-%d.tmp",
                                       (long)getpid(), i));
        int fd = open(*name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
        if (fd >= 0 || errno != EEXIST)
            return fd;
    }
    return -1;
}

static bool write_parts(int fd, file_part_fn *next, void *context)
{
    size_t count = 0;
    const void *bytes;
    while ((bytes = next(context, &count)) != NULL)
        if (!write_fully(fd, bytes, count))
            return false;
    errno = ECANCELED;
    return count != FILE_PART_STOP;
}

/* `old` is the file that is replaced, whose permissions stay; or NULL.
 * False and errno on failure; then nothing is left behind. */
static bool write_and_rename(struct arena *a, const char *path,
                             const struct stat *old, file_part_fn *next,
                             void *context)
{
    char *name = NULL;
    int fd = open_temporary(a, path, &name);
    if (fd < 0)
        return false;
    bool ok = old == NULL ||
              fchmod(fd, old->st_mode & (S_IRWXU | S_IRWXG | S_IRWXO)) == 0;
    ok = ok && write_parts(fd, next, context);
    int error = errno;
    if (close(fd) != 0 && ok) {
        ok = false;
        error = errno;
    }
    if (ok && rename(name, path) != 0) {
        ok = false;
        error = errno;
    }
    if (!ok)
        unlink(name);
    errno = error;
    return ok;
}

bool file_write_parts(const char *path, file_part_fn *next, void *context,
                      struct diag *d)
{
    struct stat st;
    bool replaces = stat(path, &st) == 0;
    /* A rename would put a file in the place of /dev/null, too. */
    if (replaces && !S_ISREG(st.st_mode)) {
        diag_error(d, file_place(path), DIAG_FILE_WRITE,
                   "cannot write: it is %s",
                   S_ISDIR(st.st_mode) ? "a folder" : "not a regular file");
        return false;
    }
    struct arena *a = arena_new();
    bool ok = write_and_rename(a, path, replaces ? &st : NULL, next, context);
    if (!ok)
        diag_error(d, file_place(path), DIAG_FILE_WRITE, "cannot write: %s",
                   strerror(errno));
    arena_free(a);
    return ok;
}

/* What is there as a whole. */
struct whole {
    const void *bytes; /* NULL: it was given */
    size_t count;
};

static const void *give_whole(void *context, size_t *count)
{
    struct whole *w = context;
    const void *bytes = w->bytes;
    *count = w->count;
    w->bytes = NULL;
    return bytes;
}

bool file_write(const char *path, const void *bytes, size_t count,
                struct diag *d)
{
    struct whole w = { bytes, count };
    return file_write_parts(path, give_whole, &w, d);
}

bool file_write_text(const char *path, const struct text *t, struct diag *d)
{
    return file_write(path, t->bytes, t->length, d);
}

bool file_is_folder(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

/* Creates one folder whose parent is there; false and errno on failure. */
static bool make_one_folder(const char *path)
{
    if (file_is_folder(path))
        return true;
    if (mkdir(path, S_IRWXU | S_IRWXG | S_IRWXO) == 0)
        return true;
    /* Another process may have been faster. */
    int error = errno;
    if (error == EEXIST && file_is_folder(path))
        return true;
    errno = error == EEXIST ? ENOTDIR : error;
    return false;
}

bool file_make_folder(const char *path, struct diag *d)
{
    struct arena *a = arena_new();
    char *part = arena_strdup(a, path);
    bool ok = true;
    for (size_t i = 1; ok && path[0] != '\0' && part[i - 1] != '\0'; i++) {
        if (part[i] != '/' && part[i] != '\0')
            continue;
        part[i] = '\0';
        ok = make_one_folder(part);
        if (!ok)
            diag_error(d, file_place(path), DIAG_FILE_WRITE,
                       "cannot create folder '%s': %s", part, strerror(errno));
        part[i] = path[i];
    }
    arena_free(a);
    return ok;
}

char *file_folder(struct arena *a, const char *path)
{
    const char *slash = strrchr(path, '/');
    size_t length = slash == NULL ? 0 : (size_t)(slash - path);
    if (slash == path)
        length = 1;
    return arena_printf(a, "%.*s", (int)length, path);
}

char *file_join(struct arena *a, const char *folder, const char *name)
{
    if (folder == NULL || folder[0] == '\0' || name[0] == '/')
        return arena_strdup(a, name);
    bool slash = folder[strlen(folder) - 1] == '/';
    return arena_printf(a, "%s%s%s", folder, slash ? "" : "/", name);
}

/* True if one of the parts between slashes is "..". */
static bool has_parent_part(const char *path)
{
    for (const char *part = path; part != NULL;) {
        const char *slash = strchr(part, '/');
        size_t length = slash != NULL ? (size_t)(slash - part) : strlen(part);
        if (length == 2 && part[0] == '.' && part[1] == '.')
            return true;
        part = slash != NULL ? slash + 1 : NULL;
    }
    return false;
}

const char *file_path_fault(const char *path)
{
    return path[0] == '\0'         ? "is empty"
           : path[0] == '/'        ? "is absolute"
           : has_parent_part(path) ? "leaves the model's folder"
                                   : NULL;
}

/* Both without links. */
static bool is_below(const char *path, const char *folder)
{
    size_t length = strlen(folder);
    return strncmp(path, folder, length) == 0 &&
           (path[length] == '/' || (length > 0 && folder[length - 1] == '/'));
}

bool file_is_beside(struct arena *a, const char *path, const char *other)
{
    char real[PATH_MAX], folder[PATH_MAX], end[PATH_MAX];
    const char *named = file_folder(a, other);
    if (realpath(path, real) == NULL)
        return false;
    if (realpath(named[0] == '\0' ? "." : named, folder) != NULL &&
        is_below(real, folder))
        return true;
    return realpath(other, end) != NULL && is_below(real, file_folder(a, end));
}
