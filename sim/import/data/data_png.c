#include "import/data/data_readers.h"

#include <png.h>
#include <setjmp.h>
#include <string.h>

#include "base/arena.h"

/* More than libpng takes at once for the widest row of the widest pixels.  Its
 * own limit on chunks is only a warning: it takes what a chunk says to have,
 * before that is there. */
enum { PIECE_BYTES_MAX = 16 << 20 };

/* One image being read.  libpng reports errors by a jump; what has to be
 * freed then is kept here. */
struct reading {
    const struct image_request *request;
    const uint8_t *at, *end;
    char message[100];
    png_structp png;
    png_infop info;
};

static void on_error(png_structp png, png_const_charp message)
{
    struct reading *r = png_get_error_ptr(png);
    size_t length = strlen(message);
    length = length < sizeof r->message ? length : sizeof r->message - 1;
    memcpy(r->message, message, length);
    r->message[length] = '\0';
    longjmp(png_jmpbuf(png), 1);
}

static void on_warning(png_structp png, png_const_charp message)
{
    (void)png;
    (void)message;
}

static png_voidp on_alloc(png_structp png, png_alloc_size_t size)
{
    return size > PIECE_BYTES_MAX ? NULL
                                  : arena_alloc(png_get_mem_ptr(png), 1, size);
}

/* The arena goes as a whole. */
static void on_free(png_structp png, png_voidp memory)
{
    (void)png;
    (void)memory;
}

static void on_read(png_structp png, png_bytep out, size_t count)
{
    struct reading *r = png_get_io_ptr(png);
    if ((size_t)(r->end - r->at) < count)
        png_error(png, "the file ends within the image");
    memcpy(out, r->at, count);
    r->at += count;
}

/* Grey or colour of 8 or 16 bits, without transparency.  False: said why. */
static bool prepare(struct reading *r, uint16_t *max, struct diag *d)
{
    png_structp png = r->png;
    png_read_info(png, r->info);
    png_byte colour = png_get_color_type(png, r->info);
    bool is_colour = (colour & PNG_COLOR_MASK_COLOR) != 0;
    if (!data_image_fits(r->request, png_get_image_height(png, r->info),
                         png_get_image_width(png, r->info), is_colour ? 3 : 1,
                         d))
        return false;
    bool is_wide = png_get_bit_depth(png, r->info) == 16;
    if (colour == PNG_COLOR_TYPE_PALETTE)
        png_set_palette_to_rgb(png);
    else if (!is_wide)
        png_set_expand_gray_1_2_4_to_8(png);
    /* A file's transparency says nothing about its colours. */
    png_set_strip_alpha(png);
    *max = is_wide ? UINT16_MAX : UINT8_MAX;
    return true;
}

static bool read_image(struct reading *r, struct arena *own, uint16_t *pixels,
                       uint16_t *max, struct diag *d)
{
    if (setjmp(png_jmpbuf(r->png)) != 0) {
        diag_error(d, (struct place){ .file = r->request->path }, DIAG_DATA,
                   "the PNG image is damaged: %s", r->message);
        return false;
    }
    if (!prepare(r, max, d))
        return false;
    int passes = png_set_interlace_handling(r->png);
    png_read_update_info(r->png, r->info);
    size_t stride = png_get_rowbytes(r->png, r->info);
    struct shape s = r->request->shape;
    size_t bytes = *max == UINT16_MAX ? 2 : 1;
    if (stride != bytes * s.w * s.c)
        png_error(r->png, "its rows have another length than its header says");
    uint8_t *all = arena_new_array(own, uint8_t, stride * s.h);
    for (int pass = 0; pass < passes; pass++)
        for (uint32_t y = 0; y < s.h; y++)
            png_read_row(r->png, all + y * stride, NULL);
    png_read_end(r->png, NULL);
    uint64_t count = shape_count(s);
    for (uint64_t i = 0; i < count; i++)
        pixels[i] =
            (uint16_t)(bytes == 1 ? all[i] : all[2 * i] << 8 | all[2 * i + 1]);
    return true;
}

bool data_png_parse(const struct image_request *r, const uint8_t *bytes,
                    size_t length, uint16_t *pixels, uint16_t *max,
                    struct diag *d)
{
    enum { CHUNK_BYTES_MAX = 1 << 20 };
    struct place place = { .file = r->path };
    if (length < 8 || png_sig_cmp(bytes, 0, 8) != 0) {
        diag_error(d, place, DIAG_DATA, "not a PNG image");
        return false;
    }
    struct reading reading = { .request = r,
                               .at = bytes,
                               .end = bytes + length };
    struct arena *own = arena_new();
    reading.png =
        png_create_read_struct_2(PNG_LIBPNG_VER_STRING, &reading, on_error,
                                 on_warning, own, on_alloc, on_free);
    if (reading.png != NULL)
        reading.info = png_create_info_struct(reading.png);
    bool fine = false;
    if (reading.info != NULL) {
        png_set_user_limits(reading.png, NETWORK_SIZE_MAX, NETWORK_SIZE_MAX);
        /* Texts and profiles beside the image, which nobody reads. */
        png_set_chunk_malloc_max(reading.png, CHUNK_BYTES_MAX);
        png_set_chunk_cache_max(reading.png, 16);
        png_set_keep_unknown_chunks(reading.png, PNG_HANDLE_CHUNK_NEVER, NULL,
                                    0);
        png_set_read_fn(reading.png, &reading, on_read);
        fine = read_image(&reading, own, pixels, max, d);
    }
    if (reading.png != NULL)
        png_destroy_read_struct(&reading.png, &reading.info, NULL);
    arena_free(own);
    return fine;
}
