"""Compares the cost of whole networks with what Yosys makes of their RTL.

  whole_networks.py HEADRACE MODEL...

HEADRACE is the program, a MODEL what `headrace generate` takes.  Each network
is generated, synthesised in one piece as synthesis.py says, and compared with
the cost that `headrace simulate --json` reports.  Prints the table of
docs/cost.md, a row as soon as it is known; exit status 1 if a DSP or a block
RAM is wrong, or LUTs or registers are more than 15 % off.  Takes minutes to
hours a network: about as many seconds as it has DSPs, and more for wide
weights and windows.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time

import synthesis

RESOURCES = ("lut", "ff", "dsp", "bram18")
ERROR_MAX = 0.15


def run(*command):
    return subprocess.run(command, check=True, text=True,
                          stdout=subprocess.PIPE).stdout


def predict(program, model):
    found = json.loads(run(program, "simulate", "--json", model))
    return found["name"], found["cost"]


def measure(program, model, top):
    with tempfile.TemporaryDirectory() as below:
        folder = os.path.join(below, "rtl")
        run(program, "generate", model, "-o", folder)
        with open(os.path.join(folder, top + ".f"), encoding="utf-8") as f:
            files = f.read().split()
        # Memory files are named without a folder.
        log = synthesis.run("read_verilog -sv %s\n%s -top %s\nstat\n" % (
            " ".join(files), synthesis.SYNTH, top), folder)
    return synthesis.count(synthesis.read_cells(log))


def row_of(name, predicted, measured, seconds):
    cells = [name]
    good = True
    for r in RESOURCES:
        p, m = predicted[r], measured[r]
        if r in ("dsp", "bram18"):
            good &= p == m
            cells.append("%d / %d" % (p, m))
        else:
            error = (p - m) / max(m, 1)
            good &= abs(error) <= ERROR_MAX
            cells.append("%d / %d (%+.1f %%)" % (p, m, 100 * error))
    return "| %s | %d s |" % (" | ".join(cells), seconds), good


def main():
    parser = argparse.ArgumentParser(
        description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("program", metavar="HEADRACE")
    parser.add_argument("models", metavar="MODEL", nargs="+")
    args = parser.parse_args()
    print("| network | LUT model / Yosys | FF | DSP | BRAM18 | Yosys took |")
    print("|---|---|---|---|---|---|")
    all_good = True
    for model in args.models:
        name, predicted = predict(args.program, model)
        start = time.monotonic()
        measured = measure(args.program, model, name)
        row, good = row_of(name, predicted, measured,
                           time.monotonic() - start)
        print(row, flush=True)
        all_good &= good
    return 0 if all_good else 1


if __name__ == "__main__":
    sys.exit(main())
