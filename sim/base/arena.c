#include "base/arena.h"

#include <assert.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ALIGNMENT = _Alignof(max_align_t) };

_Noreturn static void out_of_memory(size_t count, size_t size)
{
    fprintf(stderr, "headrace: out of memory (%zu items of %zu bytes)\n", count,
            size);
    abort();
}

static void *zeroed(size_t count, size_t size)
{
    void *p = calloc(count == 0 ? 1 : count, size == 0 ? 1 : size);
    if (p == NULL)
        out_of_memory(count, size);
    return p;
}

#ifdef HEADRACE_ARENA_DEBUG

/* Every item is an allocation of its own; the arena only remembers them. */
struct arena {
    size_t used;
    size_t count, room; /* of items */
    void **items;
};

static void *take(struct arena *a, size_t bytes)
{
    if (a->count == a->room) {
        size_t room = a->room == 0 ? 64 : 2 * a->room;
        if (room > SIZE_MAX / sizeof *a->items)
            out_of_memory(room, sizeof *a->items);
        void **items = realloc(a->items, room * sizeof *a->items);
        if (items == NULL)
            out_of_memory(room, sizeof *a->items);
        a->items = items;
        a->room = room;
    }
    void *p = zeroed(1, bytes);
    a->items[a->count++] = p;
    return p;
}

void arena_free(struct arena *a)
{
    if (a == NULL)
        return;
    for (size_t i = 0; i < a->count; i++)
        free(a->items[i]);
    free(a->items);
    free(a);
}

#else

/* Items up to LARGE come from chunks, one behind the other; larger ones get
 * a chunk of their own, so that little is left over at a chunk's end and
 * large tables are zeroed only when they are touched. */
enum { CHUNK_FIRST = 4096, CHUNK_MAX = 1 << 20, LARGE = 1 << 15 };

struct chunk {
    struct chunk *next;
    _Alignas(max_align_t) unsigned char bytes[];
};

struct arena {
    size_t used;
    struct chunk *chunks;
    unsigned char *free;  /* in the chunk that small items come from */
    size_t left;          /* bytes at `free` */
    size_t next_capacity; /* of the next chunk for small items */
};

static unsigned char *add_chunk(struct arena *a, size_t capacity)
{
    if (capacity > SIZE_MAX - sizeof(struct chunk))
        out_of_memory(1, capacity);
    struct chunk *c = zeroed(1, sizeof *c + capacity);
    c->next = a->chunks;
    a->chunks = c;
    return c->bytes;
}

static void *take(struct arena *a, size_t bytes)
{
    if (bytes > LARGE)
        return add_chunk(a, bytes);
    size_t rounded = (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    if (rounded == 0)
        rounded = ALIGNMENT;
    if (rounded > a->left) {
        size_t capacity =
            a->next_capacity == 0 ? CHUNK_FIRST : a->next_capacity;
        while (capacity < rounded)
            capacity *= 2;
        a->free = add_chunk(a, capacity);
        a->left = capacity;
        a->next_capacity = capacity < CHUNK_MAX ? 2 * capacity : CHUNK_MAX;
    }
    void *p = a->free;
    a->free += rounded;
    a->left -= rounded;
    return p;
}

void arena_free(struct arena *a)
{
    if (a == NULL)
        return;
    for (struct chunk *c = a->chunks; c != NULL;) {
        struct chunk *next = c->next;
        free(c);
        c = next;
    }
    free(a);
}

#endif

struct arena *arena_new(void)
{
    return zeroed(1, sizeof(struct arena));
}

void *arena_alloc(struct arena *a, size_t count, size_t size)
{
    if (size != 0 && count > SIZE_MAX / 2 / size)
        out_of_memory(count, size);
    a->used += count * size;
    return take(a, count * size);
}

void *arena_grow(struct arena *a, void *items, size_t count, size_t size)
{
    enum { FIRST = 8 }; /* a power of two */
    bool is_full = count == 0 || (count >= FIRST && (count & (count - 1)) == 0);
    if (!is_full)
        return items;
    void *grown = arena_alloc(a, count == 0 ? FIRST : 2 * count, size);
    if (count > 0)
        memcpy(grown, items, count * size);
    return grown;
}

char *arena_strdup(struct arena *a, const char *s)
{
    size_t bytes = strlen(s) + 1;
    return memcpy(arena_alloc(a, bytes, 1), s, bytes);
}

char *arena_printf(struct arena *a, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    char *s = arena_vprintf(a, format, args);
    va_end(args);
    return s;
}

char *arena_vprintf(struct arena *a, const char *format, va_list args)
{
    char start[256]; /* most texts fit and are formatted only once */
    va_list again;
    va_copy(again, args);
    int length = vsnprintf(start, sizeof start, format, args);
    assert(length >= 0);
    size_t bytes = (size_t)length + 1;
    char *s = arena_alloc(a, bytes, 1);
    if (bytes <= sizeof start)
        memcpy(s, start, bytes);
    else
        vsnprintf(s, bytes, format, again);
    va_end(again);
    return s;
}

size_t arena_used(const struct arena *a)
{
    return a->used;
}
