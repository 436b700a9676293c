// Pools of 8-bit numbers against the formulas, to the last bit.
#include <algorithm>
#include <cmath>
#include <vector>

#include "kernels/kernels_testing.h"

namespace mote {
namespace {

using Bytes = Guarded<std::uint8_t>;

class PoolQ8Test : public KernelTest {};

// Rows of channels, each alone: `pixels` times `taps` of them, in no order.
struct Rows {
  Bytes x;
  std::vector<const std::uint8_t*> rows;

  Rows(std::int64_t pixels, std::int64_t taps, std::int64_t channels)
      : x(pixels * taps * channels) {
    std::mt19937 rng(static_cast<std::uint32_t>(channels));
    for (std::uint8_t& v : x) v = static_cast<std::uint8_t>(rng());
    for (std::int64_t i = pixels * taps; i-- > 0;) rows.push_back(x.data() + i * channels);
  }
};

std::uint8_t mean(const MeanQ8& f, std::int64_t sum, float factor) {
  const float v = std::nearbyint(static_cast<float>(sum + f.bias) * factor);
  const double q = static_cast<double>(v) + f.out.zero_point;
  return static_cast<std::uint8_t>(static_cast<int>(std::clamp<double>(q, f.out.low, f.out.high)));
}

void expect_max(const KernelTable& k, std::int64_t channels, std::int64_t taps, int flip) {
  constexpr std::int64_t kPixels = 3;
  const Rows r(kPixels, taps, channels);
  const std::int64_t ldy = channels + 5;
  Bytes y(kPixels * ldy, 77);
  k.max_pool_q8(
      {kPixels, channels, taps, r.rows.data(), static_cast<std::uint8_t>(flip), y.data(), ldy});
  for (std::int64_t i = 0; i < kPixels; ++i) {
    for (std::int64_t c = 0; c < channels; ++c) {
      int best = 0;
      for (std::int64_t t = 0; t < taps; ++t) {
        best = std::max(best, r.rows[static_cast<std::size_t>(i * taps + t)][c] ^ flip);
      }
      ASSERT_EQ(y[i * ldy + c], best ^ flip) << channels << " channels, " << taps << " taps";
    }
    for (std::int64_t c = channels; c < ldy; ++c) ASSERT_EQ(y[i * ldy + c], 77) << channels;
  }
}

TEST_P(PoolQ8Test, GreatestOfEveryWidth) {
  for (std::int64_t channels = 0; channels <= 140; ++channels) {
    for (const std::int64_t taps : {0, 1, 9}) {
      expect_max(k(), channels, taps, 0);
      expect_max(k(), channels, taps, 0x80);
    }
  }
}

constexpr MeanQ8 kMeans[] = {
    {0, -77, {10, 0, 255}}, {0x80, -1000, {-5, -128, 127}}, {0x80, 31, {3, -20, 60}}};

void expect_means(const KernelTable& k, const MeanQ8& f, std::int64_t channels, std::int64_t taps) {
  constexpr std::int64_t kPixels = 3;
  const Rows r(kPixels, taps, channels);
  const std::int64_t ldy = channels + 5;
  const float factor[kPixels] = {0.5F / static_cast<float>(taps + 1), 0.013F, 1e30F};
  Bytes y(kPixels * ldy, 77), columns(channels);
  k.average_pool_q8({kPixels, channels, taps, r.rows.data(), f, factor, y.data(), ldy});
  k.mean_columns_q8(f, factor[0], r.x.data(), channels, columns.data(), taps, channels);
  for (std::int64_t c = 0; c < channels; ++c) {
    for (std::int64_t i = 0; i < kPixels; ++i) {
      std::int64_t sum = 0;
      for (std::int64_t t = 0; t < taps; ++t) {
        sum += r.rows[static_cast<std::size_t>(i * taps + t)][c] ^ f.flip;
      }
      ASSERT_EQ(y[i * ldy + c], mean(f, sum, factor[i])) << channels << " channels, " << taps;
    }
    std::int64_t sum = 0;
    for (std::int64_t t = 0; t < taps; ++t) sum += r.x[t * channels + c] ^ f.flip;
    ASSERT_EQ(columns[c], mean(f, sum, factor[0])) << channels << " channels, " << taps;
  }
  for (std::int64_t i = 0; i < kPixels; ++i) {
    for (std::int64_t c = channels; c < ldy; ++c) ASSERT_EQ(y[i * ldy + c], 77) << channels;
  }
}

TEST_P(PoolQ8Test, MeansOfEveryWidth) {
  for (const MeanQ8& f : kMeans) {
    for (std::int64_t channels = 0; channels <= 140; ++channels) {
      for (const std::int64_t taps : {0, 1, 9}) expect_means(k(), f, channels, taps);
    }
  }
}

// Sums of 16 bits are widened before they overflow, of the greatest elements too.
TEST_P(PoolQ8Test, MeansOfManyTaps) {
  for (const std::int64_t taps : {256, 257, 258, 514, 515, 2000}) {
    expect_means(k(), kMeans[1], 37, taps);
    const std::int64_t channels = 70;
    const Bytes x(taps * channels, 255);
    Bytes y(channels);
    const float factor = 1.0F / static_cast<float>(taps);
    k().mean_columns_q8({0, 0, {0, 0, 255}}, factor, x.data(), channels, y.data(), taps, channels);
    EXPECT_EQ(std::ranges::count(std::vector(y.begin(), y.end()), 255), channels) << taps;
  }
}

MOTE_INSTANTIATE_KERNEL_TESTS(PoolQ8Test);

}  // namespace
}  // namespace mote
