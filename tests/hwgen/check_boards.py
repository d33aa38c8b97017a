#!/usr/bin/env python3
"""What `headrace generate` writes for a design on three boards: a file list, a
module and constraints a board, all of which Verilator takes without a warning,
and the system that joins them."""
import json
import os
import pathlib
import subprocess
import sys
import tempfile

HEADRACE = os.environ["HEADRACE_BINARY"]
SOURCE = pathlib.Path(os.environ["HEADRACE_SOURCE_DIR"])

BOARDS = [
    {"name": "one", "clock_mhz": 200, "layers": ["conv1"]},
    {"name": "two", "clock_mhz": 177.7, "layers": ["conv2", "fc1"],
     "drift": {"ppm": 100, "cycles": 1000}},
    {"name": "three", "clock_mhz": 100, "layers": ["fc2"]},
]
LINKS = [
    {"name": "link1", "type": "aurora-64b66b-10g", "from": "one", "to": "two"},
    {"name": "link2", "type": "crossing", "from": "two", "to": "three"},
]
# 1 / 161.1328125 MHz is 6.206 ns; 177.7 MHz less 100 ppm of 5.627 ns is 5.626.
CONSTRAINTS = {
    "one": ["create_clock -name clk -period 5.000 [get_ports clk]",
            "create_clock -name link1_clk -period 6.206 [get_ports link1_clk]",
            "set_max_delay -datapath_only -from [get_clocks link1_clk] "
            "-to [get_clocks clk] 5.000",
            "set_max_delay -datapath_only -from [get_clocks clk] "
            "-to [get_clocks link1_clk] 5.000"],
    "two": ["create_clock -name clk -period 5.626 [get_ports clk]",
            "create_clock -name link1_clk -period 6.206 [get_ports link1_clk]"],
    "three": ["create_clock -name link2_clk -period 5.626 "
              "[get_ports link2_clk]",
              "set_max_delay -datapath_only -from [get_clocks clk] "
              "-to [get_clocks link2_clk] 5.626"],
}


def run(command, **more):
    done = subprocess.run(command, capture_output=True, text=True, check=False,
                          **more)
    if done.returncode != 0 or done.stderr:
        sys.exit(f"{command}: exit status {done.returncode}\n{done.stdout}"
                 f"{done.stderr}")


def main():
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        model = json.loads((SOURCE / "models/lenet5/model.json").read_text())
        model["hardware"].update(boards=BOARDS, links=LINKS)
        (folder / "model.json").write_text(json.dumps(model))
        out = folder / "out"
        run([HEADRACE, "generate", str(folder / "model.json"), "-o", str(out)])
        tops = ["lenet5"] + [f"lenet5_board_{b['name']}" for b in BOARDS]
        for top in tops:
            run(["verilator", "--lint-only", "-Wall", "-F", f"{top}.f",
                 "--top-module", top], cwd=out)
        for board, lines in CONSTRAINTS.items():
            text = (out / f"lenet5_board_{board}.xdc").read_text()
            for line in lines:
                if line not in text.splitlines():
                    sys.exit(f"board {board} has no line '{line}':\n{text}")
        # Each board has only its own modules; the line is in simulation alone.
        lists = {top: (out / f"{top}.f").read_text().split() for top in tops}
        assert "link_line.sv" in lists["lenet5"]
        assert "link_sender.sv" in lists["lenet5_board_one"]
        assert "dense.sv" not in lists["lenet5_board_one"]
        assert "link_receiver.sv" in lists["lenet5_board_two"]
        assert "link_crossing.sv" not in lists["lenet5_board_two"]
        assert "link_crossing.sv" in lists["lenet5_board_three"]
        for top in tops[1:]:
            assert "link_line.sv" not in lists[top]
            assert lists[top][-1] == f"{top}.sv"
    print(f"{len(tops)} tops without a warning")


main()
