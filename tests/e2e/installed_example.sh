#!/usr/bin/env bash
# Installs the library, builds examples/cpp and examples/c against the installed tree alone and runs
# them.
#   installed_example.sh BUILD_FOLDER [MODEL]
set -euo pipefail
cd "$(dirname "$0")/../.."
build=$1
model=${2:-examples/digits/model.onnx}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cmake --build "$build" --target mote mote_shared mote_cli >"$work/log" || { cat "$work/log"; exit 1; }
cmake --install "$build" --prefix "$work/prefix" >"$work/log" || { cat "$work/log"; exit 1; }
if grep -rnE '#include <(tl|fmt|nlohmann|hwy|protozero|CLI|spdlog)' "$work/prefix/include"; then
  echo "an installed header includes a third party's"
  exit 1
fi
cp -r examples/cpp "$work/source"
{
  cmake -G Ninja -S "$work/source" -B "$work/build" -DCMAKE_PREFIX_PATH="$work/prefix" \
        -DCMAKE_BUILD_TYPE=Release -DCLASSIFY_STATIC="${CLASSIFY_STATIC:-OFF}"
  cmake --build "$work/build"
} >"$work/log" 2>&1 || { cat "$work/log"; exit 1; }
"$work/build/classify" "$model" - | tee "$work/out"
grep -q '^class [0-9]' "$work/out"
stat -c 'The stripped program has %s bytes.' "$work/build/classify"

export PKG_CONFIG_PATH=$work/prefix/lib/pkgconfig
[ -f "$PKG_CONFIG_PATH/mote.pc" ] || PKG_CONFIG_PATH=$(dirname "$(find "$work/prefix" -name mote.pc)")
cc -O2 -Wall -Wextra -Werror -std=c11 -pedantic examples/c/classify.c $(pkg-config --cflags --libs mote) \
  -o "$work/classify_c"
LD_LIBRARY_PATH=$(pkg-config --variable=libdir mote) "$work/classify_c" "$model" - | tee "$work/out_c"
head -1 "$work/out" | diff - "$work/out_c"
others=$(nm -D --defined-only "$(pkg-config --variable=libdir mote)/libmote.so" | grep -v ' mote_' || true)
if [ -n "$others" ]; then
  echo "the shared library shows more than mote.h: $others"
  exit 1
fi

if "$work/build/classify" "$work/no-such-model.onnx" - 2>"$work/error"; then exit 1; fi
grep -q 'No such file' "$work/error"
