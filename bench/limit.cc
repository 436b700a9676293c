// What the machine can do at most: multiply-adds and reading, on one core or several.
//   limit [THREADS]
// Prints JSON: f32_gflops, int8_gops (VNNI where there is one; AMX is not asked), and bandwidth of
// a 128 KiB (L2) and a 256 MiB (memory) buffer, in GB/s, of all threads together.
#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "measure/machine_limits.h"

int main(int argc, char** argv) {
  constexpr int kAttempts = 60;
  const int threads = argc > 1 ? std::max(1, std::atoi(argv[1])) : 1;
  std::printf("{\"threads\": %d, \"f32_gflops\": %.1f, \"int8_gops\": %.1f, ", threads,
              mote::limit_f32_gflops(threads, kAttempts),
              mote::limit_int8_gops(threads, kAttempts));
  std::printf("\"l2_gbps\": %.1f, \"memory_gbps\": %.1f}\n",
              mote::limit_read_gbps(threads, kAttempts, std::size_t{128} << 10, 400),
              mote::limit_read_gbps(threads, kAttempts, std::size_t{256} << 20, 1));
}
