#include <iostream>

#include "sequence.h"
#include "parameters.h"


void sequence(
    hls::stream<input_t> &input_1,
    hls::stream<result_t> &layer6_out
) {

    // hls-fpga-machine-learning insert IO
    #pragma HLS INTERFACE axis port=input_1,layer6_out 
    #pragma HLS DATAFLOW

    // hls-fpga-machine-learning insert load weights
#ifndef __SYNTHESIS__
    static bool loaded_weights = false;
    if (!loaded_weights) {
        nnet::load_weights_from_txt<norm_scale_t, 2>(s2, "s2.txt");
        nnet::load_weights_from_txt<norm_bias_t, 2>(b2, "b2.txt");
        nnet::load_weights_from_txt<fc_weight_t, 30>(w4, "w4.txt");
        nnet::load_weights_from_txt<fc_bias_t, 3>(b4, "b4.txt");
        loaded_weights = true;    }
#endif
    // ****************************************
    // NETWORK INSTANTIATION
    // ****************************************

    // hls-fpga-machine-learning insert layers

    hls::stream<norm_result_t> layer2_out("layer2_out");
    #pragma HLS STREAM variable=layer2_out depth=5

    auto& layer3_out = layer2_out;
    hls::stream<fc_result_t> layer4_out("layer4_out");
    #pragma HLS STREAM variable=layer4_out depth=1

    nnet::normalize<input_t, norm_result_t, config2>(input_1, layer2_out, s2, b2); // norm

    nnet::dense<norm_result_t, fc_result_t, config4>(layer3_out, layer4_out, w4, b4); // fc

    nnet::leaky_relu<fc_result_t, leaky_param_t, result_t, LeakyReLU_config6>(layer4_out, 0.25, layer6_out); // leaky

}

