#include "import/keras/keras_h5.h"

#include "base/arena.h"
#include "base/diag.h"
#include "base/isolated.h"
#include "import/keras/hdf5_library.h"
#include "import/keras/keras.h"

#include <errno.h>
#include <string.h>

enum { PATH_MAX_BYTES = 1024 };

enum record_kind { RECORD_TENSOR, RECORD_TEXT, RECORD_FAULT, RECORD_END };

/* What crosses the pipe; behind it the path, the name and the data. */
struct record {
    uint32_t kind;
    uint32_t rank;
    uint64_t size[GRAPH_RANK_MAX];
    uint64_t path_bytes, name_bytes, data_bytes;
};

struct work {
    const uint8_t *bytes;
    size_t length;
    uint64_t room; /* bytes that may be handed back */
    uint32_t objects;
    struct isolated_out *out;
    struct hdf5 hdf5;
};

/* Child */

static void say(struct work *w, struct record r, const char *path,
                const char *name, const void *data)
{
    r.path_bytes = strlen(path);
    r.name_bytes = strlen(name);
    isolated_write(w->out, &r, sizeof r);
    isolated_write(w->out, path, r.path_bytes);
    isolated_write(w->out, name, r.name_bytes);
    isolated_write(w->out, data, r.data_bytes);
}

static herr_t fail(struct work *w, const char *path, const char *why)
{
    say(w, (struct record){ .kind = RECORD_FAULT }, path, why, NULL);
    return -1;
}

/* Data in other files: whatever they are, they are not part of this one. */
static bool is_elsewhere(const struct work *w, hid_t set)
{
    hid_t made = w->hdf5.set_properties(set);
    bool is = made < 0 || w->hdf5.external_count(made) != 0 ||
              w->hdf5.layout(made) == H5D_VIRTUAL;
    if (made >= 0)
        w->hdf5.close_properties(made);
    return is;
}

static herr_t give_tensor(struct work *w, hid_t set, const char *path)
{
    hid_t type = w->hdf5.set_type(set), space = w->hdf5.set_space(set);
    H5T_class_t class = type < 0 ? H5T_NO_CLASS : w->hdf5.class_of(type);
    int rank = space < 0 ? -1 : w->hdf5.rank_of(space);
    if (class != H5T_FLOAT && class != H5T_INTEGER)
        return 0; /* no weights */
    if (rank < 0 || rank > GRAPH_RANK_MAX)
        return fail(w, path, "it has more than 8 dimensions");
    hsize_t sizes[GRAPH_RANK_MAX] = { 0 };
    w->hdf5.sizes_of(space, sizes, NULL);
    struct record r = { .kind = RECORD_TENSOR, .rank = (uint32_t)rank };
    uint64_t count = 1;
    for (int i = 0; i < rank; i++) {
        r.size[i] = sizes[i];
        if (sizes[i] != 0 && count > GRAPH_ELEMENTS_MAX / sizes[i])
            return fail(w, path, "it has more than 2^31 elements");
        count *= sizes[i];
    }
    r.data_bytes = count * sizeof(float);
    if (r.data_bytes > w->room)
        return fail(w, path, "it holds more than the file's size justifies");
    w->room -= r.data_bytes;
    if (is_elsewhere(w, set))
        return fail(w, path, "its data are in another file");
    struct arena *a = arena_new();
    float *data = arena_new_array(a, float, count);
    herr_t status = w->hdf5.read_set(set, w->hdf5.native_float, H5S_ALL,
                                     H5S_ALL, H5P_DEFAULT, data);
    if (status < 0)
        fail(w, path, "it cannot be read");
    else
        say(w, r, path, "", data);
    arena_free(a);
    return status;
}

static herr_t give_text(struct work *w, hid_t object, const char *path,
                        const char *name)
{
    if (w->hdf5.has_attribute(object, name) <= 0)
        return 0;
    hid_t attribute = w->hdf5.open_attribute(object, name, H5P_DEFAULT);
    hid_t type = attribute < 0 ? -1 : w->hdf5.attribute_type(attribute);
    hid_t space = attribute < 0 ? -1 : w->hdf5.attribute_space(attribute);
    if (type < 0 || space < 0 || w->hdf5.class_of(type) != H5T_STRING ||
        w->hdf5.count_of(space) != 1)
        return fail(w, path, "an attribute is no text");
    struct record r = { .kind = RECORD_TEXT };
    if (w->hdf5.is_variable(type) > 0) {
        char *text = NULL;
        if (w->hdf5.read_attribute(attribute, type, &text) < 0 || text == NULL)
            return fail(w, path, "an attribute cannot be read");
        r.data_bytes = strnlen(text, KERAS_CONFIG_MAX + 1);
        if (r.data_bytes > KERAS_CONFIG_MAX)
            return fail(w, path, "an attribute is too long");
        say(w, r, path, name, text);
        return 0;
    }
    size_t size = w->hdf5.size_of(type);
    if (size > KERAS_CONFIG_MAX)
        return fail(w, path, "an attribute is too long");
    struct arena *a = arena_new();
    char *text = arena_new_array(a, char, size + 1);
    herr_t status = w->hdf5.read_attribute(attribute, type, text);
    r.data_bytes = strnlen(text, size);
    if (status >= 0)
        say(w, r, path, name, text);
    arena_free(a);
    return status;
}

static bool starts_with(const char *s, const char *start)
{
    return strncmp(s, start, strlen(start)) == 0;
}

static herr_t visit(hid_t file, const char *name, const H5O_info_t *info,
                    void *context)
{
    struct work *w = context;
    const char *path = strcmp(name, ".") == 0 ? "" : name;
    if (strlen(path) > PATH_MAX_BYTES)
        return fail(w, "", "a path is longer than 1024 bytes");
    if (++w->objects > KERAS_H5_OBJECTS_MAX)
        return fail(w, "", "the file has more than 10000 groups and tensors");
    /* What training goes on from. */
    if (starts_with(path, "optimizer"))
        return 0;
    hid_t object = w->hdf5.open_object(file, name, H5P_DEFAULT);
    if (object < 0)
        return fail(w, path, "it cannot be opened");
    herr_t status = 0;
    if (info->type == H5O_TYPE_DATASET)
        status = give_tensor(w, object, path);
    else if (path[0] == '\0')
        status = give_text(w, object, path, "model_config") < 0 ||
                         give_text(w, object, path, "keras_version") < 0
                     ? -1
                     : 0;
    else
        status = give_text(w, object, path, "name");
    w->hdf5.close_object(object);
    return status;
}

static bool run(void *context, struct isolated_out *out)
{
    struct work *w = context;
    w->out = out;
    if (!hdf5_load(&w->hdf5)) {
        fail(w, hdf5_name(),
             "HDF5's library is not there, or of another version");
        return true;
    }
    w->hdf5.set_error_report(H5E_DEFAULT, NULL, NULL);
    w->hdf5.set_plugins(0);
    /* The library copies it, whatever the type says. */
    void *image;
    memcpy(&image, &w->bytes, sizeof image);
    hid_t access = w->hdf5.new_properties(w->hdf5.file_access);
    if (access < 0 || w->hdf5.keep_in_memory(access, (size_t)1 << 16, 0) < 0 ||
        w->hdf5.set_image(access, image, w->length) < 0)
        return false;
    hid_t file = w->hdf5.open_file("weights", HDF5_READ_ONLY, access);
    if (file < 0) {
        fail(w, "", "it is no HDF5 file, or damaged");
        return true;
    }
    herr_t status = w->hdf5.visit(file, H5_INDEX_NAME, H5_ITER_INC, visit, w);
    if (status >= 0)
        say(w, (struct record){ .kind = RECORD_END }, "", "", NULL);
    return true;
}

/* Parent */

struct reading {
    struct arena *arena;
    struct isolated *from;
    struct h5 *h;
    uint64_t room, texts_room;
    uint32_t objects;
};

static char *take_string(struct reading *r, uint64_t bytes)
{
    char *s = arena_new_array(r->arena, char, bytes + 1);
    return isolated_read(r->from, s, bytes) && memchr(s, '\0', bytes) == NULL
               ? s
               : NULL;
}

static bool take_tensor(struct reading *r, const struct record *record,
                        const char *path)
{
    struct graph_dims dims = { .rank = record->rank };
    if (record->rank > GRAPH_RANK_MAX)
        return false;
    for (uint32_t i = 0; i < record->rank; i++)
        dims.size[i] = record->size[i];
    if (!graph_dims_fit(&dims) || record->data_bytes > r->room ||
        record->data_bytes != graph_dims_count(&dims) * sizeof(float))
        return false;
    r->room -= record->data_bytes;
    float *data = arena_new_array(r->arena, float, graph_dims_count(&dims));
    if (!isolated_read(r->from, data, record->data_bytes))
        return false;
    struct h5 *h = r->h;
    h->tensors = arena_grow(r->arena, h->tensors, h->tensor_count,
                            sizeof(struct h5_tensor));
    h->tensors[h->tensor_count++] = (struct h5_tensor){ path, dims, data };
    return true;
}

static bool take_text(struct reading *r, const struct record *record,
                      const char *path, const char *name)
{
    if (record->data_bytes > r->texts_room)
        return false;
    r->texts_room -= record->data_bytes;
    const char *text = take_string(r, record->data_bytes);
    if (text == NULL)
        return false;
    struct h5 *h = r->h;
    h->texts =
        arena_grow(r->arena, h->texts, h->text_count, sizeof(struct h5_text));
    h->texts[h->text_count++] = (struct h5_text){ path, name, text };
    return true;
}

/* True: all of it came; else *why and *where say what the child said, or
 * nothing. */
static bool take_all(struct reading *r, const char **why, const char **where)
{
    for (;;) {
        struct record record;
        if (!isolated_read(r->from, &record, sizeof record) ||
            record.path_bytes > PATH_MAX_BYTES ||
            record.name_bytes > PATH_MAX_BYTES ||
            ++r->objects > 2 * KERAS_H5_OBJECTS_MAX)
            return false;
        const char *path = take_string(r, record.path_bytes);
        const char *name =
            path == NULL ? NULL : take_string(r, record.name_bytes);
        if (name == NULL)
            return false;
        switch (record.kind) {
        case RECORD_TENSOR:
            if (!take_tensor(r, &record, path))
                return false;
            break;
        case RECORD_TEXT:
            if (!take_text(r, &record, path, name))
                return false;
            break;
        case RECORD_FAULT:
            *why = name;
            *where = path;
            return false;
        default:
            return record.kind == RECORD_END;
        }
    }
}

struct h5 *keras_h5_read(struct arena *a, const char *path,
                         const uint8_t *bytes, size_t length, struct diag *d)
{
    struct place place = { path, 0, 0 };
    struct work work = { .bytes = bytes,
                         .length = length,
                         .room = keras_room(length) };
    /* The library keeps a copy of the file, and holds a tensor while it is
     * read; the rest is for its own tables. */
    uint64_t memory = 2 * length + work.room + ((uint64_t)256 << 20);
    uint64_t seconds = KERAS_H5_SECONDS + (length >> 24);
    struct isolated *from =
        isolated_start(a,
                       &(struct isolated_work){ run, &work, seconds, memory });
    if (from == NULL) {
        diag_error(d, place, DIAG_TOOL, "no process to read HDF5 in: %s",
                   strerror(errno));
        return NULL;
    }
    struct reading r = {
        .arena = a,
        .from = from,
        .h = arena_new_item(a, struct h5),
        .room = work.room,
        .texts_room = 2 * KERAS_CONFIG_MAX,
    };
    const char *why = NULL, *where = "";
    bool whole = take_all(&r, &why, &where);
    whole = isolated_end(from) && whole;
    if (whole)
        return r.h;
    if (why == NULL)
        why = "HDF5's library cannot read it: it is damaged, or takes more "
              "time or memory than its size justifies";
    diag_error(d, place, DIAG_KERAS, "%s%.80s%s%s", where[0] ? "'" : "", where,
               where[0] ? "': " : "", why);
    return NULL;
}

const char *keras_h5_text(const struct h5 *h, const char *path,
                          const char *name)
{
    for (uint32_t i = 0; i < h->text_count; i++)
        if (strcmp(h->texts[i].path, path) == 0 &&
            strcmp(h->texts[i].name, name) == 0)
            return h->texts[i].text;
    return NULL;
}

const struct h5_tensor *keras_h5_tensor(const struct h5 *h, const char *path)
{
    for (uint32_t i = 0; i < h->tensor_count; i++)
        if (strcmp(h->tensors[i].path, path) == 0)
            return &h->tensors[i];
    return NULL;
}
