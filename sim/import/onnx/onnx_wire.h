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

struct ProtobufCFieldDescriptor;
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

/* What stands for the content of a payload: where it was. */
struct wire_place {
    uint64_t offset, length; /* in bytes of the file */
};

/* A copy of a message that wire_check let pass, to unpack without copying the
 * bulk of it: wherever `payload`, a field of bytes, has at least as many as a
 * wire_place, one stands in their place, in this machine's order of bytes.
 * Returns the copy's length; out NULL: nothing is written. */
size_t wire_shorten(const struct ProtobufCMessageDescriptor *message,
                    const struct ProtobufCFieldDescriptor *payload,
                    const uint8_t *bytes, size_t length, uint8_t *out);

#endif
