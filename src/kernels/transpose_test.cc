#include <cstdlib>

#include "kernels/kernels_testing.h"

namespace mote {
namespace {

class TransposeTest : public KernelTest {};

void expect_transpose(const KernelTable& table, std::int64_t rows, std::int64_t cols) {
  const std::int64_t ldx = cols + 3, ldy = rows + 5;
  Guarded<std::uint32_t> x(rows == 0 ? 0 : (rows - 1) * ldx + cols), y(cols * ldy, 77);
  for (std::int64_t i = 0; i < x.size(); ++i) x[i] = 0x7FC00000U + static_cast<std::uint32_t>(i);
  table.transpose_32(x.data(), ldx, y.data(), ldy, rows, cols);
  for (std::int64_t c = 0; c < cols; ++c) {
    for (std::int64_t r = 0; r < ldy; ++r) {
      const std::uint32_t want = r < rows ? x[r * ldx + c] : 77;
      ASSERT_EQ(want, y[c * ldy + r]) << rows << "x" << cols << ", at " << c << ", " << r;
    }
  }
}

TEST_P(TransposeTest, EverySizeAroundTheBlocks) {
  for (const std::int64_t rows : {0, 1, 2, 3, 7, 8, 9, 15, 16, 17, 24, 33}) {
    for (const std::int64_t cols : {0, 1, 2, 3, 7, 8, 9, 15, 16, 17, 24, 33}) {
      expect_transpose(k(), rows, cols);
    }
  }
}

TEST_P(TransposeTest, CopiesEveryStepAndReadsNothingBeyondTheLast) {
  for (const std::int64_t step : {-3, -1, 0, 1, 2, 3, 4, 5, 7}) {
    for (std::int64_t n = 0; n <= 70; ++n) {
      const std::int64_t reach = n > 0 ? (n - 1) * std::abs(step) + 1 : 0;
      Guarded<std::uint32_t> x(reach), y(n);
      for (std::int64_t i = 0; i < reach; ++i) x[i] = static_cast<std::uint32_t>(i * 7 + 1);
      const std::int64_t first = step < 0 && n > 0 ? reach - 1 : 0;
      k().copy_steps_32(x.data() + first, step, y.data(), n);
      for (std::int64_t i = 0; i < n; ++i) {
        ASSERT_EQ(y[i], x[first + i * step]) << "step " << step << ", " << i << " of " << n;
      }
    }
  }
}

MOTE_INSTANTIATE_KERNEL_TESTS(TransposeTest);

}  // namespace
}  // namespace mote
