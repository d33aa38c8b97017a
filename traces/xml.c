#include "traces/xml.h"

#include "base/arena.h"

#include <libxml/parser.h>
#include <libxml/parserInternals.h>
#include <libxml/xmlerror.h>

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

/* libxml2 refuses documents that stand before it in larger parts than 10 MB. */
enum { DEPTH_MAX = 200, ELEMENTS_MAX = 2 << 20, PIECE = 1 << 16 };

struct builder {
    struct arena *arena;
    const char *path;
    enum diag_code code;
    struct diag *diag;
    xmlParserCtxtPtr parser;
    struct xml_node *root;
    struct xml_node *open; /* innermost element that has not ended */
    uint32_t depth, elements;
    bool failed;
    char *text; /* of `open` since its start tag */
    size_t text_length, text_room;
};

static struct place here(const struct builder *b)
{
    struct place p = { .file = b->path };
    if (b->parser->input != NULL) {
        p.line = (uint32_t)b->parser->input->line;
        p.column = (uint32_t)b->parser->input->col;
    }
    return p;
}

/* Only the first fault is told; those behind it follow from it. */
static void fail(struct builder *b, struct place where, const char *why)
{
    if (b->failed)
        return;
    b->failed = true;
    diag_error(b->diag, where, b->code, "not well-formed XML: %s", why);
    diag_hint(b->diag, "the file may be damaged or cut off: let the tool "
                       "write it again");
    xmlStopParser(b->parser);
}

static void on_start(void *context, const xmlChar *name, const xmlChar *prefix,
                     const xmlChar *uri, int namespaces,
                     const xmlChar **namespace_list, int attributes,
                     int defaulted, const xmlChar **attribute_list)
{
    (void)prefix, (void)uri, (void)namespaces, (void)namespace_list;
    (void)attributes, (void)defaulted, (void)attribute_list;
    struct builder *b = context;
    if (b->failed)
        return;
    if (++b->depth > DEPTH_MAX) {
        fail(b, here(b), "elements are nested deeper than 200");
        return;
    }
    if (++b->elements > ELEMENTS_MAX) {
        fail(b, here(b), "there are more than 2097152 elements");
        return;
    }
    struct xml_node *n = arena_new_item(b->arena, struct xml_node);
    n->name = arena_strdup(b->arena, (const char *)name);
    n->text = "";
    n->place = here(b);
    n->parent = b->open;
    if (b->open == NULL)
        b->root = n;
    else if (b->open->last == NULL)
        b->open->child = n;
    else
        b->open->last->sibling = n;
    if (b->open != NULL)
        b->open->last = n;
    b->open = n;
    b->text_length = 0;
}

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static void on_end(void *context, const xmlChar *name, const xmlChar *prefix,
                   const xmlChar *uri)
{
    (void)name, (void)prefix, (void)uri;
    struct builder *b = context;
    if (b->failed)
        return;
    struct xml_node *n = b->open;
    if (n->child == NULL && b->text_length > 0) {
        size_t start = 0, end = b->text_length;
        while (start < end && is_space(b->text[start]))
            start++;
        while (end > start && is_space(b->text[end - 1]))
            end--;
        n->text =
            arena_printf(b->arena, "%.*s", (int)(end - start), b->text + start);
    }
    b->text_length = 0;
    b->depth--;
    b->open = n->parent;
}

static void on_text(void *context, const xmlChar *text, int length)
{
    struct builder *b = context;
    if (b->failed || length <= 0)
        return;
    size_t needed = b->text_length + (size_t)length;
    if (needed > b->text_room) {
        size_t room = b->text_room == 0 ? 256 : b->text_room;
        while (room < needed)
            room *= 2;
        char *grown = arena_new_array(b->arena, char, room);
        if (b->text_length > 0)
            memcpy(grown, b->text, b->text_length);
        b->text = grown;
        b->text_room = room;
    }
    memcpy(b->text + b->text_length, text, (size_t)length);
    b->text_length = needed;
}

/* A report has no use for a document type, and every attack on XML readers
 * needs one. */
static void on_document_type(void *context, const xmlChar *name,
                             const xmlChar *external, const xmlChar *system)
{
    (void)name, (void)external, (void)system;
    struct builder *b = context;
    fail(b, here(b), "a document type (DOCTYPE) is not accepted");
}

static void on_error(void *context, xmlErrorPtr error)
{
    struct builder *b = context;
    if (error->level < XML_ERR_ERROR)
        return;
    struct place where = { .file = b->path,
                           .line = error->line > 0 ? (uint32_t)error->line : 0,
                           .column =
                               error->int2 > 0 ? (uint32_t)error->int2 : 0 };
    if (error->code == XML_ERR_DOCUMENT_END &&
        (b->root == NULL || b->open != NULL)) {
        /* libxml2 speaks of extra content then. */
        fail(b, where,
             b->open == NULL ? "it ends too early"
                             : arena_printf(b->arena, "it ends inside '%.60s'",
                                            b->open->name));
        return;
    }
    const char *message = error->message == NULL ? "" : error->message;
    size_t length = strcspn(message, "\n");
    enum { SHOWN = 120 };
    int cut = length > SHOWN ? SHOWN : (int)length;
    fail(b, where, arena_printf(b->arena, "%.*s", cut, message));
}

struct xml_node *xml_parse(struct arena *a, const char *path, const char *bytes,
                           size_t length, enum diag_code code, struct diag *d)
{
    struct builder b = { .arena = a, .path = path, .code = code, .diag = d };
    xmlSAXHandler handler = {
        .initialized = XML_SAX2_MAGIC,
        .startElementNs = on_start,
        .endElementNs = on_end,
        .characters = on_text,
        .cdataBlock = on_text,
        .internalSubset = on_document_type,
        .serror = on_error,
    };
    b.parser = xmlCreatePushParserCtxt(&handler, &b, NULL, 0, NULL);
    if (b.parser == NULL) {
        diag_error(d, (struct place){ path, 0, 0 }, code,
                   "cannot be read as XML: out of memory");
        return NULL;
    }
    /* Always UTF-8, whatever the file says of itself: libxml2 prints what
     * goes wrong when it decodes anything else. */
    xmlSwitchEncoding(b.parser, XML_CHAR_ENCODING_UTF8);
    xmlCtxtUseOptions(b.parser, XML_PARSE_NONET | XML_PARSE_IGNORE_ENC);
    int status = 0;
    for (size_t at = 0; at <= length && !b.failed; at += PIECE) {
        size_t piece = length - at < PIECE ? length - at : PIECE;
        status = xmlParseChunk(b.parser, bytes + at, (int)piece,
                               at + PIECE > length);
    }
    if (!b.failed && (status != 0 || b.root == NULL || b.open != NULL))
        fail(&b, here(&b), "it ends too early");
    xmlFreeParserCtxt(b.parser);
    return b.failed ? NULL : b.root;
}

struct xml_node *xml_child(const struct xml_node *n, const char *name)
{
    struct xml_node *c = n == NULL ? NULL : n->child;
    while (c != NULL && strcmp(c->name, name) != 0)
        c = c->sibling;
    return c;
}

const char *xml_text(const struct xml_node *n, const char *name)
{
    const struct xml_node *c = xml_child(n, name);
    return c == NULL ? NULL : c->text;
}
