"""qkeras_nets.py [FOLDER]: the samples of QKeras (see requirements.txt).

Of those in EXACT every number that leaves a quantiser is an integer times a
power of two, and no sum needs more than the 24 bits of a float: the network
in fixed point computes the same bits."""
import os
import sys

import keras
import numpy as np
from qkeras import (QActivation, QAveragePooling2D, QBatchNormalization,
                    QConv1D, QConv2D, QConv2DBatchnorm, QDense,
                    QDepthwiseConv2D, QDepthwiseConv2DBatchnorm,
                    QGlobalAveragePooling2D, QSeparableConv2D, binary,
                    quantized_bits, quantized_relu, quantized_sigmoid,
                    quantized_tanh, stochastic_binary, stochastic_ternary,
                    ternary)

from networks import randomize, repack, save_case

folder = sys.argv[1] if len(sys.argv) > 1 else os.path.dirname(
    os.path.abspath(__file__))
L = keras.layers


def bits(n, integer=0, **words):
    words.setdefault("alpha", 1.0)
    return quantized_bits(n, integer, **words)


def windows():
    """Kernels of integers, with a normalisation that is folded, and means."""
    x = i = keras.Input((8, 8, 2), name="image")
    x = QActivation(bits(8, 0))(x)
    x = QConv2D(4, 3, padding="same", kernel_quantizer=bits(5, 0),
                bias_quantizer=bits(7, 1),
                activation=quantized_relu(5, 2))(x)
    x = QDepthwiseConv2D(3, depthwise_quantizer=bits(4, 0, alpha="auto_po2"),
                         bias_quantizer=bits(6, 1),
                         activation=bits(7, 3, symmetric=1))(x)
    x = QConv2DBatchnorm(3, 1, kernel_quantizer=bits(6, 1),
                         bias_quantizer=bits(8, 3),
                         activation=quantized_relu(6, 3))(x)
    x = QAveragePooling2D(2, average_quantizer=bits(6, 0),
                          activation=bits(8, 3))(x)
    x = QDepthwiseConv2DBatchnorm(2, depthwise_quantizer=bits(6, 1),
                                  bias_quantizer=bits(8, 3),
                                  activation=bits(7, 3))(x)
    x = QGlobalAveragePooling2D(average_quantizer=bits(6, 0),
                                activation=bits(9, 3))(x)
    x = QDense(3, kernel_quantizer=bits(4, 0, alpha=0.5),
               bias_quantizer=bits(6, 1))(x)
    x = QActivation("quantized_bits(12,5,alpha=1)")(x)
    return keras.Model(i, x, name="windows")


def words():
    """One of each quantiser of weights and activations, scales powers of
    two."""
    x = i = keras.Input((12, 3), name="signal")
    x = QActivation("quantized_bits(8,1,keep_negative=True,alpha=1)")(x)
    x = QConv1D(6, 3, kernel_quantizer=ternary(),
                bias_quantizer=bits(6, 1),
                activation=quantized_relu(6, 2, negative_slope=0.25))(x)
    x = QConv1D(5, 1, kernel_quantizer=stochastic_ternary(alpha="auto_po2"),
                use_bias=False, activation="quantized_tanh(6)")(x)
    x = QConv1D(5, 1, kernel_quantizer=binary(alpha="auto_po2"),
                use_bias=False, activation=quantized_sigmoid(6))(x)
    x = QConv1D(4, 1, kernel_quantizer=stochastic_binary(alpha="auto_po2"),
                use_bias=False,
                activation=quantized_tanh(6, symmetric=True))(x)
    x = QConv1D(4, 1, kernel_quantizer=bits(5, 1, keep_negative=False),
                bias_quantizer=bits(5, 0, keep_negative=False),
                activation=quantized_relu(5, 1))(x)
    x = QConv1D(4, 2, kernel_quantizer=bits(1, 0), bias_quantizer=None,
                use_bias=False, activation=bits(7, 3))(x)
    x = L.Flatten()(x)
    x = QDense(4, kernel_quantizer=ternary(alpha=1.0, threshold=0.4),
               use_bias=False, activation=quantized_relu(6, 3))(x)
    x = QDense(3, kernel_quantizer=binary(alpha=1.0), use_bias=False)(x)
    x = QActivation("quantized_bits(10,5,alpha=1)")(x)
    return keras.Model(i, x, name="words")


def scales():
    """Scales that are no powers of two, tables, and a product of kernels
    without a quantiser between them: right in floating point."""
    x = i = keras.Input((7, 6, 3), name="image")
    x = QConv2D(4, 3, kernel_quantizer=bits(4, 1, alpha="auto"),
                bias_quantizer=bits(6, 1),
                activation=quantized_tanh(8, use_real_tanh=True))(x)
    x = QSeparableConv2D(4, 3, depthwise_quantizer=bits(5, 0),
                         pointwise_quantizer=ternary(alpha="auto"),
                         bias_quantizer=bits(6, 1),
                         activation=quantized_sigmoid(8,
                                                      use_real_sigmoid=True)
                         )(x)
    x = QBatchNormalization(gamma_quantizer=bits(8, 2),
                            beta_quantizer=bits(8, 2),
                            mean_quantizer=bits(8, 2),
                            variance_quantizer=quantized_relu(8, 2))(x)
    x = L.Flatten()(x)
    x = QDense(4, kernel_quantizer=binary(alpha="auto"),
               activation="quantized_bits(8,3,alpha=0.75)")(x)
    return keras.Model(i, x, name="scales")


def write(name, build, ending, seed):
    keras.backend.clear_session()
    model = build()
    randomize(model, seed)
    # In steps of what the first quantiser keeps, and beyond its range.
    rng = np.random.default_rng(seed + 2)
    shape = (4,) + tuple(model.inputs[0].shape[1:])
    inputs = (rng.integers(-160, 160, shape) / 128).astype("float32")
    save_case(folder, name, model, seed, inputs=inputs)
    path = os.path.join(folder, name + ending)
    model.save(path)
    if ending == ".keras":
        repack(path)


if __name__ == "__main__":
    write("qkeras_windows", windows, ".keras", 11)
    write("qkeras_words", words, ".h5", 12)
    write("qkeras_scales", scales, ".keras", 13)
