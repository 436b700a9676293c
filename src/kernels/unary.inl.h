// y = f(x), element by element, and what convolutions do to their sums.
#pragma once
#include "kernels/math.inl.h"
#include "kernels/table.h"

namespace mote {
namespace {

template <class F>
inline void map_f32(const float* x, float* y, std::int64_t n, const F& f) {
  each_vector(0, n, [&](auto io, std::int64_t i) { io.store(f(io.load(x + i)), y + i); });
}

inline F32 hard_gate(F32 x, F32 a, F32 b) {
  return clamp(hn::Add(hn::Mul(a, x), b), hn::Zero(kF32), splat(1.0F));
}

// The functions that are a handful of instructions; true if f is one of them.
bool simple_unary_f32(UnaryF32 f, F32 a, F32 b, const float* x, float* y, std::int64_t n) {
  const F32 zero = hn::Zero(kF32);
  switch (f) {
    case UnaryF32::kIdentity:
      map_f32(x, y, n, [](F32 v) { return v; });
      return true;
    case UnaryF32::kClamp:
      map_f32(x, y, n, [&](F32 v) { return clamp(v, a, b); });
      return true;
    case UnaryF32::kHardSigmoid:
      map_f32(x, y, n, [&](F32 v) { return hard_gate(v, a, b); });
      return true;
    case UnaryF32::kHardSwish:
      map_f32(x, y, n,
              [&](F32 v) { return hn::Mul(v, hard_gate(v, splat(1.0F / 6.0F), splat(0.5F))); });
      return true;
    case UnaryF32::kLeakyRelu:
      map_f32(x, y, n, [&](F32 v) { return hn::IfThenElse(hn::Lt(v, zero), hn::Mul(a, v), v); });
      return true;
    case UnaryF32::kSqrt:
      map_f32(x, y, n, [](F32 v) { return hn::Sqrt(v); });
      return true;
    case UnaryF32::kNeg:
      map_f32(x, y, n, [](F32 v) { return hn::Neg(v); });
      return true;
    case UnaryF32::kAbs:
      map_f32(x, y, n, [](F32 v) { return hn::Abs(v); });
      return true;
    case UnaryF32::kReciprocal:
      map_f32(x, y, n, [](F32 v) { return hn::Div(splat(1.0F), v); });
      return true;
    default:
      return false;
  }
}

inline F32 gelu(F32 x) {
  const F32 phi = hn::Add(splat(1.0F), vector_erf(hn::Mul(x, splat(0.707106781F))));
  return hn::Mul(hn::Mul(splat(0.5F), x), phi);
}

void unary_f32(UnaryF32 f, float a, float b, const float* x, float* y, std::int64_t n) noexcept {
  const F32 va = splat(a);
  if (simple_unary_f32(f, va, splat(b), x, y, n)) return;
  const F32 zero = hn::Zero(kF32);
  switch (f) {
    case UnaryF32::kSigmoid:
      return map_f32(x, y, n, [](F32 v) { return vector_sigmoid(v); });
    case UnaryF32::kSilu:
      return map_f32(x, y, n, [](F32 v) { return hn::Mul(v, vector_sigmoid(v)); });
    case UnaryF32::kTanh:
      return map_f32(x, y, n, [](F32 v) { return vector_tanh(v); });
    case UnaryF32::kExp:
      return map_f32(x, y, n, [](F32 v) { return vector_exp(v); });
    case UnaryF32::kErf:
      return map_f32(x, y, n, [](F32 v) { return vector_erf(v); });
    case UnaryF32::kGelu:
      return map_f32(x, y, n, [](F32 v) { return gelu(v); });
    case UnaryF32::kElu:
      return map_f32(x, y, n, [&](F32 v) {
        const F32 negative = hn::Mul(va, vector_expm1(min_or_second(zero, v)));
        return hn::IfThenElse(hn::Lt(v, zero), negative, v);
      });
    default:
      return;
  }
}

// The part of an epilogue that is done while the sums are in registers; finish_rows does the rest.
struct FastEpilogue {
  bool clamps;
  F32 low, high;

  explicit FastEpilogue(const EpilogueF32& e)
      : clamps(e.act == UnaryF32::kClamp), low(splat(e.a)), high(splat(e.b)) {}

  template <class Io>
  F32 operator()(const Io& io, F32 sum, const float* residual) const {
    if (residual != nullptr) sum = hn::Add(sum, io.load(residual));
    return clamps ? clamp(sum, low, high) : sum;
  }
};

inline void finish_rows(const EpilogueF32& e, float* y, std::int64_t ldy, std::int64_t rows,
                        std::int64_t cols) {
  if (e.act == UnaryF32::kIdentity || e.act == UnaryF32::kClamp) return;
  for (std::int64_t i = 0; i < rows; ++i, y += ldy) unary_f32(e.act, e.a, e.b, y, y, cols);
}

}  // namespace
}  // namespace mote
