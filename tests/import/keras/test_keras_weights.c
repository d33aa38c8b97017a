/* Weights that no layer can compute with. */
#include "tests/check_main.h"

#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "import/keras/keras_reader.h"

/* A layer on 2 channels whose tensors are `variance` and ones, as a file with
 * names has them; what is said of it. */
static const char *read_layer(struct arena *a, const char *kind,
                              const char *config, float variance)
{
    static const float ones[] = { 1, 1, 1, 1 };
    const float *variances =
        memcpy(arena_new_array(a, float, 2), (float[]){ 1, variance },
               2 * sizeof(float));
    struct h5_tensor tensors[] = {
        { "l/l/kernel:0", { 4, { 1, 1, 2, 2 } }, ones },
        { "l/l/moving_mean:0", { 1, { 2 } }, ones },
        { "l/l/moving_variance:0", { 1, { 2 } }, variances },
    };
    struct h5 weights = { .tensor_count = sizeof tensors / sizeof *tensors,
                          .tensors = tensors };
    struct keras_options options = { 0 };
    struct keras_reader r = { .arena = a,
                              .diag = diag_new(a),
                              .path = "net.h5",
                              .options = &options,
                              .weights = &weights };
    r.graph = graph_new(a, "net.h5", "net", r.diag);
    struct graph_dims dims = { 4, { 1, 3, 3, 2 } };
    struct graph_value *x = graph_add_input(r.graph, "x", &dims, GRAPH_FLOAT32);
    struct keras_layer l = { .reader = &r,
                             .name = "l",
                             .kind = kind,
                             .type = keras_layer_find(kind),
                             .input_count = 1,
                             .inputs = &x };
    char *text = arena_strdup(a, config);
    l.config = json_parse(a, "config", text, strlen(text), r.diag);
    bool is_read = l.type->read(&l) != NULL;
    ck_assert_int_eq(is_read, diag_count(r.diag) == 0);
    return is_read ? "" : diag_at(r.diag, 0)->text;
}

#define NORM "\"scale\": false, \"center\": false, \"use_bias\": false"
#define CONV NORM ", \"filters\": 2, \"kernel_size\": 1"

static const struct {
    const char *kind, *config;
    float variance;
    const char *said;
} cases[] = {
    { "BatchNormalization", "{" NORM "}", 0, "" },
    { "BatchNormalization", "{" NORM "}", -0.5F,
      "layer 'l' (BatchNormalization): a variance of -0.5 and an epsilon of "
      "0.001 (element 1) have no inverse root" },
    { "BatchNormalization", "{" NORM ", \"epsilon\": 0}", 0,
      "layer 'l' (BatchNormalization): a variance of 0 and an epsilon of 0 "
      "(element 1) have no inverse root" },
    { "QConv2DBatchnorm", "{" CONV "}", 0, "" },
    { "QConv2DBatchnorm", "{" CONV "}", -2,
      "layer 'l' (QConv2DBatchnorm): a variance of -2 and an epsilon of "
      "0.001 (element 1) have no inverse root" },
};

START_TEST(variances_have_a_root)
{
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct arena *a = arena_new();
        ck_assert_str_eq(read_layer(a, cases[i].kind, cases[i].config,
                                    cases[i].variance),
                         cases[i].said);
        arena_free(a);
    }
}
END_TEST

int main(void)
{
    const TTest *const tests[] = { variances_have_a_root, NULL };
    return check_main("keras_weights", tests);
}
