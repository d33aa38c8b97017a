#include <iostream>

#include "normed.h"
#include "parameters.h"


void normed(
    hls::stream<input_t> &input_1,
    hls::stream<result_t> &layer16_out
) {

    // hls-fpga-machine-learning insert IO
    #pragma HLS INTERFACE axis port=input_1,layer16_out 
    #pragma HLS DATAFLOW

    // hls-fpga-machine-learning insert load weights
#ifndef __SYNTHESIS__
    static bool loaded_weights = false;
    if (!loaded_weights) {
        nnet::load_weights_from_txt<conv1_weight_t, 72>(w2, "w2.txt");
        nnet::load_weights_from_txt<conv1_bias_t, 4>(b2, "b2.txt");
        nnet::load_weights_from_txt<norm1_scale_t, 4>(s4, "s4.txt");
        nnet::load_weights_from_txt<norm1_bias_t, 4>(b4, "b4.txt");
        nnet::load_weights_from_txt<norm2_scale_t, 4>(s7, "s7.txt");
        nnet::load_weights_from_txt<norm2_bias_t, 4>(b7, "b7.txt");
        nnet::load_weights_from_txt<conv2_weight_t, 192>(w8, "w8.txt");
        nnet::load_weights_from_txt<conv2_bias_t, 8>(b8, "b8.txt");
        nnet::load_weights_from_txt<fc1_weight_t, 960>(w12, "w12.txt");
        nnet::load_weights_from_txt<fc1_bias_t, 12>(b12, "b12.txt");
        nnet::load_weights_from_txt<fc2_weight_t, 60>(w14, "w14.txt");
        nnet::load_weights_from_txt<fc2_bias_t, 5>(b14, "b14.txt");
        loaded_weights = true;    }
#endif
    // ****************************************
    // NETWORK INSTANTIATION
    // ****************************************

    // hls-fpga-machine-learning insert layers

    hls::stream<layer2_t> layer2_out("layer2_out");
    #pragma HLS STREAM variable=layer2_out depth=80

    hls::stream<layer4_t> layer4_out("layer4_out");
    #pragma HLS STREAM variable=layer4_out depth=80

    hls::stream<layer5_t> layer5_out("layer5_out");
    #pragma HLS STREAM variable=layer5_out depth=80

    hls::stream<layer6_t> layer6_out("layer6_out");
    #pragma HLS STREAM variable=layer6_out depth=20

    hls::stream<layer7_t> layer7_out("layer7_out");
    #pragma HLS STREAM variable=layer7_out depth=20

    hls::stream<layer17_t> layer17_out("layer17_out");
    #pragma HLS STREAM variable=layer17_out depth=35

    hls::stream<layer8_t> layer8_out("layer8_out");
    #pragma HLS STREAM variable=layer8_out depth=20

    hls::stream<layer9_t> layer9_out("layer9_out");
    #pragma HLS STREAM variable=layer9_out depth=20

    hls::stream<layer10_t> layer10_out("layer10_out");
    #pragma HLS STREAM variable=layer10_out depth=10

    auto& layer11_out = layer10_out;
    hls::stream<layer12_t> layer12_out("layer12_out");
    #pragma HLS STREAM variable=layer12_out depth=1

    hls::stream<layer13_t> layer13_out("layer13_out");
    #pragma HLS STREAM variable=layer13_out depth=1

    hls::stream<layer14_t> layer14_out("layer14_out");
    #pragma HLS STREAM variable=layer14_out depth=1

    nnet::conv_2d_cl<input_t, layer2_t, config2>(input_1, layer2_out, w2, b2); // conv1

    nnet::normalize<layer2_t, layer4_t, config4>(layer2_out, layer4_out, s4, b4); // norm1

    nnet::relu<layer4_t, layer5_t, ReLU_config5>(layer4_out, layer5_out); // relu1

    nnet::pooling2d_cl<layer5_t, layer6_t, config6>(layer5_out, layer6_out); // pool1

    nnet::normalize<layer6_t, layer7_t, config7>(layer6_out, layer7_out, s7, b7); // norm2

    nnet::zeropad2d_cl<layer7_t, layer17_t, config17>(layer7_out, layer17_out); // zp2d_conv2

    nnet::conv_2d_cl<layer17_t, layer8_t, config8>(layer17_out, layer8_out, w8, b8); // conv2

    nnet::tanh<layer8_t, layer9_t, tanh_config9>(layer8_out, layer9_out); // conv2_tanh

    nnet::pooling2d_cl<layer9_t, layer10_t, config10>(layer9_out, layer10_out); // pool2

    nnet::dense<layer10_t, layer12_t, config12>(layer11_out, layer12_out, w12, b12); // fc1

    nnet::sigmoid<layer12_t, layer13_t, sigmoid_config13>(layer12_out, layer13_out); // fc1_sigmoid

    nnet::dense<layer13_t, layer14_t, config14>(layer13_out, layer14_out, w14, b14); // fc2

    nnet::softmax<layer14_t, result_t, softmax_config16>(layer14_out, layer16_out); // prob

}

