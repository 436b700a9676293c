#!/usr/bin/env bash
# The slow tier beyond ctest: hostile models at full count, fuzzers for ten minutes each, operators of
# TensorFlow Lite beside its own interpreter, a library slimmed to one model; where the test data is there, models of TensorFlow Lite
# and what is written as such, quantized MobileNets on photos, and detectors, a voice activity
# detector, an upscaler and a classifier of tables on real inputs, beside onnxruntime.
set -euo pipefail
cd "$(dirname "$0")/.."

MOTE_HOSTILE_CUTS=200 MOTE_HOSTILE_FLIPS=2000 build/dev/bin/hostile_models_test
for name in operators onnx tflite convert run text image sound task boxes; do
  ./dev fuzz "$name" "${MOTE_FUZZ_SECONDS:-600}"
done

[ -f build/release/build.ninja ] || cmake --preset release >/dev/null
tests/slow/slim_build.sh build/release build/dev/bin/make_architecture

python=build/slow-venv/bin/python
if ! $python -c 'import ai_edge_litert, ml_dtypes, numpy, onnx, onnxruntime, PIL, tflite' 2>/dev/null
then
  python3 -m venv build/slow-venv
  build/slow-venv/bin/pip install --quiet ai-edge-litert flatbuffers ml_dtypes numpy onnx \
    onnxruntime pillow tflite
fi
$python tests/slow/tflite_operators.py build/dev/bin/mote
$python tests/slow/tflite_operators.py --open-batch build/dev/bin/mote

data=${MOTE_DATA:-../shared/data}
if [ -d "$data" ]; then
  cmake --build build/release --target mote_cli >/dev/null
  $python tests/slow/mobilenet_integers.py build/release/bin/mote "$data"
  $python tests/slow/compare_tasks.py build/release/bin/mote "$data"
  $python tests/slow/tflite_models.py build/release/bin/mote "$data"
  $python tests/slow/tflite_writing.py build/release/bin/mote "$data"
fi
