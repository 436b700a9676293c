// The transforms around products in double, against a direct convolution.
#include <algorithm>
#include <cmath>
#include <vector>

#include "kernels/kernels_testing.h"

namespace mote {
namespace {

class WinogradTest : public KernelTest {};

// One row of tiles, four output rows of `width` pixels, with padding all around.
struct Case {
  std::int64_t width, channels, filters, lines;
};

std::vector<double> transformed(const float* w) {
  // The points of kernels/winograd.inl.h.
  constexpr double kA = 0.625, kB = 1.5;
  constexpr double kNearA = 1 / (2 * kA * kA * (kA * kA - kB * kB));
  constexpr double kNearB = 1 / (2 * kB * kB * (kB * kB - kA * kA));
  static constexpr double kG[6][3] = {
      {1 / (kA * kA * kB * kB), 0, 0},          {kNearA, kNearA * kA, kNearA * kA * kA},
      {kNearA, -kNearA * kA, kNearA * kA * kA}, {kNearB, kNearB * kB, kNearB * kB * kB},
      {kNearB, -kNearB * kB, kNearB * kB * kB}, {0, 0, 1}};
  std::vector<double> u(36);
  for (std::size_t i = 0; i < 36; ++i) {
    for (std::size_t a = 0; a < 3; ++a) {
      for (std::size_t b = 0; b < 3; ++b) {
        u[i] += kG[i / 6][a] * double{w[a * 3 + b]} * kG[i % 6][b];
      }
    }
  }
  return u;
}

struct Operands {
  Case size;
  Floats x, w, bias, residual;
  std::vector<const float*> rows;

  explicit Operands(const Case& c)
      : size(c),
        x(6 * c.width * c.channels),
        w(c.filters * c.channels * 9),
        bias(c.filters),
        residual(c.lines * c.width * c.filters) {
    fill_random(x, 1);
    fill_random(w, 2);
    fill_random(bias, 3);
    fill_random(residual, 4);
    for (std::int64_t i = 0; i < 6; ++i) rows.push_back(x.data() + i * c.width * c.channels);
    rows[0] = nullptr;  // padding above
  }

  double direct(std::int64_t line, std::int64_t column, std::int64_t f) const {
    double sum = bias[f];
    for (std::int64_t t = 0; t < 9; ++t) {
      const float* row = rows[static_cast<std::size_t>(line + t / 3)];
      const std::int64_t at = column - 1 + t % 3;
      if (row == nullptr || at < 0 || at >= size.width) continue;
      for (std::int64_t c = 0; c < size.channels; ++c) {
        sum += double{row[at * size.channels + c]} * double{w[(f * size.channels + c) * 9 + t]};
      }
    }
    return sum + double{residual[(line * size.width + column) * size.filters + f]};
  }
};

std::vector<float> multiplied(const Operands& o, const Floats& v, std::int64_t tiles) {
  const std::int64_t k = o.size.channels, n = o.size.filters;
  std::vector<std::vector<double>> u;
  for (std::int64_t i = 0; i < n * k; ++i) u.push_back(transformed(&o.w[i * 9]));
  std::vector<float> m(static_cast<std::size_t>(36 * tiles * n));
  for (std::int64_t i = 0; i < std::ssize(m); ++i) {
    const std::int64_t plane = i / n / tiles, tile = i / n % tiles, f = i % n;
    double sum = 0;
    for (std::int64_t c = 0; c < k; ++c) {
      sum += double{v[(plane * tiles + tile) * k + c]} *
             u[static_cast<std::size_t>(f * k + c)][static_cast<std::size_t>(plane)];
    }
    m[static_cast<std::size_t>(i)] = static_cast<float>(sum);
  }
  return m;
}

TEST_P(WinogradTest, IsTheConvolution) {
  for (const Case& size : {Case{4, 1, 1, 4}, Case{1, 3, 5, 1}, Case{7, 8, 3, 4}, Case{9, 17, 33, 2},
                           Case{13, 40, 16, 3}}) {
    const Operands o(size);
    const std::int64_t tiles = (size.width + 3) / 4;
    Floats v(36 * tiles * size.channels, 77.0F);
    k().winograd_input_f32(
        {o.rows.data(), size.width, size.channels, 1, 0, tiles, v.data(), tiles * size.channels});
    const std::vector<float> m = multiplied(o, v, tiles);
    Floats y(o.residual.size());
    k().winograd_output_f32({m.data(),
                             tiles * size.filters,
                             0,
                             tiles,
                             size.width,
                             size.filters,
                             size.lines,
                             o.bias.data(),
                             y.data(),
                             {UnaryF32::kClamp, -1.0F, 1.5F, o.residual.data(), size.filters}});
    for (std::int64_t i = 0; i < y.size(); ++i) {
      const std::int64_t pixel = i / size.filters;
      const double want = o.direct(pixel / size.width, pixel % size.width, i % size.filters);
      ASSERT_NEAR(std::clamp(want, -1.0, 1.5), y[i], 2e-5)
          << size.width << " pixels, " << size.channels << " channels, at " << i;
    }
  }
}

TEST_P(WinogradTest, ATileDoesNotDependOnWhichAreTakenWithIt) {
  const Operands o({13, 9, 6, 4});
  Floats whole(36 * 4 * 9), part(36 * 2 * 9);
  k().winograd_input_f32({o.rows.data(), 13, 9, 1, 0, 4, whole.data(), 4 * 9});
  k().winograd_input_f32({o.rows.data(), 13, 9, 1, 2, 2, part.data(), 2 * 9});
  for (std::int64_t plane = 0; plane < 36; ++plane) {
    EXPECT_TRUE(same_bits(&whole[(plane * 4 + 2) * 9], &part[plane * 2 * 9], 2 * 9));
  }
}

TEST_P(WinogradTest, ActivationsEqualTheUnaryKernel) {
  const Operands o({6, 4, 11, 4});
  Floats m(36 * 2 * 11), plain(4 * 6 * 11), want(4 * 6 * 11), got(4 * 6 * 11);
  fill_random(m, 9);
  WinogradOutputF32 call{m.data(), 2 * 11, 0, 2, 6, 11, 4, o.bias.data(), plain.data(), {}};
  k().winograd_output_f32(call);
  for (const UnaryF32 act : {UnaryF32::kSilu, UnaryF32::kHardSwish, UnaryF32::kTanh}) {
    k().unary_f32(act, 0.2F, 0.5F, plain.data(), want.data(), plain.size());
    call.y = got.data();
    call.epilogue = {act, 0.2F, 0.5F, nullptr, 0};
    k().winograd_output_f32(call);
    EXPECT_TRUE(same_bits(want, got)) << static_cast<int>(act);
  }
}

MOTE_INSTANTIATE_KERNEL_TESTS(WinogradTest);

}  // namespace
}  // namespace mote
