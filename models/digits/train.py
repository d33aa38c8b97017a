#!/usr/bin/env python3
"""Trains the digits model and writes everything that lies beside model.json.

    python3 -m venv VENV
    VENV/bin/pip install -r requirements.txt
    VENV/bin/python train.py            writes the files
    VENV/bin/python train.py --check    compares them with those that are here

Topology and number formats are read from model.json: the one place where
they are written down.  The work goes in four steps:

  1. The 1,797 images of scikit-learn's digits are split, stratified and
     seeded, into 1,397 to train with and 400 to test with.  The test images
     are used for nothing but the accuracies printed at the end.
  2. The network is trained in floating point.
  3. The integer bits that weights and activations need are measured on the
     training images and must be those in model.json.
  4. Training goes on with the rounding and saturation of the hardware in the
     forward pass and straight-through gradients (quantisation-aware).

The result is the same, bit for bit, on every processor: quantised.py says
how.
"""

import argparse
import json
import pathlib
import sys

import numpy as np

from quantised import Network, Relu, Weighted, exact_sum, exp
from split import split

HERE = pathlib.Path(__file__).resolve().parent

TRAINING_SEED = 1
VERIFY_IMAGES = 200  # the first of the test split, for runs on RTL
LOGIT_IMAGES = 8  # whose logits are written out in expected.json

BATCH = 32
FLOAT_EPOCHS, FLOAT_RATE = 80, 2e-3
FIXED_EPOCHS, FIXED_RATE = 60, 1e-3
WEIGHT_DECAY = 1e-4
LABEL_SMOOTHING = 0.1  # keeps the logits within few integer bits


# --- training ---------------------------------------------------------------


class Adam:
    """Kingma and Ba 2015, with decoupled weight decay."""

    def __init__(self, network):
        self.network = network
        self.power1 = self.power2 = 1.0
        self.moments = [
            [np.zeros_like(v) for v in (w.weights, w.biases) for _ in "mv"]
            for w in network.weighted
        ]

    def step(self, rate):
        self.power1 *= 0.9
        self.power2 *= 0.999
        for layer, (mw, vw, mb, vb) in zip(self.network.weighted, self.moments):
            layer.weights -= rate * WEIGHT_DECAY * layer.weights
            self.move(layer.weights, layer.d_weights, mw, vw, rate)
            self.move(layer.biases, layer.d_biases, mb, vb, rate)

    def move(self, values, gradient, m, v, rate):
        m += 0.1 * (gradient - m)
        v += 0.001 * (gradient * gradient - v)
        values -= (
            rate
            * (m / (1 - self.power1))
            / (np.sqrt(v / (1 - self.power2)) + 1e-8)
        )


def softmax(logits):
    e = exp(logits - logits.max(axis=1, keepdims=True))
    return e / exact_sum(e, 1)[:, None]


def train(network, images, labels, epochs, rate, fixed, rng):
    optimiser = Adam(network)
    classes = network.layers[-1].shape[0]
    goals = np.full((len(labels), classes), LABEL_SMOOTHING / classes)
    goals[np.arange(len(labels)), labels] += 1 - LABEL_SMOOTHING
    for epoch in range(epochs):
        order = rng.permutation(len(images))
        right = 0
        for start in range(0, len(order), BATCH):
            batch = order[start : start + BATCH]
            logits = network.forward(images[batch], fixed)
            right += np.sum(logits.argmax(axis=1) == labels[batch])
            network.backward((softmax(logits) - goals[batch]) / len(batch))
            optimiser.step(rate * (1 - epoch / epochs))
            if fixed:
                for layer in network.weighted:
                    layer.clip()
        if (epoch + 1) % 10 == 0:
            print(f"  epoch {epoch + 1:3}: {right} of {len(images)} right")


def check_formats(network, images):
    """The integer bits in model.json are those that the values need."""
    network.forward(images, False)
    wrong = []

    def check(what, values, fmt):
        need = fmt.integer_bits_for(values)
        print(
            f"  {what:14} {fmt.text:22} values {values.min():8.3f} .."
            f" {values.max():7.3f}, integer bits {need}"
        )
        if need != fmt.integer:
            wrong.append(f"{what}: {fmt.text} should have {need} integer bits")

    for layer in network.layers:
        if isinstance(layer, Weighted):
            check(layer.name + " weights", layer.weights, layer.weight_format)
            check(layer.name + " bias", layer.biases, layer.bias_format)
            out = np.maximum(layer.sums, 0) if layer.relu else layer.sums
            check(layer.name + " output", out, layer.output_format)
        elif isinstance(layer, Relu):
            out = np.maximum(layer.x, 0)
            check(layer.name + " output", out, layer.output_format)
    if wrong:
        raise SystemExit("model.json: " + "\n            ".join(wrong))


# --- files ------------------------------------------------------------------


def as_stored(network):
    """Rounds the weights to the float32 of the files."""
    arrays = {}
    for layer in network.weighted:
        kernel = layer.weights.astype(np.float32)
        bias = layer.biases.astype(np.float32)
        layer.weights = kernel.astype(np.float64)
        layer.biases = bias.astype(np.float64)
        for values, fmt in (
            (layer.weights, layer.weight_format),
            (layer.biases, layer.bias_format),
        ):
            scaled = np.ldexp(values, fmt.fraction)
            assert np.all(scaled % 1 != 0.5), "a tie: nearest to what?"
        arrays[layer.files["kernel"]] = kernel.reshape(layer.kernel_shape)
        arrays[layer.files["bias"]] = bias
    return arrays


def expected_text(values):
    """JSON with one row of logits a line."""
    lines = []
    for key, value in values.items():
        if isinstance(value, list):
            rows = ",\n".join("    " + json.dumps(row) for row in value)
            lines.append(f"  {json.dumps(key)}: [\n{rows}\n  ]")
        else:
            lines.append(f"  {json.dumps(key)}: {json.dumps(value)}")
    return "{\n" + ",\n".join(lines) + "\n}\n"


def write_or_compare(arrays, expected, check):
    """True if all is written, or all is as it was."""
    same = True
    for name, array in arrays.items():
        path = HERE / name
        if not check:
            np.save(path, array)
            continue
        old = np.load(path)
        equal = old.dtype == array.dtype and np.array_equal(old, array)
        print(f"  {name}: {'equal' if equal else 'DIFFERS'}")
        same = same and equal
    path = HERE / "expected.json"
    if check:
        equal = path.read_text() == expected
        print(f"  {path.name}: {'equal' if equal else 'DIFFERS'}")
        return same and equal
    path.write_text(expected)
    return True


def main():
    parser = argparse.ArgumentParser(description="train the digits model")
    parser.add_argument(
        "--check",
        action="store_true",
        help="write nothing, compare with the files that are here",
    )
    check = parser.parse_args().check

    train_images, test_images, train_labels, test_labels = split()
    print(f"{len(train_images)} training images, {len(test_images)} to test")

    rng = np.random.Generator(np.random.PCG64(TRAINING_SEED))
    model = json.loads((HERE / "model.json").read_text())
    network = Network(model, rng)
    data = train_images, train_labels
    print("floating point:")
    train(network, *data, FLOAT_EPOCHS, FLOAT_RATE, False, rng)
    print("formats, on the training images:")
    check_formats(network, train_images)
    print("fixed point:")
    train(network, *data, FIXED_EPOCHS, FIXED_RATE, True, rng)

    arrays = as_stored(network)
    raw = network.infer_raw(test_images)
    logit_format = network.layers[-1].output_format
    again = network.forward(test_images, True)
    assert np.array_equal(np.ldexp(again, logit_format.fraction), raw)
    arrays["test_images.npy"] = test_images
    arrays["test_labels.npy"] = test_labels
    arrays["expected_logits.npy"] = raw.astype(np.int16)

    float_right = network.forward(test_images, False).argmax(1) == test_labels
    fixed_right = raw.argmax(1) == test_labels
    first = slice(0, VERIFY_IMAGES)
    expected = {
        "images": len(test_images),
        "float_correct": int(float_right.sum()),
        "fixed_correct": int(fixed_right.sum()),
        "first_images": VERIFY_IMAGES,
        "first_float_correct": int(float_right[first].sum()),
        "first_fixed_correct": int(fixed_right[first].sum()),
        "logit_format": logit_format.text,
        "fixed_logits": raw[:LOGIT_IMAGES].tolist(),
    }
    top = np.sort(raw, axis=1)[:, -2:]
    print(
        f"test images: {len(test_images)}\n"
        f"  floating point {float_right.mean():.2%} ({float_right.sum()})\n"
        f"  fixed point    {fixed_right.mean():.2%} ({fixed_right.sum()})\n"
        f"  two largest logits equal in {np.sum(top[:, 0] == top[:, 1])}"
    )
    if not write_or_compare(arrays, expected_text(expected), check):
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
