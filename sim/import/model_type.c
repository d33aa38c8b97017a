#include "import/model_type.h"

#include "design/design.h"

#include <stddef.h>

#define KEYS(...)   ((const char *const[]){ "name", "type", __VA_ARGS__, NULL })
#define WINDOW_KEYS "kernel", "stride", "padding"
#define PRODUCT_KEYS                                                           \
    "activation", "weight_format", "bias_format", "accumulator_format",        \
        "output_format", "weights"
#define SEPARABLE_KEYS                                                         \
    "depth_multiplier", "depthwise_weight_format",                             \
        "depthwise_accumulator_format", "depthwise_output_format"

#define CONV_KEYS KEYS("input", "filters", WINDOW_KEYS, PRODUCT_KEYS)
#define DEPTHWISE_KEYS                                                         \
    KEYS("input", "depth_multiplier", WINDOW_KEYS, PRODUCT_KEYS)
#define SEPARABLE_CONV_KEYS                                                    \
    KEYS("input", "filters", WINDOW_KEYS, SEPARABLE_KEYS, PRODUCT_KEYS)
#define MAXPOOL_KEYS KEYS("input", WINDOW_KEYS)
#define AVGPOOL_KEYS                                                           \
    KEYS("input", WINDOW_KEYS, "count_pads", "output_format",                  \
         "accumulator_format")
#define ELEMENTWISE_KEYS KEYS("inputs", "activation", "output_format")
#define CONVERTED_KEYS   KEYS("input", "output_format")
#define GIVEN_KEYS       "output_format", "index_format", "weights"
#define TABLE_KEYS       KEYS("input", "table_bits", GIVEN_KEYS)
#define HARD_KEYS        KEYS("input", "table_bits", "alpha", "beta", GIVEN_KEYS)
#define SOFTMAX_KEYS                                                           \
    KEYS("input", "table_bits", "difference_format", "sum_format",             \
         "inverse_format", GIVEN_KEYS)
#define PLAIN_KEYS KEYS("input")

/* clang-format off */
#define ONE .inputs_min = 1, .inputs_max = 1
#define TWO .inputs_min = 2, .inputs_max = 2
#define MANY .inputs_min = 2, .inputs_max = DESIGN_PORTS_MAX

const struct model_type model_types[] = {
    { "conv2d", LAYER_CONV2D, ONE,
      .keys = CONV_KEYS, .read = model_read_convolution },
    { "depthwise_conv2d", LAYER_DEPTHWISE_CONV2D, ONE,
      .keys = DEPTHWISE_KEYS, .read = model_read_convolution },
    { "separable_conv2d", LAYER_CONV2D, ONE, .is_separable = true,
      .keys = SEPARABLE_CONV_KEYS, .read = model_read_convolution },
    { "conv1d", LAYER_CONV2D, ONE, .is_1d = true, .has_causal = true,
      .keys = CONV_KEYS, .read = model_read_convolution },
    { "depthwise_conv1d", LAYER_DEPTHWISE_CONV2D, ONE, .is_1d = true,
      .has_causal = true,
      .keys = DEPTHWISE_KEYS, .read = model_read_convolution },
    { "separable_conv1d", LAYER_CONV2D, ONE, .is_1d = true,
      .has_causal = true, .is_separable = true,
      .keys = SEPARABLE_CONV_KEYS, .read = model_read_convolution },
    { "dense", LAYER_DENSE, ONE,
      .keys = KEYS("input", "units", PRODUCT_KEYS), .read = model_read_dense },
    { "maxpool2d", LAYER_MAXPOOL2D, ONE,
      .keys = MAXPOOL_KEYS, .read = model_read_pool },
    { "avgpool2d", LAYER_AVGPOOL2D, ONE,
      .keys = AVGPOOL_KEYS, .read = model_read_average },
    { "maxpool1d", LAYER_MAXPOOL2D, ONE, .is_1d = true,
      .keys = MAXPOOL_KEYS, .read = model_read_pool },
    { "avgpool1d", LAYER_AVGPOOL2D, ONE, .is_1d = true,
      .keys = AVGPOOL_KEYS, .read = model_read_average },
    { "global_maxpool", LAYER_GLOBAL_MAXPOOL, ONE, .keys = PLAIN_KEYS },
    { "global_avgpool", LAYER_GLOBAL_AVGPOOL, ONE,
      .keys = KEYS("input", "output_format", "accumulator_format"),
      .read = model_read_mean },
    { "add", LAYER_ADD, TWO,
      .keys = ELEMENTWISE_KEYS, .read = model_read_elementwise },
    { "subtract", LAYER_SUBTRACT, TWO,
      .keys = ELEMENTWISE_KEYS, .read = model_read_elementwise },
    { "multiply", LAYER_MULTIPLY, TWO,
      .keys = ELEMENTWISE_KEYS, .read = model_read_elementwise },
    { "maximum", LAYER_MAXIMUM, TWO,
      .keys = ELEMENTWISE_KEYS, .read = model_read_elementwise },
    { "concat", LAYER_CONCAT, MANY, .keys = KEYS("inputs") },
    { "batchnorm", LAYER_BATCHNORM, ONE,
      .keys = KEYS("input", "weight_format", "bias_format", "output_format",
                   "weights"),
      .read = model_read_batchnorm },
    { "relu", LAYER_RELU, ONE,
      .keys = KEYS("input", "max", "output_format"), .read = model_read_relu },
    { "relu6", LAYER_RELU, ONE,
      .keys = CONVERTED_KEYS, .read = model_read_relu6 },
    { "leaky_relu", LAYER_PRELU, ONE,
      .keys = KEYS("input", "alpha", "weight_format", "output_format"),
      .read = model_read_leaky_relu },
    { "prelu", LAYER_PRELU, ONE,
      .keys = KEYS("input", "weight_format", "output_format", "weights"),
      .read = model_read_prelu },
    { "linear", LAYER_LINEAR, ONE,
      .keys = CONVERTED_KEYS, .read = model_read_linear },
    { "sigmoid", LAYER_SIGMOID, ONE,
      .keys = TABLE_KEYS, .read = model_read_table },
    { "tanh", LAYER_TANH, ONE, .keys = TABLE_KEYS, .read = model_read_table },
    { "hard_sigmoid", LAYER_HARD_SIGMOID, ONE,
      .keys = HARD_KEYS, .read = model_read_hard },
    { "hard_tanh", LAYER_HARD_TANH, ONE,
      .keys = HARD_KEYS, .read = model_read_hard },
    { "lookup", LAYER_LOOKUP, ONE,
      .keys = KEYS("input", GIVEN_KEYS), .read = model_read_lookup },
    { "softmax", LAYER_SOFTMAX, ONE,
      .keys = SOFTMAX_KEYS, .read = model_read_softmax },
    { "argmax", LAYER_ARGMAX, ONE, .keys = PLAIN_KEYS },
    { "upsample2d", LAYER_UPSAMPLE2D, ONE,
      .keys = KEYS("input", "size"), .read = model_read_upsample },
    { "upsample1d", LAYER_UPSAMPLE2D, ONE, .is_1d = true,
      .keys = KEYS("input", "size"), .read = model_read_upsample },
    { "crop2d", LAYER_CROP2D, ONE,
      .keys = KEYS("input", "cropping"), .read = model_read_crop },
    { "crop1d", LAYER_CROP2D, ONE, .is_1d = true,
      .keys = KEYS("input", "cropping"), .read = model_read_crop },
    { "zeropad2d", LAYER_ZEROPAD2D, ONE,
      .keys = KEYS("input", "padding"), .read = model_read_pads },
    { "zeropad1d", LAYER_ZEROPAD2D, ONE, .is_1d = true,
      .keys = KEYS("input", "padding"), .read = model_read_pads },
    { "flatten", LAYER_FLATTEN, ONE, .keys = PLAIN_KEYS },
    { "reshape", LAYER_RESHAPE, ONE,
      .keys = KEYS("input", "shape"), .read = model_read_reshape },
    { "transpose", LAYER_TRANSPOSE, ONE,
      .keys = KEYS("input", "permutation"), .read = model_read_transpose },
    { .name = NULL },
};
/* clang-format on */

uint32_t model_type_count(void)
{
    return sizeof model_types / sizeof *model_types - 1;
}
