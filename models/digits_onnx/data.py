#!/usr/bin/env python3
"""Writes the images of models/digits as the networks here were given them.

    VENV/bin/python data.py         with the VENV of train.py

  train.npz       the first 200 images that they were trained on, to calibrate with
  test.npz        the 400 test images
  test_eight.npy  for eight.onnx: is it an 8?  of the test images

x: pixels from 0 to 1; y: the digits.
"""

import pathlib
import sys

import numpy as np

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "digits"))
from split import split  # noqa: E402

WHITE = 16
CALIBRATION = 200


def write(name, images, labels):
    np.savez_compressed(HERE / name, y=labels,
                        x=(images[..., 0] / WHITE).astype(np.float32))


def main():
    train, test, train_labels, test_labels = split()
    write("train.npz", train[:CALIBRATION], train_labels[:CALIBRATION])
    write("test.npz", test, test_labels)
    np.save(HERE / "test_eight.npy", (test_labels == 8).astype(np.uint8))


if __name__ == "__main__":
    main()
