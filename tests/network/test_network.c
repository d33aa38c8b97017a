#include "network/network.h"

#include "tests/check_main.h"

#include <string.h>

/* No name is missing or there twice. */
START_TEST(test_type_names)
{
    for (uint32_t t = 0; t < LAYER_TYPE_COUNT; t++) {
        const char *name = layer_type_name((enum layer_type)t);
        ck_assert_ptr_nonnull(name);
        for (uint32_t u = 0; u < t; u++)
            ck_assert_str_ne(name, layer_type_name((enum layer_type)u));
    }
    ck_assert_str_eq(layer_type_name(LAYER_TRANSPOSE), "transpose");
}
END_TEST

START_TEST(test_type_traits)
{
    uint32_t products = 0, pads = 0;
    for (uint32_t t = 0; t < LAYER_TYPE_COUNT; t++) {
        products += layer_type_has_products((enum layer_type)t);
        pads += layer_type_has_padding_unit((enum layer_type)t);
    }
    ck_assert_uint_eq(products, 3);
    ck_assert_uint_eq(pads, 4);
    ck_assert(layer_type_has_products(LAYER_DENSE));
    ck_assert(layer_type_has_padding_unit(LAYER_AVGPOOL2D));
    ck_assert(!layer_type_has_padding_unit(LAYER_ZEROPAD2D));
}
END_TEST

/* A window of 3 x 2 of five channels; all values of 4 x 6 x 5. */
START_TEST(test_terms)
{
    const struct tensor in = { .shape = { 4, 6, 5 } };
    const struct tensor *const inputs[] = { &in };
    struct layer l = { .inputs = inputs,
                       .input_count = 1,
                       .window = { .kernel_h = 3, .kernel_w = 2 } };
    l.type = LAYER_CONV2D;
    ck_assert_uint_eq(layer_terms(&l), 30);
    l.type = LAYER_DEPTHWISE_CONV2D;
    ck_assert_uint_eq(layer_terms(&l), 6);
    l.type = LAYER_DENSE;
    ck_assert_uint_eq(layer_terms(&l), 120);
}
END_TEST

/* A convolution of 2 x 3 outputs with 7 filters, then a dense of 10; a pool has
 * no products. */
START_TEST(test_products)
{
    const struct tensor in = { .shape = { 4, 6, 5 } };
    const struct tensor *const inputs[] = { &in };
    struct layer layers[] = {
        { .type = LAYER_CONV2D,
          .inputs = inputs,
          .window = { .kernel_h = 3, .kernel_w = 2 },
          .output = { .shape = { 2, 3, 7 } } },
        { .type = LAYER_MAXPOOL2D,
          .inputs = inputs,
          .output = { .shape = { 4, 6, 5 } } },
        { .type = LAYER_DENSE,
          .inputs = inputs,
          .output = { .shape = { 1, 1, 10 } } },
    };
    const struct network n = { .layer_count = 3, .layers = layers };
    ck_assert_uint_eq(network_products(&n), 30 * 42 + 120 * 10);
}
END_TEST

START_TEST(test_find)
{
    struct layer layers[] = { { .name = "a" }, { .name = "b" } };
    const struct network n = { .layer_count = 2, .layers = layers };
    ck_assert_ptr_eq(network_layer(&n, "b"), &layers[1]);
    ck_assert_ptr_null(network_layer(&n, "c"));
    ck_assert_uint_eq(network_tensor_index(&n, &n.input), 0);
    ck_assert_uint_eq(network_tensor_index(&n, &layers[1].output), 2);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = { test_type_names, test_type_traits,
                                   test_terms,      test_products,
                                   test_find,       NULL };
    return check_main("network", tests);
}
