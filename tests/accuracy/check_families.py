"""Checks what the program says of models whose processes HLS made."""

import json
import os
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = os.environ["HEADRACE_BINARY"]
LENET = ROOT / "models/hls4ml/lenet5/model.json"


def changed(change):
    with open(LENET, encoding="utf-8") as file:
        config = json.load(file)
    change(config["hardware"])
    return config


def fold(hardware):
    hardware["layers"]["conv2d_2"]["pe"] = 2


def ours(hardware):
    hardware["family"] = "headrace"


def no_rows(hardware):
    hardware["calibration"] = "empty.json"
    del hardware["layers"]["softmax_21"]


def broken_rows(hardware):
    hardware["calibration"] = "broken.json"


def other_tool(hardware):
    hardware["family"] = "hls4ml/vitis-2024.2"


def with_device(hardware):
    hardware["device"] = "xc7z020"


def misspelt(hardware):
    hardware["layers"]["conv2d_2"]["timing"]["deptth"] = 5


def without_loop(hardware):
    hardware["layers"]["conv2d_2"]["timing"] = {"latency": 2355}


def without_idle(hardware):
    hardware["layers"]["pool_5"]["timing"] = {"fire": 3, "latency": 2355}


def one_multiplier_less(hardware):
    hardware["layers"]["conv2d_2"]["reuse_factor"] = 151


# (command, change to the config, what stderr has to say); all fail.
REFUSED = [
    ("generate", lambda h: None, "no RTL can be generated"),
    ("simulate", fold, "nothing else can be chosen"),
    ("simulate", ours, "'timing' and 'strategy' are for families that HLS"),
    ("simulate", no_rows, "the timing of 'softmax_21' is not known"),
    ("simulate", broken_rows, "0.5 is no whole number"),
    ("simulate", misspelt, "deptth"),
    ("simulate", one_multiplier_less,
     "reuse factor 151 is more than the 150 products of 'conv2d_2'"),
    ("simulate", without_loop, "the timing of 'conv2d_2' is not known"),
    ("simulate", without_idle, "the timing of 'pool_5' is not known"),
]


def unsynthesised(hardware):
    for options in hardware["layers"].values():
        del options["timing"]


def slower(hardware):
    unsynthesised(hardware)
    hardware["clock_mhz"] = 100


def never_measured(hardware):
    del hardware["layers"]["pool_5"]["timing"]["ii"]
    hardware["layers"]["pool_5"]["timing"].update(idle=2, fire=3)


# (change to the config, what stdout has to say of trust).
TRUST = [
    (lambda h: None, "trust          calibrated: latency within 0 cycles"),
    (unsynthesised, "holds for 7 of 10 reports"),
    (unsynthesised, "2,354 cycles, measured"),
    (slower, "extrapolated: no bound, because of 'conv2d_2'"),
    (slower, "clock 10 ns, calibrated at 5 ns"),
    (other_tool, "no such conv2d of hls4ml/vitis-2024.2 was measured"),
    (never_measured, "because of 'pool_5'"),
    (never_measured, "no such maxpool2d of hls4ml/vitis-2023.2"),
]


def calibration(base):
    """One without rows, or with one row."""
    names = ("add_ps", "product_ps", "product_least_ps", "multiply_ps",
             "loop_add_ps", "compare_ps")
    delays = {"usable_permille": 730, **{name: 1 for name in names}}
    row = {"kernel": "softmax", "one_token": True, "designs": "none",
           "clock_ps": 5000, "latency": {"base": base}}
    return {"hls4ml/vitis-2023.2": {
        "delays": delays, "rows": [] if base is None else [row]}}


def run(folder, command, config):
    for name, base in (("empty", None), ("broken", 0.5)):
        (pathlib.Path(folder) / f"{name}.json").write_text(
            json.dumps(calibration(base)), encoding="utf-8")
    path = pathlib.Path(folder) / "model.json"
    path.write_text(json.dumps(config), encoding="utf-8")
    arguments = [PROGRAM, command, str(path)]
    if command == "generate":
        arguments += ["-o", str(pathlib.Path(folder) / "rtl")]
    return subprocess.run(arguments, capture_output=True, text=True,
                          check=False)


def main():
    faults = []
    with tempfile.TemporaryDirectory() as folder:
        for command, change, text in REFUSED:
            result = run(folder, command, changed(change))
            if result.returncode != 2 or text not in result.stderr:
                faults.append(f"{command}, '{text}': exit status "
                              f"{result.returncode}, {result.stderr}")
        for change, text in TRUST:
            result = run(folder, "simulate", changed(change))
            if result.returncode != 0 or text not in result.stdout:
                faults.append(f"no '{text}' in: {result.stdout}")
        result = run(folder, "simulate", changed(with_device))
        for text in ("cost, as HLS reports it", "implemented, about",
                     "does not fit   xc7z020", "give it narrower weights"):
            if result.returncode != 1 or text not in result.stdout:
                faults.append(f"no '{text}' in: {result.stdout}")
        result = run(folder, "simulate", changed(lambda h: None))
        # PE and SIMD mean nothing here, its reuse factor does.
        for text in ("calibrated (hls4ml/vitis-2023.2 kernels)", "2,423",
                     "24x24x6   -     -      1 "):
            if result.returncode != 0 or text not in result.stdout:
                faults.append(f"no '{text}' in: {result.stdout}")
    sys.exit("\n".join(faults) if faults else 0)


main()
