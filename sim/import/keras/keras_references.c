#include "import/keras/keras_reader.h"

#include <string.h>

#include "base/arena.h"

/* Arguments are lists of tensors, in lists at most. */
enum { DEPTH_MAX = 8, LIST_MAX = 1024 };

static bool is_zero(struct json j)
{
    double x;
    return keras_number_in(j, -1e9, 1e9, &x) && x == 0;
}

/* ["conv1", 0, 0], with a fourth element in Keras 2. */
static bool is_reference(struct json j)
{
    return json_kind(j) == JSON_ARRAY && json_length(j) >= 3 &&
           json_length(j) <= 4 && json_kind(json_at(j, 0)) == JSON_STRING &&
           json_kind(json_at(j, 1)) == JSON_NUMBER &&
           json_kind(json_at(j, 2)) == JSON_NUMBER;
}

static void add_reference(struct keras_references *to, struct json j)
{
    if (strcmp(json_read_string(json_at(j, 0)), KERAS_CONSTANT) == 0)
        return;
    if (to->count == GRAPH_INPUTS_MAX) {
        to->too_many = true;
        return;
    }
    to->items[to->count++] = (struct keras_reference){
        .layer = json_read_string(json_at(j, 0)),
        .is_first = is_zero(json_at(j, 1)) && is_zero(json_at(j, 2)),
    };
}

static void collect(struct keras_references *to, struct json j, uint32_t depth)
{
    if (!json_exists(j) || depth > DEPTH_MAX)
        return;
    if (is_reference(j)) {
        add_reference(to, j);
        /* Further tensors of an operation are arguments by name. */
        if (json_length(j) == 4 && json_kind(json_at(j, 3)) == JSON_OBJECT)
            collect(to, json_at(j, 3), depth + 1);
        return;
    }
    if (json_kind(j) == JSON_OBJECT) {
        const char *class = keras_text_at(j, "class_name");
        if (class != NULL && strcmp(class, "__keras_tensor__") == 0) {
            struct json history =
                keras_part(keras_part(j, "config", JSON_OBJECT),
                           "keras_history", JSON_ARRAY);
            if (json_exists(history) && is_reference(history))
                add_reference(to, history);
            return;
        }
    } else if (json_kind(j) != JSON_ARRAY) {
        return;
    }
    size_t count = json_length(j) < LIST_MAX ? json_length(j) : LIST_MAX;
    for (size_t i = 0; i < count; i++)
        collect(to, json_at(j, i), depth + 1);
}

void keras_collect(struct keras_references *to, struct json j)
{
    collect(to, j, 0);
}

struct keras_references *keras_references_of(struct keras_layer *l,
                                             struct json j)
{
    struct keras_references *to =
        arena_new_item(l->reader->arena, struct keras_references);
    keras_collect(to, j);
    return to;
}
