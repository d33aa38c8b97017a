"""Repeats the fits of FINN's modules and pipelines, and their predictions."""

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import finn  # noqa: E402

if __name__ == "__main__":
    sys.exit(finn.check(os.environ["HEADRACE_BINARY"]))
