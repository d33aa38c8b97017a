"""A model folder read and run in plain Python, one number at a time.

A third reading of docs/model-config.md and docs/hardware.md (Numbers), beside
the C library and models/digits/quantised.py, and independent of both: slow,
short, and with nothing but the standard library.  It knows what the models
in models/ use and raises Unknown for all else.
"""

import ast
import json
import math
import operator
import os
import re
import struct


class Unknown(Exception):
    """The file is wrong, or uses what this reader does not know."""


def read_npy(path):
    """(type, shape, flat list of values) of a .npy file, C order."""
    codes = {"|u1": "B", "|i1": "b", "<i2": "h", "<i4": "i", "<f4": "f"}
    with open(path, "rb") as file:
        data = file.read()
    if data[:8] != b"\x93NUMPY\x01\x00":
        raise Unknown(f"{path}: not a .npy file of version 1.0")
    (length,) = struct.unpack_from("<H", data, 8)
    header = ast.literal_eval(data[10:10 + length].decode("latin-1"))
    shape, kind = header["shape"], header["descr"]
    if header["fortran_order"] or kind not in codes:
        raise Unknown(f"{path}: order or type '{kind}' is not known")
    layout = f"<{math.prod(shape)}{codes[kind]}"
    if len(data) != 10 + length + struct.calcsize(layout):
        raise Unknown(f"{path}: its length does not fit shape {shape}")
    return kind, shape, list(struct.unpack_from(layout, data, 10 + length))


class Format:
    def __init__(self, text):
        match = re.fullmatch(
            r"(u?)fixed<(\d+),(-?\d+)(?:,(\w+)(?:,(\w+))?)?>", text)
        if not match:
            raise Unknown(f"format '{text}'")
        self.text = text
        self.signed = not match[1]
        self.width, self.integer = int(match[2]), int(match[3])
        self.fraction = self.width - self.integer
        self.quant = match[4] or "TRN"
        self.overflow = match[5] or "WRAP"
        self.min = -(1 << (self.width - 1)) if self.signed else 0
        self.max = self.min + (1 << self.width) - 1

    def cast(self, raw, fraction):
        """raw * 2^-fraction in this format, as a raw integer."""
        shift = fraction - self.fraction
        if shift <= 0:
            raw <<= -shift
        elif self.quant == "TRN":
            raw >>= shift
        elif self.quant in ("RND", "RND_CONV"):
            half = 1 << (shift - 1)
            tie = raw & (2 * half - 1) == half
            raw = (raw + half) >> shift
            if tie and self.quant == "RND_CONV":
                raw &= ~1
        else:
            raise Unknown(f"rounding {self.quant}")
        if self.overflow == "SAT":
            return min(max(raw, self.min), self.max)
        if self.overflow == "WRAP":
            return (raw - self.min & (1 << self.width) - 1) + self.min
        raise Unknown(f"overflow {self.overflow}")


class Layer:
    """A layer with its shapes and, if it has any, its weights by output:
    raw and as the floats of the file."""

    def __init__(self, text, shape, fmt):
        self.text = text
        self.name, self.type = text["name"], text["type"]
        self.input_shape, self.input_format = shape, fmt
        self.format = fmt
        if "output_format" in text:
            self.format = Format(text["output_format"])
        self.relu = text.get("activation", "none") == "relu"
        self.stride = text.get("stride", [1, 1])
        self.kernel = text.get("kernel")
        self.pad = (0, 0, 0, 0)
        self.units = self.terms = 0
        if self.type == "conv2d":
            self.units = text["filters"]
            self.terms = math.prod(self.kernel) * shape[2]
            if text.get("padding", "valid") == "same":
                self.pad = self.same(0) + self.same(1)
            elif text.get("padding", "valid") != "valid":
                raise Unknown(f"padding of {self.name}")
        elif self.type == "maxpool2d":
            self.stride = text.get("stride", self.kernel)
        elif self.type == "dense":
            self.units, self.terms = text["units"], math.prod(shape)
        elif self.type not in ("relu", "flatten"):
            raise Unknown(f"layer type {self.type}")
        self.shape = self.output_shape()
        if self.units:
            self.weight_format = Format(text["weight_format"])
            self.bias_format = Format(
                text.get("bias_format", text["weight_format"]))
        if "accumulator_format" in text:
            raise Unknown(f"accumulator_format of {self.name}")

    def same(self, axis):
        size, step = self.input_shape[axis], self.stride[axis]
        total = max((math.ceil(size / step) - 1) * step
                    + self.kernel[axis] - size, 0)
        return total // 2, total - total // 2

    def output_shape(self):
        if self.type == "flatten":
            return (1, 1, math.prod(self.input_shape))
        if self.type == "dense":
            return (1, 1, self.units)
        if self.type == "relu":
            return self.input_shape
        sizes = [(self.input_shape[i] + sum(self.pad[2 * i:2 * i + 2])
                  - self.kernel[i]) // self.stride[i] + 1 for i in (0, 1)]
        return (*sizes, self.units or self.input_shape[2])

    def parameters(self):
        return (self.terms + 1) * self.units

    def macs(self):
        """Multiplications in one frame."""
        return self.terms * self.units * self.shape[0] * self.shape[1]

    def load(self, folder):
        if not self.units:
            return
        files = self.text["weights"]
        tail = (self.input_shape[2],) if self.type == "conv2d" else ()
        shape = (*(self.kernel or [self.terms]), *tail, self.units)
        kernel = self.floats(folder, files["kernel"], shape)
        self.biases = self.floats(folder, files["bias"], (self.units,))
        self.weights = [kernel[o::self.units] for o in range(self.units)]
        self.raw_weights = [
            [nearest(w, self.weight_format) for w in row]
            for row in self.weights]
        self.raw_biases = [nearest(b, self.bias_format) for b in self.biases]

    def floats(self, folder, name, shape):
        kind, actual, values = read_npy(os.path.join(folder, name))
        if kind != "<f4" or actual != shape:
            raise Unknown(f"{name} is {kind} {actual}, not <f4 {shape}")
        return values

    def windows(self, pixels):
        """The values under every window, window by window in stream order;
        each a list of pixels, rows before columns."""
        height, width, channels = self.input_shape
        top, _, left, _ = self.pad
        zero = [0] * channels
        for row in range(self.shape[0]):
            for column in range(self.shape[1]):
                window = []
                for i in range(self.kernel[0]):
                    for k in range(self.kernel[1]):
                        y = row * self.stride[0] + i - top
                        x = column * self.stride[1] + k - left
                        inside = 0 <= y < height and 0 <= x < width
                        window.append(pixels[y * width + x] if inside
                                      else zero)
                yield window

    def rows(self, pixels):
        """What is multiplied by the weights of each output."""
        if self.type == "dense":
            return [sum(pixels, [])]
        return (sum(window, []) for window in self.windows(pixels))

    def run(self, pixels, fixed):
        """Output pixels (lists of channels) of input pixels: raw integers,
        or floats without any rounding."""
        if self.type == "flatten":
            return [sum(pixels, [])]
        if self.type == "maxpool2d":
            return [[max(c) for c in zip(*w)] for w in self.windows(pixels)]
        if self.type == "relu":
            return [[self.finish(max(x, 0), self.input_format.fraction, fixed)
                     for x in pixel] for pixel in pixels]
        if not fixed:
            return [[self.finish(dot(row, w) + b, 0, False)
                     for w, b in zip(self.weights, self.biases)]
                    for row in self.rows(pixels)]
        products = self.input_format.fraction + self.weight_format.fraction
        both = max(products, self.bias_format.fraction)
        biases = [b << (both - self.bias_format.fraction)
                  for b in self.raw_biases]
        return [[self.finish((dot(row, w) << (both - products)) + b, both,
                             True)
                 for w, b in zip(self.raw_weights, biases)]
                for row in self.rows(pixels)]

    def finish(self, x, fraction, fixed):
        if self.relu:
            x = max(x, 0)
        return self.format.cast(x, fraction) if fixed else x


def dot(a, b):
    return sum(map(operator.mul, a, b))


def nearest(x, fmt):
    """The raw value nearest to float x.  Ties and values that saturate are
    refused: a model that is stored well has neither."""
    scaled = math.ldexp(x, fmt.fraction)
    raw = math.floor(scaled + 0.5)
    if scaled - math.floor(scaled) == 0.5:
        raise Unknown(f"{x!r} lies in the middle of two values of {fmt.text}")
    if not fmt.min <= raw <= fmt.max:
        raise Unknown(f"{x!r} is out of the range of {fmt.text}")
    return raw


class Model:
    """The chain of layers in folder/model.json."""

    def __init__(self, folder):
        self.folder = folder
        with open(os.path.join(folder, "model.json")) as file:
            self.text = json.load(file)
        network = self.text["network"]
        image = network["input"]
        self.shape, self.format = tuple(image["shape"]), Format(image["format"])
        self.layers = []
        name, shape, fmt = image["name"], self.shape, self.format
        for text in network["layers"]:
            if text["input"] != name:
                raise Unknown(f"{text['name']} does not read {name}")
            layer = Layer(text, shape, fmt)
            self.layers.append(layer)
            name, shape, fmt = layer.name, layer.shape, layer.format
        if network.get("output", name) != name:
            raise Unknown("the output is not the last layer's")

    def load_weights(self):
        for layer in self.layers:
            layer.load(self.folder)

    def run(self, image, fixed):
        """Outputs of one raw image (flat): raw integers, or floats."""
        channels = self.shape[2]
        if not fixed:
            image = [math.ldexp(x, -self.format.fraction) for x in image]
        pixels = [image[i:i + channels]
                  for i in range(0, len(image), channels)]
        for layer in self.layers:
            pixels = layer.run(pixels, fixed)
        return sum(pixels, [])
