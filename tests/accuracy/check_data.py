"""The measured figures in data/ agree with each other and with README.md.

Checks every table against its description (columns), against the others
(frames against runs, peaks against capacities, processes against events) and
against what must be true of any such hardware.  With --self-test (which runs
first anyway) faults are planted in copies and must be found.
"""

import csv
import json
import lzma
import os
import re
import shutil
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
FILE_BYTES_MAX = 150_000

# Names of tables as in README.md -> columns.
COLUMNS = {}


def read_columns():
    table = None
    with open(os.path.join(HERE, "README.md"), encoding="utf-8") as f:
        for line in f:
            heading = re.match(r"### (\S+\.csv)$", line)
            if heading:
                table = COLUMNS.setdefault(heading.group(1), [])
            elif line.startswith("## "):
                table = None
            elif table is not None and line.startswith("| ") and \
                    not line.startswith("| column |"):
                names = line.split("|")[1]
                table += [n.strip() for n in names.split(",")]


class Checker:
    def __init__(self):
        self.faults = []

    def that(self, truth, *words):
        if not truth:
            self.faults.append(" ".join(str(w) for w in words))
        return truth

    def table(self, path, kind):
        """The rows of a CSV; numbers as int, empty cells as None."""
        with open(path, encoding="utf-8", newline="") as f:
            reader = csv.DictReader(f)
            rows = list(reader)
        if not self.that(reader.fieldnames == COLUMNS[kind], path,
                         "has columns", reader.fieldnames, "not",
                         COLUMNS[kind]):
            return []
        for row in rows:
            if not self.that(None not in row and None not in row.values(),
                             path, "has a row of another length:", row):
                return []
            for key, value in row.items():
                if value == "":
                    row[key] = None
                elif re.fullmatch(r"-?\d+", value):
                    row[key] = int(value)
        self.that(rows, path, "is empty")
        return rows

    def sizes(self, folder):
        for base, _, files in os.walk(folder):
            for name in files:
                path = os.path.join(base, name)
                self.that(os.path.getsize(path) < FILE_BYTES_MAX, path,
                          "is larger than", FILE_BYTES_MAX)


def group(rows, *keys):
    out = {}
    for row in rows:
        out.setdefault(tuple(row[k] for k in keys), []).append(row)
    return out


def events(check, path):
    """Stream -> event -> cycles in token order."""
    out = {}
    with lzma.open(path, "rt", encoding="utf-8") as f:
        head = f.readline().rstrip("\n")
        check.that(head == "stream,event,token_index,cycle", path, "begins",
                   head)
        for line in f:
            stream, event, index, cycle = line.rstrip("\n").split(",")
            cycles = out.setdefault(stream, {}).setdefault(event, [])
            if int(index) != len(cycles):
                check.that(False, path, "token", index, "of", stream, event,
                           "stands where", len(cycles), "is due")
                return {}
            cycles.append(int(cycle))
    for stream, sides in out.items():
        for event, cycles in sides.items():
            check.that(event in ("w", "r"), path, "has an event", event)
            check.that(all(a < b for a, b in zip(cycles, cycles[1:])), path,
                       stream, event, "cycles do not rise")
    return out


def peak_of(writes, reads):
    """Largest difference of accepted tokens after any cycle."""
    moves = sorted([(c, 1) for c in writes] + [(c, -1) for c in reads])
    level = peak = 0
    for i, (cycle, step) in enumerate(moves):
        level += step
        if i + 1 == len(moves) or moves[i + 1][0] != cycle:
            peak = max(peak, level)
    return peak


def check_frames(check, where, runs, frames):
    for (run,), rows in group(frames, "run").items():
        if not check.that(run in runs, where, "frames of an unknown run",
                          run):
            continue
        check.that([r["frame"] for r in rows] ==
                   list(range(runs[run]["frames"])), where, run,
                   "frames are not 0 ..", runs[run]["frames"] - 1)
        before = None
        for r in rows:
            name = (where, run, "frame", r["frame"])
            if r["done"] is not None:
                check.that(r["latency"] == r["done"] - r["start"], *name,
                           "latency is not done - start")
            if before is not None:
                check.that(before["ready"] is None or
                           r["start"] > before["ready"], *name,
                           "starts before the first process was ready")
                if r["done"] is not None and before["done"] is not None:
                    check.that(r["interval"] == r["done"] - before["done"],
                               *name, "interval is not the distance of done")
            else:
                check.that(r["interval"] is None, *name, "has an interval")
            check.that(r["ready"] is None or r["ready"] >= r["start"], *name,
                       "is ready before its start")
            before = r
    check.that(set(runs) == {r["run"] for r in frames}, where,
               "runs without frames")


def check_fifos(check, where, design, fifos, peaks, runs):
    processes = {p["name"]: p for p in design["processes"]}
    for name, f in fifos.items():
        ends = (f["from"] in processes or f["from"] == "source",
                f["to"] in processes or f["to"] == "sink")
        check.that(all(ends), where, name, "joins unknown processes")
        if f["kind"] in ("A", "S"):
            check.that(f["csynth_depth"] in (None, f["depth"]), where, name,
                       "has another depth in the report")
            extra = design["tool"].startswith("Vivado") and f["kind"] == "A"
            check.that(f["capacity"] == f["depth"] + extra, where, name,
                       "has a capacity that is not that of its kind")
            check.that(f["write_to_read"] == (2 if f["kind"] == "A" else 1),
                       where, name, "is read", f["write_to_read"],
                       "cycles after the write")
        for end, key in (("from", "outputs"), ("to", "inputs")):
            p = processes.get(f[end])
            check.that(p is None or name in p[key], where, name,
                       "is no stream of", f[end])
    seen = set()
    for p in peaks:
        f = fifos.get(p["fifo"])
        if not check.that(f is not None and p["run"] in runs, where,
                          "peak of an unknown FIFO or run", p):
            continue
        seen.add((p["run"], p["fifo"]))
        tokens = f["tokens_per_frame"] * runs[p["run"]]["frames"]
        for side in ("writes", "reads"):
            check.that(p[side] is None or p[side] <= tokens, where, p["run"],
                       p["fifo"], side, p[side], "of", tokens, "tokens")
        if f["kind"] in ("A", "S"):
            check.that(p["peak"] is not None and
                       p["peak"] <= f["capacity"], where, p["run"],
                       p["fifo"], "peak", p["peak"], "is above its capacity",
                       f["capacity"])
            check.that(p["reads"] <= p["writes"] <=
                       p["reads"] + f["capacity"], where, p["run"],
                       p["fifo"], "writes and reads do not fit")
    check.that(seen == {(r, f) for r in runs for f in fifos}, where,
               "peaks are missing or too many")


def check_processes(check, where, design, rows, runs):
    processes = {p["name"]: p for p in design["processes"]}
    for (run, name), group_rows in group(rows, "run", "process").items():
        p = processes.get(name)
        if not check.that(p is not None and run in runs, where,
                          "row of an unknown process or run", run, name):
            continue
        for r in group_rows:
            what = (where, run, name, "frame", r["frame"])
            check.that(r["in_stream"] in p["inputs"] + [None] and
                       r["out_stream"] in p["outputs"] + [None], *what,
                       "has other streams than the design")
            for side, streams, stream, tokens in (
                    ("read", "inputs", "in_stream", "tokens_in"),
                    ("write", "outputs", "out_stream", "tokens_out")):
                count = r[side + "s"]
                if count is None or r[stream] not in p[streams]:
                    continue
                whole = p[tokens][p[streams].index(r[stream])]
                last = r["frame"] + 1 >= runs[run]["frames"]
                check.that(count == whole or last and count < whole, *what,
                           "moves", count, "tokens of", whole)
                first, final = r["first_" + side], r["last_" + side]
                if count:
                    check.that(first is not None and final is not None and
                               final - first >= count - 1, *what,
                               count, side + "s in", first, "to", final)


def check_csynth(check, where, design, rows, loops):
    check.that([r["row"] for r in rows] == list(range(len(rows))), where,
               "rows of csynth.csv are not numbered 0, 1, ..")
    check.that(rows[0]["level"] == 0 and rows[0]["process"] is None, where,
               "row 0 is not the design")
    check.that(sorted(r["process"] for r in rows if r["level"] == 1) ==
               sorted(p["name"] for p in design["processes"]), where,
               "csynth.csv has not one row of level 1 per process")
    for before, r in zip(rows, rows[1:]):
        check.that(1 <= r["level"] <= before["level"] + 1, where, "row",
                   r["row"], "hangs in the air")
    for r in rows:
        for key in ("latency", "interval"):
            low, high = r[key + "_min"], r[key + "_max"]
            check.that(low is not None and high is not None and low <= high,
                       where, "row", r["row"], key, low, "to", high)
        check.that(r["pipeline"] is not None, where, "row", r["row"],
                   "has no kind of pipeline")
        if r["level"] < 2:
            check.that(all(r[k] is not None for k in (
                "clock_estimate_ps", "bram18", "dsp", "ff", "lut", "uram")),
                where, "row", r["row"], "lacks resources or clock")
    for l in loops:
        name = (where, "loop", l["loop"], "of row", l["row"])
        if not check.that(l["row"] < len(rows), *name, "has no function"):
            continue
        check.that(l["pipelined"] in ("yes", "no") and
                   (l["ii"] is not None) == (l["pipelined"] == "yes"), *name,
                   "is pipelined", l["pipelined"], "with interval", l["ii"])
        if l["latency_max"] is None or l["trip_max"] is None or \
                l["iteration_max"] is None:
            continue
        # As the tools count: pipelined (n - 1) II + depth - 1, else n times
        # an iteration; flattened loops take a cycle less.
        for end in ("min", "max"):
            trips, one = l["trip_" + end], l["iteration_" + end]
            due = ((trips - 1) * l["ii"] + one - 1 if l["ii"]
                   else trips * one)
            check.that(abs(l["latency_" + end] - due) <= 1, *name, "takes",
                       l["latency_" + end], "cycles, not about", due)


def check_events(check, folder, design, fifos, peaks, frames, process_rows):
    where = design["name"]
    by_run = group(process_rows, "run")
    peak = {(p["run"], p["fifo"]): p["peak"] for p in peaks}
    found = 0
    for name in sorted(os.listdir(folder)):
        match = re.fullmatch(r"events_(\w+)\.csv\.xz", name)
        if not match:
            continue
        found += 1
        run = match.group(1)
        streams = events(check, os.path.join(folder, name))
        check.that((run,) in by_run, where, name, "is of an unknown run")
        for stream, sides in streams.items():
            f = fifos.get(stream)
            if not check.that(f is not None, where, name, "has an unknown "
                              "stream", stream) or f["kind"] not in "AS":
                continue
            w, r = sides.get("w", []), sides.get("r", [])
            check.that(all(b >= a + f["write_to_read"]
                           for a, b in zip(w, r)), where, run, stream,
                       "is read before a token can come out")
            check.that(peak_of(w, r) <= peak[run, stream], where, run,
                       stream, "holds more than its peak")
            per_frame = f["tokens_per_frame"]
            for row in by_run.get((run,), []):
                for key, side, cycles in (("out_stream", "write", w),
                                          ("in_stream", "read", r)):
                    if row[key] != stream or not row[side + "s"]:
                        continue
                    first = row["frame"] * per_frame
                    last = first + row[side + "s"] - 1
                    if last >= len(cycles):
                        continue
                    check.that(cycles[first] == row["first_" + side] and
                               cycles[last] == row["last_" + side], where,
                               run, row["process"], "frame", row["frame"],
                               side + "s", stream, "at other cycles in the "
                               "events")
    check.that(found > 0, where, "has no events")


def check_design(check, folder):
    with open(os.path.join(folder, "design.json"), encoding="utf-8") as f:
        design = json.load(f)
    where = design["name"]
    check.that(where == os.path.basename(folder), folder, "is called", where)
    for key in ("source", "tool", "part", "clock_ps", "processes"):
        check.that(design.get(key), where, "has no", key)
    t = {k: check.table(os.path.join(folder, k), k) for k in (
        "runs.csv", "frames.csv", "process_frames.csv", "fifos.csv",
        "peaks.csv", "csynth.csv", "csynth_loops.csv")}
    inner = os.path.join(folder, "inner_fifos.csv")
    if os.path.exists(inner):
        check.table(inner, "inner_fifos.csv")
    runs = {r["run"]: r for r in t["runs.csv"]}
    fifos = {f["fifo"]: f for f in t["fifos.csv"]}
    check.that("isolated" in runs and "b2b" in runs, where,
               "lacks the isolated run or the one back to back")
    check_frames(check, where, runs, t["frames.csv"])
    check_fifos(check, where, design, fifos, t["peaks.csv"], runs)
    check_processes(check, where, design, t["process_frames.csv"], runs)
    if t["csynth.csv"]:
        check_csynth(check, where, design, t["csynth.csv"],
                     t["csynth_loops.csv"])
    check_events(check, folder, design, fifos, t["peaks.csv"],
                 t["frames.csv"], t["process_frames.csv"])
    return t


def check_summary(check, data, tables):
    rows = check.table(os.path.join(data, "summary.csv"), "summary.csv")
    check.that({r["design"] for r in rows} == set(tables), "summary.csv",
               "has not one row per design")
    for r in rows:
        t = tables.get(r["design"])
        if t is None:
            continue
        by_run = group(t["frames.csv"], "run")
        b2b = by_run["b2b",]
        k = len(b2b) // 2
        steady = b2b[k]["latency"]
        if steady != b2b[k + 1]["latency"]:
            steady = None
        top = t["csynth.csv"][0]
        due = {"isolated_latency": by_run["isolated",][0]["latency"],
               "b2b_latency_first": b2b[0]["latency"],
               "b2b_latency_steady": steady,
               "interval_steady": b2b[k]["interval"],
               "csynth_latency_min": top["latency_min"],
               "csynth_latency_max": top["latency_max"],
               "csynth_interval_min": top["interval_min"],
               "csynth_interval_max": top["interval_max"]}
        for key, value in due.items():
            check.that(r[key] == value, "summary.csv", r["design"], key,
                       "is", r[key], "but", value, "in its tables")
    for r in check.table(os.path.join(data, "cosim.csv"), "cosim.csv"):
        frames = group(tables[r["design"]]["frames.csv"], "run")[r["run"],]
        f = frames[r["frame"]]
        check.that(f["latency"] == r["latency"], "cosim.csv", r,
                   "was measured as", f["latency"])
        if r["interval"] is not None:
            check.that(frames[r["frame"] + 1]["start"] - f["start"] ==
                       r["interval"], "cosim.csv", r, "interval differs")
    for r in check.table(os.path.join(data, "published.csv"),
                         "published.csv"):
        check.that(r["source"], "published.csv", r["id"], "has no source")


SYNTHESIS_KERNELS = {
    "batchnorm", "clone", "concat", "conv1d", "conv2d", "dense",
    "depthwise1d", "depthwise2d", "elu", "globalpool", "leakyrelu", "linear",
    "maxpool1d", "maxpool2d", "pointwise", "prelu", "relu", "repack",
    "resize", "sigmoid", "softmax", "zeropad"}
WINDOWS = {"conv1d", "conv2d", "depthwise1d", "depthwise2d", "maxpool1d",
           "maxpool2d", "pointwise"}


def known(row, *keys):
    return all(row[k] is not None for k in keys)


def check_window(check, name, r):
    """Sizes of a convolution or pooling fit each other."""
    if known(r, "in_height", "kernel_height", "stride", "out_height"):
        for size, kernel, out in (
                ("in_height", "kernel_height", "out_height"),
                ("in_width", "kernel_width", "out_width")):
            due = (r[size] - r[kernel]) // r["stride"] + 1
            check.that(r[out] == due, *name, out, "is", r[out], "not", due)
    if r["kernel"].startswith("conv") and known(r, "n_in", "in_channels"):
        check.that((r["n_in"], r["n_out"]) ==
                   (r["kernel_height"] * r["kernel_width"] *
                    r["in_channels"], r["out_channels"]), *name,
                   "multiplies", r["n_in"], "by", r["n_out"])


def check_synthesis_loop(check, name, r):
    if r["loop"] is None:
        check.that(not known(r, "trips") and not known(r, "ii"), *name,
                   "has trips or an interval without a loop")
        return
    trips, one = r["trips"], r["iteration_max"]
    if r["loop"].startswith("ReuseLoop"):
        check.that(trips == r["reuse_factor"], *name, "has", trips,
                   "trips of its reuse loop")
    elif not r["loop"].startswith("Pad"):
        tokens = r["in_height"]
        if r["loop"] != "ImageHeight":
            tokens *= r["in_width"]
        check.that(trips == tokens, *name, "has", trips, "trips for", tokens,
                   "tokens")
    # As the tools count: pipelined (n - 1) II + depth - 1, else n times an
    # iteration (check_csynth knows loops that are off by a cycle; here is
    # none).
    due = (trips - 1) * r["ii"] + one - 1 if r["ii"] else trips * one
    check.that(r["loop_latency_max"] == due, *name, "loops for",
               r["loop_latency_max"], "cycles, not", due)
    # A process that is this loop alone takes one cycle to begin and, unless
    # it rewinds or does not overlap, one to end. A global pooling divides and
    # writes behind its loop.
    if r["loop"].startswith(("ReadInput", "ReLU", "Reuse")) and \
            r["kernel"] != "globalpool":
        extra = r["latency_max"] - r["loop_latency_max"]
        check.that(extra in (1, 2), *name, "takes", extra,
                   "cycles more than its loop")
    # The loop reads, calls the helper and counts: two cycles around it.
    if r["helper_latency"] is not None:
        check.that(one == r["helper_latency"] + 2, *name,
                   "has an iteration of", one, "around a helper of",
                   r["helper_latency"])


def check_synthesis_row(check, r):
    name = ("synthesis.csv", r["design"], r["process"])
    check.that(r["kernel"] in SYNTHESIS_KERNELS, *name, "has the kernel",
               r["kernel"])
    check.that(r["strategy"] in ("latency", "resource", None), *name,
               "has the strategy", r["strategy"])
    for key in ("latency", "interval", "iteration", "loop_latency"):
        low, high = r[key + "_min"], r[key + "_max"]
        check.that(low is None or high is not None and low <= high, *name,
                   key, low, "to", high)
    if r["kernel"] in WINDOWS:
        check_window(check, name, r)
    check_synthesis_loop(check, name, r)
    rf = r["reuse_factor"]
    if r["strategy"] == "resource" and rf and known(r, "n_in", "n_out"):
        check.that(r["n_in"] * r["n_out"] % rf == 0, *name,
                   "has no whole number of products per cycle")
    if rf and known(r, "reuse_depth", "product_latency"):
        due = rf + r["reuse_depth"] - 1
        check.that(r["product_latency"] == due, *name, "multiplies for",
                   r["product_latency"], "cycles, not", due)
    if known(r, "helper_latency", "product_latency"):
        # It shifts the line buffer before and writes the token after.
        extra = r["helper_latency"] - r["product_latency"]
        check.that(1 <= extra <= 3, *name, "has a helper", extra,
                   "cycles longer than its product")


def check_fifo_area(check, data, designs):
    """Sums of the listed FIFOs against what the designs state."""
    rows = check.table(os.path.join(data, "fifo_area.csv"), "fifo_area.csv")
    for (name,), fifos in group(rows, "design").items():
        design = designs.get(name)
        if not check.that(design is not None, "fifo_area.csv", name,
                          "is no design"):
            continue
        check.that(len({f["fifo"] for f in fifos}) == len(fifos),
                   "fifo_area.csv", name, "has a FIFO twice")
        for key in ("bram18", "ff"):
            total = sum(f["copies"] * f[key] for f in fifos)
            due = design["fifo_" + key]
            check.that(total <= due, "fifo_area.csv", name, "has", total, key,
                       "of", due)
    return len(rows)


def check_products(check, data):
    rows = check.table(os.path.join(data, "products.csv"), "products.csv")
    seen = set()
    for r in rows:
        name = ("products.csv", r["id"], r["process"])
        check.that(name not in seen, *name, "stands there twice")
        seen.add(name)
        check.that(r["io_type"] in ("io_parallel", "io_stream"), *name,
                   "has the io_type", r["io_type"])
        check.that(known(r, "n_in", "n_out", "clock_ps", "product_latency"),
                   *name, "lacks size, clock or latency")
        check.that(r["strategy"] in ("latency", "resource"), *name,
                   "has the strategy", r["strategy"])
        if known(r, "reuse_factor", "reuse_depth"):
            due = r["reuse_factor"] + r["reuse_depth"] - 1
            check.that(r["product_latency"] == due, *name, "multiplies for",
                       r["product_latency"], "cycles, not", due)
        check.that(re.match(r"\S+/\S+@[0-9a-f]{10,}:\S+", str(r["source"])),
                   *name, "has no repository, commit and folder:",
                   r["source"])
    return len(rows)


POWER_PARTS = ("clocks", "logic", "signals", "dsp", "bram", "uram", "gt", "mmcm",
               "io", "other", "ps", "static")


def check_power(check, data):
    """Parts of the power add up to what the report says of all."""
    rows = check.table(os.path.join(data, "power.csv"), "power.csv")
    check.that(len({r["design"] for r in rows}) == len(rows), "power.csv",
               "has a design twice")
    for r in rows:
        name = ("power.csv", r["design"])
        check.that(re.fullmatch(r"\S+/\S+@[0-9a-f]{40}:\S+",
                                str(r["source"])), *name,
                   "has no repository, commit and file:", r["source"])
        check.that(r["kind"] in ("datapath", "other") and
                   r["use"] in ("all", "static"), *name, "is", r["kind"],
                   "used for", r["use"])
        total = sum(r[part + "_mw"] for part in POWER_PARTS)
        # Up to eight parts are rounded to a milliwatt, or told as "<0.001".
        check.that(abs(total - r["total_mw"]) <= 4, *name, "has parts of",
                   total, "mW, and in all", r["total_mw"])
        check.that((r["static_ps_mw"] or 0) <= r["static_mw"], *name,
                   "has processors with more static power than all")
        for part, count in (("dsp", "dsp"), ("bram", "bram18"),
                            ("uram", "uram"), ("gt", "gt")):
            check.that(r[count] > 0 or r[part + "_mw"] == 0, *name,
                       "has power of", part, "but none of them")
    return len(rows)


def check_synthesis_areas(check, designs, by_design):
    """A process is part of its design."""
    for (name,), rows in by_design.items():
        for key in ("bram18", "dsp", "ff", "lut"):
            top = designs.get(name, {}).get("top_" + key)
            if top is None:
                continue
            total = sum(r[key] or 0 for r in rows)
            total += designs[name]["fifo_" + key] or 0 if key != "dsp" else 0
            check.that(total <= top, "synthesis.csv", name, "has processes",
                       "and FIFOs of", total, key, "in a design of", top)


def check_synthesis(check, data):
    designs = {}
    for d in check.table(os.path.join(data, "synthesis_designs.csv"),
                         "synthesis_designs.csv"):
        name = ("synthesis_designs.csv", d["design"])
        check.that(d["design"] not in designs, *name, "stands there twice")
        designs[d["design"]] = d
        check.that(re.fullmatch(r"\S+/\S+@[0-9a-f]{10,}:\S+",
                                str(d["source"])), *name,
                   "has no repository, commit and folder:", d["source"])
        check.that(d["complete"] in ("yes", "no"), *name, "is complete:",
                   d["complete"])
        check.that(d["tool"] in ("vivado", "vitis") and d["version"] and
                   d["part"] and d["clock_ps"], *name,
                   "lacks tool, version, part or clock")
        for key in ("top_latency", "top_interval"):
            low, high = d[key + "_min"], d[key + "_max"]
            check.that(low is None or low <= high, *name, key, low, "to",
                       high)
        for key in ("cosim_latency", "cosim_interval"):
            values = [d[f"{key}_{k}"] for k in ("min", "avg", "max")]
            check.that(None not in values and values == sorted(values) or
                       values == [None] * 3, *name, key, values)
    rows = check.table(os.path.join(data, "synthesis.csv"), "synthesis.csv")
    for r in rows:
        check_synthesis_row(check, r)
    by_design = group(rows, "design")
    check.that(set(by_design) == {(d,) for d in designs}, "synthesis.csv",
               "has not the designs of synthesis_designs.csv")
    for (name,), group_rows in by_design.items():
        processes = [r["process"] for r in group_rows]
        check.that(len(set(processes)) == len(processes), "synthesis.csv",
                   name, "has a process twice")
        top = designs.get(name, {}).get("top_interval_max")
        slowest = max(r["interval_max"] or 0 for r in group_rows)
        # The design takes a cycle more than its slowest process, unless
        # that one rewinds.
        check.that(top is None or slowest <= top <= slowest + 1 or
                   slowest <= top and designs[name]["complete"] == "no",
                   "synthesis.csv", name, "has an interval of", top,
                   "and a slowest process of", slowest)
    check_synthesis_areas(check, designs, by_design)
    return (len(designs), len(rows), check_fifo_area(check, data, designs),
            check_products(check, data), check_power(check, data))


def check_finn(check, folder):
    with open(os.path.join(folder, "design.json"), encoding="utf-8") as f:
        design = json.load(f)
    where = design["name"]
    last = str(design["links"] - 1)
    t = {}
    for name in ("runs", "frames", "fifos"):
        path = os.path.join(folder, name + ".csv")
        if name != "fifos" or os.path.exists(path):
            t[name] = check.table(path, f"finn/{name}.csv")
    frames = group(t["frames"], "run")
    fifos = {(str(f["run"]), str(f["link"])): f for f in t.get("fifos", [])}
    tokens_in = design["processes"][0]["tokens_in"]
    tokens_out = design["processes"][-1]["tokens_out"]
    for run in t["runs"]:
        name = run["run"]
        rows = frames.get((name,), [])
        check.that((len(rows) == run["frames"]) == (run["deadlock"] == "no"),
                   where, name, len(rows), "frames of", run["frames"],
                   "but deadlock is", run["deadlock"])
        streams = events(check, os.path.join(
            folder, f"events_{name}.csv.xz"))
        if run["source"][0] == "r" or run["sink"][0] == "r":
            check.that(os.path.exists(os.path.join(
                folder, f"stimulus_{name}.txt.xz")), where, name,
                "is random but has no stimulus")
        for k, r in enumerate(rows):
            what = (where, name, "frame", r["frame"])
            check.that(r["frame"] == k and r["latency"] ==
                       r["last_output"] - r["first_input"], *what,
                       "latency is not last_output - first_input")
            check.that(r["interval"] == (
                r["last_output"] - rows[k - 1]["last_output"] if k else
                None), *what, "interval is not the distance of last_output")
            check.that(streams["0"]["w"][k * tokens_in] ==
                       r["first_input"], *what, "begins elsewhere in events")
            out = streams[last]["r"]
            check.that(out[k * tokens_out] == r["first_output"] and
                       out[(k + 1) * tokens_out - 1] == r["last_output"],
                       *what, "has its outputs elsewhere in the events")
        for link, sides in streams.items():
            w, r = sides.get("w", []), sides.get("r", [])
            f = fifos.get((name, link))
            if f is None:
                check.that(w == r, where, name, "link", link,
                           "has no FIFO but holds tokens")
                continue
            check.that(all(b > a for a, b in zip(w, r)), where, name, "link",
                       link, "is read in the cycle of the write")
            check.that(peak_of(w, r) == f["peak"] <= f["depth"], where,
                       name, "link", link, "peak", f["peak"], "but events "
                       "give", peak_of(w, r), "and depth is", f["depth"])


def check_all(data):
    check = Checker()
    check.sizes(data)
    tables = {}
    for name in sorted(os.listdir(data)):
        folder = os.path.join(data, name)
        if os.path.isdir(folder) and name != "finn":
            tables[name] = check_design(check, folder)
    check.that(tables, "there is no design")
    check_summary(check, data, tables)
    finn = os.path.join(data, "finn")
    for name in sorted(os.listdir(finn)):
        check_finn(check, os.path.join(finn, name))
    reported = check_synthesis(check, data)
    return check.faults, len(tables), len(os.listdir(finn)), *reported


# File, what is changed, and words of the complaint.
PLANTED = [
    ("frames.csv", "b2b,1,30,702,1555,1525,777", "b2b,1,30,702,1555,1524,777",
     "latency is not done - start"),
    ("frames.csv", "b2b,1,30,702,1555,1525,777", "b2b,1,30,702,1555,1525,776",
     "interval is not the distance of done"),
    ("frames.csv", "b2b,1,30,702", "b2b,1,29,702", "starts before"),
    ("frames.csv", "isolated,0,", "alone,0,", "unknown run"),
    ("frames.csv", "run,frame,start", "run,frame,begin", "has columns"),
    ("peaks.csv", "isolated,layer4_out,18", "isolated,layer4_out,26",
     "is above its capacity"),
    ("peaks.csv", "isolated,layer4_out,18,25,25", "isolated,layer4_out,1,25,25",
     "holds more than its peak"),
    ("peaks.csv", "isolated,input_1,", "isolated,input_9,", "unknown FIFO"),
    ("fifos.csv", "zeropad_4,conv2d_2,S,", "zeropad_4,conv2d_3,S,",
     "unknown processes"),
    ("csynth.csv", "conv2d_2,conv_2d_cl_array", "conv2d_3,conv_2d_cl_array",
     "one row of level 1 per process"),
    ("csynth.csv", ",101,1976,101,", ",1977,1976,101,", "latency 1977"),
    ("csynth_loops.csv", "2,Loop 1,0,25,25,100,1975", "2,Loop 1,0,25,25,100,19",
     "not about 1975"),
    ("csynth_loops.csv", "72,72,73,73,3,3,1,1,yes", "72,72,73,73,3,3,,1,yes",
     "is pipelined"),
    ("process_frames.csv", "isolated,conv2d_2,0,layer4_out,layer2_out,25,9,4,",
     "isolated,conv2d_2,0,layer4_out,layer2_out,25,9,5,", "at other cycles"),
    ("process_frames.csv", "b2b,zeropad_4,0,input_1,layer4_out,9,25,",
     "b2b,zeropad_4,0,input_1,layer4_out,9,24,", "moves 24 tokens of 25"),
]


# The same in one FINN module.
PLANTED_FINN = [
    ("frames.csv", "free,0,0,1,400,400", "free,0,0,1,400,399",
     "latency is not last_output"),
    ("frames.csv", "free,0,0,1,400,400", "free,0,1,1,400,399",
     "begins elsewhere"),
    ("fifos.csv", "outp5,0,3,3", "outp5,0,3,2", "but events give 3"),
    ("runs.csv", ",a,p5,1,", ",a,r5,1,", "has no stimulus"),
]


# The same in the tables of reports.
PLANTED_SYNTHESIS = [
    ("synthesis.csv", "tsopeter_tmp,conv_8,", "tsopeter_tmp,conv_5,",
     "has a process twice"),
    ("synthesis.csv", "tsopeter_tmp,linear_13", "tsopeter,linear_13",
     "has not the designs"),
    ("synthesis.csv", "relu_5,relu,", "relu_5,rellu,", "has the kernel"),
    ("synthesis.csv", ",ReadInput,1156,1,4,4,", ",ReadInput,1156,1,5,5,",
     "loops for 1158"),
    ("synthesis.csv", ",4,150,262144,9830400,", ",4,151,262144,9830400,",
     "loops for 9830400"),
    ("synthesis.csv", ",1156,1,4,4,,1158,,", ",1155,1,4,4,,1157,,",
     "trips for 1156"),
    ("synthesis.csv", ",148,148,145,144,2,", ",147,148,145,144,2,",
     "around a helper"),
    ("synthesis.csv", ",145,144,2,", ",144,144,2,", "multiplies for 144"),
    ("synthesis.csv", ",10,10,4,3,3,1,8,8,8,", ",10,10,4,3,3,1,8,7,8,",
     "out_width is 7"),
    ("synthesis.csv", ",262145,9830401,262145,", ",9830402,9830401,262145,",
     "latency 9830402"),
    ("synthesis.csv", ",0,1005,9217,48455,", ",0,1005,9217,148455,",
     "in a design of"),
    ("fifo_area.csv", "cestmer_alexnet,layer10_out,1,256,64,4,",
     "cestmer_alexnet,layer10_out,1,256,64,5,", "365 bram18 of 364"),
    ("power.csv", ",475,2898,2751,", ",475,2988,2751,", "has parts of"),
    ("power.csv", ",1563,1658,0,0,", ",0,1658,0,0,", "but none of them"),
    ("power.csv", "@cdc9485c7eb4b3822a963efd1706344852e219c1:", "@main:",
     "no repository"),
    ("products.csv", ",5000,io_parallel,16,", ",5000,parallel,16,",
     "has the io_type"),
    ("synthesis_designs.csv", "@0754a449bc", "@main", "no repository"),
    ("synthesis_designs.csv", ",13961,18693,", ",18694,18693,",
     "cosim_latency"),
    ("synthesis_designs.csv", ",12338,", ",12340,", "a slowest process of"),
]


def plant(source, check_one, cases, ignore=None):
    wrong = []
    for name, old, new, words in cases:
        with tempfile.TemporaryDirectory() as root:
            folder = os.path.join(root, os.path.basename(source))
            shutil.copytree(source, folder, ignore=ignore)
            path = os.path.join(folder, name)
            with open(path, encoding="utf-8") as f:
                text = f.read()
            if old not in text:
                wrong.append(f"{name} has no '{old}' to change")
                continue
            with open(path, "w", encoding="utf-8") as f:
                f.write(text.replace(old, new, 1))
            check = Checker()
            check_one(check, folder)
            if not any(words in fault for fault in check.faults):
                wrong.append(f"planted '{new}' in {name}: '{words}' is not "
                             f"among {check.faults}")
    check = Checker()
    check_one(check, source)
    return wrong + check.faults


def self_test():
    data = os.path.join(HERE, "data")
    return plant(os.path.join(data, "conv8f"), check_design, PLANTED) + \
        plant(os.path.join(data, "finn", "fifo_Qsrl_d3"), check_finn,
              PLANTED_FINN) + \
        plant(data, check_synthesis, PLANTED_SYNTHESIS,
              lambda _, names: [n for n in names
                                if not n.startswith((
                                    "synthesis", "fifo_area", "products",
                                    "power"))])


def main():
    read_columns()
    faults = self_test()
    if faults:
        print("self-test:\n" + "\n".join(faults))
        return 1
    if sys.argv[1:] == ["--self-test"]:
        planted = len(PLANTED + PLANTED_FINN + PLANTED_SYNTHESIS)
        print(f"{planted} planted faults were all found")
        return 0
    faults, designs, modules, reported, rows, fifos, products, powers = \
        check_all(os.path.join(HERE, "data"))
    print("\n".join(faults[:60]))
    print(f"{designs} designs, {modules} FINN modules and pipelines, "
          f"{reported} designs with {rows} processes, {fifos} FIFOs and "
          f"{products} further products from reports, {powers} power reports, "
          f"{len(faults)} faults")
    return bool(faults)


sys.exit(main())
