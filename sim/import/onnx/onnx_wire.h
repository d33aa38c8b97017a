/* onnx_wire -- is a file what protobuf-c may be given?
 *
 * protobuf-c follows messages in messages as deep as they go, on the stack,
 * and joins a message that stands twice by copying.  So a file is looked
 * through first: every length lies inside what contains it, messages are at
 * most WIRE_DEPTH deep, and only what may be repeated is.  Source of the
 * format: the encoding of Protocol Buffers. */
#ifndef HEADRACE_IMPORT_ONNX_ONNX_WIRE_H
#define HEADRACE_IMPORT_ONNX_ONNX_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ProtobufCMessageDescriptor;

/* A model needs about ten: graphs in attributes of nodes of graphs. */
enum { WIRE_DEPTH = 32 };

struct wire_fault {
    const char *rule;  /* that is broken */
    const char *field; /* name of the field; NULL: not known */
    size_t offset;     /* in the file */
    bool is_inside;    /* a field that is known: it is the kind of file */
};

/* False: *fault says why. */
bool wire_check(const struct ProtobufCMessageDescriptor *message,
                const uint8_t *bytes, size_t length, struct wire_fault *fault);

#endif
