#include "cli/manpage.h"

#include "base/text.h"
#include "cli/help.h"
#include "headrace.h"

#include <string.h>

/* Plain words in roff: dashes stay dashes that can be copied, a backslash
 * is printed, and no line begins with a control character. */
static void add_letters(struct text *t, const char *s, size_t count)
{
    bool line_start = true;
    for (size_t i = 0; i < count; i++) {
        if (line_start && (s[i] == '.' || s[i] == '\''))
            text_add(t, "\\&");
        line_start = s[i] == '\n';
        if (s[i] == '-')
            text_add(t, "\\-");
        else if (s[i] == '\\')
            text_add(t, "\\e");
        else
            text_addn(t, s + i, 1);
    }
}

static void add_words(struct text *t, const char *s)
{
    add_letters(t, s, strlen(s));
}

static void add_paragraphs(struct text *t, const char *s)
{
    const char *end = strstr(s, "\n\n");
    while (end != NULL) {
        add_letters(t, s, (size_t)(end - s));
        text_add(t, "\n.PP\n");
        s = end + strspn(end, "\n");
        end = strstr(s, "\n\n");
    }
    add_words(t, s);
    text_add(t, "\n");
}

static void add_row(struct text *t, const struct option_row *r)
{
    text_add(t, ".TP\n");
    if (r->letter != 0)
        text_printf(t, "\\fB\\-%c\\fR, ", r->letter);
    text_add(t, "\\fB\\-\\-");
    add_words(t, r->name);
    text_add(t, "\\fR");
    if (r->argument != NULL) {
        text_add(t, " \\fI");
        add_words(t, r->argument);
        text_add(t, "\\fR");
    }
    text_add(t, "\n");
    add_words(t, r->help);
    text_add(t, ".\n");
}

static void add_command(struct text *t, const struct command *c)
{
    const struct usage *u = c->usage;
    text_printf(t, ".SS headrace %s", c->name);
    text_add(t, " [options]");
    if (u->operands != NULL)
        text_printf(t, " %s", u->operands);
    text_add(t, "\n");
    add_words(t, c->description);
    text_add(t, ".\n");
    if (u->details != NULL) {
        text_add(t, ".PP\n");
        add_paragraphs(t, u->details);
    }
    for (const struct option_group *g = u->groups; g->rows != NULL; g++)
        for (const struct option_row *r = g->rows; r->name != NULL; r++)
            add_row(t, r);
    add_row(t, &options_help_row);
}

void manpage_write(struct text *t, const struct command *table)
{
    text_add(t, ".\\\" Made by headrace --man; do not edit.\n");
    text_printf(t, ".TH HEADRACE 1 \"\" \"headrace %s\" \"User Commands\"\n",
                HEADRACE_VERSION);
    text_add(t, ".nh\n.ad l\n");
    text_add(t, ".SH NAME\nheadrace \\- predict how a streaming CNN behaves as "
                "hardware\n");
    text_add(t, ".SH SYNOPSIS\n");
    for (const struct command *c = table; c->name != NULL; c++) {
        text_printf(t, ".B headrace %s\n[options]", c->name);
        if (c->usage->operands != NULL)
            text_printf(t, " %s", c->usage->operands);
        text_add(t, "\n.br\n");
    }
    text_add(t, ".B headrace help\n[COMMAND]\n.br\n"
                ".B headrace \\-\\-version\n");
    text_add(t, ".SH DESCRIPTION\n");
    add_paragraphs(t, help_purpose);
    text_add(t, ".PP\n");
    add_paragraphs(t, help_file);
    text_add(t, ".PP\n");
    add_paragraphs(t, help_streams);
    text_add(t, ".SH COMMANDS\n");
    for (const struct command *c = table; c->name != NULL; c++)
        add_command(t, c);
    text_add(t, ".SH EXIT STATUS\n");
    add_paragraphs(t, help_status);
    text_add(t, ".SH ENVIRONMENT\n.TP\n.B NO_COLOR\n"
                "If set and not empty, messages on a terminal are not "
                "coloured.\n"
                ".TP\n.BR XDG_CACHE_HOME \", \" HOME\n"
                "Where the cache of a user lies, in which verify keeps its "
                "builds.\n");
}
