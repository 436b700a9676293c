// The arithmetic of quantized tensors, real = scale * (q - zero_point): the same bits on every
// machine. Files that use it are compiled without contraction of products and sums.
#pragma once
#include <cstdint>
#include <optional>

#include "base/result.h"
#include "ir/op_def.h"
#include "ops/support/element.h"

namespace mote {

struct IntegerRange {
  std::int32_t low = 0;
  std::int32_t high = 0;
};

// The numbers of an integer type of 2 to 16 bits; {0, 0} of other types.
IntegerRange range_of(DType dtype);
bool is_quantized_integer(DType dtype);

// Types of 8 bits, which most quantized operators take.
using ByteElements = Elements<std::int8_t, std::uint8_t>;

// The nearest integer, ties to even. Requires: |v| < 2^22 (f32), 2^51 (f64).
template <class T>
T round_half_even(T v) {
  // 1.5 * 2^23 or 2^52: the sum has no bits below 1.
  constexpr T kMagic = sizeof(T) == sizeof(float) ? T(0x1.8p23) : T(0x1.8p52);
  return (v + kMagic) - kMagic;
}

// The element of a tensor with `zero_point` for `v` times its scale. NaN: the zero point;
// infinities clamp. T: f32 or f64. Requires: zero_point is within the range, which is within 17
// bits.
template <class T>
std::int32_t quantized(T v, std::int32_t zero_point, IntegerRange range) {
  if (v != v) return zero_point;
  if (v <= static_cast<T>(range.low - zero_point)) return range.low;
  if (v >= static_cast<T>(range.high - zero_point)) return range.high;
  return zero_point + static_cast<std::int32_t>(round_half_even(v));
}

// What makes u8 of an 8-bit element's bits: s8 becomes 128 more. Kernels take zero points of u8.
inline std::uint8_t flip_of(DType dtype) { return dtype == DType::kS8 ? 0x80 : 0; }

// From exact sums of products to elements.
struct Requantize {
  float factor = 1.0F;  // (sx * sw) / sy
  std::int32_t zero_point = 0;
  IntegerRange range;

  std::int32_t operator()(std::int64_t sum) const {
    return quantized(static_cast<float>(sum) * factor, zero_point, range);
  }
};

// The factor from a sum of `count` elements to their mean, in units of the output's scale.
inline float mean_factor(float x_scale, float y_scale, std::int64_t count) {
  return static_cast<float>(static_cast<double>(x_scale) /
                            (static_cast<double>(y_scale) * static_cast<double>(count)));
}

// -- scales and zero points of operators that take them as inputs

struct Affine {
  float scale = 1.0F;
  std::int32_t zero_point = 0;
};

// Element i of a tensor of f32, f16, bf16, f8e8m0 or s32 (scales); of integers of up to 32 bits.
// Requires: i is inside; the dtype is one of these.
float load_scale(const TensorView& tensor, std::int64_t i);
std::int32_t load_quantized(const TensorView& tensor, std::int64_t i);

// Of inputs of one element each; zero_point may be absent. Errors: kInvalidArgument.
Result<Affine> load_affine(const RunArgs& args, std::size_t scale, std::size_t zero_point);
// The same of constants; nullopt: they are not known, or not of one element.
std::optional<Affine> constant_affine(const PrepareArgs& args, std::size_t scale,
                                      std::size_t zero_point);

// Errors: kInvalidArgument: one of `inputs` is absent (optional ones may come before them).
Status expect_present(const InferArgs& args, std::initializer_list<std::size_t> inputs);
// Errors: kInvalidArgument: input i is known to have more than one element; naming it `what`.
Status expect_scalar(const InferArgs& args, std::size_t i, std::string_view what);
// Of a scale, f32, and a zero point that has the dtype of input `like`, both of one element.
Status expect_affine(const InferArgs& args, std::size_t like, std::size_t scale,
                     std::size_t zero_point);
// Of operators whose inputs are X of 8 bits, its scale and zero point, and those of Y.
Status expect_requantized(const InferArgs& args);

}  // namespace mote
