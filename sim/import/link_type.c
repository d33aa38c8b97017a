#include "import/link_type.h"

#include "base/arena.h"
#include "base/bits.h"
#include "base/nearest.h"
#include "base/text.h"
#include "import/link_files.h"

#include <string.h>

enum {
    NAME_MAX_LENGTH = 64,
    WORD_BITS_MAX = 1 << 16,
    PATTERN_MAX = 1 << 20, /* cycles of either part of the pattern */
    LATENCY_MAX = 1 << 20,
    FRAME_WORDS_MAX = 1 << 10, /* of a header or trailer */
    PACKET_MAX = LINK_WORDS_MAX / 2,
    CORE_MAX = 1000000000
};

bool clock_read(struct json j, uint64_t *hz_numerator, uint64_t *hz_denominator)
{
    const uint64_t mega = 1000000;
    uint64_t numerator, denominator;
    if (!json_read_decimal(j, 0.001, 2000, &numerator, &denominator))
        return false;
    const uint64_t common = bits_common_divisor(mega, denominator);
    numerator *= mega / common;
    denominator /= common;
    const uint64_t both = bits_common_divisor(numerator, denominator);
    *hz_numerator = numerator / both;
    *hz_denominator = denominator / both;
    return true;
}

static bool is_name(const char *s)
{
    size_t length = strlen(s);
    return length > 0 && length <= NAME_MAX_LENGTH &&
           s[strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789_-")] == '\0';
}

static bool read_name(struct json j, const char **out)
{
    struct json value = json_need(j, "name");
    *out = json_read_string(value);
    if (*out == NULL || is_name(*out))
        return *out != NULL;
    json_error(value, DIAG_NAME,
               "the name of a kind of links is 1 to %d small letters, digits, "
               "'_' and '-'",
               NAME_MAX_LENGTH);
    return false;
}

static bool read_texts(struct json j, struct link_type *t)
{
    enum { SOURCES_MAX = 100 };
    struct json text = json_get(j, "description");
    bool good = true;
    if (json_exists(text)) {
        t->description = json_read_string(text);
        good = t->description != NULL;
    }
    struct json sources = json_need(j, "sources");
    if (!json_exists(sources) || !json_is_array(sources, 1, SOURCES_MAX))
        return false;
    for (size_t i = 0; i < json_length(sources); i++)
        good &= json_read_string(json_at(sources, i)) != NULL;
    return good;
}

/* An optional number. */
static bool read_number(struct json j, const char *key, uint32_t least,
                        uint32_t most, uint32_t *out)
{
    struct json value = json_get(j, key);
    return !json_exists(value) || json_read_u32(value, least, most, out);
}

static bool need_number(struct json j, const char *key, uint32_t least,
                        uint32_t most, uint32_t *out)
{
    return json_read_u32(json_need(j, key), least, most, out);
}

/* Which cycles of the link clock are usable. */
static bool read_pattern(struct json j, struct link_type *t)
{
    t->active = t->active_of = 1;
    struct json active = json_get(j, "active");
    struct json compensation = json_get(j, "compensation");
    if (json_exists(active) &&
        (!json_is_array(active, 2, 2) ||
         !json_read_u32(json_at(active, 1), 1, PATTERN_MAX, &t->active_of) ||
         !json_read_u32(json_at(active, 0), 1, t->active_of, &t->active)))
        return false;
    if (json_exists(compensation)) {
        if (!json_is_object(compensation) ||
            !need_number(compensation, "period", 2, PATTERN_MAX,
                         &t->compensation_period) ||
            !need_number(compensation, "cycles", 1, t->compensation_period - 1,
                         &t->compensation_cycles) ||
            !json_no_more_keys(compensation))
            return false;
    }
    if (link_type_pattern(t) <= LINK_PATTERN_MAX)
        return true;
    json_error(active, DIAG_LINK,
               "the usable cycles repeat every %ju cycles only, and %d is the "
               "most",
               (uintmax_t)link_type_pattern(t), LINK_PATTERN_MAX);
    return false;
}

static bool read_core(struct json j, struct link_type *t)
{
    struct json core = json_get(j, "core");
    if (!json_exists(core))
        return true;
    if (!json_is_object(core))
        return false;
    struct json bram18 = json_get(core, "bram18");
    bool good =
        json_read_u64(json_need(core, "lut"), 0, CORE_MAX, &t->core_lut);
    good &= json_read_u64(json_need(core, "ff"), 0, CORE_MAX, &t->core_ff);
    if (json_exists(bram18))
        good &= json_read_u64(bram18, 0, CORE_MAX, &t->core_bram18);
    return json_no_more_keys(core) && good;
}

static bool read_framed(struct json j, struct link_type *t)
{
    bool good = clock_read(json_need(j, "clock_mhz"), &t->hz_numerator,
                           &t->hz_denominator);
    if (good)
        t->clock = clock_of_hz(t->hz_numerator, t->hz_denominator);
    good &= need_number(j, "word_bits", 1, WORD_BITS_MAX, &t->word_bits);
    good &= read_pattern(j, t);
    good &= need_number(j, "latency", 1, LATENCY_MAX, &t->latency);
    t->return_latency = t->latency;
    good &=
        read_number(j, "return_latency", 1, LATENCY_MAX, &t->return_latency);
    good &=
        read_number(j, "header_words", 0, FRAME_WORDS_MAX, &t->header_words);
    good &=
        read_number(j, "trailer_words", 0, FRAME_WORDS_MAX, &t->trailer_words);
    good &= need_number(j, "packet_words", 1, PACKET_MAX, &t->packet_words);
    return read_core(j, t) && good;
}

/* A FIFO of words or tokens that the type prescribes. */
static bool read_send_words(struct json j, struct link_type *t)
{
    enum { LEAST = 4 };
    struct json value = json_get(j, "send_words");
    if (!json_exists(value))
        return true;
    if (!json_read_u32(value, LEAST, LINK_WORDS_MAX, &t->send_words))
        return false;
    if ((t->send_words & (t->send_words - 1)) == 0)
        return true;
    json_error(value, DIAG_LINK, "send_words %u is no power of two",
               t->send_words);
    return false;
}

static bool read_kind(struct json j, struct link_type *t)
{
    struct json value = json_need(j, "kind");
    const char *kind = json_read_string(value);
    if (kind == NULL)
        return false;
    if (strcmp(kind, "crossing") == 0) {
        t->kind = LINK_CROSSING;
        return true;
    }
    t->kind = LINK_FRAMED;
    if (strcmp(kind, "framed") == 0)
        return true;
    json_error(value, DIAG_VALUE, "kind '%.*s' is not 'crossing' or 'framed'",
               NAME_MAX_LENGTH, kind);
    return false;
}

static const struct link_type *read_type(struct arena *a, struct json j)
{
    enum { SYNCHRONISER = 2 };
    if (!json_exists(j) || !json_is_object(j))
        return NULL;
    struct link_type *t = arena_new_item(a, struct link_type);
    t->synchroniser = SYNCHRONISER;
    bool good = read_name(j, &t->name);
    good &= read_texts(j, t);
    if (!read_kind(j, t))
        return NULL;
    if (t->kind == LINK_FRAMED)
        good &= read_framed(j, t);
    good &= read_number(j, "synchroniser", 2, 3, &t->synchroniser);
    good &= read_send_words(j, t);
    good &= json_no_more_keys(j);
    return good ? t : NULL;
}

/* The name without its ending; the arena's. */
static const char *stem(struct arena *a, const struct embedded_file *f)
{
    return arena_printf(a, "%.*s", (int)strcspn(f->name, "."), f->name);
}

const char *link_type_names(struct arena *a)
{
    struct text *t = text_new(a);
    for (size_t i = 0; i < link_file_count; i++)
        text_printf(t, "%s%s", i > 0 ? ", " : "", stem(a, &link_files[i]));
    return text_string(t);
}

bool link_type_is_path(const char *name)
{
    return strchr(name, '/') != NULL || text_ends_in(name, ".json");
}

static void report_unknown(struct arena *a, const char *name,
                           struct place where, struct diag *d)
{
    const char **names = arena_new_array(a, const char *, link_file_count + 1);
    for (size_t i = 0; i < link_file_count; i++)
        names[i] = stem(a, &link_files[i]);
    const char *meant = nearest_word(names, name);
    diag_error(d, where, DIAG_VALUE,
               "there is no kind of links '%.*s' in the catalogue, which has "
               "%s",
               NAME_MAX_LENGTH, name, link_type_names(a));
    if (meant != NULL)
        diag_hint(d, "did you mean '%s'?", meant);
    else
        diag_hint(d, "a file can be given instead, as %.*s.json",
                  NAME_MAX_LENGTH, name);
}

const struct link_type *link_type_load(struct arena *a, const char *name,
                                       struct place where, struct diag *d)
{
    if (link_type_is_path(name))
        return read_type(a, json_load(a, name, d));
    for (size_t i = 0; i < link_file_count; i++) {
        const struct embedded_file *f = &link_files[i];
        if (strcmp(stem(a, f), name) == 0)
            return read_type(a, json_parse(a, f->name, f->text, f->length, d));
    }
    report_unknown(a, name, where, d);
    return NULL;
}
