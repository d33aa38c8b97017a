"""Checks models/README.md against the models, and the models' folding.

Every model.json is in the table of models and has the parameters,
multiplications and multipliers that stand there; every reuse factor is legal
and makes stages of about the same length; the accuracies are those of
expected.json.
"""

import json
import math
import os
import re
import sys

from plain_model import Model, Unknown

MODELS = os.path.join(
    os.path.dirname(os.path.abspath(__file__)), "../../models")

SHORT_STAGE = 0.6  # of the longest stage's cycles, unless it cannot be longer

faults = []


def expect(holds, text):
    print(("ok      " if holds else "WRONG   ") + text)
    if not holds:
        faults.append(text)


def table(readme):
    """Name of a model -> (parameters, multiplications, multipliers)."""
    rows = {}
    for line in readme.splitlines():
        cells = [cell.strip() for cell in line.split("|")]
        if len(cells) == 9 and re.fullmatch(r"`\w+`", cells[1]):
            rows[cells[1].strip("`")] = tuple(
                int(cell.replace(",", "")) for cell in cells[3:6])
    return rows


def divisors(n):
    return [d for d in range(1, n + 1) if n % d == 0]


def folding(layer, reuse_factor, input_lanes, output_lanes):
    """(PE, SIMD) of a reuse factor, the largest PE of all; None: there is
    none.  Rules: docs/hardware.md, Kernels."""
    for pe in reversed(divisors(layer.units)):
        sf, rest = divmod(reuse_factor, layer.units // pe)
        if rest != 0 or sf == 0 or layer.terms % sf != 0:
            continue
        simd = layer.terms // sf
        if layer.type == "dense" and input_lanes % simd != 0 \
                and simd % input_lanes != 0:
            continue
        splits = pe % output_lanes == 0 and pe // output_lanes <= sf
        if output_lanes % pe == 0 or splits:
            return pe, simd
    return None


def frame_cycles(layer, reuse_factor, input_lanes):
    """Cycles that one frame takes in a layer that is never held up."""
    if layer.type == "dense":
        return reuse_factor
    height, width, channels = layer.input_shape
    tokens = channels // input_lanes
    pixels = (height + sum(layer.pad[:2])) * (width + sum(layer.pad[2:]))
    positions = layer.shape[0] * layer.shape[1]
    return (positions * max(reuse_factor, tokens)
            + (pixels - positions) * tokens)


def check_folding(model):
    """Multipliers of the whole model."""
    options = model.text["hardware"]["layers"]
    weighted = [layer for layer in model.layers if layer.units]
    expect(set(options) == {layer.name for layer in weighted},
           "conv2d and dense have a folding, nothing else has")
    lanes = model.text["hardware"].get("input_lanes", model.shape[2])
    multipliers, stages = 0, []
    for layer in model.layers:
        if not layer.units:
            continue
        option = options[layer.name]
        output_lanes = option.get("lanes", layer.units)
        reuse = option["reuse_factor"]
        found = folding(layer, reuse, lanes, output_lanes)
        expect(found is not None and layer.units % output_lanes == 0,
               f"{layer.name}: reuse factor {reuse} is PE, SIMD = {found}")
        if found:
            multipliers += math.prod(found)
            stages.append((layer.name, frame_cycles(layer, reuse, lanes),
                           math.prod(found)))
        lanes = output_lanes
    longest = max(cycles for _, cycles, _ in stages)
    for name, cycles, count in stages:
        expect(count <= 2 or cycles >= SHORT_STAGE * longest,
               f"{name}: {cycles} cycles a frame of {longest}")
    return multipliers


def check_model(name, row):
    print(f"{name}:")
    model = Model(os.path.join(MODELS, name))
    expect(model.text["name"] == name, "the model has its folder's name")
    expect(model.text["headrace"] == 1, "the format's version is 1")
    parameters = sum(layer.parameters() for layer in model.layers)
    macs = sum(layer.macs() for layer in model.layers)
    actual = parameters, macs, check_folding(model)
    expect(actual == row, f"table: {row}, model: {actual}")


def check_pipeline224():
    """The pipeline that the speed benchmarks are about."""
    hardware = Model(os.path.join(MODELS, "pipeline224")).text["hardware"]
    factors = [layer["reuse_factor"] for layer in hardware["layers"].values()]
    expect(factors == [4, 16, 16] and hardware["fifo"]["depth"] == 16,
           f"pipeline224 has reuse factors {factors} and FIFO depth 16")


def check_accuracies(readme):
    with open(os.path.join(MODELS, "digits/expected.json")) as file:
        digits = json.load(file)
    for kind in ("float", "fixed"):
        right, of = digits[kind + "_correct"], digits["images"]
        text = f"| {right} of {of} | {100 * right / of:.2f} % |"
        expect(text in readme, f"README says '{text}'")
    text = (f"{digits['first_float_correct']} and "
            f"{digits['first_fixed_correct']} are right")
    expect(text in readme, f"README says '{text}'")


def main():
    with open(os.path.join(MODELS, "README.md")) as file:
        readme = file.read()
    rows = table(readme)
    folders = {name for name in os.listdir(MODELS) if os.path.exists(
        os.path.join(MODELS, name, "model.json"))}
    # Those that models/make_models.py writes have a list of their own.
    sys.path.insert(0, MODELS)
    from make_models import NETWORKS
    for name in NETWORKS:
        expect(f"| `{name}` |" in readme.split("## Published networks")[-1],
               f"the list of published networks has {name}")
    folders -= set(NETWORKS)
    # Those of other tools' hardware have no folding of ours, but a page.
    for name in sorted(folders):
        with open(os.path.join(MODELS, name, "model.json")) as file:
            family = json.load(file)["hardware"].get("family", "headrace")
        if family != "headrace":
            expect(f"[{name}]({name}/README.md)" in readme,
                   f"README names {name}, a design of {family}")
            folders.remove(name)
    rows = {name: row for name, row in rows.items() if name not in NETWORKS}
    expect(set(rows) == folders, "the table has every model: "
           + " ".join(sorted(folders)))
    for name in sorted(folders & set(rows)):
        try:
            check_model(name, rows[name])
        except (Unknown, KeyError, ValueError) as error:
            expect(False, f"{name}: {type(error).__name__}: {error}")
    check_pipeline224()
    check_accuracies(readme)
    print(f"{len(faults)} wrong")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
