#include "hwgen/cosim/cosim_build.h"

#include "base/arena.h"
#include "base/diag.h"
#include "base/text.h"
#include "hwgen/cosim/stamp.h"
#include "hwgen/cosim/tool.h"
#include "hwgen/farm.h"
#include "hwgen/output_folder.h"

#include <assert.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

enum { ARGUMENTS_MAX = 64 };

struct arguments {
    const char *items[ARGUMENTS_MAX];
    uint32_t count;
};

static void add(struct arguments *l, const char *argument)
{
    assert(l->count + 1 < ARGUMENTS_MAX);
    l->items[l->count++] = argument;
}

/* Verilator runs in build/, so that no path of the user's is on its command
 * line, and all paths are relative to that.  Its makefile refuses a current
 * folder with spaces in its name, although it needs no name for it: hence
 * CURDIR. */
static const char file_list[] = "../" FARM_RTL_FOLDER "/" FARM_FILE_LIST;
static const char harness[] = "../" FARM_RTL_FOLDER "/harness.cpp";

/* C++ files of 20000 statements: a large design is compiled by several
 * compilers, and none of them needs much memory. */
static void add_verilator(struct arena *a, struct arguments *l,
                          const struct cosim_build_options *o)
{
    static const char *const always[] = {
        "verilator", "--cc",           "--exe",      "--build",   "--prefix",
        "Vfarm",     "--top-module",   "farm_top",   "--Mdir",    "obj",
        "-o",        "cosim",          "--x-assign", "fast",      "--x-initial",
        "fast",      "--noassert",     "-Wno-fatal", "-Wno-lint", "-Wno-style",
        "-CFLAGS",   "-std=gnu++17",   "-F",         file_list,   harness,
        "-O3",       "--output-split", "20000",
    };
    for (size_t i = 0; i < sizeof always / sizeof *always; i++)
        add(l, always[i]);
    add(l, "-MAKEFLAGS");
    add(l, "CURDIR=.");
    if (o->fast_run) {
        add(l, "-MAKEFLAGS");
        add(l, "OPT_FAST=-O3 OPT_SLOW=-O1 OPT_GLOBAL=-O2");
    } else {
        add(l, "-MAKEFLAGS");
        add(l, "OPT_FAST=-O0 OPT_SLOW=-O0 OPT_GLOBAL=-O1");
    }
    for (uint32_t i = 0; i < o->define_count; i++)
        add(l, arena_printf(a, "-D%s", o->defines[i]));
}

/* A large design is worth the whole machine; the builds of tests run beside
 * each other.  Two jobs at least, so that a processor has work while the other
 * job reads and writes files. */
uint32_t cosim_build_jobs(const struct cosim_build_options *o)
{
    enum { JOBS_LEAST = 2 };
    if (o->jobs != 0)
        return o->jobs;
    long processors = o->fast_run ? sysconf(_SC_NPROCESSORS_ONLN) : 0;
    return processors > JOBS_LEAST ? (uint32_t)processors : JOBS_LEAST;
}

/* What has no influence on the program that comes out. */
static void add_helpers(struct arena *a, struct arguments *l,
                        const struct cosim_build_options *o)
{
    add(l, "-j");
    add(l, arena_printf(a, "%" PRIu32, cosim_build_jobs(o)));
    if (tool_exists("ccache")) {
        add(l, "-MAKEFLAGS");
        add(l, "OBJCACHE=ccache");
    }
}

static bool is_memory_file(const char *name)
{
    const char *dot = strrchr(name, '.');
    return dot != NULL && strcmp(dot, ".mem") == 0;
}

/* Adds all that the build is made from. */
static bool add_all(struct stamp *s, const char *rtl, const struct arguments *l,
                    struct diag *diag)
{
    struct arena *a = arena_new();
    for (uint32_t i = 0; i < l->count; i++)
        stamp_add(s, l->items[i]);
    size_t count = 0;
    const char **names = output_folder_list(a, rtl, &count, diag);
    bool ok = names != NULL;
    for (size_t i = 0; ok && i < count; i++)
        if (!is_memory_file(names[i]))
            ok = stamp_add_file(s, rtl, names[i], diag);
    arena_free(a);
    return ok;
}

static bool build(struct arena *a, const char *folder,
                  const struct cosim_build_options *o, struct diag *diag)
{
    struct arguments l = { 0 };
    add_verilator(a, &l, o);
    struct stamp stamp = stamp_new();
    if (!add_all(&stamp, file_join(a, folder, FARM_RTL_FOLDER), &l, diag))
        return false;
    const char *build_folder = file_join(a, folder, "build");
    const char *stamp_path = file_join(a, build_folder, "stamp");
    if (stamp_is_current(&stamp, stamp_path,
                         file_join(a, folder, COSIM_PROGRAM)))
        return true;
    stamp_remove(stamp_path);
    if (!file_make_folder(build_folder, diag))
        return false;
    add_helpers(a, &l, o);
    const struct tool verilator = {
        .arguments = l.items,
        .folder = build_folder,
        .log = file_join(a, build_folder, "verilator.log"),
        .package = "verilator",
    };
    return tool_run(&verilator, diag) && stamp_write(&stamp, stamp_path, diag);
}

bool cosim_build(const char *folder, const struct cosim_build_options *o,
                 struct diag *diag)
{
    static const struct cosim_build_options defaults = { 0 };
    struct arena *a = arena_new();
    bool ok = build(a, folder, o == NULL ? &defaults : o, diag);
    arena_free(a);
    return ok;
}
