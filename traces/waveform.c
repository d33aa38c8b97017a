#include "traces/waveform.h"

#include "base/arena.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { DEPTH_MAX = 1024 };

struct waveform_scopes {
    struct waveform *waveform;
    char path[WAVEFORM_NAME_MAX]; /* of the scope, with a '.' at the end */
    uint32_t lengths[DEPTH_MAX];  /* of the paths around it */
    uint32_t depth, length;
};

struct waveform_scopes *waveform_scopes_new(struct waveform *w)
{
    struct waveform_scopes *s =
        arena_new_item(w->arena, struct waveform_scopes);
    s->waveform = w;
    return s;
}

bool waveform_scopes_enter(struct waveform_scopes *s, const char *name,
                           size_t length)
{
    if (s->depth == DEPTH_MAX || length >= sizeof s->path - s->length - 1)
        return false;
    s->lengths[s->depth++] = s->length;
    memcpy(s->path + s->length, name, length);
    s->length += (uint32_t)length;
    s->path[s->length++] = '.';
    return true;
}

bool waveform_scopes_leave(struct waveform_scopes *s)
{
    if (s->depth == 0)
        return false;
    s->length = s->lengths[--s->depth];
    return true;
}

/* Reads a whole number; NULL: there is none. */
static const char *read_index(const char *at, const char *end, int32_t *value)
{
    bool negative = at < end && *at == '-';
    int32_t v = 0;
    const char *first = at += negative;
    for (; at < end && *at >= '0' && *at <= '9' && v < INT32_MAX / 16; at++)
        v = 10 * v + (*at - '0');
    *value = negative ? -v : v;
    return at == first ? NULL : at;
}

/* The length of the name without its range "[left:right]" and the blanks in
 * front of it; a name without one is as long as before. */
static size_t cut_range(const char *name, size_t length, int32_t *left,
                        int32_t *right)
{
    const char *end = name + length, *at = end;
    int32_t first, last;
    if (length == 0 || end[-1] != ']')
        return length;
    while (at > name && *at != '[')
        at--;
    if (at == name)
        return length;
    const char *next = read_index(at + 1, end, &first);
    if (next == NULL || *next != ':')
        return length;
    next = read_index(next + 1, end, &last);
    if (next == NULL || next + 1 != end)
        return length;
    *left = first;
    *right = last;
    while (at > name && at[-1] == ' ')
        at--;
    return (size_t)(at - name);
}

/* "lane [3]" is the element lane[3]. */
static size_t drop_blanks(char *name, size_t length)
{
    size_t kept = 0;
    for (size_t i = 0; i < length; i++)
        if (name[i] != ' ')
            name[kept++] = name[i];
    name[kept] = '\0';
    return kept;
}

bool waveform_scopes_signal(struct waveform_scopes *s, const char *name,
                            size_t length, uint64_t code, uint64_t bits)
{
    struct waveform *w = s->waveform;
    if (length >= sizeof s->path - s->length || bits > WAVEFORM_BITS_MAX ||
        w->count == INT32_MAX)
        return false;
    struct signal signal = { .code = code,
                             .bits = (uint32_t)bits,
                             .depth = (uint16_t)s->depth };
    int32_t left = bits == 0 ? 0 : (int32_t)bits - 1, right = 0;
    length = cut_range(name, length, &left, &right);
    signal.left = left;
    signal.upwards = left < right;
    char *whole = arena_new_array(w->arena, char, s->length + length + 1);
    memcpy(whole, s->path, s->length);
    memcpy(whole + s->length, name, length);
    drop_blanks(whole + s->length, length);
    signal.name = whole;
    w->signals = arena_grow(w->arena, w->signals, w->count, sizeof *w->signals);
    w->signals[w->count++] = signal;
    return true;
}

static int by_name(const void *a, const void *b)
{
    const struct signal *left = a, *right = b;
    int order = strcmp(left->name, right->name);
    if (order != 0)
        return order;
    return left->code < right->code ? -1 : left->code > right->code;
}

void waveform_scopes_end(struct waveform_scopes *s)
{
    struct waveform *w = s->waveform;
    if (w->count > 0)
        qsort(w->signals, w->count, sizeof *w->signals, by_name);
}

/* strcmp of a name with one that is given by its length. */
static int compare_name(const char *name, const char *wanted, size_t length)
{
    int order = strncmp(name, wanted, length);
    return order != 0 ? order : name[length] != '\0';
}

int64_t waveform_find(const struct waveform *w, const char *name, size_t length)
{
    uint32_t low = 0, high = w->count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (compare_name(w->signals[middle].name, name, length) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    bool found =
        low < w->count && compare_name(w->signals[low].name, name, length) == 0;
    return found ? (int64_t)low : WAVEFORM_NONE;
}

int64_t waveform_find_in(const struct waveform *w, const char *path,
                         size_t scope_length, const char *leaf)
{
    char name[WAVEFORM_NAME_MAX];
    size_t length = strlen(leaf), start = 0;
    if (length + scope_length + 2 > sizeof name)
        return WAVEFORM_NONE;
    if (scope_length > 0) {
        memcpy(name, path, scope_length);
        name[scope_length] = '.';
        start = scope_length + 1;
    }
    memcpy(name + start, leaf, length + 1);
    return waveform_find(w, name, start + length);
}

bool waveform_is_within(const char *name, const char *scope)
{
    size_t length = scope == NULL ? 0 : strlen(scope);
    return length == 0 ||
           (strncmp(name, scope, length) == 0 && name[length] == '.');
}

size_t waveform_scope_length(const char *name)
{
    const char *dot = strrchr(name, '.');
    return dot == NULL ? 0 : (size_t)(dot - name);
}

uint64_t waveform_unit_fs(int exponent, uint32_t factor)
{
    enum { FS = -15, SECONDS = 0 };
    if (exponent < FS || exponent > SECONDS ||
        (factor != 1 && factor != 10 && factor != 100))
        return 0;
    uint64_t unit = factor;
    for (int i = FS; i < exponent; i++)
        unit *= 10;
    return unit;
}
