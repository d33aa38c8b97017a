"""headrace partition from the outside: what it finds and writes, what is
refused, what cannot be done, and what Ctrl-C leaves."""

import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import xml.dom.minidom

import jsonschema

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = os.environ["HEADRACE_BINARY"]
MODELS = ROOT / "models"
GOLDEN = ROOT / "tests/golden/partition_resnet8.txt"
SCHEMA = json.loads((MODELS / "schema/partition.schema.json").read_text())
TWO = ["--boards", "2", "--device", "xc7z020"]

# Arguments behind the model, and what the message says.
REFUSED = [
    ([], "board1 has no device"),
    (["--boards", "0"], "0 is outside 1"),
    (["--boards", "65", "--device", "xc7z020"], "65 is outside 1..64"),
    (["--device", "xc7"], "xc7"),
    (TWO + ["--device", "xczu9eg", "--device", "xczu9eg"],
     "--device is given 3 times for 2 boards"),
    (TWO + ["--fill", "101"], "101 is outside 1..100"),
    (TWO + ["--link", "aurora"], "aurora-64b66b-10g"),
    (TWO + ["--goal", "bords"], "did you mean 'boards'"),
    (TWO + ["--max-interval", "0"], "0 is outside 1"),
    (TWO + ["--pin", "conv1"], "'conv1' is not LAYER=BOARD"),
    (TWO + ["--pin", "conv9=board1"], "no layer 'conv9'"),
    (TWO + ["--pin", "conv1=board3"], "the boards are 'board1' to 'board2'"),
]

# Model, arguments, and why it cannot be done.
INFEASIBLE = [
    ("resnet8", TWO + ["--max-interval", "900"],
     "cycles per frame in its fastest form, more than the 900 asked for"),
    ("resnet8", TWO + ["--max-interval", "2500"], "alone needs"),
    ("mobilenet10", TWO,
     "layer 'block12_pointwise' alone needs 232 BRAM18, 8 more than the 224"),
    ("resnet8", ["--boards", "1", "--device", "xc7z020", "--max-interval",
                 "20000"], "all layers together need"),
    ("resnet8", TWO + ["--pin", "conv1=board2", "--pin", "softmax=board1"],
     "leave no cut"),
]

problems = []
checks = 0


def expect(good, what, done=None):
    global checks
    checks += 1
    if not good:
        told = "" if done is None else \
            f": status {done.returncode}\n{done.stdout[-2000:]}{done.stderr}"
        problems.append(what + told)


def run(*arguments, command="partition"):
    return subprocess.run([PROGRAM, command, *map(str, arguments)],
                          capture_output=True, text=True, check=False)


def result(*arguments, status=0):
    done = run(*arguments, "--json")
    expect(done.returncode == status, f"{arguments}", done)
    out = json.loads(done.stdout)
    jsonschema.validate(out, SCHEMA)
    return out


def check_refused():
    for arguments, words in REFUSED:
        done = run(MODELS / "resnet8", *arguments)
        expect(done.returncode == 2 and words in done.stderr,
               f"{arguments}: '{words}'", done)
    done = run(MODELS / "hls4ml/lenet5", *TWO)
    expect(done.returncode == 2 and "family headrace" in done.stderr, "hls4ml",
           done)


def check_infeasible():
    for model, arguments, words in INFEASIBLE:
        out = result(MODELS / model, *arguments, status=1)
        expect(out["outcome"] == "infeasible" and words in out["why"],
               f"{model} {arguments}: {out}")


def check_golden():
    done = run(MODELS / "resnet8", *TWO)
    expect(done.returncode == 0, "resnet8", done)
    if os.environ.get("UPDATE_GOLDEN"):
        GOLDEN.write_text(done.stdout)
    expect(done.stdout == GOLDEN.read_text(), "resnet8 is not as before", done)


def board_of(out):
    return {layer: b["name"] for b in out["boards"] for layer in b["layers"]}


def check_sense():
    """What a result has to keep, whatever the search does."""
    for model, count, more in (("resnet8", 3, ["--fill", "60"]),
                               ("dscnn", 2, []), ("lenet5", 2, [])):
        out = result(MODELS / model, "--boards", count, "--device", "xc7z020",
                     *more)
        expect(out["optimal"] and
               out["interval"] <= out["planned_interval"] * 1.05,
               f"{model}: {out['interval']} for {out['planned_interval']}")
        for b in out["boards"]:
            for r, used in b["used"].items():
                expect(used <= b["limit"][r], f"{model}: {r} of {b['name']}")
            expect(b["cycles_per_frame"] <= out["planned_interval"], model)
        for l in out["links"]:
            expect(l["cycles_per_frame"] <= out["planned_interval"], model)


def check_pins():
    out = result(MODELS / "resnet8", *TWO, "--pin", "stage1_conv2=board2")
    where = board_of(out)
    expect(where["stage1_conv2"] == "board2" == where["softmax"], "pin")


def check_goals():
    slow = result(MODELS / "resnet8", *TWO, "--goal", "boards",
                  "--max-interval", 60000)
    expect(len(slow["boards"]) == 1 and slow["interval"] <= 60000, "boards")
    quick = result(MODELS / "resnet8", *TWO)
    least = result(MODELS / "resnet8", *TWO, "--goal", "latency")
    expect(least["latency"] <= quick["latency"], "latency")
    expect(quick["interval"] < slow["interval"], "interval")


def check_written(folder):
    shutil.copy(MODELS / "resnet8/model.json", folder)
    file, picture = folder / "two.json", folder / "two.svg"
    out = result(folder / "model.json", *TWO, "--write", file, "--svg", picture)
    simulated = run(file, "--json", command="simulate")
    expect(simulated.returncode == 0, "simulate what was written", simulated)
    hardware = json.loads(file.read_text())["hardware"]
    expect([b["name"] for b in hardware["boards"]] == ["board1", "board2"] and
           len(hardware["links"]) == 1, "boards and links written")
    text = xml.dom.minidom.parse(str(picture)).toxml()
    for b in out["boards"]:
        expect(b["name"] in text, f"{b['name']} in the drawing")
    # Boards and links of the model are asked for by it.
    again = result(file)
    expect(again["planned_interval"] == out["planned_interval"] and
           board_of(again) == board_of(out), "the same once more")


def check_interrupt():
    """The signal comes in the first step, or a later one."""
    process = subprocess.Popen(
        [PROGRAM, "partition", str(MODELS / "resnet18"), "--boards", "6",
         "--device", "xczu9eg", "--json"], stdout=subprocess.PIPE, text=True)
    try:
        process.wait(0.4)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGINT)
    out = process.communicate(timeout=120)[0]
    if process.returncode == -signal.SIGINT:
        return # before it was caught, under load
    found = json.loads(out)
    jsonschema.validate(found, SCHEMA)
    expect(process.returncode == 1 and
           found["outcome"] in ("stopped", "infeasible") and
           not found.get("optimal", False), f"interrupt: {found}")


check_refused()
check_infeasible()
check_golden()
check_sense()
check_pins()
check_goals()
with tempfile.TemporaryDirectory() as name:
    check_written(pathlib.Path(name))
check_interrupt()
print(f"{checks} checks, {len(problems)} problems")
for problem in problems:
    print(problem)
sys.exit(1 if problems else 0)
