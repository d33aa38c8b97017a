#!/usr/bin/env bash
# run.sh [SECONDS [vcd|fst|report|onnx|keras|h5|hls4ml|data...]]: fuzzes the readers of traces,
# reports and models, one after the other (default: 3600 seconds each, all), with
# libFuzzer under the address and undefined sanitizers.  Needs clang-14 and
# libclang-rt-14-dev.  The corpus grows in build/fuzz/corpus from the samples
# of the tests; findings are in build/fuzz/findings, logs in build/fuzz/*.log.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../../.."
seconds=${1:-3600}
shift $(($# > 0 ? 1 : 0))
targets=("$@")
[ ${#targets[@]} -gt 0 ] || targets=(vcd fst report onnx keras h5 hls4ml data)
build=build/fuzz

cmake --preset fuzz >/dev/null
cmake --build $build --target fuzz -j "$(nproc)"
mkdir -p $build/corpus/{report,onnx,hls4ml,data} $build/findings
$build/tests/fuzz/programs/fuzz_seeds $build/corpus
find tests/traces/reports -type f ! -name README.md \
    -exec cp -t $build/corpus/report {} +
cp tests/import/hls4ml/*.project $build/corpus/hls4ml
# ONNX's own tests: small models of one operator each.
for model in /usr/share/libonnx-testdata/data/{node,pytorch-converted}/*/model.onnx; do
    [ "$(stat -c %s "$model")" -gt 16384 ] ||
        cp "$model" "$build/corpus/onnx/$(basename "$(dirname "$model")").onnx"
done
cp models/digits_onnx/*.onnx $build/corpus/onnx
cp tests/import/onnx/runtime/*.onnx $build/corpus/onnx
# A letter in front says what the rest is (tests/fuzz/data_fuzz.h).
python3 tests/fuzz/programs/data_seeds.py $build/corpus/data
# Keras: containers, and the architectures out of them.
samples=tests/import/keras/samples
mkdir -p $build/corpus/keras $build/corpus/h5
cp $samples/*.keras $samples/*.json $build/corpus/keras
cp $samples/*.h5 $build/corpus/h5
for sample in "$samples"/*.keras; do
    unzip -qp "$sample" config.json \
        >"$build/corpus/keras/$(basename "$sample" .keras).config.json"
done
# Text and packed forms of traces.
cp tests/accuracy/data/conv8f/events_*.csv.xz $build/corpus/vcd
xz -dc tests/accuracy/data/conv8f/events_b2b.csv.xz | head -c 4000 \
    >$build/corpus/vcd/events.csv

failed=0
for target in "${targets[@]}"; do
    dictionary=tests/fuzz/programs/$target.dict
    # A child that hangs has two seconds and more (traces/fst.c).  The largest
    # sample, of HDF5, has 48 kB; what is cut is none.
    nice -n 19 $build/tests/fuzz/programs/fuzz_"$target" \
        -max_total_time="$seconds" -timeout=60 -rss_limit_mb=3000 \
        -max_len=65536 -print_final_stats=1 \
        -artifact_prefix=$build/findings/"$target"- \
        $([ -f "$dictionary" ] && echo "-dict=$dictionary") \
        $build/corpus/"$target" >"$build/$target.log" 2>&1 || failed=1
    grep -q '^Done' "$build/$target.log" || failed=1
    echo "$target: $(grep -c '^SUMMARY' "$build/$target.log" || true) findings"
    grep -E '^stat::number_of_executed_units|^Done' "$build/$target.log" || true
    grep -E ' cov: ' "$build/$target.log" | tail -1
done
exit $failed
