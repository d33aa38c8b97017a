#!/usr/bin/env python3
"""What compare says, whole, against goldens; and what it refuses.

Works in a folder of its own, with models and reports linked into it, so that
outputs name the same paths everywhere.  UPDATE_GOLDEN=1 writes the goldens
anew; read the difference before you commit it.  The JSON outputs are also
checked against their schema, and say the same as the exit status.
"""
import csv
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import xml.etree.ElementTree

import jsonschema

SOURCE = pathlib.Path(os.environ["HEADRACE_SOURCE_DIR"])
BINARY = os.environ["HEADRACE_BINARY"]
GOLDEN = SOURCE / "tests" / "golden"
SCHEMA = SOURCE / "models/schema/comparison.schema.json"

# name of the golden -> exit status, arguments
GOLDENS = {
    "compare_digits_depth1.txt": (
        1, ["digits", "digits", "--fifo-depth", "B:1"]),
    "compare_digits_depth1.json": (
        1, ["--json", "digits", "digits", "--fifo-depth", "B:1"]),
    "compare_digits_slow.txt": (1, ["digits", "slow.csv"]),
    "compare_digits_slow.json": (1, ["--json", "digits", "slow.csv"]),
    "compare_recordings.txt": (
        1, ["equal.csv", "slow.csv", "--frames", "4"]),
    "compare_recordings_uncut.txt": (1, ["cut.csv", "slow.csv"]),
    "compare_positions.txt": (0, ["nameless.csv", "digits"]),
    "compare_digits_stalls.txt": (
        1, ["digits", "slow.csv", "--frames", "2", "--random-stalls", "A:7"]),
    "compare_resnet8_deadlock.txt": (
        1, ["resnet8", "resnet8", "--fifo-depth", "B:1", "--frames", "2"]),
    "compare_reports.txt": (
        1, ["reports/vitis_cosim.rpt", "reports/vitis_2023_2_csynth.xml"]),
    "compare_model_report.json": (
        1, ["--json", "digits", "reports/transactions.rpt"]),
    "compare_clocks.txt": (1, ["clocks.vcd", "clocks_slow.vcd",
                               "--signals", "clocks.json"]),
    "compare_clocks.json": (1, ["--json", "clocks.vcd", "clocks_slow.vcd",
                                "--signals", "clocks.json"]),
    "compare_bundles.txt": (1, ["digits", "bundles.csv", "--frames", "2"]),
    "compare_fifo_profile.txt": (
        1, ["digits", "peaks.json", "--pairs", "fifos.json"]),
}

# arguments -> exit status only
STATUS = [
    (0, ["digits", "equal.csv"]),
    (0, ["equal.csv", "digits"]),
    (0, ["digits", "equal.csv", "--align", "none", "--tolerance", "120"]),
    (1, ["digits", "equal.csv", "--align", "none", "--tolerance", "119"]),
    (0, ["digits", "slow.csv", "--tolerance", "4"]),
    (1, ["digits", "slow.csv", "--tolerance", "3"]),
    (0, ["digits", "slow.csv", "--frames", "1"]),
    (0, ["digits", "cut.csv"]),
    (0, ["digits", "inputs.csv"]),
    (0, ["digits", "written.hrt"]),
    (0, ["written.hrt", "written.csv.gz"]),
    (1, ["written.hrt", "slow.csv"]),
    (0, ["hls", "reports/vitis_2023_2_csynth.xml"]),
    (0, ["slow.csv", "slow.csv", "--frames", "4"]),
    (0, ["reports/lat.rpt", "reports/lat.rpt"]),
    (0, ["clocks.vcd", "clocks.vcd", "--signals", "clocks.json"]),
    # Text does not say which clocks there are.
    (0, ["clocks.vcd", "clocks.csv", "--signals", "A:clocks.json",
         "--align", "none"]),
    (0, ["digits", "bundles_equal.csv"]),
    (1, ["digits", "digits", "--random-stalls", "A:1"]),
    (0, ["digits", "digits", "--random-stalls", "1"]),
    (0, ["digits", "digits", "--fifo-depth", "A:1", "--fifo-depth", "B:1"]),
]

CLOCKS = ["clocks.vcd", "--signals", "clocks.json"]

# status, arguments, pattern in standard error
WARNED = [
    (0, ["bad_no_timescale.vcd", *CLOCKS],
     r"bad_no_timescale\.vcd:\d+: warning\[trace-time\]: there is no "),
    (0, ["bad_cut.vcd", *CLOCKS],
     r"bad_cut\.vcd:\d+: warning\[trace-cut\]: the file ends within a word; "
     r"what is there up to time \d+ is used"),
    (1, ["bad_gap.vcd", *CLOCKS],
     r"bad_gap\.vcd: warning\[trace-clock\]: 'tb\.x\.clk' has a gap: no "
     r"rising edge from time 115 to 225, the period is 10"),
]

# arguments -> pattern in standard error; all end with status 2
REFUSED = [
    (["bad_timescale.vcd", *CLOCKS],
     r"error\[trace-time\]: the timescale '7 ns' is not 1, 10 or 100 of"),
    (["bad_unit.vcd", *CLOCKS],
     r"error\[trace-time\]: the timescale '1 fortnight' is not"),
    (["bad_unknown.vcd", *CLOCKS],
     r"error\[trace-unknown\]: 'tb\.x\.in_w' is x or z in cycle 2 of "
     r"'tb\.x\.clk' \(time 25\), so a handshake of 'in' is open"),
    (["bad_back.vcd", *CLOCKS],
     r"bad_back\.vcd:\d+: error\[trace-time\]: time goes back from \d+ to 10"),
    (["bad_head.vcd", *CLOCKS],
     r"error\[trace-cut\]: the file ends before \$enddefinitions"),
    (["clocks.vcd", "clocks.vcd"],
     r"error\[trace-signal\]: none of its 8 signals is part of a handshake.*"
     r"\n    hint: say in a mapping file"),
    (["clocks.vcd", "clocks.vcd", "--signals", "bad_signals.json"],
     r"bad_signals\.json:1:\d+: error\[trace-signal\]: there is no signal "
     r"'tb\.x\.in_ww'\n    hint: did you mean 'tb\.x\.in_w'\?"),
    ([*CLOCKS, "clocks.vcd", "--clock", "tb.x.clc"],
     r"clocks\.vcd: error\[trace-signal\]: there is no signal 'tb\.x\.clc'\n"
     r"    hint: did you mean 'tb\.x\.clk'\?"),
    ([*CLOCKS, "clocks.vcd", "--scope", "tb.z"],
     r"clocks\.vcd: error\[trace-signal\]: there is no scope 'tb\.z'\n"
     r"    hint: did you mean 'tb\.x'\?; or 'tb\.y'\?"),
    (["digits", *CLOCKS], r"clocks\.vcd: error\[compare\]: no stream is in "
     r"common with 'digits'"),
    (["reports/failed_cosim.rpt", "reports/vitis_cosim.rpt"],
     r"failed_cosim\.rpt:\d+:\d+: warning\[report-run\]: the simulation of "
     r"Verilog ended with 'Fail'.*error\[compare\]: no latency"),
    (["reports/none_cosim.rpt", "reports/vitis_cosim.rpt"],
     r"none_cosim\.rpt:\d+:\d+: warning\[report-run\]: no language was "
     r"simulated"),
    (["no_reports", "reports/vitis_cosim.rpt"],
     r"no_reports/model\.json: error\[file-open\]"),
    (["digits", "other.csv"],
     r"other\.csv: error\[compare\]: no stream is in common with 'digits': "
     r"that has 'source\.out', .*, this has 'conv11_outt', 'zz'\n"
     r"    hint: .*'conv1\.out' is near to 'conv11_outt'.*pairing file"),
    (["digits", "lenet5"],
     r"lenet5: error\[compare\]: a frame has 784 tokens in 'source\.out', "
     r"and 64 in 'source\.out' of 'digits'\n"),
    (["digits", "lenet5.csv"],
     r"lenet5\.csv: error\[compare\]: the token counts are not those of "
     r"'digits': '\w+' would have read \d+ tokens of"),
    (["equal.csv", "slow.csv", "--frames", "3"],
     r"error\[compare\]: .* neither is 3 whole frames\n"),
    (["digits", "empty.csv"], r"error\[compare\]: .*(none|no stream)"),
    (["digits", "digits", "--align", "last"],
     r"error\[option\]: --align: 'last' is neither 'first' nor 'none'\n"),
    (["digits", "digits", "--random-stalls", "A:1", "--random-stalls", "2"],
     r"error\[option\]: option '--random-stalls' is given more than once for "
     r"A\n"),
    (["digits", "digits", "--random-stalls", "B:x"],
     r"error\[option\]: --random-stalls: 'x' is not a whole number"),
    (["digits", "digits", "--fifo-depth", "A:"],
     r"error\[option\]: --fifo-depth: the value is empty\n"),
    (["digits", "digits", "--fifo-depth", "B:nope=3"],
     r"error\[fifo\]: .*nope"),
    (["digits", "reports/lat.rpt", "--plot", "x.svg"],
     r"error\[option\]: --plot draws two runs, but 'reports/lat\.rpt' is a "
     r"report\n"),
    (["digits", "equal.csv", "--pairs", "wrong.json"],
     r"wrong\.json:1:\d+: error\[name\]: A has no stream 'conv1out'\n"
     r"    hint: did you mean 'conv1\.out'\?\n"),
    (["digits", "slow.csv", "--pairs", "none.json"],
     r"none\.json: error\[file-open\]"),
    (["digits", "note.txt"], r"note\.txt: error\[report\]: not a report"),
    (["digits", "none.csv"], r"none\.csv: error\[file-open\]"),
    (["reports/lat.rpt", "reports/max_depth.json"],
     r"error\[compare\]: no latency, interval or FIFO peak is stated both"),
    (["digits", "reports/max_depth.json"],
     r"error\[compare\]: .*\n    hint: no FIFO has the name of a stream"),
    (["digits", "digits", "--frames", "100000000"],
     r"error\[option\]: --frames: 100000000 is outside 1\.\.100000\n"),
    (["lenet5", "lenet5", "--frames", "100000"],
     r"error\[data\]: 100000 frames of \d+ tokens each are more than the 2\^27 "
     r"tokens that can be compared at once\n    hint: --frames N"),
    (["equal.csv", "slow.csv", "--run", "isolated"],
     r"error\[trace-signal\]"),
]

failures = []
checks = 0


def expect(holds, text):
    global checks
    checks += 1
    if not holds:
        failures.append(text)


def headrace(folder, *arguments):
    return subprocess.run([BINARY, *arguments], cwd=folder, check=False,
                          capture_output=True, text=True, timeout=120)


def trace_of(folder, model, frames):
    path = folder / "trace.csv"
    done = headrace(folder, "simulate", model, "--frames", str(frames),
                    "--trace", str(path))
    assert done.returncode == 0, done.stderr
    with open(path, newline="", encoding="utf-8") as f:
        rows = list(csv.reader(f))[1:]
    path.unlink()
    return [(name, op, int(token), int(cycle))
            for name, op, token, cycle in rows]


def write_events(path, rows):
    with open(path, "w", encoding="utf-8") as f:
        f.write("stream,event,token_index,cycle\n")
        for row in rows:
            f.write(",".join(map(str, row)) + "\n")


def slowed(rows):
    """From token 20 on, conv2 writes 4 cycles late, and all behind follows."""
    first = {("conv2.out", "w"): 20, ("conv2.out", "r"): 20,
             ("relu2.out", "w"): 20, ("relu2.out", "r"): 20,
             ("pool2.out", "w"): 5, ("pool2.out", "r"): 5,
             ("fc1.out", "w"): 1, ("fc1.out", "r"): 1,
             ("fc2.out", "w"): 1, ("fc2.out", "r"): 1}
    return [(s, op, t, c + 4 * (t >= first.get((s, op), t + 1)))
            for s, op, t, c in rows]


def channels(rows, stream, count):
    """As FIFOs of one channel each, as Vivado HLS makes them."""
    split = []
    for s, op, t, c in rows:
        name = s.replace(".", "_")
        split += [(f"{name}_V_data_{k}_V", op, t, c) for k in range(count)
                  ] if s == stream else [(name, op, t, c)]
    return split


# Streams of clocks.vcd: each token is written in a cycle of 'x.clk' and read
# in one of 'y.clk', but for 'in' and 'out', which are on one clock.
CROSSING = {"in": ("x", "x", [2, 4, 6, 8, 10, 12]),
            "mid": ("x", "y", [3, 5, 7, 9, 11, 13]),
            "out": ("y", "y", [4, 7, 9, 12, 14, 16])}
READ_AFTER = {"in": 1, "mid": 2, "out": 1}


def crossing_times(late):
    """stream -> (write cycles, read cycles); `late` is added to the reads of
    'mid' and to 'out' from the fourth token on."""
    times = {}
    for name, (_, _, cycles) in CROSSING.items():
        writes, reads = list(cycles), [c + READ_AFTER[name] for c in cycles]
        if name == "mid":
            reads = [c + 5 for c in CROSSING["out"][2]]
        for k in range(3, len(writes)):
            if name == "out":
                writes[k] += late
            if name != "in":
                reads[k] += late
        times[name] = (writes, reads)
    return times


def write_vcd(path, late):
    """Two clocks, 10 and 14 ns; a signal for each side of a stream."""
    times = crossing_times(late)
    # Scope -> signals, which are 1 in these cycles.
    sides = {f"{(w, r)[op]}.{name}_{'wr'[op]}": set(times[name][op])
             for name, (w, r, _) in CROSSING.items() for op in (0, 1)}
    periods = {"x": 10, "y": 14}
    codes = {n: chr(40 + i) for i, n in enumerate(
        ["x.clk", "y.clk", *sorted(sides)])}
    lines = ["$timescale 1 ns $end", "$scope module tb $end"]
    for scope in periods:
        lines.append(f"$scope module {scope} $end")
        lines += [f"$var wire 1 {codes[n]} {n[2:]} $end"
                  for n in codes if n[0] == scope]
        lines.append("$upscope $end")
    lines += ["$upscope $end", "$enddefinitions $end", "#0"]
    lines += [f"0{code}" for code in codes.values()]
    changes = {}
    for scope, period in periods.items():
        for cycle in range(30):
            edge = period // 2 + cycle * period
            changes.setdefault(edge, []).append("1" + codes[f"{scope}.clk"])
            changes.setdefault(edge + period // 2, []).append(
                "0" + codes[f"{scope}.clk"])
            changes.setdefault(edge - period // 2 + 1, []).extend(
                f"{int(cycle in cycles)}{codes[n]}"
                for n, cycles in sides.items() if n[0] == scope)
    for time in sorted(changes):
        lines += [f"#{time}", *changes[time]]
    path.write_text("\n".join(lines) + "\n")


def prepare_bad(folder):
    """Waveforms with one thing wrong."""
    text = (folder / "clocks.vcd").read_text()
    code = re.search(r"(\S) in_w ", text).group(1)
    for name, old, new in (
            ("timescale", "1 ns", "7 ns"),
            ("unit", "1 ns", "1 fortnight"),
            ("no_timescale", "$timescale 1 ns $end\n", ""),
            ("unknown", f"\n1{code}\n", f"\nx{code}\n"),
            ("back", "#105\n", "#10\n")):
        assert old in text, name
        (folder / f"bad_{name}.vcd").write_text(text.replace(old, new))
    at, to = text.index("#120"), text.index("#220")
    (folder / "bad_gap.vcd").write_text(text[:at] + text[to:])
    (folder / "bad_cut.vcd").write_text(text[:len(text) // 2])
    (folder / "bad_head.vcd").write_text(text[:300])
    (folder / "bad_signals.json").write_text(
        '{"streams": [{"name": "in", "write": "tb.x.in_ww"}]}')


def prepare_clocks(folder):
    write_vcd(folder / "clocks.vcd", 0)
    write_vcd(folder / "clocks_slow.vcd", 1)
    (folder / "clocks.json").write_text(json.dumps({"streams": [
        {"name": name, "write": f"tb.{w}.{name}_w", "read": f"tb.{r}.{name}_r"}
        for name, (w, r, _) in CROSSING.items()]}))
    write_events(folder / "clocks.csv", [
        (name, "wr"[op], token, cycle)
        for name, sides in sorted(crossing_times(0).items())
        for op in (0, 1) for token, cycle in enumerate(sides[op])])


def as_hardware(rows):
    """With the names of the RTL, and the cycles of a test bench."""
    return [(s.replace(".", "_"), op, t, c + 120) for s, op, t, c in rows]


def prepare(folder):
    for name in ("digits", "lenet5", "resnet8"):
        (folder / name).symlink_to(SOURCE / "models" / name)
    reports = SOURCE / "tests/traces/reports"
    (folder / "reports").symlink_to(reports)
    (folder / "no_reports").mkdir()
    (folder / "hls/syn/report").mkdir(parents=True)
    for name, sample in (("csynth.xml", "vitis_2023_2_csynth.xml"),
                         ("myproject_csynth.rpt",
                          "vitis_2023_2_top_csynth.rpt")):
        (folder / "hls/syn/report" / name).symlink_to(reports / sample)
    rows = trace_of(folder, "digits", 4)
    write_events(folder / "equal.csv", as_hardware(rows))
    write_events(folder / "slow.csv", as_hardware(slowed(rows)))
    # Broken off in the third frame.
    write_events(folder / "cut.csv",
                 as_hardware(r for r in rows if r[3] < 1000))
    # Only what goes in and comes out, one side of each.
    write_events(folder / "inputs.csv",
                 [r for r in rows if r[:2] in (("source.out", "w"),
                                               ("fc2.out", "r"))])
    names = sorted({r[0] for r in rows})
    write_events(folder / "nameless.csv",
                 [(f"s{names.index(s)}", *rest) for s, *rest in rows])
    write_events(folder / "other.csv",
                 [("conv11_outt", "w", 0, 5), ("zz", "w", 0, 9)])
    write_events(folder / "bundles_equal.csv", channels(rows, "conv1.out", 8))
    write_events(folder / "bundles.csv",
                 channels(slowed(rows), "conv2.out", 16))
    prepare_clocks(folder)
    prepare_bad(folder)
    # As simulate writes them.
    for kind in ("csv.gz", "hrt"):
        done = headrace(folder, "simulate", "digits", "--frames", "4",
                        "--trace", f"written.{kind}")
        assert done.returncode == 0, done.stderr
    assert (folder / "written.hrt").read_bytes().startswith(b"\x89HRTR\r\n")
    write_events(folder / "empty.csv", [])
    write_events(folder / "lenet5.csv", trace_of(folder, "lenet5", 2))
    (folder / "wrong.json").write_text(
        '{"streams": {"conv1out": "conv1_out"}}')
    (folder / "fifos.json").write_text(
        '{"streams": {"conv1.out": "layer2_out_V_data_0_V_U",'
        ' "pool1.out": "layer4_out_V_data_0_V_U"}}')
    (folder / "peaks.json").write_text(
        '[{"name": "layer2_out_V_data_0_V_U", "max": 1, "depth": 16},'
        ' {"name": "layer4_out_V_data_0_V_U", "max": 9, "depth": 16}]')
    (folder / "note.txt").write_text("hello\n")


def check_goldens(folder):
    schema = json.loads(SCHEMA.read_text())
    for name, (status, arguments) in GOLDENS.items():
        run = headrace(folder, "compare", *arguments)
        expect(run.returncode == status and run.stderr == "",
               f"{name}: status {run.returncode}, {run.stderr}")
        if name.endswith(".json"):
            said = json.loads(run.stdout)
            jsonschema.validate(said, schema)
            equal = [said, *said.get("other_clocks", [])]
            expect(all(x["equal"] for x in equal) == (status == 0),
                   f"{name}: 'equal'")
        golden = GOLDEN / name
        if os.environ.get("UPDATE_GOLDEN") == "1":
            golden.write_text(run.stdout)
        expect(golden.exists() and golden.read_text() == run.stdout,
               f"{name}: differs from the golden; headrace compare "
               + " ".join(arguments))


def check_statuses(folder):
    for status, arguments in STATUS:
        run = headrace(folder, "compare", *arguments)
        expect(run.returncode == status and run.stderr == "",
               f"{' '.join(arguments)}: status {run.returncode}, not "
               f"{status}: {run.stderr}")


def check_warned(folder):
    for status, arguments, pattern in WARNED:
        run = headrace(folder, "compare", *arguments)
        expect(run.returncode == status and run.stdout
               and re.search(pattern, run.stderr),
               f"{' '.join(arguments)}: status {run.returncode}, "
               f"{run.stderr!r}")


def check_refused(folder):
    for arguments, pattern in REFUSED:
        run = headrace(folder, "compare", *arguments)
        expect(run.returncode == 2 and run.stdout == ""
               and re.search(pattern, run.stderr, re.S),
               f"{' '.join(arguments)}: status {run.returncode}, "
               f"{run.stderr!r}")


def check_plot(folder):
    run = headrace(folder, "compare", "digits", "slow.csv", "--plot", "x.svg",
                   "-o", "x.txt")
    expect(run.returncode == 1 and run.stdout == run.stderr == "",
           f"--plot: {run.returncode} {run.stderr}")
    root = xml.etree.ElementTree.parse(folder / "x.svg").getroot()
    lines = root.findall("{http://www.w3.org/2000/svg}polyline")
    words = [t.text for t in root.findall("{http://www.w3.org/2000/svg}text")]
    expect(len(lines) == 20, f"--plot: {len(lines)} lines")
    for wanted in ("A: digits", "B: slow.csv", "tokens",
                   "conv1.out (in B: conv1_out)"):
        expect(wanted in words, f"--plot: '{wanted}' is not in {words}")
    expect(any(w.startswith("cycle of A; that of B is 120 more")
               for w in words), f"--plot: axis of {words}")
    said = headrace(folder, "compare", "digits", "slow.csv").stdout
    expect((folder / "x.txt").read_text() == said, "-o FILE differs")
    run = headrace(folder, "compare", "digits", "inputs.csv", "--plot",
                   "y.svg")
    expect(run.returncode == 2 and "nothing to plot" in run.stderr
           and not (folder / "y.svg").exists(), f"--plot: {run.stderr}")


def main():
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        prepare(folder)
        check_goldens(folder)
        check_statuses(folder)
        check_warned(folder)
        check_refused(folder)
        check_plot(folder)
    print("\n".join(failures))
    print(f"{checks} checks, {len(failures)} failed")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
