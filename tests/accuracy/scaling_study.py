#!/usr/bin/env python3
"""The published scaling study, predicted: one convolution of hls4ml over image
size and over channels, standard against depthwise-separable.

    tests/accuracy/scaling_study.py           what it wrote is up to date, or exit 1
    tests/accuracy/scaling_study.py --write   writes docs/scaling-study.md and its plots

The program is $HEADRACE_BINARY, or headrace in the PATH.
"""
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import textwrap

ROOT = pathlib.Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs/scaling-study.md"
LAWS = ROOT / "models/calibration/hls4ml_cost.json"
PLOTS = ROOT / "docs/scaling-study"
PROGRAM = os.environ.get("HEADRACE_BINARY", "headrace")

FORMAT = "fixed<9,1>"
FILTERS = 8
SIZES = list(range(8, 129, 8))
CHANNELS = [1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 56, 64]
SIDE = 30            # of the images with n channels
REUSES = (1, 2, 4)
PARTITION_MAX = 4096  # elements of an array that Vivado HLS keeps in registers
DEPTH_MAX = 20  # a bit above the deepest convolution in reports of Vivado HLS: 18
SEEN = (6, 34)  # width of images in the reports of Vivado HLS 2020.1

KINDS = ("conv2d", "separable_conv2d")
NAMES = {"conv2d": "standard", "separable_conv2d": "separable"}


def config(kind, side, channels, reuse):
    layer = {"name": "conv", "type": kind, "input": "image",
             "filters": FILTERS, "kernel": [3, 3], "output_format": FORMAT,
             "weight_format": FORMAT, "bias_format": FORMAT,
             "weights": {"seed": 1}}
    names = ["conv"]
    if kind == "separable_conv2d":
        layer["depthwise_weight_format"] = FORMAT
        layer["depthwise_output_format"] = FORMAT
        names.append("conv.depthwise")
    return {"headrace": 1, "name": "study",
            "network": {"input": {"name": "image",
                                  "shape": [side, side, channels],
                                  "format": FORMAT}, "layers": [layer]},
            "hardware": {"family": "hls4ml/vivado-2020.1", "clock_mhz": 200,
                         "device": "xcku115", "strategy": "latency",
                         "layers": {n: {"reuse_factor": reuse}
                                    for n in names}}}


def simulate(kind, side, channels, reuse=1):
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "model.json"
        path.write_text(json.dumps(config(kind, side, channels, reuse)),
                        encoding="utf-8")
        result = subprocess.run([PROGRAM, "simulate", str(path), "--json"],
                                capture_output=True, text=True, check=False)
    if result.returncode not in (0, 1) or not result.stdout:
        sys.exit(f"{kind} {side} {channels}: {result.stderr}")
    out = json.loads(result.stdout)
    return {"side": side, "channels": channels, "kind": kind,
            "latency": out["latency_cycles"],
            "interval": out["period_cycles"] // out["period_frames"],
            "cost": out["cost"], "trust": out["trust"],
            "reasons": sorted({p["trust_reason"] for p in out["processes"]
                               if p.get("trust") == "extrapolated"}),
            "busy": {p["name"]: p["cycles_per_frame"]
                     for p in out["processes"]}}


# --- plots -------------------------------------------------------------------

COLOURS = ("#1f5fa8", "#c0392b", "#2e8b57", "#8e6bb0")
WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 620, 340, 76, 16, 34, 52


def ticks(high):
    step = 1
    while high / step > 8:
        step *= 2 if str(step)[0] in "15" else 2.5
    return [round(step * i) for i in range(int(high / step) + 1)]


def plot(title, x_label, y_label, series):
    """A line for each (name, [(x, y)]), as text of an SVG file."""
    x_high = max(x for _, points in series for x, _ in points)
    y_high = max(max(y for _, points in series for _, y in points), 1)
    inner_w, inner_h = WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM

    def at(x, y):
        return (LEFT + inner_w * x / x_high,
                TOP + inner_h * (1 - y / y_high))

    out = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}"'
           f' height="{HEIGHT}" viewBox="0 0 {WIDTH} {HEIGHT}"'
           ' font-family="sans-serif" font-size="12">',
           f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>',
           f'<text x="{LEFT}" y="20" font-size="14">{title}</text>']
    for y in ticks(y_high):
        _, v = at(0, y)
        out.append(f'<line x1="{LEFT}" y1="{v:.1f}" x2="{WIDTH - RIGHT}"'
                   f' y2="{v:.1f}" stroke="#dddddd"/>')
        out.append(f'<text x="{LEFT - 6}" y="{v + 4:.1f}"'
                   f' text-anchor="end">{y:,}</text>')
    for x in ticks(x_high):
        u, _ = at(x, 0)
        out.append(f'<text x="{u:.1f}" y="{HEIGHT - BOTTOM + 18}"'
                   f' text-anchor="middle">{x:,}</text>')
    out.append(f'<text x="{LEFT + inner_w / 2:.1f}" y="{HEIGHT - 12}"'
               f' text-anchor="middle">{x_label}</text>')
    out.append(f'<text x="14" y="{TOP + inner_h / 2:.1f}"'
               f' text-anchor="middle" transform="rotate(-90 14'
               f' {TOP + inner_h / 2:.1f})">{y_label}</text>')
    for i, (name, points) in enumerate(series):
        colour = COLOURS[i]
        path = " ".join("{:.1f},{:.1f}".format(*at(x, y)) for x, y in points)
        out.append(f'<polyline points="{path}" fill="none"'
                   f' stroke="{colour}" stroke-width="2"/>')
        for x, y in points:
            u, v = at(x, y)
            out.append(f'<circle cx="{u:.1f}" cy="{v:.1f}" r="2.5"'
                       f' fill="{colour}"/>')
        out.append(f'<text x="{LEFT + 12}" y="{TOP + 16 + 16 * i}"'
                   f' fill="{colour}">{name}</text>')
    return "\n".join(out + ["</svg>"]) + "\n"


def plots(by_size, by_channels):
    both = [(NAMES[k], k) for k in KINDS]
    pixels = "pixels of the image"
    channels = f"input channels, ({SIDE},{SIDE},n)"
    return {
        "latency-size.svg": plot(
            "Latency and interval over image size, (n,n,1)", pixels, "cycles",
            [("latency, standard", [(r["side"] ** 2, r["latency"])
                                    for r in by_size["conv2d"]]),
             ("interval, standard", [(r["side"] ** 2, r["interval"])
                                     for r in by_size["conv2d"]])]),
        "latency-channels.svg": plot(
            "Latency over input channels", channels, "cycles",
            [(n, [(r["channels"], r["latency"]) for r in by_channels[k]])
             for n, k in both]),
        "lut-channels.svg": plot(
            "LUT over input channels, as HLS reports it", channels, "LUT",
            [(n, [(r["channels"], r["cost"]["lut"]) for r in by_channels[k]])
             for n, k in both]),
        "elements-channels.svg": plot(
            "Products in the largest array", channels, "elements",
            [(n, [(c, elements(k, c)) for c in CHANNELS]) for n, k in both]
            + [("what Vivado HLS keeps in registers",
                [(CHANNELS[0], PARTITION_MAX), (CHANNELS[-1],
                                                PARTITION_MAX)])]),
    }


# --- the page ----------------------------------------------------------------

def elements(kind, channels):
    """Of the largest array of products."""
    if kind == "conv2d":
        return 9 * channels * FILTERS
    return max(9 * channels, channels * FILTERS)


def trust(row):
    """What no report shows."""
    low, high = SEEN
    reasons = [] if low <= row["side"] <= high else ["size"]
    return "; ".join(reasons + row["reasons"]) or "-"


def cost_cells(row):
    c = row["cost"]
    return f"{c['dsp']} | {c['lut']:,} | {c['ff']:,} | {c['bram18']}"


def line_of(rows):
    """latency = slope * pixels + constant through the last and the second
    size, and by how much others are off it."""
    first, last = rows[1], rows[-1]
    pixels = last["side"] ** 2 - first["side"] ** 2
    slope = (last["latency"] - first["latency"]) / pixels
    constant = first["latency"] - slope * first["side"] ** 2
    off = max(abs(r["latency"] - slope * r["side"] ** 2 - constant)
              for r in rows)
    return slope, constant, off


def size_table(by_size):
    lines = ["| n | pixels | latency | interval | latency, separable |"
             " LUT | FF | FF, separable | outside of what was seen |",
             "|---:|---:|---:|---:|---:|---:|---:|---:|---|"]
    for a, b in zip(by_size["conv2d"], by_size["separable_conv2d"]):
        lines.append(f"| {a['side']} | {a['side'] ** 2:,} |"
                     f" {a['latency']:,} | {a['interval']:,} |"
                     f" {b['latency']:,} | {a['cost']['lut']:,} |"
                     f" {a['cost']['ff']:,} | {b['cost']['ff']:,} |"
                     f" {trust(a)} |")
    return lines


def channel_table(by_channels):
    lines = ["| n | kind | latency | interval | DSP | LUT | FF | BRAM18 |"
             " products | outside of what was seen |",
             "|---:|---|---:|---:|---:|---:|---:|---:|---:|---|"]
    for pair in zip(*(by_channels[k] for k in KINDS)):
        for row in pair:
            count = elements(row["kind"], row["channels"])
            note = " (too many)" if count > PARTITION_MAX else ""
            lines.append(f"| {row['channels']} | {NAMES[row['kind']]} |"
                         f" {row['latency']:,} | {row['interval']:,} |"
                         f" {cost_cells(row)} | {count:,}{note} |"
                         f" {trust(row)} |")
    return lines


def reuse_table():
    lines = ["| reuse factor | kind | latency | interval | DSP | LUT | FF |"
             " outside of what was seen |",
             "|---:|---|---:|---:|---:|---:|---:|---|"]
    rows = []
    for reuse in REUSES:
        for kind in KINDS:
            row = simulate(kind, SIDE, 8, reuse)
            rows.append((reuse, row))
            c = row["cost"]
            lines.append(f"| {reuse} | {NAMES[kind]} | {row['latency']:,} |"
                         f" {row['interval']:,} | {c['dsp']} | {c['lut']:,} |"
                         f" {c['ff']:,} | {trust(row)} |")
    return lines, rows


def verdicts(by_size, by_channels, reuse_rows):
    """What the page says, as facts that must hold."""
    for kind in KINDS:
        slope, _, off = line_of(by_size[kind])
        # In the smallest separable one the FIFO between the halves is a shift
        # register, which is a cycle faster than RAM.
        if abs(slope - 1) > 1e-9 or off > (kind != "conv2d") + 1e-6:
            sys.exit(f"{kind}: latency is not linear in the pixels")
    for a, b in zip(*(by_channels[k] for k in KINDS)):
        if b["latency"] < a["latency"]:
            sys.exit(f"{a['channels']} channels: separable is faster")
    if len({r["interval"] for r in by_channels["conv2d"]}) != 1:
        sys.exit("the interval depends on the channels")
    for reuse, row in reuse_rows:
        # Beyond its iterations a loop takes the depth of its pipeline.
        if not 0 <= row["interval"] - reuse * SIDE ** 2 <= DEPTH_MAX:
            sys.exit(f"reuse factor {reuse}: interval {row['interval']}")


def wrapped(text):
    """Paragraphs filled; tables, headings and lists of pictures as they are."""
    blocks = [b if b[:1] in "#|!" else
              textwrap.fill(b, 118, break_long_words=False,
                            break_on_hyphens=False)
              for b in text.strip().split("\n\n")]
    return "\n\n".join(blocks) + "\n"


def page(by_size, by_channels):
    reuse_lines, reuse_rows = reuse_table()
    verdicts(by_size, by_channels, reuse_rows)
    off = json.loads(LAWS.read_text(encoding="utf-8"))["left_out_percent"]
    _, constant, _ = line_of(by_size["conv2d"])
    _, separable, _ = line_of(by_size["separable_conv2d"])
    last = [by_channels[k][-1] for k in KINDS]
    ratio = last[0]["cost"]["lut"] / last[1]["cost"]["lut"]
    most = [max(c for c in range(1, 1000) if elements(k, c) <= PARTITION_MAX)
            for k in KINDS]
    gaps = [b["latency"] - a["latency"] for a, b in
            zip(*(by_channels[k] for k in KINDS))]
    later = (f"{gaps[0]} cycles" if min(gaps) == max(gaps)
             else f"{min(gaps)} to {max(gaps)} cycles")
    return wrapped(f"""# The published scaling study

A published study scaled one convolution of hls4ml (io_stream, Vivado HLS 2020.1, 5 ns, xcku115, `ap_fixed<9,1>`, 8
filters): over images of (n,n,1) with n = 8 to 128, and standard against depthwise-separable over ({SIDE},{SIDE},n) with
n = 1 to 64 channels. It found latency linear in the number of pixels, no gain in latency from the separable one,
but room for more input channels. This page shows what headrace predicts for the same layers, and why.
`tests/accuracy/scaling_study.py --write` makes it; a test makes it again and compares.

**Not stated by the study, and assumed here**: windows of 3 x 3 without padding, stride 1, reuse factor 1 in the
strategy "latency" (another table has others), random weights, no activation behind the convolution.

**How far to trust it.** All of this is *extrapolated*: the rules for loops ([hls4ml.md](hls4ml.md)) are fitted to reports,
most of them of designs with 16 bits and none with 9; the images of this tool in them are {SEEN[0]} to {SEEN[1]} pixels wide. What
else lies outside of what was seen is in the last column of each table, as the program says it. Costs are those of a synthesis
report ([cost.md](cost.md): designs left out of the fit are off by {off['lut']} % in LUT and {off['ff']} % in FF in the median; whether
9-bit constants are multiplied in LUTs or in DSP slices was not seen).

## Over image size

![latency over pixels](scaling-study/latency-size.svg)

{chr(10).join(size_table(by_size))}

Latency is pixels + {constant:.0f} (separable: + {separable:.0f}, or a cycle less where the FIFO between its halves is a shift register).
**It agrees with the study**, and this is why: the loop of a convolution reads one pixel an iteration and starts one
every II cycles, whatever it does with it; a pixel that completes no window only shifts the line buffer. The frame is
over when the last pixel is read and the pipeline is drained: N * II + depth. Neither the row length nor the window
changes that. What grows with the row is the line buffer, in LUTs as shift registers, which the law of the cost does
not see: the columns LUT and FF stay as they are.

## Over channels

![latency over channels](scaling-study/latency-channels.svg)
![LUT over channels](scaling-study/lut-channels.svg)
![products over channels](scaling-study/elements-channels.svg)

{chr(10).join(channel_table(by_channels))}

**No gain in latency from the separable convolution: it agrees.** A pixel is one token with all its channels, so both
kinds read {SIDE * SIDE} tokens with II 1; a window of more channels is wider, not longer. The separable one is even {later}
*later*: its halves are two loops one behind the other, the first one reads as many pixels as the standard
one, and the second one adds its fill time. A gain could come only from a shorter pipeline (fewer terms to add up), which
is a few cycles of {SIDE * SIDE}.

**Room for more channels: it agrees.** With n channels the standard one has 9 * 8 * n = 72 n products, the separable one
9 n + 8 n = 17 n. That is {ratio:.1f} times the LUTs at {last[0]['channels']} channels by the law of the cost, which is linear in products.
And the tool has a limit: the products of a matrix are one array in registers, which Vivado HLS builds for up to
{PARTITION_MAX:,} elements in the setting of hls4ml
([hls4ml issue 904](https://github.com/fastmachinelearning/hls4ml/issues/904),
[1157](https://github.com/fastmachinelearning/hls4ml/issues/1157)). The standard one gets there with more than {most[0]} channels,
the separable one, whose largest array is that of one half, with more than {most[1]}.

## Over the reuse factor

({SIDE},{SIDE},8):

{chr(10).join(reuse_lines)}

In hls4ml of that time the loop starts every min(reuse factor, depth of its body) cycles, so latency and interval are
the reuse factor times the pixels: this, and the number of pixels, are the only ways to change them. Multipliers that are
shared are DSP slices; those of the depthwise half are not shared, whatever the reuse factor.

## What disagrees, or cannot be said

The study's own figures are not at hand, only what it found; so this page can agree or disagree with findings, not with
cycles. BRAM18 is that of the FIFO between the halves of the separable one ({SIDE - 2} x {SIDE - 2} entries of 9 bits, one for each
channel); a layer alone has no other. A standard convolution's line buffer is in LUTs.
""")


def main():
    by_size = {k: [simulate(k, n, 1) for n in SIZES] for k in KINDS}
    by_channels = {k: [simulate(k, SIDE, n) for n in CHANNELS] for k in KINDS}
    files = {PAGE: page(by_size, by_channels)}
    for name, text in plots(by_size, by_channels).items():
        files[PLOTS / name] = text
    if "--write" in sys.argv[1:]:
        PLOTS.mkdir(exist_ok=True)
        for path, text in files.items():
            path.write_text(text, encoding="utf-8")
        return
    faults = [str(path.relative_to(ROOT)) for path, text in files.items()
              if not path.exists() or path.read_text(encoding="utf-8") != text]
    if faults:
        sys.exit("not up to date (scaling_study.py --write): "
                 + ", ".join(faults))


if __name__ == "__main__":
    main()
