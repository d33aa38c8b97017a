#include "hwgen/library.h"

#include "base/arena.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The table against the files it was made from. */
START_TEST(test_same_bytes)
{
    static const char *const folders[] = { HEADRACE_SOURCE_DIR "/hwgen/rtl",
                                           HEADRACE_SOURCE_DIR "/hwgen/cosim",
                                           HEADRACE_BUILD_DIR "/core" };
    struct arena *a = arena_new();
    ck_assert_uint_gt(library_file_count, 10);
    for (size_t i = 0; i < library_file_count; i++) {
        const struct embedded_file *f = &library_files[i];
        FILE *file = NULL;
        for (int j = 0; file == NULL && j < 3; j++)
            file = fopen(arena_printf(a, "%s/%s", folders[j], f->name), "rb");
        ck_assert_msg(file != NULL, "'%s' comes from nowhere", f->name);
        char *bytes = arena_new_array(a, char, f->length + 1);
        ck_assert_uint_eq(fread(bytes, 1, f->length + 1, file), f->length);
        fclose(file);
        ck_assert_msg(memcmp(bytes, f->text, f->length) == 0,
                      "'%s' is not the file it was made from", f->name);
        ck_assert_int_eq(f->text[f->length], '\0');
    }
    arena_free(a);
}
END_TEST

/* The C core lies in one folder: no #include names another one. */
START_TEST(test_flat_core)
{
    const struct embedded_file *f = library_find("stepper.c");
    ck_assert_ptr_nonnull(f);
    ck_assert_ptr_nonnull(strstr(f->text, "#include \"stepper.h\"\n"));
    for (size_t i = 0; i < library_file_count; i++)
        for (const char *s = library_files[i].text;
             (s = strstr(s, "#include \"")) != NULL; s++)
            ck_assert_msg(memchr(s, '/', strcspn(s, "\n")) == NULL,
                          "'%s' includes from a folder", library_files[i].name);
}
END_TEST

START_TEST(test_find)
{
    ck_assert_ptr_nonnull(library_find("conv2d.sv"));
    ck_assert_ptr_nonnull(library_find("harness.cpp"));
    ck_assert_ptr_nonnull(library_find("cosim_files.h"));
    ck_assert_ptr_null(library_find("conv2d"));
    ck_assert(library_has_stem("fifo_srl"));
    ck_assert(!library_has_stem("fifo"));
    ck_assert(!library_has_stem("harness"));
    ck_assert(!library_has_stem("stepper"));
}
END_TEST

static size_t place(const struct embedded_file *const *files, size_t count,
                    const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(files[i]->name, name) == 0)
            return i;
    return count;
}

START_TEST(test_closure)
{
    static const char *const roots[] = { "dense", "fifo_srl", "dense", "none" };
    struct arena *a = arena_new();
    size_t count = 0;
    const struct embedded_file **files = library_closure(a, roots, 4, &count);
    ck_assert_uint_lt(place(files, count, "dense.sv"), count);
    ck_assert_uint_lt(place(files, count, "fifo_srl.sv"), count);
    /* dense multiplies and reads weights, it has no window. */
    ck_assert_uint_lt(place(files, count, "mac_lane.sv"),
                      place(files, count, "mac_array.sv"));
    ck_assert_uint_lt(place(files, count, "mac_array.sv"),
                      place(files, count, "dense.sv"));
    ck_assert_uint_lt(place(files, count, "parameter_rom.sv"),
                      place(files, count, "mac_array.sv"));
    ck_assert_uint_eq(place(files, count, "conv_window.sv"), count);
    ck_assert_uint_eq(place(files, count, "harness.cpp"), count);
    for (size_t i = 0; i < count; i++)
        ck_assert_uint_eq(place(files, count, files[i]->name), i);
    arena_free(a);
}
END_TEST

static Suite *library_suite(void)
{
    Suite *s = suite_create("library");
    TCase *t = tcase_create("library");
    tcase_add_test(t, test_same_bytes);
    tcase_add_test(t, test_flat_core);
    tcase_add_test(t, test_find);
    tcase_add_test(t, test_closure);
    suite_add_tcase(s, t);
    return s;
}

int main(void)
{
    SRunner *sr = srunner_create(library_suite());
    srunner_run_all(sr, CK_ENV);
    int failed = srunner_ntests_failed(sr);
    srunner_free(sr);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
