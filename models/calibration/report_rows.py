"""The rows that a calibration is made from: what synthesis reports say of one
process each, with what the process is (tests/accuracy/data).

A quantity that no report states is None.  `idle` and `fire` are cycles of an
iteration of a loop that is not pipelined; `ii` and `depth` of one that is (of a
dense of one token: trips and depth of its reuse loop); `latency` is that of the
process.
"""
import csv
import dataclasses
import json
import math
import pathlib

DATA = pathlib.Path(__file__).resolve().parents[2] / "tests/accuracy/data"
VITIS, VIVADO = "vitis", "vivado"
# Measured designs, and what synthesis.csv has of others.
MEASURED = ("lenet5", "hgdream", "alezsmall", "conv8f", "pq_mnist_rf1",
            "pq_m3relu", "pq_m4", "dsconv", "t753")
# Designs that are not used, and why: said in notes of synthesis_designs.csv.
OTHER_KERNELS = {
    "kebl_model32_resource": "one value per token",
    "kebl_model4_latency": "one value per token",
    "uwacme_uplane_test": "encoded convolutions, not hls4ml's kernels",
    "albertc9_conv2d": "weights at ports, so that products wait for memory",
    "lolbraa_hgq_fixed": "a width for every single value",
    "lolbraa_hgq_1": "a width for every single value",
}
# Older than any tool of a family, another scheduler: in 2020.2 a product of 18
# inputs takes 5 states at a clock at which it takes 1 from 2022 on.
OLD_VITIS = "2022"
# Convolutions of hls4ml 0.7 and older in Vitis: all in one loop.
OLD_CONVOLUTIONS = {"cestmer_alexnet"}
KERNELS = {"conv1d": "conv2d", "linear": "relu", "leakyrelu": "relu",
           "maxpool1d": "maxpool2d", "sigmoid": "lookup", "tanh": "lookup",
           "hard_tanh": "lookup", "hard_sigmoid": "lookup",
           "pooling2d": "maxpool2d", "pointwise_conv1d": "conv2d", "pointwise": "conv2d",
           "depthwise1d": "depthwise_conv2d",
           "depthwise2d": "depthwise_conv2d"}
# Rows with these words in their notes, and why they are not used.
ODD = {"filled at run time": "a table that is filled at run time",
       "per token": "loops over channels that are not unrolled",
       "weights pruned": "nobody knows how many weights are not zero"}
# Of these reasons those that are a judgement on reports that could be fitted.
VITIS_IS_OLD = f"Vitis HLS before {OLD_VITIS}, another scheduler"
CONVOLUTION_IS_OLD = "convolutions of hls4ml 0.7 in Vitis, all in one loop"
JUDGED = {VITIS_IS_OLD, CONVOLUTION_IS_OLD, *ODD.values()}
TAKEN = {"conv2d", "depthwise_conv2d", "dense", "relu", "lookup", "maxpool2d",
         "batchnorm", "softmax"}


@dataclasses.dataclass
class Row:
    project: str
    design: str
    name: str
    vendor: str
    family: str
    clock_ps: int
    kernel: str
    strategy: str = None
    pointwise: bool = False
    tokens: int = 1
    channels: int = 1
    inputs: int = 1  # of the product, but for weights known to be zero
    window: int = 1  # values that a pooling compares
    reuse: int = None
    ii: int = None
    depth: int = None
    idle: int = None
    fire: int = None
    latency: int = None
    product: int = None  # latency of the function that multiplies
    reuse_depth: int = None  # of its loop

    @property
    def one_token(self):
        return self.tokens == 1


def family_of(vendor, version):
    """The family whose kernels are the nearest."""
    if vendor == VIVADO:
        return "hls4ml/vivado-" + ("2019.2" if version < "2020" else "2020.1")
    return "hls4ml/vitis-" + ("2023.2" if version < "2024" else "2024.2")


def number(text):
    return int(text) if text not in ("", None) else None


def read(path):
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


# --- designs of which only reports are known ---------------------------------

def set_loop(row, x):
    """What the loop says, or else the latency of the process."""
    low, high = number(x["latency_min"]), number(x["latency_max"])
    row.latency = high
    if x["iteration_max"] and x["ii"]:
        row.ii, row.depth = number(x["ii"]), number(x["iteration_max"])
    elif x["iteration_max"]:
        row.idle, row.fire = number(x["iteration_min"]), \
            number(x["iteration_max"])
    elif row.one_token or high is None or row.kernel == "dense":
        pass
    elif low is not None and low != high:
        # Iterations follow each other: all idle, or all firing.
        row.idle, row.fire = low // row.tokens, high // row.tokens
    else:
        row.ii = max(1, high // row.tokens)
        row.depth = high - (row.tokens - 1) * row.ii - 1
    if row.kernel == "dense" and not row.one_token:
        row.ii = row.depth = row.idle = row.fire = None
    if row.kernel == "dense" and row.one_token and row.ii is not None:
        row.ii = number(x["trips"]) or row.reuse


def why_not(x, design):
    """Why a row of synthesis.csv is not used; None: it is."""
    kernel = KERNELS.get(x["kernel"], x["kernel"])
    if kernel not in TAKEN:
        return f"no rule is fitted for its kernel: {kernel}"
    if not x["in_width"] or not x["in_channels"]:
        return "its size is not known"
    if not x["latency_max"]:
        return "its latency is not known"
    if x["design"] in OTHER_KERNELS:
        return OTHER_KERNELS[x["design"]]
    if design["tool"] == VITIS and design["version"] < OLD_VITIS:
        return VITIS_IS_OLD
    if kernel == "conv2d" and x["design"] in OLD_CONVOLUTIONS:
        return CONVOLUTION_IS_OLD
    for words, reason in ODD.items():
        if words in x["note"]:
            return reason
    return None


def reported():
    """(row of synthesis.csv, that of its design)."""
    designs = {d["design"]: d for d in read(DATA / "synthesis_designs.csv")}
    for x in read(DATA / "synthesis.csv"):
        yield x, designs[x["design"]]


def dropped():
    """(design, process, why it is not used)."""
    return [(x["design"], x["process"], why_not(x, d))
            for x, d in reported() if why_not(x, d) is not None]


def estimated(judged=False):
    """judged: with those that only a judgement leaves out."""
    rows = []
    for x, d in reported():
        reason = why_not(x, d)
        if reason is not None and not (judged and reason in JUDGED):
            continue
        kernel = KERNELS.get(x["kernel"], x["kernel"])
        row = Row(project=d["source"].split("@")[0], design=x["design"],
                  name=x["process"], vendor=d["tool"],
                  family=family_of(d["tool"], d["version"]),
                  clock_ps=int(d["clock_ps"]), kernel=kernel,
                  strategy=x["strategy"] or None,
                  pointwise=kernel == "conv2d" and
                  x["kernel"].startswith("pointwise"),
                  tokens=int(x["in_height"]) * int(x["in_width"]),
                  channels=int(x["in_channels"]),
                  inputs=number(x["n_in"]) or 1,
                  window=(number(x["kernel_height"]) or 1) *
                  (number(x["kernel_width"]) or 1),
                  reuse=number(x["reuse_factor"]),
                  product=number(x["product_latency"]),
                  reuse_depth=number(x["reuse_depth"]))
        if kernel == "softmax":
            row.product = None
        if kernel == "batchnorm":
            row.reuse = row.channels if "one multiplier" in x["note"] else 1
        set_loop(row, x)
        rows.append(row)
    return rows


# --- measured designs --------------------------------------------------------

def terms(p, n_in, n_out):
    """Inputs of one output that are multiplied: weights that are zero are
    constants, for which nothing is built."""
    zeros = p.get("n_zeros") or 0
    return max(1, round(n_in - zeros / n_out))


class Reports:
    def __init__(self, design):
        self.functions = read(DATA / design / "csynth.csv")
        self.loops = read(DATA / design / "csynth_loops.csv")

    def set_row(self, row, index):
        f = self.functions[index]
        row.latency = number(f["latency_max"])
        loops = [x for x in self.loops if int(x["row"]) == index]
        for x in loops:
            if x["loop"] == "ReuseLoop":
                row.reuse_depth = number(x["iteration_max"])
        if not loops or (row.kernel == "dense" and not row.one_token):
            return
        x = loops[0]
        if x["pipelined"] != "yes":
            row.idle, row.fire = int(x["iteration_min"]), \
                int(x["iteration_max"])
            return
        row.ii, row.depth = int(x["ii"]), int(x["iteration_max"])
        if row.kernel == "dense":
            row.ii = int(x["trip_max"])

    def product_of(self, index):
        """Latency of the function that multiplies, below function `index`."""
        for f in self.functions[index + 1:]:
            if int(f["level"]) <= int(self.functions[index]["level"]):
                return None
            if f["module"].startswith(("dense_latency", "dense_resource")):
                return number(f["latency_max"])
        return None


def halves(process, reports, row):
    """The two kernels of a separable convolution."""
    p = process["parameters"]
    for index, f in enumerate(reports.functions):
        if f["process"] != process["name"] or f["level"] != "2":
            continue
        which = "pointwise" if "pointwise" in f["module"] else "depthwise"
        q = p[which]
        half = dataclasses.replace(
            row, name=f"{row.name}_{which}",
            kernel="conv2d" if which == "pointwise" else "depthwise_conv2d",
            pointwise=which == "pointwise", strategy=q["strategy"].lower(),
            tokens=q["in_height"] * q["in_width"], channels=q["n_chan"],
            inputs=q["kernel_size"] * (q["n_chan"] if which == "pointwise"
                                       else 1),
            reuse=q["reuse_factor"])
        reports.set_row(half, index)
        yield half


def measured():
    rows = []
    for design in MEASURED:
        with open(DATA / design / "design.json", encoding="utf-8") as file:
            about = json.load(file)
        reports = Reports(design)
        vendor, version = about["tool"].split()[0].lower(), \
            about["tool"].split()[-1]
        for process in about["processes"]:
            p = process["parameters"]
            row = Row(project=about["source"].split("@")[0], design=design,
                      name=process["name"], vendor=vendor,
                      family=family_of(vendor, version),
                      clock_ps=about["clock_ps"],
                      kernel=KERNELS.get(process["kind"], process["kind"]),
                      strategy=(p.get("strategy") or "").lower() or None,
                      pointwise=process["kind"].startswith("pointwise"),
                      tokens=process["tokens_in"][0],
                      reuse=p.get("reuse_factor"))
            if process["kind"] == "separable_conv2d":
                rows += halves(process, reports, row)
                continue
            if row.kernel not in TAKEN:
                continue
            row.channels = p.get("n_chan") or p.get("channels_out")
            row.window = (p.get("filt_height") or 1) * \
                (p.get("filt_width") or 1)
            if row.kernel == "conv2d":
                row.inputs = terms(p, p["matmul_n_in"], p["matmul_n_out"])
            elif row.kernel == "dense":
                row.inputs = terms(p, p["n_in"], p["n_out"])
            elif row.kernel == "batchnorm":
                row.channels = p["channels_out"]
            index = next(i for i, f in enumerate(reports.functions)
                         if f["process"] == row.name and f["level"] == "1")
            reports.set_row(row, index)
            row.product = reports.product_of(index)
            if row.kernel == "batchnorm" and row.reuse:
                row.reuse = min(row.reuse, row.channels)
            rows.append(row)
    return rows


def all_rows(judged=False):
    return measured() + estimated(judged)


def turns(row):
    """Rounds after the first in which the multipliers go through the channels
    of a token."""
    reuse = row.reuse or 1
    return math.ceil(row.channels / max(1, math.ceil(row.channels / reuse))) - 1
