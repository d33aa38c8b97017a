"""Keeps models/calibration/hls4ml.json as it follows from the reports, and the rules
as good as they are."""

import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "models/calibration"))

import fit_hls4ml  # noqa: E402
import report_rows  # noqa: E402

# Reports whose numbers a rule gives without error; a change that loses some needs
# a better reason than before.
HOLDS_LEAST = 250

# (n, its logarithm in 1 / 1024).
LOGARITHMS = [(1, 0), (2, 1024), (3, 1623), (9, 3246), (192, 7767),
              (4294967295, 32767)]

# (errors of reports, the one that nine of ten of them are within).
WITHIN = [([], 0), ([5], 5), ([0, 7, 0], 7), ([0] * 9 + [5], 0),
          ([3] + [0] * 9 + [7], 3), ([0] * 18 + [1, 2], 0)]


def main():
    faults = [f"log2({n}) is {fit_hls4ml.log2(n)}, not {value}"
              for n, value in LOGARITHMS if fit_hls4ml.log2(n) != value]
    faults += [f"within({errors}) is not {bound}" for errors, bound in WITHIN
               if fit_hls4ml.within(errors) != bound]
    reasons = {reason for _, _, reason in report_rows.dropped()}
    faults += [f"no report is dropped because: {reason}"
               for reason in sorted(report_rows.JUDGED - reasons)]
    calibration = fit_hls4ml.fit(report_rows.all_rows())
    if fit_hls4ml.FILE.read_text(encoding="utf-8") != \
            fit_hls4ml.text_of(calibration):
        faults.append(f"{fit_hls4ml.FILE} is not what fit_hls4ml.py writes")
    rows = [r for of in calibration.values() for r in of["rows"]]
    holds, count = sum(r["holds"] for r in rows), sum(r["rows"] for r in rows)
    print(f"rules hold for {holds} of {count} reports")
    if holds < HOLDS_LEAST:
        faults.append(f"that are fewer than {HOLDS_LEAST}")
    for design in report_rows.MEASURED:
        row = next(r for r in report_rows.all_rows() if r.design == design)
        left = str(fit_hls4ml.leave_out(row.project))
        if any(r.design in left for r in report_rows.all_rows()
               if r.project == row.project):
            faults.append(f"{row.project} is left out and still there")
    sys.exit("\n".join(faults) if faults else 0)


main()
