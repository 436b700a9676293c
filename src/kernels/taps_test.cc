// Pooling.
#include <cmath>
#include <limits>
#include <vector>

#include "kernels/kernels_testing.h"

namespace mote {
namespace {

constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();
constexpr std::int64_t kChannels[] = {0,  1,  2,  3,  4,  5,  7,  8,  9,  15,  16,
                                      17, 31, 32, 33, 47, 63, 64, 65, 79, 127, 130};

class TapsTest : public KernelTest {};

// Rows in no order, each used by several pixels, one of zeros.
struct Input {
  std::int64_t pixels, channels, taps;
  Floats x;
  std::vector<const float*> rows;

  Input(std::int64_t p, std::int64_t c, std::int64_t t)
      : pixels(p), channels(c), taps(t), x((p + 5) * c) {
    fill_random(x, 1);
    for (std::int64_t i = 0; i < c; ++i) x[i] = 0.0F;
    for (std::int64_t i = 0; i < p * t; ++i) rows.push_back(x.data() + (i * 7) % (p + 5) * c);
  }
  double at(std::int64_t i, std::int64_t t, std::int64_t c) const {
    return rows[static_cast<std::size_t>(i * taps + t)][c];
  }
};

TEST_P(TapsTest, MaxPoolOfEveryWidthIsExact) {
  for (const std::int64_t channels : kChannels) {
    const Input in(6, channels, 4);
    const std::int64_t ldy = channels + 1;
    Floats y(6 * ldy, 77.0F);
    k().max_pool_f32({6, channels, 4, in.rows.data(), nullptr, y.data(), ldy});
    for (std::int64_t i = 0; i < 6; ++i) {
      for (std::int64_t c = 0; c < channels; ++c) {
        double want = in.at(i, 0, c);
        for (std::int64_t t = 1; t < 4; ++t) want = std::fmax(want, in.at(i, t, c));
        ASSERT_EQ(want, y[i * ldy + c]) << channels << " channels, at " << i << ", " << c;
      }
      ASSERT_EQ(y[i * ldy + channels], 77.0F);
    }
  }
}

TEST_P(TapsTest, NanWinsAMaxPoolAtEveryTapAndChannel) {
  constexpr std::int64_t kN = 70;
  for (std::int64_t tap = 0; tap < 3; ++tap) {
    for (std::int64_t c = 0; c < kN; ++c) {
      Floats x(3 * kN, 1.0F), y(kN);
      x[tap * kN + c] = kNaN;
      const float* rows[] = {x.data(), x.data() + kN, x.data() + 2 * kN};
      k().max_pool_f32({1, kN, 3, rows, nullptr, y.data(), kN});
      for (std::int64_t i = 0; i < kN; ++i) ASSERT_EQ(std::isnan(y[i]), i == c) << tap;
    }
  }
}

TEST_P(TapsTest, MaxPoolKeepsNegativeInfinity) {
  Floats x(5, -std::numeric_limits<float>::infinity()), y(5);
  const float* rows[] = {x.data(), x.data()};
  k().max_pool_f32({1, 5, 2, rows, nullptr, y.data(), 5});
  EXPECT_TRUE(same_bits(x, y));
}

TEST_P(TapsTest, AveragePoolScalesEachPixelByItsOwn) {
  for (const std::int64_t channels : kChannels) {
    const Input in(5, channels, 9);
    Floats y(5 * channels), scale(5);
    fill_random(scale, 8, 0.1F, 1.0F);
    k().average_pool_f32({5, channels, 9, in.rows.data(), scale.data(), y.data(), channels});
    for (std::int64_t i = 0; i < 5 * channels; ++i) {
      double sum = 0.0;
      for (std::int64_t t = 0; t < 9; ++t) sum += in.at(i / channels, t, i % channels);
      ASSERT_NEAR(sum * scale[i / channels], y[i], 2e-6) << channels << " channels, at " << i;
    }
  }
}

MOTE_INSTANTIATE_KERNEL_TESTS(TapsTest);

}  // namespace
}  // namespace mote
