#!/usr/bin/env python3
"""Plants one fault after the other in a copy of the RTL and prints how many
random designs show it, as rows of the table in docs/validation.md.

    tests/exactness/plant_faults.py [NAME...]

No test of the suite: each fault takes as long as test_exactness.  The designs are
those of ./check.sh, or what HEADRACE_EXACTNESS_DESIGNS and _FIRST say
(test_exactness.c).  Exit status 1: a fault was not noticed.
"""
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

SOURCE = pathlib.Path(__file__).resolve().parents[2]
COPIED = ["CMakeLists.txt", "headrace.pc.in", "sim", "hwgen", "traces", "models",
          "tests"]

# module, what is there, what is planted, what that means
FAULTS = [
    ("conv_front", "!slot_valid || slot_last;", "!slot_valid;",
     "window kept one cycle too long"),
    ("concat_turn", "(i+1)%INPUTS", "i",
     "the next input takes as many tokens as this one"),
    ("collect", "COPIES'(tick) << copy", "COPIES'(1) << copy",
     "`in_ready` does not wait for the tick"),
    ("fifo_frame", ".take (read),", ".take (moved),",
     "bank free before its last token is read"),
    ("softmax_front", "unit_free = !exp_valid || exp_last",
     "unit_free = !exp_valid", "unit free one tick late"),
    ("avgpool2d", ".DEPTH(3)", ".DEPTH(2)", "output valid one tick early"),
]


def copy_tree(folder):
    for name in COPIED:
        from_path = SOURCE / name
        if from_path.is_dir():
            shutil.copytree(from_path, folder / name, symlinks=True)
        else:
            shutil.copy2(from_path, folder / name)


def run(command, **more):
    done = subprocess.run(command, capture_output=True, text=True, check=False,
                          **more)
    return done.returncode, done.stdout, done.stderr


def build(source, folder):
    for command in (
            ["cmake", "-S", source, "-B", folder, "-DCMAKE_BUILD_TYPE=Release"],
            ["cmake", "--build", folder, "--target", "test_exactness"]):
        status, out, err = run(command)
        if status != 0:
            sys.exit(f"{command}: exit status {status}\n{out[-2000:]}{err}")


def count(said, row):
    found = re.search(rf"^\| {row} \| ([\d,]+) \|$", said, re.M)
    return int(found.group(1).replace(",", "")) if found else 0


def main(names):
    unnoticed = 0
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        source = folder / "source"
        source.mkdir()
        copy_tree(source)
        for module, there, planted, meaning in FAULTS:
            if names and module not in names:
                continue
            rtl = source / "hwgen/rtl" / f"{module}.sv"
            text = rtl.read_text()
            if there not in text:
                sys.exit(f"{rtl.name} has no '{there}' any more")
            rtl.write_text(text.replace(there, planted, 1))
            build(source, folder / "build")
            _, said, _ = run([folder / "build/tests/test_exactness"])
            rtl.write_text(text)
            differ = count(said, "designs that differ")
            unnoticed += differ == 0
            print(f"| {module} | {meaning} | {differ} of "
                  f"{count(said, 'designs')} designs |", flush=True)
    return unnoticed > 0


if __name__ == "__main__":
    os.environ.setdefault("OBJCACHE", "ccache")
    sys.exit(main(sys.argv[1:]))
