#include "import/onnx/onnx_reader.h"

#include "base/arena.h"
#include "base/diag.h"
#include "import/onnx/onnx.h"
#include "import/onnx/onnx_wire.h"

#include <onnx.pb-c.h>
#include <string.h>

/* What unpacking may still take. */
struct purse {
    struct arena *arena;
    size_t left;
};

static void *take(void *context, size_t bytes)
{
    struct purse *p = context;
    if (bytes > p->left)
        return NULL;
    p->left -= bytes;
    return arena_alloc(p->arena, 1, bytes);
}

/* The arena goes as a whole. */
static void give_back(void *context, void *pointer)
{
    (void)context, (void)pointer;
}

/* What breaks off before any field of the message is another kind of file,
 * such as the few lines that stand for a file which Git LFS has not fetched. */
static void say_other_file(const char *path, const struct wire_fault *fault,
                           const uint8_t *bytes, size_t length, struct diag *d)
{
    static const char pointer[] = "version https://git-lfs";
    const size_t start = sizeof pointer - 1;
    diag_error(d, (struct place){ path, 0, 0 }, DIAG_ONNX,
               "this is no ONNX file, or a damaged one (byte %zu: %s)",
               fault->offset, fault->rule);
    if (length > start && memcmp(bytes, pointer, start) == 0)
        diag_hint(d, "'git lfs pull' fetches the file that this one stands "
                     "for");
}

/* The message without the data of its tensors, whose places onnx_raw_data
 * finds: protobuf-c would copy them. */
static const uint8_t *shortened(struct arena *a,
                                const ProtobufCMessageDescriptor *kind,
                                const uint8_t *bytes, size_t length,
                                size_t *count)
{
    const ProtobufCFieldDescriptor *payload =
        protobuf_c_message_descriptor_get_field_by_name(
            &onnx__tensor_proto__descriptor, "raw_data");
    *count = wire_shorten(kind, payload, bytes, length, NULL);
    uint8_t *frame = arena_alloc(a, 1, *count);
    wire_shorten(kind, payload, bytes, length, frame);
    return frame;
}

const uint8_t *onnx_raw_data(const uint8_t *bytes, const Onnx__TensorProto *t,
                             uint64_t *count)
{
    struct wire_place place;
    if (t->raw_data.len != sizeof place) {
        *count = t->raw_data.len;
        return t->raw_data.data;
    }
    memcpy(&place, t->raw_data.data, sizeof place);
    *count = place.length;
    return bytes + place.offset;
}

ProtobufCMessage *onnx_unpack(struct arena *a, const char *path,
                              const ProtobufCMessageDescriptor *kind,
                              const uint8_t *bytes, size_t length,
                              struct diag *d)
{
    struct place place = { path, 0, 0 };
    struct wire_fault fault;
    if (!wire_check(kind, bytes, length, &fault)) {
        if (!fault.is_inside) {
            say_other_file(path, &fault, bytes, length, d);
            return NULL;
        }
        diag_error(d, place, DIAG_ONNX, "byte %zu%s%s%s: %s", fault.offset,
                   fault.field == NULL ? "" : ", field '",
                   fault.field == NULL ? "" : fault.field,
                   fault.field == NULL ? "" : "'", fault.rule);
        return NULL;
    }
    struct purse purse = { a, ONNX_MEMORY + ONNX_MEMORY_EACH * length };
    ProtobufCAllocator allocator = { take, give_back, &purse };
    struct arena *own = arena_new();
    size_t count;
    const uint8_t *frame = shortened(own, kind, bytes, length, &count);
    ProtobufCMessage *m =
        protobuf_c_message_unpack(kind, &allocator, count, frame);
    arena_free(own);
    if (m == NULL) {
        diag_error(d, place, DIAG_ONNX,
                   "this is no ONNX file, or a damaged one");
        diag_hint(d, "export the model anew");
    }
    return m;
}
