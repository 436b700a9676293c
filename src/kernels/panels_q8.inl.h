// Panels of weights for products of 8-bit numbers, several terms of a column side by side.
#pragma once
#include "kernels/requantize.inl.h"

namespace mote {
namespace {

// kGroup terms of a column lie side by side, as Weight: two of 16 bits or four of 8 fill a lane of
// sums; two of 8 are widened as they are loaded.
template <std::int64_t kPanel, int kGroup, class Weight>
struct PanelsQ8 {
  static std::int64_t groups(std::int64_t k) { return (k + kGroup - 1) / kGroup; }

  // s32 of a panel with so many groups to a column.
  static std::int64_t size(std::int64_t groups) {
    constexpr std::int64_t kGroupBytes = kPanel * kGroup * sizeof(Weight);
    return 2 * kPanel + (groups * kGroupBytes + 3) / 4;
  }

  // For each panel, `size` s32 apart: its biases, its factors, then for each tap, for each group of
  // p, a group for each column. What is beyond n, k or the last tap is zeros.
  static void pack(const PackQ8& w, std::int64_t size, std::int32_t* packed) {
    for (std::int64_t j = 0; j < w.n; j += kPanel, packed += size) {
      const std::int64_t cols = w.n - j < kPanel ? w.n - j : kPanel;
      for (std::int64_t i = 2 * kPanel; i < size; ++i) packed[i] = 0;
      for (std::int64_t c = 0; c < kPanel; ++c) {
        packed[c] = c < cols ? w.bias[j + c] : 0;
        packed[kPanel + c] = c < cols ? bits_of(w.factor[j + c]) : 0;
      }
      auto* to = reinterpret_cast<Weight*>(packed + 2 * kPanel);
      for (std::int64_t t = 0; t < w.taps; ++t, to += groups(w.k) * kGroup * kPanel) {
        pack_tap(w, j, cols, t, to);
      }
    }
  }

  static const Weight* weights(const std::int32_t* panel) {
    return reinterpret_cast<const Weight*>(panel + 2 * kPanel);
  }

 private:
  // In stretches of p, so that reading along k and writing along columns both stay in few lines.
  static void pack_tap(const PackQ8& w, std::int64_t j, std::int64_t cols, std::int64_t t,
                       Weight* packed) {
    constexpr std::int64_t kStretch = 16 * kGroup;
    for (std::int64_t p0 = 0; p0 < w.k; p0 += kStretch) {
      const std::int64_t end = p0 + kStretch < w.k ? p0 + kStretch : w.k;
      for (std::int64_t c = 0; c < cols; ++c) {
        const std::int16_t* from = w.w + (j + c) * w.stride_n + t * w.stride_t;
        for (std::int64_t p = p0; p < end; ++p) {
          packed[place(p, c)] = static_cast<Weight>(from[p * w.stride_k]);
        }
      }
    }
  }

  static std::int64_t place(std::int64_t p, std::int64_t c) {
    const std::int64_t row = p / kGroup * kGroup * kPanel;
#if HWY_TARGET == HWY_NEON
    if constexpr (kGroup == 2) {  // the firsts of a vector's pairs, then their seconds: add_pairs
      return row + c / kLanes * 2 * kLanes + p % 2 * kLanes + c % kLanes;
    }
#endif
    return row + c * kGroup + p % kGroup;
  }
};

}  // namespace
}  // namespace mote
