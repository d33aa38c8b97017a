#!/usr/bin/env python3
"""The tables of docs/quantisation.md are what headrace says of the networks and
data in models/.  UPDATE_GOLDEN=1 writes them anew; read the difference before
you commit it."""

import json
import os
import pathlib
import re
import subprocess
import sys

SOURCE = pathlib.Path(os.environ["HEADRACE_SOURCE_DIR"])
MODELS = SOURCE / "models"
DATA = MODELS / "digits_onnx"
PAGE = SOURCE / "docs/quantisation.md"
NETWORKS = ["digits_onnx/residual.onnx", "digits_keras/version3.keras"]
EIGHT = "digits_onnx/eight.onnx"
WIDTHS = [8, 7, 6, 5, 4, 3]


def infer(network, *arguments):
    run = subprocess.run(
        [os.environ["HEADRACE_BINARY"], "infer", MODELS / network, "--json",
         "--data", DATA / "test.npz", *arguments],
        capture_output=True, text=True, check=True)
    return json.loads(run.stdout)


def calibrated(network, width, *arguments):
    return infer(network, "--calibrate", DATA / "train.npz",
                 "--width", str(width), *arguments)


def table(head, rows):
    lines = [head, ["---:"] * len(head), *rows]
    return "".join("| " + " | ".join(map(str, line)) + " |\n"
                   for line in lines)


def digits():
    rows = [["float", *(infer(n)["correct_float"] for n in NETWORKS
                        for _ in range(2))]]
    for width in WIDTHS:
        row = [width]
        for network in NETWORKS:
            for rule in ("mse", "max"):
                r = calibrated(network, width, "--range", rule)
                row.append(f"{r['correct_fixed']} ({r['same_class']})")
        rows.append(row)
    head = ["bits"] + [f"{pathlib.Path(n).name}, {rule}"
                       for n in NETWORKS for rule in ("mse", "max")]
    return table(head, rows)


def eight():
    labels = "--labels", DATA / "test_eight.npy"
    r = infer(EIGHT, *labels)
    rows = [["float", r["correct_float"], f"{r['auc_float']:.6f}"],
            ["16, not calibrated", r["correct_fixed"],
             f"{r['auc_fixed']:.6f}"]]
    for width in WIDTHS:
        r = calibrated(EIGHT, width, *labels)
        rows.append([width, r["correct_fixed"], f"{r['auc_fixed']:.6f}"])
    return table(["bits", "right", "AUC"], rows)


def main():
    text = PAGE.read_text(encoding="utf-8")
    renewed = text
    for name, rows in (("digits", digits()), ("eight", eight())):
        block = f"<!-- {name} -->\n\n{rows}\n<!-- end of {name} -->\n"
        renewed, found = re.subn(
            rf"<!-- {name} -->\n.*?<!-- end of {name} -->\n",
            lambda _, block=block: block, renewed, flags=re.S)
        if found != 1:
            print(f"no place for the table '{name}' in {PAGE.name}")
            return 1
    if renewed == text:
        print("2 tables as measured")
        return 0
    if os.environ.get("UPDATE_GOLDEN") == "1":
        PAGE.write_text(renewed, encoding="utf-8")
        return 0
    print(f"{PAGE.name} should say\n{renewed}")
    return 1


if __name__ == "__main__":
    sys.exit(main())
