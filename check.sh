#!/usr/bin/env bash
# Installs what is missing, builds, and runs every check.  Ends with the
# summary of ctest and one line that counts everything; the exit status is 0
# only if nothing failed.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")" || exit 1

passed=0
failed=0
failures=()

# count NAME STATUS
count() {
    if [ "$2" -eq 0 ]; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        failures+=("$1")
    fi
}

# step NAME COMMAND...: one check
step() {
    local name=$1 start=$SECONDS status=0
    shift
    echo "== $name"
    "$@" || status=$?
    count "$name" $status
    echo "== $name: $([ $status -eq 0 ] && echo done || echo FAILED)," \
        "$((SECONDS - start)) s"
    return $status
}

# finish: the last lines and the exit status
finish() {
    [ ${#failures[@]} -eq 0 ] || printf 'failed: %s\n' "${failures[@]}"
    echo "$passed passed, $failed failed"
    [ "$failed" -eq 0 ]
    exit
}

# Each preset builds with as many jobs as there are processors.
build() {
    cmake --preset "$1" && cmake --build --preset "$1" -j "$(nproc)"
}

# run_tests PRESET: each test is one check
run_tests() {
    local log=build/$1/check.log start=$SECONDS counts
    echo "== tests, $1"
    ctest --preset "$1" -j "$(nproc)" --no-tests=error 2>&1 | tee "$log"
    counts=$(sed -nE 's/^[0-9]+% tests passed, ([0-9]+) tests failed out of ([0-9]+)$/\1 \2/p' "$log")
    if [ -z "$counts" ]; then
        count "tests, $1" 1
    else
        read -r bad all <<<"$counts"
        passed=$((passed + all - bad))
        failed=$((failed + bad))
        [ "$bad" -eq 0 ] || failures+=("$bad tests, $1")
    fi
    echo "== tests, $1: $((SECONDS - start)) s"
}

# But what other tools wrote: tests/import/hls4ml/NAME/firmware.
sources() {
    find sim hwgen traces tests -path 'tests/import/hls4ml/*/firmware' -prune \
        -o \( -name '*.[ch]' -o -name '*.[ch]pp' \) -print0
}

check_format() {
    sources | xargs -0 clang-format --dry-run -Werror
}

# Of the C core only; each file is on its own, so that two can be looked at
# at once.
check_tidy() {
    find sim hwgen traces -name '*.c' -print0 |
        timeout 900 xargs -0 -n 4 -P "$(nproc)" \
            clang-tidy --quiet -p build/release 2>build/release/tidy.log
}

export DEBIAN_FRONTEND=noninteractive
step "packages" .ci/install_packages check || finish
command -v ninja >/dev/null && export CMAKE_GENERATOR=${CMAKE_GENERATOR:-Ninja}
# Verilator's makefiles put this before the compiler.
export OBJCACHE=ccache

step "build, release" build release || finish
step "format" check_format
step "clang-tidy" check_tidy
step "build, sanitize" build sanitize &&
    UBSAN_OPTIONS=print_stacktrace=1 run_tests sanitize
run_tests release
finish
