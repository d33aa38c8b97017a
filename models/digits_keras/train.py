#!/usr/bin/env python3
"""Trains a digits network in Keras and saves it in the formats of Keras.

    python3 -m venv VENV
    VENV/bin/pip install -r requirements.txt
    KERAS_BACKEND=torch VENV/bin/python train.py
    VENV2/bin/pip install -r requirements-2.txt
    VENV2/bin/python train.py --version-2

In floating point, with the split of models/digits; convolutions one with batch
normalisation, a residual Add, a separable convolution with 'same' padding and
stride 2, and a Softmax.

  version3.keras    as Keras 3 saves it
  version2.h5       another training, as Keras 2 saves it (HDF5)

and the outputs of all test images beside each.  Training is seeded; on
another processor the weights may come out a little different.
"""

import argparse
import json
import pathlib
import sys

import keras
import numpy as np
from keras import layers

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "digits"))
from split import split  # noqa: E402

SEED = 7
BATCH = 32
EPOCHS = 30
RATE = 4e-3


def build():
    image = layers.Input((8, 8, 1), name="image")
    x = layers.Conv2D(8, 3, padding="same", use_bias=False, name="conv1")(image)
    x = layers.BatchNormalization(name="norm1")(x)
    x = layers.ReLU(name="relu1")(x)
    y = layers.Conv2D(8, 3, padding="same", name="conv2")(x)
    x = layers.Add(name="add")([x, y])
    x = layers.Activation("relu", name="relu2")(x)
    x = layers.SeparableConv2D(
        16, 3, strides=2, padding="same", activation="relu", name="separable"
    )(x)
    x = layers.MaxPooling2D(2, name="pool")(x)
    x = layers.Flatten(name="flat")(x)
    x = layers.Dense(10, name="fc")(x)
    x = layers.Softmax(name="result")(x)
    return keras.Model(image, x, name="digits")


def main():
    parser = argparse.ArgumentParser(description="train digits in Keras")
    parser.add_argument("--version-2", action="store_true")
    old = parser.parse_args().version_2
    train_images, test_images, train_labels, test_labels = split()
    images = train_images.astype(np.float32) / 16
    tests = test_images.astype(np.float32) / 16

    keras.utils.set_random_seed(SEED)
    network = build()
    steps = EPOCHS * ((len(images) + BATCH - 1) // BATCH)
    rate = keras.optimizers.schedules.CosineDecay(RATE, steps)
    network.compile(
        optimizer=keras.optimizers.Adam(rate),
        loss="sparse_categorical_crossentropy",
        metrics=["accuracy"],
    )
    network.fit(
        images,
        train_labels.astype(np.int64),
        batch_size=BATCH,
        epochs=EPOCHS,
        verbose=0,
    )
    name = "version2" if old else "version3"
    # Without the state of the optimiser, twice as large as the network.
    bare = build()
    bare.set_weights(network.get_weights())
    bare.save(HERE / (name + (".h5" if old else ".keras")))
    outputs = network.predict(tests, verbose=0).astype(np.float32)
    np.save(HERE / f"{name}_outputs.npy", outputs)

    path = HERE / "expected.json"
    expected = {"images": len(tests)}
    if path.exists():
        expected = json.loads(path.read_text())
    expected[name] = {"correct": int((outputs.argmax(1) == test_labels).sum())}
    path.write_text(json.dumps(expected, indent=2, sort_keys=True) + "\n")
    print(expected)


if __name__ == "__main__":
    main()
