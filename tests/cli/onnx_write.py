"""Writes small ONNX files: the few messages of onnx.proto that a network of
convolutions, pools and dense layers needs.  Arrays are (shape, flat list)."""

import struct


def varint(n):
    n &= (1 << 64) - 1
    out = bytearray()
    while n > 127:
        out.append(n & 127 | 128)
        n >>= 7
    out.append(n)
    return bytes(out)


def number(field, value):
    return varint(field << 3) + varint(value)


def data(field, value):
    value = value.encode() if isinstance(value, str) else value
    return varint(field << 3 | 2) + varint(len(value)) + value


def tensor(name, array):
    shape, values = array
    return (b"".join(number(1, n) for n in shape) + number(2, 1) +
            data(8, name) + data(9, struct.pack(f"<{len(values)}f", *values)))


def integers(name, values):
    return data(5, data(1, name) + b"".join(number(8, v) for v in values) +
                number(20, 7))


def node(op, inputs, output, **attributes):
    return (b"".join(data(1, i) for i in inputs) + data(2, output) +
            data(3, output) + data(4, op) +
            b"".join(integers(k, v) for k, v in attributes.items()))


def value(name, shape):
    dims = b"".join(data(1, number(1, n)) for n in shape)
    return data(1, name) + data(2, data(1, number(1, 1) + data(2, dims)))


def model(name, nodes, weights, given, made):
    """nodes: list of node(); weights: name -> array; given, made: (name,
    shape) of input and output."""
    graph = (b"".join(data(1, n) for n in nodes) + data(2, name) +
             b"".join(data(5, tensor(*w)) for w in weights.items()) +
             data(11, value(*given)) + data(12, value(*made)))
    return number(1, 8) + data(8, number(2, 13)) + data(7, graph)
