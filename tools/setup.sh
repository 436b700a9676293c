#!/usr/bin/env bash
# Installs the Debian packages that are missing, with sudo where it is not root. Says which.
# tools/setup.sh [build|test|dev|aarch64]
# aarch64: what test wants, a cross compiler, qemu-user, and the libraries of architecture arm64, which
# dpkg is told of; apt may have to bring their siblings of this machine's architecture to the same version.
set -euo pipefail

build=(g++ cmake ninja-build pkg-config libhwy-dev libprotozero-dev libflatbuffers-dev
       flatbuffers-compiler libfmt-dev libcli11-dev
       nlohmann-json3-dev libjpeg62-turbo-dev libspng-dev zlib1g-dev libwebp-dev
       libopenjp2-7-dev libsndfile1-dev)
test=(libgtest-dev libgmock-dev python3 binutils gcc)
dev=(clang clang-format clang-tidy libclang-rt-14-dev libbenchmark-dev python3-venv)
aarch64=(g++-aarch64-linux-gnu qemu-user libstdc++6:arm64 libfmt-dev:arm64
         libjpeg62-turbo-dev:arm64 libspng-dev:arm64 zlib1g-dev:arm64 libwebp-dev:arm64
         libopenjp2-7-dev:arm64 libsndfile1-dev:arm64 libgtest-dev:arm64 libgmock-dev:arm64)

case "${1:-build}" in
  build) wanted=("${build[@]}") ;;
  test) wanted=("${build[@]}" "${test[@]}") ;;
  dev) wanted=("${build[@]}" "${test[@]}" "${dev[@]}") ;;
  aarch64) wanted=("${build[@]}" "${test[@]}" "${aarch64[@]}") ;;
  *) echo "usage: tools/setup.sh [build|test|dev|aarch64]" >&2; exit 2 ;;
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
if [ "${1:-}" = aarch64 ] && ! dpkg --print-foreign-architectures | grep -qx arm64; then
  "${as_root[@]}" dpkg --add-architecture arm64
fi
log=$(mktemp)
trap 'rm -f "$log"' EXIT
if ! { "${as_root[@]}" apt-get update -qq && DEBIAN_FRONTEND=noninteractive \
       "${as_root[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}"; } >"$log" 2>&1; then
  tail -20 "$log" >&2
  echo "setup: apt-get failed; the packages above are needed" >&2
  exit 1
fi
