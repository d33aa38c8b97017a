/* Archives, good ones and others. */
#include "base/zip_reader.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zip.h>

#include "base/arena.h"
#include "base/text.h"

struct archive {
    struct arena *arena;
    struct diag *diag;
    char path[64];
    const char *bytes;
    size_t length;
};

/* An archive of "a.txt" ("hello", stored) and "b/c" (`count` bytes 'x',
 * deflated). */
static struct archive archive_new(size_t count)
{
    struct archive r = { .arena = arena_new(),
                         .path = "/tmp/headrace_zip_XXXXXX" };
    r.diag = diag_new(r.arena);
    int file = mkstemp(r.path);
    ck_assert_int_ge(file, 0);
    close(file);
    char *xs = arena_new_array(r.arena, char, count + 1);
    memset(xs, 'x', count);
    zip_t *z = zip_open(r.path, ZIP_TRUNCATE, NULL);
    ck_assert_ptr_nonnull(z);
    zip_int64_t a =
        zip_file_add(z, "a.txt", zip_source_buffer(z, "hello", 5, 0), 0);
    zip_set_file_compression(z, (zip_uint64_t)a, ZIP_CM_STORE, 0);
    zip_file_add(z, "b/c", zip_source_buffer(z, xs, count, 0), 0);
    ck_assert_int_eq(zip_close(z), 0);
    r.bytes = file_read(r.arena, r.path, 1 << 30, &r.length, r.diag);
    return r;
}

static void archive_free(struct archive *r)
{
    unlink(r->path);
    arena_free(r->arena);
}

START_TEST(test_read)
{
    struct archive r = archive_new(1000);
    struct zip_reader *z = zip_reader_open(r.path, DIAG_DATA, r.diag);
    ck_assert_ptr_nonnull(z);
    ck_assert_uint_eq(zip_reader_count(z), 2);
    ck_assert_str_eq(zip_reader_name(z, 0), "a.txt");
    uint32_t entry = 9;
    ck_assert(!zip_reader_find(z, "c", &entry));
    ck_assert(zip_reader_find(z, "b/c", &entry));
    ck_assert_uint_eq(entry, 1);
    size_t length;
    ck_assert_str_eq(zip_reader_read(z, 0, 5, r.arena, &length, r.diag),
                     "hello");
    ck_assert_uint_eq(length, 5);
    const char *xs = zip_reader_read(z, 1, 1000, r.arena, &length, r.diag);
    ck_assert_uint_eq(strspn(xs, "x"), 1000);
    ck_assert_uint_eq(length, 1000);
    ck_assert_uint_eq(diag_count(r.diag), 0);
    ck_assert_ptr_null(zip_reader_read(z, 1, 999, r.arena, &length, r.diag));
    ck_assert_str_eq(diag_at(r.diag, 0)->text,
                     "entry 'b/c' of the zip archive has 1000 bytes, more than "
                     "999");
    zip_reader_close(z);
    archive_free(&r);
}
END_TEST

START_TEST(test_bomb)
{
    struct archive r = archive_new((size_t)ZIP_FREE + 1);
    struct zip_reader *z =
        zip_reader_parse("bomb.zip", r.bytes, r.length, DIAG_DATA, r.diag);
    struct arena *own = arena_new();
    size_t length;
    ck_assert_ptr_null(zip_reader_read(z, 1, UINT64_MAX, own, &length, r.diag));
    ck_assert_uint_lt(arena_used(own), 1000);
    ck_assert_uint_eq(diag_error_count(r.diag), 1);
    ck_assert_ptr_nonnull(
        strstr(diag_at(r.diag, 0)->text, "more than 200 times as many"));
    arena_free(own);
    zip_reader_close(z);
    archive_free(&r);
}
END_TEST

START_TEST(test_encrypted)
{
    struct archive r = archive_new(10);
    zip_t *out = zip_open(r.path, 0, NULL);
    ck_assert_ptr_nonnull(out);
    zip_file_set_encryption(out, 0, ZIP_EM_AES_128, "key");
    ck_assert_int_eq(zip_close(out), 0);
    struct zip_reader *z = zip_reader_open(r.path, DIAG_DATA, r.diag);
    ck_assert_ptr_nonnull(z);
    ck_assert_uint_eq(zip_reader_size(z, 0), 5);
    size_t length;
    ck_assert_ptr_null(zip_reader_read(z, 0, 5, r.arena, &length, r.diag));
    ck_assert_str_eq(diag_at(r.diag, 0)->text,
                     "entry 'a.txt' of the zip archive is encrypted");
    ck_assert_ptr_nonnull(zip_reader_read(z, 1, 10, r.arena, &length, r.diag));
    zip_reader_close(z);
    archive_free(&r);
}
END_TEST

/* Cut anywhere there is no directory; with a wrong bit anywhere nothing wrong
 * is believed. */
START_TEST(test_damage)
{
    struct archive r = archive_new(300);
    for (size_t i = 0; i < r.length; i++) {
        struct diag *d = diag_new(r.arena);
        ck_assert_ptr_null(zip_reader_parse("z", r.bytes, i, DIAG_DATA, d));
        ck_assert_uint_eq(diag_error_count(d), 1);
    }
    for (size_t i = 0; i < 8 * r.length; i++) {
        struct arena *own = arena_new();
        struct diag *d = diag_new(own);
        char *bytes = arena_new_array(own, char, r.length);
        memcpy(bytes, r.bytes, r.length);
        bytes[i / 8] = (char)(bytes[i / 8] ^ 1 << i % 8);
        struct zip_reader *z =
            zip_reader_parse("z", bytes, r.length, DIAG_DATA, d);
        uint32_t entry;
        size_t length;
        if (z != NULL && zip_reader_find(z, "b/c", &entry)) {
            const char *xs =
                zip_reader_read(z, entry, 1 << 20, own, &length, d);
            ck_assert(xs == NULL || (length == 300 && strspn(xs, "x") == 300));
            ck_assert_int_eq(xs == NULL, diag_error_count(d) == 1);
        }
        zip_reader_close(z);
        arena_free(own);
    }
    archive_free(&r);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("zip_reader");
    TCase *t = tcase_create("zip_reader");
    tcase_add_test(t, test_read);
    tcase_add_test(t, test_bomb);
    tcase_add_test(t, test_encrypted);
    tcase_add_test(t, test_damage);
    suite_add_tcase(s, t);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_ENV);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
