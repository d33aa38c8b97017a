#include "import/graph/sketch.h"

#include "base/arena.h"
#include "base/npy.h"
#include "base/text.h"

#include <assert.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>

/* An array is read as a matrix: its columns are the last axis, its rows all
 * others.  The file often has the columns far apart (a unit's weights are one
 * piece there, one column here), so that some columns of many rows are read
 * at a time: as many as fill a cache line of what is written, which follows
 * as many places in the file at once. */
enum {
    COLUMNS = 16, /* floats of a line of 64 bytes */
    /* Rows that are read at once: an eighth of an array, so that it is small
     * beside the file, but no less than a cache holds ... */
    PART_OF_ARRAY = 8,
    PART_BYTES_MIN = 1 << 18,
    /* ... and no more than the rows of a dense of 4096 units for two pixels of
     * 512 channels. */
    PART_BYTES_MAX = 16 << 20
};

/* A row: where its columns are counted from, and which are not zero. */
struct row {
    uint64_t base, first, end;
};

struct matrix {
    const struct sketch_array *array;
    enum graph_type type; /* of what is read */
    uint64_t rows, columns;
    uint64_t at[3]; /* of the next row: its indices */
    uint64_t taken; /* rows */
};

static struct matrix matrix_of(const struct sketch_array *a,
                               enum graph_type type)
{
    struct matrix m = { .array = a, .type = type, .rows = 1 };
    for (uint32_t i = 0; i + 1 < a->rank; i++)
        m.rows *= a->size[i];
    m.columns = a->size[a->rank - 1];
    return m;
}

/* Where index i of an axis is. */
static uint64_t place(const struct sketch_array *a, uint32_t axis, uint64_t i)
{
    if (axis == 0 && a->rows != NULL)
        i = a->rows[i];
    if (axis == 2 && a->channels != NULL)
        i = a->channels[i];
    if (axis < 2 && a->gaps[axis] != 0)
        i /= a->gaps[axis];
    return i * a->strides[axis];
}

static struct row next_row(struct matrix *m)
{
    const struct sketch_array *a = m->array;
    struct row row = { 0, 0, m->columns };
    for (uint32_t i = 0; i + 1 < a->rank; i++)
        row.base += place(a, i, m->at[i]);
    if (a->group_channels != 0) {
        /* (row, column, channel, unit): the channel counts in its group. */
        uint64_t channel =
            a->channels == NULL ? m->at[2] : a->channels[m->at[2]];
        uint64_t group = channel / a->group_channels;
        row.base -= group * a->group_channels * a->strides[2];
        row.first = group * a->group_units;
        row.end = row.first + a->group_units;
    }
    /* Between the gaps of a kernel there is nothing. */
    for (uint32_t i = 0; i < 2; i++)
        if (a->gaps[i] != 0 && m->at[i] % a->gaps[i] != 0)
            row.end = row.first;
    for (uint32_t i = a->rank - 1; i-- > 0;) {
        if (++m->at[i] < a->size[i])
            break;
        m->at[i] = 0;
    }
    m->taken++;
    return row;
}

/* Elements of a constant; most files have floats. */
static void load(const struct graph_value *v, uint64_t base,
                 const uint64_t *columns, uint64_t count, double factor,
                 double *out)
{
    bool is_single = v->type == GRAPH_FLOAT32 && !v->is_splat;
    for (uint64_t i = 0; is_single && i < count; i++) {
        float x;
        memcpy(&x, (const char *)v->data + (base + columns[i]) * sizeof x,
               sizeof x);
        out[i] = factor * (double)x;
    }
    for (uint64_t i = 0; !is_single && i < count; i++)
        out[i] = factor * graph_element(v, base + columns[i]);
}

static void store(enum graph_type type, void *to, uint64_t first,
                  const double *values, uint64_t count)
{
    float *singles = to;
    for (uint64_t i = 0; i < count; i++)
        if (type == GRAPH_FLOAT32)
            singles[first + i] = (float)values[i];
        else
            graph_store(type, to, first + i, values[i]);
}

/* Some columns of some rows. */
static void read_columns(const struct matrix *m, const struct row *rows,
                         uint64_t count, uint64_t first, void *to)
{
    const struct sketch_array *a = m->array;
    uint64_t width = m->columns - first, columns[COLUMNS];
    width = width < COLUMNS ? width : COLUMNS;
    for (uint64_t i = 0; i < width; i++)
        columns[i] = place(a, a->rank - 1, first + i);
    for (uint64_t i = 0; i < count; i++) {
        double values[COLUMNS] = { 0 };
        uint64_t low = rows[i].first < first ? first : rows[i].first;
        uint64_t end =
            rows[i].end > first + width ? first + width : rows[i].end;
        if (low < end)
            load(a->from, rows[i].base, columns + (low - first), end - low,
                 a->factor, values + (low - first));
        for (uint64_t k = 0; a->step != 0 && k < width; k++)
            values[k] /= a->step;
        store(m->type, to, i * m->columns + first, values, width);
    }
}

/* The next rows; `rows` has room for as many. */
static void read_rows(struct matrix *m, struct row *rows, uint64_t count,
                      void *to)
{
    for (uint64_t i = 0; i < count; i++)
        rows[i] = next_row(m);
    for (uint64_t i = 0; i < m->columns; i += COLUMNS)
        read_columns(m, rows, count, i, to);
}

/* How many rows fill a part; 1 at least. */
static uint64_t rows_of_part(const struct matrix *m)
{
    uint64_t each = m->columns * graph_type_size(m->type) + sizeof(struct row);
    uint64_t bytes = m->rows * each / PART_OF_ARRAY;
    bytes = bytes < PART_BYTES_MIN   ? PART_BYTES_MIN
            : bytes > PART_BYTES_MAX ? PART_BYTES_MAX
                                     : bytes;
    uint64_t count = each > bytes ? 1 : bytes / each;
    return count < m->rows ? count : m->rows;
}

struct npy *sketch_values(const struct sketch_array *a, struct arena *arena)
{
    bool is_float = a->step == 0;
    struct matrix m = matrix_of(a, is_float ? GRAPH_FLOAT64 : GRAPH_INT64);
    struct npy *n = arena_new_item(arena, struct npy);
    *n = (struct npy){ .dims = a->rank,
                       .count = m.rows * m.columns,
                       .is_float = is_float };
    for (uint32_t i = 0; i < a->rank; i++)
        n->shape[i] = a->size[i];
    if (is_float)
        n->floats = arena_new_array(arena, double, n->count);
    else
        n->integers = arena_new_array(arena, int64_t, n->count);
    struct arena *own = arena_new();
    uint64_t part = rows_of_part(&m);
    struct row *rows = arena_new_array(own, struct row, part);
    while (n->count > 0 && m.taken < m.rows) {
        uint64_t first = m.taken * m.columns, left = m.rows - m.taken;
        read_rows(&m, rows, left < part ? left : part,
                  is_float ? (void *)(n->floats + first)
                           : (void *)(n->integers + first));
    }
    arena_free(own);
    return n;
}

/* All of the constant, in the order of the file. */
static bool is_finite(const struct sketch_array *a)
{
    uint64_t count = a->from->is_splat ? 1 : graph_dims_count(&a->from->dims);
    for (uint64_t i = 0; i < count; i++)
        if (!isfinite(a->factor * graph_element(a->from, i)))
            return false;
    return true;
}

bool sketch_is_finite(const struct sketch_array *a, double *bad)
{
    /* The array has nothing else, but zeros. */
    if (is_finite(a))
        return true;
    struct sketch_array numbers = *a;
    numbers.step = 0;
    struct arena *own = arena_new();
    const struct npy *n = sketch_values(&numbers, own);
    assert(n->floats != NULL);
    bool fine = true;
    for (uint64_t i = 0; fine && i < n->count; i++) {
        *bad = n->floats[i];
        fine = isfinite(*bad);
    }
    arena_free(own);
    return fine;
}

/* A .npy file of format 1.0: the header, then rows. */
struct npy_file {
    struct arena *arena;
    struct matrix matrix;
    const char *header; /* NULL: it was written */
    size_t header_length;
    uint64_t part; /* rows at once */
    struct row *rows;
    void *bytes;
    sketch_stop_fn *stop;
};

/* The elements of a file, and how its header calls them: integers that are
 * raw values, or single precision if that loses nothing. */
static enum graph_type type_of(const struct sketch_array *a, const char **name)
{
    bool is_single = a->from->type != GRAPH_FLOAT64 && a->factor == 1 &&
                     a->from->type != GRAPH_INT32 &&
                     a->from->type != GRAPH_INT64;
    *name = a->step != 0 ? "i4" : is_single ? "f4" : "f8";
    return a->step != 0 ? GRAPH_INT32
           : is_single  ? GRAPH_FLOAT32
                        : GRAPH_FLOAT64;
}

/* Padded so that the data begins at a multiple of 64 bytes. */
static void make_header(struct npy_file *f, const char *word)
{
    enum { MAGIC = 10 };
    static const unsigned char start[] = {
        0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0
    };
    const struct sketch_array *a = f->matrix.array;
    const char *shape = "(";
    for (uint32_t i = 0; i < a->rank; i++)
        shape = arena_printf(f->arena, "%s%" PRIu64 "%s", shape, a->size[i],
                             i + 1 < a->rank ? ", "
                             : a->rank == 1  ? ","
                                             : "");
    const char *text =
        arena_printf(f->arena,
                     "{'descr': '<%s', 'fortran_order': False, 'shape': %s), }",
                     word, shape);
    size_t length = strlen(text) + 1;
    size_t total = (MAGIC + length + 63) / 64 * 64;
    char *bytes = arena_new_array(f->arena, char, total);
    memset(bytes, ' ', total);
    memcpy(bytes, start, sizeof start);
    bytes[8] = (char)((total - MAGIC) & 0xff);
    bytes[9] = (char)((total - MAGIC) >> 8);
    memcpy(bytes + MAGIC, text, length - 1);
    bytes[total - 1] = '\n';
    f->header = bytes;
    f->header_length = total;
}

static const void *next_part(void *context, size_t *count)
{
    struct npy_file *f = context;
    struct matrix *m = &f->matrix;
    const char *header = f->header;
    f->header = NULL;
    *count = f->header_length;
    if (header != NULL)
        return header;
    uint64_t rows = m->rows - m->taken;
    rows = rows < f->part ? rows : f->part;
    *count = f->stop != NULL && f->stop() ? FILE_PART_STOP : 0;
    if (*count != 0)
        return NULL;
    if (rows == 0 || m->columns == 0)
        return NULL;
    read_rows(m, f->rows, rows, f->bytes);
    *count = (size_t)(rows * m->columns) * graph_type_size(m->type);
    return f->bytes;
}

bool sketch_save_array(const struct sketch_array *a, const char *path,
                       sketch_stop_fn *stop, struct diag *d)
{
    struct npy_file f = { .arena = arena_new(), .stop = stop };
    const char *word;
    enum graph_type type = type_of(a, &word);
    f.matrix = matrix_of(a, type);
    make_header(&f, word);
    f.part = rows_of_part(&f.matrix);
    f.rows = arena_new_array(f.arena, struct row, f.part);
    f.bytes =
        arena_alloc(f.arena, f.part * f.matrix.columns, graph_type_size(type));
    bool saved = file_write_parts(path, next_part, &f, d);
    arena_free(f.arena);
    return saved;
}
