#!/usr/bin/env python3
"""Prints how far predictions of measured hls4ml designs are off.

For each design: measured; predicted with the numbers of its synthesis reports
(models/hls4ml/NAME/model.json); predicted from its configuration alone (the same
without "timing", with reuse factors and strategies: the table of
models/calibration decides); the same with what that design showed left out of the
table; and what the tool itself estimates.

    tests/accuracy/scoreboard.py            a table
    tests/accuracy/scoreboard.py --check    and exit 1 if a bound is broken

The program is $HEADRACE_BINARY, or headrace in the PATH.  The calibration was made
from these very designs: "from configuration" is a fit, only "left out" tests it.
"""
import csv
import json
import os
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
DATA = HERE / "data"
MODELS = HERE.parents[1] / "models/hls4ml"
CALIBRATION = HERE.parents[1] / "models/calibration/hls4ml.json"
PROGRAM = os.environ.get("HEADRACE_BINARY", "headrace")
RUN = "b2b"

# With reports: relative errors that are allowed; and FIFO peaks off by more
# than a token, as a share.
BOUNDS = {"isolated": 0.005, "steady": 0.005, "interval": 0.001,
          "peaks": 0.05}


def table(design, name):
    with open(DATA / design / f"{name}.csv", newline="",
              encoding="utf-8") as file:
        return list(csv.DictReader(file))


def run(path, frames):
    """The result, or why there is none."""
    result = subprocess.run(
        [PROGRAM, "simulate", str(path), "--json", "--frames", str(frames)],
        capture_output=True, text=True, check=False)
    if result.returncode != 0:
        return None, result.stderr
    return json.loads(result.stdout), None


def simulate(path, frames):
    result, fault = run(path, frames)
    if result is None:
        sys.exit(f"{path}: {fault}")
    return result


def calibration_without(design):
    """Rows stay that another design showed as well, in the same numbers: with
    a residual, who knows whose numbers they are."""
    def stays(row):
        designs = row["design"].split(", ")
        return design not in designs or (len(designs) > 1
                                         and row["residual"] == "0")

    with open(CALIBRATION, encoding="utf-8") as file:
        families = json.load(file)
    return {family: [row for row in rows if stays(row)]
            for family, rows in families.items()}


def processes(design):
    with open(DATA / design / "design.json", encoding="utf-8") as file:
        return json.load(file)["processes"]


def parameters_of(process, layer):
    """Reuse factor and strategy of a layer of the model config."""
    p = process["parameters"]
    if process["kind"].startswith("separable"):
        p = p["depthwise" if layer.endswith("_depthwise") else "pointwise"]
    options = {}
    if p.get("reuse_factor"):
        options["reuse_factor"] = p["reuse_factor"]
    if p.get("strategy"):
        options["strategy"] = p["strategy"].lower()
    return options


def without_reports(design):
    """The model config as somebody knows it who has synthesised nothing."""
    with open(MODELS / design / "model.json", encoding="utf-8") as file:
        config = json.load(file)
    layers = {}
    strategies = set()
    for process in processes(design):
        for name in (process["name"], process["name"] + "_depthwise"):
            if name in config["hardware"]["layers"]:
                layers[name] = parameters_of(process, name)
                strategies.add(layers[name].get("strategy", "latency"))
    config["hardware"]["layers"] = layers
    if "resource" in strategies:
        config["hardware"]["strategy"] = "resource"
    return config


def measured(design):
    frames = [f for f in table(design, "frames") if f["run"] == RUN]
    middle = frames[len(frames) // 2]
    alone = [f for f in table(design, "frames") if f["run"] == "isolated"][0]
    peaks = {p["fifo"]: int(p["peak"]) for p in table(design, "peaks")
             if p["run"] == RUN and p["peak"]}
    return {"frames": len(frames), "isolated": int(alone["latency"]),
            "steady": int(middle["latency"]),
            "interval": int(middle["interval"]), "peaks": peaks}


def figures(design, result):
    by_producer = {f["name"].rsplit(".", 1)[0]: f["peak"]
                   for f in result["fifos"]}
    peaks = {f["fifo"]: by_producer[f["from"]]
             for f in table(design, "fifos") if f["from"] in by_producer}
    return {"isolated": result["latency_cycles"],
            "steady": result["latency_back_to_back_cycles"],
            "interval": result["period_cycles"] / result["period_frames"],
            "peaks": peaks}


def predicted(design, path, frames):
    return figures(design, simulate(path, frames))


def from_configuration(design, frames):
    """With all rows; and with those of the design left out, or None."""
    config = without_reports(design)
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "model.json"
        path.write_text(json.dumps(config), encoding="utf-8")
        fitted = predicted(design, path, frames)
        config["hardware"]["calibration"] = "rows.json"
        path.write_text(json.dumps(config), encoding="utf-8")
        rows = pathlib.Path(folder) / "rows.json"
        rows.write_text(json.dumps(calibration_without(design)),
                        encoding="utf-8")
        result, fault = run(path, frames)
        if result is None and "is not known for family" not in fault:
            sys.exit(f"{design}: {fault}")
    return fitted, None if result is None else figures(design, result)


def share(value, truth):
    return (value - truth) / truth


def error(value, truth):
    return f"{value:.0f} ({100 * share(value, truth):+.2f} %)"


def peaks_off(prediction, truth):
    return sum(abs(prediction["peaks"].get(f, 0) - p) > 1
               for f, p in truth["peaks"].items())


def estimate(row, which):
    low, high = row[f"csynth_{which}_min"], row[f"csynth_{which}_max"]
    return low if low == high else f"{low}..{high}"


def main():
    with open(DATA / "summary.csv", newline="", encoding="utf-8") as file:
        designs = list(csv.DictReader(file))
    print("| design | figure | measured | with reports | from configuration |"
          " left out | tool's estimate |")
    print("|---|---|---|---|---|---|---|")
    broken = []
    for row in designs:
        design = row["design"]
        truth = measured(design)
        frames = truth["frames"]
        reports = predicted(design, MODELS / design / "model.json", frames)
        alone, left_out = from_configuration(design, frames)
        for figure, text, tool in (
                ("isolated", "latency, isolated", estimate(row, "latency")),
                ("steady", f"latency, frame {frames // 2} of {frames}", ""),
                ("interval", "interval", estimate(row, "interval"))):
            print(f"| {design} | {text} | {truth[figure]} |"
                  f" {error(reports[figure], truth[figure])} |"
                  f" {error(alone[figure], truth[figure])} |"
                  f" {error(left_out[figure], truth[figure]) if left_out else '-'} |"
                  f" {tool} |")
            if abs(share(reports[figure], truth[figure])) > BOUNDS[figure]:
                broken.append(f"{design}: {text}")
        off = peaks_off(reports, truth)
        count = len(truth["peaks"])
        print(f"| {design} | FIFO peaks off by more than 1 | of {count} |"
              f" {off} | {peaks_off(alone, truth)} |"
              f" {peaks_off(left_out, truth) if left_out else '-'} | |")
        if off > BOUNDS["peaks"] * count:
            broken.append(f"{design}: FIFO peaks")
    if "--check" in sys.argv[1:] and broken:
        sys.exit("out of bounds: " + "; ".join(broken))


if __name__ == "__main__":
    main()
