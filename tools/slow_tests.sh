#!/usr/bin/env bash
# The slow tier beyond ctest: hostile models at full count, fuzzers for ten minutes each.
set -euo pipefail
cd "$(dirname "$0")/.."

MOTE_HOSTILE_CUTS=200 MOTE_HOSTILE_FLIPS=2000 build/dev/bin/hostile_models_test
for name in onnx run text image; do
  ./dev fuzz "$name" "${MOTE_FUZZ_SECONDS:-600}"
done
