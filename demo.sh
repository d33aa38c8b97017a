#!/usr/bin/env bash
# Installs what is missing, builds headrace, and does its main job on the
# models that come with it: predict cycles, compute bit-true, and prove both
# on Verilated RTL.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cd "$here"

.ci/install_packages build
command -v ninja >/dev/null && export CMAKE_GENERATOR=${CMAKE_GENERATOR:-Ninja}
cmake --preset release
cmake --build --preset release -j "$(nproc)" --target headrace
export OBJCACHE=ccache

# say COMMAND...: shows a command and runs it
say() {
    printf '\n$ %s\n' "$*"
    "$@"
}

headrace=build/release/headrace
for model in digits svhn lenet5 pipeline224; do
    say $headrace simulate models/$model
done
say $headrace infer models/digits
# A network that PyTorch saved, as it is; then as a config of ours.
say $headrace simulate models/digits_onnx/eight.onnx
say $headrace import models/digits_onnx/eight.onnx -o build/eight
say $headrace infer build/eight --random-data 1
say $headrace verify models/digits --frames 4
say $headrace verify models/digits --frames 4 --random-stalls 1 --fifo-depth 2
say $headrace verify models/digits --rtl conv1 --frames 4
# Too shallow a FIFO, and why; then the smallest depths, proven on the RTL.
say $headrace explain models/lenet5 --fifo-depth pool2.out=4 || [ $? -eq 1 ]
say $headrace tune models/svhn
say $headrace tune models/digits --verify --random-data 1
# A design that hls4ml made, against a measured run of its RTL.
say $headrace simulate models/hls4ml/lenet5
say $headrace compare models/hls4ml/lenet5 tests/accuracy/data/lenet5/events_isolated.csv.xz
# A network on six boards as it was published, and the cut and folding that
# headrace finds for them.
say $headrace simulate models/squeezenet_6fpga
say $headrace partition models/squeezenet_6fpga/streaming.json
