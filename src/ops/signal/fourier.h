// The discrete Fourier transform in f64: as its definition has it, and fast.
#pragma once
#include <algorithm>
#include <cstdint>
#include <vector>

#include "ir/op_def.h"
#include "ops/support/portable_math.h"

namespace mote {

struct Complex {
  double re = 0, im = 0;
};

inline Complex operator+(Complex a, Complex b) { return {a.re + b.re, a.im + b.im}; }
inline Complex operator*(Complex a, Complex b) {
  return {a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re};
}
inline Complex conjugate(Complex a) { return {a.re, -a.im}; }

// exp(-2πi k / n). Requires: k < n.
inline Complex root(std::int64_t k, std::int64_t n) {
  const CirclePoint p = on_circle(static_cast<std::uint64_t>(k), static_cast<std::uint64_t>(n));
  return {p.cos, -p.sin};
}

// Σ x(j) exp(∓2πi j k / n), j in [0, n); + if `inverse`. Ends early once `stop` says so.
template <class X>
Complex fourier_sum(std::int64_t n, std::int64_t k, bool inverse, const StopToken& stop,
                    const X& x) {
  constexpr std::int64_t kLook = 1 << 14;
  Complex sum;
  std::int64_t angle = 0;
  for (std::int64_t j = 0; j < n; ++j) {
    if (j % kLook == kLook - 1 && stop.stopped()) break;
    const Complex w = root(angle, n);
    sum = sum + x(j) * (inverse ? conjugate(w) : w);
    angle += angle >= n - k ? k - n : k;
  }
  return sum;
}

// Transforms of one length: by its prime factors, or, where one is large, as a convolution whose
// length is a power of two (Bluestein: A linear filtering approach to the computation of discrete
// Fourier transform, 1970). Immutable.
class Fourier {
 public:
  // Requires: 0 < length < 2^40. Errors: kResourceExhausted: no room for the tables.
  static Result<Fourier> create(std::int64_t length, const PrepareArgs& args);

  std::int64_t length() const { return length_; }
  std::size_t table_bytes() const { return static_cast<std::size_t>(table_.bytes()); }

  // x: [length]; becomes its transform, or the inverse of it times `length`. work: [work_size()].
  void run(Complex* x, bool inverse, Complex* work) const;
  std::int64_t work_size() const { return is_convolution() ? 2 * size_ : size_; }

 private:
  Fourier() = default;
  bool is_convolution() const { return size_ != length_; }
  void fill_chirp(Complex* work);
  // x, work: [size_].
  void by_factors(Complex* x, Complex* work) const;
  void as_convolution(Complex* x, Complex* work) const;

  Complex* mut_table() { return static_cast<Complex*>(table_.mut().data); }
  const Complex* roots() const { return static_cast<const Complex*>(table_.data()); }
  const Complex* chirp() const { return roots() + size_; }
  const Complex* filter() const { return chirp() + length_; }

  std::int64_t length_ = 0;
  std::int64_t size_ = 0;  // of the transforms that `factors_` make
  std::vector<std::int64_t> factors_;
  // roots [size_]: exp(-2πi k / size_). For a convolution then chirp [length_]: exp(-πi k² /
  // length_), and filter [size_]: the transform of what undoes the chirp, divided by size_.
  Tensor table_;
};

// Many transforms on all workers, each with memory of its own in args.scratch.
class FourierBatch {
 public:
  FourierBatch(Fourier fourier, std::int64_t count)
      : fourier_(std::move(fourier)), count_(count), slots_(std::min(count, kMaxSlots)) {}

  std::size_t scratch_bytes() const {
    return static_cast<std::size_t>(slots_ * slot_size()) * sizeof(Complex);
  }
  std::size_t table_bytes() const { return fourier_.table_bytes(); }

  // Calls load(i, x) to fill x, transforms it, then store(i, x), for each i in [0, count).
  template <class Load, class Store>
  Status run(bool inverse, const RunArgs& args, const Load& load, const Store& store) const {
    const std::int64_t grain = (count_ + slots_ - 1) / slots_;
    args.workers.for_each_range(count_, grain, [&](std::int64_t begin, std::int64_t end) {
      Complex* x = reinterpret_cast<Complex*>(args.scratch) + begin / grain * slot_size();
      for (std::int64_t i = begin; i < end && !args.stop.stopped(); ++i) {
        load(i, x);
        fourier_.run(x, inverse, x + fourier_.length());
        store(i, x);
      }
    });
    return args.stop.check();
  }

 private:
  static constexpr std::int64_t kMaxSlots = 16;
  std::int64_t slot_size() const { return fourier_.length() + fourier_.work_size(); }

  Fourier fourier_;
  std::int64_t count_, slots_;
};

}  // namespace mote
