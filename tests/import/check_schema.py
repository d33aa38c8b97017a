#!/usr/bin/env python3
"""Checks models/schema/model.schema.json against what it is to describe.

Every model of the project and the example in docs/model-config.md must be
valid; each of a list of broken variants of the example must not be.  So for
calibrations, schedules and the catalogues of devices and links.
Needs python3-jsonschema (4.10 or later).
"""

import copy
import json
import pathlib
import re
import sys

import jsonschema

ROOT = pathlib.Path(__file__).resolve().parents[2]
SCHEMA = ROOT / "models/schema/model.schema.json"
SCHEDULE_SCHEMA = ROOT / "models/schema/schedule.schema.json"
CALIBRATION_SCHEMA = ROOT / "models/schema/calibration.schema.json"
CALIBRATION = ROOT / "models/calibration/hls4ml.json"
CATALOGUES = ["devices", "links"]  # each file of models/NAME: NAME's schema
MANUAL = ROOT / "docs/model-config.md"
EVERY_TYPE = ROOT / "tests/import/every_type.json"

REMOVE = object()  # instead of a value: take the key away

# (path to a value of the example, what to put there); all must be valid.
VARIANTS = [
    ("network.layers.0.padding", "same"),
    ("network.layers.0.padding", [1, 1, 2, 2]),
    ("network.layers.0.accumulator_format", REMOVE),
    ("network.layers.0.accumulator_format", "ap_fixed<62,-3,AP_RND_CONV>"),
    ("network.layers.0.bias_format", REMOVE),
    ("network.layers.0.weight_format", "binary"),
    ("network.layers.0.weight_format", "ternary"),
    ("network.layers.0.weights.bias", REMOVE),
    ("network.layers.0.weights.kernel", "folder/..x/kernel.npy"),
    ("network.layers.0.output_format", " fixed < 32 , -64 , TRN , WRAP_SM > "),
    ("network.layers.0.output_format", "ap_ufixed<31,64,AP_RND,AP_SAT,0>"),
    ("network.layers.1.stride", REMOVE),
    ("network.layers.2", {"name": "r", "type": "relu", "input": "pool1"}),
    ("network.layers.2", {"name": "z", "type": "zeropad2d", "input": "pool1",
                          "padding": [0, 1, 0, 1]}),
    ("network.layers.3.weights.seed", 2**64 - 1),
    ("network.output", REMOVE),
    ("network.input.shape", [1048576, 1, 1]),
    ("data.scale", "unit"),
    ("data.layout", "chw"),
    ("data.label_column", "class"),
    ("hardware", REMOVE),
    ("hardware", {}),
    ("hardware.clock_mhz", 156.25),
    ("hardware.fifos", {"source.out": {"depth": 16777216},
                        "conv1.pad.out": {"kind": "srl"},
                        "conv1.2.clone.out31": {"kind": "frame", "depth": 2}}),
    ("network.layers.0.activation", "relu6"),
    ("hardware.buffering", "frame"),
    ("hardware.fold_layers", False),
    ("hardware.multipliers", "packed"),
    ("hardware.copies", 32),
    ("hardware.layers.conv1.copies", 4),
    ("hardware.layers.conv1.multipliers", "plain"),
    ("hardware.boards", [{"name": "b1", "layers": ["conv1"]},
                         {"name": "b2", "device": "xczu9eg",
                          "clock_mhz": 402.83203125,
                          "drift": {"ppm": 50, "cycles": 10000}}]),
    ("hardware.links", [{"name": "l1", "type": "lvds", "from": "b1",
                         "to": "b2", "cable_ns": 2.5, "order": "priority",
                         "streams": ["conv1.out"], "packet_words": 16,
                         "send_words": 64, "receive_words": 256,
                         "stop_at": 100, "go_at": 50}]),
    ("hardware.fifos", {"l1.conv1.clone.out0": {"depth": 4},
                        "Link_1.Conv_2.out": {"depth": 4}}),
    ("hardware.copy_boards", ["b1", "b2"]),
    ("hardware.layers.conv1.boards", ["b1", "b2"]),
    ("hardware.layers", {"a.depthwise": {"reuse_factor": 9}}),
    ("hardware.source", {"burst": 8, "pause": 3, "grid": 7, "phase": 6}),
    ("data", REMOVE),
    ("data.labels", REMOVE),
    ("network.input.scale", 0.00390625),
    ("network.input.zero", -3),
    ("network.output_scale", 1.5),
    ("network", {"file": "net.onnx"}),
    ("network", {"file": "net.onnx", "default_precision": "fixed<12,4>",
                 "input_shape": [1, 3, 32, 32],
                 "formats": {"conv1": {"weight_format": "binary",
                                       "accumulator_format": "fixed<24,8>"},
                             "fc": {"output_format": "ufixed<8,0>"}}}),
]

# The same for what must be rejected.
BROKEN = [
    ("hardware.boards", []),
    ("hardware.boards", [{"layers": ["conv1"]}]),
    ("hardware.boards", [{"name": "b1", "clock_mhz": 0}]),
    ("hardware.boards", [{"name": "b1", "drift": {"ppm": 50}}]),
    ("hardware.links", [{"name": "l1", "from": "b1", "to": "b2"}]),
    ("hardware.links", [{"name": "source", "type": "lvds", "from": "b1",
                         "to": "b2"}]),
    ("hardware.links", [{"name": "l1", "type": "lvds", "from": "b1",
                         "to": "b2", "send_words": 2}]),
    ("hardware.links", [{"name": "l1", "type": "lvds", "from": "b1",
                         "to": "b2", "order": "fair"}]),
    ("headrace", 2),
    ("headrace", "1"),
    ("headrace", REMOVE),
    ("name", REMOVE),
    ("name", ""),
    ("name", "1st"),
    ("name", "a b"),
    ("name", "n" * 65),
    ("extra", 1),
    ("network", REMOVE),
    ("network", []),
    ("network", {"file": 1}),
    ("network", {"file": "net.onnx", "output": "fc"}),
    ("network", {"file": "net.onnx", "formats": {"fc": {"weights": 1}}}),
    ("network", {"file": "net.onnx", "input_shape": [0]}),
    ("network.file", "net.onnx"),
    ("network.formats", {}),
    ("network.input.scale", 0),
    ("network.output_scale", "1"),
    ("network.extra", 1),
    ("network.input", "image"),
    ("network.input.name", "an.image"),
    ("network.input.name", REMOVE),
    ("network.input.shape", [28, 28]),
    ("network.input.shape", [28, 28, 1, 1]),
    ("network.input.shape", [28, 0, 1]),
    ("network.input.shape", [28, 1.5, 1]),
    ("network.input.shape", [28, 1048577, 1]),
    ("network.input.format", "binary"),
    ("network.input.format", "fixed<33,1>"),
    ("network.input.format", "ufixed<32,1>"),
    ("network.input.format", "fixed<0,1>"),
    ("network.input.format", "fixed<8>"),
    ("network.input.format", "fixed<8,65>"),
    ("network.input.format", "fixed<8,1,ROUND>"),
    ("network.input.format", "ufixed<8,1,TRN,WRAP_SM>"),
    ("network.input.format", "<8,1>"),
    ("network.input.format", 8),
    ("network.input.extra", 1),
    ("network.layers", []),
    ("network.layers", {}),
    ("network.layers.0", "conv1"),
    ("network.layers.0.name", "source"),
    ("network.layers.0.type", "conv"),
    ("network.layers.0.type", REMOVE),
    ("network.layers.0.input", REMOVE),
    ("network.layers.0.filters", 0),
    ("network.layers.0.filters", -1),
    ("network.layers.0.filters", REMOVE),
    ("network.layers.0.units", 6),
    ("network.layers.0.kernel", 5),
    ("network.layers.0.kernel", [5]),
    ("network.layers.0.kernel", [5, 0]),
    ("network.layers.0.stride", [0, 1]),
    ("network.layers.0.padding", "full"),
    ("network.layers.0.padding", [1, 1]),
    ("network.layers.0.padding", [1, 1, 1, -1]),
    ("network.layers.0.activation", "tanh"),
    ("network.layers.0.weight_format", REMOVE),
    ("network.layers.0.bias_format", "ternary"),
    ("network.layers.0.accumulator_format", "ufixed<24,8>"),
    ("network.layers.0.accumulator_format", "fixed<24,8,TRN,SAT>"),
    ("network.layers.0.accumulator_format", "fixed<63,8>"),
    ("network.layers.0.output_format", REMOVE),
    ("network.layers.0.weights", REMOVE),
    ("network.layers.0.weights", {}),
    ("network.layers.0.weights", {"bias": "b.npy"}),
    ("network.layers.0.weights.seed", 1),
    ("network.layers.0.weights.kernel", ""),
    ("network.layers.0.weights.kernel", "/kernel.npy"),
    ("network.layers.0.weights.kernel", "../kernel.npy"),
    ("network.layers.0.weights.kernel", "a/../kernel.npy"),
    ("network.layers.0.weights.kernel", "a/.."),
    ("network.layers.1.filters", 6),
    ("network.layers.1.kernel", REMOVE),
    ("network.layers.2.units", 6),
    ("network.layers.3.units", REMOVE),
    ("network.layers.3.units", 2**20 + 1),
    ("network.layers.3.kernel", [1, 1]),
    ("network.layers.3.weights.seed", -1),
    ("network.layers.3.weights.seed", 2**64),
    ("network.output", 3),
    ("hardware", None),
    ("hardware.extra", 1),
    ("hardware.family", "other"),
    ("hardware.family", "hls4ml/"),
    ("hardware.clock_mhz", 0),
    ("hardware.clock_mhz", 2001),
    ("hardware.clock_mhz", "200"),
    ("hardware.input_lanes", 0),
    ("hardware.fifo.depth", 0),
    ("hardware.fifo.depth", 16777217),
    ("hardware.fifo.kind", "lutram"),
    ("hardware.fifo.extra", 1),
    ("hardware.layers.conv1.extra", 1),
    ("hardware.layers.conv1.pe", 2),
    ("hardware.layers.conv1.reuse_factor", 0),
    ("hardware.layers.fc.simd", REMOVE),
    ("hardware.layers.fc.pe", REMOVE),
    ("hardware.buffering", "frames"),
    ("hardware.fold_layers", "no"),
    ("hardware.multipliers", "dsp"),
    ("hardware.copies", 0),
    ("hardware.copies", 33),
    ("hardware.layers.conv1.copies", 33),
    ("hardware.layers.conv1.multipliers", True),
    ("hardware.layers", {"a.pad": {"lanes": 9}}),
    ("hardware.fifos", {"conv1": {"depth": 4}}),
    ("hardware.fifos", {"conv1.out": {"size": 4}}),
    ("hardware.source.gap", -1),
    ("hardware.source.extra", 1),
    ("hardware.source.phase", 1),
    ("hardware.sink.random", 96),
    ("data", {}),
    ("data.inputs", "/dev/null"),
    ("data.extra", 1),
]


# (layer of every_type.json, key, value) that are valid, and that are not.
LAYER_VARIANTS = [
    ("dw", "depth_multiplier", 1),
    ("dw", "activation", "none"),
    ("sep", "depthwise_accumulator_format", "fixed<20,9>"),
    ("sep", "weights", {"depthwise": "d.npy", "kernel": "k.npy"}),
    ("sum", "inputs", ["in", "in"]),
    ("mx", "output_format", "fixed<4,4>"),
    ("cat", "inputs", ["in"] * 32),
    ("ap", "padding", "same"),
    ("mp", "padding", [0, 1, 1, 0]),
    ("bn", "weights", {"scale": "s.npy"}),
    ("bn", "weights", {"scale": "s.npy", "offset": "o.npy"}),
    ("bn", "weights", {"mean": "m.npy", "variance": "v.npy", "epsilon": 0}),
    ("r6", "output_format", "ufixed<4,3>"),
    ("lr", "alpha", -1000),
    ("pr", "weights", {"alpha": "a.npy"}),
    ("sg", "table_bits", 15),
    ("hs", "beta", 0.25),
    ("lk", "weights", {"table": "t.npy"}),
    ("ap", "accumulator_format", "fixed<20,10>"),
    ("c1", "padding", "same"),
    ("c1", "padding", [2, 0]),
    ("c1", "stride", 2),
    ("rs", "shape", [1, 8, 4]),
    ("tr", "permutation", [2, 0, 1]),
]
LAYER_BROKEN = [
    ("dw", "depth_multiplier", 2),
    ("dw", "filters", 8),
    ("dw", "padding", "causal"),
    ("sep", "depthwise_weight_format", REMOVE),
    ("sep", "depthwise_output_format", REMOVE),
    ("sep", "depthwise_bias_format", "fixed<8,1>"),
    ("sep", "weights", {"kernel": "k.npy"}),
    ("sum", "inputs", ["in"]),
    ("sum", "inputs", ["in"] * 3),
    ("sum", "inputs", "in"),
    ("sum", "input", "in"),
    ("sum", "output_format", REMOVE),
    ("sum", "activation", "sigmoid"),
    ("cat", "inputs", ["in"] * 33),
    ("cat", "inputs", ["in"]),
    ("cat", "output_format", "fixed<8,3>"),
    ("mp", "output_format", "fixed<8,3>"),
    ("mp", "padding", [1, 1]),
    ("ap", "kernel", 2),
    ("up", "size", [2, 1.5]),
    ("up", "size", 2),
    ("up", "size", REMOVE),
    ("bn", "weights", {"offset": "o.npy"}),
    ("bn", "weights", {"mean": "m.npy"}),
    ("bn", "weights", {"mean": "m.npy", "variance": "v.npy",
                       "scale": "s.npy"}),
    ("bn", "weights", {"mean": "m.npy", "variance": "v.npy", "epsilon": 2}),
    ("bn", "weight_format", "ternary"),
    ("r6", "max", 6),
    ("lr", "alpha", REMOVE),
    ("lr", "alpha", 1001),
    ("lr", "weights", {"seed": 1}),
    ("pr", "weights", {"kernel": "a.npy"}),
    ("pr", "weight_format", "binary"),
    ("li", "output_format", REMOVE),
    ("sg", "output_format", REMOVE),
    ("sg", "table_bits", 16),
    ("sg", "alpha", 0.1),
    ("hs", "beta", "x"),
    ("cr", "cropping", [1, 1]),
    ("zp", "padding", "same"),
    ("gm", "kernel", [2, 2]),
    ("rs", "shape", [-1, -1, 4]),
    ("rs", "shape", [0, 8, 4]),
    ("c1", "kernel", [1, 3]),
    ("c1", "padding", "full"),
    ("m1", "padding", "causal"),
    ("u1", "size", 1.5),
    ("k1", "cropping", [0, 0, 0, 1]),
    ("tr", "permutation", [0, 0, 1]),
    ("tr", "permutation", [1, 2, 3]),
    ("sx", "output_format", REMOVE),
    ("sx", "sum_format", "fixed<18,8>"),
    ("sx", "weights", {"exp": "e.npy", "inverse": "i.npy"}),
    ("sg", "index_format", "fixed<10,4>"),
    ("lk", "index_format", REMOVE),
    ("lk", "weights", {"kernel": "t.npy"}),
    ("am", "output_format", "ufixed<3,3>"),
]


# The same for the first family of the calibration.
CALIBRATION_VARIANTS = [
    ("like", "hls4ml/vitis-2024.2"),
    ("rows", []),
    ("rows.0.designs", ""),
    ("rows.0.clock_ps", REMOVE),
    ("rows.0.latency", {"base": -3, "tokens": 1, "product": 1}),
]
CALIBRATION_BROKEN = [
    ("like", "hls4ml/vitis-2031.2"),
    ("likes", "hls4ml/vitis-2024.2"),
    ("delays", REMOVE),
    ("delays.add_ps", REMOVE),
    ("delays.usable_permille", 0),
    ("rows.0.kernel", "conv3d"),
    ("rows.0.kernel", REMOVE),
    ("rows.0.designs", REMOVE),
    ("rows.0.strategy", "fast"),
    ("rows.0.inputs", [1]),
    ("rows.0.latency", {"tokens": 1}),
    ("rows.0.latency", {"base": 1, "tokens": 2}),
    ("rows.0.latency", {"base": 0.5}),
]


def fail(message):
    print(f"check_schema: {message}", file=sys.stderr)
    sys.exit(1)


def example():
    text = MANUAL.read_text(encoding="utf-8")
    return json.loads(re.search(r"```json\n(.*?)```", text, re.S).group(1))


def changed(model, path, value):
    """A copy of the model with one value replaced, added or removed."""
    model = copy.deepcopy(model)
    place = model
    *parents, last = [int(k) if k.isdigit() else k for k in path.split(".")]
    for key in parents:
        place = place[key]
    if value is REMOVE:
        del place[last]
    else:
        place[last] = value
    return model


def check_strict(schema, path="schema"):
    """Every object closed, every property with a description."""
    if isinstance(schema, list):
        for i, item in enumerate(schema):
            check_strict(item, f"{path}[{i}]")
    if not isinstance(schema, dict):
        return
    if isinstance(schema.get("properties"), dict):
        if schema.get("additionalProperties") is not False:
            fail(f"{path} admits unknown keys")
        for key, value in schema["properties"].items():
            if not value.get("description"):
                fail(f"{path}.properties.{key} has no description")
    for key, value in schema.items():
        check_strict(value, f"{path}.{key}")


def first_error(validator, model):
    error = jsonschema.exceptions.best_match(validator.iter_errors(model))
    if error is None:
        return None
    return "/".join(map(str, error.absolute_path)) + ": " + error.message


def check_layers(validator):
    """Every layer type, and changes to it."""
    model = json.loads(EVERY_TYPE.read_text(encoding="utf-8"))
    error = first_error(validator, model)
    if error is not None:
        fail(f"{EVERY_TYPE.name} is rejected: {error}")
    layers = model["network"]["layers"]
    index = {layer["name"]: i for i, layer in enumerate(layers)}
    known = {entry["$ref"].rsplit("/", 1)[1]
             for entry in validator.schema["$defs"]["layer"]["oneOf"]}
    missing = known - {layer["type"] for layer in layers}
    if missing:
        fail(f"{EVERY_TYPE.name} lacks {', '.join(sorted(missing))}")
    for rows, valid in ((LAYER_VARIANTS, True), (LAYER_BROKEN, False)):
        for name, key, value in rows:
            path = f"network.layers.{index[name]}.{key}"
            error = first_error(validator, changed(model, path, value))
            if (error is None) != valid:
                shown = "removed" if value is REMOVE else repr(value)
                fail(f"{name}.{key} = {shown} is "
                     f"{'accepted' if error is None else 'rejected'}: {error}")


def validator_of(path):
    schema = json.loads(path.read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    check_strict(schema)
    return jsonschema.Draft202012Validator(schema)


def check_schedules():
    """Every fit in models is a schedule file."""
    validator = validator_of(SCHEDULE_SCHEMA)
    files = sorted((ROOT / "models/calibration/finn").glob("*.json"))
    files += [f for f in sorted((ROOT / "models/finn").glob("*/*.json"))
              if f.name != "model.json"]
    for file in files:
        error = first_error(validator, json.loads(file.read_text("utf-8")))
        if error is not None:
            fail(f"{file.relative_to(ROOT)} is rejected: {error}")
    if not files:
        fail("there is no schedule file")


def check_calibrations():
    validator = validator_of(CALIBRATION_SCHEMA)
    file = json.loads(CALIBRATION.read_text(encoding="utf-8"))
    error = first_error(validator, file)
    if error is not None:
        fail(f"{CALIBRATION.name} is rejected: {error}")
    if first_error(validator, {"vitis-2025.1": {}}) is None:
        fail("a family of no kind is accepted")
    name, family = next(iter(file.items()))
    for rows, valid in ((CALIBRATION_VARIANTS, True),
                        (CALIBRATION_BROKEN, False)):
        for path, value in rows:
            error = first_error(validator,
                                {name: changed(family, path, value)})
            if (error is None) != valid:
                fail(f"calibration, {path}: {value!r}: {error}")


def check_catalogues():
    """Every file of a catalogue, and that a crossing has no line."""
    for name in CATALOGUES:
        kind = name.removesuffix("s")
        schema = json.loads(
            (ROOT / f"models/schema/{kind}.schema.json").read_text("utf-8")
        )
        validator = jsonschema.Draft202012Validator(schema)
        files = sorted((ROOT / f"models/{name}").glob("*.json"))
        if not files:
            fail(f"models/{name} is empty")
        for path in files:
            file = json.loads(path.read_text(encoding="utf-8"))
            error = first_error(validator, file)
            if error is not None:
                fail(f"{path.relative_to(ROOT)} is rejected: {error}")
            if file["name"] != path.stem:
                fail(f"{path.relative_to(ROOT)} is of '{file['name']}'")
            del file["sources"]
            if first_error(validator, file) is None:
                fail(f"{path.relative_to(ROOT)} is accepted without sources")
    crossing = {"name": "x", "kind": "crossing", "sources": ["none"]}
    if first_error(validator, crossing) is not None:
        fail("a crossing is rejected")
    for key, value in [("latency", 3), ("kind", "framed"), ("send_words", 2)]:
        if first_error(validator, {**crossing, key: value}) is None:
            fail(f"a broken link is accepted ({key}: {value})")


def main():
    check_schedules()
    check_calibrations()
    check_catalogues()
    validator = validator_of(SCHEMA)

    model = example()
    error = first_error(validator, model)
    if error is not None:
        fail(f"the example of {MANUAL.name} is rejected: {error}")
    for path, value in VARIANTS:
        error = first_error(validator, changed(model, path, value))
        if error is not None:
            fail(f"a good model is rejected ({path} = {value!r}): {error}")
    for path, value in BROKEN:
        if first_error(validator, changed(model, path, value)) is None:
            shown = "removed" if value is REMOVE else repr(value)
            fail(f"a broken model is accepted ({path}: {shown})")

    check_layers(validator)

    files = sorted((ROOT / "models").glob("*/model.json"))
    files += sorted((ROOT / "models").glob("hls4ml/*/model.json"))
    files += sorted((ROOT / "models").glob("finn/*/model.json"))
    files += sorted((ROOT / "models").glob("*.json"))
    for file in files:
        error = first_error(validator, json.loads(file.read_text("utf-8")))
        if error is not None:
            fail(f"{file.relative_to(ROOT)} is rejected: {error}")
    print(
        f"check_schema: {len(files)} models and "
        f"{len(VARIANTS) + len(LAYER_VARIANTS) + 2} examples valid, "
        f"{len(BROKEN) + len(LAYER_BROKEN)} broken ones rejected"
    )


if __name__ == "__main__":
    main()
