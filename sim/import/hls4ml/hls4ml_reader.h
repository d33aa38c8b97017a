/* hls4ml_reader -- what the files share that read an hls4ml project.
 *
 *   hls4ml_project.c  the files, and the order of reading
 *   hls4ml_names.c    parameters.h and defines.h -> names: constants, types,
 *                     and records with fields
 *   hls4ml_values.c   what a name or an expression is worth
 *   hls4ml_calls.c    the top-level function -> streams and calls
 *   hls4ml_layers.c   a call becomes layers (hls4ml_products.c,
 *                     hls4ml_slopes.c, hls4ml_tables.c, hls4ml_softmax.c),
 *                     by the table of hls4ml_rows.c
 *   hls4ml_weights.c  weights of a call
 *   hls4ml_narrow.c   formats of streams that are too wide
 *   hls4ml_scripts.c  tool, clock, part, reports
 */
#ifndef HEADRACE_IMPORT_HLS4ML_HLS4ML_READER_H
#define HEADRACE_IMPORT_HLS4ML_HLS4ML_READER_H

#include "base/diag.h"
#include "base/fixed.h"
#include "import/graph/sketch.h"
#include "import/hls4ml/cpp_tokens.h"
#include "import/hls4ml/hls4ml_project.h"

/* Names of a project, streams and arguments of a call; what nests deeper than
 * this, or takes more steps to compute, is no project of hls4ml's. */
enum {
    HLS4ML_NAMES_MAX = 1 << 14,
    HLS4ML_BUCKETS = 1 << 12,
    HLS4ML_STREAMS_MAX = 1 << 12,
    HLS4ML_CALLS_MAX = 1 << 12,
    HLS4ML_ARGUMENTS_MAX = 16,
    HLS4ML_DEPTH_MAX = 32,
    HLS4ML_STEPS_MAX = 1 << 22
};

/* A constant (its expression), a type, or a record. */
struct hls4ml_name {
    const char *name, *record; /* record: it is a field of it; or NULL */
    const struct cpp_source *source;
    uint32_t at; /* first token of the value; of a record: of its name */
    bool is_type, is_record;
    uint32_t next; /* name of the same bucket; HLS4ML_NAMES_MAX: none */
};

/* An element of a stream, or a scalar. */
struct hls4ml_type {
    struct format format;
    uint64_t elements; /* of an nnet::array; 0: a scalar */
};

struct hls4ml_stream {
    const char *name;
    struct place place;
    struct hls4ml_type type;
    uint64_t depth;               /* 0: not said */
    struct sketch_tensor *tensor; /* once it is known what is in it */
    bool is_clone;                /* of the tensor */
    uint32_t source, sink;        /* calls; UINT32_MAX: none */
    struct hls4ml_stream *same;   /* it is another name of it; or NULL */
};

struct hls4ml_call {
    const char *function; /* "conv_2d_cl" */
    const char *layer;    /* the comment behind it, as a name */
    struct place place;
    const struct cpp_source *source;
    uint32_t type_count, argument_count;
    uint32_t types[HLS4ML_ARGUMENTS_MAX];     /* first token of each */
    uint32_t arguments[HLS4ML_ARGUMENTS_MAX]; /* first token of each */
    const char *config;                       /* last of the types */
};

struct hls4ml_reader {
    struct arena *arena;
    struct diag *diag;
    const char *folder;
    uint32_t file_count; /* 0: on disk */
    const struct hls4ml_file *files;
    const char *top; /* name of the top-level function */
    const struct cpp_source *defines, *parameters, *code;
    uint32_t name_count;
    struct hls4ml_name *names;
    uint32_t *buckets; /* HLS4ML_BUCKETS first names, by hash; the last added
                          stands first */
    uint32_t stream_count;
    struct hls4ml_stream *streams;
    uint32_t input, output; /* streams */
    uint32_t call_count;
    struct hls4ml_call *calls;
    uint32_t weight_count;
    const char **weights; /* names of those that were read */
    uint32_t steps;       /* of computing values, so far */
    struct sketch *sketch;
    uint32_t fifo_count;
    struct sketch_fifo *fifos;
};

/* hls4ml_project.c.  A file of the project; NULL: it is not there (optional),
 * or said why. */
const char *hls4ml_file(struct hls4ml_reader *r, const char *name,
                        bool is_optional, size_t *length);
const char *hls4ml_path(struct hls4ml_reader *r, const char *name);

/* hls4ml_names.c.  False: said why. */
bool hls4ml_read_names(struct hls4ml_reader *r, const struct cpp_source *s);
/* The last of that name; NULL: there is none.  record NULL: not a field. */
const struct hls4ml_name *hls4ml_find(const struct hls4ml_reader *r,
                                      const char *record, const char *name);

/* hls4ml_values.c.  The expression at a token, of names as `record` sees
 * them; *at is set behind it.  False: it is none, nothing was said. */
bool hls4ml_value(struct hls4ml_reader *r, const struct cpp_source *s,
                  const char *record, uint32_t *at, double *value);
/* The type at a token.  False: it is none that is known, nothing said. */
bool hls4ml_type_at(struct hls4ml_reader *r, const struct cpp_source *s,
                    const char *record, uint32_t *at, struct hls4ml_type *out);
/* Fields of a call's record.  False: said why. */
bool hls4ml_number(struct hls4ml_reader *r, const char *record,
                   const char *field, uint64_t min, uint64_t max,
                   uint64_t *out);
bool hls4ml_size(struct hls4ml_reader *r, const char *record, const char *field,
                 uint32_t *out); /* of a dimension */
bool hls4ml_format(struct hls4ml_reader *r, const char *record,
                   const char *field, struct format *out);
/* The last word of a field's value: "resource" of nnet::resource; NULL: there
 * is no such field. */
const char *hls4ml_word(struct hls4ml_reader *r, const char *record,
                        const char *field);
/* The record that a field's type names; NULL: there is none. */
const char *hls4ml_record_of(struct hls4ml_reader *r, const char *record,
                             const char *field);
struct place hls4ml_place(const struct cpp_source *s, uint32_t at);
/* Of a record; of the parameters if it is not there. */
struct place hls4ml_record_place(const struct hls4ml_reader *r,
                                 const char *record);

/* hls4ml_calls.c: streams and calls.  False: said why. */
bool hls4ml_read_calls(struct hls4ml_reader *r);
/* The stream of an argument; NULL: it is none, said so. */
struct hls4ml_stream *hls4ml_argument(struct hls4ml_reader *r,
                                      const struct hls4ml_call *c,
                                      uint32_t index);
/* The stream of that name, itself and not another name of it; or NULL. */
struct hls4ml_stream *hls4ml_stream(const struct hls4ml_reader *r,
                                    const char *name);

/* hls4ml_layers.c: layers of all calls.  False: said why. */
bool hls4ml_read_layers(struct hls4ml_reader *r);
/* The tensor of an input argument, in that shape (h 0: in its own), taken;
 * NULL: said why. */
struct sketch_tensor *hls4ml_take(struct hls4ml_reader *r,
                                  const struct hls4ml_call *c,
                                  uint32_t argument, struct shape shape);
/* A layer of a type and a shape, with these inputs, whose output is the stream
 * of an argument; its format is that of the stream.  NULL: said why. */
struct sketch_layer *hls4ml_add(struct hls4ml_reader *r,
                                const struct hls4ml_call *c, const char *type,
                                uint32_t output, struct shape shape,
                                uint32_t count,
                                const struct sketch_tensor *const *inputs);
/* A layer in the middle of a call, whose output is no stream. */
struct sketch_layer *hls4ml_add_inner(struct hls4ml_reader *r, const char *name,
                                      const char *type, struct shape shape,
                                      struct format format,
                                      const struct sketch_tensor *input);
void hls4ml_error(struct hls4ml_reader *r, const struct hls4ml_call *c,
                  enum diag_code code, const char *format, ...)
    __attribute__((format(printf, 4, 5), nonnull(4)));
void hls4ml_warning(struct hls4ml_reader *r, const struct hls4ml_call *c,
                    enum diag_code code, const char *format, ...)
    __attribute__((format(printf, 4, 5), nonnull(4)));

/* hls4ml_rows.c: a function that is known. */
struct hls4ml_row {
    struct hls4ml_call_row row;
    bool keeps_shape;
    /* Where its input's shape is in its record: names of the height, width
     * and channels; NULL: 1. */
    const char *height, *width, *channels;
    bool (*read)(struct hls4ml_reader *r, const struct hls4ml_call *c,
                 struct sketch_tensor *input);
};
/* NULL: it is not known. */
const struct hls4ml_row *hls4ml_row(const char *function);
/* A layer with the input's shape; NULL: said why. */
struct sketch_layer *hls4ml_map(struct hls4ml_reader *r,
                                const struct hls4ml_call *c, const char *type,
                                uint32_t output,
                                const struct sketch_tensor *input);

/* hls4ml_narrow.c: formats of streams that are too wide for a tensor, once the
 * layer is complete. */
/* Whether every value of a is one of b. */
bool hls4ml_holds(struct format b, struct format a);
void hls4ml_narrow_products(struct hls4ml_reader *r,
                            const struct hls4ml_call *c,
                            struct sketch_layer *l);
/* Of a sum or difference, or a product, of two tensors. */
void hls4ml_narrow_sum(struct hls4ml_reader *r, const struct hls4ml_call *c,
                       struct sketch_layer *l, bool is_product);
/* Of means, in which no bit behind the point can be spared. */
void hls4ml_narrow_mean(struct hls4ml_reader *r, const struct hls4ml_call *c,
                        struct sketch_layer *l);
/* Of a layer that makes no values that its input does not have. */
void hls4ml_keep_format(struct sketch_layer *l);
/* False: there are streams that are still too wide, said so of all. */
bool hls4ml_check_widths(struct hls4ml_reader *r);

/* hls4ml_products.c */
/* The accumulator of headrace is signed and wraps.  Where hls4ml's differs,
 * that shows only if it overflows. */
struct format hls4ml_accumulator(struct hls4ml_reader *r,
                                 const struct hls4ml_call *c, struct format f);
bool hls4ml_conv(struct hls4ml_reader *r, const struct hls4ml_call *c,
                 struct sketch_tensor *input);
bool hls4ml_depthwise(struct hls4ml_reader *r, const struct hls4ml_call *c,
                      struct sketch_tensor *input);
bool hls4ml_separable(struct hls4ml_reader *r, const struct hls4ml_call *c,
                      struct sketch_tensor *input);
bool hls4ml_dense(struct hls4ml_reader *r, const struct hls4ml_call *c,
                  struct sketch_tensor *input);
bool hls4ml_normalize(struct hls4ml_reader *r, const struct hls4ml_call *c,
                      struct sketch_tensor *input);

/* hls4ml_slopes.c */
/* The factor in the middle of a call, NAME<in, T, out, config>(in, x, out),
 * and its format.  False: said why. */
bool hls4ml_factor(struct hls4ml_reader *r, const struct hls4ml_call *c,
                   struct format input, struct format *format, double *out);
bool hls4ml_leaky(struct hls4ml_reader *r, const struct hls4ml_call *c,
                  struct sketch_tensor *input);
bool hls4ml_prelu(struct hls4ml_reader *r, const struct hls4ml_call *c,
                  struct sketch_tensor *input);

/* hls4ml_tables.c */
/* The number as a value of f with its modes. */
double hls4ml_in_format(double x, struct format f);
/* log2 of a table's size.  False: said why. */
bool hls4ml_table_bits(struct hls4ml_reader *r, const struct hls4ml_call *c,
                       const char *field, uint32_t *bits);
/* False: it is too wide for an entry of a table, said so. */
bool hls4ml_check_format(struct hls4ml_reader *r, const struct hls4ml_call *c,
                         struct format f);
bool hls4ml_lookup(struct hls4ml_reader *r, const struct hls4ml_call *c,
                   struct sketch_tensor *input);

/* hls4ml_softmax.c */
bool hls4ml_softmax(struct hls4ml_reader *r, const struct hls4ml_call *c,
                    struct sketch_tensor *input);

/* hls4ml_weights.c */
/* `count` values of the weights that an argument names, as hls4ml's C
 * simulation reads them: converted to f.  NULL: said why. */
const struct graph_value *hls4ml_weights(struct hls4ml_reader *r,
                                         const struct hls4ml_call *c,
                                         uint32_t argument, struct format f,
                                         uint64_t count);
/* Doubles as a constant. */
const struct graph_value *hls4ml_constant(struct hls4ml_reader *r,
                                          const double *values, uint64_t count);
/* Sets array `index` of a layer to a constant in C order. */
void hls4ml_set_array(struct hls4ml_reader *r, struct sketch_layer *l,
                      uint32_t index, const char *key,
                      const struct graph_value *from, uint32_t rank,
                      const uint64_t *size);

/* hls4ml_scripts.c.  What stands in the project besides the sources. */
struct hls4ml_scripts {
    const char *name, *tool, *part, *version; /* NULL: not said */
    double clock_ns;                          /* 0: not said */
};
void hls4ml_read_scripts(struct hls4ml_reader *r, struct hls4ml_scripts *out);
/* Sets the sketch's hardware, but for layers and FIFOs. */
void hls4ml_set_hardware(struct hls4ml_reader *r,
                         const struct hls4ml_scripts *s);

#endif
