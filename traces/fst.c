#include "traces/fst.h"

#include "base/arena.h"
#include "base/diag.h"
#include "traces/fst_check.h"
#include "base/isolated.h"
#include "traces/waveform.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include <fstapi.h>

struct fst {
    struct waveform waveform; /* the user's view; comes first */
    struct fst_parts parts;
};

/* What the child says: records, each with `bytes` bytes behind it. */
enum record_kind {
    RECORD_UNIT = 1, /* code: exponent of the unit of time, plus 128 */
    RECORD_ENTER,    /* bytes: name of the scope */
    RECORD_LEAVE,
    RECORD_SIGNAL, /* code, time: width; bytes: name */
    RECORD_CHANGE, /* code: slot, time; bytes: value */
    RECORD_END
};

struct record {
    uint64_t time;
    uint32_t code;
    uint16_t kind;
    uint16_t bytes; /* values are cut to their lowest BYTES_MAX bits */
};

enum { BYTES_MAX = 1 << 15 };

static void say(struct isolated_out *out, struct record r, const char *bytes)
{
    isolated_write(out, &r, sizeof r);
    isolated_write(out, bytes, r.bytes);
}

/* Child: the list of signals */

static void say_name(struct isolated_out *out, struct record r,
                     const char *name, size_t length)
{
    r.bytes = (uint16_t)(length > BYTES_MAX ? BYTES_MAX : length);
    say(out, r, name);
}

static void say_item(struct isolated_out *out, const struct fstHier *item)
{
    struct record r = { 0 };
    if (item->htyp == FST_HT_SCOPE) {
        r.kind = RECORD_ENTER;
        say_name(out, r, item->u.scope.name, item->u.scope.name_length);
    } else if (item->htyp == FST_HT_UPSCOPE) {
        r.kind = RECORD_LEAVE;
        say(out, r, "");
    } else if (item->htyp == FST_HT_VAR) {
        r.kind = RECORD_SIGNAL;
        r.code = item->u.var.handle;
        r.time = item->u.var.length;
        say_name(out, r, item->u.var.name, item->u.var.name_length);
    }
}

static bool list_signals(void *context, struct isolated_out *out)
{
    const struct fst *f = context;
    void *reader = fstReaderOpen(f->waveform.path);
    if (reader == NULL)
        return false;
    const signed char exponent = fstReaderGetTimescale(reader);
    say(out,
        (struct record){ .kind = RECORD_UNIT,
                         .code = (uint32_t)(128 + (int)exponent) },
        "");
    struct fstHier *item;
    while ((item = fstReaderIterateHier(reader)) != NULL)
        say_item(out, item);
    say(out, (struct record){ .kind = RECORD_END }, "");
    fstReaderClose(reader);
    return true;
}

/* Child: the changes */

struct changes {
    const struct fst *fst;
    const uint64_t *codes;
    uint32_t count;
    uint32_t *slots; /* by handle: slot + 1, 0: not chosen */
    uint32_t handles;
    struct isolated_out *out;
};

static void say_change(void *context, uint64_t time, fstHandle handle,
                       const unsigned char *value)
{
    const struct changes *c = context;
    if (value == NULL || handle > c->handles || c->slots[handle] == 0)
        return;
    const char *bits = (const char *)value;
    size_t count = strlen(bits);
    if (count > BYTES_MAX) {
        bits += count - BYTES_MAX;
        count = BYTES_MAX;
    }
    say(c->out,
        (struct record){ .kind = RECORD_CHANGE,
                         .bytes = (uint16_t)count,
                         .code = c->slots[handle] - 1,
                         .time = time },
        bits);
}

/* Strings; nothing that is waited for. */
static void pass_over(void *context, uint64_t time, fstHandle handle,
                      const unsigned char *value, uint32_t length)
{
    (void)context, (void)time, (void)handle, (void)value, (void)length;
}

static bool list_changes(void *context, struct isolated_out *out)
{
    struct changes *c = context;
    c->out = out;
    void *reader = fstReaderOpen(c->fst->waveform.path);
    if (reader == NULL)
        return false;
    fstReaderClrFacProcessMaskAll(reader);
    for (uint32_t i = 0; i < c->count; i++)
        fstReaderSetFacProcessMask(reader, (fstHandle)c->codes[i]);
    fstReaderIterBlocks2(reader, say_change, pass_over, c, NULL);
    say(out, (struct record){ .kind = RECORD_END }, "");
    fstReaderClose(reader);
    return true;
}

/* Parent */

static struct place place_of(const struct fst *f)
{
    return (struct place){ f->waveform.path, 0, 0 };
}

static struct isolated *start(const struct fst *f, struct arena *a,
                              bool (*run)(void *, struct isolated_out *),
                              void *context, struct diag *d)
{
    /* Generous for good files; a damaged one must not take all there is. */
    const uint64_t seconds = 2 + f->parts.file_bytes / (1 << 18);
    const uint64_t bytes = (UINT64_C(1) << 30) + 64 * f->parts.file_bytes +
                           64 * f->parts.geometry_bytes;
    struct isolated *p =
        isolated_start(a,
                       &(struct isolated_work){ run, context, seconds, bytes });
    if (p == NULL)
        diag_error(d, place_of(f), DIAG_FILE_OPEN,
                   "cannot start a process to read it: %s", strerror(errno));
    return p;
}

static bool take(struct isolated *p, struct record *r, char *bytes)
{
    return isolated_read(p, r, sizeof *r) && r->bytes <= BYTES_MAX &&
           isolated_read(p, bytes, r->bytes);
}

static bool damaged(const struct fst *f, const char *what, struct diag *d)
{
    diag_error(d, place_of(f), DIAG_TRACE_SYNTAX, "the FST file is damaged: %s",
               what);
    return false;
}

static bool take_signals(struct fst *f, struct isolated *p, struct diag *d)
{
    struct waveform *w = &f->waveform;
    struct waveform_scopes *scopes = waveform_scopes_new(w);
    struct record r;
    char bytes[BYTES_MAX];
    while (take(p, &r, bytes) && r.kind != RECORD_END) {
        bool fine = true;
        if (r.kind == RECORD_UNIT) {
            int exponent = (int)r.code - 128;
            uint32_t factor = 1;
            w->unit_fs = waveform_unit_fs(exponent, factor);
            if (w->unit_fs == 0) {
                diag_error(d, place_of(f), DIAG_TRACE_TIME,
                           "the timescale 10^%d s is outside 1 fs to 1 s",
                           exponent);
                return false;
            }
        } else if (r.kind == RECORD_ENTER) {
            fine = waveform_scopes_enter(scopes, bytes, r.bytes);
        } else if (r.kind == RECORD_LEAVE) {
            fine = waveform_scopes_leave(scopes);
        } else if (r.kind == RECORD_SIGNAL) {
            fine =
                r.code >= 1 &&
                (f->parts.handles == 0 || r.code <= f->parts.handles) &&
                waveform_scopes_signal(scopes, bytes, r.bytes, r.code, r.time);
        }
        if (!fine)
            return damaged(f, "its list of signals", d);
    }
    waveform_scopes_end(scopes);
    return true;
}

/* Hands on the records.  False: they ended before the end. */
static bool take_changes(struct isolated *p, const struct waveform_sink *sink,
                         uint32_t count, bool *in_order)
{
    struct record r;
    char bytes[BYTES_MAX];
    uint64_t time = 0;
    while (take(p, &r, bytes)) {
        if (r.kind == RECORD_END)
            return true;
        if (r.kind != RECORD_CHANGE || r.code >= count)
            return false;
        *in_order = *in_order && r.time >= time;
        if (!*in_order)
            return false;
        time = r.time;
        sink->change(sink->context, r.time, r.code, bytes, r.bytes);
    }
    return false;
}

static bool fst_read(struct waveform *w, const uint64_t *codes, uint32_t count,
                     const struct waveform_sink *sink, struct diag *d)
{
    struct fst *f = (struct fst *)w;
    struct arena *a = arena_new();
    struct changes c = { .fst = f, .codes = codes, .count = count };
    for (uint32_t i = 0; i < count; i++)
        if (codes[i] > c.handles)
            c.handles = (uint32_t)codes[i];
    c.slots = arena_new_array(a, uint32_t, (size_t)c.handles + 1);
    for (uint32_t i = 0; i < count; i++)
        c.slots[codes[i]] = i + 1;
    bool in_order = true, whole = false;
    struct isolated *p = start(f, a, list_changes, &c, d);
    if (p != NULL) {
        whole = take_changes(p, sink, count, &in_order);
        whole = isolated_end(p) && whole;
    }
    arena_free(a);
    if (p == NULL)
        return false;
    if (!in_order) {
        diag_error(d, place_of(f), DIAG_TRACE_TIME, "time goes back");
        return false;
    }
    w->is_truncated = f->parts.is_truncated;
    if (!whole && !w->is_truncated)
        return damaged(f, "its changes", d);
    if (w->is_truncated)
        diag_warning(d, place_of(f), DIAG_TRACE_CUT,
                     "the file ends within a block; the blocks before it are "
                     "used");
    return true;
}

static void fst_close(struct waveform *w)
{
    (void)w;
}

struct waveform *fst_open(struct arena *a, const char *path, struct diag *d)
{
    struct fst *f = arena_new_item(a, struct fst);
    f->waveform = (struct waveform){ .arena = a,
                                     .path = arena_strdup(a, path),
                                     .read = fst_read,
                                     .close = fst_close };
    if (!fst_check(path, &f->parts, d))
        return NULL;
    struct isolated *p = start(f, a, list_signals, f, d);
    if (p == NULL)
        return NULL;
    size_t errors = diag_error_count(d);
    bool well = take_signals(f, p, d);
    well = isolated_end(p) && well;
    if (well && f->waveform.count > 0)
        return &f->waveform;
    if (diag_error_count(d) == errors)
        damaged(f, "its list of signals", d);
    return NULL;
}
