#include "import/data/data_readers.h"

#include "base/arena.h"
#include "base/diag.h"
#include "base/text.h"

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

bool data_image_fits(const struct image_request *r, uint64_t height,
                     uint64_t width, uint32_t channels, struct diag *d)
{
    struct shape s = r->shape;
    if (height == s.h && width == s.w && channels == s.c)
        return true;
    diag_error(d, (struct place){ .file = r->path }, DIAG_DATA,
               "the image has %" PRIu64 " rows, %" PRIu64 " columns and %u "
               "channel%s, not the %u, %u and %u of the network's input",
               height, width, (unsigned)channels, channels == 1 ? "" : "s",
               (unsigned)s.h, (unsigned)s.w, (unsigned)s.c);
    return false;
}

static bool ends_in(const char *path, const char *end)
{
    size_t length = strlen(path), tail = strlen(end);
    return length > tail && strcasecmp(path + length - tail, end) == 0;
}

bool data_is_image(const char *path)
{
    static const char *const ends[] = { ".png", ".pgm", ".ppm", ".pnm" };
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
        if (ends_in(path, ends[i]))
            return true;
    return false;
}

/* Names in a folder, sorted by their bytes; hidden ones are left out. */
struct listing {
    uint32_t count;
    char **names;
};

static int by_bytes(const void *a, const void *b)
{
    const char *const *x = a, *const *y = b;
    return strcmp(*x, *y);
}

static bool list_folder(struct arena *a, const char *path, struct listing *out,
                        struct diag *d)
{
    DIR *folder = opendir(path);
    if (folder == NULL) {
        diag_error(d, (struct place){ .file = path }, DIAG_FILE_OPEN,
                   "cannot open: %s", strerror(errno));
        return false;
    }
    *out = (struct listing){ 0 };
    for (struct dirent *e = readdir(folder); e != NULL; e = readdir(folder)) {
        if (e->d_name[0] == '.')
            continue;
        out->names = arena_grow(a, out->names, out->count, sizeof(char *));
        out->names[out->count++] = arena_strdup(a, e->d_name);
    }
    closedir(folder);
    if (out->count > 0)
        qsort(out->names, out->count, sizeof(char *), by_bytes);
    return true;
}

struct picture {
    const char *path;
    int64_t label;
};

struct pictures {
    struct arena *arena;
    struct diag *diag;
    uint64_t count, others;
    struct picture *list;
};

static void add_picture(struct pictures *p, const char *path, int64_t label)
{
    p->list = arena_grow(p->arena, p->list, p->count, sizeof(struct picture));
    p->list[p->count++] = (struct picture){ path, label };
}

static bool add_class(struct pictures *p, const char *folder, int64_t label)
{
    struct listing l;
    if (!list_folder(p->arena, folder, &l, p->diag))
        return false;
    for (uint32_t i = 0; i < l.count; i++) {
        if (data_is_image(l.names[i]))
            add_picture(p, file_join(p->arena, folder, l.names[i]), label);
        else
            p->others++;
    }
    return true;
}

/* A folder's name as a class. */
static bool class_number(const char *name, int64_t *out)
{
    size_t length = strlen(name);
    if (length == 0 || length > 9 || name[strspn(name, "0123456789")] != '\0')
        return false;
    *out = strtol(name, NULL, 10);
    return true;
}

/* Sub-folders are classes: all with a number for a name, or numbered in the
 * order of their names. */
static bool add_folder(struct pictures *p, const char *path, bool *labelled)
{
    struct listing l;
    if (!list_folder(p->arena, path, &l, p->diag))
        return false;
    bool all_numbers = true;
    uint64_t flat = 0;
    int64_t next = 0, number;
    for (uint32_t i = 0; i < l.count; i++) {
        const char *full = file_join(p->arena, path, l.names[i]);
        if (file_is_folder(full))
            all_numbers &= class_number(l.names[i], &number);
        else if (data_is_image(l.names[i]))
            flat++;
        else
            p->others++;
    }
    for (uint32_t i = 0; i < l.count; i++) {
        const char *full = file_join(p->arena, path, l.names[i]);
        if (file_is_folder(full)) {
            number = next++;
            if (all_numbers)
                class_number(l.names[i], &number);
            if (!add_class(p, full, number))
                return false;
        } else if (data_is_image(l.names[i])) {
            add_picture(p, full, 0);
        }
    }
    *labelled = next > 0;
    if (next > 0 && flat > 0) {
        diag_error(p->diag, (struct place){ .file = path }, DIAG_DATA,
                   "the folder has images and folders of images; which class "
                   "have the %" PRIu64 " images?",
                   flat);
        diag_hint(p->diag, "put each image into the folder of its class");
        return false;
    }
    return true;
}

static bool read_picture(const char *path, struct shape shape, uint16_t *pixels,
                         uint16_t *max, struct diag *d)
{
    struct arena *own = arena_new();
    struct image_request r = { path, shape };
    size_t length = 0;
    const char *bytes = file_read(own, path, DATA_FILE_BYTES_MAX, &length, d);
    bool fine =
        bytes != NULL &&
        (ends_in(path, ".png") ? data_png_parse(&r, (const uint8_t *)bytes,
                                                length, pixels, max, d)
                               : data_pnm_parse(&r, (const uint8_t *)bytes,
                                                length, pixels, max, d));
    arena_free(own);
    return fine;
}

static bool check_count(const struct pictures *p, const char *path,
                        struct shape shape)
{
    struct place place = { .file = path };
    if (p->others > 0)
        diag_warning(p->diag, place, DIAG_DATA,
                     "%" PRIu64 " file%s no .png, .pgm, .ppm or .pnm, and "
                     "left out",
                     p->others, p->others == 1 ? " is" : "s are");
    if (p->count == 0) {
        diag_error(p->diag, place, DIAG_DATA, "the folder has no images");
        return false;
    }
    if (p->count <= DATA_VALUES_MAX / shape_count(shape))
        return true;
    diag_error(p->diag, place, DIAG_DATA,
               "%" PRIu64 " images are more than 2^28 values in all", p->count);
    return false;
}

bool data_load_images(struct arena *a, const char *path, struct shape shape,
                      struct image_frames *out, struct diag *d)
{
    struct pictures p = { .arena = a, .diag = d };
    bool labelled = false;
    if (!file_is_folder(path))
        add_picture(&p, path, 0);
    else if (!add_folder(&p, path, &labelled))
        return false;
    if (!check_count(&p, path, shape))
        return false;
    uint64_t each = shape_count(shape);
    uint16_t *pixels = arena_new_array(a, uint16_t, p.count * each);
    uint16_t *max = arena_new_array(a, uint16_t, p.count);
    int64_t *labels = labelled ? arena_new_array(a, int64_t, p.count) : NULL;
    for (uint64_t i = 0; i < p.count; i++) {
        if (!read_picture(p.list[i].path, shape, pixels + i * each, &max[i], d))
            return false;
        if (labels != NULL)
            labels[i] = p.list[i].label;
    }
    *out = (struct image_frames){ p.count, pixels, max, labels };
    return true;
}
