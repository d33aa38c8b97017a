/* main -- the command line: finds the command, parses its options, prints
 * what it has to say and turns that into an exit status. */
#include "base/arena.h"
#include "base/diag.h"
#include "base/nearest.h"
#include "base/text.h"
#include "cli/commands.h"
#include "cli/help.h"
#include "cli/manpage.h"
#include "cli/terminal.h"
#include "headrace.h"

#include <string.h>

static const struct command commands[] = {
    { "simulate", cmd_simulate, "run a design and count its cycles",
      &simulate_usage },
    { "explain", cmd_explain,
      "say what holds a design up, and which depths help", &explain_usage },
    { "infer", cmd_infer,
      "compute a model's outputs bit for bit, and score them", &infer_usage },
    { "generate", cmd_generate, "write a design as SystemVerilog",
      &generate_usage },
    { "verify", cmd_verify, "compare the model with its Verilated RTL",
      &verify_usage },
    { "compare", cmd_compare, "find where two runs, or two reports, part",
      &compare_usage },
    { "calibrate", cmd_calibrate,
      "learn from traces when a process reads and writes", &calibrate_usage },
    { "tune", cmd_tune, "choose the cheapest FIFO depths that meet the goals",
      &tune_usage },
    { "partition", cmd_partition,
      "spread a network over FPGAs, and choose all foldings",
      &partition_usage },
    { "import", cmd_import, "turn another tool's file into a model config",
      &import_usage },
    { NULL, NULL, NULL, NULL },
};

static const struct place command_line = { 0 };

const struct command *command_find(const struct command *table,
                                   const char *name)
{
    for (const struct command *c = table; c->name != NULL; c++)
        if (strcmp(c->name, name) == 0)
            return c;
    return NULL;
}

/* NULL: said why in d. */
static const struct command *need_command(const char *name, struct diag *d)
{
    const struct command *c = command_find(commands, name);
    if (c != NULL)
        return c;
    const char *words[sizeof commands / sizeof *commands + 3] = {
        "help",
        "--help",
        "--version",
    };
    size_t count = 3;
    for (c = commands; c->name != NULL; c++)
        words[count++] = c->name;
    diag_error(d, command_line, DIAG_OPTION, "unknown %s '%s'",
               name[0] == '-' ? "option" : "command", name);
    const char *nearest = nearest_word(words, name);
    if (nearest != NULL)
        diag_hint(d, "did you mean '%s'?", nearest);
    else
        diag_hint(d, "'headrace help' lists the commands");
    return NULL;
}

static int show(const struct text *t, struct diag *d)
{
    return terminal_write(NULL, t, d) ? COMMAND_DONE : COMMAND_FAILED;
}

static int help(int argc, char **argv, struct arena *a, struct diag *d)
{
    struct text *t = text_new(a);
    if (argc > 2) {
        diag_error(d, command_line, DIAG_OPTION,
                   "'help' takes one command, but '%s' follows", argv[2]);
        return COMMAND_FAILED;
    }
    if (argc == 1) {
        help_overview(t, commands);
        return show(t, d);
    }
    const struct command *c = need_command(argv[1], d);
    if (c == NULL)
        return COMMAND_FAILED;
    help_command(t, c);
    return show(t, d);
}

static int run(const struct command *c, int argc, char **argv, struct arena *a,
               struct diag *d)
{
    struct invocation in = { .arena = a, .diag = d, .command = c };
    void *options = arena_alloc(a, 1, c->usage->options_size);
    switch (options_parse(c->usage, argc, argv, a, options, &in.operands, d)) {
    case OPTIONS_HELP: {
        struct text *t = text_new(a);
        help_command(t, c);
        return show(t, d);
    }
    case OPTIONS_BAD:
        return COMMAND_FAILED;
    case OPTIONS_OK:
        break;
    }
    return c->run(&in, options);
}

/* argv without the program's name; at least one word. */
static int dispatch(int argc, char **argv, struct arena *a, struct diag *d)
{
    const char *word = argv[0];
    struct text *t = text_new(a);
    if (strcmp(word, "help") == 0)
        return help(argc, argv, a, d);
    if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0) {
        help_overview(t, commands);
        return show(t, d);
    }
    if (strcmp(word, "--version") == 0) {
        text_printf(t, "headrace %s\n", HEADRACE_VERSION);
        return show(t, d);
    }
    if (strcmp(word, "--man") == 0) {
        manpage_write(t, commands);
        return show(t, d);
    }
    const struct command *c = need_command(word, d);
    return c == NULL ? COMMAND_FAILED : run(c, argc, argv, a, d);
}

int main(int argc, char **argv)
{
    terminal_prepare();
    struct arena *a = arena_new();
    struct diag *d = diag_new(a);
    int status = COMMAND_FAILED;
    if (argc > 1) {
        status = dispatch(argc - 1, argv + 1, a, d);
    } else {
        diag_error(d, command_line, DIAG_OPTION, "no command given");
        diag_hint(d, "'headrace help' lists the commands");
    }
    terminal_flush(d);
    terminal_print_diagnostics(d, 0);
    if (diag_error_count(d) > 0)
        status = COMMAND_FAILED;
    arena_free(a);
    return status;
}
