#include "hwgen/cosim/stamp.h"

#include "base/arena.h"
#include "base/diag.h"
#include "base/text.h"

#include <inttypes.h>
#include <string.h>
#include <unistd.h>

enum { FILE_BYTES_MAX = 1 << 30, STAMP_BYTES_MAX = 64 };

/* FNV-1a, http://www.isthe.com/chongo/tech/comp/fnv/ */
static void add_bytes(struct stamp *s, const void *bytes, size_t count)
{
    const unsigned char *b = bytes;
    for (size_t i = 0; i < count; i++)
        s->hash = (s->hash ^ b[i]) * UINT64_C(0x100000001b3);
}

struct stamp stamp_new(void)
{
    return (struct stamp){ UINT64_C(0xcbf29ce484222325) };
}

void stamp_add(struct stamp *s, const char *string)
{
    add_bytes(s, string, strlen(string) + 1);
}

bool stamp_add_file(struct stamp *s, const char *folder, const char *name,
                    struct diag *diag)
{
    struct arena *a = arena_new();
    size_t length = 0;
    const char *bytes =
        file_read(a, file_join(a, folder, name), FILE_BYTES_MAX, &length, diag);
    stamp_add(s, name);
    add_bytes(s, &length, sizeof length);
    if (bytes != NULL)
        add_bytes(s, bytes, length);
    arena_free(a);
    return bytes != NULL;
}

static const char *stamp_text(struct arena *a, const struct stamp *s)
{
    return arena_printf(a, "%016" PRIx64 "\n", s->hash);
}

bool stamp_is_current(const struct stamp *s, const char *path,
                      const char *product)
{
    if (access(product, R_OK) != 0 || access(path, R_OK) != 0)
        return false;
    struct arena *a = arena_new();
    size_t length = 0;
    const char *there =
        file_read(a, path, STAMP_BYTES_MAX, &length, diag_new(a));
    bool current = there != NULL && strcmp(there, stamp_text(a, s)) == 0;
    arena_free(a);
    return current;
}

void stamp_remove(const char *path)
{
    unlink(path);
}

bool stamp_write(const struct stamp *s, const char *path, struct diag *diag)
{
    struct arena *a = arena_new();
    const char *text = stamp_text(a, s);
    bool ok = file_write(path, text, strlen(text), diag);
    arena_free(a);
    return ok;
}
