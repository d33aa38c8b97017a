#!/usr/bin/env python3
"""What processes and FIFOs of hls4ml designs cost: rules, laws, and their errors.

Multipliers and memories follow rules; LUTs and flip-flops a law that is linear in
a few features, fitted to the synthesis reports in data/.  The program reads the
laws from models/calibration/hls4ml_cost.json and has the rules in sim/cost; this
script has its own reading of both.

    tests/accuracy/hls_cost.py            the tables of docs/cost.md
    tests/accuracy/hls_cost.py --fit      fits, and writes the laws
    tests/accuracy/hls_cost.py --write    writes the tables into docs/cost.md
    tests/accuracy/hls_cost.py --check    exit 1 unless laws and tables are up to
                                          date, the program agrees with this
                                          script, and no error is above its bound

"Left out": the designs of every author are predicted by laws fitted to those of
the other authors.  Designs of one author share layers and habits.
"""
import csv
import json
import math
import os
import pathlib
import re
import statistics
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
DATA = HERE / "data"
LAWS = ROOT / "models/calibration/hls4ml_cost.json"
PAGE = ROOT / "docs/cost.md"
PROGRAM = os.environ.get("HEADRACE_BINARY", "headrace")

FEATURES = ("product", "shared_product", "held_product", "multiplier",
            "input_bit", "input_bit_stage", "output_bit", "held_bit",
            "constant")
PRODUCTS = ("conv2d", "depthwise_conv2d", "dense")
# (kernels, strategy, features of the LUT law, features of the FF law)
GROUPS = (
    (PRODUCTS, "latency",
     ("product", "shared_product", "output_bit", "constant"),
     ("shared_product", "held_product", "input_bit_stage", "output_bit",
      "constant")),
    (PRODUCTS, "resource",
     ("multiplier", "input_bit", "output_bit", "constant"),
     ("multiplier", "input_bit", "constant")),
    (("maxpool2d", "avgpool2d", "global_maxpool", "global_avgpool"), None,
     ("input_bit", "constant"), ("input_bit_stage", "constant")),
    (("relu", "elementwise", "concat"), None,
     ("input_bit", "constant"), ("held_bit", "constant")),
    (("lookup",), None, ("input_bit", "constant"), ("input_bit", "constant")),
    (("batchnorm",), None, ("input_bit", "constant"),
     ("input_bit", "constant")),
    (("softmax",), None, ("input_bit", "constant"), ("input_bit", "constant")),
    (("zeropad2d", "upsample2d", "clone"), None, ("input_bit", "constant"),
     ("constant",)),
)
KERNELS = {"conv1d": "conv2d", "pointwise_conv1d": "conv2d",
           "pooling2d": "maxpool2d", "linear": "relu", "hard_tanh": "lookup",
           "hard_sigmoid": "lookup", "tanh": "lookup", "zeropad1d": "zeropad2d",
           "upsample_nearest": "upsample2d", "pointwise": "conv2d",
           "zeropad": "zeropad2d", "sigmoid": "lookup",
           "globalpool": "global_maxpool"}
TABLES = ("tanh", "sigmoid")  # lookups that read a table in block RAM
WIDTH_MAX = 32  # of a format in a model config
SMALL = 100         # LUTs or FFs; what is smaller has no relative error

CONSTANT_LUT_BITS = 9  # weights that wide or narrower are multiplied in LUTs
CONSTANT_DSP_PERCENT = 71  # of the wider ones, the share in DSP slices
ROM_BITS_MIN = 1024
ROM_BITS_MIN_2024 = 256  # Vitis 2024.2
FIFO_BITS_MIN = 512  # of one channel, Vivado
VITIS_FIFO_BITS_MIN = 1000
SHAPES = ((18, 1024), (9, 2048), (4, 4096), (2, 8192), (1, 16384))

# Rows of synthesis.csv whose notes have one of these words are of other
# hardware, or of weights many of which are zero; t753 is among the measured.
ODD = ("pruned", "one after the other", "not pipelined", "not read",
       "one token in", "run time")
TWICE = ("tsopeter_best",)

# A left-out median may not grow above these, in percent (--check): what they are,
# rounded up.
BOUNDS = {"LUT": 23, "FF": 36}


def up(a, b):
    return -(-a // b)


def table(design, name):
    with open(DATA / design / f"{name}.csv", newline="",
              encoding="utf-8") as file:
        return list(csv.DictReader(file))


def width(text):
    return min(WIDTH_MAX, int(re.match(r"ap_\w+<(\d+)", text).group(1)))


def load(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)


class Row:
    """A process: what decides its cost, and what the report says."""

    def __init__(self, design, process, name, kind, p, report):
        self.design = design["name"]
        self.author = design["source"].split("/")[0]
        self.newest = "2024" in design["tool"]
        self.name = name
        self.tool = "vivado" if "Vivado" in design["tool"] else "vitis"
        self.kind = kind
        self.kernel = KERNELS.get(kind, kind)
        self.measured = {r: int(report[r])
                         for r in ("bram18", "dsp", "ff", "lut")}
        self.reuse = p.get("reuse_factor") or 1
        self.tokens = process["tokens_in"][0]
        precision = p.get("precision", {})
        self.strategy = (p.get("strategy") or "latency").lower()
        self.in_width = width(precision["input"])
        self.out_width = width(precision.get("output", precision["input"]))
        self.weight = width(precision.get("weight", "ap_fixed<8,1>"))
        self.zeros = p.get("matmul_n_zeros", p.get("n_zeros")) or 0
        self.channels = p.get("channels_out", process["parameters"].get(
            "channels_out"))
        taps = p.get("filt_height", 1) * p.get("filt_width", 1)
        if self.kernel in ("conv2d", "depthwise_conv2d"):
            self.inputs = taps * p["n_chan"]
            self.outputs = (p["n_chan"] if kind == "depthwise_conv2d"
                            else p["n_filt"])
            self.terms = self.inputs * (1 if kind == "depthwise_conv2d"
                                        else self.outputs)
        elif kind == "dense":
            self.inputs, self.outputs = p["n_in"], p["n_out"]
            self.terms = self.inputs * self.outputs
        elif self.kernel == "maxpool2d":
            self.inputs = p["pool_height"] * p["pool_width"] * p["n_filt"]
            self.outputs, self.terms = p["n_filt"], 0
        else:
            self.inputs = self.channels or p.get("n_chan")
            self.outputs, self.terms = self.channels or self.inputs, 0

    def set_stages(self, timing):
        latency = timing.get("latency", 0)
        whole = latency - self.tokens - self.reuse + 1
        self.stages = min(1, latency)
        if timing.get("depth"):
            self.stages = timing["depth"]
        elif timing.get("fire"):
            self.stages = timing.get("idle", 0)
        elif self.kernel == "dense" or self.tokens == 1:
            self.stages = max(self.stages, whole)

    def way(self):
        """With reuse factor 1 both strategies are the same."""
        return self.strategy if self.reuse > 1 else "latency"

    def features(self):
        products = self.terms
        if self.kind != "depthwise_conv2d":
            products -= self.zeros
        out = self.outputs * self.out_width
        held = max(0, self.stages - 2)
        return {
            "product": products,
            "shared_product": products if self.reuse > 1 else 0,
            "held_product": products * held,
            "multiplier": up(self.terms, self.reuse),
            "input_bit": self.inputs * self.in_width,
            "input_bit_stage": self.inputs * self.in_width * self.stages,
            "output_bit": out,
            "held_bit": out * held,
            "constant": 1,
        }

    # Rules: sim/cost/hls_slices.c reads them independently.

    def dsp(self):
        wide, narrow = (max(self.in_width, self.weight),
                        min(self.in_width, self.weight))
        each = up(wide - 1, 26) * up(narrow - 1, 17)
        if self.kernel in PRODUCTS and self.way() == "resource":
            count = up(self.terms, self.reuse)
            if self.weight > CONSTANT_LUT_BITS:
                return count * each
            return min(count, self.outputs) if self.newest else 0
        constant = self.reuse == 1 or self.kind == "depthwise_conv2d"
        if self.kernel in PRODUCTS and not constant:
            return up(self.terms - self.zeros, self.reuse) * each
        if self.kernel in PRODUCTS:
            if self.weight <= CONSTANT_LUT_BITS:
                return 0
            zeros = 0 if self.kind == "depthwise_conv2d" else self.zeros
            return up((self.terms - zeros) * CONSTANT_DSP_PERCENT, 100) * each
        if self.kernel == "batchnorm":
            if self.weight <= CONSTANT_LUT_BITS:
                return 0
            return min(self.channels,
                       up(self.channels * self.tokens, self.reuse)) * each
        if self.kernel == "softmax":
            return up(self.outputs, self.reuse)
        return 0

    def bram18(self):
        if self.kernel in PRODUCTS and self.way() == "resource":
            bits = up(self.terms, self.reuse) * self.weight
            if bits * self.reuse < (ROM_BITS_MIN_2024 if self.newest
                                    else ROM_BITS_MIN):
                return 0
            return up(bits, 36) * up(self.reuse, 512)
        if self.kernel == "softmax":
            return up(up(self.outputs, self.reuse), 2) + 1
        if self.kind in TABLES:
            return up(self.outputs, 2)
        return 0


def timings(design):
    return {name: o.get("timing", {}) for name, o in
            load(ROOT / f"models/hls4ml/{design}/model.json")
            ["hardware"]["layers"].items()}


def rows_of(name):
    design = load(DATA / name / "design.json")
    reports = table(name, "csynth")
    timing = timings(name)
    rows = []
    for process in design["processes"]:
        p, kind = process["parameters"], process["kind"]
        mine = [r for r in reports if r["process"] == process["name"]]
        if kind == "separable_conv2d":
            for half in ("depthwise", "pointwise"):
                q = dict(p[half], precision=dict(p[half]["precision"],
                                                 **p["precision"]))
                report = [r for r in mine if r["level"] == "2"
                          and half in r["module"]][0]
                label = process["name"] + ("_depthwise" if half == "depthwise"
                                           else "")
                rows.append(Row(design, process, label, "depthwise_conv2d"
                                if half == "depthwise" else "conv2d", q,
                                report))
                rows[-1].set_stages(timing[label])
        else:
            rows.append(Row(design, process, process["name"], kind, p,
                            mine[0]))
            rows[-1].set_stages(timing.get(process["name"], {}))
    return rows


def number(text, otherwise=0):
    return int(text) if text else otherwise


def reported_row(r, design):
    """A row of synthesis.csv; None: it does not say what the cost depends on,
    or is odd."""
    row = Row.__new__(Row)
    row.design, row.name, row.kind = r["design"], r["process"], r["kernel"]
    row.author = design["source"].split("/")[0]
    row.tool, row.newest = design["tool"], design["version"] >= "2024.2"
    row.kernel = KERNELS.get(row.kind, row.kind)
    row.strategy = r["strategy"] or "latency"
    row.tokens = number(r["in_height"], 1) * number(r["in_width"], 1)
    products = row.kernel in PRODUCTS
    # A linear activation of one token is wires.
    wires = row.kind == "linear" and row.tokens == 1
    if not r["lut"] or wires or r["design"] in TWICE \
            or any(w in r["note"] for w in ODD) \
            or (products and not (r["reuse_factor"] and number(r["n_in"]))) \
            or (row.tokens > 1 and row.kernel not in ("dense", "zeropad2d",
                                                      "concat")
                and not r["iteration_max"]):
        return None
    row.reuse = number(r["reuse_factor"], 1)
    row.known_reuse = bool(r["reuse_factor"])
    row.in_width = number(r["in_bits"], 16)
    row.out_width = number(r["out_bits"], 16)
    row.weight = number(r["weight_bits"], row.in_width)
    row.zeros = 0
    row.channels = number(r["in_channels"])
    row.inputs, row.outputs = row.channels, number(r["out_channels"])
    row.terms = 0
    if products:
        row.inputs, row.outputs = int(r["n_in"]), int(r["n_out"])
        row.terms = row.inputs * row.outputs
    elif row.kernel == "maxpool2d":
        row.inputs *= (number(r["kernel_height"], 1)
                       * number(r["kernel_width"], 1))
    timing = {"latency": number(r["latency_max"])}
    if r["ii"]:
        timing["depth"] = number(r["iteration_max"])
    elif r["iteration_max"]:
        timing["idle"] = number(r["iteration_min"])
        timing["fire"] = number(r["iteration_max"])
    row.set_stages(timing)
    row.measured = {x: int(r[x]) for x in ("bram18", "dsp", "ff", "lut")}
    return row


def reported_designs():
    with open(DATA / "synthesis_designs.csv", newline="",
              encoding="utf-8") as file:
        return {d["design"]: d for d in csv.DictReader(file)}


def reported_rows():
    designs_ = reported_designs()
    with open(DATA / "synthesis.csv", newline="", encoding="utf-8") as file:
        rows = [reported_row(r, designs_[r["design"]])
                for r in csv.DictReader(file)]
    return [r for r in rows if r is not None]


def descend(lines, weights, c):
    """Coefficients >= 0 of the least weighted squares, by coordinate descent
    from c."""
    rest = [y - math.fsum(a * b for a, b in zip(c, x)) for x, y in lines]
    for _ in range(2000):
        moved = 0.0
        for k in range(len(c)):
            square = math.fsum(w * x[k] * x[k]
                               for (x, _), w in zip(lines, weights))
            if square == 0:
                continue
            step = math.fsum(w * x[k] * r for (x, _), w, r
                             in zip(lines, weights, rest)) / square
            step = max(step, -c[k])
            c[k] += step
            for i, (x, _) in enumerate(lines):
                rest[i] -= step * x[k]
            moved = max(moved, abs(step) * square ** 0.5)
        if moved < 1e-7:
            break
    return rest


def fit(rows, features):
    """Coefficients >= 0 with the least sum of relative errors, so that odd
    designs do not pull; rows: (features, measured)."""
    lines = [([x[f] / max(y, SMALL) for f in features], y / max(y, SMALL))
             for x, y in rows]
    c = [0.0] * len(features)
    weights = [1.0] * len(lines)
    for _ in range(40):
        rest = descend(lines, weights, c)
        # Squares weighted so are the errors themselves; below 5 % an error
        # counts as a square.
        weights = [1 / max(abs(r), 0.05) for r in rest]
    return {f: round(1000 * v) for f, v in zip(features, c)}


def value(law, features):
    return sum(law.get(f, 0) * features[f] for f in FEATURES) / 1000


def errors(pairs):
    """Of (predicted, measured) from SMALL on: median and worst, in percent."""
    relative = [abs(p - m) / m for p, m in pairs if m >= SMALL]
    if not relative:
        return None, None
    return (100 * statistics.median(relative), 100 * max(relative))


def in_group(row, group):
    return row.kernel in group[0] and group[1] in (None, row.way())


def fits(rows):
    """Per group and resource: the law, errors, errors with designs left out."""
    for group in GROUPS:
        mine = [r for r in rows if in_group(r, group)]
        for resource, features in (("lut", group[2]), ("ff", group[3])):
            points = [(r.features(), r.measured[resource]) for r in mine]
            law = fit(points, features)
            left = []
            for author in sorted({r.author for r in mine}):
                others = [p for p, r in zip(points, mine)
                          if r.author != author]
                if others:
                    part = fit(others, features)
                    left += [(value(part, x), y) for (x, y), r
                             in zip(points, mine) if r.author == author]
            yield {"group": group, "resource": resource, "law": law,
                   "rows": len(points),
                   "designs": sorted({r.design for r in mine}),
                   "authors": len({r.author for r in mine}),
                   "fit": errors([(value(law, x), y) for x, y in points]),
                   "left": errors(left)}


# FIFOs.  A law has a constant and so much per bit of the address.

def fifo_rows(names):
    rows = []
    for name in names:
        design = load(DATA / name / "design.json")
        tool = "vivado" if "Vivado" in design["tool"] else "vitis"
        for f in table(name, "fifos"):
            if not f["csynth_ff"]:
                continue
            copies, depth = int(f["copies"]), int(f["depth"])
            rows.append({
                "design": name, "tool": tool, "version": design["tool"],
                # What is charged for, not what is built in the end.
                "kind": "ram" if int(f["csynth_bram18"]) else "srl",
                "depth": depth, "copies": copies,
                "bits": int(f["width_bits"]),
                "bram18": int(f["csynth_bram18"]),
                "ff": int(f["csynth_ff"]) / copies,
                "features": {"address_bit": (depth - 1).bit_length(),
                             "constant": 1}})
    return rows


def fifo_bram18(row):
    least = VITIS_FIFO_BITS_MIN if row["tool"] == "vitis" else FIFO_BITS_MIN
    if row["depth"] == 1 or row["depth"] * row["bits"] < least:
        return 0
    return row["copies"] * min(up(row["bits"], w) * up(row["depth"], d)
                               for w, d in SHAPES)


def reported_fifos():
    """Those of fifo_area.csv."""
    designs_ = reported_designs()
    with open(DATA / "fifo_area.csv", newline="", encoding="utf-8") as file:
        for f in csv.DictReader(file):
            design = designs_[f["design"]]
            if f["bram18"]:
                yield {"tool": design["tool"], "version": design["version"],
                       "depth": int(f["depth"]), "bits": int(f["bits"]),
                       "copies": 1, "bram18": int(f["bram18"])}


def fifo_value(law, row):
    return (law["address_bit"] * row["features"]["address_bit"]
            + law["constant"]) / 1000


def fifo_fits(rows):
    for tool, kind in (("vitis", "ram"), ("vitis", "srl"), ("vivado", "ram"),
                       ("vivado", "srl")):
        # Shift registers of Vitis 2023.1 have their bits in flip-flops, later
        # ones in LUTs; 2019.2 has one FIFO only.
        mine = [r for r in rows if (r["tool"], r["kind"]) == (tool, kind)
                and not (kind == "srl" and ("2023.1" in r["version"]
                                            or "2019.2" in r["version"]))]
        features = ("address_bit", "constant")
        law = fit([(r["features"], r["ff"]) for r in mine], features)
        pairs = [(fifo_value(law, r), r["ff"]) for r in mine]
        yield {"tool": tool, "kind": kind, "law": law, "rows": len(mine),
               "designs": sorted({r["design"] for r in mine}),
               "off": max(abs(p - m) for p, m in pairs)}


def rest_of_top(names):
    """LUTs that the report charges to the design and to no process, per FIFO
    channel: control and FIFOs."""
    per = {"vitis": [], "vivado": []}
    for name in names:
        reports = table(name, "csynth")
        rest = int(reports[0]["lut"]) - sum(int(r["lut"]) for r in reports
                                            if r["level"] == "1")
        fifos = [r for r in fifo_rows([name])]
        per[fifos[0]["tool"]].append(rest / sum(f["copies"] for f in fifos))
    return {t: round(1000 * statistics.median(v)) for t, v in per.items()}


def law_of(laws_, resource, row):
    return [x for x in laws_["processes"]
            if x["resource"] == resource and row.kernel in x["kernels"]
            and x.get("strategy", row.way()) == row.way()][0]


def implemented():
    """Placed and routed against the synthesis report, in percent."""
    with open(DATA / "published.csv", newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    out = {}
    for r in ("lut", "ff", "dsp", "bram18"):
        shares = sorted(100 * float(x[f"impl_{r}"]) / float(x[f"hls_{r}"])
                        for x in rows if x[f"impl_{r}"] and x[f"hls_{r}"])
        out[r] = shares
    return out


def designs():
    return sorted(p.parent.name for p in DATA.glob("*/design.json"))


def laws(process_fits, fifos, names, medians):
    processes = []
    for f in process_fits:
        entry = {"resource": f["resource"], "kernels": list(f["group"][0])}
        if f["group"][1]:
            entry["strategy"] = f["group"][1]
        entry.update({k: v for k, v in f["law"].items() if v})
        entry["designs"] = ", ".join(f["designs"])
        median, worst = f["left"]
        if median is None:
            entry["residual"] = "below %d" % SMALL
        else:
            entry["residual"] = ("designs left out: median %.0f %%, worst"
                                 " %.0f %%" % (median, worst))
        processes.append(entry)
    rest = rest_of_top(names)
    streams = []
    for f in fifos:
        streams.append({"tool": f["tool"], "kind": f["kind"],
                        "ff_address_bit": f["law"]["address_bit"],
                        "ff_constant": f["law"]["constant"],
                        "lut_constant": rest[f["tool"]],
                        "designs": ", ".join(f["designs"]),
                        "residual": "%.0f FF each" % f["off"]})
    shares = implemented()
    return {"processes": processes, "fifos": streams,
            "implemented_percent": {r: round(statistics.median(v))
                                    for r, v in shares.items()},
            "left_out_percent": {r.lower(): round(v)
                                 for r, v in medians.items()}}


def text_of(laws_):
    def compact(entries):
        return ",\n".join("    " + json.dumps(e) for e in entries)
    return ("{\n  \"processes\": [\n" + compact(laws_["processes"])
            + "\n  ],\n  \"fifos\": [\n" + compact(laws_["fifos"])
            + "\n  ],\n  \"implemented_percent\": "
            + json.dumps(laws_["implemented_percent"])
            + ",\n  \"left_out_percent\": "
            + json.dumps(laws_["left_out_percent"]) + "\n}\n")


def percent(x):
    return "-" if x is None else f"{x:.0f} %"


# Published designs of which totals are known (data/published.csv) and sizes, but
# no process; none of them is in the fit.  A layer: kind, inputs and outputs of
# its product or values of its window and token, reuse factor, stages of its
# pipeline as in like kernels of other designs; then depth and values of the
# FIFO behind it (0: the port).
KEBL = (
    ("pad", 3, 3, 1, 0, 400, 3), ("product", 75, 8, 25, 0, 256, 8),
    ("leaky", 8, 8, 1, 3, 256, 8), ("pool", 32, 8, 1, 4, 64, 8),
    ("pad", 8, 8, 1, 0, 100, 8), ("product", 72, 16, 144, 0, 64, 16),
    ("leaky", 16, 16, 1, 3, 64, 16), ("pad", 16, 16, 1, 0, 100, 16),
    ("product", 144, 16, 144, 0, 64, 16), ("leaky", 16, 16, 1, 3, 64, 16),
    ("pool", 64, 16, 1, 4, 16, 16), ("product", 256, 8, 1024, 0, 1, 8),
    ("softmax", 8, 8, 1, 0, 0, 0))
SVHN = (
    ("product", 27, 16, 1, 3, 900, 16), ("relu", 16, 16, 1, 2, 900, 16),
    ("pool", 64, 16, 1, 3, 225, 16), ("product", 144, 16, 1, 4, 169, 16),
    ("relu", 16, 16, 1, 2, 169, 16), ("pool", 64, 16, 1, 3, 36, 16),
    ("product", 144, 24, 1, 4, 16, 24), ("relu", 24, 24, 1, 2, 16, 24),
    ("pool", 96, 24, 1, 3, 4, 24), ("product", 96, 42, 1, 3, 1, 42),
    ("relu", 42, 42, 1, 0, 1, 42), ("product", 42, 64, 1, 3, 1, 64),
    ("relu", 64, 64, 1, 0, 1, 64), ("product", 64, 10, 1, 2, 1, 10),
    ("softmax", 10, 10, 1, 0, 0, 0))
LENET = (
    ("product", 25, 6, 25, 0, 576, 6), ("relu", 6, 6, 1, 3, 576, 6),
    ("pool", 24, 6, 1, 4, 144, 6), ("product", 150, 16, 30, 0, 64, 16),
    ("relu", 16, 16, 1, 3, 64, 16), ("pool", 64, 16, 1, 4, 16, 16),
    ("product", 256, 120, 32, 0, 1, 120), ("relu", 120, 120, 1, 0, 1, 120),
    ("product", 120, 84, 30, 0, 1, 84), ("relu", 84, 84, 1, 0, 1, 84),
    ("product", 84, 10, 28, 0, 0, 0))
# (row of published.csv, tool, bits, strategy, share of zeros, layers)
UNFITTED = (
    ("lenet_tcc_rf32", "vitis", 22, "resource", 0, LENET),
    ("kebl_line_buffer_model8_resource_10k", "vivado", 16, "resource", 0,
     KEBL),
    ("tutorial_svhn_pruned", "vivado", 16, "latency", 0.5, SVHN),
)
UNFITTED_KINDS = {"product": "dense", "pool": "maxpool2d", "leaky": "relu",
                  "pad": "zeropad2d"}


def unfitted_row(tool, bits, strategy, zeros, layer):
    kind, inputs, outputs, reuse, stages = layer[:5]
    row = Row.__new__(Row)
    row.kind = row.kernel = UNFITTED_KINDS.get(kind, kind)
    row.tool, row.strategy, row.reuse = tool, strategy, reuse
    row.newest = tool == "vitis"
    row.in_width = row.out_width = row.weight = bits
    row.inputs, row.outputs, row.stages = inputs, outputs, stages
    row.terms = inputs * outputs if kind == "product" else 0
    row.zeros = int(row.terms * zeros)
    row.channels, row.tokens = outputs, 1
    return row


def unfitted(laws_):
    """Per design: predicted and reported, by resource."""
    with open(DATA / "published.csv", newline="", encoding="utf-8") as file:
        reported = {r["id"]: r for r in csv.DictReader(file)}
    for name, tool, bits, strategy, zeros, layers in UNFITTED:
        total = dict.fromkeys(("lut", "ff", "dsp", "bram18"), 0)
        for layer in layers:
            row = unfitted_row(tool, bits, strategy, zeros, layer)
            features = row.features()
            for resource in ("lut", "ff"):
                law = law_of(laws_, resource, row)
                total[resource] += value(law, features)
            total["dsp"] += row.dsp()
            if layer[0] == "leaky":  # a multiplier for each channel
                total["dsp"] += row.outputs
            total["bram18"] += row.bram18()
            depth, values = layer[5:]
            if depth == 0:
                continue
            fifo = {"tool": tool, "depth": depth, "bits": bits * values,
                    "copies": 1, "features": {
                        "address_bit": (depth - 1).bit_length()}}
            if tool == "vivado":
                fifo.update(bits=bits, copies=values)
            fifo["kind"] = "ram" if fifo_bram18(fifo) else "srl"
            law = [x for x in laws_["fifos"] if x["tool"] == tool
                   and x["kind"] == fifo["kind"]][0]
            total["bram18"] += fifo_bram18(fifo)
            total["lut"] += fifo["copies"] * law["lut_constant"] / 1000
            total["ff"] += fifo["copies"] * fifo_value(
                {"address_bit": law["ff_address_bit"],
                 "constant": law["ff_constant"]}, fifo)
        yield name, {r: (total[r], int(reported[name][f"hls_{r}"]))
                     for r in total}


def unfitted_table(laws_):
    lines = ["| design | DSP | BRAM18 | FF | LUT |", "|---|---|---|---|---|"]
    for name, figures in unfitted(laws_):
        cells = [f"{p:.0f} / {m} ({100 * (p - m) / m:+.0f} %)"
                 for p, m in (figures[r] for r in ("dsp", "bram18", "ff",
                                                   "lut"))]
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    return lines


def rule_table(rows, fifos):
    lines = ["| resource | of | rows | equal | off by, sum of rows |",
             "|---|---|---|---|---|"]
    for title, pick, pairs in (
            ("DSP", "conv, dense: shared multipliers",
             [(r.dsp(), r.measured["dsp"]) for r in rows
              if r.kernel in PRODUCTS and r.reuse > 1
              and r.kind != "depthwise_conv2d"]),
            ("DSP", "conv, dense: a multiplier for each weight",
             [(r.dsp(), r.measured["dsp"]) for r in rows
              if r.kernel in PRODUCTS and (r.reuse == 1
                                           or r.kind == "depthwise_conv2d")]),
            ("DSP", "other processes",
             [(r.dsp(), r.measured["dsp"]) for r in rows
              if r.kernel not in PRODUCTS]),
            ("BRAM18", "processes",
             [(r.bram18(), r.measured["bram18"]) for r in rows]),
            ("BRAM18", "FIFOs of measured designs",
             [(fifo_bram18(f), f["bram18"]) for f in fifos]),
            ("BRAM18", "other FIFOs, Vitis 2023.1",
             [(fifo_bram18(f), f["bram18"]) for f in reported_fifos()
              if (f["tool"], f["version"]) == ("vitis", "2023.1")]),
            ("BRAM18", "other FIFOs, other tools",
             [(fifo_bram18(f), f["bram18"]) for f in reported_fifos()
              if (f["tool"], f["version"]) != ("vitis", "2023.1")])):
        equal = sum(p == m for p, m in pairs)
        lines.append(f"| {title} | {pick} | {len(pairs)} | {equal} |"
                     f" {sum(p for p, _ in pairs)} for"
                     f" {sum(m for _, m in pairs)} |")
    return lines


def law_table(process_fits):
    lines = ["| resource | kernels | rows | designs, authors | median, worst |"
             " left out: median, worst |", "|---|---|---|---|---|---|"]
    for f in process_fits:
        kernels = ", ".join(f["group"][0])
        if f["group"][1]:
            kernels += ", " + f["group"][1]
        lines.append(f"| {f['resource'].upper()} | {kernels} | {f['rows']} |"
                     f" {len(f['designs'])}, {f['authors']} | {percent(f['fit'][0])},"
                     f" {percent(f['fit'][1])} | {percent(f['left'][0])},"
                     f" {percent(f['left'][1])} |")
    return lines


def totals_left_out(rows):
    """Processes of a design together, by laws of other authors' designs; a
    group that nobody else has keeps its own."""
    lines = ["| design | LUT, left out / report | FF, left out / report |"
             " DSP | BRAM18 |", "|---|---|---|---|---|"]
    off = {"LUT": [], "FF": []}
    parts = {}  # the laws of the others, by author and so on
    for name in sorted({r.design for r in rows}):
        cells = []
        mine = [r for r in rows if r.design == name]
        author = mine[0].author
        for resource in ("lut", "ff"):
            predicted = 0
            for number_, group in enumerate(GROUPS):
                features = group[2 if resource == "lut" else 3]
                used = [r for r in mine if in_group(r, group)]
                if not used:
                    continue
                key = (author, resource, number_)
                if key not in parts:
                    others = [r for r in rows if in_group(r, group)
                              and r.author != author] or used
                    parts[key] = fit([(r.features(), r.measured[resource])
                                      for r in others], features)
                predicted += sum(value(parts[key], r.features())
                                 for r in used)
            measured = sum(r.measured[resource] for r in mine)
            error = 100 * (predicted - measured) / measured
            off[resource.upper()].append(abs(error))
            cells.append(f"{predicted:.0f} / {measured} ({error:+.0f} %)")
        for resource in ("dsp", "bram18"):
            cells.append(f"{sum(getattr(r, resource)() for r in mine)} /"
                         f" {sum(r.measured[resource] for r in mine)}")
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    medians = {r: statistics.median(v) for r, v in off.items()}
    lines.append(f"| median of {len(off['LUT'])} | {medians['LUT']:.0f} % |"
                 f" {medians['FF']:.0f} % | | |")
    return lines, medians


def implemented_table():
    lines = ["| resource | designs | median | from .. to |", "|---|---|---|---|"]
    for r, shares in implemented().items():
        lines.append(f"| {r.upper()} | {len(shares)} |"
                     f" {statistics.median(shares):.0f} % |"
                     f" {shares[0]:.0f} .. {shares[-1]:.0f} % |")
    return lines


def tables(names, rows, process_fits, fifos, streams, totals, fitted):
    lines = ["Rules, against every row of the reports:", ""]
    lines += rule_table(rows, streams)
    lines += ["", "Laws (errors of rows from %d on):" % SMALL, ""]
    lines += law_table(process_fits)
    lines += ["", "FIFOs, flip-flops each:", "",
              "| FIFO | rows | law | off by at most |", "|---|---|---|---|"]
    for f in fifos:
        lines.append(f"| {f['tool']} {f['kind']} | {f['rows']} |"
                     f" {f['law']['constant'] / 1000:.1f} +"
                     f" {f['law']['address_bit'] / 1000:.1f} per address bit |"
                     f" {f['off']:.1f} |")
    lines += ["", "All processes of a design that were used, predicted by laws"
              " fitted to the designs of other authors; DSP and BRAM18 by"
              " rule:", ""]
    lines += totals
    lines += ["", "Published designs of which only totals are known, not in the"
              " fit; predicted / report:", ""]
    lines += unfitted_table(fitted)
    lines += ["", "After implementation, in percent of the synthesis report"
              " (published.csv):", ""]
    lines += implemented_table()
    return "\n".join(lines) + "\n"


BEGIN = "<!-- hls_cost.py begins -->\n"
END = "<!-- hls_cost.py ends -->\n"


def page_with(text):
    page = PAGE.read_text(encoding="utf-8")
    head, rest = page.split(BEGIN)
    return head + BEGIN + text + END + rest.split(END)[1]


def program_disagrees(names, laws_):
    """Where the program's costs are not what this script gets.  Its weights
    are seeded, with a few zeros; reports know the true ones."""
    faults = []
    for name in names:
        path = ROOT / f"models/hls4ml/{name}/model.json"
        result = subprocess.run([PROGRAM, "simulate", str(path), "--json",
                                 "--frames", "1"], capture_output=True,
                                text=True, check=False)
        if result.returncode != 0:
            faults.append(f"{name}: {result.stderr}")
            continue
        costs = {p["name"]: p["cost"]
                 for p in json.loads(result.stdout)["processes"]}
        for row in rows_of(name):
            # The model has at least the zeros of the report; seeded weights
            # crowd around zero, so that at most 4 in 2^bits more are.  And
            # whole numbers are rounded.
            slack = 4 * row.terms / 2 ** row.weight
            features = row.features()
            cost = costs[row.name]
            for resource in ("lut", "ff"):
                law = law_of(laws_, resource, row)
                mine = value(law, features)
                room = 1 + slack * (law.get("product", 0)
                                                    + law.get("shared_product", 0)
                                    + law.get("held_product", 0)
                                    * max(0, row.stages - 2)) / 1000
                if not mine - room <= cost[resource] <= mine + 1:
                    faults.append(f"{name}: {row.name}: {cost[resource]}"
                                  f" {resource}, here {mine:.0f}")
            for resource, room in (("dsp", slack), ("bram18", 0)):
                mine = getattr(row, resource)()
                if not mine - room <= cost[resource] <= mine:
                    faults.append(f"{name}: {row.name}: {cost[resource]}"
                                  f" {resource}, here {mine}")
    return faults


def main():
    names = designs()
    rows = [r for n in names for r in rows_of(n)] + reported_rows()
    streams = fifo_rows(names)
    process_fits = list(fits(rows))
    fifos = list(fifo_fits(streams))
    totals, medians = totals_left_out(rows)
    fitted = laws(process_fits, fifos, names, medians)
    text = tables(names, rows, process_fits, fifos, streams, totals, fitted)
    if "--fit" in sys.argv[1:]:
        LAWS.write_text(text_of(fitted), encoding="utf-8")
    elif "--write" in sys.argv[1:]:
        PAGE.write_text(page_with(text), encoding="utf-8")
    elif "--check" in sys.argv[1:]:
        faults = program_disagrees(names, fitted)
        if LAWS.read_text(encoding="utf-8") != text_of(fitted):
            faults.append("models/calibration/hls4ml_cost.json is not what"
                          " --fit writes")
        if PAGE.read_text(encoding="utf-8") != page_with(text):
            faults.append("docs/cost.md is not what --write makes of it")
        for r, bound in BOUNDS.items():
            if medians[r] > bound:
                faults.append(f"{r} of a design left out: median"
                              f" {medians[r]:.0f} %, above {bound} %")
        for f in faults:
            print(f, file=sys.stderr)
        sys.exit(1 if faults else 0)
    else:
        sys.stdout.write(text)


if __name__ == "__main__":
    main()
