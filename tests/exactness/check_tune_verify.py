"""headrace tune --verify: the RTL does what the search said."""

import json
import os
import pathlib
import subprocess
import sys
import tempfile

import jsonschema

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = os.environ["HEADRACE_BINARY"]
SCHEMA = json.loads((ROOT / "models/schema/tuning.schema.json").read_text())


def run(folder, *arguments):
    return subprocess.run([PROGRAM, "tune", "--verify", "--build-dir", folder,
                           *arguments, ROOT / "models/digits"],
                          capture_output=True, text=True, check=False)


def main():
    with tempfile.TemporaryDirectory() as folder:
        done = run(folder, "--json", "--sink", "always", "--sink", "every:40")
        if done.returncode != 0:
            print(done.stdout[-2000:] + done.stderr)
            return 1
        found = json.loads(done.stdout)
        jsonschema.validate(found, SCHEMA)
        rtl = found["rtl"]
        cheaper = sum(f["cheaper"] is not None for f in found["fifos"])
        print(rtl)
        good = (rtl["holds"] and rtl["different"] == 0 and
                rtl["scenarios_met"] == 2 and rtl["scenarios_skipped"] == 0 and
                rtl["cheaper_missed"] == rtl["cheaper_fifos"] == cheaper > 0)
        # The same build again, told to people, with other data.
        done = run(folder, "--random-data", "7")
        good = good and done.returncode == 0 and \
            "random data, seed 7\n" in done.stdout and \
            "goals met in 1 of 1 scenarios" in done.stdout
        if not good:
            print(done.stdout + done.stderr)
        return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
