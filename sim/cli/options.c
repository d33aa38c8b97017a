#include "cli/options.h"

#include "base/arena.h"
#include "base/diag.h"
#include "base/nearest.h"

#include <assert.h>
#include <getopt.h>
#include <string.h>

/* Values that getopt_long returns for long names: above all letters. */
enum { LONG_BASE = 256 };

static const struct place command_line = { 0 };

const struct option_row options_help_row = {
    .name = "help",
    .letter = 'h',
    .kind = OPTION_FLAG,
    .help = "print this help and exit",
};

/* A row and where its member lies. */
struct slot {
    const struct option_row *row;
    void *member; /* NULL: --help */
    bool given;
};

struct parse {
    struct arena *arena;
    struct diag *diag;
    uint32_t slot_count;
    struct slot *slots;
    struct option *longs; /* as getopt_long wants them */
    char *letters;
};

static uint32_t count_rows(const struct usage *usage)
{
    uint32_t count = 1;
    for (const struct option_group *g = usage->groups; g->rows != NULL; g++)
        for (const struct option_row *r = g->rows; r->name != NULL; r++)
            count++;
    return count;
}

static void add_slot(struct parse *p, const struct option_row *row,
                     void *member)
{
    uint32_t i = p->slot_count++;
    bool takes = row->kind != OPTION_FLAG;
    assert(takes == (row->argument != NULL));
    p->slots[i] = (struct slot){ .row = row, .member = member };
    p->longs[i] = (struct option){
        .name = row->name,
        .has_arg = takes ? required_argument : no_argument,
        .val = LONG_BASE + (int)i,
    };
    if (row->letter != 0) {
        size_t at = strlen(p->letters);
        p->letters[at] = row->letter;
        if (takes)
            p->letters[at + 1] = ':';
    }
}

static void prepare(struct parse *p, const struct usage *usage, void *options)
{
    uint32_t count = count_rows(usage);
    p->slots = arena_new_array(p->arena, struct slot, count);
    p->longs = arena_new_array(p->arena, struct option, count + 1);
    p->letters = arena_new_array(p->arena, char, 2 * (size_t)count + 2);
    p->letters[0] = ':'; /* tells a missing value from an unknown letter */
    for (const struct option_group *g = usage->groups; g->rows != NULL; g++)
        for (const struct option_row *r = g->rows; r->name != NULL; r++) {
            assert(g->offset + r->offset < usage->options_size);
            add_slot(p, r, (char *)options + g->offset + r->offset);
        }
    add_slot(p, &options_help_row, NULL);
}

/* By what getopt_long returned; NULL: none. */
static struct slot *find_slot(struct parse *p, int value)
{
    if (value >= LONG_BASE)
        return &p->slots[value - LONG_BASE];
    for (uint32_t i = 0; i < p->slot_count; i++)
        if (p->slots[i].row->letter != 0 && p->slots[i].row->letter == value)
            return &p->slots[i];
    return NULL;
}

static void unknown_name(struct parse *p, const char *word)
{
    size_t length = strcspn(word, "=");
    diag_error(p->diag, command_line, DIAG_OPTION, "unknown option '%.*s'",
               (int)length, word);
    const char **names =
        arena_new_array(p->arena, const char *, p->slot_count + 1);
    for (uint32_t i = 0; i < p->slot_count; i++)
        names[i] = p->slots[i].row->name;
    char *name = arena_strdup(p->arena, word + strspn(word, "-"));
    name[strcspn(name, "=")] = '\0';
    const char *nearest = nearest_word(names, name);
    if (nearest != NULL)
        diag_hint(p->diag, "did you mean '--%s'?", nearest);
}

/* The word of argv that getopt_long has just read a long option from. */
static const char *long_word(char **argv, const struct slot *s)
{
    bool apart = s->row->kind != OPTION_FLAG && optarg == argv[optind - 1];
    return argv[optind - (apart ? 2 : 1)];
}

static bool is_whole_name(const char *word, const struct slot *s)
{
    size_t length = strcspn(word, "=");
    return length == strlen(s->row->name) + 2 &&
           memcmp(word + 2, s->row->name, length - 2) == 0;
}

bool options_number(const char *option, const char *text, uint64_t min,
                    uint64_t max, uint64_t *out, struct diag *d)
{
    uint64_t value = 0;
    bool fits = true;
    const char *c = text;
    for (; *c >= '0' && *c <= '9'; c++) {
        unsigned digit = (unsigned)(*c - '0');
        fits = fits && value <= (UINT64_MAX - digit) / 10;
        value = 10 * value + digit;
    }
    if (*text == '\0' || *c != '\0') {
        diag_error(d, command_line, DIAG_OPTION,
                   "%s: '%s' is not a whole number without sign", option, text);
        return false;
    }
    if (!fits || value < min || value > max) {
        diag_error(d, command_line, DIAG_OPTION, "%s: %s is outside %ju..%ju",
                   option, text, (uintmax_t)min, (uintmax_t)max);
        return false;
    }
    *out = value;
    return true;
}

static void set_number(struct parse *p, const struct slot *s, const char *text)
{
    uint64_t top = s->row->kind == OPTION_U32 ? UINT32_MAX : UINT64_MAX;
    uint64_t max = s->row->max == 0 ? top : s->row->max;
    assert(text != NULL && max <= top);
    char *name = arena_printf(p->arena, "--%s", s->row->name);
    uint64_t value = 0;
    if (!options_number(name, text, s->row->min, max, &value, p->diag))
        return;
    if (s->row->kind == OPTION_U32)
        *(struct option_u32 *)s->member = (struct option_u32){
            .given = true,
            .value = (uint32_t)value,
        };
    else
        *(struct option_u64 *)s->member = (struct option_u64){
            .given = true,
            .value = value,
        };
}

static void append(struct arena *a, struct option_list *list, const char *item)
{
    const char **items =
        arena_new_array(a, const char *, (size_t)list->count + 1);
    if (list->count > 0)
        memcpy(items, list->items, list->count * sizeof *items);
    items[list->count++] = item;
    list->items = items;
}

static void set(struct parse *p, struct slot *s, const char *text)
{
    if (s->given && s->row->kind != OPTION_LIST) {
        diag_error(p->diag, command_line, DIAG_OPTION,
                   "option '--%s' is given more than once", s->row->name);
        return;
    }
    assert(s->member != NULL); /* --help does not come here */
    s->given = true;
    if (text != NULL && *text == '\0') {
        diag_error(p->diag, command_line, DIAG_OPTION,
                   "--%s: the value is empty", s->row->name);
        return;
    }
    switch (s->row->kind) {
    case OPTION_FLAG:
        *(bool *)s->member = true;
        break;
    case OPTION_U32:
    case OPTION_U64:
        set_number(p, s, text);
        break;
    case OPTION_STRING:
        *(const char **)s->member = text;
        break;
    case OPTION_LIST:
        append(p->arena, s->member, text);
        break;
    }
}

/* getopt_long returned '?': the word is unknown, ambiguous, or a flag that
 * was given a value. */
static void refuse(struct parse *p, char **argv)
{
    const struct slot *s = find_slot(p, optopt);
    if (optopt >= LONG_BASE && is_whole_name(argv[optind - 1], s))
        diag_error(p->diag, command_line, DIAG_OPTION,
                   "option '--%s' takes no value, but '%s' was given",
                   s->row->name, argv[optind - 1] + strlen(s->row->name) + 3);
    else if (optopt == 0 || optopt >= LONG_BASE)
        unknown_name(p, argv[optind - 1]);
    else
        diag_error(p->diag, command_line, DIAG_OPTION, "unknown option '-%c'",
                   optopt);
}

static void read_operands(struct parse *p, const struct usage *usage, int argc,
                          char **argv, struct operands *operands)
{
    uint32_t count = (uint32_t)(argc - optind);
    operands->items = arena_new_array(p->arena, const char *, count + 1);
    for (uint32_t i = 0; i < count; i++) {
        operands->items[i] = argv[optind + (int)i];
        if (*operands->items[i] == '\0')
            diag_error(p->diag, command_line, DIAG_OPTION,
                       "'%s': an operand is empty", argv[0]);
    }
    operands->count = count;
    if (count < usage->operand_min)
        diag_error(p->diag, command_line, DIAG_OPTION,
                   "'%s' needs %s: %u given", argv[0], usage->operands, count);
    if (count > usage->operand_max)
        diag_error(p->diag, command_line, DIAG_OPTION,
                   "'%s' takes %s, but '%s' follows", argv[0],
                   usage->operands == NULL ? "no operand" : usage->operands,
                   argv[optind + (int)usage->operand_max]);
}

static int next_option(struct parse *p, int argc, char **argv)
{
    return getopt_long(argc, argv, p->letters, p->longs, NULL);
}

/* --help counts whatever stands beside it, so it is looked for first.  In a
 * copy, as getopt_long moves the words. */
static bool asks_for_help(struct parse *p, int argc, char **argv)
{
    char **words = arena_new_array(p->arena, char *, (size_t)argc + 1);
    memcpy(words, argv, (size_t)argc * sizeof *words);
    optind = 0; /* glibc: start anew */
    for (;;) {
        int value = next_option(p, argc, words);
        if (value == -1)
            return false;
        if (value == '?' || value == ':')
            continue;
        const struct slot *s = find_slot(p, value);
        if (s->row == &options_help_row &&
            (value < LONG_BASE || is_whole_name(long_word(words, s), s)))
            return true;
    }
}

/* What getopt_long returned for one option. */
static void read_option(struct parse *p, int value, char **argv)
{
    if (value == '?') {
        refuse(p, argv);
        return;
    }
    bool bare = value == ':'; /* its value is missing */
    int code = bare ? optopt : value;
    struct slot *s = find_slot(p, code);
    const char *word = bare ? argv[optind - 1] : long_word(argv, s);
    if (code >= LONG_BASE && !is_whole_name(word, s))
        unknown_name(p, word);
    else if (bare)
        diag_error(p->diag, command_line, DIAG_OPTION,
                   "option '--%s' needs a value: %s", s->row->name,
                   s->row->argument);
    else
        set(p, s, optarg);
}

enum options_result options_parse(const struct usage *usage, int argc,
                                  char **argv, struct arena *a, void *options,
                                  struct operands *operands, struct diag *d)
{
    struct parse p = { .arena = a, .diag = d };
    prepare(&p, usage, options);
    size_t errors = diag_error_count(d);
    opterr = 0;
    if (asks_for_help(&p, argc, argv))
        return OPTIONS_HELP;
    optind = 0;
    for (;;) {
        int value = next_option(&p, argc, argv);
        if (value == -1)
            break;
        read_option(&p, value, argv);
    }
    /* An operand too many may be the value of an option that we do not know:
     * nothing is said about operands then. */
    if (diag_error_count(d) == errors)
        read_operands(&p, usage, argc, argv, operands);
    return diag_error_count(d) > errors ? OPTIONS_BAD : OPTIONS_OK;
}
