"""Simulates the measured designs from synthesis reports as the tools write them:
the figures have to be those of the numbers given layer by layer.

The reports are written here, in the tools' format, from the tables in data.
"""

import csv
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
MODELS = HERE.parents[1] / "models/hls4ml"
PROGRAM = os.environ["HEADRACE_BINARY"]


def table(design, name):
    with open(HERE / "data" / design / f"{name}.csv", newline="",
              encoding="utf-8") as file:
        return list(csv.DictReader(file))


def span(name, low, high):
    inside = low if low == high else \
        f"<range><min>{low}</min><max>{high}</max></range>"
    return f"<{name}>{inside}</{name}>\n"


def loop_xml(loop):
    text = f"<{loop['loop'].replace(' ', '_')}>\n"
    text += span("TripCount", loop["trip_min"], loop["trip_max"])
    text += span("Latency", loop["latency_min"], loop["latency_max"])
    if loop["pipelined"] == "yes":
        text += f"<PipelineII>{loop['ii']}</PipelineII>\n"
        text += f"<PipelineDepth>{loop['iteration_max']}</PipelineDepth>\n"
    else:
        text += span("IterationLatency", loop["iteration_min"],
                     loop["iteration_max"])
    return text + f"</{loop['loop'].replace(' ', '_')}>\n"


def function_xml(function, loops, version, clock_ps):
    """Only outermost loops, which are all that is read."""
    return f"""<profile>
<ReportVersion><Version>{version}</Version></ReportVersion>
<UserAssignments><TopModelName>{function["module"]}</TopModelName>
<TargetClockPeriod>{clock_ps / 1000:.2f}</TargetClockPeriod></UserAssignments>
<PerformanceEstimates><SummaryOfOverallLatency>
<Best-caseLatency>{function["latency_min"]}</Best-caseLatency>
<Worst-caseLatency>{function["latency_max"]}</Worst-caseLatency>
<Interval-min>{function["interval_min"]}</Interval-min>
<Interval-max>{function["interval_max"]}</Interval-max>
</SummaryOfOverallLatency>
<SummaryOfLoopLatency>
{"".join(loop_xml(x) for x in loops)}</SummaryOfLoopLatency>
</PerformanceEstimates>
</profile>
"""


def write_reports(design, folder):
    with open(HERE / "data" / design / "design.json", encoding="utf-8") as file:
        about = json.load(file)
    version = re.search(r"20\d\d\.\d", about["tool"]).group()
    loops = table(design, "csynth_loops")
    folder.mkdir()
    for f in table(design, "csynth"):
        own = [x for x in loops if x["row"] == f["row"] and x["level"] == "0"]
        # Parts of a process may share a name; only processes are looked for.
        path = folder / f"{f['row']}_{f['module']}_csynth.xml"
        path.write_text(function_xml(f, own, version, about["clock_ps"]),
                        encoding="utf-8")


def with_reports(design, change=lambda config: None):
    with open(MODELS / design / "model.json", encoding="utf-8") as file:
        config = json.load(file)
    for options in config["hardware"]["layers"].values():
        options.pop("timing", None)
    config["hardware"]["reports"] = "report"
    change(config)
    return config


def simulate(path):
    return subprocess.run([PROGRAM, "simulate", "--json", str(path)],
                          capture_output=True, text=True, check=False)


def renamed(config):
    """Layers by names that tell nothing."""
    text = json.dumps(config)
    for i, layer in enumerate(config["network"]["layers"]):
        text = text.replace(f'"{layer["name"]}"', f'"x{"abcdefghijklmnopqrstu"[i]}"')
    config.clear()
    config.update(json.loads(text))


def check_design(design, folder, change, faults):
    config = with_reports(design, change)
    path = folder / "model.json"
    path.write_text(json.dumps(config), encoding="utf-8")
    result = simulate(path)
    if result.returncode != 0 or result.stderr:
        faults.append(f"{design}: {result.stderr}")
        return
    expected = json.loads(simulate(MODELS / design / "model.json").stdout)
    got = json.loads(result.stdout)
    for key in ("latency_cycles", "latency_back_to_back_cycles",
                "period_cycles", "period_frames", "trust"):
        if got[key] != expected[key]:
            faults.append(f"{design}: {key} {got[key]}, not {expected[key]}")
    peaks = [[f["peak"] for f in x["fifos"]] for x in (got, expected)]
    if peaks[0] != peaks[1]:
        faults.append(f"{design}: peaks {peaks[0]}, not {peaks[1]}")


def drop_function(folder, config):
    for path in folder.glob("report/*softmax_array*"):
        path.unlink()


def drop_layer(folder, config):
    network = config["network"]
    network["layers"].pop()
    network["output"] = network["layers"][-1]["name"]
    config["hardware"]["layers"].pop("softmax_21", None)


def other_clock(folder, config):
    config["hardware"]["clock_mhz"] = 100


def nothing_there(folder, config):
    for path in folder.glob("report/*"):
        path.unlink()


def no_folder(folder, config):
    config["hardware"]["reports"] = "elsewhere"


def no_cycles(folder, config):
    """As after a run in which the tool found no bound of a loop."""
    for path in folder.glob("report/*softmax_array*"):
        text = path.read_text(encoding="utf-8")
        path.write_text(re.sub(r"(caseLatency>)\d+", r"\1undef", text),
                        encoding="utf-8")


# (change, exit status, what stderr has to say).
FAULTS = [
    (drop_function, 2, "have no function for 'softmax_21' (softmax)"),
    (drop_layer, 0, "which is no process of this design"),
    (other_clock, 0, "the reports are for a clock of 5 ns"),
    (nothing_there, 2, "has no file that ends in csynth.xml"),
    (no_folder, 2, "elsewhere': No such file or directory"),
    (no_cycles, 2, "does not say how many cycles 'softmax_21' takes"),
]


def main():
    faults = []
    designs = sorted(p.name for p in MODELS.iterdir() if p.is_dir())
    for design in designs:
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            write_reports(design, folder / "report")
            check_design(design, folder, lambda c: None, faults)
            check_design(design, folder, renamed, faults)
    for change, status, text in FAULTS:
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            write_reports("lenet5", folder / "report")
            config = with_reports("lenet5")
            change(folder, config)
            path = folder / "model.json"
            path.write_text(json.dumps(config), encoding="utf-8")
            result = simulate(path)
            if result.returncode != status or text not in result.stderr:
                faults.append(f"'{text}': {result.returncode}, {result.stderr}")
    print(f"{len(designs)} designs, {len(FAULTS)} faults")
    sys.exit("\n".join(faults) if faults else 0)


main()
