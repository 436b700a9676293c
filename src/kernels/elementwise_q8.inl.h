// Elements of quantized tensors, one by one: from and to reals, sums, products, tables. Of an AVX2
// core, elements a ns: quantize 6.8, dequantize 13, add 4.5, mul 4.7, lookup 6.5 (bytes loaded one
// by one: 1.7 to 2.4).
#pragma once
#include "kernels/bytes.inl.h"

namespace mote {
namespace {

void quantize_f32_q8(const RequantizeQ8& to, float scale, const float* x, std::uint8_t* y,
                     std::int64_t n) noexcept {
  const Rounding rounding(to);
  const F32 divisor = splat(scale);
  each_row(y, n, [&](auto io, std::int64_t i) {
    F32 v[kQuads];
    io.load(x + i, v);
    MOTE_UNROLL(16)
    for (int q = 0; q < kQuads; ++q) {
      v[q] = hn::Div(v[q], divisor);
      v[q] = hn::IfThenZeroElse(hn::IsNaN(v[q]), v[q]);
    }
    io.store(rounding(v), y + i);
  });
}

void dequantize_q8_f32(std::uint8_t flip, std::int32_t zero_point, float scale,
                       const std::uint8_t* x, float* y, std::int64_t n) noexcept {
  const S32 flips = hn::Set(kS32, flip), zero = hn::Set(kS32, zero_point);
  const F32 factor = splat(scale);
  each_row(n, [&](auto io, std::int64_t i) {
    S32 q[kQuads];
    io.widen(x + i, q);
    F32 v[kQuads];
    MOTE_UNROLL(16)
    for (int k = 0; k < kQuads; ++k) {
      v[k] = hn::Mul(hn::ConvertTo(kF32, hn::Sub(hn::Xor(q[k], flips), zero)), factor);
    }
    io.store(v, y + i);
  });
}

// What the elements of one side are, less their zero point; in blocks.
struct StreamQ8 {
  const std::uint8_t* p;
  Row flip;
  S32 zero_point;

  StreamQ8(const std::uint8_t* x, std::uint8_t f, std::int32_t zero)
      : p(x), flip(splat_byte(f)), zero_point(hn::Set(kS32, zero)) {}

  template <class Io>
  void get(const Io& io, std::int64_t i, F32 (&v)[kQuads]) const {
    S32 q[kQuads];
    widen_blocks(hn::Xor(io.load(p + i), flip), q);
    MOTE_UNROLL(16)
    for (int k = 0; k < kQuads; ++k) v[k] = hn::ConvertTo(kF32, hn::Sub(q[k], zero_point));
  }
};

struct SplatQ8 {
  F32 v;

  SplatQ8(const std::uint8_t* x, std::uint8_t f, std::int32_t zero)
      : v(splat(static_cast<float>((*x ^ f) - zero))) {}

  template <class Io>
  void get(const Io&, std::int64_t, F32 (&out)[kQuads]) const {
    MOTE_UNROLL(16)
    for (int k = 0; k < kQuads; ++k) out[k] = v;
  }
};

template <class A, class B, class F>
inline void zip_q8(const BinaryQ8& f, const A& a, const B& b, std::uint8_t* y, std::int64_t n,
                   const F& combine) {
  const Rounding rounding(f.out);
  each_row(y, n, [&](auto io, std::int64_t i) {
    F32 u[kQuads], v[kQuads];
    a.get(io, i, u);
    b.get(io, i, v);
    MOTE_UNROLL(16)
    for (int k = 0; k < kQuads; ++k) u[k] = combine(u[k], v[k]);
    io.store(rounding.in_blocks(u), y + i);
  });
}

template <class F>
inline void binary_q8(const BinaryQ8& f, const std::uint8_t* a, std::int64_t step_a,
                      const std::uint8_t* b, std::int64_t step_b, std::uint8_t* y, std::int64_t n,
                      const F& combine) {
  if (n <= 0) return;
  const std::int32_t za = f.a_zero_point, zb = f.b_zero_point;
  if (step_a != 0 && step_b != 0) {
    return zip_q8(f, StreamQ8(a, f.flip, za), StreamQ8(b, f.flip, zb), y, n, combine);
  }
  if (step_a != 0) {
    return zip_q8(f, StreamQ8(a, f.flip, za), SplatQ8(b, f.flip, zb), y, n, combine);
  }
  if (step_b != 0) {
    return zip_q8(f, SplatQ8(a, f.flip, za), StreamQ8(b, f.flip, zb), y, n, combine);
  }
  zip_q8(f, SplatQ8(a, f.flip, za), SplatQ8(b, f.flip, zb), y, n, combine);
}

void add_q8(const BinaryQ8& f, const std::uint8_t* a, std::int64_t step_a, const std::uint8_t* b,
            std::int64_t step_b, std::uint8_t* y, std::int64_t n) noexcept {
  const F32 fa = splat(f.a_factor), fb = splat(f.b_factor);
  binary_q8(f, a, step_a, b, step_b, y, n,
            [&](F32 u, F32 v) { return hn::Add(hn::Mul(u, fa), hn::Mul(v, fb)); });
}

// The product of two numbers of 9 bits is exact in f32.
void mul_q8(const BinaryQ8& f, const std::uint8_t* a, std::int64_t step_a, const std::uint8_t* b,
            std::int64_t step_b, std::uint8_t* y, std::int64_t n) noexcept {
  const F32 factor = splat(f.a_factor);
  binary_q8(f, a, step_a, b, step_b, y, n,
            [&](F32 u, F32 v) { return hn::Mul(hn::Mul(u, v), factor); });
}

#if HWY_TARGET == HWY_NEON

// Four pieces of 64 entries; an index beyond a piece leaves what another has given.
class Pieces {
 public:
  explicit Pieces(const std::uint8_t* table) {
    for (int i = 0; i < 4; ++i) piece_[i] = vld1q_u8_x4(table + 64 * i);
  }

  Row operator()(Row x) const {
    const uint8x16_t step = vdupq_n_u8(64);
    uint8x16_t index = x.raw, y = vqtbl4q_u8(piece_[0], index);
    MOTE_UNROLL(16)
    for (int i = 1; i < 4; ++i) {
      index = vsubq_u8(index, step);
      y = vqtbx4q_u8(y, piece_[i], index);
    }
    return Row(y);
  }

 private:
  uint8x16x4_t piece_[4];
};

#elif HWY_TARGET != HWY_SCALAR

// The entries of 16 pieces of the table, of which each bit of x's upper half chooses half.
class Pieces {
 public:
  explicit Pieces(const std::uint8_t* table) { __builtin_memcpy(table_, table, sizeof table_); }

  Row operator()(Row x) const {
    const Row x2 = hn::Add(x, x), x4 = hn::Add(x2, x2), x8 = hn::Add(x4, x4);
    const Chosen chosen{hn::And(x, splat_byte(15)),
                        {is_set(x8), is_set(x4), is_set(x2), is_set(x)}};
    return choose<4>(chosen, 0);
  }

 private:
  using Mask = hn::Mask<TagRow>;
  struct Chosen {
    Row index;
    Mask bit[4];
  };

  // The highest bit of each byte.
  static Mask is_set(Row x) {
    const hn::RebindToSigned<TagRow> bytes;
    return hn::RebindMask(kRow, hn::Lt(hn::BitCast(bytes, x), hn::Zero(bytes)));
  }

  // From the 2^kBits pieces from `first` on.
  template <int kBits>
  Row choose(const Chosen& chosen, int first) const {
    if constexpr (kBits == 0) {
      return hn::TableLookupBytes(hn::LoadDup128(kRow, table_ + 16 * first), chosen.index);
    } else {
      constexpr int kHalf = 1 << (kBits - 1);
      const Row low = choose<kBits - 1>(chosen, first);
      return hn::IfThenElse(chosen.bit[kBits - 1], choose<kBits - 1>(chosen, first + kHalf), low);
    }
  }

  alignas(64) std::uint8_t table_[256];
};

#endif

void lookup_q8(const std::uint8_t* table, const std::uint8_t* x, std::uint8_t* y,
               std::int64_t n) noexcept {
  std::int64_t i = 0;
#if HWY_TARGET != HWY_SCALAR
  if (n >= 4 * kRowLanes) {
    const Pieces pieces(table);
    for (; i + kRowLanes <= n; i += kRowLanes) {
      hn::StoreU(pieces(hn::LoadU(kRow, x + i)), kRow, y + i);
    }
  }
#endif
  for (; i < n; ++i) y[i] = table[x[i]];
}

}  // namespace
}  // namespace mote
