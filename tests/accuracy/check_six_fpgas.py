"""The published SqueezeNet on six FPGAs: what docs/squeezenet-six-fpgas.md
says is what the program says, and is as near to the publication as claimed."""

import os
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import six_fpgas  # noqa: E402

HEADRACE = os.environ["HEADRACE_BINARY"]
# Published.
FRAMES_PER_SECOND, LATENCY_US = 251, 24000
TRANSFER_BITS, TRANSFER_US = 392 * 1024, 40


class SixFpgas(unittest.TestCase):
    def test_table(self):
        self.assertEqual(six_fpgas.page_parts()[1], six_fpgas.table(HEADRACE))

    def test_as_published(self):
        """Rate and latency within 5 %: foldings are not published, and legal
        ones lie that far apart.  The transfer within 1 %: it is."""
        d = six_fpgas.simulate(HEADRACE, "model.json")
        self.assertLess(abs(d["frames_per_second"] / FRAMES_PER_SECOND - 1),
                        0.05)
        self.assertLess(abs(d["latency_us"] / LATENCY_US - 1), 0.05)
        bits, us = six_fpgas.largest_transfer(d)
        self.assertEqual(bits, TRANSFER_BITS)
        self.assertLess(abs(us / TRANSFER_US - 1), 0.01)
        self.assertTrue(d["interval_certified"])

    def test_layers_take_as_long_as_published(self):
        """0.8 to 3.9 ms each: conv1, a fire module's squeeze and the longer
        of its expands, conv10."""
        d = six_fpgas.simulate(HEADRACE, "model.json")
        cycles = {p["name"]: p["cycles_per_frame"] for p in d["processes"]}
        times = [cycles["conv1"], cycles["conv10"]]
        for i in range(2, 10):
            times.append(cycles[f"fire{i}_squeeze"] +
                         max(cycles[f"fire{i}_expand1"],
                             cycles[f"fire{i}_expand3"]))
        for t in times:
            ms = t / (d["clock_mhz"] * 1e3)
            self.assertGreaterEqual(ms, 0.75)  # published with one digit
            self.assertLess(ms, 3.95)

    def test_partitioned_is_faster_within_four_fifths(self):
        d = six_fpgas.simulate(HEADRACE, "partitioned.json")
        self.assertGreater(d["frames_per_second"], 1.5 * FRAMES_PER_SECOND)
        self.assertLessEqual(six_fpgas.fullest(d)[0], 0.8)
        self.assertLessEqual(len(six_fpgas.used_boards(d)), 6)

    def test_partition_is_that_of_today(self):
        with tempfile.TemporaryDirectory() as folder:
            now = os.path.join(folder, "now.json")
            six_fpgas.partition(HEADRACE, now)
            with open(now, encoding="utf-8") as file:
                text = file.read()
        with open(os.path.join(six_fpgas.FOLDER, "partitioned.json"),
                  encoding="utf-8") as file:
            self.assertEqual(text, file.read(),
                             "tests/accuracy/six_fpgas.py HEADRACE --write")


if __name__ == "__main__":
    unittest.main()
