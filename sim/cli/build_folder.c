#define _XOPEN_SOURCE 700 /* realpath */
#include "cli/build_folder.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/text.h"

/* FNV-1a, 64 bits. */
static uint64_t hash_text(const char *s)
{
    uint64_t h = UINT64_C(0xcbf29ce484222325);
    for (; *s != '\0'; s++)
        h = (h ^ (unsigned char)*s) * UINT64_C(0x100000001b3);
    return h;
}

static const char *cache_folder(struct arena *a)
{
    const char *cache = getenv("XDG_CACHE_HOME");
    if (cache != NULL && cache[0] == '/')
        return arena_printf(a, "%s/headrace", cache);
    const char *home = getenv("HOME");
    if (home != NULL && home[0] == '/')
        return arena_printf(a, "%s/.cache/headrace", home);
    return arena_printf(a, "/tmp/headrace-%ld", (long)getuid());
}

/* Models of one name in different places get folders of their own. */
static const char *default_folder(struct arena *a, const char *model_file,
                                  const char *design)
{
    char *real = realpath(model_file, NULL);
    uint64_t hash = hash_text(real != NULL ? real : model_file);
    free(real);
    return arena_printf(a, "%s/verify/%s-%016" PRIx64, cache_folder(a), design,
                        hash);
}

/* False and errno if it cannot be had.  Says so if it has to wait. */
static bool take_lock(int fd, const char *folder)
{
    struct flock whole = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
    if (fcntl(fd, F_SETLK, &whole) == 0)
        return true;
    if (errno != EACCES && errno != EAGAIN)
        return false;
    fprintf(stderr, "headrace: waiting for another run in '%s'\n", folder);
    int status = -1;
    while ((status = fcntl(fd, F_SETLKW, &whole)) != 0 && errno == EINTR)
        continue;
    return status == 0;
}

bool build_folder_open(struct build_folder *f, struct arena *a,
                       const char *chosen, const char *model_file,
                       const char *design, struct diag *d)
{
    f->path = chosen != NULL ? chosen : default_folder(a, model_file, design);
    if (!file_make_folder(f->path, d)) {
        if (chosen == NULL)
            diag_hint(d, "--build-dir FOLDER chooses another place");
        return false;
    }
    const char *lock = file_join(a, f->path, "lock");
    f->lock = open(lock, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    if (f->lock < 0 || !take_lock(f->lock, f->path)) {
        diag_error(d, (struct place){ lock, 0, 0 }, DIAG_FILE_WRITE,
                   "cannot be locked: %s", strerror(errno));
        if (f->lock >= 0)
            close(f->lock);
        return false;
    }
    return true;
}

void build_folder_close(struct build_folder *f)
{
    close(f->lock);
}
