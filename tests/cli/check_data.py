"""Data in files of every kind, formats chosen from it, and the curves.

The network is that of models/digits, written as .onnx in floating point; its
test images, turned into every kind of file, give the same results in each.
"""

import ast
import json
import os
import struct
import subprocess
import sys
import tempfile
import xml.etree.ElementTree
import zipfile
import zlib

import onnx_write as onnx

HEADRACE = os.environ["HEADRACE_BINARY"]
DIGITS = os.path.join(os.environ["HEADRACE_SOURCE_DIR"], "models", "digits")
FRAMES = 400
# Labels "is it an 8" and the single output that is the logit of the 8:
# sklearn.metrics.roc_auc_score of scikit-learn 1.9.1 on `infer --outputs` in
# 4 bits (with many ties), and on the outputs of ONNX Runtime 1.31.1.
AUC_FIXED = 0.9750692520775623
AUC_FLOAT = 0.9994317778251296

failures = []


def expect(what, condition, detail=""):
    if not condition:
        failures.append(f"{what}: {detail}")


def run(*args):
    return subprocess.run([HEADRACE, *args], capture_output=True, text=True,
                          check=False)


def infer(what, *args):
    done = run("infer", "--json", *args)
    expect(what, done.returncode == 0, done.stderr)
    return json.loads(done.stdout) if done.returncode == 0 else {}


def refused(what, text, *args):
    done = run("infer", *args)
    expect(what, done.returncode == 2 and text in done.stderr,
           done.stderr + done.stdout)


# --- files -------------------------------------------------------------------

def load(name):
    """(shape, flat list) of one of the model's arrays."""
    with open(os.path.join(DIGITS, name + ".npy"), "rb") as f:
        content = f.read()
    length = struct.unpack("<H", content[8:10])[0]
    header = ast.literal_eval(content[10:10 + length].decode())
    letter = {"<f4": "f", "|u1": "B"}[header["descr"]]
    body = content[10 + length:]
    count = len(body) // struct.calcsize(letter)
    return header["shape"], list(struct.unpack(f"<{count}{letter}", body))


def npy(descr, shape, values):
    letter = {"<f4": "f", "|u1": "B"}[descr]
    header = (f"{{'descr': '{descr}', 'fortran_order': False, "
              f"'shape': {shape}, }}").encode()
    header += b" " * (-(11 + len(header)) % 64) + b"\n"
    return (b"\x93NUMPY\1\0" + struct.pack("<H", len(header)) + header +
            struct.pack(f"<{len(values)}{letter}", *values))


def chunk(kind, content):
    return (struct.pack(">I", len(content)) + kind + content +
            struct.pack(">I", zlib.crc32(kind + content)))


def png(pixels):
    """8 by 8, grey, 8 bits."""
    rows = b"".join(b"\0" + bytes(pixels[8 * y:8 * y + 8]) for y in range(8))
    return (b"\x89PNG\r\n\x1a\n" +
            chunk(b"IHDR", struct.pack(">IIBBBBB", 8, 8, 8, 0, 0, 0, 0)) +
            chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))


def channels_first(array):
    (h, w, c, f), v = array
    return (f, c, h, w), [v[((y * w + x) * c + i) * f + u] for u in range(f)
                          for i in range(c) for y in range(h)
                          for x in range(w)]


def flattened_first(array, h, w, c):
    (_, u), v = array
    return array[0], [v[((y * w + x) * c + i) * u + k] for i in range(c)
                      for y in range(h) for x in range(w) for k in range(u)]


def digits_onnx(columns):
    """The float network; its outputs are these classes' logits."""
    last, bias = load("fc2_kernel"), load("fc2_bias")
    weights = {
        "k1": channels_first(load("conv1_kernel")), "b1": load("conv1_bias"),
        "k2": channels_first(load("conv2_kernel")), "b2": load("conv2_bias"),
        "w1": flattened_first(load("fc1_kernel"), 2, 2, 16),
        "c1": load("fc1_bias"),
        "w2": ((32, len(columns)),
               [last[1][10 * r + c] for r in range(32) for c in columns]),
        "c2": ((len(columns),), [bias[1][c] for c in columns])}
    conv = {"kernel_shape": [3, 3], "pads": [1, 1, 1, 1]}
    pool = {"kernel_shape": [2, 2], "strides": [2, 2]}
    nodes = [onnx.node("Conv", ["image", "k1", "b1"], "conv1", **conv),
             onnx.node("Relu", ["conv1"], "relu1"),
             onnx.node("MaxPool", ["relu1"], "pool1", **pool),
             onnx.node("Conv", ["pool1", "k2", "b2"], "conv2", **conv),
             onnx.node("Relu", ["conv2"], "relu2"),
             onnx.node("MaxPool", ["relu2"], "pool2", **pool),
             onnx.node("Flatten", ["pool2"], "flat"),
             onnx.node("Gemm", ["flat", "w1", "c1"], "fc1"),
             onnx.node("Relu", ["fc1"], "relu3"),
             onnx.node("Gemm", ["relu3", "w2", "c2"], "fc2")]
    return onnx.model("digits", nodes, weights, ("image", (1, 1, 8, 8)),
                      ("fc2", (1, len(columns))))


class Files:
    """All kinds of files in one folder."""

    def __init__(self, folder):
        self.folder = folder
        _, self.images = load("test_images")
        _, self.labels = load("test_labels")
        self.unit = [v / 16 for v in self.images]
        self.write("digits.onnx", digits_onnx(range(10)))
        self.write("eight.onnx", digits_onnx([8]))
        self.write("x.npy", npy("<f4", (FRAMES, 8, 8, 1), self.unit))
        self.write("y.npy", npy("|u1", (FRAMES,), self.labels))
        self.write("eights.npy", npy("|u1", (FRAMES,),
                                     [int(v == 8) for v in self.labels]))

    def path(self, name):
        return os.path.join(self.folder, name)

    def write(self, name, content):
        path = self.path(name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as f:
            f.write(content)
        return path


# --- checks ------------------------------------------------------------------

def check_kinds(files):
    """The same frames from every kind of file."""
    net = files.path("digits.onnx")
    x, y = files.path("x.npy"), files.path("y.npy")
    want = infer("npy", net, "--data", x, "--labels", y, "--outputs")
    expect("accuracy", want.get("accuracy_float", 0) > 0.98, want)
    with zipfile.ZipFile(files.path("xy.npz"), "w",
                         zipfile.ZIP_DEFLATED) as z:
        for name, file in (("x", x), ("y", y), ("other", y)):
            z.write(file, name + ".npy")
    with zipfile.ZipFile(files.path("odd.npz"), "w") as z:
        for name, file in (("first", x), ("second", y)):
            z.write(file, name + ".npy")
    lines = [",".join(map(str, files.unit[64 * f:64 * f + 64]) ) +
             f",{files.labels[f]}" for f in range(FRAMES)]
    header = ",".join(f"p{i}" for i in range(64)) + ",label"
    files.write("xy.csv", "\n".join([header] + lines).encode())
    files.write("bare.tsv", "\n".join(lines).replace(",", "\t").encode())
    files.write("y.csv", "\n".join(map(str, files.labels)).encode())
    files.write("first.npy", npy("<f4", (FRAMES, 1, 8, 8), files.unit))
    odd = files.path("odd.npz")
    for what, args in (
            ("npz", ["--data", files.path("xy.npz")]),
            ("npz by name", ["--data", odd + ":first", "--labels",
                             odd + ":second"]),
            ("csv", ["--data", files.path("xy.csv")]),
            ("tsv", ["--data", files.path("bare.tsv"), "--label-column",
                     "65"]),
            ("csv labels", ["--data", x, "--labels", files.path("y.csv")]),
            ("channels first", ["--data", files.path("first.npy"), "--labels",
                                y])):
        got = infer(what, net, "--outputs", *args)
        expect(what, got == want, f"{str(got)[:200]}")


def check_images(files):
    """Pixels of 0 to 255 are 0 to 1, in folders that are classes."""
    net = files.path("digits.onnx")
    bright = [round(v * 255 / 16) for v in files.images]
    for f in range(FRAMES):
        files.write(f"flat/{f:03}.png", png(bright[64 * f:64 * f + 64]))
        files.write(f"classes/{files.labels[f]}/{f:03}.pgm",
                    b"P5 8 8 255\n" + bytes(bright[64 * f:64 * f + 64]))
    files.write("x8.npy", npy("<f4", (FRAMES, 8, 8, 1),
                              [v / 255 for v in bright]))
    files.write("raw8.npy", npy("|u1", (FRAMES, 8, 8, 1), bright))
    y = files.path("y.npy")
    want = infer("x8", net, "--data", files.path("x8.npy"), "--labels", y,
                 "--outputs")
    for what, args in (
            ("png", ["--data", files.path("flat"), "--labels", y]),
            ("unit", ["--data", files.path("raw8.npy"), "--labels", y,
                      "--data-scale", "unit"])):
        got = infer(what, net, "--outputs", *args)
        expect(what, got == want, f"{str(got)[:200]}")
    got = infer("pgm", net, "--data", files.path("classes"))
    expect("pgm", all(got.get(k) == want[k] for k in (
        "correct_float", "correct_fixed", "confusion", "auc_fixed")), got)
    # In the model itself a pixel is a raw value if asked for.
    raw = infer("raw npy", DIGITS, "--outputs")
    for f in range(FRAMES):
        files.write(f"dark/{f:03}.pgm",
                    b"P5 8 8 255\n" + bytes(files.images[64 * f:64 * f + 64]))
    got = infer("raw pgm", DIGITS, "--outputs", "--data", files.path("dark"),
                "--data-scale", "raw")
    expect("raw pgm", got.get("outputs") == raw["outputs"],
           str(got)[:200])


def check_calibration(files):
    """Formats have the width asked for; import writes the same network."""
    net, x = files.path("digits.onnx"), files.path("x.npy")
    data = ["--data", x, "--labels", files.path("y.npy")]
    config = files.write("names.json", json.dumps(
        {"headrace": 1, "name": "digits",
         "network": {"file": "digits.onnx"}}).encode())
    direct = infer("file", net, *data, "--calibrate", x, "--width", "5")
    got = infer("config", config, *data, "--calibrate", x, "--width", "5")
    expect("a config that names the file", got.get("formats") and
           {**got, "name": ""} == {**direct, "name": ""}, str(got)[:200])
    for rule in ("max", "mse"):
        got = infer(rule, net, *data, "--calibrate", x, "--range", rule)
        expect(rule, got.get("correct_fixed", 0) >= got["correct_float"] - 2
               and got["same_class"] >= FRAMES - 4, got)
        formats = {(f["layer"], f["values"]): f for f in got["formats"]}
        expect(rule, formats["image", "input"]["format"] ==
               "ufixed<8,1,RND_CONV,SAT>", formats["image", "input"])
        expect(rule, len(formats) == 13, list(formats))
    narrow = ["--calibrate", x, "--width", "6", "--weight-width", "5"]
    got = infer("narrow", net, *data, *narrow, "--outputs")
    out = files.path("imported")
    done = run("import", net, "-o", out, "--json", *narrow)
    expect("import", done.returncode == 0, done.stderr)
    expect("import", json.loads(done.stdout)["formats"] == got["formats"],
           done.stdout)
    again = infer("imported", out, *data, "--outputs")
    expect("imported", again["outputs"] == got["outputs"])
    with open(os.path.join(out, "model.json"), encoding="utf-8") as f:
        layers = json.load(f)["network"]["layers"]
    expect("widths", layers[0]["weight_format"].startswith("fixed<5,") and
           layers[0]["output_format"].startswith("ufixed<6,") and
           layers[0]["bias_format"].startswith("fixed<8,"), layers[0])


def check_curve(files):
    """Two classes, one output: the area is scikit-learn's."""
    svg = files.path("roc.svg")
    got = infer("eight", files.path("eight.onnx"), "--data",
                files.path("x.npy"), "--labels", files.path("eights.npy"),
                "--calibrate", files.path("x.npy"), "--width", "4",
                "--roc", svg)
    # Both are quotients of whole numbers, rounded once each.
    expect("AUC", abs(got["auc_fixed"] - AUC_FIXED) < 1e-12 and
           abs(got["auc_float"] - AUC_FLOAT) < 1e-12, got)
    expect("table", sum(map(sum, got["confusion"])) == FRAMES and
           sum(got["confusion"][i][i] for i in range(2)) ==
           got["correct_fixed"], got["confusion"])
    root = xml.etree.ElementTree.parse(svg).getroot()
    words = [t.text for t in root.iter() if t.tag.endswith("text")]
    expect("SVG", f"fixed point, AUC {AUC_FIXED:.4f}" in words and
           f"float, AUC {AUC_FLOAT:.4f}" in words, words)
    lines = [t for t in root.iter() if t.tag.endswith("polyline")]
    expect("SVG", len(lines) == 2, len(lines))
    ten = files.path("ten.svg")
    infer("ten", DIGITS, "--roc", ten)
    root = xml.etree.ElementTree.parse(ten).getroot()
    lines = [t for t in root.iter() if t.tag.endswith("polyline")]
    expect("SVG of ten", len(lines) == 10, len(lines))


def check_errors(files):
    net, x = files.path("digits.onnx"), files.path("x.npy")
    odd = files.path("odd.npz")
    raw = files.path("raw8.npy")
    files.write("bad.csv", b"1,2\n3,4\n")
    files.write("small/1.pgm", b"P5 4 4 255\n" + bytes(16))
    files.write("note.json", b"{}")
    cases = (
        ("which array of the archive is meant? It has 'first', 'second'",
         ["--data", odd]),
        ("has no array 'third'", ["--data", odd + ":third"]),
        ("2 columns of values, not the 64", ["--data", files.path("bad.csv")]),
        ("the image has 4 rows", ["--data", files.path("small")]),
        ("file 'nowhere.npz' is not there", ["--data", "nowhere.npz"]),
        ("labels of which frames", ["--labels", x]),
        ("--data-scale 'unti'", ["--data", x, "--data-scale", "unti"]),
        ("no unsigned integers", ["--data", x, "--data-scale", "unit"]),
        ("no raw value", ["--data", x, "--data-scale", "raw"]),
        ("a format, which is only being chosen", ["--calibrate", raw]),
        ("--width says how", ["--data", x, "--width", "6"]),
        ("--width: 1 is outside 2..31",
         ["--data", x, "--calibrate", x, "--width", "1"]),
        ("only one of them can", ["--data", x, "--calibrate", x,
                                  "--default-precision", "fixed<8,4>"]),
        ("both say which frames", ["--data", x, "--random-data", "1"]),
        ("--roc needs labels", ["--data", x, "--roc", "x.svg"]))
    for text, args in cases:
        refused(text, text, net, *args)
    refused("formats are there", "has its formats", DIGITS, "--calibrate", x)
    for command in ("simulate", "explain", "tune", "partition"):
        done = run(command, net, "--data-scale", "unit")
        expect(f"{command} has no data of its own",
               done.returncode == 2 and "there is none: --calibrate" in
               done.stderr, done.stderr)


def main():
    with tempfile.TemporaryDirectory() as folder:
        files = Files(folder)
        check_kinds(files)
        check_images(files)
        check_calibration(files)
        check_curve(files)
        check_errors(files)
    for failure in failures:
        print(failure, file=sys.stderr)
    sys.exit(1 if failures else 0)


main()
