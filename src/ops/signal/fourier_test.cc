// The fast transform is the one that the definition gives, whatever the length's factors.
#include "ops/signal/fourier.h"

#include <gtest/gtest.h>

#include <cmath>

#include "base/random.h"
#include "kernels/table.h"

namespace mote {
namespace {

PrepareArgs room(std::uint64_t bytes) {
  PrepareArgs args{.in = {}, .captured = {}, .out = {}, .kernels = **runnable_kernels().begin()};
  args.packed_budget_bytes = bytes;
  return args;
}

std::vector<Complex> signal_of(std::int64_t n) {
  Random random(static_cast<std::uint64_t>(n));
  std::vector<Complex> x(static_cast<std::size_t>(n));
  for (Complex& c : x) {
    c = {static_cast<double>(random.uniform(-1, 1)), static_cast<double>(random.uniform(-1, 1))};
  }
  return x;
}

void expect_same_as_sum(std::int64_t n, bool inverse) {
  const auto fourier = Fourier::create(n, room(std::uint64_t{1} << 24));
  ASSERT_TRUE(fourier) << n;
  const std::vector<Complex> x = signal_of(n);
  std::vector<Complex> y = x, work(static_cast<std::size_t>(fourier->work_size()));
  fourier->run(y.data(), inverse, work.data());
  const StopToken never;
  const double bound = 1e-14 * std::sqrt(static_cast<double>(n));
  for (std::int64_t k = 0; k < n; k += n / 50 + 1) {
    const Complex want = fourier_sum(
        n, k, inverse, never, [&](std::int64_t j) { return x[static_cast<std::size_t>(j)]; });
    const Complex got = y[static_cast<std::size_t>(k)];
    EXPECT_NEAR(got.re, want.re, bound) << k << " of " << n;
    EXPECT_NEAR(got.im, want.im, bound) << k << " of " << n;
  }
}

TEST(Fourier, IsTheSumForEveryLength) {
  for (std::int64_t n = 1; n <= 75; ++n) expect_same_as_sum(n, n % 2 == 0);
}

TEST(Fourier, IsTheSumForLengthsWithLargeFactors) {
  for (const std::int64_t n : {37, 97, 331, 2 * 101, 1009, 3 * 1009}) {
    expect_same_as_sum(n, false);
    expect_same_as_sum(n, true);
  }
}

TEST(Fourier, IsTheSumForLongLengths) {
  for (const std::int64_t n : {1000, 1024, 2048, 3600, 2 * 31 * 31}) expect_same_as_sum(n, false);
}

TEST(Fourier, TablesStayWithinTheirBudget) {
  const auto fourier = Fourier::create(std::int64_t{1} << 39, room(1 << 20));
  ASSERT_FALSE(fourier);
  EXPECT_EQ(fourier.error().code, Code::kResourceExhausted);
}

}  // namespace
}  // namespace mote
