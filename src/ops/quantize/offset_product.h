// Products of matrices whose elements are taken relative to zero points.
#pragma once
#include <algorithm>
#include <cstdint>

#include "base/workers.h"

namespace mote {

// Calls store(i, j, sum_p (a(i, p) - a_zero(i)) * (b(p, j) - b_zero(j))) for each element of
// [m, n], from any worker. Sum: s64 or f64, in which the sums are exact.
template <class Sum, class A, class B, class AZero, class BZero, class Store>
void multiply_offsets(std::int64_t m, std::int64_t n, std::int64_t k, const A& a,
                      const AZero& a_zero, const B& b, const BZero& b_zero, Workers& workers,
                      const Store& store) {
  constexpr std::int64_t kBlock = 16;  // columns whose sums grow together, along rows of b
  const std::int64_t blocks = (n + kBlock - 1) / kBlock;
  workers.for_each_range(m * blocks, 1, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t block = begin; block < end; ++block) {
      const std::int64_t i = block / blocks;
      const std::int64_t j = block % blocks * kBlock;
      const std::int64_t columns = std::min(kBlock, n - j);
      const auto row_zero = static_cast<Sum>(a_zero(i));
      Sum zeros[kBlock] = {}, sums[kBlock] = {};
      for (std::int64_t c = 0; c < columns; ++c) zeros[c] = static_cast<Sum>(b_zero(j + c));
      for (std::int64_t p = 0; p < k; ++p) {
        const Sum x = static_cast<Sum>(a(i, p)) - row_zero;
        for (std::int64_t c = 0; c < columns; ++c) {
          sums[c] += x * (static_cast<Sum>(b(p, j + c)) - zeros[c]);
        }
      }
      for (std::int64_t c = 0; c < columns; ++c) store(i, j + c, sums[c]);
    }
  });
}

}  // namespace mote
