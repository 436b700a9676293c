// Sums and products of quantized tensors, broadcast.
#pragma once
#include "ir/step.h"
#include "ops/quantize/quantized.h"

namespace mote {

// y = zero_point + round(f32(a - a_zero) * a_factor + f32(b - b_zero) * b_factor): two products and
// a sum, each rounded to f32. Factors are sa / sy and sb / sy.
struct QuantizedSum {
  std::int32_t a_zero_point = 0, b_zero_point = 0, zero_point = 0;
  float a_factor = 1.0F, b_factor = 1.0F;
  IntegerRange range;

  std::int32_t operator()(std::int32_t a, std::int32_t b) const {
    const float x = static_cast<float>(a - a_zero_point) * a_factor;
    const float y = static_cast<float>(b - b_zero_point) * b_factor;
    return quantized(x + y, zero_point, range);
  }
};

// y = zero_point + round(f32((a - a_zero) * (b - b_zero)) * factor), factor = (sa * sb) / sy.
struct QuantizedProduct {
  std::int32_t a_zero_point = 0, b_zero_point = 0, zero_point = 0;
  float factor = 1.0F;
  IntegerRange range;

  std::int32_t operator()(std::int32_t a, std::int32_t b) const {
    const std::int64_t product = std::int64_t{a - a_zero_point} * (b - b_zero_point);
    return quantized(static_cast<float>(product) * factor, zero_point, range);
  }
};

// Over all elements, on all threads. a and b have one dtype, which like y's is of 8 or 16 bits.
// Errors: kUnsupported, another dtype.
Status apply(const QuantizedSum& f, const TensorView& a, const TensorView& b,
             const MutTensorView& y, Workers& workers);
Status apply(const QuantizedProduct& f, const TensorView& a, const TensorView& b,
             const MutTensorView& y, Workers& workers);

}  // namespace mote
