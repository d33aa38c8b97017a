#include "cli/stall_option.h"

#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/nearest.h"
#include "cli/load.h"
#include "design/design.h"
#include "design/stimulus.h"
#include "import/stall_pattern.h"

enum {
    CYCLES_MAX = 1000000000, /* as in a model */
    RANDOM_MAX = 95,         /* beyond, tokens hardly ever get through */
    SEED_DEFAULT = 1
};

const struct option_row stall_switch_rows[] = {
    { .name = "source",
      .kind = OPTION_STRING,
      .argument = STALL_OPTION_ARGUMENT,
      .offset = offsetof(struct stall_switches, source),
      .help = "when tokens are offered: " STALL_OPTION_KINDS },
    { .name = "sink",
      .kind = OPTION_STRING,
      .argument = STALL_OPTION_ARGUMENT,
      .offset = offsetof(struct stall_switches, sink),
      .help = "when results are taken, in the same words" },
    { .name = NULL },
};

static const struct place command_line = { 0 };

/* One text being read. */
struct reader {
    struct arena *arena;
    const char *option;
    struct stimulus *out;
    struct diag *diag;
};

/* The numbers behind a word: "K" or "N:P". */
struct numbers {
    uint32_t least, most; /* of them */
    uint64_t min[2], max[2];
};

/* False: said why. */
static bool read_numbers(const struct reader *r, const char *form, char *text,
                         const struct numbers *n, uint64_t *values)
{
    uint32_t count = 0;
    for (char *part = text; part != NULL; count++) {
        char *colon = strchr(part, ':');
        if (colon != NULL)
            *colon = '\0';
        if (count < n->most &&
            !options_number(r->option, part, n->min[count], n->max[count],
                            &values[count], r->diag))
            return false;
        part = colon == NULL ? NULL : colon + 1;
    }
    if (count >= n->least && count <= n->most)
        return true;
    diag_error(r->diag, command_line, DIAG_OPTION,
               "%s: %" PRIu32 " number%s where '%s' has %" PRIu32 "%s",
               r->option, count, count == 1 ? "" : "s", form, n->least,
               n->most > n->least ? " or one more" : "");
    return false;
}

static bool read_every(const struct reader *r, char *rest)
{
    const struct numbers n = { 1, 1, { 1 }, { CYCLES_MAX } };
    uint64_t value = 0;
    if (!read_numbers(r, "every:K", rest, &n, &value))
        return false;
    r->out->gap = (uint32_t)value - 1;
    return true;
}

static bool read_burst(const struct reader *r, char *rest)
{
    const struct numbers n = { 2, 2, { 1, 1 }, { CYCLES_MAX, CYCLES_MAX } };
    uint64_t values[2] = { 0 };
    if (!read_numbers(r, "burst:N:P", rest, &n, values))
        return false;
    r->out->burst = (uint32_t)values[0];
    r->out->pause = (uint32_t)values[1];
    return true;
}

static bool read_random(const struct reader *r, char *rest)
{
    const struct numbers n = { 1, 2, { 1, 0 }, { RANDOM_MAX, UINT64_MAX } };
    uint64_t values[2] = { 0, SEED_DEFAULT };
    if (!read_numbers(r, "random:PERCENT[:SEED]", rest, &n, values))
        return false;
    r->out->random = (uint32_t)values[0];
    r->out->seed = values[1];
    return true;
}

static bool read_file(const struct reader *r, char *path)
{
    if (!stall_pattern_read(r->arena, path, path, command_line, r->out,
                            r->diag))
        return false;
    for (uint64_t i = 0; i < r->out->pattern_cycles; i++)
        if (r->out->pattern[i])
            return true;
    /* Behind its end a pattern lets everything through: it would only delay
     * the first token, which is hardly what was recorded. */
    diag_error(r->diag, command_line, DIAG_STIMULUS,
               "%s: '%s' has no 1 among its %" PRIu64 " cycles", r->option,
               path, r->out->pattern_cycles);
    return false;
}

static const struct {
    const char *word;
    const char *form;
    bool (*read)(const struct reader *r,
                 char *rest); /* NULL: nothing follows */
} kinds[] = {
    { "always", "always", NULL },
    { "every", "every:K", read_every },
    { "burst", "burst:N:P", read_burst },
    { "random", "random:PERCENT[:SEED]", read_random },
    { "file", "file:PATH", read_file },
};
enum { KINDS = sizeof kinds / sizeof *kinds };

static void report_unknown(const struct reader *r, const char *word)
{
    const char *words[KINDS + 1] = { NULL };
    for (int i = 0; i < KINDS; i++)
        words[i] = kinds[i].word;
    diag_error(r->diag, command_line, DIAG_OPTION,
               "%s: '%s' is no stall pattern; there are: " STALL_OPTION_KINDS,
               r->option, word);
    const char *nearest = nearest_word(words, word);
    if (nearest != NULL)
        diag_hint(r->diag, "did you mean '%s'?", nearest);
}

bool stall_option_read(struct arena *a, const char *option, const char *text,
                       struct stimulus *out, struct diag *d)
{
    *out = (struct stimulus){ 0 };
    const struct reader r = { a, option, out, d };
    char *word = arena_strdup(a, text);
    char *rest = strchr(word, ':');
    if (rest != NULL)
        *rest++ = '\0';
    for (int i = 0; i < KINDS; i++) {
        if (strcmp(word, kinds[i].word) != 0)
            continue;
        if ((kinds[i].read == NULL) == (rest == NULL))
            return rest == NULL || kinds[i].read(&r, rest);
        diag_error(d, command_line, DIAG_OPTION, "%s: '%s' is not '%s'", option,
                   text, kinds[i].form);
        return false;
    }
    report_unknown(&r, word);
    return false;
}

bool stall_switches_apply(struct arena *a, const struct stall_switches *s,
                          const struct design_switches *others,
                          struct design *design, struct diag *d)
{
    if ((s->source != NULL || s->sink != NULL) && others->random_stalls.given) {
        diag_error(d, command_line, DIAG_OPTION,
                   "--random-stalls draws both source and sink, %s another "
                   "%s",
                   s->source != NULL ? "--source" : "--sink",
                   s->source != NULL ? "source" : "sink");
        return false;
    }
    bool ok = s->source == NULL ||
              stall_option_read(a, "--source", s->source, &design->source, d);
    ok &= s->sink == NULL ||
          stall_option_read(a, "--sink", s->sink, &design->sink, d);
    return ok;
}
