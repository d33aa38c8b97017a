#include "traces/byte_input.h"

#include <lzma.h>
#include <string.h>
#include <zlib.h>

#include "base/arena.h"
#include "base/text.h"
#include "tests/check_main.h"
#include "tests/traces/trace_case.h"

enum { COUNT = 300000 };

static struct trace_case c;
static uint8_t bytes[COUNT], packed[2 * COUNT], got[COUNT + 1];

static void setup(void)
{
    trace_case_begin(&c);
    for (uint32_t i = 0; i < COUNT; i++)
        bytes[i] = (uint8_t)(i * i >> 7);
}

static void teardown(void)
{
    trace_case_end(&c);
}

static size_t pack_xz(void)
{
    size_t length = 0;
    ck_assert_int_eq(lzma_easy_buffer_encode(6, LZMA_CHECK_CRC32, NULL, bytes,
                                             COUNT, packed, &length,
                                             sizeof packed),
                     LZMA_OK);
    return length;
}

static const char *pack_gz(void)
{
    const char *path = file_join(c.arena, c.folder, "x.gz");
    gzFile f = gzopen(path, "wb");
    ck_assert_int_eq(gzwrite(f, bytes, COUNT), COUNT);
    gzclose(f);
    return path;
}

/* Reads in pieces of different lengths; returns how many bytes came. */
static size_t read_all(struct byte_input *in)
{
    size_t done = 0, piece = 1, n;
    while ((n = byte_input_read(in, got + done,
                                piece > sizeof got - done ? sizeof got - done
                                                          : piece)) > 0) {
        done += n;
        piece = piece * 3 % 70001;
    }
    return done;
}

static void expect_whole(const char *path)
{
    struct byte_input *in = byte_input_open(c.arena, path, c.diag);
    ck_assert_ptr_nonnull(in);
    ck_assert_uint_eq(read_all(in), COUNT);
    ck_assert_mem_eq(got, bytes, COUNT);
    ck_assert_ptr_null(byte_input_problem(in));
    byte_input_close(in);
}

static void expect_problem(const char *path, const char *words, bool is_damaged)
{
    struct byte_input *in = byte_input_open(c.arena, path, c.diag);
    ck_assert_ptr_nonnull(in);
    size_t done = read_all(in);
    ck_assert_uint_lt(done, COUNT);
    ck_assert(byte_input_is_damaged(in) == is_damaged);
    if (!is_damaged)
        ck_assert_mem_eq(got, bytes, done);
    ck_assert_ptr_nonnull(byte_input_problem(in));
    ck_assert_ptr_nonnull(strstr(byte_input_problem(in), words));
    byte_input_close(in);
}

START_TEST(plain_gzip_and_xz)
{
    expect_whole(trace_case_file(&c, "plain.gz", bytes, COUNT));
    expect_whole(pack_gz());
    expect_whole(trace_case_file(&c, "x", packed, pack_xz()));
}
END_TEST

START_TEST(cut_and_damaged)
{
    size_t length = pack_xz();
    expect_problem(trace_case_file(&c, "x", packed, length / 2), "breaks off",
                   false);
    packed[length / 2] ^= 0x55;
    expect_problem(trace_case_file(&c, "x", packed, length), "damaged xz",
                   true);
    size_t gz_length = 0;
    char *gz = file_read(c.arena, pack_gz(), sizeof packed, &gz_length, c.diag);
    expect_problem(trace_case_file(&c, "y", gz, gz_length / 2), "breaks off",
                   false);
    memset(gz + gz_length / 2, 0xff, 64);
    expect_problem(trace_case_file(&c, "y", gz, gz_length), "damaged gzip",
                   true);
}
END_TEST

START_TEST(no_regular_file)
{
    ck_assert_ptr_null(byte_input_open(c.arena, c.folder, c.diag));
    trace_case_expect(&c, DIAG_ERROR, DIAG_FILE_OPEN, "directory");
    ck_assert_ptr_null(byte_input_open(c.arena, "/dev/null", c.diag));
    trace_case_expect(&c, DIAG_ERROR, DIAG_FILE_OPEN, "no regular file");
    ck_assert_ptr_null(byte_input_open(c.arena, "/no/such", c.diag));
    trace_case_expect(&c, DIAG_ERROR, DIAG_FILE_OPEN, "No such file");
}
END_TEST

int main(void)
{
    const TTest *const tests[] = { plain_gzip_and_xz, cut_and_damaged,
                                   no_regular_file, NULL };
    return check_main_with("byte_input", tests, setup, teardown);
}
