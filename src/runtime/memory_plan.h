// Where buffers with known lifetimes lie in one block of memory.
#pragma once
#include <cstdint>
#include <span>

namespace mote {

struct BufferRequest {
  std::uint64_t bytes = 0;
  int first = 0;             // the step that writes it first
  int last = 0;              // the last step that reads it; >= first
  std::uint64_t offset = 0;  // set by plan_memory: a multiple of 64
};

// Gives buffers whose lifetimes overlap disjoint places and returns the size of the block.
// Greedy by size (Pisarchyk, Lee: Efficient memory management for deep neural net inference, 2020):
// the largest first, each at the lowest gap that holds it; beyond some thousands of buffers the
// first to live first, each in the smallest gap, in n log n. Deterministic.
// Requires: the sum of all bytes does not overflow.
std::uint64_t plan_memory(std::span<BufferRequest> buffers);

}  // namespace mote
