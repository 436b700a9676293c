#!/usr/bin/env bash
# Installs the Debian packages that are missing, with sudo where it is not root. Says which.
# tools/setup.sh [build|test|dev]
set -euo pipefail

build=(g++ cmake ninja-build pkg-config libhwy-dev libprotozero-dev libflatbuffers-dev
       flatbuffers-compiler libfmt-dev libcli11-dev
       nlohmann-json3-dev libjpeg62-turbo-dev libspng-dev zlib1g-dev libwebp-dev
       libopenjp2-7-dev libsndfile1-dev)
test=(libgtest-dev libgmock-dev python3 binutils gcc)
dev=(clang clang-format clang-tidy libclang-rt-14-dev libbenchmark-dev python3-venv)

case "${1:-build}" in
  build) wanted=("${build[@]}") ;;
  test) wanted=("${build[@]}" "${test[@]}") ;;
  dev) wanted=("${build[@]}" "${test[@]}" "${dev[@]}") ;;
  *) echo "usage: tools/setup.sh [build|test|dev]" >&2; exit 2 ;;
esac

missing=()
for package in "${wanted[@]}"; do
  state=$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null || true)
  [ "$state" = installed ] || missing+=("$package")
done
[ ${#missing[@]} -eq 0 ] && exit 0

echo "Installing: ${missing[*]}"
as_root=()
if [ "$(id -u)" -ne 0 ]; then
  command -v sudo >/dev/null || { echo "setup: neither root nor sudo; install by hand: ${missing[*]}" >&2; exit 1; }
  as_root=(sudo)
fi
log=$(mktemp)
trap 'rm -f "$log"' EXIT
if ! { "${as_root[@]}" apt-get update -qq && DEBIAN_FRONTEND=noninteractive \
       "${as_root[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}"; } >"$log" 2>&1; then
  tail -20 "$log" >&2
  echo "setup: apt-get failed; the packages above are needed" >&2
  exit 1
fi
