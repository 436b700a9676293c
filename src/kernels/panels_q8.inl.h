// Panels of weights for products of 8-bit numbers, several terms of a column to a lane.
#pragma once
#include "kernels/requantize.inl.h"

namespace mote {
namespace {

// kGroup terms lie in one s32: two of 16 bits, or four of 8.
template <std::int64_t kPanel, int kGroup>
struct PanelsQ8 {
  static std::int64_t groups(std::int64_t k) { return (k + kGroup - 1) / kGroup; }

  // For each panel, `size` s32 apart: its biases, its factors, then for each tap, for each group of
  // p, a lane for each column. What is beyond n, k or the last tap is zeros.
  static void pack(const PackQ8& w, std::int64_t size, std::int32_t* packed) {
    for (std::int64_t j = 0; j < w.n; j += kPanel, packed += size) {
      const std::int64_t cols = w.n - j < kPanel ? w.n - j : kPanel;
      for (std::int64_t c = 0; c < kPanel; ++c) {
        packed[c] = c < cols ? w.bias[j + c] : 0;
        packed[kPanel + c] = c < cols ? bits_of(w.factor[j + c]) : 0;
      }
      std::int32_t* to = packed + 2 * kPanel;
      for (std::int64_t t = 0; t < w.taps; ++t, to += groups(w.k) * kPanel) {
        pack_tap(w, j, cols, t, to);
      }
      while (to < packed + size) *to++ = 0;
    }
  }

 private:
  // In stretches of p, so that reading along k and writing along columns both stay in few lines.
  static void pack_tap(const PackQ8& w, std::int64_t j, std::int64_t cols, std::int64_t t,
                       std::int32_t* packed) {
    constexpr std::int64_t kStretch = 16 * kGroup;
    for (std::int64_t p0 = 0; p0 < w.k; p0 += kStretch) {
      const std::int64_t end = p0 + kStretch < w.k ? p0 + kStretch : w.k;
      for (std::int64_t c = 0; c < kPanel; ++c) {
        for (std::int64_t p = p0; p < end; p += kGroup) {
          place(packed + p / kGroup * kPanel, c, c < cols ? group_at(w, j + c, t, p) : 0);
        }
      }
    }
  }

  static void place(std::int32_t* row, std::int64_t c, std::int32_t group) {
#if HWY_TARGET == HWY_NEON
    if constexpr (kGroup ==
                  2) {  // the firsts of a vector's pairs, then their seconds; see add_pairs
      char* const first = reinterpret_cast<char*>(row + c / kLanes * kLanes) + c % kLanes * 2;
      __builtin_memcpy(first, &group, 2);
      __builtin_memcpy(first + kLanes * 2, reinterpret_cast<const char*>(&group) + 2, 2);
      return;
    }
#endif
    row[c] = group;
  }

  static std::int32_t group_at(const PackQ8& w, std::int64_t j, std::int64_t t, std::int64_t p) {
    constexpr int kBits = 32 / kGroup;
    constexpr std::uint32_t kMask = (std::uint32_t{1} << kBits) - 1;
    const std::int16_t* from = w.w + j * w.stride_n + t * w.stride_t + p * w.stride_k;
    std::uint32_t group = 0;
    for (int i = 0; i < kGroup && p + i < w.k; ++i) {
      group |= (static_cast<std::uint32_t>(from[i * w.stride_k]) & kMask) << (kBits * i);
    }
    return static_cast<std::int32_t>(group);
  }
};

}  // namespace
}  // namespace mote
