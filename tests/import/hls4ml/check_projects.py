"""hls4ml projects in the place of model configs.

The projects of this folder are hls4ml's own, made by make_projects.py:
headrace must find the layers, shapes, weights, reuse factors and FIFO depths
that hls4ml says it has (graph.json), and compute every output of hls4ml's C
simulation (outputs.npy) bit for bit.
"""

import array
import ast
import json
import math
import os
import pathlib
import shutil
import struct
import subprocess
import sys
import tempfile

HEADRACE = os.environ["HEADRACE_BINARY"]
HERE = pathlib.Path(__file__).resolve().parent
PROJECTS = ["digits", "normed", "residual", "automatic", "sequence"]
# hls4ml's layers that are no hardware here, or that headrace names itself.
NO_LAYER = {"Input", "Reshape", "Clone"}

failures = []


def run(*args):
    return subprocess.run([HEADRACE, *map(str, args)], capture_output=True,
                          text=True, check=False)


def expect(what, condition, detail=""):
    if not condition:
        failures.append(f"{what}: {detail}")


def read_npy(path):
    """Shape and values of a .npy file of integers."""
    data = path.read_bytes()
    length = struct.unpack("<H", data[8:10])[0]
    header = ast.literal_eval(data[10:10 + length].decode())
    kind = {"<i2": "h", "<i4": "i", "<f8": "d", "<f4": "f"}[header["descr"]]
    values = array.array(kind)
    values.frombytes(data[10 + length:])
    return header["shape"], values.tolist()


def check_graph(name, graph, config, processes):
    layers = {l["name"]: l for l in config["network"]["layers"]}
    options = config["hardware"]["layers"]
    fifos = config["hardware"]["fifos"]
    found = {p["name"]: p for p in processes}
    rows = [r for r in graph["layers"] if r["class"] not in NO_LAYER]
    for i, row in enumerate(rows):
        here = f"{name}: {row['name']}"
        if row["name"] not in layers:
            expect(here, False, "is no layer")
            continue
        process = found[row["name"]]
        shape = [1] * (3 - len(row["shape"])) + row["shape"]
        expect(here, process["output_shape"] == shape,
               f"{process['output_shape']} instead of {shape}")
        if row["strategy"] and row["class"] != "BatchNormalization":
            got = options[row["name"]]
            expect(here, got["reuse_factor"] == row["reuse_factor"],
                   f"reuse factor {got['reuse_factor']}")
            expect(here, got["strategy"] == row["strategy"].lower(), got)
        is_last = i == len(rows) - 1
        if not is_last:
            depth = fifos[row["name"] + ".out"]["depth"]
            expect(here, depth == row["depth"], f"FIFO of {depth}")
    return layers


def check_weights(name, graph, layers, folder):
    for row in graph["layers"]:
        arrays = list(layers.get(row["name"], {}).get("weights", {}).items())
        for (key, file), (theirs, shape) in zip(arrays, row["weights"].items()):
            ours, _ = read_npy(folder / file)
            expect(f"{name}: {theirs}", math.prod(ours) == math.prod(shape),
                   f"{key} has shape {ours} instead of {shape}")


def check_project(name, folder):
    project = HERE / name
    out = folder / name
    done = run("import", project, "-o", out)
    expect(name, done.returncode == 0, done.stderr)
    if done.returncode != 0:
        return
    graph = json.loads((project / "graph.json").read_text())
    config = json.loads((out / "model.json").read_text())
    direct, saved = run("simulate", "--json", project), run(
        "simulate", "--json", out)
    # 1: it does not fit on its device, as digits.
    expect(f"{name}: simulate", direct.returncode in (0, 1) and
           direct.stdout == saved.stdout, direct.stderr + saved.stderr)
    layers = check_graph(name, graph, config,
                         json.loads(direct.stdout)["processes"])
    check_weights(name, graph, layers, out)

    config["data"] = {"inputs": "inputs.npy"}
    (out / "model.json").write_text(json.dumps(config))
    shutil.copy(project / "inputs.npy", out)
    done = run("infer", out, "--json", "--outputs")
    expect(f"{name}: infer", done.returncode == 0, done.stderr)
    _, want = read_npy(project / "outputs.npy")
    got = [v for frame in json.loads(done.stdout)["outputs"] for v in frame]
    differ = sum(a != b for a, b in zip(got, want))
    expect(name, len(got) == len(want) and len(set(want)) > 20,
           f"{len(got)} outputs, {len(want)} expected")
    expect(name, differ == 0, f"{differ} of {len(want)} outputs differ")
    print(f"{name}: {len(want) - differ} of {len(want)} outputs are hls4ml's")


def changed(folder, file, old, new):
    """A copy of the digits project with one text in a file replaced."""
    copy = folder / "changed"
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(HERE / "digits", copy)
    text = (copy / file).read_text()
    assert old in text, old
    (copy / file).write_text(text.replace(old, new))
    return copy


def check_changes(folder):
    """A change of the project shows."""
    for what, file, old, new in (
            ("a weight", "firmware/weights/b8.txt", "0.", "1."),
            ("an accumulator", "firmware/defines.h",
             "ap_fixed<18,8> fc_accum_t", "ap_fixed<12,8> fc_accum_t"),
            ("a rounding mode", "firmware/defines.h",
             "ap_fixed<18,8> conv2_accum_t",
             "ap_fixed<12,8,AP_RND> conv2_accum_t")):
        copy = changed(folder, file, old, new)
        a = run("infer", HERE / "digits", "--random-data", 1, "--outputs")
        b = run("infer", copy, "--random-data", 1, "--outputs")
        expect(what, b.returncode == 0 and a.stdout != b.stdout, b.stderr)
    copy = changed(folder, "firmware/digits.cpp", "layer4_out depth=25",
                   "layer4_out depth=3")
    expect("depth", "pool1.out       srl       3" in
           run("simulate", copy).stdout, "is not taken over")


def check_weights_header(folder):
    """Weights of the .h where there is no .txt."""
    copy = folder / "header"
    shutil.copytree(HERE / "digits", copy)
    for path in (copy / "firmware/weights").glob("*.txt"):
        path.with_suffix(".h").write_text(
            f"//Min 0\n#ifndef X\nconst_t {path.stem}[3] = {{"
            f"{path.read_text()}}};\n#endif\n")
        path.unlink()
    a = run("infer", HERE / "digits", "--random-data", 1, "--outputs")
    b = run("infer", copy, "--random-data", 1, "--outputs")
    expect("weights of a header", a.stdout == b.stdout, b.stderr)


def check_reports(folder):
    """The version of the tool is that of a report in the project."""
    copy = folder / "reported"
    shutil.copytree(HERE / "normed", copy)
    reports = copy / "normed_prj/solution1/syn/report"
    reports.mkdir(parents=True)
    (reports / "normed_csynth.xml").write_text(
        "<profile><ReportVersion><Version>2023.1</Version></ReportVersion>")
    done = run("import", copy, "-o", folder / "reported_model")
    config = json.loads((folder / "reported_model/model.json").read_text())
    expect("version", config["hardware"]["family"] == "hls4ml/vitis-2023.2" and
           "reports" not in config["hardware"], config["hardware"])
    expect("reports", "are not copied" in done.stderr, done.stderr)


def check_first(folder):
    """A model.json in the folder goes first."""
    copy = folder / "both"
    shutil.copytree(HERE / "digits", copy)
    (copy / "model.json").write_text("{}")
    expect("model.json", "json-missing" in run("simulate", copy).stderr,
           "is not read first")


def check_refused(folder):
    """What is no project that can be read, and what is said of it."""
    copy = folder / "partial"

    def refused(what, words, *command):
        done = run(*(command or ("simulate", copy)))
        expect(what, done.returncode == 2 and words in done.stderr,
               done.stdout[:200] + done.stderr)

    for backend in ("Quartus", "oneAPI", "Catapult"):
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(HERE / "digits", copy)
        (copy / "project.tcl").unlink()
        text = (copy / "hls4ml_config.yml").read_text()
        (copy / "hls4ml_config.yml").write_text(
            text.replace("Backend: Vivado", f"Backend: {backend}"))
        refused(backend, f"backend '{backend}'")
    (copy / "hls4ml_config.yml").unlink()
    refused("no name", "myproject.cpp: error[file-open]")
    refused("no name, what helps", "project.tcl and hls4ml_config.yml")
    shutil.rmtree(copy)
    copy.mkdir()
    shutil.copy(HERE / "digits/hls4ml_config.yml", copy)
    refused("no sources", "firmware/defines.h: error[file-open]")
    refused("no sources, what helps", "make the folder firmware")
    for command in ("generate", "verify"):
        refused(command, "hardware that can be generated", command,
                HERE / "digits")
    # The config of a project stands for it.
    expect("config", run("simulate", HERE / "digits").stdout ==
           run("simulate", HERE / "digits/hls4ml_config.yml").stdout)


def check_tuned(folder):
    """What tune writes is what simulate finds."""
    out = folder / "tuned"
    run("import", HERE / "residual", "-o", out)
    tuned = json.loads(run("tune", "--json", "--write", out / "tuned.json",
                           out).stdout)["scenarios"][0]
    found = json.loads(run("simulate", "--json", out / "tuned.json").stdout)
    for key in ("latency_cycles", "interval_cycles"):
        expect(f"tuned {key}", found[key] == tuned["reached"][key],
               f"{found[key]} instead of {tuned['reached'][key]}")
    # No FIFO makes a frame faster than FIFOs without end by much.
    expect("goal", tuned["goals"]["latency_cycles"] <
           1.1 * found["latency_cycles"], tuned["goals"])


def main():
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        for project in PROJECTS:
            check_project(project, folder)
        check_changes(folder)
        check_weights_header(folder)
        check_reports(folder)
        check_first(folder)
        check_refused(folder)
        check_tuned(folder)
    for failure in failures:
        print(failure, file=sys.stderr)
    sys.exit(1 if failures else 0)


main()
