#include <iostream>

#include "digits.h"
#include "parameters.h"


void digits(
    hls::stream<input_t> &input_1,
    hls::stream<result_t> &layer8_out
) {

    // hls-fpga-machine-learning insert IO
    #pragma HLS INTERFACE axis port=input_1,layer8_out 
    #pragma HLS DATAFLOW

    // hls-fpga-machine-learning insert load weights
#ifndef __SYNTHESIS__
    static bool loaded_weights = false;
    if (!loaded_weights) {
        nnet::load_weights_from_txt<conv1_weight_t, 54>(w2, "w2.txt");
        nnet::load_weights_from_txt<conv1_bias_t, 6>(b2, "b2.txt");
        nnet::load_weights_from_txt<conv2_weight_t, 432>(w5, "w5.txt");
        nnet::load_weights_from_txt<conv2_bias_t, 8>(b5, "b5.txt");
        nnet::load_weights_from_txt<fc_weight_t, 2000>(w8, "w8.txt");
        nnet::load_weights_from_txt<fc_bias_t, 10>(b8, "b8.txt");
        loaded_weights = true;    }
#endif
    // ****************************************
    // NETWORK INSTANTIATION
    // ****************************************

    // hls-fpga-machine-learning insert layers

    hls::stream<layer2_t> layer2_out("layer2_out");
    #pragma HLS STREAM variable=layer2_out depth=100

    hls::stream<layer3_t> layer3_out("layer3_out");
    #pragma HLS STREAM variable=layer3_out depth=100

    hls::stream<layer4_t> layer4_out("layer4_out");
    #pragma HLS STREAM variable=layer4_out depth=25

    hls::stream<layer10_t> layer10_out("layer10_out");
    #pragma HLS STREAM variable=layer10_out depth=49

    hls::stream<layer5_t> layer5_out("layer5_out");
    #pragma HLS STREAM variable=layer5_out depth=25

    hls::stream<layer6_t> layer6_out("layer6_out");
    #pragma HLS STREAM variable=layer6_out depth=25

    auto& layer7_out = layer6_out;
    nnet::conv_2d_cl<input_t, layer2_t, config2>(input_1, layer2_out, w2, b2); // conv1

    nnet::relu<layer2_t, layer3_t, relu_config3>(layer2_out, layer3_out); // conv1_relu

    nnet::pooling2d_cl<layer3_t, layer4_t, config4>(layer3_out, layer4_out); // pool1

    nnet::zeropad2d_cl<layer4_t, layer10_t, config10>(layer4_out, layer10_out); // zp2d_conv2

    nnet::conv_2d_cl<layer10_t, layer5_t, config5>(layer10_out, layer5_out, w5, b5); // conv2

    nnet::relu<layer5_t, layer6_t, relu_config6>(layer5_out, layer6_out); // conv2_relu

    nnet::dense<layer6_t, result_t, config8>(layer7_out, layer8_out, w8, b8); // fc

}

