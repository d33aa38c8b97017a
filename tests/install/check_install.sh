#!/usr/bin/env bash
# Installs into a new prefix and uses what lies there as a stranger would:
# the command, the library (shared and static, through pkg-config), the
# models, the schemas and the man page.
set -euo pipefail
source=${HEADRACE_SOURCE_DIR:?}
build=${HEADRACE_BUILD_DIR:?}
CC=${CC:-cc}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

fail() {
    echo "check_install: $*" >&2
    exit 1
}

# Moved after installation: nothing may depend on the first place.
cmake --install "$build" --prefix "$work/first" >"$work/log" ||
    { cat "$work/log"; fail "cmake --install failed"; }
mv "$work/first" "$work/prefix"
prefix=$work/prefix
cd "$work"

# The data folder is read-only for users and holds no scripts.
find "$prefix" -type f -o -type l | sed "s|^$prefix/||" | sort >files
cat files
for file in bin/headrace include/headrace.h include/headrace_step.h \
    include/headrace_sc.hpp include/headrace_sc_rtl.hpp share/man/man1/headrace.1 \
    share/headrace/models/digits/model.json \
    share/headrace/schema/model.schema.json; do
    grep -qx "$file" files || fail "$file was not installed"
done
grep -q '^lib.*/libheadrace\.a$' files || fail "no static library"
grep -q '^lib.*/libheadrace\.so$' files || fail "no shared library"
[ "$(grep -c '^include/.*\.h$' files)" = 2 ] ||
    fail "other public headers than two"
! grep -E '\.py$|requirements\.txt$' files || fail "a script was installed"

pc=$(dirname "$(find "$prefix" -name headrace.pc)")
libdir=$(dirname "$pc")
export PKG_CONFIG_PATH=$pc
version=$("$prefix/bin/headrace" --version)
[ "$version" = "headrace $(pkg-config --modversion headrace)" ] ||
    fail "the command says '$version', pkg-config another version"
model=$(pkg-config --variable=modelsdir headrace)/digits
[ -d "$model" ] || fail "pkg-config names no folder of models: $model"
[ -f "$(pkg-config --variable=schemadir headrace)/model.schema.json" ] ||
    fail "pkg-config names no folder of schemas"

sanitizers=()
[ "${HEADRACE_SANITIZE:-OFF}" = OFF ] ||
    sanitizers=(-fsanitize=address,undefined)

# run PROGRAM: latency and interval are positive
run() {
    local said
    said=$("$1" "$model") || fail "$1 failed"
    echo "$1: $said"
    [[ $said =~ ^latency\ [1-9][0-9]*\ interval\ [1-9][0-9]*$ ]] ||
        fail "unexpected output of $1"
    "$1" "$work/none" 2>message && fail "$1 opened a model that is not there"
    grep -q 'error\[file-open\]' message || fail "no reason: $(cat message)"
}

read -ra flags < <(pkg-config --cflags --libs headrace)
"$CC" -std=c11 -Wall -Wextra -Werror "${sanitizers[@]}" \
    "$source/tests/install/user.c" "${flags[@]}" -o shared
(export LD_LIBRARY_PATH=$libdir && run ./shared)
LD_LIBRARY_PATH=$libdir ldd ./shared >linked
grep -q "$libdir/libheadrace" linked ||
    fail "the shared library was not used"

# The example of docs/systemc.md, with what is installed alone.
cp "$source/docs/examples/systemc_platform.cpp" .
"${CXX:-c++}" -std=c++17 -Wall -Wextra -Werror "${sanitizers[@]}" \
    systemc_platform.cpp "${flags[@]}" -lsystemc -o systemc_platform
said=$(LD_LIBRARY_PATH=$libdir ./systemc_platform "${model%/*}/lenet5" conv1 \
    2>/dev/null) || fail "the SystemC example failed: $said"
echo "systemc_platform: $said"
grep -qF "$said" "$source/docs/systemc.md" ||
    fail "the SystemC example says something else than docs/systemc.md"

mkdir static-only
cp "$libdir/libheadrace.a" static-only
read -ra flags < <(pkg-config --static --cflags --libs headrace)
"$CC" -std=c11 -Wall -Wextra -Werror "${sanitizers[@]}" \
    "$source/tests/install/user.c" -Lstatic-only "${flags[@]}" -o static
ldd ./static >linked
grep -q libheadrace linked && fail "the static library was not used"
run ./static

# Both libraries offer the names of the two C headers and no others.
cat "$prefix"/include/headrace.h "$prefix"/include/headrace_step.h |
    grep -o 'headrace_[a-z_]*(' | tr -d '(' | sort -u >wanted
nm -D --defined-only "$libdir/libheadrace.so" | awk '{print $3}' |
    sort -u >offered
diff wanted offered || fail "the shared library offers other names"
nm -g --defined-only "$libdir/libheadrace.a" |
    awk '$2 == "T" {print $3}' | sort -u >offered
diff wanted offered || fail "the static library offers other names"
echo "installed, linked and run"
