#include "traces/events.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <zlib.h>

#include "base/arena.h"
#include "base/diag.h"
#include "tests/check_main.h"

static const uint64_t writes[] = { 1, 5 }, reads[] = { 2 };
static const struct token_times streams[] = {
    { "a.out", 2, 1, writes, reads },
    { "b.out", 0, 0, NULL, NULL },
};
static const char expected[] = "stream,event,token_index,cycle\n"
                               "a.out,w,0,1\n"
                               "a.out,w,1,5\n"
                               "a.out,r,0,2\n";

static struct arena *a;
static char folder[] = "/tmp/headrace-events-XXXXXX";

static void setup(void)
{
    a = arena_new();
    ck_assert_ptr_nonnull(mkdtemp(folder));
}

static void teardown(void)
{
    ck_assert_int_eq(rmdir(folder), 0); /* no temporary file is left */
    arena_free(a);
}

/* gzread reads plain files as they are. */
static void expect_file(const char *path)
{
    char got[sizeof expected + 10] = { 0 };
    gzFile f = gzopen(path, "rb");
    ck_assert_ptr_nonnull(f);
    ck_assert_int_eq(gzread(f, got, sizeof got - 1), (int)strlen(expected));
    gzclose(f);
    ck_assert_str_eq(got, expected);
}

START_TEST(a_line_per_handshake)
{
    const char *path = arena_printf(a, "%s/t.csv", folder);
    struct diag *d = diag_new(a);
    ck_assert(events_write(path, streams, 2, d));
    expect_file(path);
    FILE *f = fopen(path, "rb");
    ck_assert_int_eq(fgetc(f), 's'); /* not compressed */
    fclose(f);
    unlink(path);
}
END_TEST

START_TEST(gz_is_compressed)
{
    const char *path = arena_printf(a, "%s/t.csv.gz", folder);
    ck_assert(events_write(path, streams, 2, diag_new(a)));
    expect_file(path);
    FILE *f = fopen(path, "rb");
    ck_assert_int_eq(fgetc(f), 0x1f);
    fclose(f);
    unlink(path);
}
END_TEST

START_TEST(a_file_that_cannot_be_written)
{
    struct diag *d = diag_new(a);
    const char *path = arena_printf(a, "%s/no/such/t.csv", folder);
    ck_assert(!events_write(path, streams, 2, d));
    ck_assert_uint_eq(diag_error_count(d), 1);
    ck_assert_int_eq(diag_at(d, 0)->code, DIAG_FILE_WRITE);
    ck_assert_str_eq(diag_at(d, 0)->text,
                     "cannot be written: No such file or directory");
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        a_line_per_handshake,
        gz_is_compressed,
        a_file_that_cannot_be_written,
        NULL,
    };
    return check_main_with("events", tests, setup, teardown);
}
