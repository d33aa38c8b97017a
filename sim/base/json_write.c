#include "base/json_write.h"

#include <assert.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>

#include <cjson/cJSON.h>

#include "base/arena.h"
#include "base/text.h"

struct json_out {
    struct arena *arena;
    cJSON *node;
};

static struct json_out *wrap(struct arena *a, cJSON *node)
{
    struct json_out *j = arena_new_item(a, struct json_out);
    j->arena = a;
    j->node = node;
    return j;
}

struct json_out *json_out_new(struct arena *a)
{
    return wrap(a, cJSON_CreateObject());
}

static void add(struct json_out *to, const char *key, cJSON *value)
{
    bool done = key == NULL ? cJSON_AddItemToArray(to->node, value)
                            : cJSON_AddItemToObject(to->node, key, value);
    assert(done);
    (void)done;
}

struct json_out *json_add_object(struct json_out *to, const char *key)
{
    cJSON *node = cJSON_CreateObject();
    add(to, key, node);
    return wrap(to->arena, node);
}

struct json_out *json_add_array(struct json_out *to, const char *key)
{
    cJSON *node = cJSON_CreateArray();
    add(to, key, node);
    return wrap(to->arena, node);
}

void json_add_u64(struct json_out *to, const char *key, uint64_t value)
{
    char digits[24];
    snprintf(digits, sizeof digits, "%" PRIu64, value);
    add(to, key, cJSON_CreateRaw(digits));
}

void json_add_i64(struct json_out *to, const char *key, int64_t value)
{
    char digits[24];
    snprintf(digits, sizeof digits, "%" PRId64, value);
    add(to, key, cJSON_CreateRaw(digits));
}

void json_add_ratio(struct json_out *to, const char *key, uint64_t value,
                    uint64_t divisor)
{
    if (value % divisor == 0)
        json_add_u64(to, key, value / divisor);
    else
        add(to, key, cJSON_CreateNumber((double)value / (double)divisor));
}

void json_add_double(struct json_out *to, const char *key, double value)
{
    assert(isfinite(value));
    add(to, key, cJSON_CreateNumber(value));
}

void json_add_bool(struct json_out *to, const char *key, bool value)
{
    add(to, key, cJSON_CreateBool(value));
}

void json_add_string(struct json_out *to, const char *key, const char *value)
{
    add(to, key, cJSON_CreateString(value));
}

void json_add_null(struct json_out *to, const char *key)
{
    add(to, key, cJSON_CreateNull());
}

void json_out_print(struct json_out *root, struct text *t)
{
    char *printed = cJSON_Print(root->node);
    assert(printed != NULL);
    text_add(t, printed);
    text_add(t, "\n");
    cJSON_free(printed);
    cJSON_Delete(root->node);
    root->node = NULL;
}
