// Sums and softmax.
#include <cmath>
#include <limits>

#include "kernels/kernels_testing.h"

namespace mote {
namespace {

constexpr float kInf = std::numeric_limits<float>::infinity();
constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();
constexpr std::int64_t kSizes[] = {1,  2,  3,  4,  5,  7,  8,  9,   15,  16,   17,   31,
                                   32, 33, 63, 64, 65, 66, 79, 127, 130, 1000, 4097, 9001};

class ReduceTest : public KernelTest {};

TEST_P(ReduceTest, SumRowsOfEveryWidth) {
  for (const std::int64_t cols : kSizes) {
    Floats x(3 * cols), y(3);
    fill_random(x, 1);
    k().sum_rows_f32(x.data(), y.data(), 3, cols, 0.25F);
    for (std::int64_t r = 0; r < 3; ++r) {
      double sum = 0.0;
      for (std::int64_t c = 0; c < cols; ++c) sum += double{x[r * cols + c]};
      ASSERT_NEAR(0.25 * sum, y[r], 1e-5) << cols;
    }
  }
}

TEST_P(ReduceTest, SumsOfNothingAreZero) {
  Floats x(0), y(3, 77.0F);
  k().sum_rows_f32(x.data(), y.data(), 3, 0, 2.0F);
  for (const float v : y) EXPECT_EQ(v, 0.0F);
  Floats z(3, 77.0F);
  k().sum_columns_f32(x.data(), 3, z.data(), 0, 3, 2.0F);
  for (const float v : z) EXPECT_EQ(v, 0.0F);
  k().sum_rows_f32(x.data(), x.data(), 0, 5, 1.0F);
  k().sum_columns_f32(x.data(), 0, x.data(), 5, 0, 1.0F);
}

// One running float sum would be off by hundreds.
TEST_P(ReduceTest, LongSumsStayAccurate) {
  constexpr std::int64_t kN = 1 << 20;
  Floats x(kN, 0.1F), y(1);
  const double want = kN * double{0.1F};
  k().sum_rows_f32(x.data(), y.data(), 1, kN, 1.0F);
  EXPECT_NEAR(want, y[0], want * 5e-5);
  k().sum_columns_f32(x.data(), 1, y.data(), kN, 1, 1.0F);
  EXPECT_NEAR(want, y[0], want * 1e-4);
}

TEST_P(ReduceTest, SumColumnsOfEveryWidth) {
  for (const std::int64_t cols : kSizes) {
    const std::int64_t rows = cols > 200 ? 3 : 131, ldx = cols + 2;
    Floats x((rows - 1) * ldx + cols), y(cols);
    fill_random(x, 2);
    k().sum_columns_f32(x.data(), ldx, y.data(), rows, cols, 0.5F);
    for (std::int64_t c = 0; c < cols; ++c) {
      double sum = 0.0;
      for (std::int64_t r = 0; r < rows; ++r) sum += double{x[r * ldx + c]};
      ASSERT_NEAR(0.5 * sum, y[c], 1e-5) << cols << ", at " << c;
    }
  }
}

TEST_P(ReduceTest, SumColumnsBitsDoNotDependOnWhereColumnsAreCut) {
  constexpr std::int64_t kRows = 300, kCols = 150;
  Floats x(kRows * kCols), whole(kCols);
  fill_random(x, 3);
  k().sum_columns_f32(x.data(), kCols, whole.data(), kRows, kCols, 0.7F);
  for (std::int64_t cut = 0; cut <= kCols; ++cut) {
    Floats y(kCols);
    k().sum_columns_f32(x.data(), kCols, y.data(), kRows, cut, 0.7F);
    k().sum_columns_f32(x.data() + cut, kCols, y.data() + cut, kRows, kCols - cut, 0.7F);
    ASSERT_TRUE(same_bits(whole, y)) << cut;
  }
}

TEST_P(ReduceTest, SoftmaxOfEveryWidthAlsoInPlace) {
  for (const std::int64_t cols : kSizes) {
    Floats x(3 * cols), y(3 * cols);
    fill_random(x, 4, -20.0F, 20.0F);
    k().softmax_f32(x.data(), y.data(), 3, cols);
    for (std::int64_t r = 0; r < 3; ++r) {
      double sum = 0.0;
      for (std::int64_t c = 0; c < cols; ++c) sum += std::exp(double{x[r * cols + c]});
      for (std::int64_t c = 0; c < cols; ++c) {
        const double want = std::exp(double{x[r * cols + c]}) / sum;
        ASSERT_NEAR(want, y[r * cols + c], want * 4e-6 + 1e-38) << cols << ", at " << c;
      }
    }
    k().softmax_f32(x.data(), x.data(), 3, cols);
    ASSERT_TRUE(same_bits(x, y)) << cols;
  }
}

TEST_P(ReduceTest, SoftmaxNeitherOverflowsNorDividesByZero) {
  Floats x(4), y(4);
  x[0] = 3e38F, x[1] = 3e38F, x[2] = -3e38F, x[3] = -kInf;
  k().softmax_f32(x.data(), y.data(), 1, 4);
  EXPECT_FLOAT_EQ(y[0], 0.5F);
  EXPECT_FLOAT_EQ(y[1], 0.5F);
  EXPECT_EQ(y[2], 0.0F);
  EXPECT_EQ(y[3], 0.0F);
}

// As numpy: inf - inf is NaN.
TEST_P(ReduceTest, SoftmaxOfRowsWithoutAnAnswerIsNanInThatRowOnly) {
  for (const std::int64_t cols : {1, 3, 16, 21, 100}) {
    Floats x(4 * cols, 1.0F), y(4 * cols);
    for (std::int64_t c = 0; c < cols; ++c) x[c] = -kInf;
    x[1 * cols + cols - 1] = kNaN;
    x[2 * cols + cols / 2] = kInf;
    k().softmax_f32(x.data(), y.data(), 4, cols);
    for (std::int64_t c = 0; c < cols; ++c) {
      EXPECT_TRUE(std::isnan(y[c])) << "all -inf, of " << cols;
      EXPECT_TRUE(std::isnan(y[cols + c])) << "a NaN, of " << cols;
      EXPECT_FLOAT_EQ(y[3 * cols + c], 1.0F / static_cast<float>(cols));
    }
    EXPECT_TRUE(std::isnan(y[2 * cols + cols / 2])) << "an infinity, of " << cols;
  }
}

TEST_P(ReduceTest, SoftmaxOfNoRowsDoesNothing) { k().softmax_f32(nullptr, nullptr, 0, 5); }

MOTE_INSTANTIATE_KERNEL_TESTS(ReduceTest);

}  // namespace
}  // namespace mote
