// How the integers of one value stand for numbers: number = (integer - zero_point) * scale.
#pragma once
#include "base/result.h"
#include "passes/dequantize/scope.h"

namespace mote::dequantization {

struct Grid {
  ScopedValue scale, zero_point;  // zero_point.value kNone: 0
  // Undefined where the model computes them; zero_point also where there is none.
  Tensor scales, zero_points;
  DType number = DType::kF32;  // of the numbers

  // As a node that quantizes or dequantizes states it.
  static Grid of(const Scope& scope, const Node& node);

  bool computed() const { return !scales || (zero_point.value != ValueId::kNone && !zero_points); }
  bool per_channel() const { return scales && scales.count() != 1; }
  // The zero point, if it is known and one for all.
  std::optional<double> only_zero_point() const;
  // Whether integers of both stand for the same, as far as it can be told: of scales for each
  // channel that is not looked into.
  bool agrees_with(const Grid& other) const;
  // What constant integers stand for, with their sizes.
  // Errors: kUnsupported, saying only why it cannot be told; kResourceExhausted.
  Result<Tensor> numbers_of(const Tensor& integers, std::uint64_t max_bytes) const;
};

}  // namespace mote::dequantization
