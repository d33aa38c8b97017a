"""Calibrates the cost model against Yosys.

  calibrate.py [--unseen] [--jobs N] [--only MODULE[,MODULE]] [--repeat]
               [--fit PROGRAM]
  calibrate.py [--unseen] --residuals PROGRAM

Synthesises the sample of samples.py (as synthesis.py says) and keeps the
results in measurements.csv; rows whose hardware has not changed since are
taken from there, unless --repeat is given, which synthesises all rows again
and tells what differs (exit status 1).  An interrupted run goes on where it
was.  With --fit, PROGRAM is the test program test_measured: the prices in
sim/cost/coefficients.def are fitted to the rows with an even index, and the
errors on the others are printed.  --residuals prints those errors with the
prices as they are, and synthesises nothing.

--unseen does the same with a second sample, which is kept in unseen.csv and
never fitted to.  Rules and prices must not be changed after a look at it, or
it measures nothing any more; then it is time for another seed.
"""

import argparse
import concurrent.futures
import csv
import os
import re
import subprocess
import sys

import samples
import synthesis

HERE = os.path.dirname(os.path.abspath(__file__))
MEASUREMENTS = os.path.join(HERE, "measurements.csv")
UNSEEN = os.path.join(HERE, "unseen.csv")
COEFFICIENTS = os.path.join(HERE, "..", "..", "sim", "cost",
                            "coefficients.def")
COLUMNS = ["module", "rtl", "use", "parameters", "lut", "ff", "dsp", "bram18"]
RESULTS = COLUMNS[4:]
BATCH = 3  # rows in one run of Yosys


def text_of(parameters):
    return " ".join(
        "%s=%s" % (k, ",".join(map(str, v)) if isinstance(v, tuple) else v)
        for k, v in parameters.items())


def read_measurements(path):
    if not os.path.exists(path):
        return []
    with open(path, newline="", encoding="utf-8") as f:
        return list(csv.DictReader(f, delimiter=";"))


def write_measurements(path, rows):
    with open(path, "w", newline="", encoding="utf-8") as f:
        w = csv.DictWriter(f, COLUMNS, delimiter=";", lineterminator="\n")
        w.writeheader()
        w.writerows(rows)


def measure(args):
    """The rows of the sample, synthesised where needed; those that another
    run measured differently, as texts."""
    known = {(r["module"], r["rtl"], r["parameters"]): r
             for r in read_measurements(args.path)}
    others = [r for r in known.values()
              if args.only and r["module"] not in args.only]
    digests = {m: synthesis.digest(m) for m in samples.MODULES}
    rows, todo, changed, failed = [], [], [], []
    sample = samples.unseen() if args.unseen else samples.calibration()
    for module, parameters, index in sample:
        if args.only and module not in args.only:
            continue
        row = {"module": module, "rtl": digests[module],
               "use": ("unseen" if args.unseen else
                       "check" if index % 2 else "fit"),
               "parameters": text_of(parameters)}
        old = known.get((module, row["rtl"], row["parameters"]))
        if old:
            row.update({k: old[k] for k in RESULTS})
        if not old or args.repeat:
            todo.append((row, parameters))
        rows.append(row)
    # The quick ones first: a run that is broken off is of use too.
    todo.sort(key=lambda job: samples.effort(job[1]))

    def measure_some(jobs):
        found = synthesis.synthesise(
            [(row["module"], parameters,
              samples.memories(row["module"], parameters))
             for row, parameters in jobs])
        for (row, _), cells in zip(jobs, found):
            before = [row.get(k) for k in RESULTS]
            row.update({k: str(v) for k, v in synthesis.count(cells).items()})
            after = [row[k] for k in RESULTS]
            if before[0] is not None and before != after:
                changed.append("%s %s: %s, was %s" % (
                    row["module"], row["parameters"], after, before))

    with concurrent.futures.ThreadPoolExecutor(args.jobs) as pool:
        done = [pool.submit(measure_some, todo[i:i + BATCH])
                for i in range(0, len(todo), BATCH)]
        for i, d in enumerate(concurrent.futures.as_completed(done)):
            if d.exception():  # goes on: the others are of use
                failed.append(str(d.exception()))
                print(failed[-1], file=sys.stderr)
            write_measurements(args.path,
                               others + [r for r in rows if "ff" in r])
            print("%d of %d" % (min((i + 1) * BATCH, len(todo)), len(todo)),
                  file=sys.stderr)
    if failed:
        sys.exit("%d runs of Yosys failed" % len(failed))
    order = samples.MODULES
    rows = sorted(others + rows, key=lambda r: order.index(r["module"]))
    write_measurements(args.path, rows)
    return rows, changed


def read_bills(program, path):
    """Of each row of the measurements what its bill says."""
    out = subprocess.run([program, "--bills", path], check=True, text=True,
                         stdout=subprocess.PIPE).stdout
    lines = [line.split() for line in out.splitlines()]
    return lines[0], [list(map(int, line)) for line in lines[1:]]


def fit(parts, bills, luts):
    """Prices, none negative, with the least sum of squared relative errors,
    by coordinate descent."""
    weights = [1.0 / max(lut, 8) for lut in luts]
    columns = [[b[j] * w for b, w in zip(bills, weights)]
               for j in range(len(parts))]
    prices = [1.0] * len(parts)
    rest = [lut * w - sum(c[i] * p for c, p in zip(columns, prices))
            for i, (lut, w) in enumerate(zip(luts, weights))]
    # A small pull towards 1, which decides where the sample does not.
    pull = 0.002
    for _ in range(4000):
        moved = 0.0
        for j, c in enumerate(columns):
            top = sum(x * r for x, r in zip(c, rest)) + pull * (1 - prices[j])
            step = top / (sum(x * x for x in c) + pull)
            step = max(step, -prices[j])
            if step:
                prices[j] += step
                rest = [r - x * step for x, r in zip(c, rest)]
                moved = max(moved, abs(step))
        if moved < 1e-5:
            break
    return prices


def write_coefficients(parts, prices):
    with open(COEFFICIENTS, encoding="utf-8") as f:
        text = f.read()
    for part, price in zip(parts, prices):
        text = re.sub(r"COEFFICIENT\(%s,\s*\d+\)" % part,
                      "COEFFICIENT(%s, %d)" % (part, round(1000 * price)),
                      text)
    with open(COEFFICIENTS, "w", encoding="utf-8") as f:
        f.write(text)


def read_prices(parts):
    with open(COEFFICIENTS, encoding="utf-8") as f:
        found = dict(re.findall(r"COEFFICIENT\((\w+),\s*(\d+)\)", f.read()))
    return [int(found[part]) / 1000 for part in parts]


def predict(bills, prices):
    """lut, ff, dsp, bram18 of each bill: LUTs that are memory, ff, dsp,
    bram18, then the parts."""
    return [[b[0] + round(sum(x * p for x, p in zip(b[4:], prices)))] + b[1:4]
            for b in bills]


def median(values):
    values = sorted(values)
    n = len(values)
    return (values[(n - 1) // 2] + values[n // 2]) / 2 if n else 0.0


def relative(predicted, measured):
    return abs(predicted - measured) / max(measured, 1)


def print_residuals(rows, predictions):
    """predictions: lut, ff, dsp, bram18 of each row."""
    print("| module | rows | LUT median | LUT max | FF median | FF max "
          "| DSP | BRAM18 |")
    print("|---|---|---|---|---|---|---|---|")
    names = [m for m in samples.MODULES if any(r["module"] == m for r in rows)]
    for name in names + [None]:
        chosen = [(r, p) for r, p in zip(rows, predictions)
                  if r["use"] != "fit" and name in (None, r["module"])]
        if not chosen:
            continue
        errors = [[relative(p[i], int(r[RESULTS[i]])) for r, p in chosen]
                  for i in range(2)]
        wrong = [sum(p[i] != int(r[RESULTS[i]]) for r, p in chosen)
                 for i in (2, 3)]
        print("| %s | %d | %.1f %% | %.1f %% | %.1f %% | %.1f %% | %s | %s |" %
              (name or "all", len(chosen), 100 * median(errors[0]),
               100 * max(errors[0]), 100 * median(errors[1]),
               100 * max(errors[1]),
               *("exact" if w == 0 else "%d wrong" % w for w in wrong)))


def main():
    parser = argparse.ArgumentParser(
        description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--unseen", action="store_true")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--only", type=lambda s: set(s.split(",")))
    parser.add_argument("--repeat", action="store_true")
    parser.add_argument("--fit", metavar="PROGRAM")
    parser.add_argument("--residuals", metavar="PROGRAM")
    args = parser.parse_args()
    if args.unseen and args.fit:
        parser.error("what prices are fitted to is not unseen")
    args.path = UNSEEN if args.unseen else MEASUREMENTS
    if args.residuals:
        head, bills = read_bills(args.residuals, args.path)
        print_residuals(read_measurements(args.path),
                        predict(bills, read_prices(head[4:])))
        return 0
    rows, changed = measure(args)
    print("\n".join(changed), end="\n" if changed else "")
    if args.fit:
        head, bills = read_bills(args.fit, args.path)
        parts = head[4:]
        chosen = [i for i, r in enumerate(rows) if r["use"] == "fit"]
        prices = fit(parts, [bills[i][4:] for i in chosen],
                     [int(rows[i]["lut"]) - bills[i][0] for i in chosen])
        write_coefficients(parts, prices)
        print_residuals(rows, predict(bills, prices))
    return 1 if changed else 0


if __name__ == "__main__":
    sys.exit(main())
