#!/usr/bin/env python3
"""The console blocks in README.md and docs/ show what headrace really says.

A block fenced as ```console holds a line "$ headrace ...", perhaps behind one
"$ cd FOLDER" and with lines that go on behind a backslash, and its whole
output, standard error behind standard output; a line "..." stands for any
lines that are left out.  UPDATE_GOLDEN=1 writes the outputs anew, but for
those with lines left out; read the difference before you commit it.
"""
import os
import pathlib
import re
import shlex
import subprocess
import sys

SOURCE = pathlib.Path(os.environ["HEADRACE_SOURCE_DIR"])
BUILD = pathlib.Path(os.environ["HEADRACE_BUILD_DIR"]) / "verify"
BINARY = os.environ["HEADRACE_BINARY"]
BLOCK = re.compile(r"```console\n(?P<call>(?:\$ cd (?P<folder>[^\n]*)\n)?"
                   r"\$ headrace (?P<command>(?:[^\n]*\\\n)*[^\n]*)\n)"
                   r"(?P<output>.*?)```\n", re.S)


def output_of(block):
    words = shlex.split(block["command"].replace("\\\n", " "))
    if words[0] == "verify":
        model = pathlib.Path(words[1]).name
        words += ["--build-dir", str(BUILD / model)]
    run = subprocess.run([BINARY, *words], cwd=SOURCE / (block["folder"] or ""),
                         capture_output=True, text=True, check=False)
    return run.stdout + run.stderr


def is_shown(said, shown):
    pattern = "".join(r"(?:.*\n)*?" if line == "...\n" else re.escape(line)
                      for line in shown.splitlines(keepends=True))
    return re.fullmatch(pattern, said) is not None


def main():
    update = os.environ.get("UPDATE_GOLDEN") == "1"
    passed = failed = 0
    for page in [SOURCE / "README.md", *sorted(SOURCE.glob("docs/*.md"))]:
        text = page.read_text()

        def renew(block):
            nonlocal passed, failed
            said = output_of(block)
            if is_shown(said, block["output"]):
                passed += 1
                return block.group(0)
            if update and "\n...\n" not in "\n" + block["output"]:
                passed += 1
                return f"```console\n{block['call']}{said}```\n"
            failed += 1
            print(f"{page.name}: headrace {block['command']} says\n{said}")
            return block.group(0)

        renewed = BLOCK.sub(renew, text)
        if update and renewed != text:
            page.write_text(renewed)
    if passed + failed == 0:
        print("no console block found")
        failed = 1
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
