#!/usr/bin/env python3
"""Trains digits networks in PyTorch and exports them to ONNX.

    python3 -m venv VENV
    VENV/bin/pip install -r requirements.txt
    VENV/bin/python train.py        writes the files beside it

In floating point, with the split of models/digits:

  residual.onnx  convolutions, a residual block with batch normalisations in
                 front of its ReLUs, a global average; written by the exporter
                 that traces (opset 13)
  dynamo.onnx    the same network by the exporter of torch.export (opset 18)
  eight.onnx     an eight or none: one output with a sigmoid; depthwise
                 separable convolutions

and the frameworks' outputs of all test images.  Training is seeded; on
another processor the weights may come out a little different.
"""

import json
import pathlib
import sys

import numpy as np
import onnx
import torch
from torch import nn
from torch.nn import functional

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "digits"))
from split import split  # noqa: E402

SEED = 3
BATCH = 32
EPOCHS = 60
RATE = 4e-3


class Residual(nn.Module):
    """Pre-activation residual block (He et al. 2016) between convolutions."""

    def __init__(self):
        super().__init__()
        self.stem = nn.Conv2d(1, 8, 3, padding=1)
        self.norm1 = nn.BatchNorm2d(8)
        self.conv1 = nn.Conv2d(8, 8, 3, padding=1, bias=False)
        self.norm2 = nn.BatchNorm2d(8)
        self.conv2 = nn.Conv2d(8, 8, 3, padding=1, bias=False)
        self.norm3 = nn.BatchNorm2d(8)
        self.conv3 = nn.Conv2d(8, 20, 3, stride=2, padding=1)
        self.fc = nn.Linear(20, 10)

    def forward(self, x):
        x = self.stem(x)
        y = self.conv1(functional.relu(self.norm1(x)))
        y = self.conv2(functional.relu(self.norm2(y)))
        x = functional.relu(self.norm3(x + y))
        x = functional.relu(self.conv3(functional.max_pool2d(x, 2)))
        return self.fc(torch.flatten(functional.adaptive_avg_pool2d(x, 1), 1))


class Eight(nn.Module):
    """Depthwise separable convolutions; how sure it is of an eight."""

    def __init__(self):
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(1, 8, 3, padding=1, bias=False),
            nn.BatchNorm2d(8),
            nn.ReLU6(),
            nn.Conv2d(8, 8, 3, padding=1, groups=8, bias=False),
            nn.BatchNorm2d(8),
            nn.ReLU6(),
            nn.Conv2d(8, 16, 1, bias=False),
            nn.BatchNorm2d(16),
            nn.ReLU6(),
            nn.MaxPool2d(2),
        )
        self.head = nn.Sequential(
            nn.Flatten(), nn.Linear(256, 8), nn.ReLU(), nn.Linear(8, 1)
        )

    def forward(self, x):
        return torch.sigmoid(self.head(self.features(x)))


def tensors(images):
    """Images as (batch, channel, height, width), from 0 to 1."""
    return torch.from_numpy(
        images.transpose(0, 3, 1, 2).astype(np.float32) / 16
    )


def train(network, images, labels, loss):
    torch.manual_seed(SEED)
    network.train()
    optimiser = torch.optim.AdamW(network.parameters(), RATE)
    batches = (len(images) + BATCH - 1) // BATCH
    rates = torch.optim.lr_scheduler.OneCycleLR(
        optimiser, RATE, total_steps=EPOCHS * batches
    )
    for _ in range(EPOCHS):
        order = torch.randperm(len(images))
        for start in range(0, len(order), BATCH):
            batch = order[start : start + BATCH]
            optimiser.zero_grad()
            loss(network(images[batch]), labels[batch]).backward()
            optimiser.step()
            rates.step()
    network.eval()


def outputs_of(network, images):
    with torch.no_grad():
        return network(images).numpy()


def export(network, name, dynamo):
    path = str(HERE / name)
    image = torch.zeros(1, 1, 8, 8)
    more = {"external_data": False} if dynamo else {}
    torch.onnx.export(
        network,
        (image,),
        path,
        dynamo=dynamo,
        opset_version=18 if dynamo else 13,
        input_names=["image"],
        output_names=["result"],
        **more,
    )
    # Without the exporter's notes, which name places of the machine.
    model = onnx.load(path)
    del model.metadata_props[:], model.graph.metadata_props[:]
    del model.graph.value_info[:]
    for node in model.graph.node:
        node.doc_string = ""
        del node.metadata_props[:]
    for value in [*model.graph.input, *model.graph.output]:
        del value.metadata_props[:]
    for tensor in model.graph.initializer:
        del tensor.metadata_props[:]
    onnx.save(model, path)


def main():
    train_images, test_images, train_labels, test_labels = split()
    images, tests = tensors(train_images), tensors(test_images)
    labels = torch.from_numpy(train_labels.astype(np.int64))

    torch.manual_seed(SEED)
    digits = Residual()
    train(digits, images, labels, nn.CrossEntropyLoss(label_smoothing=0.1))
    export(digits, "residual.onnx", False)
    export(digits, "dynamo.onnx", True)
    logits = outputs_of(digits, tests)
    np.save(HERE / "residual_outputs.npy", logits)

    # Smoothed as above, which keeps what the sigmoid gets within few bits.
    eight = Eight()
    train(
        eight,
        images,
        0.05 + 0.9 * (labels == 8).float()[:, None],
        nn.BCELoss(),
    )
    export(eight, "eight.onnx", False)
    sure = outputs_of(eight, tests)
    np.save(HERE / "eight_outputs.npy", sure)

    expected = {
        "images": len(tests),
        "residual": {"correct": int((logits.argmax(1) == test_labels).sum())},
        "eight": {
            "correct": int(((sure[:, 0] > 0.5) == (test_labels == 8)).sum())
        },
    }
    (HERE / "expected.json").write_text(json.dumps(expected, indent=2) + "\n")
    print(json.dumps(expected))


if __name__ == "__main__":
    main()
