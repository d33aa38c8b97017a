/* json_scan -- the strict half of reading JSON: is the text JSON to the
 * letter, and where in it is each value?
 *
 * cJSON reads values but is lenient (leading zeros, line breaks in strings,
 * \u0000) and keeps no places.  What passes here has the same structure in
 * cJSON's tree, value by value in the order of the text.  Private to
 * json.c. */
#ifndef HEADRACE_BASE_JSON_SCAN_H
#define HEADRACE_BASE_JSON_SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;

#define JSON_NO_KEY UINT32_MAX

/* Byte offsets of a value, and of the key in front of it. */
struct json_span {
    uint32_t start, end;
    uint32_t key; /* its opening quote; JSON_NO_KEY: array element or root */
};

struct json_scan {
    size_t count;
    struct json_span *spans; /* a value comes before what it contains */
    const char *error;       /* the rule that was broken; NULL: none */
    uint32_t error_offset;
};

/* text[length] must be NUL, length below 2^32 - 1.  False: see error. */
bool json_scan(struct arena *a, const char *text, size_t length,
               struct json_scan *out);

#endif
