#!/usr/bin/env python3
"""headrace verify on the models: every token and every bit equal, as the
model file says, with random stalls, and with FIFO depths 1 and 2.

HEADRACE_VERIFY_ALL=1 runs all frames that the documentation claims; without
it the larger models run fewer.
"""
import os
import pathlib
import re
import subprocess
import sys

SOURCE = pathlib.Path(os.environ["HEADRACE_SOURCE_DIR"])
BUILD = pathlib.Path(os.environ["HEADRACE_BUILD_DIR"]) / "verify"
BINARY = os.environ["HEADRACE_BINARY"]
ALL = os.environ.get("HEADRACE_VERIFY_ALL") == "1"

FRAMES = {"digits": 200, "svhn": 4, "lenet5": 5} if ALL else {
    "digits": 200, "svhn": 2, "lenet5": 3}
SWITCHES = [
    [],
    ["--random-stalls", "1"],
    ["--fifo-depth", "1"],
    ["--fifo-depth", "2", "--random-stalls", "2"],
]


def check(model, switches):
    """None, or what is wrong."""
    command = [BINARY, "verify", f"models/{model}", "--frames",
               str(FRAMES[model]), "--build-dir", str(BUILD / model),
               *switches]
    run = subprocess.run(command, cwd=SOURCE, capture_output=True, text=True,
                         check=False)
    if run.returncode != 0:
        return f"exit status {run.returncode}\n{run.stdout}{run.stderr}"
    if not run.stdout.endswith("equal: every handshake and every bit\n"):
        return f"not equal\n{run.stdout}"
    compared = re.search(r"^handshakes +([\d,]+) compared, 0 different$",
                         run.stdout, re.M)
    if compared is None or compared.group(1) == "0":
        return f"nothing was compared\n{run.stdout}"
    intervals = re.search(
        r"interval +([\d,]+) cycles in the model, ([\d,]+) in the RTL",
        run.stdout)
    if intervals is None or intervals.group(1) != intervals.group(2):
        return f"intervals differ\n{run.stdout}"
    print(f"{model} {' '.join(switches) or '(as in the model)'}: "
          f"{FRAMES[model]} frames, interval {intervals.group(1)}")
    return None


def check_cheaper():
    """None, or what is wrong with the runs of single cheaper FIFOs."""
    command = [BINARY, "verify", "models/digits", "--build-dir",
               str(BUILD / "digits"), "--fifo-depth", "4"]
    steps = ["--cheaper", "conv1.out=1", "--cheaper", "source.out=1"]
    run = subprocess.run(command + steps, cwd=SOURCE, capture_output=True,
                         text=True, check=False)
    if run.returncode != 0:
        return f"exit status {run.returncode}\n{run.stdout}{run.stderr}"
    rows = re.findall(r"^(all as chosen|\S+\.out) +(\S+) +(\S+) +\d+ +([\d,]+)"
                      r" +([\d,]+) +([\d,]+) +([\d,]+)$",
                      run.stdout, re.M)
    chosen = [row for row in rows if row[0] == "all as chosen"]
    slower = [row for row in rows if row[:3] == ("conv1.out", "1", "4")]
    later = [row for row in rows if row[:3] == ("source.out", "1", "4")]
    if not (len(rows) == 3 and chosen and slower and later):
        return f"rows are {rows}\n{run.stdout}"
    if any(row[3] != row[4] or row[5] != row[6] for row in rows):
        return f"model and RTL differ: {rows}"
    if slower[0][3] == chosen[0][3] or later[0][5] == chosen[0][5]:
        return f"a shallower FIFO changes nothing: {rows}"
    for step, wanted in (
            ("conv1.out", "'conv1.out' is not FIFO=N"),
            ("conv1.out=4", "depth 4 of 'conv1.out' is not below the chosen 4"),
            ("conv1.out=0", "0 is outside 1..16777216"),
            ("conv1.uot=2", "there is no stream 'conv1.uot'")):
        run = subprocess.run(command + ["--cheaper", step], cwd=SOURCE,
                             capture_output=True, text=True, check=False)
        if run.returncode != 2 or wanted not in run.stderr:
            return f"--cheaper {step}: {run.returncode}, {run.stderr}"
    return None


def main():
    passed = failed = 0
    wrong = check_cheaper()
    if wrong is None:
        passed += 1
    else:
        failed += 1
        print(f"--cheaper: {wrong}")
    for model in FRAMES:
        for switches in SWITCHES:
            wrong = check(model, switches)
            if wrong is None:
                passed += 1
            else:
                failed += 1
                print(f"{model} {' '.join(switches)}: {wrong}")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
