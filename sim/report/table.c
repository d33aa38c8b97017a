#include "report/table.h"

#include <assert.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"

enum { COLUMNS_MAX = 16 };

struct row {
    struct row *next;
    const char *cells[COLUMNS_MAX];
};

struct table {
    struct arena *arena;
    uint32_t columns;
    bool left[COLUMNS_MAX];
    struct row headings;
    struct row *last;
    uint32_t cells; /* in the last row */
};

struct table *table_new(struct arena *a, const char *headings)
{
    struct table *t = arena_new_item(a, struct table);
    t->arena = a;
    t->last = &t->headings;
    for (const char *at = headings; at != NULL;) {
        assert(t->columns < COLUMNS_MAX);
        const char *bar = strchr(at, '|');
        int length = bar == NULL ? (int)strlen(at) : (int)(bar - at);
        bool left = *at == '<';
        t->left[t->columns] = left;
        t->headings.cells[t->columns++] =
            arena_printf(a, "%.*s", length - left, at + left);
        at = bar == NULL ? NULL : bar + 1;
    }
    return t;
}

void table_row(struct table *t)
{
    t->last->next = arena_new_item(t->arena, struct row);
    t->last = t->last->next;
    t->cells = 0;
}

void table_cell(struct table *t, const char *format, ...)
{
    char cell[256];
    assert(t->cells < t->columns);
    va_list args;
    va_start(args, format);
    vsnprintf(cell, sizeof cell, format, args);
    va_end(args);
    t->last->cells[t->cells++] = arena_strdup(t->arena, cell);
}

const char *number_text(struct arena *a, uint64_t value)
{
    char digits[24], grouped[32];
    int length = snprintf(digits, sizeof digits, "%" PRIu64, value);
    char *to = grouped;
    for (int i = 0; i < length; i++) {
        if (i > 0 && (length - i) % 3 == 0)
            *to++ = ',';
        *to++ = digits[i];
    }
    *to = '\0';
    return arena_strdup(a, grouped);
}

void table_cell_number(struct table *t, uint64_t value)
{
    table_cell(t, "%s", number_text(t->arena, value));
}

void table_cell_percent(struct table *t, uint64_t part, uint64_t whole)
{
    if (whole == 0)
        table_cell(t, "-");
    else
        table_cell(t, "%" PRIu64 " %%",
                   (uint64_t)((double)part / (double)whole * 100 + 0.5));
}

static void print_row(const struct table *t, const struct row *r,
                      const uint32_t *widths, struct text *out)
{
    struct text *line = text_new(t->arena);
    for (uint32_t c = 0; c < t->columns; c++) {
        const char *cell = r->cells[c] == NULL ? "" : r->cells[c];
        text_printf(line, c == 0 ? "%s" : "  %s", "");
        text_printf(line, t->left[c] ? "%-*s" : "%*s", (int)widths[c], cell);
    }
    const char *s = text_string(line);
    size_t length = text_length(line);
    while (length > 0 && s[length - 1] == ' ')
        length--;
    text_addn(out, s, length);
    text_add(out, "\n");
}

void table_print(const struct table *t, struct text *out)
{
    uint32_t widths[COLUMNS_MAX] = { 0 };
    for (const struct row *r = &t->headings; r != NULL; r = r->next) {
        for (uint32_t c = 0; c < t->columns; c++) {
            uint32_t width =
                r->cells[c] == NULL ? 0 : (uint32_t)strlen(r->cells[c]);
            if (width > widths[c])
                widths[c] = width;
        }
    }
    for (const struct row *r = &t->headings; r != NULL; r = r->next)
        print_row(t, r, widths, out);
}
