#include "traces/pair_file.h"

#include "base/arena.h"
#include "base/json.h"
#include "base/nearest.h"

#include <string.h>

static uint32_t find(const struct pair_names *n, const char *name)
{
    for (uint32_t i = 0; i < n->count; i++)
        if (strcmp(n->names[i], name) == 0)
            return i;
    return PAIR_NONE;
}

/* The place of a key is not that of its value. */
static bool need(struct arena *a, const struct pair_names *n, const char *name,
                 const char *side, struct place where, struct diag *d,
                 uint32_t *index)
{
    *index = find(n, name);
    if (*index == PAIR_NONE) {
        const char **words =
            arena_new_array(a, const char *, (size_t)n->count + 1);
        for (uint32_t i = 0; i < n->count; i++)
            words[i] = n->names[i];
        diag_error(d, where, DIAG_NAME, "%s has no stream '%s'", side, name);
        const char *nearest = nearest_word(words, name);
        if (nearest != NULL)
            diag_hint(d, "did you mean '%s'?", nearest);
        return false;
    }
    if (n->partner[*index] != PAIR_NONE) {
        diag_error(d, where, DIAG_NAME, "stream '%s' of %s is paired twice",
                   name, side);
        return false;
    }
    return true;
}

bool pair_file_read(struct arena *a, const char *path, struct pair_names *left,
                    struct pair_names *right, struct diag *d)
{
    struct json root = json_load(a, path, d);
    if (!json_exists(root) || !json_is_object(root))
        return false;
    struct json streams = json_need(root, "streams");
    if (!json_exists(streams) || !json_no_more_keys(root) ||
        !json_is_object(streams))
        return false;
    bool fine = true;
    for (size_t i = 0; i < json_length(streams); i++) {
        struct json j = json_at(streams, i);
        uint32_t l, r;
        json_mark_known(j);
        const char *name = json_read_string(j);
        bool found = name != NULL &&
                     need(a, left, json_key(j), "A", json_key_place(j), d, &l);
        if (!found || !need(a, right, name, "B", json_place(j), d, &r)) {
            fine = false;
            continue;
        }
        left->partner[l] = r;
        right->partner[r] = l;
    }
    return fine;
}
