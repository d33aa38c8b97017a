#include "import/keras/keras_reader.h"

#include "base/arena.h"

#include <string.h>

#define MANY GRAPH_INPUTS_MAX

static const char augments[] = "nothing at inference";
static const char operands[] = "of tensors and numbers";
static const char quantised[] = "quantisers as below";

/* By name; docs/keras.md is written from it. */
static const struct keras_layer_type types[] = {
    { "Activation", 1, 1, keras_read_activation,
      "linear, relu, relu6, leaky_relu, sigmoid, tanh, hard_sigmoid, "
      "hard_tanh, silu, hard_silu, softmax, quantisers" },
    { "ActivityRegularization", 1, 1, keras_read_nothing, "" },
    { "Add", 1, MANY, keras_read_add, "" },
    { "AlphaDropout", 1, 1, keras_read_nothing, "" },
    { "Average", 1, MANY, keras_read_average, "" },
    { "AveragePooling1D", 1, 1, keras_read_avgpool, "" },
    { "AveragePooling2D", 1, 1, keras_read_avgpool, "" },
    { "BatchNormalization", 1, 1, keras_read_batchnorm,
      "along the first or last axis" },
    { "Concatenate", 1, MANY, keras_read_concatenate, "" },
    { "Conv1D", 1, 1, keras_read_conv, "in hardware a dilation of at most 8" },
    { "Conv2D", 1, 1, keras_read_conv, "in hardware a dilation of at most 8" },
    { "Cropping1D", 1, 1, keras_read_crop, "" },
    { "Cropping2D", 1, 1, keras_read_crop, "" },
    { "Dense", 1, 1, keras_read_dense, "inputs of 1 to 3 dimensions" },
    { "DepthwiseConv1D", 1, 1, keras_read_depthwise,
      "in hardware a dilation of at most 8" },
    { "DepthwiseConv2D", 1, 1, keras_read_depthwise,
      "in hardware a dilation of at most 8" },
    { "Dropout", 1, 1, keras_read_nothing, "" },
    { "Flatten", 1, 1, keras_read_flatten, "" },
    { "GaussianDropout", 1, 1, keras_read_nothing, "" },
    { "GaussianNoise", 1, 1, keras_read_nothing, "" },
    { "GlobalAveragePooling1D", 1, 1, keras_read_global_avgpool, "" },
    { "GlobalAveragePooling2D", 1, 1, keras_read_global_avgpool, "" },
    { "GlobalMaxPooling1D", 1, 1, keras_read_global_maxpool, "" },
    { "GlobalMaxPooling2D", 1, 1, keras_read_global_maxpool, "" },
    { "Identity", 1, 1, keras_read_nothing, "" },
    { "InputLayer", 0, 0, keras_read_nothing, "one" },
    { "LeakyReLU", 1, 1, keras_read_leaky_relu, "" },
    { "MaxPooling1D", 1, 1, keras_read_maxpool, "" },
    { "MaxPooling2D", 1, 1, keras_read_maxpool, "" },
    { "Maximum", 1, MANY, keras_read_maximum, "" },
    { "Multiply", 1, MANY, keras_read_multiply, "" },
    { "Normalization", 1, 1, keras_read_normalization,
      "along the last axis, adapted, not inverted" },
    { "PReLU", 1, 1, keras_read_prelu,
      "in hardware with a slope for each channel (shared_axes)" },
    { "Permute", 1, 1, keras_read_permute,
      "in hardware only where the stream keeps its order" },
    { "QActivation", 1, 1, keras_read_activation, quantised },
    { "QAveragePooling2D", 1, 1, keras_read_quant_avgpool,
      "with a quantiser no pads" },
    { "QBatchNormalization", 1, 1, keras_read_batchnorm, quantised },
    { "QConv1D", 1, 1, keras_read_conv, quantised },
    { "QConv2D", 1, 1, keras_read_conv, quantised },
    { "QConv2DBatchnorm", 1, 1, keras_read_conv_batchnorm,
      "folded as at inference" },
    { "QDense", 1, 1, keras_read_dense, quantised },
    { "QDepthwiseConv2D", 1, 1, keras_read_depthwise, quantised },
    { "QDepthwiseConv2DBatchnorm", 1, 1, keras_read_depthwise_batchnorm,
      "folded as at inference" },
    { "QGlobalAveragePooling2D", 1, 1, keras_read_quant_global_avgpool,
      quantised },
    { "QSeparableConv1D", 1, 1, keras_read_separable, quantised },
    { "QSeparableConv2D", 1, 1, keras_read_separable, quantised },
    { "RandomBrightness", 1, 1, keras_read_nothing, augments },
    { "RandomContrast", 1, 1, keras_read_nothing, augments },
    { "RandomFlip", 1, 1, keras_read_nothing, augments },
    { "RandomRotation", 1, 1, keras_read_nothing, augments },
    { "RandomTranslation", 1, 1, keras_read_nothing, augments },
    { "RandomZoom", 1, 1, keras_read_nothing, augments },
    { "ReLU", 1, 1, keras_read_relu,
      "threshold 0; negative_slope or max_value" },
    { "Rescaling", 1, 1, keras_read_rescaling, "numbers" },
    { "Reshape", 1, 1, keras_read_reshape, "" },
    { "SeparableConv1D", 1, 1, keras_read_separable,
      "in hardware a dilation of at most 8" },
    { "SeparableConv2D", 1, 1, keras_read_separable,
      "in hardware a dilation of at most 8" },
    { "Softmax", 1, 1, keras_read_softmax, "in hardware over channels" },
    { "SpatialDropout1D", 1, 1, keras_read_nothing, "" },
    { "SpatialDropout2D", 1, 1, keras_read_nothing, "" },
    { "Subtract", 2, 2, keras_read_subtract, "" },
    { "TFOpLambda", 1, 2, keras_read_tf_operation,
      "the functions of TensorFlow that are the operations below" },
    { "UpSampling1D", 1, 1, keras_read_upsample, "" },
    { "UpSampling2D", 1, 1, keras_read_upsample, "nearest" },
    { "ZeroPadding1D", 1, 1, keras_read_zeropad, "" },
    { "ZeroPadding2D", 1, 1, keras_read_zeropad, "" },
    { "ops.Add", 1, 2, keras_read_operation, operands },
    { "ops.Divide", 1, 2, keras_read_operation, operands },
    { "ops.Maximum", 1, 2, keras_read_operation, operands },
    { "ops.Minimum", 1, 2, keras_read_operation, operands },
    { "ops.Multiply", 1, 2, keras_read_operation, operands },
    { "ops.Negative", 1, 1, keras_read_operation, "" },
    { "ops.Relu", 1, 1, keras_read_operation, "" },
    { "ops.Relu6", 1, 1, keras_read_operation, "" },
    { "ops.Sigmoid", 1, 1, keras_read_operation, "" },
    { "ops.Silu", 1, 1, keras_read_operation, "" },
    { "ops.Subtract", 1, 2, keras_read_operation, operands },
    { "ops.Tanh", 1, 1, keras_read_operation, "" },
    { "ops.TrueDivide", 1, 2, keras_read_operation, operands },
};
enum { TYPE_COUNT = sizeof types / sizeof *types };

const struct keras_layer_type *keras_layer_find(const char *name)
{
    for (uint32_t i = 0; i < TYPE_COUNT; i++)
        if (strcmp(types[i].name, name) == 0)
            return &types[i];
    return NULL;
}

const struct keras_row *keras_layer_rows(struct arena *a, uint32_t *count)
{
    struct keras_row *rows = arena_new_array(a, struct keras_row, TYPE_COUNT);
    for (uint32_t i = 0; i < TYPE_COUNT; i++)
        rows[i] = (struct keras_row){ types[i].name, types[i].limits };
    *count = TYPE_COUNT;
    return rows;
}
