"""headrace tune from the outside: what it finds and writes, what is refused,
and what Ctrl-C leaves."""

import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import xml.dom.minidom

import jsonschema

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = os.environ["HEADRACE_BINARY"]
MODELS = ROOT / "models"
SCHEMA = json.loads((MODELS / "schema/tuning.schema.json").read_text())

# Arguments behind the model, and what the message says.
REFUSED = [
    (["--max-interval", "0"], "0 is outside 1"),
    (["--max-latency", "none"], "'none' is not a whole number"),
    (["--max-latency-back-to-back", "0"], "0 is outside 1"),
    (["--source", "evry:3"], "did you mean 'every'"),
    (["--sink", "random:99"], "99 is outside 1..95"),
    (["--price", "bit"], "did you mean 'bits'"),
    (["--price", "lut=1,bram19=2"], "did you mean 'bram18'"),
    (["--price", "lut"], "'lut' has no weight"),
    (["--price", "lut=1,lut=2"], "'lut' has two weights"),
    (["--price", "lut=1.0005"], "at most three digits"),
    (["--price", "lut=1."], "at most three digits"),
    (["--price", "lut=.5"], "not a whole number"),
    (["--price", "lut=1x"], "'1x' is no weight"),
    (["--price", "lut=-1"], "'-1' is no weight"),
    (["--price", "lut=2000000"], "outside"),
    (["--price", "lut=0,ff=0.000"], "every depth costs the same"),
    (["--price", "device"], "neither --device nor the model names one"),
    (["--device", "xc7"], "xc7"),
    (["--limit", "pool2.out"], "neither FIFO=N nor FIFO=MIN..MAX"),
    (["--limit", "pol2.out=4"], "did you mean 'pool2.out'"),
    (["--limit", "pool2.out=5..3"], r"comes first: pool2\.out=3\.\.5"),
    (["--limit", "pool2.out=0"], "0 is outside 1"),
    (["--limit", "pool2.out=1..2x"], "'2x' is not a whole number"),
    (["--limit", "pool2.out=5", "--limit", "pool2.out=1..9"],
     "two limits for 'pool2.out'"),
    (["--method", "fin"], "did you mean 'finn'"),
    (["--method", "finn", "--verify"], "--verify proves what a search found"),
    (["--method", "max", "--limit", "pool2.out=3"], "--limit is for a search"),
    (["--frames", "0"], "0 is outside 1"),
    (["--random-data", "1"], "--random-data is for --verify"),
    (["--build-dir", "x"], "--build-dir is for --verify"),
    (["--pareto", "--max-interval", "9000"], "goals are for one search"),
    (["--pareto", "--method", "finn"], "--method are for one search"),
    (["--points", "3"], "--points is for --pareto"),
    (["--svg", "x"], "--svg is for --pareto"),
    (["--pareto", "--points", "1"], "at least 2 points"),
]

# Goals that cannot be met: arguments, "outcome", "missed.goal", the text.
MISSED = [
    (["--max-interval", "900"], "unreachable", "interval",
     "no depth reaches interval 900: 'conv1' alone takes 7,324 cycles a frame"),
    (["--max-interval", "7000", "--source", "every:100"], "unreachable",
     "interval", "source or sink alone take"),
    ([f"--limit={f}=1..2" for f in ("pool1.out", "pool2.out", "conv1.out",
                                    "conv2.out", "conv3.out")],
     "limited", None, "FIFOs as deep as the limits allow"),
    (["--max-latency", "18000"], "limited", "latency",
     "with FIFOs that are never full"),
    (["--method", "max", "--max-latency", "18215"], "limited", "latency",
     "isolated latency 18,215: it is 18,216 with the depths of max"),
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


def run(*arguments, command="tune"):
    return subprocess.run([PROGRAM, command, *map(str, arguments)], cwd=ROOT,
                          capture_output=True, text=True, check=False)


def result(*arguments, status=0):
    """What --json says, held against the schema."""
    done = run("--json", *arguments)
    expect(done.returncode == status, f"{arguments}", done)
    found = json.loads(done.stdout)
    jsonschema.validate(found, SCHEMA)
    return found


def check_refused():
    for arguments, message in REFUSED:
        done = run(MODELS / "svhn", *arguments)
        expect(done.returncode == 2 and done.stdout == "" and
               re.search(message, done.stderr), f"{arguments}", done)
    done = run(MODELS / "finn/pipe_P4", "--verify")
    expect(done.returncode == 2 and "no RTL" in done.stderr,
           "RTL of a schedule", done)


def check_missed():
    for arguments, outcome, goal, text in MISSED:
        done = run(MODELS / "svhn", *arguments)
        expect(done.returncode == 1 and text in done.stdout, f"{arguments}",
               done)
        found = result(MODELS / "svhn", *arguments, status=1)
        expect(found["outcome"] == outcome and
               goal in (None, found["missed"]["goal"]),
               f"{arguments}: {found['outcome']}, {found['missed']}")


def check_certificate():
    """What is said of a FIFO is what simulate says of it."""
    found = result(MODELS / "svhn")
    depths = [f"--fifo-depth={f['name']}={f['depth']}" for f in found["fifos"]]
    goals = found["scenarios"][0]["goals"]
    for fifo in found["fifos"]:
        if fifo["cheaper"] is None:
            expect(fifo["depth"] == 1, f"{fifo} could be cheaper")
            continue
        done = run("--json", *depths, "--fifo-depth",
                   f"{fifo['name']}={fifo['cheaper']['depth']}",
                   MODELS / "svhn", command="simulate")
        without = json.loads(done.stdout)
        goal = fifo["cheaper"]["misses"] + "_cycles"
        expect(without[goal] > goals[goal],
               f"{fifo['name']} at its next cheaper depth: {goal} is "
               f"{without[goal]}, the goal {goals[goal]}")


def check_written(folder):
    """The written model does what the tuner said."""
    for model in ("digits", "finn/pipe_P4", "hls4ml/hgdream"):
        for method in ("ours", "max", "hls4ml", "finn"):
            here = folder / f"{pathlib.Path(model).name}_{method}"
            shutil.copytree(MODELS / model, here)
            written, finn = here / "tuned.json", here / "finn.json"
            found = result(here, "--method", method, "--write", written,
                           "--write-finn", finn, "--write-hls4ml",
                           here / "hls4ml.json")
            reached = found["scenarios"][0]["reached"]
            done = run("--json", written, command="simulate")
            same = json.loads(done.stdout)
            # As tune measures it: 16 frames where the state does not recur.
            expect(all(same[key] == reached[key] for key in
                       ("interval_cycles", "latency_cycles")),
                   f"{model}, {method}: {reached}", done)
            depths = {f["name"]: f["depth"] for f in found["fifos"]}
            # Ports of a design by HLS have none to choose.
            expect({f["name"]: f["depth"] for f in same["fifos"]
                    if f["name"] in depths} == depths,
                   f"{model}, {method}: other depths in the file")
            rated = [m for m in found["methods"] if m["name"] == method]
            expect(rated[0]["depths"] == depths and
                   rated[0]["bits"] == found["bits"] ==
                   sum(f["bits"] for f in found["fifos"]),
                   f"{model}, {method}: sums do not fit")
            expect(json.loads(finn.read_text())["Defaults"] == {},
                   f"{model}, {method}: FINN's file")
            expect((method == "ours") == (found["certificate"] != "none"),
                   f"{model}, {method}: {found['certificate']}")
    # Elsewhere its files are not found: said, but done.
    done = run(MODELS / "digits", "--write", folder / "else.json")
    expect(done.returncode == 0 and "not in the folder" in done.stderr,
           "a model written elsewhere", done)
    done = run(MODELS / "digits", "--write", folder / "no/such/file.json")
    expect(done.returncode == 2 and "file-write" in done.stderr,
           "a folder that is not there", done)


def check_goals():
    plain = result(MODELS / "svhn")
    loose = result(MODELS / "svhn", "--max-interval", 9000, "--max-latency",
                   "any", "--max-latency-back-to-back", "any")
    expect(loose["price"] < plain["price"] and
           loose["scenarios"][0]["goals"] == {
               "latency_cycles": None, "latency_back_to_back_cycles": None,
               "interval_cycles": 9000} and
           loose["scenarios"][0]["reached"]["interval_cycles"] <= 9000,
           f"9000 instead of 7324: {loose['price']}, {plain['price']}")
    fixed = result(MODELS / "svhn", "--limit", "pool2.out=20..30", "--limit",
                   "conv1.out=4")
    depths = {f["name"]: f["depth"] for f in fixed["fifos"]}
    expect(depths["pool2.out"] == 20 and depths["conv1.out"] == 4,
           f"limits are not kept: {depths}")
    both = result(MODELS / "svhn", "--source", "every:3", "--source",
                  "always", "--sink", "every:2")
    names = [s["name"] for s in both["scenarios"]]
    expect(names == ["source every:3, sink every:2",
                     "source always, sink always"], f"scenarios: {names}")
    for s in both["scenarios"]:
        expect(all(s["goals"][key] is None or
                   s["reached"][key] <= s["goals"][key] for key in s["goals"]),
               f"a goal is missed: {s}")


def check_prices():
    weights = result(MODELS / "svhn", "--price", "lut=1,ff=0.25,bram18=150.5")
    cost = weights["cost"]
    expect(weights["price"] == cost["lut"] + cost["ff"] / 4 +
           150.5 * cost["bram18"] and weights["pricing"]["bram18"] == 150.5,
           f"{weights['price']} is no price of {cost}")
    device = result(MODELS / "lenet5", "--price", "device", "--device",
                    "xczu9eg")
    expect(device["device"]["fits"] and
           device["pricing"]["device"] == "xczu9eg", "lenet5 fits")
    done = run("--json", MODELS / "mobilenet10", "--method", "max", "--device",
               "xc7z020")
    found = json.loads(done.stdout)
    expect(done.returncode == 1 and not found["device"]["fits"],
           "a device that is too small", done)


def check_pareto(folder):
    """Prices fall as frames get slower, and each point is what a search for
    its goal finds."""
    drawing = folder / "curves.svg"
    done = run("--json", "--pareto", "--points", 5, "--svg", drawing,
               MODELS / "svhn")
    expect(done.returncode == 0, "curves", done)
    for curve in json.loads(done.stdout)["curves"]:
        points = curve["points"]
        expect(2 <= len(points) <= 5 and all(
            a["cycles"] < b["cycles"] and a["price"] > b["price"] and
            b["bound_price"] <= b["price"] and
            b["exact"] == (b["bound_price"] == b["price"])
            for a, b in zip(points, points[1:])), f"a curve: {points}")
        for p in points:
            depths = [f"--fifo-depth={n}={d}" for n, d in p["depths"].items()]
            same = json.loads(run("--json", *depths, MODELS / "svhn",
                                  command="simulate").stdout)
            expect(same[curve["axis"] + "_cycles"] == p["cycles"],
                   f"a point: {p}")
    xml.dom.minidom.parse(str(drawing))


def check_unknown_widths(folder):
    here = folder / "widths"
    shutil.copytree(MODELS / "finn/pipe_P1", here)
    for name, ports in (("swg0", "outputs"), ("mvu0", "inputs")):
        kernel = json.loads((here / f"{name}.json").read_text())
        for port in kernel[ports]:
            del port["width_bits"]
        (here / f"{name}.json").write_text(json.dumps(kernel))
    done = run(here)
    expect(done.returncode == 0 and
           "no width is given for the tokens of 'swg0.out'" in done.stderr,
           "a FIFO without width", done)


def check_deadlock(folder):
    """A process that waits for itself stands still at every depth."""
    here = folder / "stuck"
    shutil.copytree(MODELS / "finn/pipe_P1", here)
    kernel = json.loads((here / "swg0.json").read_text())
    for stream in kernel["streams"]:
        stream["initial"] = 0
    (here / "swg0.json").write_text(json.dumps(kernel))
    done = run(here)
    expect(done.returncode == 1 and "deadlock at every depth" in done.stdout
           and "'swg0.read' waits for a token from 'swg0.space'"
           in done.stdout, "a deadlock", done)
    found = result(here, status=1)
    expect(found["outcome"] == "deadlock" and
           found["missed"]["goal"] == "deadlock" and
           {w["process"] for w in found["waits"]} ==
           {"swg0.read", "swg0.write"}, f"a deadlock: {found['waits']}")
    done = run(here, "--method", "finn")
    expect(done.returncode == 1 and "deadlock at every depth" in done.stdout,
           "a deadlock by the rule of FINN", done)


def check_interrupt(folder):
    """The first Ctrl-C takes the best so far, the second ends at once."""
    file = folder / "interrupted.json"
    command = [PROGRAM, "tune", "--json", "-o", file, "--thorough",
               MODELS / "unet256"]
    # On a busy machine the search may not have begun, and the signal ends the
    # program as it ends any: then it comes later.
    for seconds in (1, 4, 16):
        with subprocess.Popen(command, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE) as process:
            time.sleep(seconds)
            process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=240)
        if process.returncode != -signal.SIGINT:
            break
    expect(process.returncode == 1 and out == b"" and err == b"",
           f"interrupted: {process.returncode}, {out}, {err}")
    found = json.loads(file.read_text())
    jsonschema.validate(found, SCHEMA)
    expect(found["outcome"] == "interrupted" and
           found["certificate"] == "none", f"interrupted: {found['outcome']}")
    for s in found["scenarios"]:
        expect(not found["fifos"] or
               all(s["goals"][key] is None or
                   s["reached"][key] <= s["goals"][key] for key in s["goals"]),
               f"a goal is missed: {s}")

    file.unlink()
    with subprocess.Popen(command, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE) as process:
        time.sleep(1)
        process.send_signal(signal.SIGINT)
        time.sleep(0.2)
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=10)
    # Between the two it may have come to its end by itself.
    expect(process.returncode == -signal.SIGINT and not file.exists() or
           process.returncode == 1, f"again: {process.returncode}")


def check_bar():
    """On a terminal a bar shows the stage and the best price, and an interrupt
    takes it away before the result is printed."""
    try:
        ours, theirs = os.openpty()
    except OSError as e:
        print(f"skipped what needs a pseudo-terminal: {e}")
        return
    with subprocess.Popen([PROGRAM, "tune", "--thorough", MODELS / "unet256"],
                          stdout=subprocess.PIPE, stderr=theirs) as process:
        os.close(theirs)
        shown = b""
        try:
            while b", bits " not in shown:
                shown += os.read(ours, 1000)
            process.send_signal(signal.SIGINT)
            while True:
                shown += os.read(ours, 1000)
        except OSError:
            pass  # nobody has the other side any more
        out = process.communicate(timeout=240)[0]
    os.close(ours)
    expect(process.returncode == 1 and
           re.search(rb"interrupted", out) and shown.endswith(b"\r\x1b[K") and
           re.search(rb"\r\x1b\[K[a-zA-Z ]+, bits \d+ ", shown),
           f"the bar of a search: {shown[-300:]}, {out[-300:]}")


def main():
    check_refused()
    check_missed()
    check_certificate()
    check_goals()
    check_prices()
    check_bar()
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        check_written(folder)
        check_pareto(folder)
        check_unknown_widths(folder)
        check_deadlock(folder)
        check_interrupt(folder)
    print("\n".join(problems))
    print(f"{checks} checks, {len(problems)} failed")
    return bool(problems) or checks < 100


if __name__ == "__main__":
    sys.exit(main())
