"""Checks the digits networks of other frameworks against the frameworks.

Imports every file of models/digits_*, infers the 400 test images of
models/digits, and compares every output with what the framework computed:

  float      in floating point, within TOLERANCE of the largest output, and
             the accuracy in fixed point
  equal      quantised with powers of two as scales: every integer equal
  near       quantised with other scales: integers of the output's grid.
             Hardware multiplies by scales of some bits, so a value that is
             close to the middle between two integers may become the other
             one: one step apart where that happens.  Of an inner tensor of 6
             bits such a step reaches the logits of that image by the weights
             behind it: NEAR_MOST steps there, in few images.

At the end it plants faults and expects to see them.
"""

import json
import os
import struct
import subprocess
import sys
import tempfile

from plain_model import read_npy

HEADRACE = os.environ.get("HEADRACE_BINARY", "headrace")
MODELS = os.path.join(
    os.path.dirname(os.path.abspath(__file__)), "../../models")

# (file, what the framework computed, how it compares)
NETWORKS = [
    ("digits_onnx/residual.onnx", "residual", "float"),
    ("digits_onnx/dynamo.onnx", "residual", "float"),
    ("digits_onnx/eight.onnx", "eight", "float"),
    ("digits_qonnx/power2.onnx", "power2", "equal"),
    ("digits_qonnx/power2_qcdq.onnx", "power2", "equal"),
    ("digits_qonnx/scales.onnx", "scales", "near"),
    ("digits_qonnx/scales_qcdq.onnx", "scales", "near"),
    ("digits_keras/version3.keras", "version3", "float"),
    ("digits_keras/version2.h5", "version2", "float"),
    ("digits_qkeras/qkeras.h5", "qkeras", "equal"),
]

# Float32 sums of up to 144 products in the framework, doubles here.
TOLERANCE = 1e-5
# Of what has no format of its own.  Logits of the Keras networks are beyond
# 32, where fixed<16,6> ends; eight fraction bits are plenty.
PRECISION = "fixed<16,8>"
APART_MAX = 0.01  # of fixed point from float, in accuracy
# Where a value came near to a tie: of the 19 logits of 6 images that differ
# one does so by 2.  The ties are in front of the first ReLU; with exact scales
# (doubles) all logits are the framework's.
NEAR_MOST, NEAR_IMAGES = 2, 0.02
CORRECT_MIN = 0.96
BYTES_MAX = 60000  # of a file

faults = []


def expect(holds, text):
    print(("ok      " if holds else "WRONG   ") + text)
    if not holds:
        faults.append(text)


def write_npy(path, shape, floats):
    header = f"{{'descr': '<f4', 'fortran_order': False, 'shape': {shape}, }}"
    header = header.ljust(128 - 10 - 1) + "\n"
    with open(path, "wb") as file:
        file.write(b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)))
        file.write(header.encode())
        file.write(struct.pack(f"<{len(floats)}f", *floats))


def imported(name, folder):
    """Where a file is imported to."""
    return os.path.join(folder, name.translate(str.maketrans("/.", "__")))


def infer(name, data, folder):
    """What `headrace infer` says of a file and the test images; None: said
    why not."""
    out = imported(name, folder)
    done = subprocess.run(
        [HEADRACE, "import", os.path.join(MODELS, name), "-o", out,
         "--default-precision", PRECISION],
        capture_output=True, text=True, check=False)
    path = os.path.join(out, "model.json")
    if done.returncode != 0:
        expect(False, f"{name} is read: {done.stderr}")
        return None
    with open(path, encoding="utf-8") as file:
        model = json.load(file)
    write_npy(os.path.join(out, "images.npy"), (len(data[0]) // 64, 8, 8, 1),
              data[0])
    model["data"] = {"inputs": "images.npy"}
    with open(path, "w", encoding="utf-8") as file:
        json.dump(model, file)
    done = subprocess.run(
        [HEADRACE, "infer", out, "--json", "--outputs", "--float-outputs"],
        capture_output=True, text=True, check=False)
    if done.returncode != 0:
        expect(False, f"{name} is inferred: {done.stderr}")
        return None
    return json.loads(done.stdout)


def expected_of(name, key):
    """The outputs of the framework, a list for each image, and its entry in
    expected.json."""
    folder = os.path.join(MODELS, os.path.dirname(name))
    _, shape, values = read_npy(os.path.join(folder, key + "_outputs.npy"))
    with open(os.path.join(folder, "expected.json"), encoding="utf-8") as file:
        entry = json.load(file)[key]
    rows = [values[i:i + shape[1]]
            for i in range(0, len(values), shape[1])]
    return rows, entry


def right(rows, labels, step):
    """How many images have the class that the label says.  One output is how
    sure it is of an eight."""
    if len(rows[0]) == 1:
        return sum((row[0] * step > 0.5) == (label == 8)
                   for row, label in zip(rows, labels))
    return sum(max(range(len(row)), key=lambda i: (row[i], -i)) == label
               for row, label in zip(rows, labels))


def worst(rows, others):
    """The largest difference, and how many values are equal."""
    differences = [abs(x - y) for row, other in zip(rows, others)
                   for x, y in zip(row, other)]
    return max(differences), sum(d == 0 for d in differences)


def step_of(format_text):
    width, integer = format_text.split("<")[1].split(">")[0].split(",")[:2]
    return 2.0 ** (int(integer) - int(width))


def floats_agree(result, want):
    most = max(abs(x) for row in want for x in row)
    return worst(result["float_outputs"], want)[0] <= TOLERANCE * most


def check_float(name, result, want, entry, labels):
    images = len(labels)
    expect(floats_agree(result, want),
           f"{name}: {images} x {len(want[0])} outputs in floating point, "
           f"largest difference {worst(result['float_outputs'], want)[0]:.1e}")
    expect(right(result["float_outputs"], labels, 1) == entry["correct"],
           f"{name}: {entry['correct']} right in floating point")
    step = step_of(result["output_format"])
    fixed = right(result["outputs"], labels, step)
    expect(abs(fixed - entry["correct"]) <= APART_MAX * images,
           f"{name}: {fixed} of {images} right in fixed point")


def integers_of(result, entry, how):
    """The outputs as multiples of the framework's step."""
    if how == "near":
        return result["outputs"]
    scale = step_of(result["output_format"]) / entry["step"]
    return [[x * scale for x in row] for row in result["outputs"]]


def check_integers(name, result, want, entry, labels, how):
    is_ = integers_of(result, entry, how)
    most, equal = worst(is_, want)
    count = len(want) * len(want[0])
    apart = [i for i, pair in enumerate(zip(is_, want)) if pair[0] != pair[1]]
    if how == "equal":
        limit, images = 0, 0
    else:
        limit, images = NEAR_MOST, NEAR_IMAGES * len(want)
    expect(most <= limit and len(apart) <= images,
           f"{name}: {equal} of {count} integers equal, the largest "
           f"difference is {most:g}, in images {apart}")
    fixed = right(is_, labels, 1)
    expect(fixed == entry["correct"] if how == "equal"
           else abs(fixed - entry["correct"]) <= APART_MAX * len(labels),
           f"{name}: {fixed} of {len(labels)} right")


def check_network(name, key, how, data, folder):
    path = os.path.join(MODELS, name)
    expect(os.path.getsize(path) <= BYTES_MAX, f"{name}: a small file")
    want, entry = expected_of(name, key)
    expect(right(want, data[1], 1) == entry["correct"]
           and entry["correct"] >= CORRECT_MIN * len(data[1]),
           f"{name}: the framework has {entry['correct']} right")
    result = infer(name, data, folder)
    if result is None:
        return
    if how == "float":
        check_float(name, result, want, entry, data[1])
    else:
        check_integers(name, result, want, entry, data[1], how)


def change_last(path):
    """Another last weight in a .npy file of floats."""
    with open(path, "r+b") as file:
        code = "<d" if b"<f8" in file.read(64) else "<f"
        size = struct.calcsize(code)
        file.seek(-size, os.SEEK_END)
        (value,) = struct.unpack(code, file.read(size))
        file.seek(-size, os.SEEK_END)
        file.write(struct.pack(code, -value - 0.25))


def check_controls(data, folder):
    """One other weight a layer is noticed, in one network of each kind."""
    for name, key, how in (("digits_onnx/residual.onnx", "residual", "float"),
                           ("digits_qonnx/power2.onnx", "power2", "equal")):
        out = imported(name, folder)
        with open(os.path.join(out, "model.json"), encoding="utf-8") as file:
            layers = json.load(file)["network"]["layers"]
        for layer in layers:
            if "kernel" in layer.get("weights", {}):
                change_last(os.path.join(out, layer["weights"]["kernel"]))
        done = subprocess.run(
            [HEADRACE, "infer", out, "--json", "--outputs",
             "--float-outputs"], capture_output=True, text=True, check=False)
        result = json.loads(done.stdout)
        want, entry = expected_of(name, key)
        seen = (not floats_agree(result, want) if how == "float"
                else worst(integers_of(result, entry, how), want)[0] > 0)
        expect(seen, f"control: other weights of {name} are noticed")


def main():
    digits = os.path.join(MODELS, "digits")
    images = read_npy(os.path.join(digits, "test_images.npy"))[2]
    labels = read_npy(os.path.join(digits, "test_labels.npy"))[2]
    data = [pixel / 16 for pixel in images], labels
    with tempfile.TemporaryDirectory() as folder:
        for name, key, how in NETWORKS:
            check_network(name, key, how, data, folder)
        check_controls(data, folder)
    print(f"{len(faults)} wrong")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
