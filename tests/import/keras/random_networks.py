"""random_networks.py PROGRAM [COUNT [SEED [quantised]]]: random networks of
Keras against the reader.

PROGRAM is the suite test_keras_samples of a build.  Needs one of the
environments of samples/requirements.txt (the version of Keras that is there
is the one that is tested; 'quantised' needs QKeras).  Each network is saved
in one of the containers and evaluated on two inputs; the suite compares the
graph with what the framework computed.  Not part of check.sh.
"""
import os
import random
import subprocess
import sys
import tempfile

os.environ.setdefault("KERAS_BACKEND", "torch")
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                "samples"))
import keras
import numpy as np

from networks import randomize, save_case

L = keras.layers


def backend():
    return keras.backend.backend()


FUNCTIONS = ["linear", "relu", "relu6", "sigmoid", "tanh", "hard_sigmoid",
             "softmax"]


def spatial(rng, x, one):
    """A layer on pixels (or steps, if one) that fits."""
    size = min(x.shape[1:-1])
    kernel = rng.randint(1, min(3, size))
    words = {"padding": rng.choice(["valid", "same"])}
    strides = rng.randint(1, 2)
    dimension = "1D" if one else "2D"
    kinds = ["conv", "conv", "depthwise", "separable", "max", "average", "pad",
             "upsample", "norm", "activation", "relu", "leaky", "prelu", "add",
             "concat", "drop", "dense", "maximum", "multiply", "subtract"]
    if size > 3:
        kinds.append("crop")
    kind = rng.choice(kinds)
    def layer(name):
        return getattr(L, name + dimension)
    function = rng.choice(FUNCTIONS)
    if kind == "conv":
        groups = 1
        channels = x.shape[-1]
        filters = rng.randint(1, 5)
        if one and rng.random() < 0.3:
            words["padding"] = "causal"
        if strides == 1 and rng.random() < 0.2 and size > 4:
            words["dilation_rate"] = 2
            kernel = 2
        return layer("Conv")(filters, kernel, strides=strides, groups=groups,
                             use_bias=rng.random() < 0.7, activation=function,
                             **words)(x)
    if kind == "depthwise":
        return layer("DepthwiseConv")(
            kernel, strides=strides, depth_multiplier=rng.randint(1, 2),
            activation=function, **words)(x)
    if kind == "separable":
        return layer("SeparableConv")(
            rng.randint(1, 4), kernel, strides=strides,
            depth_multiplier=rng.randint(1, 2), activation=function,
            **words)(x)
    if kind == "max":
        return layer("MaxPooling")(kernel, strides=strides, **words)(x)
    if kind == "average":
        # Where more pads lie behind, Keras's torch backend repeats the edge;
        # TensorFlow and the reader leave pads out of the mean.
        if backend() == "torch" and (strides > 1 or kernel % 2 == 0):
            words["padding"] = "valid"
        return layer("AveragePooling")(kernel, strides=strides, **words)(x)
    if kind == "pad":
        pads = [(rng.randint(0, 2), rng.randint(0, 2)) for _ in range(2)]
        return layer("ZeroPadding")(pads[0] if one else tuple(pads))(x)
    if kind == "crop":
        cuts = [(rng.randint(0, 1), rng.randint(0, 1)) for _ in range(2)]
        return layer("Cropping")(cuts[0] if one else tuple(cuts))(x)
    if kind == "upsample":
        if max(x.shape[1:-1]) > 16:
            return x
        return layer("UpSampling")(2 if one else (2, rng.randint(1, 2)))(x)
    if kind == "norm":
        return L.BatchNormalization(center=rng.random() < 0.7,
                                    scale=rng.random() < 0.7)(x)
    if kind == "activation":
        return L.Activation(function)(x)
    if kind == "relu":
        return L.ReLU(max_value=rng.choice([None, 6, 1]))(x)
    if kind == "leaky":
        return L.LeakyReLU()(x)
    if kind == "prelu":
        return L.PReLU(shared_axes=rng.choice([None, [1], [1] if one
                                               else [1, 2]]))(x)
    if kind == "drop":
        return rng.choice([L.Dropout(0.2), L.GaussianNoise(0.1),
                           L.Rescaling(0.5, 0.25)])(x)
    if kind == "dense":
        return L.Dense(rng.randint(1, 4), activation=function)(x)
    y = layer("Conv")(x.shape[-1], 1, activation=function)(x)
    return {"add": L.Add, "concat": L.Concatenate, "maximum": L.Maximum,
            "multiply": L.Multiply, "subtract": L.Subtract}[kind]()([x, y])


def network(rng):
    one = rng.random() < 0.4
    shape = [rng.randint(4, 9) for _ in range(1 if one else 2)]
    x = i = keras.Input(tuple(shape) + (rng.randint(1, 4),), name="x")
    for _ in range(rng.randint(1, 7)):
        x = spatial(rng, x, one)
    end = rng.choice(["flat", "mean", "max", "none"])
    dimension = "1D" if one else "2D"
    if end == "flat":
        x = L.Flatten()(x)
        x = L.Dense(rng.randint(1, 4), activation=rng.choice(FUNCTIONS))(x)
    elif end == "mean":
        x = getattr(L, "GlobalAveragePooling" + dimension)(
            keepdims=rng.random() < 0.5)(x)
    elif end == "max":
        x = getattr(L, "GlobalMaxPooling" + dimension)()(x)
    if x is i:
        x = L.Activation("relu")(x)
    return keras.Model(i, x, name="random")


def quantised(rng):
    """Of QKeras: exact in fixed point."""
    import qkeras as q

    def weights():
        kind = rng.randint(0, 5)
        bits, integer = rng.randint(2, 6), rng.randint(0, 2)
        if kind == 0:
            return q.quantized_bits(bits, integer, alpha=1.0)
        if kind == 1:
            return q.quantized_bits(bits, integer, alpha="auto_po2")
        if kind == 2:
            return q.quantized_bits(bits, integer, symmetric=1,
                                    alpha=rng.choice([0.5, 1.0, 2.0]))
        if kind == 3:
            return q.ternary(alpha=rng.choice(["auto_po2", 1.0]))
        if kind == 4:
            return q.binary(alpha=rng.choice(["auto_po2", 1.0]))
        return rng.choice([q.quantized_po2(4), q.quantized_po2(3, 1),
                           q.quantized_relu_po2(3, 2)])

    def bias():
        return q.quantized_bits(rng.randint(3, 6), rng.randint(0, 1), alpha=1.0)

    def activation():
        bits, integer = rng.randint(3, 7), rng.randint(0, 3)
        return rng.choice([
            q.quantized_bits(bits, integer, alpha=1.0),
            q.quantized_bits(bits, integer, symmetric=1, alpha=1.0),
            q.quantized_bits(bits, integer, keep_negative=False, alpha=1.0),
            q.quantized_relu(bits, integer), q.quantized_tanh(bits),
            q.quantized_sigmoid(bits),
            q.quantized_relu(bits, integer, negative_slope=0.25)])

    x = i = keras.Input((rng.randint(4, 7), rng.randint(4, 7),
                         rng.randint(1, 3)), name="x")
    x = q.QActivation(q.quantized_bits(8, 1, alpha=1.0))(x)
    for _ in range(rng.randint(1, 3)):
        kernel = rng.randint(1, 2)
        words = {"padding": rng.choice(["valid", "same"])}
        if min(x.shape[1:3]) < 2:
            kernel = 1
        kind = rng.randint(0, 2)
        if kind == 0:
            x = q.QConv2D(rng.randint(1, 4), kernel,
                          kernel_quantizer=weights(), bias_quantizer=bias(),
                          activation=activation(), **words)(x)
        elif kind == 1:
            x = q.QDepthwiseConv2D(kernel, depthwise_quantizer=weights(),
                                   bias_quantizer=bias(),
                                   activation=activation(), **words)(x)
        else:
            x = q.QConv2DBatchnorm(rng.randint(1, 4), kernel,
                                   kernel_quantizer=weights(),
                                   bias_quantizer=bias(),
                                   activation=activation(), **words)(x)
    x = L.Flatten()(x)
    x = q.QDense(rng.randint(1, 4), kernel_quantizer=weights(),
                 bias_quantizer=bias())(x)
    x = q.QActivation(q.quantized_bits(12, 6, alpha=1.0))(x)
    return keras.Model(i, x, name="random")


def main():
    program = sys.argv[1]
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 300
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else 20261122
    is_quantised = len(sys.argv) > 4
    endings = [".keras", ".h5"]
    wrong = 0
    with tempfile.TemporaryDirectory() as folder:
        for k in range(seed, seed + count):
            rng = random.Random(k)
            keras.backend.clear_session()
            model = quantised(rng) if is_quantised else network(rng)
            randomize(model, k)
            inputs = np.random.default_rng(k).integers(
                -160, 160, (2,) + tuple(model.inputs[0].shape[1:])) / 128
            save_case(folder, "net", model, k,
                      inputs=inputs.astype("float32"))
            ending = rng.choice(endings)
            model.save(os.path.join(folder, "net" + ending))
            command = [program, folder, "net", ending]
            done = subprocess.run(command + (["exact"] if is_quantised else []),
                                  capture_output=True, text=True, check=False)
            if done.returncode != 0:
                wrong += 1
                print(f"seed {k}: {done.stdout[-400:]}", flush=True)
    print(f"{count} networks from seed {seed}, Keras {keras.__version__}: "
          f"{wrong} differ")
    sys.exit(wrong != 0)


if __name__ == "__main__":
    main()
