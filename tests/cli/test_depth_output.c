#include "cli/depth_output.h"

#include "base/arena.h"
#include "base/diag.h"
#include "base/text.h"
#include "design/design.h"
#include "import/model.h"
#include "kernels/kernels.h"
#include "tests/check_main.h"

#include <string.h>
#include <unistd.h>

static struct arena *arena;
static struct diag *diag;
static char folder[] = "/tmp/headrace_depths_XXXXXX";
static struct model *model;
static struct design *design;
static const uint32_t *depths;

static void setup(void)
{
    arena = arena_new();
    diag = diag_new(arena);
    strcpy(folder + strlen(folder) - 6, "XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
    model = model_load(arena, HEADRACE_SOURCE_DIR "/models/digits",
                       kernels_headrace(), diag);
    ck_assert_ptr_nonnull(model);
    design = model_design(arena, model, kernels_headrace(), diag);
    ck_assert_ptr_nonnull(design);
    uint32_t *twos = arena_new_array(arena, uint32_t, design->stream_count);
    for (uint32_t i = 0; i < design->stream_count; i++)
        twos[i] = 2;
    depths = twos;
}

static void teardown(void)
{
    ck_assert_int_eq(rmdir(folder), 0);
    arena_free(arena);
}

static const char *in_folder(const char *name)
{
    return file_join(arena, folder, name);
}

static bool write_to(const struct depth_output *o)
{
    return depth_output_write(o, model, design, depths, diag);
}

START_TEST(each_form_into_its_file)
{
    const struct depth_output o = { in_folder("m.json"), in_folder("h.json"),
                                    in_folder("f.json") };
    ck_assert(write_to(&(struct depth_output){ 0 }));
    ck_assert(write_to(&o));
    ck_assert_int_eq(unlink(o.model), 0);
    ck_assert_int_eq(unlink(o.hls4ml), 0);
    ck_assert_int_eq(unlink(o.finn), 0);
    /* From there the weights are not found. */
    ck_assert_uint_eq(diag_count(diag), 1);
    ck_assert_int_eq(diag_at(diag, 0)->severity, DIAG_WARNING);
    ck_assert_ptr_nonnull(
        strstr(diag_at(diag, 0)->text, "not in the folder of"));
}
END_TEST

START_TEST(all_forms_or_none)
{
    design->streams[1].kind = FIFO_FRAME; /* hls4ml has nothing like it */
    const struct depth_output o = { in_folder("m.json"), in_folder("h.json"),
                                    NULL };
    ck_assert(!write_to(&o));
    ck_assert_uint_eq(diag_error_count(diag), 1);
    ck_assert_int_ne(access(o.model, F_OK), 0);
    ck_assert_int_ne(access(o.hls4ml, F_OK), 0);
}
END_TEST

START_TEST(a_folder_that_is_not_there)
{
    const struct depth_output o = { .finn = in_folder("no/such/f.json") };
    ck_assert(!write_to(&o));
    ck_assert_int_eq(diag_at(diag, 0)->code, DIAG_FILE_WRITE);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        each_form_into_its_file,
        all_forms_or_none,
        a_folder_that_is_not_there,
        NULL,
    };
    return check_main_with("depth_output", tests, setup, teardown);
}
