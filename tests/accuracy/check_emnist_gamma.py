"""models/emnist_gamma/README.md has the figures that the program predicts, and
a changed one is noticed."""

import sys

import emnist_gamma as gamma

page = gamma.PAGE.read_text(encoding="utf-8")
lines = ["| a | b |", "|---|---|"]
assert gamma.between("comparison", page, lines) != page
truth = gamma.published()
wrong = dict(truth, implemented=truth, trust="extrapolated", latency=1)
assert gamma.comparison(truth, wrong)[2].endswith("-99.9 % |"), \
    gamma.comparison(truth, wrong)
sys.argv[1:] = []
gamma.main()
