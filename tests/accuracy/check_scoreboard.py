"""Keeps the bounds of tests/accuracy/scoreboard.py."""

import sys

import scoreboard

sys.argv[1:] = ["--check"]
scoreboard.main()
