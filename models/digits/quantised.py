"""A chain of layers in floating point, in fixed point, and backwards.

Just what the digits model needs, in numpy.  The one thing that is unusual:
every result is the same, bit for bit, on every processor.  What differs from
one to the next is the order in which a matrix product or a sum is added up,
so every such operand is first rounded to so few bits that the sum is exact in
double precision, and an exact sum has no order (see `exact_matmul`).  All
else is single operations that IEEE 754 defines to the last bit.
"""

import math
import re

import numpy as np

SATURATED_MAX = 1e-3  # part of the values that a format may saturate


# --- number formats ---------------------------------------------------------


class Format:
    """fixed<W,I,Q,O> or ufixed<...>; rounding is RND, overflow SAT."""

    def __init__(self, text):
        match = re.fullmatch(r"(u?)fixed<(\d+),(-?\d+)(,RND,SAT)?>", text)
        if not match:
            raise SystemExit(f"format '{text}' is not one this script knows")
        self.text = text
        self.signed = match[1] == ""
        self.width, self.integer = int(match[2]), int(match[3])
        self.fraction = self.width - self.integer
        self.min = -(1 << (self.width - 1)) if self.signed else 0
        self.max = (1 << (self.width - self.signed)) - 1

    def raw(self, x):
        """Nearest raw integers, ties upwards, saturated; as float64."""
        scaled = np.floor(np.ldexp(x, self.fraction) + 0.5)
        return np.clip(scaled, self.min, self.max)

    def value(self, x):
        return np.ldexp(self.raw(x), -self.fraction)

    def holds(self, x):
        """Where x is inside the range: the straight-through gradient."""
        scaled = np.ldexp(x, self.fraction)
        return (scaled >= self.min) & (scaled <= self.max)

    def integer_bits_for(self, x):
        """Fewest integer bits that saturate at most SATURATED_MAX of x."""
        for integer in range(-8, 16):
            top = 2.0 ** (integer - self.signed)
            if np.mean(np.abs(x) >= top) <= SATURATED_MAX:
                return integer
        raise SystemExit("a value is out of all proportion")


def convert_raw(raw, fraction, fmt):
    """raw * 2^-fraction to fmt in integers: RND, then SAT."""
    shift = fraction - fmt.fraction
    if shift > 0:
        raw = (raw + (1 << (shift - 1))) >> shift
    else:
        raw = raw << -shift
    return np.clip(raw, fmt.min, fmt.max)


# --- arithmetic without an order --------------------------------------------


def rounded(x, bits):
    """x rounded to `bits` bits below its largest magnitude."""
    _, exponent = np.frexp(np.max(np.abs(x)))
    return np.ldexp(np.rint(np.ldexp(x, bits - exponent)), exponent - bits)


def exact_matmul(a, b):
    bits = (53 - math.ceil(math.log2(a.shape[1]))) // 2
    return rounded(a, bits) @ rounded(b, bits)


def exact_sum(x, axis):
    bits = 53 - math.ceil(math.log2(x.shape[axis]))
    return np.sum(rounded(x, bits), axis=axis)


def exp(x):
    """e^x by Taylor's series, from operations that are the same everywhere
    (those of the C library differ in the last bit)."""
    k = np.rint(x * (1 / math.log(2)))
    r = x - k * math.log(2)
    y = np.ones_like(r)
    for i in range(14, 0, -1):
        y = 1 + y * r / i
    return np.ldexp(y, k.astype(np.int64))


# --- layers -----------------------------------------------------------------
# Tensors are (image, row, column, channel), vectors (image, value).  Every
# layer has three readings: `forward` in floating point, with the roundings of
# the hardware if `fixed`; `backward` of the same; and `infer_raw`, which is
# docs/hardware.md (Numbers) in integers and shares nothing with `forward`.


class Weighted:
    """What conv2d and dense have in common: rows times a weight matrix."""

    def __init__(self, layer, rows, units, rng):
        self.name = layer["name"]
        self.relu = layer.get("activation", "none") == "relu"
        self.weight_format = Format(layer["weight_format"])
        self.bias_format = Format(layer["bias_format"])
        self.output_format = Format(layer["output_format"])
        limit = math.sqrt(6.0 / rows)  # He et al. 2015, uniform
        self.weights = rng.uniform(-limit, limit, (rows, units))
        self.biases = np.zeros(units)
        self.files = layer["weights"]

    def affine(self, rows, fixed):
        self.rows, self.fixed = rows, fixed
        self.used = self.weights
        biases = self.biases
        if fixed:
            self.used = self.weight_format.value(self.weights)
            biases = self.bias_format.value(biases)
        self.sums = exact_matmul(rows, self.used) + biases
        out = np.maximum(self.sums, 0) if self.relu else self.sums
        return self.output_format.value(out) if fixed else out

    def affine_backward(self, d):
        if self.relu:
            d = d * (self.sums > 0)
        if self.fixed:
            d = d * self.output_format.holds(self.sums)
        self.d_weights = exact_matmul(self.rows.T, d)
        self.d_biases = exact_sum(d, 0)
        return exact_matmul(d, self.used.T)

    def affine_raw(self, rows, fraction):
        weights = self.weight_format.raw(self.weights).astype(np.int64)
        biases = self.bias_format.raw(self.biases).astype(np.int64)
        fraction += self.weight_format.fraction
        both = max(fraction, self.bias_format.fraction)
        sums = (rows @ weights << (both - fraction)) + (
            biases << (both - self.bias_format.fraction)
        )
        if self.relu:
            sums = np.maximum(sums, 0)
        out = self.output_format
        return convert_raw(sums, both, out), out.fraction

    def clip(self):
        """Keeps weights where their formats can follow them."""
        for values, fmt in (
            (self.weights, self.weight_format),
            (self.biases, self.bias_format),
        ):
            low, high = np.ldexp([fmt.min, fmt.max], -fmt.fraction)
            np.clip(values, low, high, out=values)


class Dense(Weighted):
    def __init__(self, layer, shape, rng):
        super().__init__(layer, shape[0], layer["units"], rng)
        self.shape = (layer["units"],)
        self.kernel_shape = self.weights.shape

    def forward(self, x, fixed):
        return self.affine(x, fixed)

    def backward(self, d):
        return self.affine_backward(d)

    def infer_raw(self, x, fraction):
        return self.affine_raw(x, fraction)


class Conv2d(Weighted):
    """Stride 1; padding 'valid', or 'same' with an odd kernel."""

    def __init__(self, layer, shape, rng):
        self.kernel = tuple(layer["kernel"])
        same = layer.get("padding", "valid") == "same"
        self.pad = [k // 2 if same else 0 for k in self.kernel]
        rows = self.kernel[0] * self.kernel[1] * shape[2]
        super().__init__(layer, rows, layer["filters"], rng)
        self.kernel_shape = (*self.kernel, shape[2], layer["filters"])
        self.shape = tuple(
            n + 2 * p - k + 1 for n, p, k in zip(shape, self.pad, self.kernel)
        ) + (layer["filters"],)

    def windows(self, x):
        """One row a position: the window in (row, column, channel) order."""
        (top, left) = self.pad
        x = np.pad(x, ((0, 0), (top, top), (left, left), (0, 0)))
        views = np.lib.stride_tricks.sliding_window_view(
            x, self.kernel, axis=(1, 2)
        )
        self.padded_shape = x.shape
        return views.transpose(0, 1, 2, 4, 5, 3).reshape(
            -1, self.weights.shape[0]
        )

    def forward(self, x, fixed):
        out = self.affine(self.windows(x), fixed)
        return out.reshape(len(x), *self.shape)

    def backward(self, d):
        d = self.affine_backward(d.reshape(-1, d.shape[-1]))
        images, height, width, channels = self.padded_shape
        d = d.reshape(images, *self.shape[:2], *self.kernel, channels)
        dx = np.zeros(self.padded_shape)
        for r in range(self.kernel[0]):
            for c in range(self.kernel[1]):
                dx[
                    :, r : r + self.shape[0], c : c + self.shape[1]
                ] += d[:, :, :, r, c]
        top, left = self.pad
        return dx[:, top : height - top, left : width - left]

    def infer_raw(self, x, fraction):
        out, fraction = self.affine_raw(self.windows(x), fraction)
        return out.reshape(len(x), *self.shape), fraction


class Maxpool2d:
    """Windows side by side; they must cover the input."""

    def __init__(self, layer, shape, rng):
        self.name = layer["name"]
        kernel = self.kernel = layer["kernel"]
        assert layer.get("stride", kernel) == kernel
        assert shape[0] % kernel[0] == 0 and shape[1] % kernel[1] == 0
        self.shape = (shape[0] // kernel[0], shape[1] // kernel[1], shape[2])

    def blocks(self, x):
        height, width, channels = self.shape
        x = x.reshape(
            len(x), height, self.kernel[0], width, self.kernel[1], channels
        )
        return x.transpose(0, 1, 3, 5, 2, 4).reshape(
            len(x), height, width, channels, -1
        )

    def forward(self, x, fixed):
        blocks = self.blocks(x)
        self.first = blocks.argmax(axis=-1)[..., None]
        return np.take_along_axis(blocks, self.first, -1)[..., 0]

    def backward(self, d):
        height, width, channels = self.shape
        blocks = np.zeros(d.shape + (self.kernel[0] * self.kernel[1],))
        np.put_along_axis(blocks, self.first, d[..., None], -1)
        blocks = blocks.reshape(
            len(d), height, width, channels, *self.kernel
        ).transpose(0, 1, 4, 2, 5, 3)
        return blocks.reshape(
            len(d), height * self.kernel[0], width * self.kernel[1], channels
        )

    def infer_raw(self, x, fraction):
        return self.blocks(x).max(axis=-1), fraction


class Relu:
    def __init__(self, layer, shape, rng):
        self.name = layer["name"]
        self.output_format = Format(layer["output_format"])
        self.shape = shape

    def forward(self, x, fixed):
        self.x, self.fixed = x, fixed
        out = np.maximum(x, 0)
        return self.output_format.value(out) if fixed else out

    def backward(self, d):
        d = d * (self.x > 0)
        return d * self.output_format.holds(self.x) if self.fixed else d

    def infer_raw(self, x, fraction):
        out = convert_raw(np.maximum(x, 0), fraction, self.output_format)
        return out, self.output_format.fraction


class Flatten:
    def __init__(self, layer, shape, rng):
        self.name = layer["name"]
        self.input_shape = shape
        self.shape = (math.prod(shape),)

    def forward(self, x, fixed):
        return x.reshape(len(x), -1)

    def backward(self, d):
        return d.reshape(len(d), *self.input_shape)

    def infer_raw(self, x, fraction):
        return x.reshape(len(x), -1), fraction


LAYERS = {
    "conv2d": Conv2d,
    "dense": Dense,
    "flatten": Flatten,
    "maxpool2d": Maxpool2d,
    "relu": Relu,
}


class Network:
    """The chain of layers in model.json, in the order they stand there."""

    def __init__(self, model, rng):
        described = model["network"]["input"]
        self.input_format = Format(described["format"])
        shape, name = tuple(described["shape"]), described["name"]
        self.layers = []
        for layer in model["network"]["layers"]:
            assert layer["input"] == name, "the layers do not form a chain"
            self.layers.append(LAYERS[layer["type"]](layer, shape, rng))
            shape, name = self.layers[-1].shape, layer["name"]
        self.weighted = [x for x in self.layers if isinstance(x, Weighted)]

    def forward(self, images, fixed):
        """Logits of raw images."""
        x = np.ldexp(images.astype(np.float64), -self.input_format.fraction)
        for layer in self.layers:
            x = layer.forward(x, fixed)
        return x

    def backward(self, d):
        for layer in reversed(self.layers):
            d = layer.backward(d)

    def infer_raw(self, images):
        """Raw logits of raw images, in integers."""
        x, fraction = images.astype(np.int64), self.input_format.fraction
        for layer in self.layers:
            x, fraction = layer.infer_raw(x, fraction)
        return x
