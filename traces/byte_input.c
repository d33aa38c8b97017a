#include "traces/byte_input.h"

#include "base/arena.h"
#include "base/diag.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <lzma.h>
#include <zlib.h>

enum { PACKED_BYTES = 1 << 16 };

struct byte_input {
    int file;    /* -1: zlib has it */
    gzFile gzip; /* also for plain files, which zlib hands on; NULL: xz */
    lzma_stream xz;
    uint8_t packed[PACKED_BYTES]; /* xz: read ahead */
    bool at_end;                  /* of the file, xz only */
    const char *problem;
    bool is_damaged;
};

static bool begins_as_xz(int file)
{
    static const uint8_t magic[] = { 0xfd, '7', 'z', 'X', 'Z', 0 };
    uint8_t start[sizeof magic];
    return pread(file, start, sizeof start, 0) == (ssize_t)sizeof start &&
           memcmp(start, magic, sizeof magic) == 0;
}

/* 0, else errno. */
static int open_regular(const char *path, int *file)
{
    struct stat st;
    *file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (*file < 0)
        return errno;
    int error = fstat(*file, &st) != 0 ? errno
                : S_ISDIR(st.st_mode)  ? EISDIR
                : !S_ISREG(st.st_mode) ? EINVAL
                                       : 0;
    if (error != 0)
        close(*file);
    return error;
}

struct byte_input *byte_input_open(struct arena *a, const char *path,
                                   struct diag *d)
{
    /* More than any preset of xz needs to unpack. */
    const uint64_t memory_max = UINT64_C(1) << 28;
    const unsigned buffer_bytes = 1U << 18;
    struct byte_input *in = arena_new_item(a, struct byte_input);
    int error = open_regular(path, &in->file);
    if (error == 0 && begins_as_xz(in->file)) {
        in->xz = (lzma_stream)LZMA_STREAM_INIT;
        if (lzma_stream_decoder(&in->xz, memory_max, LZMA_CONCATENATED) ==
            LZMA_OK)
            return in;
        error = ENOMEM;
        close(in->file);
    } else if (error == 0) {
        in->gzip = gzdopen(in->file, "rb");
        if (in->gzip != NULL) {
            gzbuffer(in->gzip, buffer_bytes);
            in->file = -1;
            return in;
        }
        error = ENOMEM;
        close(in->file);
    }
    diag_error(d, (struct place){ path, 0, 0 }, DIAG_FILE_OPEN,
               "cannot open: %s",
               error == EINVAL ? "it is no regular file" : strerror(error));
    return NULL;
}

void byte_input_close(struct byte_input *in)
{
    if (in == NULL)
        return;
    if (in->gzip != NULL) {
        gzclose(in->gzip);
    } else {
        lzma_end(&in->xz);
        close(in->file);
    }
}

static void damaged(struct byte_input *in, const char *problem)
{
    in->problem = problem;
    in->is_damaged = true;
}

static size_t read_gzip(struct byte_input *in, uint8_t *to, size_t count)
{
    size_t done = 0;
    while (done < count) {
        size_t left = count - done;
        int got = gzread(in->gzip, to + done,
                         left > INT_MAX ? INT_MAX : (unsigned)left);
        if (got <= 0)
            break;
        done += (size_t)got;
    }
    int error = Z_OK;
    gzerror(in->gzip, &error);
    if (error == Z_BUF_ERROR)
        in->problem = "breaks off within its gzip data";
    else if (error != Z_OK && error != Z_STREAM_END)
        damaged(in, error == Z_ERRNO ? "cannot be read to its end"
                                     : "has damaged gzip data");
    return done;
}

/* False: nothing more can be unpacked. */
static bool feed_xz(struct byte_input *in)
{
    if (in->xz.avail_in > 0 || in->at_end)
        return true;
    ssize_t got = read(in->file, in->packed, sizeof in->packed);
    if (got < 0) {
        damaged(in, "cannot be read to its end");
        return false;
    }
    in->at_end = got == 0;
    in->xz.next_in = in->packed;
    in->xz.avail_in = (size_t)got;
    return true;
}

static size_t read_xz(struct byte_input *in, uint8_t *to, size_t count)
{
    in->xz.next_out = to;
    in->xz.avail_out = count;
    while (in->xz.avail_out > 0 && in->problem == NULL && feed_xz(in)) {
        lzma_ret status =
            lzma_code(&in->xz, in->at_end ? LZMA_FINISH : LZMA_RUN);
        if (status == LZMA_STREAM_END)
            break;
        if (status == LZMA_BUF_ERROR)
            in->problem = "breaks off within its xz data";
        else if (status != LZMA_OK)
            damaged(in, "has damaged xz data");
    }
    return count - in->xz.avail_out;
}

size_t byte_input_read(struct byte_input *in, void *to, size_t count)
{
    if (in->problem != NULL || count == 0)
        return 0;
    return in->gzip != NULL ? read_gzip(in, to, count) : read_xz(in, to, count);
}

const char *byte_input_problem(const struct byte_input *in)
{
    return in->problem;
}

bool byte_input_is_damaged(const struct byte_input *in)
{
    return in->is_damaged;
}
