// y = f(a, b), element by element; either side may be one value for all.
#pragma once
#include "kernels/simd.inl.h"
#include "kernels/table.h"

namespace mote {
namespace {

struct Stream {
  const float* p;
  template <class Io>
  F32 get(const Io& io, std::int64_t i) const {
    return io.load(p + i);
  }
};

// Read before the loop: y may be the buffer of the value.
struct Splat {
  F32 v;
  template <class Io>
  F32 get(const Io&, std::int64_t) const {
    return v;
  }
};

template <class A, class B, class F>
inline void zip_f32(const A& a, const B& b, float* y, std::int64_t n, const F& f) {
  each_vector(0, n,
              [&](auto io, std::int64_t i) { io.store(f(a.get(io, i), b.get(io, i)), y + i); });
}

template <class A, class B>
void binary_of(BinaryF32 f, const A& a, const B& b, float* y, std::int64_t n) {
  switch (f) {
    case BinaryF32::kAdd:
      return zip_f32(a, b, y, n, [](F32 u, F32 v) { return hn::Add(u, v); });
    case BinaryF32::kSub:
      return zip_f32(a, b, y, n, [](F32 u, F32 v) { return hn::Sub(u, v); });
    case BinaryF32::kMul:
      return zip_f32(a, b, y, n, [](F32 u, F32 v) { return hn::Mul(u, v); });
    case BinaryF32::kDiv:
      return zip_f32(a, b, y, n, [](F32 u, F32 v) { return hn::Div(u, v); });
    case BinaryF32::kMax:
      return zip_f32(a, b, y, n, [](F32 u, F32 v) { return max_nan(u, v); });
    case BinaryF32::kMin:
      return zip_f32(a, b, y, n, [](F32 u, F32 v) { return min_nan(u, v); });
  }
}

void binary_f32(BinaryF32 f, const float* a, std::int64_t step_a, const float* b,
                std::int64_t step_b, float* y, std::int64_t n) noexcept {
  if (n <= 0) return;
  if (step_a != 0 && step_b != 0) return binary_of(f, Stream{a}, Stream{b}, y, n);
  if (step_a != 0) return binary_of(f, Stream{a}, Splat{splat(*b)}, y, n);
  if (step_b != 0) return binary_of(f, Splat{splat(*a)}, Stream{b}, y, n);
  binary_of(f, Splat{splat(*a)}, Splat{splat(*b)}, y, n);
}

}  // namespace
}  // namespace mote
