"""Compares the cost of whole networks with what Yosys makes of their RTL.

  whole_networks.py [--by-module] [--seconds N] HEADRACE MODEL...

HEADRACE is the program, a MODEL what `headrace generate` takes.  Each network
is generated, synthesised in one piece as synthesis.py says, and compared with
the cost that `headrace simulate --json` reports.  Prints the table of
docs/cost.md, a row as soon as it is known; exit status 1 if a DSP or a block
RAM is wrong, or LUTs or registers are more than 15 % off.  Takes minutes to
hours a network: about as many seconds as it has DSPs, and more for wide
weights and windows.

With --by-module, processes and FIFOs are synthesised one by one, those with
the same parameters once, small ones first, and the sums are compared.  What
takes longer than N seconds (300) is left out of both sums.  Results are kept
in networks.csv, empty ones of what is left out, too, and taken from there as
long as the RTL below the module is the same; each is printed on the standard
error output.
"""

import argparse
import csv
import json
import os
import re
import subprocess
import sys
import tempfile
import time

import synthesis

HERE = os.path.dirname(os.path.abspath(__file__))
KEPT = os.path.join(HERE, "networks.csv")
RESOURCES = ("lut", "ff", "dsp", "bram18")
KEY = ["module", "rtl", "parameters"]
ERROR_MAX = 0.15


def run(*command):
    return subprocess.run(command, check=True, text=True,
                          stdout=subprocess.PIPE).stdout


def predict(program, model):
    return json.loads(run(program, "simulate", "--json", model))


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


def value_of(text):
    """A number, a list of them (the first one stands last), a quoted name."""
    if text.startswith('"'):
        return text
    if text.startswith("{"):
        return tuple(int(v) for v in
                     reversed(re.findall(r"32'd(\d+)", text)))
    return -(1 << 31) if text == "32'sh80000000" else int(text)


def read_parameters(package):
    """The constants of a generated package."""
    return {name: value_of(text) for name, text in re.findall(
        r"localparam (?:int |logic \[[^]]*\] )?(\w+) = (.*?);", package,
        re.S)}


def read_instances(top, package):
    """Of each instance in a generated network (module, parameters)."""
    constants = read_parameters(package)
    found = {}
    for module, settings, name in re.findall(
            r"^    (\w+) #\(\n(.*?)\n    \) (\w+) \(", top, re.M | re.S):
        found[name] = module, {
            k: constants[v] for k, v in
            re.findall(r"\.(\w+)\(\w+::(\w+)\)", settings)}
    return found


def synthesise_module(module, parameters, folder, seconds):
    """What comes out; None if it takes too long."""
    files = [k for k, v in parameters.items() if isinstance(v, str)]
    numbers = {k: v for k, v in parameters.items() if k not in files}
    script = synthesis.read_script(
        module, numbers, [], folder,
        [(k, parameters[k]) for k in files])
    try:
        log = synthesis.run("%s%s\nstat\n" % (script, synthesis.SYNTH),
                            folder, seconds)
    except subprocess.TimeoutExpired:
        return None
    return synthesis.count(synthesis.read_cells(log))


def read_kept():
    """Resources by the values of KEY; those left out are empty."""
    if not os.path.exists(KEPT):
        return {}
    with open(KEPT, newline="", encoding="utf-8") as f:
        return {tuple(r[k] for k in KEY): {k: r[k] for k in RESOURCES}
                for r in csv.DictReader(f, delimiter=";")}


def keep(key, measured):
    kept = read_kept()  # another run may have written since
    kept[key] = measured
    with open(KEPT, "w", newline="", encoding="utf-8") as f:
        w = csv.DictWriter(f, KEY + list(RESOURCES), delimiter=";",
                           lineterminator="\n")
        w.writeheader()
        for k in sorted(kept):
            w.writerow({**dict(zip(KEY, k)), **kept[k]})


def key_of(module, parameters):
    """What is in the memory files does not matter much."""
    return (module, synthesis.digest(module),
            " ".join("%s=%s" % item for item in parameters.items()
                     if not isinstance(item[1], str)))


def parts_of(found):
    """(instance, cost) of each process and FIFO, small ones first."""
    parts = []
    for kind, suffix in ("processes", "_process"), ("fifos", "_fifo"):
        for part in found[kind]:
            name = re.sub(r"\W", "_", part["name"]) + suffix
            parts.append((name, part["cost"]))
    return sorted(parts, key=lambda p: p[1]["lut"] + 64 * p[1]["dsp"])


def measure_modules(program, model, found, seconds):
    """What the model says and what Yosys makes of all that it finishes, and
    how many are left out."""
    sums = {r: [0, 0] for r in RESOURCES}
    kept, left_out = read_kept(), 0
    with tempfile.TemporaryDirectory() as below:
        folder = os.path.join(below, "rtl")
        run(program, "generate", model, "-o", folder)
        texts = []
        for suffix in ".sv", "_pkg.sv":
            path = os.path.join(folder, found["name"] + suffix)
            with open(path, encoding="utf-8") as f:
                texts.append(f.read())
        instances = read_instances(*texts)
        for name, predicted in parts_of(found):
            module, parameters = instances[name]
            key = key_of(module, parameters)
            if key not in kept:
                kept[key] = (synthesise_module(module, parameters, folder,
                                               seconds)
                             or dict.fromkeys(RESOURCES, ""))
                keep(key, kept[key])
            measured = kept[key]
            print("%s: %s / %s" % (
                name, " ".join(str(predicted[r]) for r in RESOURCES),
                " ".join(str(measured[r]) for r in RESOURCES)
                if measured["lut"] != "" else "left out"), file=sys.stderr)
            if measured["lut"] == "":
                left_out += 1
                continue
            for r in RESOURCES:
                sums[r][0] += predicted[r]
                sums[r][1] += int(measured[r])
    return ({r: s[0] for r, s in sums.items()},
            {r: s[1] for r, s in sums.items()}, left_out)


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
    parser.add_argument("--by-module", action="store_true")
    parser.add_argument("--seconds", type=int, default=300)
    parser.add_argument("program", metavar="HEADRACE")
    parser.add_argument("models", metavar="MODEL", nargs="+")
    args = parser.parse_args()
    print("| network | LUT model / Yosys | FF | DSP | BRAM18 | Yosys took |")
    print("|---|---|---|---|---|---|")
    all_good = True
    for model in args.models:
        found = predict(args.program, model)
        name, predicted = found["name"], found["cost"]
        start = time.monotonic()
        if args.by_module:
            predicted, measured, left_out = measure_modules(
                args.program, model, found, args.seconds)
            name += " by module"
            if left_out > 0:
                name += ", without %d" % left_out
        else:
            measured = measure(args.program, model, name)
        row, good = row_of(name, predicted, measured,
                           time.monotonic() - start)
        print(row, flush=True)
        all_good &= good
    return 0 if all_good else 1


if __name__ == "__main__":
    sys.exit(main())
