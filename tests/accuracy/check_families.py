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


def other_tool(hardware):
    hardware["family"] = "hls4ml/vivado-2019.2"
    del hardware["layers"]["softmax_21"]


def with_device(hardware):
    hardware["device"] = "xc7z020"


def misspelt(hardware):
    hardware["layers"]["conv2d_2"]["timing"]["deptth"] = 5


# (command, change to the config, what stderr has to say); all fail.
REFUSED = [
    ("generate", lambda h: None, "no RTL can be generated"),
    ("simulate", fold, "nothing else can be chosen"),
    ("simulate", ours, "'timing' and 'strategy' are for families that HLS"),
    ("simulate", other_tool, "the timing of 'softmax_21' is not known"),
    ("simulate", misspelt, "deptth"),
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
    (unsynthesised, "trust          calibrated: latency within 2 cycles"),
    (slower, "extrapolated: 'conv2d_2', clock 10 ns, calibrated at 5 ns"),
    (never_measured, "'pool_5', no such maxpool2d of hls4ml/vitis-2023.2"),
]


def run(folder, command, config):
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
        for text in ("calibrated (hls4ml/vitis-2023.2 kernels)", "2,423"):
            if result.returncode != 0 or text not in result.stdout:
                faults.append(f"no '{text}' in: {result.stdout}")
    sys.exit("\n".join(faults) if faults else 0)


main()
