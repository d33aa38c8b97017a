#include "hwgen/generate.h"

#include "base/arena.h"
#include "base/diag.h"
#include "base/rng.h"
#include "base/text.h"
#include "design/design.h"
#include "design/kernel.h"
#include "hwgen/board_modules.h"
#include "hwgen/constraints.h"
#include "hwgen/identifiers.h"
#include "hwgen/library.h"
#include "hwgen/memory_file.h"
#include "hwgen/output_folder.h"
#include "hwgen/package.h"
#include "hwgen/parameters.h"
#include "hwgen/testbench.h"
#include "hwgen/top.h"

#include <inttypes.h>
#include <string.h>

/* Each file has an arena of its own: weights are large. */
bool hwgen_add_memory(struct output_folder *f, const struct process *p,
                      const struct identifiers *ids, struct diag *diag)
{
    if (p->link != NULL)
        return true;
    const struct module *m = module_find(p->kernel->name);
    bool ok = true;
    for (int i = 0; ok && i < MODULE_MEMORIES_MAX; i++) {
        const struct memory *memory = &m->memories[i];
        if (memory->parameter == NULL)
            continue;
        struct arena *a = arena_new();
        const char *name =
            package_memory_name(a, ids, p->index, memory->suffix);
        ok = output_folder_add_text(f, name, memory->write(a, p), diag);
        arena_free(a);
    }
    return ok;
}

static bool add_boards(struct output_folder *f, const struct design *d,
                       const struct identifiers *ids, bool runtime_depths,
                       struct diag *diag)
{
    struct arena *a = arena_new();
    bool ok = true;
    for (uint32_t i = 0; ok && i < d->board_count; i++)
        ok = output_folder_add_text(
            f, arena_printf(a, "%s.sv", board_module_name(a, ids, i)),
            board_module(a, d, i, ids, runtime_depths), diag);
    arena_free(a);
    return ok;
}

static bool add_rtl(struct output_folder *f, const struct design *d,
                    const struct identifiers *ids, bool runtime_depths,
                    struct diag *diag)
{
    struct arena *a = arena_new();
    struct text *top = design_has_links(d)
                           ? board_system(a, d, ids, runtime_depths)
                           : top_module(a, d, ids, runtime_depths);
    bool ok =
        output_folder_add_text(f, arena_printf(a, "%s_pkg.sv", ids->stem),
                               package_text(a, d, ids), diag) &&
        (!design_has_links(d) || add_boards(f, d, ids, runtime_depths, diag)) &&
        output_folder_add_text(f, arena_printf(a, "%s.sv", ids->stem), top,
                               diag);
    arena_free(a);
    for (uint32_t i = 0; ok && i < d->process_count; i++)
        ok = hwgen_add_memory(f, &d->processes[i], ids, diag);
    return ok;
}

bool hwgen_add_rtl(struct output_folder *f, const struct design *d,
                   const char *name, bool runtime_depths, struct diag *diag)
{
    struct arena *a = arena_new();
    bool ok = add_rtl(f, d, identifiers_new(a, d, name), runtime_depths, diag);
    arena_free(a);
    return ok;
}

void hwgen_list_rtl(struct text *list, const struct design *d,
                    const struct identifiers *ids)
{
    struct arena *a = arena_new();
    for (uint32_t i = 0; design_has_links(d) && i < d->board_count; i++)
        text_printf(list, "%s.sv\n", board_module_name(a, ids, i));
    text_printf(list, "%s.sv\n", ids->stem);
    arena_free(a);
}

bool hwgen_add_library(struct output_folder *f,
                       const struct design *const *designs, uint32_t count,
                       struct text *list, struct diag *diag)
{
    struct arena *a = arena_new();
    size_t root_count = 0;
    const char **roots = NULL;
    for (uint32_t i = 0; i < count; i++) {
        size_t more = 0;
        const char **add = top_roots(a, designs[i], &more);
        const char **all = arena_new_array(a, const char *, root_count + more);
        if (root_count > 0)
            memcpy(all, roots, root_count * sizeof *all);
        memcpy(all + root_count, add, more * sizeof *all);
        roots = all;
        root_count += more;
    }
    size_t file_count = 0;
    const struct embedded_file **files =
        library_closure(a, roots, root_count, &file_count);
    bool ok = true;
    for (size_t i = 0; ok && i < file_count; i++) {
        ok = output_folder_add(f, files[i]->name, files[i]->text,
                               files[i]->length, diag);
        text_printf(list, "%s\n", files[i]->name);
    }
    arena_free(a);
    return ok;
}

/* Uniform over the format; the seed only has to be the same every time. */
static const int32_t *random_frame(struct arena *a, const struct stream *s)
{
    uint64_t count = shape_count(s->shape);
    int32_t *values = arena_new_array(a, int32_t, count);
    struct rng rng = { 1 };
    for (uint64_t i = 0; i < count; i++) {
        uint64_t bits = rng_next(&rng) >> (64 - s->format.width);
        values[i] = (int32_t)((int64_t)bits + format_min(s->format));
    }
    return values;
}

/* The testbench counts tokens in 32-bit integers. */
static bool check_frames(const struct design *d, uint32_t frames,
                         struct diag *diag)
{
    uint64_t longest = d->input->tokens_per_frame > d->output->tokens_per_frame
                           ? d->input->tokens_per_frame
                           : d->output->tokens_per_frame;
    if (frames <= INT32_MAX / longest)
        return true;
    diag_error(diag, (struct place){ 0 }, DIAG_DATA,
               "%" PRIu32 " frames of %" PRIu64
               " tokens are more than the %" PRId32 " tokens of a testbench",
               frames, longest, INT32_MAX);
    return false;
}

static bool add_testbench(struct output_folder *f, const struct design *d,
                          const struct identifiers *ids,
                          const struct generate_options *o, struct diag *diag)
{
    struct arena *a = arena_new();
    bool given = o->frame_count > 0;
    uint32_t count = given ? o->frame_count : 1;
    const int32_t *frames = given ? o->frames : random_frame(a, d->input);
    bool ok =
        output_folder_add_text(
            f, arena_printf(a, "%s_tb.sv", ids->stem),
            testbench_module(a, d, ids, count, o->runtime_depths), diag) &&
        output_folder_add_text(f, arena_printf(a, "%s_stimulus.mem", ids->stem),
                               memory_file_tokens(a, d->input, frames, count),
                               diag) &&
        output_folder_add_text(f, arena_printf(a, "%s.xdc", ids->stem),
                               testbench_constraints(a, d), diag);
    arena_free(a);
    return ok;
}

/* What the synthesis of each board needs. */
static bool add_board_files(struct output_folder *f, const struct design *d,
                            const struct identifiers *ids, struct diag *diag)
{
    struct arena *a = arena_new();
    bool ok = true;
    for (uint32_t i = 0; ok && i < d->board_count; i++) {
        const char *name = board_module_name(a, ids, i);
        size_t root_count = 0, count = 0;
        const char **roots = board_roots(a, d, i, &root_count);
        const struct embedded_file **rtl =
            library_closure(a, roots, root_count, &count);
        struct text *list = text_new(a);
        text_printf(list, "%s_pkg.sv\n", ids->stem);
        for (size_t n = 0; n < count; n++)
            text_printf(list, "%s\n", rtl[n]->name);
        text_printf(list, "%s.sv\n", name);
        ok = output_folder_add_text(f, arena_printf(a, "%s.f", name), list,
                                    diag) &&
             output_folder_add_text(f, arena_printf(a, "%s.xdc", name),
                                    constraints_of_board(a, d, i, ids), diag);
    }
    arena_free(a);
    return ok;
}

static bool add_all(struct arena *a, struct output_folder *f,
                    const struct design *d, const struct generate_options *o,
                    struct diag *diag)
{
    const struct identifiers *ids = identifiers_new(a, d, o->name);
    struct text *list = text_new(a);
    text_printf(list, "%s_pkg.sv\n", ids->stem);
    bool ok = add_rtl(f, d, ids, o->runtime_depths, diag) &&
              hwgen_add_library(f, &d, 1, list, diag);
    hwgen_list_rtl(list, d, ids);
    return ok &&
           (design_has_links(d) ? add_board_files(f, d, ids, diag)
                                : add_testbench(f, d, ids, o, diag)) &&
           output_folder_add_text(f, arena_printf(a, "%s.f", ids->stem), list,
                                  diag);
}

bool hwgen_generate(const struct design *d, const struct generate_options *o,
                    const char *folder, struct diag *diag)
{
    static const struct generate_options defaults = { 0 };
    if (o == NULL)
        o = &defaults;
    if (!top_check(d, diag) || !check_frames(d, o->frame_count, diag))
        return false;
    struct arena *a = arena_new();
    struct output_folder *f = output_folder_open(a, folder, diag);
    bool ok =
        f != NULL && add_all(a, f, d, o, diag) && output_folder_commit(f, diag);
    arena_free(a);
    return ok;
}
