/* FIFO profiles of Vitis HLS co-simulation: channel_info.csv says which file
 * belongs to which FIFO,
 *
 *     ,layer2_out_U,,chan_status1.csv
 *
 * and each of those has one number a line: what happened (bits), cycles in
 * which a write was held up, in which a read was, cycles of the run, and last
 * the largest number of entries.  Early versions leave one of the first four
 * out.  Source: the fields as hls4ml reads them, and the order in which the
 * simulator's monitor writes them. */
#include "traces/report_readers.h"

#include "base/arena.h"
#include "base/text.h"

#include <string.h>
#include <unistd.h>

enum { STATUS_LINES = 5, CHANNEL_BYTES_MAX = 1 << 20 };

/* Numbers of a status file; the last one is the peak. */
static bool read_status(struct report_in *in, const char *path,
                        const char *text, struct report_fifo *f)
{
    uint64_t values[STATUS_LINES];
    uint32_t count = 0, number = 0;
    while (*text != '\0') {
        size_t length = strcspn(text, "\n");
        struct place where = { path, ++number, 1 };
        char *line = arena_printf(in->arena, "%.*s", (int)length, text);
        text += length + (text[length] == '\n');
        if (line[strspn(line, " \t\r")] == '\0')
            continue;
        if (count == STATUS_LINES)
            return report_error(in, where,
                                "a FIFO's profile has 5 numbers at most");
        if (!report_cell(in, where, "a number of a FIFO's profile", line,
                         &values[count++]))
            return false;
    }
    struct place whole = { .file = path };
    if (count == 0)
        return report_error(in, whole, "a FIFO's profile without numbers");
    f->peak = values[count - 1];
    if (count == STATUS_LINES) {
        f->write_blocked = values[1];
        f->read_blocked = values[2];
    }
    if (f->peak == REPORT_NONE)
        report_run(in, whole, REPORT_UNFINISHED,
                   "the profile of '%s' gives no peak: the simulation did "
                   "not end",
                   f->name);
    return true;
}

/* The name of the file without folder. */
static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash == NULL ? path : slash + 1;
}

bool report_read_channel(struct report_in *in)
{
    struct report_fifo *f = report_add_fifo(in, base_name(in->path));
    return read_status(in, in->path, in->bytes, f);
}

/* NULL: not there.  Only a plain name is looked for. */
static const char *find_status(struct report_in *in, const char *name)
{
    struct arena *a = in->arena;
    const char *folder = file_folder(a, in->path);
    const char *beside[] = { file_join(a, folder, "channel_depth_info"),
                             folder };
    for (int i = 0; i < 2; i++) {
        const char *path = file_join(a, beside[i], name);
        if (access(path, F_OK) == 0)
            return path;
    }
    return NULL;
}

static bool read_row(struct report_in *in, const char *line, struct place where,
                     uint32_t *missing)
{
    const char *fields[4] = { "", "", "", "" };
    uint32_t count = 0;
    for (const char *at = line; count < 4; at++) {
        size_t length = strcspn(at, ",");
        fields[count++] =
            arena_printf(in->arena, "%.*s",
                         (int)(length - (length > 0 && at[length - 1] == '\r')),
                         at);
        at += length;
        if (*at == '\0')
            break;
    }
    const char *name = fields[1], *file = fields[3];
    if (count < 4 || *name == '\0' || *file == '\0')
        return report_error(in, where,
                            "'%.60s' does not name a FIFO in its 2nd and a "
                            "file in its 4th field",
                            line);
    if (strchr(file, '/') != NULL)
        return report_error(in, where,
                            "the file '%.60s' is not in the folder of the "
                            "profile",
                            file);
    struct report_fifo *f = report_add_fifo(in, name);
    const char *path = find_status(in, file);
    if (path == NULL) {
        (*missing)++;
        return true;
    }
    size_t length;
    const char *text =
        file_read(in->arena, path, CHANNEL_BYTES_MAX, &length, in->diag);
    return text != NULL && read_status(in, path, text, f);
}

bool report_read_channels(struct report_in *in)
{
    uint32_t number = 0, missing = 0;
    for (const char *at = in->bytes; *at != '\0';) {
        size_t length = strcspn(at, "\n");
        struct place where = { in->path, ++number, 1 };
        char *line = arena_printf(in->arena, "%.*s", (int)length, at);
        at += length + (at[length] == '\n');
        if (line[strspn(line, " \t\r")] != '\0' &&
            !read_row(in, line, where, &missing))
            return false;
    }
    if (missing > 0) {
        report_run(in, (struct place){ .file = in->path }, REPORT_UNFINISHED,
                   "the profiles of %u of %u FIFOs are not there", missing,
                   in->report->fifo_count);
        diag_hint(in->diag, "if channel_depth_info/channel.zip is there, "
                            "unpack it where it lies");
    }
    return true;
}
