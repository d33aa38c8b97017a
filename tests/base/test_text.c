#include "base/text.h"

#include "base/arena.h"
#include "base/diag.h"

#include <check.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static struct arena *arena;
static struct diag *diag;
static char folder[] = "/tmp/headrace-text-XXXXXX";

/* For the whole program: the tests are run in processes of their own. */
static void make_folder(void)
{
    ck_assert_ptr_nonnull(mkdtemp(folder));
}

static void remove_tree(const char *path)
{
    DIR *dir = opendir(path);
    for (struct dirent *e; dir != NULL && (e = readdir(dir)) != NULL;) {
        char inner[1024];
        snprintf(inner, sizeof inner, "%s/%s", path, e->d_name);
        if (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0 &&
            unlink(inner) != 0)
            remove_tree(inner);
    }
    if (dir != NULL)
        closedir(dir);
    rmdir(path);
}

static void remove_folder(void)
{
    remove_tree(folder);
}

static void setup(void)
{
    arena = arena_new();
    diag = diag_new(arena);
}

static void teardown(void)
{
    arena_free(arena);
}

static char *path_of(const char *name)
{
    return file_join(arena, folder, name);
}

static void expect_one_error(enum diag_code code, const char *path,
                             const char *part)
{
    ck_assert_uint_eq(diag_count(diag), 1);
    const struct diag_message *m = diag_at(diag, 0);
    ck_assert_int_eq(m->severity, DIAG_ERROR);
    ck_assert_int_eq(m->code, code);
    ck_assert_str_eq(m->place.file, path);
    ck_assert_uint_eq(m->place.line, 0);
    ck_assert_msg(strstr(m->text, part) != NULL, "'%s' is not in '%s'", part,
                  m->text);
}

static int entries_in(const char *path)
{
    DIR *dir = opendir(path);
    ck_assert_ptr_nonnull(dir);
    int count = 0;
    for (struct dirent *e; (e = readdir(dir)) != NULL;)
        count += strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0;
    closedir(dir);
    return count;
}

/* Text */

START_TEST(text_endings)
{
    ck_assert(text_ends_in("a.json", ".json"));
    ck_assert(!text_ends_in(".json", ".json"));
    ck_assert(!text_ends_in("a.jso", ".json"));
    ck_assert(!text_ends_in("n", ".json"));
}
END_TEST

START_TEST(text_grows)
{
    struct text *t = text_new(arena);
    ck_assert_str_eq(text_string(t), "");
    ck_assert_uint_eq(text_length(t), 0);
    text_add(t, "conv");
    text_addn(t, "1xyz", 1);
    text_printf(t, ".%s %d", "out", 16);
    text_add(t, "");
    ck_assert_str_eq(text_string(t), "conv1.out 16");
    ck_assert_uint_eq(text_length(t), 12);
}
END_TEST

START_TEST(text_grows_across_every_boundary)
{
    for (size_t step = 1; step < 200; step += 7) {
        struct text *t = text_new(arena);
        char *part = arena_new_array(arena, char, step + 1);
        memset(part, 'a', step);
        size_t length = 0;
        for (int i = 0; i < 60; i++) {
            switch (i % 3) {
            case 0:
                text_add(t, part);
                break;
            case 1:
                text_addn(t, part, step);
                break;
            default:
                text_printf(t, "%s", part);
                break;
            }
            length += step;
            ck_assert_uint_eq(text_length(t), length);
            ck_assert_uint_eq(strlen(text_string(t)), length);
            ck_assert_uint_eq(strspn(text_string(t), "a"), length);
        }
    }
}
END_TEST

START_TEST(text_holds_any_bytes)
{
    struct text *t = text_new(arena);
    text_addn(t, "a\0b", 3);
    text_addn(t, NULL, 0);
    text_add(t, "c");
    ck_assert_uint_eq(text_length(t), 4);
    ck_assert_mem_eq(text_string(t), "a\0bc", 5);
}
END_TEST

START_TEST(text_can_be_added_to_itself)
{
    struct text *t = text_new(arena);
    text_add(t, "0123456789");
    for (int i = 0; i < 6; i++)
        text_addn(t, text_string(t), text_length(t));
    ck_assert_uint_eq(text_length(t), 640);
    ck_assert_int_eq(text_string(t)[639], '9');
}
END_TEST

/* Reading and writing */

START_TEST(what_is_written_is_read)
{
    const char *path = path_of("round");
    const char bytes[] = "a\0b\nc";
    ck_assert(file_write(path, bytes, sizeof bytes, diag));
    size_t length = 0;
    char *back = file_read(arena, path, 100, &length, diag);
    ck_assert_ptr_nonnull(back);
    ck_assert_uint_eq(length, sizeof bytes);
    ck_assert_mem_eq(back, bytes, sizeof bytes);
    ck_assert_int_eq(back[length], '\0');

    struct text *t = text_new(arena);
    text_add(t, "shorter");
    ck_assert(file_write_text(path, t, diag));
    back = file_read(arena, path, 100, &length, diag);
    ck_assert_str_eq(back, "shorter");
    ck_assert_uint_eq(diag_count(diag), 0);
}
END_TEST

/* So many parts of three bytes, the second of which is empty. */
static const void *give_part(void *context, size_t *count)
{
    int *left = context;
    *count = *left == 3 ? 0 : 3;
    return (*left)-- > 0 ? "abc" : NULL;
}

START_TEST(parts_follow_one_another)
{
    const char *path = path_of("parts");
    int left = 4;
    size_t length = 0;
    ck_assert(file_write_parts(path, give_part, &left, diag));
    ck_assert_str_eq(file_read(arena, path, 100, &length, diag), "abcabcabc");
    ck_assert_uint_eq(length, 9);
    /* Without a part the file is empty. */
    left = 0;
    ck_assert(file_write_parts(path, give_part, &left, diag));
    ck_assert_str_eq(file_read(arena, path, 100, &length, diag), "");
}
END_TEST

START_TEST(an_empty_file_is_fine)
{
    const char *path = path_of("empty");
    ck_assert(file_write(path, NULL, 0, diag));
    size_t length = 99;
    char *back = file_read(arena, path, 0, &length, diag);
    ck_assert_ptr_nonnull(back);
    ck_assert_uint_eq(length, 0);
    ck_assert_str_eq(back, "");
}
END_TEST

START_TEST(the_bound_is_exact)
{
    const char *path = path_of("bound");
    ck_assert(file_write(path, "12345", 5, diag));
    size_t length = 0;
    ck_assert_ptr_nonnull(file_read(arena, path, 5, &length, diag));
    ck_assert_ptr_null(file_read(arena, path, 4, &length, diag));
    expect_one_error(DIAG_FILE_OPEN, path, "5 bytes are more than the 4");
}
END_TEST

START_TEST(a_missing_file_is_reported)
{
    const char *path = path_of("no/such");
    size_t length = 0;
    ck_assert_ptr_null(file_read(arena, path, 5, &length, diag));
    expect_one_error(DIAG_FILE_OPEN, path, strerror(ENOENT));
}
END_TEST

START_TEST(a_folder_is_not_read)
{
    size_t length = 0;
    ck_assert_ptr_null(file_read(arena, folder, 5, &length, diag));
    expect_one_error(DIAG_FILE_OPEN, folder, "a folder");
}
END_TEST

/* Without a writer, an ordinary open would wait for ever. */
START_TEST(a_fifo_is_not_read)
{
    const char *path = path_of("fifo");
    ck_assert_int_eq(mkfifo(path, 0600), 0);
    size_t length = 0;
    ck_assert_ptr_null(file_read(arena, path, 5, &length, diag));
    expect_one_error(DIAG_FILE_OPEN, path, "not a regular file");
}
END_TEST

START_TEST(a_device_is_neither_read_nor_replaced)
{
    size_t length = 0;
    ck_assert_ptr_null(file_read(arena, "/dev/zero", 5, &length, diag));
    expect_one_error(DIAG_FILE_OPEN, "/dev/zero", "not a regular file");

    diag = diag_new(arena);
    ck_assert(!file_write("/dev/null", "x", 1, diag));
    expect_one_error(DIAG_FILE_WRITE, "/dev/null", "not a regular file");
    struct stat st;
    ck_assert_int_eq(stat("/dev/null", &st), 0);
    ck_assert(S_ISCHR(st.st_mode));
}
END_TEST

START_TEST(nothing_is_left_of_a_failed_write)
{
    ck_assert(file_make_folder(path_of("full/name"), diag));
    const char *path = path_of("full/name");
    ck_assert(!file_write(path, "x", 1, diag));
    expect_one_error(DIAG_FILE_WRITE, path, "a folder");
    ck_assert_int_eq(entries_in(path_of("full")), 1);

    /* A rename that fails after the temporary file was written: the name is
     * too long, but that of the temporary file is not. */
    diag = diag_new(arena);
    char *name = arena_new_array(arena, char, 301);
    memset(name, 'n', 300);
    path = file_join(arena, path_of("full"), name);
    ck_assert(!file_write(path, "x", 1, diag));
    expect_one_error(DIAG_FILE_WRITE, path, strerror(ENAMETOOLONG));
    ck_assert_int_eq(entries_in(path_of("full")), 1);
}
END_TEST

START_TEST(a_write_into_a_missing_folder_fails)
{
    const char *path = path_of("missing/file");
    ck_assert(!file_write(path, "x", 1, diag));
    expect_one_error(DIAG_FILE_WRITE, path, strerror(ENOENT));
    diag = diag_new(arena);
    ck_assert(!file_write("", "x", 1, diag));
    expect_one_error(DIAG_FILE_WRITE, "", "cannot write");
}
END_TEST

/* One that was left by a process of the same number that was killed. */
START_TEST(a_stale_temporary_file_does_not_matter)
{
    ck_assert(file_make_folder(path_of("stale"), diag));
    char *stale = arena_printf(arena, "%s/stale/.headrace-%ld-0.tmp", folder,
                               (long)getpid());
    ck_assert(file_write(stale, "old", 3, diag));
    const char *path = path_of("stale/file");
    ck_assert(file_write(path, "new", 3, diag));
    size_t length = 0;
    ck_assert_str_eq(file_read(arena, path, 9, &length, diag), "new");
    ck_assert_str_eq(file_read(arena, stale, 9, &length, diag), "old");
}
END_TEST

START_TEST(permissions_stay)
{
    const char *path = path_of("script");
    mode_t mask = umask(022);
    ck_assert(file_write(path, "1", 1, diag));
    struct stat st;
    ck_assert_int_eq(stat(path, &st), 0);
    ck_assert_int_eq(st.st_mode & 0777, 0644);
    ck_assert_int_eq(chmod(path, 0775), 0);
    ck_assert(file_write(path, "2", 1, diag));
    ck_assert_int_eq(stat(path, &st), 0);
    ck_assert_int_eq(st.st_mode & 0777, 0775);
    umask(mask);
}
END_TEST

/* Folders and names */

START_TEST(folders_are_made_with_their_parents)
{
    static const char *const names[] = { "x", "deep/er/est", "x/y/", "x//z",
                                         "deep/er" };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        ck_assert_msg(file_make_folder(path_of(names[i]), diag), "%s",
                      names[i]);
        struct stat st;
        ck_assert_int_eq(stat(path_of(names[i]), &st), 0);
        ck_assert(S_ISDIR(st.st_mode));
    }
    ck_assert(file_make_folder("", diag));
    ck_assert(file_make_folder("/", diag));
    ck_assert(file_make_folder(".", diag));
    ck_assert_uint_eq(diag_count(diag), 0);
}
END_TEST

START_TEST(a_file_is_in_the_way_of_a_folder)
{
    ck_assert(file_write(path_of("plain"), "x", 1, diag));
    const char *path = path_of("plain");
    ck_assert(!file_make_folder(path, diag));
    expect_one_error(DIAG_FILE_WRITE, path, strerror(ENOTDIR));
    diag = diag_new(arena);
    path = path_of("plain/below");
    ck_assert(!file_make_folder(path, diag));
    expect_one_error(DIAG_FILE_WRITE, path, strerror(ENOTDIR));
}
END_TEST

START_TEST(names_are_joined)
{
    ck_assert_str_eq(file_folder(arena, "models/digits/model.json"),
                     "models/digits");
    ck_assert_str_eq(file_folder(arena, "/model.json"), "/");
    ck_assert_str_eq(file_folder(arena, "model.json"), "");
    ck_assert_str_eq(file_join(arena, "models/digits", "model.json"),
                     "models/digits/model.json");
    ck_assert_str_eq(file_join(arena, "models/", "a"), "models/a");
    ck_assert_str_eq(file_join(arena, "/", "a"), "/a");
    ck_assert_str_eq(file_join(arena, "", "a"), "a");
    ck_assert_str_eq(file_join(arena, NULL, "a"), "a");
    ck_assert_str_eq(file_join(arena, "models", "/a"), "/a");
}
END_TEST

static Suite *text_suite(void)
{
    Suite *s = suite_create("text");
    TCase *text = tcase_create("text");
    tcase_add_checked_fixture(text, setup, teardown);
    tcase_add_test(text, text_endings);
    tcase_add_test(text, text_grows);
    tcase_add_test(text, text_grows_across_every_boundary);
    tcase_add_test(text, text_holds_any_bytes);
    tcase_add_test(text, text_can_be_added_to_itself);
    suite_add_tcase(s, text);

    TCase *file = tcase_create("file");
    tcase_add_unchecked_fixture(file, make_folder, remove_folder);
    tcase_add_checked_fixture(file, setup, teardown);
    tcase_add_test(file, what_is_written_is_read);
    tcase_add_test(file, parts_follow_one_another);
    tcase_add_test(file, an_empty_file_is_fine);
    tcase_add_test(file, the_bound_is_exact);
    tcase_add_test(file, a_missing_file_is_reported);
    tcase_add_test(file, a_folder_is_not_read);
    tcase_add_test(file, a_fifo_is_not_read);
    tcase_add_test(file, a_device_is_neither_read_nor_replaced);
    tcase_add_test(file, nothing_is_left_of_a_failed_write);
    tcase_add_test(file, a_write_into_a_missing_folder_fails);
    tcase_add_test(file, a_stale_temporary_file_does_not_matter);
    tcase_add_test(file, permissions_stay);
    tcase_add_test(file, folders_are_made_with_their_parents);
    tcase_add_test(file, a_file_is_in_the_way_of_a_folder);
    tcase_add_test(file, names_are_joined);
    suite_add_tcase(s, file);
    return s;
}

int main(void)
{
    SRunner *runner = srunner_create(text_suite());
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
