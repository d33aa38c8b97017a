/* docs/keras-layers.md is what the reader's tables say; UPDATE_GOLDEN=1 writes
 * it anew. */
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/text.h"
#include "import/keras/keras.h"
#include "tests/check_main.h"

#define TABLE HEADRACE_SOURCE_DIR "/docs/keras-layers.md"

static void add_rows(struct text *t, const char *what,
                     const struct keras_row *rows, uint32_t count)
{
    text_printf(t, "\n| %s | limits |\n|---|---|\n", what);
    for (uint32_t i = 0; i < count; i++) {
        text_printf(t, "| %s | %s |\n", rows[i].name, rows[i].limits);
        ck_assert_msg(i == 0 || strcmp(rows[i - 1].name, rows[i].name) < 0,
                      "'%s' is not in order", rows[i].name);
    }
}

START_TEST(the_table_is_what_is_read)
{
    struct arena *a = arena_new();
    struct diag *d = diag_new(a);
    struct text *t = text_new(a);
    uint32_t count;
    text_add(t, "# Layers and quantisers of Keras that are read\n\nWritten by "
                "tests/import/keras/test_keras_table.c from the tables of "
                "the reader\n([keras.md](keras.md)).\n");
    const struct keras_row *rows = keras_layer_rows(a, &count);
    add_rows(t, "layer", rows, count);
    rows = keras_quantizer_rows(a, &count);
    add_rows(t, "quantiser of QKeras", rows, count);
    if (getenv("UPDATE_GOLDEN") != NULL)
        ck_assert(file_write_text(TABLE, t, d));
    size_t length;
    const char *is = file_read(a, TABLE, 1 << 20, &length, d);
    ck_assert_msg(is != NULL && strcmp(is, text_string(t)) == 0,
                  "docs/keras-layers.md is not what the reader does: "
                  "UPDATE_GOLDEN=1 writes it");
    arena_free(a);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = { the_table_is_what_is_read, NULL };
    return check_main("keras_table", tests);
}
