"""Checks that the files of models/digits belong together and are right.

Recomputes every logit of every test image from the weight files and the
formats in model.json, in fixed and in floating point, and compares with what
is stored; checks sizes, data and the accuracies that the model promises.  At
the end it makes small changes to a copy of the model and expects to see them.
"""

import copy
import json
import os
import sys

from plain_model import Model, Unknown, read_npy

FOLDER = os.path.join(
    os.path.dirname(os.path.abspath(__file__)), "../../models/digits")

BYTES_MAX = 300000  # all files together
IMAGES_MIN = 350
FLOAT_MIN = 0.97  # accuracy
APART_MAX = 0.01  # of the two accuracies
VERIFY_IMAGES = 200  # the first ones, for runs on RTL
CONTROL_IMAGES = 8

faults = []


def expect(holds, text):
    print(("ok      " if holds else "WRONG   ") + text)
    if not holds:
        faults.append(text)


def check_size():
    size = 0
    for folder, names, files in os.walk(FOLDER):
        names[:] = [n for n in names if n != "__pycache__"]
        size += sum(os.path.getsize(os.path.join(folder, f)) for f in files)
    expect(size < BYTES_MAX, f"{size} bytes in all, less than {BYTES_MAX}")


def read_data(model):
    """(images, labels) of the test split."""
    data = model.text["data"]
    kind, shape, values = read_npy(os.path.join(FOLDER, data["inputs"]))
    expect(kind == "|u1" and shape[1:] == (8, 8, 1)
           and shape[0] >= IMAGES_MIN, f"images are {kind} {shape}")
    images = [values[i:i + 64] for i in range(0, len(values), 64)]
    expect(min(values) == 0 and max(values) == 16, "pixels use 0 to 16")
    # The data set itself has one pair of equal images at most by chance;
    # many would mean that something else than images was written.
    expect(len({bytes(i) for i in images}) >= len(images) - 2,
           "the images differ from each other")

    kind, shape, labels = read_npy(os.path.join(FOLDER, data["labels"]))
    expect(kind == "|u1" and shape == (len(images),),
           f"labels are {kind} {shape}")
    for what, part, least in (("all", labels, 0.09),
                              ("the first", labels[:VERIFY_IMAGES], 0.06)):
        counts = [part.count(digit) for digit in range(10)]
        expect(sum(counts) == len(part)
               and min(counts) >= least * len(part)
               and max(counts) <= (0.2 - least) * len(part),
               f"digits among {what} {len(part)} labels: {counts}")
    return images, labels


def argmax(values):
    return max(range(len(values)), key=lambda i: (values[i], -i))


def count_right(logits, labels):
    return sum(argmax(row) == label for row, label in zip(logits, labels))


def check_expected(model, images, labels):
    with open(os.path.join(FOLDER, "expected.json")) as file:
        expected = json.load(file)
    fixed = [model.run(image, True) for image in images]
    floats = [model.run(image, False) for image in images]

    kind, shape, values = read_npy(
        os.path.join(FOLDER, "expected_logits.npy"))
    expect(kind == "<i2" and shape == (len(images), 10)
           and values == sum(fixed, []),
           f"expected_logits.npy is {kind} {shape} and all logits agree")
    stored = expected["fixed_logits"]
    expect(len(stored) >= CONTROL_IMAGES and stored == fixed[:len(stored)],
           f"the logits of {len(stored)} images in expected.json agree")
    expect(expected["logit_format"] == model.layers[-1].format.text,
           f"logits are {expected['logit_format']}")

    expect(expected["images"] == len(images)
           and expected["first_images"] == VERIFY_IMAGES,
           f"expected.json is about {len(images)} images")
    right = {}
    for name, logits in (("float_correct", floats), ("fixed_correct", fixed)):
        right[name] = count_right(logits, labels)
        first = count_right(logits[:VERIFY_IMAGES], labels)
        expect(expected[name] == right[name]
               and expected["first_" + name] == first,
               f"{name}: {right[name]}, {first} of the first")
    float_part = right["float_correct"] / len(images)
    fixed_part = right["fixed_correct"] / len(images)
    expect(float_part >= FLOAT_MIN, f"floating point: {float_part:.2%}")
    expect(abs(float_part - fixed_part) <= APART_MAX,
           f"fixed point: {fixed_part:.2%}")
    return fixed


def check_hardware(model):
    """The model exercises what it was made for."""
    types = [layer.type for layer in model.layers]
    expect({"conv2d", "maxpool2d", "relu", "flatten", "dense"} == set(types),
           "layer types: " + " ".join(types))
    expect(any(sum(layer.pad) for layer in model.layers), "'same' padding")
    expect(any(layer.relu for layer in model.layers), "fused relu")
    formats = {layer.format.text for layer in model.layers}
    expect(len(formats) >= 4, f"{len(formats)} different output formats")
    widths = [layer.format.width for layer in model.layers]
    widths += [layer.weight_format.width
               for layer in model.layers if layer.units]
    expect(max(widths) <= 8, "no activation or weight has more than 8 bits")


def check_controls(model, images, fixed):
    """A change by one step, of any layer's weights, is seen above."""
    for position, layer in enumerate(model.layers):
        if not layer.units:
            continue
        changed = copy.deepcopy(model)
        target = changed.layers[position]
        for row in target.raw_weights:
            largest = max(range(len(row)), key=lambda i: abs(row[i]))
            row[largest] -= 1 if row[largest] > 0 else -1
        logits = [changed.run(i, True) for i in images[:CONTROL_IMAGES]]
        expect(logits != fixed[:CONTROL_IMAGES],
               f"control: other weights of {layer.name} give other logits")
        changed = copy.deepcopy(model)
        changed.layers[position].format.quant = "TRN"
        logits = [changed.run(i, True) for i in images[:CONTROL_IMAGES]]
        expect(logits != fixed[:CONTROL_IMAGES],
               f"control: rounding of {layer.name} to TRN is noticed")


def main():
    check_size()
    try:
        model = Model(FOLDER)
        model.load_weights()
        images, labels = read_data(model)
        check_hardware(model)
        fixed = check_expected(model, images, labels)
        check_controls(model, images, fixed)
    except (Unknown, OSError, KeyError, ValueError) as error:
        expect(False, f"{type(error).__name__}: {error}")
    print(f"{len(faults)} wrong")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
