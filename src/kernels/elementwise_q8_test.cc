// Element-wise kernels of quantized tensors against the formulas, to the last bit.
#include <algorithm>
#include <cmath>
#include <limits>

#include "kernels/kernels_testing.h"

namespace mote {
namespace {

using Bytes = Guarded<std::uint8_t>;

class ElementwiseQ8Test : public KernelTest {};

constexpr std::int64_t kMost = 150;  // elements: past two of the widest vectors
constexpr RequantizeQ8 kUnsigned{13, 0, 255}, kSigned{-3, -128, 127}, kBounded{-3, -100, 90};

void fill_bytes(Bytes& v, std::uint32_t seed) {
  std::mt19937 rng(seed);
  for (std::uint8_t& x : v) x = static_cast<std::uint8_t>(rng());
}

std::uint8_t rounded(float v, const RequantizeQ8& to) {
  const float q = std::isnan(v) ? 0.0F : std::nearbyint(v);
  const double shifted = static_cast<double>(q) + to.zero_point;
  return static_cast<std::uint8_t>(static_cast<int>(std::clamp<double>(shifted, to.low, to.high)));
}

// Halves, their neighbours, and what no integer is.
void fill_reals(Floats& v, std::uint32_t seed, float scale) {
  constexpr float kInf = std::numeric_limits<float>::infinity();
  const float special[] = {0.0F,  -0.0F,  kInf,   -kInf,    std::nanf(""), -std::nanf(""),
                           3e38F, -3e38F, 1e-40F, 65535.5F, 8388609.0F,    -4194304.5F};
  std::mt19937 rng(seed);
  for (float& x : v) {
    const std::uint32_t kind = rng() % 4;
    const float half = static_cast<float>(static_cast<int>(rng() % 600) - 300) * 0.5F * scale;
    x = half;
    if (kind == 1) x = std::nextafter(half, -kInf);
    if (kind == 2) x = std::nextafter(half, kInf);
    if (kind == 3 && rng() % 4 == 0) x = special[rng() % std::size(special)];
  }
}

TEST_P(ElementwiseQ8Test, QuantizesEverySize) {
  for (const RequantizeQ8& to : {kUnsigned, kSigned, kBounded}) {
    for (std::int64_t n = 0; n <= kMost; ++n) {
      for (const float scale : {0.5F, 0.03F}) {
        Floats x(n);
        fill_reals(x, static_cast<std::uint32_t>(n), scale);
        Bytes y(n, 77);
        k().quantize_f32_q8(to, scale, x.data(), y.data(), n);
        for (std::int64_t i = 0; i < n; ++i) {
          ASSERT_EQ(y[i], rounded(x[i] / scale, to)) << x[i] << " by " << scale << ", " << i;
        }
      }
    }
  }
}

TEST_P(ElementwiseQ8Test, QuantizesByScalesThatAreNone) {
  for (const float scale : {0.0F, -0.1F, std::nanf(""), std::numeric_limits<float>::infinity()}) {
    Floats x(100);
    fill_reals(x, 3, 1.0F);
    Bytes y(100);
    k().quantize_f32_q8(kSigned, scale, x.data(), y.data(), 100);
    for (std::int64_t i = 0; i < 100; ++i) ASSERT_EQ(y[i], rounded(x[i] / scale, kSigned)) << i;
  }
}

TEST_P(ElementwiseQ8Test, DequantizesEverySize) {
  for (const int flip : {0, 0x80}) {
    for (std::int64_t n = 0; n <= kMost; ++n) {
      Bytes x(n);
      fill_bytes(x, static_cast<std::uint32_t>(n));
      Floats y(n);
      k().dequantize_q8_f32(static_cast<std::uint8_t>(flip), 131, 0.03F, x.data(), y.data(), n);
      for (std::int64_t i = 0; i < n; ++i) {
        ASSERT_EQ(y[i], static_cast<float>((x[i] ^ flip) - 131) * 0.03F) << i << " of " << n;
      }
    }
  }
}

using Binary = decltype(KernelTable::add_q8);

float sum_of(const BinaryQ8& f, int a, int b) {
  const float x = static_cast<float>(a) * f.a_factor;
  const float y = static_cast<float>(b) * f.b_factor;
  return x + y;
}
float product_of(const BinaryQ8& f, int a, int b) { return static_cast<float>(a * b) * f.a_factor; }

void expect_binary(Binary kernel, float (*formula)(const BinaryQ8&, int, int), const BinaryQ8& f,
                   std::int64_t n, std::int64_t step_a, std::int64_t step_b) {
  Bytes a(step_a != 0 ? n : 1), b(step_b != 0 ? n : 1), y(n, 77);
  fill_bytes(a, static_cast<std::uint32_t>(n + 1));
  fill_bytes(b, static_cast<std::uint32_t>(n + 1000));
  kernel(f, a.data(), step_a, b.data(), step_b, y.data(), n);
  for (std::int64_t i = 0; i < n; ++i) {
    const int u = (a[i * step_a] ^ f.flip) - f.a_zero_point;
    const int v = (b[i * step_b] ^ f.flip) - f.b_zero_point;
    ASSERT_EQ(y[i], rounded(formula(f, u, v), f.out))
        << u << " and " << v << ", " << i << " of " << n << ", steps " << step_a << step_b;
  }
  // In place, on either side.
  if (step_b != 0) {
    Bytes copy(n);
    std::copy(b.begin(), b.end(), copy.begin());
    kernel(f, a.data(), step_a, copy.data(), step_b, copy.data(), n);
    EXPECT_TRUE(std::equal(y.begin(), y.end(), copy.begin())) << n;
  }
  if (step_a != 0) {
    kernel(f, a.data(), step_a, b.data(), step_b, a.data(), n);
    EXPECT_TRUE(std::equal(y.begin(), y.end(), a.begin())) << n;
  }
}

void expect_binary_everywhere(Binary kernel, float (*formula)(const BinaryQ8&, int, int)) {
  // Factors that make many halves, others, and some that reach the bounds and beyond.
  const BinaryQ8 cases[] = {{0, 3, 250, 0.5F, 0.25F, kUnsigned},
                            {0x80, 128, 100, 0.0371F, 1.73F, kSigned},
                            {0x80, 0, 255, 0.011F, 0.013F, kBounded},
                            {0, 0, 7, 1e19F, -1e19F, kUnsigned},
                            {0, 9, 0, 0.0F, 0.0F, kUnsigned}};
  for (const BinaryQ8& f : cases) {
    for (std::int64_t n = 0; n <= kMost; ++n) {
      for (const int steps : {0, 1, 2, 3}) {
        expect_binary(kernel, formula, f, n, steps & 1, steps >> 1);
      }
    }
    expect_binary(kernel, formula, f, 70000, 1, 1);
  }
}

TEST_P(ElementwiseQ8Test, AddsEverySize) { expect_binary_everywhere(k().add_q8, sum_of); }
TEST_P(ElementwiseQ8Test, MultipliesEverySize) { expect_binary_everywhere(k().mul_q8, product_of); }

TEST_P(ElementwiseQ8Test, LooksUpEverySize) {
  Bytes table(256);
  fill_bytes(table, 1);
  for (std::int64_t n = 0; n <= 600; ++n) {
    Bytes x(n), y(n);
    for (std::int64_t i = 0; i < n; ++i) x[i] = static_cast<std::uint8_t>(i * 37 + n);
    k().lookup_q8(table.data(), x.data(), y.data(), n);
    for (std::int64_t i = 0; i < n; ++i) ASSERT_EQ(y[i], table[x[i]]) << i << " of " << n;
    k().lookup_q8(table.data(), x.data(), x.data(), n);
    ASSERT_TRUE(std::equal(y.begin(), y.end(), x.begin())) << n;
  }
}

MOTE_INSTANTIATE_KERNEL_TESTS(ElementwiseQ8Test);

}  // namespace
}  // namespace mote
