/* fuzz_seeds FOLDER: a small waveform as vcd/sample.vcd and fst/sample.fst.
 * A suite, because what makes waveforms for the tests checks as they do. */
#include <stdio.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/text.h"
#include "tests/check_main.h"
#include "tests/fuzz/wave_sample.h"
#include "tests/traces/wave_build.h"

static const char *folder;

START_TEST(write_seeds)
{
    struct arena *a = arena_new();
    struct diag *d = diag_new(a);
    const struct wave *w = wave_sample(a);
    struct text *vcd = text_new(a);
    text_add(vcd, wave_vcd(w));
    ck_assert(file_make_folder(file_join(a, folder, "vcd"), d));
    ck_assert(file_make_folder(file_join(a, folder, "fst"), d));
    ck_assert(file_write_text(file_join(a, folder, "vcd/sample.vcd"), vcd, d));
    wave_write_fst(w, file_join(a, folder, "fst/sample.fst"));
    arena_free(a);
}
END_TEST

int main(int argc, char **argv)
{
    const TTest *const tests[] = { write_seeds, NULL };
    if (argc != 2) {
        fprintf(stderr, "usage: fuzz_seeds FOLDER\n");
        return EXIT_FAILURE;
    }
    folder = argv[1];
    return check_main("fuzz_seeds", tests);
}
