#include "traces/events.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <zlib.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/text.h"

static bool write_events(gzFile f, const char *stream, char event,
                         const uint64_t *cycles, uint64_t count)
{
    for (uint64_t i = 0; i < count; i++) {
        if (gzprintf(f, "%s,%c,%" PRIu64 ",%" PRIu64 "\n", stream, event, i,
                     cycles[i]) <= 0)
            return false;
    }
    return true;
}

static bool write_all(gzFile f, const struct token_times *streams,
                      uint32_t count)
{
    if (gzputs(f, "stream,event,token_index,cycle\n") <= 0)
        return false;
    for (uint32_t i = 0; i < count; i++) {
        const struct token_times *s = &streams[i];
        if (!write_events(f, s->name, 'w', s->writes, s->write_count) ||
            !write_events(f, s->name, 'r', s->reads, s->read_count))
            return false;
    }
    return true;
}

bool events_write(const char *path, const struct token_times *streams,
                  uint32_t count, struct diag *d)
{
    struct arena *a = arena_new();
    const char *temporary =
        arena_printf(a, "%s.%ld.part", path, (long)getpid());
    errno = 0;
    /* 'T': as plain text, without compression. */
    gzFile f = gzopen(temporary, text_ends_in(path, ".gz") ? "wb6" : "wbT");
    bool written = f != NULL && write_all(f, streams, count);
    if (f != NULL)
        written = gzclose(f) == Z_OK && written;
    written = written && rename(temporary, path) == 0;
    if (!written) {
        const char *why = errno != 0 ? strerror(errno) : "no space left";
        diag_error(d, (struct place){ path, 0, 0 }, DIAG_FILE_WRITE,
                   "cannot be written: %s", why);
        unlink(temporary);
    }
    arena_free(a);
    return written;
}
