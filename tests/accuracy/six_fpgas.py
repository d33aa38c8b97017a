"""SqueezeNet on six FPGAs in three ways: docs/squeezenet-six-fpgas.md.

    tests/accuracy/six_fpgas.py [HEADRACE] [--write]

Prints the table of the page; with --write cuts and folds (c) anew with
`headrace partition`, and writes model and table into their places.
check_six_fpgas.py holds both to the program.
"""

import json
import os
import subprocess
import sys

SOURCE = os.environ.get("HEADRACE_SOURCE_DIR") or os.path.dirname(
    os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PAGE = os.path.join(SOURCE, "docs/squeezenet-six-fpgas.md")
FOLDER = os.path.join(SOURCE, "models/squeezenet_6fpga")
BEGIN, END = "<!-- table: six_fpgas.py -->", "<!-- end of table -->"
RESOURCES = (("lut", "LUT"), ("ff", "FF"), ("dsp", "DSP"),
             ("bram18", "BRAM18"))

ROWS = [
    ("(a) as published", "model.json"),
    ("(b) streaming", "streaming.json"),
    ("(c) partitioned", "partitioned.json"),
]
PUBLISHED = ("published", "24 ms", "251", "6", "392 Kbit, at most 40 us", "",
             "", "3.33")
HEAD = ("", "latency of a frame alone", "frames/s", "boards",
        "largest transfer of a frame", "fullest board", "W", "GOPS/W")


def run(command):
    """What a command prints; exit status 1 is a design that does not fit."""
    done = subprocess.run(command, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"{' '.join(command)}: status {done.returncode}\n"
                 f"{done.stderr}")
    return done.stdout


def simulate(headrace, file):
    return json.loads(run([headrace, "simulate", "--json",
                           os.path.join(FOLDER, file)]))


def partition(headrace, out):
    """Writes (c)."""
    run([headrace, "partition", os.path.join(FOLDER, "streaming.json"),
         "--write", out])


def used_boards(d):
    """Boards with anything on them."""
    return [b for b in d["boards"] if any(b["cost"].values())]


def fullest(d):
    """The largest share of any resource of any board."""
    shares = [(b["cost"][key] / b["device"][key], name, b["name"])
              for b in d["boards"] for key, name in RESOURCES]
    share, name, board = max(shares)
    return share, f"{100 * share:.0f} % {name} of {board}"


def largest_transfer(d):
    """(bits, microseconds on the line) of the stream with most words."""
    best = (0, 0.0)
    for link in d["links"]:
        for s in link["streams"]:
            words = s["words_per_frame"]
            best = max(best, (words * link["word_bits"],
                              words / link["clock_mhz"]))
    return best


def cells(title, d):
    us = d["latency_us"]
    bits, transfer = largest_transfer(d)
    power = d["power"]
    return (title, f"{us / 1000:.2f} ms" if us >= 1000 else f"{us:.0f} us",
            f"{d['frames_per_second']:,.1f}", str(len(used_boards(d))),
            f"{bits:,} bits, {transfer:.1f} us", fullest(d)[1],
            f"{power['total_mw'] / 1e3:.0f} ({power['least_mw'] / 1e3:.0f} "
            f"to {power['most_mw'] / 1e3:.0f})",
            f"{power['gops_per_watt']:.1f}")


def table(headrace):
    rows = [HEAD, ("---",) + ("--:",) * (len(HEAD) - 1), PUBLISHED]
    rows += [cells(title, simulate(headrace, file)) for title, file in ROWS]
    return "".join("| " + " | ".join(r) + " |\n" for r in rows)


def page_parts():
    """The page in front of the table, the table, the rest."""
    with open(PAGE, encoding="utf-8") as file:
        page = file.read()
    begin, end = page.index(BEGIN) + len(BEGIN) + 1, page.index(END)
    return page[:begin], page[begin:end], page[end:]


def main():
    words = [a for a in sys.argv[1:] if a != "--write"]
    words = words or [os.environ.get("HEADRACE_BINARY", "build/release/headrace")]
    if len(words) != 1:
        sys.exit(__doc__)
    write = "--write" in sys.argv
    if write:
        partition(words[0], os.path.join(FOLDER, "partitioned.json"))
    text = table(words[0])
    print(text, end="")
    if write:
        before, _, after = page_parts()
        with open(PAGE, "w", encoding="utf-8") as file:
            file.write(before + text + after)


if __name__ == "__main__":
    main()
