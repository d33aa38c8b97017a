#include "base/json.h"

#include "base/arena.h"
#include "base/json_node.h"
#include "base/nearest.h"
#include "base/text.h"

#include <cjson/cJSON.h>

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { FILE_BYTES_MAX = 64 << 20 };
/* What a message shows of a deep path and of a long key. */
enum { DEPTH_SHOWN = 8, KEY_SHOWN = 60 };

static const struct json nothing = { NULL, NULL };

/* Places */

static void find_lines(struct json_file *f, size_t length)
{
    uint32_t count = 1;
    for (size_t i = 0; i < length; i++)
        count += f->text[i] == '\n';
    f->lines = arena_new_array(f->arena, uint32_t, count);
    f->line_count = 1;
    for (size_t i = 0; i < length; i++)
        if (f->text[i] == '\n')
            f->lines[f->line_count++] = (uint32_t)i + 1;
}

static struct place place_at(const struct json_file *f, uint32_t offset)
{
    uint32_t low = 0, high = f->line_count; /* lines[low] <= offset */
    while (high - low > 1) {
        uint32_t middle = low + (high - low) / 2;
        if (f->lines[middle] <= offset)
            low = middle;
        else
            high = middle;
    }
    return (struct place){ .file = f->name,
                           .line = low + 1,
                           .column = offset - f->lines[low] + 1 };
}

int json_clip(const char *s, size_t length, int most)
{
    if (length <= (size_t)most)
        return (int)length;
    int cut = most;
    while (cut > 0 && ((unsigned char)s[cut] & 0xc0) == 0x80)
        cut--;
    return cut;
}

/* Reading */

static void report_syntax(const struct json_file *f, size_t length,
                          const char *rule, uint32_t offset)
{
    unsigned char c = (unsigned char)f->text[offset];
    struct place place = place_at(f, offset);
    if (offset >= length)
        diag_error(f->diag, place, DIAG_JSON_SYNTAX, "%s, but the file ends",
                   rule);
    else if (c > 0x20 && c < 0x7f)
        diag_error(f->diag, place, DIAG_JSON_SYNTAX, "%s, found '%c'", rule, c);
    else
        diag_error(f->diag, place, DIAG_JSON_SYNTAX, "%s, found byte 0x%02x",
                   rule, c);
}

/* Copies cJSON's tree; the spans come in the same order. */
struct builder {
    struct arena *arena;
    const struct json_span *spans;
    size_t next, count;
};

static int compare_keys(const void *a, const void *b)
{
    const struct json_node *const *x = a, *const *y = b;
    int order = strcmp((*x)->key, (*y)->key);
    if (order != 0)
        return order;
    return ((*x)->span.key > (*y)->span.key) -
           ((*x)->span.key < (*y)->span.key);
}

static enum json_kind kind_of(const cJSON *item)
{
    if (cJSON_IsObject(item))
        return JSON_OBJECT;
    if (cJSON_IsArray(item))
        return JSON_ARRAY;
    if (cJSON_IsString(item))
        return JSON_STRING;
    if (cJSON_IsNumber(item))
        return JSON_NUMBER;
    return cJSON_IsBool(item) ? JSON_BOOL : JSON_NULL;
}

static void build(struct builder *b, const cJSON *item, struct json_node *n)
{
    assert(b->next < b->count);
    n->span = b->spans[b->next++];
    n->kind = (uint8_t)kind_of(item);
    if (n->kind == JSON_STRING)
        n->string = arena_strdup(b->arena, item->valuestring);
    if (n->kind == JSON_NUMBER)
        n->number = item->valuedouble;
    if (n->kind == JSON_BOOL)
        n->number = cJSON_IsTrue(item);
    for (const cJSON *child = item->child; child != NULL; child = child->next)
        n->count++;
    if (n->count == 0)
        return;
    n->children = arena_new_array(b->arena, struct json_node, n->count);
    struct json_node *at = n->children;
    for (const cJSON *child = item->child; child != NULL; child = child->next) {
        at->parent = n;
        if (n->kind == JSON_OBJECT)
            at->key = arena_strdup(b->arena, child->string);
        build(b, child, at++);
    }
    if (n->kind == JSON_OBJECT) {
        n->by_key = arena_new_array(b->arena, struct json_node *, n->count);
        for (uint32_t i = 0; i < n->count; i++)
            n->by_key[i] = &n->children[i];
        qsort(n->by_key, n->count, sizeof *n->by_key, compare_keys);
    }
}

/* Reports keys that an object has twice, in the order of the keys. */
static bool check_keys(const struct json_file *f, const struct json_node *n)
{
    bool ok = true;
    for (uint32_t i = 1; n->kind == JSON_OBJECT && i < n->count; i++) {
        const struct json_node *first = n->by_key[i - 1];
        const struct json_node *again = n->by_key[i];
        if (strcmp(first->key, again->key) != 0)
            continue;
        ok = false;
        diag_error(f->diag, place_at(f, again->span.key), DIAG_JSON_KEY,
                   "key '%.*s' is repeated",
                   json_clip(again->key, strlen(again->key), KEY_SHOWN),
                   again->key);
        diag_hint(f->diag, "it is already in line %u",
                  place_at(f, first->span.key).line);
    }
    for (uint32_t i = 0; i < n->count; i++)
        ok &= check_keys(f, &n->children[i]);
    return ok;
}

static bool read_tree(struct json_file *f, size_t length)
{
    struct arena *scratch = arena_new();
    struct json_scan scan;
    bool ok = json_scan(scratch, f->text, length, &scan);
    if (!ok)
        report_syntax(f, length, scan.error, scan.error_offset);
    const char *stopped = f->text;
    cJSON *tree = NULL;
    if (ok) {
        tree = cJSON_ParseWithLengthOpts(f->text, length + 1, &stopped, 1);
        ok = tree != NULL;
        if (!ok)
            report_syntax(f, length, "cJSON cannot read this",
                          (uint32_t)(stopped - f->text));
    }
    if (ok) {
        struct builder b = { f->arena, scan.spans, 0, scan.count };
        build(&b, tree, &f->root);
        assert(b.next == b.count);
        ok = check_keys(f, &f->root);
    }
    cJSON_Delete(tree);
    arena_free(scratch);
    return ok;
}

/* The text is the arena's. */
static struct json read_text(struct arena *a, const char *name,
                             const char *text, size_t length, struct diag *d)
{
    struct json_file *f = arena_new_item(a, struct json_file);
    f->arena = a;
    f->diag = d;
    f->name = arena_strdup(a, name);
    f->text = text;
    find_lines(f, length);
    bool ok = read_tree(f, length);
    return (struct json){ f, ok ? &f->root : NULL };
}

struct json json_load(struct arena *a, const char *path, struct diag *d)
{
    size_t length = 0;
    char *text = file_read(a, path, FILE_BYTES_MAX, &length, d);
    return text == NULL ? nothing : read_text(a, path, text, length, d);
}

struct json json_parse(struct arena *a, const char *name, const char *bytes,
                       size_t length, struct diag *d)
{
    assert(length < UINT32_MAX);
    char *text = arena_new_array(a, char, length + 1);
    if (length > 0)
        memcpy(text, bytes, length);
    return read_text(a, name, text, length, d);
}

enum json_kind json_kind(struct json j)
{
    assert(json_exists(j));
    return (enum json_kind)json_node(j)->kind;
}

struct place json_place(struct json j)
{
    if (!json_exists(j))
        return (struct place){ .file = j.file == NULL ? NULL : j.file->name };
    return place_at(j.file, json_node(j)->span.start);
}

/* Paths */

static bool is_plain(const char *key)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyz_0123456789"
                                "ABCDEFGHIJKLMNOPQRSTUVWXYZ-";
    return key[0] != '\0' && key[strspn(key, plain)] == '\0';
}

/* The last `depth` steps of the path, keys cut to `key_shown` bytes. */
static void add_path(struct text *t, const struct json_node *n, int depth,
                     int key_shown)
{
    if (n->parent == NULL)
        return;
    if (depth == 0) {
        text_add(t, "..");
        return;
    }
    add_path(t, n->parent, depth - 1, key_shown);
    if (n->key == NULL) {
        text_printf(t, "[%td]", n - n->parent->children);
        return;
    }
    int shown = json_clip(n->key, strlen(n->key), key_shown);
    if (is_plain(n->key))
        text_printf(t, "%s%.*s", text_length(t) == 0 ? "" : ".", shown, n->key);
    else
        text_printf(t, "[\"%.*s\"]", shown, n->key);
}

const char *json_path(struct json j, struct arena *a)
{
    struct text *t = text_new(a);
    if (json_exists(j))
        add_path(t, json_node(j), INT32_MAX, INT32_MAX);
    return text_string(t);
}

const char *json_describe(struct json j)
{
    struct text *t = text_new(j.file->arena);
    add_path(t, json_node(j), DEPTH_SHOWN, KEY_SHOWN);
    if (text_length(t) == 0)
        return "the document";
    return arena_printf(j.file->arena, "'%s'", text_string(t));
}

/* Objects */

static int compare_with_key(const void *key, const void *member)
{
    const struct json_node *const *n = member;
    return strcmp(key, (*n)->key);
}

struct json json_get(struct json object, const char *key)
{
    struct json_node *n = json_node(object);
    struct json none = { object.file, NULL };
    if (n == NULL || n->kind != JSON_OBJECT)
        return none;
    struct json_node **member = NULL;
    if (n->count > 0)
        member = bsearch(key, n->by_key, n->count, sizeof *n->by_key,
                         compare_with_key);
    if (member != NULL) {
        (*member)->known = true;
        return (struct json){ object.file, *member };
    }
    struct json_absent *absent =
        arena_new_item(object.file->arena, struct json_absent);
    absent->key = arena_strdup(object.file->arena, key);
    absent->next = n->absent;
    n->absent = absent;
    return none;
}

struct json json_need(struct json object, const char *key)
{
    struct json j = json_get(object, key);
    if (!json_exists(j) && json_is_object(object))
        json_error(object, DIAG_JSON_MISSING, "%s has no '%s'",
                   json_describe(object), key);
    return j;
}

/* The keys that were asked for in vain, in the order of asking; ends with
 * NULL. */
static const char **absent_keys(struct arena *a, const struct json_node *object)
{
    size_t count = 0;
    const struct json_absent *k = object->absent;
    for (; k != NULL; k = k->next)
        count++;
    const char **keys = arena_new_array(a, const char *, count + 1);
    for (k = object->absent; k != NULL; k = k->next)
        keys[--count] = k->key;
    return keys;
}

bool json_no_more_keys(struct json object)
{
    struct json_node *n = json_node(object);
    if (n == NULL || n->kind != JSON_OBJECT)
        return true;
    const char **absent = NULL;
    for (uint32_t i = 0; i < n->count; i++) {
        struct json_node *member = &n->children[i];
        if (member->known)
            continue;
        if (absent == NULL)
            absent = absent_keys(object.file->arena, n);
        member->known = true; /* reported once */
        const char *key = member->key;
        struct place place = place_at(object.file, member->span.key);
        diag_error(object.file->diag, place, DIAG_JSON_KEY,
                   "unknown key '%.*s' in %s",
                   json_clip(key, strlen(key), KEY_SHOWN), key,
                   json_describe(object));
        const char *near = nearest_word(absent, key);
        if (near != NULL)
            diag_hint(object.file->diag, "did you mean '%s'?", near);
    }
    return absent == NULL;
}

size_t json_length(struct json j)
{
    return json_exists(j) ? json_node(j)->count : 0;
}

struct json json_at(struct json j, size_t index)
{
    assert(index < json_length(j));
    return (struct json){ j.file, &json_node(j)->children[index] };
}

const char *json_key(struct json member)
{
    assert(json_exists(member));
    return json_node(member)->key;
}

void json_mark_known(struct json member)
{
    assert(json_exists(member));
    json_node(member)->known = true;
}

struct place json_key_place(struct json member)
{
    if (!json_exists(member) || json_node(member)->span.key == JSON_NO_KEY)
        return json_place(member);
    return place_at(member.file, json_node(member)->span.key);
}
