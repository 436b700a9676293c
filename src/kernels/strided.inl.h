// Every few-th element of a row: 0.2 ns for each with AVX2, from the L1 cache.
#pragma once
#include "kernels/simd.inl.h"

namespace mote {
namespace {

using TagU32 = hn::RebindToUnsigned<TagF32>;

// The first of each kStep elements. The last vector is left: it would read beyond the last element.
template <int kStep>
inline std::int64_t copy_every(const std::uint32_t* x, std::uint32_t* y, std::int64_t n) {
  constexpr TagU32 d;
  hn::Vec<TagU32> first, other;
  std::int64_t i = 0;
  for (; i + kLanes < n; i += kLanes) {
    if constexpr (kStep == 2) {
      hn::LoadInterleaved2(d, x + i * kStep, first, other);
    } else if constexpr (kStep == 3) {
      hn::LoadInterleaved3(d, x + i * kStep, first, other, other);
    } else {
      hn::LoadInterleaved4(d, x + i * kStep, first, other, other, other);
    }
    hn::StoreU(first, d, y + i);
  }
  return i;
}

void copy_steps_32(const std::uint32_t* x, std::int64_t step, std::uint32_t* y,
                   std::int64_t n) noexcept {
  std::int64_t i = step == 2   ? copy_every<2>(x, y, n)
                   : step == 3 ? copy_every<3>(x, y, n)
                   : step == 4 ? copy_every<4>(x, y, n)
                               : 0;
  for (; i < n; ++i) y[i] = x[i * step];
}

}  // namespace
}  // namespace mote
