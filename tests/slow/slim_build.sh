#!/usr/bin/env bash
# A library slimmed to the digits model gives what the full one gives, to the last digit, and says what
# it lacks for others.
#   slim_build.sh FULL_BUILD MAKE_ARCHITECTURE
set -euo pipefail
cd "$(dirname "$0")/../.."
full=$1 make_architecture=$2
out=build/slim-test model=examples/digits/model.onnx
mkdir -p "$out"
cmake --build "$full" --target mote mote_shared mote_cli >/dev/null
cmake --install "$full" --prefix "$out/full" >/dev/null
cmake -G Ninja -S examples/cpp -B "$out/full-example" -DCMAKE_PREFIX_PATH="$PWD/$out/full" >/dev/null
cmake --build "$out/full-example" >/dev/null
MOTE=$full/bin/mote tools/slim.sh --out "$out" "$model"

python3 -c 'import math, struct, sys
sys.stdout.buffer.write(struct.pack("<64f", *(math.sin(i) for i in range(64))))' >"$out/values.f32"
for isa in scalar avx2 avx512 avx512vnni amx neon neondot neoni8mm; do
  MOTE_ISA=$isa "$out/full-example/classify" "$model" "$out/values.f32" >"$out/want" 2>/dev/null ||
    continue
  MOTE_ISA=$isa "$out/classify" "$model" "$out/values.f32" | diff "$out/want" -
done

refuses() {
  if "$out/classify" "$1" - >/dev/null 2>"$out/error"; then echo "ran $1"; exit 1; fi
  grep -q "$2" "$out/error" || { cat "$out/error"; exit 1; }
}
"$make_architecture" shufflenet_v2 "$out/other.onnx"
refuses "$out/other.onnx" 'no such operator'
"$full/bin/mote" convert "$model" "$out/model.tflite" >/dev/null
refuses "$out/model.tflite" 'this build reads no TensorFlow Lite models'
echo 'a slim library gives what the full one gives, and says what it lacks'
