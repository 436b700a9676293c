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

inline F32 leaky_relu(F32 x, F32 slope) {
  return hn::IfThenElse(hn::Lt(x, hn::Zero(kF32)), hn::Mul(slope, x), x);
}

inline F32 silu(F32 x) { return hn::Mul(x, vector_sigmoid(x)); }

// The functions that are a handful of instructions; true if f is one of them.
bool simple_unary_f32(UnaryF32 f, F32 a, F32 b, const float* x, float* y, std::int64_t n) {
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
      map_f32(x, y, n, [&](F32 v) { return leaky_relu(v, a); });
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

[[maybe_unused]] void unary_f32(UnaryF32 f, float a, float b, const float* x, float* y,
                                std::int64_t n) noexcept {
  const F32 va = splat(a);
  if (simple_unary_f32(f, va, splat(b), x, y, n)) return;
  const F32 zero = hn::Zero(kF32);
  switch (f) {
    case UnaryF32::kSigmoid:
      return map_f32(x, y, n, [](F32 v) { return vector_sigmoid(v); });
    case UnaryF32::kSilu:
      return map_f32(x, y, n, [](F32 v) { return silu(v); });
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
  UnaryF32 act;
  F32 a, b;

  explicit FastEpilogue(const EpilogueF32& e) : act(e.act), a(splat(e.a)), b(splat(e.b)) {
    if (act != UnaryF32::kHardSwish) return;
    a = splat(1.0F / 6.0F), b = splat(0.5F);
  }

  static bool covers(UnaryF32 f) {
    return f == UnaryF32::kIdentity || f == UnaryF32::kClamp || f == UnaryF32::kHardSwish ||
           f == UnaryF32::kHardSigmoid;
  }

  // One branch for a whole tile of sums.
  template <int kR, int kV>
  void apply(F32 (&sum)[kR][kV]) const {
    if (act == UnaryF32::kClamp) {
      each(sum, [&](F32 v) { return clamp(v, a, b); });
    } else if (act == UnaryF32::kHardSwish) {
      each(sum, [&](F32 v) { return hn::Mul(v, hard_gate(v, a, b)); });
    } else if (act == UnaryF32::kHardSigmoid) {
      each(sum, [&](F32 v) { return hard_gate(v, a, b); });
    }
  }

  template <int kR, int kV, class F>
  static void each(F32 (&sum)[kR][kV], const F& f) {
    MOTE_UNROLL(16)
    for (int r = 0; r < kR; ++r) {
      MOTE_UNROLL(16)
      for (int v = 0; v < kV; ++v) sum[r][v] = f(sum[r][v]);
    }
  }
};

// Adds the residual, if there is one, applies `fast` and stores rows of kV vectors; `last` reads
// and writes the last vector of each.
template <class Io, int kR, int kV>
inline void finish_tile(const FastEpilogue& fast, const Io& last, const float* residual,
                        std::int64_t residual_ld, float* y, std::int64_t ldy, F32 (&sum)[kR][kV]) {
  constexpr std::int64_t kLast = (kV - 1) * kLanes;
  if (residual != nullptr) {
    MOTE_UNROLL(16)
    for (int r = 0; r < kR; ++r, residual += residual_ld) {
      MOTE_UNROLL(16)
      for (int v = 0; v < kV - 1; ++v) {
        sum[r][v] = hn::Add(sum[r][v], Whole{}.load(residual + v * kLanes));
      }
      sum[r][kV - 1] = hn::Add(sum[r][kV - 1], last.load(residual + kLast));
    }
  }
  fast.apply(sum);
  MOTE_UNROLL(16)
  for (int r = 0; r < kR; ++r, y += ldy) {
    MOTE_UNROLL(16)
    for (int v = 0; v < kV - 1; ++v) Whole{}.store(sum[r][v], y + v * kLanes);
    last.store(sum[r][kV - 1], y + kLast);
  }
}

// y = f(y) of `rows` rows.
template <class F>
inline void map_rows(float* y, std::int64_t ldy, std::int64_t rows, std::int64_t cols, const F& f) {
  for (std::int64_t i = 0; i < rows; ++i, y += ldy) map_f32(y, y, cols, f);
}

// One choice for all rows: those of a tile are as short as a vector or two.
MOTE_ALONE void finish_rows(const EpilogueF32& e, float* y, std::int64_t ldy, std::int64_t rows,
                            std::int64_t cols) {
  switch (e.act) {
    case UnaryF32::kSigmoid:
      return map_rows(y, ldy, rows, cols, [](F32 v) { return vector_sigmoid(v); });
    case UnaryF32::kSilu:
      return map_rows(y, ldy, rows, cols, [](F32 v) { return silu(v); });
    case UnaryF32::kTanh:
      return map_rows(y, ldy, rows, cols, [](F32 v) { return vector_tanh(v); });
    case UnaryF32::kGelu:
      return map_rows(y, ldy, rows, cols, [](F32 v) { return gelu(v); });
    case UnaryF32::kLeakyRelu: {
      const F32 slope = splat(e.a);
      return map_rows(y, ldy, rows, cols, [&](F32 v) { return leaky_relu(v, slope); });
    }
    default:
      return;
  }
}

}  // namespace
}  // namespace mote
