// gemm_f32 and indirect_gemm_f32 against sums in double.
#include <cmath>
#include <limits>
#include <memory>
#include <vector>

#include "kernels/kernels_testing.h"

namespace mote {
namespace {

constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();

class GemmTest : public KernelTest {};

// A product's operands; x has `pixels` rows of k floats, and rows point at any of them.
struct Problem {
  std::int64_t m, n, k, taps;
  Floats x, w, bias, packed;
  std::vector<const float*> rows;

  Problem(const KernelTable& table, std::int64_t m_, std::int64_t n_, std::int64_t k_,
          std::int64_t taps_)
      : m(m_),
        n(n_),
        k(k_),
        taps(taps_),
        x(m_ * taps_ * k_),
        w(n_ * taps_ * k_),
        bias(n_),
        packed(table.packed_gemm_size_f32(n_, k_, taps_)) {
    fill_random(x, 1);
    fill_random(w, 2);
    fill_random(bias, 3);
    table.pack_gemm_f32(w.data(), bias.data(), n, k, taps, taps * k, k, 1, packed.data());
    // Backwards, so that nothing depends on rows being neighbours.
    for (std::int64_t i = m * taps; i-- > 0;) rows.push_back(x.data() + i * k);
  }

  IndirectGemmF32 call(Floats& y, std::int64_t ldy) const {
    return {m, n, k, taps, rows.data(), packed.data(), y.data(), ldy, {}};
  }

  // The sum for y[i, j] and, for its tolerance, the sum of the terms' magnitudes.
  double sum(std::int64_t i, std::int64_t j, double* magnitude) const {
    double total = bias[j];
    *magnitude = std::abs(total);
    for (std::int64_t t = 0; t < taps; ++t) {
      for (std::int64_t p = 0; p < k; ++p) {
        const double term = double{rows[static_cast<std::size_t>(i * taps + t)][p]} *
                            double{w[(j * taps + t) * k + p]};
        total += term;
        *magnitude += std::abs(term);
      }
    }
    return total;
  }

  double tolerance(double magnitude) const {
    return magnitude * 6e-8 * std::sqrt(static_cast<double>(k * taps) + 4.0) * 2.0;
  }
};

void expect_product(const KernelTable& table, std::int64_t m, std::int64_t n, std::int64_t k,
                    std::int64_t taps) {
  const Problem p(table, m, n, k, taps);
  constexpr float kUntouched = 77.0F;
  const std::int64_t ldy = n + 3;
  Floats y(m * ldy, kUntouched);
  table.indirect_gemm_f32(p.call(y, ldy));
  for (std::int64_t i = 0; i < m; ++i) {
    for (std::int64_t j = 0; j < n; ++j) {
      double magnitude = 0.0;
      const double want = p.sum(i, j, &magnitude);
      ASSERT_NEAR(want, y[i * ldy + j], p.tolerance(magnitude))
          << m << "x" << n << "x" << k << ", " << taps << " taps, at " << i << ", " << j;
    }
    for (std::int64_t j = n; j < ldy; ++j) ASSERT_EQ(y[i * ldy + j], kUntouched) << m << "x" << n;
  }
}

TEST_P(GemmTest, EveryWidthOfTheLastPanel) {
  for (std::int64_t n = 0; n <= 2 * k().gemm_panel + 1; ++n) expect_product(k(), 3, n, 5, 1);
}

TEST_P(GemmTest, EveryHeightOfTheLastTile) {
  for (std::int64_t m = 0; m <= 2 * k().gemm_rows + 1; ++m) {
    expect_product(k(), m, k().gemm_panel + 1, 7, 1);
  }
}

TEST_P(GemmTest, MoreRowsThanOneBlock) {
  for (const std::int64_t m : {95, 96, 97, 200}) expect_product(k(), m, 9, 11, 2);
}

TEST_P(GemmTest, DepthsAroundTheChunkOfOneTap) {
  for (const std::int64_t depth : {0, 1, 2, 255, 256, 257, 512, 600}) {
    expect_product(k(), 5, k().gemm_panel + 3, depth, 1);
    expect_product(k(), 5, k().gemm_panel + 3, depth, 3);
  }
}

TEST_P(GemmTest, TapsAroundTheChunkOfManyTaps) {
  for (const std::int64_t taps : {0, 1, 2, 3, 9, 25, 49}) {
    for (const std::int64_t depth : {0, 1, 3, 64, 100, 128, 129}) {
      expect_product(k(), k().gemm_rows + 1, 5, depth, taps);
    }
  }
}

TEST_P(GemmTest, DirectEqualsIndirectBitForBit) {
  const std::int64_t m = 101, n = 50, depth = 300, ldx = 303;
  Floats x((m - 1) * ldx + depth), w(n * depth);
  fill_random(x, 4);
  fill_random(w, 5);
  Floats packed(k().packed_gemm_size_f32(n, depth, 1));
  k().pack_gemm_f32(w.data(), nullptr, n, depth, 1, depth, 0, 1, packed.data());
  std::vector<const float*> rows;
  for (std::int64_t i = 0; i < m; ++i) rows.push_back(x.data() + i * ldx);
  Floats direct(m * n), indirect(m * n);
  k().gemm_f32({m, n, depth, x.data(), ldx, packed.data(), direct.data(), n, {}});
  k().indirect_gemm_f32({m, n, depth, 1, rows.data(), packed.data(), indirect.data(), n, {}});
  EXPECT_TRUE(same_bits(direct, indirect));
}

// w[k, n] instead of [n, k], and [n, k, taps] instead of [n, taps, k]: the same packed weights.
TEST_P(GemmTest, PacksAnyOrderOfAxes) {
  const std::int64_t n = 2 * k().gemm_panel - 1, depth = 37, taps = 3;
  Floats w(n * taps * depth), moved(n * taps * depth);
  fill_random(w, 6);
  Floats want(k().packed_gemm_size_f32(n, depth, taps)), got(want.size());
  k().pack_gemm_f32(w.data(), nullptr, n, depth, taps, taps * depth, depth, 1, want.data());
  for (std::int64_t j = 0; j < n; ++j) {
    for (std::int64_t t = 0; t < taps; ++t) {
      for (std::int64_t p = 0; p < depth; ++p) {
        moved[(p * taps + t) * n + j] = w[(j * taps + t) * depth + p];
      }
    }
  }
  k().pack_gemm_f32(moved.data(), nullptr, n, depth, taps, 1, n, taps * n, got.data());
  EXPECT_TRUE(same_bits(want, got));
}

TEST_P(GemmTest, BitsDoNotDependOnWhereRowsAreCut) {
  const Problem p(k(), 103, 19, 130, 5);
  Floats whole(p.m * p.n);
  k().indirect_gemm_f32(p.call(whole, p.n));
  for (const std::int64_t cut : {1, 2, 8, 50, 96, 102}) {
    Floats y(p.m * p.n);
    IndirectGemmF32 first = p.call(y, p.n), second = first;
    first.m = cut;
    second.m = p.m - cut;
    second.rows += cut * p.taps;
    second.y += cut * p.n;
    k().indirect_gemm_f32(second);
    k().indirect_gemm_f32(first);
    EXPECT_TRUE(same_bits(whole, y)) << "cut at " << cut;
  }
}

TEST_P(GemmTest, BitsDoNotDependOnWhichPanelsACallCovers) {
  const std::int64_t panel = k().gemm_panel;
  const Problem p(k(), 11, 3 * panel + 2, 300, 2);
  Floats whole(p.m * p.n);
  k().indirect_gemm_f32(p.call(whole, p.n));
  for (std::int64_t cut = panel; cut < p.n; cut += panel) {
    Floats y(p.m * p.n);
    IndirectGemmF32 first = p.call(y, p.n), second = first;
    first.n = cut;
    second.n = p.n - cut;
    second.packed += k().packed_gemm_size_f32(cut, p.k, p.taps);
    second.y += cut;
    k().indirect_gemm_f32(first);
    k().indirect_gemm_f32(second);
    EXPECT_TRUE(same_bits(whole, y)) << "cut at " << cut;
  }
}

double activation(const EpilogueF32& e, double x) {
  const auto gate = [](double v) { return std::fmin(std::fmax(v, 0.0), 1.0); };
  switch (e.act) {
    case UnaryF32::kClamp:
      return std::fmin(std::fmax(x, e.a), e.b);
    case UnaryF32::kHardSigmoid:
      return gate(e.a * x + e.b);
    case UnaryF32::kHardSwish:
      return x * gate(x / 6.0 + 0.5);
    case UnaryF32::kSigmoid:
      return 1.0 / (1.0 + std::exp(-x));
    case UnaryF32::kSilu:
      return x / (1.0 + std::exp(-x));
    case UnaryF32::kTanh:
      return std::tanh(x);
    case UnaryF32::kLeakyRelu:
      return x < 0.0 ? e.a * x : x;
    default:
      return x;
  }
}

constexpr EpilogueF32 kEpilogues[] = {
    {UnaryF32::kIdentity, 0.0F, 0.0F, nullptr, 0},
    {UnaryF32::kClamp, -0.5F, 1.0F, nullptr, 0},
    {UnaryF32::kHardSigmoid, 0.3F, 0.4F, nullptr, 0},
    {UnaryF32::kHardSwish, 0.0F, 0.0F, nullptr, 0},
    {UnaryF32::kSigmoid, 0.0F, 0.0F, nullptr, 0},
    {UnaryF32::kSilu, 0.0F, 0.0F, nullptr, 0},
    {UnaryF32::kTanh, 0.0F, 0.0F, nullptr, 0},
    {UnaryF32::kLeakyRelu, 0.1F, 0.0F, nullptr, 0},
};

TEST_P(GemmTest, EveryEpilogueWithAndWithoutResidual) {
  for (const std::int64_t depth : {20, 300}) {
    const Problem p(k(), k().gemm_rows + 2, k().gemm_panel + 5, depth, 2);
    const std::int64_t ld = p.n + 1;
    Floats residual((p.m - 1) * ld + p.n);
    fill_random(residual, 9, -3.0F, 3.0F);
    for (EpilogueF32 e : kEpilogues) {
      for (const bool with_residual : {false, true}) {
        e.residual = with_residual ? residual.data() : nullptr;
        e.residual_ld = ld;
        Floats y(p.m * p.n);
        IndirectGemmF32 call = p.call(y, p.n);
        call.epilogue = e;
        k().indirect_gemm_f32(call);
        for (std::int64_t i = 0; i < p.m * p.n; ++i) {
          double magnitude = 0.0;
          const double sum = p.sum(i / p.n, i % p.n, &magnitude);
          const double more = with_residual ? residual[i / p.n * ld + i % p.n] : 0.0;
          ASSERT_NEAR(activation(e, sum + more), y[i], 1e-6 + 2.0 * p.tolerance(magnitude))
              << "act " << static_cast<int>(e.act) << ", residual " << with_residual;
        }
      }
    }
  }
}

TEST_P(GemmTest, ResidualMayBeTheOutputItself) {
  const Problem p(k(), 20, k().gemm_panel + 5, 600, 1);
  Floats apart(p.m * p.n), residual(p.m * p.n), y(p.m * p.n);
  fill_random(residual, 10);
  fill_random(y, 10);
  IndirectGemmF32 call = p.call(apart, p.n);
  call.epilogue.residual = residual.data();
  call.epilogue.residual_ld = p.n;
  k().indirect_gemm_f32(call);
  call.y = y.data();
  call.epilogue.residual = y.data();
  k().indirect_gemm_f32(call);
  EXPECT_TRUE(same_bits(apart, y));
}

TEST_P(GemmTest, NanAndInfinityStayInTheirRowAndColumn) {
  Problem p(k(), 10, k().gemm_panel + 3, 9, 1);
  Floats y(p.m * p.n), clean(p.m * p.n);
  k().indirect_gemm_f32(p.call(clean, p.n));
  p.x[4 * p.k + 2] = kNaN;  // rows run backwards: row 5 of y
  Problem column(k(), 1, p.n, p.k, 1);
  column.w[(p.n - 1) * p.k] = kNaN;
  k().pack_gemm_f32(column.w.data(), p.bias.data(), p.n, p.k, 1, p.k, p.k, 1, p.packed.data());
  IndirectGemmF32 call = p.call(y, p.n);
  call.epilogue = {UnaryF32::kClamp, -100.0F, 100.0F, nullptr, 0};
  k().indirect_gemm_f32(call);
  for (std::int64_t i = 0; i < p.m * p.n; ++i) {
    if (i / p.n == 5 || i % p.n == p.n - 1) {
      EXPECT_TRUE(std::isnan(y[i])) << i;
    } else {
      EXPECT_EQ(y[i], clean[i]) << i;
    }
  }
}

MOTE_INSTANTIATE_KERNEL_TESTS(GemmTest);

}  // namespace
}  // namespace mote
