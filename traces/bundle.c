#include "traces/bundle.h"

#include "base/arena.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static const char mark[] = "_data_0";

struct named {
    const char *name;
    uint32_t index;
};

static int name_order(const void *left, const void *right)
{
    const struct named *a = left, *b = right;
    return strcmp(a->name, b->name);
}

/* Where the mark of a first channel is; NULL: it is none. */
static const char *first_channel(const char *name)
{
    const char *at = strstr(name, mark);
    if (at == NULL)
        return NULL;
    char behind = at[sizeof mark - 1];
    return behind == '\0' || behind == '_' ? at : NULL;
}

/* The name of another channel beside `name`, which is the first one. */
static const char *channel_name(struct arena *a, const char *name,
                                const char *at, uint32_t channel)
{
    size_t before = (size_t)(at - name) + sizeof mark - 2;
    return arena_printf(a, "%.*s%" PRIu32 "%s", (int)before, name, channel,
                        at + sizeof mark - 1);
}

const struct bundle *bundles_of(struct arena *a, const char *const *names,
                                uint32_t name_count, uint32_t *count)
{
    struct bundle *bundles = NULL;
    bool *taken = arena_new_array(a, bool, name_count);
    struct named *sorted = arena_new_array(a, struct named, name_count);
    *count = 0;
    for (uint32_t i = 0; i < name_count; i++)
        sorted[i] = (struct named){ names[i], i };
    if (name_count > 0)
        qsort(sorted, name_count, sizeof *sorted, name_order);
    for (uint32_t i = 0; i < name_count; i++) {
        const char *at = first_channel(names[i]);
        if (at == NULL || taken[i])
            continue;
        uint32_t *members = arena_grow(a, NULL, 0, sizeof *members);
        uint32_t channels = 1;
        members[0] = i;
        for (;;) {
            struct named key = { channel_name(a, names[i], at, channels), 0 };
            const struct named *found =
                bsearch(&key, sorted, name_count, sizeof *sorted, name_order);
            if (found == NULL || taken[found->index])
                break;
            members = arena_grow(a, members, channels, sizeof *members);
            members[channels++] = found->index;
        }
        if (channels < 2)
            continue;
        bundles = arena_grow(a, bundles, *count, sizeof *bundles);
        bundles[(*count)++] = (struct bundle){ channels, members };
        for (uint32_t k = 0; k < channels; k++)
            taken[members[k]] = true;
    }
    return bundles;
}
