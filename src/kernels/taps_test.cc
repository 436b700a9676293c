// Depthwise convolution and pooling.
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

struct Weights {
  Floats w, bias, packed;
  Weights(const KernelTable& table, std::int64_t channels, std::int64_t taps)
      : w(channels * taps),
        bias(channels),
        packed(table.packed_depthwise_size_f32(channels, taps)) {
    fill_random(w, 2);
    fill_random(bias, 3);
    table.pack_depthwise_f32(w.data(), bias.data(), channels, taps, packed.data());
  }
};

void expect_depthwise(const KernelTable& table, std::int64_t pixels, std::int64_t channels,
                      std::int64_t taps) {
  const Input in(pixels, channels, taps);
  const Weights weights(table, channels, taps);
  const std::int64_t ldy = channels + 2;
  Floats y(pixels * ldy, 77.0F), residual(pixels * channels);
  fill_random(residual, 4);
  EpilogueF32 e{UnaryF32::kClamp, -1.5F, 2.0F, residual.data(), channels};
  table.depthwise_f32(
      {pixels, channels, taps, in.rows.data(), weights.packed.data(), y.data(), ldy, e});
  for (std::int64_t i = 0; i < pixels; ++i) {
    for (std::int64_t c = 0; c < channels; ++c) {
      double sum = double{weights.bias[c]} + double{residual[i * channels + c]};
      for (std::int64_t t = 0; t < taps; ++t) sum += in.at(i, t, c) * weights.w[c * taps + t];
      ASSERT_NEAR(std::fmin(std::fmax(sum, -1.5), 2.0), y[i * ldy + c], 4e-6)
          << channels << " channels, " << taps << " taps, at " << i << ", " << c;
    }
    ASSERT_EQ(y[i * ldy + channels], 77.0F);
  }
}

TEST_P(TapsTest, DepthwiseOfEveryWidth) {
  for (const std::int64_t c : kChannels) expect_depthwise(k(), 3, c, 9);
}

TEST_P(TapsTest, DepthwiseOfAnyTapsAndPixels) {
  for (const std::int64_t taps : {0, 1, 3, 25}) expect_depthwise(k(), 5, 21, taps);
  for (const std::int64_t pixels : {0, 1, 127, 128, 129, 300}) expect_depthwise(k(), pixels, 18, 4);
}

TEST_P(TapsTest, DepthwiseWithoutBiasStartsAtZero) {
  Floats w(3, 2.0F), x(3, 5.0F), y(3), packed(k().packed_depthwise_size_f32(3, 1));
  k().pack_depthwise_f32(w.data(), nullptr, 3, 1, packed.data());
  const float* rows[] = {x.data()};
  k().depthwise_f32({1, 3, 1, rows, packed.data(), y.data(), 3, {}});
  for (const float v : y) EXPECT_EQ(v, 10.0F);
}

TEST_P(TapsTest, DepthwiseActivationsEqualTheUnaryKernel) {
  const Input in(140, 37, 9);
  const Weights weights(k(), 37, 9);
  const std::int64_t n = in.pixels * in.channels;
  Floats plain(n);
  DepthwiseF32 call{140, 37, 9, in.rows.data(), weights.packed.data(), plain.data(), 37, {}};
  k().depthwise_f32(call);
  for (const UnaryF32 act : {UnaryF32::kSigmoid, UnaryF32::kHardSwish, UnaryF32::kSilu,
                             UnaryF32::kTanh, UnaryF32::kLeakyRelu, UnaryF32::kHardSigmoid}) {
    Floats want(n), got(n);
    k().unary_f32(act, 0.2F, 0.5F, plain.data(), want.data(), n);
    call.y = got.data();
    call.epilogue = {act, 0.2F, 0.5F, nullptr, 0};
    k().depthwise_f32(call);
    EXPECT_TRUE(same_bits(want, got)) << static_cast<int>(act);
  }
}

TEST_P(TapsTest, DepthwiseBitsDoNotDependOnWherePixelsAreCut) {
  const Input in(150, 43, 9);
  const Weights weights(k(), 43, 9);
  Floats whole(150 * 43);
  DepthwiseF32 call{150, 43, 9, in.rows.data(), weights.packed.data(), whole.data(), 43, {}};
  k().depthwise_f32(call);
  for (const std::int64_t cut : {1, 64, 149}) {
    Floats y(150 * 43);
    call.y = y.data();
    DepthwiseF32 first = call, second = call;
    first.pixels = cut;
    second.pixels -= cut;
    second.rows += cut * 9;
    second.y += cut * 43;
    k().depthwise_f32(second);
    k().depthwise_f32(first);
    EXPECT_TRUE(same_bits(whole, y)) << cut;
  }
}

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
