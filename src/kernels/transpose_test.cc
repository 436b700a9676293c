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

MOTE_INSTANTIATE_KERNEL_TESTS(TransposeTest);

}  // namespace
}  // namespace mote
