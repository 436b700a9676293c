// Products of one to three rows, with the weights of the GEMM. Its tile of so few rows waits for
// its own sums, 11 GMAC/s of one row with AVX2; several panels at once reach 22 from the L2 cache,
// 19 from L3. The sums are the GEMM's, term by term, so an element's bits are as well.
#pragma once
#include "kernels/gemm.inl.h"

namespace mote {
namespace {

template <int kRows, int kVectors>
struct Gemv {
  using Product = Gemm<kRows, kVectors>;
  static constexpr std::int64_t kPanel = Product::kPanel;
  // More rows fill the tile of the GEMM.
  static constexpr std::int64_t kMostRows = 3;
  // Sums that hide the latency of a multiply-add, with the registers for them.
  static constexpr int kSums = kRows * kVectors < 12 ? kRows * kVectors : 12;

  static void direct(const GemmF32& g) noexcept {
    switch (g.m) {
      case 1:
        return rows<1>(g);
      case 2:
        return rows<2>(g);
      case 3:
        return rows<3>(g);
      default:
        return Product::direct(g);
    }
  }

 private:
  template <int kR>
  static void rows(const GemmF32& g) {
    constexpr int kMost = kSums / kVectors / kR > 1 ? kSums / kVectors / kR : 1;
    const FastEpilogue fast(g.epilogue);
    const std::int64_t whole = g.n / kPanel;
    GemmF32 part = g;
    for (std::int64_t panel = 0; panel < whole;) {
      const std::int64_t count = whole - panel < kMost ? whole - panel : kMost;
      pick<kR, kMost>(count, part, fast);
      advance(part, count);
      panel += count;
    }
    if (part.n > 0) Product::direct(part);
    finish_rows(g.epilogue, g.y, g.ldy, kR, whole * kPanel);
  }

  static void advance(GemmF32& g, std::int64_t panels) {
    g.n -= panels * kPanel;
    g.packed += panels * panel_size(g);
    g.y += panels * kPanel;
    if (g.epilogue.residual != nullptr) g.epilogue.residual += panels * kPanel;
  }

  static std::int64_t panel_size(const GemmF32& g) { return kPanel * (1 + g.k); }

  template <int kR, int kP>
  static void pick(std::int64_t panels, const GemmF32& g, const FastEpilogue& fast) {
    if constexpr (kP > 1) {
      if (panels < kP) return pick<kR, kP - 1>(panels, g, fast);
    }
    kernel<kR, kP>(g, fast);
  }

  template <int kR, int kP>
  MOTE_ALONE static void kernel(const GemmF32& g, const FastEpilogue& fast) {
    F32 sum[kP][kR][kVectors];
    const float* w[kP];
    MOTE_UNROLL(16)
    for (int i = 0; i < kP; ++i) {
      w[i] = g.packed + i * panel_size(g);
      MOTE_UNROLL(16)
      for (int r = 0; r < kR; ++r) {
        MOTE_UNROLL(16)
        for (int v = 0; v < kVectors; ++v) sum[i][r][v] = hn::LoadU(kF32, w[i] + v * kLanes);
      }
      w[i] += kPanel;
    }
    // Towards the end of the panels the next ones are fetched.
    const std::int64_t split = g.k > kAhead ? g.k - kAhead : 0;
    terms(g, 0, split, kAhead * kPanel, w, sum);
    terms(g, split, g.k, kP * panel_size(g) - split * kPanel, w, sum);
    MOTE_UNROLL(16)
    for (int i = 0; i < kP; ++i) {
      const std::int64_t j = i * kPanel;
      const float* residual = g.epilogue.residual;
      finish_tile(fast, Whole{}, residual != nullptr ? residual + j : nullptr,
                  g.epilogue.residual_ld, g.y + j, g.ldy, sum[i]);
    }
  }

  // Terms [p, end) of all sums; fetches what lies `ahead` of the weights that it reads.
  template <int kR, int kP>
  MOTE_INLINE static void terms(const GemmF32& g, std::int64_t p, std::int64_t end,
                                std::int64_t ahead, const float* (&w)[kP],
                                F32 (&sum)[kP][kR][kVectors]) {
    for (; p < end; ++p) {
      F32 x[kR];
      MOTE_UNROLL(16)
      for (int r = 0; r < kR; ++r) x[r] = splat(g.x[r * g.ldx + p]);
      MOTE_UNROLL(16)
      for (int i = 0; i < kP; ++i) {
        Product::fetch(w[i] + ahead);
        MOTE_UNROLL(16)
        for (int v = 0; v < kVectors; ++v) {
          const F32 column = hn::LoadU(kF32, w[i] + v * kLanes);
          MOTE_UNROLL(16)
          for (int r = 0; r < kR; ++r) sum[i][r][v] = hn::MulAdd(x[r], column, sum[i][r][v]);
        }
        w[i] += kPanel;
      }
    }
  }
};

}  // namespace
}  // namespace mote
