"""tests/accuracy/refresh.py runs every script that writes what another test holds
against it, and a calibration before the program that has it in it."""

import pathlib
import re
import sys

import refresh

WRITES = re.compile(r'"(--write|--fit)" in sys\.argv')


def writers():
    """(name of a script, option with which it writes)."""
    folders = (refresh.HERE, refresh.ROOT / "models/calibration")
    for path in sorted(p for f in folders for p in f.glob("*.py")):
        for option in WRITES.findall(path.read_text(encoding="utf-8")):
            if path.name != "check_refresh.py":
                yield path.name, option
    yield "fit_hls4ml.py", None


steps = list(refresh.steps("build"))
run = [(pathlib.Path(s[1]).name, s[2] if len(s) > 2 else None)
       for s in steps if s[0] == sys.executable]
missing = set(writers()) - set(run)
if missing:
    sys.exit(f"refresh.py does not run {sorted(missing)}")
rebuild = [i for i, s in enumerate(steps) if s[0] == "cmake"]
if len(rebuild) != 1:
    sys.exit("refresh.py builds the program more than once, or never")
for i, step in enumerate(steps):
    if step[0] == sys.executable and \
            (i > rebuild[0]) != (step[2:] == ["--write"]):
        sys.exit(f"{' '.join(step[1:])} stands on the wrong side of the build")
