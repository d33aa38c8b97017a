/* Finding a model, and a table of broken ones with every diagnostic that they
 * give: missing and extra ones fail. */
#include "import/model.h"

#include "tests/import/example.h"

struct edit {
    const char *find, *replace;
};

struct expect {
    uint32_t line, column;
    enum diag_code code;
    const char *text;
    const char *hint; /* NULL: none */
};

struct broken {
    struct edit edits[3];
    struct expect expects[5];
};

static const struct broken broken[] = {
    /* the file as a whole */
    { { { "\"headrace\": 1,", "\"headrace\": 2,\n  \"extra\": 1," } },
      { { 2, 15, DIAG_JSON_RANGE, "'headrace' is 2, not 1", NULL } } },
    { { { "\"headrace\": 1,", "\"headrace\": \"1\"," } },
      { { 2, 15, DIAG_JSON_TYPE, "'headrace' is \"1\", not a whole number",
          NULL } } },
    { { { "  \"headrace\": 1,\n", "" } },
      { { 1, 1, DIAG_JSON_MISSING, "the document has no 'headrace'", NULL } } },
    { { { "\"name\": \"example\",\n", "\"name\": \"example\",,\n" } },
      { { 3, 21, DIAG_JSON_SYNTAX, "expected a key in double quotes, found ','",
          NULL } } },
    { { { "\"labels\": \"labels.npy\" }\n}",
          "\"labels\": \"labels.npy\" }\n} }" } },
      { { 44, 3, DIAG_JSON_SYNTAX, "nothing may follow the document, found '}'",
          NULL } } },
    { { { "\"seed\": 5", "\"seed\": 05" } },
      { { 40, 37, DIAG_JSON_SYNTAX, "a number may not begin with 0, found '0'",
          NULL } } },
    { { { "\"name\": \"example\",",
          "\"name\": \"example\", \"Name\": \"x\"," } },
      { { 3, 22, DIAG_JSON_KEY, "unknown key 'Name' in the document",
          NULL } } },
    { { { "\"name\": \"example\",",
          "\"name\": \"example\", \"name\": \"x\"," } },
      { { 3, 22, DIAG_JSON_KEY, "key 'name' is repeated",
          "it is already in line 3" } } },
    { { { "  \"name\": \"example\",\n", "" } },
      { { 1, 1, DIAG_JSON_MISSING, "the document has no 'name'", NULL } } },
    { { { "\"example\"", "\"my model\"" } },
      { { 3, 11, DIAG_NAME,
          "name 'my model' has other characters than letters, digits and '_'",
          NULL } } },
    { { { "\"example\"", "\"3rd\"" } },
      { { 3, 11, DIAG_NAME, "name '3rd' starts with a digit", NULL } } },
    { { { "\"example\"", "\"\"" } },
      { { 3, 11, DIAG_NAME, "name '' is empty", NULL } } },
    { { { "\"example\"", "17" } },
      { { 3, 11, DIAG_JSON_TYPE, "'name' is 17, not a string", NULL } } },
    { { { "\"example\"", "\"nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn"
                         "nnnnnnnnnnnnnn\"" } },
      { { 3, 11, DIAG_NAME,
          "name "
          "'nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn' "
          "is longer than 64 characters",
          NULL } } },
    { { { "\"example\"", "\"a\\nb\"" } },
      { { 3, 11, DIAG_NAME,
          "name 'a\nb' has other characters than letters, digits and '_'",
          NULL } } },
    /* the network's input */
    { { { "\"name\": \"image\", ", "" } },
      { { 5, 14, DIAG_JSON_MISSING, "'network.input' has no 'name'", NULL } } },
    { { { "\"shape\": [28, 28, 1]", "\"shape\": [28, 28]" } },
      { { 5, 42, DIAG_JSON_RANGE, "'network.input.shape' has 2 elements, not 3",
          NULL } } },
    { { { "\"shape\": [28, 28, 1]", "\"shape\": [28, 0, -1]" } },
      { { 5, 47, DIAG_JSON_RANGE,
          "'network.input.shape[1]' is 0, outside 1..1048576", NULL },
        { 5, 50, DIAG_JSON_RANGE,
          "'network.input.shape[2]' is -1, outside 1..1048576", NULL } } },
    { { { "\"shape\": [28, 28, 1]", "\"shape\": [28, 1.5, 1]" } },
      { { 5, 47, DIAG_JSON_TYPE,
          "'network.input.shape[1]' is 1.5, not a whole number", NULL } } },
    { { { "\"shape\": [28, 28, 1]", "\"shape\": [28, 1048577, 1]" } },
      { { 5, 47, DIAG_JSON_RANGE,
          "'network.input.shape[1]' is 1048577, outside 1..1048576", NULL } } },
    { { { "\"shape\": [28, 28, 1]",
          "\"shape\": [28, 28, 100000000000000000000]" } },
      { { 5, 51, DIAG_JSON_RANGE,
          "'network.input.shape[2]' is 100000000000000000000, outside "
          "1..1048576",
          NULL } } },
    { { { "\"shape\": [28, 28, 1]", "\"shape\": [1048576, 2048, 2]" } },
      { { 5, 42, DIAG_SHAPE_OVERFLOW,
          "the input is 1048576 x 2048 x 2, more than 2^31 values", NULL } } },
    { { { "\"shape\": [28, 28, 1]", "\"shape\": 28" } },
      { { 5, 42, DIAG_JSON_TYPE, "'network.input.shape' is 28, not an array",
          NULL } } },
    { { { "\"shape\": [28, 28, 1]", "\"size\": [28, 28, 1]" } },
      { { 5, 33, DIAG_JSON_KEY, "unknown key 'size' in 'network.input'", NULL },
        { 5, 14, DIAG_JSON_MISSING, "'network.input' has no 'shape'",
          NULL } } },
    { { { "\"ufixed<8,0>\" }", "\"ufixed<8,0>\", \"depth\": 1 }" } },
      { { 6, 32, DIAG_JSON_KEY, "unknown key 'depth' in 'network.input'",
          NULL } } },
    /* formats */
    { { { "\"ufixed<8,0>\"", "\"uint8\"" } },
      { { 6, 17, DIAG_FORMAT,
          "format 'uint8': a format is fixed<W,I[,Q[,O]]>, "
          "ufixed<W,I[,Q[,O]]>, binary or ternary",
          NULL } } },
    { { { "\"ufixed<8,0>\"", "\"fixed<0,1>\"" } },
      { { 6, 17, DIAG_FORMAT, "format 'fixed<0,1>': the width must be 1 to 62",
          NULL } } },
    { { { "\"ufixed<8,0>\"", "\"fixed<33,1>\"" } },
      { { 6, 17, DIAG_FORMAT,
          "width 33 of 'fixed<33,1>' is more than 32, the most of a signed "
          "format",
          NULL } } },
    { { { "\"ufixed<8,0>\"", "\"ufixed<32,1>\"" } },
      { { 6, 17, DIAG_FORMAT,
          "width 32 of 'ufixed<32,1>' is more than 31, the most of an unsigned "
          "format",
          NULL } } },
    { { { "\"ufixed<8,0>\"", "\"fixed<8,1,ROUND>\"" } },
      { { 6, 17, DIAG_FORMAT,
          "format 'fixed<8,1,ROUND>': the rounding mode must be TRN, TRN_ZERO, "
          "RND, RND_ZERO, RND_INF, RND_MIN_INF or RND_CONV",
          NULL } } },
    { { { "\"ufixed<8,0>\"", "\"binary\"" } },
      { { 6, 17, DIAG_FORMAT, "format 'binary' is for weights only", NULL } } },
    { { { "\"ufixed<8,0>\"", "8" } },
      { { 6, 17, DIAG_JSON_TYPE, "'network.input.format' is 8, not a string",
          NULL } } },
    { { { "\"bias_format\": \"fixed<8,1>\"", "\"bias_format\": \"ternary\"" } },
      { { 12, 24, DIAG_FORMAT, "format 'ternary' is for weights only",
          NULL } } },
    { { { "\"fixed<24,8>\"", "\"ufixed<24,8>\"" } },
      { { 13, 31, DIAG_FORMAT,
          "format 'ufixed<24,8>' is unsigned, an accumulator is signed",
          NULL } } },
    { { { "\"fixed<24,8>\"", "\"fixed<24,8,TRN,SAT>\"" } },
      { { 13, 31, DIAG_FORMAT,
          "overflow mode SAT of 'fixed<24,8,TRN,SAT>': an accumulator wraps "
          "(WRAP)",
          NULL } } },
    { { { "\"fixed<24,8>\"", "\"fixed<63,8>\"" } },
      { { 13, 31, DIAG_FORMAT,
          "format 'fixed<63,8>': the width must be 1 to 62", NULL } } },
    { { { "\"ufixed<8,0>\"", "\"fixed<32,0>\"" },
        { "\"units\": 10, \"weight_format\": \"fixed<8,1>\"",
          "\"units\": 10, \"weight_format\": \"fixed<31,1>\"" },
        { "\"ufixed<8,3,RND,SAT>\"", "\"fixed<32,0>\"" } },
      { { 22, 7, DIAG_FORMAT,
          "an exact sum of 864 products of fixed<32,0> and fixed<31,1> and a "
          "bias of fixed<31,1> in 'fc' fits no accumulator (at most 62 bits, "
          "of which -64 to 64 are integer bits)",
          "give an \"accumulator_format\"" } } },
    /* layers and their keys */
    { { { "\"type\": \"maxpool2d\"", "\"type\": \"maxpool\"" } },
      { { 17, 34, DIAG_VALUE,
          "layer type 'maxpool' is not 'conv2d', 'zeropad2d', 'maxpool2d', "
          "'relu', 'dense' or 'flatten'",
          "did you mean 'maxpool2d'?" } } },
    { { { "\"type\": \"maxpool2d\"", "\"type\": \"softmax\"" } },
      { { 17, 34, DIAG_VALUE,
          "layer type 'softmax' is not 'conv2d', 'zeropad2d', 'maxpool2d', "
          "'relu', 'dense' or 'flatten'",
          NULL } } },
    { { { "\"type\": \"maxpool2d\"", "\"type\": 3" } },
      { { 17, 34, DIAG_JSON_TYPE, "'network.layers[1].type' is 3, not a string",
          NULL } } },
    { { { "\"type\": \"maxpool2d\",", "" } },
      { { 17, 7, DIAG_JSON_MISSING, "'network.layers[1]' has no 'type'",
          NULL } } },
    { { { "\"input\": \"conv1\",", "" } },
      { { 17, 7, DIAG_JSON_MISSING, "'network.layers[1]' has no 'input'",
          NULL } } },
    { { { "\"name\": \"pool1\", ", "" } },
      { { 17, 7, DIAG_JSON_MISSING, "'network.layers[1]' has no 'name'",
          NULL } } },
    { { { "\"filters\": 6, ", "" } },
      { { 8, 7, DIAG_JSON_MISSING, "'network.layers[0]' has no 'filters'",
          NULL } } },
    { { { "\"filters\": 6", "\"filters\": 0" } },
      { { 9, 20, DIAG_JSON_RANGE,
          "'network.layers[0].filters' is 0, outside 1..1048576", NULL } } },
    { { { "\"filters\": 6", "\"filters\": -6" } },
      { { 9, 20, DIAG_JSON_RANGE,
          "'network.layers[0].filters' is -6, outside 1..1048576", NULL } } },
    { { { "\"filters\": 6", "\"filters\": 6.5" } },
      { { 9, 20, DIAG_JSON_TYPE,
          "'network.layers[0].filters' is 6.5, not a whole number", NULL } } },
    { { { "\"filters\": 6", "\"filters\": \"6\"" } },
      { { 9, 20, DIAG_JSON_TYPE,
          "'network.layers[0].filters' is \"6\", not a whole number",
          NULL } } },
    { { { "\"filters\": 6", "\"filters\": 1048577" } },
      { { 9, 20, DIAG_JSON_RANGE,
          "'network.layers[0].filters' is 1048577, outside 1..1048576",
          NULL } } },
    { { { "\"filters\": 6", "\"units\": 6" } },
      { { 9, 9, DIAG_JSON_KEY, "unknown key 'units' in 'network.layers[0]'",
          NULL },
        { 8, 7, DIAG_JSON_MISSING, "'network.layers[0]' has no 'filters'",
          NULL } } },
    { { { "\"kernel\": [5, 5]", "\"kernel\": [5, 0]" } },
      { { 9, 37, DIAG_JSON_RANGE,
          "'network.layers[0].kernel[1]' is 0, outside 1..1048576", NULL } } },
    { { { "\"kernel\": [5, 5]", "\"kernel\": [5, 5, 1]" } },
      { { 9, 33, DIAG_JSON_RANGE,
          "'network.layers[0].kernel' has 3 elements, not 2", NULL } } },
    { { { "\"kernel\": [5, 5]", "\"kernel\": 5" } },
      { { 9, 33, DIAG_JSON_TYPE,
          "'network.layers[0].kernel' is 5, not an array", NULL } } },
    { { { "\"stride\": [1, 1]", "\"stride\": [0, 1]" } },
      { { 9, 52, DIAG_JSON_RANGE,
          "'network.layers[0].stride[0]' is 0, outside 1..1048576", NULL } } },
    { { { "\"valid\"", "\"full\"" } },
      { { 10, 20, DIAG_VALUE, "padding 'full' is not 'valid' or 'same'",
          NULL } } },
    { { { "\"valid\"", "1" } },
      { { 10, 20, DIAG_JSON_TYPE,
          "'network.layers[0].padding' is neither 'valid', 'same' nor [top, "
          "bottom, left, right]",
          NULL } } },
    { { { "\"valid\"", "[1, 1]" } },
      { { 10, 20, DIAG_JSON_RANGE,
          "'network.layers[0].padding' has 2 elements, not 4", NULL } } },
    { { { "\"valid\"", "[1, 1, 1, -1]" } },
      { { 10, 30, DIAG_JSON_RANGE,
          "'network.layers[0].padding[3]' is -1, outside 0..1048576",
          NULL } } },
    { { { "\"relu\"", "\"tanh\"" } },
      { { 10, 43, DIAG_VALUE, "activation 'tanh' is not 'none' or 'relu'",
          NULL } } },
    { { { "\"weight_format\": \"fixed<8,1>\",\n        \"bias",
          "\"weights_format\": \"fixed<8,1>\",\n        \"bias" } },
      { { 11, 9, DIAG_JSON_KEY,
          "unknown key 'weights_format' in 'network.layers[0]'",
          "did you mean 'weight_format'?" } } },
    { { { "        \"output_format\": \"ufixed<8,3,RND,SAT>\",\n", "" } },
      { { 8, 7, DIAG_JSON_MISSING, "'network.layers[0]' has no 'output_format'",
          NULL } } },
    { { { "{ \"name\": \"flat\", \"type\": \"flatten\",",
          "{ \"name\": \"flat\", \"type\": \"flatten\", \"axis\": 1," } },
      { { 20, 44, DIAG_JSON_KEY, "unknown key 'axis' in 'network.layers[2]'",
          NULL } } },
    { { { "{ \"name\": \"flat\", \"type\": \"flatten\",\n        \"input\": "
          "\"pool1\" }",
          "7" } },
      { { 20, 7, DIAG_JSON_TYPE, "'network.layers[2]' is 7, not an object",
          NULL } } },
    { { { "\"name\": \"flat\", \"type\": \"flatten\",\n        \"input\": "
          "\"pool1\"",
          "\"name\": \"flat\", \"type\": \"zeropad2d\",\n        \"input\": "
          "\"pool1\"" } },
      { { 20, 7, DIAG_JSON_MISSING, "'network.layers[2]' has no 'padding'",
          NULL } } },
    { { { "\"name\": \"flat\", \"type\": \"flatten\",",
          "\"name\": \"flat\", \"type\": \"relu\", \"output_format\": "
          "\"relu\"," } },
      { { 20, 58, DIAG_FORMAT,
          "format 'relu': a format is fixed<W,I[,Q[,O]]>, ufixed<W,I[,Q[,O]]>, "
          "binary or ternary",
          NULL } } },
    /* names and the graph */
    { { { "\"name\": \"pool1\"", "\"name\": \"pool-1\"" },
        { "\"input\": \"pool1\"", "\"input\": \"pool-1\"" } },
      { { 17, 17, DIAG_NAME,
          "name 'pool-1' has other characters than letters, digits and '_'",
          NULL } } },
    { { { "\"name\": \"pool1\"", "\"name\": \"source\"" },
        { "\"input\": \"pool1\"", "\"input\": \"source\"" } },
      { { 17, 17, DIAG_NAME,
          "name 'source' is reserved for an end of the design", NULL } } },
    { { { "\"name\": \"pool1\"", "\"name\": \"conv1\"" } },
      { { 17, 17, DIAG_NAME, "name 'conv1' is taken by the layer in line 8",
          NULL } } },
    { { { "\"name\": \"pool1\"", "\"name\": \"image\"" },
        { "\"input\": \"pool1\"", "\"input\": \"image\"" } },
      { { 17, 17, DIAG_NAME, "name 'image' is taken by the input in line 5",
          NULL } } },
    { { { "\"input\": \"pool1\"", "\"input\": \"poo1\"" } },
      { { 21, 18, DIAG_GRAPH_INPUT,
          "input 'poo1' is neither a layer nor the network's input",
          "did you mean 'pool1'?" } } },
    { { { "\"input\": \"pool1\"", "\"input\": \"nothing_like_it\"" } },
      { { 21, 18, DIAG_GRAPH_INPUT,
          "input 'nothing_like_it' is neither a layer nor the network's input",
          NULL } } },
    { { { "\"input\": \"pool1\"", "\"input\": \"conv1\"" } },
      { { 21, 18, DIAG_GRAPH_FORK,
          "'conv1' is read by 'pool1' and 'flat'; a tensor with several "
          "readers is not supported yet",
          NULL } } },
    { { { "\"input\": \"pool1\"", "\"input\": \"image\"" } },
      { { 21, 18, DIAG_GRAPH_FORK,
          "'image' is read by 'conv1' and 'flat'; a tensor with several "
          "readers is not supported yet",
          NULL } } },
    { { { "\"input\": \"conv1\"", "\"input\": \"pool1\"" } },
      { { 18, 18, DIAG_GRAPH_CYCLE, "layer 'pool1' reads its own output",
          NULL } } },
    { { { "\"input\": \"image\"", "\"input\": \"flat\"" } },
      { { 8, 53, DIAG_GRAPH_CYCLE,
          "layers feed each other in a cycle: 'conv1' -> 'pool1' -> 'flat' -> "
          "'conv1'",
          NULL } } },
    { { { "\"output\": \"fc\"", "\"output\": \"fc2\"" } },
      { { 27, 15, DIAG_GRAPH_INPUT, "output 'fc2' is no layer",
          "did you mean 'fc'?" } } },
    { { { "\"output\": \"fc\"", "\"output\": \"image\"" } },
      { { 27, 15, DIAG_GRAPH_INPUT,
          "output 'image' is the network's input, not a layer", NULL } } },
    { { { "\"output\": \"fc\"", "\"output\": \"pool1\"" } },
      { { 22, 7, DIAG_GRAPH_UNUSED,
          "the output of layer 'fc' is read by nobody, and the network's "
          "output is 'pool1'",
          "remove the layers behind 'pool1', or name 'fc' as the output" } } },
    { { { "\"output\": \"fc\"", "\"output\": 4" } },
      { { 27, 15, DIAG_JSON_TYPE, "'network.output' is 4, not a string",
          NULL } } },
    { { { "\"output\": \"fc\"\n", "\"outputs\": \"fc\"\n" } },
      { { 27, 5, DIAG_JSON_KEY, "unknown key 'outputs' in 'network'",
          "did you mean 'output'?" } } },
    /* shapes */
    { { { "\"kernel\": [5, 5]", "\"kernel\": [29, 5]" } },
      { { 8, 7, DIAG_SHAPE,
          "kernel 29x5 of 'conv1' does not fit into its input of 28x28",
          NULL } } },
    { { { "\"name\": \"flat\", \"type\": \"flatten\",",
          "\"name\": \"flat\", \"type\": \"relu\"," } },
      { { 22, 7, DIAG_SHAPE,
          "the input of 'fc' is 12x12x6, a dense needs a vector",
          "put a flatten in front of it" } } },
    { { { "\"valid\"", "[1048576, 0, 0, 0]" } },
      { { 8, 7, DIAG_SHAPE_OVERFLOW,
          "the padded input of 'conv1' is 1048604 x 28 x 1, but no size may be "
          "above 1048576",
          NULL } } },
    { { { "\"shape\": [28, 28, 1]", "\"shape\": [8000, 8000, 8]" },
        { "\"filters\": 6", "\"filters\": 40" } },
      { { 8, 7, DIAG_SHAPE_OVERFLOW,
          "a tensor of 'conv1' would be 7996x7996x40: at most 1048576 each and "
          "2^31 values",
          NULL } } },
    { { { "\"shape\": [28, 28, 1]", "\"shape\": [2800, 2800, 1]" } },
      { { 20, 7, DIAG_SHAPE_OVERFLOW,
          "the output of 'flat' is 1 x 1 x 11726424, but no size may be above "
          "1048576",
          NULL } } },
    { { { "\"units\": 10", "\"units\": 1000000" } },
      { { 22, 7, DIAG_SHAPE_OVERFLOW,
          "with the weights of 'fc', (864, 1000000), the network has more than "
          "2^28 weights",
          NULL } } },
    /* weights */
    { { { "\"conv1_kernel.npy\"", "\"conv9_kernel.npy\"" } },
      { { 15, 32, DIAG_WEIGHTS, "file 'conv9_kernel.npy' is not there",
          NULL } } },
    { { { "\"conv1_kernel.npy\"", "\"/conv1_kernel.npy\"" } },
      { { 15, 32, DIAG_WEIGHTS, "path '/conv1_kernel.npy' is absolute",
          "put the file into the model's folder" } } },
    { { { "\"conv1_kernel.npy\"", "\"weights/../../conv1_kernel.npy\"" } },
      { { 15, 32, DIAG_WEIGHTS,
          "path 'weights/../../conv1_kernel.npy' leaves the model's folder",
          "put the file into the model's folder" } } },
    { { { "\"conv1_kernel.npy\"", "\"\"" } },
      { { 15, 32, DIAG_WEIGHTS, "path '' is empty",
          "put the file into the model's folder" } } },
    { { { "\"conv1_bias.npy\"", "\"..\"" } },
      { { 16, 30, DIAG_WEIGHTS, "path '..' leaves the model's folder",
          "put the file into the model's folder" } } },
    { { { "\"conv1_bias.npy\"", "\"conv1_kernel.npy\"" } },
      { { 16, 30, DIAG_WEIGHTS,
          "file 'conv1_kernel.npy' has shape (5, 5, 1, 6), the bias of 'conv1' "
          "has (6,)",
          NULL } } },
    { { { "\"weights\": { \"seed\": 7 }",
          "\"weights\": { \"seed\": 7, \"kernel\": \"fc.npy\" }" } },
      { { 25, 43, DIAG_WEIGHTS, "weights are given by a file and by a seed",
          "remove one of the two" } } },
    { { { "\"weights\": { \"seed\": 7 }", "\"weights\": {}" } },
      { { 25, 20, DIAG_JSON_MISSING,
          "'network.layers[3].weights' has no 'kernel'",
          "\"seed\" makes up weights without a file" } } },
    { { { "\"weights\": { \"seed\": 7 }",
          "\"weights\": { \"bias\": \"fc.npy\" }" } },
      { { 25, 20, DIAG_JSON_MISSING,
          "'network.layers[3].weights' has no 'kernel'",
          "\"seed\" makes up weights without a file" } } },
    { { { "\"weights\": { \"seed\": 7 }", "\"weights\": { \"seed\": -7 }" } },
      { { 25, 30, DIAG_JSON_RANGE,
          "'network.layers[3].weights.seed' is -7, outside "
          "0..18446744073709551615",
          NULL } } },
    { { { "\"weights\": { \"seed\": 7 }",
          "\"weights\": { \"seed\": 7, \"scale\": 2 }" } },
      { { 25, 33, DIAG_JSON_KEY,
          "unknown key 'scale' in 'network.layers[3].weights'", NULL } } },
    { { { "\"weights\": { \"seed\": 7 }", "\"weights\": 7" } },
      { { 25, 20, DIAG_JSON_TYPE,
          "'network.layers[3].weights' is 7, not an object", NULL } } },
    { { { ",\n        \"weights\": { \"seed\": 7 }", "" } },
      { { 22, 7, DIAG_JSON_MISSING, "'network.layers[3]' has no 'weights'",
          NULL } } },
    { { { "\"weight_format\": \"fixed<8,1>\",\n        \"bias",
          "\"weight_format\": \"fixed<6,1>\",\n        \"bias" } },
      { { 15, 32, DIAG_WEIGHTS_RANGE,
          "value -128 at (0, 0, 0, 0) of 'conv1_kernel.npy' is outside "
          "-32..31, the raw values of fixed<6,1> (113 such of 150)",
          NULL } } },
    /* hardware */
    { { { "\"family\": \"headrace\"", "\"family\": \"hls4ml\"" } },
      { { 30, 15, DIAG_UNSUPPORTED,
          "kernel family 'hls4ml' is not supported; 'headrace' is", NULL } } },
    { { { "\"clock_mhz\": 200", "\"clock_mhz\": 0" } },
      { { 31, 18, DIAG_JSON_RANGE,
          "'hardware.clock_mhz' is 0, outside 0.001..2000", NULL } } },
    { { { "\"clock_mhz\": 200", "\"clock_mhz\": 200.0000001" } },
      { { 31, 18, DIAG_JSON_RANGE,
          "clock_mhz 200.0000001 is not a whole number of hertz", NULL } } },
    { { { "\"clock_mhz\": 200", "\"clock_mhz\": \"200\"" } },
      { { 31, 18, DIAG_JSON_TYPE,
          "'hardware.clock_mhz' is \"200\", not a number", NULL } } },
    { { { "\"clock_mhz\": 200", "\"clock\": 200" } },
      { { 31, 5, DIAG_JSON_KEY, "unknown key 'clock' in 'hardware'", NULL } } },
    { { { "\"input_lanes\": 1", "\"input_lanes\": 0" } },
      { { 32, 20, DIAG_JSON_RANGE,
          "'hardware.input_lanes' is 0, outside 1..4294967295", NULL } } },
    { { { "\"depth\": 16", "\"depth\": 0" } },
      { { 33, 24, DIAG_JSON_RANGE,
          "'hardware.fifo.depth' is 0, outside 1..16777216", NULL } } },
    { { { "\"depth\": 16", "\"depth\": 16777217" } },
      { { 33, 24, DIAG_JSON_RANGE,
          "'hardware.fifo.depth' is 16777217, outside 1..16777216", NULL } } },
    { { { "\"kind\": \"auto\"", "\"kind\": \"lutram\"" } },
      { { 33, 36, DIAG_VALUE,
          "FIFO kind 'lutram' is not 'auto', 'srl' or 'bram'", NULL } } },
    { { { "\"kind\": \"auto\"", "\"type\": \"auto\"" } },
      { { 33, 28, DIAG_JSON_KEY, "unknown key 'type' in 'hardware.fifo'",
          NULL } } },
    { { { "\"reuse_factor\": 25", "\"reuse_factor\": 0" } },
      { { 35, 34, DIAG_JSON_RANGE,
          "'hardware.layers.conv1.reuse_factor' is 0, outside 1..4294967295",
          NULL } } },
    { { { "\"reuse_factor\": 25", "\"reuse\": 25" } },
      { { 35, 18, DIAG_JSON_KEY,
          "unknown key 'reuse' in 'hardware.layers.conv1'", NULL } } },
    { { { "\"fc\": { \"pe\": 2, \"simd\": 16 }", "\"fc\": 2" } },
      { { 36, 13, DIAG_JSON_TYPE, "'hardware.layers.fc' is 2, not an object",
          NULL } } },
    { { { "{ \"depth\": 32, \"kind\": \"bram\" }",
          "{ \"depth\": 32.5, \"kind\": \"ram\" }" } },
      { { 38, 40, DIAG_JSON_TYPE,
          "'hardware.fifos[\"conv1.out\"].depth' is 32.5, not a whole number",
          NULL },
        { 38, 54, DIAG_VALUE, "FIFO kind 'ram' is not 'auto', 'srl' or 'bram'",
          "did you mean 'bram'?" } } },
    { { { "{ \"depth\": 32, \"kind\": \"bram\" }", "[]" } },
      { { 38, 29, DIAG_JSON_TYPE,
          "'hardware.fifos[\"conv1.out\"]' is an array, not an object",
          NULL } } },
    { { { "\"random\": 20", "\"random\": 96" } },
      { { 40, 25, DIAG_JSON_RANGE,
          "'hardware.sink.random' is 96, outside 0..95", NULL } } },
    { { { "\"random\": 20", "\"probability\": 20" } },
      { { 40, 15, DIAG_JSON_KEY, "unknown key 'probability' in 'hardware.sink'",
          NULL } } },
    { { { "{ \"gap\": 0 }", "{ \"gap\": 1000000001 }" } },
      { { 39, 24, DIAG_JSON_RANGE,
          "'hardware.source.gap' is 1000000001, outside 0..1000000000",
          NULL } } },
    { { { "{ \"gap\": 0 }", "{ \"phase\": 1 }" } },
      { { 39, 26, DIAG_STIMULUS, "phase 1 is not below the grid, 0", NULL } } },
    { { { "{ \"gap\": 0 }", "{ \"grid\": 4, \"phase\": 4 }" } },
      { { 39, 37, DIAG_STIMULUS, "phase 4 is not below the grid, 4", NULL } } },
    { { { "{ \"gap\": 0 }", "{ \"pause\": 4 }" } },
      { { 39, 26, DIAG_STIMULUS,
          "pause 4 follows each burst, but no 'burst' is given", NULL } } },
    { { { "{ \"gap\": 0 }", "{ \"burst\": 4 }" } },
      { { 39, 26, DIAG_STIMULUS,
          "burst 4 is followed by a pause, but no 'pause' is given", NULL } } },
    { { { "{ \"gap\": 0 }", "true" } },
      { { 39, 15, DIAG_JSON_TYPE, "'hardware.source' is true, not an object",
          NULL } } },
    /* data */
    { { { "\"inputs\": \"images.npy\",\n", "\n" } },
      { { 42, 11, DIAG_JSON_MISSING, "'data' has no 'inputs'", NULL } } },
    { { { "\"images.npy\"", "\"../images.npy\"" } },
      { { 42, 23, DIAG_DATA, "path '../images.npy' leaves the model's folder",
          "put the file into the model's folder" } } },
    { { { "\"labels.npy\"", "\"/labels.npy\"" } },
      { { 43, 23, DIAG_DATA, "path '/labels.npy' is absolute",
          "put the file into the model's folder" } } },
    { { { "\"labels.npy\"", "null" } },
      { { 43, 23, DIAG_JSON_TYPE, "'data.labels' is null, not a string",
          NULL } } },
    { { { "\"labels\": \"labels.npy\"", "\"label\": \"labels.npy\"" } },
      { { 43, 13, DIAG_JSON_KEY, "unknown key 'label' in 'data'",
          "did you mean 'labels'?" } } },
    /* several mistakes at once, and none that follows from another */
    { { { "\"ufixed<8,0>\"", "\"u8\"" },
        { "\"kernel\": [5, 5]", "\"kernel\": [50, 50]" },
        { "\"units\": 10", "\"units\": 0" } },
      { { 6, 17, DIAG_FORMAT,
          "format 'u8': a format is fixed<W,I[,Q[,O]]>, ufixed<W,I[,Q[,O]]>, "
          "binary or ternary",
          NULL },
        { 23, 18, DIAG_JSON_RANGE,
          "'network.layers[3].units' is 0, outside 1..1048576", NULL } } },
    { { { "\"stride\": [1, 1]", "\"strides\": [1, 1]" },
        { "\"input\": \"pool1\"", "\"input\": \"pool\"" },
        { "\"clock_mhz\": 200", "\"clock_mhz\": 5000" } },
      { { 9, 41, DIAG_JSON_KEY, "unknown key 'strides' in 'network.layers[0]'",
          "did you mean 'stride'?" },
        { 21, 18, DIAG_GRAPH_INPUT,
          "input 'pool' is neither a layer nor the network's input",
          "did you mean 'pool1'?" },
        { 31, 18, DIAG_JSON_RANGE,
          "'hardware.clock_mhz' is 5000, outside 0.001..2000", NULL } } },
    { { { "\"conv1_kernel.npy\"", "\"absent.npy\"" },
        { "\"conv1_bias.npy\"", "\"gone.npy\"" },
        { "\"labels.npy\"", "\"/labels.npy\"" } },
      { { 15, 32, DIAG_WEIGHTS, "file 'absent.npy' is not there", NULL },
        { 16, 30, DIAG_WEIGHTS, "file 'gone.npy' is not there", NULL },
        { 43, 23, DIAG_DATA, "path '/labels.npy' is absolute",
          "put the file into the model's folder" } } },
    { { { "\"filters\": 6", "\"filters\": null" },
        { "\"kernel\": [2, 2]", "\"kernel\": [0, 2]" },
        { "\"type\": \"dense\"", "\"type\": \"dens\"" } },
      { { 9, 20, DIAG_JSON_TYPE,
          "'network.layers[0].filters' is null, not a whole number", NULL },
        { 19, 20, DIAG_JSON_RANGE,
          "'network.layers[1].kernel[0]' is 0, outside 1..1048576", NULL },
        { 22, 31, DIAG_VALUE,
          "layer type 'dens' is not 'conv2d', 'zeropad2d', 'maxpool2d', "
          "'relu', 'dense' or 'flatten'",
          "did you mean 'dense'?" } } },
    { { { "\"filters\": 6, \"kernel\": [5, 5]",
          "\"filters\": 6, \"kernel\": [30, 5]" },
        { "\"weights\": { \"seed\": 7 }", "\"weights\": { \"sed\": 7 }" } },
      { { 25, 22, DIAG_JSON_KEY,
          "unknown key 'sed' in 'network.layers[3].weights'",
          "did you mean 'seed'?" },
        { 8, 7, DIAG_SHAPE,
          "kernel 30x5 of 'conv1' does not fit into its input of 28x28",
          NULL } } },
    { { { "{ \"name\": \"conv1\", \"type\"", "{ \"type\"" },
        { "\"kernel\": [5, 5]", "\"kernel\": [30, 5]" } },
      { { 8, 7, DIAG_JSON_MISSING, "'network.layers[0]' has no 'name'", NULL },
        { 8, 7, DIAG_SHAPE,
          "kernel 30x5 of 'network.layers[0]' does not fit into its input of "
          "28x28",
          NULL } } },
    { { { "\"name\": \"fc\", ", "" },
        { "\"output\": \"fc\"", "\"output\": \"conv1\"" } },
      { { 22, 7, DIAG_JSON_MISSING, "'network.layers[3]' has no 'name'",
          NULL } } },
    { { { "\"name\": \"pool1\"", "\"name\": \"conv1\"" },
        { "\"name\": \"flat\"", "\"name\": \"image\"" },
        { "\"input\": \"pool1\"", "\"input\": \"pool2\"" } },
      { { 17, 17, DIAG_NAME, "name 'conv1' is taken by the layer in line 8",
          NULL },
        { 20, 17, DIAG_NAME, "name 'image' is taken by the input in line 5",
          NULL } } },
    { { { "\"input\": \"pool1\"", "\"input\": \"fc\"" },
        { "\"input\": \"conv1\"", "\"input\": \"pool1\"" },
        { "\"input\": \"image\"", "\"input\": \"imago\"" } },
      { { 8, 53, DIAG_GRAPH_INPUT,
          "input 'imago' is neither a layer nor the network's input",
          "did you mean 'image'?" },
        { 18, 18, DIAG_GRAPH_CYCLE, "layer 'pool1' reads its own output",
          NULL },
        { 21, 18, DIAG_GRAPH_CYCLE,
          "layers feed each other in a cycle: 'flat' -> 'fc' -> 'flat'",
          NULL } } },
    { { { "\"input\": \"conv1\"", "\"input\": \"image\"" },
        { "\"input\": \"pool1\"", "\"input\": \"image\"" },
        { "\"input\": \"flat\"", "\"input\": \"image\"" } },
      { { 18, 18, DIAG_GRAPH_FORK,
          "'image' is read by 'conv1', 'pool1', 'flat' and 'fc'; a tensor with "
          "several readers is not supported yet",
          NULL },
        { 22, 7, DIAG_SHAPE,
          "the input of 'fc' is 28x28x1, a dense needs a vector",
          "put a flatten in front of it" } } },
    { { { "\"input\": \"pool1\"", "\"input\": \"fc\"" },
        { "\"input\": \"conv1\"", "\"input\": \"pool1\"" } },
      { { 18, 18, DIAG_GRAPH_CYCLE, "layer 'pool1' reads its own output",
          NULL },
        { 21, 18, DIAG_GRAPH_CYCLE,
          "layers feed each other in a cycle: 'flat' -> 'fc' -> 'flat'",
          NULL } } },
    { { { "\"name\": \"pool1\"",
          "\"name\": "
          "\"pppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppp"
          "pppppppppppppppppppppppppppppppppppppppppppppppppppppp\"" },
        { "\"input\": \"pool1\"",
          "\"input\": "
          "\"qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq"
          "qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq\"" } },
      { { 17, 17, DIAG_NAME,
          "name "
          "'ppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppp"
          "ppppppppppppppppppppppppppppppppp...' is longer than 64 characters",
          NULL },
        { 21, 18, DIAG_GRAPH_INPUT,
          "input "
          "'qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq"
          "qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq...' is neither a layer nor the "
          "network's input",
          NULL } } },
    { { { "\"relu\"", "\"Relu\"" },
        { "\"kind\": \"auto\"", "\"kind\": \"Auto\"" },
        { "\"output\": \"fc\"", "\"output\": \"FC\"" } },
      { { 10, 43, DIAG_VALUE, "activation 'Relu' is not 'none' or 'relu'",
          "did you mean 'relu'?" },
        { 27, 15, DIAG_GRAPH_INPUT, "output 'FC' is no layer", NULL },
        { 33, 36, DIAG_VALUE, "FIFO kind 'Auto' is not 'auto', 'srl' or 'bram'",
          "did you mean 'auto'?" } } },
};

static void check_expects(const struct example *e, const struct expect *expects,
                          const char *what)
{
    size_t count = 0;
    for (; expects[count].text != NULL; count++) {
        const struct expect *x = &expects[count];
        ck_assert_msg(count < diag_count(e->diag), "%s: no '%s' in\n%s", what,
                      x->text, example_messages(e));
        const struct diag_message *m = diag_at(e->diag, count);
        bool same_hint = x->hint == NULL || m->hint == NULL
                             ? x->hint == m->hint
                             : strcmp(x->hint, m->hint) == 0;
        ck_assert_msg(m->place.line == x->line &&
                          m->place.column == x->column && m->code == x->code &&
                          m->severity == DIAG_ERROR &&
                          strcmp(m->text, x->text) == 0 && same_hint,
                      "%s: expected %u:%u: [%s]: %s (hint: %s), got\n%s", what,
                      x->line, x->column, diag_code_name(x->code), x->text,
                      x->hint != NULL ? x->hint : "none", example_messages(e));
        ck_assert_str_eq(m->place.file, example_path(e, "model.json"));
    }
    ck_assert_msg(diag_count(e->diag) == count, "%s: more than %zu in\n%s",
                  what, count, example_messages(e));
}

START_TEST(test_broken)
{
    struct example e = example_new();
    const struct broken *b = &broken[_i];
    const char *json = example_json;
    for (uint32_t i = 0; i < 3 && b->edits[i].find != NULL; i++)
        json = example_change(e.arena, json, b->edits[i].find,
                              b->edits[i].replace);
    ck_assert_ptr_null(example_load(&e, json));
    check_expects(&e, b->expects, b->edits[0].replace);
    example_free(&e);
}
END_TEST

/* Codes that the import can report, each in a row above or a test of its
 * own; the rest belongs to lowering, the command line or tools. */
START_TEST(test_all_codes_are_in_the_table)
{
    static const enum diag_code codes[] = {
        DIAG_JSON_SYNTAX,   DIAG_JSON_TYPE,      DIAG_JSON_KEY,
        DIAG_JSON_MISSING,  DIAG_JSON_RANGE,     DIAG_VALUE,
        DIAG_FORMAT,        DIAG_NAME,           DIAG_GRAPH_INPUT,
        DIAG_GRAPH_CYCLE,   DIAG_GRAPH_UNUSED,   DIAG_GRAPH_FORK,
        DIAG_SHAPE,         DIAG_SHAPE_OVERFLOW, DIAG_WEIGHTS,
        DIAG_WEIGHTS_RANGE, DIAG_STIMULUS,       DIAG_DATA,
        DIAG_UNSUPPORTED,
    };
    bool seen[DIAG_CODE_COUNT] = { false };
    for (size_t i = 0; i < sizeof broken / sizeof *broken; i++)
        for (size_t k = 0; broken[i].expects[k].text != NULL; k++)
            seen[broken[i].expects[k].code] = true;
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
        ck_assert_msg(seen[codes[i]], "no row for %s",
                      diag_code_name(codes[i]));
}
END_TEST

START_TEST(test_no_file)
{
    struct example e = example_new();
    char *path = example_path(&e, "absent.json");
    ck_assert_ptr_null(model_load(e.arena, path, kernels_headrace(), e.diag));
    ck_assert_uint_eq(diag_count(e.diag), 1);
    ck_assert_uint_eq(diag_at(e.diag, 0)->code, DIAG_FILE_OPEN);
    ck_assert_str_eq(diag_at(e.diag, 0)->place.file, path);
    example_free(&e);
}
END_TEST

START_TEST(test_folder_without_model)
{
    struct example e = example_new();
    ck_assert_ptr_null(
        model_load(e.arena, e.folder, kernels_headrace(), e.diag));
    ck_assert_uint_eq(diag_count(e.diag), 1);
    ck_assert_uint_eq(diag_at(e.diag, 0)->code, DIAG_FILE_OPEN);
    ck_assert_str_eq(diag_at(e.diag, 0)->place.file,
                     example_path(&e, "model.json"));
    example_free(&e);
}
END_TEST

/* A family that lacks the kernel of a layer. */
START_TEST(test_missing_kernel)
{
    struct example e = example_new();
    example_write(&e, "model.json", example_json, strlen(example_json));
    static const struct kernel *const kernels[] = { &kernel_conv2d,
                                                    &kernel_dense };
    struct kernel_table table = { 2, kernels };
    ck_assert_ptr_null(model_load(e.arena, e.folder, &table, e.diag));
    static const struct expect expects[] = {
        { 17, 7, DIAG_UNSUPPORTED,
          "layer 'pool1' is a maxpool2d, which this kernel family does not "
          "have",
          NULL },
        { 0 },
    };
    check_expects(&e, expects, "maxpool2d");
    example_free(&e);
}
END_TEST

/* 30 layers in a ring: the message does not grow with it. */
START_TEST(test_long_cycle)
{
    struct example e = example_new();
    struct text *t = text_new(e.arena);
    text_add(t, "{ \"headrace\": 1, \"name\": \"m\", \"network\": {\n"
                "\"input\": { \"name\": \"in\", \"shape\": [1, 1, 1],\n"
                "\"format\": \"fixed<8,4>\" }, \"layers\": [\n");
    for (uint32_t i = 0; i < 30; i++)
        text_printf(t,
                    "{ \"name\": \"r%u\", \"type\": \"relu\", \"input\": "
                    "\"r%u\" }%s\n",
                    i, (i + 29) % 30, i < 29 ? "," : "");
    text_add(t, "] } }\n");
    ck_assert_ptr_null(example_load(&e, text_string(t)));
    static const struct expect expects[] = {
        { 4, 42, DIAG_GRAPH_CYCLE,
          "layers feed each other in a cycle: 'r0' -> 'r1' -> 'r2' -> 'r3' -> "
          "'r4' -> 'r5' -> (23 more) -> 'r29' -> 'r0'",
          NULL },
        { 0 },
    };
    check_expects(&e, expects, "cycle");
    example_free(&e);
}
END_TEST

START_TEST(test_paths)
{
    struct example e = example_new();
    struct model *m = example_load_good(&e, example_json);
    char *file = example_path(&e, "model.json");
    ck_assert_str_eq(m->path, file);
    ck_assert_str_eq(m->folder, e.folder);
    ck_assert_str_eq(m->data_inputs, "images.npy");
    ck_assert_str_eq(m->data_labels, "labels.npy");
    ck_assert_uint_eq(m->data_place.line, 42);
    /* The same by other names. */
    char *slashes = arena_printf(e.arena, "%s//", e.folder);
    const char *others[] = { file, slashes };
    for (uint32_t i = 0; i < 2; i++) {
        m = model_load(e.arena, others[i], kernels_headrace(), e.diag);
        ck_assert_ptr_nonnull(m);
        ck_assert_str_eq(m->path, file);
        ck_assert_str_eq(m->folder, e.folder);
    }
    /* In the working folder. */
    char before[4096];
    ck_assert_ptr_nonnull(getcwd(before, sizeof before));
    ck_assert_int_eq(chdir(e.folder), 0);
    m = model_load(e.arena, "model.json", kernels_headrace(), e.diag);
    ck_assert_int_eq(chdir(before), 0);
    ck_assert_ptr_nonnull(m);
    ck_assert_str_eq(m->folder, "");
    example_free(&e);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("model");
    TCase *c = tcase_create("model");
    tcase_add_loop_test(c, test_broken, 0, sizeof broken / sizeof *broken);
    tcase_add_test(c, test_all_codes_are_in_the_table);
    tcase_add_test(c, test_long_cycle);
    tcase_add_test(c, test_missing_kernel);
    tcase_add_test(c, test_paths);
    tcase_add_test(c, test_no_file);
    tcase_add_test(c, test_folder_without_model);
    suite_add_tcase(s, c);
    return s;
}

int main(void)
{
    return example_run(suite());
}
