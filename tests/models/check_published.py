"""The table of published networks in models/README.md says what the program
says today.  With UPDATE_GOLDEN=1 in the environment it is written anew."""

import json
import os
import re
import subprocess
import sys

SOURCE = os.environ["HEADRACE_SOURCE_DIR"]
README = os.path.join(SOURCE, "models", "README.md")
HEAD = ["| model | network | input | cycles per frame | frames/s "
        "| latency, cycles | LUT | FF | DSP | BRAM18 |",
        "|---|---|---|---:|---:|---:|---:|---:|---:|---:|"]
FRAMES = 3


def simulate(name):
    model = os.path.join(SOURCE, "models", name)
    command = [os.environ["HEADRACE_BINARY"], "simulate", "--json",
               "--frames", str(FRAMES), model]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{' '.join(command)}: exit status {done.returncode}\n"
                 f"{done.stderr}")
    return json.loads(done.stdout)


def numbers(name):
    """What the program says about a model, as cells."""
    result = simulate(name)
    if result["limited_by"] != "process":
        sys.exit(f"{name} is limited by FIFOs: its slack is to be so large "
                 "that its slowest layer is never held up")
    cost = result["cost"]
    # LUTs and registers are estimates: hundreds say enough.
    return [f"{result['interval_cycles']:,}",
            f"{result['frames_per_second']:,.1f}",
            f"{result['latency_cycles']:,}"] + \
        [f"{round(cost[k], -2):,}" for k in ("lut", "ff")] + \
        [f"{cost[k]:,}" for k in ("dsp", "bram18")]


def table_lines(lines):
    """Where the rows of the table begin and end."""
    for i in range(len(lines) - 1):
        if lines[i].startswith("| model | network | input |"):
            end = i + 2
            while end < len(lines) and lines[end].startswith("|"):
                end += 1
            return i, end
    sys.exit(f"{README}: no table of published networks")


def main():
    with open(README, encoding="utf-8") as f:
        lines = f.read().split("\n")
    begin, end = table_lines(lines)
    wanted = list(HEAD)
    for line in lines[begin + 2:end]:
        cells = [c.strip() for c in line.strip("|").split("|")]
        name = re.fullmatch(r"`(\w+)`", cells[0]).group(1)
        wanted.append("| " + " | ".join(cells[:3] + numbers(name)) + " |")
    if lines[begin:end] == wanted:
        print(f"{len(wanted) - 2} networks as in models/README.md")
        return 0
    if os.environ.get("UPDATE_GOLDEN"):
        lines[begin:end] = wanted
        with open(README, "w", encoding="utf-8") as f:
            f.write("\n".join(lines))
        print("models/README.md: table written")
        return 0
    for old, new in zip(lines[begin:end], wanted):
        if old != new:
            print(f"README  {old}\nprogram {new}")
    print("UPDATE_GOLDEN=1 writes the table anew")
    return 1


if __name__ == "__main__":
    sys.exit(main())
