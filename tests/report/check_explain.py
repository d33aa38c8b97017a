"""What docs/explain.md and README.md show of `headrace explain` is what it
says today: every block of them that begins with such a command is run, as it
stands there, and compared whole.  UPDATE_GOLDEN=1 writes the blocks anew; read
the difference before you commit it."""

import os
import re
import shlex
import subprocess
import sys

SOURCE = os.environ["HEADRACE_SOURCE_DIR"]
BLOCK = re.compile(r"(```console\n)(\$ headrace (explain [^\n]*)\n)(.*?)(```\n)",
                   re.S)
# How many there are at least: a pattern that finds none proves nothing.
PAGES = {"docs/explain.md": 3, "README.md": 1}


def output_of(command):
    done = subprocess.run(
        [os.environ["HEADRACE_BINARY"], *shlex.split(command)], cwd=SOURCE,
        capture_output=True, text=True, check=False)
    # 1: depths help, or a deadlock.
    if done.returncode not in (0, 1):
        sys.exit(f"headrace {command}: exit status {done.returncode}\n"
                 f"{done.stderr}")
    return done.stdout


def main():
    update = os.environ.get("UPDATE_GOLDEN") == "1"
    failed = 0
    for page, least in PAGES.items():
        path = os.path.join(SOURCE, page)
        with open(path, encoding="utf-8") as f:
            text = f.read()
        found = 0

        def renew(match):
            nonlocal found
            found += 1
            begin, line, command, _, end = match.groups()
            return begin + line + output_of(command) + end

        wanted = BLOCK.sub(renew, text)
        if found < least:
            print(f"{page}: {found} blocks of explain, not {least}")
            failed += 1
        if wanted == text:
            print(f"{page}: {found} blocks as the program says")
        elif update:
            with open(path, "w", encoding="utf-8") as f:
                f.write(wanted)
            print(f"{page}: written anew")
        else:
            failed += 1
            for old, new in zip(text.split("\n"), wanted.split("\n")):
                if old != new:
                    print(f"{page}: {old}\nprogram: {new}")
                    break
            print("UPDATE_GOLDEN=1 writes the blocks anew")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
