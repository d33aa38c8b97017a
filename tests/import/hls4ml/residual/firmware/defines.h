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
typedef nnet::array<ap_fixed<16,6>, 2*1> layer16_t;
typedef ap_fixed<28,13> conv1_accum_t;
typedef nnet::array<ap_fixed<28,13>, 6*1> conv1_result_t;
typedef ap_fixed<6,1> weight2_t;
typedef ap_fixed<6,1> bias2_t;
typedef nnet::array<ap_ufixed<6,2,AP_RND_CONV,AP_SAT,0>, 6*1> layer4_t;
typedef ap_fixed<18,8> relu1_table_t;
typedef nnet::array<ap_ufixed<6,2,AP_RND_CONV,AP_SAT,0>, 6*1> layer17_t;
typedef ap_fixed<16,8> depth1_accum_t;
typedef nnet::array<ap_fixed<16,8>, 6*1> depth1_result_t;
typedef ap_fixed<5,1> weight5_t;
typedef ap_fixed<5,1> bias5_t;
typedef ap_fixed<26,13> point1_accum_t;
typedef nnet::array<ap_fixed<26,13>, 6*1> point1_result_t;
typedef ap_fixed<6,1> weight7_t;
typedef ap_fixed<6,1> bias7_t;
typedef nnet::array<ap_ufixed<6,2,AP_RND_CONV,AP_SAT,0>, 6*1> layer9_t;
typedef ap_fixed<18,8> relu2_table_t;
typedef nnet::array<ap_ufixed<7,3>, 6*1> add1_result_t;
typedef nnet::array<ap_ufixed<7,3,AP_RND_CONV,AP_SAT,0>, 12*1> concat1_result_t;
typedef ap_fixed<16,6> mean_accum_t;
typedef nnet::array<ap_fixed<16,6>, 12*1> layer12_t;
typedef ap_fixed<27,12> fc_accum_t;
typedef nnet::array<ap_fixed<27,12>, 4*1> result_t;
typedef ap_fixed<6,1> weight13_t;
typedef ap_fixed<6,1> bias13_t;
typedef ap_uint<1> layer13_index;

// hls-fpga-machine-learning insert emulator-defines


#endif
