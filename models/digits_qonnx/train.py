#!/usr/bin/env python3
"""Trains quantised digits networks with Brevitas and exports them to ONNX.

    python3 -m venv VENV
    VENV/bin/pip install -r requirements.txt
    VENV/bin/python train.py        writes the files beside it

Quantisation-aware, with the split of models/digits; a convolution, a
depthwise separable one, one with stride 2 and a dense layer, 6 bits for
weights and most activations.

  power2.onnx       all scales are powers of two; QONNX (Quant nodes)
  power2_qcdq.onnx  the same network with QuantizeLinear, Clip and
                    DequantizeLinear
  scales.onnx       Brevitas's default scales, which are any numbers; weights
                    with one for each channel; QONNX
  scales_qcdq.onnx  the same network with QuantizeLinear ...

and what Brevitas computes of all test images: the logits as integers on the
grid of the last quantiser.  Training is seeded; on another processor the
weights may come out a little different.
"""

import json
import pathlib
import sys

import brevitas.nn as qnn
import brevitas.quant as quant
import numpy as np
import onnx
import torch
from brevitas.export import export_onnx_qcdq, export_qonnx
from torch import nn
from torch.nn import functional

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "digits"))
from split import split  # noqa: E402

SEED = 5
BATCH = 32
EPOCHS = 40
RATE = 4e-3
BITS = 6

POWER2 = {
    "input": quant.Uint8ActPerTensorFixedPoint,
    "weight": quant.Int8WeightPerTensorFixedPoint,
    "bias": quant.Int8BiasPerTensorFixedPointInternalScaling,
    "act": quant.Uint8ActPerTensorFixedPoint,
    "output": quant.Int8ActPerTensorFixedPoint,
}
SCALES = {
    "input": quant.Uint8ActPerTensorFloat,
    "weight": quant.Int8WeightPerChannelFloat,
    "bias": quant.Int16Bias,
    "act": quant.Uint8ActPerTensorFloat,
    "output": quant.Int8ActPerTensorFloat,
}


class Digits(nn.Module):
    def __init__(self, with_):
        super().__init__()
        product = {
            "weight_quant": with_["weight"],
            "weight_bit_width": BITS,
            "bias_quant": with_["bias"],
            "return_quant_tensor": True,
        }

        def conv(inputs, units, kernel, **more):
            return qnn.QuantConv2d(inputs, units, kernel, **more, **product)

        def relu():
            return qnn.QuantReLU(
                act_quant=with_["act"],
                bit_width=BITS,
                return_quant_tensor=True,
            )

        self.layers = nn.Sequential(
            qnn.QuantIdentity(
                act_quant=with_["input"],
                bit_width=8,
                return_quant_tensor=True,
            ),
            conv(1, 10, 3, padding=1),
            relu(),
            conv(10, 10, 3, padding=1, groups=10),
            relu(),
            conv(10, 16, 1),
            relu(),
            nn.MaxPool2d(2),
            conv(16, 16, 3, padding=1, stride=2),
            relu(),
            nn.Flatten(),
            qnn.QuantLinear(64, 10, bias=True, **product),
            qnn.QuantIdentity(
                act_quant=with_["output"],
                bit_width=8,
                return_quant_tensor=True,
            ),
        )

    def forward(self, x):
        return self.layers(x).value


def tensors(images):
    """Images as (batch, channel, height, width), from 0 to 1."""
    return torch.from_numpy(
        images.transpose(0, 3, 1, 2).astype(np.float32) / 16
    )


def train(network, images, labels):
    torch.manual_seed(SEED)
    network.train()
    optimiser = torch.optim.AdamW(network.parameters(), RATE)
    batches = (len(images) + BATCH - 1) // BATCH
    rates = torch.optim.lr_scheduler.OneCycleLR(
        optimiser, RATE, total_steps=EPOCHS * batches
    )
    for epoch in range(EPOCHS):
        order = torch.randperm(len(images))
        right = 0
        for start in range(0, len(order), BATCH):
            batch = order[start : start + BATCH]
            optimiser.zero_grad()
            logits = network(images[batch])
            functional.cross_entropy(
                logits, labels[batch], label_smoothing=0.1
            ).backward()
            optimiser.step()
            rates.step()
            right += int((logits.argmax(1) == labels[batch]).sum())
        if (epoch + 1) % 10 == 0:
            print(f"  epoch {epoch + 1}: {right} of {len(images)} right")
    network.eval()


def logits_of(network, images):
    """Integers on the grid of the last quantiser, and its step."""
    with torch.no_grad():
        values = network(images).double().numpy()
    step = network.layers[-1].act_quant.scale().item()
    integers = np.round(values / step)
    assert np.abs(values - integers * step).max() < 1e-6 * step * 128
    return integers.astype(np.int16), step


def strip(path):
    """Leaves out notes of the exporter, which name places of the machine."""
    model = onnx.load(path)
    model.doc_string = ""
    del model.graph.value_info[:]
    for node in model.graph.node:
        node.doc_string = ""
        del node.metadata_props[:]
    onnx.save(model, path)


def main():
    train_images, test_images, train_labels, test_labels = split()
    images, tests = tensors(train_images), tensors(test_images)
    labels = torch.from_numpy(train_labels.astype(np.int64))
    expected = {"images": len(tests)}
    for name, with_ in (("power2", POWER2), ("scales", SCALES)):
        torch.manual_seed(SEED)
        network = Digits(with_)
        train(network, images, labels)
        logits, step = logits_of(network, tests)
        np.save(HERE / f"{name}_outputs.npy", logits)
        expected[name] = {
            "correct": int((logits.argmax(1) == test_labels).sum()),
            "step": step,
        }
        one = tests[:1]
        for suffix, export in (("", export_qonnx), ("_qcdq", export_onnx_qcdq)):
            path = str(HERE / f"{name}{suffix}.onnx")
            export(network, one, path, dynamo=False)
            strip(path)
    (HERE / "expected.json").write_text(json.dumps(expected, indent=2) + "\n")
    print(json.dumps(expected))


if __name__ == "__main__":
    main()
