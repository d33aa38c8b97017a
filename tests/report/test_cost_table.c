#include "report/cost_table.h"

#include "base/arena.h"
#include "base/diag.h"
#include "base/json_write.h"
#include "base/text.h"
#include "cost/capacity.h"
#include "design/design.h"
#include "import/model.h"
#include "kernels/kernels.h"
#include "tests/check_main.h"

#include <string.h>

static struct arena *arena;
static struct design *design;

static void setup(void)
{
    arena = arena_new();
    struct diag *d = diag_new(arena);
    struct model *m = model_load(arena, HEADRACE_SOURCE_DIR "/models/digits",
                                 kernels_headrace(), d);
    ck_assert_ptr_nonnull(m);
    design =
        design_lower(arena, &m->network, &m->hardware, kernels_headrace(), d);
    ck_assert_ptr_nonnull(design);
}

static void teardown(void)
{
    arena_free(arena);
}

static const char *print(const struct device *device)
{
    struct text *t = text_new(arena);
    cost_table_print(design, device, arena, t);
    return text_string(t);
}

/* A device with this much more (or less) than the design needs. */
static struct device device_with(int64_t more_luts, int64_t more_dsps)
{
    struct device d = { .name = "custom", .capacity = cost_of_design(design) };
    d.capacity.lut += (uint64_t)more_luts;
    d.capacity.dsp += (uint64_t)more_dsps;
    return d;
}

static void check_has(const char *text, const char *part)
{
    ck_assert_msg(strstr(text, part) != NULL, "no '%s' in\n%s", part, text);
}

START_TEST(without_a_device_there_is_no_verdict)
{
    const char *text = print(NULL);
    check_has(text, "cost, estimated");
    for (uint32_t i = 0; i < design->process_count; i++)
        check_has(text, design->processes[i].name);
    check_has(text, "\nall FIFOs ");
    check_has(text, "\nin all ");
    ck_assert_ptr_null(strstr(text, "fit"));
    ck_assert_ptr_null(strstr(text, "share"));
}
END_TEST

START_TEST(a_device_that_is_just_large_enough)
{
    struct device d = device_with(0, 0);
    const char *text = print(&d);
    check_has(text, "\nshare ");
    check_has(text, "100 %");
    check_has(text, "\nfits           custom\n");
}
END_TEST

START_TEST(what_is_missing_where_it_goes_and_what_helps)
{
    struct device d = device_with(0, -30);
    const char *text = print(&d);
    check_has(text, "\ndoes not fit   custom\n"
                    "DSP            30 too many; 'conv2' takes 72: raise its "
                    "reuse_factor, or pack its multipliers\n");
    ck_assert_ptr_null(strstr(text, "LUT            "));
    /* Packed already. */
    design_process(design, "conv2")->packed = true;
    d = device_with(0, -10);
    check_has(print(&d), "'conv2' takes 36: raise its reuse_factor\n");
}
END_TEST

START_TEST(fifos_that_take_the_most_are_named)
{
    struct diag *diag = diag_new(arena);
    ck_assert(design_set_all_depths(design, 100000, (struct place){ 0 }, diag));
    struct device d = device_with(0, 0);
    d.capacity.bram18 -= 7;
    check_has(print(&d), "BRAM18         7 too many; the FIFOs take ");
    check_has(print(&d), ": make them shallower\n");
}
END_TEST

START_TEST(json_says_whether_it_fits)
{
    struct device d = device_with(-1, 0);
    struct json_out *o = json_out_new(arena);
    cost_table_add_json(o, design, &d);
    struct text *t = text_new(arena);
    json_out_print(o, t);
    check_has(text_string(t), "\"name\":\t\"custom\"");
    check_has(text_string(t), "\"fits\":\tfalse");
    o = json_out_new(arena);
    cost_table_add_json(o, design, NULL);
    t = text_new(arena);
    json_out_print(o, t);
    check_has(text_string(t), "\"device\":\tnull");
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        without_a_device_there_is_no_verdict,
        a_device_that_is_just_large_enough,
        what_is_missing_where_it_goes_and_what_helps,
        fifos_that_take_the_most_are_named,
        json_says_whether_it_fits,
        NULL,
    };
    return check_main_with("cost_table", tests, setup, teardown);
}
