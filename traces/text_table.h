/* text_table -- the tables that HLS tools draw with + - | in their reports.
 *
 *     == Performance Estimates        section
 *     + Latency:                      group
 *         * Summary:                  title
 *         +------+------+             border
 *         |  min |  max |             header, one row or more
 *         +------+------+
 *         |   101|  1976|             rows
 *         +------+------+
 *         |Total |      |             footer: rows behind a third border
 *         +------+------+
 *
 * Lines "* Date:  Tue Nov  4" are facts.  Layout read off reports of Vivado
 * HLS 2019.2 and 2020.1 and of Vitis HLS 2023.2 and 2024.2. */
#ifndef HEADRACE_TRACES_TEXT_TABLE_H
#define HEADRACE_TRACES_TEXT_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/diag.h"

struct arena;

struct text_cell {
    const char *text;   /* trimmed */
    uint32_t indent;    /* spaces in front of it */
    struct place place; /* of the text */
};

struct text_row {
    struct place place;
    bool whole;  /* ends in '|' */
    bool footer; /* stands behind the third border */
    uint32_t cell_count;
    struct text_cell *cells;
    struct text_row *next;
};

struct text_table {
    const char *section, *group, *title; /* "" where there is none */
    struct place place;
    bool whole;                    /* its last line is a border */
    const struct text_row *header; /* its last row; NULL: none */
    struct text_row *rows;
    struct text_table *next;
};

struct text_fact {
    const char *key, *value;
    struct place place;
    struct text_fact *next;
};

struct text_tables {
    struct text_table *tables;
    struct text_fact *facts;
    struct text_fact *sections; /* key: its name; value: "" */
    bool too_long; /* more than TEXT_ROWS_MAX rows: the rest is left out */
};

enum { TEXT_ROWS_MAX = 100000, TEXT_CELLS_MAX = 32 };

/* Up to the section `stop` (NULL: none) or the end of the text (which ends in
 * NUL); cells behind the 32nd of a row are left out.  Everything belongs to the
 * arena. */
struct text_tables *text_tables_read(struct arena *a, const char *path,
                                     const char *text, const char *stop);

/* The first table of that place; NULL: none. */
const struct text_table *text_table_find(const struct text_tables *t,
                                         const char *section, const char *group,
                                         const char *title);
/* NULL: no such fact. */
const struct text_fact *text_fact_find(const struct text_tables *t,
                                       const char *key);
/* The first word of its value, the arena's: "2023.2" of
 * "2023.2 (Build 4023990 on Oct 11 2023)"; NULL: no such fact. */
const char *text_fact_word(struct arena *a, const struct text_tables *t,
                           const char *key);
bool text_tables_have_section(const struct text_tables *t, const char *name);
/* The column whose header is `name`; UINT32_MAX: none. */
uint32_t text_table_column(const struct text_table *t, const char *name);

#endif
