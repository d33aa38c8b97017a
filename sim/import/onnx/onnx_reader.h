/* onnx_reader -- what the files that read ONNX share.
 *
 *   onnx_file.c        bytes to messages, within bounds
 *   onnx_tensor.c      tensors of the file, data outside included
 *   onnx_graph.c       inputs, constants, nodes in order, the output
 *   onnx_unknown.c     operators that are not read, and their remedies
 *   onnx_attributes.c  the attributes of a node
 *   onnx_operators.c   the table of operators
 *   onnx_layers.c, onnx_values.c, onnx_functions.c, onnx_shapes.c,
 *   onnx_resize.c, onnx_quantized.c, onnx_microsoft.c
 *                      one function an operator: a node becomes nodes of the
 *                      graph */
#ifndef HEADRACE_IMPORT_ONNX_ONNX_READER_H
#define HEADRACE_IMPORT_ONNX_ONNX_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "import/graph/graph.h"

struct Onnx__AttributeProto;
struct Onnx__GraphProto;
struct Onnx__ModelProto;
struct Onnx__NodeProto;
struct Onnx__TensorProto;
struct ProtobufCMessage;
struct ProtobufCMessageDescriptor;
struct onnx_options;

/* How far the meaning of opsets is known.  From 7 on all of an operator is
 * read; of older ones what has the same meaning today: attributes that say
 * otherwise ('broadcast') are refused.  Up to 28, the newest of ONNX 1.23,
 * operators that are read got further types and, in Cast, 'round_mode' of
 * floats of 8 bits; neither is read. */
enum { ONNX_OPSET_NUMPY = 7, ONNX_OPSET_KNOWN = 28 };

struct onnx_name; /* a tensor's name and what it stands for */

struct onnx_reader {
    struct arena *arena;
    struct diag *diag;
    struct graph *graph;
    const uint8_t *bytes; /* of the file; lent */
    const char *path;
    const char *folder; /* that it lies in */
    int64_t opset;      /* of the operators without a domain */
    uint32_t name_room; /* a power of two */
    struct onnx_name *names;
    struct onnx_external *externals; /* files that were read */
};

/* A node that is being read. */
struct onnx_node {
    struct onnx_reader *reader;
    const struct Onnx__NodeProto *proto;
    const struct onnx_operator *operator;
    const char *name, *kind; /* for messages */
    const char *output;
    uint32_t input_count; /* without absent ones at the end */
    struct graph_value *inputs[GRAPH_INPUTS_MAX]; /* NULL: not there */
    uint32_t output_count;
    /* By number: outputs behind the first, of an operator that computes
     * them. */
    struct graph_value *further[GRAPH_INPUTS_MAX];
    uint64_t asked; /* attributes that were asked for, one bit each */
    bool failed;    /* something was said about it */
};

/* The value of the first output; NULL: said why. */
typedef struct graph_value *onnx_operator_fn(struct onnx_node *n);

struct onnx_operator {
    const char *domain; /* "", "qonnx" or "com.microsoft" */
    const char *name;
    uint32_t inputs_min, inputs_max;
    onnx_operator_fn *read;
    const char *limits; /* for docs/onnx-operators.md: what is not read */
};
/* NULL: there is none. */
const struct onnx_operator *onnx_operator_find(const char *domain,
                                               const char *name);

/* onnx_graph.c: that of a node; NULL: there is none. */
const struct onnx_operator *onnx_operator_of(const struct Onnx__NodeProto *p);
/* onnx_unknown.c: names all operators that are not known, each once.  False:
 * there are some. */
bool onnx_check_operators(struct onnx_reader *r,
                          const struct Onnx__GraphProto *g);

/* onnx_file.c: the message, the arena's, but for the raw data of tensors, which
 * stay where they are.  NULL: said why. */
struct ProtobufCMessage *
onnx_unpack(struct arena *a, const char *path,
            const struct ProtobufCMessageDescriptor *kind, const uint8_t *bytes,
            size_t length, struct diag *d);
/* The raw data of a tensor that was unpacked from `bytes`, and how many bytes
 * there are; without alignment. */
const uint8_t *onnx_raw_data(const uint8_t *bytes,
                             const struct Onnx__TensorProto *t,
                             uint64_t *count);

/* onnx_tensor.c: a constant of the graph.  NULL: said why. */
struct graph_value *onnx_tensor(struct onnx_reader *r,
                                const struct Onnx__TensorProto *t,
                                const char *name);
/* Whether a type number of onnx.proto is one that is read. */
bool onnx_type(int32_t number, enum graph_type *out);
const char *onnx_type_name(int32_t number); /* "float16" */

/* onnx_attributes.c.  Each marks the attribute as known; one of another type
 * is an error, and the result that of one that is not there. */
int64_t onnx_int(struct onnx_node *n, const char *name, int64_t otherwise);
double onnx_float(struct onnx_node *n, const char *name, double otherwise);
/* NULL: not there. */
const char *onnx_string(struct onnx_node *n, const char *name);
/* -1: not there; else how many, and the first `room` of them. */
int64_t onnx_ints(struct onnx_node *n, const char *name, int64_t *out,
                  uint32_t room);
int64_t onnx_floats(struct onnx_node *n, const char *name, double *out,
                    uint32_t room);
const struct Onnx__TensorProto *onnx_tensor_attribute(struct onnx_node *n,
                                                      const char *name);
/* An attribute that tools write and that means nothing here. */
void onnx_ignore(struct onnx_node *n, const char *name);
/* Reports those not asked for; false: there are some. */
bool onnx_no_more_attributes(struct onnx_node *n);

/* An error about a node; NULL always. */
struct graph_value *onnx_error(struct onnx_node *n, enum diag_code code,
                               const char *format, ...)
    __attribute__((format(printf, 3, 4), nonnull(3)));

/* Adds a node whose output is the tensor's (suffix NULL) or one on the way to
 * it. */
struct graph_value *onnx_add(struct onnx_node *n, enum graph_op op,
                             const char *suffix, uint32_t input_count,
                             struct graph_value *const *inputs,
                             const struct graph_attributes *attributes);
/* The input; NULL: not there. */
struct graph_value *onnx_input(const struct onnx_node *n, uint32_t i);
/* The integers of a constant input: -1 if it is not there, or said why it is
 * no list of at most `room` (n->failed). */
int64_t onnx_input_ints(struct onnx_node *n, uint32_t i, int64_t *out,
                        uint32_t room);
/* The one number of a constant input; `otherwise` if it is not there. */
double onnx_input_number(struct onnx_node *n, uint32_t i, double otherwise);
/* A list that is an attribute before an opset, and input i from it on. */
int64_t onnx_list(struct onnx_node *n, const char *name, uint32_t i,
                  int64_t since, int64_t *out, uint32_t room);

/* onnx_layers.c */
onnx_operator_fn onnx_read_conv, onnx_read_gemm, onnx_read_matmul,
    onnx_read_maxpool, onnx_read_avgpool, onnx_read_global_avgpool,
    onnx_read_global_maxpool, onnx_read_batchnorm;
/* The window of a node that reads x; kernel NULL: an attribute.  False: said
 * why. */
bool onnx_window(struct onnx_node *n, const struct graph_dims *x,
                 const struct graph_dims *weights, struct graph_window *out);
/* onnx_values.c */
onnx_operator_fn onnx_read_relu, onnx_read_clip, onnx_read_leaky_relu,
    onnx_read_prelu, onnx_read_sigmoid, onnx_read_tanh, onnx_read_hard_sigmoid,
    onnx_read_softmax, onnx_read_argmax, onnx_read_add, onnx_read_sub,
    onnx_read_mul, onnx_read_div, onnx_read_max, onnx_read_min, onnx_read_cast,
    onnx_read_mean, onnx_read_identity, onnx_read_dropout;
/* An error that evaluation mode would not have; NULL always. */
struct graph_value *onnx_in_training(struct onnx_node *n, const char *message);
/* onnx_functions.c */
onnx_operator_fn onnx_read_abs, onnx_read_neg, onnx_read_hard_swish,
    onnx_read_swish, onnx_read_gelu, onnx_read_pow, onnx_read_expand,
    onnx_read_reduce_max;
/* What to do about a GELU that is not read. */
#define ONNX_GELU_REMEDY                                                       \
    "the form with tanh is read: torch.nn.GELU(approximate='tanh')"
/* onnx_shapes.c */
onnx_operator_fn onnx_read_concat, onnx_read_pad, onnx_read_slice,
    onnx_read_split, onnx_read_gather, onnx_read_flatten, onnx_read_reshape,
    onnx_read_squeeze, onnx_read_unsqueeze, onnx_read_transpose,
    onnx_read_shape, onnx_read_constant, onnx_read_constant_of_shape;
/* onnx_resize.c */
onnx_operator_fn onnx_read_upsample, onnx_read_resize;
/* onnx_quantized.c */
onnx_operator_fn onnx_read_quantize, onnx_read_dequantize,
    onnx_read_qlinear_conv, onnx_read_qlinear_matmul, onnx_read_conv_integer,
    onnx_read_matmul_integer, onnx_read_quant, onnx_read_bipolar_quant,
    onnx_read_trunc;
/* (x - zero) * scale of inputs of an operator on integers; scale, zero NULL:
 * one, none. */
struct graph_value *onnx_real(struct onnx_node *n, const char *suffix,
                              struct graph_value *x, struct graph_value *scale,
                              struct graph_value *zero, int64_t axis);
/* The node's output: x as integers of the zero point's type. */
struct graph_value *onnx_quantized(struct onnx_node *n, struct graph_value *x,
                                   struct graph_value *scale,
                                   struct graph_value *zero);
/* onnx_microsoft.c */
onnx_operator_fn onnx_read_qgemm, onnx_read_qlinear_add, onnx_read_qlinear_mul,
    onnx_read_qlinear_concat, onnx_read_qlinear_avgpool,
    onnx_read_qlinear_global_avgpool;

#endif
