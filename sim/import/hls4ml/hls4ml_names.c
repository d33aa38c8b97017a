/* Constants, types and records of a header. */
#include "import/hls4ml/hls4ml_reader.h"

#include "base/arena.h"

#include <string.h>

struct place hls4ml_place(const struct cpp_source *s, uint32_t at)
{
    const struct cpp_token *t = cpp_at(s, at);
    return (struct place){ s->path, t->line, t->column };
}

/* FNV-1a over the field and its record. */
static uint32_t bucket_of(const char *record, const char *name)
{
    uint32_t hash = 2166136261;
    for (; *name != '\0'; name++)
        hash = (hash ^ (uint8_t)*name) * 16777619;
    for (; record != NULL && *record != '\0'; record++)
        hash = (hash ^ (uint8_t)*record) * 16777619;
    return hash % HLS4ML_BUCKETS;
}

const struct hls4ml_name *hls4ml_find(const struct hls4ml_reader *r,
                                      const char *record, const char *name)
{
    uint32_t i = r->buckets[bucket_of(record, name)];
    while (i != HLS4ML_NAMES_MAX) {
        const struct hls4ml_name *n = &r->names[i];
        bool in = record == NULL
                      ? n->record == NULL
                      : n->record != NULL && strcmp(n->record, record) == 0;
        if (in && strcmp(n->name, name) == 0)
            return n;
        i = n->next;
    }
    return NULL;
}

static bool add(struct hls4ml_reader *r, const struct hls4ml_name *n)
{
    if (r->name_count == HLS4ML_NAMES_MAX) {
        diag_error(r->diag, hls4ml_place(n->source, n->at), DIAG_HLS4ML,
                   "more than %d names, no project of hls4ml has so many",
                   HLS4ML_NAMES_MAX);
        return false;
    }
    uint32_t *bucket = &r->buckets[bucket_of(n->record, n->name)];
    r->names = arena_grow(r->arena, r->names, r->name_count, sizeof *r->names);
    r->names[r->name_count] = *n;
    r->names[r->name_count].next = *bucket;
    *bucket = r->name_count++;
    return true;
}

/* The token behind the next one of these marks that is in no brackets; the
 * token itself if it is the end or closes what was open before. */
static uint32_t behind(const struct cpp_source *s, uint32_t at,
                       const char *mark)
{
    for (int64_t depth = 0;; at++) {
        const struct cpp_token *t = cpp_at(s, at);
        if (t->kind == CPP_END)
            return at;
        if (depth == 0 && cpp_is(t, mark))
            return at + 1;
        if (cpp_is(t, "{") || cpp_is(t, "("))
            depth++;
        if (cpp_is(t, "}") || cpp_is(t, ")")) {
            if (depth == 0)
                return at;
            depth--;
        }
    }
}

/* `typedef TYPE NAME;`, at the word behind typedef. */
static bool read_typedef(struct hls4ml_reader *r, const struct cpp_source *s,
                         const char *record, uint32_t at, uint32_t end)
{
    if (end < at + 3 || cpp_at(s, end - 2)->kind != CPP_WORD)
        return true;
    return add(r, &(struct hls4ml_name){
                      .name = cpp_text(r->arena, cpp_at(s, end - 2)),
                      .record = record,
                      .source = s,
                      .at = at,
                      .is_type = true,
                  });
}

/* `using NAME = TYPE;`, at the name. */
static bool read_using(struct hls4ml_reader *r, const struct cpp_source *s,
                       const char *record, uint32_t at)
{
    if (cpp_at(s, at)->kind != CPP_WORD || !cpp_is(cpp_at(s, at + 1), "="))
        return true;
    return add(r, &(struct hls4ml_name){
                      .name = cpp_text(r->arena, cpp_at(s, at)),
                      .record = record,
                      .source = s,
                      .at = at + 2,
                      .is_type = true,
                  });
}

/* `static const TYPE NAME = VALUE;`; outside of records also RECORD::NAME. */
static bool read_constant(struct hls4ml_reader *r, const struct cpp_source *s,
                          const char *record, uint32_t at, uint32_t end)
{
    uint32_t equal = at;
    while (equal < end && !cpp_is(cpp_at(s, equal), "="))
        equal++;
    if (equal >= end || equal < at + 2 ||
        cpp_at(s, equal - 1)->kind != CPP_WORD)
        return true;
    if (record == NULL && equal >= at + 3 && cpp_is(cpp_at(s, equal - 2), "::"))
        record = cpp_text(r->arena, cpp_at(s, equal - 3));
    return add(r, &(struct hls4ml_name){
                      .name = cpp_text(r->arena, cpp_at(s, equal - 1)),
                      .record = record,
                      .source = s,
                      .at = equal + 1,
                  });
}

static bool read_statement(struct hls4ml_reader *r, const struct cpp_source *s,
                           const char *record, uint32_t *at)
{
    uint32_t first = *at;
    const struct cpp_token *t = cpp_at(s, first);
    *at = behind(s, first, ";");
    if (*at == first)
        *at = first + 1; /* a bracket that nobody opened */
    if (cpp_is(t, "template")) {
        while (first < *at && !cpp_is(cpp_at(s, first), "using"))
            first++;
        t = cpp_at(s, first);
    }
    if (cpp_is(t, "typedef"))
        return read_typedef(r, s, record, first + 1, *at);
    if (cpp_is(t, "using"))
        return read_using(r, s, record, first + 1);
    if (cpp_is(t, "static") || cpp_is(t, "const") || cpp_is(t, "constexpr"))
        return read_constant(r, s, record, first, *at);
    return true;
}

/* `struct NAME : BASE { ... };`, at the name; *at is set behind it. */
static bool read_record(struct hls4ml_reader *r, const struct cpp_source *s,
                        uint32_t *at)
{
    uint32_t end = behind(s, *at, ";");
    uint32_t name_at = *at, in = *at + 1;
    *at = end > name_at ? end : name_at + 1;
    while (in < end && !cpp_is(cpp_at(s, in), "{"))
        in++;
    if (in >= end || cpp_at(s, name_at)->kind != CPP_WORD)
        return true;
    const char *name = cpp_text(r->arena, cpp_at(s, name_at));
    if (!add(r,
             &(struct hls4ml_name){
                 .name = name, .source = s, .at = name_at, .is_record = true }))
        return false;
    for (in++; in < end && !cpp_is(cpp_at(s, in), "}");) {
        if (cpp_at(s, in)->kind == CPP_COMMENT)
            in++;
        else if (!read_statement(r, s, name, &in))
            return false;
    }
    return true;
}

/* `#define NAME VALUE`, at the name. */
static bool read_define(struct hls4ml_reader *r, const struct cpp_source *s,
                        uint32_t at)
{
    uint8_t kind = cpp_at(s, at + 1)->kind;
    if (cpp_at(s, at)->kind != CPP_WORD || kind == CPP_LINE || kind == CPP_END)
        return true;
    return add(r, &(struct hls4ml_name){
                      .name = cpp_text(r->arena, cpp_at(s, at)),
                      .source = s,
                      .at = at + 1,
                  });
}

static void make_buckets(struct hls4ml_reader *r)
{
    r->buckets = arena_new_array(r->arena, uint32_t, HLS4ML_BUCKETS);
    for (uint32_t i = 0; i < HLS4ML_BUCKETS; i++)
        r->buckets[i] = HLS4ML_NAMES_MAX;
}

bool hls4ml_read_names(struct hls4ml_reader *r, const struct cpp_source *s)
{
    if (r->buckets == NULL)
        make_buckets(r);
    for (uint32_t at = 0; at < s->count;) {
        const struct cpp_token *t = cpp_at(s, at);
        bool fine = true;
        if (t->kind == CPP_DIRECTIVE) {
            fine = !cpp_is(t, "define") || read_define(r, s, at + 1);
            while (at < s->count && cpp_at(s, at)->kind != CPP_LINE)
                at++;
            at++;
        } else if (t->kind == CPP_COMMENT) {
            at++;
        } else if (cpp_is(t, "namespace")) {
            while (at < s->count && !cpp_is(cpp_at(s, at), "{"))
                at++;
            at++;
        } else if (cpp_is(t, "struct")) {
            at++;
            fine = read_record(r, s, &at);
        } else {
            fine = read_statement(r, s, NULL, &at);
        }
        if (!fine)
            return false;
    }
    return true;
}
