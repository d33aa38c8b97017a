#!/usr/bin/env python3
"""Write the hls4ml projects of this folder and what hls4ml computes of them.

    make_projects.py OUTPUT_FOLDER [PROJECT ...]

Needs the packages of requirements.txt and g++; the tests need neither, for
what this script writes is kept beside it.  Each project has the files that
belong to the network (firmware without hls4ml's libraries, the scripts of the
tool and the config), and
    inputs.npy     100 frames as raw values of the input's type
    outputs.npy    raw values of the output's type: hls4ml's C simulation
    graph.json     what hls4ml says of its graph
"""
import json
import os
import pathlib
import shutil
import sys
import tempfile

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "")

import numpy as np
import tensorflow as tf
import hls4ml
from tensorflow import keras
from tensorflow.keras import layers

FRAMES = 100
KEPT = ["firmware/*.h", "firmware/*.cpp", "firmware/weights/*.txt", "project.tcl",
        "hls4ml_config.yml"]


def shake(model, seed):
    """Weights that are neither zero nor symmetric, biases and statistics
    included."""
    random = np.random.default_rng(seed)
    for layer in model.layers:
        values = []
        for value in layer.get_weights():
            if value.ndim > 1:
                scale = 1.5 / np.sqrt(np.prod(value.shape[:-1]))
                value = random.normal(0, scale, value.shape)
            else:
                value = value + random.uniform(-0.2, 0.2, value.shape)
            values.append(value.astype("float32"))
        layer.set_weights(values)
    return model


def digits():
    """A small CNN for images of digits."""
    model = keras.Sequential([
        layers.Input((12, 12, 1)),
        layers.Conv2D(6, 3, activation="relu", name="conv1"),
        layers.MaxPooling2D(2, name="pool1"),
        layers.Conv2D(8, 3, padding="same", activation="relu", name="conv2"),
        layers.Flatten(name="flat"),
        layers.Dense(10, name="fc"),
    ])
    config = hls4ml.utils.config_from_keras_model(
        shake(model, 1), granularity="name",
        default_precision="ap_fixed<16,6>", backend="Vivado")
    for name in ("conv1", "conv2", "fc"):
        config["LayerName"][name]["Strategy"] = "Latency"
        config["LayerName"][name]["Precision"]["accum"] = "ap_fixed<18,8>"
        config["LayerName"][name]["Precision"]["result"] = "ap_fixed<16,6>"
    return model, config, "Vivado", "xc7z020clg400-1", 10


def normed():
    """Pools, batch normalisation and a softmax; reuse factors of its own in
    every layer."""
    model = keras.Sequential([
        layers.Input((12, 10, 2)),
        layers.Conv2D(4, 3, name="conv1"),
        layers.BatchNormalization(name="norm1"),
        layers.ReLU(name="relu1"),
        layers.AveragePooling2D(2, name="pool1"),
        layers.BatchNormalization(name="norm2"),
        layers.Conv2D(8, (3, 2), padding="same", name="conv2",
                      activation="tanh"),
        layers.MaxPooling2D((1, 2), name="pool2"),
        layers.Flatten(name="flat"),
        layers.Dense(12, activation="sigmoid", name="fc1"),
        layers.Dense(5, name="fc2"),
        layers.Activation("softmax", name="prob"),
    ])
    config = hls4ml.utils.config_from_keras_model(
        shake(model, 2), granularity="name",
        default_precision="ap_fixed<14,5>", backend="Vitis")
    config["Model"]["Strategy"] = "Resource"
    for name, reuse in (("conv1", 9), ("conv2", 30), ("fc1", 20), ("fc2", 7)):
        config["LayerName"][name]["Strategy"] = "Resource"
        config["LayerName"][name]["ReuseFactor"] = reuse
        config["LayerName"][name]["Precision"]["accum"] = "fixed<20,9>"
    for row in config["LayerName"].values():
        row["Precision"]["result"] = "fixed<14,5,RND,SAT>"
    return model, config, "Vitis", "xcu250-figd2104-2L-e", 4


def residual():
    """Quantised by QKeras: depthwise and pointwise convolutions, a residual
    addition and a concatenation."""
    from qkeras import (QActivation, QConv2D, QDense, QDepthwiseConv2D,
                        quantized_bits, quantized_relu)

    def bits(width, integer):
        return quantized_bits(width, integer, alpha=1)

    image = layers.Input((8, 8, 2))
    x = QConv2D(6, 3, padding="same", name="conv1",
                kernel_quantizer=bits(6, 0), bias_quantizer=bits(6, 0))(image)
    first = QActivation(quantized_relu(6, 2), name="relu1")(x)
    x = QDepthwiseConv2D(3, padding="same", name="depth1",
                         depthwise_quantizer=bits(5, 0),
                         bias_quantizer=bits(5, 0))(first)
    x = QConv2D(6, 1, name="point1", kernel_quantizer=bits(6, 0),
                bias_quantizer=bits(6, 0))(x)
    x = QActivation(quantized_relu(6, 2), name="relu2")(x)
    x = layers.Add(name="add1")([x, first])
    x = layers.Concatenate(name="concat1")([x, first])
    x = layers.GlobalAveragePooling2D(name="mean")(x)
    x = QDense(4, name="fc", kernel_quantizer=bits(6, 0),
               bias_quantizer=bits(6, 0))(x)
    model = shake(keras.Model(image, x), 3)
    config = hls4ml.utils.config_from_keras_model(
        model, granularity="name", backend="Vitis")
    return model, config, "Vitis", "xcku115-flvb2104-2-i", 5


def automatic():
    """hls4ml's own choice of all types, which is what it does unless told
    otherwise, but for the batch norm: sums of more than 32 bits in front of a maximum, ELU, SELU and
    PReLU.  Pixels are added and cut off."""
    model = shake(keras.Sequential([
        layers.Input((4, 5, 2)),
        layers.UpSampling2D(2, name="up"),
        layers.Cropping2D(((1, 2), (0, 1)), name="crop"),
        layers.BatchNormalization(name="norm"),
        layers.Conv2D(3, 2, name="conv"),
        layers.MaxPooling2D(2, name="pool"),
        layers.ELU(name="elu"),
        layers.Flatten(name="flat"),
        layers.Dense(4, activation="selu", name="fc1"),
        layers.Dense(4, name="fc2"),
        layers.PReLU(name="prelu"),
        layers.Dense(3, name="fc3"),
    ]), 4)
    config = hls4ml.utils.config_from_keras_model(
        model, granularity="name", backend="Vitis")
    config["LayerName"]["norm"]["Precision"]["result"] = "fixed<16,6>"
    return model, config, "Vitis", "xcku115-flvb2104-2-i", 5


def sequence():
    """A batch norm reads a sequence, a dense all values of it: without a type
    for the norm, sums of 54 bits."""
    model = shake(keras.Sequential([
        layers.Input((5, 2)),
        layers.BatchNormalization(name="norm"),
        layers.Flatten(name="flat"),
        layers.Dense(3, name="fc"),
        layers.LeakyReLU(0.25, name="leaky"),
    ]), 5)
    config = hls4ml.utils.config_from_keras_model(
        model, granularity="name", backend="Vivado")
    return model, config, "Vivado", "xc7z020clg400-1", 10


def stream_depth(variable):
    """hls4ml's ('stream', depth)."""
    pragma = getattr(variable, "pragma", None)
    return int(pragma[1]) if isinstance(pragma, tuple) else None


def describe(model):
    """hls4ml's own account of its graph."""
    rows = []
    for layer in model.get_layers():
        row = {"name": layer.name, "class": layer.class_name,
               "shape": [int(n) for n in
                         layer.get_output_variable().shape],
               "type": str(layer.get_output_variable().type.precision),
               "stream": layer.get_output_variable().name,
               "depth": stream_depth(layer.get_output_variable()),
               "weights": {w.name: [int(n) for n in w.data.shape]
                           for w in layer.get_weights()}}
        if layer.class_name not in ("Input",):
            row["reuse_factor"] = int(layer.get_attr("reuse_factor") or 1)
            row["strategy"] = layer.get_attr("strategy")
        rows.append(row)
    return rows


def fraction(precision):
    return precision.width - precision.integer


def convert(make, output, frames=FRAMES, seed=7, version=None):
    """Write the project of one network into a folder; the hls4ml model."""
    model, config, backend, part, clock = make()
    with tempfile.TemporaryDirectory() as temporary:
        project = pathlib.Path(temporary) / "project"
        name = getattr(make, "__name__", "net")
        hls = hls4ml.converters.convert_from_keras_model(
            model, hls_config=config, output_dir=str(project),
            io_type="io_stream", backend=backend, part=part,
            clock_period=clock, project_name=name)
        hls.compile()
        source = hls.get_input_variables()[0]
        target = hls.get_output_variables()[0]
        kind = source.type.precision
        reach = 2 ** min(kind.width - 1, fraction(kind) + 1)
        raw = np.random.default_rng(seed).integers(
            -reach if kind.signed else 0, reach,
            (frames, *[int(n) for n in source.shape]))
        y = hls.predict((raw * 2.0 ** -fraction(kind)).astype("float32"))
        y = np.asarray(y, dtype="float64").reshape(frames, -1)
        out = np.rint(y * 2.0 ** fraction(target.type.precision))
        output = pathlib.Path(output)
        shutil.rmtree(output, ignore_errors=True)
        for pattern in KEPT:
            for path in sorted(project.glob(pattern)):
                to = output / path.relative_to(project)
                to.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(path, to)
        for path in output.glob("firmware/*bridge*"):
            path.unlink()
        # The folder of this run, of no use to anyone.
        yml = output / "hls4ml_config.yml"
        yml.write_text("".join(
            line for line in yml.read_text().splitlines(keepends=True)
            if temporary not in line))
        if raw.ndim == 3:  # one row
            raw = raw[:, None]
        np.save(output / "inputs.npy",
                raw.astype("int16" if kind.width <= 16 else "int32"))
        np.save(output / "outputs.npy", out.astype("int32"))
        graph = {"hls4ml": hls4ml.__version__, "backend": backend,
                 "layers": describe(hls)}
        (output / "graph.json").write_text(
            json.dumps(graph, indent=1) + "\n")
    return hls


def main():
    output = pathlib.Path(sys.argv[1])
    wanted = sys.argv[2:]
    for make in (digits, normed, residual, automatic, sequence):
        if wanted and make.__name__ not in wanted:
            continue
        tf.keras.backend.clear_session()
        convert(make, output / make.__name__)
        print(make.__name__)


if __name__ == "__main__":
    main()
