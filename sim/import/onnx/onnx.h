/* onnx -- reads an ONNX file into a graph.
 *
 * Source of the format and of the operators' meaning: onnx.proto and the
 * operator documentation of ONNX (opset 7 and newer), QONNX for Quant,
 * BipolarQuant and Trunc.  docs/onnx-operators.md lists what is read; it
 * is written from the table in onnx_operators.c.
 *
 * Nothing in a file is believed: the structure is checked before it is
 * unpacked (onnx_wire.h), unpacking takes at most ONNX_MEMORY_EACH bytes for
 * each byte of the file, tensors have at most 2^31 elements, and data outside
 * lies in the file's folder.  All operators that are not known are named in
 * one message. */
#ifndef HEADRACE_IMPORT_ONNX_ONNX_H
#define HEADRACE_IMPORT_ONNX_ONNX_H

#include <stdint.h>

#include "import/graph/graph.h"

struct arena;
struct diag;
struct text;

/* A node of a dozen bytes becomes structs of some hundred bytes; ONNX_MEMORY
 * bytes are free. */
enum { ONNX_MEMORY_EACH = 64, ONNX_MEMORY = 1 << 20 };

/* An input of the graph (by its number) that is a constant: the tensor of a
 * file as the node tests of ONNX have them (a serialised TensorProto). */
struct onnx_binding {
    uint32_t input;
    const char *path;
};

struct onnx_options {
    /* rank 0: the input's shape is that of the file, where a batch that is
     * not fixed is 1. */
    struct graph_dims input_dims;
    uint32_t binding_count;
    const struct onnx_binding *bindings;
    /* Also a graph that computes its output from constants alone. */
    bool input_optional;
};

/* NULL: said why in d.  The graph and its data are the arena's. */
struct graph *onnx_load(struct arena *a, const char *path,
                        const struct onnx_options *o, struct diag *d);

/* The same from memory, which the graph's constants lie in; `path` stands for
 * the file in messages, and says where files beside it are. */
struct graph *onnx_parse(struct arena *a, const char *path,
                         const uint8_t *bytes, size_t length,
                         const struct onnx_options *o, struct diag *d);

/* A serialised TensorProto as a constant of the graph.  NULL: said why. */
struct graph_value *onnx_load_tensor(struct graph *g, const char *path);

/* One operator that is read; `limits` says what of it is not ("": all of it
 * is). */
struct onnx_operator_row {
    const char *domain; /* "", "qonnx" or "com.microsoft" */
    const char *name;
    const char *limits;
};
/* The rows in order of their names; *count is set. */
const struct onnx_operator_row *onnx_operator_rows(struct arena *a,
                                                   uint32_t *count);

#endif
