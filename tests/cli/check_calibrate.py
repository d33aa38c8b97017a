"""headrace calibrate from the outside: results, what is refused, and why."""

import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = os.environ["HEADRACE_BINARY"]
DATA = ROOT / "tests/accuracy/data/finn"
THR = DATA / "thr_C16_PE4_o4_deep0"
PAD = DATA / "pad_8x8_C4_SIMD4_p1111"
PIPE = DATA / "pipe_P1"
LENET = ROOT / "tests/accuracy/data/lenet5"


def run(*arguments):
    return subprocess.run([PROGRAM, "calibrate", *map(str, arguments)],
                          capture_output=True, text=True, check=False)


def fits(folder):
    return ["--fit", folder / "events_free.csv.xz",
            "--fit", f"{folder / 'events_inp3.csv.xz'},source.grid=3",
            "--fit", f"{folder / 'events_outp5.csv.xz'},sink.grid=5"]


def check(folder):
    return ["--check", f"{folder / 'events_rnd.csv.xz'},"
            f"stimulus={folder / 'stimulus_rnd.txt.xz'}"]


# Processes of an hls4ml design, fitted where they stand; their FIFOs hold a
# frame and are readable after two cycles (fifos.csv).
FROZEN = [
    ("hard_tanh_4", "layer2_out", "layer4_out", 576, 576),
    ("pool_5", "layer4_out", "layer5_out", 576, 144),
    ("conv2d_6", "layer5_out", "layer6_out", 144, 64),
    ("hard_tanh_8", "layer6_out", "layer8_out", 64, 64),
]


def frozen_arguments(row):
    name, source, sink, reads, writes = row

    def runs(use, names):
        return [a for n in names for a in (
            use, f"{LENET}/events_{n}.csv.xz,depth={writes},latency=2")]

    return ["--process", name, "--input", source, "--output", sink,
            "--frame", f"{reads}:{writes}",
            *runs("--fit", ["isolated", "b2b", "gap7"]),
            *runs("--check", ["gap3", "fgap2000", "ogap3000"])]


# A wave of one stream; the levels of its valid are put in.
WAVE = """$timescale 1ns $end
$scope module t $end
$var wire 1 c clk $end
$var wire 1 v s_TVALID $end
$var wire 1 r s_TREADY $end
$upscope $end
$enddefinitions $end
#0 0c %sv 1r
#5 1c
#10 0c
#15 1c
#20 0c
"""

# Two streams, each on a clock of its own.
CLOCKS = """$timescale 1ns $end
$scope module t $end
$var wire 1 c clk $end
$var wire 1 d clk2 $end
$var wire 1 v a $end
$var wire 1 w b $end
$upscope $end
$enddefinitions $end
#0 0c 0d 1v 1w
#5 1c 1d
#10 0c
#15 1c 0d
#20 0c
#25 1c 1d
"""
SIGNALS = {"automatic": False, "streams": [
    {"name": "in", "handshake": ["t.a"], "clock": "t.clk"},
    {"name": "out", "handshake": ["t.b"], "clock": "t.clk2"}]}

# Arguments behind --process p, and what the message says.
REFUSED = [
    ([], "there is no run to fit"),
    (["--fit", "nothing.csv"], r"nothing\.csv.*file-open"),
    (["--fit", THR / "events_free.csv.xz", "--input", "0", "--output", "l"],
     "has no stream 'l'; there are: 0, 1"),
    (["--fit", PIPE / "events_all32.csv.xz"], "13? streams.*was not told"
     "|8 streams.*was not told"),
    (["--fit", PIPE / "events_all32.csv.xz", "--input", "0", "--output", "1"],
     "how deep it is was not told"),
    (["--fit", f"{THR / 'events_free.csv.xz'},source.grid=7"],
     "before it was offered"),
    (["--fit", f"{THR / 'events_outp5.csv.xz'},sink.grid=7"],
     "in which it could not be taken"),
    (["--fit", f"{THR / 'events_free.csv.xz'},colour=7"],
     "'colour' behind a run is none of"),
    (["--fit", THR / "events_free.csv.xz", "--frame", "64"],
     "is not READS:WRITES"),
    (["--fit", THR / "events_free.csv.xz", "--frame", "64:16"],
     "another process"),
    (["--fit", THR / "events_free.csv.xz", "--frame", "192:192"],
     "no run to fit has two whole frames"),
    (["--fit", DATA / "swg_16x16_C4_SIMD4_K3_S2/events_free.csv.xz",
      "--fit", f"{PAD / 'events_inp3.csv.xz'},source.grid=3"],
     "does not follow from the runs"),
    ([*fits(DATA / "mvu_MW36_MH8_SIMD36_PE8"), "--frame", "12:12"],
     "no schedule explains read 13 in cycle 77"),
]


def main():
    problems = []

    def expect(good, what, done):
        if not good:
            problems.append(f"{what}: status {done.returncode}\n"
                            f"{done.stdout}{done.stderr}")

    for arguments, message in REFUSED:
        done = run("--process", "p", *arguments)
        expect(done.returncode == 2 and
               re.search(message, done.stderr, re.S), message, done)
    done = run(*fits(THR))
    expect(done.returncode == 2 and "--process NAME is missing" in done.stderr,
           "a process without name", done)

    for row in FROZEN:
        done = run(*frozen_arguments(row), "--json")
        expect(done.returncode in (0, 1) and done.stdout and
               all(r["different"] == 0
                   for r in json.loads(done.stdout)["measured"]["runs"]),
               f"{row[0]} of lenet5", done)

    with tempfile.TemporaryDirectory() as folder:
        # What a trace can have wrong.
        empty = pathlib.Path(folder) / "empty.csv"
        empty.write_text("stream,event,token_index,cycle\n")
        done = run("--process", "p", "--fit", empty)
        expect(done.returncode == 2 and "has 0 streams" in done.stderr,
               "an empty trace", done)
        wave = pathlib.Path(folder) / "x.vcd"
        wave.write_text(WAVE % "x")
        done = run("--process", "p", "--fit", wave, "--clock", "clk",
                   "--input", "s", "--output", "s")
        expect(done.returncode == 2 and "is x or z" in done.stderr and
               "x.vcd" in done.stderr, "X on a handshake", done)

        path = pathlib.Path(folder) / "p.json"
        done = run("--process", "p", *fits(THR), *check(THR), "--json",
                   "--write", path)
        expect(done.returncode == 0, "an exact fit", done)
        runs = json.loads(done.stdout)["measured"]["runs"]
        expect([r["use"] for r in runs] == ["fit"] * 3 + ["check"] and
               all(r["different"] == 0 for r in runs), "its residuals", done)
        expect(json.loads(path.read_text())["name"] == "p", "its file", done)

        # Without a run that holds the output: said, and not written.
        path.unlink()
        done = run("--process", "p", "--fit", THR / "events_free.csv.xz",
                   "--frame", "64:64", "--write", path)
        expect(done.returncode == 1 and not path.exists() and
               "not determined room inside" in done.stdout and
               "was not written" in done.stderr, "an open fit", done)
        done = run("--process", "p", "--fit", THR / "events_free.csv.xz",
                   "--frame", "64:64", "--write", path,
                   "--accept-undetermined")
        expect(done.returncode == 1 and path.exists(), "an accepted one",
               done)

        # One write a cycle late is found, and where.
        text = subprocess.run(["xzcat", THR / "events_free.csv.xz"],
                              capture_output=True, text=True, check=True)
        bad = pathlib.Path(folder) / "bad.csv"
        bad.write_text(re.sub(r"(?m)^1,([wr]),191,(\d+)$", lambda m:
                              f"1,{m[1]},191,{int(m[2]) + 1}", text.stdout))
        done = run("--process", "p", *fits(THR), "--check", bad)
        expect(done.returncode == 1 and re.search(
            r"bad\.csv +check +384 +1 +1 +write 191", done.stdout),
            "a planted fault", done)
    for problem in problems:
        print(problem)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
