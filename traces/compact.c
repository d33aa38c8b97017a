#include "traces/compact.h"

#include "base/arena.h"
#include "base/diag.h"
#include "base/text.h"
#include "traces/byte_input.h"
#include "traces/recording.h"

#include <inttypes.h>
#include <stdint.h>
#include <string.h>

#include <zlib.h>

enum {
    VERSION = 1,
    MAGIC_BYTES = 7,
    HEAD_BYTES = 20,
    LENGTH_AT = 8,
    SUM_AT = 16
};

static const uint8_t magic[MAGIC_BYTES] = {
    0x89, 'H', 'R', 'T', 'R', '\r', '\n'
};

bool compact_begin(const char *bytes, size_t count)
{
    return count >= MAGIC_BYTES && memcmp(bytes, magic, MAGIC_BYTES) == 0;
}

/* Writing */

static void put_number(struct text *t, uint64_t value)
{
    uint8_t bytes[10];
    size_t count = 0;
    do {
        bytes[count] = (uint8_t)(value & 0x7f);
        value >>= 7;
        bytes[count++] |= value != 0 ? 0x80 : 0;
    } while (value != 0);
    text_addn(t, bytes, count);
}

static void put_name(struct text *t, const char *name)
{
    size_t length = strlen(name);
    put_number(t, length);
    text_addn(t, name, length);
}

static void put_list(struct text *t, const uint64_t *cycles, uint64_t count)
{
    put_number(t, count);
    for (uint64_t i = 0; i < count; i++)
        put_number(t, i == 0 ? cycles[0] : cycles[i] - cycles[i - 1] - 1);
}

static uint64_t clock_number(uint32_t clock)
{
    return clock == NO_CLOCK ? 0 : (uint64_t)clock + 1;
}

static void put_stream(struct text *t, const struct token_times *s,
                       const struct stream_source *source)
{
    bool is_point = s->reads == s->writes && s->read_count == s->write_count;
    put_name(t, s->name);
    put_number(t, source->kind);
    put_number(t, clock_number(source->write_clock));
    put_number(t, clock_number(source->read_clock));
    put_number(t, is_point);
    put_list(t, s->writes, s->write_count);
    if (!is_point)
        put_list(t, s->reads, s->read_count);
}

static void put_all(struct text *t, const struct recording *r)
{
    put_number(t, r->clock_count);
    for (uint32_t i = 0; i < r->clock_count; i++) {
        put_name(t, r->clocks[i].name);
        put_number(t, r->clocks[i].cycles);
        put_number(t, r->clocks[i].period_fs);
        put_number(t, r->clocks[i].zero_fs);
    }
    put_number(t, r->stream_count);
    for (uint32_t i = 0; i < r->stream_count; i++)
        put_stream(t, &r->streams[i], &r->sources[i]);
    put_number(t, r->process_count);
    for (uint32_t i = 0; i < r->process_count; i++) {
        const struct process_times *p = &r->processes[i];
        put_name(t, p->name);
        put_number(t, clock_number(p->clock));
        put_list(t, p->starts, p->start_count);
        put_list(t, p->readys, p->ready_count);
        put_list(t, p->dones, p->done_count);
    }
    put_name(t, r->run == NULL ? "" : r->run);
}

static void put_fixed(uint8_t *to, uint64_t value, size_t bytes)
{
    for (size_t i = 0; i < bytes; i++)
        to[i] = (uint8_t)(value >> (8 * i));
}

bool compact_write(const char *path, const struct recording *r, struct diag *d)
{
    struct arena *a = arena_new();
    struct text *body = text_new(a);
    put_all(body, r);
    size_t length = text_length(body);
    uLongf packed = compressBound(length);
    uint8_t *file = arena_new_array(a, uint8_t, HEAD_BYTES + packed);
    const Bytef *bytes = (const Bytef *)text_string(body);
    memcpy(file, magic, MAGIC_BYTES);
    file[MAGIC_BYTES] = VERSION;
    put_fixed(file + LENGTH_AT, length, 8);
    put_fixed(file + SUM_AT, crc32_z(0, bytes, length), 4);
    bool fine = compress2(file + HEAD_BYTES, &packed, bytes, length, 6) == Z_OK;
    if (!fine)
        diag_error(d, (struct place){ path, 0, 0 }, DIAG_FILE_WRITE,
                   "cannot be compressed");
    fine = fine && file_write(path, file, HEAD_BYTES + packed, d);
    arena_free(a);
    return fine;
}

/* Reading */

struct body {
    struct arena *arena;
    const uint8_t *at, *end;
    bool failed; /* something did not fit; what is read is then 0 */
};

static uint64_t get_number(struct body *b)
{
    uint64_t value = 0;
    for (uint32_t shift = 0; b->at < b->end && shift < 64; shift += 7) {
        uint8_t byte = *b->at++;
        uint64_t part = byte & 0x7f;
        if (part << shift >> shift != part)
            break;
        value |= part << shift;
        if (byte < 0x80)
            return value;
    }
    b->failed = true;
    return 0;
}

/* A count of items of at least one byte each. */
static uint64_t get_count(struct body *b)
{
    uint64_t count = get_number(b);
    if (count <= (uint64_t)(b->end - b->at))
        return count;
    b->failed = true;
    return 0;
}

/* The same, of an array. */
static uint32_t get_items(struct body *b)
{
    uint64_t count = get_count(b);
    if (count < UINT32_MAX)
        return (uint32_t)count;
    b->failed = true;
    return 0;
}

static uint32_t get_below(struct body *b, uint64_t bound)
{
    uint64_t value = get_number(b);
    if (value < bound)
        return (uint32_t)value;
    b->failed = true;
    return 0;
}

static const char *get_name(struct body *b)
{
    uint64_t length = get_count(b);
    char *name = arena_new_array(b->arena, char, length + 1);
    memcpy(name, b->at, length);
    b->at += length;
    if (strlen(name) != length)
        b->failed = true;
    return name;
}

static const uint64_t *get_list(struct body *b, uint64_t *count)
{
    *count = get_count(b);
    uint64_t *cycles = arena_new_array(b->arena, uint64_t, *count);
    uint64_t before = UINT64_MAX; /* the first one is a difference to -1 */
    for (uint64_t i = 0; i < *count; i++) {
        uint64_t step = get_number(b);
        cycles[i] = before + 1 + step;
        if (i > 0 && cycles[i] <= before)
            b->failed = true;
        before = cycles[i];
    }
    return cycles;
}

static uint32_t get_clock(struct body *b, uint32_t clock_count)
{
    uint32_t number = get_below(b, (uint64_t)clock_count + 1);
    return number == 0 ? NO_CLOCK : number - 1;
}

static void get_stream(struct body *b, uint32_t clock_count,
                       struct token_times *s, struct stream_source *source)
{
    s->name = get_name(b);
    source->kind = (enum stream_kind)get_below(b, STREAM_MAPPED + 1);
    source->write_clock = get_clock(b, clock_count);
    source->read_clock = get_clock(b, clock_count);
    bool is_point = get_below(b, 2) == 1;
    s->writes = get_list(b, &s->write_count);
    s->reads = s->writes;
    s->read_count = s->write_count;
    if (!is_point)
        s->reads = get_list(b, &s->read_count);
}

static struct recording *get_all(struct body *b)
{
    struct recording *r = arena_new_item(b->arena, struct recording);
    r->clock_count = get_items(b);
    r->clocks = arena_new_array(b->arena, struct clock_seen, r->clock_count);
    for (uint32_t i = 0; i < r->clock_count && !b->failed; i++) {
        r->clocks[i].name = get_name(b);
        r->clocks[i].cycles = get_number(b);
        r->clocks[i].period_fs = get_number(b);
        r->clocks[i].zero_fs = get_number(b);
    }
    r->stream_count = get_items(b);
    r->streams = arena_new_array(b->arena, struct token_times, r->stream_count);
    r->sources =
        arena_new_array(b->arena, struct stream_source, r->stream_count);
    for (uint32_t i = 0; i < r->stream_count && !b->failed; i++) {
        get_stream(b, r->clock_count, &r->streams[i], &r->sources[i]);
        if (i > 0 && strcmp(r->streams[i - 1].name, r->streams[i].name) > 0)
            b->failed = true;
    }
    r->process_count = get_items(b);
    r->processes =
        arena_new_array(b->arena, struct process_times, r->process_count);
    for (uint32_t i = 0; i < r->process_count && !b->failed; i++) {
        struct process_times *p = &r->processes[i];
        p->name = get_name(b);
        p->clock = get_clock(b, r->clock_count);
        p->starts = get_list(b, &p->start_count);
        p->readys = get_list(b, &p->ready_count);
        p->dones = get_list(b, &p->done_count);
    }
    const char *run = get_name(b);
    r->run = *run == '\0' ? NULL : run;
    if (r->run != NULL) {
        r->run_count = 1;
        r->runs = arena_new_array(b->arena, const char *, 1);
        r->runs[0] = r->run;
    }
    return b->failed || b->at != b->end ? NULL : r;
}

static uint64_t get_fixed(const uint8_t *from, size_t bytes)
{
    uint64_t value = 0;
    for (size_t i = bytes; i-- > 0;)
        value = value << 8 | from[i];
    return value;
}

/* The body, unpacked; NULL: *why it cannot be. */
static uint8_t *unpack(struct arena *a, const uint8_t *file, size_t bytes,
                       uint64_t *length, const char **why)
{
    *length = get_fixed(file + LENGTH_AT, 8);
    if (*length / DEFLATE_AT_MOST > bytes) {
        *why = "its length cannot be right";
        return NULL;
    }
    uint8_t *body = arena_new_array(a, uint8_t, *length + 1);
    uLongf got = (uLongf)*length;
    uLong from = (uLong)(bytes - HEAD_BYTES);
    int status = uncompress2(body, &got, file + HEAD_BYTES, &from);
    if (status != Z_OK && from == bytes - HEAD_BYTES)
        *why = "it breaks off";
    else if (status != Z_OK || got != *length || from != bytes - HEAD_BYTES ||
             crc32_z(0, body, *length) != get_fixed(file + SUM_AT, 4))
        *why = "its checksum is wrong";
    else
        return body;
    return NULL;
}

struct recording *compact_read(struct arena *a, const char *path,
                               struct diag *d)
{
    const size_t file_max = (size_t)1 << 32;
    const struct place where = { path, 0, 0 };
    size_t bytes = 0;
    struct arena *own = arena_new();
    struct recording *r = NULL;
    const char *why = "it breaks off";
    uint64_t length = 0;
    const uint8_t *body = NULL;
    const uint8_t *file =
        (const uint8_t *)file_read(own, path, file_max, &bytes, d);
    if (file == NULL) {
        arena_free(own);
        return NULL;
    }
    if (!compact_begin((const char *)file, bytes)) {
        diag_error(d, where, DIAG_TRACE_SYNTAX,
                   "it does not begin as a compact trace");
    } else if (bytes > MAGIC_BYTES && file[MAGIC_BYTES] != VERSION) {
        diag_error(d, where, DIAG_TRACE_SYNTAX,
                   "it is a compact trace of version %d; this program knows "
                   "version %d",
                   file[MAGIC_BYTES], VERSION);
    } else {
        if (bytes > HEAD_BYTES)
            body = unpack(own, file, bytes, &length, &why);
        struct body b = { .arena = a };
        if (body != NULL) {
            b.at = body;
            b.end = body + length;
            r = get_all(&b);
            why = "its contents do not fit together";
        }
        if (r == NULL)
            diag_error(d, where,
                       strcmp(why, "it breaks off") == 0 ? DIAG_TRACE_CUT
                                                         : DIAG_TRACE_SYNTAX,
                       "the compact trace cannot be used: %s", why);
    }
    arena_free(own);
    return r;
}
