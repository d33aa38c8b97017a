#include "import/data/data_readers.h"

#include <inttypes.h>

/* The formats of Netpbm (man pages pgm(5), ppm(5)): a header of decimal
 * numbers with comments, then pixels as text or bytes. */
struct scan {
    const uint8_t *at, *end;
};

static bool is_blank(uint8_t c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static void skip(struct scan *s)
{
    for (; s->at < s->end; s->at++) {
        if (*s->at == '#')
            while (s->at < s->end && *s->at != '\n')
                s->at++;
        else if (!is_blank(*s->at))
            return;
        if (s->at == s->end)
            return;
    }
}

static bool number(struct scan *s, uint32_t max, uint32_t *out)
{
    skip(s);
    const uint8_t *start = s->at;
    uint64_t value = 0;
    for (; s->at < s->end && *s->at >= '0' && *s->at <= '9'; s->at++) {
        value = 10 * value + (uint64_t)(*s->at - '0');
        if (value > max)
            return false;
    }
    *out = (uint32_t)value;
    return s->at > start;
}

static bool read_pixels(struct scan *s, bool is_text, uint64_t count,
                        uint32_t max, uint16_t *pixels)
{
    uint64_t bytes = max > 255 ? 2 : 1;
    if (!is_text) {
        /* One blank ends the header. */
        if (s->at == s->end || !is_blank(*s->at++))
            return false;
        if ((uint64_t)(s->end - s->at) < count * bytes)
            return false;
    }
    for (uint64_t i = 0; i < count; i++) {
        uint32_t value;
        if (is_text) {
            if (!number(s, max, &value))
                return false;
        } else {
            value = bytes == 2 ? (uint32_t)s->at[0] << 8 | s->at[1] : s->at[0];
            s->at += bytes;
            if (value > max)
                return false;
        }
        pixels[i] = (uint16_t)value;
    }
    return true;
}

bool data_pnm_parse(const struct image_request *r, const uint8_t *bytes,
                    size_t length, uint16_t *pixels, uint16_t *max,
                    struct diag *d)
{
    struct place place = { .file = r->path };
    char kind = length > 2 && bytes[0] == 'P' ? (char)bytes[1] : '0';
    if (kind != '2' && kind != '3' && kind != '5' && kind != '6') {
        diag_error(d, place, DIAG_DATA,
                   "not a PGM or PPM image (P2, P3, P5, P6)");
        return false;
    }
    struct scan s = { bytes + 2, bytes + length };
    uint32_t width, height, white;
    if (!number(&s, NETWORK_SIZE_MAX, &width) ||
        !number(&s, NETWORK_SIZE_MAX, &height) ||
        !number(&s, UINT16_MAX, &white) || white == 0) {
        diag_error(d, place, DIAG_DATA,
                   "the header of the image is not width, height and a "
                   "largest value of 1..65535");
        return false;
    }
    bool is_colour = kind == '3' || kind == '6';
    if (!data_image_fits(r, height, width, is_colour ? 3 : 1, d))
        return false;
    *max = (uint16_t)white;
    if (read_pixels(&s, kind == '2' || kind == '3', shape_count(r->shape),
                    white, pixels))
        return true;
    diag_error(d, place, DIAG_DATA,
               "the image breaks off, or has pixels outside 0..%" PRIu32
               " (byte %zu)",
               white, (size_t)(s.at - bytes));
    return false;
}
