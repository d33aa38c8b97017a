/* xml -- an XML file as a tree of elements, on top of libxml2.
 *
 * Made for files of unknown origin: nothing is fetched, a document type is
 * refused (so there are no entities but the five built in), text is UTF-8
 * whatever the file claims, depth and number of elements are bounded.
 * Attributes, comments and text beside child elements are dropped; the reports
 * of HLS tools need none of them.
 *
 * No other file of ours includes libxml2's headers. */
#ifndef HEADRACE_TRACES_XML_H
#define HEADRACE_TRACES_XML_H

#include <stddef.h>

#include "base/diag.h"

struct arena;

struct xml_node {
    const char *name;         /* without a namespace */
    const char *text;         /* of a leaf, trimmed; "" if it has none */
    struct place place;       /* where its start tag ends */
    struct xml_node *parent;  /* NULL: the root */
    struct xml_node *child;   /* first; NULL: a leaf */
    struct xml_node *sibling; /* next one */
    struct xml_node *last;    /* last child */
};

/* The root, the arena's.  NULL: said why in d, with the code given. */
struct xml_node *xml_parse(struct arena *a, const char *path, const char *bytes,
                           size_t length, enum diag_code code, struct diag *d);

/* The first child of that name; NULL if there is none or `n` is NULL. */
struct xml_node *xml_child(const struct xml_node *n, const char *name);
/* The text of the first child of that name; NULL: no such child. */
const char *xml_text(const struct xml_node *n, const char *name);

#endif
