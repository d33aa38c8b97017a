/* json_node -- what a struct json points to.
 *
 * The tree is a copy of cJSON's, made once when the file is read, so that it
 * lives in the arena and can carry places and bookkeeping.  Private to
 * json.c and json_read.c. */
#ifndef HEADRACE_BASE_JSON_NODE_H
#define HEADRACE_BASE_JSON_NODE_H

#include "base/json.h"
#include "base/json_scan.h"

/* A key that a reader asked for and the object does not have. */
struct json_absent {
    const char *key;
    struct json_absent *next;
};

struct json_node {
    struct json_node *parent;   /* NULL: root */
    const char *key;            /* NULL: element or root */
    const char *string;         /* JSON_STRING */
    double number;              /* JSON_NUMBER, rounded; JSON_BOOL: 0 or 1 */
    struct json_span span;      /* in the text */
    uint8_t kind;               /* enum json_kind */
    bool known;                 /* a reader asked for its key */
    uint32_t count;             /* of children */
    struct json_node *children; /* in file order */
    struct json_node **by_key;  /* JSON_OBJECT: the same, sorted */
    struct json_absent *absent; /* JSON_OBJECT: last asked for first */
};

struct json_file {
    struct arena *arena;
    struct diag *diag;
    const char *name;
    const char *text;
    uint32_t line_count;
    uint32_t *lines; /* offsets at which they begin */
    struct json_node root;
};

/* The mutable node behind a handle; NULL if there is none. */
static inline struct json_node *json_node(struct json j)
{
    return (struct json_node *)j.node;
}

/* For messages: "'layers[1].stride'", shortened in front if it is deep, or
 * "the document". */
const char *json_describe(struct json j);
/* The bytes of `s` that a message shows: at most `most`, whole characters. */
int json_clip(const char *s, size_t length, int most);

#endif
