"""The FIFO depths of four methods over the models: docs/fifo-depths.md.

    tests/accuracy/fifo_depths.py HEADRACE [--write] [MODEL...]

Runs `headrace tune` on every model (or those named) and prints one table;
with --write into the page, between the marks.  Takes minutes: it is no test.
The quick rows are held to the page by check_fifo_depths.py.
"""

import json
import os
import re
import subprocess
import sys

SOURCE = os.environ.get("HEADRACE_SOURCE_DIR") or os.path.dirname(
    os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PAGE = os.path.join(SOURCE, "docs/fifo-depths.md")
BEGIN, END = "<!-- table: fifo_depths.py -->", "<!-- end of table -->"

# FINN makes no FIFO of one token (insert_fifo.py), so its pipelines keep two.
FINN_LEAST = "=2..4096"
FINN_P1 = ["source.out", "pad0.out", "swg0.out", "mvu0.out", "thr0.out",
           "dwc0.out", "swg1.out", "mvu1.out"]
FINN_P4 = ["source.out", "pad0.out", "swg0.out", "mvu0.out", "thr0.out",
           "fork.out0", "fork.out1", "pad1.out", "swg1.out", "mvu1.out",
           "thr1.out", "dwc0.out", "add.out"]

ROWS = [
    ("svhn", "svhn", []),
    ("lenet5", "lenet5", []),
    ("digits", "digits", []),
    ("SqueezeNet v1.1", "squeezenet11", []),
    ("ResNet-8", "resnet8", []),
    ("ResNet-18", "resnet18", []),
    ("MobileNetV1", "mobilenet10", []),
    ("U-net", "unet256", []),
    ("FINN P1", "finn/pipe_P1",
     [a for f in FINN_P1 for a in ("--limit", f + FINN_LEAST)]),
    ("FINN P4", "finn/pipe_P4",
     [a for f in FINN_P4 for a in ("--limit", f + FINN_LEAST)]),
]
QUICK = ("svhn", "lenet5", "digits", "finn/pipe_P1", "finn/pipe_P4")


def number(n):
    return "-" if n is None else f"{n:,}"


def certificate(d):
    if d["certificate"] == "optimal":
        return "optimal"
    return f"local, bound {number(d['bound_price'])}"


def interval(figures, at_pace=False):
    f = figures
    if f["deadlock"]:
        return "deadlock"
    mark = "" if f["interval_certified"] else "^" if at_pace else "*"
    return number(f["interval_cycles"]) + mark


def rows_of(headrace, title, model, options, with_time):
    """The lines of the table for one model."""
    run = subprocess.run(
        [headrace, "tune", os.path.join(SOURCE, "models", model), "--json",
         "--threads", "1", "--time"] + options,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False)
    if run.returncode != 0:
        sys.exit(f"{model}: {run.stderr}")
    d = json.loads(run.stdout)
    seconds = re.search(r"search ([0-9.]+) s", run.stderr).group(1)
    lines = []
    for m in d["methods"]:
        f = m["figures"][0]
        ours = m["name"] == "ours"
        lines.append("| " + " | ".join([
            title if m["name"] == "max" else "", m["name"],
            number(m["bits"]), number(m["cost"]["lut"]),
            number(m["cost"]["bram18"]),
            interval(f, ours and d["scenarios"][0]["certified_at_pace"]),
            number(f["latency_cycles"]),
            certificate(d) if ours else "",
            seconds + " s" if ours and with_time else ""]) + " |")
    return lines


def table(headrace, rows, with_time=True):
    lines = ["| network | depths by | bits | LUT | BRAM18 | interval | "
             "isolated latency | certificate | search |",
             "|---|---|--:|--:|--:|--:|--:|---|--:|"]
    for title, model, options in rows:
        lines += rows_of(headrace, title, model, options, with_time)
        print(title, file=sys.stderr)
    return "\n".join(lines) + "\n"


def page_table():
    with open(PAGE, encoding="utf-8") as file:
        page = file.read()
    return page[page.index(BEGIN) + len(BEGIN) + 1:page.index(END)]


def main():
    words = [a for a in sys.argv[1:] if a != "--write"]
    if not words:
        sys.exit(__doc__)
    rows = [r for r in ROWS if not words[1:] or r[1] in words[1:]]
    text = table(words[0], rows)
    if "--write" not in sys.argv:
        print(text, end="")
        return
    with open(PAGE, encoding="utf-8") as file:
        page = file.read()
    begin, end = page.index(BEGIN) + len(BEGIN) + 1, page.index(END)
    with open(PAGE, "w", encoding="utf-8") as file:
        file.write(page[:begin] + text + page[end:])


if __name__ == "__main__":
    main()
