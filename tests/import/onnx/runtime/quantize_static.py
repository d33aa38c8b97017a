#!/usr/bin/env python3
"""Networks that ONNX Runtime quantised, against `headrace infer`.

usage: quantize_static.py HEADRACE [SEED]
       quantize_static.py --write

Random small CNNs (two convolutions with pads, pools, a depthwise one, a sum of
two branches, a dense) are quantised by onnxruntime.quantization in every way
that it has (QDQ and QOperator, one scale or one a channel, activations int8 or
uint8, weights int8), and 32 images go through both.  The reference runs
without optimisation, so that each operator computes as the standard says: in
single precision between dequantisers and quantisers, or in integers.

With --write it makes the files that check_runtime.py compares: two of the
ways, eight images, and what ONNX Runtime computes of them.

Prints, for each way, how many outputs are equal, how many one step off, and
the largest difference.  Needs requirements.txt; not part of check.sh, which
needs nothing but Debian's packages.
"""
import json
import os
import subprocess
import sys
import tempfile

import numpy
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import (CalibrationDataReader, QuantFormat,
                                      QuantType, quantize_static)

FRAMES = 32
SHAPE = (1, 3, 12, 12)


def network(path, rng):
    """A CNN with random weights of the usual spread."""
    constants, nodes = [], []

    def weights(name, *shape):
        spread = 1 / numpy.sqrt(numpy.prod(shape[1:]) if len(shape) > 1 else 4)
        values = rng.normal(0, spread, shape).astype(numpy.float32)
        constants.append(numpy_helper.from_array(values, name))
        return name

    def conv(x, y, units, each, groups=1, **more):
        more.setdefault("pads", [1, 1, 1, 1])
        nodes.append(helper.make_node(
            "Conv", [x, weights(y + "_w", units, each, 3, 3),
                     weights(y + "_b", units)], [y], y, group=groups,
            kernel_shape=[3, 3], **more))

    conv("image", "conv1", 8, 3)
    nodes.append(helper.make_node("Relu", ["conv1"], ["relu1"], "relu1"))
    nodes.append(helper.make_node("MaxPool", ["relu1"], ["pool1"], "pool1",
                                  kernel_shape=[2, 2], strides=[2, 2]))
    conv("pool1", "conv2", 8, 1, groups=8)
    conv("conv2", "conv3", 8, 8)
    nodes.append(helper.make_node("Add", ["conv3", "pool1"], ["sum"], "sum"))
    nodes.append(helper.make_node("Relu", ["sum"], ["relu2"], "relu2"))
    conv("relu2", "conv4", 12, 8, pads=[0, 0, 0, 0], strides=[2, 2])
    nodes.append(helper.make_node("Concat", ["conv4", "conv4b"], ["both"],
                                  "both", axis=1))
    last = nodes.pop()
    conv("relu2", "conv4b", 4, 8, pads=[0, 0, 0, 0], strides=[2, 2])
    nodes.append(last)
    nodes.append(helper.make_node("AveragePool", ["both"], ["pool2"], "pool2",
                                  kernel_shape=[2, 2]))
    nodes.append(helper.make_node("Flatten", ["pool2"], ["flat"], "flat"))
    nodes.append(helper.make_node(
        "Gemm", ["flat", weights("fc_w", 10, 16), weights("fc_b", 10)],
        ["scores"], "fc", transB=1))
    graph = helper.make_graph(
        nodes, "cnn",
        [helper.make_tensor_value_info("image", TensorProto.FLOAT, SHAPE)],
        [helper.make_tensor_value_info("scores", TensorProto.FLOAT, (1, 10))],
        constants)
    onnx.save(helper.make_model(
        graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9), path)


class Images(CalibrationDataReader):
    def __init__(self, images):
        self.left = iter(images)

    def get_next(self):
        image = next(self.left, None)
        return None if image is None else {"image": image[None]}


def infer(headrace, path, folder, images):
    """Raw outputs of every frame, and what a 1 of them stands for."""
    subprocess.run([headrace, "import", path, "-o", folder], check=True)
    numpy.save(os.path.join(folder, "images.npy"),
               images.transpose(0, 2, 3, 1))
    config = os.path.join(folder, "model.json")
    with open(config, encoding="utf-8") as f:
        model = json.load(f)
    model["data"] = {"inputs": "images.npy"}
    with open(config, "w", encoding="utf-8") as f:
        json.dump(model, f)
    done = subprocess.run([headrace, "infer", folder, "--outputs", "--json"],
                          check=True, stdout=subprocess.PIPE, text=True)
    result = json.loads(done.stdout)
    scale = model["network"].get("output_scale", 1)
    return numpy.array(result["outputs"]), scale, model


def quantise(plain, path, images, style, each, kind):
    """The outputs of ONNX Runtime, with the quantised network in a file."""
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = (
        onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL)
    quantize_static(plain, path, Images(images), quant_format=style,
                    per_channel=each, activation_type=kind,
                    weight_type=QuantType.QInt8)
    session = onnxruntime.InferenceSession(path, options)
    return numpy.concatenate([session.run(None, {"image": image[None]})[0]
                              for image in images])


def write():
    """The files of check_runtime.py, beside this one."""
    here = os.path.dirname(os.path.abspath(__file__))
    rng = numpy.random.default_rng(7)
    with tempfile.TemporaryDirectory() as folder:
        plain = os.path.join(folder, "cnn.onnx")
        network(plain, rng)
        images = rng.uniform(-0.5, 1, (8,) + SHAPE[1:]).astype(numpy.float32)
        numpy.save(os.path.join(here, "images.npy"),
                   images.transpose(0, 2, 3, 1))
        outputs = {}
        for name, style, each, kind in (
                ("qdq_uint8", QuantFormat.QDQ, False, QuantType.QUInt8),
                ("qlinear_int8_channels", QuantFormat.QOperator, True,
                 QuantType.QInt8)):
            path = os.path.join(here, name + ".onnx")
            outputs[name] = quantise(plain, path, images, style, each,
                                     kind).tolist()
        with open(os.path.join(here, "outputs.json"), "w",
                  encoding="utf-8") as f:
            json.dump(outputs, f, indent=1)
            f.write("\n")


def main():
    if sys.argv[1] == "--write":
        write()
        return 0
    headrace = os.path.abspath(sys.argv[1])
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    print("seed", seed)
    rng = numpy.random.default_rng(seed)
    with tempfile.TemporaryDirectory() as folder:
        plain = os.path.join(folder, "cnn.onnx")
        network(plain, rng)
        images = rng.uniform(-0.5, 1, (FRAMES,) + SHAPE[1:])
        images = images.astype(numpy.float32)
        worst = 0
        for style in (QuantFormat.QDQ, QuantFormat.QOperator):
            for each in (False, True):
                for kind in (QuantType.QUInt8, QuantType.QInt8):
                    path = os.path.join(folder, "quantised.onnx")
                    want = quantise(plain, path, images, style, each, kind)
                    raw, scale, model = infer(
                        headrace, path, os.path.join(folder, "model"), images)
                    steps = raw.reshape(want.shape) - numpy.rint(want / scale)
                    off = numpy.abs(steps).astype(int)
                    worst = max(worst, off.max())
                    classes = (raw.reshape(want.shape).argmax(1) ==
                               want.argmax(1)).sum()
                    print(f"{style.name:9} {'channel' if each else 'tensor':7} "
                          f"{kind.name:6}: {(off == 0).sum()} of {off.size} "
                          f"equal, {(off == 1).sum()} one step off, largest "
                          f"{off.max()}; {classes} of {FRAMES} classes; "
                          f"{len(model['network']['layers'])} layers")
    return 0 if worst <= 2 else 1


if __name__ == "__main__":
    sys.exit(main())
