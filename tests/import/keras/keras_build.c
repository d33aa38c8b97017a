#include "tests/import/keras/keras_build.h"

#include <check.h>
#include <string.h>

#include <zip.h>

#include "base/arena.h"
#include "base/text.h"

const char *keras_build_sequence(struct arena *a, const char *shape,
                                 const char *const *layers)
{
    struct text *t = text_new(a);
    text_printf(t,
                "{\"class_name\": \"Sequential\", \"config\": {\"layers\": "
                "[{\"class_name\": \"InputLayer\", \"config\": {\"name\": "
                "\"in\", \"batch_shape\": %s}}",
                shape);
    for (uint32_t i = 0; layers[i] != NULL; i++) {
        int length = (int)strcspn(layers[i], ":");
        text_printf(t,
                    ", {\"class_name\": \"%.*s\", \"name\": \"l%u\", "
                    "\"config\": %s}",
                    length, layers[i], (unsigned)i, layers[i] + length + 1);
    }
    text_add(t, "]}}");
    return text_string(t);
}

const uint8_t *keras_build_zip(struct arena *a, const struct keras_entry *e,
                               uint32_t count, size_t *length)
{
    zip_error_t error;
    zip_source_t *to = zip_source_buffer_create(NULL, 0, 0, &error);
    ck_assert_ptr_nonnull(to);
    zip_source_keep(to);
    zip_t *z = zip_open_from_source(to, ZIP_TRUNCATE, &error);
    ck_assert_ptr_nonnull(z);
    for (uint32_t i = 0; i < count; i++) {
        zip_source_t *s = zip_source_buffer(z, e[i].bytes, e[i].length, 0);
        zip_int64_t at = zip_file_add(z, e[i].name, s, 0);
        ck_assert_int_ge(at, 0);
        if (e[i].is_encrypted)
            ck_assert_int_eq(zip_file_set_encryption(z, (zip_uint64_t)at,
                                                     ZIP_EM_AES_128, "key"),
                             0);
    }
    ck_assert_int_eq(zip_close(z), 0);
    zip_stat_t info;
    ck_assert_int_eq(zip_source_stat(to, &info), 0);
    uint8_t *bytes = arena_new_array(a, uint8_t, info.size);
    ck_assert_int_eq(zip_source_open(to), 0);
    ck_assert_uint_eq((zip_uint64_t)zip_source_read(to, bytes, info.size),
                      info.size);
    zip_source_close(to);
    zip_source_free(to);
    *length = info.size;
    return bytes;
}
