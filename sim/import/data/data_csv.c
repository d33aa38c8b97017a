#include "import/data/data_readers.h"

#include "base/arena.h"

#include <assert.h>
#include <ctype.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { NO_COLUMN = UINT32_MAX, CELL_BYTES_MAX = 100 };

/* A cell: its text without quotes, and where it begins. */
struct cell {
    char text[CELL_BYTES_MAX + 1];
    bool is_cut;     /* it was longer */
    uint32_t column; /* in bytes, from 1 */
};

struct scan {
    const struct csv_request *request;
    struct diag *diag;
    const char *line, *at, *end;
    uint32_t line_number;
    char separator;
};

static struct place place_at(const struct scan *s, uint32_t column)
{
    return (struct place){ s->request->path, s->line_number, column };
}

/* The one that the first line has outside quotes; a line of one number has
 * none. */
static char separator_of(const char *text, const char *end)
{
    bool has_comma = false, has_semicolon = false, quoted = false;
    for (; text < end && *text != '\n'; text++) {
        if (*text == '"')
            quoted = !quoted;
        if (!quoted && *text == '\t')
            return '\t';
        has_comma |= !quoted && *text == ',';
        has_semicolon |= !quoted && *text == ';';
    }
    return has_semicolon || !has_comma ? ';' : ',';
}

static bool at_line_end(const struct scan *s)
{
    return s->at == s->end || *s->at == '\n' ||
           (*s->at == '\r' && (s->at + 1 == s->end || s->at[1] == '\n'));
}

static void next_line(struct scan *s)
{
    while (s->at < s->end && *s->at != '\n')
        s->at++;
    if (s->at < s->end)
        s->at++;
    s->line = s->at;
    s->line_number++;
}

static void skip_empty_lines(struct scan *s)
{
    while (s->at < s->end && at_line_end(s))
        next_line(s);
}

static void skip_blanks(struct scan *s)
{
    while (s->at < s->end && (*s->at == ' ' || *s->at == '\t') &&
           *s->at != s->separator)
        s->at++;
}

static void add_letter(struct cell *c, size_t *length, char letter)
{
    if (*length < CELL_BYTES_MAX)
        c->text[(*length)++] = letter;
    else
        c->is_cut = true;
}

/* Reads to behind the separator; *more: there was one. */
static bool read_cell(struct scan *s, struct cell *c, bool *more)
{
    size_t length = 0;
    skip_blanks(s);
    c->column = (uint32_t)(s->at - s->line) + 1;
    c->is_cut = false;
    bool quoted = s->at < s->end && *s->at == '"';
    if (quoted) {
        for (s->at++; s->at < s->end && *s->at != '\n'; s->at++) {
            if (*s->at == '"' && (s->at + 1 == s->end || s->at[1] != '"'))
                break;
            s->at += *s->at == '"'; /* "" is one quote */
            add_letter(c, &length, *s->at);
        }
        if (s->at == s->end || *s->at != '"') {
            diag_error(s->diag, place_at(s, c->column), DIAG_DATA,
                       "a quoted cell does not end in its line");
            return false;
        }
        s->at++;
        skip_blanks(s);
    } else {
        for (; !at_line_end(s) && *s->at != s->separator; s->at++)
            add_letter(c, &length, *s->at);
        while (length > 0 && c->text[length - 1] == ' ')
            length--;
    }
    c->text[length] = '\0';
    *more = !at_line_end(s);
    if (*more && *s->at != s->separator) {
        diag_error(s->diag, place_at(s, (uint32_t)(s->at - s->line) + 1),
                   DIAG_DATA, "text behind a quoted cell");
        return false;
    }
    if (*more)
        s->at++;
    return true;
}

/* A decimal number, without the words that strtod knows. */
static bool is_number(const struct cell *c, double *out)
{
    static const char letters[] = "0123456789+-.eE";
    char *end = NULL;
    if (c->text[0] == '\0' || c->is_cut ||
        c->text[strspn(c->text, letters)] != '\0')
        return false;
    *out = strtod(c->text, &end);
    return *end == '\0';
}

static bool read_number(const struct scan *s, const struct cell *c, double *out)
{
    if (!is_number(c, out)) {
        diag_error(s->diag, place_at(s, c->column), DIAG_DATA,
                   c->text[0] == '\0' ? "an empty cell%s is no number"
                                      : "'%s' is no number",
                   c->text);
        return false;
    }
    if (isfinite(*out))
        return true;
    diag_error(s->diag, place_at(s, c->column), DIAG_DATA,
               "%s is larger than any number that can be held", c->text);
    return false;
}

static bool read_label(const struct scan *s, const struct cell *c, int64_t *out)
{
    double x = -1;
    /* What a double holds exactly is far above any number of classes. */
    if (is_number(c, &x) && x == floor(x) && fabs(x) <= 0x1p53) {
        *out = (int64_t)x;
        return true;
    }
    diag_error(s->diag, place_at(s, c->column), DIAG_DATA,
               "label '%s' is no whole number", c->text);
    return false;
}

static bool is_usual_label(const char *name)
{
    static const char *const usual[] = { "label", "labels", "y", "class" };
    for (size_t i = 0; i < sizeof usual / sizeof *usual; i++)
        if (strcasecmp(name, usual[i]) == 0)
            return true;
    return false;
}

/* Whether a cell of the first line is the name of a column.  One that is empty,
 * no number as other countries write them, or a word for a missing value, is a
 * fault of a frame, which would be lost. */
static bool is_name(const struct cell *c)
{
    static const char *const missing[] = { "nan",  "+nan", "-nan", "inf",
                                           "+inf", "-inf", "na",   "n/a",
                                           "null", "none" };
    bool has_letter = false;
    for (const char *s = c->text; *s != '\0'; s++)
        has_letter = has_letter || isalpha((unsigned char)*s) ||
                     (unsigned char)*s >= 0x80;
    for (size_t i = 0; i < sizeof missing / sizeof *missing; i++)
        has_letter = has_letter && strcasecmp(c->text, missing[i]) != 0;
    double ignored;
    return has_letter && !is_number(c, &ignored);
}

/* What the first line says. */
struct layout {
    bool has_header;
    uint32_t columns;
    uint32_t named; /* the column that --label-column names */
    uint32_t usual; /* the first with a usual name */
};

static bool read_first(struct scan *s, struct layout *l)
{
    const char *wanted = s->request->label_column;
    *l = (struct layout){ .named = NO_COLUMN, .usual = NO_COLUMN };
    bool more = true;
    while (more) {
        struct cell c;
        if (!read_cell(s, &c, &more))
            return false;
        l->has_header = l->has_header || is_name(&c);
        if (wanted != NULL && l->named == NO_COLUMN &&
            strcmp(c.text, wanted) == 0)
            l->named = l->columns;
        if (l->usual == NO_COLUMN && is_usual_label(c.text))
            l->usual = l->columns;
        l->columns++;
    }
    return true;
}

/* The column of the labels; NO_COLUMN: there is none. */
static bool find_label(const struct scan *s, const struct layout *l,
                       uint32_t *out)
{
    const char *wanted = s->request->label_column;
    *out = l->has_header ? l->usual : NO_COLUMN;
    if (wanted == NULL) {
        if (*out == NO_COLUMN && s->request->values == 0 && l->columns == 1)
            *out = 0;
        return true;
    }
    if (l->has_header && l->named != NO_COLUMN) {
        *out = l->named;
        return true;
    }
    char *end = NULL;
    unsigned long number = strtoul(wanted, &end, 10);
    if (isdigit((unsigned char)wanted[0]) && *end == '\0' && number >= 1 &&
        number <= l->columns) {
        *out = (uint32_t)number - 1;
        return true;
    }
    diag_error(s->diag, place_at(s, 0), DIAG_DATA,
               "there is no column '%.100s' among the %" PRIu32, wanted,
               l->columns);
    diag_hint(s->diag, "a label column is named as in the header, or by its "
                       "number from 1");
    return false;
}

static bool check_columns(const struct scan *s, const struct layout *l,
                          uint32_t label)
{
    uint64_t values = l->columns - (label == NO_COLUMN ? 0U : 1U);
    uint64_t wanted = s->request->values;
    if (wanted == 0 && label == NO_COLUMN) {
        diag_error(s->diag, place_at(s, 0), DIAG_DATA,
                   "none of the %" PRIu32 " columns is called 'label', 'y' or "
                   "'class'",
                   l->columns);
        diag_hint(s->diag, "--label-column NAME or NUMBER says which it is");
        return false;
    }
    if (wanted == 0 || values == wanted)
        return true;
    diag_error(s->diag, place_at(s, 0), DIAG_DATA,
               "%" PRIu64 " columns of values, not the %" PRIu64 " of a frame",
               values, wanted);
    if (values == wanted + 1 && label == NO_COLUMN)
        diag_hint(s->diag, "if one is the label, --label-column NAME or NUMBER "
                           "says which");
    return false;
}

/* Lines are counted first, so that memory is taken once. */
static uint64_t count_lines(struct scan s)
{
    uint64_t count = 0;
    for (skip_empty_lines(&s); s.at < s.end; skip_empty_lines(&s)) {
        next_line(&s);
        count++;
    }
    return count;
}

static bool read_row(struct scan *s, const struct layout *l, uint32_t label,
                     double *values, int64_t *out_label)
{
    bool more = true;
    uint32_t column = 0;
    for (; more && column < l->columns; column++) {
        struct cell c;
        if (!read_cell(s, &c, &more))
            return false;
        if (column == label) {
            assert(out_label != NULL);
            if (!read_label(s, &c, out_label))
                return false;
        } else if (values != NULL && !read_number(s, &c, values++)) {
            return false;
        }
    }
    if (!more && column == l->columns)
        return true;
    diag_error(s->diag, place_at(s, 0), DIAG_DATA,
               "%s than the %" PRIu32 " columns of the first line",
               more ? "more" : "fewer", l->columns);
    return false;
}

/* Lines for which memory is taken.  A good one has a separator or an end for
 * each column; where there are more lines than such, one of those is short, and
 * is refused at the latest as the last of these. */
static uint64_t row_room(const struct scan *s, const struct layout *l,
                         uint64_t frames)
{
    uint64_t most = ((uint64_t)(s->end - s->at) + 1) / l->columns + 1;
    return frames < most ? frames : most;
}

bool data_csv_parse(struct arena *a, const struct csv_request *r,
                    const char *text, size_t length, struct csv_frames *out,
                    struct diag *d)
{
    struct scan s = { .request = r,
                      .diag = d,
                      .line = text,
                      .at = text,
                      .end = text + length,
                      .line_number = 1 };
    struct layout l;
    uint32_t label;
    /* The mark of UTF-8 that some programs write. */
    if (length >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0)
        s.at = s.line += 3;
    skip_empty_lines(&s);
    struct scan first = s;
    if (s.at == s.end) {
        diag_error(d, (struct place){ .file = r->path }, DIAG_DATA,
                   "the file is empty");
        return false;
    }
    s.separator = first.separator = separator_of(s.at, s.end);
    if (!read_first(&s, &l) || !find_label(&first, &l, &label) ||
        !check_columns(&first, &l, label))
        return false;
    if (l.has_header)
        next_line(&s);
    else
        s = first;
    uint64_t frames = count_lines(s);
    if (frames == 0) {
        diag_error(d, (struct place){ .file = r->path }, DIAG_DATA,
                   "the file has no frames");
        return false;
    }
    if (frames > DATA_VALUES_MAX / (r->values + 1)) {
        diag_error(d, (struct place){ .file = r->path }, DIAG_DATA,
                   "%" PRIu64 " frames are more than 2^28 values in all",
                   frames);
        return false;
    }
    *out = (struct csv_frames){ .count = frames };
    uint64_t room = row_room(&s, &l, frames);
    if (r->values != 0)
        out->values = arena_new_array(a, double, room * r->values);
    if (label != NO_COLUMN)
        out->labels = arena_new_array(a, int64_t, room);
    for (uint64_t i = 0; i < frames; i++) {
        skip_empty_lines(&s);
        if (!read_row(&s, &l, label,
                      r->values == 0 ? NULL : out->values + i * r->values,
                      out->labels == NULL ? NULL : out->labels + i))
            return false;
        next_line(&s);
    }
    return true;
}
