#include "traces/signal_lookup.h"

#include "base/arena.h"
#include "base/nearest.h"
#include "traces/plan.h"
#include "traces/waveform.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* True if `name` ends with the `length` bytes of `end`, after a '.'. */
static bool ends_at_scope(const char *name, const char *end, size_t length)
{
    size_t n = strlen(name);
    return n >= length && memcmp(name + n - length, end, length) == 0 &&
           (n == length || name[n - length - 1] == '.');
}

enum found { FOUND_NONE, FOUND_ONE, FOUND_SEVERAL };

static enum found find(const struct waveform *w, const char *scope,
                       const char *name, size_t length, uint32_t *signal)
{
    int64_t whole = waveform_find(w, name, length);
    if (whole == WAVEFORM_NONE && scope != NULL) {
        struct arena *a = arena_new();
        const char *path = arena_printf(a, "%s.%.*s", scope, (int)length, name);
        whole = waveform_find(w, path, strlen(path));
        arena_free(a);
    }
    if (whole != WAVEFORM_NONE) {
        *signal = (uint32_t)whole;
        return FOUND_ONE;
    }
    enum found result = FOUND_NONE;
    for (uint32_t i = 0; i < w->count; i++) {
        const struct signal *s = &w->signals[i];
        if (!ends_at_scope(s->name, name, length))
            continue;
        const struct signal *old = &w->signals[*signal];
        if (result == FOUND_NONE || s->depth < old->depth) {
            *signal = i;
            result = FOUND_ONE;
        } else if (s->depth == old->depth && s->code != old->code) {
            result = FOUND_SEVERAL;
        }
    }
    return result;
}

/* The last `parts` names of the first `length` bytes of a path. */
static const char *path_end(struct arena *a, const char *path, size_t length,
                            uint32_t parts)
{
    size_t at = length;
    while (at > 0 && (path[at - 1] != '.' || --parts > 0))
        at--;
    return arena_printf(a, "%.*s", (int)(length - at), path + at);
}

static uint32_t parts_of(const char *name)
{
    uint32_t parts = 1;
    for (; *name != '\0'; name++)
        parts += *name == '.';
    return parts;
}

/* Hints at those that are spelt like `name`; a NULL behind the `count` words,
 * which are lost. */
static void hint_near(const char **words, uint32_t count, const char *name,
                      struct diag *d)
{
    enum { NEAR_MAX = 3 };
    for (int n = 0; n < NEAR_MAX; n++) {
        const char *near = nearest_word(words, name);
        if (near == NULL)
            break;
        diag_hint(d, n == 0 ? "did you mean '%s'?" : "or '%s'?", near);
        uint32_t kept = 0;
        for (uint32_t i = 0; i < count; i++)
            if (strcmp(words[i], near) != 0)
                words[kept++] = words[i];
        words[count = kept] = NULL;
    }
}

/* Ends of paths with as many scopes. */
static void hint_signals(const struct waveform *w, const char *name,
                         struct diag *d)
{
    struct arena *a = arena_new();
    const char **words = arena_new_array(a, const char *, w->count + 1U);
    for (uint32_t i = 0; i < w->count; i++) {
        const char *path = w->signals[i].name;
        words[i] = path_end(a, path, strlen(path), parts_of(name));
    }
    hint_near(words, w->count, name, d);
    arena_free(a);
}

/* The same of scopes, and of those around them. */
static void hint_scopes(const struct waveform *w, const char *name,
                        struct diag *d)
{
    struct arena *a = arena_new();
    const char **words = arena_grow(a, NULL, 0, sizeof *words);
    const char *before = "";
    size_t length_before = 0;
    uint32_t count = 0;
    for (uint32_t i = 0; i < w->count; i++) {
        const char *path = w->signals[i].name;
        size_t length = waveform_scope_length(path);
        /* Signals of a scope follow each other. */
        if (length == length_before && memcmp(path, before, length) == 0)
            continue;
        for (size_t end = length; end > 0;) {
            words[count++] = path_end(a, path, end, parts_of(name));
            words = arena_grow(a, words, count, sizeof *words);
            while (end > 0 && path[--end] != '.')
                continue;
        }
        before = path;
        length_before = length;
    }
    hint_near(words, count, name, d);
    arena_free(a);
}

/* The bit called [index] of a signal. */
static bool bit_of(const struct signal *s, int64_t index, uint32_t *from_right)
{
    int64_t from_left = s->upwards ? index - s->left : s->left - index;
    if (from_left < 0 || from_left >= (int64_t)s->bits)
        return false;
    *from_right = (uint32_t)(s->bits - 1 - from_left);
    return true;
}

/* The length of "name" in "name[3]"; 0: there is no index. */
static size_t split_index(const char *name, int64_t *index)
{
    enum { DIGITS_MAX = 9 };
    const char *bracket = strrchr(name, '[');
    if (bracket == NULL || bracket == name)
        return 0;
    size_t digits = strspn(bracket + 1, "0123456789");
    if (digits == 0 || digits > DIGITS_MAX ||
        strcmp(bracket + 1 + digits, "]") != 0)
        return 0;
    *index = strtol(bracket + 1, NULL, 10);
    return (size_t)(bracket - name);
}

bool lookup_bit(const struct waveform *w, const char *scope, const char *text,
                struct net_bit *bit, struct place where, struct diag *d)
{
    const char *name = text + (text[0] == '!');
    int64_t index = 0;
    uint32_t signal = 0, from_right = 0;
    enum found found = find(w, scope, name, strlen(name), &signal);
    if (found == FOUND_ONE && w->signals[signal].bits != 1) {
        diag_error(d, where, DIAG_TRACE_SIGNAL,
                   "'%s' has %" PRIu32 " bits, one is needed", name,
                   w->signals[signal].bits);
        diag_hint(d, "'%s[0]' is one of them", name);
        return false;
    }
    size_t length = split_index(name, &index);
    if (found == FOUND_NONE && length > 0) {
        found = find(w, scope, name, length, &signal);
        if (found == FOUND_ONE &&
            !bit_of(&w->signals[signal], index, &from_right)) {
            diag_error(d, where, DIAG_TRACE_SIGNAL, "'%s' has no bit %" PRId64,
                       w->signals[signal].name, index);
            return false;
        }
    }
    if (found == FOUND_ONE) {
        *bit = (struct net_bit){ .signal = signal,
                                 .from_right = from_right,
                                 .inverted = text[0] == '!' };
        return true;
    }
    diag_error(d, where, DIAG_TRACE_SIGNAL,
               found == FOUND_NONE ? "there is no signal '%s'"
                                   : "there are several signals '%s'",
               name);
    if (found == FOUND_NONE)
        hint_signals(w, name, d);
    else
        diag_hint(d, "name it with its scopes");
    return false;
}

const char *lookup_scope(struct arena *a, const struct waveform *w,
                         const char *name, struct place where, struct diag *d)
{
    const char *best = NULL;
    size_t best_length = 0, length = strlen(name);
    for (uint32_t i = 0; i < w->count && length > 0; i++) {
        const char *path = w->signals[i].name;
        for (const char *at = path; (at = strstr(at, name)) != NULL; at++) {
            size_t end = (size_t)(at - path) + length;
            if (path[end] != '.' || (at != path && at[-1] != '.'))
                continue;
            if (best == NULL || end < best_length) {
                best = path;
                best_length = end;
            }
        }
    }
    if (best != NULL)
        return arena_printf(a, "%.*s", (int)best_length, best);
    diag_error(d, where, DIAG_TRACE_SIGNAL, "there is no scope '%s'", name);
    hint_scopes(w, name, d);
    return NULL;
}
