#!/usr/bin/env python3
"""headrace verify --rtl: single processes at RTL, the rest modelled.

Every kernel of lenet5 and digits at RTL once, in groups; planted faults, one
that makes a value wrong and one that makes a token late, which must be found
and located; and what a user can do wrong.

HEADRACE_VERIFY_ALL=1 puts each process of digits and lenet5 at RTL alone, and
some of resnet8.
"""
import json
import os
import pathlib
import re
import shutil
import stat
import subprocess
import sys
import tempfile

SOURCE = pathlib.Path(os.environ["HEADRACE_SOURCE_DIR"])
BINARY = os.environ["HEADRACE_BINARY"]
ALL = os.environ.get("HEADRACE_VERIFY_ALL") == "1"

EQUAL = "equal: every handshake and every bit\n"

failures = []
checks = 0


def expect(holds, text):
    global checks
    checks += 1
    if not holds:
        failures.append(text)


def verify(model, folder, *switches, path=None):
    """Status, standard output, standard error."""
    environment = dict(os.environ)
    if path is not None:
        environment["PATH"] = f"{path}:{environment['PATH']}"
    run = subprocess.run(
        [BINARY, "verify", model, "--build-dir", str(folder), *switches],
        cwd=SOURCE, env=environment, capture_output=True, text=True,
        check=False)
    return run.returncode, run.stdout, run.stderr


def number(pattern, text):
    found = re.search(pattern, text, re.M)
    return 0 if found is None else int(found.group(1).replace(",", ""))


def check_equal(model, folder, names, *switches):
    """All equal, and as much compared as without --rtl."""
    status, out, err = verify(f"models/{model}", folder, "--rtl", names,
                              *switches)
    what = f"{model} --rtl {names} {' '.join(switches)}"
    expect(status == 0 and out.endswith(EQUAL),
           f"{what}: status {status}\n{out}{err}")
    handshakes = number(r"^handshakes +([\d,]+) compared, 0 different$", out)
    values = number(r"^values of RTL +([\d,]+) compared, 0 different$", out)
    expect(handshakes > 1000 and values > 0,
           f"{what}: too little was compared\n{out}")
    expect(f"at RTL: {names.replace(',', ', ')}; all else is modelled\n"
           in out, f"{what}: does not say what is at RTL\n{out}")
    print(f"{what}: {handshakes} handshakes, {values} values")
    return handshakes


def check_models(folder):
    groups = {
        "digits": ["conv1,pool1,relu2", "conv1.pad,conv2,fc1"],
        "lenet5": ["conv2,fc3"],
    }
    if ALL:
        groups = {
            "digits": ["conv1.pad", "conv1", "pool1", "conv2.pad", "conv2",
                       "relu2", "pool2", "fc1", "fc2"],
            "lenet5": ["conv1", "pool1", "conv2", "pool2", "fc1", "fc2",
                       "fc3", "conv1,pool1,conv2,pool2,fc1,fc2,fc3"],
        }
    for model, lists in groups.items():
        for names in lists:
            check_equal(model, folder / model, names, "--frames", "5")
    # The same builds serve other depths and pauses.
    names = groups["digits"][0]
    for switches in (["--random-stalls", "1"], ["--fifo-depth", "1"],
                     ["--fifo-depth", "2", "--random-stalls", "2"]):
        check_equal("digits", folder / "digits", names, *switches)


def plant(folder, old, new):
    """A verilator that first puts a fault into relu.sv."""
    folder.mkdir(parents=True)
    script = folder / "verilator"
    script.write_text(
        "#!/bin/sh\n"
        'if [ -e ../rtl/relu.sv ] && [ "$1" = --sc ]; then\n'
        f"    {sys.executable} - <<'END'\n"
        "import pathlib\n"
        "rtl = pathlib.Path('../rtl/relu.sv')\n"
        f"old, new = {old!r}, {new!r}\n"
        "assert old in rtl.read_text()\n"
        "rtl.write_text(rtl.read_text().replace(old, new))\n"
        "END\n"
        "fi\n"
        f'exec {shutil.which("verilator")} "$@"\n')
    script.chmod(script.stat().st_mode | stat.S_IXUSR)
    return folder


def check_faults(folder):
    """digits has one ReLU of its own, relu2, between conv2 and pool2."""
    path = plant(folder / "wrong", "out_data <= result;",
                 "out_data <= result ^ 1;")
    status, out, err = verify("models/digits", folder / "1", "--rtl",
                              "relu2,pool2", path=path)
    expect(status == 1 and out.endswith("DIFFERENT\n"),
           f"a wrong value: status {status}\n{out}{err}")
    expect(re.search(r"^handshakes .* 0 different$", out, re.M) is not None,
           f"a wrong value is not a matter of time\n{out}")
    expect("'relu2.out', token 0, lane 0: infer " in out,
           f"a wrong value is not located\n{out}")
    # Not ready in the first cycle in which there is a token.
    path = plant(
        folder / "late", "wire tick = !out_valid || out_ready;",
        "reg late;\n"
        "    always_ff @(posedge clk) late <= rst || (late && !in_valid);\n"
        "    wire tick = (!out_valid || out_ready) && !late;")
    status, out, err = verify("models/digits", folder / "2", "--rtl", "relu2",
                              path=path)
    expect(status == 1, f"a late token: status {status}\n{out}{err}")
    late = re.search(r"^conv2.out .* read of token 0: model (\d+), RTL (\d+)$",
                     out, re.M)
    expect(late is not None and int(late[2]) == int(late[1]) + 1,
           f"a late token is not located\n{out}")
    print("planted: a wrong value and a late token, both found")


def check_bad_input(folder):
    for names, words in (
            ("conv9", ["'digits' has no process 'conv9'",
                       "did you mean 'conv1'?"]),
            ("conv1,nothing", ["no process 'nothing'", "there are: conv1.pad",
                               "fc2"]),
            (",", ["--rtl names no process"])):
        status, out, err = verify("models/digits", folder / "bad", "--rtl",
                                  names)
        expect(status == 2 and out == "" and all(w in err for w in words),
               f"--rtl {names}: status {status}, {out}{err}")
    # The RTL of another tool's kernels is that tool's.
    model = json.loads((SOURCE / "models/lenet5/model.json").read_text())
    model["hardware"] = {"family": "hls4ml/vitis-2023.2",
                         "clock_mhz": 200}
    hls = folder / "hls"
    shutil.copytree(SOURCE / "models/lenet5", hls)
    (hls / "model.json").write_text(json.dumps(model))
    status, out, err = verify(str(hls), folder / "bad", "--rtl", "conv1")
    expect(status == 2 and "made by the tool itself" in err,
           f"hls4ml at RTL: status {status}, {out}{err}")


def check_no_systemc(folder):
    """A compiler that has not got the header."""
    path = folder / "no-systemc"
    path.mkdir()
    script = path / "c++"
    script.write_text(
        "#!/bin/sh\n"
        'for a in "$@"; do [ "$a" = -E ] && { echo "fatal error: systemc: '
        'No such file or directory" >&2; exit 1; }; done\n'
        f'exec {shutil.which("c++")} "$@"\n')
    script.chmod(script.stat().st_mode | stat.S_IXUSR)
    status, out, err = verify("models/digits", folder / "none", "--rtl",
                              "relu2", path=path)
    expect(status == 2 and out == "" and "SystemC is not installed" in err and
           "apt install libsystemc-dev" in err,
           f"without SystemC: status {status}, {out}{err}")


def main():
    with tempfile.TemporaryDirectory(prefix="headrace rtl ") as folder:
        folder = pathlib.Path(folder)
        check_bad_input(folder)
        check_no_systemc(folder)
        check_models(folder)
        check_faults(folder)
        if ALL:
            check_equal("resnet8", folder / "resnet8",
                        "conv1.clone,stage1_add,stage2_short", "--frames", "2")
    for failure in failures:
        print(f"FAILED: {failure}")
    print(f"{checks} checks, {len(failures)} failed")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
