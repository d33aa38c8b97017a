#include "hwgen/rtl_parts.h"

#include "base/arena.h"
#include "base/diag.h"
#include "base/text.h"
#include "design/design.h"
#include "tests/check_main.h"
#include "tests/exactness/random_design.h"
#include "tests/hwgen/temp_folder.h"

#include <string.h>

enum { SEED = 1000 }; /* has a clone in front of all */

static struct arena *a;
static const char *folder;

static void setup(void)
{
    a = arena_new();
    folder = temp_folder_new(a);
}

static void teardown(void)
{
    temp_folder_remove(folder);
    arena_free(a);
}

static const char *rtl_text(const char *name)
{
    return temp_folder_text(a, file_join(a, folder, PARTS_RTL_FOLDER), name);
}

static bool has(const char *name)
{
    return temp_folder_has(file_join(a, folder, PARTS_RTL_FOLDER), name);
}

static void write_parts(const struct design *d, uint32_t count,
                        const uint32_t *processes)
{
    struct diag *diag = diag_new(a);
    const struct part_list l = { d, count, processes };
    ck_assert_msg(hwgen_parts_write(&l, folder, diag), "%s",
                  diag_count(diag) == 0 ? "nothing said"
                                        : diag_format(diag_at(diag, 0), a));
}

START_TEST(one_module_a_process)
{
    const struct design *d = random_design_new(a, SEED).design;
    const struct process *clone = design_process(d, "source.clone");
    ck_assert_ptr_nonnull(clone);
    write_parts(d, 1, &clone->index);
    const char *module = rtl_text("source_clone_part.sv");
    ck_assert_ptr_nonnull(strstr(module, "module source_clone_part ("));
    ck_assert_ptr_nonnull(strstr(module, ") source_clone_process ("));
    /* A bit for each of its outputs. */
    ck_assert_ptr_nonnull(
        strstr(module, arena_printf(a, "output logic [%u:0] out_valid,",
                                    clone->output_count - 1)));
    ck_assert_ptr_nonnull(strstr(module, "input  wire logic [0:0] in_valid,"));
    ck_assert_ptr_nonnull(strstr(rtl_text("source_clone_part_pkg.sv"),
                                 "package source_clone_part_pkg;"));
    ck_assert_str_eq(rtl_text("source_clone_part.f"),
                     "source_clone_part_pkg.sv\nclone.sv\n"
                     "source_clone_part.sv\n");
    ck_assert_ptr_nonnull(strstr(rtl_text("systemc_parts.cpp"),
                                 "#include \"Vsource_clone_part.h\"\n"));
    ck_assert(has("systemc_harness.cpp") && has("stepper.c"));
    ck_assert(!has("harness.cpp") && !has("fifo_srl.sv"));
}
END_TEST

/* What a build is made from does not depend on who else is at RTL. */
START_TEST(a_part_is_alone)
{
    const struct design *d = random_design_new(a, SEED).design;
    uint32_t both[] = { 0, 1 };
    write_parts(d, 1, both);
    const struct part_list l = { d, 2, both };
    const char **names = parts_names(a, &l);
    static const char *const endings[] = { ".f", ".sv", "_pkg.sv" };
    const char *alone[3];
    for (int i = 0; i < 3; i++)
        alone[i] = rtl_text(arena_printf(a, "%s%s", names[0], endings[i]));
    write_parts(d, 2, both);
    for (int i = 0; i < 3; i++)
        ck_assert_str_eq(
            alone[i], rtl_text(arena_printf(a, "%s%s", names[0], endings[i])));
    ck_assert(has(arena_printf(a, "%s.sv", names[1])));
}
END_TEST

START_TEST(no_rtl_of_other_tools)
{
    struct design d = *random_design_new(a, SEED).design;
    d.family = FAMILY_HLS4ML_VITIS_2023_2;
    uint32_t first = 0;
    const struct part_list l = { &d, 1, &first };
    struct diag *diag = diag_new(a);
    ck_assert(!hwgen_parts_write(&l, folder, diag));
    ck_assert_uint_eq(diag_count(diag), 1);
    ck_assert_int_eq(diag_at(diag, 0)->code, DIAG_UNSUPPORTED);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = { one_module_a_process, a_part_is_alone,
                                   no_rtl_of_other_tools, NULL };
    return check_main_with("rtl_parts", tests, setup, teardown);
}
