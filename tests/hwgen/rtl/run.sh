#!/bin/sh
# Builds the kernel library into test tops and compares every module with its
# model in every cycle: with all data, then handshakes only in a control-only
# build. Prints one line a case; exits 1 on any difference.
#
#   run.sh [SEED [RANDOM_CASES [NAME]]]
#
# NAME: only cases whose name begins with it, such as conv2d.
# BUILD: folder for what is built (default: a temporary one, removed at the
# end). RUNS: stall patterns a case.
set -eu

seed=${1:-1}
random_cases=${2:-40}
only=${3:-}
runs=${RUNS:-12}
here=$(cd "$(dirname "$0")" && pwd)
rtl=$(cd "$here/../../../hwgen/rtl" && pwd)

if [ -n "${BUILD:-}" ]; then
    mkdir -p "$BUILD"
    build=$(cd "$BUILD" && pwd)
else
    build=$(mktemp -d)
    trap 'rm -rf "$build"' EXIT
fi

launcher=
if command -v ccache >/dev/null; then
    launcher=ccache
    # Found by content, wherever the build folder is.
    export CCACHE_BASEDIR="$build" CCACHE_NOHASHDIR=1
fi
cxx="${CXX:-g++} -std=c++17 -O1 -Wall -Wextra -I$here"

# compile SOURCE ...: sets objects
compile() {
    objects=
    for source in "$@"; do
        $launcher $cxx -c "$here/$source.cpp" -o "$build/$source.o"
        objects="$objects $build/$source.o"
    done
}

compile process models models_streams models_arithmetic
model_objects=$objects
compile cases cases_streams cases_arithmetic draw values \
    values_arithmetic instance
case_objects=$objects
compile make_top
$cxx $objects $case_objects -o "$build/make_top"
"$build/make_top" "$build" "$seed" "$random_cases" "$only"

# verilate NAME [OPTION ...]: the top with the bench as $build/NAME/bench
verilate() {
    name=$1
    shift
    verilator --cc --exe --build -j 2 -O3 -y "$rtl" --top-module top \
        --x-initial unique --x-assign unique --Mdir "$build/$name" \
        -MAKEFLAGS "OBJCACHE=$launcher OPT_FAST=-O1 OPT_SLOW=-O0" \
        --output-split 4000 -CFLAGS "-std=c++17 -O1 -I$here" "$@" \
        "$build/top.sv" "$here/bench.cpp" $model_objects $case_objects \
        -o bench >"$build/$name.log" 2>&1 ||
        { cat "$build/$name.log"; exit 1; }
}

status=0

$launcher $cxx -c "$here/reference_check.cpp" -o "$build/reference_check.o"
$cxx "$build/reference_check.o" -lsystemc -o "$build/reference_check"
SYSTEMC_DISABLE_COPYRIGHT_MESSAGE=1 "$build/reference_check" "$seed" || status=1

verilate full
"$build/full/bench" "$seed" "$random_cases" "$runs" values "$only" || status=1

verilate control -DHEADRACE_CONTROL_ONLY
"$build/control/bench" "$seed" "$random_cases" "$runs" handshakes "$only" ||
    status=1

exit $status
