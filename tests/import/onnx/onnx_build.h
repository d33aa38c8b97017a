/* onnx_build -- ONNX files made in tests, byte by byte: also such as no tool
 * would write.
 *
 * The numbers of fields are those of onnx.proto. */
#ifndef HEADRACE_TESTS_IMPORT_ONNX_ONNX_BUILD_H
#define HEADRACE_TESTS_IMPORT_ONNX_ONNX_BUILD_H

#include <stdbool.h>
#include <stdint.h>

struct arena;
struct text;

struct onnx_build {
    struct arena *arena;
    struct text *graph; /* fields of the GraphProto */
    int64_t opset;      /* 0: 13 */
};

struct onnx_build onnx_build_new(struct arena *a);
/* The file. */
struct text *onnx_build_file(const struct onnx_build *b);

/* Fields of any message. */
void proto_number(struct text *t, uint32_t field, int64_t value);
void proto_text(struct text *t, uint32_t field, const char *s);
void proto_message(struct text *t, uint32_t field, const struct text *m);

/* An input or output; sizes end with 0, -1 is a dynamic one. */
void onnx_build_input(struct onnx_build *b, const char *name,
                      const int64_t *sizes);
void onnx_build_output(struct onnx_build *b, const char *name);
/* A constant of floats, all of that value; sizes end with 0. */
void onnx_build_constant(struct onnx_build *b, const char *name,
                         const int64_t *sizes, float value);
/* One whose data is in a file. */
void onnx_build_external(struct onnx_build *b, const char *name,
                         const int64_t *sizes, const char *location);
/* A node with inputs parted by spaces; `attributes` are fields of it, made by
 * the functions below, or NULL. */
void onnx_build_node(struct onnx_build *b, const char *kind, const char *inputs,
                     const char *output, const struct text *attributes);
void onnx_build_ints(struct text *node, const char *name, uint32_t count,
                     const int64_t *values);
void onnx_build_float(struct text *node, const char *name, float value);

#endif
