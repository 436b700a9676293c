// QuantizationRule: which numbers the integers of a tensor or a file stand for.
#pragma once
#include <cstdint>
#include <optional>
#include <span>

#include "mote/tensor.h"

namespace mote {

// number = (q - zero_point) * scale, as ONNX's DequantizeLinear has it.
struct QuantizationRule {
  float scale = 1.0F;
  std::int32_t zero_point = 0;

  float number(float q) const { return (q - static_cast<float>(zero_point)) * scale; }
  bool operator==(const QuantizationRule&) const = default;
};

// Errors: kInvalidArgument: a scale that is not positive.
Status check(const QuantizationRule& rule);

// Numbers as a tensor of f32, s8, u8 or s16: integers are number / scale, rounded half to even,
// plus the zero point, and saturate, as ONNX's QuantizeLinear has it; NaN becomes the zero point.
// Floats stay as they are. Errors: kUnsupported: another type; kInvalidArgument: integers without a
// rule. Requires: as many values as dims have.
Result<Tensor> quantized(std::span<const float> values, const Dims& dims, DType dtype,
                         const std::optional<QuantizationRule>& rule);

// A tensor's numbers, those of integers by the rule, if there is one.
// Errors: kUnsupported: a type that is no number.
Result<std::vector<float>> dequantized(const Tensor& tensor,
                                       const std::optional<QuantizationRule>& rule);

}  // namespace mote
