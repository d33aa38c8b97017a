#!/usr/bin/env bash
# The C core that goes into the programs of `headrace verify --rtl` (the list
# `core` of CMakeLists.txt) stands alone: every header it includes is in it, and
# every function it calls.
set -euo pipefail
library=$(mktemp)
trap 'rm -f "$library"' EXIT

"${CC:-cc}" -std=c11 -D_POSIX_C_SOURCE=200809L -shared -fPIC \
    -Wl,--no-undefined -o "$library" "$HEADRACE_BUILD_DIR"/core/*.c
