#include "hwgen/cosim/stamp.h"

#include "base/arena.h"
#include "base/diag.h"
#include "base/text.h"
#include "tests/check_main.h"
#include "tests/hwgen/temp_folder.h"

#include <string.h>

static struct arena *a;
static const char *folder;

static void setup(void)
{
    a = arena_new();
    folder = temp_folder_new(a);
}

static void teardown(void)
{
    temp_folder_remove(folder);
    arena_free(a);
}

static const char *put(const char *name, const char *text)
{
    const char *path = file_join(a, folder, name);
    ck_assert(file_write(path, text, strlen(text), diag_new(a)));
    return path;
}

/* Of one file under this name, with an option. */
static struct stamp stamp_of(const char *name, const char *option)
{
    struct stamp s = stamp_new();
    stamp_add(&s, option);
    ck_assert(stamp_add_file(&s, folder, name, diag_new(a)));
    return s;
}

START_TEST(current_until_something_changes)
{
    const char *product = put("product", "made");
    const char *path = file_join(a, folder, "stamp");
    put("a.sv", "text");
    put("b.sv", "text");
    struct stamp s = stamp_of("a.sv", "-O1");
    ck_assert(!stamp_is_current(&s, path, product));
    ck_assert(stamp_write(&s, path, diag_new(a)));
    s = stamp_of("a.sv", "-O1");
    ck_assert(stamp_is_current(&s, path, product));
    s = stamp_of("a.sv", "-O2");
    ck_assert(!stamp_is_current(&s, path, product));
    s = stamp_of("b.sv", "-O1");
    ck_assert(!stamp_is_current(&s, path, product));
    put("a.sv", "other");
    s = stamp_of("a.sv", "-O1");
    ck_assert(!stamp_is_current(&s, path, product));
}
END_TEST

START_TEST(not_without_the_product)
{
    const char *path = file_join(a, folder, "stamp");
    put("a.sv", "text");
    struct stamp s = stamp_of("a.sv", "");
    ck_assert(stamp_write(&s, path, diag_new(a)));
    ck_assert(!stamp_is_current(&s, path, file_join(a, folder, "product")));
    const char *product = put("product", "made");
    ck_assert(stamp_is_current(&s, path, product));
    stamp_remove(path);
    ck_assert(!stamp_is_current(&s, path, product));
}
END_TEST

START_TEST(a_file_that_is_not_there)
{
    struct stamp s = stamp_new();
    struct diag *d = diag_new(a);
    ck_assert(!stamp_add_file(&s, folder, "none.sv", d));
    ck_assert_uint_eq(diag_count(d), 1);
    ck_assert_int_eq(diag_at(d, 0)->code, DIAG_FILE_OPEN);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = { current_until_something_changes,
                                   not_without_the_product,
                                   a_file_that_is_not_there, NULL };
    return check_main_with("stamp", tests, setup, teardown);
}
