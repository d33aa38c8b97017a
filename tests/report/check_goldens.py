#!/usr/bin/env python3
"""What simulate, explain, infer and tune say about the models, against goldens.

The results contain no floating point but for printed units, so every byte
must match.  UPDATE_GOLDEN=1 writes the goldens anew; read the difference
before you commit it.  The JSON outputs are also checked against their
schemas.
"""
import json
import os
import pathlib
import subprocess
import sys

import jsonschema

SOURCE = pathlib.Path(os.environ["HEADRACE_SOURCE_DIR"])
BINARY = os.environ["HEADRACE_BINARY"]
GOLDEN = SOURCE / "tests" / "golden"
MODELS = ["digits", "svhn", "lenet5", "pipeline224"]
TUNED = ["svhn", "digits", "finn/pipe_P4"]

CASES = {
    f"simulate_{m}.txt": ["simulate", f"models/{m}"] for m in MODELS
} | {
    f"simulate_{m}.json": ["simulate", "--json", f"models/{m}"]
    for m in MODELS
} | {
    "simulate_svhn_depth1.txt": ["simulate", "--fifo-depth", "1",
                                 "models/svhn"],
    "simulate_pipeline224_depth64.txt": [
        "simulate", "--fifo-depth", "conv1.out=64", "--fifo-depth",
        "pool1.out=64", "models/pipeline224"],
    "simulate_digits_stalls.txt": ["simulate", "--random-stalls", "3",
                                   "--frames", "20", "models/digits"],
    "simulate_digits_device.txt": ["simulate", "--device", "xczu9eg",
                                   "models/digits"],
    "simulate_digits_device.json": ["simulate", "--json", "--device",
                                    "xczu9eg", "models/digits"],
    "simulate_boards.txt": ["simulate", "tests/report/two_boards.json"],
    "simulate_boards.json": ["simulate", "--json",
                             "tests/report/two_boards.json"],
    "explain_lenet5.txt": ["explain", "models/lenet5"],
    "explain_lenet5.json": ["explain", "--json", "models/lenet5"],
    "explain_digits_depth1.txt": ["explain", "--fifo-depth", "1",
                                  "models/digits"],
    "explain_resnet8.txt": ["explain", "models/resnet8"],
    "explain_resnet8_deadlock.txt": [
        "explain", "--fifo-depth", "conv1.clone.out1=8", "--fifo-depth",
        "stage1_add.in1.widen.out=8", "models/resnet8"],
    "explain_resnet8_deadlock.json": [
        "explain", "--json", "--fifo-depth", "conv1.clone.out1=8",
        "--fifo-depth", "stage1_add.in1.widen.out=8", "models/resnet8"],
    "infer_digits.txt": ["infer", "models/digits"],
    "infer_digits.json": ["infer", "--json", "--outputs", "--frames", "5",
                          "models/digits"],
    "infer_svhn.json": ["infer", "--json", "--outputs", "--random-data", "1",
                        "--frames", "3", "models/svhn"],
    "infer_lenet5.json": ["infer", "--json", "--outputs", "--random-data",
                          "1", "--frames", "3", "models/lenet5"],
} | {
    f"tune_{m.split('/')[-1]}.{form}": ["tune", *option, f"models/{m}"]
    for m in TUNED for form, option in (("txt", []), ("json", ["--json"]))
} | {
    "tune_lenet5_device.txt": ["tune", "--price", "device", "--device",
                               "xczu9eg", "models/lenet5"],
    "tune_svhn_pareto.txt": ["tune", "--pareto", "models/svhn"],
    "tune_digits_pareto.json": ["tune", "--pareto", "--points", "4", "--json",
                                "models/digits"],
}


def main():
    update = os.environ.get("UPDATE_GOLDEN") == "1"
    failed = 0
    for name, command in CASES.items():
        run = subprocess.run([BINARY, *command], cwd=SOURCE,
                             capture_output=True, text=True, check=False)
        # explain says by 1 that depths help.
        if run.returncode not in ((0, 1) if command[0] == "explain" else (0,)):
            print(f"{name}: exit status {run.returncode}\n{run.stderr}")
            failed += 1
            continue
        if name.endswith(".json"):
            kind = {"simulate": "simulation", "infer": "inference",
                    "explain": "explanation", "tune": "tuning"}[command[0]]
            if "--pareto" in command:
                kind = "pareto"
            schema = SOURCE / "models" / "schema" / f"{kind}.schema.json"
            jsonschema.validate(json.loads(run.stdout),
                                json.loads(schema.read_text()))
        golden = GOLDEN / name
        if update:
            golden.write_text(run.stdout)
        elif not golden.exists() or golden.read_text() != run.stdout:
            print(f"{name}: differs from the golden; headrace "
                  + " ".join(command))
            failed += 1
    print(f"{len(CASES) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
