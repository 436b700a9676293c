// Products of 8-bit numbers against the formula, to the last bit.
#include <cmath>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "kernels/kernels_testing.h"

namespace mote {

#if defined(__x86_64__)
extern const ProductQ8 kEmulatedDot_avx2;
extern const ProductQ8 kEmulatedAmx_avx2;
#endif

namespace {

// One run of each test for each product of each table.
struct Product {
  std::string name;
  const KernelTable* table;
  const ProductQ8* kernels;
  int most;  // of the weights' magnitude
  friend std::ostream& operator<<(std::ostream& out, const Product& p) { return out << p.name; }
};

std::vector<Product> products() {
  std::vector<Product> all;
  for (const KernelTable* table : runnable_kernels()) {
    const std::string isa = table->isa;
    all.push_back({isa + "_q8", table, &table->product_q8, 255});
    all.push_back({isa + "_s8", table, &table->product_s8, 127});
#if defined(__x86_64__)
    if (isa == "avx2") {
      all.push_back({"avx2_dot", table, &kEmulatedDot_avx2, 127});
      all.push_back({"avx2_amx", table, &kEmulatedAmx_avx2, 127});
    }
#endif
  }
  return all;
}

class IntegerTest : public testing::TestWithParam<Product> {
 protected:
  const KernelTable& k() const { return *GetParam().table; }
};

template <class T>
void fill_integers(Guarded<T>& v, std::uint32_t seed, int low, int high) {
  std::mt19937 rng(seed);
  std::uniform_int_distribution<int> uniform(low, high);
  for (T& x : v) x = static_cast<T>(uniform(rng));
}

int requantized(std::int64_t sum, float factor, const RequantizeQ8& out) {
  const float v = std::nearbyint(static_cast<float>(sum) * factor);
  const double q = static_cast<double>(v) + out.zero_point;
  return static_cast<int>(std::min<double>(std::max<double>(q, out.low), out.high));
}

// Operands of a product; the rows of x are scattered.
struct Problem {
  std::int64_t m, n, k, taps;
  Guarded<std::uint8_t> x;
  Guarded<std::int16_t> w;
  Guarded<std::int32_t> bias;
  Floats factor;
  std::vector<const std::uint8_t*> rows;

  Problem(std::int64_t m_, std::int64_t n_, std::int64_t k_, std::int64_t taps_, int most)
      : m(m_),
        n(n_),
        k(k_),
        taps(taps_),
        x(m_ * taps_ * k_),
        w(n_ * taps_ * k_),
        bias(n_),
        factor(n_) {
    fill_integers(x, 1, 0, 255);
    fill_integers(w, 2, -most - (most == 127 ? 1 : 0), most);
    fill_integers(bias, 3, -100000, 100000);
    fill_random(factor, 4, 1e-5F, 2e-3F);
    for (std::int64_t i = m * taps; i-- > 0;) rows.push_back(x.data() + i * k);
  }

  std::int64_t sum(std::int64_t i, std::int64_t j, int flip) const {
    std::int64_t total = bias[j];
    for (std::int64_t t = 0; t < taps; ++t) {
      for (std::int64_t p = 0; p < k; ++p) {
        total += (rows[static_cast<std::size_t>(i * taps + t)][p] ^ flip) *
                 std::int64_t{w[(j * taps + t) * k + p]};
      }
    }
    return total;
  }
};

void expect_product(const Product& product, std::int64_t m, std::int64_t n, std::int64_t k,
                    std::int64_t taps, int flip = 0) {
  const Problem p(m, n, k, taps, product.most);
  Guarded<std::int32_t> packed(product.kernels->packed_size(n, k, taps));
  product.kernels->pack({p.w.data(), p.bias.data(), p.factor.data(), n, k, taps, taps * k, k, 1},
                        packed.data());
  const std::int64_t ldy = n + 3;
  Guarded<std::uint8_t> y(m * ldy, 77);
  const RequantizeQ8 out = flip == 0 ? RequantizeQ8{13, 5, 250} : RequantizeQ8{-3, -128, 100};
  product.kernels->indirect({m, n, k, taps, p.rows.data(), static_cast<std::uint8_t>(flip),
                             packed.data(), y.data(), ldy, out});
  for (std::int64_t i = 0; i < m; ++i) {
    for (std::int64_t j = 0; j < n; ++j) {
      const int want = requantized(p.sum(i, j, flip), p.factor[j], out);
      ASSERT_EQ(static_cast<std::uint8_t>(want), y[i * ldy + j])
          << m << "x" << n << "x" << k << ", " << taps << " taps, at " << i << ", " << j;
    }
    for (std::int64_t j = n; j < ldy; ++j) ASSERT_EQ(y[i * ldy + j], 77) << m << "x" << n;
  }
}

TEST_P(IntegerTest, EveryWidthOfTheLastPanel) {
  for (std::int64_t n = 0; n <= 2 * k().gemm_panel + 1; ++n) expect_product(GetParam(), 3, n, 5, 1);
}

TEST_P(IntegerTest, EveryHeightOfTheLastTile) {
  for (std::int64_t m = 0; m <= 2 * k().gemm_rows + 1; ++m) {
    expect_product(GetParam(), m, k().gemm_panel + 1, 7, 1, 0x80);
  }
  expect_product(GetParam(), 200, 9, 11, 2);
}

TEST_P(IntegerTest, DepthsAroundTheBufferAndPairs) {
  for (const std::int64_t depth : {0, 1, 2, 3, 16, 31, 32, 33, 511, 512, 513, 1024, 1030}) {
    expect_product(GetParam(), 5, k().gemm_panel + 3, depth, 1);
    expect_product(GetParam(), 2, 3, depth, 3, 0x80);
  }
}

// Of 16 and 32 rows, and depths around 64.
// Fewer rows than a tile are widened at once, or none.
TEST_P(IntegerTest, SumsOfTensOfThousandsOfTerms) {
  expect_product(GetParam(), 7, k().gemm_panel + 1, 12001, 1);
  expect_product(GetParam(), 3, k().gemm_panel + 1, 33001, 1);
  expect_product(GetParam(), 2, 5, 6601, 5, 0x80);
}

TEST_P(IntegerTest, SizesAroundTheTiles) {
  for (const std::int64_t m : {15, 16, 17, 31, 32, 33, 48, 100}) {
    for (const std::int64_t depth : {1, 60, 63, 64, 65, 128, 130}) {
      expect_product(GetParam(), m, k().gemm_panel + 5, depth, 1);
      expect_product(GetParam(), m, 17, depth, 2, 0x80);
    }
    expect_product(GetParam(), m, 70, 5, 9);
  }
}

// Rows of one stride are read where they lie.
TEST_P(IntegerTest, RowsSideBySide) {
  for (const std::int64_t depth : {64, 192, 100}) expect_product(GetParam(), 40, 33, depth, 1);
}

TEST_P(IntegerTest, TapsOfWindows) {
  for (const std::int64_t taps : {0, 1, 9, 25}) expect_product(GetParam(), 7, 5, 3, taps);
}

// The greatest products, all of one sign and in turns: sums of pairs that 16 bits do not hold, and
// biases with which 32 bits wrap around.
TEST_P(IntegerTest, ExtremeNumbers) {
  const int most = GetParam().most, least = most == 127 ? -128 : -most;
  const std::int64_t depth = 70, m = k().gemm_rows + 1, n = k().gemm_panel + 1;
  for (const int flip : {0, 0x80}) {
    for (const auto& [even_x, odd_x] : {std::pair{255, 255}, {255, 0}, {0, 255}, {128, 127}}) {
      for (const auto& [even_w, odd_w] : {std::pair{least, least}, {most, most}, {least, most}}) {
        Problem p(m, n, depth, 1, most);
        for (std::int64_t i = 0; i < m * depth; ++i) {
          p.x[i] = static_cast<std::uint8_t>((i % 2 == 0 ? even_x : odd_x) ^ flip);
        }
        for (std::int64_t i = 0; i < n * depth; ++i) {
          p.w[i] = static_cast<std::int16_t>(i % 2 == 0 ? even_w : odd_w);
        }
        for (std::int64_t j = 0; j < n; ++j) {
          p.bias[j] = j % 2 == 0 ? std::numeric_limits<std::int32_t>::max()
                                 : std::numeric_limits<std::int32_t>::min();
          p.factor[j] = 5e-8F;
        }
        Guarded<std::int32_t> packed(GetParam().kernels->packed_size(n, depth, 1));
        GetParam().kernels->pack(
            {p.w.data(), p.bias.data(), p.factor.data(), n, depth, 1, depth, depth, 1},
            packed.data());
        Guarded<std::uint8_t> y(m * n);
        const RequantizeQ8 out{128, 0, 255};
        GetParam().kernels->indirect({m, n, depth, 1, p.rows.data(),
                                      static_cast<std::uint8_t>(flip), packed.data(), y.data(), n,
                                      out});
        for (std::int64_t i = 0; i < m * n; ++i) {
          const auto sum = static_cast<std::int32_t>(p.sum(i / n, i % n, flip));
          ASSERT_EQ(requantized(sum, p.factor[i % n], out), y[i])
              << "x " << even_x << ", " << odd_x << "; w " << even_w << ", " << odd_w << "; flip "
              << flip << ", at " << i;
        }
      }
    }
  }
}

// Halves round to even; what is beyond the range clamps, infinite products too.
TEST_P(IntegerTest, RoundsHalfToEvenAndClamps) {
  const std::uint8_t x[] = {1, 3, 5, 255, 0};
  const std::int16_t w[] = {1};
  const std::int32_t bias[] = {0};
  const RequantizeQ8 out{10, 0, 200};
  const auto run = [&](float factor) {
    std::vector<std::int32_t> packed(
        static_cast<std::size_t>(GetParam().kernels->packed_size(1, 1, 1)));
    GetParam().kernels->pack({w, bias, &factor, 1, 1, 1, 1, 1, 1}, packed.data());
    const std::uint8_t* rows[] = {x, x + 1, x + 2, x + 3, x + 4};
    std::vector<std::uint8_t> y(5);
    GetParam().kernels->indirect({5, 1, 1, 1, rows, 0, packed.data(), y.data(), 1, out});
    return y;
  };
  EXPECT_EQ(run(0.5F), (std::vector<std::uint8_t>{10, 12, 12, 138, 10}));
  EXPECT_EQ(run(3e38F), (std::vector<std::uint8_t>{200, 200, 200, 200, 10}));
  EXPECT_EQ(run(-3e38F), (std::vector<std::uint8_t>{0, 0, 0, 0, 10}));
}

INSTANTIATE_TEST_SUITE_P(Product, IntegerTest, testing::ValuesIn(products()),
                         [](const auto& p) { return p.param.name; });

}  // namespace
}  // namespace mote
