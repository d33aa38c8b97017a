#ifndef DEFINES_H_
#define DEFINES_H_

#include "ap_fixed.h"
#include "ap_int.h"
#include "nnet_utils/nnet_types.h"
#include <array>
#include <cstddef>
#include <cstdio>
#include <tuple>
#include <tuple>


// hls-fpga-machine-learning insert numbers

// hls-fpga-machine-learning insert layer-precision
typedef nnet::array<ap_fixed<14,5,AP_RND,AP_SAT,0>, 2*1> input_t;
typedef ap_fixed<20,9> conv1_accum_t;
typedef nnet::array<ap_fixed<14,5,AP_RND,AP_SAT,0>, 4*1> layer2_t;
typedef ap_fixed<14,5> conv1_weight_t;
typedef ap_fixed<14,5> conv1_bias_t;
typedef nnet::array<ap_fixed<14,5,AP_RND,AP_SAT,0>, 4*1> layer4_t;
typedef ap_fixed<14,5> norm1_scale_t;
typedef ap_fixed<14,5> norm1_bias_t;
typedef nnet::array<ap_fixed<14,5,AP_RND,AP_SAT,0>, 4*1> layer5_t;
typedef ap_fixed<18,8> relu1_table_t;
typedef ap_fixed<18,7> pool1_accum_t;
typedef nnet::array<ap_fixed<14,5,AP_RND,AP_SAT,0>, 4*1> layer6_t;
typedef nnet::array<ap_fixed<14,5,AP_RND,AP_SAT,0>, 4*1> layer7_t;
typedef ap_fixed<14,5> norm2_scale_t;
typedef ap_fixed<14,5> norm2_bias_t;
typedef nnet::array<ap_fixed<14,5,AP_RND,AP_SAT,0>, 4*1> layer17_t;
typedef ap_fixed<20,9> conv2_accum_t;
typedef nnet::array<ap_fixed<14,5,AP_RND,AP_SAT,0>, 8*1> layer8_t;
typedef ap_fixed<14,5> conv2_weight_t;
typedef ap_fixed<14,5> conv2_bias_t;
typedef nnet::array<ap_fixed<14,5,AP_RND,AP_SAT,0>, 8*1> layer9_t;
typedef ap_fixed<18,8> conv2_tanh_table_t;
typedef ap_fixed<14,5,AP_RND,AP_SAT,0> pool2_accum_t;
typedef nnet::array<ap_fixed<14,5,AP_RND,AP_SAT,0>, 8*1> layer10_t;
typedef ap_fixed<20,9> fc1_accum_t;
typedef nnet::array<ap_fixed<14,5,AP_RND,AP_SAT,0>, 12*1> layer12_t;
typedef ap_fixed<14,5> fc1_weight_t;
typedef ap_fixed<14,5> fc1_bias_t;
typedef ap_uint<1> layer12_index;
typedef nnet::array<ap_fixed<14,5,AP_RND,AP_SAT,0>, 12*1> layer13_t;
typedef ap_fixed<18,8> fc1_sigmoid_table_t;
typedef ap_fixed<20,9> fc2_accum_t;
typedef nnet::array<ap_fixed<14,5,AP_RND,AP_SAT,0>, 5*1> layer14_t;
typedef ap_fixed<14,5> fc2_weight_t;
typedef ap_fixed<14,5> fc2_bias_t;
typedef ap_uint<1> layer14_index;
typedef ap_fixed<18,8,AP_RND,AP_SAT,0> prob_accum_t;
typedef nnet::array<ap_fixed<14,5,AP_RND,AP_SAT,0>, 5*1> result_t;
typedef ap_fixed<18,8> prob_table_t;
typedef ap_fixed<18,8,AP_RND,AP_SAT,0> prob_exp_table_t;
typedef ap_fixed<18,8,AP_RND,AP_SAT,0> prob_inv_table_t;
typedef ap_fixed<18,8,AP_RND,AP_SAT,0> prob_inv_inp_t;

// hls-fpga-machine-learning insert emulator-defines


#endif
