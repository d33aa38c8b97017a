#!/bin/sh
# Builds links of many kinds into one top and sends tokens through them, with
# unequal, drifting clocks, under random stalls: first as docs/links.md says, then
# with synchronisers that are metastable at random. Prints one line a link; exits
# 1 if a token is lost, doubled, out of order or changed.
#
#   links.sh [SEED [RANDOM_CASES [TOKENS]]]
#
# BUILD: folder for what is built (default: a temporary one, removed at the end).
set -eu

seed=${1:-1}
random_cases=${2:-16}
tokens=${3:-300000}
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../../.." && pwd)

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
    export CCACHE_BASEDIR="$build" CCACHE_NOHASHDIR=1
fi
flags="-std=c++17 -O1 -Wall -Wextra -I$here"
for source in make_links instance; do
    $launcher ${CXX:-g++} $flags -c "$here/$source.cpp" -o "$build/$source.o"
done
${CXX:-g++} "$build/make_links.o" "$build/instance.o" -o "$build/make_links"
"$build/make_links" "$build" "$seed" "$random_cases"

# bench NAME [OPTION ...]
bench() {
    name=$1
    shift
    verilator --cc --exe --build -j 2 -O3 -y "$root/hwgen/rtl" \
        --top-module links_top --Mdir "$build/$name" \
        -MAKEFLAGS "OBJCACHE=$launcher OPT_FAST=-O1 OPT_SLOW=-O0" \
        -CFLAGS "-std=gnu++17 -O1 -I$here -I$root -I$root/hwgen/cosim" "$@" \
        "$build/links_top.sv" "$here/link_bench.cpp" -o bench \
        >"$build/$name.log" 2>&1 || { cat "$build/$name.log"; exit 1; }
    echo "$name:"
    "$build/$name/bench" "$seed" "$random_cases" "$tokens" || status=1
}

status=0
bench links
# Longer than any period: each change that is new at an edge may come late.
bench links_metastable -DHEADRACE_METASTABLE=1000000000
exit $status
