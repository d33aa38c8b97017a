/* arena -- memory that is freed as a whole.
 *
 * Everything that takes an arena lives as long as it.  Memory comes zeroed
 * and aligned for any type.  Out of memory aborts with a message: no caller
 * ever checks for NULL.  Debug builds (HEADRACE_ARENA_DEBUG) allocate every
 * item apart, so that the sanitizers see overruns. */
#ifndef HEADRACE_BASE_ARENA_H
#define HEADRACE_BASE_ARENA_H

#include <stdarg.h>
#include <stddef.h>

struct arena;

struct arena *arena_new(void);
void arena_free(struct arena *a); /* accepts NULL */

/* `count` items of `size` bytes; aborts if the product overflows. */
void *arena_alloc(struct arena *a, size_t count, size_t size);

#define arena_new_array(a, type, count)                                        \
    ((type *)arena_alloc((a), (count), sizeof(type)))
#define arena_new_item(a, type) arena_new_array(a, type, 1)

/* An array that items are added to one by one: `items` with room for one more
 * behind the first `count`, moved if it was full.  Starts as NULL, with count
 * 0; rooms are powers of two and follow from the count, so nobody keeps them.
 * What is behind the last item is zero; an array that was moved leaves its old
 * place to the arena. */
void *arena_grow(struct arena *a, void *items, size_t count, size_t size);

char *arena_strdup(struct arena *a, const char *s);
char *arena_printf(struct arena *a, const char *format, ...)
    __attribute__((format(printf, 2, 3), nonnull(2)));
char *arena_vprintf(struct arena *a, const char *format, va_list args)
    __attribute__((format(printf, 2, 0), nonnull(2)));

/* Bytes handed out so far. */
size_t arena_used(const struct arena *a);

#endif
