#!/usr/bin/env python3
"""Makes models/calibration/hls4ml.json from synthesis reports of public designs, or a
calibration of another tool from those of your own.

    models/calibration/fit_hls4ml.py            writes it
    models/calibration/fit_hls4ml.py --check    exit 1 if it is not what would be written
    models/calibration/fit_hls4ml.py --rules    how many reports each rule holds for
    models/calibration/fit_hls4ml.py --dropped  which reports are not used, and why
    models/calibration/fit_hls4ml.py --own hls4ml/TOOL --like FAMILY MODEL...
        the calibration of a family that the program does not know, on stdout: from
        model configs of the family that it is like, with the tool's "reports"
        (docs/hls4ml.md).  The program is $HEADRACE_BINARY, or headrace in the PATH

Every quantity of a report is a sum of terms, each with a reason in the hardware
(docs/hls4ml.md, Rules), and a base that is fitted: the number that most rows of the
same kernel, tool and clock agree on.  Two of the terms need delays in picoseconds,
which are fitted for each version of the tools.
"""
import argparse
import collections
import json
import os
import pathlib
import subprocess
import sys

import report_rows
from report_rows import VITIS, VIVADO

FILE = pathlib.Path(__file__).resolve().parent / "hls4ml.json"
# What the tools leave for the logic of a clock period: their default clock
# uncertainty is 27 % in Vitis HLS and 12.5 % in Vivado HLS.
USABLE_PERMILLE = {VITIS: 730, VIVADO: 875}
LOG_ONE = 1024  # a logarithm of 1
MILLION = 1000000
KNOWN_LEAST = 4
# A bound holds for so many of the reports behind it: one that is odd for reasons of
# its own shall not set it for all.  Of fewer than ten reports it holds for all.
WITHIN_PERCENT = 90


def log2(n):
    """In units of 1 / LOG_ONE, rounded down; as the program computes it."""
    whole = n.bit_length() - 1
    x = (n << 16) >> whole
    fraction = 0
    for _ in range(10):
        x = (x * x) >> 16
        fraction *= 2
        if x >= 2 << 16:
            x >>= 1
            fraction += 1
    return whole * LOG_ONE + fraction


def usable_ps(row):
    return row.clock_ps * USABLE_PERMILLE[row.vendor] // 1000


def product_of(row, delays):
    """States between the registers around a sum of products that is computed at
    once: a tree of adders is as deep as the logarithm of its inputs."""
    path = max(delays["product_least_ps"], delays["product_ps"] +
               delays["add_ps"] * log2(row.inputs) // LOG_ONE)
    return max(0, path // usable_ps(row))


def stages_of(row, delays):
    """States of a multiplier in a loop over the reuse factor."""
    return max(1, delays["multiply_ps"] // usable_ps(row))


def levels_of(row, delays):
    """States of the adders that sum what is multiplied for one output in one
    round of a loop over the reuse factor."""
    each = -(-row.inputs // (row.reuse or 1))
    return delays["loop_add_ps"] * (each - 1).bit_length() // usable_ps(row)


def compares_of(row, delays):
    """States of the comparisons of a window: Vivado makes a chain of them, Vitis
    a tree."""
    depth = (row.window - 1).bit_length() if row.vendor == VITIS \
        else row.window - 1
    return delays["compare_ps"] * depth // usable_ps(row)


def features(row, delays):
    product = product_of(row, delays)
    return {
        "reuse": row.reuse or 1,
        "tokens": row.tokens,
        "product": product,
        # A function with a product of two states or more needs one more.
        "helper": product + (1 if product >= 2 else 0),
        "stages": stages_of(row, delays),
        "levels": levels_of(row, delays),
        "compares": compares_of(row, delays),
        "turns": report_rows.turns(row),
    }


# --- delays ------------------------------------------------------------------

def centre(cells):
    """The middle of the best cells, a robust choice among equals."""
    best = max(hits for hits, _ in cells)
    points = [p for hits, p in cells if hits == best]
    middle = [sum(p[i] for p in points) / len(points)
              for i in range(len(points[0]))]
    return min(points, key=lambda p: sum((a - b) ** 2
                                         for a, b in zip(p, middle)))


def at_once(row):
    return row.strategy == "latency" or row.reuse == 1


def fit_product(known):
    names = ("add_ps", "product_ps", "product_least_ps")
    cells = []
    seen = [(log2(r.inputs), usable_ps(r), r.product) for r in known]
    for add in range(600, 4001, 200):
        for product in range(-10000, 4001, 400):
            for least in range(0, 8001, 1000):
                # As product_of, but for thousands of cells.
                hits = sum(max(0, max(least, product + add * log // LOG_ONE)
                               // usable) == states
                           for log, usable, states in seen)
                cells.append((hits, (add, product, least)))
    return dict(zip(names, centre(cells)))


def fit_multiply(known):
    cells = []
    for multiply in range(1000, 30001, 200):
        delays = {"multiply_ps": multiply}
        cells.append((sum(1 + stages_of(r, delays) == reuse_depth(r)
                          for r in known), (multiply,)))
    return {"multiply_ps": centre(cells)[0]}


def reuse_depth(row):
    if row.vendor != VITIS:
        return None
    if row.kernel == "dense" and row.one_token and row.strategy == "resource":
        return row.depth
    return row.reuse_depth


def own_or_all(rows, family, known):
    """What is known in a version of the tool, or in all of Vitis: delays of
    operators are of the tool's library, but a few rows tell nothing.  Reports of
    Vivado never say what a product takes."""
    vitis = [r for r in rows if r.vendor == VITIS and known(r)]
    own = [r for r in vitis if r.family == family]
    return own if len(own) >= KNOWN_LEAST else vitis


def fit_delays(rows, family):
    return {**fit_product(own_or_all(rows, family, lambda r:
                                     r.product is not None and at_once(r))),
            **fit_multiply(own_or_all(rows, family, lambda r:
                                      reuse_depth(r) is not None))}


def fit_by_agreement(rows, name, steps, quantity, delays):
    """The delay with which most rows of the same key agree on their base."""
    cells = []
    for value in steps:
        trial = {**delays, name: value}
        groups = collections.defaultdict(collections.Counter)
        for r in rows:
            rest = getattr(r, quantity) - sum(
                features(r, trial)[t] for t in rule_of(r)[quantity])
            groups[json.dumps(key_of(r)) + r.family][rest] += 1
        cells.append((sum(max(g.values()) for g in groups.values()),
                      (value,)))
    return centre(cells)[0]


def fit_inner(rows, delays):
    """What no report says by itself, of all tools together."""
    out = {**delays, "loop_add_ps": 0, "compare_ps": 0}
    loops = [r for r in rows if r.kernel == "conv2d" and r.fire is not None
             and rule_of(r).get("fire") and r.reuse]
    out["loop_add_ps"] = fit_by_agreement(
        loops, "loop_add_ps", range(0, 4001, 100), "fire", out)
    pools = [r for r in rows if r.kernel == "maxpool2d" and not r.one_token
             and r.depth is not None]
    out["compare_ps"] = fit_by_agreement(
        pools, "compare_ps", range(0, 3001, 100), "depth", out)
    return out


# --- rules -------------------------------------------------------------------

def rule_of(row):
    """The terms of each quantity besides its base; None: there is no rule."""
    vitis = row.vendor == VITIS
    resource = row.strategy == "resource" and not at_once(row)
    if row.kernel in ("conv2d", "depthwise_conv2d"):
        if row.one_token:
            return {"latency": ["reuse"]}
        if row.pointwise:
            return {"ii": ["reuse"], "depth": ["reuse"]}
        if resource:
            return {"idle": [], "fire": ["reuse", "stages", "levels"]}
        if vitis:
            return {"ii": ["helper"], "depth": ["helper"]}
        return {"ii": [], "depth": []}
    if row.kernel == "dense":
        if row.one_token and vitis:
            return {"ii": ["reuse"], "depth": ["stages"]} if resource \
                else {"latency": ["product"]}
        tokens = [] if row.one_token else ["tokens"]
        if vitis and not resource:
            return {"latency": tokens + ["product"]}
        return {"latency": tokens + ["reuse"] +
                (["stages"] if resource else [])}
    if row.kernel == "batchnorm" and row.one_token:
        return {"latency": ["turns"]}
    if row.kernel == "maxpool2d" and not row.one_token:
        return {"ii": [], "depth": ["compares"]}
    return {"latency": []} if row.one_token else {"ii": [], "depth": []}


def key_of(row):
    """Rows with the same key share their bases."""
    key = {"kernel": row.kernel}
    if row.kernel in ("conv2d", "depthwise_conv2d", "dense"):
        key["strategy"] = "latency" if at_once(row) else "resource"
        if row.vendor == VIVADO and not row.pointwise and not row.one_token \
                and key["strategy"] == "latency" and row.kernel != "dense":
            key["reuses"] = (row.reuse or 1) > 1
    if row.pointwise:
        key["pointwise"] = True
    if row.one_token:
        key["one_token"] = True
    key["clock_ps"] = row.clock_ps
    return key


def usual(numbers):
    """The most frequent one; of several the one nearest to the middle."""
    count = collections.Counter(numbers)
    most = max(count.values())
    middle = sorted(numbers)[(len(numbers) - 1) // 2]
    return min((n for n in count if count[n] == most),
               key=lambda n: (abs(n - middle), n))


def within(errors):
    """The error that no more than a tenth of the reports exceed."""
    least = -(-len(errors) * WITHIN_PERCENT // 100)
    return sorted(errors)[least - 1] if errors else 0


def cycles(row, numbers):
    """Of a frame, of which only the numbers are known; firing throughout."""
    if "fire" in numbers:
        return row.tokens * numbers["fire"]
    if "ii" in numbers and not (row.kernel == "dense" and row.one_token):
        return row.tokens * numbers["ii"] + numbers["depth"]
    return numbers.get("latency", numbers.get("ii", 0) +
                       numbers.get("depth", 0))


def predict(row, entry, terms):
    out = {}
    for quantity in ("ii", "depth", "idle", "fire", "latency"):
        if quantity not in entry:
            continue
        of = entry[quantity]
        value = of.get("base", 0) + sum(terms[t] for t in terms if t in of)
        if quantity == "ii" and entry.get("reuses"):
            value = min(value, terms["reuse"])
        out[quantity] = max(0 if quantity == "latency" else 1, value)
    return out


def entry_of(rows, delays):
    """The row of the calibration for rows with the same key."""
    entry = dict(key_of(rows[0]))
    rule = rule_of(rows[0])
    for quantity, terms in rule.items():
        known = [r for r in rows if getattr(r, quantity) is not None]
        if not known:
            return None
        base = usual([getattr(r, quantity) -
                      sum(features(r, delays)[t] for t in terms)
                      for r in known])
        entry[quantity] = {"base": base, **{t: 1 for t in terms}}
    holds, errors = 0, []
    for r in rows:
        guess = predict(r, entry, features(r, delays))
        truth = {q: getattr(r, q) for q in guess
                 if getattr(r, q) is not None}
        holds += all(guess[q] == truth[q] for q in truth)
        if len(truth) == len(guess) or "fire" in truth:
            real, seen = cycles(r, truth), cycles(r, guess)
            errors.append(abs(seen - real) * MILLION // max(seen, 1))
    entry["rows"], entry["holds"] = len(rows), holds
    bound = within(errors)
    if bound:
        entry["bound_ppm"] = bound
    if rows[0].kernel in ("conv2d", "dense"):
        entry["inputs"] = [min(r.inputs for r in rows),
                           max(r.inputs for r in rows)]
    entry["designs"] = ", ".join(sorted({r.design for r in rows}))
    if any(r.design in report_rows.MEASURED for r in rows):
        entry["measured"] = True
    return entry


def split(rows):
    """In some generations of hls4ml loops over channels are not unrolled: if the
    costs of an idle position differ that much, one channel is apart."""
    idle = [r.idle for r in rows if r.idle is not None]
    if not idle or max(idle) < 2 * min(idle):
        return [(None, rows)]
    few = [r for r in rows if r.channels == 1]
    return [([1, 1], few), ([2, max(r.channels for r in rows)],
                            [r for r in rows if r.channels > 1])]


def with_rule(row):
    return all(getattr(row, q) is not None or q == "idle"
               for q in rule_of(row))


# Seen in a waveform, without numbers in any report.
SEEN = {
    "hls4ml/vitis-2023.2": [
        {"kernel": "zeropad2d", "one_row": True, "rows": 4, "holds": 4,
         "designs": "hgdream", "measured": True},
        {"kernel": "upsample2d", "one_row": True, "rows": 1, "holds": 1,
         "designs": "hgdream", "measured": True}],
    "hls4ml/vivado-2019.2": [
        {"kernel": "zeropad2d", "rows": 1, "holds": 1, "designs": "conv8f",
         "measured": True}],
}


def entries_of(rows, delays):
    """The rows of the calibration for those of one family."""
    groups = collections.defaultdict(list)
    for r in rows:
        if with_rule(r):
            groups[json.dumps(key_of(r), sort_keys=True)].append(r)
    entries = []
    for key in sorted(groups):
        for channels, part in split(groups[key]):
            entry = entry_of(part, delays) if part else None
            if entry is not None:
                if channels is not None:
                    entry["channels"] = channels
                entries.append(entry)
    return entries


def fit(rows, seen=None):
    """The file as a dictionary."""
    out = {}
    for family in sorted({r.family for r in rows}):
        delays = fit_inner(rows, fit_delays(rows, family))
        entries = entries_of([r for r in rows if r.family == family], delays)
        entries += (SEEN if seen is None else seen).get(family, [])
        vendor = VITIS if "vitis" in family else VIVADO
        out[family] = {"delays": {"usable_permille": USABLE_PERMILLE[vendor],
                                  **delays}, "rows": entries}
    return out


def leave_out(project, judged=False):
    """What would be written if the project did not exist; judged: with reports that
    only a judgement leaves out."""
    rows = [r for r in report_rows.all_rows(judged) if r.project != project]
    designs = {r.design for r in rows}
    seen = {family: [e for e in entries if e["designs"] in designs]
            for family, entries in SEEN.items()}
    return fit(rows, seen)


# --- designs of a user -------------------------------------------------------

def rows_of_model(path, family):
    """What the program read from the reports of a model config."""
    program = os.environ.get("HEADRACE_BINARY", "headrace")
    result = subprocess.run([program, "simulate", "--json", str(path)],
                            capture_output=True, text=True, check=False)
    sys.stderr.write(result.stderr)
    if result.returncode == 2:
        sys.exit(f"{path}: nothing to fit")
    design = json.loads(result.stdout)
    for process in design["processes"]:
        of = process.get("hls")
        # A calibration is not fitted to another.
        if of is None or of["from"] != "report" or \
                process["kernel"] not in report_rows.TAKEN:
            continue
        row = report_rows.Row(
            project=design["name"], design=design["name"],
            name=process["name"],
            vendor=VITIS if "vitis" in family else VIVADO, family=family,
            clock_ps=round(1e6 / design["clock_mhz"]),
            kernel=process["kernel"], strategy=of["strategy"],
            pointwise=process["kernel"] == "conv2d" and
            of.get("window") == 1,
            tokens=of["tokens"], channels=of["channels"],
            inputs=of["inputs"], window=of.get("window", 1),
            reuse=of["reuse_factor"],
            **{q: of.get(q) for q in ("ii", "depth", "idle", "fire",
                                      "latency")})
        if row.kernel == "dense" and not row.one_token:
            row.ii = row.depth = row.idle = row.fire = None
        yield row


def own(family, like, paths):
    """A calibration of rows of the user's designs alone.  Delays are of the
    family that it is like: a few designs do not determine them."""
    with open(FILE, encoding="utf-8") as file:
        known = json.load(file)
    if like not in known:
        sys.exit(f"--like: '{like}' is none of {', '.join(known)}")
    if family in known or not family.startswith("hls4ml/"):
        sys.exit(f"--own: '{family}' has to be the name hls4ml/TOOL of a tool "
                 f"that the program does not know; it knows {', '.join(known)}")
    delays = known[like]["delays"]
    rows = [r for path in paths for r in rows_of_model(path, like)]
    if not rows:
        sys.exit("none of the models has numbers of a report")
    entries = entries_of(rows, delays)
    for entry in entries:
        entry.pop("measured", None)  # by us, with another tool
    return {family: {"like": like, "delays": delays, "rows": entries}}


def text_of(calibration):
    """One row a line."""
    lines = []
    for family, of in calibration.items():
        like = f'    "like": {json.dumps(of["like"])},\n' if "like" in of \
            else ""
        rows = ",\n".join("      " + json.dumps(r) for r in of["rows"])
        lines.append(f'  {json.dumps(family)}: {{\n{like}    "delays": '
                     f'{json.dumps(of["delays"])},\n    "rows": [\n{rows}\n'
                     '    ]\n  }')
    return "{\n" + ",\n".join(lines) + "\n}\n"


def rules(calibration):
    """(rule, for how many reports it holds, of how many), by vendor."""
    counts = collections.defaultdict(lambda: [0, 0])
    for family, of in calibration.items():
        for r in of["rows"]:
            terms = ", ".join(f"{q} = " + " + ".join(r[q])
                              for q in ("ii", "depth", "idle", "fire",
                                        "latency") if q in r)
            kind = "one token" if r.get("one_token") else \
                "1x1" if r.get("pointwise") else ""
            name = " ".join(w for w in (
                family.split("/")[1].split("-")[0], r["kernel"], kind,
                r.get("strategy", "")) if w)
            counts[name, terms or "by construction"][0] += r["holds"]
            counts[name, terms or "by construction"][1] += r["rows"]
    return [(*key, *count) for key, count in sorted(counts.items())]


def arguments():
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    for option in ("--check", "--rules", "--dropped"):
        parser.add_argument(option, action="store_true")
    parser.add_argument("--own")
    parser.add_argument("--like")
    parser.add_argument("models", nargs="*")
    given = parser.parse_args()
    if bool(given.own) != bool(given.models) or \
            bool(given.own) != bool(given.like):
        parser.error("--own, --like and models go together")
    return given


def main():
    given = arguments()
    if given.own:
        print(text_of(own(given.own, given.like, given.models)), end="")
        return
    if given.dropped:
        for design, process, reason in report_rows.dropped():
            print(f"{design}, {process}: {reason}")
        return
    calibration = fit(report_rows.all_rows())
    text = text_of(calibration)
    if given.rules:
        for name, terms, holds, count in rules(calibration):
            print(f"{name}: {terms}: {holds} of {count}")
    elif not given.check:
        FILE.write_text(text, encoding="utf-8")
    elif FILE.read_text(encoding="utf-8") != text:
        sys.exit(f"{FILE} is not what {pathlib.Path(__file__).name} writes")


if __name__ == "__main__":
    main()
