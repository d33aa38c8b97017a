#include "traces/events.h"

#include "base/arena.h"
#include "base/diag.h"
#include "base/nearest.h"
#include "traces/byte_input.h"
#include "traces/cycle_list.h"
#include "traces/recording.h"

#include <inttypes.h>
#include <string.h>

enum { LINE_MAX_BYTES = 1 << 12, BUFFER_BYTES = 1 << 18 };

static const char head_plain[] = "stream,event,token_index,cycle";
static const char head_runs[] = "run,stream,op,token_index,cycle";

/* A stream while it is read. */
struct stream {
    const char *name;
    struct cycle_list writes, reads;
    uint32_t next; /* of the same hash; 0: last */
};

enum { BUCKETS = 1 << 12, FIELDS_MAX = 5 };
enum { RUNS_MAX = 1 << 12 }; /* each line may look at all of them */

struct reader {
    struct arena *arena;
    struct diag *diag;
    const char *path;
    struct byte_input *in;
    char *buffer;
    size_t at, end;
    bool at_end;
    uint64_t line;
    bool has_runs;
    const char *run; /* that is read; NULL: not known yet */
    bool run_is_found;
    uint32_t run_count;
    const char **runs;      /* a NULL behind the last */
    uint32_t last_run;      /* of the line before */
    uint32_t count;         /* of streams; number 0 is none */
    struct stream *streams; /* from 1 on */
    uint32_t last;          /* of the line before; 0: none */
    uint32_t buckets[BUCKETS];
};

static struct place here(const struct reader *r)
{
    return (struct place){ r->path,
                           r->line > UINT32_MAX ? 0 : (uint32_t)r->line, 0 };
}

/* Lines */

enum line { LINE_WHOLE, LINE_END, LINE_CUT, LINE_TOO_LONG };

/* The next line, NUL at its end, without line end. */
static enum line next_line(struct reader *r, char **line)
{
    for (;;) {
        char *start = r->buffer + r->at;
        char *stop = memchr(start, '\n', r->end - r->at);
        if (stop != NULL) {
            *stop = '\0';
            if (stop > start && stop[-1] == '\r')
                stop[-1] = '\0';
            *line = start;
            r->at = (size_t)(stop - r->buffer) + 1;
            r->line++;
            return LINE_WHOLE;
        }
        if (r->end - r->at > LINE_MAX_BYTES)
            return LINE_TOO_LONG;
        if (r->at_end) {
            r->line++;
            return r->at < r->end || byte_input_problem(r->in) != NULL
                       ? LINE_CUT
                       : LINE_END;
        }
        memmove(r->buffer, start, r->end - r->at);
        r->end -= r->at;
        r->at = 0;
        size_t room = BUFFER_BYTES - r->end;
        size_t got = byte_input_read(r->in, r->buffer + r->end, room);
        r->at_end = got < room;
        r->end += got;
    }
}

/* False: not exactly `count` fields. */
static bool split(char *line, char **fields, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        fields[i] = line;
        char *comma = strchr(line, ',');
        if ((comma == NULL) != (i + 1 == count))
            return false;
        if (comma != NULL) {
            *comma = '\0';
            line = comma + 1;
        }
    }
    return true;
}

static bool read_number(const char *text, uint64_t *value)
{
    *value = 0;
    if (*text == '\0')
        return false;
    for (; *text != '\0'; text++) {
        uint32_t digit = (uint32_t)*text - '0';
        if (digit > 9 || *value > (UINT64_MAX - digit) / 10)
            return false;
        *value = 10 * *value + digit;
    }
    return true;
}

/* Runs and streams */

/* True if lines of this run are wanted. */
static bool take_run(struct reader *r, const char *name)
{
    uint32_t i = r->last_run;
    if (i >= r->run_count || strcmp(r->runs[i], name) != 0)
        for (i = 0; i < r->run_count && strcmp(r->runs[i], name) != 0;)
            i++;
    if (i == r->run_count) {
        r->runs[r->run_count++] = arena_strdup(r->arena, name);
        r->runs = arena_grow(r->arena, r->runs, r->run_count, sizeof *r->runs);
    }
    r->last_run = i;
    if (r->run == NULL)
        r->run = r->runs[i];
    bool wanted = strcmp(r->run, name) == 0;
    r->run_is_found = r->run_is_found || wanted;
    return wanted;
}

static uint32_t bucket_of(const char *name)
{
    uint32_t hash = 2166136261U; /* FNV-1a */
    for (; *name != '\0'; name++)
        hash = (hash ^ (uint8_t)*name) * 16777619U;
    return hash % BUCKETS;
}

static struct stream *stream_called(struct reader *r, const char *name)
{
    if (r->last != 0 && strcmp(r->streams[r->last].name, name) == 0)
        return &r->streams[r->last];
    uint32_t bucket = bucket_of(name), i = r->buckets[bucket];
    while (i != 0 && strcmp(r->streams[i].name, name) != 0)
        i = r->streams[i].next;
    if (i == 0) {
        r->streams =
            arena_grow(r->arena, r->streams, r->count + 1, sizeof *r->streams);
        i = ++r->count;
        r->streams[i] = (struct stream){ .name = arena_strdup(r->arena, name),
                                         .next = r->buckets[bucket] };
        r->buckets[bucket] = i;
    }
    r->last = i;
    return &r->streams[i];
}

/* One line.  False: said why. */
static bool take_line(struct reader *r, char *line)
{
    char *fields[FIELDS_MAX];
    uint32_t skip = r->has_runs ? 1 : 0;
    uint64_t index, cycle;
    if (!split(line, fields, 4 + skip)) {
        diag_error(r->diag, here(r), DIAG_TRACE_SYNTAX,
                   "the line does not have %" PRIu32 " fields, '%s'", 4 + skip,
                   r->has_runs ? head_runs : head_plain);
        return false;
    }
    const char *name = fields[skip], *event = fields[skip + 1];
    const char *letters = r->has_runs ? "WIRO" : "wwrr";
    const char *letter = *event == '\0' ? NULL : strchr(letters, *event);
    if (letter == NULL || event[1] != '\0' || *name == '\0') {
        diag_error(r->diag, here(r), DIAG_TRACE_SYNTAX,
                   *name == '\0' ? "the stream has no name"
                                 : "the event is '%.20s', not %s",
                   event, r->has_runs ? "W, R, I or O" : "w or r");
        return false;
    }
    if (!read_number(fields[skip + 2], &index) ||
        !read_number(fields[skip + 3], &cycle)) {
        diag_error(r->diag, here(r), DIAG_TRACE_SYNTAX,
                   "token '%.24s' in cycle '%.24s': not whole numbers below "
                   "2^64",
                   fields[skip + 2], fields[skip + 3]);
        return false;
    }
    if (r->has_runs && !take_run(r, fields[0])) {
        if (r->run_count <= RUNS_MAX)
            return true;
        diag_error(r->diag, here(r), DIAG_TRACE_SYNTAX,
                   "'%.24s' is run %" PRIu32 ": a file has at most %d",
                   fields[0], r->run_count, RUNS_MAX);
        return false;
    }
    struct stream *s = stream_called(r, name);
    struct cycle_list *l = letter - letters < 2 ? &s->writes : &s->reads;
    if (index != l->count) {
        diag_error(r->diag, here(r), DIAG_TRACE_TOKEN,
                   "token %" PRIu64 " of '%s' follows token %" PRId64
                   ": the index must count from 0 without gaps",
                   index, s->name, (int64_t)l->count - 1);
        return false;
    }
    if (l->count > 0 && cycle <= l->cycles[l->count - 1]) {
        diag_error(r->diag, here(r), DIAG_TRACE_TOKEN,
                   "token %" PRIu64 " of '%s' is in cycle %" PRIu64
                   ", the one before it in %" PRIu64 ": cycles must rise",
                   index, s->name, cycle, l->cycles[l->count - 1]);
        return false;
    }
    cycle_list_add(l, r->arena, cycle);
    return true;
}

static struct recording *finish(struct reader *r)
{
    struct recording *out = arena_new_item(r->arena, struct recording);
    out->run = r->run;
    out->runs = r->runs;
    out->run_count = r->run_count;
    out->stream_count = r->count;
    out->streams = arena_new_array(r->arena, struct token_times, r->count);
    out->sources = arena_new_array(r->arena, struct stream_source, r->count);
    for (uint32_t i = 0; i < r->count; i++) {
        const struct stream *s = &r->streams[i + 1];
        out->streams[i] =
            (struct token_times){ s->name, s->writes.count, s->reads.count,
                                  s->writes.cycles, s->reads.cycles };
        out->sources[i] =
            (struct stream_source){ STREAM_UNTOLD, NO_CLOCK, NO_CLOCK };
    }
    return out;
}

static bool read_head(struct reader *r)
{
    char *line;
    enum line status = next_line(r, &line);
    if (status == LINE_WHOLE) {
        r->has_runs = strcmp(line, head_runs) == 0;
        if (r->has_runs || strcmp(line, head_plain) == 0)
            return true;
    }
    diag_error(r->diag, here(r), DIAG_TRACE_SYNTAX,
               "the first line is neither '%s' nor '%s'", head_plain,
               head_runs);
    return false;
}

static struct recording *read_all(struct reader *r)
{
    const char *wanted = r->run;
    char *line;
    enum line status;
    if (!read_head(r))
        return NULL;
    while ((status = next_line(r, &line)) == LINE_WHOLE)
        if (!take_line(r, line))
            return NULL;
    if (status == LINE_TOO_LONG) {
        diag_error(r->diag, here(r), DIAG_TRACE_SYNTAX,
                   "the line has more than %d bytes", LINE_MAX_BYTES);
        return NULL;
    }
    const char *problem = byte_input_problem(r->in);
    if (byte_input_is_damaged(r->in)) {
        diag_error(r->diag, here(r), DIAG_TRACE_SYNTAX, "the file %s", problem);
        return NULL;
    }
    if (status == LINE_CUT) {
        diag_warning(r->diag, here(r), DIAG_TRACE_CUT,
                     "the file %s; the whole lines before are used",
                     problem != NULL ? problem : "ends within a line");
    }
    if (wanted != NULL && !r->run_is_found) {
        diag_error(r->diag, (struct place){ r->path, 0, 0 }, DIAG_TRACE_SIGNAL,
                   "there is no run '%s'", wanted);
        const char *near =
            r->run_count == 0 ? NULL : nearest_word(r->runs, wanted);
        if (near != NULL)
            diag_hint(r->diag, "did you mean '%s'?", near);
        return NULL;
    }
    struct recording *out = finish(r);
    out->is_truncated = status == LINE_CUT;
    return out;
}

bool events_begin(const char *bytes, size_t count)
{
    size_t plain = sizeof head_plain - 1, runs = sizeof head_runs - 1;
    return (count >= plain && memcmp(bytes, head_plain, plain) == 0) ||
           (count >= runs && memcmp(bytes, head_runs, runs) == 0);
}

struct recording *events_read(struct arena *a, const char *path,
                              const char *run, struct diag *d)
{
    struct reader *r = arena_new_item(a, struct reader);
    r->arena = a;
    r->diag = d;
    r->path = path;
    r->run = run;
    r->in = byte_input_open(a, path, d);
    if (r->in == NULL)
        return NULL;
    r->buffer = arena_new_array(a, char, BUFFER_BYTES);
    r->runs = arena_grow(a, NULL, 0, sizeof *r->runs);
    r->streams = arena_grow(a, NULL, 0, sizeof *r->streams);
    struct recording *out = read_all(r);
    byte_input_close(r->in);
    return out;
}
