#!/usr/bin/env python3
"""What hardware takes of power: coefficients, and how wrong they are.

Fitted to public power reports (data/power.csv), which are estimates of Vivado for
routed designs.  The program reads the coefficients from models/devices.

    tests/accuracy/power.py            the tables of docs/power.md
    tests/accuracy/power.py --fit      fits, and writes "power" of the devices
    tests/accuracy/power.py --write    writes the tables into docs/power.md
    tests/accuracy/power.py --check    exit 1 unless devices and tables are up to
                                       date and no error is above its bound

"Left out": the designs of every author are predicted by coefficients fitted to
those of the other authors.
"""
import csv
import json
import math
import pathlib
import re
import statistics
import sys

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
DATA = HERE / "data/power.csv"
DEVICES = ROOT / "models/devices"
PAGE = ROOT / "docs/power.md"

# Part of the power -> what it is proportional to, with the clock.
COMPONENTS = {
    "clocks": lambda r: r["ff"],
    "logic": lambda r: r.luts(),
    "signals": lambda r: r.luts() + r["ff"],  # a net for each output
    "dsp": lambda r: r["dsp"],
    "bram": lambda r: r["bram18"],
    "uram": lambda r: r["uram"],
}
KEYS = {"clocks": "clock_fj", "logic": "lut_fj", "signals": "net_fj",
        "dsp": "dsp_fj", "bram": "bram18_fj", "uram": "uram_fj"}
# The process and the voltage that its coefficients are for.
PROCESSES = {"UltraScale+": 850, "7 series": 1000}
COMPONENT_MIN_MW = 10  # reports are rounded to 1 mW
# Below, a report is mostly of what connects a design with its processor.
DESIGN_MIN_MW = 75
AUTHORS_MIN = 5  # with fewer authors of large datapaths, all designs are used

# UltraScale, 20 nm: no report of a design with one clock was found.  Scaled from
# UltraScale+: energy goes with the square of the voltage (0.95 V for 0.85 V) and
# with capacitance, hence with the feature size (20 nm for 16 nm).
ULTRASCALE = (950 / 850) ** 2 * 20 / 16
ULTRASCALE_WIDER = 1.5

# Leakage grows by 1 % a kelvin (xck26: 301 mW at 31.4 C, 335 mW at 41.0 C).
# Reports are for 25 C around the device; it may be 40 K more.
STATIC_PERCENT = (90, 140)
# Static power in proportion to LUTs is off by up to a third, from the xczu3eg to
# the xcvu9p (the table says so), and the temperature comes on top.
STATIC_SCALED_PERCENT = (65, 190)
# One report each of a GTH and a GTY; that of the GTY has 20 to 25 Gbit/s.
LANE_PERCENT = (70, 140)
GTH_GBITS, GTY_GBITS = 10.3125, 22.5

# device -> (process, parts of its static power or (parts, LUTs scaled from), has
# processors, kind of transceiver)
CATALOGUE = {
    "xczu9eg": ("UltraScale+", ("xczu9eg",), None, "xczu", "GTH"),
    "xczu7ev": ("UltraScale+", ("xczu7ev",), None, "xczu", "GTH"),
    "xcu200": ("UltraScale+", ("xcvu9p",), None, None, "GTY"),
    "xcu250": ("UltraScale+", ("xcvu9p",), 1182240, None, "GTY"),
    "xcku115": ("UltraScale", ("xcku040",), 242400, None, "GTH"),
    "xc7z020": ("7 series", ("xc7z020",), None, "xc7z", None),
    "xc7a100t": ("7 series", ("xc7a100t",), None, None, None),
}
# The median of left-out errors may not grow above these (--check), as factors:
# what they are, rounded up.
BOUNDS = {"UltraScale+": 1.5, "7 series": 1.5}


class Row(dict):
    """A report; numbers are numbers."""

    def __init__(self, row):
        super().__init__({k: int(v) if re.fullmatch(r"\d+", v) else v
                          for k, v in row.items()})
        self.author = row["source"].split("/")[0]
        self.process = ("7 series" if row["part"].startswith("xc7") else
                        "UltraScale" if row["part"].startswith("xcku0") else
                        "UltraScale+")

    def luts(self):
        return self["lut"] + self["lutram"] + self["srl"]

    def volume(self, part):
        """What the part is proportional to, in 1e12 a second: times
        femtojoules this is milliwatts."""
        period = self["clock_ps"]
        if part == "dsp" and self["dsp_clock_ps"]:
            period = self["dsp_clock_ps"]
        volts = self["vccint_mv"] / PROCESSES[self.process]
        return COMPONENTS[part](self) / period * volts ** 2

    def measured(self):
        return sum(self[part + "_mw"] for part in COMPONENTS)

    def predicted(self, energies):
        return sum(energies[part] * self.volume(part) for part in COMPONENTS)


def load():
    with open(DATA, newline="", encoding="utf-8") as file:
        return [Row(r) for r in csv.DictReader(file)]


def usable(rows, process):
    """The designs to fit to: large datapaths, if there are enough."""
    rows = [r for r in rows if r.process == process and r["use"] == "all"]
    large = [r for r in rows if r["kind"] == "datapath" and
             r.measured() >= DESIGN_MIN_MW]
    return large if len({r.author for r in large}) >= AUTHORS_MIN else rows


def fit(rows):
    """Femtojoules a cycle, by part: the median of the authors, each with the
    median of his designs."""
    energies = {}
    for part in COMPONENTS:
        authors = {}
        for r in rows:
            if r[part + "_mw"] >= COMPONENT_MIN_MW:
                authors.setdefault(r.author, []).append(
                    r[part + "_mw"] / r.volume(part))
        energies[part] = round(statistics.median(
            statistics.median(v) for v in authors.values())) if authors else 0
    return energies


def left_out(rows):
    """Report / prediction of every design by the other authors' designs."""
    ratios = {}
    for r in rows:
        energies = fit([o for o in rows if o.author != r.author])
        for part in COMPONENTS:  # only one author has it
            if energies[part] == 0:
                energies[part] = fit(rows)[part]
        ratios[r["design"]] = r.measured() / r.predicted(energies)
    return ratios


def quantile(values, share):
    """Of the values in order, the one that this share of them reaches at most,
    between two of them in proportion."""
    values = sorted(values)
    at = share * (len(values) - 1)
    low = math.floor(at)
    high = min(low + 1, len(values) - 1)
    return values[low] + (at - low) * (values[high] - values[low])


def factor(ratios):
    """The median error, as a factor up or down."""
    return math.exp(statistics.median(abs(math.log(r)) for r in ratios))


def static_mw(rows, name):
    """Static power of a device with its processors, and where it is from."""
    _, parts, luts, processors, _ = CATALOGUE[name]
    found = [r for r in rows if r["part"].startswith(parts)]
    own = [s for r in rows if isinstance(s := r["static_ps_mw"], int) and s > 0]
    values = []
    for r in found:
        mw = r["static_mw"]
        if r["static_ps_mw"] == "" and processors == "xczu":
            mw += round(statistics.median(own))
        if processors != "xc7z" or r["ps_mw"] > 0:
            values.append(mw)
    mw = round(statistics.median(values))
    if luts is None:
        return mw, f"static power: {len(values)} of {parts[0]}"
    lut = json.loads((DEVICES / f"{name}.json").read_text())["lut"]
    return round(mw * lut / luts), (
        f"static power: {len(values)} of {parts[0]}, in proportion to LUTs")


def device_power(rows, name):
    process, _, luts, processors, lane = CATALOGUE[name]
    base = "UltraScale+" if process == "UltraScale" else process
    chosen = usable(rows, base)
    energies = fit(chosen)
    ratios = list(left_out(chosen).values())
    least, most = quantile(ratios, 0.1), quantile(ratios, 0.9)
    how = f"energies: {len(chosen)} reports of {process}"
    if process == "UltraScale":
        energies = {k: round(v * ULTRASCALE) for k, v in energies.items()}
        least, most = least / ULTRASCALE_WIDER, most * ULTRASCALE_WIDER
        how = (f"energies: {len(chosen)} reports of {base}, scaled to 20 nm and "
               "0.95 V")
    static, where = static_mw(rows, name)
    power = {KEYS[part]: energies[part] for part in COMPONENTS}
    power["dynamic_percent"] = [round(100 * least), round(100 * most)]
    power["static_mw"] = static
    power["static_percent"] = list(STATIC_PERCENT if luts is None else
                                   STATIC_SCALED_PERCENT)
    if processors is not None:
        mw = [r["ps_mw"] for r in rows
              if r["ps_mw"] > 0 and (r.process == "7 series") ==
              (processors == "xc7z")]
        middle = round(statistics.median(mw))
        power["processors"] = {
            "on": True, "mw": middle,
            "percent": [math.floor(100 * min(mw) / middle),
                        math.ceil(100 * max(mw) / middle)]}
    if lane is not None:
        design, gbits = (("phamduong_10g", GTH_GBITS) if lane == "GTH" else
                         ("fluorine_gty_ex", GTY_GBITS))
        report = next(r for r in rows if r["design"] == design)
        power["lane"] = {
            "fj_per_bit": round(report["gt_mw"] * 1000 / gbits),
            "percent": list(LANE_PERCENT)}
    power["sources"] = [
        f"Vivado power reports in tests/accuracy/data/power.csv; {how}; {where}",
        "docs/power.md says how they were fitted, and how wrong they are"]
    return power


def devices(rows):
    """Name -> text of the file with its power."""
    for name in CATALOGUE:
        device = json.loads((DEVICES / f"{name}.json").read_text())
        sources = device.pop("sources")
        device["power"] = device_power(rows, name)
        device["sources"] = sources
        text = json.dumps(device, indent=2) + "\n"
        # Two bounds stand in a line.
        yield name, re.sub(r"\[\s+(\d+),\s+(\d+)\s+\]", r"[\1, \2]", text)


def lines_of_table(head, rows):
    yield "| " + " | ".join(head) + " |"
    yield "|" + "---|" * len(head)
    for row in rows:
        yield "| " + " | ".join(str(c) for c in row) + " |"


def coefficient_lines(rows):
    yield "Energies in femtojoules a cycle, and errors of the designs they are fitted to:"
    yield ""

    def table():
        for process in PROCESSES:
            chosen = usable(rows, process)
            energies = fit(chosen)
            ratios = list(left_out(chosen).values())
            yield (process, f"{len(chosen)} of {len({r.author for r in chosen})}",
                   *(energies[p] or "-" for p in COMPONENTS),
                   f"{factor(ratios):.2f}", f"{quantile(ratios, 0.1):.2f}",
                   f"{quantile(ratios, 0.9):.2f}")
    yield from lines_of_table(
        ("process", "designs, of authors", "clock of a FF", "LUT", "net", "DSP",
         "BRAM18", "URAM", "left out: median factor", "10 %", "90 %"), table())


def design_lines(rows):
    yield "Dynamic power of the logic, without processors, pins, clock managers and"
    yield "transceivers; report / prediction, left out where the design is in the fit:"
    yield ""

    def table():
        for process in PROCESSES:
            chosen = usable(rows, process)
            energies, ratios = fit(chosen), left_out(chosen)
            for r in rows:
                if r.process != process or r["use"] != "all":
                    continue
                fitted = r["design"] in ratios
                ratio = ratios.get(r["design"],
                                   r.measured() / r.predicted(energies))
                yield (r["design"], r["part"].split("-")[0],
                       f"{1e6 / r['clock_ps']:.0f}", r.luts(), r["ff"], r["dsp"],
                       r["bram18"], r.measured(), f"{ratio:.2f}",
                       "yes" if fitted else "no", r["note"])
    yield from lines_of_table(
        ("design", "part", "MHz", "LUT", "FF", "DSP", "BRAM18", "report, mW",
         "ratio", "in the fit", "what it is"), table())


def static_lines(rows):
    yield "Static power of the logic, without that of processors:"
    yield ""
    luts = {"xczu3eg": 70560, "xck26": 117120, "xczu7ev": 230400,
            "xczu9eg": 274080, "xczu19eg": 522720, "xcvu9p": 1182240,
            "xcku040": 242400, "xc7a100t": 63400}

    def table():
        for part, count in luts.items():
            mw = [r["static_mw"] - (r["static_ps_mw"] or 0) for r in rows
                  if r["part"].startswith(part)]
            middle = statistics.median(mw)
            yield (part, len(mw), min(mw), max(mw), f"{count:,}",
                   f"{1000 * middle / count:.2f}")
    yield from lines_of_table(("part", "reports", "least, mW", "most, mW", "LUTs",
                               "uW a LUT"), table())


def tables(rows):
    yield from coefficient_lines(rows)
    yield ""
    yield from design_lines(rows)
    yield ""
    yield from static_lines(rows)


def page(rows):
    text = PAGE.read_text(encoding="utf-8")
    begin, end = "<!-- power.py begins -->\n", "<!-- power.py ends -->\n"
    before, rest = text.split(begin)
    _, after = rest.split(end)
    return text, (before + begin + "\n".join(tables(rows)) + "\n" + end + after)


def faults(rows):
    for name, text in devices(rows):
        if (DEVICES / f"{name}.json").read_text() != text:
            yield f"models/devices/{name}.json is not what power.py --fit writes"
    old, new = page(rows)
    if old != new:
        yield "docs/power.md is not what power.py --write writes"
    for process, bound in BOUNDS.items():
        error = factor(left_out(usable(rows, process)).values())
        if error > bound:
            yield f"{process}: the median error grew to {error:.2f}"


def main():
    rows = load()
    if sys.argv[1:] == ["--fit"]:
        for name, text in devices(rows):
            (DEVICES / f"{name}.json").write_text(text)
    elif sys.argv[1:] == ["--write"]:
        PAGE.write_text(page(rows)[1], encoding="utf-8")
    elif sys.argv[1:] == ["--check"]:
        found = list(faults(rows))
        if found:
            sys.exit("\n".join(found))
    elif sys.argv[1:]:
        sys.exit(__doc__)
    else:
        print("\n".join(tables(rows)))


if __name__ == "__main__":
    main()
