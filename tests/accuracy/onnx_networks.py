#!/usr/bin/env python3
"""Compares whole networks with ONNX Runtime, and writes the table of
docs/onnx.md.

    python3 -m venv VENV
    VENV/bin/pip install numpy onnx onnxruntime onnxscript torch
    VENV/bin/python tests/accuracy/onnx_networks.py HEADRACE [NAME ...]
        [--write] [--keep FOLDER] [--simulate]

HEADRACE is the program.  The networks are the light models that the package
onnx ships -- whose weights are constants of one value: they are replaced by
seeded random ones -- and three that are written here in PyTorch, with its own
initial weights.  NAME chooses some of them; --write renews their rows of the
table.

For each: `headrace import` with its time and peak memory; `headrace infer`
in floating point of one random image, compared with ONNX Runtime without its
optimisations; and, with --simulate, the interval that `headrace simulate`
predicts for the smallest hardware.
"""

import argparse
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time

import numpy as np
import onnx
import onnxruntime
from onnx import numpy_helper

ROOT = pathlib.Path(__file__).resolve().parents[2]
LIGHT = pathlib.Path(onnx.__file__).parent / "backend/test/data/light"
SEED = 20261122
# Float32 sums of up to 25,088 products, in another order (ONNX Runtime), and
# double precision here.
BOUND = 1e-4

LIGHT_NETWORKS = [
    ("SqueezeNet 1.0", "squeezenet"),
    ("DenseNet-121", "densenet121"),
    ("ResNet-50", "resnet50"),
    ("VGG-19", "vgg19"),
    ("ShuffleNet", "shufflenet"),
    ("Inception v2", "inception_v2"),
    ("Inception v1", "inception_v1"),
    ("AlexNet (bvlc)", "bvlc_alexnet"),
    ("ZFNet-512", "zfnet512"),
]


# --- ONNX Runtime -----------------------------------------------------------


def session_of(model):
    """Of a file or its bytes."""
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = (
        onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    )
    return onnxruntime.InferenceSession(
        model, options, providers=["CPUExecutionProvider"]
    )


def image_of(model, rng):
    """A random image in the shape of the input, values from 0 to 1."""
    shape = model.graph.input[0].type.tensor_type.shape
    sizes = [d.dim_value for d in shape.dim]
    return rng.uniform(0, 1, sizes).astype(np.float32)


# --- networks ---------------------------------------------------------------


def readers(graph):
    """Name of a tensor -> [(node, number of the input)]."""
    result = {}
    for node in graph.node:
        for i, name in enumerate(node.input):
            result.setdefault(name, []).append((node, i))
    return result


def random_weights(shape, node, place, rng):
    """Of the usual spread for what a tensor is to the node that reads it."""
    if node.op_type in ("Conv", "Gemm") and place == 1:
        turned = any(a.name == "transB" and a.i for a in node.attribute)
        terms = (
            np.prod(shape[1:])
            if node.op_type == "Conv" or turned
            else shape[0]
        )
        return rng.normal(0, np.sqrt(2 / terms), shape)
    positive = (node.op_type == "BatchNormalization" and place in (1, 4)) or (
        node.op_type == "Mul"
    )
    if positive:
        return rng.uniform(0.5, 1.5, shape)
    return rng.normal(0, 0.1, shape)


def give_weights(model, rng):
    """Random weights in place of the nodes that make constants."""
    graph = model.graph
    shapes = {t.name: numpy_helper.to_array(t) for t in graph.initializer}
    read = readers(graph)
    kept, made = [], []
    for node in graph.node:
        if node.op_type != "ConstantOfShape":
            kept.append(node)
            continue
        reader, place = read[node.output[0]][0]
        shape = [int(n) for n in shapes[node.input[0]]]
        while reader.op_type == "Unsqueeze":
            reader, place = read[reader.output[0]][0]
        weights = random_weights(shape, reader, place, rng)
        made.append(
            numpy_helper.from_array(
                weights.astype(np.float32), node.output[0]
            )
        )
    del graph.node[:]
    graph.node.extend(kept)
    used = {name for node in kept for name in node.input}
    given = [t for t in graph.initializer if t.name in used] + made
    del graph.initializer[:]
    graph.initializer.extend(given)
    names = {t.name for t in given}
    inputs = [i for i in graph.input if i.name not in names and i.name in used]
    del graph.input[:]
    graph.input.extend(inputs)


def calm(model, rng):
    """Scales the last weights so that a softmax is not a single 1: logits of
    random weights have a spread of hundreds."""
    graph = model.graph
    last = [n for n in graph.node if n.op_type in ("Conv", "Gemm")][-1]
    ahead = onnx.ModelProto()
    ahead.CopyFrom(model)
    if ahead.graph.node[-1].op_type == "Softmax":
        del ahead.graph.node[-1]
    name = ahead.graph.node[-1].output[0]
    ahead.graph.output[0].CopyFrom(onnx.ValueInfoProto(name=name))
    session = session_of(ahead.SerializeToString())
    image = image_of(model, rng)
    logits = session.run(None, {session.get_inputs()[0].name: image})[0]
    for tensor in graph.initializer:
        if tensor.name in last.input[1:]:
            values = numpy_helper.to_array(tensor) * np.float32(
                2 / logits.std()
            )
            tensor.CopyFrom(numpy_helper.from_array(values, tensor.name))


def light(name, path, rng):
    model = onnx.load(LIGHT / f"light_{name}.onnx")
    give_weights(model, rng)
    calm(model, rng)
    onnx.save(model, path)


def torch_networks():
    """Name -> what makes the network."""
    import torch
    from torch import nn
    from torch.nn import functional

    class Inverted(nn.Module):
        """Sandler et al. 2018: expand, depthwise, project, and add."""

        def __init__(self, inputs, units, stride, times):
            super().__init__()
            wide = inputs * times
            self.adds = stride == 1 and inputs == units
            parts = []
            if times != 1:
                parts += [
                    nn.Conv2d(inputs, wide, 1, bias=False),
                    nn.BatchNorm2d(wide),
                    nn.ReLU6(),
                ]
            parts += [
                nn.Conv2d(wide, wide, 3, stride, 1, groups=wide, bias=False),
                nn.BatchNorm2d(wide),
                nn.ReLU6(),
                nn.Conv2d(wide, units, 1, bias=False),
                nn.BatchNorm2d(units),
            ]
            self.body = nn.Sequential(*parts)

        def forward(self, x):
            return x + self.body(x) if self.adds else self.body(x)

    def mobilenet_v2():
        rows = [
            (1, 16, 1, 1),
            (6, 24, 2, 2),
            (6, 32, 3, 2),
            (6, 64, 4, 2),
            (6, 96, 3, 1),
            (6, 160, 3, 2),
            (6, 320, 1, 1),
        ]
        parts = [
            nn.Conv2d(3, 32, 3, 2, 1, bias=False),
            nn.BatchNorm2d(32),
            nn.ReLU6(),
        ]
        inputs = 32
        for times, units, count, stride in rows:
            for i in range(count):
                parts.append(
                    Inverted(inputs, units, stride if i == 0 else 1, times)
                )
                inputs = units
        parts += [
            nn.Conv2d(320, 1280, 1, bias=False),
            nn.BatchNorm2d(1280),
            nn.ReLU6(),
            nn.AdaptiveAvgPool2d(1),
            nn.Flatten(),
            nn.Linear(1280, 1000),
        ]
        return nn.Sequential(*parts)

    class Basic(nn.Module):
        """He et al. 2015: two convolutions beside a shortcut."""

        def __init__(self, inputs, units, stride):
            super().__init__()
            self.conv1 = nn.Conv2d(inputs, units, 3, stride, 1, bias=False)
            self.norm1 = nn.BatchNorm2d(units)
            self.conv2 = nn.Conv2d(units, units, 3, 1, 1, bias=False)
            self.norm2 = nn.BatchNorm2d(units)
            self.short = nn.Identity()
            if stride != 1 or inputs != units:
                self.short = nn.Sequential(
                    nn.Conv2d(inputs, units, 1, stride, bias=False),
                    nn.BatchNorm2d(units),
                )

        def forward(self, x):
            y = functional.relu(self.norm1(self.conv1(x)))
            return functional.relu(self.norm2(self.conv2(y)) + self.short(x))

    def resnet18():
        parts = [
            nn.Conv2d(3, 64, 7, 2, 3, bias=False),
            nn.BatchNorm2d(64),
            nn.ReLU(),
            nn.MaxPool2d(3, 2, 1),
        ]
        inputs = 64
        for units, stride in ((64, 1), (128, 2), (256, 2), (512, 2)):
            parts += [Basic(inputs, units, stride), Basic(units, units, 1)]
            inputs = units
        parts += [nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(512, 1000)]
        return nn.Sequential(*parts)

    class Shuffled(nn.Module):
        """Ma et al. 2018: half of the channels pass, then all are shuffled."""

        def __init__(self, inputs, units, stride):
            super().__init__()
            half = units // 2
            self.splits = stride == 1
            first = half if self.splits else inputs

            def branch(inputs, leading):
                parts = []
                if leading:
                    parts += [
                        nn.Conv2d(inputs, half, 1, bias=False),
                        nn.BatchNorm2d(half),
                        nn.ReLU(),
                    ]
                    inputs = half
                return nn.Sequential(
                    *parts,
                    nn.Conv2d(
                        inputs, inputs, 3, stride, 1, groups=inputs, bias=False
                    ),
                    nn.BatchNorm2d(inputs),
                    nn.Conv2d(inputs, half, 1, bias=False),
                    nn.BatchNorm2d(half),
                    nn.ReLU(),
                )

            self.right = branch(first, True)
            self.left = (
                nn.Identity() if self.splits else branch(inputs, False)
            )

        def forward(self, x):
            left, right = x.chunk(2, 1) if self.splits else (x, x)
            x = torch.cat((self.left(left), self.right(right)), 1)
            n, c, h, w = x.shape
            x = x.view(n, 2, c // 2, h, w).transpose(1, 2)
            return x.reshape(n, c, h, w)

    def shufflenet_v2():
        parts = [
            nn.Conv2d(3, 24, 3, 2, 1, bias=False),
            nn.BatchNorm2d(24),
            nn.ReLU(),
            nn.MaxPool2d(3, 2, 1),
        ]
        inputs = 24
        for units, count in ((48, 4), (96, 8), (192, 4)):
            for i in range(count):
                parts.append(Shuffled(inputs, units, 2 if i == 0 else 1))
                inputs = units
        parts += [
            nn.Conv2d(192, 1024, 1, bias=False),
            nn.BatchNorm2d(1024),
            nn.ReLU(),
            nn.AdaptiveAvgPool2d(1),
            nn.Flatten(),
            nn.Linear(1024, 1000),
        ]
        return nn.Sequential(*parts)

    def export(make, dynamo, path):
        torch.manual_seed(SEED)
        network = make()
        for layer in network.modules():
            if isinstance(layer, nn.BatchNorm2d):
                nn.init.uniform_(layer.weight, 0.5, 1.5)
                nn.init.normal_(layer.running_mean, 0, 0.1)
                nn.init.uniform_(layer.running_var, 0.5, 1.5)
        more = {"external_data": False} if dynamo else {}
        torch.onnx.export(
            network.eval(),
            (torch.zeros(1, 3, 224, 224),),
            str(path),
            dynamo=dynamo,
            opset_version=18 if dynamo else 13,
            **more,
        )

    return {
        "MobileNet v2": lambda path: export(mobilenet_v2, False, path),
        "ResNet-18": lambda path: export(resnet18, True, path),
        "ShuffleNet v2 0.5x": lambda path: export(shufflenet_v2, True, path),
    }


# --- measuring --------------------------------------------------------------


def run(command):
    return subprocess.run(
        [str(c) for c in command], capture_output=True, text=True
    )


def measured(command):
    """Time in s and peak memory in bytes of a command, by a process that has
    no other child."""
    code = (
        "import resource, subprocess, sys, time\n"
        "t = time.monotonic()\n"
        "subprocess.run(sys.argv[1:], capture_output=True)\n"
        "most = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss\n"
        "print(time.monotonic() - t, most * 1024)\n"
    )
    text = run([sys.executable, "-c", code, *command]).stdout.split()
    return float(text[0]), int(text[1])


def refused(message, path):
    """What an error says about the network: each reason once."""
    reasons = re.findall(r"error\[[\w-]+\]: (.*)", message)
    short = []
    for reason in reasons:
        reason = re.sub(r"^node '[^']*' \(([\w ]*)\): ", r"\1: ", reason)
        reason = re.sub(r" \(first: .*", "", reason)
        reason = re.sub(r", the first is '[^']*'", "", reason)
        if reason not in short:
            short.append(reason)
    return "; ".join(short) or message.replace(str(path), "")


def measure(headrace, title, path, simulate):
    """A row of the table."""
    folder = path.parent / "imported"
    row = {"title": title, "size": path.stat().st_size}
    if path.stat().st_size > 1 << 31:
        raise SystemExit(f"{title}: no file of ONNX is that large")
    # The fastest of three: other programs take time, too.
    command = [headrace, "import", path, "-o", folder]
    row["import_s"], row["peak"] = min(measured(command) for _ in range(3))
    config = folder / "model.json"
    if not config.exists():
        row["refused"] = refused(run([headrace, "import", path]).stderr, path)
        return row
    model = json.loads(config.read_text())
    row["layers"] = len(model["network"]["layers"])
    rng = np.random.Generator(np.random.PCG64(SEED))
    image = image_of(onnx.load(path), rng)
    session = session_of(str(path))
    name = session.get_inputs()[0].name
    want = session.run(None, {name: image})[0].ravel().astype(np.float64)
    # The stream has channels last.
    np.save(folder / "image.npy", image.transpose(0, 2, 3, 1))
    model["data"] = {"inputs": "image.npy"}
    config.write_text(json.dumps(model))
    begin = time.monotonic()
    text = run([headrace, "infer", folder, "--json", "--float-outputs"])
    row["infer_s"] = time.monotonic() - begin
    if text.returncode != 0:
        raise SystemExit(f"{title}: {text.stderr}")
    result = np.array(json.loads(text.stdout)["float_outputs"][0])
    row["difference"] = float(np.abs(result - want).max() / np.abs(want).max())
    if simulate:
        begin = time.monotonic()
        text = run([headrace, "simulate", path, "--json"])
        row["simulate_s"] = time.monotonic() - begin
        if text.returncode != 0:
            raise SystemExit(f"{title}: {text.stderr}{text.stdout}")
        row["simulate"] = json.loads(text.stdout)
    return row


# --- the table --------------------------------------------------------------


def size_text(size):
    return f"{size / 1e6:.3g} MB"


def line_of(row):
    cost = f"{row['import_s']:.2g} s, {size_text(row['peak'])}"
    if "refused" in row:
        cells = ["", "", "refused: " + row["refused"], ""]
    else:
        cells = [
            str(row["layers"]),
            f"{row['difference']:.0e}".replace("e-0", "e-"),
            cost,
            interval_text(row),
        ]
    return " | ".join(
        [f"| {row['title']}", size_text(row["size"]), *cells]
    ) + " |"


def table(lines):
    return "\n".join(
        [
            "| network | file | layers | difference | import | interval |",
            "|---|---|---|---|---|---|",
            *lines,
        ]
    )


def interval_text(row):
    if "simulate" not in row:
        return ""
    return f"{row['simulate']['interval_cycles']:,}"


def write(rows, titles):
    """Rows of other networks stay as they are."""
    path = ROOT / "docs/onnx.md"
    text = path.read_text()
    begin, end = "<!-- networks -->\n", "<!-- end of networks -->"
    head, rest = text.split(begin)
    old, tail = rest.split(end)
    lines = {line.split("|")[1].strip(): line
             for line in old.splitlines() if line.startswith("|")}
    lines.update({row["title"]: line_of(row) for row in rows})
    kept = [lines[title] for title in titles if title in lines]
    path.write_text(head + begin + "\n" + table(kept) + "\n\n" + end + tail)


def main():
    parser = argparse.ArgumentParser(description="whole networks")
    parser.add_argument("headrace")
    parser.add_argument("names", nargs="*", metavar="NAME")
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--keep", metavar="FOLDER", type=pathlib.Path)
    parser.add_argument("--simulate", action="store_true")
    options = parser.parse_intermixed_args()

    makers = {}
    for title, name in LIGHT_NETWORKS:
        makers[title] = lambda path, name=name: light(
            name, path, np.random.Generator(np.random.PCG64(SEED))
        )
    makers.update(torch_networks())
    unknown = set(options.names) - set(makers)
    if unknown:
        raise SystemExit(f"no such network: {unknown}; {list(makers)}")
    folder = options.keep or pathlib.Path(tempfile.mkdtemp())
    rows, wrong = [], 0
    print(f"seed {SEED}")
    for title in options.names or makers:
        place = folder / re.sub(r"\W+", "_", title)
        place.mkdir(parents=True, exist_ok=True)
        path = place / "net.onnx"
        makers[title](path)
        row = measure(options.headrace, title, path, options.simulate)
        rows.append(row)
        shown = {k: v for k, v in row.items() if k != "simulate"}
        print(shown, interval_text(row), flush=True)
        wrong += row.get("difference", 0) > BOUND
        if options.keep is None:
            shutil.rmtree(place)
    if options.write:
        write(rows, makers)
    else:
        print(table([line_of(row) for row in rows]))
    print(f"{wrong} beyond {BOUND:g}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
