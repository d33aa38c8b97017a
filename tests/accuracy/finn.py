"""FINN's modules and pipelines: fit, predict, and say how well.

    finn.py fit HEADRACE      fits every module and every process of the
                              pipelines anew and writes models/calibration/finn
                              and models/finn; then the table of
                              docs/calibrate.md
    finn.py check HEADRACE    repeats the fits of the files that are there, from
                              the runs they name, and the predictions; fails if
                              a file would change or the table would

A fit sees events and stimuli, never the kind of a module.  Modules are fitted
to the runs `free`, `inp3` and `outp5`; `rnd` is only compared.  The processes
of a pipeline are not among the modules (their sizes are others), so each is
fitted to its own streams in some runs of the pipeline; the other runs, with
other FIFOs, are only compared.
"""

import csv
import json
import lzma
import os
import re
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))
DATA = os.path.join(ROOT, "tests", "accuracy", "data", "finn")
FITS = os.path.join(ROOT, "models", "calibration", "finn")
PIPES = os.path.join(ROOT, "models", "finn")
DOC = os.path.join(ROOT, "docs", "calibrate.md")
BEGIN, END = "<!-- finn.py: begin -->", "<!-- finn.py: end -->"
SOURCE = "Xilinx/finn, branch dev, 73ba5ed64, finn-rtllib"

# Runs of a pipeline to fit, in the order tried: without the run whose output is
# held, if no schedule explains a process in it (as of the MVUs).
FIT_RUNS = [
    ["all32", "d8_rnd", "d8_outp40", "d8_throttle", "finn_largefifo"],
    ["all32", "d8_rnd"],
]


def rows(*path):
    with open(os.path.join(DATA, *path), encoding="utf-8") as f:
        return list(csv.DictReader(f))


def design(name):
    with open(os.path.join(DATA, name, "design.json"), encoding="utf-8") as f:
        return json.load(f)


def names(pipelines):
    return [n for n in sorted(os.listdir(DATA))
            if n.startswith("pipe_") == pipelines]


def events_file(name, run):
    return os.path.join(DATA, name, f"events_{run}.csv.xz")


def stimulus_file(name, run):
    return os.path.join(DATA, name, f"stimulus_{run}.txt.xz")


def calibrate(headrace, arguments, output):
    """Exit status, result (or the errors) of one call."""
    done = subprocess.run(
        [headrace, "calibrate", "--json", "--accept-undetermined",
         "--source", SOURCE, "--write", output, *arguments],
        capture_output=True, text=True, check=False)
    if done.returncode == 2:
        return done.stderr
    return json.loads(done.stdout)


def module_arguments(name):
    process = design(name)["processes"][0]
    is_fifo = name.startswith("fifo_")
    frame = "1:1" if is_fifo else "%d:%d" % (process["tokens_in"],
                                             process["tokens_out"])
    arguments = ["--process", name, "--frame", frame,
                 "--input", "0:w" if is_fifo else "0", "--output", "1"]
    for run in rows(name, "runs.csv"):
        spec = [events_file(name, run["run"])]
        if run["run"] == "rnd":
            spec.append("stimulus=" + stimulus_file(name, "rnd"))
        else:
            for key in ("source", "sink"):
                if run[key].startswith("p"):
                    spec.append(f"{key}.grid={run[key][1:]}")
        arguments += ["--check" if run["run"] == "rnd" else "--fit",
                      ",".join(spec)]
    return arguments


def depths(name):
    found = {}
    for row in rows(name, "fifos.csv"):
        found.setdefault(row["run"], {})[int(row["link"])] = int(row["depth"])
    return found


def node_arguments(name, node, fit_runs):
    arguments = ["--process", node["name"], "--frame",
                 "%d:%d" % (node["tokens_in"], node["tokens_out"])]
    for link in node["inputs"]:
        arguments += ["--input", str(link)]
    for link in node["outputs"]:
        arguments += ["--output", str(link)]
    of_run = depths(name)
    for run in rows(name, "runs.csv"):
        depth = {of_run[run["run"]][link] for link in node["outputs"]}
        # A deadlock has no whole frames; two depths are one too many.
        if run["deadlock"] == "yes" or len(depth) != 1:
            continue
        arguments += ["--fit" if run["run"] in fit_runs else "--check",
                      f"{events_file(name, run['run'])},depth={depth.pop()}"]
    return arguments


def run_name(file):
    return file[len("events_"):-len(".csv.xz")]


def fitted_runs(path):
    with open(path, encoding="utf-8") as f:
        runs = json.load(f)["measured"]["runs"]
    return [run_name(r["run"]) for r in runs if r["use"] == "fit"]


def link_names(name):
    """The stream of the model config that each link is."""
    found = {}
    for node in design(name)["processes"]:
        for i, link in enumerate(node["outputs"]):
            port = "out" if len(node["outputs"]) == 1 else f"out{i}"
            found[link] = f"{node['name']}.{port}"
    for node in design(name)["processes"]:
        for link in node["inputs"]:
            found.setdefault(link, "source.out")
    return found


def model_of(name):
    links = link_names(name)
    return {
        "headrace": 1,
        "name": name,
        "processes": [
            {"name": n["name"], "schedule": n["name"] + ".json",
             "inputs": [links[i] for i in n["inputs"]]}
            for n in design(name)["processes"]],
        "hardware": {"family": "schedule", "fifo": {"depth": 32,
                                                    "kind": "srl"}},
    }


def write_model(name, folder):
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, "model.json"), "w",
              encoding="utf-8") as f:
        json.dump(model_of(name), f, indent=2)
        f.write("\n")


def stimulus_of(run, key, name, folder):
    mode = run[key]
    if mode == "a":
        return {}
    if mode[0] == "p":
        return {"grid": int(mode[1:])}
    if mode[0] == "t":
        return {"frame_period": int(mode[1:])}
    line = "in_valid" if key == "source" else "out_ready"
    file = f"{line}_{run['run']}.txt"
    with lzma.open(stimulus_file(name, run["run"]), "rt") as f:
        bits = next(l.split()[1] for l in f if l.startswith(line))
    with open(os.path.join(folder, file), "w", encoding="utf-8") as f:
        f.write(bits + "\n")
    return {"pattern": file}


def read_events(stream):
    found = {}
    for line in stream:
        parts = line.rstrip("\n").split(",")
        if parts[0] != "stream":
            found.setdefault((parts[0], parts[1]), []).append(int(parts[3]))
    return found


def predict(headrace, name, run, folder):
    """The result of a run of a pipeline, and all its events by link."""
    model = model_of(name)
    links = link_names(name)
    model["hardware"]["fifos"] = {
        links[link]: {"depth": depth}
        for link, depth in depths(name)[run["run"]].items()}
    for key in ("source", "sink"):
        model["hardware"][key] = stimulus_of(run, key, name, folder)
    path = os.path.join(folder, "model.json")
    with open(path, "w", encoding="utf-8") as f:
        json.dump(model, f)
    trace = os.path.join(folder, "trace.csv")
    done = subprocess.run(
        [headrace, "simulate", "--json", "--frames", run["frames"],
         "--trace", trace, folder], capture_output=True, text=True,
        check=False)
    if done.returncode == 2:
        sys.exit(done.stderr)
    with open(trace, encoding="utf-8") as f:
        events = read_events(f)
    return (json.loads(done.stdout),
            {(link, event): events.get((stream, event), [])
             for link, stream in links.items() for event in "wr"})


def frames_of(events, tokens_in, tokens_out, last_link, frames):
    """Latency of each frame, and cycles from each end to the next."""
    first = events[(0, "w")][0::tokens_in][:frames]
    last = events[(last_link, "r")][tokens_out - 1::tokens_out][:frames]
    return ([b - a for a, b in zip(first, last)],
            [b - a for a, b in zip(last, last[1:])])


def pipeline_row(headrace, name, run, folder):
    result, got = predict(headrace, name, run, folder)
    with lzma.open(events_file(name, run["run"]), "rt") as f:
        events = read_events(f)
    measured = {(link, event): events.get((str(link), event), [])
                for link, event in got}
    processes = design(name)["processes"]
    tokens_in = processes[0]["tokens_in"]
    tokens_out = processes[-1]["tokens_out"]
    last = processes[-1]["outputs"][0]
    frames = int(run["frames"])
    real = frames_of(measured, tokens_in, tokens_out, last, frames)
    ours = frames_of(got, tokens_in, tokens_out, last, frames)
    # What a padding unit writes of a frame that never comes is left out.
    compared = different = 0
    for key, cycles in got.items():
        for a, b in zip(cycles, measured[key]):
            compared += 1
            different += a != b
    stuck = result["deadlock"] is not None
    return {
        "pipeline": name, "run": run["run"],
        "deadlock": (run["deadlock"] == "yes", stuck),
        "last_cycle": (int(run["last_cycle"]),
                       result["deadlock"]["cycle"] if stuck else None),
        "latencies": (real[0], ours[0]), "intervals": (real[1], ours[1]),
        "events": compared, "different": different,
    }


def error_of(pair):
    if len(pair[0]) != len(pair[1]):
        return None
    return max((abs(a - b) for a, b in zip(*pair)), default=0)


def span(values):
    if not values:
        return "-"
    return (str(values[0]) if min(values) == max(values)
            else f"{min(values)}-{max(values)}")


def percent_exact(row):
    if row["events"] == 0:
        return "-"
    exact = row["events"] - row["different"]
    # Rounded down, so that only what is exact says so.
    return f"{exact * 1000 // row['events'] / 10:.1f} %"


def table(modules, pipelines):
    out = ["### Modules", "",
           "| module | repeats after | program | `rnd`: events | different "
           "| not determined |",
           "|---|--:|--:|--:|--:|---|"]
    exact = 0
    for name, x in modules:
        if isinstance(x, str):
            out.append(f"| {name} | | | | | no schedule explains its runs |")
            continue
        rnd = [r for r in x["measured"]["runs"]
               if run_name(r["run"]) == "rnd"][0]
        exact += rnd["different"] == 0
        opened = "; ".join(u.split(":")[0]
                           for u in x["measured"]["undetermined"])
        out.append(f"| {name} | {x['unit_reads']}:{x['unit_writes']} "
                   f"| {x['program_size']} | {rnd['events']} "
                   f"| {rnd['different']} | {opened} |")
    out += ["", f"{exact} of {len(modules)} modules are predicted exactly in "
            "the run that no fit has seen.", "",
            "### Pipelines", "",
            "| pipeline | run | interval measured | predicted "
            "| latencies measured | predicted | largest error "
            "| events exact |",
            "|---|---|--:|--:|--:|--:|--:|--:|"]
    for row in pipelines:
        real, ours = row["deadlock"]
        if real or ours:
            last = row["last_cycle"]
            out.append(
                f"| {row['pipeline']} | {row['run']} "
                f"| {'deadlock' if real else 'none'} "
                f"| {'deadlock' if ours else 'none'} "
                f"| after {last[0]} | after {last[1]} "
                f"| {abs(last[0] - (last[1] or 0))} "
                f"| {percent_exact(row)} |")
            continue
        out.append(
            f"| {row['pipeline']} | {row['run']} "
            f"| {span(row['intervals'][0])} | {span(row['intervals'][1])} "
            f"| {span(row['latencies'][0])} | {span(row['latencies'][1])} "
            f"| {error_of(row['latencies'])} | {percent_exact(row)} |")
    return "\n".join(out) + "\n"


def fit_modules(headrace, folder):
    found = []
    for name in names(False):
        path = os.path.join(folder, name + ".json")
        found.append((name, calibrate(headrace, module_arguments(name), path)))
    return found


def add_widths(path, node):
    """Writes the bits of a token to the ports of a fitted process, which a
    trace does not tell and a FIFO costs."""
    with open(path, encoding="utf-8") as f:
        text = f.read()
    inputs, outputs = text.index('"inputs":'), text.index('"outputs":')
    end = text.index("]", outputs)

    def widen(part, bits):
        return re.sub(r'(\n\t*)("tokens_per_frame":\t\d+)',
                      rf'\1\2,\1"width_bits":\t{bits}', part)
    with open(path, "w", encoding="utf-8") as f:
        f.write(text[:inputs] + widen(text[inputs:outputs], node["bits_in"]) +
                widen(text[outputs:end], node["bits_out"]) + text[end:])


def fit_pipeline(headrace, name, folder, known):
    """Fits its processes; `known`: a folder of fits whose runs are taken."""
    failed = []
    for node in design(name)["processes"]:
        path = os.path.join(folder, node["name"] + ".json")
        tries = FIT_RUNS
        if known is not None:
            tries = [fitted_runs(os.path.join(known, node["name"] + ".json"))]
        for runs in tries:
            result = calibrate(headrace, node_arguments(name, node, runs),
                               path)
            if not isinstance(result, str):
                add_widths(path, node)
                break
        else:
            failed.append(f"{name}: {node['name']}: {result}")
    write_model(name, folder)
    return failed


def predict_all(headrace, fits):
    found = []
    for name in names(True):
        for run in rows(name, "runs.csv"):
            with tempfile.TemporaryDirectory() as folder:
                for node in design(name)["processes"]:
                    file = node["name"] + ".json"
                    with open(os.path.join(fits, name, file), "rb") as f:
                        text = f.read()
                    with open(os.path.join(folder, file), "wb") as f:
                        f.write(text)
                found.append(pipeline_row(headrace, name, run, folder))
    return found


def document(text):
    with open(DOC, encoding="utf-8") as f:
        page = f.read()
    head, rest = page.split(BEGIN)
    _, tail = rest.split(END)
    return page, f"{head}{BEGIN}\n\n{text}\n{END}{tail}"


def fit(headrace):
    os.makedirs(FITS, exist_ok=True)
    modules = fit_modules(headrace, FITS)
    for name in names(True):
        os.makedirs(os.path.join(PIPES, name), exist_ok=True)
        for problem in fit_pipeline(headrace, name,
                                    os.path.join(PIPES, name), None):
            print(problem)
    _, page = document(table(modules, predict_all(headrace, PIPES)))
    with open(DOC, "w", encoding="utf-8") as f:
        f.write(page)
    return 0


def differing(old, new):
    """Files of the new folder that the old one has not, or has otherwise."""
    found = []
    for file in sorted(os.listdir(new)):
        path = os.path.join(old, file)
        with open(os.path.join(new, file), "rb") as f:
            text = f.read()
        if not os.path.exists(path) or open(path, "rb").read() != text:
            found.append(path)
    return found


# Both MVUs are held; no schedule explains how they then take input
# (docs/calibrate.md, Limits).
MISSED = {("pipe_P1", "d8_outp40")}


def aims(modules, pipelines):
    """The aims of the project that are missed."""
    missed = []
    exact = sum(1 for _, x in modules if not isinstance(x, str) and all(
        r["different"] == 0 for r in x["measured"]["runs"]))
    if exact * 10 < len(modules) * 8:
        missed.append(f"only {exact} of {len(modules)} modules are exact")
    for row in pipelines:
        where = f"{row['pipeline']} {row['run']}"
        if row["deadlock"][0] != row["deadlock"][1]:
            missed.append(f"{where}: deadlock {row['deadlock']}")
            continue
        if row["deadlock"][0]:
            continue
        if (row["pipeline"], row["run"]) in MISSED:
            continue
        # A pattern of stalls may shift single frames by what it holds back.
        error = error_of(row["latencies"])
        if error is None or error > 10:
            missed.append(f"{where}: latencies {row['latencies']}")
        total = [sum(v) for v in row["intervals"]]
        if abs(total[0] - total[1]) > 10:
            missed.append(f"{where}: intervals {row['intervals']}")
    return missed


def check(headrace):
    problems = []
    with tempfile.TemporaryDirectory() as folder:
        modules = fit_modules(headrace, folder)
        problems += differing(FITS, folder)
    for name in names(True):
        with tempfile.TemporaryDirectory() as folder:
            known = os.path.join(PIPES, name)
            problems += fit_pipeline(headrace, name, folder, known)
            problems += differing(known, folder)
    pipelines = predict_all(headrace, PIPES)
    old, new = document(table(modules, pipelines))
    if old != new:
        problems.append("docs/calibrate.md: the table is another one")
    problems += aims(modules, pipelines)
    for problem in problems:
        print(problem)
    return 1 if problems else 0


def main():
    what, headrace = sys.argv[1:]
    return {"fit": fit, "check": check}[what](headrace)


if __name__ == "__main__":
    sys.exit(main())
