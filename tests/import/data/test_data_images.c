/* Images, one by one and in folders. */
#include "tests/import/data/data_case.h"

#include <png.h>
#include <stdio.h>
#include <unistd.h>

#include "base/text.h"

static const struct shape grey = { 2, 3, 1 }, colour = { 1, 2, 3 };

/* A good image that is cut at any length is refused with one error. */
static void check_cuts(bool is_png, struct shape shape, const uint8_t *bytes,
                       size_t whole)
{
    for (size_t i = 0; i < whole; i++) {
        struct data_case c = data_case_new();
        uint16_t pixels[16], max;
        struct image_request r = { "i", shape };
        /* Apart, so that the sanitizers see what is read behind it. */
        struct arena *own = arena_new();
        uint8_t *part = arena_new_array(own, uint8_t, i + 1);
        memcpy(part, bytes, i);
        ck_assert(!(is_png ? data_png_parse : data_pnm_parse)(
            &r, part, i, pixels, &max, c.diag));
        ck_assert_uint_eq(diag_error_count(c.diag), 1);
        arena_free(own);
        arena_free(c.arena);
    }
}

static const struct {
    const char *bytes;
    size_t length;
    bool is_colour;
    uint16_t max, pixels[6];
    size_t whole; /* bytes without which it is cut; 0: text, whose last number
                     may be cut unseen */
} pnms[] = {
    { "P2 3 2 15\n0 1 2\n13 14 15", 24, false, 15, { 0, 1, 2, 13, 14, 15 }, 0 },
    { "P2\n# a\n3 #b\n2\n#c\n15 0 1 2 13 14 15\n",
      37,
      false,
      15,
      { 0, 1, 2, 13, 14, 15 },
      0 },
    { "P5 3 2 255\n\0\1\2\375\376\377",
      17,
      false,
      255,
      { 0, 1, 2, 253, 254, 255 },
      17 },
    { "P5\n3 2\n65535\n\0\0\0\1\1\0\0\2\177\377\377\377",
      25,
      false,
      65535,
      { 0, 1, 256, 2, 32767, 65535 },
      25 },
    { "P3 2 1 7 1 2 3 4 5 6 ", 21, true, 7, { 1, 2, 3, 4, 5, 6 }, 0 },
    { "P6 2 1 255 \1\2\3\4\5\6", 17, true, 255, { 1, 2, 3, 4, 5, 6 }, 17 },
};

START_TEST(test_pnm)
{
    struct data_case c = data_case_new();
    uint16_t pixels[6], max = 0;
    struct shape shape = pnms[_i].is_colour ? colour : grey;
    struct image_request r = { "i.pgm", shape };
    const uint8_t *bytes = (const uint8_t *)pnms[_i].bytes;
    ck_assert(data_pnm_parse(&r, bytes, pnms[_i].length, pixels, &max, c.diag));
    ck_assert_uint_eq(max, pnms[_i].max);
    ck_assert_mem_eq(pixels, pnms[_i].pixels, sizeof pixels);
    data_case_quiet(&c);
    check_cuts(false, shape, bytes, pnms[_i].whole);
}
END_TEST

static const struct {
    const char *text, *said;
} bad_pnms[] = {
    { "P1 3 2 0 1 0 1 0 1",
      "i.pgm: error[data]: not a PGM or PPM image (P2, P3, P5, P6)" },
    { "P2 3 2 0 0 0 0 0 0 0",
      "i.pgm: error[data]: the header of the image is not width, height and a "
      "largest value of 1..65535" },
    { "P2 3 2 65536 0 0 0 0 0 0",
      "i.pgm: error[data]: the header of the image is not width, height and a "
      "largest value of 1..65535" },
    { "P2 3 99999999999999999999 255 0",
      "i.pgm: error[data]: the header of the image is not width, height and a "
      "largest value of 1..65535" },
    { "P2 2 3 255 0 0 0 0 0 0",
      "i.pgm: error[data]: the image has 3 rows, 2 columns and 1 channel, not "
      "the 2, 3 and 1 of the network's input" },
    { "P3 3 2 255 0 0 0 0 0 0",
      "i.pgm: error[data]: the image has 2 rows, 3 columns and 3 channels, "
      "not the 2, 3 and 1 of the network's input" },
    { "P2 3 2 9 0 0 0 0 0 10",
      "i.pgm: error[data]: the image breaks off, or has pixels outside 0..9 "
      "(byte 20)" },
    { "P2 3 2 9 0 0 0 0 0",
      "i.pgm: error[data]: the image breaks off, or has pixels outside 0..9 "
      "(byte 18)" },
};

START_TEST(test_bad_pnm)
{
    struct data_case c = data_case_new();
    uint16_t pixels[6], max;
    struct image_request r = { "i.pgm", grey };
    ck_assert(!data_pnm_parse(&r, (const uint8_t *)bad_pnms[_i].text,
                              strlen(bad_pnms[_i].text), pixels, &max, c.diag));
    data_case_said(&c, bad_pnms[_i].said);
}
END_TEST

/* A PNG as libpng writes it. */
static size_t write_png(uint8_t *out, size_t room, uint32_t w, uint32_t h,
                        uint32_t format, const void *pixels)
{
    png_image image = {
        .version = PNG_IMAGE_VERSION, .width = w, .height = h, .format = format
    };
    png_alloc_size_t size = room;
    ck_assert(
        png_image_write_to_memory(&image, out, &size, 0, pixels, 0, NULL));
    return size;
}

START_TEST(test_png)
{
    static const uint8_t pixels[] = { 0, 1, 2, 253, 254, 255 };
    static const uint8_t alpha[] = { 0, 9, 1, 9, 2, 9, 253, 9, 254, 9, 255, 9 };
    static const struct {
        uint32_t w, h, format;
        const uint8_t *pixels;
    } images[] = {
        { 3, 2, PNG_FORMAT_GRAY, pixels },
        { 3, 2, PNG_FORMAT_GA, alpha },
        { 2, 1, PNG_FORMAT_RGB, pixels },
    };
    uint8_t bytes[1000];
    size_t length = write_png(bytes, sizeof bytes, images[_i].w, images[_i].h,
                              images[_i].format, images[_i].pixels);
    struct shape shape = images[_i].w == 2 ? colour : grey;
    struct data_case c = data_case_new();
    struct image_request r = { "i.png", shape };
    uint16_t read[6], max = 0;
    ck_assert(data_png_parse(&r, bytes, length, read, &max, c.diag));
    ck_assert_uint_eq(max, 255);
    for (uint32_t i = 0; i < 6; i++)
        ck_assert_uint_eq(read[i], pixels[i]);
    data_case_quiet(&c);
    check_cuts(true, shape, bytes, length);
    /* One bit of the pixels is seen by the checksum. */
    c = data_case_new();
    bytes[length / 2 + 6] ^= 1;
    ck_assert(!data_png_parse(&r, bytes, length, read, &max, c.diag));
    ck_assert_uint_eq(diag_error_count(c.diag), 1);
    arena_free(c.arena);
}
END_TEST

START_TEST(test_bad_png)
{
    uint8_t bytes[1000];
    static const uint8_t pixels[12] = { 0 };
    size_t length =
        write_png(bytes, sizeof bytes, 3, 4, PNG_FORMAT_GRAY, pixels);
    struct data_case c = data_case_new();
    struct image_request r = { "i.png", grey };
    uint16_t read[6], max;
    ck_assert(!data_png_parse(&r, bytes, length, read, &max, c.diag));
    data_case_said(&c, "i.png: error[data]: the image has 4 rows, 3 columns "
                       "and 1 channel, not the 2, 3 and 1 of the network's "
                       "input");
    c = data_case_new();
    /* A chunk that says to be very long costs no memory. */
    length = write_png(bytes, sizeof bytes, 3, 2, PNG_FORMAT_GRAY, pixels);
    memcpy(bytes + 33, "\x59\x59\x59\x59iTXt", 8);
    ck_assert(!data_png_parse(&r, bytes, length, read, &max, c.diag));
    ck_assert_uint_eq(diag_error_count(c.diag), 1);
    arena_free(c.arena);
    c = data_case_new();
    ck_assert(!data_png_parse(&r, (const uint8_t *)"P5 3 2 255 ", 11, read,
                              &max, c.diag));
    data_case_said(&c, "i.png: error[data]: not a PNG image");
}
END_TEST

/* --- folders -------------------------------------------------------------- */

struct folder {
    struct data_case c;
    char path[64];
};

static struct folder folder_new(void)
{
    struct folder f = { .c = data_case_new(),
                        .path = "/tmp/headrace_images_XXXXXX" };
    ck_assert_ptr_nonnull(mkdtemp(f.path));
    return f;
}

static void folder_free(struct folder *f)
{
    char *command = arena_printf(f->c.arena, "rm -rf '%s'", f->path);
    ck_assert_int_eq(system(command), 0);
    arena_free(f->c.arena);
}

/* An image of one pixel. */
static void add_image(struct folder *f, const char *name, int pixel)
{
    char *path = file_join(f->c.arena, f->path, name);
    ck_assert(file_make_folder(file_folder(f->c.arena, path), f->c.diag));
    struct text *t = text_new(f->c.arena);
    text_printf(t, "P2 1 1 255 %d\n", pixel);
    ck_assert(file_write_text(path, t, f->c.diag));
}

static bool load(struct folder *f, struct image_frames *out)
{
    return data_load_images(f->c.arena, f->path, (struct shape){ 1, 1, 1 }, out,
                            f->c.diag);
}

static void check_frames(const struct image_frames *f, uint64_t count,
                         const uint16_t *pixels, const int64_t *labels)
{
    ck_assert_uint_eq(f->count, count);
    for (uint64_t i = 0; i < count; i++) {
        ck_assert_uint_eq(f->pixels[i], pixels[i]);
        ck_assert_uint_eq(f->max[i], 255);
        ck_assert(labels == NULL || f->labels[i] == labels[i]);
    }
    ck_assert_int_eq(f->labels != NULL, labels != NULL);
}

START_TEST(test_flat)
{
    struct folder f = folder_new();
    struct image_frames frames;
    add_image(&f, "b.pgm", 2);
    add_image(&f, "a.PGM", 1);
    add_image(&f, ".hidden.pgm", 9);
    ck_assert(load(&f, &frames));
    check_frames(&frames, 2, (const uint16_t[]){ 1, 2 }, NULL);
    ck_assert_uint_eq(diag_count(f.c.diag), 0);
    folder_free(&f);
}
END_TEST

START_TEST(test_named_classes)
{
    struct folder f = folder_new();
    struct image_frames frames;
    add_image(&f, "dog/1.pgm", 3);
    add_image(&f, "cat/2.pgm", 2);
    add_image(&f, "cat/1.pgm", 1);
    add_image(&f, "cat/notes.txt", 9);
    ck_assert(load(&f, &frames));
    check_frames(&frames, 3, (const uint16_t[]){ 1, 2, 3 },
                 (const int64_t[]){ 0, 0, 1 });
    ck_assert_uint_eq(diag_count(f.c.diag), 1);
    ck_assert_uint_eq(diag_at(f.c.diag, 0)->severity, DIAG_WARNING);
    folder_free(&f);
}
END_TEST

START_TEST(test_numbered_classes)
{
    struct folder f = folder_new();
    struct image_frames frames;
    add_image(&f, "10/1.pgm", 3);
    add_image(&f, "2/1.pgm", 2);
    ck_assert(load(&f, &frames));
    check_frames(&frames, 2, (const uint16_t[]){ 3, 2 },
                 (const int64_t[]){ 10, 2 });
    folder_free(&f);
}
END_TEST

START_TEST(test_bad_folders)
{
    struct folder f = folder_new();
    struct image_frames frames;
    ck_assert(!load(&f, &frames));
    ck_assert_str_eq(diag_at(f.c.diag, 0)->text, "the folder has no images");
    add_image(&f, "cat/1.pgm", 1);
    add_image(&f, "1.pgm", 1);
    ck_assert(!load(&f, &frames));
    ck_assert_str_eq(diag_at(f.c.diag, 1)->text,
                     "the folder has images and folders of images; which class "
                     "have the 1 images?");
    folder_free(&f);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("data_images");
    TCase *t = tcase_create("images");
    tcase_add_loop_test(t, test_pnm, 0, sizeof pnms / sizeof *pnms);
    tcase_add_loop_test(t, test_bad_pnm, 0, sizeof bad_pnms / sizeof *bad_pnms);
    tcase_add_loop_test(t, test_png, 0, 3);
    tcase_add_test(t, test_bad_png);
    tcase_add_test(t, test_flat);
    tcase_add_test(t, test_named_classes);
    tcase_add_test(t, test_numbered_classes);
    tcase_add_test(t, test_bad_folders);
    suite_add_tcase(s, t);
    return data_case_run(s);
}
