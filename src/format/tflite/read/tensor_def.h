// What a .tflite file says of a tensor.
#pragma once
#include <string>
#include <vector>

#include "format/tflite/read/file.h"
#include "ir/type.h"

namespace mote::tfl {

// How integers stand for numbers: real = scale * (q - zero_point).
struct Quantization {
  std::vector<float> scales;              // empty: they do not, unless there are blocks
  std::vector<std::int64_t> zero_points;  // as many as scales
  int axis = 0;                           // of the scales, if there are several
  // Blocks of the last axis, each with an element of other tensors of the subgraph.
  int block_size = 0;  // 0: no blocks
  int block_scales = -1;
  int block_zero_points = -1;  // -1: none

  bool any() const { return !scales.empty() || block_size > 0; }
  bool per_axis() const { return scales.size() > 1; }
  bool operator==(const Quantization&) const = default;
};

struct TensorDef {
  const fb::Tensor* table = nullptr;
  std::string name;                 // may be empty, and another tensor's as well
  DType dtype = DType::kUndefined;  // kUndefined: a resource or variant
  Shape shape;                      // unknown where the signature leaves it open
  Quantization quantization;
  bool variable = false;

  // Its elements stand for real numbers by scale and zero point.
  bool quantized() const { return quantization.any(); }
  int rank() const { return static_cast<int>(shape.size()); }
  TensorType type() const { return {dtype, shape}; }
};

// kUndefined for resources and variants.
DType dtype_of(fb::TensorType type);

// Errors: kCorrupt: a scale or size that cannot be; kUnsupported: a way of quantizing that this
// build has not; both naming the tensor.
Result<TensorDef> read_tensor_def(const fb::Tensor* table);

}  // namespace mote::tfl
