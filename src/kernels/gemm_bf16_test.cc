// Products whose factors are rounded to bf16, against sums in double of the rounded factors.
#include <cmath>
#include <string>
#include <vector>

#include "kernels/kernels_testing.h"

namespace mote {

#if defined(__x86_64__)
extern const ProductF32 kEmulatedBf16_avx2;
#endif

namespace {

struct Product {
  std::string name;
  ProductF32 product;
  std::int64_t panel;
  friend std::ostream& operator<<(std::ostream& out, const Product& p) { return out << p.name; }
};

// The emulated one, and what this CPU has.
std::vector<Product> products() {
  std::vector<Product> all;
  for (const KernelTable* table : runnable_kernels()) {
    if (const KernelTable* k = fast_kernels(*table)) {
      all.push_back({k->isa,
                     {k->packed_gemm_size_f32, k->pack_gemm_f32, k->gemm_f32, k->indirect_gemm_f32},
                     k->gemm_panel});
    }
#if defined(__x86_64__)
    if (std::string(table->isa) == "avx2") all.push_back({"emulated", kEmulatedBf16_avx2, 32});
#endif
  }
  return all;
}

float rounded(float x) {
  std::uint32_t bits = 0;
  std::memcpy(&bits, &x, sizeof bits);
  bits = (bits + 0x7FFF + (bits >> 16 & 1)) & 0xFFFF0000;
  std::memcpy(&x, &bits, sizeof x);
  return x;
}

class GemmBf16Test : public testing::TestWithParam<Product> {
 protected:
  void expect_product(std::int64_t m, std::int64_t n, std::int64_t k, std::int64_t taps,
                      bool residual = false) {
    const ProductF32& p = GetParam().product;
    Floats x(m * taps * k), w(n * taps * k), bias(n), packed(p.packed_size(n, k, taps));
    fill_random(x, 1);
    fill_random(w, 2);
    fill_random(bias, 3);
    p.pack(w.data(), bias.data(), n, k, taps, taps * k, k, 1, packed.data());
    std::vector<const float*> rows;
    for (std::int64_t i = m * taps; i-- > 0;) rows.push_back(x.data() + i * k);
    const std::int64_t ldy = n + 3;
    Floats y(m * ldy, 77.0F);
    EpilogueF32 epilogue{UnaryF32::kClamp, -0.5F, 100.0F};
    if (residual) epilogue.residual = y.data(), epilogue.residual_ld = ldy;
    p.indirect({m, n, k, taps, rows.data(), packed.data(), y.data(), ldy, epilogue});
    for (std::int64_t i = 0; i < m; ++i) {
      for (std::int64_t j = 0; j < n; ++j) {
        double sum = double{bias[j]} + (residual ? 77.0 : 0.0), magnitude = std::abs(sum);
        for (std::int64_t q = 0; q < taps * k; ++q) {
          const float* row = rows[static_cast<std::size_t>(i * taps + q / k)];
          const double term = double{rounded(row[q % k])} * double{rounded(w[j * taps * k + q])};
          sum += term;
          magnitude += std::abs(term);
        }
        ASSERT_NEAR(std::min(std::max(sum, -0.5), 100.0), y[i * ldy + j], 1e-6 * magnitude + 1e-6)
            << m << "x" << n << "x" << k << ", " << taps << " taps, at " << i << ", " << j;
      }
      for (std::int64_t j = n; j < ldy; ++j) ASSERT_EQ(y[i * ldy + j], 77.0F);
    }
  }
};

TEST_P(GemmBf16Test, SizesAroundTheTiles) {
  for (const std::int64_t m : {1, 15, 16, 17, 32, 33}) {
    for (const std::int64_t k : {0, 1, 2, 31, 32, 33, 64}) expect_product(m, 5, k, 1);
  }
  for (std::int64_t n = 0; n <= GetParam().panel + 1; ++n) expect_product(3, n, 5, 1);
}

TEST_P(GemmBf16Test, DepthsAroundTheChunk) {
  for (const std::int64_t k : {1022, 1023, 1024, 1025, 2100}) expect_product(20, 7, k, 1);
  expect_product(5, 7, 200, 9);
  expect_product(5, 7, 3, 9);
}

TEST_P(GemmBf16Test, AResidualMayBeTheOutput) { expect_product(19, 37, 12, 1, true); }

TEST_P(GemmBf16Test, DirectEqualsIndirectAndARowHangsOnItselfAlone) {
  const ProductF32& p = GetParam().product;
  const std::int64_t m = 101, n = 40, k = 70;
  Floats x(m * k), w(n * k), packed(p.packed_size(n, k, 1)), y(m * n), one(n);
  fill_random(x, 4);
  fill_random(w, 5);
  p.pack(w.data(), nullptr, n, k, 1, k, 0, 1, packed.data());
  p.direct({m, n, k, x.data(), k, packed.data(), y.data(), n, {}});
  for (std::int64_t i = 0; i < m; ++i) {
    const float* row = x.data() + i * k;
    p.indirect({1, n, k, 1, &row, packed.data(), one.data(), n, {}});
    ASSERT_TRUE(same_bits(one.data(), y.data() + i * n, n)) << i;
  }
}

TEST_P(GemmBf16Test, AnInfinityAndNaNStayWhatTheyAre) {
  const ProductF32& p = GetParam().product;
  const float x[] = {INFINITY, NAN, 1.0F}, w[] = {2.0F};
  Floats packed(p.packed_size(1, 1, 1)), y(3);
  p.pack(w, nullptr, 1, 1, 1, 1, 0, 1, packed.data());
  p.direct({3, 1, 1, x, 1, packed.data(), y.data(), 1, {}});
  EXPECT_EQ(y[0], INFINITY);
  EXPECT_TRUE(std::isnan(y[1]));
  EXPECT_EQ(y[2], 2.0F);
}

INSTANTIATE_TEST_SUITE_P(Product, GemmBf16Test, testing::ValuesIn(products()),
                         [](const auto& p) { return p.param.name; });
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(GemmBf16Test);

}  // namespace
}  // namespace mote
