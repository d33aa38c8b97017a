#include "import/onnx/onnx_wire.h"

#include <protobuf-c/protobuf-c.h>
#include <string.h>

enum { WIRE_VARINT, WIRE_64, WIRE_BYTES, WIRE_32 = 5 };

/* Fields of one kind of message; onnx.proto has at most 20. */
enum { FIELDS_MAX = 64 };

struct cursor {
    const uint8_t *start, *at, *end; /* start: of the file */
    struct wire_fault *fault;
    bool is_inside;
};

static bool fault(const struct cursor *c, const char *rule, const char *field)
{
    *c->fault =
        (struct wire_fault){ .rule = rule,
                             .field = field,
                             .offset = (size_t)(c->at - c->start),
                             .is_inside = c->is_inside || field != NULL };
    return false;
}

static bool read_varint(struct cursor *c, uint64_t *out)
{
    *out = 0;
    for (uint32_t shift = 0; shift < 70; shift += 7) {
        if (c->at == c->end)
            return fault(c, "the file breaks off", NULL);
        uint8_t byte = *c->at++;
        if (shift < 64)
            *out |= (uint64_t)(byte & 0x7f) << shift;
        if ((byte & 0x80) == 0)
            return true;
    }
    return fault(c, "a number has more than ten bytes", NULL);
}

static bool skip(struct cursor *c, uint64_t count, const char *field)
{
    if (count > (uint64_t)(c->end - c->at))
        return fault(c, "the file breaks off", field);
    c->at += count;
    return true;
}

static bool check(const ProtobufCMessageDescriptor *m, struct cursor *c,
                  uint32_t depth);

/* The content of a field with a length. */
static bool check_bytes(const ProtobufCFieldDescriptor *f, struct cursor *c,
                        uint32_t depth)
{
    uint64_t length;
    const char *name = f == NULL ? NULL : f->name;
    if (!read_varint(c, &length))
        return false;
    struct cursor inner = *c;
    if (!skip(c, length, name))
        return false;
    if (f == NULL || f->type != PROTOBUF_C_TYPE_MESSAGE)
        return true;
    if (depth == WIRE_DEPTH)
        return fault(&inner, "messages are more than 32 deep", name);
    inner.end = c->at;
    inner.is_inside = true;
    return check(f->descriptor, &inner, depth + 1);
}

/* Each message that may stand once is there at most once. */
static bool check_once(const ProtobufCMessageDescriptor *m,
                       const ProtobufCFieldDescriptor *f, struct cursor *c,
                       bool seen[FIELDS_MAX])
{
    size_t index = (size_t)(f - m->fields);
    if (f->label == PROTOBUF_C_LABEL_REPEATED ||
        f->type != PROTOBUF_C_TYPE_MESSAGE)
        return true;
    if (index >= FIELDS_MAX || seen[index])
        return fault(c, "a message stands twice that may stand once", f->name);
    seen[index] = true;
    return true;
}

static bool check(const ProtobufCMessageDescriptor *m, struct cursor *c,
                  uint32_t depth)
{
    bool seen[FIELDS_MAX] = { false };
    while (c->at < c->end) {
        uint64_t key;
        if (!read_varint(c, &key))
            return false;
        if (key >> 3 == 0 || key >> 3 > INT32_MAX)
            return fault(c, "there is no field of this number", NULL);
        const ProtobufCFieldDescriptor *f =
            protobuf_c_message_descriptor_get_field(m, (unsigned)(key >> 3));
        if (f != NULL && !check_once(m, f, c, seen))
            return false;
        uint64_t number;
        bool fine;
        switch (key & 7) {
        case WIRE_VARINT:
            fine = read_varint(c, &number);
            break;
        case WIRE_64:
            fine = skip(c, 8, f == NULL ? NULL : f->name);
            break;
        case WIRE_32:
            fine = skip(c, 4, f == NULL ? NULL : f->name);
            break;
        case WIRE_BYTES:
            fine = check_bytes(f, c, depth);
            break;
        default:
            fine = fault(c, "there is no such kind of field", NULL);
        }
        if (!fine)
            return false;
    }
    return true;
}

bool wire_check(const struct ProtobufCMessageDescriptor *message,
                const uint8_t *bytes, size_t length, struct wire_fault *fault)
{
    struct cursor c = { bytes, bytes, bytes + length, fault, false };
    return check(message, &c, 1);
}

struct shortening {
    const ProtobufCFieldDescriptor *payload;
    const uint8_t *start; /* of the file */
    uint8_t *out;         /* NULL: only counted */
    size_t count;         /* of bytes written */
};

static void put(struct shortening *s, const void *bytes, size_t count)
{
    if (s->out != NULL)
        memcpy(s->out + s->count, bytes, count);
    s->count += count;
}

/* Five bytes whatever the length, which is known after what it is of: all
 * that protobuf-c reads of a length, and enough for its 2^31 bytes. */
enum { LENGTH_BYTES = 5 };

static void put_length(struct shortening *s, size_t at, size_t length)
{
    if (s->out == NULL)
        return;
    for (uint32_t i = 0; i < LENGTH_BYTES; i++)
        s->out[at + i] =
            (uint8_t)((length >> 7 * i & 0x7f) | (i + 1 < LENGTH_BYTES) << 7);
}

static void shorten(const ProtobufCMessageDescriptor *m, struct cursor c,
                    struct shortening *s);

/* The length and the content of a field; `c` is at the length. */
static void shorten_bytes(const ProtobufCFieldDescriptor *f, struct cursor *c,
                          struct shortening *s)
{
    uint64_t length;
    read_varint(c, &length);
    struct cursor inner = *c;
    c->at += length;
    inner.end = c->at;
    struct wire_place place = { (uint64_t)(inner.at - s->start), length };
    size_t length_at = s->count;
    s->count += LENGTH_BYTES;
    if (f != NULL && f->type == PROTOBUF_C_TYPE_MESSAGE)
        shorten(f->descriptor, inner, s);
    else if (f == s->payload && length >= sizeof place)
        put(s, &place, sizeof place);
    else
        put(s, inner.at, length);
    put_length(s, length_at, s->count - length_at - LENGTH_BYTES);
}

static void shorten(const ProtobufCMessageDescriptor *m, struct cursor c,
                    struct shortening *s)
{
    while (c.at < c.end) {
        const uint8_t *field = c.at;
        uint64_t key, number;
        read_varint(&c, &key);
        const ProtobufCFieldDescriptor *f =
            protobuf_c_message_descriptor_get_field(m, (unsigned)(key >> 3));
        const uint8_t *content = c.at;
        switch (key & 7) {
        case WIRE_VARINT:
            read_varint(&c, &number);
            break;
        case WIRE_64:
            c.at += 8;
            break;
        case WIRE_32:
            c.at += 4;
            break;
        default:
            put(s, field, (size_t)(content - field));
            shorten_bytes(f, &c, s);
            continue;
        }
        put(s, field, (size_t)(c.at - field));
    }
}

size_t wire_shorten(const struct ProtobufCMessageDescriptor *message,
                    const struct ProtobufCFieldDescriptor *payload,
                    const uint8_t *bytes, size_t length, uint8_t *out)
{
    struct wire_fault none;
    struct cursor c = { bytes, bytes, bytes + length, &none, false };
    struct shortening s = { .payload = payload, .start = bytes };
    s.out = out;
    shorten(message, c, &s);
    return s.count;
}
