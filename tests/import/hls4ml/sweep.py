#!/usr/bin/env python3
"""Random hls4ml projects, read by headrace and compared bit for bit with
hls4ml's own C simulation.  Not part of the suite: takes minutes.

    sweep.py HEADRACE FIRST COUNT [FOLDER]

One project a seed, FIRST to FIRST + COUNT - 1.  Projects that differ stay in
FOLDER.  Needs what make_projects.py needs.
"""
import collections
import json
import os
import pathlib
import random
import shutil
import subprocess
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "")

import hls4ml
import numpy as np
from tensorflow import keras
from tensorflow.keras import layers

from make_projects import convert, shake

FRAMES = 20


def even_alphas(model):
    """PReLU with an alpha for each channel: others are refused."""
    for layer in model.layers:
        if isinstance(layer, layers.PReLU):
            alphas = layer.get_weights()[0]
            first = alphas.reshape(-1, alphas.shape[-1])[0]
            layer.set_weights([np.broadcast_to(first, alphas.shape)])


def precision(rng, least, most, unsigned=False):
    width = rng.randint(least, most)
    integer = rng.randint(2, min(7, width - 2))
    modes = rng.choice(["", "", ",RND,SAT", ",RND_CONV,SAT", ",TRN,SAT",
                        ",RND_ZERO,SAT_SYM"])
    kind = "ufixed" if unsigned and rng.random() < 0.3 else "fixed"
    return f"{kind}<{width},{integer}{modes}>"


def activation(rng, x, name):
    kind = rng.choice(["relu", "relu", "relu", "tanh", "sigmoid", "leaky",
                       "prelu", "hard_sigmoid", "softplus", "softsign", "elu",
                       "selu", "thresholded", "none", "none"])
    if kind == "leaky":
        return layers.LeakyReLU(rng.choice([0.3, 0.1, 0.25]), name=name)(x), kind
    if kind == "prelu":
        return layers.PReLU(alpha_initializer="ones", name=name)(x), kind
    if kind == "elu":
        return layers.ELU(1.0, name=name)(x), kind
    if kind == "thresholded":
        return layers.ThresholdedReLU(0.5, name=name)(x), kind
    if kind == "none":
        return x, kind
    return layers.Activation(kind, name=name)(x), kind


def body_2d(rng, x, used):
    for i in range(rng.randint(1, 3)):
        size = min(int(x.shape[1]), int(x.shape[2]))
        kind = rng.choice(["conv", "conv", "depthwise", "pointwise",
                           "separable", "norm", "pad", "crop", "up",
                           "residual", "concat"])
        name = f"{kind}{i}"
        used.append(kind)
        kernel = (rng.randint(1, min(3, size)), rng.randint(1, min(3, size)))
        padding = rng.choice(["valid", "same"])
        if kind == "conv":
            x = layers.Conv2D(rng.randint(2, 6), kernel, padding=padding,
                              strides=rng.choice([1, 1, 2]), name=name)(x)
        elif kind == "depthwise":
            x = layers.DepthwiseConv2D(kernel, padding=padding, name=name)(x)
        elif kind == "pointwise":
            x = layers.Conv2D(rng.randint(2, 6), 1, name=name)(x)
        elif kind == "separable":
            x = layers.SeparableConv2D(rng.randint(2, 5), kernel,
                                       padding=padding, name=name)(x)
        elif kind == "norm":
            x = layers.BatchNormalization(name=name)(x)
        elif kind == "pad":
            x = layers.ZeroPadding2D(((1, 0), (2, 1)), name=name)(x)
        elif kind == "crop" and size > 3:
            x = layers.Cropping2D(((1, 0), (0, 1)), name=name)(x)
        elif kind == "up" and size < 6:
            x = layers.UpSampling2D(2, name=name)(x)
        elif kind == "residual":
            y = layers.Conv2D(int(x.shape[3]), 1, name=name + "c")(x)
            merge = rng.choice([layers.Add, layers.Subtract, layers.Multiply,
                                layers.Maximum])
            x = merge(name=name)([x, y])
            used[-1] = merge.__name__.lower()
        elif kind == "concat":
            y = layers.Conv2D(3, 1, name=name + "c")(x)
            x = layers.Concatenate(name=name)([x, y])
        else:
            used.pop()
        x, act = activation(rng, x, f"act{i}")
        used.append(act)
        if rng.random() < 0.5 and min(int(x.shape[1]), int(x.shape[2])) >= 2:
            pool = rng.choice([layers.MaxPooling2D, layers.AveragePooling2D])
            x = pool(rng.choice([2, (1, 2), (2, 1)]), name=f"pool{i}")(x)
            used.append(pool.__name__)
    return x


def body_1d(rng, x, used):
    for i in range(rng.randint(1, 3)):
        size = int(x.shape[1])
        kind = rng.choice(["conv1", "conv1", "depthwise1", "pointwise1",
                           "norm1", "pad1", "crop1", "up1"])
        name = f"{kind}{i}"
        used.append(kind)
        kernel = rng.randint(1, min(4, size))
        padding = rng.choice(["valid", "same", "causal"])
        if kind == "conv1":
            x = layers.Conv1D(rng.randint(2, 6), kernel, padding=padding,
                              strides=rng.choice([1, 1, 2]) if padding !=
                              "causal" else 1, name=name)(x)
        elif kind == "depthwise1":
            x = layers.DepthwiseConv1D(kernel, padding="same", name=name)(x)
        elif kind == "pointwise1":
            x = layers.Conv1D(rng.randint(2, 6), 1, name=name)(x)
        elif kind == "norm1":
            x = layers.BatchNormalization(name=name)(x)
        elif kind == "pad1":
            x = layers.ZeroPadding1D((1, 2), name=name)(x)
        elif kind == "crop1" and size > 3:
            x = layers.Cropping1D((1, 0), name=name)(x)
        elif kind == "up1" and size < 10:
            x = layers.UpSampling1D(2, name=name)(x)
        else:
            used.pop()
        x, act = activation(rng, x, f"act{i}")
        used.append(act)
        if rng.random() < 0.4 and int(x.shape[1]) >= 2:
            pool = rng.choice([layers.MaxPooling1D, layers.AveragePooling1D])
            x = pool(2, name=f"pool{i}")(x)
            used.append(pool.__name__)
    return x


def network(seed):
    """A maker as convert takes it, and the words for what is in it."""
    rng = random.Random(seed)
    used = []
    shape = rng.choice(["2d", "2d", "1d", "flat"])
    if shape == "2d":
        image = layers.Input((rng.randint(4, 9), rng.randint(4, 9),
                              rng.randint(1, 3)))
        x = body_2d(rng, image, used)
        tail = rng.choice(["flat", "mean", "max"])
        if tail == "flat":
            x = layers.Flatten(name="flat")(x)
        else:
            pool = (layers.GlobalAveragePooling2D if tail == "mean"
                    else layers.GlobalMaxPooling2D)
            x = pool(name=tail)(x)
            used.append(tail)
    elif shape == "1d":
        image = layers.Input((rng.randint(5, 14), rng.randint(1, 3)))
        x = body_1d(rng, image, used)
        tail = rng.choice(["flat", "mean", "max"])
        if tail == "flat":
            x = layers.Flatten(name="flat")(x)
        else:
            pool = (layers.GlobalAveragePooling1D if tail == "mean"
                    else layers.GlobalMaxPooling1D)
            x = pool(name=tail)(x)
            used.append(tail)
    else:
        image = layers.Input((rng.randint(4, 16),))
        x = image
    for i in range(rng.randint(1, 2)):
        x = layers.Dense(rng.randint(3, 10), name=f"fc{i}")(x)
        used.append("dense")
        x, act = activation(rng, x, f"fact{i}")
        used.append(act)
    if rng.random() < 0.4:
        x = layers.Dense(5, name="last")(x)
        x = layers.Activation("softmax", name="prob")(x)
        used.append("softmax")
    model = shake(keras.Model(image, x), seed)
    even_alphas(model)
    backend = rng.choice(["Vivado", "Vitis"])
    default = precision(rng, 8, 18)
    config = hls4ml.utils.config_from_keras_model(
        model, granularity="name", default_precision="fixed<16,6>",
        backend=backend)
    automatic = rng.random() < 0.3
    for name, row in config["LayerName"].items():
        if "Strategy" in row:
            row["Strategy"] = rng.choice(["Latency", "Resource"])
            row["ReuseFactor"] = rng.choice([1, 2, 4, 6, 10, 100])
        if "Precision" not in row or not isinstance(row["Precision"], dict):
            continue
        if not automatic:
            row["Precision"]["result"] = (
                default if rng.random() < 0.6 else
                precision(rng, 8, 18, "act" in name))
        if "weight" in row["Precision"]:
            row["Precision"]["weight"] = precision(rng, 4, 16)
            row["Precision"]["bias"] = precision(rng, 4, 16)
            if rng.random() < 0.6:
                row["Precision"]["accum"] = rng.choice(
                    ["fixed<18,8>", "fixed<24,12>", "fixed<16,8,RND>",
                     "fixed<14,7>"])
        for key in ("implementation", "Implementation"):
            if name == "prob" and key in row:
                row[key] = rng.choice(["stable", "latency"])

    def make():
        return model, config, backend, "xcu250-figd2104-2L-e", 5
    return make, backend, used


def compare(headrace, folder):
    """("same" | "differ" | the first line of an error, text)."""
    target = folder / "headrace"
    run = subprocess.run([headrace, "import", folder, "-o", target],
                         capture_output=True, text=True)
    if run.returncode != 0:
        return "refused", run.stderr
    path = target / "model.json"
    config = json.loads(path.read_text())
    config["data"] = {"inputs": "inputs.npy"}
    path.write_text(json.dumps(config))
    shutil.copy(folder / "inputs.npy", target)
    warnings = run.stderr
    run = subprocess.run([headrace, "infer", target, "--json", "--outputs"],
                         capture_output=True, text=True)
    if run.returncode != 0:
        return "refused", run.stderr
    got = np.array(json.loads(run.stdout)["outputs"]).reshape(-1)
    want = np.load(folder / "outputs.npy").reshape(-1)
    bad = int((got != want).sum()) if got.shape == want.shape else -1
    # An output narrowed to the values in it has fewer bits behind the point.
    if bad > 0 and any((got.astype("int64") << s == want).all()
                       for s in range(1, 32)):
        bad = 0
    if bad == 0:
        return "same", warnings
    return "differ", f"{bad} of {want.size}\n{warnings}"


def main():
    headrace, first, count = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    base = pathlib.Path(sys.argv[4] if len(sys.argv) > 4 else "sweep")
    totals, covered = collections.Counter(), collections.Counter()
    for seed in range(first, first + count):
        folder = base / f"net{seed}"
        try:
            make, backend, used = network(seed)
            convert(make, folder, frames=FRAMES, seed=seed)
        except Exception as fault:  # hls4ml's own refusals
            outcome, text = "hls4ml", str(fault)
            used, backend = [], "-"
        else:
            outcome, text = compare(headrace, folder)
        keras.backend.clear_session()
        totals[outcome] += 1
        if outcome == "same":
            covered.update(set(used))
            shutil.rmtree(folder)
        print(seed, backend, outcome, " ".join(used), flush=True)
        if outcome != "same":
            print("   ", "\n    ".join(text.strip().splitlines()[:6]),
                  flush=True)
    print(dict(totals))
    print("same, by what is in them:", dict(sorted(covered.items())))
    sys.exit(1 if totals["differ"] else 0)


if __name__ == "__main__":
    main()
