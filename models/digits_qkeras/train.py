#!/usr/bin/env python3
"""Trains a quantised digits network with QKeras and saves it.

    python3 -m venv VENV
    VENV/bin/pip install -r requirements.txt
    VENV/bin/python train.py        writes the files beside it

Quantisation-aware, with the split of models/digits; convolutions, a depthwise
separable one and dense layers with quantized_bits (alpha 1: steps are powers
of two) and quantized_relu.

  qkeras.h5             as QKeras saves it
  qkeras_outputs.npy    the logits of all test images, as multiples of the
                        last quantizer's step

Training is seeded; on another processor the weights may come out a little
different.
"""

import json
import pathlib
import sys

import numpy as np
import tensorflow as tf
from qkeras import (
    QActivation,
    QConv2D,
    QDense,
    QDepthwiseConv2D,
)
from tensorflow.keras import layers

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "digits"))
from split import split  # noqa: E402

SEED = 11
BATCH = 32
EPOCHS = 40
RATE = 4e-3

WEIGHT = "quantized_bits(6,0,1,alpha=1)"
WIDE = "quantized_bits(6,1,1,alpha=1)"
BIAS = "quantized_bits(8,2,1,alpha=1)"
RELU = "quantized_relu(6,2)"
LOGIT_BITS, LOGIT_INTEGER = 8, 4  # and the sign, as QKeras counts
LOGIT = f"quantized_bits({LOGIT_BITS},{LOGIT_INTEGER},1,alpha=1)"


def build():
    image = layers.Input((8, 8, 1), name="image")
    product = {"kernel_quantizer": WEIGHT, "bias_quantizer": BIAS}
    x = QConv2D(10, 3, padding="same", name="conv1", **product)(image)
    x = QActivation(RELU, name="relu1")(x)
    x = QDepthwiseConv2D(
        3,
        padding="same",
        depthwise_quantizer=WIDE,
        bias_quantizer=BIAS,
        name="conv2",
    )(x)
    x = QActivation(RELU, name="relu2")(x)
    x = QConv2D(16, 1, name="conv3", **product)(x)
    x = QActivation(RELU, name="relu3")(x)
    x = layers.MaxPooling2D(2, name="pool")(x)
    x = QConv2D(16, 3, strides=2, name="conv4", **product)(x)
    x = QActivation(RELU, name="relu4")(x)
    x = layers.Flatten(name="flat")(x)
    x = QDense(10, name="fc", **product)(x)
    x = QActivation(LOGIT, name="logits")(x)
    return tf.keras.Model(image, x, name="digits")


def main():
    train_images, test_images, train_labels, test_labels = split()
    images = train_images.astype(np.float32) / 16
    tests = test_images.astype(np.float32) / 16
    tf.keras.utils.set_random_seed(SEED)
    network = build()
    steps = EPOCHS * ((len(images) + BATCH - 1) // BATCH)
    network.compile(
        optimizer=tf.keras.optimizers.Adam(
            tf.keras.optimizers.schedules.CosineDecay(RATE, steps)
        ),
        loss=tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
    )
    history = network.fit(
        images,
        train_labels.astype(np.int64),
        batch_size=BATCH,
        epochs=EPOCHS,
        verbose=0,
    )
    print(history.history["accuracy"][-1])
    network.save(HERE / "qkeras.h5", include_optimizer=False)
    step = 2.0 ** (LOGIT_INTEGER + 1 - LOGIT_BITS)
    values = network.predict(tests, verbose=0).astype(np.float64) / step
    outputs = np.round(values).astype(np.int16)
    assert np.all(values == outputs), "logits are not on their grid"
    np.save(HERE / "qkeras_outputs.npy", outputs)
    right = int((outputs.argmax(1) == test_labels).sum())
    expected = {"images": len(tests), "qkeras": {"correct": right, "step": step}}
    (HERE / "expected.json").write_text(json.dumps(expected, indent=2) + "\n")
    print(expected)


if __name__ == "__main__":
    main()
