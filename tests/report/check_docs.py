#!/usr/bin/env python3
"""The pages of documentation lead somewhere, and the commands on them run.

  links     every link within the project has a file behind it, and a heading
  names     so has every path in `code` that begins in a folder of ours
  options   every option named in `code` is one of a command of headrace, or
            of the tool in OTHER_TOOLS
  commands  every indented line "headrace ..." runs, in a folder in which
            small networks and data of ours stand for the reader's

Blocks of ```console are check_console.py's.
"""
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import tempfile

SOURCE = pathlib.Path(os.environ["HEADRACE_SOURCE_DIR"])
BINARY = os.environ["HEADRACE_BINARY"]

PAGES = sorted(p for folder in ("docs", "models", "hwgen", "sim", "traces",
                                "tests")
               for p in (SOURCE / folder).rglob("*.md"))
PAGES.insert(0, SOURCE / "README.md")

# Of scripts and tools that are named beside ours.
OTHER_TOOLS = {"--write", "--check", "--fit", "--dropped", "--models",
               "--repeat", "--residuals", "--unseen", "--by-module",
               "--preset", "--lint-only", "--simulate", "--self-test",
               "--cflags", "--libs", "--save"}

# Why a command is not run here.
NOT_RUN = {
    "verify": "builds Verilated models; check_verify.py does that",
    "dump.vcd": "a simulator of the reader's wrote it",
    "events.csv.xz": "the same",
    "my_prj": "a tool's folder",
    "framed.json": "written by the line above",
    "--verify": "as verify",
}

failures = []
checked = 0


def expect(holds, text):
    global checked
    checked += 1
    if not holds:
        failures.append(text)
        print(text)


def prose(text):
    """Without fenced and indented blocks."""
    text = re.sub(r"^```.*?^```$", "", text, flags=re.S | re.M)
    return re.sub(r"^    .*$", "", text, flags=re.M)


def anchors(page):
    text = re.sub(r"^```.*?^```$", "", page.read_text(encoding="utf-8"),
                  flags=re.S | re.M)
    heads = re.findall(r"^#+ (.*)$", text, re.M)
    names = [re.sub(r"[^\w\- ]", "", h.lower()).replace(" ", "-")
             for h in heads]
    expect(len(names) == len(set(names)),
           f"{page}: two headings of one name: {sorted(names)}")
    return set(names)


def check_links():
    names = {page: anchors(page) for page in PAGES}
    for page in PAGES:
        for link in re.findall(r"\]\(([^)\s]+)\)",
                               prose(page.read_text(encoding="utf-8"))):
            if re.match(r"https?:", link):
                continue
            file, _, anchor = link.partition("#")
            target = (page.parent / file).resolve() if file else page
            expect(target.exists(), f"{page}: no file behind {link}")
            if anchor and target.exists():
                expect(anchor in names.get(target, ()),
                       f"{page}: no heading behind {link}")


def check_names():
    path = re.compile(r"`((?:sim|hwgen|traces|tests|models|docs)/[\w./*-]+)")
    # Names in capitals stand for any; sim/ is a folder of HLS tools as well.
    any_name = re.compile(r"NAME|LANGUAGE")
    for page in PAGES:
        for name in path.findall(prose(page.read_text(encoding="utf-8"))):
            if any_name.search(name):
                continue
            # A test or a pair of files may be named without its ending.
            expect(any(any(SOURCE.glob(name.rstrip("/.") + end))
                       for end in ("", ".[ch]")),
                   f"{page}: no file {name}")


def commands_of_headrace():
    """The options of each command."""
    out = subprocess.run([BINARY, "help"], capture_output=True, text=True,
                         check=True).stdout
    names = re.findall(r"^  (\w+) ", out[out.index("Commands:"):], re.M)
    return {n: set(re.findall(
        r"^  (?:-\w,|   ) (--[\w-]+)",
        subprocess.run([BINARY, n, "--help"], capture_output=True, text=True,
                       check=True).stdout, re.M))
        for n in names if n != "help"}


def check_options(options):
    known = set.union(*options.values(), OTHER_TOOLS,
                      {"--help", "--version", "--man"})
    for page in PAGES:
        text = prose(page.read_text(encoding="utf-8"))
        for code in re.findall(r"`([^`]+)`", text):
            if "headrace " not in code and not code.startswith("--"):
                continue
            for option in re.findall(r"(?<![\w-])--[a-z][\w-]*", code):
                expect(option in known, f"{page}: no option {option}")


def commands(page):
    """The indented commands of a page, without what is said behind them."""
    text = re.sub(r"\s*\\\n\s*", " ", page.read_text(encoding="utf-8"))
    for line in re.findall(r"^    (?:\$ )?headrace (\w.*)$", text, re.M):
        words = re.split(r"\s#|\s&&|(?<=\S)\s{4,}|  \(", line)[0]
        yield shlex.split(words)


def write_data(folder):
    """test.csv and photos/, in the shape of the digits."""
    pixels = range(64)
    (folder / "test.csv").write_text(
        ",".join(f"p{i}" for i in pixels) + ",class\n" +
        "".join(",".join(f"{(i * k % 17) / 16}" for i in pixels) + f",{k}\n"
                for k in range(10)))
    (folder / "photos").mkdir()
    for k in range(2):
        (folder / "photos" / f"{k}.pgm").write_bytes(
            b"P5 8 8 16\n" + bytes(i * (k + 1) % 17 for i in pixels))


def reader_folder(folder):
    digits = SOURCE / "models/digits_onnx"
    keras = SOURCE / "models/digits_keras"
    samples = SOURCE / "tests/import/keras/samples"
    stand_ins = {
        "net.onnx": digits / "residual.onnx",
        "train.npz": digits / "train.npz",
        "test.npz": digits / "test.npz",
        "images.npy": SOURCE / "models/digits/test_images.npy",
        "labels.npy": SOURCE / "models/digits/test_labels.npy",
        "net.keras": keras / "version3.keras",
        "net.h5": keras / "version2.h5",
        "net.json": samples / "v3_vector.json",
        "net.weights.h5": samples / "v3_vector.weights.h5",
    }
    for name, file in stand_ins.items():
        shutil.copy(file, folder / name)
    shutil.copytree(SOURCE / "tests/import/hls4ml/digits",
                    folder / "my_hls4ml_project")
    (folder / "models").mkdir()
    for entry in (SOURCE / "models").iterdir():
        if entry.name == "digits":  # is written to
            shutil.copytree(entry, folder / "models" / entry.name)
        else:
            (folder / "models" / entry.name).symlink_to(entry)
    write_data(folder)


def check_commands(options):
    for page in PAGES:
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            ready = False
            for words in commands(page):
                said = f"{page}: headrace {shlex.join(words)}"
                given = {w.split("=")[0] for w in words if w[:2] == "--"}
                expect(words[0] in options, f"{said}: no such command")
                missing = given - options.get(words[0], set())
                expect(not missing, f"{said}: no option {missing}")
                if any(w.startswith(tuple(NOT_RUN)) for w in words):
                    continue
                if not ready:
                    reader_folder(folder)
                    ready = True
                run = subprocess.run([BINARY, *words], cwd=folder,
                                     capture_output=True, text=True,
                                     check=False)
                expect(run.returncode in (0, 1),
                       f"{said}: exit status {run.returncode}\n{run.stderr}")


def main():
    options = commands_of_headrace()
    check_links()
    check_names()
    check_options(options)
    check_commands(options)
    print(f"{checked - len(failures)} passed, {len(failures)} failed")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
