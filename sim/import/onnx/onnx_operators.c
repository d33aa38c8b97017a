#include "import/onnx/onnx.h"

#include "base/arena.h"
#include "import/onnx/onnx_reader.h"

#include <string.h>

/* By name; docs/onnx.md is written from it. */
static const struct onnx_operator operators[] = {
    { "", "Abs", 1, 1, onnx_read_abs, "" },
    { "", "Add", 2, 2, onnx_read_add, "" },
    { "", "ArgMax", 1, 1, onnx_read_argmax, "" },
    { "", "AveragePool", 1, 1, onnx_read_avgpool, "" },
    { "", "BatchNormalization", 5, 5, onnx_read_batchnorm, "no training mode" },
    { "", "Cast", 1, 1, onnx_read_cast,
      "to float32, float64, bool and integers of 8 to 32 bits, and int64" },
    { "", "Clip", 1, 3, onnx_read_clip, "constant limits" },
    { "", "Concat", 1, GRAPH_INPUTS_MAX, onnx_read_concat, "" },
    { "", "Constant", 0, 0, onnx_read_constant, "numbers" },
    { "", "ConstantOfShape", 1, 1, onnx_read_constant_of_shape,
      "a constant shape" },
    { "", "Conv", 2, 3, onnx_read_conv, "one to three spatial dimensions" },
    { "", "ConvInteger", 2, 4, onnx_read_conv_integer,
      "one zero point for all of the weights" },
    { "", "DequantizeLinear", 2, 3, onnx_read_dequantize, "no blocks" },
    { "", "Div", 2, 2, onnx_read_div, "" },
    { "", "Dropout", 1, 3, onnx_read_dropout, "no training mode" },
    { "", "Expand", 2, 2, onnx_read_expand, "a constant shape" },
    { "", "Flatten", 1, 1, onnx_read_flatten, "" },
    { "", "Gather", 2, 2, onnx_read_gather, "constant indices" },
    { "", "Gelu", 1, 1, onnx_read_gelu, "the form with tanh" },
    { "", "Gemm", 2, 3, onnx_read_gemm, "" },
    { "", "GlobalAveragePool", 1, 1, onnx_read_global_avgpool, "" },
    { "", "GlobalMaxPool", 1, 1, onnx_read_global_maxpool, "" },
    { "", "HardSigmoid", 1, 1, onnx_read_hard_sigmoid, "" },
    { "", "HardSwish", 1, 1, onnx_read_hard_swish, "" },
    { "", "Identity", 1, 1, onnx_read_identity, "" },
    { "", "LeakyRelu", 1, 1, onnx_read_leaky_relu, "" },
    { "", "MatMul", 2, 2, onnx_read_matmul, "" },
    { "", "MatMulInteger", 2, 4, onnx_read_matmul_integer,
      "one zero point for each input" },
    { "", "Max", 1, GRAPH_INPUTS_MAX, onnx_read_max, "" },
    { "", "MaxPool", 1, 1, onnx_read_maxpool,
      "no column-major storage; indices are not computed" },
    { "", "Min", 1, GRAPH_INPUTS_MAX, onnx_read_min, "" },
    { "", "Mul", 2, 2, onnx_read_mul, "" },
    { "", "Neg", 1, 1, onnx_read_neg, "" },
    { "", "PRelu", 2, 2, onnx_read_prelu, "" },
    { "", "Pad", 1, 4, onnx_read_pad, "constant pads; no wrap mode" },
    { "", "Pow", 2, 2, onnx_read_pow, "to 1, 2 and 3" },
    { "", "QLinearConv", 8, 9, onnx_read_qlinear_conv, "" },
    { "", "QLinearMatMul", 8, 8, onnx_read_qlinear_matmul,
      "one scale for each input" },
    { "", "QuantizeLinear", 2, 3, onnx_read_quantize,
      "to int8, uint8, int16 and uint16; no blocks" },
    { "", "ReduceMax", 1, 2, onnx_read_reduce_max, "over height and width" },
    { "", "ReduceMean", 1, 2, onnx_read_mean, "constant axes" },
    { "", "Relu", 1, 1, onnx_read_relu, "" },
    { "", "Reshape", 2, 2, onnx_read_reshape, "a constant shape" },
    { "", "Resize", 1, 4, onnx_read_resize,
      "nearest, by whole factors that repeat each value" },
    { "", "Shape", 1, 1, onnx_read_shape, "" },
    { "", "Sigmoid", 1, 1, onnx_read_sigmoid, "" },
    { "", "Slice", 1, 5, onnx_read_slice, "constant limits" },
    { "", "Softmax", 1, 1, onnx_read_softmax, "" },
    { "", "Split", 1, 2, onnx_read_split, "constant sizes" },
    { "", "Squeeze", 1, 2, onnx_read_squeeze, "constant axes" },
    { "", "Sub", 2, 2, onnx_read_sub, "" },
    { "", "Sum", 1, GRAPH_INPUTS_MAX, onnx_read_add, "" },
    { "", "Swish", 1, 1, onnx_read_swish, "" },
    { "", "Tanh", 1, 1, onnx_read_tanh, "" },
    { "", "Transpose", 1, 1, onnx_read_transpose, "" },
    { "", "Unsqueeze", 1, 2, onnx_read_unsqueeze, "constant axes" },
    { "", "Upsample", 1, 2, onnx_read_upsample, "nearest, by whole factors" },
    { "com.microsoft", "QGemm", 6, 9, onnx_read_qgemm, "with an output scale" },
    { "com.microsoft", "QLinearAdd", 7, 8, onnx_read_qlinear_add, "" },
    { "com.microsoft", "QLinearAveragePool", 4, 5, onnx_read_qlinear_avgpool,
      "" },
    { "com.microsoft", "QLinearConcat", 5, GRAPH_INPUTS_MAX,
      onnx_read_qlinear_concat, "" },
    { "com.microsoft", "QLinearGlobalAveragePool", 4, 5,
      onnx_read_qlinear_global_avgpool, "" },
    { "com.microsoft", "QLinearMul", 7, 8, onnx_read_qlinear_mul, "" },
    { "qonnx", "BipolarQuant", 2, 2, onnx_read_bipolar_quant,
      "a constant scale" },
    { "qonnx", "Quant", 4, 4, onnx_read_quant,
      "constant scale, zero point and bits" },
    { "qonnx", "Trunc", 5, 5, onnx_read_trunc,
      "constant scale, zero point and bits" },
};
enum { OPERATOR_COUNT = sizeof operators / sizeof *operators };

const struct onnx_operator *onnx_operator_find(const char *domain,
                                               const char *name)
{
    for (uint32_t i = 0; i < OPERATOR_COUNT; i++)
        if (strcmp(operators[i].name, name) == 0 &&
            strcmp(operators[i].domain, domain) == 0)
            return &operators[i];
    return NULL;
}

const struct onnx_operator_row *onnx_operator_rows(struct arena *a,
                                                   uint32_t *count)
{
    struct onnx_operator_row *rows =
        arena_new_array(a, struct onnx_operator_row, OPERATOR_COUNT);
    for (uint32_t i = 0; i < OPERATOR_COUNT; i++)
        rows[i] = (struct onnx_operator_row){
            .domain = operators[i].domain,
            .name = operators[i].name,
            .limits = operators[i].limits,
        };
    *count = OPERATOR_COUNT;
    return rows;
}
