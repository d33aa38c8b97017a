#!/usr/bin/env python3
"""FIFO depths of blocks of real networks, proven minimal in RTL.

    prove_blocks.py TEST_TUNING_PROOF [BLOCK...]

Cuts blocks out of models -- the first two fire modules of SqueezeNet v1.1 at
their full size, the first residual block of ResNet-8 -- and has
test_tuning_proof tune their depths and run the RTL with these and with every
single FIFO one token shallower.
"""
import json
import os
import pathlib
import subprocess
import sys
import tempfile

MODELS = pathlib.Path(__file__).resolve().parent.parent.parent / "models"
# Name: model, the layer in front, side of the image, lanes there, layers.
BLOCKS = {
    "fire2_fire3": ("squeezenet11", "pool1", 55, 2, [
        "fire2_squeeze", "fire2_expand1", "fire2_expand3", "fire2",
        "fire3_squeeze", "fire3_expand1", "fire3_expand3", "fire3"]),
    "stage1": ("resnet8", "conv1", 32, 4, [
        "stage1_conv1", "stage1_conv2", "stage1_add"]),
}


def cut(model, front, side, lanes, names):
    """A model of these layers alone, whose input is what `front` delivers."""
    with open(MODELS / model / "model.json", encoding="utf-8") as f:
        whole = json.load(f)
    layers = {l["name"]: l for l in whole["network"]["layers"]}
    rename = lambda name: "image" if name == front else name  # noqa: E731
    kept = []
    for name in names:
        layer = dict(layers[name])
        if "input" in layer:
            layer["input"] = rename(layer["input"])
        if "inputs" in layer:
            layer["inputs"] = [rename(n) for n in layer["inputs"]]
        kept.append(layer)
    source = front
    while "output_format" not in layers[source]: # a pool keeps its input's
        source = layers[source]["input"]
    hardware = dict(whole["hardware"], input_lanes=lanes)
    hardware["layers"] = {name: options
                          for name, options in hardware["layers"].items()
                          if name in names}
    return {
        "headrace": 1,
        "name": "block",
        "network": {
            "input": {"name": "image",
                      "shape": [side, side, layers[source]["filters"]],
                      "format": layers[source]["output_format"]},
            "layers": kept,
            "output": names[-1],
        },
        "hardware": hardware,
    }


def main():
    program, chosen = sys.argv[1], sys.argv[2:] or list(BLOCKS)
    failed = 0
    for name in chosen:
        with tempfile.TemporaryDirectory() as folder:
            with open(os.path.join(folder, "model.json"), "w",
                      encoding="utf-8") as f:
                json.dump(cut(*BLOCKS[name]), f)
            print(f"{name}:", flush=True)
            run = subprocess.run([program], check=False, env={
                **os.environ, "HEADRACE_PROOF_MODEL": folder})
            failed += run.returncode != 0
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
