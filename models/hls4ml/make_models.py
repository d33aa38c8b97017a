#!/usr/bin/env python3
"""Writes the model configs of the measured hls4ml designs, as
models/hls4ml/NAME/model.json, from the data in tests/accuracy/data: topology and
formats as built, weights seeded, and for each layer the numbers of its synthesis
report.

    models/hls4ml/make_models.py           all of them
    models/hls4ml/make_models.py lenet5    just one
"""
import csv
import json
import pathlib
import re
import sys

HERE = pathlib.Path(__file__).resolve().parent
DATA = HERE.parents[1] / "tests/accuracy/data"
WIDTH_MAX = 32  # of a format; wider ones are cut to it

FAMILIES = (("2019", "vivado-2019.2"), ("2020", "vivado-2020.1"),
            ("2024", "vitis-2024.2"), ("", "vitis-2023.2"))
SAME_TYPE = {"conv2d", "conv1d", "dense", "relu", "linear", "tanh", "hard_tanh",
             "hard_sigmoid", "batchnorm", "softmax", "zeropad1d", "zeropad2d"}


def table(design, name):
    with open(DATA / design / f"{name}.csv", newline="",
              encoding="utf-8") as file:
        return list(csv.DictReader(file))


def number_format(text):
    """ap_fixed<16,6,AP_RND,AP_SAT,0> as fixed<16,6,RND,SAT>."""
    kind, inside = re.match(r"ap_(\w+)<(.*)>", text).groups()
    fields = [f.strip() for f in inside.split(",")]
    if kind in ("int", "uint"):
        kind = kind.replace("int", "fixed")
        fields = [fields[0], fields[0]]
    width, whole = int(fields[0]), int(fields[1])
    width = min(width, WIDTH_MAX)
    modes = [f.replace("AP_", "") for f in fields[2:4]]
    return f"{kind}<{','.join([str(width), str(whole)] + modes)}>"


class Reports:
    """What the synthesis reports say, as keys of "timing"."""

    def __init__(self, design):
        self.functions = table(design, "csynth")
        self.loops = table(design, "csynth_loops")

    def loop(self, row):
        for x in self.loops:
            if x["row"] == row:
                return x
        return None

    def of_row(self, row, reuse=False):
        function = self.functions[int(row)]
        timing = {"latency": int(function["latency_max"])}
        loop = self.loop(row)
        if loop is None:
            return timing
        if loop["pipelined"] == "yes":
            timing["ii"] = int(loop["trip_max"] if reuse else loop["ii"])
            timing["depth"] = int(loop["iteration_max"])
        else:
            timing["idle"] = int(loop["iteration_min"])
            timing["fire"] = int(loop["iteration_max"])
        return timing

    def rows(self, process, level):
        return [f["row"] for f in self.functions
                if f["process"] == process and f["level"] == level]


class Model:
    def __init__(self, design):
        self.name = design
        with open(DATA / design / "design.json", encoding="utf-8") as file:
            self.design = json.load(file)
        self.reports = Reports(design)
        self.layers = []
        self.timing = {}
        self.tensors = {}  # stream -> layer
        self.seed = 0

    def add(self, name, kind, source, timing, parameters=None, **fields):
        layer = {"name": name, "type": kind, "input": source}
        layer.update(fields)
        self.layers.append(layer)
        if timing is None:
            return
        options = {}
        # What the cost depends on; the timing is that of the report.
        if parameters and parameters.get("reuse_factor"):
            options["reuse_factor"] = parameters["reuse_factor"]
        if parameters and parameters.get("strategy"):
            options["strategy"] = parameters["strategy"].lower()
        options["timing"] = timing
        self.timing[name] = options

    def weights(self, precision, bias="bias", zeros=None):
        self.seed += 1
        # Where no weight type is known any will do: no cycle depends on it.
        weight = precision.get("weight", "ap_fixed<8,1>")
        made_up = {"seed": self.seed}
        if zeros:
            made_up["zeros"] = zeros
        return {"weight_format": number_format(weight),
                "bias_format": number_format(precision.get(bias, weight)),
                "weights": made_up}

    def window(self, p):
        if "in_height" in p:
            return {"kernel": [p["filt_height"], p["filt_width"]],
                    "stride": [p["stride_height"], p["stride_width"]]}
        return {"kernel": p["filt_width"], "stride": p["stride_width"]}

    def separable(self, x, source):
        p = x["parameters"]
        inner = number_format(p["precision"]["output"])
        rows = self.reports.rows(x["name"], "2")
        trips = {r: self.reports.loop(r) for r in rows}
        tokens = str(x["tokens_in"][0])
        depthwise = [r for r in rows if trips[r] is not None
                     and trips[r]["trip_max"] == tokens][0]
        pointwise = [r for r in rows if r != depthwise][0]
        first = x["name"] + "_depthwise"
        self.add(first, "depthwise_conv2d", source,
                 self.reports.of_row(depthwise), p["depthwise"],
                 **self.window(p["depthwise"]), output_format=inner,
                 **self.weights(p["depthwise"]["precision"],
                                zeros=p["depthwise"]["n_zeros"]))
        self.add(x["name"], "conv2d", first, self.reports.of_row(pointwise),
                 p["pointwise"],
                 filters=p["pointwise"]["n_filt"], kernel=[1, 1],
                 output_format=inner,
                 **self.weights(p["pointwise"]["precision"],
                                zeros=p["pointwise"]["n_zeros"]))

    def process(self, x):
        name, kind, p = x["name"], x["kind"], x["parameters"]
        source = self.tensors[x["inputs"][0]]
        self.tensors[x["outputs"][0]] = name
        if kind == "separable_conv2d":
            self.separable(x, source)
            return
        precision = p.get("precision", {})
        out = {}
        if "output" in precision:
            out["output_format"] = number_format(precision["output"])
        row = self.reports.rows(name, "1")[0]
        reuse = kind == "dense" and x["tokens_in"][0] == 1
        timing = self.reports.of_row(row, reuse)
        if kind.startswith("zeropad"):
            pads = [p.get(k, 0) for k in ("pad_top", "pad_bottom", "pad_left",
                                          "pad_right")]
            padding = pads[2:] if kind.endswith("1d") else pads
            self.add(name, kind, source, None, padding=padding)
        elif kind.startswith("upsample"):
            self.add(name, "upsample1d", source, None,
                     size=p["upsample_factor"])
        elif kind == "pooling2d":
            self.add(name, "maxpool2d", source, timing, p,
                     **self.window(p))
        elif kind in ("conv2d", "conv1d", "pointwise_conv1d"):
            self.add(name, kind.replace("pointwise_", ""), source, timing, p,
                     filters=p["n_filt"], **self.window(p), **out,
                     **self.weights(precision, zeros=p.get("n_zeros")))
        elif kind == "dense":
            if x["tokens_in"][0] > 1:
                self.add(name + "_flatten", "flatten", source, None)
                source = name + "_flatten"
            self.add(name, kind, source, timing, p, units=p["n_out"], **out,
                     **self.weights(precision, zeros=p.get("n_zeros")))
        elif kind == "batchnorm":
            self.add(name, kind, source, timing, p, **out,
                     **self.weights(precision))
        else:
            assert kind in SAME_TYPE, kind
            self.add(name, kind, source, timing, p, **out)

    def shape(self, x):
        p = x["parameters"]
        p = p.get("depthwise", p)
        if "in_height" in p:
            return [p["in_height"], p["in_width"], p["n_chan"]]
        if "in_width" in p:
            return [1, p["in_width"], p["n_chan"]]
        tokens = x["tokens_in"][0]
        if tokens == 1:
            return [1, 1, p["n_in"]]
        # An activation in front of a square image.
        side = int(tokens ** 0.5)
        return [side, side, p["n_in"] // tokens]

    def config(self):
        first = self.design["processes"][0]
        port = first["inputs"][0]
        self.tensors[port] = port
        for x in self.design["processes"]:
            self.process(x)
        family = [f for year, f in FAMILIES if year in self.design["tool"]][0]
        network = {
            "input": {"name": port, "shape": self.shape(first),
                      "format": number_format(
                          first["parameters"]["precision"]["input"])},
            "layers": self.layers,
            "output": self.layers[-1]["name"],
        }
        hardware = {
            "family": "hls4ml/" + family,
            "clock_mhz": round(1e6 / self.design["clock_ps"], 3),
            "layers": self.timing,
        }
        return {"headrace": 1, "name": self.name, "network": network,
                "hardware": hardware}


def main():
    names = sys.argv[1:] or sorted(
        p.parent.name for p in DATA.glob("*/design.json"))
    for name in names:
        folder = HERE / name
        folder.mkdir(exist_ok=True)
        text = json.dumps(Model(name).config(), indent=2)
        # Short lists and objects on one line.
        text = re.sub(r"[\[{]\s+([^\[\]{}]{1,90}?)\s+[\]}]",
                      lambda m: re.sub(r"\s+", " ", m.group(0)), text)
        (folder / "model.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
