#!/bin/sh
# Lints the kernel library: every module for many parameter sets under
# verilator -Wall, with and without the data, and under Yosys (read, proc,
# opt_clean, check -assert). Any warning is a failure.
#
#   lint.sh [SEED [RANDOM_CASES]]
#
# BUILD: folder for what is built (default: a temporary one, removed at the
# end).
set -eu

seed=${1:-2}
random_cases=${2:-20}
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
fi
cxx="${CXX:-g++} -std=c++17 -O1 -Wall -Wextra -I$here"

objects=
for source in cases cases_streams cases_arithmetic draw values \
    values_arithmetic instance make_top; do
    $launcher $cxx -c "$here/$source.cpp" -o "$build/$source.o"
    objects="$objects $build/$source.o"
done
$cxx $objects -o "$build/make_top"
"$build/make_top" "$build" "$seed" "$random_cases"
$launcher $cxx -c "$here/make_links.cpp" -o "$build/make_links.o"
$cxx "$build/make_links.o" "$build/instance.o" -o "$build/make_links"
"$build/make_links" "$build" "$seed" "$random_cases"

status=0

# result NAME LOG: fails if the log has a word in it
result() {
    if [ -s "$2" ]; then
        echo "FAIL $1"
        cat "$2"
        status=1
    else
        echo "ok   $1"
    fi
}

for module in "$rtl"/*.sv; do
    stem=$(basename "$module" .sv)
    for define in "" -DHEADRACE_CONTROL_ONLY; do
        verilator --lint-only -Wall -y "$rtl" $define --top-module "$stem" \
            "$module" >"$build/lint.log" 2>&1 || true
        result "verilator $stem${define:+ $define}" "$build/lint.log"
    done
done

for top in top links_top; do
    for define in "" -DHEADRACE_CONTROL_ONLY -DHEADRACE_METASTABLE=1; do
        verilator --lint-only -Wall -y "$rtl" $define --top-module $top \
            "$build/$top.sv" >"$build/lint.log" 2>&1 || true
        result "verilator all cases of $top, seed $seed${define:+ $define}" \
            "$build/lint.log"
    done
done

: >"$build/lint.log"
for top in top links_top; do
    yosys -q -p "read_verilog -sv $rtl/*.sv; \
        read_verilog -sv $build/$top.sv; hierarchy -check -top $top; \
        proc; opt_clean; check -assert; tee -o $build/$top.txt ls" \
        >>"$build/lint.log" 2>&1 || echo "yosys failed" >>"$build/lint.log"
done
for module in "$rtl"/*.sv; do
    stem=$(basename "$module" .sv)
    grep -Eq "\\\\$stem( |\$|\\\\)" "$build/top.txt" "$build/links_top.txt" ||
        echo "$stem.sv is in no case" >>"$build/lint.log"
done
result "yosys all cases, seed $seed" "$build/lint.log"

exit $status
