#include "tests/accuracy/table_file.h"

#include "base/arena.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LINE_MAX_BYTES = 4096, COLUMNS_MAX = 40 };

/* Cuts a line at its commas. */
static uint32_t cut(struct arena *a, char *line, const char **fields)
{
    uint32_t count = 0;
    line[strcspn(line, "\r\n")] = '\0';
    for (char *next = line; next != NULL; count++) {
        char *comma = strchr(next, ',');
        if (comma != NULL)
            *comma = '\0';
        ck_assert_uint_lt(count, COLUMNS_MAX);
        fields[count] = arena_strdup(a, next);
        next = comma == NULL ? NULL : comma + 1;
    }
    return count;
}

struct table_file *table_file_read(struct arena *a, const char *path)
{
    char line[LINE_MAX_BYTES];
    const char *cells[COLUMNS_MAX];
    struct table_file *t = arena_new_item(a, struct table_file);
    FILE *file = fopen(path, "r");
    ck_assert_msg(file != NULL, "no %s", path);
    uint32_t lines = 0;
    while (fgets(line, sizeof line, file) != NULL)
        lines++;
    rewind(file);
    ck_assert_ptr_nonnull(fgets(line, sizeof line, file));
    t->columns = cut(a, line, cells);
    t->names = arena_new_array(a, const char *, t->columns);
    memcpy(t->names, cells, t->columns * sizeof *t->names);
    t->fields = arena_new_array(a, const char *, (size_t)lines * t->columns);
    while (fgets(line, sizeof line, file) != NULL) {
        ck_assert_uint_eq(cut(a, line, cells), t->columns);
        memcpy(t->fields + (size_t)t->rows++ * t->columns, cells,
               t->columns * sizeof *cells);
    }
    fclose(file);
    return t;
}

const char *table_field(const struct table_file *t, uint32_t row,
                        const char *column)
{
    for (uint32_t c = 0; c < t->columns; c++)
        if (strcmp(t->names[c], column) == 0)
            return t->fields[(size_t)row * t->columns + c];
    ck_abort_msg("no column %s", column);
}

uint64_t table_number(const struct table_file *t, uint32_t row,
                      const char *column)
{
    return strtoull(table_field(t, row, column), NULL, 10);
}

bool table_is(const struct table_file *t, uint32_t row, const char *column,
              const char *text)
{
    return strcmp(table_field(t, row, column), text) == 0;
}
