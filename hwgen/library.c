#include "hwgen/library.h"

#include "base/arena.h"

#include <assert.h>
#include <ctype.h>
#include <string.h>

const struct embedded_file *library_find(const char *name)
{
    for (size_t i = 0; i < library_file_count; i++)
        if (strcmp(library_files[i].name, name) == 0)
            return &library_files[i];
    return NULL;
}

static bool is_rtl(const struct embedded_file *f)
{
    const char *dot = strrchr(f->name, '.');
    return dot != NULL && (strcmp(dot, ".sv") == 0 || strcmp(dot, ".svh") == 0);
}

/* The RTL file whose stem is the first `length` bytes of `stem`; its index
 * or library_file_count. */
static size_t find_stem(const char *stem, size_t length)
{
    for (size_t i = 0; i < library_file_count; i++) {
        const struct embedded_file *f = &library_files[i];
        if (is_rtl(f) && strncmp(f->name, stem, length) == 0 &&
            f->name[length] == '.')
            return i;
    }
    return library_file_count;
}

bool library_has_stem(const char *stem)
{
    return find_stem(stem, strlen(stem)) != library_file_count;
}

/* Behind the comment that begins at s, or s itself if none does. */
static const char *skip_comment(const char *s)
{
    if (strncmp(s, "//", 2) == 0)
        return s + strcspn(s, "\n");
    if (strncmp(s, "/*", 2) != 0)
        return s;
    const char *end = strstr(s + 2, "*/");
    return end == NULL ? s + strlen(s) : end + 2;
}

struct closure {
    const struct embedded_file **files; /* in order of need */
    size_t count;
    bool *seen; /* per library file */
};

static bool is_word(char c)
{
    return isalnum((unsigned char)c) || c == '_';
}

/* Depth first; a file that (through others) mentions itself is not visited
 * again, so this ends. */
static void visit(struct closure *c, size_t index)
{
    if (c->seen[index])
        return;
    c->seen[index] = true;
    const char *s = library_files[index].text;
    while (*s != '\0') {
        const char *behind = skip_comment(s);
        if (behind != s) {
            s = behind;
            continue;
        }
        size_t length = 0;
        while (is_word(s[length]))
            length++;
        size_t other = length == 0 ? library_file_count : find_stem(s, length);
        if (other != library_file_count)
            visit(c, other);
        s += length == 0 ? 1 : length;
    }
    c->files[c->count++] = &library_files[index];
}

const struct embedded_file **library_closure(struct arena *a,
                                             const char *const *roots,
                                             size_t root_count, size_t *count)
{
    struct closure c = {
        .files = arena_new_array(a, const struct embedded_file *,
                                 library_file_count),
        .seen = arena_new_array(a, bool, library_file_count),
    };
    for (size_t i = 0; i < root_count; i++) {
        size_t index = find_stem(roots[i], strlen(roots[i]));
        if (index != library_file_count)
            visit(&c, index);
    }
    *count = c.count;
    return c.files;
}
