#include "traces/pairing.h"

#include "base/arena.h"
#include "base/bits.h"
#include "base/diag.h"
#include "base/nearest.h"
#include "base/text.h"
#include "traces/pair_file.h"
#include "traces/side.h"

#include <stdlib.h>
#include <string.h>

const char *pairing_rule_name(enum pairing_rule rule)
{
    static const char *const names[PAIRING_RULE_COUNT] = {
        [PAIRED_BY_FILE] = "file",         [PAIRED_BY_NAME] = "name",
        [PAIRED_BY_LETTERS] = "letters",   [PAIRED_BY_ENDING] = "ending",
        [PAIRED_BY_POSITION] = "position",
    };
    return names[rule];
}

struct matcher {
    struct arena *arena;
    const struct side *left, *right;
    struct pair_names a, b;
    enum pairing_rule *rules; /* by stream of A */
};

static struct pair_names names_of(struct arena *a, const struct side *s)
{
    struct pair_names n = {
        s->stream_count,
        arena_new_array(a, const char *, s->stream_count),
        arena_new_array(a, uint32_t, s->stream_count),
    };
    for (uint32_t i = 0; i < n.count; i++) {
        n.names[i] = s->streams[i].times.name;
        n.partner[i] = PAIR_NONE;
    }
    return n;
}

/* Names */

static const char *same(struct arena *a, const char *name)
{
    (void)a;
    return name;
}

static const char *with_letters(struct arena *a, const char *name)
{
    char *s = arena_strdup(a, name);
    for (char *c = s; *c != '\0'; c++)
        if (*c == '.')
            *c = '_';
    return s;
}

/* Without one of the endings, longest first. */
static const char *without_ending(struct arena *a, const char *name)
{
    static const char *const endings[] = { "_V_data_0_V", "_V_data_V", "_V_V",
                                           "_i", "_V" };
    size_t length = strlen(name);
    if (length > 2 && strcmp(name + length - 2, "_U") == 0)
        length -= 2;
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        size_t ending = strlen(endings[i]);
        if (length > ending &&
            memcmp(name + length - ending, endings[i], ending) == 0) {
            length -= ending;
            break;
        }
    }
    return with_letters(a, arena_printf(a, "%.*s", (int)length, name));
}

/* True if `whole` is `part` with scopes in front; both without endings.
 * `name` is what `whole` was, with its '.'. */
static bool is_end_of(const char *part, const char *whole, const char *name)
{
    size_t p = strlen(part), w = strlen(whole);
    return w >= p && memcmp(whole + w - p, part, p) == 0 &&
           (w == p || name[w - p - 1] == '.');
}

typedef const char *key_fn(struct arena *a, const char *name);

static void match(struct matcher *m, enum pairing_rule rule, key_fn *key)
{
    uint32_t *hits_b = arena_new_array(m->arena, uint32_t, m->b.count);
    uint32_t *found = arena_new_array(m->arena, uint32_t, m->a.count);
    const char **keys_b = arena_new_array(m->arena, const char *, m->b.count);
    for (uint32_t j = 0; j < m->b.count; j++)
        keys_b[j] = key(m->arena, m->b.names[j]);
    for (uint32_t i = 0; i < m->a.count; i++) {
        uint32_t hits = 0;
        found[i] = PAIR_NONE;
        if (m->a.partner[i] != PAIR_NONE)
            continue;
        const char *key_a = key(m->arena, m->a.names[i]);
        for (uint32_t j = 0; j < m->b.count; j++) {
            bool equal = m->b.partner[j] == PAIR_NONE &&
                         (rule == PAIRED_BY_ENDING
                              ? is_end_of(key_a, keys_b[j], m->b.names[j]) ||
                                    is_end_of(keys_b[j], key_a, m->a.names[i])
                              : strcmp(key_a, keys_b[j]) == 0);
            if (!equal)
                continue;
            hits++;
            hits_b[j]++;
            found[i] = j;
        }
        if (hits != 1)
            found[i] = PAIR_NONE;
    }
    for (uint32_t i = 0; i < m->a.count; i++) {
        if (found[i] == PAIR_NONE || hits_b[found[i]] != 1)
            continue;
        m->a.partner[i] = found[i];
        m->b.partner[found[i]] = i;
        m->rules[i] = rule;
    }
}

/* Position */

struct placed {
    uint64_t tokens; /* of a recording; of a model: of a frame */
    uint64_t after;  /* among those with as many */
    uint32_t stream;
};

static int placed_order(const void *left, const void *right)
{
    const struct placed *a = left, *b = right;
    if (a->tokens != b->tokens)
        return a->tokens < b->tokens ? -1 : 1;
    if (a->after != b->after)
        return a->after < b->after ? -1 : 1;
    return a->stream < b->stream ? -1 : a->stream > b->stream;
}

static uint64_t last_cycle(const struct token_times *t)
{
    uint64_t write = t->write_count > 0 ? t->writes[t->write_count - 1] : 0;
    uint64_t read = t->read_count > 0 ? t->reads[t->read_count - 1] : 0;
    return write > read ? write : read;
}

static struct placed *placed_of(struct arena *a, const struct side *s)
{
    struct placed *list = arena_new_array(a, struct placed, s->stream_count);
    for (uint32_t i = 0; i < s->stream_count; i++) {
        uint32_t stream = s->order[i];
        const struct side_stream *at = &s->streams[stream];
        bool is_model = s->kind == SIDE_MODEL;
        list[i] = (struct placed){
            is_model ? at->tokens_per_frame : side_tokens_seen(at),
            is_model ? i : last_cycle(&at->times),
            stream,
        };
    }
    if (s->stream_count > 0)
        qsort(list, s->stream_count, sizeof *list, placed_order);
    return list;
}

/* All counts of one side are the same multiple of those of the other one, as
 * they are if it is so many frames of the same design. */
static bool are_proportional(const struct placed *a, const struct placed *b,
                             uint32_t count)
{
    if (count == 0 || a[0].tokens == 0 || b[0].tokens == 0)
        return false;
    uint64_t divisor = bits_common_divisor(a[0].tokens, b[0].tokens);
    uint64_t p = a[0].tokens / divisor, q = b[0].tokens / divisor;
    for (uint32_t i = 0; i < count; i++)
        if (a[i].tokens % p != 0 || b[i].tokens % q != 0 ||
            a[i].tokens / p != b[i].tokens / q)
            return false;
    return true;
}

/* Each carries a part of the frames only. */
static bool has_copies(const struct side *s)
{
    for (uint32_t i = 0; i < s->stream_count; i++)
        if (s->streams[i].copies > 1)
            return true;
    return false;
}

static void match_positions(struct matcher *m)
{
    uint32_t count = m->left->stream_count;
    if (count != m->right->stream_count || has_copies(m->left) ||
        has_copies(m->right))
        return;
    const struct placed *a = placed_of(m->arena, m->left);
    const struct placed *b = placed_of(m->arena, m->right);
    /* A model's counts are of one frame. */
    if (!are_proportional(a, b, count) ||
        (m->left->kind == SIDE_MODEL && b[0].tokens % a[0].tokens != 0) ||
        (m->right->kind == SIDE_MODEL && a[0].tokens % b[0].tokens != 0))
        return;
    for (uint32_t i = 0; i < count; i++) {
        m->a.partner[a[i].stream] = b[i].stream;
        m->b.partner[b[i].stream] = a[i].stream;
        m->rules[a[i].stream] = PAIRED_BY_POSITION;
    }
}

/* The result */

static uint32_t *without_partner(const struct matcher *m,
                                 const struct side *side,
                                 const struct pair_names *n, uint32_t *count)
{
    uint32_t *list = arena_new_array(m->arena, uint32_t, n->count);
    *count = 0;
    for (uint32_t i = 0; i < n->count; i++)
        if (n->partner[side->order[i]] == PAIR_NONE)
            list[(*count)++] = side->order[i];
    return list;
}

static struct pairing *collect(const struct matcher *m)
{
    struct pairing *p = arena_new_item(m->arena, struct pairing);
    bool by_b = m->left->kind != SIDE_MODEL && m->right->kind == SIDE_MODEL;
    const struct side *leading = by_b ? m->right : m->left;
    const struct pair_names *n = by_b ? &m->b : &m->a;
    p->pairs = arena_new_array(m->arena, struct pair, n->count);
    for (uint32_t i = 0; i < n->count; i++) {
        uint32_t stream = leading->order[i], other = n->partner[stream];
        if (other == PAIR_NONE)
            continue;
        uint32_t a = by_b ? other : stream;
        p->pairs[p->count++] =
            (struct pair){ a, by_b ? stream : other, m->rules[a] };
        p->by_rule[m->rules[a]]++;
    }
    p->only_a = without_partner(m, m->left, &m->a, &p->only_a_count);
    p->only_b = without_partner(m, m->right, &m->b, &p->only_b_count);
    return p;
}

struct pairing *pairing_new(struct arena *a, const struct side *left,
                            const struct side *right, const char *file,
                            struct diag *d)
{
    struct matcher m = {
        .arena = a,
        .left = left,
        .right = right,
        .a = names_of(a, left),
        .b = names_of(a, right),
        .rules = arena_new_array(a, enum pairing_rule, left->stream_count),
    };
    if (file != NULL && !pair_file_read(a, file, &m.a, &m.b, d))
        return NULL;
    match(&m, PAIRED_BY_NAME, same);
    match(&m, PAIRED_BY_LETTERS, with_letters);
    match(&m, PAIRED_BY_ENDING, without_ending);
    struct pairing *p = collect(&m);
    if (p->count > 0 || left->kind == SIDE_REPORT || right->kind == SIDE_REPORT)
        return p;
    match_positions(&m);
    return collect(&m);
}

/* Nothing in common */

static const char *list_names(struct arena *a, const struct pair_names *n)
{
    enum { SHOWN = 4 };
    struct text *t = text_new(a);
    for (uint32_t i = 0; i < n->count && i < SHOWN; i++)
        text_printf(t, "%s'%s'", i == 0 ? "" : ", ", n->names[i]);
    if (n->count > SHOWN)
        text_add(t, ", ...");
    return n->count == 0 ? "none" : text_string(t);
}

bool pairing_need(struct arena *a, const struct pairing *p,
                  const struct side *left, const struct side *right,
                  struct diag *d)
{
    enum { HINTS = 3 };
    if (p->count > 0)
        return true;
    const struct pair_names l = names_of(a, left), r = names_of(a, right);
    const char **words = arena_new_array(a, const char *, (size_t)r.count + 1);
    uint32_t hints = 0;
    diag_error(d, (struct place){ .file = right->path }, DIAG_COMPARE,
               "no stream is in common with '%s': that has %s, this has %s",
               left->path, list_names(a, &l), list_names(a, &r));
    for (uint32_t j = 0; j < r.count; j++)
        words[j] = with_letters(a, r.names[j]);
    for (uint32_t i = 0; i < l.count && hints < HINTS; i++) {
        const char *nearest = nearest_word(words, with_letters(a, l.names[i]));
        if (nearest == NULL)
            continue;
        uint32_t j = 0;
        while (words[j] != nearest)
            j++;
        diag_hint(d, "'%s' is near to '%s'", l.names[i], r.names[j]);
        hints++;
    }
    diag_hint(d, "say in a pairing file which streams are the same");
    return false;
}

const struct pair *pairing_of_a(const struct pairing *p, uint32_t stream)
{
    for (uint32_t i = 0; i < p->count; i++)
        if (p->pairs[i].a == stream)
            return &p->pairs[i];
    return NULL;
}

const struct pair *pairing_of_b(const struct pairing *p, uint32_t stream)
{
    for (uint32_t i = 0; i < p->count; i++)
        if (p->pairs[i].b == stream)
            return &p->pairs[i];
    return NULL;
}
