"""headrace import, and .onnx files in the place of model configs.

The files are those of ONNX's own tests (Debian: libonnx-testdata).
"""

import json
import os
import subprocess
import sys
import tempfile

HEADRACE = os.environ["HEADRACE_BINARY"]
MODELS = "/usr/share/libonnx-testdata/data/pytorch-converted"
SMALL = os.path.join(MODELS, "test_Conv2d", "model.onnx")
SHAPE = ["--input-shape", "1,3,7,5"]

failures = []


def run(*args):
    return subprocess.run([HEADRACE, *args], capture_output=True, text=True,
                          check=False)


def expect(what, condition, detail=""):
    if not condition:
        failures.append(f"{what}: {detail}")


def check_same(folder):
    """What is written simulates and infers as the file does."""
    out = os.path.join(folder, "net")
    done = run("import", SMALL, "-o", out, *SHAPE)
    expect("import", done.returncode == 0, done.stderr)
    with open(os.path.join(out, "model.json"), encoding="utf-8") as f:
        model = json.load(f)
    layers = model["network"]["layers"]
    expect("layers", [l["type"] for l in layers] == ["conv2d"], layers)
    expect("shape", model["network"]["input"]["shape"] == [7, 5, 3], model)
    for command in (["simulate", "--json"],
                    ["infer", "--random-data", "3", "--outputs"]):
        a, b = run(*command, SMALL, *SHAPE), run(*command, out)
        expect(" ".join(command), a.returncode == 0 and a.stdout == b.stdout,
               a.stderr + b.stderr)


def check_keras(folder):
    """The containers of Keras; an architecture in JSON is no model config."""
    samples = os.path.join(os.environ["HEADRACE_SOURCE_DIR"],
                           "tests/import/keras/samples")
    for name in ("v3_image.keras", "v2_sequence.h5", "v2_vector.json",
                 "qkeras_windows.keras"):
        out = os.path.join(folder, name + "_net")
        file = os.path.join(samples, name)
        done = run("import", file, "-o", out)
        expect(f"import {name}", done.returncode == 0, done.stderr)
        infer = ["infer", "--random-data", "3", "--outputs"]
        a, b = run(*infer, file), run(*infer, out)
        expect(f"infer {name}", a.returncode == 0 and a.stdout == b.stdout,
               a.stderr + b.stderr)
    alone = os.path.join(folder, "alone.json")
    with open(os.path.join(samples, "v2_vector.json"), encoding="utf-8") as f:
        text = f.read()
    with open(alone, "w", encoding="utf-8") as f:
        f.write(text)
    done = run("simulate", alone)
    expect("weights beside it", done.returncode == 2 and
           "alone_weights.h5" in done.stderr, done.stderr)


def check_precision(folder):
    out = os.path.join(folder, "narrow.json")
    done = run("import", SMALL, "-o", out, *SHAPE, "--default-precision",
               "fixed<12,4>")
    expect("precision", done.returncode == 0, done.stderr)
    with open(out, encoding="utf-8") as f:
        layer = json.load(f)["network"]["layers"][0]
    expect("format", layer["weight_format"] == "fixed<12,4>", layer)


def check_errors(folder):
    bad = os.path.join(folder, "bad.onnx")
    with open(bad, "wb") as f:
        f.write(b"\x3a\xff\xff\x03abc")
    for args, word in (
            (["import", SMALL, *SHAPE], "-o FILE is required"),
            (["import", folder, "-o", "x"], "file-open"),
            (["import", SMALL, "-o", folder], "in a batch of 1"),
            (["simulate", bad], "error[onnx]"),
            (["simulate", os.path.join(folder, "no.onnx")], "file-open"),
            (["simulate", SMALL, "--input-shape", "1,x"], "--input-shape"),
            (["simulate", SMALL, "--default-precision", "ufixed<8,8>"],
             "--default-precision"),
            (["simulate", os.path.join(MODELS, "test_ELU", "model.onnx")],
             "'Elu' (1 node)")):
        done = run(*args)
        expect(word, done.returncode == 2 and word in done.stderr,
               done.stderr)


def main():
    if not os.path.exists(SMALL):
        sys.exit("libonnx-testdata is not installed")
    with tempfile.TemporaryDirectory() as folder:
        check_same(folder)
        check_precision(folder)
        check_keras(folder)
        check_errors(folder)
    for failure in failures:
        print(failure, file=sys.stderr)
    sys.exit(1 if failures else 0)


main()
