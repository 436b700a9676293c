// gemm_f32 of so few rows that it takes several panels at once, against the tiles of
// indirect_gemm_f32.
#include <vector>

#include "kernels/kernels_testing.h"

namespace mote {
namespace {

class GemvTest : public KernelTest {};

void expect_the_bits_of_tiles(const KernelTable& table, std::int64_t m, std::int64_t n,
                              std::int64_t k, UnaryF32 act) {
  const std::int64_t ldx = k + 3, ldy = n + 2;
  Floats x((m - 1) * ldx + k), w(n * k), bias(n), residual(m * ldy);
  fill_random(x, 1);
  fill_random(w, 2);
  fill_random(bias, 3);
  fill_random(residual, 4);
  Floats packed(table.packed_gemm_size_f32(n, k, 1));
  table.pack_gemm_f32(w.data(), bias.data(), n, k, 1, k, 0, 1, packed.data());
  std::vector<const float*> rows;
  for (std::int64_t i = 0; i < m; ++i) rows.push_back(x.data() + i * ldx);
  EpilogueF32 epilogue{act, 0.25F, 0.75F};
  for (const bool adds : {false, true}) {
    if (adds) epilogue.residual = residual.data(), epilogue.residual_ld = ldy;
    constexpr float kUntouched = 77.0F;
    Floats want(m * ldy, kUntouched), got(m * ldy, kUntouched);
    table.indirect_gemm_f32({m, n, k, 1, rows.data(), packed.data(), want.data(), ldy, epilogue});
    table.gemm_f32({m, n, k, x.data(), ldx, packed.data(), got.data(), ldy, epilogue});
    ASSERT_TRUE(same_bits(want, got)) << m << "x" << n << "x" << k << ", residual " << adds
                                      << ", function " << static_cast<int>(act);
  }
}

TEST_P(GemvTest, EveryNumberOfPanelsHasTheBitsOfTiles) {
  for (std::int64_t m = 1; m <= 4; ++m) {
    for (std::int64_t panels = 0; panels <= 9; ++panels) {
      for (const std::int64_t rest : {0, 1, 5}) {
        expect_the_bits_of_tiles(k(), m, panels * k().gemm_panel + rest, 7, UnaryF32::kIdentity);
      }
    }
  }
}

TEST_P(GemvTest, EveryDepthHasTheBitsOfTiles) {
  for (std::int64_t m = 1; m <= 3; ++m) {
    for (const std::int64_t depth : {0, 1, 31, 32, 33, 64, 257, 600}) {
      expect_the_bits_of_tiles(k(), m, 7 * k().gemm_panel + 3, depth, UnaryF32::kClamp);
    }
  }
}

TEST_P(GemvTest, EveryFunctionHasTheBitsOfTiles) {
  for (const UnaryF32 act : {UnaryF32::kHardSigmoid, UnaryF32::kHardSwish, UnaryF32::kSigmoid,
                             UnaryF32::kSilu, UnaryF32::kTanh, UnaryF32::kLeakyRelu}) {
    expect_the_bits_of_tiles(k(), 2, 5 * k().gemm_panel + 2, 9, act);
  }
}

MOTE_INSTANTIATE_KERNEL_TESTS(GemvTest);

}  // namespace
}  // namespace mote
