#!/usr/bin/env bash
# Builds libmote for these models alone and says how large a program with it is.
#   tools/slim.sh [--isa NAME]... [--size NAME=N]... [--plan-cache] [--fast] [--out FOLDER] MODEL...
# In FOLDER (build/slim): slim.cmake, what the models need; prefix/, the library as `cmake --install`
# leaves it, for find_package(mote); classify and classify_static, examples/cpp with it.
set -euo pipefail
cd "$(dirname "$0")/.."

flags=() models=() out=build/slim
while [ $# -gt 0 ]; do
  case $1 in
    --isa | --size) flags+=("$1" "$2"); shift ;;
    --plan-cache | --fast) flags+=("$1") ;;
    --out) out=$2; shift ;;
    --help | -h) sed -n 's/^# \{0,1\}//;2,5p' "$0"; exit ;;
    -*) echo "tools/slim.sh: there is no flag '$1'" >&2; exit 2 ;;
    *) models+=("$1") ;;
  esac
  shift
done
if [ ${#models[@]} -eq 0 ]; then
  echo "tools/slim.sh: which models? see: tools/slim.sh --help" >&2
  exit 2
fi

mkdir -p "$out"
quietly() { "$@" >"$out/log" 2>&1 || { cat "$out/log" >&2; exit 1; }; }
mote=${MOTE:-build/release/bin/mote}
if [ -z "${MOTE:-}" ]; then
  [ -f build/release/build.ninja ] || quietly cmake --preset release
  quietly cmake --build build/release --target mote_cli
fi
"$mote" slim "${models[@]}" "${flags[@]}" -o "$out/slim.cmake"

quietly cmake --preset release -B "$out" -DMOTE_SLIM="$PWD/$out/slim.cmake" -DMOTE_LTO=ON
quietly cmake --build "$out" --target mote mote_shared
quietly cmake --install "$out" --prefix "$out/prefix"
for static in OFF ON; do
  quietly cmake -G Ninja -S examples/cpp -B "$out/example" -DCMAKE_PREFIX_PATH="$PWD/$out/prefix" \
    -DCMAKE_BUILD_TYPE=MinSizeRel -DCMAKE_INTERPROCEDURAL_OPTIMIZATION=ON -DCLASSIFY_STATIC=$static
  quietly cmake --build "$out/example" --clean-first
  name=classify$([ $static = OFF ] || echo _static)
  cp "$out/example/classify" "$out/$name"
  strip -s "$out/$name"
done
stat -c 'stripped, with the system'\''s C and C++ libraries: %s bytes' "$out/classify"
stat -c 'stripped, with both linked in statically: %s bytes' "$out/classify_static"
