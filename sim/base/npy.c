#include "base/npy.h"

#include "base/arena.h"
#include "base/text.h"

#include <string.h>

/* Far more than any network here needs; keeps the eightfold of it, which
 * npy_load may allocate, within reach. */
enum { FILE_BYTES_MAX = 1 << 30 };
enum { PREFIX_BYTES = 8 }; /* magic and version */

/* An element type, as in 'descr' behind the byte order. */
struct element {
    char kind; /* b, i, u or f */
    uint8_t bytes;
};

static const struct element elements[] = {
    { 'b', 1 }, { 'i', 1 }, { 'i', 2 }, { 'i', 4 }, { 'i', 8 },
    { 'u', 1 }, { 'u', 2 }, { 'u', 4 }, { 'f', 4 }, { 'f', 8 },
};

/* Reads the header, a Python dictionary written as text. */
struct scan {
    const char *at, *end;
};

struct header {
    const struct element *element; /* NULL: not one of ours */
    bool has_descr, has_order, has_shape;
    bool fortran_order;
    bool too_many_dims;
    uint32_t dims;
    uint64_t shape[NPY_DIMS_MAX];
};

static void skip_blanks(struct scan *s)
{
    while (s->at < s->end && (*s->at == ' ' || *s->at == '\n'))
        s->at++;
}

static bool skip_mark(struct scan *s, char mark)
{
    skip_blanks(s);
    if (s->at == s->end || *s->at != mark)
        return false;
    s->at++;
    return true;
}

static bool skip_word(struct scan *s, const char *word)
{
    size_t length = strlen(word);
    skip_blanks(s);
    if ((size_t)(s->end - s->at) < length || memcmp(s->at, word, length) != 0)
        return false;
    s->at += length;
    return true;
}

/* A string in single or double quotes, without escapes. */
static bool scan_string(struct scan *s, const char **start, size_t *length)
{
    skip_blanks(s);
    if (s->at == s->end || (*s->at != '\'' && *s->at != '"'))
        return false;
    char quote = *s->at++;
    *start = s->at;
    while (s->at < s->end && *s->at != quote && *s->at != '\\')
        s->at++;
    *length = (size_t)(s->at - *start);
    return s->at < s->end && *s->at++ == quote;
}

static bool scan_number(struct scan *s, uint64_t *out)
{
    skip_blanks(s);
    const char *start = s->at;
    uint64_t value = 0;
    for (; s->at < s->end && *s->at >= '0' && *s->at <= '9'; s->at++) {
        uint64_t digit = (uint64_t)(*s->at - '0');
        if (value > (UINT64_MAX - digit) / 10)
            return false;
        value = 10 * value + digit;
    }
    *out = value;
    return s->at > start;
}

static const struct element *find_element(const char *descr, size_t length)
{
    if (length != 3)
        return NULL;
    for (size_t i = 0; i < sizeof elements / sizeof *elements; i++) {
        const struct element *e = &elements[i];
        bool order = descr[0] == '<' || (descr[0] == '|' && e->bytes == 1);
        if (order && descr[1] == e->kind && descr[2] - '0' == e->bytes)
            return e;
    }
    return NULL;
}

/* (), (3,), (3, 4) or (3, 4,) */
static bool scan_shape(struct scan *s, struct header *h)
{
    if (!skip_mark(s, '('))
        return false;
    bool comma = true; /* between numbers; one number needs one, too */
    while (!skip_mark(s, ')')) {
        uint64_t size;
        if (!comma || !scan_number(s, &size))
            return false;
        if (h->dims == NPY_DIMS_MAX)
            h->too_many_dims = true;
        else
            h->shape[h->dims++] = size;
        comma = skip_mark(s, ',');
    }
    return h->dims != 1 || comma;
}

static bool scan_value(struct scan *s, const char *key, size_t length,
                       struct header *h)
{
    if (length == 5 && memcmp(key, "descr", 5) == 0 && !h->has_descr) {
        const char *descr;
        size_t descr_length;
        h->has_descr = scan_string(s, &descr, &descr_length);
        if (h->has_descr)
            h->element = find_element(descr, descr_length);
        return h->has_descr;
    }
    if (length == 13 && memcmp(key, "fortran_order", 13) == 0 &&
        !h->has_order) {
        h->fortran_order = skip_word(s, "True");
        h->has_order = h->fortran_order || skip_word(s, "False");
        return h->has_order;
    }
    if (length == 5 && memcmp(key, "shape", 5) == 0 && !h->has_shape) {
        h->has_shape = scan_shape(s, h);
        return h->has_shape;
    }
    return false;
}

static bool scan_header(struct scan *s, struct header *h)
{
    if (!skip_mark(s, '{'))
        return false;
    bool comma = true;
    while (!skip_mark(s, '}')) {
        const char *key;
        size_t length;
        if (!comma || !scan_string(s, &key, &length) || !skip_mark(s, ':') ||
            !scan_value(s, key, length, h))
            return false;
        comma = skip_mark(s, ',');
    }
    skip_blanks(s);
    return s->at == s->end && h->has_descr && h->has_order && h->has_shape;
}

static uint64_t little_endian(const unsigned char *bytes, size_t count)
{
    uint64_t value = 0;
    while (count-- > 0)
        value = value << 8 | bytes[count];
    return value;
}

/* The product of the shape; false if it cannot be counted. */
static bool count_values(const struct header *h, uint64_t *count)
{
    bool empty = false;
    for (uint32_t i = 0; i < h->dims; i++)
        empty |= h->shape[i] == 0;
    *count = empty ? 0 : 1;
    for (uint32_t i = 0; i < h->dims && !empty; i++) {
        if (*count > UINT64_MAX / h->shape[i])
            return false;
        *count *= h->shape[i];
    }
    return true;
}

/* A file in memory, and how to report what is wrong with it. */
struct contents {
    const unsigned char *bytes;
    size_t length;
    struct place place;
    enum diag_code code;
};

static bool read_header(const struct contents *c, struct header *h,
                        size_t *data_offset, struct diag *d)
{
    static const unsigned char magic[] = { 0x93, 'N', 'U', 'M', 'P', 'Y' };
    if (c->length < sizeof magic ||
        memcmp(c->bytes, magic, sizeof magic) != 0) {
        diag_error(d, c->place, c->code, "not a .npy file");
        diag_hint(d, "write it with numpy.save");
        return false;
    }
    /* The length of the header has 2 bytes in version 1, then 4. */
    unsigned major = c->length < PREFIX_BYTES ? 0 : c->bytes[6];
    size_t length_bytes = major == 1 ? 2 : 4;
    if (c->length < PREFIX_BYTES + length_bytes) {
        diag_error(d, c->place, c->code, ".npy file ends within its header");
        return false;
    }
    if (major < 1 || major > 3 || c->bytes[7] != 0) {
        diag_error(d, c->place, c->code,
                   ".npy format %u.%u is not one of 1.0, 2.0, 3.0", major,
                   c->bytes[7]);
        return false;
    }
    uint64_t length = little_endian(c->bytes + PREFIX_BYTES, length_bytes);
    size_t start = PREFIX_BYTES + length_bytes;
    if (length > c->length - start) {
        diag_error(d, c->place, c->code, ".npy file ends within its header");
        return false;
    }
    const char *text = (const char *)c->bytes + start;
    struct scan s = { text, text + length };
    *data_offset = start + (size_t)length;
    if (!scan_header(&s, h)) {
        diag_error(d, c->place, c->code,
                   ".npy header is not a dictionary of 'descr', "
                   "'fortran_order' and 'shape' (byte %zu)",
                   (size_t)(s.at - (const char *)c->bytes));
        return false;
    }
    return true;
}

static bool check_header(const struct contents *c, const struct header *h,
                         size_t data_bytes, uint64_t *count, struct diag *d)
{
    if (h->element == NULL) {
        diag_error(d, c->place, c->code,
                   "type of the array is not bool, int8 to int64, uint8 to "
                   "uint32, float32 or float64 in little endian");
        diag_hint(d, "convert it with astype before numpy.save");
        return false;
    }
    if (h->fortran_order) {
        diag_error(d, c->place, c->code, "array is in Fortran order, not C");
        diag_hint(d, "convert it with numpy.ascontiguousarray");
        return false;
    }
    if (h->too_many_dims) {
        diag_error(d, c->place, c->code, "array has more than %d dimensions",
                   NPY_DIMS_MAX);
        return false;
    }
    if (!count_values(h, count) || *count > data_bytes / h->element->bytes) {
        diag_error(d, c->place, c->code,
                   ".npy file is truncated: %zu bytes of data are fewer than "
                   "its shape needs",
                   data_bytes);
        return false;
    }
    size_t needed = (size_t)*count * h->element->bytes;
    if (needed < data_bytes) {
        diag_error(d, c->place, c->code,
                   "%zu bytes follow the %zu bytes of the array",
                   data_bytes - needed, needed);
        return false;
    }
    return true;
}

static int64_t integer_at(const unsigned char *bytes, struct element e)
{
    uint64_t value = little_endian(bytes, e.bytes);
    if (e.kind == 'b')
        return value != 0;
    if (e.kind == 'u' || e.bytes == 8)
        return (int64_t)value;
    /* Extends the sign. */
    int64_t sign = INT64_C(1) << (8 * e.bytes - 1);
    return ((int64_t)value ^ sign) - sign;
}

static double float_at(const unsigned char *bytes, struct element e)
{
    if (e.bytes == 8) {
        uint64_t bits = little_endian(bytes, 8);
        double value;
        memcpy(&value, &bits, sizeof value);
        return value;
    }
    uint32_t bits = (uint32_t)little_endian(bytes, 4);
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static struct npy *convert(struct arena *a, const struct header *h,
                           uint64_t count, const unsigned char *data)
{
    struct element e = *h->element;
    struct npy *n = arena_new_item(a, struct npy);
    n->dims = h->dims;
    memcpy(n->shape, h->shape, sizeof n->shape);
    n->count = count;
    n->is_float = e.kind == 'f';
    n->is_signed = e.kind == 'i';
    n->bits = (uint8_t)(e.kind == 'b' ? 1 : 8 * e.bytes);
    if (n->is_float) {
        n->floats = arena_new_array(a, double, (size_t)count);
        for (uint64_t i = 0; i < count; i++)
            n->floats[i] = float_at(data + i * e.bytes, e);
    } else {
        n->integers = arena_new_array(a, int64_t, (size_t)count);
        for (uint64_t i = 0; i < count; i++)
            n->integers[i] = integer_at(data + i * e.bytes, e);
    }
    return n;
}

struct npy *npy_parse(struct arena *a, const char *path, const void *bytes,
                      size_t length, enum diag_code code, struct diag *d)
{
    struct contents c = { .bytes = bytes,
                          .length = length,
                          .place = { .file = path },
                          .code = code };
    struct header h = { 0 };
    size_t offset = 0;
    uint64_t count = 0;
    if (!read_header(&c, &h, &offset, d) ||
        !check_header(&c, &h, c.length - offset, &count, d))
        return NULL;
    return convert(a, &h, count, c.bytes + offset);
}

struct npy *npy_load(struct arena *a, const char *path, enum diag_code code,
                     struct diag *d)
{
    struct arena *file = arena_new();
    size_t length = 0;
    const char *bytes = file_read(file, path, FILE_BYTES_MAX, &length, d);
    struct npy *n =
        bytes == NULL ? NULL : npy_parse(a, path, bytes, length, code, d);
    arena_free(file);
    return n;
}

char *npy_shape_text(const struct npy *n, struct arena *a)
{
    struct text *t = text_new(a);
    text_add(t, "(");
    for (uint32_t i = 0; i < n->dims; i++)
        text_printf(t, i == 0 ? "%ju" : ", %ju", (uintmax_t)n->shape[i]);
    text_add(t, n->dims == 1 ? ",)" : ")");
    return arena_strdup(a, text_string(t));
}
