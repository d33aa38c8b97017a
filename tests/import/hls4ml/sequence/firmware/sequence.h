#ifndef SEQUENCE_H_
#define SEQUENCE_H_

#include "ap_fixed.h"
#include "ap_int.h"
#include "hls_stream.h"

#include "defines.h"


// Prototype of top level function for C-synthesis
void sequence(
    hls::stream<input_t> &input_1,
    hls::stream<result_t> &layer6_out
);

// hls-fpga-machine-learning insert emulator-defines


#endif
