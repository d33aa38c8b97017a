#!/usr/bin/env python3
"""models/emnist_gamma beside what is published of it, and beside other topologies.

    tests/accuracy/emnist_gamma.py            its README is up to date, or exit 1
    tests/accuracy/emnist_gamma.py --write    writes the tables of the README

The program is $HEADRACE_BINARY, or headrace in the PATH.
"""
import copy
import csv
import json
import os
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
MODEL = ROOT / "models/emnist_gamma"
PAGE = MODEL / "README.md"
PUBLISHED = ROOT / "tests/accuracy/data/published.csv"
PROGRAM = os.environ.get("HEADRACE_BINARY", "headrace")


def published():
    with open(PUBLISHED, newline="", encoding="utf-8") as file:
        row = [r for r in csv.DictReader(file) if r["id"] == "emnist_gamma"][0]
    return {"latency": int(row["cosim_latency_max"]),
            "estimate": int(row["csynth_latency_max"]),
            "interval": int(row["csynth_interval_max"]),
            "dsp": int(row["hls_dsp"]), "bram18": int(row["hls_bram18"]),
            "fifo_bram18": int(row["notes"].split()[0]),
            "ff": int(row["hls_ff"]), "lut": int(row["hls_lut"])}


def predicted(config):
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "model.json"
        path.write_text(json.dumps(config), encoding="utf-8")
        result = subprocess.run([PROGRAM, "simulate", str(path), "--json"],
                                capture_output=True, text=True, check=False)
    if result.returncode != 0:
        sys.exit(result.stderr)
    out = json.loads(result.stdout)
    return {"latency": out["latency_cycles"],
            "interval": out["period_cycles"] // out["period_frames"],
            "fifo_bram18": sum(f["cost"]["bram18"] for f in out["fifos"]),
            "trust": out["trust"],
            "implemented": out["cost_implemented"], **out["cost"]}


def layer(config, name):
    return [x for x in config["network"]["layers"] if x["name"] == name][0]


def windows(config):
    layer(config, "conv1")["kernel"] = [5, 5]


def reuse(factor):
    def change(config):
        for options in config["hardware"]["layers"].values():
            options["reuse_factor"] = factor
    return change


def filters(config):
    layer(config, "conv1")["filters"] = 8
    layer(config, "conv2")["filters"] = 8


def third_dense(config):
    layers = config["network"]["layers"]
    last = layers.index(layer(config, "fc2"))
    between = copy.deepcopy(layer(config, "fc2"))
    between.update(name="fc1b", units=8)
    active = dict(layer(config, "relu3"), name="relu4", input="fc1b")
    layers[last:last] = [between, active]
    layer(config, "fc2")["input"] = "relu4"
    config["hardware"]["layers"]["fc1b"] = {"reuse_factor": 2}


def one_convolution(config):
    layers = config["network"]["layers"]
    for name in ("conv2", "relu2", "pool2"):
        layers.remove(layer(config, name))
    layer(config, "flat")["input"] = "pool1"
    del config["hardware"]["layers"]["conv2"]


ALTERNATIVES = (
    ("as in model.json", lambda config: None),
    ("reuse factor 1", reuse(1)),
    ("first windows 5 x 5: no row is left over", windows),
    ("8 filters in both convolutions", filters),
    ("one convolution only", one_convolution),
    ("dense 6-8-2", third_dense),
)


def error(value, truth):
    return f"{100 * (value - truth) / truth:+.1f} %"


def comparison(truth, mine):
    lines = ["| figure | published | predicted | off by |",
             "|---|---:|---:|---:|"]
    for title, key in (("latency, co-simulation", "latency"),
                       ("interval", "interval"), ("DSP", "dsp"),
                       ("BRAM18", "bram18"), ("of them in FIFOs",
                                              "fifo_bram18"),
                       ("FF", "ff"), ("LUT", "lut")):
        lines.append(f"| {title} | {truth[key]:,} | {mine[key]:,} |"
                     f" {error(mine[key], truth[key])} |")
    for key in ("ff", "lut"):
        value = mine["implemented"][key]
        lines.append(f"| {key.upper()}, if after implementation |"
                     f" {truth[key]:,} | {value:,} |"
                     f" {error(value, truth[key])} |")
    lines.append(f"| latency, estimate of the tool | {truth['estimate']:,} |"
                 " - | - |")
    return lines


def alternatives(truth, config):
    lines = ["| topology | latency | interval | latency - interval | DSP |"
             " BRAM18 in FIFOs |", "|---|---:|---:|---:|---:|---:|",
             f"| *published* | {truth['latency']:,} | {truth['interval']:,} |"
             f" {truth['latency'] - truth['interval']:+d} | {truth['dsp']} |"
             f" {truth['fifo_bram18']} |"]
    for title, change in ALTERNATIVES:
        changed = copy.deepcopy(config)
        change(changed)
        p = predicted(changed)
        lines.append(f"| {title} | {p['latency']:,} | {p['interval']:,} |"
                     f" {p['latency'] - p['interval']:+d} | {p['dsp']} |"
                     f" {p['fifo_bram18']} |")
    return lines


def between(name, page, lines):
    begin, end = f"<!-- {name} begins -->\n", f"<!-- {name} ends -->\n"
    head, rest = page.split(begin)
    return head + begin + "\n".join(lines) + "\n" + end + rest.split(end)[1]


def main():
    config = json.loads((MODEL / "model.json").read_text(encoding="utf-8"))
    truth, mine = published(), predicted(config)
    page = PAGE.read_text(encoding="utf-8")
    text = between("comparison", page, comparison(truth, mine))
    text = between("alternatives", text, alternatives(truth, config))
    if "--write" in sys.argv[1:]:
        PAGE.write_text(text, encoding="utf-8")
        return
    if text != page:
        sys.exit("models/emnist_gamma/README.md is not what"
                 " emnist_gamma.py --write makes of it")
    # An interval that is off by more than the depth of the first loop, which
    # nobody knows here, would mean another first layer.
    if abs(mine["interval"] - truth["interval"]) > 8:
        sys.exit(f"interval {mine['interval']} for {truth['interval']}")
    if mine["trust"] != "extrapolated":
        sys.exit("the prediction does not say that it is extrapolated")


if __name__ == "__main__":
    main()
