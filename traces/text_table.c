#include "traces/text_table.h"

#include "base/arena.h"

#include <string.h>

struct reader {
    struct arena *arena;
    const char *path;
    const char *section, *group, *title;
    struct text_tables *out;
    struct text_table **tables_end;
    struct text_fact **facts_end, **sections_end;
    struct text_table *table; /* that is being read; NULL: none */
    struct text_row **rows_end;
    uint32_t borders; /* of it so far */
    uint32_t rows;    /* in all tables */
};

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

/* The trimmed text between two places of a line. */
static struct text_cell cut(struct reader *r, const char *start,
                            const char *end, const char *line, uint32_t number)
{
    const char *from = start;
    while (from < end && is_blank(*from))
        from++;
    const char *to = end;
    while (to > from && is_blank(to[-1]))
        to--;
    return (struct text_cell){
        .text = arena_printf(r->arena, "%.*s", (int)(to - from), from),
        .indent = (uint32_t)(from - start),
        .place = { r->path, number, (uint32_t)(from - line) + 1 },
    };
}

static void close_table(struct reader *r)
{
    r->table = NULL;
    r->borders = 0;
}

static void open_table(struct reader *r, struct place where)
{
    if (r->table != NULL)
        return;
    struct text_table *t = arena_new_item(r->arena, struct text_table);
    t->section = r->section;
    t->group = r->group;
    t->title = r->title;
    t->place = where;
    *r->tables_end = t;
    r->tables_end = &t->next;
    r->table = t;
    r->rows_end = &t->rows;
}

static void read_row(struct reader *r, const char *at, const char *end,
                     const char *line, uint32_t number)
{
    if (++r->rows > TEXT_ROWS_MAX) {
        r->out->too_long = true;
        return;
    }
    struct text_row *row = arena_new_item(r->arena, struct text_row);
    row->place = (struct place){ r->path, number, (uint32_t)(at - line) + 1 };
    while (end > at && is_blank(end[-1]))
        end--;
    row->whole = end > at + 1 && end[-1] == '|';
    for (const char *p = at + 1; p < end; p++)
        row->cell_count += *p == '|';
    row->cell_count += !row->whole;
    if (row->cell_count > TEXT_CELLS_MAX)
        row->cell_count = TEXT_CELLS_MAX;
    row->cells = arena_new_array(r->arena, struct text_cell, row->cell_count);
    const char *from = at + 1;
    for (uint32_t i = 0; i < row->cell_count; i++) {
        const char *to = memchr(from, '|', (size_t)(end - from));
        if (to == NULL)
            to = end;
        row->cells[i] = cut(r, from, to, line, number);
        from = to < end ? to + 1 : end;
    }
    open_table(r, row->place);
    r->table->whole = false;
    if (r->borders < 2) {
        r->table->header = row;
        return;
    }
    row->footer = r->borders > 2;
    *r->rows_end = row;
    r->rows_end = &row->next;
}

static struct text_fact *new_fact(struct reader *r, const char *key,
                                  const char *value, struct place where)
{
    struct text_fact *f = arena_new_item(r->arena, struct text_fact);
    *f = (struct text_fact){ .key = key, .value = value, .place = where };
    return f;
}

/* "== name", "+ name:", "* name:", "* key:  value" */
static void read_heading(struct reader *r, const char *at, const char *end,
                         const char *line, uint32_t number)
{
    char mark = *at;
    const char *from = at + (mark == '=' ? 2 : 1);
    const char *colon =
        mark == '=' ? NULL : memchr(from, ':', (size_t)(end - from));
    struct text_cell name =
        cut(r, from, colon == NULL ? end : colon, line, number);
    if (mark == '=') {
        r->section = name.text;
        r->group = r->title = "";
        *r->sections_end = new_fact(r, name.text, "", name.place);
        r->sections_end = &(*r->sections_end)->next;
    } else if (mark == '+') {
        r->group = name.text;
        r->title = "";
    } else {
        r->title = name.text;
        if (colon != NULL) {
            const char *value = cut(r, colon + 1, end, line, number).text;
            *r->facts_end = new_fact(r, name.text, value, name.place);
            r->facts_end = &(*r->facts_end)->next;
        }
    }
}

static void read_line(struct reader *r, const char *line, const char *end,
                      uint32_t number)
{
    const char *at = line;
    while (at < end && is_blank(*at))
        at++;
    size_t length = (size_t)(end - at);
    char second = length > 1 ? at[1] : '\0';
    if (length > 0 && *at == '|') {
        read_row(r, at, end, line, number);
        return;
    }
    if (length > 0 && *at == '+' && second == '-') {
        open_table(r, (struct place){ r->path, number,
                                      (uint32_t)(at - line) + 1 });
        r->table->whole = true;
        r->borders++;
        return;
    }
    close_table(r);
    if (length > 2 &&
        ((*at == '=' && second == '=' && at[2] == ' ') ||
         (*at == '+' && second == ' ') || (*at == '*' && second == ' ')))
        read_heading(r, at, end, line, number);
}

struct text_tables *text_tables_read(struct arena *a, const char *path,
                                     const char *text, const char *stop)
{
    struct text_tables *out = arena_new_item(a, struct text_tables);
    struct reader r = { .arena = a,
                        .path = path,
                        .section = "",
                        .group = "",
                        .title = "",
                        .out = out,
                        .tables_end = &out->tables,
                        .facts_end = &out->facts,
                        .sections_end = &out->sections };
    uint32_t number = 0;
    for (const char *line = text; *line != '\0';) {
        const char *end = line + strcspn(line, "\n");
        read_line(&r, line, end, ++number);
        if (stop != NULL && strcmp(r.section, stop) == 0)
            break;
        line = *end == '\n' ? end + 1 : end;
    }
    return out;
}

const struct text_table *text_table_find(const struct text_tables *t,
                                         const char *section, const char *group,
                                         const char *title)
{
    const struct text_table *table = t->tables;
    while (table != NULL && (strcmp(table->section, section) != 0 ||
                             strcmp(table->group, group) != 0 ||
                             strcmp(table->title, title) != 0))
        table = table->next;
    return table;
}

const struct text_fact *text_fact_find(const struct text_tables *t,
                                       const char *key)
{
    const struct text_fact *f = t->facts;
    while (f != NULL && strcmp(f->key, key) != 0)
        f = f->next;
    return f;
}

const char *text_fact_word(struct arena *a, const struct text_tables *t,
                           const char *key)
{
    const struct text_fact *f = text_fact_find(t, key);
    return f == NULL
               ? NULL
               : arena_printf(a, "%.*s", (int)strcspn(f->value, " "), f->value);
}

bool text_tables_have_section(const struct text_tables *t, const char *name)
{
    const struct text_fact *f = t->sections;
    while (f != NULL && strcmp(f->key, name) != 0)
        f = f->next;
    return f != NULL;
}

uint32_t text_table_column(const struct text_table *t, const char *name)
{
    if (t->header != NULL)
        for (uint32_t i = 0; i < t->header->cell_count; i++)
            if (strcmp(t->header->cells[i].text, name) == 0)
                return i;
    return UINT32_MAX;
}
