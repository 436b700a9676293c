// What the machine can do at most, on `threads` threads together: the fastest of `attempts`, of a
// millisecond or so each. 0: not known of this machine.
#pragma once
#include <cstddef>

namespace mote {

// Multiply-adds of f32 in registers, two operations each, in 10^9 a second.
double limit_f32_gflops(int threads, int attempts);
// The same of 8-bit numbers, with VNNI where there is one; AMX is not asked.
double limit_int8_gops(int threads, int attempts);
// Reading a buffer of so many bytes for each thread, `passes` times, in 10^9 bytes a second.
double limit_read_gbps(int threads, int attempts, std::size_t bytes, int passes);

}  // namespace mote
