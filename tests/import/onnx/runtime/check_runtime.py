#!/usr/bin/env python3
"""Networks that ONNX Runtime quantised compute what they do there.

The files are those of quantize_static.py --write (ONNX Runtime 1.31); a config
names each, so that data and hardware options go with it.
"""

import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

HEADRACE = os.environ["HEADRACE_BINARY"]
HERE = pathlib.Path(__file__).resolve().parent

# A result is the same, or off by one step: each layer rounds as ONNX Runtime
# does but where single precision there, or the 18 bits of a multiplier here,
# come to the other side of a tie, which is one value in some thousands (in
# the mean pool, whose scale is that of its input, one in thirty: every fourth
# mean is a tie).  Such a neighbour at an input moves few sums of a later layer
# across a tie of their own: of outputs behind eight layers, one in six.
STEPS_MAX = 1
EQUAL_MIN = 0.8

failures = []


def infer(folder, name):
    shutil.copy(HERE / f"{name}.onnx", folder)
    shutil.copy(HERE / "images.npy", folder)
    config = {"headrace": 1, "name": name,
              "network": {"file": f"{name}.onnx"},
              "hardware": {"input_lanes": 1},
              "data": {"inputs": "images.npy"}}
    path = os.path.join(folder, f"{name}.json")
    with open(path, "w", encoding="utf-8") as f:
        json.dump(config, f)
    done = subprocess.run([HEADRACE, "infer", path, "--outputs", "--json"],
                          capture_output=True, text=True, check=False)
    if done.returncode != 0 or done.stderr:
        sys.exit(done.stderr)
    written = os.path.join(folder, name)
    subprocess.run([HEADRACE, "import", os.path.join(folder, f"{name}.onnx"),
                    "-o", written], check=True)
    with open(os.path.join(written, "model.json"), encoding="utf-8") as f:
        network = json.load(f)["network"]
    return json.loads(done.stdout)["outputs"], network


def flat(values):
    return [x for v in values for x in flat(v)] if isinstance(values, list) \
        else [values]


def main():
    with open(HERE / "outputs.json", encoding="utf-8") as f:
        wanted = json.load(f)
    with tempfile.TemporaryDirectory() as folder:
        for name, outputs in wanted.items():
            raw, network = infer(folder, name)
            scale = network["output_scale"]
            steps = [abs(a - round(b / scale))
                     for a, b in zip(flat(raw), flat(outputs), strict=True)]
            equal = steps.count(0) / len(steps)
            print(f"{name}: {steps.count(0)} of {len(steps)} equal, "
                  f"largest difference {max(steps)}")
            if max(steps) > STEPS_MAX or equal < EQUAL_MIN:
                failures.append(f"{name}: {steps}")
            for key in ("scale", "zero"):
                if key not in network["input"]:
                    failures.append(f"{name}: the input has no {key}")
    for failure in failures:
        print(failure, file=sys.stderr)
    sys.exit(1 if failures else 0)


main()
