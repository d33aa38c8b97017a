"""The command line as a user meets it: help, man page, bad options, streams.

What every command must do is not listed here but read from its own --help,
so a new command or option is covered when it exists.
"""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile

HEADRACE = os.environ["HEADRACE_BINARY"]
SOURCE = os.environ["HEADRACE_SOURCE_DIR"]
DIGITS = os.path.join(SOURCE, "models/digits")
COMMANDS = ["simulate", "explain", "infer", "generate", "verify", "compare",
            "calibrate", "tune", "partition", "import"]
# What help calls the operands, and some that a command takes.
OPERANDS = {"compare": ("A B", [DIGITS, DIGITS]), "calibrate": (None, [])}

OPTION = re.compile(r"^  (?:-(\w), |    )--([\w-]+)(?: (\S+))?", re.M)

failures = []
checks = 0


def expect(holds, text):
    global checks
    checks += 1
    if not holds:
        failures.append(text)


def run(*arguments, **options):
    """Status, standard output, standard error."""
    options.setdefault("stdout", subprocess.PIPE)
    options.setdefault("stderr", subprocess.PIPE)
    done = subprocess.run([HEADRACE, *arguments], stdin=subprocess.DEVNULL,
                          timeout=60, check=False, **options)
    decode = lambda b: None if b is None else b.decode()  # noqa: E731
    return done.returncode, decode(done.stdout), decode(done.stderr)


def said(text, hint=None):
    """What standard error holds after one wrong option."""
    line = f"headrace: error[option]: {text}\n"
    return line if hint is None else line + f"    hint: {hint}\n"


def expect_run(arguments, status, out, err):
    """out and err: a text, or a pattern that occurs."""
    got = run(*arguments)
    name = "headrace " + " ".join(arguments)
    expect(got[0] == status, f"{name}: status {got[0]}, not {status}")
    for what, text, wanted in (("stdout", got[1], out),
                               ("stderr", got[2], err)):
        good = (wanted.search(text) if isinstance(wanted, re.Pattern)
                else text == wanted)
        expect(good, f"{name}: {what} is {text!r}, not {wanted!r}")


def options_of(command):
    """(letter or '', name, argument or '') of every option in --help."""
    status, out, err = run(command, "--help")
    expect(status == 0 and err == "", f"{command} --help: {status}, {err!r}")
    return OPTION.findall(out)


def check_overview():
    _, overview, _ = run("help")
    for arguments in (["--help"], ["-h"]):
        expect_run(arguments, 0, overview, "")
    expect(re.search("^usage: headrace COMMAND", overview), "no usage line")
    listed = re.findall(r"^  (\w+) {2,}\S", overview, re.M)
    expect(listed == COMMANDS + ["help"], f"help lists {listed}")
    expect(all(len(line) < 80 for line in overview.split("\n")),
           "a line of help is over 79 letters")
    expect_run(["--version"], 0, re.compile(r"\Aheadrace \d+\.\d+\.\d+\n\Z"),
               "")


def check_wrong_commands():
    rows = [
        ([], "no command given", "'headrace help' lists the commands"),
        (["simulat", DIGITS], "unknown command 'simulat'",
         "did you mean 'simulate'?"),
        (["vreify"], "unknown command 'vreify'", "did you mean 'verify'?"),
        (["Simulate"], "unknown command 'Simulate'",
         "did you mean 'simulate'?"),
        (["frobnicate"], "unknown command 'frobnicate'",
         "'headrace help' lists the commands"),
        ([""], "unknown command ''", "'headrace help' lists the commands"),
        (["--versoin"], "unknown option '--versoin'",
         "did you mean '--version'?"),
        (["--json"], "unknown option '--json'",
         "'headrace help' lists the commands"),
        (["help", "inver"], "unknown command 'inver'",
         "did you mean 'infer'?"),
        (["help", "infer", "verify"],
         "'help' takes one command, but 'verify' follows", None),
        (["a\x1b[31mb"], "unknown command 'a\\x1b[31mb'",
         "'headrace help' lists the commands"),
    ]
    for arguments, text, hint in rows:
        expect_run(arguments, 2, "", said(text, hint))


def check_wrong_options(command, options):
    """Each option, wrong in every way that its kind allows."""
    _, files = OPERANDS.get(command, ("FILE", [DIGITS]))
    names = [name for _, name, _ in options]
    for letter, name, argument in options:
        if name == "help":
            continue
        long = "--" + name
        near = long[:-1] + "_"
        _, out, err = run(command, near, *files)
        expect(out == "" and err == said(f"unknown option '{near}'",
                                         f"did you mean '{long}'?"),
               f"{command} {near}: {err!r}")
        if long[2:-1] not in names:
            expect_run([command, *files, long[:-1]], 2, "",
                       re.compile(f"unknown option '{long[:-1]}'"))
        if argument:
            needs = said(f"option '{long}' needs a value: {argument}")
            expect_run([command, *files, long], 2, "", needs)
            if letter:
                expect_run([command, *files, "-" + letter], 2, "", needs)
            expect_run([command, *files, long + "="], 2, "",
                       said(f"{long}: the value is empty"))
        else:
            expect_run([command, *files, long + "=1"], 2, "",
                       said(f"option '{long}' takes no value, but '1' was "
                            "given"))
            expect_run([command, *files, long, long], 2, "",
                       said(f"option '{long}' is given more than once"))
        if argument in ("N", "SEED"):
            for value in ("x", "-1", "+1", "1.0", "0x1", "1 ", "1e3"):
                expect_run([command, *files, long, value], 2, "",
                           said(f"{long}: '{value}' is not a whole number "
                                "without sign"))
            huge = "9" * 30
            expect_run([command, *files, long, huge], 2, "",
                       re.compile(rf"{long}: {huge} is outside \d+\.\.\d+\n"))
            expect_run([command, *files, long, "1", long, "1"], 2, "",
                       said(f"option '{long}' is given more than once"))
    expect_run([command, *files, "-Z"], 2, "",
               said("unknown option '-Z'"))


def check_operands(command):
    called, files = OPERANDS.get(command, ("FILE", [DIGITS]))
    if called is None:
        expect_run([command, "more"], 2, "",
                   said(f"'{command}' takes no operand, but 'more' follows"))
        return
    expect_run([command], 2, "", said(f"'{command}' needs {called}: 0 given"))
    expect_run([command, *files, "more"], 2, "",
               said(f"'{command}' takes {called}, but 'more' follows"))
    expect_run([command, "", *files[1:]], 2, "",
               said(f"'{command}': an operand is empty"))
    expect_run([command, "/nowhere/at/all", *files[1:]], 2, "",
               re.compile(r"\A/nowhere/at/all\S*: error\[file-open\]: "))


def check_help(command, options):
    status, out, _ = run(command, "--help")
    for arguments in (["help", command], [command, "-h"],
                      [command, "x", "y", "--nonsense", "--help"]):
        expect_run(arguments, status, out, "")
    expect(out.startswith(f"usage: headrace {command} [options]"),
           f"{command} --help begins with {out[:40]!r}")
    expect(all(len(line) < 80 for line in out.split("\n")),
           f"{command} --help: a line is over 79 letters")
    names = [name for _, name, _ in options]
    expect(len(names) >= 2 and len(names) == len(set(names)),
           f"{command} --help: options {names}")


def unescape(roff):
    return re.sub(r"\\f[BIR]", "", roff).replace("\\-", "-").replace(
        "\\e", "\\").replace("\\&", "")


def check_man_page(options):
    """Every option of --help is in the man page, in the same form; and the
    man page has no other."""
    _, page, _ = run("--man")
    sections = re.split(r"^\.S[SH] ", page, flags=re.M)
    for command in COMMANDS:
        section = [s for s in sections
                   if s.startswith(f"headrace {command} ")]
        expect(len(section) == 1, f"man page: {len(section)} x {command}")
        text = unescape(section[0]) if section else ""
        found = re.findall(r"^\.TP\n(?:-(\w), )?--([\w-]+)(?: (\S+))?$", text,
                           re.M)
        expect(found == options[command],
               f"man page: {command} has {found}, help {options[command]}")
    if shutil.which("groff"):
        done = subprocess.run(["groff", "-man", "-Tutf8", "-ww", "-z"],
                              input=page.encode(), capture_output=True,
                              check=False)
        expect(done.returncode == 0 and done.stderr == b"",
               f"groff: {done.stderr.decode()}")
    else:
        expect(False, "groff is not installed")


LOOP = {  # two stages that wait for each other's first token
    "headrace_schedule": 1, "name": "loop",
    "inputs": [{"name": "in", "tokens_per_frame": 4}],
    "outputs": [{"name": "out", "tokens_per_frame": 4}],
    "streams": [{"name": "go", "capacity": 4},
                {"name": "back", "capacity": 4}],
    "stages": [
        {"name": "first", "style": "patient", "program": [
            {"times": 4, "read": ["in", "back"], "write": ["go"]}]},
        {"name": "second", "style": "patient", "program": [
            {"times": 4, "read": ["go"], "write": ["back", "out"]}]}]}


def check_explain():
    """The exit status says whether a depth helps; what cannot be helped is
    told."""
    model = os.path.join(SOURCE, "models", "svhn")
    expect_run(["explain", model], 0, re.compile("no depth shortens it"), "")
    expect_run(["explain", model, "--fifo-depth", "1"], 1,
               re.compile("^with it  +interval ", re.M), "")
    expect_run(["explain", model, "--fifo-depth", "conv9.out=1"], 2, "",
               re.compile("there is no stream 'conv9.out'"))
    expect_run(["explain", model, "--frames", "0"], 2, "",
               said("--frames: 0 is outside 1..10000"))
    expect_run(["explain", model, "--frames", "1"], 0,
               re.compile("interval unknown"), "")
    with tempfile.TemporaryDirectory() as folder:
        with open(os.path.join(folder, "loop.json"), "w",
                  encoding="utf-8") as f:
            json.dump(LOOP, f)
        path = os.path.join(folder, "model.json")
        with open(path, "w", encoding="utf-8") as f:
            json.dump({"headrace": 1, "name": "loop",
                       "processes": [{"name": "loop",
                                      "schedule": "loop.json",
                                      "inputs": ["source.out"]}],
                       "hardware": {"family": "schedule"}}, f)
        expect_run(["explain", path], 1,
                   re.compile("^no FIFO depth cures that(.|\n)*^because each "
                              "waits for a token that comes only after one",
                              re.M), "")
        status, out, _ = run("explain", "--json", path)
        expect(status == 1 and json.loads(out)["deadlock"]["repair"] is None,
               "explain --json of a design without a cure: " + out)


def check_streams():
    """Results that cannot be written are errors; nobody's file is hit."""
    error = re.compile(r"\Astandard output: error\[file-write\]: cannot "
                       r"write: .+\n\Z")
    rows = [["--version"], ["help"], ["--man"], ["simulate", "--help"],
            ["simulate", DIGITS]]
    for arguments in rows:
        name = " ".join(arguments)
        with open("/dev/full", "wb") as full:
            status, _, err = run(*arguments, stdout=full)
        expect(status == 2 and error.search(err),
               f"{name} > /dev/full: {status}, {err!r}")
        reader, writer = os.pipe()
        os.close(reader)
        status, _, err = run(*arguments, stdout=writer)
        os.close(writer)
        expect(status == 2 and error.search(err),
               f"{name} into a closed pipe: {status}, {err!r}")
        status, _, err = run(*arguments, preexec_fn=lambda: os.close(1),
                             stdout=None)
        expect(status == 2 and error.search(err),
               f"{name} >&-: {status}, {err!r}")
    # No standard stream at all: still an answer by status.
    status, _, _ = run("simulat", stdout=None, stderr=None,
                       preexec_fn=lambda: os.closerange(0, 3))
    expect(status == 2, f"all streams closed: {status}")


def check_output_file():
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "result.json")
        status, out, err = run("simulate", DIGITS, "--json")
        expect(status == 0 and err == "", f"simulate --json: {err!r}")
        json.loads(out)
        expect_run(["simulate", DIGITS, "--json", "-o", path], 0, "", "")
        with open(path, encoding="utf-8") as f:
            expect(f.read() == out, "-o FILE differs from standard output")
        expect_run(["simulate", DIGITS, "--json", "-o", "-"], 0, out, "")
        expect_run(["simulate", DIGITS, "-o", folder], 2, "",
                   re.compile(r"error\[file-write\]"))
        expect_run(["simulate", DIGITS, "-o", folder + "/none/file"], 2, "",
                   re.compile(r"error\[file-write\]"))
        expect(os.listdir(folder) == ["result.json"],
               f"left behind: {os.listdir(folder)}")


def interval_of(*arguments):
    status, out, err = run("simulate", DIGITS, "--json", *arguments)
    expect(status == 0 and err == "", f"{arguments}: {status}, {err!r}")
    result = json.loads(out)
    return result["interval_cycles"], result["interval_certified"]


def check_stalls():
    """Source and sink named on the command line."""
    pixels = 8 * 8 # of a frame of digits
    expect(interval_of("--source", "every:20") == (20 * pixels, True),
           f"every:20: {interval_of('--source', 'every:20')}")
    expect(interval_of("--source", "burst:8:1000") ==
           (pixels + pixels // 8 * 1000, True),
           f"burst:8:1000: {interval_of('--source', 'burst:8:1000')}")
    expect(not interval_of("--sink", "random:40")[1],
           "an interval under random stalls is certified")
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "pattern")
        with open(path, "w", encoding="utf-8") as f:
            f.write("0001" * 1000)
        free, slow = interval_of()[0], interval_of("--source", "file:" + path)
        expect(not slow[1] and slow[0] >= free, f"pattern: {free}, {slow}")
        expect_run(["verify", DIGITS, "--source", "file:" + path], 2, "",
                   re.compile(r"error\[unsupported\].*recorded pattern"))
    expect_run(["simulate", DIGITS, "--sink", "every:0"], 2, "",
               said("--sink: 0 is outside 1..1000000000"))


def check_build_folder():
    """A cache that cannot be written is no dead end."""
    status, out, err = run("verify", DIGITS,
                           env={**os.environ, "XDG_CACHE_HOME": "/dev/null"})
    expect(status == 2 and out == "" and re.search(
        r"error\[file-write\]: cannot create folder .+\n"
        r"    hint: --build-dir FOLDER chooses another place\n\Z", err),
           f"no cache: {status}, {err!r}")


def check_too_much():
    """What no memory holds is refused, not tried."""
    lenet = os.path.join(SOURCE, "models/lenet5")
    rows = [
        (["infer", lenet, "--random-data", "1", "--frames", "10000000"],
         r"10000000 frames of 784 values each are more than 2\^28 values in "
         "all",
         "at most 342392 frames fit"),
        (["verify", lenet, "--frames", "100000"],
         r"100000 frames of \d+ tokens each are more than the 2\^26 tokens "
         "that can be compared at once", r"at most \d+ frames fit"),
    ]
    for arguments, text, hint in rows:
        expect_run(arguments, 2, "", re.compile(
            rf"\Aheadrace: error\[data\]: {text}\n    hint: {hint}\n\Z"))


def has_terminals():
    """False, and says so, where no pseudo-terminal can be opened."""
    try:
        for side in os.openpty():
            os.close(side)
    except OSError as e:
        print(f"skipped what needs a pseudo-terminal: {e}")
        return False
    return True


def check_progress():
    """A bar on a terminal, which an interrupt wipes away."""
    ours, theirs = os.openpty()
    command = [HEADRACE, "simulate", "--random-stalls", "1", "--frames", "10000",
               os.path.join(SOURCE, "models/pipeline224")]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=theirs)
    os.close(theirs)
    shown = b""
    try:
        while b"%" not in shown:
            shown += os.read(ours, 1000)
        process.send_signal(signal.SIGINT)
        while True:
            shown += os.read(ours, 1000)
    except OSError:
        pass  # nobody has the other side any more
    out = process.communicate()[0]
    os.close(ours)
    expect(process.returncode == -signal.SIGINT and out == b"",
           f"interrupted, it ends with {process.returncode} and {out!r}")
    expect(re.fullmatch(rb"(\r\x1b\[Ksimulate \[#*\.*\] +\d+%)+\r\x1b\[K",
                        shown), f"the bar of a long run: {shown!r}")


def check_colour():
    """Colour only on a terminal, and not against NO_COLOR."""
    def on_terminal(**environment):
        ours, theirs = os.openpty()
        run("simulat", stderr=theirs, env={**os.environ, **environment})
        os.close(theirs)
        text = os.read(ours, 10000).decode()
        os.close(ours)
        return text.replace("\r\n", "\n")

    plain = said("unknown command 'simulat'", "did you mean 'simulate'?")
    coloured = on_terminal(TERM="xterm", NO_COLOR="")
    expect("\033[1;31merror[option]:\033[0m" in coloured,
           f"no colour on a terminal: {coloured!r}")
    expect(re.sub(r"\033\[[\d;]*m", "", coloured) == plain,
           f"colour changes the words: {coloured!r}")
    expect(on_terminal(TERM="xterm", NO_COLOR="1") == plain,
           "coloured in spite of NO_COLOR")
    expect(on_terminal(TERM="dumb", NO_COLOR="") == plain,
           "coloured on a dumb terminal")


def main():
    check_overview()
    check_wrong_commands()
    options = {command: options_of(command) for command in COMMANDS}
    for command in COMMANDS:
        check_help(command, options[command])
        check_operands(command)
        check_wrong_options(command, options[command])
    check_man_page(options)
    check_explain()
    check_streams()
    check_output_file()
    check_too_much()
    check_stalls()
    check_build_folder()
    if has_terminals():
        check_colour()
        check_progress()
    print("\n".join(failures))
    print(f"{checks} checks, {len(failures)} failed")
    return bool(failures) or checks < 200


sys.exit(main())
