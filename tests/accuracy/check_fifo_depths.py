"""Holds the quick rows of docs/fifo-depths.md against what tune says now.

The large networks take minutes and are renewed by hand:
tests/accuracy/fifo_depths.py HEADRACE --write.
"""

import os
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import fifo_depths  # noqa: E402

HEADRACE = os.environ["HEADRACE_BINARY"]


def cells(line):
    return [c.strip() for c in line.strip().strip("|").split("|")]


class FifoDepths(unittest.TestCase):
    def test_quick_rows(self):
        page = [cells(l) for l in fifo_depths.page_table().splitlines()]
        for title, model, options in fifo_depths.ROWS:
            if model not in fifo_depths.QUICK:
                continue
            at = next(i for i, c in enumerate(page) if c[0] == title)
            now = fifo_depths.rows_of(HEADRACE, title, model, options, False)
            for k, line in enumerate(now):
                # All but the time of the search.
                self.assertEqual(page[at + k][:8], cells(line)[:8], model)

    def test_finn_pipelines_beat_the_greedy_search(self):
        """What a greedy search on FINN's own RTL found, at interval 4608."""
        for title, most in (("FINN P1", 624), ("FINN P4", 1504)):
            page = [cells(l) for l in fifo_depths.page_table().splitlines()]
            at = next(i for i, c in enumerate(page) if c[0] == title)
            ours = next(c for c in page[at:] if c[1] == "ours")
            self.assertLessEqual(int(ours[2].replace(",", "")), most)
            self.assertEqual(ours[5], "4,608")


if __name__ == "__main__":
    unittest.main()
