"""Devices and tables of tests/accuracy/power.py are up to date, and planted
faults are found."""

import copy
import sys

import power


def planted(rows):
    """Changes of the data that --check must find."""
    for what, key, change in (("power of DSPs", "dsp_mw", 300),
                              ("static power", "static_mw", 200),
                              ("power of processors", "ps_mw", 2000)):
        wrong = copy.deepcopy(rows)
        for row in wrong:
            if row["part"].startswith("xczu"):
                row[key] += change
        yield what, wrong
    wrong = copy.deepcopy(rows)
    for i, row in enumerate(wrong):
        for part in power.COMPONENTS:
            row[part + "_mw"] *= 1 + 9 * (i % 2)
    yield "errors that grow", wrong


rows = power.load()
for what, wrong in planted(rows):
    if not list(power.faults(wrong)):
        sys.exit(f"{what}: not found")
if not any("median error" in f for f in power.faults(wrong)):
    sys.exit("an error above its bound is not found")
sys.argv[1:] = ["--check"]
power.main()
