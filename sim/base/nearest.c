#include "base/nearest.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Words longer than any name have no near ones; the rows fit the stack. */
enum { WORD_MAX = 80 };

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Edits from a to b, at most WORD_MAX letters each: optimal string
 * alignment, of whose table three rows are enough.  Source: Damerau, "A
 * technique for computer detection and correction of spelling errors", CACM
 * 7(3), 1964. */
static size_t edits(const char *a, size_t a_length, const char *b,
                    size_t b_length)
{
    size_t rows[3][WORD_MAX + 1] = { { 0 } };
    size_t *before = rows[0], *above = rows[1], *row = rows[2];
    for (size_t j = 0; j <= b_length; j++)
        above[j] = j;
    for (size_t i = 1; i <= a_length; i++) {
        row[0] = i;
        for (size_t j = 1; j <= b_length; j++) {
            size_t change = above[j - 1] + (a[i - 1] != b[j - 1] ? 1 : 0);
            row[j] = least(change, least(above[j], row[j - 1]) + 1);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                row[j] = least(row[j], before[j - 2] + 1);
        }
        size_t *spare = before;
        before = above;
        above = row;
        row = spare;
    }
    return above[b_length];
}

const char *nearest_word(const char *const *words, const char *text)
{
    const char *nearest = NULL;
    size_t fewest = SIZE_MAX;
    size_t length = strnlen(text, WORD_MAX + 1);
    for (size_t i = 0; words[i] != NULL; i++) {
        size_t letters = strnlen(words[i], WORD_MAX + 1);
        if (length > WORD_MAX || letters > WORD_MAX)
            continue;
        size_t count = edits(text, length, words[i], letters);
        size_t allowed = ((length > letters ? length : letters) + 2) / 3;
        if (count <= allowed && count < fewest) {
            fewest = count;
            nearest = words[i];
        }
    }
    return nearest;
}
