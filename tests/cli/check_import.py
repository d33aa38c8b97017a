"""headrace import, and .onnx files in the place of model configs.

The files are those of ONNX's own tests (Debian: libonnx-testdata).
"""

import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile

HEADRACE = os.environ["HEADRACE_BINARY"]
MODELS = "/usr/share/libonnx-testdata/data/pytorch-converted"
SMALL = os.path.join(MODELS, "test_Conv2d", "model.onnx")
SHAPE = ["--input-shape", "1,3,7,5"]

failures = []


def run(*args):
    return subprocess.run([HEADRACE, *args], capture_output=True, text=True,
                          check=False)


def expect(what, condition, detail=""):
    if not condition:
        failures.append(f"{what}: {detail}")


def check_same(folder):
    """What is written simulates and infers as the file does."""
    out = os.path.join(folder, "net")
    done = run("import", SMALL, "-o", out, *SHAPE)
    expect("import", done.returncode == 0, done.stderr)
    with open(os.path.join(out, "model.json"), encoding="utf-8") as f:
        model = json.load(f)
    layers = model["network"]["layers"]
    expect("layers", [l["type"] for l in layers] == ["conv2d"], layers)
    expect("shape", model["network"]["input"]["shape"] == [7, 5, 3], model)
    for command in (["simulate", "--json"],
                    ["infer", "--random-data", "3", "--outputs"]):
        a, b = run(*command, SMALL, *SHAPE), run(*command, out)
        expect(" ".join(command), a.returncode == 0 and a.stdout == b.stdout,
               a.stderr + b.stderr)


def check_keras(folder):
    """The containers of Keras; an architecture in JSON is no model config."""
    samples = os.path.join(os.environ["HEADRACE_SOURCE_DIR"],
                           "tests/import/keras/samples")
    for name in ("v3_image.keras", "v2_sequence.h5", "v2_vector.json",
                 "qkeras_windows.keras"):
        out = os.path.join(folder, name + "_net")
        file = os.path.join(samples, name)
        done = run("import", file, "-o", out)
        expect(f"import {name}", done.returncode == 0, done.stderr)
        infer = ["infer", "--random-data", "3", "--outputs"]
        a, b = run(*infer, file), run(*infer, out)
        expect(f"infer {name}", a.returncode == 0 and a.stdout == b.stdout,
               a.stderr + b.stderr)
    alone = os.path.join(folder, "alone.json")
    with open(os.path.join(samples, "v2_vector.json"), encoding="utf-8") as f:
        text = f.read()
    with open(alone, "w", encoding="utf-8") as f:
        f.write(text)
    done = run("simulate", alone)
    expect("weights beside it", done.returncode == 2 and
           "alone_weights.h5" in done.stderr, done.stderr)


def check_precision(folder):
    out = os.path.join(folder, "narrow.json")
    done = run("import", SMALL, "-o", out, *SHAPE, "--default-precision",
               "fixed<12,4>")
    expect("precision", done.returncode == 0, done.stderr)
    with open(out, encoding="utf-8") as f:
        layer = json.load(f)["network"]["layers"][0]
    expect("format", layer["weight_format"] == "fixed<12,4>", layer)


def check_names(folder):
    """A name that no person gave is that of the file."""
    def name_of(path):
        done = run("infer", path, *SHAPE, "--random-data", "1", "--json")
        return json.loads(done.stdout)["name"]

    with open(SMALL, "rb") as f:
        content = f.read()
    named = b"torch-jit-export"
    expect("fixture", content.count(named) == 1, content[:80])
    for given, wanted in ((named, "my_net"), (b"model_0123456789", "my_net"),
                          (b"model_012345678x", "model_012345678x"),
                          (b"torch-jit-export1"[1:], "orch_jit_export1")):
        path = write(folder, "my-net.onnx", content.replace(named, given))
        expect(f"name {given}", name_of(path) == wanted, name_of(path))


def check_wide():
    """No exact accumulator has 64 bits; the widest is taken."""
    done = run("infer", SMALL, *SHAPE, "--random-data", "1",
               "--default-precision", "fixed<32,16>")
    expect("wide", done.returncode == 0 and not done.stderr, done.stderr)


def simulated(*args):
    done = run("simulate", "--json", *args)
    expect(" ".join(args), done.returncode == 0, done.stderr)
    return json.loads(done.stdout)["processes"], done.stderr


def check_folding(folder):
    """Reuse factors, cycles and lanes from the command line: what import
    writes is what simulate does, and a config's own are replaced."""
    processes, said = simulated(SMALL, *SHAPE, "--reuse-factor", "9")
    expect("reuse factor", processes[0]["reuse_factor"] == 9 and not said,
           processes)
    processes, said = simulated(SMALL, *SHAPE, "--reuse-factor", "10")
    expect("nearest", processes[0]["reuse_factor"] == 9 and
           "'n3' has 9" in said, said)
    out = os.path.join(folder, "folded")
    options = ["--target-cycles", "200", "--lanes", "2"]
    done = run("import", SMALL, *SHAPE, "-o", out, *options)
    with open(os.path.join(out, "model.json"), encoding="utf-8") as f:
        hardware = json.load(f)["hardware"]
    expect("import folded", done.returncode == 0 and
           hardware["input_lanes"] == 1 and
           hardware["layers"]["n3"]["lanes"] == 2, hardware)
    for args in ([out], [SMALL, *SHAPE, *options], [out, *options]):
        processes, said = simulated(*args)
        own = processes[0]
        # The next larger reuse factor takes more than the target.
        larger, _ = simulated(out, "--reuse-factor",
                              str(own["reuse_factor"] + 1))
        expect("target", own["cycles_per_frame"] <= 200 and not said and
               (larger[0]["reuse_factor"] == own["reuse_factor"] or
                larger[0]["cycles_per_frame"] > 200), own)
    processes, said = simulated(out, "--target-cycles", "1")
    expect("too few", "'n3' takes" in said, said)
    done = run("simulate", out, "--reuse-factor", "2", "--target-cycles", "9")
    expect("both", done.returncode == 2 and "exclude" in done.stderr,
           done.stderr)


def write_config(folder, **network):
    path = os.path.join(folder, "model.json")
    with open(path, "w", encoding="utf-8") as f:
        json.dump({"headrace": 1, "name": "mine",
                   "network": {"file": "net.onnx", "input_shape": [1, 3, 7, 5],
                               **network},
                   "hardware": {"clock_mhz": 100,
                                "layers": {"n3": {"reuse_factor": 8}}}}, f)
    return path


def check_config(folder):
    """A config that names the file."""
    own = os.path.join(folder, "config")
    os.mkdir(own)
    shutil.copy(SMALL, os.path.join(own, "net.onnx"))
    path = write_config(own, default_precision="fixed<12,4>")
    a = run("infer", path, "--random-data", "3", "--outputs", "--json")
    b = run("infer", SMALL, *SHAPE, "--default-precision", "fixed<12,4>",
            "--random-data", "3", "--outputs", "--json")
    expect("config infers", a.returncode == 0 and
           json.loads(a.stdout)["outputs"] == json.loads(b.stdout)["outputs"],
           a.stderr)
    processes, _ = simulated(path)
    expect("config folds", processes[0]["reuse_factor"] == 8, processes)
    tuned = os.path.join(own, "tuned.json")
    done = run("tune", path, "--write", tuned)
    expect("config is tuned", done.returncode == 0 and
           simulated(tuned)[0][0]["reuse_factor"] == 8, done.stderr)
    path = write_config(own, formats={"n3": {"output_format": "fixed<9,3>"}})
    done = run("infer", path, "--random-data", "3")
    expect("formats", "outputs fixed<9,3>" in done.stdout, done.stderr)
    for network, word in (
            ({"file": "../net.onnx"}, "file-open"),
            ({"file": "other.onnx"}, "file-open"),
            ({"file": "model.json"}, "no model file of another tool"),
            ({"formats": {"n4": {}}}, "the file has no layer 'n4'"),
            ({"formats": {"n3": {"scale": 1}}}, "scale"),
            ({"output": "n3"}, "output"),
            ({"input_shape": []}, "input_shape")):
        done = run("simulate", write_config(own, **network))
        expect(word, done.returncode == 2 and word in done.stderr, done.stderr)


def check_verify(folder):
    """RTL of an .onnx file, if there is Verilator."""
    if shutil.which("verilator") is None:
        return
    done = run("verify", SMALL, *SHAPE, "--default-precision", "fixed<12,4>",
               "--reuse-factor", "9", "--frames", "1", "--build-dir",
               os.path.join(folder, "rtl"))
    expect("verify", done.returncode == 0 and
           "every handshake and every bit" in done.stdout,
           done.stdout + done.stderr)


def check_nothing_left(folder):
    """A file that cannot be written as a config leaves nothing."""
    out = os.path.join(folder, "none")
    with open(SMALL, "rb") as f:
        data = f.read()
    # Behind tag and length of the kernel's data: floats.
    at = data.index(b"\x4a", 100) + 3
    bad = os.path.join(folder, "nan.onnx")
    with open(bad, "wb") as f:
        f.write(data[:at + 16] + b"\x00\x00\xc0\x7f" * 8 + data[at + 48:])
    done = run("import", bad, *SHAPE, "-o", out)
    expect("NaN", done.returncode == 2 and "nan" in done.stderr,
           done.stderr)
    expect("nothing written", not os.path.exists(out))


def write(folder, name, content):
    path = os.path.join(folder, name)
    with open(path, "wb") as f:
        f.write(content)
    return path


def check_other_files(folder):
    """Files whose ending says other than what is in them; --write."""
    for content, word in (
            (b"some notes on the network\n", "no ONNX file, or a damaged one"),
            (b"version https://git-lfs.github.com/spec/v1\n", "git lfs pull"),
            (b"PK\x03\x04abcd", "no ONNX file"),
            (b"\x3a\xff\xff\x03abc", "byte 4, field 'graph'"),
            (b"", "no graph, so it is no model")):
        done = run("simulate", write(folder, "other.onnx", content))
        expect(word, done.returncode == 2 and word in done.stderr,
               done.stderr)
    for path, word in (
            (os.path.join(folder, "nowhere"), "No such file"),
            (folder, "no project of hls4ml"),
            (write(folder, "notes.txt", b"x"), "end in .onnx")):
        done = run("import", path, "-o", os.path.join(folder, "out"))
        expect(word, done.returncode == 2 and word in done.stderr,
               done.stderr)
    out = os.path.join(folder, "written.json")
    for command in ("tune", "partition"):
        done = run(command, SMALL, *SHAPE, "--write", out)
        expect(f"{command} --write", done.returncode == 2 and
               "another tool's file" in done.stderr and
               not os.path.exists(out), done.stderr)


def check_file_limit(folder):
    """Files may have no byte: said, and nothing left."""
    def limit():
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))

    out = os.path.join(folder, "limited", "net")
    done = subprocess.run([HEADRACE, "import", SMALL, *SHAPE, "-o", out],
                          stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                          text=True, check=False, preexec_fn=limit)
    expect("file limit", done.returncode == 2 and
           "cannot write" in done.stderr, done)
    expect("file limit leaves nothing",
           not os.path.exists(os.path.dirname(out)))


def check_unread(folder):
    """Files that people have and that are not read come with what to do."""
    saved = os.path.join(folder, "saved")
    os.mkdir(saved)
    write(saved, "saved_model.pb", b"x")
    for path, word in (
            (write(folder, "net.pt", b"x"), "torch.onnx.export"),
            (write(folder, "net.safetensors", b"x"), "torch.onnx.export"),
            (write(folder, "net.tflite", b"x"), "tf2onnx.convert --tflite"),
            (saved, "tf2onnx.convert --saved-model"),
            (write(folder, "net.onnx.gz", b"x"), "unpack it first"),
            (write(folder, "net.ONNX", b"x"), "rename it")):
        for args in (["simulate", path], ["import", path, "-o", "x"]):
            done = run(*args)
            expect(f"{args}", done.returncode == 2 and word in done.stderr,
                   done.stderr)


def check_pipes(folder):
    """A pipe that nobody writes to is refused, and not waited for."""
    for name in ("net.json", "net.onnx", "net.keras", "net.h5"):
        path = os.path.join(folder, "pipe_" + name)
        os.mkfifo(path)
        try:
            done = subprocess.run([HEADRACE, "simulate", path], timeout=60,
                                  capture_output=True, text=True, check=False)
            expect(name, done.returncode == 2 and
                   "not a regular file" in done.stderr, done.stderr)
        except subprocess.TimeoutExpired:
            expect(name, False, "hangs")


def check_no_effect(folder):
    """Options that would be ignored are refused."""
    project = os.path.join(os.environ["HEADRACE_SOURCE_DIR"],
                           "tests/import/hls4ml/digits")
    own = os.path.join(folder, "own")
    run("import", SMALL, *SHAPE, "-o", own)
    for path, word in ((project, "an hls4ml project has its shape"),
                       (own, "the config has its formats")):
        for option in (SHAPE, ["--default-precision", "fixed<8,4>"],
                       ["--calibrate", "x.npy"]):
            done = run("simulate", path, *option)
            expect(f"{word} {option}", done.returncode == 2 and
                   word in done.stderr, done.stderr)


def check_meaning(folder):
    """Options that say what data mean, where there are no data or where they
    do not act on them."""
    arrays = write(folder, "frames.npy", b"")
    meanings = (["--data-scale", "unit"], ["--data-layout", "chw"],
                ["--label-column", "2"])
    for args in (["simulate"], ["explain"], ["tune"], ["import", "-o", folder],
                 ["infer", "--random-data", "1"],
                 ["generate", "-o", os.path.join(folder, "rtl")],
                 ["partition", "--boards", "1", "--device", "xc7z020"]):
        for option in meanings:
            done = run(args[0], SMALL, *SHAPE, *args[1:], *option)
            expect(f"{args} {option}", done.returncode == 2 and
                   option[0] in done.stderr and
                   "and there is none" in done.stderr, done.stderr)
    done = run("infer", SMALL, *SHAPE, "--data", arrays, "--label-column", "c")
    expect("label column", done.returncode == 2 and
           "--label-column is of text" in done.stderr, done.stderr)


def check_compare(folder):
    """Other tools' files are models, with their options."""
    own = os.path.join(folder, "compared")
    run("import", SMALL, *SHAPE, "-o", own, "--reuse-factor", "9")
    done = run("compare", own, SMALL, *SHAPE, "--reuse-factor", "9")
    expect("compare options", done.returncode == 2 and
           "the config has" in done.stderr, done.stderr)
    done = run("compare", SMALL, SMALL, *SHAPE, "--reuse-factor", "9")
    expect("compare", done.returncode == 0 and not done.stderr, done.stderr)
    trace = write(folder, "events.csv", b"not,a,trace\n")
    done = run("compare", trace, trace, "--lanes", "2")
    expect("no model", done.returncode == 2, done.stderr)


def check_partition():
    """A file of another tool, with its own options."""
    done = run("partition", SMALL, *SHAPE, "--boards", "1", "--device",
               "xc7z020", "--default-precision", "fixed<6,3>", "--json")
    wide = run("partition", SMALL, *SHAPE, "--boards", "1", "--device",
               "xc7z020", "--json")
    expect("partition", done.returncode == 0 and wide.returncode == 0 and
           done.stdout != wide.stdout, done.stderr)


def check_errors(folder):
    bad = os.path.join(folder, "bad.onnx")
    with open(bad, "wb") as f:
        f.write(b"\x3a\xff\xff\x03abc")
    for args, word in (
            (["import", SMALL, *SHAPE], "-o FILE is required"),
            (["import", folder, "-o", "x"], "file-open"),
            (["simulate", SMALL, "--calibrate", "x", "--range", "least"],
             "'least' is none of mse, max"),
            (["import", SMALL, "-o", folder], "in a batch of 1"),
            (["simulate", bad], "error[onnx]"),
            (["simulate", os.path.join(folder, "no.onnx")], "file-open"),
            (["simulate", SMALL, "--input-shape", "1,x"], "--input-shape"),
            (["simulate", SMALL, "--default-precision", "ufixed<8,8>"],
             "--default-precision"),
            (["simulate", os.path.join(MODELS, "test_ELU", "model.onnx")],
             "'Elu' (node '")):
        done = run(*args)
        expect(word, done.returncode == 2 and word in done.stderr,
               done.stderr)


def main():
    if not os.path.exists(SMALL):
        sys.exit("libonnx-testdata is not installed")
    with tempfile.TemporaryDirectory() as folder:
        check_same(folder)
        check_precision(folder)
        check_names(folder)
        check_wide()
        check_folding(folder)
        check_config(folder)
        check_verify(folder)
        check_nothing_left(folder)
        check_keras(folder)
        check_errors(folder)
        check_meaning(folder)
        check_compare(folder)
        check_other_files(folder)
        check_file_limit(folder)
        check_unread(folder)
        check_pipes(folder)
        check_no_effect(folder)
        check_partition()
    for failure in failures:
        print(failure, file=sys.stderr)
    sys.exit(1 if failures else 0)


main()
