// The plain matrix product that references compute.
#pragma once
#include <algorithm>
#include <cstdint>
#include <type_traits>

#include "base/workers.h"
#include "ops/support/element.h"

namespace mote {

using ProductElements =
    Elements<float, double, F16, BF16, std::int32_t, std::uint32_t, std::int64_t, std::uint64_t>;

// What sums of products are kept in; integers wrap.
template <class T>
using ProductSum = std::conditional_t<std::is_integral_v<T>, std::uint64_t, double>;

// Element (i, j) is data[i * row_step + j * column_step].
template <class T>
struct Strided {
  const T* data;
  std::int64_t row_step, column_step;
};

// Calls store(i, j, sum) for each element of a · b, a: [m, k], b: [k, n], from any worker.
template <class T, class Store>
void multiply(std::int64_t m, std::int64_t n, std::int64_t k, const Strided<T>& a,
              const Strided<T>& b, Workers& workers, const Store& store) {
  constexpr std::int64_t kBlock = 16;  // columns whose sums grow together, along rows of b
  using Sum = ProductSum<T>;
  const std::int64_t blocks = (n + kBlock - 1) / kBlock;
  workers.for_each_range(m * blocks, 1, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t block = begin; block < end; ++block) {
      const std::int64_t i = block / blocks;
      const std::int64_t j = block % blocks * kBlock;
      const std::int64_t columns = std::min(kBlock, n - j);
      Sum sums[kBlock] = {};
      for (std::int64_t p = 0; p < k; ++p) {
        const auto x = static_cast<Sum>(a.data[i * a.row_step + p * a.column_step]);
        const T* row = b.data + p * b.row_step + j * b.column_step;
        for (std::int64_t c = 0; c < columns; ++c) {
          sums[c] += x * static_cast<Sum>(row[c * b.column_step]);
        }
      }
      for (std::int64_t c = 0; c < columns; ++c) store(i, j + c, sums[c]);
    }
  });
}

}  // namespace mote
