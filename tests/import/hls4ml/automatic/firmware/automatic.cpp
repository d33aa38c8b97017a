#include <iostream>

#include "automatic.h"
#include "parameters.h"


void automatic(
    hls::stream<input_t> &input_1,
    hls::stream<result_t> &layer15_out
) {

    // hls-fpga-machine-learning insert IO
    #pragma HLS INTERFACE axis port=input_1,layer15_out 
    #pragma HLS DATAFLOW

    // hls-fpga-machine-learning insert load weights
#ifndef __SYNTHESIS__
    static bool loaded_weights = false;
    if (!loaded_weights) {
        nnet::load_weights_from_txt<norm_scale_t, 2>(s4, "s4.txt");
        nnet::load_weights_from_txt<norm_bias_t, 2>(b4, "b4.txt");
        nnet::load_weights_from_txt<conv_weight_t, 24>(w5, "w5.txt");
        nnet::load_weights_from_txt<conv_bias_t, 3>(b5, "b5.txt");
        nnet::load_weights_from_txt<fc1_weight_t, 96>(w10, "w10.txt");
        nnet::load_weights_from_txt<fc1_bias_t, 4>(b10, "b10.txt");
        nnet::load_weights_from_txt<fc2_weight_t, 16>(w12, "w12.txt");
        nnet::load_weights_from_txt<fc2_bias_t, 4>(b12, "b12.txt");
        nnet::load_weights_from_txt<prelu_param_t, 4>(a14, "a14.txt");
        nnet::load_weights_from_txt<fc3_weight_t, 12>(w15, "w15.txt");
        nnet::load_weights_from_txt<fc3_bias_t, 3>(b15, "b15.txt");
        loaded_weights = true;    }
#endif
    // ****************************************
    // NETWORK INSTANTIATION
    // ****************************************

    // hls-fpga-machine-learning insert layers

    hls::stream<layer2_t> layer2_out("layer2_out");
    #pragma HLS STREAM variable=layer2_out depth=80

    hls::stream<layer3_t> layer3_out("layer3_out");
    #pragma HLS STREAM variable=layer3_out depth=45

    hls::stream<layer4_t> layer4_out("layer4_out");
    #pragma HLS STREAM variable=layer4_out depth=45

    hls::stream<conv_result_t> layer5_out("layer5_out");
    #pragma HLS STREAM variable=layer5_out depth=32

    hls::stream<layer7_t> layer7_out("layer7_out");
    #pragma HLS STREAM variable=layer7_out depth=8

    hls::stream<layer8_t> layer8_out("layer8_out");
    #pragma HLS STREAM variable=layer8_out depth=8

    auto& layer9_out = layer8_out;
    hls::stream<fc1_result_t> layer10_out("layer10_out");
    #pragma HLS STREAM variable=layer10_out depth=1

    hls::stream<layer11_t> layer11_out("layer11_out");
    #pragma HLS STREAM variable=layer11_out depth=1

    hls::stream<fc2_result_t> layer12_out("layer12_out");
    #pragma HLS STREAM variable=layer12_out depth=1

    hls::stream<layer14_t> layer14_out("layer14_out");
    #pragma HLS STREAM variable=layer14_out depth=1

    nnet::resize_nearest<input_t, config2>(input_1, layer2_out); // up

    nnet::cropping2d_cl<layer2_t, layer3_t, config3>(layer2_out, layer3_out); // crop

    nnet::normalize<layer3_t, layer4_t, config4>(layer3_out, layer4_out, s4, b4); // norm

    nnet::conv_2d_cl<layer4_t, conv_result_t, config5>(layer4_out, layer5_out, w5, b5); // conv

    nnet::pooling2d_cl<conv_result_t, layer7_t, config7>(layer5_out, layer7_out); // pool

    nnet::elu<layer7_t, elu_param_t, layer8_t, ELU_config8>(layer7_out, 1.0, layer8_out); // elu

    nnet::dense<layer8_t, fc1_result_t, config10>(layer9_out, layer10_out, w10, b10); // fc1

    nnet::selu<fc1_result_t, layer11_t, selu_config11>(layer10_out, layer11_out); // fc1_selu

    nnet::dense<layer11_t, fc2_result_t, config12>(layer11_out, layer12_out, w12, b12); // fc2

    nnet::prelu<fc2_result_t, prelu_param_t, layer14_t, PReLU_config14>(layer12_out, a14, layer14_out); // prelu

    nnet::dense<layer14_t, result_t, config15>(layer14_out, layer15_out, w15, b15); // fc3

}

