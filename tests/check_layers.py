"""Keeps the dependency rule of docs/architecture.md.

Looks at every #include line of sim, hwgen and traces, at where C++ lies, and
at calls that only some folders may make.  With --self-test it plants one
violation of each kind in a copy of a small tree and expects to find it.
"""

import os
import re
import sys
import tempfile

# Folder -> folders whose headers it may include, besides its own.
BELOW = {
    "sim/base": [],
    "sim/network": ["sim/base"],
    "sim/design": ["sim/base", "sim/network"],
    "hwgen": ["sim/base", "sim/network", "sim/design"],
    "traces": ["sim/base"],
}
BELOW["sim/kernels"] = BELOW["sim/design"] + ["sim/design"]
BELOW["sim/engine"] = BELOW["sim/kernels"] + ["sim/kernels"]
BELOW["sim/cost"] = BELOW["sim/engine"]
for top in ("sim/import", "sim/tune", "sim/report"):
    BELOW[top] = BELOW["sim/engine"] + ["sim/engine", "sim/cost"]
BELOW["sim/partition"] = BELOW["sim/tune"] + ["sim/tune"]
BELOW["sim/report"] = BELOW["sim/report"] + [
    "sim/tune", "sim/partition", "traces"]
BELOW["sim/import"] = BELOW["sim/import"] + ["traces"] # vendors' reports
# The public interface, sim/headrace*.[ch].
BELOW["sim"] = sorted(set(BELOW["sim/report"]) | {
    "sim/import", "sim/tune", "sim/partition", "sim/report"})
BELOW["sim/cli"] = BELOW["sim"] + ["sim", "hwgen"]

# Folders below others that keep the rule of those.
INSIDE = {"hwgen/cosim": "hwgen", "sim/import": "sim/import"}

# Where C++ may lie, and the headers of ours that it sees: the files that the
# harness reads and writes, and the public interface of clocked parts.
CPP_FOLDER = "hwgen/cosim"
CPP_HEADERS = ("hwgen/cosim/cosim_files.h", "sim/headrace_step.h")
CPP_ENDINGS = (".cpp", ".hpp", ".cc", ".hh", ".cxx", ".hxx")
C_ENDINGS = (".c", ".h", ".def")

# What only some files may call: pattern, what it is, who may (beginnings of
# paths).  The C++ of the harness is a program of its own.
CALLS = [
    (r"\b(malloc|calloc|realloc|strdup|strndup|aligned_alloc)\s*\(",
     "memory that is not an arena's", ("sim/base/arena.c",)),
    (r"\b(printf|puts|putchar|vprintf|perror)\s*\(|\b(stdout|stderr)\b",
     "printing", ("sim/cli/", "sim/base/arena.c")),
    (r"\b(exit|_Exit|quick_exit)\s*\(", "ending the program",
     ("sim/cli/",)),
    # A child that could not become another program, or has done its work.
    (r"\b_exit\s*\(", "ending the program",
     ("sim/cli/", "hwgen/cosim/tool.c", "sim/base/isolated.c")),
    (r"\b(getenv|secure_getenv|environ)\b", "the environment",
     ("sim/cli/",)),
]

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"]+)[>"]', re.M)
# Comments, strings and characters, so that words in them are no code.
NOT_CODE = re.compile(
    r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', re.S)


def folder_of(path):
    """The folder of the rule that a file belongs to."""
    folder = os.path.dirname(path)
    for inner, rule in INSIDE.items():
        if folder == inner or folder.startswith(inner + "/"):
            return rule
    return folder


def sources(root):
    for top in ("sim", "hwgen", "traces"):
        for folder, names, files in os.walk(os.path.join(root, top)):
            names.sort()
            for name in sorted(files):
                if name.endswith(C_ENDINGS + CPP_ENDINGS):
                    yield os.path.relpath(os.path.join(folder, name), root)


def is_cpp(path):
    return path.endswith(CPP_ENDINGS)


def resolve(root, path, name):
    """The file of the project that `path` means by an include; None: none."""
    for base in (os.path.dirname(path), "sim", ""):
        candidate = os.path.normpath(os.path.join(base, name))
        if os.path.isfile(os.path.join(root, candidate)):
            return candidate
    return None


def blank(match):
    """Keeps the line numbers, and what an #include needs."""
    return " " + "\n" * match.group().count("\n")


def check_includes(root, path, text):
    own = folder_of(path)
    for match in INCLUDE.finditer(re.sub(r"/\*.*?\*/", blank, text,
                                         flags=re.S)):
        kind, name = match.groups()
        line = text.count("\n", 0, match.start()) + 1
        target = resolve(root, path, name)
        place = f"{path}: #include of {name} (near line {line})"
        if kind == '"' and target is None and not is_cpp(path):
            yield f"{place}: there is no such header"
        if target is None:
            continue
        if kind == "<":
            yield f"{place}: headers of the project are included in quotes"
        if is_cpp(path):
            if target not in CPP_HEADERS and not is_cpp(target):
                yield f"{place}: C++ sees {' and '.join(CPP_HEADERS)} only"
            continue
        if is_cpp(target):
            yield f"{place}: C does not see C++"
        other = folder_of(target)
        if other != own and other not in BELOW[own]:
            yield f"{place}: {own} may not include {other}"


def check_calls(path, text):
    code = NOT_CODE.sub(blank, text)
    for pattern, what, may in CALLS:
        if is_cpp(path) or path.startswith(may):
            continue
        for match in re.finditer(pattern, code):
            line = code.count("\n", 0, match.start()) + 1
            yield (f"{path}:{line}: {match.group().rstrip('( ')} "
                   f"({what}) does not belong here")


def violations(root):
    count = 0
    stems = {}
    for path in sources(root):
        count += 1
        with open(os.path.join(root, path), encoding="utf-8") as f:
            text = f.read()
        own = folder_of(path)
        if own not in BELOW:
            yield f"{path}: the rule knows no folder {own}"
            continue
        if is_cpp(path) and os.path.dirname(path) != CPP_FOLDER:
            yield f"{path}: C++ is for {CPP_FOLDER} only"
        yield from check_includes(root, path, text)
        yield from check_calls(path, text)
        name = os.path.basename(path)
        if name in stems:
            yield f"{path}: {stems[name]} has the same name"
        stems[name] = path
    if count == 0:
        yield "no source found"


# A tree that keeps the rule: path -> text.
CLEAN = {
    "sim/base/arena.h": "#include <stddef.h>\n",
    "sim/base/arena.c": '#include "base/arena.h"\nvoid *p = malloc(1);\n',
    "sim/network/network.h": '#include "base/arena.h"\n',
    "sim/design/design.h": '#include "network/network.h"\n',
    "sim/kernels/relu.c":
        '#include "design/design.h"\n/* printf( "is" no call here */\n'
        'const char *s = "exit(1)";\n',
    "sim/kernels/kernels.h": '#include "design/design.h"\n',
    "sim/engine/run.h": '#include "kernels/kernels.h"\n',
    "sim/import/model.h": '#include "network/network.h"\n',
    "sim/report/table.c": '#include "engine/run.h"\n',
    "sim/headrace.h": "#include <stdbool.h>\n",
    "sim/headrace_step.h": '#include "headrace.h"\n',
    "hwgen/cosim/parts.hpp": '#include "headrace_step.h"\n',
    "sim/headrace.c": '#include "headrace.h"\n#include "import/model.h"\n',
    "sim/cli/main.c":
        '#include "headrace.h"\n#include "hwgen/top.h"\n'
        'int x = printf("");\n',
    "hwgen/top.h": '#include "design/design.h"\n',
    "hwgen/cosim/harness.cpp":
        '#include "Vtop.h"\n#include "cosim_files.h"\nint x = printf("");\n',
    "hwgen/cosim/cosim_files.h": "#include <stdint.h>\n",
    "hwgen/cosim/cosim.c":
        '#include "hwgen/top.h"\n#include "hwgen/cosim/cosim_files.h"\n',
    "hwgen/cosim/tool.c": "void f(void)\n{\n    _exit(1);\n}\n",
    "traces/vcd.h": '#include "base/arena.h"\n',
}

# What is planted: file, text, and words of the complaint.
PLANTED = [
    ("sim/base/bad.c", '#include "network/network.h"\n', "may not include"),
    ("sim/network/bad.c", '#include "design/design.h"\n', "may not include"),
    ("sim/design/bad.c", '#include "kernels/kernels.h"\n', "may not include"),
    ("sim/kernels/bad.c", '  #  include "engine/run.h"\n', "may not include"),
    ("sim/kernels/bad.c", '#include "hwgen/top.h"\n', "may not include"),
    ("sim/kernels/bad.c", '#include "../../hwgen/top.h"\n',
     "may not include"),
    ("hwgen/bad.c", '#include "kernels/kernels.h"\n', "may not include"),
    ("hwgen/bad.c", '#include "engine/run.h"\n', "may not include"),
    ("hwgen/cosim/bad.c", '#include "kernels/kernels.h"\n',
     "may not include"),
    ("hwgen/cosim/bad.cpp", '#include "design/design.h"\n', "C++ sees"),
    ("hwgen/cosim/bad.cpp", '#include "hwgen/top.h"\n', "C++ sees"),
    ("hwgen/cosim/bad.hpp", '#include "headrace.h"\n', "C++ sees"),
    ("hwgen/bad.c", '#include "hwgen/cosim/harness.cpp"\n',
     "does not see C++"),
    ("hwgen/bad.c", "void f(void)\n{\n    _exit(1);\n}\n",
     "ending the program"),
    ("sim/engine/bad.c", '#include "import/model.h"\n', "may not include"),
    ("sim/import/bad.c", '#include "cli/bad.h"\n', "no such header"),
    ("sim/import/bad.c", '#include "headrace.h"\n', "may not include"),
    ("sim/report/bad.c", '#include "hwgen/top.h"\n', "may not include"),
    ("traces/bad.c", '#include "network/network.h"\n', "may not include"),
    ("sim/engine/bad.c", "#include <design/design.h>\n", "in quotes"),
    ("sim/engine/bad.cpp", "int x;\n", "C++ is for"),
    ("sim/new/bad.c", "int x;\n", "knows no folder"),
    ("sim/engine/bad.c", "void f(void)\n{\n    exit(1);\n}\n",
     "ending the program"),
    ("sim/report/bad.c", 'int x = printf("a");\n', "printing"),
    ("hwgen/bad.c", "FILE *f = stderr;\n", "printing"),
    ("sim/base/bad.c", "char *x = getenv(0);\n", "the environment"),
    ("sim/headrace.c", "void *x = malloc(3);\n", "not an arena's"),
    ("hwgen/kernels.h", "int x;\n", "has the same name"),
]


def write_tree(root, files):
    for path, text in files.items():
        full = os.path.join(root, path)
        os.makedirs(os.path.dirname(full), exist_ok=True)
        with open(full, "w", encoding="utf-8") as f:
            f.write(text)


def self_test():
    failures = []
    with tempfile.TemporaryDirectory() as root:
        write_tree(root, CLEAN)
        failures += [f"clean tree: {v}" for v in violations(root)]
    for path, text, words in PLANTED:
        with tempfile.TemporaryDirectory() as root:
            write_tree(root, {**CLEAN, path: text})
            found = list(violations(root))
        if len(found) != 1 or words not in found[0]:
            failures.append(f"planted {text!r} in {path}: expected one "
                            f"'{words}', found {found}")
    with tempfile.TemporaryDirectory() as root:
        if not list(violations(root)):
            failures.append("an empty tree passes")
    print("\n".join(failures) if failures
          else f"{len(PLANTED)} planted violations were all found")
    return bool(failures)


def main():
    if sys.argv[1:] == ["--self-test"]:
        return self_test()
    root = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    found = list(violations(root))
    print("\n".join(found) if found else "the dependency rule is kept")
    return bool(found)


sys.exit(main())
