"""Small networks in the words that Keras 2 and 3 share, and how a sample is
written: NAME.<ending>, NAME_inputs.npy and NAME_outputs.npy.

    from networks import ...
"""
import zipfile

import numpy as np


def repack(path):
    """A .keras file deflated: half as large, and a test of that, too."""
    with zipfile.ZipFile(path) as z:
        entries = [(i.filename, z.read(i)) for i in z.infolist()]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as z:
        for name, data in entries:
            z.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)


def randomize(model, seed):
    """Weights that no initializer gives: variances positive, all different."""
    rng = np.random.default_rng(seed)
    new = []
    for variable, value in zip(model.weights, model.get_weights()):
        path = getattr(variable, "path", None) or variable.name
        if value.dtype.kind != "f":
            new.append(value)
            continue
        w = rng.normal(0, 0.5, value.shape)
        if "variance" in path:
            w = 0.5 + np.abs(w)
        elif "gamma" in path:
            w = 1 + 0.3 * w
        new.append(w.astype("float32"))
    model.set_weights(new)


def save_case(folder, name, model, seed, count=3, inputs=None):
    rng = np.random.default_rng(seed + 1)
    shape = (count,) + tuple(model.inputs[0].shape[1:])
    if inputs is None:
        inputs = rng.uniform(-1, 1, shape).astype("float32")
    outputs = np.asarray(model.predict(inputs, verbose=0), dtype="float32")
    np.save(f"{folder}/{name}_inputs.npy", inputs)
    np.save(f"{folder}/{name}_outputs.npy", outputs)


def image(keras):
    """Functional: fork, join, every kind of window, padding and pool."""
    L = keras.layers
    x = i = keras.Input((9, 8, 3), name="image")
    x = L.Rescaling(0.5, offset=0.1)(x)
    x = L.ZeroPadding2D(((1, 0), (0, 2)))(x)
    x = L.Conv2D(4, 3, padding="same", strides=2, activation="relu")(x)
    x = L.BatchNormalization(name="norm")(x)
    y = L.DepthwiseConv2D(3, padding="same", depth_multiplier=1)(x)
    y = L.LeakyReLU()(y)
    z = L.SeparableConv2D(4, (1, 3), padding="same", activation="sigmoid")(x)
    x = L.Add()([x, y])
    x = L.Maximum()([x, z])
    x = L.Concatenate()([x, L.Conv2D(2, 1, activation="tanh")(y)])
    x = L.PReLU(shared_axes=[1, 2])(x)
    x = L.UpSampling2D(2)(x)
    x = L.Cropping2D(((1, 1), (0, 2)))(x)
    x = L.MaxPooling2D(2, padding="same")(x)
    x = L.AveragePooling2D(2)(x)
    x = L.ReLU(max_value=6)(x)
    x = L.Dropout(0.3)(x)
    x = L.Flatten()(x)
    x = L.Dense(5, activation="hard_sigmoid")(x)
    x = L.Dense(3, name="scores")(x)
    x = L.Softmax()(x)
    return keras.Model(i, x, name="image_net")


def sequence(keras):
    """One dimension, a sequential model, layers in two dimensions."""
    L = keras.layers
    return keras.Sequential([
        keras.Input((12, 2)),
        L.Conv1D(4, 3, padding="causal", activation="relu"),
        L.SeparableConv1D(4, 3, padding="same"),
        L.BatchNormalization(center=False),
        L.MaxPooling1D(2),
        L.Dense(3, activation="relu"),
        L.UpSampling1D(2),
        L.ZeroPadding1D((1, 2)),
        L.Cropping1D((1, 0)),
        L.GlobalAveragePooling1D(),
        L.Reshape((3, 1)),
        L.Permute((1, 2)),
        L.Flatten(),
        L.Dense(2),
    ], name="sequence_net")


def vector(keras):
    L = keras.layers
    return keras.Sequential([
        keras.Input((6,)),
        L.Dense(5, activation="relu"),
        L.GaussianNoise(0.1),
        L.Dense(4, activation="tanh"),
        L.BatchNormalization(scale=False),
        L.Dense(3, activation="softmax"),
    ], name="vector_net")
