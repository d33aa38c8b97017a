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
typedef nnet::array<ap_fixed<33,13>, 2*1> norm_result_t;
typedef ap_fixed<16,6> norm_scale_t;
typedef ap_fixed<16,6> norm_bias_t;
typedef ap_fixed<54,24> fc_accum_t;
typedef nnet::array<ap_fixed<54,24>, 3*1> fc_result_t;
typedef ap_fixed<16,6> fc_weight_t;
typedef ap_fixed<16,6> fc_bias_t;
typedef ap_uint<1> layer4_index;
typedef nnet::array<ap_fixed<16,6>, 3*1> result_t;
typedef ap_ufixed<1,-1> leaky_param_t;
typedef ap_fixed<18,8> leaky_table_t;

// hls-fpga-machine-learning insert emulator-defines


#endif
