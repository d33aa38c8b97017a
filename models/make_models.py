#!/usr/bin/env python3
"""Writes the model configs of published networks, as models/NAME/model.json.

Topologies are those of the papers named at each network; weights are seeded
(trained ones would not change a cycle).  Every network is folded for a number
of cycles per frame: each layer gets the fewest multipliers with which its own
work takes no longer.

    models/make_models.py            all of them
    models/make_models.py resnet18   just one

squeezenet_6fpga is folded otherwise: docs/squeezenet-six-fpgas.md.
"""
import json
import pathlib
import sys

MODELS = pathlib.Path(__file__).resolve().parent

WEIGHTS = "fixed<8,0>"
ACTIVATIONS = "ufixed<8,1,RND,SAT>"  # behind a ReLU
SUMS = "fixed<8,2,RND,SAT>"  # without one
LIMITED = "ufixed<8,3,RND,SAT>"  # behind a ReLU6
LOGITS = "fixed<16,6,RND,SAT>"


def divisors(n):
    return [d for d in range(1, n + 1) if n % d == 0]


def same(size, kernel, stride):
    """Output size and the two pads of Keras' 'same'."""
    out = -(-size // stride)
    total = max((out - 1) * stride + kernel - size, 0)
    return out, total // 2, total - total // 2


class Network:
    """Layers one after the other; knows shapes and folds as it goes."""

    def __init__(self, name, shape, cycles, slack,
                 input_format="ufixed<8,0>"):
        self.name = name
        self.cycles = cycles
        self.slack = slack  # of FIFOs: the smallest power of two with which
        # the interval is that of the slowest layer alone
        self.input = {"name": "image", "shape": list(shape),
                      "format": input_format}
        self.layers = []
        self.options = {}
        self.shapes = {"image": tuple(shape)}
        self.last = "image"
        self.seed = 0
        self.file = "model.json"
        self.hardware = []  # further lines of it

    def add(self, layer, shape, options=None):
        self.layers.append(layer)
        self.shapes[layer["name"]] = shape
        if options:
            self.options[layer["name"]] = options
        self.last = layer["name"]
        return self.last

    def seeded(self):
        self.seed += 1
        return {"seed": self.seed}

    def stream_lanes(self, name):
        """Lanes of the stream of this tensor."""
        by_name = {layer["name"]: layer for layer in self.layers}
        if "lanes" in self.options.get(name, {}):
            return self.options[name]["lanes"]
        layer = by_name.get(name)
        if layer is None:
            return self.input["shape"][2]
        sources = layer.get("inputs") or [layer["input"]]
        if layer["type"] in ("conv2d", "depthwise_conv2d", "dense"):
            return self.shapes[name][2]
        return max(self.stream_lanes(s) for s in sources)

    def border(self, source, kernel, stride, padding, positions):
        """Cycles for the pixels after which no output is computed."""
        h, w, c = self.shapes[source]
        if padding == "same":
            h += sum(same(h, kernel[0], stride[0])[1:])
            w += sum(same(w, kernel[1], stride[1])[1:])
        elif padding != "valid":
            h += padding[0] + padding[1]
            w += padding[2] + padding[3]
        return (h * w - positions) * (c // self.stream_lanes(source))

    def fold(self, positions, outputs, terms, border=0, lanes=None):
        """Fewest multipliers for `positions` output pixels beside `border`
        cycles, with PEs that divide `lanes`; among equals the squarest
        array."""
        best = None
        for pe in divisors(lanes or outputs):
            for simd in divisors(terms):
                reuse = (outputs // pe) * (terms // simd)
                if positions * reuse + border > self.cycles:
                    continue
                cost = (pe * simd, abs(pe - simd))
                if best is None or cost < best[0]:
                    best = (cost, pe, simd)
        if best is None:
            raise ValueError(f"{self.name}: no folding reaches {self.cycles}")
        return best[1], best[2]

    def window(self, source, kernel, stride, padding):
        h, w, c = self.shapes[source]
        if padding == "same":
            oh = same(h, kernel[0], stride[0])[0]
            ow = same(w, kernel[1], stride[1])[0]
        elif padding == "valid":
            oh = (h - kernel[0]) // stride[0] + 1
            ow = (w - kernel[1]) // stride[1] + 1
        else:
            oh = (h + padding[0] + padding[1] - kernel[0]) // stride[0] + 1
            ow = (w + padding[2] + padding[3] - kernel[1]) // stride[1] + 1
        return oh, ow, c

    def lanes(self, shape, at_least):
        """Fewest lanes that divide the channels, are a multiple or divisor of
        at_least, and bring a frame over in the cycles there are."""
        h, w, c = shape
        for lanes in divisors(c):
            if h * w * (c // lanes) * 2 > self.cycles:
                continue
            if lanes % at_least == 0:
                return lanes
        return c

    def conv(self, name, filters, kernel, stride=1, padding="same",
             activation="relu", source=None, output=None, lanes=None):
        source = source or self.last
        kernel = kernel if isinstance(kernel, list) else [kernel, kernel]
        stride = [stride, stride]
        oh, ow, c = self.window(source, kernel, stride, padding)
        shape = (oh, ow, filters)
        terms = kernel[0] * kernel[1] * c
        border = self.border(source, kernel, stride, padding, oh * ow)
        pe, simd = self.fold(oh * ow, filters, terms, border)
        output = output or {"relu": ACTIVATIONS, "relu6": LIMITED,
                            "none": SUMS}[activation]
        layer = {"name": name, "type": "conv2d", "input": source,
                 "filters": filters, "kernel": kernel, "stride": stride,
                 "padding": padding, "activation": activation,
                 "weight_format": WEIGHTS, "output_format": output,
                 "weights": self.seeded()}
        lanes = lanes or self.lanes(shape, pe)
        if lanes % pe != 0:
            # A group leaves in several tokens, or the lanes take several
            # groups; between the two there is nothing.
            pe, simd = self.fold(oh * ow, filters, terms, border, lanes)
        return self.add(layer, shape, {"pe": pe, "simd": simd, "lanes": lanes})

    def depthwise(self, name, kernel, stride=1, activation="relu6",
                  source=None, padding="same"):
        source = source or self.last
        kernel = kernel if isinstance(kernel, list) else [kernel, kernel]
        stride = [stride, stride]
        oh, ow, c = self.window(source, kernel, stride, padding)
        shape = (oh, ow, c)
        border = self.border(source, kernel, stride, padding, oh * ow)
        pe, simd = self.fold(oh * ow, c, kernel[0] * kernel[1], border)
        output = LIMITED if activation == "relu6" else ACTIVATIONS
        layer = {"name": name, "type": "depthwise_conv2d", "input": source,
                 "kernel": kernel, "stride": stride, "padding": padding,
                 "activation": activation, "weight_format": WEIGHTS,
                 "output_format": output, "weights": self.seeded()}
        return self.add(layer, shape, {"pe": pe, "simd": simd,
                                       "lanes": self.lanes(shape, pe)})

    def pool(self, name, kind, kernel, stride, padding="valid", source=None):
        source = source or self.last
        shape = self.window(source, [kernel] * 2, [stride] * 2, padding)
        layer = {"name": name, "type": f"{kind}pool2d", "input": source,
                 "kernel": [kernel] * 2, "stride": [stride] * 2}
        if padding != "valid":
            layer["padding"] = padding
        return self.add(layer, shape)

    def global_average(self, name, output=None):
        h, w, c = self.shapes[self.last]
        layer = {"name": name, "type": "global_avgpool", "input": self.last}
        if output:
            layer["output_format"] = output
        return self.add(layer, (1, 1, c))

    def dense(self, name, units, activation="none", output=None):
        h, w, c = self.shapes[self.last]
        if h * w > 1:
            flat = {"name": f"{name}_flat", "type": "flatten",
                    "input": self.last}
            self.add(flat, (1, 1, h * w * c))
        inputs = self.shapes[self.last][2]
        lanes_in = self.options.get(self.before_flat(), {}).get("lanes")
        best = None
        for pe in divisors(units):
            for simd in divisors(inputs):
                if lanes_in and lanes_in % simd and simd % lanes_in:
                    continue
                if units // pe * (inputs // simd) > self.cycles:
                    continue
                cost = (pe * simd, pe)
                if best is None or cost < best[0]:
                    best = (cost, pe, simd)
        _, pe, simd = best
        output = output or (ACTIVATIONS if activation == "relu" else LOGITS)
        layer = {"name": name, "type": "dense", "input": self.last,
                 "units": units, "activation": activation,
                 "weight_format": WEIGHTS, "output_format": output,
                 "weights": self.seeded()}
        return self.add(layer, (1, 1, units),
                        {"pe": pe, "simd": simd, "lanes": pe})

    def before_flat(self):
        """The last layer that decides about lanes."""
        by_name = {layer["name"]: layer for layer in self.layers}
        name = self.last
        while name in by_name and name not in self.options:
            layer = by_name[name]
            name = layer.get("input") or layer["inputs"][0]
        return name

    def join(self, name, kind, inputs, output=None, activation=None):
        shapes = [self.shapes[i] for i in inputs]
        h, w, c = shapes[0]
        if kind == "concat":
            c = sum(s[2] for s in shapes)
        layer = {"name": name, "type": kind, "inputs": list(inputs)}
        if activation:
            layer["activation"] = activation
        if output:
            layer["output_format"] = output
        return self.add(layer, (h, w, c))

    def simple(self, name, kind, source=None, shape=None, **keys):
        source = source or self.last
        layer = {"name": name, "type": kind, "input": source, **keys}
        return self.add(layer, shape or self.shapes[source])

    def write(self):
        folder = MODELS / self.name
        folder.mkdir(exist_ok=True)
        lines = ['{', '  "headrace": 1,', f'  "name": "{self.name}",',
                 '  "network": {',
                 f'    "input": {json.dumps(self.input)},', '    "layers": [']
        lines += [",\n".join("      " + json.dumps(layer)
                             for layer in self.layers)]
        lines += ['    ],', f'    "output": "{self.last}"', '  },',
                  '  "hardware": {', '    "family": "headrace",',
                  '    "clock_mhz": 200,',
                  f'    "fifo": {{ "slack": {self.slack} }},',
                  *self.hardware, '    "layers": {']
        lines += [",\n".join(f"      {json.dumps(name)}: {json.dumps(o)}"
                             for name, o in self.options.items())]
        lines += ['    }', '  }', '}', '']
        (folder / self.file).write_text("\n".join(lines), encoding="utf-8")


def squeezenet(name, version):
    """Iandola et al., "SqueezeNet: AlexNet-level accuracy with 50x fewer
    parameters", arXiv:1602.07360, table 1; 1.1 as in the authors' release:
    3x3 instead of 7x7 first, pools earlier."""
    n = Network(name, (224, 224, 3), 800_000, 256)
    if version == 10:
        n.conv("conv1", 96, 7, 2, "valid")
        pools = {1, 4, 8}
    else:
        n.conv("conv1", 64, 3, 2, "valid")
        pools = {1, 3, 5}

    def pool(after):
        h = n.shapes[n.last][0]
        # Caffe rounds the size of a pool up: one row and column more where
        # the last window is not whole.
        over = (-(h - 3)) % 2
        n.pool(f"pool{after}", "max", 3, 2,
               [0, over, 0, over] if over else "valid")

    pool(1)
    widths = [(16, 64), (16, 64), (32, 128), (32, 128), (48, 192), (48, 192),
              (64, 256), (64, 256)]
    for i, (squeeze, expand) in enumerate(widths, start=2):
        s = n.conv(f"fire{i}_squeeze", squeeze, 1)
        shape = n.shapes[s][:2] + (expand,)
        lanes = n.lanes(shape, 1)
        # Both halves deliver the lanes that the wider one needs.
        pe, _ = n.fold(shape[0] * shape[1], expand, 9 * squeeze)
        lanes = max(lanes, pe)
        a = n.conv(f"fire{i}_expand1", expand, 1, source=s, lanes=lanes)
        b = n.conv(f"fire{i}_expand3", expand, 3, source=s, lanes=lanes)
        n.join(f"fire{i}", "concat", [a, b])
        n.options[f"fire{i}"] = {"lanes": lanes}
        if i in pools:
            pool(i)
    n.conv("conv10", 1000, 1)
    n.global_average("pool10", LOGITS)
    return n


# Where the published SqueezeNet on six FPGAs can be cut: no tensor there has
# more than 392 Kbit.
SIX_BOARDS = [["conv1"], ["fire2_expand1", "fire2_expand3"],
              ["fire3_expand1", "fire3_expand3"],
              ["fire5_expand1", "fire5_expand3"],
              ["fire7_expand1", "fire7_expand3"],
              ["fire9_expand1", "fire9_expand3"]]


def six_fpgas(file, framed):
    """SqueezeNet v1.1 with 'same' padding on six boards, folded so that each
    layer takes 0.8 to 3.9 ms at 200 MHz and all of them together 24 ms
    (docs/squeezenet-six-fpgas.md says what is published and what is assumed).
    """
    n = Network("squeezenet_6fpga", (224, 224, 3), 784_000, 256)
    n.file = file

    def conv(name, filters, kernel, cycles, stride=1, source=None):
        """The largest reuse factor that keeps to so many cycles."""
        source = source or n.last
        oh, ow, c = n.window(source, [kernel] * 2, [stride] * 2, "same")
        reuse = max(d for d in divisors(filters * kernel * kernel * c)
                    if d * oh * ow <= cycles)
        return n.add({"name": name, "type": "conv2d", "input": source,
                      "filters": filters, "kernel": [kernel] * 2,
                      "stride": [stride] * 2, "padding": "same",
                      "activation": "relu", "weight_format": WEIGHTS,
                      "output_format": ACTIVATIONS, "weights": n.seeded()},
                     (oh, ow, filters), {"reuse_factor": reuse})

    conv("conv1", 64, 3, 700_000, 2)
    n.pool("pool1", "max", 3, 2, "same")
    widths = [(16, 64), (16, 64), (32, 128), (32, 128), (48, 192), (48, 192),
              (64, 256), (64, 256)]
    for i, (squeeze, expand) in enumerate(widths, start=2):
        s = conv(f"fire{i}_squeeze", squeeze, 1, 105_000)
        a = conv(f"fire{i}_expand1", expand, 1, 305_000, source=s)
        b = conv(f"fire{i}_expand3", expand, 3, 305_000, source=s)
        n.join(f"fire{i}", "concat", [a, b])
        if i in (3, 5):
            n.pool(f"pool{i}", "max", 3, 2, "same")
    conv("conv10", 1000, 1, n.cycles)
    n.global_average("pool10", LOGITS)

    boards = [{"name": f"board{i}", "device": "xczu9eg", "layers": layers}
              for i, layers in enumerate(SIX_BOARDS, start=1)]
    links = [{"name": f"link{i}", "type": "serial-10g", "from": f"board{i}",
              "to": f"board{i + 1}"} for i in range(1, len(boards))]
    for key, rows in (("boards", boards), ("links", links)):
        n.hardware += [f'    "{key}": [', ",\n".join(
            f"      {json.dumps(row)}" for row in rows), "    ],"]
    if framed:
        # Fed faster, the frames would only wait in the buffers.
        n.hardware += [f'    "source": {{"frame_period": {n.cycles}}},',
                       '    "buffering": "frame",']
    return n


def basic_block(n, name, filters, stride):
    """Two 3x3 convolutions and a shortcut (He et al., arXiv:1512.03385)."""
    source = n.last
    n.conv(f"{name}_conv1", filters, 3, stride)
    long = n.conv(f"{name}_conv2", filters, 3, activation="none")
    short = source
    if stride != 1 or n.shapes[source][2] != filters:
        short = n.conv(f"{name}_short", filters, 1, stride, source=source,
                       activation="none")
    n.join(f"{name}_add", "add", [long, short], ACTIVATIONS, "relu")


def resnet18():
    """He et al., "Deep Residual Learning for Image Recognition",
    arXiv:1512.03385, table 1."""
    n = Network("resnet18", (224, 224, 3), 1_600_000, 512)
    n.conv("conv1", 64, 7, 2, [3, 3, 3, 3])
    n.pool("pool1", "max", 3, 2, [1, 1, 1, 1])
    for stage, filters in enumerate((64, 128, 256, 512), start=2):
        for block in (1, 2):
            basic_block(n, f"stage{stage}_{block}", filters,
                        2 if stage > 2 and block == 1 else 1)
    n.global_average("pool5")
    n.dense("fc", 1000)
    return n


def resnet8():
    """MLPerf Tiny image classification: ResNet-8 on CIFAR-10 (Banbury et al.,
    "MLPerf Tiny Benchmark", arXiv:2106.07597)."""
    n = Network("resnet8", (32, 32, 3), 40_000, 256)
    n.conv("conv1", 16, 3)
    for stage, filters in enumerate((16, 32, 64), start=1):
        basic_block(n, f"stage{stage}", filters, 1 if stage == 1 else 2)
    n.global_average("pool")
    n.dense("fc", 10)
    n.simple("softmax", "softmax", output_format="ufixed<8,0,RND,SAT>")
    return n


def mobilenet(name, size, width, classes, cycles, slack):
    """Howard et al., "MobileNets", arXiv:1704.04861, table 1; `width` is the
    multiplier of all channels."""
    n = Network(name, (size, size, 3), cycles, slack)

    def channels(c):
        return int(c * width)

    n.conv("conv1", channels(32), 3, 2, activation="relu6")
    blocks = [(64, 1), (128, 2), (128, 1), (256, 2), (256, 1), (512, 2)]
    blocks += [(512, 1)] * 5 + [(1024, 2), (1024, 1)]
    for i, (filters, stride) in enumerate(blocks, start=1):
        n.depthwise(f"block{i}_depthwise", 3, stride)
        n.conv(f"block{i}_pointwise", channels(filters), 1,
               activation="relu6")
    n.global_average("pool")
    n.dense("fc", classes)
    return n


def keyword_spotting():
    """MLPerf Tiny keyword spotting: DS-CNN on 49x10 MFCC features (Zhang et
    al., "Hello Edge", arXiv:1711.07128; size S as in MLPerf Tiny)."""
    n = Network("dscnn", (49, 10, 1), 40_000, 256, "fixed<8,4>")
    n.conv("conv1", 64, [10, 4], 2)
    for i in range(1, 5):
        n.depthwise(f"block{i}_depthwise", 3, activation="relu")
        n.conv(f"block{i}_pointwise", 64, 1)
    n.global_average("pool")
    n.dense("fc", 12)
    n.simple("softmax", "softmax", output_format="ufixed<8,0,RND,SAT>")
    return n


def autoencoder():
    """MLPerf Tiny anomaly detection: the dense autoencoder of the DCASE 2020
    challenge, 640 inputs, four layers of 128, 8, and back."""
    n = Network("autoencoder", (1, 1, 640), 4_000, 128, "fixed<8,3>")
    for i in range(1, 5):
        n.dense(f"encode{i}", 128, "relu")
    n.dense("code", 8, "relu")
    for i in range(1, 5):
        n.dense(f"decode{i}", 128, "relu")
    n.dense("output", 640, output="fixed<8,3,RND,SAT>")
    return n


def unet():
    """A U-shaped segmentation network with skip concatenations after
    Ronneberger et al., arXiv:1505.04597, as small as ENet (Paszke et al.,
    arXiv:1606.02147: 0.37 million weights): 0.5 million, 256x256, 12
    classes."""
    n = Network("unet256", (256, 256, 3), 2_000_000, 8192)
    widths = [8, 16, 32, 64]
    skips = []
    for i, c in enumerate(widths, start=1):
        n.conv(f"down{i}_conv1", c, 3)
        skips.append(n.conv(f"down{i}_conv2", c, 3))
        n.pool(f"down{i}_pool", "max", 2, 2)
    n.conv("bottom_conv1", 128, 3)
    n.conv("bottom_conv2", 128, 3)
    for i, c in reversed(list(enumerate(widths, start=1))):
        h, w, _ = n.shapes[n.last]
        up = n.conv(f"up{i}_conv0", c, 1)
        n.simple(f"up{i}_repeat", "upsample2d", up, (2 * h, 2 * w, c),
                 size=[2, 2])
        n.join(f"up{i}_skip", "concat", [skips[i - 1], n.last])
        n.conv(f"up{i}_conv1", c, 3)
        n.conv(f"up{i}_conv2", c, 3)
    n.conv("classes", 12, 1, activation="none")
    n.simple("labels", "argmax")
    return n


NETWORKS = {
    "squeezenet10": lambda: squeezenet("squeezenet10", 10),
    "squeezenet11": lambda: squeezenet("squeezenet11", 11),
    "resnet8": resnet8,
    "resnet18": resnet18,
    "mobilenet025": lambda: mobilenet("mobilenet025", 96, 0.25, 2,
                                      100_000, 512),
    "mobilenet10": lambda: mobilenet("mobilenet10", 224, 1, 1000,
                                     1_000_000, 2048),
    "dscnn": keyword_spotting,
    "autoencoder": autoencoder,
    "unet256": unet,
    "squeezenet_6fpga": lambda: [six_fpgas("model.json", True),
                                 six_fpgas("streaming.json", False)],
}


def main():
    for name in sys.argv[1:] or NETWORKS:
        if name not in NETWORKS:
            sys.exit(f"no network '{name}'; there are: {', '.join(NETWORKS)}")
        made = NETWORKS[name]()
        for n in made if isinstance(made, list) else [made]:
            n.write()
            print(f"models/{n.name}/{n.file}")


if __name__ == "__main__":
    main()
