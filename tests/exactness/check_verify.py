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


def main():
    passed = failed = 0
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
