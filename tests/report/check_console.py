#!/usr/bin/env python3
"""The console blocks in README.md and docs/ show what headrace really says.

A block fenced as ```console holds a line "$ headrace ..." and its whole
output, standard error behind standard output.  UPDATE_GOLDEN=1 writes the
outputs anew; read the difference before you commit it.
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
BLOCK = re.compile(r"```console\n\$ headrace ([^\n]*)\n(.*?)```\n", re.S)


def output_of(command):
    words = shlex.split(command)
    if words[0] == "verify":
        model = pathlib.Path(words[1]).name
        words += ["--build-dir", str(BUILD / model)]
    run = subprocess.run([BINARY, *words], cwd=SOURCE, capture_output=True,
                         text=True, check=False)
    return run.stdout + run.stderr


def main():
    update = os.environ.get("UPDATE_GOLDEN") == "1"
    passed = failed = 0
    for page in [SOURCE / "README.md", *sorted(SOURCE.glob("docs/*.md"))]:
        text = page.read_text()

        def renew(block):
            nonlocal passed, failed
            said = output_of(block.group(1))
            if said == block.group(2) or update:
                passed += 1
            else:
                failed += 1
                print(f"{page.name}: headrace {block.group(1)} says\n{said}")
            return f"```console\n$ headrace {block.group(1)}\n{said}```\n"

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
