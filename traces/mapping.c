#include "traces/mapping.h"

#include "base/arena.h"
#include "base/diag.h"
#include "base/json.h"
#include "traces/signal_lookup.h"
#include "traces/plan.h"
#include "traces/waveform.h"

#include <inttypes.h>
#include <string.h>

struct reader {
    struct plan *plan;
    struct diag *diag;
    const char *scope;         /* whole path; NULL: none */
    const char *clock, *reset; /* of the file; NULL: none */
};

/* The letters for '*'; NULL: the entry has none. */
struct star {
    const char *text;
    size_t length;
};

/* `pattern` with its '*' replaced; the arena's. */
static const char *fill(const struct reader *r, const char *pattern,
                        const struct star *star)
{
    const char *at = star->text == NULL ? NULL : strchr(pattern, '*');
    if (at == NULL)
        return pattern;
    return arena_printf(r->plan->arena, "%.*s%.*s%s", (int)(at - pattern),
                        pattern, (int)star->length, star->text, at + 1);
}

bool mapping_reset(const struct plan *p, const char *scope, const char *reset,
                   const struct place *where, struct net_bit *bit,
                   struct diag *d)
{
    if (!lookup_bit(p->waveform, scope, reset, bit, *where, d))
        return false;
    const char *name = p->waveform->signals[bit->signal].name;
    size_t from = waveform_scope_length(name);
    if (plan_reset_is_low(name + from + (from > 0)))
        bit->inverted = true;
    return true;
}

bool mapping_clock(struct plan *p, const char *scope, const char *clock,
                   const char *reset, const struct place *where,
                   uint32_t *index, struct diag *d)
{
    struct clock_plan c = { .has_reset = reset != NULL };
    if (!lookup_bit(p->waveform, scope, clock, &c.clock, *where, d))
        return false;
    const char *path = p->waveform->signals[c.clock.signal].name;
    size_t length = waveform_scope_length(path);
    if (reset == NULL)
        c.has_reset = plan_reset_of_scope(p, path, length, &c.reset);
    else if (!mapping_reset(p, scope, reset, where, &c.reset, d))
        return false;
    *index = plan_add_clock(p, &c);
    return true;
}

static const char *optional_string(struct json object, const char *key,
                                   bool *fine)
{
    struct json j = json_get(object, key);
    if (!json_exists(j))
        return NULL;
    const char *s = json_read_string(j);
    *fine = *fine && s != NULL;
    return s;
}

/* The clock of a side: its own, else that of the file, else by name. */
static bool side_clock(const struct reader *r, struct json where,
                       const char *clock, const char *reset,
                       const struct condition *side, uint32_t *index)
{
    struct place place = json_place(where);
    const char *path = r->plan->waveform->signals[side->bits[0].signal].name;
    if (clock == NULL) {
        clock = r->clock;
        reset = reset == NULL ? r->reset : reset;
    }
    if (clock != NULL)
        return mapping_clock(r->plan, r->scope, clock, reset, &place, index,
                             r->diag);
    *index = plan_clock_of_scope(r->plan, path, waveform_scope_length(path));
    if (*index != NO_CLOCK)
        return true;
    json_error(where, DIAG_TRACE_CLOCK,
               "no clock is found by its name around '%s'", path);
    diag_hint(r->diag, "name it with 'clock'");
    return false;
}

static bool read_bit(const struct reader *r, struct json j,
                     const struct star *star, struct condition *side)
{
    const char *text = json_read_string(j);
    return text != NULL &&
           lookup_bit(r->plan->waveform, r->scope, fill(r, text, star),
                      &side->bits[side->count++], json_place(j), r->diag);
}

/* One name or an array of them. */
static bool read_side(const struct reader *r, struct json j,
                      const struct star *star, struct condition *side)
{
    if (json_kind(j) != JSON_ARRAY)
        return read_bit(r, j, star, side);
    if (!json_is_array(j, 1, CONDITION_BITS_MAX))
        return false;
    for (size_t i = 0; i < json_length(j); i++)
        if (!read_bit(r, json_at(j, i), star, side))
            return false;
    return true;
}

static bool read_stream(const struct reader *r, struct json j,
                        const struct star *star)
{
    struct stream_plan s = { .kind = STREAM_MAPPED,
                             .write_clock = NO_CLOCK,
                             .read_clock = NO_CLOCK };
    bool fine = true;
    const char *name = json_read_string(json_need(j, "name"));
    struct json point = json_get(j, "handshake");
    struct json write = json_get(j, "write"), read = json_get(j, "read");
    const char *clock = optional_string(j, "clock", &fine);
    const char *reset = optional_string(j, "reset", &fine);
    const char *read_clock = optional_string(j, "read_clock", &fine);
    const char *read_reset = optional_string(j, "read_reset", &fine);
    if (name == NULL || !json_no_more_keys(j) || !fine)
        return false;
    s.name = s.path = fill(r, name, star);
    s.is_point = json_exists(point);
    if (s.is_point ? json_exists(write) || json_exists(read)
                   : !json_exists(write) && !json_exists(read)) {
        json_error(j, DIAG_JSON_MISSING,
                   "stream '%s' needs 'handshake', or 'write' or 'read'", name);
        return false;
    }
    if (s.is_point)
        write = point;
    if (json_exists(write) &&
        (!read_side(r, write, star, &s.write) ||
         !side_clock(r, write, clock, reset, &s.write, &s.write_clock)))
        return false;
    if (read_clock == NULL) {
        read_clock = clock;
        read_reset = read_reset == NULL ? reset : read_reset;
    }
    if (json_exists(read) &&
        (!read_side(r, read, star, &s.read) ||
         !side_clock(r, read, read_clock, read_reset, &s.read, &s.read_clock)))
        return false;
    if (s.is_point)
        s.read_clock = s.write_clock;
    for (uint32_t i = 0; i < r->plan->stream_count; i++)
        if (strcmp(r->plan->streams[i].name, s.name) == 0) {
            json_error(j, DIAG_NAME, "stream '%s' is there twice", s.name);
            return false;
        }
    plan_add_stream(r->plan, &s);
    return true;
}

/* Matches the end of a path, from a scope on, against a pattern with one
 * '*', which stands for letters without '.'. */
static bool matches(const char *path, const char *pattern, struct star *star)
{
    const char *at = strchr(pattern, '*');
    size_t before = (size_t)(at - pattern), after = strlen(at + 1);
    size_t length = strlen(path);
    if (length < before + after ||
        memcmp(path + length - after, at + 1, after) != 0)
        return false;
    size_t end = length - after, start = end;
    while (start > 0 && path[start - 1] != '.')
        start--;
    /* The letters in front of '*' in the same name, then the scopes. */
    const char *leaf = at;
    while (leaf > pattern && leaf[-1] != '.')
        leaf--;
    size_t own = (size_t)(at - leaf), scopes = before - own;
    if (end - start <= own || memcmp(path + start, leaf, own) != 0 ||
        start < scopes || memcmp(path + start - scopes, pattern, scopes) != 0 ||
        (start > scopes && path[start - scopes - 1] != '.'))
        return false;
    *star = (struct star){ path + start + own, end - start - own };
    return true;
}

static const char *first_signal(struct json entry)
{
    static const char *const sides[] = { "handshake", "write", "read" };
    for (size_t i = 0; i < sizeof sides / sizeof *sides; i++) {
        struct json j = json_get(entry, sides[i]);
        if (json_exists(j) && json_kind(j) == JSON_ARRAY)
            j = json_length(j) > 0 ? json_at(j, 0) : (struct json){ 0 };
        if (json_exists(j) && json_kind(j) == JSON_STRING)
            return json_read_string(j);
    }
    return NULL;
}

static bool read_streams(const struct reader *r, struct json entry)
{
    const struct star none = { NULL, 0 };
    if (!json_is_object(entry))
        return false;
    const char *pattern = first_signal(entry);
    if (pattern == NULL || strchr(pattern, '*') == NULL)
        return read_stream(r, entry, &none);
    const struct waveform *w = r->plan->waveform;
    uint32_t count = 0;
    for (uint32_t i = 0; i < w->count; i++) {
        struct star star;
        if (!waveform_is_within(w->signals[i].name, r->scope) ||
            !matches(w->signals[i].name, pattern + (pattern[0] == '!'), &star))
            continue;
        count++;
        if (!read_stream(r, entry, &star))
            return false;
    }
    if (count == 0)
        json_error(entry, DIAG_TRACE_SIGNAL, "no signal is like '%s'", pattern);
    return count > 0;
}

static bool read_process(const struct reader *r, struct json j)
{
    const struct star none = { NULL, 0 };
    struct process_plan p = { 0 };
    bool fine = json_is_object(j);
    const char *name = fine ? json_read_string(json_need(j, "name")) : NULL;
    if (name == NULL)
        return false;
    struct json start = json_need(j, "start"), ready = json_need(j, "ready"),
                done = json_need(j, "done"), go_on = json_get(j, "continue");
    const char *clock = optional_string(j, "clock", &fine);
    const char *reset = optional_string(j, "reset", &fine);
    if (!fine || !json_exists(start) || !json_exists(ready) ||
        !json_exists(done) || !json_no_more_keys(j) ||
        !read_bit(r, start, &none, &p.start) ||
        !read_bit(r, ready, &none, &p.ready) ||
        !read_bit(r, done, &none, &p.done) ||
        (json_exists(go_on) && !read_bit(r, go_on, &none, &p.go_on)) ||
        !side_clock(r, start, clock, reset, &p.start, &p.clock))
        return false;
    p.name = p.path = name;
    for (uint32_t i = 0; i < r->plan->process_count; i++)
        if (strcmp(r->plan->processes[i].name, name) == 0) {
            json_error(j, DIAG_NAME, "process '%s' is there twice", name);
            return false;
        }
    plan_add_process(r->plan, &p);
    return true;
}

static bool read_list(const struct reader *r, struct json list,
                      bool (*read)(const struct reader *, struct json))
{
    bool fine = true;
    if (!json_exists(list))
        return true;
    if (!json_is_array(list, 0, UINT32_MAX))
        return false;
    for (size_t i = 0; i < json_length(list); i++)
        fine = read(r, json_at(list, i)) && fine;
    return fine;
}

bool mapping_read(struct plan *p, const char *path,
                  struct mapping_result *result, struct diag *d)
{
    struct reader r = { .plan = p, .diag = d };
    struct json root = json_load(p->arena, path, d);
    bool fine = true;
    if (!json_exists(root) || !json_is_object(root))
        return false;
    struct json streams = json_get(root, "streams");
    struct json processes = json_get(root, "processes");
    struct json automatic = json_get(root, "automatic");
    const char *scope = optional_string(root, "scope", &fine);
    r.clock = optional_string(root, "clock", &fine);
    r.reset = optional_string(root, "reset", &fine);
    struct place clock_place = json_place(json_get(root, "clock"));
    struct place scope_place = json_place(json_get(root, "scope"));
    *result = (struct mapping_result){ .clock = NO_CLOCK };
    result->automatic = !json_exists(streams) && !json_exists(processes);
    if (json_exists(automatic))
        fine = json_read_bool(automatic, &result->automatic) && fine;
    if (!json_no_more_keys(root) || !fine)
        return false;
    if (scope != NULL && (r.scope = lookup_scope(p->arena, p->waveform, scope,
                                                 scope_place, d)) == NULL)
        return false;
    result->scope = r.scope;
    if (r.clock != NULL && !mapping_clock(p, r.scope, r.clock, r.reset,
                                          &clock_place, &result->clock, d))
        return false;
    return read_list(&r, streams, read_streams) &&
           read_list(&r, processes, read_process);
}
