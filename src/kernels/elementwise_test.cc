// unary_f32 and binary_f32: formulas, ranges, steps. The accuracy of exp and its kin is in
// math_test.cc.
#include <cmath>
#include <limits>

#include "kernels/kernels_testing.h"

namespace mote {
namespace {

constexpr float kInf = std::numeric_limits<float>::infinity();
constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();

class ElementwiseTest : public KernelTest {};

constexpr UnaryF32 kUnary[] = {
    UnaryF32::kIdentity, UnaryF32::kClamp, UnaryF32::kHardSigmoid, UnaryF32::kHardSwish,
    UnaryF32::kSigmoid,  UnaryF32::kSilu,  UnaryF32::kTanh,        UnaryF32::kExp,
    UnaryF32::kErf,      UnaryF32::kGelu,  UnaryF32::kLeakyRelu,   UnaryF32::kElu,
    UnaryF32::kSqrt,     UnaryF32::kNeg,   UnaryF32::kAbs,         UnaryF32::kReciprocal};

constexpr BinaryF32 kBinary[] = {BinaryF32::kAdd, BinaryF32::kSub, BinaryF32::kMul,
                                 BinaryF32::kDiv, BinaryF32::kMax, BinaryF32::kMin};

// A few of everything: normal, large, tiny, zeros, infinities, NaN.
void fill_mixed(Floats& v, std::uint32_t seed) {
  constexpr float kSpecial[] = {0.0F,  -0.0F, kInf,   -kInf,  kNaN, 1.0F,
                                -1.0F, 1e30F, -1e30F, 1e-40F, 3.0F, -3.0F};
  fill_random(v, seed, -8.0F, 8.0F);
  for (std::int64_t i = 0; i < v.size(); i += 3) v[i] = kSpecial[(i / 3 + seed) % 12];
}

float gate(float x) { return x > 1.0F ? 1.0F : x < 0.0F ? 0.0F : x; }

// The functions whose every step is exactly rounded: all variants give these bits.
float exact(UnaryF32 f, float a, float b, float x) {
  switch (f) {
    case UnaryF32::kClamp:
      return x < a ? a : x > b ? b : x;
    case UnaryF32::kHardSigmoid:
      return gate(a * x + b);
    case UnaryF32::kHardSwish:
      return x * gate(x * (1.0F / 6.0F) + 0.5F);
    case UnaryF32::kLeakyRelu:
      return x < 0.0F ? a * x : x;
    case UnaryF32::kSqrt:
      return std::sqrt(x);
    case UnaryF32::kNeg:
      return -x;
    case UnaryF32::kAbs:
      return std::abs(x);
    case UnaryF32::kReciprocal:
      return 1.0F / x;
    default:
      return x;
  }
}

TEST_P(ElementwiseTest, SimpleFunctionsAreExact) {
  for (const UnaryF32 f : {UnaryF32::kIdentity, UnaryF32::kClamp, UnaryF32::kHardSigmoid,
                           UnaryF32::kHardSwish, UnaryF32::kLeakyRelu, UnaryF32::kSqrt,
                           UnaryF32::kNeg, UnaryF32::kAbs, UnaryF32::kReciprocal}) {
    Floats x(100), y(100);
    fill_mixed(x, 1);
    k().unary_f32(f, 0.25F, 0.75F, x.data(), y.data(), 100);
    for (std::int64_t i = 0; i < 100; ++i) {
      const float want = exact(f, 0.25F, 0.75F, x[i]);
      if (std::isnan(want)) {
        ASSERT_TRUE(std::isnan(y[i])) << static_cast<int>(f) << " of " << x[i];
      } else {
        ASSERT_EQ(want, y[i]) << static_cast<int>(f) << " of " << x[i];
      }
    }
  }
}

TEST_P(ElementwiseTest, NanStaysNanInEveryFunction) {
  for (const UnaryF32 f : kUnary) {
    Floats x(21, kNaN), y(21);
    k().unary_f32(f, 0.0F, 6.0F, x.data(), y.data(), 21);
    for (const float v : y) ASSERT_TRUE(std::isnan(v)) << static_cast<int>(f);
  }
}

TEST_P(ElementwiseTest, ClampToInfinityIsRelu) {
  Floats x(3), y(3);
  x[0] = -1.0F, x[1] = kInf, x[2] = 2.0F;
  k().unary_f32(UnaryF32::kClamp, 0.0F, kInf, x.data(), y.data(), 3);
  EXPECT_EQ(y[0], 0.0F);
  EXPECT_EQ(y[1], kInf);
  EXPECT_EQ(y[2], 2.0F);
}

// One call at each place where a range could be cut, for each function; in place as well.
TEST_P(ElementwiseTest, UnaryBitsDoNotDependOnPosition) {
  constexpr std::int64_t kN = 67;
  for (const UnaryF32 f : kUnary) {
    Floats x(kN), whole(kN);
    fill_mixed(x, 2);
    k().unary_f32(f, 0.3F, 0.6F, x.data(), whole.data(), kN);
    for (std::int64_t cut = 0; cut <= kN; ++cut) {
      Floats y(kN);
      for (std::int64_t i = 0; i < kN; ++i) y[i] = x[i];
      k().unary_f32(f, 0.3F, 0.6F, y.data() + cut, y.data() + cut, kN - cut);
      k().unary_f32(f, 0.3F, 0.6F, x.data(), y.data(), cut);
      ASSERT_TRUE(same_bits(whole, y)) << static_cast<int>(f) << ", cut at " << cut;
    }
  }
}

float exact(BinaryF32 f, float a, float b) {
  switch (f) {
    case BinaryF32::kAdd:
      return a + b;
    case BinaryF32::kSub:
      return a - b;
    case BinaryF32::kMul:
      return a * b;
    case BinaryF32::kDiv:
      return a / b;
    case BinaryF32::kMax:
      return std::isnan(a) || std::isnan(b) ? kNaN : std::fmax(a, b);
    case BinaryF32::kMin:
      return std::isnan(a) || std::isnan(b) ? kNaN : std::fmin(a, b);
  }
  return 0.0F;
}

TEST_P(ElementwiseTest, BinaryOfEveryLengthAndStep) {
  for (const BinaryF32 f : kBinary) {
    for (const std::int64_t n : {0, 1, 2, 3, 7, 8, 9, 15, 16, 17, 33, 64, 200}) {
      for (const int steps : {0, 1, 2, 3}) {
        const std::int64_t step_a = steps & 1, step_b = steps >> 1;
        Floats a(step_a != 0 ? n : 1), b(step_b != 0 ? n : 1), y(n);
        fill_mixed(a, step_a != 0 ? 1 : 11);
        fill_mixed(b, step_b != 0 ? 5 : 10);
        k().binary_f32(f, a.data(), step_a, b.data(), step_b, y.data(), n);
        for (std::int64_t i = 0; i < n; ++i) {
          const float want = exact(f, a[i * step_a], b[i * step_b]);
          if (std::isnan(want)) {
            ASSERT_TRUE(std::isnan(y[i])) << static_cast<int>(f) << ", steps " << steps;
          } else {
            ASSERT_EQ(want, y[i]) << static_cast<int>(f) << ", steps " << steps << ", at " << i;
          }
        }
      }
    }
  }
}

TEST_P(ElementwiseTest, BinaryMayWriteOverEitherInput) {
  Floats a(37), b(37), want(37);
  fill_random(a, 1);
  fill_random(b, 2);
  k().binary_f32(BinaryF32::kSub, a.data(), 1, b.data(), 1, want.data(), 37);
  Floats y(37);
  fill_random(y, 1);
  k().binary_f32(BinaryF32::kSub, y.data(), 1, b.data(), 1, y.data(), 37);
  EXPECT_TRUE(same_bits(want, y));
  k().binary_f32(BinaryF32::kSub, a.data(), 1, b.data(), 1, b.data(), 37);
  EXPECT_TRUE(same_bits(want, b));
}

TEST_P(ElementwiseTest, OneValueIsReadBeforeItIsOverwritten) {
  Floats a(50), b(50, 1.0F);
  a[0] = 5.0F;
  k().binary_f32(BinaryF32::kAdd, a.data(), 0, b.data(), 1, a.data(), 50);
  for (const float v : a) EXPECT_EQ(v, 6.0F);
}

MOTE_INSTANTIATE_KERNEL_TESTS(ElementwiseTest);

}  // namespace
}  // namespace mote
