#include "ops/signal/fourier.h"

#include <bit>
#include <utility>

#include "base/result.h"

namespace mote {
namespace {

constexpr std::int64_t kMaxFactor = 31;

// n as a product of factors up to kMaxFactor; empty if it is none, or 1.
std::vector<std::int64_t> factors_of(std::int64_t n) {
  std::vector<std::int64_t> factors;
  for (; n % 4 == 0; n /= 4) factors.push_back(4);
  for (std::int64_t f = 2; f <= kMaxFactor; ++f) {
    for (; n % f == 0; n /= f) factors.push_back(f);
  }
  if (n != 1) factors.clear();
  return factors;
}

// A pass of Stockham's algorithm: x holds n / size interleaved sequences of length `size`, y gets
// `radix` times as many. roots: exp(-2πi k / n).
void pass(const Complex* x, Complex* y, std::int64_t n, std::int64_t size, std::int64_t radix,
          const Complex* roots) {
  const std::int64_t stride = n / size;
  const std::int64_t rest = size / radix;
  const std::int64_t turn = n / radix;
  for (std::int64_t p = 0; p < rest; ++p) {
    for (std::int64_t q = 0; q < stride; ++q) {
      const Complex* from = x + q + stride * p;
      Complex* to = y + q + stride * radix * p;
      for (std::int64_t j = 0; j < radix; ++j) {
        Complex sum = from[0];
        std::int64_t angle = 0;
        for (std::int64_t i = 1; i < radix; ++i) {
          angle += angle >= n - j * turn ? j * turn - n : j * turn;
          sum = sum + from[i * rest * stride] * roots[angle];
        }
        to[j * stride] = sum * roots[p * j * stride];
      }
    }
  }
}

void swap_parts(Complex* x, std::int64_t n) {
  for (std::int64_t i = 0; i < n; ++i) std::swap(x[i].re, x[i].im);
}

}  // namespace

Result<Fourier> Fourier::create(std::int64_t length, const PrepareArgs& args) {
  constexpr std::int64_t kFloats = sizeof(Complex) / sizeof(float);
  Fourier f;
  f.length_ = f.size_ = length;
  f.factors_ = factors_of(length);
  if (f.factors_.empty() && length > 1) {
    f.size_ = static_cast<std::int64_t>(std::bit_ceil(static_cast<std::uint64_t>(2 * length - 1)));
    f.factors_ = factors_of(f.size_);
  }
  const std::int64_t table = f.is_convolution() ? 2 * f.size_ + length : length;
  MOTE_ASSIGN(f.table_, args.room_for_packed(table * kFloats));
  for (std::int64_t k = 0; k < f.size_; ++k) f.mut_table()[k] = root(k, f.size_);
  if (f.is_convolution()) {
    MOTE_ASSIGN(Tensor work, args.room_for_packed(f.size_ * kFloats));
    f.fill_chirp(static_cast<Complex*>(work.mut().data));
  }
  return f;
}

void Fourier::fill_chirp(Complex* work) {
  Complex* chirp = mut_table() + size_;
  Complex* filter = chirp + length_;
  const double scale = 1.0 / static_cast<double>(size_);
  std::int64_t square = 0;  // of k, modulo 2 length
  for (std::int64_t k = 0; k < length_; ++k) {
    chirp[k] = root(square, 2 * length_);
    const Complex undo = conjugate(chirp[k]) * Complex{scale, 0};
    filter[k] = undo;
    if (k > 0) filter[size_ - k] = undo;
    square = (square + 2 * k + 1) % (2 * length_);
  }
  by_factors(filter, work);
}

void Fourier::by_factors(Complex* x, Complex* work) const {
  Complex* from = x;
  Complex* to = work;
  std::int64_t size = size_;
  for (const std::int64_t radix : factors_) {
    pass(from, to, size_, size, radix, roots());
    size /= radix;
    std::swap(from, to);
  }
  if (from != x) std::copy_n(from, size_, x);
}

// Σ x(j) w^(j k) = chirp(k) Σ (x(j) chirp(j)) / chirp(k - j), for j k = (j² + k² - (k - j)²) / 2.
void Fourier::as_convolution(Complex* x, Complex* work) const {
  Complex* padded = work + size_;
  for (std::int64_t k = 0; k < length_; ++k) padded[k] = x[k] * chirp()[k];
  std::fill(padded + length_, padded + size_, Complex());
  by_factors(padded, work);
  for (std::int64_t k = 0; k < size_; ++k) padded[k] = padded[k] * filter()[k];
  swap_parts(padded, size_);
  by_factors(padded, work);
  swap_parts(padded, size_);
  for (std::int64_t k = 0; k < length_; ++k) x[k] = padded[k] * chirp()[k];
}

// The inverse of x is the transform with real and imaginary parts swapped before and after.
void Fourier::run(Complex* x, bool inverse, Complex* work) const {
  if (inverse) swap_parts(x, length_);
  if (is_convolution()) {
    as_convolution(x, work);
  } else {
    by_factors(x, work);
  }
  if (inverse) swap_parts(x, length_);
}

}  // namespace mote
