#include <iostream>

#include "residual.h"
#include "parameters.h"


void residual(
    hls::stream<input_t> &input_1,
    hls::stream<result_t> &layer13_out
) {

    // hls-fpga-machine-learning insert IO
    #pragma HLS INTERFACE axis port=input_1,layer13_out 
    #pragma HLS DATAFLOW

    // hls-fpga-machine-learning insert load weights
#ifndef __SYNTHESIS__
    static bool loaded_weights = false;
    if (!loaded_weights) {
        nnet::load_weights_from_txt<weight2_t, 108>(w2, "w2.txt");
        nnet::load_weights_from_txt<bias2_t, 6>(b2, "b2.txt");
        nnet::load_weights_from_txt<weight5_t, 54>(w5, "w5.txt");
        nnet::load_weights_from_txt<bias5_t, 6>(b5, "b5.txt");
        nnet::load_weights_from_txt<weight7_t, 36>(w7, "w7.txt");
        nnet::load_weights_from_txt<bias7_t, 6>(b7, "b7.txt");
        nnet::load_weights_from_txt<weight13_t, 48>(w13, "w13.txt");
        nnet::load_weights_from_txt<bias13_t, 4>(b13, "b13.txt");
        loaded_weights = true;    }
#endif
    // ****************************************
    // NETWORK INSTANTIATION
    // ****************************************

    // hls-fpga-machine-learning insert layers

    hls::stream<layer16_t> layer16_out("layer16_out");
    #pragma HLS STREAM variable=layer16_out depth=100

    hls::stream<conv1_result_t> layer2_out("layer2_out");
    #pragma HLS STREAM variable=layer2_out depth=64

    hls::stream<layer4_t> layer4_out("layer4_out");
    #pragma HLS STREAM variable=layer4_out depth=64

    hls::stream<layer4_t> layer15_cpy1("layer15_cpy1");
    #pragma HLS STREAM variable=layer15_cpy1 depth=64

    hls::stream<layer4_t> layer15_cpy2("layer15_cpy2");
    #pragma HLS STREAM variable=layer15_cpy2 depth=64

    hls::stream<layer4_t> layer15_cpy3("layer15_cpy3");
    #pragma HLS STREAM variable=layer15_cpy3 depth=64

    hls::stream<layer17_t> layer17_out("layer17_out");
    #pragma HLS STREAM variable=layer17_out depth=100

    hls::stream<depth1_result_t> layer5_out("layer5_out");
    #pragma HLS STREAM variable=layer5_out depth=64

    hls::stream<point1_result_t> layer7_out("layer7_out");
    #pragma HLS STREAM variable=layer7_out depth=64

    hls::stream<layer9_t> layer9_out("layer9_out");
    #pragma HLS STREAM variable=layer9_out depth=64

    hls::stream<add1_result_t> layer10_out("layer10_out");
    #pragma HLS STREAM variable=layer10_out depth=64

    hls::stream<concat1_result_t> layer11_out("layer11_out");
    #pragma HLS STREAM variable=layer11_out depth=64

    hls::stream<layer12_t> layer12_out("layer12_out");
    #pragma HLS STREAM variable=layer12_out depth=1

    nnet::zeropad2d_cl<input_t, layer16_t, config16>(input_1, layer16_out); // zp2d_conv1

    nnet::conv_2d_cl<layer16_t, conv1_result_t, config2>(layer16_out, layer2_out, w2, b2); // conv1

    nnet::relu<conv1_result_t, layer4_t, relu_config4>(layer2_out, layer4_out); // relu1

    nnet::clone_stream<layer4_t, layer4_t, 384>(layer4_out, layer15_cpy1, layer15_cpy2, layer15_cpy3); // clone_relu1

    nnet::zeropad2d_cl<layer4_t, layer17_t, config17>(layer15_cpy1, layer17_out); // zp2d_depth1

    nnet::depthwise_conv_2d_cl<layer17_t, depth1_result_t, config5>(layer17_out, layer5_out, w5, b5); // depth1

    nnet::pointwise_conv_2d_cl<depth1_result_t, point1_result_t, config18>(layer5_out, layer7_out, w7, b7); // point1

    nnet::relu<point1_result_t, layer9_t, relu_config9>(layer7_out, layer9_out); // relu2

    nnet::add<layer9_t, layer4_t, add1_result_t, config10>(layer9_out, layer15_cpy2, layer10_out); // add1

    nnet::concatenate3d<add1_result_t, layer4_t, concat1_result_t, config11>(layer10_out, layer15_cpy3, layer11_out); // concat1

    nnet::global_pooling2d_cl<concat1_result_t, layer12_t, config12>(layer11_out, layer12_out); // mean

    nnet::dense<layer12_t, result_t, config13>(layer12_out, layer13_out, w13, b13); // fc

}

