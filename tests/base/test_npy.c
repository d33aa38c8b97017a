#include "base/npy.h"

#include "base/arena.h"
#include "base/text.h"

#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct arena *arena;
static struct diag *diag;
static char folder[] = "/tmp/headrace-npy-XXXXXX";
static char *path;

static void make_folder(void)
{
    ck_assert_ptr_nonnull(mkdtemp(folder));
}

static void remove_folder(void)
{
    rmdir(folder);
}

static void setup(void)
{
    arena = arena_new();
    diag = diag_new(arena);
    path = file_join(arena, folder, "array.npy");
}

static void teardown(void)
{
    unlink(path);
    arena_free(arena);
}

struct bytes {
    const void *data;
    size_t count;
};

/* Loads a file with these bytes. */
static struct npy *load(struct bytes b)
{
    ck_assert(file_write(path, b.data, b.count, diag));
    return npy_load(arena, path, DIAG_WEIGHTS, diag);
}

/* A file of version 1.0 as NumPy writes it: header padded to 64 bytes. */
static struct bytes npy_bytes(const char *header, const void *data,
                              size_t data_bytes)
{
    struct text *t = text_new(arena);
    size_t length = strlen(header) + 1;
    size_t padding = 63 - (10 + length + 63) % 64;
    size_t padded = length + padding;
    unsigned char start[] = { 0x93,
                              'N',
                              'U',
                              'M',
                              'P',
                              'Y',
                              1,
                              0,
                              (unsigned char)(padded & 0xff),
                              (unsigned char)(padded >> 8) };
    text_addn(t, start, sizeof start);
    text_printf(t, "%s%*s\n", header, (int)padding, "");
    text_addn(t, data, data_bytes);
    return (struct bytes){ text_string(t), text_length(t) };
}

static struct npy *load_array(const char *header, const void *data,
                              size_t data_bytes)
{
    return load(npy_bytes(header, data, data_bytes));
}

static void expect_error(const struct npy *n, const char *part)
{
    ck_assert_ptr_null(n);
    ck_assert_uint_eq(diag_count(diag), 1);
    const struct diag_message *m = diag_at(diag, 0);
    ck_assert_int_eq(m->severity, DIAG_ERROR);
    ck_assert_int_eq(m->code, DIAG_WEIGHTS);
    ck_assert_str_eq(m->place.file, path);
    ck_assert_msg(strstr(m->text, part) != NULL, "'%s' is not in '%s'", part,
                  m->text);
}

/* Types */

static const struct {
    const char *descr;
    size_t bytes;
    unsigned char data[24]; /* three values, little endian */
    int64_t values[3];
} integer_types
    [] = {
        { "|b1", 1, { 0, 1, 7 }, { 0, 1, 1 } },
        { "|i1", 1, { 0x00, 0x7f, 0x80 }, { 0, 127, -128 } },
        { "<i1", 1, { 0xff, 0x01, 0xfe }, { -1, 1, -2 } },
        { "|u1", 1, { 0x00, 0x7f, 0x80 }, { 0, 127, 128 } },
        { "<i2",
          2,
          { 0x34, 0x12, 0xff, 0x7f, 0x00, 0x80 },
          { 0x1234, 32767, -32768 } },
        { "<u2",
          2,
          { 0x34, 0x12, 0xff, 0xff, 0x00, 0x80 },
          { 0x1234, 65535, 32768 } },
        { "<i4",
          4,
          { 0x78, 0x56, 0x34, 0x12, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0x80 },
          { 0x12345678, -1, INT32_MIN } },
        { "<u4",
          4,
          { 0x78, 0x56, 0x34, 0x12, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0x80 },
          { 0x12345678, UINT32_MAX, INT64_C(1) << 31 } },
        { "<i8",
          8,
          { 0xef, 0xcd, 0xab, 0x89, 0x67, 0x45, 0x23, 0x01,
            0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
            0,    0,    0,    0,    0,    0,    0,    0x80 },
          { INT64_C(0x0123456789abcdef), -1, INT64_MIN } },
    };

START_TEST(integers_are_read)
{
    size_t bytes = integer_types[_i].bytes;
    struct npy *n = load_array(
        arena_printf(arena,
                     "{'descr': '%s', 'fortran_order': False, 'shape': (3,), }",
                     integer_types[_i].descr),
        integer_types[_i].data, 3 * bytes);
    ck_assert_ptr_nonnull(n);
    ck_assert(!n->is_float);
    ck_assert_ptr_null(n->floats);
    ck_assert_uint_eq(n->dims, 1);
    ck_assert_uint_eq(n->shape[0], 3);
    ck_assert_uint_eq(n->count, 3);
    for (int i = 0; i < 3; i++)
        ck_assert_int_eq(n->integers[i], integer_types[_i].values[i]);
}
END_TEST

START_TEST(floats_are_read)
{
    static const unsigned char singles[] = { 0,    0,    0xc0, 0x3f, /* 1.5 */
                                             0xcd, 0xcc, 0xcc, 0xbd,
                                             0,    0,    0x80, 0x7f };
    struct npy *n =
        load_array("{'descr': '<f4', 'fortran_order': False, 'shape': (3,), }",
                   singles, sizeof singles);
    ck_assert_ptr_nonnull(n);
    ck_assert(n->is_float);
    ck_assert_ptr_null(n->integers);
    ck_assert(n->floats[0] == 1.5);
    ck_assert(n->floats[1] == (double)-0.1F);
    ck_assert(isinf(n->floats[2]));

    static const unsigned char doubles[] = { 0x9a, 0x99, 0x99, 0x99,
                                             0x99, 0x99, 0xb9, 0xbf };
    n = load_array("{'descr': '<f8', 'fortran_order': False, 'shape': (), }",
                   doubles, sizeof doubles);
    ck_assert_ptr_nonnull(n);
    ck_assert_uint_eq(n->dims, 0);
    ck_assert_uint_eq(n->count, 1);
    ck_assert(n->floats[0] == -0.1);
}
END_TEST

START_TEST(other_types_are_refused)
{
    static const char *const types[] = { "<u8", ">i4", "=i4", "|i4", "<f2",
                                         "<c8", "|S3", "|O",  "<U1", "<i16",
                                         "",    "i4",  ">f8", "|b2" };
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        diag = diag_new(arena);
        expect_error(load_array(arena_printf(arena,
                                             "{'descr': '%s', 'fortran_order': "
                                             "False, 'shape': (), }",
                                             types[i]),
                                "12345678", 8),
                     "type of the array");
    }
}
END_TEST

/* Shapes */

static const struct {
    const char *shape;
    uint32_t dims;
    uint64_t count;
    const char *text; /* NULL: as shape */
} shapes[] = {
    { "()", 0, 1, NULL },
    { "(6,)", 1, 6, NULL },
    { "(2, 3)", 2, 6, NULL },
    { "(2,3,)", 2, 6, "(2, 3)" },
    { "( 1 , 2 , 3 )", 3, 6, "(1, 2, 3)" },
    { "(1, 1, 1, 1, 1, 2, 1, 3)", 8, 6, NULL },
    { "(0,)", 1, 0, NULL },
    { "(18446744073709551615, 0, 18446744073709551615)", 3, 0, NULL },
};

START_TEST(shapes_are_read)
{
    struct npy *n = load_array(
        arena_printf(arena,
                     "{'descr': '<i2', 'fortran_order': False, 'shape': %s, }",
                     shapes[_i].shape),
        "abcdefghijkl", 2 * (size_t)shapes[_i].count);
    ck_assert_ptr_nonnull(n);
    ck_assert_uint_eq(n->dims, shapes[_i].dims);
    ck_assert_uint_eq(n->count, shapes[_i].count);
    ck_assert_str_eq(npy_shape_text(n, arena), shapes[_i].text == NULL
                                                   ? shapes[_i].shape
                                                   : shapes[_i].text);
}
END_TEST

/* Headers */

static const char *const good_headers[] = {
    "{'descr': '|u1', 'fortran_order': False, 'shape': (2,), }",
    "{'shape': (2,), 'fortran_order': False, 'descr': '|u1'}",
    "{\"descr\":\"|u1\",\"fortran_order\":False,\"shape\":(2,)}",
    " { 'descr' : '|u1' , 'fortran_order' : False , 'shape' : ( 2 , ) , } ",
};

START_TEST(the_header_is_a_python_dictionary)
{
    struct npy *n = load_array(good_headers[_i], "\x05\xff", 2);
    ck_assert_ptr_nonnull(n);
    ck_assert_int_eq(n->integers[0], 5);
    ck_assert_int_eq(n->integers[1], 255);
}
END_TEST

static const struct {
    const char *header;
    const char *said;
} bad_headers[] = {
    { "", "header" },
    { "{}", "header" },
    { "{'descr': '|u1', 'fortran_order': False}", "header" },
    { "{'descr': '|u1', 'shape': (2,)}", "header" },
    { "{'fortran_order': False, 'shape': (2,)}", "header" },
    { "{'descr': '|u1', 'fortran_order': False, 'shape': (2,)", "header" },
    { "'descr': '|u1', 'fortran_order': False, 'shape': (2,)}", "header" },
    { "{'descr': '|u1', 'fortran_order': False, 'shape': (2,)} x", "header" },
    { "{'descr': '|u1', 'fortran_order': False, 'shape': (2)}", "header" },
    { "{'descr': '|u1', 'fortran_order': False, 'shape': (1 2)}", "header" },
    { "{'descr': '|u1', 'fortran_order': False, 'shape': (,)}", "header" },
    { "{'descr': '|u1', 'fortran_order': False, 'shape': (-2,)}", "header" },
    { "{'descr': '|u1', 'fortran_order': False, 'shape': (2.0,)}", "header" },
    { "{'descr': '|u1', 'fortran_order': False, 'shape': 2}", "header" },
    { "{'descr': '|u1', 'fortran_order': False, 'shape': "
      "(18446744073709551616,)}",
      "header" },
    { "{'descr': '|u1', 'fortran_order': false, 'shape': (2,)}", "header" },
    { "{'descr': '|u1' 'fortran_order': False, 'shape': (2,)}", "header" },
    { "{'descr': '|u1', 'fortran_order' False, 'shape': (2,)}", "header" },
    { "{'descr': '|u1', 'fortran_order': False, 'shape': (2,), 'x': 1}",
      "header" },
    { "{'descr': '|u1', 'descr': '|u1', 'fortran_order': False, "
      "'shape': (2,)}",
      "header" },
    { "{'descr': '|u1\\'', 'fortran_order': False, 'shape': (2,)}", "header" },
    { "{'descr': [('a', '|u1')], 'fortran_order': False, 'shape': (2,)}",
      "header" },
    { "{'descr': '|u1', 'fortran_order': True, 'shape': (2,)}", "Fortran" },
    { "{'descr': '|u1', 'fortran_order': False, 'shape': (1,1,1,1,1,1,1,1,2)}",
      "more than 8 dimensions" },
    { "{'descr': '|u1', 'fortran_order': False, 'shape': (3,)}",
      "2 bytes of data are fewer" },
    { "{'descr': '<i2', 'fortran_order': False, 'shape': (2,)}",
      "2 bytes of data are fewer" },
    { "{'descr': '|u1', 'fortran_order': False, 'shape': (1,)}",
      "1 bytes follow the 1 bytes" },
    { "{'descr': '|u1', 'fortran_order': False, 'shape': (0,)}",
      "2 bytes follow the 0 bytes" },
    { "{'descr': '|u1', 'fortran_order': False, 'shape': "
      "(4294967296, 4294967296, 2)}",
      "fewer than its shape needs" },
    { "{'descr': '<i8', 'fortran_order': False, 'shape': "
      "(2305843009213693952,)}",
      "fewer than its shape needs" },
};

START_TEST(bad_headers_are_refused)
{
    expect_error(load_array(bad_headers[_i].header, "\x05\xff", 2),
                 bad_headers[_i].said);
}
END_TEST

START_TEST(versions)
{
    static const char text[] =
        "{'descr': '|u1', 'fortran_order': False, 'shape': (1,), }";
    static const struct {
        unsigned char major, minor;
        bool good;
    } cases[] = { { 0, 0, false }, { 1, 1, false }, { 2, 0, true },
                  { 3, 0, true },  { 3, 1, false }, { 4, 0, false } };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct text *t = text_new(arena);
        unsigned char start[] = { 0x93,
                                  'N',
                                  'U',
                                  'M',
                                  'P',
                                  'Y',
                                  cases[i].major,
                                  cases[i].minor,
                                  sizeof text - 1,
                                  0,
                                  0,
                                  0 };
        text_addn(t, start, sizeof start);
        text_add(t, text);
        text_addn(t, "\x09", 1);
        struct bytes b = { text_string(t), text_length(t) };
        diag = diag_new(arena);
        struct npy *n = load(b);
        if (cases[i].good)
            ck_assert_int_eq(n->integers[0], 9);
        else
            expect_error(n, ".npy format");
    }
}
END_TEST

START_TEST(other_files_are_refused)
{
    expect_error(load((struct bytes){ "", 0 }), "not a .npy file");
    diag = diag_new(arena);
    expect_error(load((struct bytes){ "1, 2, 3\n4, 5, 6\n", 16 }),
                 "not a .npy file");
    diag = diag_new(arena);
    /* The header claims four gigabytes. */
    expect_error(
        load((struct bytes){ "\x93NUMPY\x02\x00\xff\xff\xff\xff{}", 14 }),
        "ends within its header");
    diag = diag_new(arena);
    unlink(path);
    ck_assert_ptr_null(npy_load(arena, path, DIAG_WEIGHTS, diag));
    ck_assert_uint_eq(diag_count(diag), 1);
    ck_assert_int_eq(diag_at(diag, 0)->code, DIAG_FILE_OPEN);
}
END_TEST

/* A file cannot make the reader allocate out of proportion. */
START_TEST(memory_is_bounded_by_the_file)
{
    size_t before = arena_used(arena);
    struct bytes b = npy_bytes(
        "{'descr': '|i1', 'fortran_order': False, 'shape': (1000,), }",
        arena_alloc(arena, 1, 1000), 1000);
    before = arena_used(arena);
    ck_assert_ptr_nonnull(load(b));
    ck_assert_uint_le(arena_used(arena) - before, 8 * b.count);
}
END_TEST

/* Damage */

static struct bytes whole_file(void)
{
    static const unsigned char data[] = { 1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 0 };
    return npy_bytes("{'descr': '<i2', 'fortran_order': False, "
                     "'shape': (2, 3), }",
                     data, sizeof data);
}

START_TEST(a_file_cut_anywhere_is_refused)
{
    struct bytes whole = whole_file();
    ck_assert_ptr_nonnull(load(whole));
    for (size_t i = 0; i < whole.count; i++) {
        diag = diag_new(arena);
        ck_assert_ptr_null(load((struct bytes){ whole.data, i }));
        ck_assert_uint_eq(diag_count(diag), 1);
        ck_assert_int_eq(diag_at(diag, 0)->code, DIAG_WEIGHTS);
    }
}
END_TEST

START_TEST(every_flipped_bit_is_survived)
{
    struct bytes whole = whole_file();
    unsigned char *bytes = arena_new_array(arena, unsigned char, whole.count);
    memcpy(bytes, whole.data, whole.count);
    const size_t data_bits = 96; /* of 12 bytes */
    size_t read = 0;
    for (size_t i = 0; i < 8 * whole.count; i++) {
        diag = diag_new(arena);
        bytes[i / 8] = (unsigned char)(bytes[i / 8] ^ 1U << i % 8);
        struct npy *n = load((struct bytes){ bytes, whole.count });
        bytes[i / 8] = (unsigned char)(bytes[i / 8] ^ 1U << i % 8);
        ck_assert_uint_eq(diag_count(diag), n == NULL ? 1 : 0);
        if (n != NULL)
            ck_assert_uint_eq(n->count, 6);
        read += n != NULL;
        /* Nothing guards the data; in the header little may change. */
        if (i >= 8 * whole.count - data_bits)
            ck_assert_ptr_nonnull(n);
    }
    ck_assert_uint_ge(read, data_bits);
    ck_assert_uint_lt(read, data_bits + 10);
}
END_TEST

static Suite *npy_suite(void)
{
    Suite *s = suite_create("npy");
    TCase *tc = tcase_create("npy");
    tcase_add_unchecked_fixture(tc, make_folder, remove_folder);
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_set_timeout(tc, 30);
    tcase_add_loop_test(tc, integers_are_read, 0,
                        sizeof integer_types / sizeof *integer_types);
    tcase_add_test(tc, floats_are_read);
    tcase_add_test(tc, other_types_are_refused);
    tcase_add_loop_test(tc, shapes_are_read, 0, sizeof shapes / sizeof *shapes);
    tcase_add_loop_test(tc, the_header_is_a_python_dictionary, 0,
                        sizeof good_headers / sizeof *good_headers);
    tcase_add_loop_test(tc, bad_headers_are_refused, 0,
                        sizeof bad_headers / sizeof *bad_headers);
    tcase_add_test(tc, versions);
    tcase_add_test(tc, other_files_are_refused);
    tcase_add_test(tc, memory_is_bounded_by_the_file);
    tcase_add_test(tc, a_file_cut_anywhere_is_refused);
    tcase_add_test(tc, every_flipped_bit_is_survived);
    suite_add_tcase(s, tc);
    return s;
}

int main(void)
{
    SRunner *runner = srunner_create(npy_suite());
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
