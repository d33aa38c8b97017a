#include "tests/reference/expand.h"

#include <assert.h>
#include <stddef.h>

#include "base/arena.h"

/* The END that closes the LOOP at `loop`. */
static uint32_t matching_end(const struct instruction *program, uint32_t count,
                             uint32_t loop)
{
    uint32_t open = 0;
    for (uint32_t i = loop; i < count; i++) {
        if (program[i].kind == INSTRUCTION_LOOP)
            open++;
        if (program[i].kind == INSTRUCTION_END && --open == 0) {
            assert(program[i].loop == loop);
            return i;
        }
    }
    assert(false && "a loop without an end");
    return count;
}

/* Appends the steps of program[first .. last - 1] to at, or only counts them
 * if at is NULL; returns how many there are by then. */
static uint64_t append(const struct instruction *program, uint32_t first,
                       uint32_t last, uint32_t *at, uint64_t count)
{
    for (uint32_t i = first; i < last; i++) {
        assert(program[i].kind != INSTRUCTION_END);
        if (program[i].kind == INSTRUCTION_STEP) {
            for (uint64_t n = 0; n < program[i].times; n++) {
                if (at != NULL)
                    at[count] = i;
                count++;
            }
            continue;
        }
        uint32_t end = matching_end(program, last, i);
        for (uint64_t n = 0; n < program[i].times; n++)
            count = append(program, i + 1, end, at, count);
        i = end;
    }
    return count;
}

struct expansion *expand(struct arena *a, const struct instruction *program,
                         uint32_t count)
{
    struct expansion *e = arena_new_item(a, struct expansion);
    e->count = append(program, 0, count, NULL, 0);
    e->at = arena_new_array(a, uint32_t, e->count);
    append(program, 0, count, e->at, 0);
    return e;
}
