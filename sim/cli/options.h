/* options -- one table per command: it yields parsing, --help and the man
 * page, so the three cannot disagree.
 *
 * A command declares a struct with one member per option and a table of
 * rows that say where each member lies; all zero means that nothing was
 * given.  Switches that several commands share are a group of their own:
 *
 *     struct simulate_options {
 *         struct run_switches run;
 *         bool json;
 *         const char *output;
 *     };
 *     static const struct option_row rows[] = {
 *         { .name = "json", .kind = OPTION_FLAG,
 *           .offset = offsetof(struct simulate_options, json),
 *           .help = "print the result as JSON" },
 *         { .name = NULL },
 *     };
 *     static const struct option_group groups[] = {
 *         { "Run", run_switch_rows, offsetof(struct simulate_options, run) },
 *         { "Output", rows, 0 },
 *         { NULL, NULL, 0 },
 *     };
 *
 * Names are matched whole: an abbreviation that works today would break when
 * an option is added.  Options and operands may be mixed; -- ends the
 * options. */
#ifndef HEADRACE_CLI_OPTIONS_H
#define HEADRACE_CLI_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;
struct diag;

/* The kind of an option and the type of its member. */
enum option_kind {
    OPTION_FLAG,   /* bool */
    OPTION_U32,    /* struct option_u32 */
    OPTION_U64,    /* struct option_u64 */
    OPTION_STRING, /* const char *; NULL: not given */
    OPTION_LIST,   /* struct option_list; may be repeated */
};

struct option_u32 {
    bool given;
    uint32_t value;
};

struct option_u64 {
    bool given;
    uint64_t value;
};

struct option_list {
    uint32_t count;
    const char **items; /* in the order of the command line */
};

struct option_row {
    const char *name; /* without the dashes; NULL ends the table */
    char letter;      /* of the short form; 0: none */
    enum option_kind kind;
    const char *argument; /* what help calls the value; NULL for a flag */
    size_t offset;        /* of the member */
    uint64_t min, max;    /* of a number; max 0: as its type allows */
    const char *help;     /* lower case, no full stop */
};

struct option_group {
    const char *title;             /* heading in help: "Output" */
    const struct option_row *rows; /* NULL ends the list of groups */
    size_t offset;                 /* added to the offsets of the rows */
};

/* How a command is called. */
struct usage {
    const char *operands; /* "FILE"; NULL: none */
    uint32_t operand_min, operand_max;
    const char *details; /* paragraphs, parted by an empty line */
    size_t options_size; /* of the struct that the rows fill */
    const struct option_group *groups;
};

struct operands {
    uint32_t count;
    const char **items;
};

enum options_result {
    OPTIONS_OK,
    OPTIONS_HELP, /* --help or -h: nothing else counts */
    OPTIONS_BAD   /* said why in d */
};

/* Reads argv[1] and on; argv[0] is the command's name.  All errors are
 * reported, not only the first.  `options` has usage->options_size zeroed
 * bytes.  Lists, operands and texts belong to the arena or are argv's. */
enum options_result options_parse(const struct usage *usage, int argc,
                                  char **argv, struct arena *a, void *options,
                                  struct operands *operands, struct diag *d);

/* Reads a whole number without sign in min .. max; `option` is named in the
 * diagnostic ("--fifo-depth").  For options whose value has more than one
 * part. */
bool options_number(const char *option, const char *text, uint64_t min,
                    uint64_t max, uint64_t *out, struct diag *d);

/* The row that every command has besides its own: --help. */
extern const struct option_row options_help_row;

#endif
