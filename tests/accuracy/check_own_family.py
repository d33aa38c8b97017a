"""A family that the program does not know: fit_hls4ml.py makes a calibration of it
from reports, predictions follow from that alone and say how far they can be trusted,
and what is wrong with such a file is said."""

import copy
import json
import os
import pathlib
import subprocess
import sys
import tempfile

import scoreboard

ROOT = pathlib.Path(__file__).resolve().parents[2]
FIT = ROOT / "models/calibration/fit_hls4ml.py"
PROGRAM = os.environ["HEADRACE_BINARY"]
OWN, LIKE = "hls4ml/vitis-2025.1", "hls4ml/vitis-2023.2"
# Measured: 2,423 cycles.  Of its two batch norms, one is alike in all that a rule
# knows and takes a cycle more: 2,422, and a bound above 0.
DESIGN = "lenet5"


def fitted(*arguments):
    return subprocess.run([sys.executable, str(FIT), *arguments],
                          capture_output=True, text=True, check=False)


def simulate(config, calibration=None):
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        (folder / "model.json").write_text(json.dumps(config),
                                           encoding="utf-8")
        if calibration is not None:
            (folder / "mine.json").write_text(json.dumps(calibration),
                                              encoding="utf-8")
        return subprocess.run([PROGRAM, "simulate", name], text=True,
                              capture_output=True, check=False)


def config_of(**hardware):
    config = scoreboard.without_reports(DESIGN)
    config["hardware"].update({"family": OWN, "calibration": "mine.json"})
    config["hardware"].update(hardware)
    return config


def changed(calibration, change):
    calibration = copy.deepcopy(calibration)
    change(calibration)
    return calibration


def drop_kernel(name):
    def change(c):
        c[OWN]["rows"] = [r for r in c[OWN]["rows"] if r["kernel"] != name]
    return change


def drop_numbers(c):
    for row in c[OWN]["rows"]:
        row.pop("depth", None)


def slow_softmax(c):
    """Every number is from this file."""
    c[OWN]["rows"] = [dict(r, latency={"base": 1010})
                      if r["kernel"] == "softmax" else r
                      for r in c[OWN]["rows"]]


def of_another(c):
    c["hls4ml/vitis-2099.9"] = c[OWN]
    c[OWN] = dict(c[OWN], rows=[])


# (change to the calibration, what is said of it); all fail.
FAULTS = [
    (lambda c: c.update({LIKE: c.pop(OWN)}) or c[LIKE].pop("like"),
     f"there is no '{OWN}' here, the family of the design"),
    (lambda c: c[OWN].pop("like"), "has no 'like'"),
    (lambda c: c[OWN].update(like="hls4ml/vitis-2031.1"),
     "'hls4ml/vitis-2031.1' is none of the families that others can be like: "
     "hls4ml/vivado-2019.2"),
    (lambda c: c[OWN].update(like="headrace"),
     "'headrace' is none of the families"),
    (lambda c: c.update({"vitis": c[OWN]}),
     "'vitis' is no family whose processes HLS made"),
    (lambda c: c.update({LIKE: c[OWN]}), "unknown key 'like'"),
    (drop_kernel("softmax"), f"the timing of 'softmax_21' is not known for "
     f"family {OWN}"),
    (drop_numbers, "the timing of 'conv2d_2' is not known"),
]

# (change to the config, change to the calibration, what is printed).
SAID = [
    ({}, lambda c: None, f"({OWN} kernels, taken to be like {LIKE})"),
    ({}, lambda c: None, "latency        2,422 cycles"),
    ({}, lambda c: None, "trust          calibrated"),
    ({}, slow_softmax, "latency        3,422 cycles"),
    ({"clock_mhz": 100}, lambda c: None,
     "clock 10 ns, calibrated at 5 ns"),
    ({}, of_another, "as in hls4ml/vitis-2099.9"),
]


def main():
    faults = []
    made = fitted("--own", OWN, "--like", LIKE,
                  str(ROOT / "models/hls4ml" / DESIGN))
    if made.returncode != 0:
        sys.exit(made.stderr)
    calibration = json.loads(made.stdout)
    if any("measured" in r for r in calibration[OWN]["rows"]):
        faults.append("a row claims to be measured with the other tool")
    for change, text in FAULTS:
        result = simulate(config_of(), changed(calibration, change))
        if result.returncode != 2 or text not in result.stderr:
            faults.append(f"no '{text}': {result.stderr}")
    for hardware, change, text in SAID:
        result = simulate(config_of(**hardware), changed(calibration, change))
        if result.returncode != 0 or text not in result.stdout:
            faults.append(f"no '{text}': {result.stderr}{result.stdout}")
    alone = config_of()
    del alone["hardware"]["calibration"]
    result = simulate(alone)
    for text in (f"kernel family '{OWN}' is not supported; these are: ",
                 LIKE, 'a file of your own, "calibration", describes'):
        if result.returncode != 2 or text not in result.stderr:
            faults.append(f"no '{text}': {result.stderr}")
    for arguments, text in (
            (("--own", LIKE, "--like", LIKE, "x"), "does not know"),
            (("--own", OWN, "--like", OWN, "x"), "--like: "),
            (("--own", OWN), "go together"),
            (("--own", OWN, "--like", LIKE, "nowhere"), "nothing to fit")):
        result = fitted(*arguments)
        if result.returncode == 0 or text not in result.stderr:
            faults.append(f"{arguments}: no '{text}': {result.stderr}")
    sys.exit("\n".join(faults) if faults else 0)


main()
