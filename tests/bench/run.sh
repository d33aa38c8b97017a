#!/usr/bin/env bash
# Measures the engine against other simulators and prints the tables of the
# README as Markdown; what it does meanwhile goes to stderr.  The first run
# Verilates two models twice, which takes minutes.
#
#   run.sh [ROUNDS [SUBJECTS]]
#
# BUILD: folder of the bench preset, if it is another one.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
build=${BUILD:-$PWD/build/bench}
command -v ninja >/dev/null && export CMAKE_GENERATOR=${CMAKE_GENERATOR:-Ninja}

{
    cmake --preset bench -B "$build"
    cmake --build "$build" --target speed -j "$(nproc)"
} >&2
# The Verilated designs are compiled for this machine as well.
CPPFLAGS=-march=native exec "$build/tests/bench/speed" \
    "$build/tests/bench/subjects" "$@"
