#!/usr/bin/env python3
"""Makes everything again that follows from tests/accuracy/data, in the order in which
one thing is made from the other: calibrations, the program that has them in it, and
the pages that show what it predicts.

    tests/accuracy/refresh.py BUILD          writes all of it; BUILD is a build folder
    tests/accuracy/refresh.py --list BUILD   says what it would run

Run it after a change to the data, the rules, the laws, or what the program predicts,
and read the difference that is left in the working tree.
"""
import os
import pathlib
import shlex
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
# The program, which has the calibrations in it, and the test whose rows are in
# docs/accuracy.md.
TARGETS = ("headrace", "test_hls4ml")


def steps(build):
    """Commands, each of which needs what those before it wrote."""
    python = [sys.executable]
    rebuild = ["cmake", "--build", build, "--target", *TARGETS]
    yield [*python, str(ROOT / "models/calibration/fit_hls4ml.py")]
    yield [*python, str(HERE / "hls_cost.py"), "--fit"]
    yield [*python, str(HERE / "power.py"), "--fit"]
    yield rebuild
    yield [*python, str(HERE / "hls_cost.py"), "--write"]
    yield [*python, str(HERE / "power.py"), "--write"]
    for name in ("scoreboard", "scaling_study", "emnist_gamma"):
        yield [*python, str(HERE / f"{name}.py"), "--write"]


def main():
    names = [a for a in sys.argv[1:] if a != "--list"]
    if len(names) != 1 or names[0].startswith("-"):
        sys.exit(__doc__)
    build = os.path.abspath(names[0])
    if not os.path.exists(os.path.join(build, "CMakeCache.txt")):
        sys.exit(f"{build} is no build folder: no CMakeCache.txt in it")
    environment = dict(os.environ, HEADRACE_BUILD_DIR=build,
                       HEADRACE_BINARY=os.path.join(build, "headrace"))
    for command in steps(build):
        print(shlex.join(command), flush=True)
        if "--list" not in sys.argv[1:] and \
                subprocess.run(command, env=environment,
                               check=False).returncode != 0:
            sys.exit("stopped: what comes after it is not up to date")


if __name__ == "__main__":
    main()
