// depthwise_f32 and depthwise_q8 against the formula.
#include <algorithm>
#include <cmath>
#include <vector>

#include "kernels/kernels_testing.h"

namespace mote {
namespace {

class DepthwiseTest : public KernelTest {};

// A window over an image of one row more than it covers; some rows are all padding.
struct Shape {
  std::int64_t width, channels;
  std::int64_t kernel_h = 3, kernel_w = 3, stride = 1, dilation = 1, left = 1, right = 1;
  std::int64_t lines = 3;

  std::int64_t pixels() const {
    const std::int64_t room = width + left + right - (kernel_w - 1) * dilation - 1;
    return room < 0 ? 0 : room / stride + 1;
  }
  std::int64_t taps() const { return kernel_h * kernel_w; }
  std::int64_t in_rows() const { return lines + kernel_h - 1; }
  DepthwiseRow row() const {
    return {lines, pixels(), channels, kernel_h, kernel_w, stride, dilation, left, width};
  }
  std::string name() const {
    return std::to_string(width) + " x " + std::to_string(channels) + ", kernel " +
           std::to_string(kernel_h) + " x " + std::to_string(kernel_w) + ", stride " +
           std::to_string(stride) + ", dilation " + std::to_string(dilation);
  }
};

const std::vector<Shape>& shapes() {
  static const std::vector<Shape> all = [] {
    std::vector<Shape> list;
    for (const std::int64_t c : {1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33, 47, 64, 65, 130}) {
      list.push_back({7, c});
      list.push_back({9, c, 3, 3, 2});
    }
    for (std::int64_t w = 1; w < 20; ++w) {
      list.push_back({w, 5});
      list.push_back({w, 16});
      list.push_back({w, 40, 5, 5, 1, 1, 2, 2});
      list.push_back({w, 21, 3, 3, 2, 1, 0, 1});
      list.push_back({w, 3, 1, 4, 3, 2, 4, 5, 2});
    }
    list.push_back({6, 18, 1, 1, 1, 1, 0, 0, 1});
    list.push_back({3, 18, 2, 3, 1, 5, 11, 11});  // windows that miss the image
    list.push_back({300, 35, 3, 3, 1, 1, 1, 1, 2});
    list.push_back({1450, 9, 3, 3, 1, 700, 700, 700, 2});
    list.push_back({40, 20, 31, 31, 1, 1, 15, 15, 2});
    list.push_back({60, 9, 1, 1024, 1, 1, 500, 523, 2});
    list.push_back({3, 33, 1001, 1, 1, 1, 0, 0, 2});
    list.push_back({11, 24, 4, 2, 2, 3, 1, 3, 4});
    for (std::int64_t lines = 1; lines < 6; ++lines) {
      list.push_back({12, 19, 3, 3, 1, 1, 1, 1, lines});
    }
    return list;
  }();
  return all;
}

// The rows of each output row: the first output row's first is padding, unless it is the only one.
template <class T>
std::vector<const T*> rows_of(const Shape& s, const Guarded<T>& x) {
  std::vector<const T*> rows;
  for (std::int64_t line = 0; line < s.lines; ++line) {
    for (std::int64_t r = 0; r < s.kernel_h; ++r) {
      const bool padding = line + r == 0 && s.taps() > 1;
      rows.push_back(padding ? nullptr : x.data() + (line + r) * s.width * s.channels);
    }
  }
  return rows;
}

template <class T>
std::vector<T*> outputs_of(const Shape& s, Guarded<T>& y) {
  std::vector<T*> rows;
  for (std::int64_t line = s.lines; line-- > 0;) {
    rows.push_back(y.data() + line * s.pixels() * s.channels);
  }
  return rows;
}

// Calls f(tap, element or null) for the taps of one output.
template <class T, class F>
void each_tap(const Shape& s, const std::vector<const T*>& rows, std::int64_t line, std::int64_t i,
              std::int64_t c, const F& f) {
  for (std::int64_t t = 0; t < s.taps(); ++t) {
    const T* row = rows[static_cast<std::size_t>(line * s.kernel_h + t / s.kernel_w)];
    const std::int64_t at = i * s.stride - s.left + t % s.kernel_w * s.dilation;
    const bool inside = row != nullptr && at >= 0 && at < s.width;
    f(t, inside ? row + at * s.channels + c : nullptr);
  }
}

struct Floating {
  Shape s;
  Floats x, w, bias, packed;
  std::vector<const float*> rows;

  Floating(const KernelTable& table, const Shape& shape)
      : s(shape),
        x(s.in_rows() * s.width * s.channels),
        w(s.channels * s.taps()),
        bias(s.channels),
        packed(table.packed_depthwise_size_f32(s.channels, s.taps())) {
    fill_random(x, 1);
    fill_random(w, 2);
    fill_random(bias, 3);
    rows = rows_of(s, x);
    table.pack_depthwise_f32(w.data(), bias.data(), s.channels, s.taps(), packed.data());
  }

  double sum(std::int64_t line, std::int64_t i, std::int64_t c) const {
    double total = bias[c];
    each_tap(s, rows, line, i, c, [&](std::int64_t t, const float* at) {
      if (at != nullptr) total += double{*at} * double{w[c * s.taps() + t]};
    });
    return total;
  }
  std::int64_t count() const { return s.lines * s.pixels() * s.channels; }
};

TEST_P(DepthwiseTest, EveryWindowGivesTheSum) {
  for (const Shape& s : shapes()) {
    const Floating f(k(), s);
    Floats y(f.count(), 77.0F);
    const auto to = outputs_of(s, y);
    k().depthwise_f32({s.row(), f.rows.data(), f.packed.data(), to.data(), {}});
    for (std::int64_t i = 0; i < f.count(); ++i) {
      const std::int64_t c = i % s.channels, pixel = i / s.channels % s.pixels();
      const std::int64_t line = i / s.channels / s.pixels();
      const float got = to[static_cast<std::size_t>(line)][pixel * s.channels + c];
      ASSERT_NEAR(f.sum(line, pixel, c), got, 4e-6 + 1e-7 * static_cast<double>(s.taps()))
          << s.name() << " at " << i;
    }
  }
}

TEST_P(DepthwiseTest, ResidualIsAddedBeforeTheActivation) {
  for (const Shape& s : {Shape{9, 37}, Shape{9, 37, 3, 3, 2}}) {
    const Floating f(k(), s);
    Floats y(f.count()), residual(f.count());
    fill_random(residual, 4);
    const auto to = outputs_of(s, y);
    const EpilogueF32 e{UnaryF32::kClamp, -0.5F, 0.75F, residual.data(), s.channels};
    k().depthwise_f32({s.row(), f.rows.data(), f.packed.data(), to.data(), e});
    for (std::int64_t i = 0; i < f.count(); ++i) {
      const std::int64_t c = i % s.channels, pixel = i / s.channels % s.pixels();
      const std::int64_t line = i / s.channels / s.pixels();
      const double want = std::clamp(f.sum(line, pixel, c) + double{residual[i]}, -0.5, 0.75);
      ASSERT_NEAR(want, to[static_cast<std::size_t>(line)][pixel * s.channels + c], 4e-6);
    }
  }
}

TEST_P(DepthwiseTest, ActivationsEqualTheUnaryKernel) {
  for (const std::int64_t stride : {1, 2}) {
    const Shape s{14, 37, 3, 3, stride};
    const Floating f(k(), s);
    Floats plain(f.count());
    const auto to = outputs_of(s, plain);
    k().depthwise_f32({s.row(), f.rows.data(), f.packed.data(), to.data(), {}});
    for (const UnaryF32 act :
         {UnaryF32::kSigmoid, UnaryF32::kHardSwish, UnaryF32::kSilu, UnaryF32::kTanh,
          UnaryF32::kLeakyRelu, UnaryF32::kHardSigmoid, UnaryF32::kClamp}) {
      Floats want(f.count()), got(f.count());
      k().unary_f32(act, 0.2F, 0.5F, plain.data(), want.data(), f.count());
      const auto there = outputs_of(s, got);
      const EpilogueF32 e{act, 0.2F, 0.5F, nullptr, 0};
      k().depthwise_f32({s.row(), f.rows.data(), f.packed.data(), there.data(), e});
      EXPECT_TRUE(same_bits(want, got)) << static_cast<int>(act);
    }
  }
}

TEST_P(DepthwiseTest, WithoutBiasSumsStartAtZero) {
  Floats w(3, 2.0F), x(3, 5.0F), y(3), packed(k().packed_depthwise_size_f32(3, 1));
  k().pack_depthwise_f32(w.data(), nullptr, 3, 1, packed.data());
  const float* rows[] = {x.data()};
  float* to[] = {y.data()};
  k().depthwise_f32({{1, 1, 3, 1, 1, 1, 1, 0, 1}, rows, packed.data(), to, {}});
  for (const float v : y) EXPECT_EQ(v, 10.0F);
}

TEST_P(DepthwiseTest, BitsDoNotDependOnTheNumberOfRowsAtOnce) {
  for (const std::int64_t stride : {1, 2}) {
    const Shape s{13, 43, 3, 3, stride, 1, 1, 1, 5};
    const Floating f(k(), s);
    Floats whole(f.count()), parts(f.count());
    const auto to = outputs_of(s, whole), there = outputs_of(s, parts);
    k().depthwise_f32({s.row(), f.rows.data(), f.packed.data(), to.data(), {}});
    for (std::int64_t line = 0; line < s.lines; line += 3) {
      DepthwiseRow row = s.row();
      row.lines = std::min<std::int64_t>(3, s.lines - line);
      k().depthwise_f32({row, f.rows.data() + line * 3, f.packed.data(), there.data() + line, {}});
    }
    EXPECT_TRUE(same_bits(whole, parts));
  }
}

int requantized(std::int64_t sum, float factor, const RequantizeQ8& out) {
  const double q = double{std::nearbyint(static_cast<float>(sum) * factor)} + out.zero_point;
  return static_cast<int>(std::clamp<double>(q, out.low, out.high));
}

template <class T>
void fill_integers(Guarded<T>& v, std::uint32_t seed, int low, int high) {
  std::mt19937 rng(seed);
  std::uniform_int_distribution<int> uniform(low, high);
  for (T& x : v) x = static_cast<T>(uniform(rng));
}

struct Integral {
  Shape s;
  Guarded<std::uint8_t> x, outside;
  Guarded<std::int16_t> w;
  Guarded<std::int32_t> bias, packed;
  Floats factor;
  std::vector<const std::uint8_t*> rows;

  Integral(const KernelTable& table, const Shape& shape)
      : s(shape),
        x(s.in_rows() * s.width * s.channels),
        outside(s.channels, 13),
        w(s.channels * s.taps()),
        bias(s.channels),
        packed(table.packed_depthwise_size_q8(s.channels, s.kernel_h, s.kernel_w)),
        factor(s.channels) {
    fill_integers(x, 1, 0, 255);
    fill_integers(w, 2, -255, 255);
    fill_integers(bias, 3, -100000, 100000);
    fill_random(factor, 4, 1e-5F, 2e-3F);
    rows = rows_of(s, x);
    table.pack_depthwise_q8(
        {w.data(), bias.data(), factor.data(), s.channels, 1, s.taps(), s.taps(), 1, 1}, s.kernel_w,
        packed.data());
  }

  std::int64_t sum(std::int64_t line, std::int64_t i, std::int64_t c, int flip) const {
    std::int64_t total = bias[c];
    each_tap(s, rows, line, i, c, [&](std::int64_t t, const std::uint8_t* at) {
      total += ((at != nullptr ? *at : outside[c]) ^ flip) * std::int64_t{w[c * s.taps() + t]};
    });
    return total;
  }
};

TEST_P(DepthwiseTest, IntegersAreExact) {
  for (const Shape& s : shapes()) {
    const Integral q(k(), s);
    for (const int flip : {0, 0x80}) {
      const RequantizeQ8 out = flip == 0 ? RequantizeQ8{13, 5, 250} : RequantizeQ8{3, -100, 127};
      Guarded<std::uint8_t> y(s.lines * s.pixels() * s.channels, 77);
      const auto to = outputs_of(s, y);
      k().depthwise_q8({s.row(), q.rows.data(), q.outside.data(), static_cast<std::uint8_t>(flip),
                        q.packed.data(), to.data(), out});
      for (std::int64_t i = 0; i < y.size(); ++i) {
        const std::int64_t c = i % s.channels, pixel = i / s.channels % s.pixels();
        const std::int64_t line = i / s.channels / s.pixels();
        const int want = requantized(q.sum(line, pixel, c, flip), q.factor[c], out);
        ASSERT_EQ(static_cast<std::uint8_t>(want),
                  to[static_cast<std::size_t>(line)][pixel * s.channels + c])
            << s.name() << " at " << i;
      }
    }
  }
}

MOTE_INSTANTIATE_KERNEL_TESTS(DepthwiseTest);

}  // namespace
}  // namespace mote
