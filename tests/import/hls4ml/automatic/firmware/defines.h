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
typedef nnet::array<ap_fixed<16,6>, 2*1> input_t;
typedef nnet::array<ap_fixed<16,6>, 2*1> layer2_t;
typedef nnet::array<ap_fixed<16,6>, 2*1> layer3_t;
typedef nnet::array<ap_fixed<16,6>, 2*1> layer4_t;
typedef ap_fixed<16,6> norm_scale_t;
typedef ap_fixed<16,6> norm_bias_t;
typedef ap_fixed<36,16> conv_accum_t;
typedef nnet::array<ap_fixed<36,16>, 3*1> conv_result_t;
typedef ap_fixed<16,6> conv_weight_t;
typedef ap_fixed<16,6> conv_bias_t;
typedef ap_fixed<36,16> pool_accum_t;
typedef nnet::array<ap_fixed<36,16>, 3*1> layer7_t;
typedef nnet::array<ap_fixed<16,6>, 3*1> layer8_t;
typedef ap_ufixed<1,1> elu_param_t;
typedef ap_fixed<18,8> elu_table_t;
typedef ap_fixed<38,18> fc1_accum_t;
typedef nnet::array<ap_fixed<38,18>, 4*1> fc1_result_t;
typedef ap_fixed<16,6> fc1_weight_t;
typedef ap_fixed<16,6> fc1_bias_t;
typedef ap_uint<1> layer10_index;
typedef nnet::array<ap_fixed<16,6>, 4*1> layer11_t;
typedef ap_fixed<18,8> fc1_selu_table_t;
typedef ap_fixed<35,15> fc2_accum_t;
typedef nnet::array<ap_fixed<35,15>, 4*1> fc2_result_t;
typedef ap_fixed<16,6> fc2_weight_t;
typedef ap_fixed<16,6> fc2_bias_t;
typedef ap_uint<1> layer12_index;
typedef nnet::array<ap_fixed<16,6>, 4*1> layer14_t;
typedef ap_fixed<35,15> prelu_param_t;
typedef ap_fixed<18,8> prelu_table_t;
typedef ap_fixed<35,15> fc3_accum_t;
typedef nnet::array<ap_fixed<35,15>, 3*1> result_t;
typedef ap_fixed<16,6> fc3_weight_t;
typedef ap_fixed<16,6> fc3_bias_t;
typedef ap_uint<1> layer15_index;

// hls-fpga-machine-learning insert emulator-defines


#endif
