#include "import/hls4ml/hls4ml_project.h"

#include "base/arena.h"
#include "base/text.h"
#include "import/hls4ml/hls4ml_reader.h"

#include <string.h>
#include <sys/stat.h>

#define CONFIG "hls4ml_config.yml"

static bool is_file(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0 && S_ISREG(status.st_mode);
}

bool hls4ml_is_project(const char *path)
{
    if (!file_is_folder(path))
        return text_ends_in(path, CONFIG) && is_file(path);
    struct arena *own = arena_new();
    bool has_sources = is_file(file_join(own, path, "firmware/parameters.h")) &&
                       is_file(file_join(own, path, "firmware/defines.h"));
    bool is = (has_sources || is_file(file_join(own, path, CONFIG))) &&
              !is_file(file_join(own, path, "model.json"));
    arena_free(own);
    return is;
}

const char *hls4ml_path(struct hls4ml_reader *r, const char *name)
{
    return file_join(r->arena, r->folder, name);
}

/* A file that is in memory; NULL: there is none of that name. */
static const struct hls4ml_file *held(const struct hls4ml_reader *r,
                                      const char *name)
{
    for (uint32_t i = 0; i < r->file_count; i++)
        if (strcmp(r->files[i].name, name) == 0)
            return &r->files[i];
    return NULL;
}

const char *hls4ml_file(struct hls4ml_reader *r, const char *name,
                        bool is_optional, size_t *length)
{
    const char *path = hls4ml_path(r, name);
    bool is_weight = strstr(name, "/weights/") != NULL;
    if (r->files == NULL) {
        if (is_optional && !is_file(path))
            return NULL;
        size_t most = is_weight ? HLS4ML_WEIGHTS_FILE_MAX : HLS4ML_SOURCE_MAX;
        return file_read(r->arena, path, most, length, r->diag);
    }
    const struct hls4ml_file *f = held(r, name);
    if (f == NULL) {
        if (!is_optional)
            diag_error(r->diag, (struct place){ .file = path }, DIAG_FILE_OPEN,
                       "the file is not there");
        return NULL;
    }
    /* With a NUL behind it, as file_read gives it. */
    char *copy = arena_alloc(r->arena, f->length + 1, 1);
    memcpy(copy, f->text, f->length);
    *length = f->length;
    return copy;
}

static const struct cpp_source *read_source(struct hls4ml_reader *r,
                                            const char *name)
{
    size_t length;
    const char *text = hls4ml_file(r, name, false, &length);
    return text == NULL
               ? NULL
               : cpp_read(r->arena, hls4ml_path(r, name), text, length);
}

/* The tool can be another than that of the family; VivadoAccelerator and the
 * like have the same firmware. */
static bool check_top(struct hls4ml_reader *r, const struct hls4ml_scripts *s)
{
    r->top = s->name;
    if (r->top == NULL || r->top[0] == '\0')
        r->top = "myproject"; /* hls4ml's default */
    if (strspn(r->top, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                       "0123456789_") == strlen(r->top) &&
        strlen(r->top) < 64)
        return true;
    diag_error(r->diag, (struct place){ .file = r->folder }, DIAG_NAME,
               "the project's name is no name of a function");
    return false;
}

/* Backends whose streams and layers are other code. */
static bool check_backend(struct hls4ml_reader *r,
                          const struct hls4ml_scripts *s)
{
    static const char *const others[] = { "Quartus", "oneAPI", "Catapult",
                                          "Libero", "SymbolicExpression" };
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        if (s->tool == NULL || strcmp(s->tool, others[i]) != 0)
            continue;
        diag_error(r->diag, (struct place){ .file = r->folder },
                   DIAG_UNSUPPORTED,
                   "a project of hls4ml's backend '%s': those of Vivado and "
                   "Vitis are read",
                   s->tool);
        diag_hint(r->diag, "make it with backend='Vitis' and "
                           "io_type='io_stream', or take the network's ONNX "
                           "or Keras file");
        return false;
    }
    return true;
}

static bool read_sources(struct hls4ml_reader *r,
                         const struct hls4ml_scripts *s)
{
    r->defines = read_source(r, "firmware/defines.h");
    r->parameters =
        r->defines == NULL ? NULL : read_source(r, "firmware/parameters.h");
    if (r->parameters == NULL) {
        diag_hint(r->diag, "hls4ml's write(), compile() and build() make the "
                           "folder firmware");
        return false;
    }
    r->code = read_source(r, arena_printf(r->arena, "firmware/%s.cpp", r->top));
    if (r->code == NULL && s->name == NULL)
        diag_hint(r->diag, "project.tcl and hls4ml_config.yml say what it is "
                           "called; neither does");
    return r->code != NULL;
}

static bool read_all(struct hls4ml_reader *r)
{
    struct hls4ml_scripts scripts;
    hls4ml_read_scripts(r, &scripts);
    if (!check_backend(r, &scripts) || !check_top(r, &scripts) ||
        !read_sources(r, &scripts) || !hls4ml_read_names(r, r->defines) ||
        !hls4ml_read_names(r, r->parameters) || !hls4ml_read_calls(r))
        return false;
    r->sketch = arena_new_item(r->arena, struct sketch);
    *r->sketch = (struct sketch){
        .arena = r->arena,
        .name = r->top[0] >= '0' && r->top[0] <= '9'
                    ? arena_printf(r->arena, "_%s", r->top)
                    : r->top,
    };
    if (!hls4ml_read_layers(r))
        return false;
    hls4ml_set_hardware(r, &scripts);
    return true;
}

struct sketch *hls4ml_parse(struct arena *a, const char *path, uint32_t count,
                            const struct hls4ml_file *files, struct diag *d)
{
    static const struct hls4ml_file none = { .name = "" };
    struct hls4ml_reader r = {
        .arena = a,
        .diag = d,
        .folder = path,
        .file_count = count,
        .files = files != NULL ? files : &none,
    };
    return read_all(&r) ? r.sketch : NULL;
}

struct sketch *hls4ml_load(struct arena *a, const char *path, struct diag *d)
{
    struct hls4ml_reader r = { .arena = a,
                               .diag = d,
                               .folder = file_is_folder(path)
                                             ? arena_strdup(a, path)
                                             : file_folder(a, path) };
    return read_all(&r) ? r.sketch : NULL;
}
