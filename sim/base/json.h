/* json -- JSON read strictly, on top of cJSON.
 *
 * Stricter than cJSON: nothing may follow the document, keys are unique and
 * matched with exact case, integers are exact or an error, and every value
 * knows its line and column (in bytes).  Readers ask for what they expect; a
 * mismatch is one diagnostic at the value's place, and the reader's result
 * is false.  At the end of an object the reader calls json_no_more_keys, so
 * that a misspelt key never passes unnoticed.
 *
 * Everything belongs to the arena; arena and diag must outlive the file.
 * cJSON keeps its last error in a global: one thread reads at a time. */
#ifndef HEADRACE_BASE_JSON_H
#define HEADRACE_BASE_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/diag.h"

struct arena;
struct json_file;

/* A value inside a file; two pointers, passed by value. */
struct json {
    struct json_file *file;
    const void *node; /* NULL: no such value */
};

enum json_kind {
    JSON_NULL,
    JSON_BOOL,
    JSON_NUMBER,
    JSON_STRING,
    JSON_ARRAY,
    JSON_OBJECT
};

/* The root value; node is NULL if it cannot be read (said why in d).  The
 * diagnostics of all later calls on this file go to d as well. */
struct json json_load(struct arena *a, const char *path, struct diag *d);
/* The same from memory; name stands for the file in diagnostics. */
struct json json_parse(struct arena *a, const char *name, const char *bytes,
                       size_t length, struct diag *d);

static inline bool json_exists(struct json j)
{
    return j.node != NULL;
}
enum json_kind json_kind(struct json j);
struct place json_place(struct json j); /* of the value */
/* layers[1].stride or fifos["conv1.out"].depth; "" for the root. */
const char *json_path(struct json j, struct arena *a);

/* Objects.  json_get returns a value without node if the key is absent;
 * json_need reports json-missing then.  Both mark the key as known. */
struct json json_get(struct json object, const char *key);
struct json json_need(struct json object, const char *key);
/* Reports every key not asked for so far; false if there was one.  A key
 * that was asked for in vain and is spelt alike is given as a hint. */
bool json_no_more_keys(struct json object);
/* Members in file order (also of arrays); index < json_length. */
size_t json_length(struct json j);
struct json json_at(struct json j, size_t index);
const char *json_key(struct json member); /* lent; NULL in an array */
void json_mark_known(struct json member);
struct place json_key_place(struct json member);

/* Typed readers.  Each returns false after reporting json-type or
 * json-range and leaves *out alone then; a value without node is reported
 * nowhere and returns false.  Whole numbers may be written as 1e3 or 2.0. */
bool json_read_u32(struct json j, uint32_t min, uint32_t max, uint32_t *out);
bool json_read_u64(struct json j, uint64_t min, uint64_t max, uint64_t *out);
bool json_read_double(struct json j, double min, double max, double *out);
/* A decimal number exactly, as *numerator / *denominator, which is a power of
 * ten: with at most 9 digits behind the point, and between min and max, which
 * is at most 2^30. */
bool json_read_decimal(struct json j, double min, double max,
                       uint64_t *numerator, uint64_t *denominator);
bool json_read_bool(struct json j, bool *out);
const char *json_read_string(struct json j); /* lent; NULL: not a string */
bool json_is_object(struct json j);          /* reports if not */
bool json_is_array(struct json j, size_t min, size_t max); /* lengths */

/* Reports an error at the value's place. */
void json_error(struct json j, enum diag_code code, const char *format, ...)
    __attribute__((format(printf, 3, 4), nonnull(3)));

#endif
