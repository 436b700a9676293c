// y[c, r] = x[r, c] for 32-bit elements: 8 by 8 or 4 by 4 in registers, as vectors have lanes.
#pragma once
#include "kernels/simd.inl.h"

namespace mote {
namespace {

// 256-bit vectors, in AVX-512 units too: 8 rows of 8.
using TagBlock = hn::CappedTag<std::uint32_t, 8>;

inline void transpose_small(const std::uint32_t* x, std::int64_t ldx, std::uint32_t* y,
                            std::int64_t ldy, std::int64_t rows, std::int64_t cols) {
  for (std::int64_t c = 0; c < cols; ++c) {
    for (std::int64_t r = 0; r < rows; ++r) y[c * ldy + r] = x[r * ldx + c];
  }
}

// A template, its shuffles found by argument: units of fewer lanes do not have them.
template <class Tag>
inline void transpose_8x8(Tag tag, const std::uint32_t* x, std::int64_t ldx, std::uint32_t* y,
                          std::int64_t ldy) {
  using V = hn::Vec<Tag>;
  const hn::RepartitionToWide<Tag> wide;
  V a[8], b[8];
  MOTE_UNROLL(16)
  for (int i = 0; i < 8; ++i) a[i] = hn::LoadU(tag, x + i * ldx);
  // Within each half: pairs of rows, then pairs of pairs. b[4 * g + c] has column c (and c + 4 in
  // its upper half) of rows 4g to 4g + 3.
  MOTE_UNROLL(16)
  for (int g = 0; g < 8; g += 4) {
    const auto low01 = hn::BitCast(wide, InterleaveLower(tag, a[g], a[g + 1]));
    const auto low23 = hn::BitCast(wide, InterleaveLower(tag, a[g + 2], a[g + 3]));
    const auto high01 = hn::BitCast(wide, InterleaveUpper(tag, a[g], a[g + 1]));
    const auto high23 = hn::BitCast(wide, InterleaveUpper(tag, a[g + 2], a[g + 3]));
    b[g] = hn::BitCast(tag, InterleaveLower(wide, low01, low23));
    b[g + 1] = hn::BitCast(tag, InterleaveUpper(wide, low01, low23));
    b[g + 2] = hn::BitCast(tag, InterleaveLower(wide, high01, high23));
    b[g + 3] = hn::BitCast(tag, InterleaveUpper(wide, high01, high23));
  }
  MOTE_UNROLL(16)
  for (int c = 0; c < 4; ++c) {
    hn::StoreU(ConcatLowerLower(tag, b[c + 4], b[c]), tag, y + c * ldy);
    hn::StoreU(ConcatUpperUpper(tag, b[c + 4], b[c]), tag, y + (c + 4) * ldy);
  }
}

template <class Tag>
inline void transpose_4x4(Tag tag, const std::uint32_t* x, std::int64_t ldx, std::uint32_t* y,
                          std::int64_t ldy) {
  using V = hn::Vec<Tag>;
  const hn::RepartitionToWide<Tag> wide;
  V a[4];
  MOTE_UNROLL(16)
  for (int i = 0; i < 4; ++i) a[i] = hn::LoadU(tag, x + i * ldx);
  const auto low01 = hn::BitCast(wide, InterleaveLower(tag, a[0], a[1]));
  const auto low23 = hn::BitCast(wide, InterleaveLower(tag, a[2], a[3]));
  const auto high01 = hn::BitCast(wide, InterleaveUpper(tag, a[0], a[1]));
  const auto high23 = hn::BitCast(wide, InterleaveUpper(tag, a[2], a[3]));
  hn::StoreU(hn::BitCast(tag, InterleaveLower(wide, low01, low23)), tag, y);
  hn::StoreU(hn::BitCast(tag, InterleaveUpper(wide, low01, low23)), tag, y + ldy);
  hn::StoreU(hn::BitCast(tag, InterleaveLower(wide, high01, high23)), tag, y + 2 * ldy);
  hn::StoreU(hn::BitCast(tag, InterleaveUpper(wide, high01, high23)), tag, y + 3 * ldy);
}

template <class Tag>
inline void transpose_block(Tag tag, const std::uint32_t* x, std::int64_t ldx, std::uint32_t* y,
                            std::int64_t ldy, std::int64_t rows, std::int64_t cols) {
  if constexpr (hn::MaxLanes(Tag()) == 8) {
    if (rows == 8 && cols == 8) return transpose_8x8(tag, x, ldx, y, ldy);
  } else if constexpr (hn::MaxLanes(Tag()) == 4) {
    if (rows == 4 && cols == 4) return transpose_4x4(tag, x, ldx, y, ldy);
  }
  transpose_small(x, ldx, y, ldy, rows, cols);
}

// In tiles of 16 by 16: whole cache lines on both sides.
void transpose_32(const std::uint32_t* x, std::int64_t ldx, std::uint32_t* y, std::int64_t ldy,
                  std::int64_t rows, std::int64_t cols) noexcept {
  constexpr std::int64_t kTile = 16;
  constexpr std::int64_t kBlock = hn::MaxLanes(TagBlock()) == 4 ? 4 : 8;
  const auto least = [](std::int64_t a, std::int64_t b) { return a < b ? a : b; };
  for (std::int64_t c0 = 0; c0 < cols; c0 += kTile) {
    const std::int64_t c_end = least(c0 + kTile, cols);
    for (std::int64_t r0 = 0; r0 < rows; r0 += kTile) {
      const std::int64_t r_end = least(r0 + kTile, rows);
      for (std::int64_t c = c0; c < c_end; c += kBlock) {
        for (std::int64_t r = r0; r < r_end; r += kBlock) {
          transpose_block(TagBlock(), x + r * ldx + c, ldx, y + c * ldy + r, ldy,
                          least(kBlock, r_end - r), least(kBlock, c_end - c));
        }
      }
    }
  }
}

}  // namespace
}  // namespace mote
