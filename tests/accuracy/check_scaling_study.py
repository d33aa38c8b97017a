"""docs/scaling-study.md and its plots are what tests/accuracy/scaling_study.py
makes, the plots are XML, and findings that do not hold are noticed."""

import sys
import xml.etree.ElementTree as tree

import scaling_study as study


def row(side, latency, interval=900):
    return {"side": side, "channels": 1, "latency": latency,
            "interval": interval}


def rejects(by_size, by_channels, reuse):
    try:
        study.verdicts(by_size, by_channels, reuse)
    except SystemExit:
        return True
    return False


def self_test():
    sizes = {k: [row(n, n * n + 4) for n in (8, 16, 24)] for k in study.KINDS}
    channels = {k: [row(30, 904)] for k in study.KINDS}
    reuse = [(2, row(30, 1803, 1803))]
    assert not rejects(sizes, channels, reuse)
    for kind in study.KINDS:
        bent = dict(sizes, **{kind: sizes[kind][:2] + [row(24, 700)]})
        assert rejects(bent, channels, reuse)
    faster = dict(channels, separable_conv2d=[row(30, 903)])
    assert rejects(sizes, faster, reuse)
    assert rejects(sizes, channels, [(2, row(30, 904, 904))])
    slower = dict(channels, conv2d=[row(30, 904), row(30, 904, 901)],
                  separable_conv2d=[row(30, 904)] * 2)
    assert rejects(sizes, slower, reuse)


self_test()
study.main()
for path in study.PLOTS.glob("*.svg"):
    root = tree.parse(path).getroot()
    lines = root.findall("{http://www.w3.org/2000/svg}polyline")
    if len(lines) < 2:
        sys.exit(f"{path}: fewer than two lines")
