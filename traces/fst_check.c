#include "traces/fst_check.h"

#include "base/arena.h"
#include "base/diag.h"
#include "base/text.h"
#include "traces/byte_input.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum block_type {
    BLOCK_HEADER = 0,
    BLOCK_CHANGES = 1,
    BLOCK_BLACKOUT = 2,
    BLOCK_GEOMETRY = 3,
    BLOCK_HIERARCHY = 4,
    BLOCK_CHANGES_ALIAS = 5,
    BLOCK_HIERARCHY_LZ4 = 6,
    BLOCK_HIERARCHY_LZ4_TWICE = 7,
    BLOCK_CHANGES_ALIAS2 = 8,
    BLOCK_PACKED = 254, /* the whole file, in gzip */
    BLOCK_OPEN = 255    /* was still being written */
};

enum { HEADER_BYTES = 329, TYPE_AND_LENGTH = 9 };

struct chain {
    const char *path;
    struct diag *diag;
    int file;
    uint64_t bytes;
    bool has_header, has_changes, has_geometry, has_hierarchy;
};

static bool refuse(const struct chain *c, enum diag_code code, const char *text)
{
    diag_error(c->diag, (struct place){ c->path, 0, 0 }, code, "%s", text);
    return false;
}

/* A number of eight bytes, highest first; 0 behind the end of the file. */
static uint64_t number_at(const struct chain *c, uint64_t offset)
{
    uint8_t bytes[8] = { 0 };
    uint64_t value = 0;
    if (pread(c->file, bytes, sizeof bytes, (off_t)offset) !=
        (ssize_t)sizeof bytes)
        return 0;
    for (size_t i = 0; i < sizeof bytes; i++)
        value = value << 8 | bytes[i];
    return value;
}

static bool check_header(const struct chain *c, uint64_t at, uint64_t length)
{
    enum { START = 9, END = 17, HANDLES = 57, ALL_VARIABLES = 49 };
    if (length != HEADER_BYTES)
        return refuse(c, DIAG_TRACE_SYNTAX,
                      "the header does not have the length of an FST header");
    if (number_at(c, at + START) > number_at(c, at + END))
        return refuse(c, DIAG_TRACE_SYNTAX, "the header ends before it starts");
    if (number_at(c, at + HANDLES) > INT32_MAX ||
        number_at(c, at + ALL_VARIABLES) > INT32_MAX)
        return refuse(c, DIAG_TRACE_SYNTAX,
                      "the header counts more than 2^31 signals");
    return true;
}

static bool check_geometry(const struct chain *c, uint64_t at, uint64_t length,
                           struct fst_parts *parts)
{
    enum { UNPACKED = 9, HANDLES = 17, HEAD = 24 };
    uint64_t unpacked = number_at(c, at + UNPACKED);
    uint64_t handles = number_at(c, at + HANDLES);
    if (length < HEAD || unpacked / DEFLATE_AT_MOST > length ||
        handles > unpacked || handles > INT32_MAX)
        return refuse(c, DIAG_TRACE_SYNTAX,
                      "the block of signal widths counts more signals than "
                      "it can hold");
    parts->handles = handles;
    parts->geometry_bytes = unpacked;
    return true;
}

static bool check_changes(const struct chain *c, uint64_t at, uint64_t length)
{
    enum { LEAST = 8 + 4 * 8 + 24, TAIL = 24 };
    if (length < LEAST)
        return refuse(c, DIAG_TRACE_SYNTAX,
                      "a block of changes is too short to be one");
    uint64_t end = at + 1 + length;
    uint64_t unpacked = number_at(c, end - TAIL);
    uint64_t packed = number_at(c, end - TAIL + 8);
    uint64_t count = number_at(c, end - TAIL + 16);
    if (packed > length - TAIL || unpacked / DEFLATE_AT_MOST > packed ||
        count > unpacked)
        return refuse(c, DIAG_TRACE_SYNTAX,
                      "a block of changes has more times than it can hold");
    return true;
}

static bool check_block(struct chain *c, uint8_t type, uint64_t at,
                        uint64_t length, struct fst_parts *parts)
{
    switch ((enum block_type)type) {
    case BLOCK_HEADER:
        if (c->has_header)
            return refuse(c, DIAG_TRACE_SYNTAX, "there are two headers");
        c->has_header = true;
        return check_header(c, at, length);
    case BLOCK_CHANGES:
    case BLOCK_CHANGES_ALIAS:
    case BLOCK_CHANGES_ALIAS2:
        c->has_changes = true;
        return check_changes(c, at, length);
    case BLOCK_GEOMETRY:
        c->has_geometry = true;
        return check_geometry(c, at, length, parts);
    case BLOCK_HIERARCHY:
    case BLOCK_HIERARCHY_LZ4:
    case BLOCK_HIERARCHY_LZ4_TWICE:
        c->has_hierarchy = true;
        return true;
    case BLOCK_BLACKOUT:
        return true;
    case BLOCK_PACKED:
        c->has_header = c->has_changes = c->has_geometry = c->has_hierarchy =
            true;
        return true;
    case BLOCK_OPEN:
        break;
    }
    return refuse(c, DIAG_TRACE_SYNTAX, "there is a block of unknown type");
}

/* While it is written, the list of signals stands in a file beside it. */
static bool has_list_beside(const char *path)
{
    struct arena *a = arena_new();
    bool has = access(arena_printf(a, "%s.hier", path), R_OK) == 0;
    arena_free(a);
    return has;
}

static bool check_chain(struct chain *c, struct fst_parts *parts)
{
    uint64_t at = 0;
    while (c->bytes - at >= TYPE_AND_LENGTH) {
        uint8_t type = 0;
        if (pread(c->file, &type, 1, (off_t)at) != 1)
            break;
        uint64_t length = number_at(c, at + 1);
        if (type == BLOCK_OPEN || length < 8 || length > c->bytes - at - 1)
            break;
        if (!c->has_header && type != BLOCK_HEADER && type != BLOCK_PACKED)
            return refuse(c, DIAG_TRACE_SYNTAX,
                          "it does not begin with a header of FST");
        if (!check_block(c, type, at, length, parts))
            return false;
        at += 1 + length;
    }
    parts->is_truncated = at != c->bytes;
    if (!c->has_header)
        return refuse(c, DIAG_TRACE_SYNTAX,
                      "it does not begin with a header of FST");
    if (!c->has_changes)
        return refuse(c, DIAG_TRACE_CUT,
                      "the FST file has no whole block of changes");
    bool has_list = c->has_geometry && c->has_hierarchy;
    if (has_list || has_list_beside(c->path))
        return true;
    refuse(c, DIAG_TRACE_CUT,
           "the FST file ends before its list of signals, which comes last");
    diag_hint(c->diag, "the simulation must close the trace before it ends");
    return false;
}

bool fst_check(const char *path, struct fst_parts *parts, struct diag *d)
{
    struct stat st;
    struct chain c = { .path = path, .diag = d };
    *parts = (struct fst_parts){ 0 };
    c.file = open(path, O_RDONLY | O_CLOEXEC);
    if (c.file < 0 || fstat(c.file, &st) != 0) {
        diag_error(d, (struct place){ path, 0, 0 }, DIAG_FILE_OPEN,
                   "cannot open: %s", strerror(errno));
        if (c.file >= 0)
            close(c.file);
        return false;
    }
    c.bytes = parts->file_bytes = (uint64_t)st.st_size;
    bool fine = check_chain(&c, parts);
    close(c.file);
    return fine;
}
