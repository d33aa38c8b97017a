#!/usr/bin/env bash
# Every header compiles alone: in C, or in C++ if it is C++ (some tests).  The public headers do so without our
# include paths, in strict C and in C++.
set -u
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 2
CC=${CC:-cc}
CXX=${CXX:-c++}
flags=(-fsyntax-only -Wall -Wextra -Werror -D_POSIX_C_SOURCE=200809L)
# One header takes types of HDF5's, which lies in a folder of its own.
read -ra hdf5 <<<"$(pkg-config --cflags hdf5 | sed 's/-I/-isystem /g')"
count=0
failed=0

# is_cpp HEADER: what lies beside it is C++, and no C
is_cpp() {
    local folder=${1%/*}
    [[ $1 == *.hpp ]] || { compgen -G "$folder/*.cpp" >/dev/null &&
        ! compgen -G "$folder/*.c" >/dev/null; }
}

# compile COMMAND... : reads the program from standard input
compile() {
    count=$((count + 1))
    "$@" - || { failed=$((failed + 1)); echo "failed: $*"; }
}

while read -r header; do
    # In an included file, because a header that is compiled itself may warn
    # about that; twice, to see that its guard works.
    program=$(printf '#include "%s"\n#include "%s"\n' "$header" "$header")
    if is_cpp "$header"; then
        verilated=$(verilator --getenv VERILATOR_ROOT)/include
        compile "$CXX" -x c++ -std=c++17 "${flags[@]}" -I sim -I . \
            -isystem "$verilated" -isystem "$verilated/vltstd" <<<"$program"
    else
        compile "$CC" -x c -std=c11 "${flags[@]}" -I sim -I . \
            "${hdf5[@]}" <<<"$program"
    fi
done < <(find sim hwgen traces tests -name '*.h' -o -name '*.hpp' |
    grep -v '^tests/import/hls4ml/.*/firmware/' | sort)

for header in headrace.h headrace_step.h; do
    public="#include \"sim/$header\""
    compile "$CC" -x c -std=c11 -pedantic "${flags[@]}" -I . <<<"$public"
    compile "$CXX" -x c++ -std=c++11 -pedantic "${flags[@]}" -I . <<<"$public"
done

echo "$count headers compiled, $failed failed"
[ "$count" -gt 2 ] && [ "$failed" -eq 0 ]
