/* table_file -- a small CSV file: a line of column names, lines of fields. */
#ifndef HEADRACE_TESTS_ACCURACY_TABLE_FILE_H
#define HEADRACE_TESTS_ACCURACY_TABLE_FILE_H

#include <stdbool.h>
#include <stdint.h>

struct arena;

struct table_file {
    uint32_t columns, rows;
    const char **names;  /* by column */
    const char **fields; /* row after row */
};

/* Aborts if there is no such file: the data are part of the project. */
struct table_file *table_file_read(struct arena *a, const char *path);
const char *table_field(const struct table_file *t, uint32_t row,
                        const char *column);
/* 0 if the field is empty. */
uint64_t table_number(const struct table_file *t, uint32_t row,
                      const char *column);
bool table_is(const struct table_file *t, uint32_t row, const char *column,
              const char *text);

#endif
