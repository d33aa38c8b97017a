/* json_write -- builds a JSON document, on top of cJSON.
 *
 * Members appear in the order in which they are added.  Whole numbers are
 * written exactly, whatever their size.  Values belong to the document and
 * go with its arena. */
#ifndef HEADRACE_BASE_JSON_WRITE_H
#define HEADRACE_BASE_JSON_WRITE_H

#include <stdbool.h>
#include <stdint.h>

struct arena;
struct text;
struct json_out; /* an object or an array */

struct json_out *json_out_new(struct arena *a); /* the root object */

/* Into an object under `key`, or at the end of an array (key NULL). */
struct json_out *json_add_object(struct json_out *to, const char *key);
struct json_out *json_add_array(struct json_out *to, const char *key);
void json_add_u64(struct json_out *to, const char *key, uint64_t value);
void json_add_i64(struct json_out *to, const char *key, int64_t value);
/* value / divisor in decimal, without a fraction if it has none. */
void json_add_ratio(struct json_out *to, const char *key, uint64_t value,
                    uint64_t divisor);
/* In as few digits as read back to the same number; finite. */
void json_add_double(struct json_out *to, const char *key, double value);
void json_add_bool(struct json_out *to, const char *key, bool value);
void json_add_string(struct json_out *to, const char *key, const char *value);
void json_add_null(struct json_out *to, const char *key);

/* The document, indented, with a final newline.  Ends its life. */
void json_out_print(struct json_out *root, struct text *t);

#endif
