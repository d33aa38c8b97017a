#include "cli/help.h"

#include "base/text.h"

#include <string.h>

enum { WIDTH = 79, OPTION_COLUMN = 30 };

const char help_purpose[] =
    "headrace predicts how a streaming convolutional neural network will "
    "behave as hardware (latency, interval, stalls, FIFO fill) before anyone "
    "commits to synthesis, and proves it on Verilated RTL.";

const char help_file[] =
    "FILE is a model: an .onnx file, a .keras or .h5 file, the folder of an "
    "hls4ml project; or a folder with model.json and its weights and data "
    "beside it, or a single .json file. What compare compares may also be "
    "traces and reports.";

const char help_status[] =
    "0 done; 1 done, and something was found (a mismatch, a deadlock, a goal "
    "missed, a design that does not fit its device, two runs that differ); 2 "
    "could not do it.";

const char help_streams[] =
    "Results go to standard output, everything else to standard error.";

/* Writes words from column `column` on, further lines indented by `indent`;
 * ends with a newline.  An empty line in s parts paragraphs. */
static void add_wrapped(struct text *t, const char *s, size_t column,
                        size_t indent)
{
    bool first = true;
    while (*s != '\0') {
        size_t gap = strspn(s, " \n");
        bool paragraph = gap >= 2 && memchr(s, '\n', gap) != NULL;
        s += gap;
        size_t word = strcspn(s, " \n");
        if (word == 0)
            break;
        if (!first && paragraph) {
            text_printf(t, "\n\n%*s", (int)indent, "");
            column = indent;
        } else if (!first && column + 1 + word > WIDTH) {
            text_printf(t, "\n%*s", (int)indent, "");
            column = indent;
        } else if (!first) {
            text_add(t, " ");
            column++;
        }
        text_addn(t, s, word);
        column += word;
        s += word;
        first = false;
    }
    text_add(t, "\n");
}

static void add_row(struct text *t, const struct option_row *r)
{
    size_t start = text_length(t);
    if (r->letter != 0)
        text_printf(t, "  -%c, --%s", r->letter, r->name);
    else
        text_printf(t, "      --%s", r->name);
    if (r->argument != NULL)
        text_printf(t, " %s", r->argument);
    size_t used = text_length(t) - start;
    if (used + 2 > OPTION_COLUMN) {
        text_add(t, "\n");
        used = 0;
    }
    text_printf(t, "%*s", (int)(OPTION_COLUMN - used), "");
    add_wrapped(t, r->help, OPTION_COLUMN, OPTION_COLUMN);
}

void help_command(struct text *t, const struct command *command)
{
    const struct usage *u = command->usage;
    text_printf(t, "usage: headrace %s [options]%s%s\n\n", command->name,
                u->operands == NULL ? "" : " ",
                u->operands == NULL ? "" : u->operands);
    text_printf(t, "%s: %s\n", command->name, command->description);
    if (u->details != NULL) {
        text_add(t, "\n");
        add_wrapped(t, u->details, 0, 0);
    }
    for (const struct option_group *g = u->groups; g->rows != NULL; g++) {
        text_printf(t, "\n%s:\n", g->title);
        for (const struct option_row *r = g->rows; r->name != NULL; r++)
            add_row(t, r);
    }
    text_add(t, "\nHelp:\n");
    add_row(t, &options_help_row);
}

void help_overview(struct text *t, const struct command *table)
{
    enum { COMMAND_COLUMN = 14 };
    text_add(t, "usage: headrace COMMAND [options] FILE...\n\n");
    add_wrapped(t, help_purpose, 0, 0);
    text_add(t, "\nCommands:\n");
    for (const struct command *c = table; c->name != NULL; c++)
        text_printf(t, "  %-*s%s\n", COMMAND_COLUMN - 2, c->name,
                    c->description);
    text_printf(t, "  %-*s%s\n", COMMAND_COLUMN - 2, "help",
                "show the options of a command: headrace help COMMAND");
    text_add(t, "\n");
    add_wrapped(t, help_file, 0, 0);
    text_add(t, "\n");
    text_add(t, "Exit status: ");
    add_wrapped(t, help_status, 13, 0);
    add_wrapped(t, help_streams, 0, 0);
}
